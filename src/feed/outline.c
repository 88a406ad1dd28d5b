/* SPDX-License-Identifier: MIT
 * outline.c - where a format keeps its items
 *
 * A document is containers (rss, channel, feed, urlset, ...), and what they hold is units: items, and
 * elements that say something of the feed. An element of the feed is read as soon as it is whole; an item
 * waits on the tape. The formats need no more than this table of names; only OPML nests its items in one
 * another.
 */
#include "feed/internal.h"
#include "limits/limits.h"
#include "text/utf8.h"
#include <stdlib.h>

enum place { IS_UNIT, IS_CONTAINER, IS_ITEM, IS_OUTLINE };

static const struct {
    const char *name; /* lower case */
    uint8_t formats;  /* in which of them: bits of enum feed_format */
    uint8_t place;
} places[] = {
#define IN(format) (1u << (format))
#define IN_NEWS    (IN(FEED_RSS) | IN(FEED_ATOM))
    {"item", IN_NEWS | IN(FEED_CDF), IS_ITEM},
    {"entry", IN_NEWS, IS_ITEM},
    {"deleted-entry", IN_NEWS, IS_ITEM},
    {"rss", IN_NEWS, IS_CONTAINER},
    {"rdf", IN_NEWS, IS_CONTAINER},
    {"channel", IN_NEWS | IN(FEED_CDF), IS_CONTAINER},
    {"feed", IN_NEWS, IS_CONTAINER},
    {"items", IN_NEWS, IS_CONTAINER},
    {"outline", IN(FEED_OPML), IS_OUTLINE},
    {"opml", IN(FEED_OPML), IS_CONTAINER},
    {"head", IN(FEED_OPML), IS_CONTAINER},
    {"body", IN(FEED_OPML), IS_CONTAINER},
    {"url", IN(FEED_SITEMAP), IS_ITEM},
    {"urlset", IN(FEED_SITEMAP), IS_CONTAINER},
    {"sitemap", IN(FEED_SITEMAP_INDEX), IS_ITEM},
    {"sitemapindex", IN(FEED_SITEMAP_INDEX), IS_CONTAINER},
};

static enum place place_of(const struct feed *feed, enum space space, span name)
{
    if (space != feed->home && space != SPACE_RSS && space != SPACE_ATOM && space != SPACE_RDF &&
        space != SPACE_TOMBSTONE)
        return IS_UNIT;
    for (size_t i = 0; i < ARRAY_SIZE(places); i++)
        if (places[i].formats & IN(feed->draft.about.format) && span_is_nocase(name, places[i].name))
            return places[i].place;
    return IS_UNIT;
}

/* What the root's namespace is, if we do not know it: that one is the format's own all the same. RDF's root
 * is of no format. */
static void learn_home(struct feed *feed, span uri, span name)
{
    if (feed->saw_home || span_is_nocase(name, "rdf"))
        return;
    feed->saw_home = true;
    if (space_of_uri(uri) == SPACE_OTHER)
        feed->home_uri = arena_keep(feed->arena, uri);
}

static enum space space_here(const struct feed *feed, span uri)
{
    enum space space = space_of_uri(uri);

    if (space == SPACE_NONE || (space == SPACE_OTHER && span_equal(uri, feed->home_uri)))
        return feed->home;
    return space;
}

/* ---- units */

static struct container *innermost(struct feed *feed)
{
    return &feed->containers[MAX(feed->container_count, 1) - 1];
}

static struct unit unit_on_tape(struct feed *feed)
{
    const struct tape *tape = &feed->tape;

    return (struct unit){.mark = tape->unit_marks,
                         .mark_count = tape->mark_count - tape->unit_marks,
                         .byte = tape->unit_bytes,
                         .byte_count = tape->bytes.len - tape->unit_bytes,
                         .base = innermost(feed)->base,
                         .language = innermost(feed)->language,
                         .overflowed = tape->overflowed || tape->bytes.overflowed,
                         .is_cut = feed->is_cut};
}

