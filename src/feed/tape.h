/* SPDX-License-Identifier: MIT
 * tape.h - a unit of a feed, kept until it is whole
 *
 * Parsers give events in pieces and without regard to where an item ends; items are made from whole elements,
 * in any order, some of them from the markup within. So the events of a unit (an item, or one element that
 * says something of the feed) are written down: marks in one array, names and characters in one buffer. Both
 * are used again and again.
 */
#pragma once
#include "core/core.h"
#include "limits/limits.h"

enum space { /* namespaces that say something to us, whatever their prefix (spaces.c) */
             SPACE_NONE,
             SPACE_OTHER,
             SPACE_RSS,
             SPACE_ATOM,
             SPACE_RDF,
             SPACE_XML,
             SPACE_CDF,
             SPACE_OPML,
             SPACE_SITEMAP,
             SPACE_JSON,
             SPACE_ADMIN,
             SPACE_CC,
             SPACE_CONTENT,
             SPACE_DC,
             SPACE_DCTERMS,
             SPACE_FEEDBURNER,
             SPACE_FULLTEXT, /* what Russian portals asked newspapers for */
             SPACE_GDATA,
             SPACE_GOOGLEPLAY,
             SPACE_HISTORY,
             SPACE_IMAGE,
             SPACE_ITUNES,
             SPACE_MEDIA,
             SPACE_NEWS,
             SPACE_PODCAST,
             SPACE_PRISM,
             SPACE_SLASH,
             SPACE_SYNDICATION,
             SPACE_THREAD,
             SPACE_TOMBSTONE,
             SPACE_VIDEO,
             SPACE_WFW,
             SPACE_XHTML,
};

enum space space_of_uri(span uri);

/* Prefixes that people write without declaring them; the last is {NULL, NULL}. */
struct space_prefix {
    const char *prefix, *uri;
};
extern const struct space_prefix space_prefixes[];
enum space space_of_prefix(span prefix); /* SPACE_OTHER if it is not one of those */

enum mark_kind { MARK_ELEMENT, MARK_ATTRIBUTE, MARK_TEXT };

/* One element, attribute or piece of text. After an element come its attributes, then what it holds. */
struct mark {
    uint8_t kind;            /* enum mark_kind */
    uint8_t space;           /* enum space */
    uint32_t name, name_len; /* of an element or attribute: where it is among the unit's bytes */
    uint32_t text, text_len; /* of an attribute or text */
    uint32_t end;            /* how many marks it is long, itself included */
};

struct tape {
    struct mark *marks;
    size_t mark_count, mark_capacity;
    struct buf bytes;                   /* names and texts, each with a NUL behind it */
    size_t open[LIMIT_FEED_UNIT_DEPTH]; /* elements that are not closed yet, by their place in the unit */
    int depth;                          /* how many */
    size_t unit_marks, unit_bytes;      /* where the unit that is being written begins */
    bool is_text_open;                  /* the last mark is a text that may go on */
    span source;                        /* the document: texts from there are written when they are whole */
    span pending;                       /* such a text, or the last piece of one, that is not written yet */
    bool overflowed;                    /* the unit is larger than a unit may be: the rest of it is missing */
};

void tape_release(struct tape *tape);
void tape_begin_unit(struct tape *tape);
void tape_drop_unit(struct tape *tape); /* forgets what was written since tape_begin_unit() */
void tape_start(struct tape *tape, enum space space, span name);
void tape_attribute(struct tape *tape, enum space space, span name, span value);
void tape_text(struct tape *tape, span text); /* in pieces */
void tape_end(struct tape *tape);
/* Ends the unit, without the element in it that is not whole. */
void tape_cut(struct tape *tape);
/* An element with nothing but text. */
void tape_element(struct tape *tape, enum space space, span name, span text);
/* Takes away the first `marks` and `bytes`, which have been read. */
void tape_forget(struct tape *tape, size_t marks, size_t bytes);
