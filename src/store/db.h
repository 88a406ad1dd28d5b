/* SPDX-License-Identifier: MIT
 * db.h - SQLite as the store uses it: a connection, prepared statements, values, transactions
 *
 * db.c alone calls SQLite's C interface to run statements; statements.def holds every statement, prepared
 * once for each connection. Nothing here knows of news.
 */
#pragma once
#include "core/core.h"
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
    bool is_broken; /* SQLite found the file itself damaged, and not what a row of it says */
    sqlite3_stmt *statements[SQL_COUNT]; /* prepared when first needed */
};

struct error *db_open(struct db *db, const char *path, bool is_writer) MUST_USE;
struct error *db_add_functions(struct db *db) MUST_USE; /* seals.c: those of ours that statements call */
struct error *db_settle(struct db *db, bool is_writer) MUST_USE; /* once it is known to be a store */
/* Of a file that nobody can change: no lock, no other files beside it. */
struct error *db_open_still(struct db *db, const char *path) MUST_USE;
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
