/* SPDX-License-Identifier: MIT
 * source.h - what was learnt of a source; what is wanted of it stands in conf.h
 */
#pragma once
#include "core/core.h"

enum source_state { SOURCE_OK, SOURCE_FAILING, SOURCE_SILENT, SOURCE_GONE, SOURCE_PAUSED };

enum source_traits {                         /* what its items do; bits */
                     SOURCE_REPEATS_IDS = 1, /* two items of one document had the same id */
                     SOURCE_FLIPS = 2,    /* an item goes back and forth between texts; no more revisions are
                                             made of that */
                     SOURCE_RESTLESS = 4, /* an item says something else at every poll: one revision a day */
};

struct validators { /* byte for byte as received; empty: none */
    span etag, last_modified;
};

struct source {
    span id, name;
    span feed;    /* as configured */
    span address; /* where it is polled: `feed`, or where it moved to */
    enum source_state state;
    bool is_wanted;               /* it is in the configuration */
    struct validators validators; /* those of `address` */
    uint64_t body_hash;           /* of the last body taken in; 0: none */
    int64_t last_poll_at, last_success_at, last_change_at, next_poll_at; /* NO_TIME: never */
    int64_t interval; /* ms that the last poll settled on; 0: none yet */
    int64_t failures; /* in a row */
    int64_t article_count;
    span last_error; /* empty: none */
    int last_status; /* HTTP; 0: none */
    span moved_to;   /* permanent redirect seen in the last `moved_count` polls in a row */
    int moved_count;
    unsigned traits; /* enum source_traits; the store's own */
    span memory;     /* small JSON of what the schedule and the identity rules learnt; the store does not look
                    into it */
};
