/* SPDX-License-Identifier: MIT
 * fuzz_feed.c - any bytes as a feed: items keep what feed.h promises, raw and cleaned, and their JSON is JSON
 *
 * One target for all formats, as the first bytes decide which it is; the corpus has seeds of each.
 */
#include "feed/feed.h"
#include "text/json.h"
#include "text/url.h"
#include "text/utf8.h"
#include <stdlib.h>

#define BASE S("https://news.example/feed/rss.xml")

static void check(bool is_kept) /* a promise of feed.h */
{
    if (!is_kept)
        abort();
}

static void check_text(span text)
{
    check(utf8_is_valid(text));
}

static void check_url(struct arena *arena, span url)
{
    struct url parsed;

    check_text(url);
    check(url.len == 0 || (url_parse(arena, url, NULL, &parsed) && url_is_safe_link(url)));
}

static void check_date(int64_t at)
{
    check(at == NO_TIME || (at > -100000 * DAY * 366 && at < 100000 * DAY * 366));
}

static void check_authors(struct arena *arena, const struct author *authors, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check(authors[i].name.len || authors[i].url.len || authors[i].email.len);
        check_text(authors[i].name);
        check_text(authors[i].email);
        check_url(arena, authors[i].url);
        check_url(arena, authors[i].avatar);
    }
}

static void check_item(struct arena *arena, const struct feed_item *item)
{
    span texts[] = {item->id,           item->title,       item->title_html,   item->content_html,
                    item->content_text, item->summary,     item->language,     item->rights,
                    item->raw_title,    item->raw_content, item->summary_html, item->raw_link};
    span urls[] = {item->link,         item->external_url, item->image,
                   item->banner_image, item->content_url,  item->license_url,
                   item->feed_url,     item->comments_url, item->comments_feed_url};

    check(item->id.len > 0);
    check(item->id_is_permalink >= -1 && item->id_is_permalink <= 1);
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        check_text(texts[i]);
    for (size_t i = 0; i < ARRAY_SIZE(urls); i++)
        check_url(arena, urls[i]);
    check_date(item->published_at);
    check_date(item->modified_at);
    check_authors(arena, item->authors, item->author_count);
    check(item->tag_count == item->category_count);
    for (size_t i = 0; i < item->attachment_count; i++)
        check(item->attachments[i].url.len > 0);
    for (size_t i = 0; i < item->attachment_count; i++)
        check_url(arena, item->attachments[i].url);
}

/* Reads all, writing JSON; the hash of all items' hashes. */
static uint64_t read_all(struct feed *feed, struct buf *out, bool with_raw)
{
    OWN(arena) arena = arena_new(16 * MiB);
    struct json_writer json = {.out = out};
    struct feed_item *item = NULL;
    uint64_t hash = 0;

    feed_write_json_head(&json, feed);
    for (;; arena_reset(arena)) {
        OWN(error) error = feed_next(feed, arena, &item);
        if (!error && !item)
            break;
        if (error) {
            check(error->kind == ERROR_LIMIT);
            continue;
        }
        check_item(arena, item);
        hash = hash * 31 + item->raw_hash;
        OWN(error) limit = with_raw ? OK : feed_item_clean(arena, item);
        if (limit)
            continue;
        struct item model;
        feed_item_to_model(arena, item, &model);
        check(model.raw_hash == item->raw_hash && (model.feed_id.len > 0) == item->id_is_given);
        feed_write_json_item(&json, item, with_raw);
    }
    feed_write_json_tail(&json, feed);
    return hash;
}

static void check_json(const struct buf *out)
{
    OWN(arena) arena = arena_new(256 * MiB);
    struct json *value;
    struct json_damage damage = {0};
    OWN(error) error = json_parse(arena, buf_span(out), &value, &damage);

    check(!error && !damage.what && value->type == JSON_OBJECT);
    check(json_member(value, "items") && json_member(value, "_courant"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span bytes = {(const char *)data, size};
    struct feed_headers headers = {.content_type = S("application/xml; charset=utf-8")};
    uint64_t hashes[2] = {0, 0};

    for (int with_raw = 0; with_raw < 2; with_raw++) {
        OPEN(feed) feed = NULL;
        LOCAL(buf) out = {.max = 256 * MiB};
        OWN(error) error = feed_open(bytes, BASE, &headers, &feed);
        if (error) {
            check(error->kind == ERROR_FORMAT || error->kind == ERROR_LIMIT);
            return 0;
        }
        hashes[with_raw] = read_all(feed, &out, with_raw);
        if (!out.overflowed)
            check_json(&out);
        check(feed_format_name(feed_about(feed)->format) != NULL);
    }
    check(hashes[0] == hashes[1]);
    return 0;
}
