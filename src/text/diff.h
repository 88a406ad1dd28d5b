/* SPDX-License-Identifier: MIT
 * diff.h - how one text became another, word by word
 *
 * First by paragraphs, then, where paragraphs were changed, by words; a character of a script without spaces
 * is a word (E. Myers, "An O(ND) Difference Algorithm", 1986). Time and memory are bounded: texts that have
 * next to nothing in common are told as one replaced by the other.
 */
#pragma once
#include "core/core.h"

enum diff_kind { DIFF_SAME, DIFF_GONE, DIFF_NEW };

struct diff_piece {
    enum diff_kind kind;
    span text; /* of `after` where it is the same, else of the text that has it */
};

/* Pieces in order; no two of one kind stand together, and what went stands before what came. All of `before`
 * is in those that are not new, all of `after` in those that are not gone. */
void text_diff(struct arena *arena, span before, span after, struct diff_piece **out_pieces,
               size_t *out_count);
