/* SPDX-License-Identifier: MIT
 * front.c - which way a front page is read, and what becomes an item
 */
#include "page/front.h"
#include "limits/limits.h"
#include "page/front_parts.h"
#include "page/internal.h"
#include "text/charset.h"
#include "text/url.h"
#include "text/utf8.h"

enum { FEWEST_FOUND = 3 }; /* two links that look alike are no list of news */

span front_link(struct front_reader *reader, span href)
{
    struct url url, base;
    bool has_base = url_parse(reader->arena, reader->base, NULL, &base);

    href = span_trim(href);
    if (!href.len || *href.at == '#' || !url_parse(reader->arena, href, has_base ? &base : NULL, &url) ||
        !url_is_of_web(&url))
        return (span){0};
    url.fragment = (span){0};
    return url_serialize(reader->arena, &url);
}

void front_add(struct front_reader *reader, struct front_item item)
{
    span key = item.link.len ? url_canonical_key(reader->arena, item.link) : (span){0};
    void **seen;

    item.title = text_collapse(reader->arena, utf8_cut(item.title, LIMIT_FRONT_TITLE));
    item.summary = text_collapse(reader->arena, utf8_cut(item.summary, LIMIT_FRONT_SUMMARY));
    if (!key.len || !item.title.len || span_equal(key, reader->page_key) ||
        reader->items.len == LIMIT_FRONT_ITEMS || arena_is_full(reader->arena))
        return;
    seen = map_at(&reader->seen, key);
    if (*seen)
        return;
    if (item.published_at == NO_TIME)
        item.published_at = date_of_address(reader->arena, item.link);
    if (span_equal(item.summary, item.title))
        item.summary = (span){0};
    *vec_add(reader->arena, &reader->items) = item;
    *seen = reader; /* any value that is not NULL */
}

static bool is_json(span bytes)
{
    bytes = span_trim(span_starts(bytes, S("\xEF\xBB\xBF")) ? span_from(bytes, 3) : bytes);
    return span_starts(bytes, S("{")) || span_starts(bytes, S("["));
}

static struct error *read_json(struct front_reader *reader, const struct page_bytes *input,
                               const struct front_rule *rule)
{
    struct charset_hints hints = {.http = charset_of_content_type(input->content_type)};
    span text = input->bytes;

    if (!rule || !rule->items.len)
        return error_new(ERROR_FORMAT, "it is JSON: \"items\", \"link\" and \"title\" must say where the "
                                       "news stand in it");
    if (!utf8_is_valid(text))
        text = charset_decode(reader->arena, charset_choose(text, &hints), text, NULL);
    return front_by_paths(reader, text, rule);
}

static struct error *read_html(struct front_reader *reader, const struct page_bytes *input,
                               const struct front_rule *rule, struct front *front)
{
    struct page *page;

    TRY(page_read(reader->arena, input, &page));
    reader->base = page->base;
    front->title = page->title;
    front->site_name = page->site_name;
    front->language = page->language;
    if (rule && rule->items.len)
        return front_by_rule(reader, page, rule);
    front_by_structure(reader, page);
    if (reader->items.len < FEWEST_FOUND)
        return error_new(ERROR_FORMAT, "no list of news could be told from the rest of the page");
    return OK;
}

struct error *front_read(struct arena *arena, const struct page_bytes *input, const struct front_rule *rule,
                         struct front **out_front)
{
    struct front *front = ARENA_NEW(arena, struct front);
    struct front_reader reader = {.arena = arena, .base = input->url, .seen = {.arena = arena}};

    reader.page_key = url_canonical_key(arena, input->url);
    if (is_json(input->bytes))
        TRY(read_json(&reader, input, rule));
    else
        TRY(read_html(&reader, input, rule, front));
    if (reader.items.len == 0)
        return error_new(ERROR_FORMAT,
                         "items = %.*s: nothing on the page that it finds has a link and a title",
                         SPAN_ARG(rule->items));
    if (arena_is_full(arena))
        return error_new(ERROR_LIMIT, "the page needs more memory than it may");
    front->items = reader.items.at;
    front->count = reader.items.len;
    *out_front = front;
    return OK;
}
