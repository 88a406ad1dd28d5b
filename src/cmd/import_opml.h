/* SPDX-License-Identifier: MIT
 * import_opml.h - `courant import FILE`: the subscriptions of an OPML file become sources
 */
#pragma once
#include "cmd/cmd.h"

struct opml_counts {
    int64_t added_count;
    int64_t known_count;   /* are followed already */
    int64_t skipped_count; /* name an address that cannot be followed */
};

/* Appends a [source] to courant.conf for each that is not followed yet, in the order of the file; names,
 * categories and, where the file is one of ours, ids and rules are kept. All or nothing. `path` "-": standard
 * input. ERROR_FORMAT: it is no OPML. */
struct error *import_opml(struct courant *courant, const char *path, struct opml_counts *out_counts) MUST_USE;
