/* SPDX-License-Identifier: MIT
 * hints.c - the feeds that an HTML page links to
 */
#include "feed/feed.h"
#include "markup/html.h"
#include "text/url.h"
#include "text/utf8.h"

enum { HINTS_MAX = 100, PAGE_LIMIT = 512 * 1024 /* links to feeds stand in the head */ };

static const struct {
    const char *type;
    int rank;
} types[] = {
    {"application/rss+xml", 1},
    {"application/atom+xml", 1},
    {"application/feed+json", 1},
    {"application/rdf+xml", 2},
    {"text/rss", 2},
    {"application/x.atom+xml", 2},
    {"application/xml", 3},
    {"text/xml", 3},
    {"application/rss", 3},
};

struct ranked {
    struct feed_hint hint;
    int rank;
};

static bool has_word(span list, const char *wanted)
{
    span word;

    while (span_cut_word(&list, &word))
        if (span_is_nocase(word, wanted))
            return true;
    return false;
}

/* 0: no feed. Comments are the second choice. */
static int rank_of(span rel, span type, span title, span href)
{
    bool is_comments = span_find_nocase(title, S("comment")) != SPAN_NONE ||
                       span_find_nocase(href, S("comments")) != SPAN_NONE;

    if (has_word(rel, "feed") && !type.len)
        return is_comments ? 11 : 1;
    if (!has_word(rel, "alternate") && !has_word(rel, "feed"))
        return 0;
    type = span_trim(span_sub(type, 0, span_find_char(type, ';')));
    for (size_t i = 0; i < ARRAY_SIZE(types); i++)
        if (span_is_nocase(type, types[i].type))
            return types[i].rank + (is_comments ? 10 : 0);
    return 0;
}

static bool is_known(const struct ranked *found, size_t count, span url)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal(found[i].hint.url, url))
            return true;
    return false;
}

static size_t find_links(struct arena *arena, const struct node *page, span base,
                         struct ranked found[HINTS_MAX])
{
    size_t count = 0;

    for (const struct node *node = page; node && count < HINTS_MAX; node = node_next(node, page)) {
        if (node->type != NODE_ELEMENT)
            continue;
        if (node->tag == TAG_base && node_attribute(node, "href").len) {
            span own = url_resolve(arena, base, node_attribute(node, "href"));
            base = own.len ? own : base;
        }
        if (node->tag != TAG_link && node->tag != TAG_a)
            continue;
        span href = node_attribute(node, "href"), type = node_attribute(node, "type");
        span title = text_collapse(arena, node_attribute(node, "title"));
        int rank = rank_of(node_attribute(node, "rel"), type, title, href);
        if (!rank || !span_trim(href).len || !url_is_safe_link(href))
            continue;
        span url = url_resolve(arena, base, href);
        url = url.len ? url : span_trim(href);
        if (!is_known(found, count, url))
            found[count++] =
                (struct ranked){.hint = {.url = url, .title = title, .type = type}, .rank = rank};
    }
    return count;
}

size_t feed_hints(struct arena *arena, span bytes, span base, struct feed_hint **out_hints)
{
    struct ranked found[HINTS_MAX];
    struct node *page;
    size_t count = 0, written = 0;

    OWN(error) error =
        html_parse(arena, utf8_repair(arena, span_sub(bytes, 0, PAGE_LIMIT)), NULL, &page, NULL);
    if (!error)
        count = find_links(arena, page, base, found);
    *out_hints = ARENA_ARRAY(arena, struct feed_hint, count);
    for (int rank = 1; written < count; rank++)
        for (size_t i = 0; i < count; i++)
            if (found[i].rank == rank)
                (*out_hints)[written++] = found[i].hint;
    return count;
}
