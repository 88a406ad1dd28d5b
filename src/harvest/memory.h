/* SPDX-License-Identifier: MIT
 * memory.h - what was learnt of a source besides its row's columns: small things, kept in the row's `memory`
 *
 * A text of JSON, so that a new thing to remember needs no new column. What cannot be read was never learnt:
 * it is learnt again. All of it is forgotten when the user gives the source another feed.
 */
#pragma once
#include "model/source.h"

enum walk_kind { WALK_NONE, WALK_PAGES, WALK_ARCHIVES };

struct memory {
    /* what the publisher said last of when to come, for the polls that are answered by "unchanged"; 0:
     * nothing */
    int64_t ttl, syndication, fresh; /* ms */
    int64_t seen;                    /* ms between its items, from their dates */
    int64_t skip_hours, skip_days;   /* bits */
    int64_t retry_after;             /* until then it asked us to stay away; NO_TIME: it did not */
    span why;                        /* the next poll is when it is, for this reason; empty: none was kept */

    /* where it is */
    span answered_from; /* the address that the validators came with, if it is another than the source's */
    span advertised;    /* where it says that it is, if that is elsewhere: noted, not followed */
    span hub;           /* of WebSub */
    span home_page;
    bool is_expired; /* it said that it will never change again */

    /* the ladder; rung 0: it is read as it was meant */
    int64_t rung;          /* enum rung */
    int64_t rung_at;       /* when it went down there */
    int64_t upward_at;     /* when the feed is tried again; NO_TIME: not */
    int64_t rediscover_at; /* not looked for anew before; NO_TIME: never was */
    span rung_reason;

    /* history of a paged feed or one with archives (RFC 5005) */
    int64_t walk;       /* enum walk_kind: what walk_to is */
    span walk_to;       /* the document to be asked next; empty: none */
    int64_t walk_count; /* how many were */
    span walk_first;    /* where it began */
    span walked;        /* the newest archive that was asked: those before it were, too */
    bool has_walked;    /* to its end */

    span pulse; /* pulse.h */
};

void memory_read(struct arena *arena, const struct source *source, struct memory *out_memory);
void memory_write(struct arena *arena, const struct memory *memory, struct source *source);
