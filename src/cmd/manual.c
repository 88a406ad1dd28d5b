/* SPDX-License-Identifier: MIT
 * manual.c - the manual pages, from the tables of commands and keys
 */
#include "cmd/cmd.h"

/* Text of ours in roff: hyphens as they are typed, no request by accident. */
static void add(struct buf *out, const char *text)
{
    for (bool is_line_start = true; *text; is_line_start = *text++ == '\n') {
        if (is_line_start && (*text == '.' || *text == '\''))
            buf_add(out, S("\\&"));
        if (*text == '\\')
            buf_add(out, S("\\e"));
        else if (*text == '-')
            buf_add(out, S("\\-"));
        else
            buf_add_char(out, *text);
    }
}

static void add_line(struct buf *out, const char *text)
{
    add(out, text);
    buf_add_char(out, '\n');
}

/* A sentence from a phrase: "make a newsroom" -> "Make a newsroom." */
static void add_sentence(struct buf *out, const char *phrase)
{
    char first[2] = {(char)(*phrase >= 'a' && *phrase <= 'z' ? *phrase - 0x20 : *phrase), '\0'};

    add(out, first);
    if (*phrase)
        add(out, phrase + 1);
    buf_add(out, S(".\n"));
}

static void add_head(struct buf *out, const char *name, const char *section, const char *what)
{
    buf_printf(out, ".TH %s %s \"\" \"Courant " COURANT_VERSION "\"\n.SH NAME\n", name, section);
    add(out, name);
    buf_add(out, S(" \\- "));
    add_line(out, what);
}

/* --- courant.1 --- */

static void add_option(struct buf *out, const struct option *option)
{
    buf_add(out, S(".TP\n"));
    if (option->letter)
        buf_printf(out, "\\fB\\-%c\\fR, ", option->letter);
    buf_add(out, S("\\fB\\-\\-"));
    add(out, option->name);
    buf_add(out, S("\\fR"));
    if (option->argument) {
        buf_add(out, S(" \\fI"));
        add(out, option->argument);
        buf_add(out, S("\\fR"));
    }
    buf_add_char(out, '\n');
    add_sentence(out, option->help);
}

static void add_options(struct buf *out, const struct option *options)
{
    for (; options && options->name; options++)
        if (options->help)
            add_option(out, options);
}

static void add_command(struct buf *out, const struct command *command)
{
    buf_add(out, S(".SS \"courant "));
    add(out, command->name);
    if (command->options)
        buf_add(out, S(" [OPTIONS]"));
    if (*command->arguments)
        buf_add_char(out, ' ');
    add(out, command->arguments);
    buf_add(out, S("\"\n"));
    add_sentence(out, command->help);
    if (command->more)
        add_line(out, command->more);
    add_options(out, command->options);
}

void manual_write_program(const struct courant *courant, struct buf *out)
{
    add_head(out, "courant", "1", "a newsroom in one program");
    buf_add(out, S(".SH SYNOPSIS\n\\fBcourant\\fR [\\fB\\-C\\fR \\fIDIR\\fR] [\\fB\\-v\\fR|\\fB\\-q\\fR] "
                   "\\fICOMMAND\\fR "
                   "[\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]\n.SH DESCRIPTION\n"));
    add_line(out, "Courant follows feeds, stores their articles with every revision, and keeps them as "
                  "Markdown in a git "
                  "repository. All of it lies in one directory, the newsroom.");
    buf_add(out, S(".PP\n"));
    add_line(out, "Results go to standard output; everything else goes to standard error.");
    buf_add(out, S(".SH OPTIONS\n"));
    add_options(out, global_options);
    buf_add(out, S(".SH COMMANDS\n"));
    add_line(out, "Each command also takes --help. \"--\" ends the options.");
    for (const struct command *const *command = courant->commands; *command; command++)
        add_command(out, *command);
    buf_add(out, S(".SH EXIT STATUS\n"
                   ".TP\n0\nAll went well.\n"
                   ".TP\n1\nThe work was done but something failed, and is named on standard error.\n"
                   ".TP\n2\nThe command line or the configuration is wrong; nothing was done.\n"
                   ".TP\n3\nThe store is damaged, of another version, or locked by another process.\n"
                   ".TP\n130, 143\nStopped by SIGINT or SIGTERM; everything finished so far is kept.\n"
                   ".SH FILES\n"
                   ".TP\ncourant.conf\nWhat is wanted: see courant.conf(5).\n"
                   ".TP\ncourant.db\nThe store.\n"
                   ".TP\narchive/\nThe Markdown tree, a git repository.\n"
                   ".SH ENVIRONMENT\n"
                   ".TP\nNO_COLOR\nIf it is set and not empty, nothing is coloured.\n"
                   ".SH EXAMPLES\n.nf\ncourant init news\ncd news\ncourant add https://example.org/\n"
                   "courant run \\-\\-once\n.fi\n"
                   ".SH SEE ALSO\ncourant.conf(5), git(1)\n"));
}

