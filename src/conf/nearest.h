/* SPDX-License-Identifier: MIT
 * nearest.h - what somebody may have meant: the known word that the fewest slips of a finger away
 */
#pragma once
#include "core/span.h"

/* Insertions, deletions, replacements and swaps of neighbours that make `a` of `b`; only the first 64 bytes
 * of each count. */
size_t word_distance(span a, span b);

/* Keeps the nearest of the candidates it is shown: {.word = what was written}. */
struct nearest {
    span word;
    const char *found; /* NULL: nothing was shown yet */
    size_t distance;
};
void nearest_try(struct nearest *nearest, const char *candidate);
bool nearest_is_close(const struct nearest *nearest); /* near enough to ask "did you mean" */
