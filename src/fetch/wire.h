/* SPDX-License-Identifier: MIT
 * wire.h - a body as it comes, in blocks
 *
 * A hundred bodies grow side by side, and most of those that grow large are floods that are never used: so
 * nothing is moved as they grow, what is held is what has come, and only a body that is whole becomes one
 * piece.
 */
#pragma once
#include "core/core.h"

struct wire_block;

struct wire { /* {.max = ...} is an empty one */
    struct wire_block *first, *last;
    size_t len, max; /* bytes; no more than `max` are taken */
    size_t held;     /* memory */
    bool overflowed; /* more came */
};

/* `expected`: bytes that are to come, or 0; for the size of the first block. */
void wire_add(struct wire *wire, span bytes, size_t expected);

/* Moves all of it to `out`, which is empty. */
void wire_join(struct wire *wire, struct buf *out);
void wire_release(struct wire *wire);
