/* SPDX-License-Identifier: MIT
 * reading.h - what the elements of a unit say
 *
 * A table row names an element, the field that it fills, who reads it, and how much it counts: where several
 * elements say the same thing, the row of the lowest rank wins, wherever it stands; among equals the first.
 * Lists take all elements of the lowest rank that there is; rank 0 adds to whatever is there.
 */
#pragma once
#include "feed/tape.h"
#include "model/item.h"

struct feed;

enum { RANK_COUNT = 256 };

struct reading {
    struct feed *feed;
    struct arena *arena;
    const char *bytes;   /* what marks count from; as long-lived as the arena */
    span base, language; /* in force at the element being read */
    const struct vocabulary *vocabulary;
    void *target;   /* a draft, or a part of one: what rows' fields are offsets in */
    uint8_t *ranks; /* for every 8 bytes of the target: the row's rank that filled it; 0: none */
};

struct element {
    uint8_t space;    /* enum space */
    uint8_t rank;     /* 1 wins over 2 */
    uint16_t field;   /* offset in the target */
    const char *name; /* lower case: no two elements differ by case alone, and feeds get it wrong */
    void (*read)(struct reading *r, const struct mark *mark, const struct element *row);
};

struct vocabulary {
    const struct element *rows; /* in order: by space, then by name */
    size_t count;
};

/* The row for a name of any case; RSS and Atom understand each other's names. NULL: it says nothing to us. */
const struct element *vocabulary_find(const struct vocabulary *vocabulary, enum space space, span name);

/* ---- walking (reading.c) */

/* One element by r->vocabulary; what an element holds; and its attributes, as if they were in it. */
void read_element(struct reading *r, const struct mark *element);
void read_attributes(struct reading *r, const struct mark *element, const struct vocabulary *vocabulary);
void read_children(struct reading *r, const struct mark *element, const struct vocabulary *vocabulary);
/* The same into another target, whose ranks begin empty. */
void read_into(struct reading *r, const struct mark *element, const struct vocabulary *vocabulary,
               void *target);

/* Takes xml:base and xml:lang of the element into r->base and r->language. */
void read_scope(struct reading *r, const struct mark *element);

/* May a row of this rank fill the field? If so, it counts as filled by it. */
bool field_takes(struct reading *r, uint16_t field, uint8_t rank);
/* The same for a list, which is emptied (`*len`) where it came from something lesser. */
bool list_takes(struct reading *r, const struct element *row, size_t *len);
static inline void *field_of(struct reading *r, const struct element *row)
{
    return (char *)r->target + row->field;
}

static inline span mark_name(const struct reading *r, const struct mark *mark)
{
    return (span){r->bytes + mark->name, mark->name_len};
}
static inline span mark_value(const struct reading *r, const struct mark *mark)
{
    return (span){r->bytes + mark->text, mark->text_len};
}
/* What an element holds, one after the other: elements and texts. NULL at the end. */
const struct mark *mark_first(const struct mark *element);
const struct mark *mark_next(const struct mark *child, const struct mark *element);
bool mark_has_elements(const struct mark *element);
span mark_attribute(const struct reading *r, const struct mark *element,
                    const char *name); /* of no namespace */
span mark_attribute_in(const struct reading *r, const struct mark *element, enum space space,
                       const char *name);
/* All text in it, as it stands; an element that is nothing but attributes has an empty one. */
span mark_text(const struct reading *r, const struct mark *element);
/* What it holds, as HTML: elements by their local names, references below another xml:base resolved. */
span mark_inner_html(struct reading *r, const struct mark *element);
