/* SPDX-License-Identifier: MIT
 * clean.c - what is kept of an item, made fit to show
 */
#include "feed/feed.h"
#include "markup/markup.h"

static struct error *clean(struct arena *arena, span base, span *html)
{
    struct sanitize_options options = {.base = base};

    if (span_find_char(*html, '<') == SPAN_NONE) /* text: nothing in it can act, or refer to anything */
        return OK;
    return html_clean(arena, *html, &options, html);
}

struct error *feed_item_clean(struct arena *arena, struct feed_item *item)
{
    bool is_one = item->content_html.at == item->summary_html.at;

    TRY(clean(arena, item->title_base, &item->title_html));
    TRY(clean(arena, item->content_base, &item->content_html));
    if (is_one)
        item->summary_html = item->content_html;
    else
        TRY(clean(arena, item->summary_base, &item->summary_html));
    return OK;
}

void feed_item_to_model(struct arena *arena, const struct feed_item *item, struct item *out_item)
{
    (void)arena;
    *out_item = (struct item){
        .feed_id = item->id_is_given ? item->id : (span){0},
        .raw_title = item->raw_title,
        .raw_body = item->raw_content,
        .raw_link = item->raw_link,
        .is_deleted = item->is_deleted,
        .raw_hash = item->raw_hash,
        .published_at = item->published_at,
        .modified_at = item->modified_at,
        .link = item->link.len ? item->link : item->external_url,
        .title = item->title,
        .html = item->content_html,
        .summary = item->summary,
        .language = item->language,
        .image = item->image,
        .authors = item->authors,
        .author_count = item->author_count,
        .tags = item->tags,
        .tag_count = item->tag_count,
        .is_full = item->is_full,
    };
}
