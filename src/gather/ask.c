/* SPDX-License-Identifier: MIT
 * ask.c - one address asked, and what its answer holds
 */
#include "gather/internal.h"
#include "limits/limits.h"
#include <stdlib.h>

void search_begin(struct search *search, const struct gatherer *gatherer)
{
    *search =
        (struct search){.gatherer = gatherer,
                        .arena = gatherer->arena,
                        .candidates = ARENA_ARRAY(gatherer->arena, struct candidate, LIMIT_FIND_CANDIDATES)};
}

static span take_reason(struct arena *arena, struct error *error)
{
    char *text = error_text(error);
    span reason = arena_keep(arena, span_of(text));

    free(text);
    error_free(error);
    return reason;
}

/* --- asking --- */

struct error *search_ask(struct search *search, enum fetch_kind kind, span url,
                         struct response **out_response)
{
    struct fetch_request request = {
        .kind = kind, .url = url, .settings = search->gatherer->settings, .arena = search->arena};

    search->requests++;
    log_line(search->gatherer->log, LOG_DEBUG, NULL, "asking %.*s", SPAN_ARG(url));
    return fetch_now(search->gatherer->fetcher, &request, out_response);
}

struct error *search_try(struct search *search, enum fetch_kind kind, span url,
                         struct response **out_response, span *out_reason)
{
    struct error *error;

    *out_response = NULL;
    if (search->requests >= LIMIT_FIND_REQUESTS) {
        *out_reason = S("it was not asked: these are requests enough");
        return OK;
    }
    error = search_ask(search, kind, url, out_response);
    if (error && error->kind == ERROR_CANCELLED)
        return error;
    if (error)
        *out_reason = take_reason(search->arena, error);
    else if ((*out_response)->status != 200)
        *out_reason =
            arena_printf(search->arena, "the server answered with status %d", (*out_response)->status);
    if (error || (*out_response)->status != 200)
        *out_response = NULL;
    return OK;
}

/* --- reading --- */

/* The first of the document; of a sitemap, which is in no order, the newest. */
static void show(struct arena *arena, const struct feed_item *item, bool is_of_sitemap, struct found *found)
{
    int64_t at = is_of_sitemap && item->published_at == NO_TIME ? item->modified_at : item->published_at;
    size_t place = found->shown_count, last;

    while (is_of_sitemap && place > 0 && found->items[place - 1].published_at < at)
        place--;
    if (place == FOUND_ITEMS)
        return;
    last = MIN(found->shown_count, FOUND_ITEMS - 1);
    memmove(&found->items[place + 1], &found->items[place], (last - place) * sizeof *found->items);
    found->items[place] = (struct found_item){
        .title = arena_keep(arena, item->title), .link = arena_keep(arena, item->link), .published_at = at};
    found->shown_count = last + 1;
}

static struct error *read_items(struct feed *feed, struct arena *arena, struct found *found)
{
    OWN(arena) items = arena_new(64 * MiB);
    struct feed_item *item;

    for (;; arena_reset(items)) {
        struct error *error = feed_next(feed, items, &item);
        if (error && error->kind == ERROR_LIMIT) { /* one that is too large: the others count all the same */
            error_free(error);
            continue;
        }
        TRY(error);
        if (!item)
            return OK;
        show(arena, item, feed_about(feed)->format == FEED_SITEMAP, found);
        found->item_count++;
    }
}

static struct error *read_through(struct search *search, enum rung rung, struct answer *answer)
{
    struct found *found = ARENA_NEW(search->arena, struct found);
    OPEN(feed) feed = NULL;

    TRY(open_news(answer->response, rung, NULL, &feed, &found->left_out));
    TRY(read_items(feed, search->arena, found));
    found->url = answer->response->permanent_url;
    found->title = arena_keep(search->arena, feed_about(feed)->title);
    found->home_page_url = arena_keep(search->arena, feed_about(feed)->home_page_url);
    found->format = feed_about(feed)->format;
    answer->found = found;
    return OK;
}

void answer_read(struct search *search, enum rung rung, struct answer *answer)
{
    struct error *error = read_through(search, rung, answer);

    answer->rung = rung;
    if (error) {
        span wall = gather_wall(search->arena, answer->response);
        answer->reason = take_reason(search->arena, error);
        answer->reason = wall.len ? wall : answer->reason;
        answer->found = NULL;
    } else if (answer->found->format == FEED_SITEMAP) {
        answer->rung = RUNG_SITEMAP;
    } else if (answer->found->format == FEED_OPML) {
        answer->reason = S("it is a list of feeds (OPML): \"courant import\" takes all of them");
        answer->is_opml = true;
        answer->found = NULL;
    } else if (answer->found->format == FEED_SITEMAP_INDEX) {
        answer->reason = S("it is a list of sitemaps, not a feed of news");
        answer->is_index = true;
        answer->found = NULL;
    }
}

struct error *search_look(struct search *search, struct candidate *candidate)
{
    enum fetch_kind kind = candidate->rung == RUNG_PAGE ? FETCH_PAGE : FETCH_FEED;
    struct answer answer = {0};

    if (candidate->found)
        return OK;
    TRY(search_try(search, kind, candidate->hint.url, &answer.response, &candidate->reason));
    if (!answer.response)
        return OK;
    answer_read(search, candidate->rung, &answer);
    candidate->found = answer.found;
    candidate->reason = answer.reason;
    if (answer.found) {
        candidate->rung = answer.rung;
        if (!answer.found->url.len)
            answer.found->url = candidate->hint.url;
    }
    return OK;
}

void search_add(struct search *search, const struct feed_hint *hint, enum rung rung)
{
    for (size_t i = 0; i < search->count; i++)
        if (span_equal(search->candidates[i].hint.url, hint->url))
            return;
    if (search->count < LIMIT_FIND_CANDIDATES)
        search->candidates[search->count++] = (struct candidate){.hint = *hint, .rung = rung};
}
