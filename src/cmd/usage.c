/* SPDX-License-Identifier: MIT
 * usage.c - `courant help`: what the tables say, for a terminal
 */
#include "cmd/cmd.h"
#include "cmd/terminal.h"

enum { LINE_WIDTH = 80, HELP_INDENT = 24 };

/* `left` and, beside it or below, `help` in lines that fit. */
static void write_entry(struct buf *out, const char *left, const char *help)
{
    LOCAL(buf) wrapped = {.max = 64 * KiB};
    span rest, line;
    bool is_beside = strlen(left) + 4 <= HELP_INDENT;

    text_wrap(&wrapped, span_of(help), LINE_WIDTH - HELP_INDENT);
    if (is_beside)
        buf_printf(out, "  %-*s", HELP_INDENT - 2, left);
    else
        buf_printf(out, "  %s\n", left);
    rest = buf_span(&wrapped);
    for (bool is_first = is_beside; span_cut(&rest, '\n', &line); is_first = false)
        buf_printf(out, "%*s%.*s\n", is_first ? 0 : HELP_INDENT, "", SPAN_ARG(line));
}

static void write_option(struct buf *out, const struct option *option)
{
    LOCAL(buf) left = {.max = 256};

    if (option->letter)
        buf_printf(&left, "-%c, ", option->letter);
    buf_printf(&left, "--%s%s%s", option->name, option->argument ? " " : "",
               option->argument ? option->argument : "");
    write_entry(out, left.at, option->help);
}

static void write_options(struct buf *out, const struct option *options)
{
    buf_add(out, S("\nOptions:\n"));
    for (; options && options->name; options++)
        if (options->help)
            write_option(out, options);
    write_option(out, &(struct option){"help", 'h', NULL, "print this"});
}

void usage_write(const struct courant *courant, struct buf *out)
{
    buf_add(out, S("Usage: courant [-C DIR] [-v|-q] COMMAND [OPTIONS] [ARGUMENTS]\n\n"
                   "A newsroom in one program: follows feeds, stores their articles, and keeps them\n"
                   "as Markdown in a git repository.\n\nCommands:\n"));
    for (const struct command *const *command = courant->commands; *command; command++) {
        LOCAL(buf) left = {.max = 256};
        buf_printf(&left, "%s %s", (*command)->name, (*command)->arguments);
        write_entry(out, left.at, (*command)->help);
    }
    write_options(out, global_options);
    buf_add(out, S("\n\"courant help COMMAND\" says more of one; courant(1) and courant.conf(5) say all.\n"));
}

void usage_write_command(const struct command *command, struct buf *out)
{
    buf_printf(out, "Usage: courant %s%s%s%s\n\n%c%s.\n", command->name, command->options ? " [OPTIONS]" : "",
               *command->arguments ? " " : "", command->arguments, command->help[0] - 'a' + 'A',
               command->help + 1);
    if (command->more) {
        buf_add_char(out, '\n');
        text_wrap(out, span_of(command->more), LINE_WIDTH);
    }
    write_options(out, command->options);
}
