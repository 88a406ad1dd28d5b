/* SPDX-License-Identifier: MIT
 * hints.c - the feeds that an HTML page, or the answer that it came with, links to
 */
#include "feed/discover.h"
#include "limits/limits.h"
#include "markup/html.h"
#include "text/url.h"
#include "text/utf8.h"
#include <stdlib.h>

/* Lower is better; what is added keeps the order of these among themselves. */
enum { RANK_ANCHOR = 100, RANK_COMMENTS = 1000, RANK_OTHER_SECTION = 10 };

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

/* What comments are called in the titles that systems give their feeds. */
static const char *const comment_words[] = {"comment",  "kommentar", "comentari", "commenti", "reactie",
                                            "reacties", "коммент",   "комент",    "评论",     "評論",
                                            "留言",     "コメント",  "댓글",      "yorum",    "komentarz"};

struct ranked {
    struct feed_hint hint;
    int rank;
    size_t order;
};

struct search {
    struct arena *arena;
    span page; /* the address; section feeds begin with its path */
    span base;
    struct ranked found[LIMIT_HINTS];
    size_t count;
};

static bool has_word(span list, const char *wanted)
{
    span word;

    while (span_cut_word(&list, &word))
        if (span_is_nocase(word, wanted))
            return true;
    return false;
}

static int rank_of_type(span type)
{
    type = span_trim(span_sub(type, 0, span_find_char(type, ';')));
    for (size_t i = 0; i < ARRAY_SIZE(types); i++)
        if (span_is_nocase(type, types[i].type))
            return types[i].rank;
    return 0;
}

/* 0: no feed */
static int rank_of_link(span rel, span type)
{
    if (has_word(rel, "feed") && !type.len)
        return 1;
    return has_word(rel, "alternate") || has_word(rel, "feed") ? rank_of_type(type) : 0;
}

/* An ordinary link: by the end of its address, or what it says. 0: no feed */
static int rank_of_anchor(span href, span text)
{
    static const char *const ends[] = {".rss",
                                       ".atom",
                                       "/rss",
                                       "/rss/",
                                       "/feed",
                                       "/feed/",
                                       "/rss.xml",
                                       "/atom.xml",
                                       "/feed.xml",
                                       "/index.rdf",
                                       "/feeds/posts/default",
                                       "/feed.json",
                                       "format=rss",
                                       "feed=rss2"};
    static const char *const words[] = {"rss", "rss feed", "rss-feed", "atom", "rss 订阅", "rss订阅", "feed"};

    for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
        if (href.len >= strlen(ends[i]) &&
            span_is_nocase(span_from(href, href.len - strlen(ends[i])), ends[i]))
            return RANK_ANCHOR;
    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        if (span_is_nocase(text, words[i]))
            return RANK_ANCHOR + 1;
    return 0;
}

static bool is_of_comments(span title, span url)
{
    for (size_t i = 0; i < ARRAY_SIZE(comment_words); i++)
        if (span_find_nocase(title, span_of(comment_words[i])) != SPAN_NONE)
            return true;
    return span_find_nocase(url, S("/comments")) != SPAN_NONE ||
           span_find_nocase(url, S("comments-")) != SPAN_NONE ||
           span_find_nocase(url, S("comments.")) != SPAN_NONE;
}

static span first_segment(const struct url *url)
{
    span rest = span_from(url->path, 1), segment = {0};

    span_cut(&rest, '/', &segment);
    return segment;
}

/* Of a page below "/sport/", a feed below "/sport/" is its own. */
static bool is_of_section(struct arena *arena, span page, span feed)
{
    struct url one, other;

    if (!url_parse(arena, page, NULL, &one) || !url_parse(arena, feed, NULL, &other) ||
        !span_equal(one.host, other.host))
        return false;
    return first_segment(&one).len == 0 || span_equal(first_segment(&one), first_segment(&other));
}

static struct ranked *find_known(struct search *search, span url)
{
    for (size_t i = 0; i < search->count; i++)
        if (span_equal(search->found[i].hint.url, url))
            return &search->found[i];
    return NULL;
}

static void add_hint(struct search *search, span href, struct feed_hint hint, int rank)
{
    struct ranked *known;

    if (!rank || !span_trim(href).len || !url_is_safe_link(href) || search->count == LIMIT_HINTS)
        return;
    hint.url = url_resolve(search->arena, search->base, href);
    hint.url = hint.url.len ? hint.url : span_trim(href);
    if (!url_is_safe_link(hint.url))
        return; /* what the page's base makes of it */
    hint.is_comments = is_of_comments(hint.title, hint.url);
    rank += hint.is_comments ? RANK_COMMENTS : 0;
    rank += is_of_section(search->arena, search->page, hint.url) ? 0 : RANK_OTHER_SECTION;
    known = find_known(search, hint.url);
    if (!known)
        search->found[search->count] = (struct ranked){hint, rank, search->count};
    else if (rank < known->rank)
        *known = (struct ranked){hint, rank, known->order};
    search->count += !known;
}

