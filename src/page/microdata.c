/* SPDX-License-Identifier: MIT
 * microdata.c - what itemprop says in the body (HTML Standard 5), and hAtom's classes
 */
#include "page/internal.h"

static span value_of(struct reader *reader, const struct node *node)
{
    span value = node_attribute(node, "content");

    if (!value.len)
        value = node_attribute(node, "datetime");
    return value.len ? value : short_text(reader, node, 600);
}

static const struct node *property_below(const struct node *root, const char *wanted)
{
    for (const struct node *node = node_next(root, root); node; node = node_next(node, root))
        if (span_is_nocase(node_attribute(node, "itemprop"), wanted))
            return node;
    return NULL;
}

static void read_author(struct reader *reader, const struct node *node)
{
    const struct node *name = property_below(node, "name");

    say_byline(reader, RANK_FAIR, value_of(reader, name ? name : node));
}

static bool has_property(const struct node *node, const char *wanted)
{
    span names = node_attribute(node, "itemprop"), name;

    while (span_cut_word(&names, &name))
        if (span_is_nocase(name, wanted))
            return true;
    return false;
}

/* The item that the property belongs to; NULL: the page */
static const struct node *item_of(const struct node *node)
{
    for (node = node->parent; node && node_attribute(node, "itemtype").len == 0; node = node->parent)
        ;
    return node;
}

bool is_of_another_work(const struct node *property)
{
    static const char *const works[] = {"citation", "comment", "review",          "isBasedOn", "mentions",
                                        "image",    "video",   "associatedMedia", "author",    "publisher"};
    const struct node *item = item_of(property);

    for (size_t i = 0; item && i < ARRAY_SIZE(works); i++)
        if (has_property(item, works[i]))
            return true;
    return false;
}

/* What belongs to the article says what it is, whatever the box around it is called. */
static bool is_of_article(const struct reader *reader, const struct node *property)
{
    const struct node *item = item_of(property);

    for (size_t i = 0; item && i < reader->around_count; i++)
        if (reader->around_heading[i] == item)
            return true;
    return !is_of_another_work(property) && !is_elsewhere(reader, property);
}

static void read_date(struct reader *reader, const struct node *node)
{
    bool is_published = has_property(node, "datePublished"), is_modified = has_property(node, "dateModified");

    if (!(is_published || is_modified) || !is_of_article(reader, node))
        return;
    if (is_published)
        say_moment(reader, PUBLISHED, RANK_FAIR, value_of(reader, node));
    if (is_modified)
        say_moment(reader, MODIFIED, RANK_FAIR, value_of(reader, node));
}

void read_microdata(struct reader *reader)
{
    const struct node *body = node_find(reader->document, TAG_body);

    for (const struct node *node = body; node; node = node_next(node, body)) {
        if (!node_attribute(node, "itemprop").len || node->tag == TAG_meta)
            continue;
        if (has_property(node, "author") && !is_elsewhere(reader, node))
            read_author(reader, node);
        read_date(reader, node);
    }
}
