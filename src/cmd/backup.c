/* SPDX-License-Identifier: MIT
 * backup.c - `courant backup FILE`
 */
#include "cmd/backup.h"
#include "cmd/interrupt.h"
#include "text/json.h"
#include <inttypes.h>
#include <signal.h>
#include <unistd.h>

static void take_signal(void *context, int signal)
{
    struct courant *courant = context;

    courant->signal = signal == SIGHUP ? SIGTERM : signal;
}

static bool is_cancelled(void *context)
{
    const struct courant *courant = context;

    return courant->signal != 0;
}

static void tell(void *context, span what, span why)
{
    struct courant *courant = context;
    OWN(arena) arena = arena_new(64 * KiB);

    log_warn(courant->log, arena_string(arena, what), "not in the backup: %.*s", SPAN_ARG(why));
}

struct error *backup_do(struct courant *courant, struct backup_options *options,
                        struct error *(*work)(const struct backup_options *, struct backup_totals *),
                        struct backup_totals *out_totals)
{
    OPEN(interrupt) interrupt = NULL;

    options->clock = courant->clock;
    options->tell = tell;
    options->is_cancelled = is_cancelled;
    options->context = courant;
    TRY(interrupt_open(take_signal, courant, &interrupt));
    return work(options, out_totals);
}

void backup_write_counts(const struct backup_totals *totals, bool is_json, struct buf *out)
{
    const struct {
        const char *name, *plural;
        int64_t count;
    } counts[] = {
        {"article", "articles", totals->articles}, {"revision", "revisions", totals->revisions},
        {"commit", "commits", totals->commits},    {"picture", "pictures", totals->pictures},
        {"file", "files", totals->files},          {"byte", "bytes", (int64_t)totals->size},
    };
    struct json_writer json = {.out = out};

    if (is_json)
        json_open_object(&json);
    for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
        if (is_json)
            json_pair_integer(&json, counts[i].plural, counts[i].count);
        else
            buf_printf(out, "%s%" PRId64 " %s", i ? ", " : "", counts[i].count,
                       counts[i].count == 1 ? counts[i].name : counts[i].plural);
    if (is_json)
        json_close_object(&json);
    buf_add_char(out, '\n');
}

static struct error *backup_run(struct courant *courant, const struct arguments *arguments)
{
    struct backup_options options = {
        .newsroom = courant->folder,
        .path = arguments->words[0].at,
        .may_replace = option_is_given(arguments, "force"),
    };
    struct backup_totals totals = {0};
    LOCAL(buf) out = {.max = 4 * KiB};

    if (span_is(arguments->words[0], "-") && isatty(STDOUT_FILENO))
        return error_new(ERROR_USAGE,
                         "a backup is nothing for a terminal: name a file, or send it to another program");
    TRY(backup_do(courant, &options, backup_write, &totals));
    backup_write_counts(&totals, option_is_given(arguments, "json"), &out);
    if (!span_is(arguments->words[0], "-"))
        return output_write(&out);
    buf_truncate(&out, out.len - 1); /* standard output has the backup */
    log_info(courant->log, NULL, "%.*s", SPAN_ARG(buf_span(&out)));
    return OK;
}

static const struct option options[] = {
    {"force", 'f', NULL, "replace FILE if it is there"},
    {"json", 'j', NULL, "print the counts as JSON"},
    {0},
};

const struct command cmd_backup = {
    .name = "backup",
    .arguments = "FILE",
    .help = "put the whole newsroom into one checksummed file",
    .more =
        "FILE is a tar file with the store, the archive and its history, courant.conf, rules/ and images/, "
        "all as they were at one moment; a harvest may run meanwhile. It can be opened without Courant. "
        "\"-\" is standard output. Only its owner may read it, as courant.conf may hold passwords; files "
        "that "
        "courant.conf names for login and cookies are not in it, and are told. A backup is there whole or "
        "not at all.",
    .options = options,
    .run = backup_run,
};
