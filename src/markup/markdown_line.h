/* SPDX-License-Identifier: MIT
 * markdown_line.h - the pieces that a line of Markdown is made of (markdown_inline.c and markdown_line.c
 * alone)
 */
#pragma once
#include "markup/markdown.h"

enum piece_kind {
    PIECE_TEXT, /* to be escaped */
    PIECE_RAW,  /* Markdown or HTML already */
    PIECE_BREAK,
    PIECE_OPEN,
    PIECE_CLOSE, /* of emphasis `pair` */
    PIECE_LINK,
    PIECE_LINK_END, /* of `node` */
};

struct piece {
    enum piece_kind kind;
    span text;
    size_t pair;
    const struct node *node;
};

enum { LEVEL_EMPHASIS, LEVEL_LINK, LEVEL_TAG };

struct level { /* something that is open */
    int kind;
    enum delimiter_kind delimiter;
    size_t pair;
    const struct node *node;
};

struct line {
    const struct markdown *markdown;
    struct arena *arena;
    enum inline_place place;
    struct buf *out;
    VEC(struct piece) pieces;
    VEC(struct emphasis) emphases;
    VEC(struct level) levels;
    int open_count[3]; /* by delimiter_kind */
    bool is_in_link;

    bool has_space, has_line_feed; /* white space since the last character */
    int breaks;                    /* the same for <br> */
    uint32_t last;                 /* the last character of this paragraph; 0: none yet */
    bool has_paragraph;            /* one was written to `out` */
};

/* Before something that can be seen is added: the white space and breaks that were put off. `next`: its first
 * character. */
void line_catch_up(struct line *line, uint32_t next);
void line_add_raw(struct line *line, span text); /* Markdown or HTML already; lives as long as the line */
void line_add_text(struct line *line, span text);
void line_add_space(struct line *line, bool is_line_feed);
void line_enter(struct line *line, struct level level); /* what follows is in emphasis, a link, a tag */
void line_leave(struct line *line);                     /* the last that was entered */
void line_end(struct line *line);                       /* writes the paragraph and begins another */
