/* SPDX-License-Identifier: MIT
 * cmd.h - commands as tables
 *
 * A command is one file and one `const struct command`; main.c only finds it. Help, completion and the manual
 * page are made from the same tables. Commands return errors; main() shows them and turns their kind into the
 * exit status.
 */
#pragma once
#include "conf/conf.h"
#include "core/clock.h"
#include "core/log.h"
#include "model/source.h"

struct article;
struct command;
struct store_reader;
struct fetcher;

/* What a command has to work with; made by main(), passed down. */
struct courant {
    const char *folder;                    /* the newsroom: -C, or "." */
    const struct command *const *commands; /* NULL-ended */
    struct clock *clock;
    struct log *log; /* LOG_PLAIN, on standard error */
    enum log_level level;
    struct arena *arena; /* ends with the program */
    struct conf *conf;   /* NULL unless the command says NEEDS_CONF */
    bool has_failed;     /* the work was done but something failed: exit status 1 */
    _Atomic int signal;  /* that made the command end early, 0: none */
};

struct option {
    const char *name;     /* "json": --json; NULL ends the table */
    char letter;          /* 'j': -j; 0: none */
    const char *argument; /* "FILE": --name FILE or --name=FILE; "[=FILE]": --name or --name=FILE; NULL: it
                             takes none */
    const char *help;     /* NULL: not shown */
};

enum command_needs {
    NEEDS_NOTHING,
    NEEDS_CONF = 1,  /* courant->conf is read before it runs */
    NEEDS_QUIET = 2, /* ... without its warnings: for commands that only look */
    NEEDS_OWNER = 4, /* root does not run it in somebody else's newsroom: it makes files there */
};

struct arguments;

struct command {
    const char *name;
    const char *arguments; /* "ID KEY=VALUE...", "[DIR]": how many words it takes is read from here, too */
    const char *help;      /* a phrase, lower case */
    const char *more;      /* further paragraphs for `courant help NAME` and the manual; may be NULL */
    int needs;             /* enum command_needs */
    const struct option *options; /* may be NULL */
    struct error *(*run)(struct courant *courant, const struct arguments *arguments);
};

/* --- arguments.c: the words after the command --- */

struct given {
    const struct option *option;
    span value;
};

struct arguments {
    const struct command *command;
    span *words; /* what is no option */
    size_t word_count;
    struct given *given;
    size_t given_count;
    bool asks_for_help; /* --help stood among them */
};

/* ERROR_USAGE: an unknown option (with the nearest), a value missing or not wanted, too few or too many
 * words. */
struct error *arguments_parse(struct arena *arena, const struct command *command, int argc, char **argv,
                              struct arguments *out_arguments) MUST_USE;
/* The same for the options before the command; `*out_next` is the first word that is none. */
struct error *arguments_parse_global(struct arena *arena, const struct option *options, int argc, char **argv,
                                     struct arguments *out_arguments, int *out_next) MUST_USE;
bool option_is_given(const struct arguments *arguments, const char *name);
span option_value(const struct arguments *arguments, const char *name); /* the last one given; {0}: none */
/* All values of an option that may be repeated, in order. */
size_t option_values(struct arena *arena, const struct arguments *arguments, const char *name,
                     span **out_values);

extern const struct option global_options[];
const struct command *command_find(const struct courant *courant, span name); /* NULL: there is none */
struct error *command_unknown(const struct courant *courant, span name) MUST_USE;

/* --- output.c: results on standard output --- */

/* All of it goes to standard output. ERROR_IO if it cannot; ERROR_CANCELLED if nobody reads it any more. */
struct error *output_write(const struct buf *out) MUST_USE;
struct error *output_span(span text) MUST_USE;
/* Each link of an error's chain on a line of its own: what conf_read() found. */
void log_each(struct log *log, const struct error *error);

/* --- newsroom.c: what several commands do with the newsroom --- */

const char *newsroom_conf_path(struct courant *courant);
struct error *newsroom_read_conf(struct courant *courant, struct arena *arena,
                                 struct conf **out_conf) MUST_USE;
/* The store to look at; NULL if nothing was harvested yet. */
struct error *newsroom_check_owner(struct courant *courant) MUST_USE; /* see NEEDS_OWNER */
struct error *newsroom_open_store(struct courant *courant, struct store_reader **out_reader) MUST_USE;
/* The one article that `words` name: "source/number", a start of its id, its path or address. ERROR_USAGE:
 * none, or several. `reader` may be NULL: nothing was harvested yet. */
struct error *newsroom_find_article(struct courant *courant, struct store_reader *reader, span words,
                                    struct article **out_article) MUST_USE;
/* Makes the new text of courant.conf from the old one. */
typedef struct error *conf_edit(void *context, struct arena *arena, span text, span *out_text);
/* Changes courant.conf as a whole, or not at all. Others who do the same wait. */
struct error *newsroom_edit_conf(struct courant *courant, conf_edit *edit, void *context) MUST_USE;

/* --- manual.c, completion.c: documents made from the tables --- */

void manual_write_program(const struct courant *courant, struct buf *out); /* courant.1 */
void manual_write_conf(struct buf *out);                                   /* courant.conf.5 */
void usage_write(const struct courant *courant, struct buf *out);          /* `courant help` */
void usage_write_command(const struct command *command, struct buf *out);  /* `courant help COMMAND` */
