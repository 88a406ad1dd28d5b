/* SPDX-License-Identifier: MIT
 * archiver.h - what the archiver has in hand, for the files that do its work
 */
#pragma once
#include "core/vec.h"
#include "harvest/internal.h"

enum { PIECES_OF_BATCH = 64 }; /* errands it is cut into, at most */

struct touched { /* a source with changes in this round */
    span id;
    int64_t new_count, revised_count;
    VEC(int) months; /* year * 12 + month - 1; each once */
};

struct archiver {
    struct harvest *harvest;
    const struct conf *conf; /* as it was at the start: a layout does not change under way */
    struct archive_options options;
    struct archive *archive; /* NULL: it could not be opened, and is tried again */
    bool is_checked;         /* that it is the one which was left */
    struct store_reader *reader;
    struct queue *rendered; /* errands come back here */
    pthread_t thread;
    bool has_thread;

    pthread_mutex_t lock; /* guards the rest of this group */
    pthread_cond_t changed;
    bool is_woken, wants_commit, is_finishing, is_closing, is_busy;
    int64_t pause, resumes_at; /* after a failure of a continuous harvest, monotonic; 0: it went well */
    struct error *error;       /* the first that was not told */
    bool has_committed;

    /* the round: the archiver's thread alone */
    struct arena *arena;
    struct map touched;                 /* id -> struct touched */
    VEC(struct touched *) touched_list; /* in order of first touch */
    VEC(struct article) written;        /* id and mark alone: to be cleared after the commit */
    int64_t last_mark;
    int64_t obstructed_count;

    struct arena *told_arena; /* as long as the archiver */
    struct map told;          /* what is in the way, told once */
};

/* batch.c: one batch of what is owed is rendered, staged and on disk; `*out_count` 0: nothing is owed */
struct error *archiver_write_batch(struct archiver *archiver, size_t *out_count) MUST_USE;
/* One path that somebody else's file or folder is in the way of costs that path, and not the archive: it is
 * told once, counted, and no error. Any other error is given back. */
struct error *archiver_note_obstacle(struct archiver *archiver, span source_id, struct error *error) MUST_USE;

/* overviews.c: stages lists and READMEs, those of touched sources and the newsroom's own */
struct error *archiver_stage_overviews(struct archiver *archiver) MUST_USE;