void outline_begin(struct feed *feed, bool is_item)
{
    tape_begin_unit(&feed->tape);
    feed->unit_is_item = is_item;
}

void outline_end(struct feed *feed)
{
    struct unit unit = unit_on_tape(feed);

    if (unit.is_cut && (!feed->unit_is_item || unit.mark_count < 2)) {
        tape_drop_unit(&feed->tape); /* nothing of it was whole */
    } else if (!feed->unit_is_item) {
        if (!unit.overflowed)
            about_read_unit(feed, &unit);
        tape_drop_unit(&feed->tape);
    } else {
        *vec_add(feed->arena, &feed->ready) = unit;
        feed->tape.bytes.overflowed = false;
    }
}

void outline_close_unit(struct feed *feed)
{
    for (; feed->unit_depth; feed->unit_depth--)
        tape_end(&feed->tape);
    outline_end(feed);
}

/* ---- elements */

static int compare_attributes(const void *a, const void *b)
{
    const struct xml_attribute *one = *(struct xml_attribute *const *)a;
    const struct xml_attribute *two = *(struct xml_attribute *const *)b;
    int order = span_compare(one->name, two->name);

    return order ? order : span_compare(one->name_space, two->name_space);
}

struct sorted_attributes {
    const struct xml_attribute *at[LIMIT_FEED_ATTRIBUTES];
    size_t count;
};

/* Attributes have no order, and what is told of a unit must not change with it. */
static void sort_attributes(const struct xml_attribute *attributes, size_t count,
                            struct sorted_attributes *out)
{
    out->count = MIN(count, (size_t)LIMIT_FEED_ATTRIBUTES);
    for (size_t i = 0; i < out->count; i++)
        out->at[i] = &attributes[i];
    if (out->count > 1)
        qsort(out->at, out->count, sizeof *out->at, compare_attributes);
}

static void write_start(struct feed *feed, enum space space, span name,
                        const struct xml_attribute *attributes, size_t count)
{
    struct sorted_attributes sorted;

    sort_attributes(attributes, count, &sorted);
    tape_start(&feed->tape, space, name);
    for (size_t i = 0; i < sorted.count; i++)
        tape_attribute(&feed->tape, space_of_uri(sorted.at[i]->name_space), sorted.at[i]->name,
                       sorted.at[i]->value);
}

static void enter_container(struct feed *feed, enum space space, span name,
                            const struct xml_attribute *attributes, size_t count)
{
    if (feed->container_count == LIMIT_FEED_CONTAINERS) {
        feed->overflow_depth++;
        return;
    }
    struct container inner = *innermost(feed);
    feed->containers[feed->container_count++] = inner;
    if (count == 0)
        return;
    outline_begin(feed, false);
    write_start(feed, space, name, attributes, count);
    tape_end(&feed->tape);
    struct unit unit = unit_on_tape(feed);
    if (!unit.overflowed)
        about_read_container(feed, &unit, innermost(feed));
    tape_drop_unit(&feed->tape);
}

static void leave_container(struct feed *feed)
{
    if (feed->overflow_depth)
        feed->overflow_depth--;
    else if (feed->container_count)
        feed->container_count--;
}

/* ---- OPML: outlines in outlines */

static span attribute_of(const struct xml_attribute *attributes, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (span_is_nocase(attributes[i].name, name))
            return attributes[i].value;
    return (span){0};
}

/* An outline with an address is an item: its attributes, and the titles of those around it. */
static void write_outline(struct feed *feed, const struct xml_attribute *attributes, size_t count)
{
    struct sorted_attributes sorted;

    outline_begin(feed, true);
    tape_start(&feed->tape, SPACE_OPML, S("outline"));
    for (int i = 0, depth = MIN(feed->outline_depth, (int)LIMIT_OUTLINE_DEPTH); i < depth; i++) {
        size_t start = feed->outline_starts[i];
        size_t end = i + 1 < depth ? feed->outline_starts[i + 1] : feed->outline_titles.len;
        tape_element(&feed->tape, SPACE_OPML, S("enclosing"),
                     span_sub(buf_span(&feed->outline_titles), start, end - start));
    }
    sort_attributes(attributes, count, &sorted);
    for (size_t i = 0; i < sorted.count; i++)
        tape_element(&feed->tape, SPACE_OPML, sorted.at[i]->name, sorted.at[i]->value);
    tape_end(&feed->tape);
    outline_end(feed);
}

