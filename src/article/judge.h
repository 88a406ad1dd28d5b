/* SPDX-License-Identifier: MIT
 * judge.h - what judge.c asks of its two helpers
 */
#pragma once
#include "article/internal.h"

enum wall_place { IN_TITLE /* or in the headline */, ANYWHERE };

struct wall {
    enum page_kind kind;
    enum wall_place place;
    float most; /* weight of text from which on it is an article */
    const char *reason;
    const char *const *phrases;
};

/* judge_walls.c: NULL: none */
const struct wall *judge_wall(struct arena *arena, const struct evidence *evidence, float weight);

/* judge_index.c: does what was taken lead elsewhere, piece by piece? */
bool judge_leads_elsewhere(const struct evidence *evidence);
