/* SPDX-License-Identifier: MIT
 * source_id.h - an id for a new source, made from its title or its address
 */
#pragma once
#include "conf/conf.h"

struct source_ids {
    struct arena *arena;
    struct map taken; /* id -> any value; for one that others were made of: the last number behind it */
};

/* Those that the configuration has. */
void source_ids_begin(struct source_ids *ids, struct arena *arena, const struct conf *conf);

/* `wanted` if it is a good one and free; else from the title if that is short and in Latin letters, else from
 * the site's name; with a number behind it where that is taken. It counts as taken then. */
span source_ids_choose(struct source_ids *ids, span wanted, span title, span address);
