/* SPDX-License-Identifier: MIT
 * internal.h - what the files of archive/ share
 */
#pragma once
#include "archive/archive.h"
#include "core/file.h"
#include "core/vec.h"
#include "text/date.h"

/* --- escape.c: titles and addresses where Markdown would take them for more --- */

enum title_place { TITLE_IN_ARTICLE, TITLE_IN_LIST /* line ends and tabs become spaces */ };
void escape_title(struct buf *out, span raw_title, enum title_place place); /* trimmed; for between [ and ] */
span unescape_title(struct arena *arena,
                    span escaped);             /* what escape_title() wrote so; other text as it is */
void escape_link(struct buf *out, span link);  /* for between ( and ) */
void escape_path(struct buf *out, span path);  /* the same, of a path of ours: ? # % too */
void escape_words(struct buf *out, span text); /* one line that says just that text, in a README of ours */
void add_line(struct buf *out, span text);     /* as it is, but on one line */

/* article.c */
span own_path(span file_name); /* of an adopted file that lies elsewhere; empty: it is a name */

/* lists.c */
span name_of(const struct archive_source *source); /* its name, or its id where it has none */
/* An instant in the archive's time zone; NULL: UTC. */
struct date_parts local_date(const struct timezone_rules *timezone, int64_t at);

/* --- front_matter.c: the YAML above an article --- */

void front_matter_write(const struct article *article, struct buf *out);
/* Values as they stand, unquoted; the first of a list. */
struct front_matter {
    struct front_value {
        span key, value;
        struct front_value *next; /* the next of the file; a list gives several of one key */
    } * first;
    span rest; /* what follows the closing line */
};
bool front_matter_read(struct arena *arena, span bytes, struct front_matter *out_front);
span front_matter_value(const struct front_matter *front, const char *key); /* {0}: none */

/* --- launch.c, git.c: the git program --- */

struct git {
    const char *folder; /* the working tree */
    char *dir;          /* its .git */
    span branch;        /* "refs/heads/main" */
    const struct clock *clock;
    bool is_foreign; /* somebody else's, to be read: nothing is got from anywhere else for it */
};

struct git_process {
    const char *name; /* for messages */
    int pid;
    int in, out, err;  /* -1: closed */
    struct buf queued; /* what git_send() was given */
    size_t queued_sent;
    struct buf said, complaint;
    size_t said_read; /* lines taken by git_answer() */
    const struct clock *clock;
    int64_t deadline;
    bool is_late; /* it was, and has been killed */
};
#define GIT_PROCESS_NONE ((struct git_process){.pid = -1, .in = -1, .out = -1, .err = -1})
void git_close_end(int *fd); /* one of in, out, err; -1 after it */
/* Starts `git arguments...`: 0, or errno of what went wrong. */
int git_launch(const struct git *git, const char *const *arguments, const char *const *settings,
               struct git_process *process);
/* `arguments`: after `git`, NULL-ended; `settings`: "key=value" pairs given in the environment, so that no
 * other user of the machine sees them, or NULL. `timeout_ms`: it is killed then. ERROR_USAGE: there is no
 * git. */
struct error *git_start(const struct git *git, const char *const *arguments, const char *const *settings,
                        int64_t timeout_ms, struct git_process *out_process) MUST_USE;
struct error *git_send(struct git_process *process, span bytes) MUST_USE;
/* Some bytes are queued and sent together; a git that is busy is waited for only where very many are.
 * git_nudge(): sends of those what it takes at once. */
struct error *git_nudge(struct git_process *process) MUST_USE;
struct error *git_answer(struct git_process *process, span *out_line) MUST_USE; /* one line of its output */
struct error *git_wait(struct git_process *process) MUST_USE; /* for a second, or until it says something */
/* stream.c: output without end, taken piece by piece. Valid until the next call. */
/* What stands before the next `end`; `*out_is_there` false: it has said all. ERROR_LIMIT: longer than 64 KiB.
 */
struct error *git_take_piece(struct git_process *process, char end, span *out_piece,
                             bool *out_is_there) MUST_USE;
struct error *git_take_bytes(struct git_process *process, size_t size, span *out_bytes) MUST_USE;
/* Ends its input, waits for it. `*out_status`: its exit status. What it said stays in the process until
 * git_process_release(). */
struct error *git_finish(struct git_process *process, int *out_status) MUST_USE;
void git_process_release(struct git_process *process); /* kills it if it still runs */
/* The error of a git that failed: its last line of sense. */
struct error *git_failure(enum error_kind kind, const struct git_process *process, int status) MUST_USE;
/* The end of a talk in which `error` went wrong (or OK): waits for git, unless it is still listening. Where
 * it ended by itself, what it said of that is the error. */
