/* SPDX-License-Identifier: MIT
 * internal.h - what the files of the store share; README.md tells the model
 *
 * db.c alone calls SQLite's C interface to run statements; statements.def holds every statement, prepared
 * once for each handle. Functions named db_* know nothing of news; the others take a `struct db`, so that
 * the writer and its readers share them.
 */
#pragma once
#include "store/store.h"
#include <inttypes.h>
#include <sqlite3.h>

enum sql {
#define STATEMENT(name, text) SQL_##name,
#include "store/statements.def"
#undef STATEMENT
    SQL_COUNT
};

struct db { /* one connection; belongs to one thread at a time */
    sqlite3 *handle;
    char *path;
    sqlite3_stmt *statements[SQL_COUNT]; /* prepared when first needed */
};

struct store {
    struct db db;
    const struct clock *clock;
    struct store_options options;
    struct arena *scratch; /* for the poll in hand */
};

struct store_reader {
    struct db db;
};

/* --- db.c: a connection and its statements --- */

enum { FIRST_NUMBER = 1048574 }; /* 0xFFFFF - 1; they count down, so that the newest sorts first by name */
enum { VERSION = 1 };            /* of the schema: PRAGMA user_version */

struct error *db_open(struct db *db, const char *path, bool is_writer) MUST_USE;
struct error *db_settle(struct db *db, bool is_writer) MUST_USE; /* once it is known to be a store */
void db_close(struct db *db);
struct error *db_failure(struct db *db, int code, const char *what) MUST_USE; /* SQLite's code in our words */
struct error *db_execute(struct db *db, const char *sql) MUST_USE; /* several statements, no values */

struct value { /* what is bound to a `?` */
    enum { VALUE_NULL, VALUE_NUMBER, VALUE_TEXT, VALUE_BLOB } type;
    int64_t number;
    span bytes; /* must live until the statement is done */
};
static inline struct value number(int64_t n)
{
    return (struct value){VALUE_NUMBER, n, {0}};
}
static inline struct value text(span s)
{
    return (struct value){VALUE_TEXT, 0, s};
}
static inline struct value blob(span s)
{
    return (struct value){VALUE_BLOB, 0, s};
}
static inline struct value moment(int64_t at) /* NO_TIME is NULL */
{
    return (struct value){at == NO_TIME ? VALUE_NULL : VALUE_NUMBER, at, {0}};
}
static inline struct value text_unless(span s, span usual) /* NULL where it is the usual one */
{
    return (struct value){span_equal(s, usual) ? VALUE_NULL : VALUE_TEXT, 0, s};
}
#define VALUES(...) \
    (const struct value[]){__VA_ARGS__}, sizeof((const struct value[]){__VA_ARGS__}) / sizeof(struct value)

struct query { /* a statement at work: LOCAL(query) q = {0}; */
    struct db *db;
    sqlite3_stmt *statement;
};
void query_release(struct query *query);
struct error *query_open(struct query *query, struct db *db, enum sql sql, const struct value *values,
                         size_t count) MUST_USE;
struct error *query_next(struct query *query, bool *out_has_row) MUST_USE;
int64_t query_number(const struct query *query, int column);
int64_t query_moment(const struct query *query, int column);                 /* NO_TIME for NULL */
span query_bytes(const struct query *query, int column);                     /* valid until the next step */
span query_keep(const struct query *query, int column, struct arena *arena); /* {0} where it is empty */

bool query_is_null(const struct query *query, int column);
struct value query_value(const struct query *query, int column); /* as it could be bound again */

/* A statement that changes something, or a question with at most one number for an answer. */
struct error *db_run(struct db *db, enum sql sql, const struct value *values, size_t count) MUST_USE;
struct error *db_number(struct db *db, enum sql sql, const struct value *values, size_t count,
                        int64_t fallback, int64_t *out_number) MUST_USE;
int64_t db_changes(const struct db *db);

struct error *db_begin(struct db *db) MUST_USE;
/* Commits, or undoes it all where `error` is one; returns that error, or the commit's. */
struct error *db_end(struct db *db, struct error *error) MUST_USE;

/* --- schema.c --- */

struct error *schema_apply(struct db *db) MUST_USE; /* a new store, or an older version brought forward */
struct error *schema_check(struct db *db) MUST_USE; /* is it a store of this version? */

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

/* --- normal.c: what of an item counts as its content (pure) --- */

struct form {         /* hashes; stored: a change of what they say needs a migration */
    uint64_t whole;   /* of all that counts: title, body, authors, picture */
    uint64_t body;    /* of the body's text, links and pictures */
    size_t body_size; /* bytes that counted in the body */
};
void item_form(struct arena *arena, const struct item *item, struct form *out_form);
/* The body as it is compared, appended to `out`: text without white space, addresses of links and pictures
 * without what varies. */
void normal_body(struct arena *arena, span raw_html, struct buf *out);

/* --- keys.c: by what an item may be known (pure) --- */

