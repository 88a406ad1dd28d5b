/* SPDX-License-Identifier: MIT
 * xml_repair.h - what xml_repair.c (tags) and xml_characters.c (what is between and within them) share
 */
#pragma once
#include "limits/limits.h"
#include "markup/internal.h"

struct open_element {
    span name;
    uint32_t hash; /* the same for any letter case */
};

struct xml_repair {
    span text;
    size_t at;
    struct xml_piece *piece;
    struct buf *out; /* its markup */
    struct open_element open[LIMIT_XML_OPEN];
    size_t depth;
    bool is_root_over;
    bool is_text_told; /* before the root */
    bool is_literal;   /* in CDATA, up to here: */
    size_t literal_end;
    struct xml_entities entities;

    xml_damage_callback *damage;
    void *context;
    size_t damage_count;
    size_t lookahead;  /* bytes that may still be looked at for forgotten end tags */
    size_t line_start; /* offset of the start of line number `line` */
    int line;
};

static inline span xml_rest(const struct xml_repair *repair)
{
    return span_from(repair->text, repair->at);
}

/* Says what is wrong at the offset `at`. */
void xml_tell(struct xml_repair *repair, size_t at, const char *code, const char *message);
/* Takes the text up to `end`, or a reference further: as it stands if it can be. */
void xml_take_text(struct xml_repair *repair, size_t end, bool has_references);
void xml_take_character(struct xml_repair *repair); /* as it is; it needs no look */
/* Writes the characters up to `end`, or a reference further, into the markup, as they stand in a value. */
void xml_copy_value(struct xml_repair *repair, size_t end);
/* xml_implied.c: must the element `open`, the innermost one, have ended before this one begins? */
bool xml_implies_end(struct xml_repair *repair, span open, span begins);