struct error *git_settle(struct git_process *process, struct error *error) MUST_USE;
/* All of it at once; a status other than 0 is an error. `out_said` (unless NULL): its output, in `arena`. */
struct error *git_run(const struct git *git, struct arena *arena, const char *const *arguments, span input,
                      span *out_said) MUST_USE;
#define GIT(...) ((const char *const[]){__VA_ARGS__, NULL})

struct error *git_open(const char *folder, const struct clock *clock, struct git *out_git) MUST_USE;
void git_release(struct git *git);

/* `git init`, and on disk as a whole; what a killed one left is made whole. */
struct error *git_make_repository(const struct git *git, struct arena *arena) MUST_USE;
extern const char *const git_lock_names[]; /* in `.git`; NULL-ended */
/* The archive's Markdown is bytes, whatever a .gitattributes in an adopted tree asks for: neither line ends
 * are changed nor programs run on it. git asks this file first; one that is there is its owner's. */
struct error *git_set_attributes(const struct git *git, struct arena *arena) MUST_USE;
struct error *git_find_dir(struct git *git, struct arena *arena) MUST_USE;
/* Before a fast-import begins: takes away what a killed one left in its way (pack-*.keep). */
void git_drop_stale_keeps(const struct git *git);
/* One of the repository's files is a pipe or a device, at which git would wait for ever; NULL: none is. */
const char *git_find_pipe(const struct git *git);
struct error *git_refuse_pipe(const struct git *git) MUST_USE;

/* check.c, mend.c: the repository as it is, in whatever state. `out_git` has no branch. */
struct error *git_find(const char *folder, const struct clock *clock, struct git *out_git,
                       bool *out_is_there) MUST_USE;
/* The same, where one of its files may be a pipe: nothing is to be asked of git then. */
struct error *git_find_any(const char *folder, const struct clock *clock, struct git *out_git,
                           bool *out_is_there) MUST_USE;
bool git_head_is_whole(span head); /* of the file HEAD: it names a branch */
bool git_index_is_whole(const struct git *git, struct arena *arena, const char *name);
struct error *git_fsck(const struct git *git, struct arena *arena, int *out_status,
                       span *out_complaints) MUST_USE;

/* --- tree.c, import.c, commit.c --- */

struct change {
    span path;
    bool is_removal;
    int64_t mark; /* of its bytes in the import that is open; 0: not sent */
};
struct changes {
    struct arena *arena;
    struct map map;
    VEC(struct change *) list;
};
struct archive {
    char *folder;
    char *author; /* "Name <address>", fit for a commit */
    struct log *log;
    const struct clock *clock;
    struct clock *own_clock;
    const struct timezone_rules *timezone;
    struct file_batch *batch;
    bool has_marker;       /* .tmp-batch stands in the archive */
    struct arena *scratch; /* for one file at a time; reset before each */
    bool uses_git;
    struct git git;
    struct changes staged;     /* not written out yet */
    struct changes pending;    /* on disk, not committed yet; the journal holds them too */
    struct git_process import; /* a fast-import that has some of their bytes already; pid -1: none */
    int64_t last_mark;
};
void changes_init(struct changes *changes);
void changes_release(struct changes *changes);
void changes_clear(struct changes *changes);
struct change *changes_add(struct changes *changes, span path, bool is_removal);

/* occupied.c: ERROR_REFUSED where a path's folders are none, cannot be written, or a folder stands there. */
struct error *place_is_open(const struct archive *archive, span path) MUST_USE;

bool path_is_archives(span path); /* no name of it is empty or begins with a dot, ... */

/* journal.c */
struct error *journal_read(struct archive *archive) MUST_USE;
struct error *journal_write(struct archive *archive) MUST_USE;
void journal_remove(const struct archive *archive);

/* import.c: one `git fast-import` for each commit, begun with the first batch. */
void import_ahead(struct archive *archive, struct change *const *changes, size_t count);
void import_nudge(struct archive *archive);
void import_drop(struct archive *archive);                    /* what it has been sent is forgotten */
struct error *import_files(struct archive *archive) MUST_USE; /* of those pending, that it has not yet */
struct tip;
/* After import_files(): makes the commit, or none where nothing changed, and ends the import. */
struct error *import_commit(struct archive *archive, span message, const struct tip *tip,
                            bool *out_is_changed) MUST_USE;

struct tip { /* the last commit; both empty before the first */
    span commit, tree;
};
struct error *git_tip(const struct git *git, struct arena *arena, struct tip *out_tip) MUST_USE;

/* gather.c: loose objects and packs become one where there are too many. */
struct error *git_gather(const struct git *git) MUST_USE;
