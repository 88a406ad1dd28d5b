/* SPDX-License-Identifier: MIT
 *
 * xml_implied.c - an end tag that was forgotten, known by what begins instead
 *
 * In a feed, a title holds no link and an item no other item. Where one begins in the other, and the end tag
 * of the other does not come before what holds both is over, it was forgotten: what begins stands beside it.
 * Without this, all that follows would be part of a title. Where the end tag does come, the document says
 * what it says.
 */
#include "markup/xml_repair.h"

enum { LOOKED_AHEAD = 16 * 1024 }; /* bytes for the end tag */

static bool is_among(span name, const char *const *names)
{
    char first = name.len ? (char)(name.at[0] | 0x20) : '\0'; /* most names differ in it already */

    for (; *names; names++)
        if (**names == first && span_is_nocase(name, *names))
            return true;
    return false;
}

/* Elements of nothing but a word or a line */
static bool is_leaf(span name)
{
    static const char *const names[] = {"title",   "link",      "guid",    "pubDate",  "id",
                                        "updated", "published", "author",  "category", "comments",
                                        "issued",  "modified",  "created", NULL};

    return is_among(name, names);
}

/* Text that may hold HTML */
static bool is_text(span name)
{
    static const char *const names[] = {"description", "summary", NULL};

    return is_among(name, names);
}

static bool is_item(span name)
{
    static const char *const names[] = {"item", "entry", NULL};

    return is_among(name, names);
}

/* What an item holds, and HTML does not know */
static bool is_of_feeds_alone(span name)
{
    static const char *const names[] = {"guid",     "pubDate",    "enclosure", "comments",
                                        "category", "updated",    "published", "content:encoded",
                                        "dc:date",  "dc:creator", NULL};

    return is_among(name, names);
}

static bool is_part_of_item(span name)
{
    return is_leaf(name) || is_text(name) || is_of_feeds_alone(name);
}

/* Does the end tag come, before the element begins anew or what holds it is over? */
static bool ends_later(struct xml_repair *repair, span name)
{
    span ahead = span_sub(xml_rest(repair), 1, MIN((size_t)LOOKED_AHEAD, repair->lookahead));
    size_t looked = 0, next;

    while ((next = span_find_char(span_from(ahead, looked), '<')) != SPAN_NONE) {
        looked += next + 1;
        span tag = span_from(ahead, looked);
        bool is_end = span_starts(tag, S("/"));
        tag = span_from(tag, is_end);
        tag = span_sub(tag, 0, xml_name_len(tag));
        if (is_item(tag) || span_equal_nocase(tag, name)) {
            repair->lookahead -= looked;
            return is_end && !is_item(tag);
        }
    }
    repair->lookahead -= ahead.len;
    return true; /* who knows */
}

bool xml_implies_end(struct xml_repair *repair, span open, span begins)
{
    if (is_item(begins))
        return span_equal_nocase(open, begins) || is_leaf(open) || is_text(open);
    if (!(is_leaf(open) && is_part_of_item(begins)) && !(is_text(open) && is_of_feeds_alone(begins)))
        return false;
    return !ends_later(repair, open);
}
