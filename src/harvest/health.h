/* SPDX-License-Identifier: MIT
 * health.h - how a source is doing, in a word, a few numbers and a sentence (pure)
 *
 * `sources` and `status` show it. What happened last comes first; then how often the source speaks, whether
 * that has changed, and whether its silence is unusual ("posts 20 a day, none for 9 h"). Silence is counted
 * up to the last good poll, since while nobody asks nobody can know.
 */
#pragma once
#include "harvest/memory.h"
#include "model/source.h"

enum trend { TREND_UNKNOWN, TREND_STEADY, TREND_RISING, TREND_FALLING };

struct health {
    enum source_state state; /* as it is now: the user's pause and an unusual silence are seen */
    span sentence;
    int64_t rate;       /* articles in a thousand days; -1: not known yet */
    enum trend trend;   /* of the last week, against the three before */
    int64_t silent_for; /* ms from its newest item to the last good poll; 0: not known */
    struct memory memory;
};

/* `known`: what the store has of it; NULL: it was never harvested. `is_paused`: the configuration says so. */
void health_judge(struct arena *arena, const struct source *known, bool is_paused, int64_t now,
                  struct health *out_health);

const char *health_state_name(enum source_state state); /* "ok", "failing", "silent", "gone", "paused" */
const char *health_trend_name(enum trend trend);        /* "steady", ...; NULL: not known */

/* "20 min", "9 h", "3 days": the largest unit of which there are two. */
span health_duration(struct arena *arena, int64_t duration);
