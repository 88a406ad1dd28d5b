/* SPDX-License-Identifier: MIT
 * check.h - the store looked through, and what can be saved of one that is damaged
 *
 * store_check() (store.h) tells of flaws. Here are all articles one by one, the log beside the file, and
 * salvage: what rows are whole go into a new store, what they lack is asked for, and the new one takes the
 * old one's place at once. The old one stays beside it as courant.db.damaged-<time>.
 */
#pragma once
#include "store/store.h"

/* Each article as it is now, in the order in which they came. `flaw`: it cannot be read whole, and `article`
 * has no more than id, source, number, names and path, which may be wrong themselves. */
struct error *store_each_article(struct store_reader *reader,
                                 struct error *(*take)(void *context, const struct article *article,
                                                       const struct error *flaw),
                                 void *context) MUST_USE;
/* Every revision that is whole. */
struct error *store_each_revision(struct store_reader *reader,
                                  struct error *(*take)(void *context, const struct article *article),
                                  void *context) MUST_USE;

/* The log (courant.db-wal) by its own sums: SQLite drops what stands behind a damaged place, in silence. Only
 * while nobody writes, and before the store is opened for writing. */
struct error *store_check_log(const char *folder, void (*tell)(void *context, span where, span what),
                              void *context) MUST_USE;

/* Of a version that no reader takes, until it is opened for writing? False where it cannot be read at all. */
bool store_is_older(const char *folder);

/* The archive shall write these again. */
struct error *store_archive_owe(struct store *store, const uint64_t *ids, size_t count) MUST_USE;

/* The archive has a text of the article that the store has not: it becomes its last revision, or the one that
 * `text->revision` says. Nothing is owed for it. `hash`: of the file's bytes, not 0. */
struct error *store_restore_text(struct store *store, uint64_t id, const struct article *text,
                                 uint64_t hash) MUST_USE;

struct salvage {
    const char *folder; /* the newsroom; its lock is ours */
    const struct store_options *options;
    const struct clock *clock;
    /* The text of a revision that is damaged: of `article` id, source, number, file name, path and revision
     * are known. `*out_text` NULL: nobody has it. */
    struct error *(*find)(void *context, const struct article *article, bool is_current, struct arena *arena,
                          struct article **out_text, uint64_t *out_hash);
    void (*tell)(void *context, span where, span what); /* each thing that was done or is lost */
    void *context;

    int64_t article_count, revision_count; /* found: that were saved */
    int64_t restored_count, lost_count;    /* found: revisions from elsewhere; that nobody has */
    span damaged_path;                     /* found: where the old store is, in `arena`; empty: nowhere */
};
/* ERROR_DAMAGED: it is another program's file, or a newer Courant's. Interrupted, it is done again. */
struct error *store_salvage(struct salvage *salvage, struct arena *arena) MUST_USE;
