/* SPDX-License-Identifier: MIT
 * pulse.h - how often a source speaks: its articles of the last four weeks, day by day (pure)
 *
 * Counted from the dates that its items bear, since a document shows what was published while nobody asked,
 * too. A document is a window on the newest items: of a day, the most that any window has shown is what
 * counts.
 */
#pragma once
#include "core/core.h"

enum { PULSE_DAYS = 28 };

struct pulse {
    int64_t day;   /* GMT, counted from 1970: the one that counts[0] is of; 0: nothing was seen yet */
    int64_t since; /* the first day that is known wholly */
    int64_t counts[PULSE_DAYS]; /* newest day first */
    int64_t newest_at;          /* NO_TIME: nothing was seen yet */
    int64_t longest_gap;        /* ms between two of the newest items */
};

void pulse_read(span text, struct pulse *out_pulse);
void pulse_write(const struct pulse *pulse, struct buf *out);

/* Takes in a document's dates, in any order; those in the future are let be. `now` for what is new and bears
 * none. */
void pulse_note(struct pulse *pulse, const int64_t *dates, size_t count, int64_t now);

/* Articles in a thousand days; -1: it was not watched for long enough. */
int64_t pulse_rate(const struct pulse *pulse, int64_t now);
/* Of the last week, and of the time before it; false: it was not watched for three weeks. */
bool pulse_trend(const struct pulse *pulse, int64_t now, int64_t *out_lately, int64_t *out_before);
/* The longest silence that would not be unusual; 0: it was not watched for long enough. */
int64_t pulse_longest_usual(const struct pulse *pulse, int64_t now);
