/* SPDX-License-Identifier: MIT
 * internal.h - what the files of the store share; README.md tells the model
 */
#pragma once
#include "store/identity.h"
#include "store/store.h"

struct store {
    struct db db;
    const struct clock *clock;
    struct store_options options;
    struct arena *scratch; /* for the poll in hand */
    struct arena *passing; /* for the item in hand */
};

struct store_reader {
    struct db db;
};

/* --- schema.c --- */

enum { FIRST_NUMBER = 1048574 }; /* 0xFFFFF - 1; they count down, so that the newest sorts first by name */
enum { VERSION = 5 };            /* of the schema: PRAGMA user_version */

struct error *schema_apply(struct db *db) MUST_USE; /* a new store, or an older version brought forward */
struct error *schema_apply_to(struct db *db, int version) MUST_USE; /* no further than to that one */
struct error *schema_check(struct db *db) MUST_USE;                 /* is it a store of this version? */
struct error *schema_is_older(struct db *db, bool *out_is_older) MUST_USE;

/* --- sources.c --- */

struct source_row { /* what a poll's transaction needs of its source, and leaves there */
    int64_t key;
    span id, feed, address;
    int64_t next_number, article_count, traits;
};
struct error *source_row_read(struct db *db, struct arena *arena, span id, struct source_row *out_row,
                              bool *out_is_there) MUST_USE;
struct error *source_row_write(struct db *db, const struct source_row *row, const struct source *learnt,
                               int64_t changed_at) MUST_USE;

/* --- places.c --- */

struct place { /* where the archive has it */
    int64_t number;
    span path;
    int month; /* year * 12 + month - 1, of the path */
};
/* "voa/2024/11/08-slug", and the first of it with a number from `first` on that no article has. */
span place_stem(struct store *store, span source_id, const struct item *item, int64_t published_at);
struct error *place_free_path(struct store *store, span stem, int64_t first, span *out_path) MUST_USE;
struct error *place_find_path(struct store *store, const struct source_row *source, const struct item *item,
                              int64_t published_at,
                              struct place *out_place) MUST_USE; /* all but the number */
struct error *place_allot(struct store *store, struct source_row *source, const struct item *item,
                          int64_t published_at, struct place *out_place) MUST_USE;

/* --- articles.c, revisions.c, change.c: a poll's items become rows --- */

struct error *article_free_id(struct store *store, const struct document *document,
                              const struct sighting *sighting, int64_t *out_id) MUST_USE;
struct error *article_add(struct store *store, const struct document *document, struct sighting *sighting,
                          int64_t now, bool wants_page) MUST_USE;

/* --- seals.c: a hash over all that a row says, so that damage on disk is found --- */

/* the first so many values of SQL_ADD_... */
enum { SEALED_OF_ARTICLE = 6, SEALED_OF_REVISION = 20, SEALED_OF_KNOWN = 5 };
int64_t seal(const struct value *values, size_t count);
bool is_sealed(const struct query *query, int first, int count); /* the seal is the column behind them */
bool is_known_sealed(const struct query *query);                 /* a row of `known` */

struct revision { /* beside the item */
    int64_t article, number, fetched_at, published_at;
    bool is_dated;
    int64_t body; /* set by revision_add() */
};
struct error *revision_add(struct store *store, struct revision *revision, const struct item *item,
                           const struct form *form) MUST_USE;

/* Makes a revision of an article's sighting if there is a change. `dates_wander`: the document moves dates of
 * articles that are the same otherwise. */
struct error *article_see_again(struct store *store, const struct document *document,
                                const struct sighting *sighting, int64_t now, bool wants_page,
                                bool dates_wander, bool *out_is_revised) MUST_USE;
struct error *change_is_date_alone(struct store *store, const struct sighting *sighting,
                                   bool *out_is_so) MUST_USE;
struct error *next_mark(struct db *db, int64_t *out_mark) MUST_USE;

/* --- rows.c: read back --- */

/* The columns of ARTICLE_COLUMNS (statements.def): what an article's row and a revision's say, in the order
 * in which they are sealed, and what is read with them. */
enum article_column {
    A_ID,
    A_SOURCE,
    A_FILE_NAME,
    A_PATH,
    A_FIRST_SEEN_AT,
    A_NUMBER,
    A_SEAL,
    A_MARK,
    A_WITHDRAWN_AT,
    S_ID,
    S_NAME,
    R_ARTICLE,
    R_REVISION,
    R_FETCHED_AT,
    R_PUBLISHED_AT,
    R_IS_DATED,
    R_MODIFIED_AT,
    R_BODY,
    R_RAW_HASH,
    R_FORM,
    R_BODY_FORM,
    R_IS_FULL,
    R_FEED_ID,
    R_LINK,
    R_RAW_LINK,
    R_TITLE,
    R_RAW_TITLE,
    R_LANGUAGE,
    R_IMAGE,
    R_AUTHORS,
    R_TAGS,
    R_SEAL,
    R_PAGE_FORM,
    R_FILE,
    R_IS_DATED_FILE,
};
/* Reads the row that the query (over ARTICLE_COLUMNS) stands at, with its texts. */
struct error *article_read(const struct query *query, struct arena *arena,
                           struct article *out_article) MUST_USE;

/* --- adopt.c --- */

/* Puts a text that was read from the archive in a revision's place; `text->source_id` is the article's. */
struct error *adopt_lost(struct store *store, int64_t article, const struct article *text, int64_t number_,
                         uint64_t hash, int64_t *key_count) MUST_USE;

/* Writes down again by what the article is known. */
struct error *adopt_keys(struct store *store, int64_t article, const struct article *text,
                         int64_t number_) MUST_USE;

/* --- bodies.c: long texts, once each --- */

struct body {
    span raw, html, summary;
};
struct error *body_write(struct store *store, int64_t article, const struct body *body,
                         int64_t *out_key) MUST_USE;
struct error *body_read(struct db *db, struct arena *arena, int64_t key, struct body *out_body) MUST_USE;

/* --- people.c: authors and tags as JSON --- */

void authors_write(struct buf *out, const struct item *item);
void tags_write(struct buf *out, const struct item *item);
struct error *authors_read(struct arena *arena, span text, struct item *item) MUST_USE;
struct error *tags_read(struct arena *arena, span text, struct item *item) MUST_USE;

/* --- pages.c --- */

/* Every kept page that cannot be read is told. */
struct error *pages_check(struct db *db, void (*tell)(void *context, span where, struct error *error),
                          void *context) MUST_USE;

struct error *pages_drop_broken(struct db *db) MUST_USE; /* those go */

/* --- tasks.c --- */

struct error *task_want(struct store *store, enum task_kind kind, int64_t article, span url,
                        int64_t due_at) MUST_USE;
