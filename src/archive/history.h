/* SPDX-License-Identifier: MIT
 * history.h - a git repository that somebody has, read: its files, how they came to be, their bytes
 *
 * With a work tree or bare. Nothing is written to it, nothing that its configuration names is run, and
 * nothing is fetched. Everything is streamed: what is told must be kept by whoever is told.
 */
#pragma once
#include "core/clock.h"
#include "core/core.h"

struct history;

/* `*out_history` NULL: `folder` is the root of no repository. ERROR_USAGE: git is not installed. */
struct error *history_open(const char *folder, const struct clock *clock,
                           struct history **out_history) MUST_USE;
void history_close(struct history *history);
DEFINE_CLOSE(history)
bool history_is_bare(const struct history *history);

struct history_file {
    span path;
    span name;    /* of its bytes, in hexadecimal */
    bool is_file; /* else a symbolic link, or another repository */
    int64_t size; /* bytes */
};
/* Every file of the last commit, in order of path; none, where there is no commit. */
struct error *history_files(struct history *history,
                            struct error *(*take)(void *context, const struct history_file *file),
                            void *context) MUST_USE;

struct history_change {
    int64_t at;    /* the commit's */
    char what;     /* 'A', 'M', 'D', 'R' (renamed without a change), 'T' */
    span path;     /* after it; of 'D' before it */
    span old_path; /* of 'R' */
    span name;     /* of the bytes after it, in hexadecimal */
};
/* What each commit did, newest first. */
struct error *history_changes(struct history *history,
                              struct error *(*take)(void *context, const struct history_change *change),
                              void *context) MUST_USE;

/* Commits that led to `commit` and not to `seen` (empty: all of them). ERROR_IO: one of the two is not there.
 */
struct error *history_count(struct history *history, span commit, span seen, int64_t *out_count) MUST_USE;

/* The bytes of that name, in `arena`. ERROR_LIMIT: more than `max`; ERROR_DAMAGED: the repository has not got
 * them. One can go on after both. */
struct error *history_read(struct history *history, span name, size_t max, struct arena *arena,
                           span *out_bytes) MUST_USE;
