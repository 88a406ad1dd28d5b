/* SPDX-License-Identifier: MIT
 * find.c - the feed behind an address
 */
#include "gather/gather.h"
#include "text/url.h"
#include <stdlib.h>

enum { MOST_HINTS = 8 };

/* Where common systems keep their feeds, asked only if the page names none. */
static const char *const usual_places[] = {"/feed",      "/rss.xml", "/atom.xml", "/feed.xml",
                                           "/index.xml", "/rss",     "/feed.json"};

struct search {
    struct fetcher *fetcher;
    const struct conf_fetch *settings;
    struct arena *arena;
    struct log *log;
};

static struct error *get(const struct search *search, span url, struct response **out_response)
{
    struct fetch_request request = {
        .kind = FETCH_FEED, .url = url, .settings = search->settings, .arena = search->arena};

    return fetch_now(search->fetcher, &request, out_response);
}

/* Reads the feed through: how much is in it, and how it begins. */
static struct error *read_feed(const struct search *search, const struct response *response,
                               struct found_feed **out_feed)
{
    const struct feed_headers headers = {.content_type = response->content_type,
                                         .content_location = response->content_location,
                                         .content_language = response->content_language,
                                         .links = response->links,
                                         .link_count = response->link_count};
    struct found_feed *found = ARENA_NEW(search->arena, struct found_feed);
    OWN(arena) items = arena_new(64 * MiB);
    OPEN(feed) feed = NULL;
    struct feed_item *item;

    TRY(feed_open(response->body, response->url, &headers, &feed));
    for (;; arena_reset(items)) {
        struct error *error = feed_next(feed, items, &item);
        if (error && error->kind == ERROR_LIMIT) { /* one that is too large: the others count all the same */
            error_free(error);
            continue;
        }
        TRY(error);
        if (!item)
            break;
        if (found->first_title_count < FOUND_ITEMS)
            found->first_titles[found->first_title_count++] =
                arena_keep(search->arena, item->title.len ? item->title : item->link);
        found->item_count++;
    }
    found->url = response->permanent_url;
    found->title = arena_keep(search->arena, feed_about(feed)->title);
    found->home_page_url = arena_keep(search->arena, feed_about(feed)->home_page_url);
    found->format = feed_about(feed)->format;
    *out_feed = found;
    return OK;
}

static bool can_be_followed(enum feed_format format) /* its items are news, and not further feeds */
{
    return format != FEED_OPML && format != FEED_SITEMAP && format != FEED_SITEMAP_INDEX;
}

static span why(const struct search *search, struct error *error)
{
    char *text = error_text(error);
    span reason = arena_keep(search->arena, span_of(text));

    free(text);
    error_free(error);
    return reason;
}

struct answer { /* of an address */
    struct response *response;
    struct found_feed *feed; /* NULL: it is none to follow, */
    span reason;             /* since ... */
};

static struct error *try_address(const struct search *search, span url, struct answer *answer)
{
    struct error *error;

    TRY(get(search, url, &answer->response));
    if (answer->response->status != 200) {
        answer->reason =
            arena_printf(search->arena, "the server answered with status %d", answer->response->status);
        return OK;
    }
    error = read_feed(search, answer->response, &answer->feed);
    if (error) {
        answer->reason = why(search, error);
        return OK;
    }
    if (!can_be_followed(answer->feed->format)) {
        answer->reason = arena_printf(search->arena, "it is a list of addresses (%s), not a feed of news",
                                      feed_format_name(answer->feed->format));
        answer->feed = NULL;
    } else if (!answer->feed->url.len) {
        answer->feed->url = arena_keep(search->arena, url);
    }
    return OK;
}

/* The same for one that is only a guess: whatever goes wrong there is no more than "not here". */
static struct found_feed *try_guess(const struct search *search, span url)
{
    struct answer answer = {0};
    struct error *error;

    log_line(search->log, LOG_DEBUG, NULL, "trying %.*s", SPAN_ARG(url));
    error = try_address(search, url, &answer);
    if (error)
        answer.reason = why(search, error);
    if (!answer.feed)
        log_line(search->log, LOG_DEBUG, NULL, "no feed there: %.*s", SPAN_ARG(answer.reason));
    return answer.feed;
}

static void try_links(const struct search *search, struct finding *finding)
{
    for (size_t i = 0; !finding->feed && i < MIN(finding->hint_count, (size_t)MOST_HINTS); i++)
        finding->feed = try_guess(search, finding->hints[i].url);
}

static void try_usual_places(const struct search *search, span page, struct finding *finding)
{
    for (size_t i = 0; !finding->feed && i < ARRAY_SIZE(usual_places); i++)
        finding->feed = try_guess(search, url_resolve(search->arena, page, span_of(usual_places[i])));
}

struct error *gather_find_feed(struct fetcher *fetcher, const struct conf_fetch *settings,
                               struct arena *arena, span url, struct log *log, struct finding *out_finding)
{
    const struct search search = {fetcher, settings, arena, log};
    struct answer answer = {0};

    TRY_OR(try_address(&search, url, &answer), "could not ask %.*s", SPAN_ARG(url));
    *out_finding = (struct finding){.feed = answer.feed, .reason = answer.reason};
    if (answer.feed || answer.response->status != 200)
        return OK;
    out_finding->hint_count =
        feed_hints(arena, answer.response->body, answer.response->url, &out_finding->hints);
    try_links(&search, out_finding);
    if (out_finding->hint_count == 0)
        try_usual_places(&search, answer.response->url, out_finding);
    return OK;
}
