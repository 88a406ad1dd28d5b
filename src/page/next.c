/* SPDX-License-Identifier: MIT
 * next.c - the next page of the same article, and all of it on one page
 */
#include "page/internal.h"
#include "text/url.h"
#include "text/utf8.h"
#include "text/words.h"

static const char *const next_words[] = {
    "next page",     "next",    "下一页", "下一頁",        "下页",      "次のページ",       "다음",
    "page suivante", "suivant", "weiter", "nächste seite", "siguiente", "página siguiente", "следующая",
};
static const char *const single_words[] = {
    "view all on one page",
    "view as single page",
    "single page",
    "view all",
    "show all on one page",
    "read on one page",
    "auf einer seite lesen",
    "artikel auf einer seite",
    "alles auf einer seite",
    "tout sur une page",
    "阅读全文",
    "全文阅读",
    "单页阅读",
};

enum { LONGEST_LABEL = 60, DIFFERENCE = 16 };

static bool is_one_of(span label, const char *const *words, size_t count)
{
    static const char *const arrows[] = {">", "»", "→", "›"};

    for (size_t i = 0; i < ARRAY_SIZE(arrows); i++)
        while (span_ends(label, span_of(arrows[i])))
            label = js_trim(span_sub(label, 0, label.len - strlen(arrows[i])));
    for (size_t i = 0; i < count; i++)
        if (span_is(label, words[i]))
            return true;
    return false;
}

/* Nearly all links of a page lead elsewhere; folding changes more than case only in labels beyond ASCII. */
static bool may_be_one(span label)
{
    return utf8_ascii_len(label) < label.len || words_stand_in(label, next_words, ARRAY_SIZE(next_words)) ||
           words_stand_in(label, single_words, ARRAY_SIZE(single_words));
}

static size_t common_start(span a, span b)
{
    size_t len = 0;

    while (len < a.len && len < b.len && a.at[len] == b.at[len])
        len++;
    return len;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The same article's: the same host, and the same address but for a page's number ("_2", "/2", "?page=2") and
 * little more. A longer number is an article's own: "Next" alone also leads to the next article. */
static bool is_same_article(struct reader *reader, span target)
{
    span key = url_canonical_key(reader->arena, target);
    span ours = url_canonical_key(reader->arena, reader->page->url);
    size_t same = common_start(key, ours), digits = 0;

    if (!key.len || !ours.len || span_equal(key, ours) || same < MIN(span_find_char(ours, '/'), ours.len))
        return false;
    while (same && is_digit(key.at[same - 1])) /* the whole number */
        same--;
    span rest = span_from(key, same), ours_rest = span_from(ours, same);
    while (rest.len && ours_rest.len && !is_digit(rest.at[rest.len - 1]) &&
           rest.at[rest.len - 1] == ours_rest.at[ours_rest.len - 1]) {
        rest.len--;
        ours_rest.len--;
    }
    for (size_t i = 0; i < rest.len; i++)
        digits += is_digit(rest.at[i]);
    return digits >= 1 && digits <= 3 && rest.len <= DIFFERENCE && ours_rest.len <= 3;
}

void find_next(struct reader *reader)
{
    const struct node *body = node_find(reader->document, TAG_body);
    struct said *next = &reader->said[FACT_NEXT];

    if (next->value.len && !is_same_article(reader, next->value)) /* rel=next of a blog: an older article */
        *next = (struct said){0};
    for (const struct node *node = body; node; node = node_next(node, body)) {
        span href = node->tag == TAG_a ? node_attribute(node, "href") : (span){0}, url, label;
        bool leads_on;
        if (!href.len || href.at[0] == '#')
            continue;
        label = short_text(reader, node, LONGEST_LABEL);
        if (!label.len || label.len > LONGEST_LABEL)
            continue;
        if (!may_be_one(label))
            continue;
        label = utf8_fold(reader->arena, label);
        leads_on = is_one_of(label, next_words, ARRAY_SIZE(next_words));
        if (!leads_on && !is_one_of(label, single_words, ARRAY_SIZE(single_words)))
            continue;
        url = url_resolve(reader->arena, reader->page->base, href);
        if (leads_on && is_same_article(reader, url))
            say_url(reader, FACT_NEXT, RANK_FAIR, url);
        else if (!leads_on && common_start(url, reader->page->url) * 2 >= reader->page->url.len)
            say_url(reader, FACT_SINGLE_PAGE, RANK_FAIR, url);
    }
}
