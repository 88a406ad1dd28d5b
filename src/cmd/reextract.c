/* SPDX-License-Identifier: MIT
 * reextract.c - `courant reextract`: kept pages, with the rules and tables of today
 */
#include "cmd/round.h"
#include "text/json.h"
#include <inttypes.h>

static void write_counts(const struct harvest_totals *totals, bool is_json, struct buf *out)
{
    struct json_writer json = {.out = out};

    if (!is_json) {
        int64_t pages = totals->pages - totals->damaged_pages;
        buf_printf(out, "%" PRId64 " page%s extracted anew: %" PRId64 " article%s revised", pages,
                   pages == 1 ? "" : "s", totals->revised_count, totals->revised_count == 1 ? "" : "s");
        if (totals->damaged_pages)
            buf_printf(out, "; %" PRId64 " damaged and passed over", totals->damaged_pages);
        buf_add_char(out, '\n');
        return;
    }
    json_open_object(&json);
    json_pair_integer(&json, "pages", totals->pages - totals->damaged_pages);
    json_pair_integer(&json, "revised", totals->revised_count);
    json_pair_integer(&json, "damaged", totals->damaged_pages);
    json_close_object(&json);
    buf_add_char(out, '\n');
}

static struct error *reextract_run(struct courant *courant, const struct arguments *arguments)
{
    LOCAL(buf) out = {.max = 4 * KiB};
    struct harvest_totals totals = {0};
    span *only;
    size_t count = option_values(courant->arena, arguments, "source", &only);

    TRY(round_check_sources(courant, only, count));
    TRY(round_of_kind(courant, HARVEST_ANEW, only, count, &totals));
    write_counts(&totals, option_is_given(arguments, "json"), &out);
    return output_write(&out);
}

static const struct option options[] = {
    {"source", 's', "ID", "only articles of this source; may be repeated"},
    {"json", 'j', NULL, "print the counts as JSON"},
    {0},
};

const struct command cmd_reextract = {
    .name = "reextract",
    .arguments = "",
    .help = "extract articles anew from the pages that were kept",
    .more = "Better rules, or a better Courant, find more in old pages, too. Where the text differs it is a "
            "revision; the earlier ones are kept. Nobody is asked for anything. "
            "A page that was damaged on disk is told and passed over, and makes the exit status 1.",
    .needs = NEEDS_CONF | NEEDS_OWNER,
    .options = options,
    .run = reextract_run,
};
