/* SPDX-License-Identifier: MIT
 * db.c - a connection to SQLite, its prepared statements, and its failures in our words
 */
#include "store/db.h"
#include "core/fault.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char *const statements[SQL_COUNT] = {
#define STATEMENT(name, text) text,
#include "store/statements.def"
#undef STATEMENT
};

enum { PATIENCE_MS = 10000 }; /* for another process that is writing */

/* --- failures --- */

static const struct {
    int code;
    enum error_kind kind;
    const char *meaning;
} meanings[] = {
    {SQLITE_BUSY, ERROR_LOCKED, "another process is writing to it"},
    {SQLITE_LOCKED, ERROR_LOCKED, "another process is writing to it"},
    {SQLITE_FULL, ERROR_IO, "there is no room for it"},
    {SQLITE_IOERR, ERROR_IO, "the disk does not read or write as it should"},
    {SQLITE_CANTOPEN, ERROR_IO, "it cannot be opened"},
    {SQLITE_READONLY, ERROR_IO, "it cannot be written to"},
    {SQLITE_PERM, ERROR_IO, "it cannot be written to"},
    {SQLITE_AUTH, ERROR_IO, "it cannot be written to"},
    {SQLITE_CORRUPT, ERROR_DAMAGED,
     "it is damaged (`courant verify --repair` mends what another copy holds)"},
    {SQLITE_NOTADB, ERROR_DAMAGED,
     "it is no store, or its beginning is damaged (set it aside, then "
     "`courant verify --repair` makes it anew from the archive)"},
    {SQLITE_TOOBIG, ERROR_LIMIT, "it is too large"},
    {SQLITE_CONSTRAINT, ERROR_FORMAT, "what is to be stored contradicts what is there"},
};

struct error *db_failure(struct db *db, int code, const char *what)
{
    const char *detail = db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(code);
    int number = db->handle ? sqlite3_system_errno(db->handle) : 0;
    struct error *cause;

    if ((code & 0xff) == SQLITE_NOMEM)
        memory_exhausted();
    if ((code & 0xff) == SQLITE_FULL)
        number = ENOSPC; /* which SQLite itself does not tell */
    if ((code & 0xff) == SQLITE_IOERR && number == 0)
        number = EIO;
    for (size_t i = 0; i < ARRAY_SIZE(meanings); i++) {
        if (meanings[i].code != (code & 0xff))
            continue;
        db->is_broken |= meanings[i].kind == ERROR_DAMAGED;
        cause = meanings[i].kind == ERROR_IO && number
                    ? error_errno(number, "%s", meanings[i].meaning)
                    : error_new(meanings[i].kind, "%s", meanings[i].meaning);
        return error_wrap(cause, "could not %s store \"%s\"", what, db->path);
    }
    db->is_broken = true;
    return error_new(ERROR_DAMAGED, "could not %s store \"%s\": %s", what, db->path, detail);
}

/* --- opening and closing --- */

struct error *db_execute(struct db *db, const char *sql)
{
    int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

    return code == SQLITE_OK ? OK : db_failure(db, code, "set up");
}

/* `trusted_schema` and `cell_size_check`: a damaged file must not run or overrun anything. The temporary
 * store in memory keeps savepoints off the disk. */
static const char common_pragmas[] = "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
                                     "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;";
static const char writer_pragmas[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                     "PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 4000;"
                                     "PRAGMA journal_size_limit = 33554432;";
static const char reader_pragmas[] = "PRAGMA query_only = ON; PRAGMA cache_size = -4000;";

/* SQLite would wait at a pipe for ever. */
static struct error *refuse_pipes(const char *path)
{
    static const char *const ends[] = {"", "-wal", "-journal", "-shm"};
    OWN(arena) arena = arena_new(256 * KiB);
    struct stat about;

    for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
        const char *name = arena_printf(arena, "%s%s", path, ends[i]).at;
        if (stat(name, &about) == 0 && !S_ISREG(about.st_mode))
            return error_new(ERROR_IO, "could not open store \"%s\": \"%s\" is no file: move it away", path,
                             name);
    }
    return OK;
}

static struct error *open_flags(struct db *db, const char *path, const char *name, int flags)
{
    int code;

    db->path = memory_string(span_of(path));
    TRY(fault_error("store.open"));
    TRY(refuse_pipes(path));
    code = sqlite3_open_v2(name, &db->handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (code != SQLITE_OK)
        return db_failure(db, code, "open");
    sqlite3_busy_timeout(db->handle, PATIENCE_MS);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    TRY(db_add_functions(db));
    return db_execute(db, common_pragmas);
}

struct error *db_open(struct db *db, const char *path, bool is_writer)
{
    return open_flags(db, path, path,
                      is_writer ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
}

struct error *db_open_still(struct db *db, const char *path)
{
    LOCAL(buf) uri = {.max = 256 * KiB};

