/* SPDX-License-Identifier: MIT
 * internal.h - what the files of markup/ share among themselves
 */
#pragma once
#include "limits/limits.h"
#include "markup/markup.h"
#include "markup/xml.h"
#include "text/url.h"
#include <endian.h>

/* xml.c: to be called before anything of libxml2's */
void libxml_prepare(void);

/* xml_repair.c: any text made well-formed XML, piece by piece
 *
 * What comes out is markup that libxml2 never finds fault with: tags with each attribute quoted, and nothing
 * else. Text does not go through libxml2 (it would take each character and each reference by itself): in its
 * place there is XML_TEXT_MARK, and it stands in `texts`, in the same order. */
#define XML_TEXT_MARK '\x7F'

struct xml_piece {
    struct buf markup;
    struct buf decoded; /* text that is not the same as in the source */
    struct xml_text {
        const char *at; /* in the source; NULL: at `offset` of `decoded` */
        size_t offset, len;
    } * texts;
    size_t text_count, text_capacity;
};
void xml_piece_release(struct xml_piece *piece);

struct xml_repair;

typedef void xml_damage_callback(void *context, int line, int column, const char *code, const char *message);

struct xml_repair *xml_repair_new(span text, xml_damage_callback *damage, void *context) MUST_USE;
void xml_repair_free(struct xml_repair *repair);
/* Makes `piece` of what about `size` more bytes become. False: the document is over, or the text, whatever is
 * still open. */
bool xml_repair_step(struct xml_repair *repair, size_t size, struct xml_piece *piece);

/* xml_entities.c: prolog and references */

struct xml_entities {
    struct {
        span name, value;
    } declared[LIMIT_XML_ENTITIES];
    size_t count;
    size_t expanded;  /* bytes that declared ones have become so far */
    bool has_doctype; /* so HTML's entities may be declared somewhere */
};

/* Offset of what follows byte order mark, XML declaration, comments, DOCTYPE and white space. */
size_t xml_skip_prolog(span text, span *out_doctype);
void xml_read_doctype(struct xml_entities *entities, span doctype);

enum xml_reference {
    REFERENCE_NONE,       /* a bare '&' */
    REFERENCE_GOOD,       /* `value` is what it stands for */
    REFERENCE_UNDECLARED, /* the same, but only HTML says so */
    REFERENCE_BAD,        /* to a character that XML does not have */
};
/* What `s` starts with, which is a '&'. `room` may hold the value. */
enum xml_reference xml_read_reference(struct xml_entities *entities, span s, char room[8], span *out_value,
                                      size_t *out_len);

/* Bytes of the name that `s` starts with; 0: none */
size_t xml_name_len(span s);
bool xml_is_name(span name); /* one that libxml2 takes: a colon at most, within */
bool xml_is_character(uint32_t character);
/* U+0080 to U+009F, which are controls, mean what Windows-1252 has in their places (as in HTML). */
uint32_t xml_mended_character(uint32_t character);

/* html_rules.c: what a parser looks at before it puts an element into the tree, as far as nothing has to be
 * closed or moved for it */
/* What is open around a node */
enum html_around { IN_P = 1, IN_LINK = 2, IN_ITEM = 4, IN_DEFINITION = 8, IN_RUBY = 16 };
bool html_is_table_section(enum tag tag);
bool html_is_table_part(enum tag tag);
/* A part of a table in which nothing but parts of the table may stand */
bool html_is_table_frame(enum tag tag);
/* Is `child` what a table, section, row or column group holds? */
bool html_fits(enum tag parent, enum tag child);
/* Does an open paragraph end before such an element begins? */
bool html_closes_paragraph(enum tag tag);
/* Would its start tag close something that is open around it, so that no other name would help? A part of a
 * ruby is none outside of one. */
bool html_is_misplaced(const struct node *node, unsigned around);
/* What is open around the content of `node`, which stands where `around` is open */
unsigned html_around_content(const struct node *node, unsigned around);

/* html_plain.c: a fragment in which every element is closed where it should be, by itself. The same tree as
 * the parser would build, sooner; `text` must live as long. False: the parser has to look at it, and what is
 * in `arena` is of no use. */
bool html_parse_plain(struct arena *arena, span text, const struct html_limits *limits,
                      struct node **out_fragment);

/* html_parse.c: the parser itself, whatever the fragment is; and what asks it only where it has to, and may
 * keep pieces of `text` in the tree */
struct error *html_parse_any(struct arena *arena, span text, const struct html_limits *limits,
                             struct node **out_fragment, bool *out_is_cut) MUST_USE;
struct error *html_parse_borrowed(struct arena *arena, span text, const struct html_limits *limits,
                                  struct node **out_fragment, bool *out_is_cut) MUST_USE;

/* html_write.c: would the parser cut the start tag that is written for it? */
bool html_tag_is_too_long(const struct node *node);

/* sanitize.c: the attributes of `node` but those that any element may have, go. */
void sanitize_keep_common(struct node *node);

/* sanitize_url.c: addresses made absolute, or refused */
struct sanitizer {
    struct arena *arena;
    struct node *root;
    bool has_base;
    struct url base;
    const char *charset;
};
/* {0}: not to be kept. A link may have any scheme that runs nothing; a picture, sound or film is http(s). */
span sanitize_link(const struct sanitizer *sanitizer, span url);
span sanitize_media(const struct sanitizer *sanitizer, span url);
span sanitize_picture(const struct sanitizer *sanitizer, span url); /* data: with a real picture in it, too */
span sanitize_srcset(const struct sanitizer *sanitizer, span srcset);

/* sanitize_embed.c: what is not text. Each looks at one element, changes or removes it, and returns the node
 * to go on with. */
struct node *sanitize_img(const struct sanitizer *sanitizer, struct node *node);
struct node *sanitize_frame(const struct sanitizer *sanitizer, struct node *node);
struct node *sanitize_object(const struct sanitizer *sanitizer, struct node *node);
struct node *sanitize_player(const struct sanitizer *sanitizer, struct node *node);
struct node *sanitize_source(const struct sanitizer *sanitizer, struct node *node);
struct node *sanitize_math(const struct sanitizer *sanitizer, struct node *node);
bool sanitize_is_double(struct node *node); /* a formula that comes again behind it */

/* sanitize_settle.c: a tree of allowed elements so arranged that it is the same after it was written, parsed
 * and sanitised */
void sanitize_settle(struct arena *arena, struct node *root);

/* --- text of which most bytes are nothing special --- */

typedef unsigned char block __attribute__((vector_size(16))); /* looked at all at once */

static inline size_t first_in_word(uint64_t marks)
{
    return (size_t)__builtin_ctzll(le64toh(marks)) / 8;
}

/* Which byte of a block is the first that a comparison has marked; sizeof(block): none is */
static inline size_t block_first(block marks)
{
    uint64_t words[2];

    memcpy(words, &marks, sizeof words);
    return words[0] ? first_in_word(words[0]) : 8 + (words[1] ? first_in_word(words[1]) : 8);
}
