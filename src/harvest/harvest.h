/* SPDX-License-Identifier: MIT
 * harvest.h - the main job: sources that are due are polled, what is new is stored, archived and committed
 *
 * An article takes one way: poll -> read -> store -> archive. Jobs go along it from thread to thread
 * (src/harvest/README.md); the store remembers what is owed, so a kill costs at most the polls in flight, and
 * the next start takes up the rest.
 */
#pragma once
#include "conf/conf.h"
#include "core/clock.h"
#include "core/log.h"

struct harvest;

enum poll_status { POLL_OK, POLL_UNCHANGED, POLL_ERROR, POLL_GONE };

struct poll_report { /* of one source polled, when what it says is on disk */
    span source_id, name;
    enum poll_status status;
    int64_t new_count, revised_count, failed_count;
    int64_t dropped_count; /* items that a rule drops: they are not stored */
    span error;            /* a sentence; empty: none */
    span warning;          /* what was wrong and mattered little; empty: nothing */
    int64_t took_ms;
    int64_t next_poll_at; /* NO_TIME: never */
    bool is_old_trouble;  /* the user was told of `error` before, and can do something about it */
};

struct harvest_progress {         /* at any moment */
    int64_t wanted, done, failed; /* sources of this round */
    int64_t new_count, revised_count, archived_count;
    int64_t bytes;
    span current; /* a source lately in hand; may be empty */
};

enum harvest_kind {
    HARVEST_SOURCES, /* the main job: polls, then all that follows */
    HARVEST_ANEW,    /* articles are extracted anew from the pages that were kept; nobody is asked */
    HARVEST_ARCHIVE, /* what the archive is owed is written and committed, and nothing else */
};

struct harvest_options {
    const char *folder;     /* the newsroom */
    enum harvest_kind kind; /* but for the first: is_once */
    const struct clock *clock;
    struct log *log;
    bool is_once;     /* one round of what is due, all that follows, and back */
    bool is_forced;   /* also those that are not due */
    const span *only; /* ids of the sources to poll, or to extract anew; count 0: all */
    size_t only_count;

    /* The configuration, into `arena`; called at start and for each harvest_reload(). */
    struct error *(*configure)(void *context, struct arena *arena, struct conf **out_conf);
    /* Called on the harvesting thread; any may be NULL. */
    void (*report)(void *context, const struct poll_report *report);
    void (*progress)(void *context, const struct harvest_progress *progress);
    void (*rested)(void *context); /* the first time nothing is left to poll, and all is stored */
    void *context;
};

struct harvest_totals {
    int64_t polled, failed; /* sources */
    int64_t pages;          /* looked at anew */
    int64_t damaged_pages;  /* passed over, as what is stored of them is damaged; told in the log */
    int64_t failing_remotes;
    int64_t new_count, revised_count, failed_items;
    int64_t
        obstructed; /* files of the archive that something is in the way of: told in the log, still owed */
    bool has_committed; /* the archive's repository has a new commit */
    bool is_stopped;    /* before its end, by harvest_stop() */
};

/* `*out_harvest` can be stopped before harvest_run() was called. ERROR_LOCKED: another process harvests this
 * newsroom. */
struct error *harvest_open(const struct harvest_options *options, struct harvest **out_harvest) MUST_USE;
void harvest_close(struct harvest *harvest);
DEFINE_CLOSE(harvest)

/* Works until the round is over (is_once) or until stopped. What was finished before a failure is kept; a
 * failure here is one of this machine's own (disk, store, git): sources that failed are told by report() and
 * in the totals. */
struct error *harvest_run(struct harvest *harvest, struct harvest_totals *out_totals) MUST_USE;

/* From any thread (not from a signal handler): no new polls, those in flight are dropped or finished, all
 * that is stored is archived. */
void harvest_stop(struct harvest *harvest);
/* The configuration is read again; one with errors changes nothing and is told in the log. */
void harvest_reload(struct harvest *harvest);