/* --- courant.conf.5 --- */

static void add_group(struct buf *out, const struct conf_key_help *key)
{
    buf_printf(out, ".SH \"[%s%s%s]\"\n", key->group, key->argument ? " " : "",
               key->argument ? key->argument : "");
    add_sentence(out, key->group_help);
}

static void add_key(struct buf *out, const struct conf_key_help *key)
{
    buf_printf(out, ".TP\n\\fB%s\\fR = \\fI", key->key);
    add(out, key->type);
    buf_add(out, S("\\fR"));
    if (key->fallback && *key->fallback) {
        buf_add(out, S(" (default: "));
        add(out, key->fallback);
        buf_add_char(out, ')');
    }
    buf_add_char(out, '\n');
    add_sentence(out, key->help);
    if (key->words) {
        buf_add(out, S("Values:"));
        for (const char *const *word = key->words; *word; word++) {
            buf_add_text(out, word == key->words ? " " : ", ");
            add(out, *word);
        }
        buf_add(out, S(".\n"));
    }
    if (key->planned) {
        buf_add(out, S("It is accepted, with a warning, but has no effect yet: "));
        add(out, key->planned);
        buf_add(out, S(".\n"));
    }
}

void manual_write_conf(struct buf *out)
{
    OWN(arena) arena = arena_new(1 * MiB);
    size_t count;
    const struct conf_key_help *keys = conf_keys(arena, &count);

    add_head(out, "courant.conf", "5", "what a newsroom wants");
    buf_add(out, S(".SH DESCRIPTION\n"));
    add_line(out, "courant.conf lies in the newsroom's directory. It is UTF-8 text in groups, [GROUP] or "
                  "[GROUP NAME], of lines "
                  "KEY = VALUE.");
    buf_add(out, S(".PP\n"));
    add_line(out, "# at a line's start or after white space begins a comment. A value wholly in double "
                  "quotes keeps its # and "
                  "its outer spaces. Durations take s, m, h, d; sizes take K, M, G.");
    buf_add(out, S(".PP\n"));
    add_line(out, "A key that is not known, or a value that cannot be read, is an error that names file, "
                  "line and key, and "
                  "nothing runs until it is mended. A key set twice in a group is an error, too. SIGHUP lets "
                  "a running courant "
                  "read the file again; one with errors changes nothing.");
    buf_add(out, S(".PP\n"));
    add_line(out, "The file says what is wanted. What was learnt of a source (an address it moved to, an "
                  "interval) is in the "
                  "store, until the source's feed changes. A source that is taken out keeps its articles.");
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(keys[i].group, keys[i - 1].group) != 0)
            add_group(out, &keys[i]);
        add_key(out, &keys[i]);
    }
    buf_add(out,
            S(".SH EXAMPLES\n.nf\n[courant]\ntitle = Harbour news\n\n[archive]\ntimezone = Europe/Berlin\n\n"
              "[source harbour]\nname = The Harbour Mail\nfeed = https://harbour.example/rss.xml\n.fi\n"
              ".SH SEE ALSO\ncourant(1)\n"));
}
