/* SPDX-License-Identifier: MIT
 * init.c - `courant init`: makes a newsroom
 */
#include "cmd/cmd.h"
#include "core/file.h"
#include <errno.h>
#include <stdlib.h>

static struct error *init_run(struct courant *courant, const struct arguments *arguments)
{
    const char *folder = arguments->word_count ? arguments->words[0].at : courant->folder;
    span path = arena_printf(courant->arena, "%s/courant.conf", folder);
    LOCAL(buf) text = {.max = 256 * KiB};
    LOCAL(buf) line = {.max = 16 * KiB};
    char *real;

    if (file_exists(path.at))
        return error_new(ERROR_USAGE, "there is a newsroom in \"%s\" already; nothing was changed", folder);
    conf_write_default(&text, option_is_given(arguments, "title") ? option_value(arguments, "title")
                                                                  : S("My newsroom"));
    TRY(file_make_folder(folder));
    TRY(file_write(path.at, buf_span(&text)));
    real = realpath(folder, NULL);
    buf_printf(&line, "%s\n", real ? real : folder);
    free(real);
    return output_write(&line);
}

const struct command cmd_init = {
    .name = "init",
    .arguments = "[DIR]",
    .help = "make a newsroom",
    .more = "DIR is made if it is missing; without it, the current directory becomes one. A newsroom that is "
            "there already "
            "is left as it is. Prints the newsroom's path.",
    .options =
        (const struct option[]){
            {"title", 't', "TITLE", "the newsroom's name"},
            {0},
        },
    .run = init_run,
};