static void enter_outline(struct feed *feed, const struct xml_attribute *attributes, size_t count)
{
    span title = attribute_of(attributes, count, "title");

    if (!span_trim(title).len)
        title = attribute_of(attributes, count, "text");
    if (span_trim(attribute_of(attributes, count, "xmlUrl")).len)
        write_outline(feed, attributes, count);
    if (feed->outline_depth < LIMIT_OUTLINE_DEPTH) {
        feed->outline_starts[feed->outline_depth] = feed->outline_titles.len;
        feed->outline_titles.max = LIMIT_OUTLINE_DEPTH * LIMIT_OUTLINE_TITLE;
        buf_add(&feed->outline_titles, utf8_cut(title, LIMIT_OUTLINE_TITLE));
    }
    feed->outline_depth++;
}

static void leave_outline(struct feed *feed)
{
    if (--feed->outline_depth < LIMIT_OUTLINE_DEPTH)
        buf_truncate(&feed->outline_titles, feed->outline_starts[feed->outline_depth]);
}

/* ---- events */

static void on_start(void *context, span uri, span name, const struct xml_attribute *attributes, size_t count)
{
    struct feed *feed = context;

    if (feed->skipped_depth) {
        feed->skipped_depth++;
        return;
    }
    learn_home(feed, uri, name);
    enum space space = space_here(feed, uri);
    if (feed->unit_depth) {
        write_start(feed, space, name, attributes, count);
        feed->unit_depth++;
        return;
    }
    switch (place_of(feed, space, name)) {
    case IS_CONTAINER:
        enter_container(feed, space, name, attributes, count);
        return;
    case IS_OUTLINE:
        enter_outline(feed, attributes, count);
        return;
    case IS_ITEM:
        outline_begin(feed, true);
        break;
    case IS_UNIT:
        if (!about_knows(space, name)) {
            feed->skipped_depth = 1;
            return;
        }
        outline_begin(feed, false);
    }
    write_start(feed, space, name, attributes, count);
    feed->unit_depth = 1;
}

static void on_end(void *context, span uri, span name)
{
    struct feed *feed = context;

    (void)uri;
    if (feed->skipped_depth) {
        feed->skipped_depth--;
    } else if (feed->unit_depth) {
        tape_end(&feed->tape);
        if (--feed->unit_depth == 0)
            outline_end(feed);
    } else if (feed->outline_depth && span_is_nocase(name, "outline")) {
        leave_outline(feed);
    } else {
        leave_container(feed);
    }
}

static void on_text(void *context, span text)
{
    struct feed *feed = context;

    if (!feed->unit_depth || (feed->unit_depth == 1 && feed->unit_is_item))
        return; /* between elements */
    tape_text(&feed->tape, text);
}

/* The document ends inside a unit: elements that were whole are kept, the one that was not is dropped. */
static void cut_unit(struct feed *feed)
{
    feed->is_cut = true;
    if (!feed->unit_depth)
        return;
    tape_cut(&feed->tape);
    outline_end(feed);
    feed->unit_depth = 0;
    feed->skipped_depth = INT32_MAX; /* what is ended now, was ended here */
}

static void on_damage(void *context, int line, int column, const char *code, const char *message)
{
    struct feed *feed = context;

    feed->draft.about.is_well_formed = false;
    feed_warn(feed, line ? line + feed->junk_lines : 0, column, code, "%s", message);
    if (strcmp(code, "cut") == 0)
        cut_unit(feed);
}

const struct xml_handler outline_handler = {
    .start = on_start, .end = on_end, .text = on_text, .damage = on_damage};
