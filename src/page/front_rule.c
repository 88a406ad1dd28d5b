/* SPDX-License-Identifier: MIT
 * front_rule.c - news by the user's selectors
 */
#include "limits/limits.h"
#include "markup/css.h"
#include "markup/select.h"
#include "page/front_parts.h"
#include "page/internal.h"
#include <stdlib.h>

struct part {
    const char *name;
    size_t offset; /* in struct front_rule */
};

static const struct part parts[] = {
    {"items", offsetof(struct front_rule, items)},     {"link", offsetof(struct front_rule, link)},
    {"title", offsetof(struct front_rule, title)},     {"date", offsetof(struct front_rule, date)},
    {"summary", offsetof(struct front_rule, summary)},
};

static span value_of(const struct front_rule *rule, const struct part *part)
{
    return *(const span *)(const void *)((const char *)rule + part->offset);
}

static struct error *to_xpath(struct arena *arena, span selector, span *out_xpath)
{
    if (!selector.len || is_xpath(selector)) {
        *out_xpath = selector;
        return OK;
    }
    return css_to_xpath(arena, selector, out_xpath);
}

/* Compiled by trying it on next to nothing. */
static struct error *check_xpath(struct arena *arena, span xpath)
{
    struct node *page;
    struct selected *selected;
    size_t count;

    TRY(html_parse(arena, S("<p>"), NULL, &page, NULL));
    return select_xpath(select_new(arena, page), xpath, &selected, &count);
}

static struct error *check_part(struct arena *arena, span selector)
{
    span xpath;

    TRY(to_xpath(arena, selector, &xpath));
    return check_xpath(arena, xpath);
}

struct error *front_rule_check(const struct front_rule *rule)
{
    OWN(arena) arena = arena_new(16 * MiB);

    for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
        span selector = value_of(rule, &parts[i]);
        if (!selector.len || front_path_is_valid(selector))
            continue;
        OWN(error) error = check_part(arena, selector);
        if (!error)
            continue;
        char *text = error_text(error);
        struct error *told = error_new(ERROR_USAGE, "%s = %.*s: %s", parts[i].name, SPAN_ARG(selector), text);
        free(text);
        return told;
    }
    return OK;
}

/* --- applying it --- */

struct ruled {
    struct front_reader *reader;
    struct selector *selector;
    struct front_rule xpaths; /* the rule, all of it XPath */
};

/* The first that is found from `item` on; false: nothing, or no selector. */
static struct error *first_of(struct ruled *ruled, const struct selected *item, span xpath,
                              struct selected *out_found, bool *out_is_found)
{
    struct selected *found;
    size_t count = 0;

    *out_is_found = false;
    if (!xpath.len)
        return OK;
    TRY(select_within(ruled->selector, item, xpath, &found, &count));
    if (count) {
        *out_found = found[0];
        *out_is_found = true;
    }
    return OK;
}

static const struct node *link_in(const struct node *node)
{
    if (node->tag == TAG_a && node_attribute(node, "href").len)
        return node;
    for (const struct node *below = node; below; below = node_next(below, node))
        if (below->tag == TAG_a && node_attribute(below, "href").len)
            return below;
    return NULL;
}

static span text_of(struct ruled *ruled, const struct selected *found)
{
    return found->node ? node_text(ruled->reader->arena, found->node) : found->text;
}

/* What the selector does not say is found in the item itself: its first link, that link's text. */
static struct error *read_item(struct ruled *ruled, const struct selected *item)
{
    struct front_reader *reader = ruled->reader;
    struct selected found = *item;
    struct front_item result = {.published_at = NO_TIME};
    const struct node *link = NULL;
    span href;
    bool is_found;

    TRY(first_of(ruled, item, ruled->xpaths.link, &found, &is_found));
    if (ruled->xpaths.link.len && !is_found)
        return OK;
    link = found.node ? link_in(found.node) : NULL;
    href = link ? node_attribute(link, "href") : found.text;
    result.link = front_link(reader, href);
    TRY(first_of(ruled, item, ruled->xpaths.title, &found, &is_found));
    if (is_found)
        result.title = text_of(ruled, &found);
    else if (!link && item->node)
        link = link_in(item->node);
    if (!result.title.len && link)
        result.title = front_title_of(reader->arena, link);
    if (item->node)
        front_read_teaser(reader, item->node, link, &result);
    TRY(first_of(ruled, item, ruled->xpaths.date, &found, &is_found));
    if (is_found)
        result.published_at =
            date_within(reader->arena, found.node ? front_date_of(reader->arena, found.node) : found.text);
    TRY(first_of(ruled, item, ruled->xpaths.summary, &found, &is_found));
    if (is_found)
        result.summary = text_of(ruled, &found);
    front_add(reader, result);
    return OK;
}

struct error *front_by_rule(struct front_reader *reader, struct page *page, const struct front_rule *rule)
{
    struct ruled ruled = {.reader = reader};
    struct selected *items;
    size_t count;

    for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
        span *xpath = (span *)(void *)((char *)&ruled.xpaths + parts[i].offset);
        TRY_OR(to_xpath(reader->arena, value_of(rule, &parts[i]), xpath), "%s", parts[i].name);
    }
    ruled.selector = select_new(reader->arena, page->document);
    TRY_OR(select_xpath(ruled.selector, ruled.xpaths.items, &items, &count), "items");
    for (size_t i = 0; i < MIN(count, (size_t)LIMIT_FRONT_ITEMS); i++)
        TRY(read_item(&ruled, &items[i]));
    return OK;
}
