/* SPDX-License-Identifier: MIT
 * keep.c - `courant keep URL...`: pages taken as articles, without a source
 */
#include "cmd/round.h"
#include "cmd/session.h"
#include "keep/page.h"
#include "limits/limits.h"
#include <inttypes.h>

struct keeping {
    struct courant *courant;
    struct keep_options options;
    struct extract_options extraction;
    struct gatherer gatherer;
    struct buf *out;
    size_t kept_count;
};

static struct error *take_and_keep(struct keeping *keeping, span url)
{
    OWN(arena) arena = arena_new(LIMIT_EXTRACT_ROOM);
    struct taken taken;
    uint64_t id = 0;

    keeping->gatherer.arena = arena;
    TRY(gather_take(&keeping->gatherer, &keeping->extraction, url, &taken));
    if (taken.extraction->kind != PAGE_ARTICLE)
        return error_new(ERROR_FORMAT, "no article was found: %s", taken.extraction->reason);
    TRY(keep_page(arena, &keeping->options, &taken, &id));
    buf_printf(keeping->out, "%016" PRIx64 "\n", id);
    keeping->kept_count++;
    return OK;
}

/* One that cannot be kept does not keep the others from it. */
static struct error *keep_all(struct keeping *keeping, const struct arguments *arguments)
{
    for (size_t i = 0; i < arguments->word_count; i++) {
        span url = arguments->words[i];
        struct error *error = take_and_keep(keeping, url);
        if (!error)
            continue;
        if (error->kind == ERROR_CANCELLED || error->kind == ERROR_LOCKED || error->kind == ERROR_DAMAGED ||
            error->kind == ERROR_IO)
            return error;
        log_failure(keeping->courant->log, arena_string(keeping->courant->arena, url), error);
        error_free(error);
        keeping->courant->has_failed = true;
    }
    return OK;
}

static struct error *fetch_and_keep(struct keeping *keeping, const struct arguments *arguments)
{
    struct courant *courant = keeping->courant;
    OPEN(session) session = NULL;

    TRY(session_open(courant, &courant->conf->fetch, &session));
    keeping->gatherer.fetcher = session_fetcher(session);
    return keep_all(keeping, arguments);
}

static struct error *keep_run(struct courant *courant, const struct arguments *arguments)
{
    LOCAL(buf) out = {.max = 1 * MiB};
    struct harvest_totals totals;
    struct keeping keeping = {
        .courant = courant,
        .options = {.newsroom = courant->folder, .conf = courant->conf, .clock = courant->clock},
        .gatherer = {.settings = &courant->conf->fetch, .log = courant->log},
        .out = &out,
    };
    struct error *error;

    TRY(gather_rules(courant->arena, courant->folder, courant->conf, courant->log,
                     &keeping.extraction.rules));
    error = fetch_and_keep(&keeping, arguments);
    if (!error && keeping.kept_count)
        error = round_of_kind(courant, HARVEST_ARCHIVE, NULL, 0, &totals);
    if (out.len) { /* what was kept is kept, whatever came then */
        struct error *unwritten = output_write(&out);
        if (error)
            error_free(unwritten);
        else
            error = unwritten;
    }
    return error;
}

const struct command cmd_keep = {
    .name = "keep",
    .arguments = "URL...",
    .help = "take pages as articles, without a source",
    .more =
        "Each page is fetched (robots.txt is obeyed), its article taken out, with the further pages that it "
        "may "
        "have, stored and archived below kept/. It prints the article's id. A page that was kept before and "
        "has changed is a revision.",
    .needs = NEEDS_CONF | NEEDS_OWNER,
    .run = keep_run,
};
