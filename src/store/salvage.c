/* SPDX-License-Identifier: MIT
 * salvage.c - a store made of what a damaged one still holds
 *
 * The old file is read through a copy, log and all, and is not touched until the new one is complete. That
 * one is called courant.db.mended then, and takes the old one's place; if this is interrupted, the next
 * repair finds it and goes on there. The old file stays as courant.db.damaged-<time>.
 */
#include "core/fault.h"
#include "core/file.h"
#include "store/salvaging.h"
#include "text/date.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEAD = 100, PIECE = 1024 * 1024 };

static const char *path_of(const struct salvaging *salvaging, const char *end)
{
    return arena_printf(salvaging->arena, "%s/courant.db%s", salvaging->salvage->folder, end).at;
}

/* --- the copy that is read --- */

static struct error *copy_bytes(int in, const char *from, int out, const char *to, char *piece)
{
    for (;;) {
        ssize_t got = read(in, piece, PIECE);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_errno(errno, "could not read \"%s\"", from);
        if (!got)
            return OK;
        TRY(file_write_all(out, (span){piece, (size_t)got}, to));
    }
}

static struct error *copy_file(struct salvaging *salvaging, const char *from, const char *to)
{
    char *piece = arena_alloc(salvaging->arena, PIECE);
    int in = open(from, O_RDONLY | O_CLOEXEC), out;
    struct error *error;

    if (in < 0)
        return errno == ENOENT ? OK : error_errno(errno, "could not read \"%s\"", from);
    out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    error = out < 0 ? error_errno(errno, "could not write \"%s\"", to) : copy_bytes(in, from, out, to, piece);
    close(in);
    if (out >= 0 && close(out) && !error)
        error = error_errno(errno, "could not write \"%s\"", to);
    return error;
}

static void remove_copies(const struct salvaging *salvaging)
{
    static const char *const ends[] = {".read",        ".read-wal", ".read-shm", ".new",
                                       ".new-journal", ".new-wal",  ".new-shm"};

    for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
        unlink(path_of(salvaging, ends[i]));
}

static bool has_tables(sqlite3 *handle)
{
    static const char sql[] =
        "SELECT count(*) FROM sqlite_schema WHERE name IN ('article', 'revision', 'body')";
    sqlite3_stmt *statement = NULL;
    bool has = sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) == SQLITE_OK &&
               sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_int(statement, 0) == 3;

    sqlite3_finalize(statement);
    return has;
}

