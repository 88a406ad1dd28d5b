/* SPDX-License-Identifier: MIT
 * rebuild.c - `courant rebuild archive`: the archive's bytes once more, from the store
 */
#include "cmd/checking.h"
#include "cmd/round.h"
#include "store/store.h"
#include "text/json.h"
#include <inttypes.h>

static void write_counts(const struct checking *checking, int64_t count, const struct harvest_totals *totals,
                         struct buf *out)
{
    struct json_writer json = {.out = out};

    if (!checking->is_json) {
        buf_printf(out, "%" PRId64 " article%s written%s\n", count, count == 1 ? "" : "s",
                   totals->has_committed ? "; committed" : "; nothing had changed");
        return;
    }
    json_open_object(&json);
    json_pair_integer(&json, "articles", count);
    json_pair_boolean(&json, "committed", totals->has_committed);
    json_close_object(&json);
    buf_add_char(out, '\n');
}

static struct error *count_articles(struct courant *courant, int64_t *out_count)
{
    struct store_totals totals = {0};
    OPEN(store_reader) reader = NULL;

    TRY(store_reader_open(courant->folder, &reader));
    TRY(store_count(reader, &totals));
    *out_count = totals.articles;
    return OK;
}

static struct error *rebuild(struct checking *checking)
{
    LOCAL(buf) out = {.max = 4 * KiB};
    struct harvest_totals totals = {0};
    int64_t count;

    TRY(rebuild_archive(&checking->options));
    checking_pause(checking);
    TRY(round_of_kind(checking->courant, HARVEST_ARCHIVE, NULL, 0, &totals));
    TRY(count_articles(checking->courant, &count));
    write_counts(checking, count, &totals, &out);
    return output_write(&out);
}

static struct error *rebuild_run(struct courant *courant, const struct arguments *arguments)
{
    struct checking checking = {.courant = courant, .is_json = option_is_given(arguments, "json")};
    struct error *error;

    if (!span_is(arguments->words[0], "archive"))
        return error_new(ERROR_USAGE, "cannot rebuild \"%.*s\"; \"archive\" can be",
                         SPAN_ARG(arguments->words[0]));
    error = checking_begin(&checking);
    if (!error)
        error = rebuild(&checking);
    checking_end(&checking);
    return error;
}

static const struct option options[] = {
    {"json", 'j', NULL, "print the counts as JSON"},
    {0},
};

const struct command cmd_rebuild = {
    .name = "rebuild",
    .arguments = "archive",
    .help = "write the archive anew from the store",
    .more =
        "Every article, list and README is written again, to the bytes that they had, and what differs is "
        "committed: after a change of the settings in [archive], or where files were lost. What was "
        "edited, and git does not have, is set aside first; files that Courant did not write stay.",
    .needs = NEEDS_CONF | NEEDS_QUIET | NEEDS_OWNER,
    .options = options,
    .run = rebuild_run,
};
