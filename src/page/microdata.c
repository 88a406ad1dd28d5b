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

void read_microdata(struct reader *reader)
{
    const struct node *body = node_find(reader->document, TAG_body);

    for (const struct node *node = body; node; node = node_next(node, body)) {
        if (!node_attribute(node, "itemprop").len || node->tag == TAG_meta || is_elsewhere(reader, node))
            continue;
        if (has_property(node, "author"))
            read_author(reader, node);
        if (has_property(node, "datePublished"))
            say_moment(reader, PUBLISHED, RANK_FAIR, value_of(reader, node));
        if (has_property(node, "dateModified"))
            say_moment(reader, MODIFIED, RANK_FAIR, value_of(reader, node));
    }
}
