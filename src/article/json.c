/* SPDX-License-Identifier: MIT
 * json.c - an extraction as JSON: what `courant extract` prints
 *
 * The keys of spec cli.md come first and in its order; those behind them say what else the struct knows, so
 * that extraction can be done in another process.
 */
#include "text/json.h"
#include "article/article.h"
#include "text/date.h"
#include <stdio.h>
#include <stdlib.h>

/* RFC 3339 in the zone that the page wrote it in */
static void write_time(struct json_writer *json, const char *key, int64_t at, int zone)
{
    char text[DATE_TEXT_SIZE];
    span written;

    json_key(json, key);
    if (at == NO_TIME || zone <= -24 * 60 || zone >= 24 * 60) {
        json_null(json);
        return;
    }
    date_format_rfc3339(at + zone * MINUTE, text);
    written = span_of(text);
    if (zone) {
        char local[DATE_TEXT_SIZE + 8];
        snprintf(local, sizeof local, "%.*s%c%02d:%02d", (int)written.len - 1, text, zone < 0 ? '-' : '+',
                 abs(zone) / 60, abs(zone) % 60);
        json_string(json, span_of(local));
    } else {
        json_string(json, written);
    }
}

static void write_images(struct json_writer *json, const struct extraction *extraction)
{
    json_key(json, "images");
    json_open_array(json);
    for (size_t i = 0; i < extraction->image_count; i++) {
        const struct extraction_image *image = &extraction->images[i];
        json_open_object(json);
        json_pair(json, "url", image->url);
        json_pair_or_null(json, "alt", image->alt);
        json_pair_or_null(json, "caption", image->caption);
        json_pair_integer_or_null(json, "width", image->width, image->width > 0);
        json_pair_integer_or_null(json, "height", image->height, image->height > 0);
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_links(struct json_writer *json, const struct extraction *extraction)
{
    json_key(json, "links");
    json_open_array(json);
    for (size_t i = 0; i < extraction->link_count; i++)
        json_string(json, extraction->links[i]);
    json_close_array(json);
}

static void write_authors(struct json_writer *json, const struct extraction *extraction)
{
    json_key(json, "authors");
    json_open_array(json);
    for (size_t i = 0; i < extraction->author_count; i++) {
        const struct author *author = &extraction->authors[i];
        json_open_object(json);
        json_pair(json, "name", author->name);
        json_pair_if(json, "url", author->url);
        json_pair_if(json, "email", author->email);
        json_pair_if(json, "avatar", author->avatar);
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_content(struct json_writer *json, const char *key, span text, bool is_article)
{
    json_key(json, key);
    if (is_article)
        json_string(json, text);
    else
        json_null(json);
}

void extraction_write_json(struct json_writer *json, span url, const struct extraction *extraction)
{
    const struct extraction *e = extraction;
    bool is_article = e->kind == PAGE_ARTICLE;

    json_open_object(json);
    json_pair_or_null(json, "url", url);
    json_pair_or_null(json, "title", e->title);
    json_pair_or_null(json, "byline", e->byline);
    json_pair_or_null(json, "site_name", e->site_name);
    json_pair_or_null(json, "language", e->language);
    write_time(json, "published", e->published_at, e->published_zone);
    write_time(json, "modified", e->modified_at, 0);
    json_pair_or_null(json, "image", e->image);
    json_pair_or_null(json, "excerpt", e->excerpt);
    write_content(json, "content_html", e->html, is_article);
    write_content(json, "content_markdown", e->markdown, is_article);
    write_content(json, "content_text", e->text, is_article);
    write_images(json, e);
    write_links(json, e);
    json_pair_integer(json, "word_count", (int64_t)e->word_count);
    json_pair_or_null(json, "rule", e->rule);
    json_key(json, "confidence");
    json_number(json, (double)(int)(e->confidence * 1000 + 0.5f) / 1000);
    json_pair(json, "kind", span_of(page_kind_name(e->kind)));
    json_pair_or_null(json, "reason", span_of(e->reason));
    write_authors(json, e);
    json_pair_integer(json, "published_zone", e->published_zone);
    json_pair_boolean(json, "published_has_time", e->published_has_time);
    json_pair_or_null(json, "next_url", e->next_url);
    json_pair_or_null(json, "single_page_url", e->single_page_url);
    json_close_object(json);
}
