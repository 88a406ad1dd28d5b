/* SPDX-License-Identifier: MIT
 * help.c - `courant help`
 */
#include "cmd/cmd.h"

static void write_manual_program(const struct courant *courant, struct buf *out)
{
    manual_write_program(courant, out);
}

static void write_manual_conf(const struct courant *courant, struct buf *out)
{
    (void)courant;
    manual_write_conf(out);
}

static const struct {
    const char *name;
    void (*write)(const struct courant *courant, struct buf *out);
} pages[] = {{"courant.1", write_manual_program}, {"courant.conf.5", write_manual_conf}};

static struct error *write_page(const struct courant *courant, span name, struct buf *out)
{
    for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
        if (!span_is(name, pages[i].name))
            continue;
        pages[i].write(courant, out);
        return OK;
    }
    return error_new(ERROR_USAGE, "there is no manual page \"%.*s\"; there are courant.1 and courant.conf.5",
                     SPAN_ARG(name));
}

static struct error *help_run(struct courant *courant, const struct arguments *arguments)
{
    LOCAL(buf) out = {.max = 1 * MiB};

    if (option_is_given(arguments, "man")) {
        TRY(write_page(courant, option_value(arguments, "man"), &out));
    } else if (arguments->word_count) {
        const struct command *command = command_find(courant, arguments->words[0]);
        if (!command)
            return command_unknown(courant, arguments->words[0]);
        usage_write_command(command, &out);
    } else {
        usage_write(courant, &out);
    }
    return output_write(&out);
}

const struct command cmd_help = {
    .name = "help",
    .arguments = "[COMMAND]",
    .help = "say what there is, or what a command does",
    .options =
        (const struct option[]){
            {"man", 0, "PAGE", "print a manual page's source: courant.1 or courant.conf.5"},
            {0},
        },
    .run = help_run,
};
