/* SPDX-License-Identifier: MIT
 * round.h - a round of the harvest, for a command: configuration, signals, progress
 */
#pragma once
#include "cmd/cmd.h"
#include "harvest/harvest.h"
#include "harvest/trouble.h"

struct progress;

struct round { /* of a harvest; the first member of what a command's callbacks get as `context` */
    struct courant *courant;
    struct conf *conf;             /* for the first harvest, where it was read just now; NULL: it reads it */
    struct harvest *harvest;       /* while it runs */
    struct progress *progress;     /* NULL: none is shown */
    const struct trouble *trouble; /* of the disk, which it waits to be over; NULL: none */
    int64_t pause;                 /* ... between its attempts */
};

/* Fills in `options` but for `kind`, `is_once`, `is_forced`, `only` and `report`; `context` is the round. */
void round_prepare(struct round *round, struct harvest_options *options);
/* Runs it; ^C and SIGTERM stop it, SIGHUP makes it read the configuration again. A continuous harvest that
 * the disk fails says so, and begins anew by itself until it goes well; SIGHUP makes it try at once. */
struct error *round_run(struct round *round, const struct harvest_options *options,
                        struct harvest_totals *out_totals) MUST_USE;

/* One of another kind than the main job, whole: for what commands owe the archive. */
struct error *round_of_kind(struct courant *courant, enum harvest_kind kind, const span *only,
                            size_t only_count, struct harvest_totals *out_totals) MUST_USE;

/* ERROR_USAGE: the configuration has no such source. */
struct error *round_check_sources(const struct courant *courant, const span *ids, size_t count) MUST_USE;
