/* SPDX-License-Identifier: MIT
 * markdown.h - what the files that write Markdown share (markup/ alone includes it)
 *
 * markdown.c writes blocks, markdown_table.c tables, markdown_inline.c and markdown_line.c what stands in a
 * line, markdown_escape.c characters, and markdown_emphasis.c finds out whether a reader of Markdown would
 * see the emphasis that we meant.
 */
#pragma once
#include "markup/markup.h"

struct map;

struct markdown {
    struct arena *arena; /* for this one text */
    struct map *holders; /* inline elements that hold blocks */
};

/* What surrounds a paragraph although it holds more than that */
struct inline_style {
    const struct node *link; /* an <a> that holds whole blocks */
    bool is_strong, is_emphasis, is_deleted;
};

enum inline_place { IN_PARAGRAPH, IN_HEADING, IN_CELL };

/* Writes the nodes from `first` to before `end` (NULL: to the last sibling) into `out`, as Markdown.
 * Paragraphs are separated by two line feeds, a break in one is a backslash and a line feed; in headings and
 * cells it is <br>, and all is one line. */
void markdown_inline(const struct markdown *markdown, const struct node *first, const struct node *end,
                     const struct inline_style *style, enum inline_place place, struct buf *out);

/* Does it stand in a line: text, or an element that is no block and holds none? */
bool markdown_is_inline(const struct markdown *markdown, const struct node *node);
bool markdown_is_blank(const struct node *node); /* white space or a comment */

/* Writes a table as GFM has it. False: it cannot say this one, and nothing was written. */
bool markdown_table(const struct markdown *markdown, const struct node *table, struct buf *out);
/* The <pre> of a listing whose lines are numbered in another cell of its table; NULL: it is no such table */
const struct node *markdown_listing_in(const struct node *table);
/* A table that only arranges what is in it */
bool markdown_is_layout(const struct markdown *markdown, const struct node *table);

/* Emphasis */
enum delimiter_kind { DELIMITER_STRONG, DELIMITER_EMPHASIS, DELIMITER_DELETED };
enum delimiter_form { FORM_STARS, FORM_UNDERSCORE, FORM_HTML }; /* FORM_STARS of deleted text: tildes */

struct emphasis {
    enum delimiter_kind kind;
    enum delimiter_form form;
};
struct delimiter { /* one as it was written */
    size_t offset, len;
    size_t pair; /* which emphasis */
    bool is_open;
};
/* Would `text` be read as meant? If not, changes the forms of those that would not. */
bool emphasis_holds(span text, const struct delimiter *delimiters, size_t count, struct emphasis *emphases,
                    size_t emphasis_count, struct arena *arena);

/* Escaping */

/* `before` and `after`: the characters around `text`; 0: a space or a line's end; 1: not known. */
void markdown_escape_text(struct buf *out, span text, uint32_t before, uint32_t after, bool is_in_brackets);
/* A line as it begins a paragraph or goes on with one, so that it begins nothing else */
void markdown_add_line(struct buf *out, span line);
bool markdown_is_reference(span s); /* "&amp;", "&#38;": would be read as what it stands for */
void markdown_destination(struct buf *out, span url);
void markdown_add_title(struct buf *out, span title); /* nothing, if it is empty */
