/* SPDX-License-Identifier: MIT
 * record.h - what a harvest leaves in the store of itself: when it last worked, and how the remotes are
 *
 * Small values in JSON. `status` reads them; one that cannot be read is as if it were not there.
 */
#pragma once
#include "store/store.h"

struct last_harvest {
    int64_t ended_at; /* NO_TIME: there was none */
    int64_t took_ms;
    int64_t polled, failed; /* sources */
    int64_t new_count, revised_count;
};
struct error *last_harvest_read(struct store_reader *reader, struct arena *arena,
                                struct last_harvest *out_last) MUST_USE;
struct error *last_harvest_write(struct store *store, const struct last_harvest *last) MUST_USE;

struct remote_state {
    int64_t failures;      /* in a row */
    int64_t failing_since; /* NO_TIME: it does not fail */
    int64_t next_at;       /* when it is tried again; NO_TIME: at the next commit */
    int64_t pushed_at;     /* NO_TIME: never */
    span error;            /* the last one; empty: none */
    span pushed;           /* the commit that it has; empty: none that we know of */
};
struct error *remote_state_read(struct store_reader *reader, struct arena *arena, span name,
                                struct remote_state *out_state) MUST_USE;
struct error *remote_state_write(struct store *store, struct arena *arena, span name,
                                 const struct remote_state *state) MUST_USE;

/* The archive's last commit, as the harvest made it; empty: there is none. */
#define ARCHIVE_HEAD_KEY "archive.head"
