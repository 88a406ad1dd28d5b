/* SPDX-License-Identifier: MIT
 * listed.c - a feed of items that were found on a page
 */
#include "bytes/digest.h"
#include "feed/feed.h"
#include "feed/internal.h"
#include "text/date.h"
#include "text/escape.h"
#include <stdlib.h>

struct feed *feed_of_items(struct arena *arena, const struct feed_about *about, const struct feed_item *items,
                           size_t count)
{
    struct feed *feed = memory_new(sizeof *feed);

    feed->arena = arena;
    feed->listed = items;
    feed->listed_count = count;
    feed->is_done = true;
    feed->draft.about = *about;
    feed->draft.about.is_well_formed = true;
    return feed;
}

/* Equal as long as the page says the same of it. */
static uint64_t hash_of(const struct feed_item *item)
{
    char date[DATE_TEXT_SIZE] = "";
    span parts[] = {item->link, item->title, item->summary, item->image, {0}};
    struct sha256 digest;
    uint64_t hash;

    if (item->published_at != NO_TIME)
        date_format_rfc3339(item->published_at, date);
    parts[4] = span_of(date);
    digest = digest_parts(parts, ARRAY_SIZE(parts));
    memcpy(&hash, digest.at, sizeof hash);
    return hash;
}

static span as_html(struct arena *arena, span text)
{
    LOCAL(buf) out = {.max = 6 * text.len + 1};

    escape_text(&out, text);
    return arena_keep(arena, buf_span(&out));
}

struct feed_item *listed_next(struct feed *feed, struct arena *arena)
{
    const struct feed_item *listed = &feed->listed[feed->next_listed];
    struct feed_item *item = ARENA_NEW(arena, struct feed_item);

    if (feed->next_listed == feed->listed_count)
        return NULL;
    feed->next_listed++;
    *item = (struct feed_item){
        .link = arena_keep(arena, listed->link),
        .title = arena_keep(arena, listed->title),
        .summary = arena_keep(arena, listed->summary),
        .image = arena_keep(arena, listed->image),
        .language = arena_keep(arena, listed->language),
        .published_at = listed->published_at,
        .modified_at = NO_TIME,
        .created_at = NO_TIME,
        .expires_at = NO_TIME,
        .id_is_permalink = -1,
        .comments_count = -1,
    };
    item->id = item->raw_link = item->link;
    item->raw_title = item->title;
    item->raw_content = item->summary_html = item->content_html = as_html(arena, item->summary);
    item->raw_hash = hash_of(item);
    return item;
}
