/* SPDX-License-Identifier: MIT
 * export.c - `courant export WHAT`: the newsroom in a form that other programs read
 */
#include "cmd/cmd.h"
#include "core/file.h"
#include "export/opml.h"

static struct error *export_opml(struct courant *courant, const struct arguments *arguments)
{
    LOCAL(buf) out = {.max = 1 * GiB};
    span path = option_value(arguments, "output");

    opml_write(courant->conf, &out);
    if (out.overflowed)
        return error_new(ERROR_LIMIT, "the list of sources is too long");
    return path.len ? file_write(path.at, buf_span(&out)) : output_write(&out);
}

static const struct {
    const char *name;
    struct error *(*run)(struct courant *courant, const struct arguments *arguments);
} exports[] = {
    {"opml", export_opml},
};

static struct error *export_run(struct courant *courant, const struct arguments *arguments)
{
    span what = arguments->words[0];

    for (size_t i = 0; i < ARRAY_SIZE(exports); i++)
        if (span_is(what, exports[i].name))
            return exports[i].run(courant, arguments);
    return error_new(ERROR_USAGE, "\"%.*s\" is nothing that can be exported; opml is", SPAN_ARG(what));
}

const struct command cmd_export = {
    .name = "export",
    .arguments = "WHAT",
    .help = "write the newsroom for other programs",
    .more = "WHAT is opml: the sources as a list of subscriptions (OPML 2.0), nested by their categories. "
            "courant import reads it back to the same sources.",
    .needs = NEEDS_CONF | NEEDS_QUIET,
    .options =
        (const struct option[]){
            {"output", 'o', "FILE", "write it there, not to standard output"},
            {0},
        },
    .run = export_run,
};
