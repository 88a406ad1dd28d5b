/* SPDX-License-Identifier: MIT
 * dictionary.h - zstd with a dictionary learnt from a source's pages, which repeat one another
 *
 * A page of 100 KB is mostly its site's furniture: with a dictionary of others of that site it takes a third
 * of what it takes alone. Dictionaries are of the trained form (RFC 8878, 5).
 */
#pragma once
#include "core/core.h"

/* Learns from samples a dictionary of at most `max_size` bytes, appended to `out`. False: there are too few,
 * or they have too little in common; nothing was appended. */
bool dictionary_learn(const span *samples, size_t count, size_t max_size, struct buf *out);

/* One frame with size and checksum. An empty `dictionary`: none. ERROR_LIMIT: `out` is full. */
struct error *dictionary_compress(span dictionary, span bytes, int level, struct buf *out) MUST_USE;
/* Undoes it: exactly `size` bytes, appended to `out`. ERROR_FORMAT: damaged, another dictionary's, or of
 * another size; ERROR_LIMIT. */
struct error *dictionary_decompress(span dictionary, span bytes, size_t size, struct buf *out) MUST_USE;