    buf_add(&uri, S("file:"));
    for (const char *c = path; *c; c++)
        if (strchr("?#%", *c))
            buf_printf(&uri, "%%%02x", (unsigned char)*c);
        else
            buf_add_char(&uri, *c);
    buf_add(&uri, S("?immutable=1"));
    return open_flags(db, path, uri.at, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

void db_close(struct db *db)
{
    for (size_t i = 0; i < SQL_COUNT; i++)
        sqlite3_finalize(db->statements[i]);
    sqlite3_close(db->handle);
    free(db->path);
    *db = (struct db){0};
}

struct error *db_settle(struct db *db, bool is_writer)
{
    return db_execute(db, is_writer ? writer_pragmas : reader_pragmas);
}

/* --- statements --- */

static struct error *prepare(struct db *db, enum sql sql)
{
    int code;

    if (db->statements[sql])
        return OK;
    code = sqlite3_prepare_v3(db->handle, statements[sql], -1, SQLITE_PREPARE_PERSISTENT,
                              &db->statements[sql], NULL);
    return code == SQLITE_OK ? OK : db_failure(db, code, "ask");
}

static int bind(sqlite3_stmt *statement, int place, const struct value *value)
{
    const char *at = value->bytes.at ? value->bytes.at : "";

    switch (value->type) {
    case VALUE_NUMBER:
        return sqlite3_bind_int64(statement, place, value->number);
    case VALUE_TEXT:
        return sqlite3_bind_text64(statement, place, at, value->bytes.len, SQLITE_STATIC, SQLITE_UTF8);
    case VALUE_BLOB:
        return sqlite3_bind_blob64(statement, place, at, value->bytes.len, SQLITE_STATIC);
    case VALUE_NULL:
        break;
    }
    return sqlite3_bind_null(statement, place);
}

void query_release(struct query *query)
{
    if (query->statement) {
        sqlite3_reset(query->statement);
        sqlite3_clear_bindings(query->statement);
    }
    *query = (struct query){0};
}

struct error *query_open(struct query *query, struct db *db, enum sql sql, const struct value *values,
                         size_t count)
{
    TRY(prepare(db, sql));
    *query = (struct query){.db = db, .statement = db->statements[sql]};
    for (size_t i = 0; i < count; i++) {
        int code = bind(query->statement, (int)i + 1, &values[i]);
        if (code != SQLITE_OK)
            return db_failure(db, code, "ask");
    }
    return OK;
}

struct error *query_next(struct query *query, bool *out_has_row)
{
    int code = sqlite3_step(query->statement);

    *out_has_row = code == SQLITE_ROW;
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        return OK;
    return db_failure(query->db, code, sqlite3_stmt_readonly(query->statement) ? "read" : "write");
}

int64_t query_number(const struct query *query, int column)
{
    return sqlite3_column_int64(query->statement, column);
}

bool query_is_null(const struct query *query, int column)
{
    return sqlite3_column_type(query->statement, column) == SQLITE_NULL;
}

int64_t query_moment(const struct query *query, int column)
{
    return query_is_null(query, column) ? NO_TIME : query_number(query, column);
}

span query_bytes(const struct query *query, int column)
{
    const char *at = sqlite3_column_blob(query->statement, column); /* before its size is asked */

    return (span){at, at ? (size_t)sqlite3_column_bytes(query->statement, column) : 0};
}

span query_keep(const struct query *query, int column, struct arena *arena)
{
    span bytes = query_bytes(query, column);

    return bytes.len ? arena_keep(arena, bytes) : (span){0};
}

struct value query_value(const struct query *query, int column)
{
    switch (sqlite3_column_type(query->statement, column)) {
    case SQLITE_INTEGER:
        return number(query_number(query, column));
    case SQLITE_TEXT:
        return text(query_bytes(query, column));
    case SQLITE_BLOB:
        return blob(query_bytes(query, column));
    default:
        return (struct value){VALUE_NULL};
    }
}

struct error *db_run(struct db *db, enum sql sql, const struct value *values, size_t count)
{
    LOCAL(query) query = {0};
    bool has_row;

    TRY(fault_error("store.write"));
    TRY(query_open(&query, db, sql, values, count));
    return query_next(&query, &has_row);
}

struct error *db_number(struct db *db, enum sql sql, const struct value *values, size_t count,
                        int64_t fallback, int64_t *out_number)
{
    LOCAL(query) query = {0};
    bool has_row;

    TRY(query_open(&query, db, sql, values, count));
    TRY(query_next(&query, &has_row));
    *out_number = has_row ? query_number(&query, 0) : fallback;
    return OK;
}

int64_t db_changes(const struct db *db)
{
    return sqlite3_changes64(db->handle);
}

/* --- transactions --- */

struct error *db_begin(struct db *db)
{
    LOCAL(query) query = {0};
    bool has_row;

    TRY(fault_error("store.begin"));
    TRY(query_open(&query, db, SQL_BEGIN, NULL, 0));
    return query_next(&query, &has_row);
}

static struct error *commit(struct db *db)
{
    LOCAL(query) query = {0};
    int code;

    TRY(fault_error("store.commit"));
    TRY(query_open(&query, db, SQL_COMMIT, NULL, 0));
    code = sqlite3_step(query.statement); /* SQLite counts it among those that read */
    return code == SQLITE_DONE ? OK : db_failure(db, code, "write");
}

/* SQLite itself undoes the transaction after some errors. If even undoing fails there is nothing left to do:
 * the next start recovers from the log. */
static void undo(struct db *db)
{
    if (!sqlite3_get_autocommit(db->handle))
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

struct error *db_end(struct db *db, struct error *error)
{
    if (!error)
        error = commit(db);
    if (error)
        undo(db);
    return error;
}
