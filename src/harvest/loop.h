/* SPDX-License-Identifier: MIT
 * loop.h - what the harvesting thread has in hand: the sources, the jobs under way, what came of them
 */
#pragma once
#include "harvest/table.h"

struct pages_in_hand {
    int64_t under_way;
    int64_t due_at;   /* when there may be one to look at; NO_TIME: the store is to be asked */
    size_t source;    /* HARVEST_ANEW: index in `only`, ... */
    int64_t kept_key; /* ... and the page, that come next */
};

struct loop {
    struct harvest *harvest;
    struct table table;
    struct pages_in_hand pages;
    int64_t under_way; /* jobs, pages among them */
    int64_t committed_at, recorded_at;
    int64_t clock_lead; /* of the wall clock before the monotonic one, at the last look */
    bool is_committed;  /* nothing came since the last commit */
    bool has_rested;    /* there was a time when nothing was left to poll */
    struct harvest_progress progress;
    struct harvest_totals totals, recorded; /* ... of which the store has been told */
    struct error *error;                    /* of this machine: ends the harvest */
};

/* The whole of a harvest whose parts are open: until nobody is due and nobody under way, or until stopped. */
struct error *loop_run(struct harvest *harvest, struct harvest_totals *out_totals) MUST_USE;

/* From any thread: the flags of the harvest are to be looked at. Once for each that is raised. */
void loop_wake(struct harvest *harvest);

/* A job with nothing in it yet, and how it goes on its way. */
struct job *loop_make_job(const struct loop *loop);
void loop_start_job(struct loop *loop, struct job *job);

/* pages.c: admits what is owed and due; admits what is kept, to be extracted anew; takes one back */
struct error *loop_admit_pages(struct loop *loop) MUST_USE;
struct error *loop_admit_kept(struct loop *loop) MUST_USE;
void loop_end_page(struct loop *loop, const struct job *job);
