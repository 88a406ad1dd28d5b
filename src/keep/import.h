/* SPDX-License-Identifier: MIT
 * import.h - an archive that exists is taken into the store
 *
 * Either layout, every older form (spec lineage.md 2.3, 2.6), from a folder or from a git repository with its
 * history: a file's earlier contents become the revisions of its article. Numbers, paths and file names stay
 * as they are found, so the archive written from the store afterwards has the same bytes. It works in
 * batches: one that was ended half-way is gone on with by doing it again.
 */
#pragma once
#include "archive/archive.h"
#include "model/source.h"

enum import_untaken {
    UNTAKEN_OTHER,   /* it is no article: a picture, a page of a site */
    UNTAKEN_FAILED,  /* what it says cannot be taken, or is not to be trusted */
    UNTAKEN_UNREAD,  /* this machine could not read it: no fault of its own, and another day it may */
    UNTAKEN_PAST,    /* it was taken, but not all that it said before */
    UNTAKEN_KNOWN,   /* the store has its article, which another file or a feed brought */
    UNTAKEN_RENAMED, /* it was taken, but its place is another article's */
};

struct import_source {
    span id, name, feed;   /* the last two as the archive's lists or READMEs tell; else empty */
    bool is_wanted;        /* it is in the configuration */
    int64_t article_count; /* of the archive's files */
};

struct import_totals {
    int64_t file_count;            /* to be looked at; known from the start */
    int64_t done_count;            /* looked at */
    int64_t forms[FORM_OTHER + 1]; /* articles, by enum archive_form */
    int64_t list_count, readme_count, other_count, failed_count;
    int64_t new_count, revised_count, same_count, known_count; /* files, by what came of them */
    int64_t revision_count;                                    /* that were stored */
    bool has_history;                                          /* of a repository */
    bool is_in_place;                                          /* it is the newsroom's own archive */
    struct import_source *sources;                             /* at the end: those that files belong to */
    size_t source_count;
};

struct import_options {
    const char *folder;   /* what is imported: a folder, or a git repository with a work tree or bare */
    const char *newsroom; /* its store must not be open for writing; its lock is taken */
    span source;          /* the source of files whose path and head name none; empty: the folder's name */
    const struct conf *conf;
    const struct timezone_rules *timezone;
    const struct clock *clock;
    /* Each file that is not taken as it is, and why. */
    void (*tell)(void *context, enum import_untaken kind, span path, span why);
    void (*progress)(void *context, const struct import_totals *totals); /* now and then */
    bool (*is_cancelled)(void *context);
    void *context;
    bool has_lock;                           /* the newsroom's lock is the caller's */
    bool (*wants)(void *context, span path); /* which articles' files; NULL: all */
};

/* ERROR_LOCKED: another process has the newsroom; ERROR_CANCELLED: what was read before is kept.
 * `out_totals` counts also where it fails; its texts are in `arena`. */
struct error *import_archive(const struct import_options *options, struct arena *arena,
                             struct import_totals *out_totals) MUST_USE;

/* "duty-machine", "old-cdt", ...: what counts and JSON call a form. */
const char *import_form_name(enum archive_form form);
/* What an archive cannot give back of a store, one phrase each; NULL-ended. `has_history`: it is a repository
 * whose commits were read. */
const char *const *import_not_held(bool is_dated, bool has_history);
