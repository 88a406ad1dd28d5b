/* SPDX-License-Identifier: MIT
 * restore.c - `courant restore FILE DIR`
 */
#include "cmd/backup.h"

static struct error *restore_run(struct courant *courant, const struct arguments *arguments)
{
    struct backup_options options = {
        .newsroom = arguments->words[1].at,
        .path = arguments->words[0].at,
    };
    struct backup_totals totals = {0};
    LOCAL(buf) out = {.max = 4 * KiB};

    TRY(backup_do(courant, &options, backup_restore, &totals));
    backup_write_counts(&totals, option_is_given(arguments, "json"), &out);
    return output_write(&out);
}

static const struct option options[] = {
    {"json", 'j', NULL, "print the counts as JSON"},
    {0},
};

const struct command cmd_restore = {
    .name = "restore",
    .arguments = "FILE DIR",
    .help = "make a newsroom from a backup",
    .more = "DIR must be missing or empty: a newsroom is never overwritten. Every byte of FILE is checked "
            "first; one "
            "that is damaged, cut short or holds what no backup has gives an error that names the place, and "
            "leaves "
            "nothing behind. \"-\" is standard input.",
    .options = options,
    .run = restore_run,
};
