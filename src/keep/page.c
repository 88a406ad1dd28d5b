/* SPDX-License-Identifier: MIT
 * page.c - a page taken as an article, without a source
 */
#include "keep/page.h"
#include "bytes/digest.h"
#include "core/file.h"
#include "store/store.h"
#include "text/timezone.h"

enum { MOST_OF_ONE_ADDRESS = 1000 };

/* The page as an item of a feed that nobody polls. */
static struct item item_of(const struct taken *taken)
{
    const struct extraction *extraction = taken->extraction;

    return (struct item){
        .raw_title = extraction->title,
        .raw_link = taken->response->url,
        .raw_body = extraction->html,
        .raw_hash = digest_fast(extraction->html),
        .published_at = extraction->published_at,
        .modified_at = extraction->modified_at,
        .link = taken->response->url,
        .title = extraction->title,
        .html = extraction->html,
        .language = extraction->language,
        .image = extraction->image,
        .authors = extraction->authors,
        .author_count = extraction->author_count,
        .is_full = true,
    };
}

static struct error *read_source(const char *newsroom, struct arena *arena, struct source **out_source)
{
    OPEN(store_reader) reader = NULL;

    TRY(store_reader_open(newsroom, &reader));
    return store_source(reader, arena, S(KEPT_SOURCE), out_source);
}

/* Feeds may have articles of the same address: it is the one that was kept. */
static struct error *find_id(const char *newsroom, struct arena *arena, span url, uint64_t *out_id)
{
    OPEN(store_reader) reader = NULL;
    uint64_t ids[MOST_OF_ONE_ADDRESS];
    size_t count = 0;

    TRY(store_reader_open(newsroom, &reader));
    TRY(store_find(reader, arena, url, ids, MOST_OF_ONE_ADDRESS, &count));
    for (size_t i = 0; i < count; i++) {
        struct article *article;
        TRY(store_article(reader, arena, ids[i], &article));
        if (!article || !span_is(article->source_id, KEPT_SOURCE))
            continue;
        *out_id = ids[i];
        return OK;
    }
    return error_new(ERROR_IO, "the article that was stored is not there");
}

/* The page as it came, so that it can be extracted anew, and a look at it later. */
static struct error *keep_bytes(struct store *store, const struct keep_options *options,
                                const struct taken *taken, uint64_t id, int64_t now)
{
    struct kept_page page = {.article_id = id,
                             .fetched_at = now,
                             .url = taken->response->url,
                             .content_type = taken->response->content_type,
                             .bytes = taken->response->body};
    struct page_outcome outcome = {
        .article_id = id,
        .looked_at = now,
        .retry_at = NO_TIME,
        .recheck_at = options->conf->recheck_count ? now + options->conf->rechecks[0] : NO_TIME,
        .page = options->conf->keep_pages && taken->page_count == 1 ? &page : NULL,
        .recheck_url = page.url,
    };
    struct page_verdict verdict;

    return store_take_pages(store, &outcome, 1, &verdict);
}

static struct error *store_item(struct store *store, struct arena *arena, const struct keep_options *options,
                                struct item *item, int64_t now)
{
    const struct adopted_source adopted = {.source = {.id = S(KEPT_SOURCE), .name = S("Kept pages")}};
    struct source *source = NULL;
    struct poll_counts counts;
    struct poll poll = {.items = item, .item_count = 1};

    TRY(store_adopt_sources(store, &adopted, 1));
    TRY(read_source(options->newsroom, arena, &source));
    if (!source)
        return error_new(ERROR_IO, "the source of kept pages is not there");
    poll.source = *source;
    poll.source.last_poll_at = now;
    TRY(store_poll(store, arena, &poll, &counts));
    if (counts.failed_count)
        return error_new(ERROR_LIMIT, "it could not be stored: %.*s", SPAN_ARG(counts.failures));
    return OK;
}

struct error *keep_page(struct arena *arena, const struct keep_options *options, const struct taken *taken,
                        uint64_t *out_id)
{
    const struct conf *conf = options->conf;
    struct store_options store_options = {.wait = conf->archive.wait,
                                          .max_interval = conf->fetch.max_interval};
    struct item item = item_of(taken);
    int64_t now = clock_now(options->clock);
    OPEN(file_lock) lock = NULL;
    OPEN(store) store = NULL;

    TRY(timezone_load(arena, conf->archive.timezone, &store_options.timezone));
    TRY(file_lock_open(arena_printf(arena, "%s/courant.lock", options->newsroom).at, false, &lock));
    TRY(store_open(options->newsroom, &store_options, options->clock, &store));
    TRY(store_item(store, arena, options, &item, now));
    TRY(find_id(options->newsroom, arena, item.link, out_id));
    return keep_bytes(store, options, taken, *out_id, now);
}
