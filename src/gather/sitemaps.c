/* SPDX-License-Identifier: MIT
 * sitemaps.c - the sitemaps of a site: those of its robots.txt, else where most have one
 *
 * An index is followed to the sitemap in it that is most likely to hold news, two levels at most: one that is
 * called so, else the one changed last.
 */
#include "fetch/robots.h"
#include "gather/internal.h"
#include "limits/limits.h"
#include "text/url.h"

static const char *const usual[] = {"/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml",
                                    "/sitemap-news.xml"};
static const char *const news_words[] = {"news", "article", "post", "latest", "recent", "story", "google"};
static const char *const other_words[] = {"image",  "video", "tag",     "categor", "author",
                                          "static", "page",  "product", "archive", "topic"};

static int score_of_name(span url)
{
    int score = 0;

    for (size_t i = 0; i < ARRAY_SIZE(news_words); i++)
        if (span_find_nocase(url, span_of(news_words[i])) != SPAN_NONE)
            score += i == 0 ? 4 : 2;
    for (size_t i = 0; i < ARRAY_SIZE(other_words); i++)
        if (span_find_nocase(url, span_of(other_words[i])) != SPAN_NONE)
            score -= 3;
    return score;
}

/* The best of an index; {0}: it lists none. */
static span best_of_index(struct search *search, const struct response *response)
{
    OWN(arena) items = arena_new(16 * MiB);
    OPEN(feed) feed = NULL;
    struct feed_item *item = NULL;
    span best = {0};
    int64_t best_at = NO_TIME;
    int best_score = 0;

    OWN(error) error = open_answer(response, RUNG_FEED, NULL, &feed);
    for (size_t i = 0; !error && i < LIMIT_FIND_SITEMAP_ITEMS; i++, arena_reset(items)) {
        OWN(error) bad = feed_next(feed, items, &item);
        if (bad || !item)
            break;
        int score = score_of_name(item->feed_url);
        bool is_better = score > best_score || (score == best_score && item->modified_at >= best_at);
        if (!item->feed_url.len || (best.at && !is_better))
            continue;
        best = arena_keep(search->arena, item->feed_url);
        best_at = item->modified_at;
        best_score = score;
    }
    return best;
}

struct error *search_sitemap(struct search *search, span url)
{
    for (int depth = 0; depth <= LIMIT_FIND_SITEMAP_DEPTH && url.len; depth++) {
        struct answer answer = {0};
        struct feed_hint hint = {.url = url, .title = S("sitemap"), .how = HINT_PLACE};
        TRY(search_try(search, FETCH_FEED, url, &answer.response, &answer.reason));
        if (!answer.response)
            return OK;
        answer_read(search, RUNG_FEED, &answer);
        if (answer.found && answer.rung == RUNG_SITEMAP && answer.found->item_count) {
            size_t before = search->count;
            search_add(search, &hint, RUNG_SITEMAP);
            answer.found->url = url;
            if (search->count > before)
                search->candidates[before].found = answer.found;
            return OK;
        }
        url = answer.is_index ? best_of_index(search, answer.response) : (span){0};
    }
    return OK;
}

struct error *search_sitemaps(struct search *search, span page)
{
    size_t count = 0, before = search->count;
    struct response *response;
    span reason;

    TRY(search_try(search, FETCH_FEED, url_resolve(search->arena, page, S("/robots.txt")), &response,
                   &reason));
    if (response) {
        const struct robots *robots = robots_parse(search->arena, response->body);
        for (; count < MIN(robots->sitemap_count, (size_t)LIMIT_FIND_SITEMAPS); count++)
            TRY(search_sitemap(search, url_resolve(search->arena, page, robots->sitemaps[count])));
    }
    for (size_t i = 0; count == 0 && search->count == before && i < ARRAY_SIZE(usual); i++)
        TRY(search_sitemap(search, url_resolve(search->arena, page, span_of(usual[i]))));
    return OK;
}
