/* SPDX-License-Identifier: MIT
 * importing.h - what the files of an import share (private to keep/)
 */
#pragma once
#include "archive/history.h"
#include "core/vec.h"
#include "keep/import.h"
#include "store/store.h"

struct import_version { /* contents that a file had, by its history */
    struct import_version *older;
    span object;
    int64_t at;
};

struct import_file { /* one to be looked at */
    span path;
    span object;   /* of the last commit; empty: it is on disk */
    int64_t order; /* within its source, ascending: oldest first */
    struct import_place *place;
    struct import_version *newest, *oldest;
    int version_count;
    bool is_closed; /* before its newest versions the path was another file's */
};

struct import_place { /* a folder that holds a source's articles, or {0} for all others */
    span folder;
    struct import_source *source;
    size_t rank; /* among the others, as the archive's README has them */
};

struct importing {
    const struct import_options *options;
    struct import_totals *totals;
    struct arena *arena;     /* ends with the import */
    int root;                /* the folder's descriptor; -1: it is a bare repository */
    struct history *history; /* NULL: there is none */
    bool is_in_place;        /* it is the newsroom's own archive */

    VEC(struct import_file *) files;
    VEC(struct import_file *) lists, readmes;
    struct map by_path; /* path -> struct import_file, of `files` */

    struct map places;                       /* folder -> struct import_place */
    struct map known_ids;                    /* of sources that the store has */
    struct map sources;                      /* id -> struct import_source */
    VEC(struct import_source *) source_list; /* in order of first mention */
    struct import_source *rest;              /* of files whose path and head name no source; NULL: none yet */
};

void import_tell(const struct importing *importing, enum import_untaken kind, span path, const char *format,
                 ...) PRINTF(4, 5);

/* import_list.c: what there is to be read, and its bytes */
struct error *import_list(struct importing *importing) MUST_USE;
/* ERROR_LIMIT, ERROR_IO, ERROR_DAMAGED, ERROR_REFUSED: of this file alone. `*out_changed_at`: NO_TIME where
 * nothing says. */
struct error *import_read(struct importing *importing, const struct import_file *file, struct arena *arena,
                          span *out_bytes, int64_t *out_changed_at) MUST_USE;

/* import_past.c: which contents files had before */
struct error *import_read_past(struct importing *importing) MUST_USE;

/* import_sources.c: whose articles they are, and in which order */
struct error *import_find_sources(struct importing *importing) MUST_USE;
struct import_source *import_source_named(struct importing *importing, span name); /* by id or name */
struct import_source *import_source_of_rest(struct importing *importing);
bool import_is_id(span name); /* may it be a folder of ours? */

/* import_article.c: a file's bytes as a revision */
struct import_reading {
    enum archive_form form;
    bool is_article, is_list; /* neither: it is something else */
    struct article article;
    span markdown;
    uint64_t hash;
};
struct error *import_read_article(struct arena *arena, span path, span bytes,
                                  struct import_reading *out_reading) MUST_USE;
/* Makes the clean parts, and keeps the file's bytes where they could not be made again. `at`: when it came to
 * be, where the file does not say. */
struct error *import_finish_article(struct arena *arena, struct import_reading *reading, span bytes,
                                    int64_t at) MUST_USE;