static int by_rank(const void *a, const void *b)
{
    const struct ranked *one = a, *other = b;

    if (one->rank != other->rank)
        return one->rank < other->rank ? -1 : 1;
    return (one->order > other->order) - (one->order < other->order);
}

static size_t settle(struct search *search, struct feed_hint **out_hints)
{
    qsort(search->found, search->count, sizeof *search->found, by_rank);
    *out_hints = ARENA_ARRAY(search->arena, struct feed_hint, search->count);
    for (size_t i = 0; i < search->count; i++)
        (*out_hints)[i] = search->found[i].hint;
    return search->count;
}

/* --- in the page --- */

static void look_at(struct search *search, const struct node *node)
{
    span href = node_attribute(node, "href"), type = node_attribute(node, "type");
    struct feed_hint hint = {.type = type};
    int rank = rank_of_link(node_attribute(node, "rel"), type);

    hint.title = text_collapse(search->arena, node_attribute(node, "title"));
    if (!rank && node->tag == TAG_a) {
        span text = node->first && !node->first->next ? node_text(search->arena, node) : (span){0};
        rank = rank_of_type(type) ? RANK_ANCHOR : rank_of_anchor(span_trim(href), text);
        hint.how = HINT_ANCHOR;
        hint.title = hint.title.len ? hint.title : text;
    }
    add_hint(search, href, hint, rank);
}

static void look_through(struct search *search, const struct node *page)
{
    for (const struct node *node = page; node; node = node_next(node, page)) {
        if (node->type != NODE_ELEMENT)
            continue;
        if (node->tag == TAG_base && node_attribute(node, "href").len) {
            span own = url_resolve(search->arena, search->base, node_attribute(node, "href"));
            search->base = own.len ? own : search->base;
        }
        if (node->tag == TAG_link || node->tag == TAG_a)
            look_at(search, node);
    }
}

size_t feed_hints(struct arena *arena, span bytes, span base, struct feed_hint **out_hints)
{
    struct search search = {.arena = arena, .page = base, .base = base};
    struct node *page;

    OWN(error) error =
        html_parse(arena, utf8_repair(arena, span_sub(bytes, 0, LIMIT_HINTS_PAGE)), NULL, &page, NULL);
    if (!error)
        look_through(&search, page);
    return settle(&search, out_hints);
}

/* --- in the headers --- */

/* The value of a parameter, without its quotes; `*rest` moves behind it. */
static bool next_parameter(span *rest, span *out_name, span *out_value)
{
    *rest = span_trim(*rest);
    if (!span_starts(*rest, S(";")))
        return false;
    *rest = span_trim(span_from(*rest, 1));
    size_t end = 0;
    while (end < rest->len && !strchr("=;,", rest->at[end]))
        end++;
    *out_name = span_trim(span_sub(*rest, 0, end));
    *out_value = (span){0};
    *rest = span_from(*rest, end);
    if (!span_starts(*rest, S("=")))
        return true;
    *rest = span_trim(span_from(*rest, 1));
    bool is_quoted = span_starts(*rest, S("\""));
    *rest = span_from(*rest, is_quoted);
    for (end = 0; end < rest->len && !strchr(is_quoted ? "\"" : ";,", rest->at[end]);)
        end++;
    *out_value = span_trim(span_sub(*rest, 0, end));
    *rest = span_from(*rest, end + is_quoted);
    return true;
}

static void look_at_header(struct search *search, span header)
{
    for (size_t open; (open = span_find_char(header, '<')) != SPAN_NONE;) {
        span rest = span_from(header, open + 1), href = {0}, name, value, rel = {0};
        struct feed_hint hint = {.how = HINT_HEADER};
        if (!span_cut(&rest, '>', &href))
            return;
        while (next_parameter(&rest, &name, &value)) {
            if (span_is_nocase(name, "rel"))
                rel = value;
            else if (span_is_nocase(name, "type"))
                hint.type = value;
            else if (span_is_nocase(name, "title"))
                hint.title = text_collapse(search->arena, utf8_repair(search->arena, value));
        }
        add_hint(search, utf8_repair(search->arena, href), hint, rank_of_link(rel, hint.type));
        header = rest;
    }
}

size_t discover_by_headers(struct arena *arena, const span *links, size_t count, span base,
                           struct feed_hint **out_hints)
{
    struct search search = {.arena = arena, .page = base, .base = base};

    for (size_t i = 0; i < count; i++)
        look_at_header(&search, links[i]);
    return settle(&search, out_hints);
}
