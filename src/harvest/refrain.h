/* SPDX-License-Identifier: MIT
 * refrain.h - the sentences that an outlet puts into each of its texts
 *
 * "Sign up for our letter", "may not be copied without permission": under a short text they are most of it,
 * and would make one story of whatever an outlet, or a house of several, tells. A sentence that stands in
 * three of the newest articles of a source is one.
 */
#pragma once
#include "store/store.h"

struct refrains {
    struct store_reader *reader;
    struct arena *arena;
    struct map by_source; /* what was learnt of each */
};

/* The first 6 KiB of `text`, a line of plain text, without the source's refrains; in `arena`. */
struct error *refrains_drop(struct refrains *refrains, struct arena *arena, span source_id, span text,
                            span *out_text) MUST_USE;