static int64_t pragma(sqlite3 *handle, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int64_t value = -1;

    if (sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

static void open_old(struct salvaging *salvaging)
{
    if (sqlite3_open_v2(path_of(salvaging, ".read"), &salvaging->old,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK) {
        sqlite3_db_config(salvaging->old, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        sqlite3_exec(salvaging->old, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;", NULL, NULL,
                     NULL);
        if (has_tables(salvaging->old))
            return;
    }
    sqlite3_close(salvaging->old);
    salvaging->old = NULL;
}

static void write_big(uint8_t *at, uint32_t n)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(n >> (24 - 8 * i));
}

/* The file's first 100 bytes say nothing that is not known: a damaged head is replaced by a new store's, with
 * this file's size. */
static struct error *replace_head(struct salvaging *salvaging)
{
    uint8_t head[HEAD];
    struct stat about;
    FILE *model = fopen(path_of(salvaging, ".new"), "rbe"),
         *copy = fopen(path_of(salvaging, ".read"), "rb+e");
    struct error *error = !model || !copy ? error_errno(errno, "could not open a copy of the store") : OK;

    if (!error && fread(head, 1, HEAD, model) == HEAD && fstat(fileno(copy), &about) == 0) {
        write_big(head + 28, (uint32_t)(about.st_size / 4096));
        memset(head + 32, 0, 8); /* no list of free pages */
        memcpy(head + 92, head + 24, 4);
        if (fwrite(head, 1, HEAD, copy) != HEAD)
            error = error_errno(errno, "could not write a copy of the store");
    }
    if (model)
        fclose(model);
    if (copy && fclose(copy) && !error)
        error = error_errno(errno, "could not write a copy of the store");
    return error;
}

/* --- its version --- */

static span columns_of(struct salvaging *salvaging, sqlite3 *handle)
{
    static const char sql[] = "SELECT group_concat(name) FROM (SELECT m.name || '.' || c.name AS name"
                              " FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
                              " AND m.name NOT LIKE 'sqlite%' ORDER BY 1)";
    sqlite3_stmt *statement = NULL;
    span names = {0};

    if (sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0))
        names = arena_keep(salvaging->arena, span_of((const char *)sqlite3_column_text(statement, 0)));
    sqlite3_finalize(statement);
    return names;
}

static struct error *find_columns(struct salvaging *salvaging, struct db *model, span names, int *out_version)
{
    TRY(db_open(model, ":memory:", true));
    for (int version = 1; version <= VERSION && !*out_version; version++) {
        TRY(schema_apply_to(model, version));
        if (span_equal(columns_of(salvaging, model->handle), names))
            *out_version = version;
    }
    return OK;
}

/* Which version has just the columns of the old store? What its head says may be a flipped bit, or another
 * head than its own; it counts where some of the tables are lost. */
static struct error *find_version(struct salvaging *salvaging)
{
    int64_t said = pragma(salvaging->old, "PRAGMA user_version");
    span names = columns_of(salvaging, salvaging->old);
    struct db model = {0};
    int version = 0;
    struct error *error = names.len ? find_columns(salvaging, &model, names, &version) : OK;

    db_close(&model);
    TRY(error);
    if (!version && said > VERSION)
        return error_new(
            ERROR_DAMAGED,
            "store \"%s\" was made by a newer Courant (its version is %lld, this program knows %d); install "
            "that one",
            path_of(salvaging, ""), (long long)said, VERSION);
    salvaging->version = version ? version : said > 0 ? (int)said : VERSION;
    return OK;
}

static struct error *read_old(struct salvaging *salvaging)
{
    if (!file_exists(path_of(salvaging, "")))
        return OK;
    TRY(copy_file(salvaging, path_of(salvaging, ""), path_of(salvaging, ".read")));
    TRY(copy_file(salvaging, path_of(salvaging, "-wal"), path_of(salvaging, ".read-wal")));
    open_old(salvaging);
    if (!salvaging->old) {
        TRY(replace_head(salvaging));
        open_old(salvaging);
    }
    return salvaging->old ? find_version(salvaging) : OK;
}

/* --- the new store --- */

/* As an older version had it, where the rows are that one's: what its columns mean, the steps forward know.
 */
static struct error *open_new(struct salvaging *salvaging, int version)
{
    struct db *db = &salvaging->store.db;

    TRY(db_open(db, path_of(salvaging, ".new"), true));
    TRY(db_execute(db, "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32000;"));
    return schema_apply_to(db, version);
}

static struct error *open_older(struct salvaging *salvaging)
{
    if (salvaging->version == VERSION)
        return OK;
    db_close(&salvaging->store.db);
    if (unlink(path_of(salvaging, ".new")))
        return error_errno(errno, "could not begin the new store anew");
    return open_new(salvaging, salvaging->version);
}

static void begin_store(struct salvaging *salvaging)
{
    struct store *store = &salvaging->store;

    store->clock = salvaging->salvage->clock;
    store->options = *salvaging->salvage->options;
    store->scratch = arena_new(1 * GiB);
    store->passing = arena_new(1 * GiB);
}

static void close_both(struct salvaging *salvaging)
{
    sqlite3_close(salvaging->old);
    if (salvaging->store.db.path)
        db_close(&salvaging->store.db);
    arena_free(salvaging->store.scratch);
    arena_free(salvaging->store.passing);
    salvaging->old = NULL;
    salvaging->store = (struct store){0};
}

static struct error *fill(struct salvaging *salvaging)
{
    struct db *db = &salvaging->store.db;

    TRY(db_begin(db));
    TRY(db_end(db, salvage_rows(salvaging)));
    TRY(schema_apply(db));
    TRY(db_begin(db));
    return db_end(db, salvage_settle(salvaging));
}

static struct error *sync_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct error *error = OK;

    if (fd < 0 || fault_at("salvage.fsync") || fsync(fd))
        error = error_errno(errno, "could not write \"%s\"", path);
    if (fd >= 0)
        close(fd);
    return error;
}

/* --- the old one's place --- */

static struct error *keep_old(struct salvaging *salvaging, const char *end, const char *time)
{
    const char *from = path_of(salvaging, end);
    const char *to =
        arena_printf(salvaging->arena, "%s/courant.db.damaged-%s%s", salvaging->salvage->folder, time, end)
            .at;

    if (link(from, to) && errno != ENOENT && errno != EEXIST)
        return error_errno(errno, "could not set \"%s\" aside", from);
    if (!*end && file_exists(to))
        salvaging->salvage->damaged_path = span_of(to);
    return OK;
}

/* The log goes before the file is replaced: it must never be taken for the new one's. */
static struct error *take_place(struct salvaging *salvaging)
{
    struct date_parts now = date_split(clock_now(salvaging->salvage->clock));
    const char *time = arena_printf(salvaging->arena, "%04d%02d%02dT%02d%02d%02dZ", now.year, now.month,
                                    now.day, now.hour, now.minute, now.second)
                           .at;

    TRY(keep_old(salvaging, "", time));
    TRY(keep_old(salvaging, "-wal", time));
    TRY(file_sync_folder(salvaging->salvage->folder));
    TRY(fault_error("salvage.swap"));
    unlink(path_of(salvaging, "-wal"));
    unlink(path_of(salvaging, "-shm"));
    TRY(fault_error("salvage.rename"));
    if (rename(path_of(salvaging, ".mended"), path_of(salvaging, "")))
        return error_errno(errno, "could not put the mended store in its place");
    return file_sync_folder(salvaging->salvage->folder);
}

/* One that an interrupted repair completed is of use if nobody wrote to the old store since. */
static bool is_newer(const struct salvaging *salvaging)
{
    static const char *const ends[] = {"", "-wal"};
    struct stat mended, old;

    if (stat(path_of(salvaging, ".mended"), &mended))
        return false;
    for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
        if (stat(path_of(salvaging, ends[i]), &old) == 0 &&
            (old.st_mtim.tv_sec > mended.st_mtim.tv_sec ||
             (old.st_mtim.tv_sec == mended.st_mtim.tv_sec && old.st_mtim.tv_nsec > mended.st_mtim.tv_nsec)))
            return false;
    return true;
}

static struct error *make_new(struct salvaging *salvaging)
{
    struct error *error;

    remove_copies(salvaging);
    unlink(path_of(salvaging, ".mended"));
    begin_store(salvaging);
    error = open_new(salvaging, VERSION);
    if (!error)
        error = read_old(salvaging);
    if (!error)
        error = open_older(salvaging);
    if (!error)
        error = fill(salvaging);
    close_both(salvaging);
    if (!error)
        error = sync_file(path_of(salvaging, ".new"));
    if (!error && rename(path_of(salvaging, ".new"), path_of(salvaging, ".mended")))
        error = error_errno(errno, "could not name the mended store");
    remove_copies(salvaging);
    return error;
}

struct error *store_salvage(struct salvage *salvage, struct arena *arena)
{
    struct salvaging salvaging = {.salvage = salvage, .arena = arena, .version = VERSION};

    salvage->article_count = salvage->revision_count = salvage->restored_count = salvage->lost_count = 0;
    salvage->damaged_path = (span){0};
    if (!is_newer(&salvaging))
        TRY(make_new(&salvaging));
    return take_place(&salvaging);
}
