/* SPDX-License-Identifier: MIT
 * find.c - what an address can be followed by
 *
 * In the order of how sure it is: what is asked for is a feed; the answer or the page names one; the platform
 * has a rule for it; the site's system has a usual place. Only where all these fail, sitemaps and the page
 * itself are looked at.
 */
#include "feed/discover.h"
#include "gather/internal.h"
#include "text/url.h"

static void add_all(struct search *search, const struct feed_hint *hints, size_t count)
{
    for (size_t i = 0; i < count; i++)
        search_add(search, &hints[i], RUNG_FEED);
}

static void add_named(struct search *search, const struct response *response)
{
    struct feed_hint *hints;
    size_t count =
        discover_by_headers(search->arena, response->links, response->link_count, response->url, &hints);

    add_all(search, hints, count);
    count = feed_hints(search->arena, response->body, response->url, &hints);
    add_all(search, hints, count);
}

static bool has_best(const struct search *search, size_t i)
{
    return search->candidates[i].found && search->candidates[i].found->item_count > 0;
}

/* Asks for candidates from `start` on until one can be followed; an empty feed only if no other can. */
static struct error *look_from(struct search *search, size_t start, size_t *out_best)
{
    size_t empty = search->count;

    for (size_t i = start; i < search->count; i++) {
        TRY(search_look(search, &search->candidates[i]));
        if (has_best(search, i)) {
            *out_best = i;
            return OK;
        }
        if (search->candidates[i].found && empty == search->count)
            empty = i;
    }
    *out_best = empty;
    return OK;
}

/* Guesses that came to nothing are nothing to choose from. */
static void drop_guesses(struct search *search, size_t *best)
{
    size_t kept = 0, new_best = SIZE_MAX;

    for (size_t i = 0; i < search->count; i++) {
        if (search->candidates[i].hint.is_guess && !search->candidates[i].found)
            continue;
        if (i == *best)
            new_best = kept;
        search->candidates[kept++] = search->candidates[i];
    }
    search->count = kept;
    *best = MIN(new_best, kept);
}

static bool names_only_comments(const struct search *search)
{
    for (size_t i = 0; i < search->count; i++)
        if (!search->candidates[i].hint.is_comments)
            return false;
    return true;
}

/* What a page names, then what its address and its system make likely. */
static struct error *find_feeds(struct search *search, span url, const struct response *response,
                                size_t *out_best)
{
    struct feed_hint *hints;
    size_t count, best, named = 0;
    bool is_page = response && response->status == 200;

    if (is_page)
        add_named(search, response);
    named = search->count;
    *out_best = SIZE_MAX;
    if (!names_only_comments(search))
        TRY(look_from(search, 0, out_best));
    if (*out_best < named && has_best(search, *out_best))
        return OK;
    count = discover_by_address(search->arena, is_page ? response->url : url, &hints);
    add_all(search, hints, count);
    if (is_page) {
        count = discover_places(search->arena, response->url, response->body, &hints);
        add_all(search, hints, count);
    }
    TRY(look_from(search, named, &best));
    if (best < search->count)
        *out_best = best;
    else if (*out_best >= named && names_only_comments(search))
        TRY(look_from(search, 0, out_best));
    return OK;
}

/* --- without a feed --- */

static void add_page(struct search *search, const struct response *response)
{
    struct answer answer = {.response = (struct response *)(uintptr_t)response};
    struct feed_hint hint = {.url = response->url, .title = S("the page itself"), .how = HINT_ITSELF};
    size_t at = search->count;

    answer_read(search, RUNG_PAGE, &answer);
    if (!answer.found || !answer.found->item_count)
        return;
    answer.found->url = answer.found->url.len ? answer.found->url : response->url;
    search_add(search, &hint, RUNG_PAGE);
    if (search->count > at)
        search->candidates[at].found = answer.found;
}

/* A sitemap for news has titles and is short; one that lists a whole site comes after the page. */
static size_t best_of_rest(const struct search *search, size_t start)
{
    size_t best = search->count;

    for (size_t i = start; i < search->count; i++) {
        const struct candidate *candidate = &search->candidates[i];
        if (!candidate->found)
            continue;
        if (candidate->rung == RUNG_SITEMAP && candidate->found->items[0].title.len)
            return i;
        if (best == search->count || candidate->rung == RUNG_PAGE)
            best = i;
    }
    return best;
}

static struct error *find_rest(struct search *search, const struct response *response, size_t *out_best)
{
    size_t start = search->count;

    TRY(search_sitemaps(search, response->url));
    add_page(search, response);
    *out_best = best_of_rest(search, start);
    return OK;
}

static span reason_for_none(const struct search *search, const struct response *response)
{
    span wall = gather_wall(search->arena, response);

    if (wall.len)
        return wall;
    if (response->status != 200)
        return arena_printf(search->arena, "the server answered with status %d", response->status);
    for (size_t i = 0; i < search->count; i++)
        if (!search->candidates[i].hint.is_guess)
            return arena_printf(search->arena, "none of the feeds that it names can be read; the first: %.*s",
                                SPAN_ARG(search->candidates[i].reason));
    return S("an HTML page that names no feed, a site that has none in a usual place, no sitemap, and no "
             "list of news on the page that could be told from the rest");
}

/* --- the whole --- */

static void settle(struct search *search, size_t best, struct finding *out_finding)
{
    drop_guesses(search, &best);
    *out_finding = (struct finding){.candidates = search->candidates, .count = search->count, .best = best};
}

/* Is it a feed itself, or a list of such? */
static struct error *look_at_itself(struct search *search, span url, const struct response *response,
                                    struct finding *out_finding, bool *out_is_settled)
{
    struct answer answer = {.response = (struct response *)(uintptr_t)response};
    struct feed_hint hint = {.url = url, .how = HINT_ITSELF};

    answer_read(search, RUNG_FEED, &answer);
    *out_is_settled = answer.found || answer.is_opml || answer.is_index;
    if (answer.is_index)
        TRY(search_sitemap(search, url));
    if (answer.found) {
        answer.found->url = answer.found->url.len ? answer.found->url : url;
        search_add(search, &hint, answer.rung);
        search->candidates[0].found = answer.found;
    }
    settle(search, 0, out_finding);
    out_finding->reason = answer.reason;
    return OK;
}

struct error *gather_find(const struct gatherer *gatherer, span url, struct finding *out_finding)
{
    struct response *response;
    struct search search;
    size_t best;
    bool is_settled = false;

    search_begin(&search, gatherer);
    *out_finding = (struct finding){0};
    TRY_OR(search_ask(&search, FETCH_FEED, url, &response), "could not ask %.*s", SPAN_ARG(url));
    if (response->status == 200)
        TRY(look_at_itself(&search, url, response, out_finding, &is_settled));
    if (is_settled)
        return OK;
    TRY(find_feeds(&search, url, response, &best));
    if (best >= search.count && response->status == 200)
        TRY(find_rest(&search, response, &best));
    settle(&search, best, out_finding);
    if (out_finding->best == out_finding->count)
        out_finding->reason = reason_for_none(&search, response);
    return OK;
}

struct error *gather_look(const struct gatherer *gatherer, struct candidate *candidate)
{
    struct search search;

    search_begin(&search, gatherer);
    return search_look(&search, candidate);
}