enum key_kind {                 /* stored, hashed together with the key: never renumber */
                KEY_RAW,        /* all the feed said of it */
                KEY_WHOLE,      /* feed id, link, title and date together */
                KEY_ID,         /* the feed's id, without http:// */
                KEY_LINK,       /* canonical link */
                KEY_STORY,      /* registrable domain, and the publisher's number in the link */
                KEY_LOOSE_ID,   /* the id without host and fragment */
                KEY_LOOSE_LINK, /* the link without host */
                KEY_CONTENT,    /* title, date and body, where there is enough of them */
                KEY_KINDS
};
#define KEY_BIT(kind) (1u << (kind))

struct item_keys {
    uint64_t at[KEY_KINDS]; /* 0: it has none of that kind */
    unsigned telling;       /* KEY_BIT of those that are hardly like another's by chance */
};
struct home { /* addresses that lead to the site and not to an article: canonical keys */
    span feed, address;
};
void item_keys(struct arena *arena, const struct item *item, const struct home *home,
               struct item_keys *out_keys);
uint64_t key_hash(enum key_kind kind, span value); /* never 0 */
uint64_t raw_key(const struct item *item);         /* 0: it has no raw hash */
span feed_id_key(const struct item *item);
span title_key(struct arena *arena, const struct item *item);  /* the title made comparable */
uint64_t link_hash(struct arena *arena, span link);            /* its KEY_LINK */
bool is_same_path(struct arena *arena, span link, span other); /* but for host and what varies */
/* The key that names the article for ever: the feed's id, else the link, else all of it. */
span first_key(struct arena *arena, const struct item *item);

/* The publisher's own number of the story in a canonical link; empty if there is none. */
struct story {
    span number;
    span script;     /* the path, where the number stands in the query: the number is its own then */
    bool is_telling; /* the number stands by itself, or is long */
};
bool story_of_link(span canonical, struct story *out_story);
/* With the body's form: 0 where there is too little of it. */
uint64_t content_key(struct arena *arena, const struct item *item, const struct form *form);
/* KEY_WHOLE of an item whose id, link, title and date another of the document has too */
uint64_t narrow_key(struct arena *arena, uint64_t whole, const struct form *form);

/* --- identity.c: which article is it? --- */

struct sighting { /* an item of the document in hand */
    const struct item *item;
    struct item_keys keys;
    unsigned shared;  /* KEY_BIT of the kinds of which another item has the same key */
    struct form form; /* of those that are not known by their raw hash */
    bool has_form;
    struct sighting *first;   /* it says what this one of the document says; NULL: nothing said it before */
    int64_t article;          /* key of the row; 0: new */
    bool is_settled;          /* known by its raw hash, with nothing to do */
    int64_t known[KEY_KINDS]; /* articles that its keys led to; 0: none, or more than one */
};
struct document {
    struct source_row *source;
    struct sighting *sightings;
    size_t count;
    unsigned distrusted; /* KEY_BIT of the kinds that this source's history speaks against */
};
/* Reads what the store knows and decides; writes nothing but the source's trust in kinds of keys. */
struct error *identify(struct store *store, struct document *document) MUST_USE;
/* Writes down by what the article can be known from now on. `revision`: the one that the item's raw hash
 * says. `*key_count` is the article's number of keys. */
struct error *remember_keys(struct store *store, const struct document *document,
                            const struct sighting *sighting, int64_t revision, int64_t *key_count) MUST_USE;

/* --- places.c --- */

struct place { /* where the archive has it */
    int64_t number;
    span path;
    int month; /* year * 12 + month - 1, of the path */
};
struct error *place_allot(struct store *store, struct source_row *source, const struct item *item,
                          int64_t published_at, struct place *out_place) MUST_USE;

/* --- articles.c, revisions.c, change.c: a poll's items become rows --- */

struct error *article_add(struct store *store, const struct document *document, struct sighting *sighting,
                          int64_t now, bool wants_page) MUST_USE;

/* --- seals.c: a hash over all that a row says, so that damage on disk is found --- */

enum { SEALED_OF_ARTICLE = 6, SEALED_OF_REVISION = 20 }; /* the first so many values of SQL_ADD_... */
int64_t seal(const struct value *values, size_t count);
bool is_sealed(const struct query *query, int first, int count); /* the seal is the column behind them */

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

/* What an article's row and a revision's say, in the order in which they are sealed, and what is read with
 * them. */
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
};
#define ARTICLE_COLUMNS                                                                                      \
    "a.id, a.source, a.file_name, a.path, a.first_seen_at, a.number, a.seal, a.mark, a.withdrawn_at, "       \
    "s.id, s.name, r.article, r.revision, r.fetched_at, r.published_at, r.is_dated, r.modified_at, r.body, " \
    "r.raw_hash, r.form, r.body_form, r.is_full, r.feed_id, r.link, r.raw_link, r.title, r.raw_title, "      \
    "r.language, r.image, r.authors, r.tags, r.seal"
#define ARTICLE_TABLES "article a JOIN source s ON s.key = a.source JOIN revision r ON r.article = a.key"
/* Reads the row that the query (over ARTICLE_COLUMNS) stands at, with its texts. */
struct error *article_read(const struct query *query, struct arena *arena,
                           struct article *out_article) MUST_USE;

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

/* --- tasks.c --- */

struct error *task_want(struct store *store, enum task_kind kind, int64_t article, span url,
                        int64_t due_at) MUST_USE;
