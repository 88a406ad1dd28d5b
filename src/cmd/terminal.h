/* SPDX-License-Identifier: MIT
 * terminal.h - text in columns: how wide it is, where a line may break, what may be coloured
 */
#pragma once
#include "core/core.h"

struct terminal {
    bool is_one;     /* standard output is a terminal */
    bool has_colour; /* ... and NO_COLOR is not set */
    int columns;     /* 0: no end, as it is none */
};
struct terminal terminal_find(void);

/* Columns that `s` takes: 2 for a Chinese, Japanese or Korean character, 0 for a combining one. */
size_t text_width(span s);
/* The start of `s` that takes at most `columns`. */
span text_cut(span s, size_t columns);
/* `text` in lines of at most `columns` (0: as they are), broken at spaces and between characters of scripts
 * without them, but never before closing punctuation. Line feeds of the text stay. */
void text_wrap(struct buf *out, span text, size_t columns);

/* `text` so that nothing in it drives the terminal; its line feeds and tabs stay. */
void text_add_printable(struct buf *out, span text);

/* --- tables --- */

enum column_kind { COLUMN_TEXT, COLUMN_NUMBER };

struct column {
    const char *title; /* NULL ends them */
    enum column_kind kind;
    bool may_shrink; /* cut where the terminal is too narrow */
};

/* `cells`: row after row; each is escaped, so that nothing from outside drives the terminal. */
void table_write(struct buf *out, const struct terminal *terminal, const struct column *columns,
                 const span *cells, size_t row_count);
