/* SPDX-License-Identifier: MIT
 * internal.h - how the reader works inside
 *
 *     bytes -> text    input.c: gzip undone, the encoding found
 *     text -> format   sniff.c
 *     text -> events   markup/xml.h, or json.c
 *     events -> units  outline.c knows where items are; tape.c keeps a unit until it is whole
 *     unit -> item     item.c and about.c, by the tables in elements.c (see reading.h)
 *
 * So formats differ in where their items are and in the names of things, and in nothing else: an element
 * means the same wherever it is met, an atom:author in RSS as well as a dc:creator in Atom.
 */
#pragma once
#include "feed/drafts.h"
#include "limits/limits.h"
#include "markup/xml.h"

struct unit { /* an item on the tape */
    size_t mark, mark_count;
    size_t byte, byte_count;
    span base, language; /* xml:base and xml:lang in force around it */
    bool overflowed;     /* it was too large: not all of it is there */
    bool is_cut;         /* the document ended in it */
};

struct container { /* rss, channel, feed, ...: their units are read one by one */
    span base, language;
};

struct feed {
    struct arena *arena;      /* what lives as long as the reader */
    size_t arena_start;       /* what the text took of it */
    struct about_draft draft; /* feed_about() is in it */
    uint8_t about_ranks[RANK_COUNT];
    struct buf unpacked;      /* what a gzip body held */
    struct buf unpacked_text; /* what was decoded by ourselves */
    span text;                /* the document as UTF-8 */
    span base;                /* absolute, or empty */
    enum space home;          /* what elements of no namespace, or of the root's own, belong to */
    span home_uri;            /* the root's namespace where it is none that we know */
    bool saw_home, is_done;

    struct xml *xml; /* one of these reads */
    struct json_source *json;
    const struct feed_item *listed; /* feed_of_items() */
    size_t listed_count, next_listed;

    bool is_cut;    /* the document ends in the middle of something */
    int junk_lines; /* lines before the document, which the parser does not see */

    struct tape tape;
    VEC(struct unit) ready; /* whole items on the tape */
    size_t next_ready;
    const bool *chosen; /* feed_choose(): by place in the document; NULL: all are */
    size_t chosen_count, place;
    struct container containers[LIMIT_FEED_CONTAINERS];
    int container_count, overflow_depth; /* and how many more are open */
    int unit_depth;                      /* elements open in the unit being written; 0: none is */
    int skipped_depth;                   /* the same, in an element that says nothing to us */
    bool unit_is_item;
    struct buf outline_titles; /* OPML: of the outlines that are open, one behind the other */
    size_t outline_starts[LIMIT_OUTLINE_DEPTH]; /* where each begins */
    int outline_depth;

    VEC(struct feed_warning) warnings;
};

/* One line of feed_about.warnings; the first hundred are kept. `line` 0: nobody knows where. */
void feed_warn(struct feed *feed, int line, int column, const char *code, const char *format, ...)
    PRINTF(5, 6);

/* input.c: sets feed->text and about.encoding. `headers` may be NULL. */
struct error *input_read(struct feed *feed, span bytes, const struct feed_headers *headers) MUST_USE;

/* sniff.c */
struct sniffed {
    enum feed_format format;
    enum space home;
    const char *version;
    size_t start; /* where the document begins: what stands before is none of it */
    bool has_junk;
    bool is_html; /* no feed, but a page that may link to some */
};
bool sniff_format(span text, struct sniffed *out_sniffed); /* false: no feed; is_html is set all the same */

/* outline.c: events become units */
extern const struct xml_handler outline_handler; /* its context is the feed */
void outline_close_unit(struct feed *feed);      /* what is open is ended here */
void outline_begin(struct feed *feed, bool is_item);
void outline_end(struct feed *feed);

/* json.c: the same from JSON */
struct error *json_source_open(struct feed *feed) MUST_USE;
void json_source_close(struct json_source *source);
bool json_source_step(struct feed *feed) MUST_USE; /* a few items further; false at the end */

extern const char *const feed_weekdays[7]; /* from Sunday on */

/* listed.c: the next of feed_of_items() */
struct feed_item *listed_next(struct feed *feed, struct arena *arena); /* NULL at the end */

/* about.c and item.c: units become what they say */
void about_begin(struct feed *feed, const struct feed_headers *headers);
bool about_knows(enum space space, span name);
void about_read_unit(struct feed *feed, const struct unit *unit);
/* Its attributes, which begin a base and a language. */
void about_read_container(struct feed *feed, const struct unit *unit, struct container *out_container);
struct feed_item *item_read(struct feed *feed, const struct unit *unit, struct arena *arena);
