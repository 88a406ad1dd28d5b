/* SPDX-License-Identifier: MIT
 * open.c - the store opened and closed, for writing and for reading
 */
#include "core/fault.h"
#include "core/file.h"
#include "store/check.h"
#include "store/internal.h"
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FURTHEST_INTERVALS = 7 }; /* no next poll lies further ahead than this many of the longest intervals */
enum { LONGEST_LOG = 32 * 1024 * 1024 }; /* bytes that are left as they are at opening */

static char *db_path(const char *folder)
{
    LOCAL(buf) path = {.max = 64 * KiB};

    buf_printf(&path, "%s/courant.db", folder);
    return memory_string(buf_span(&path));
}

/* A clock that was set wrong for a while leaves times behind that lie ahead: nothing may wait for them, and
 * nobody be asked sooner than was promised. Polls are spread over their interval, so that they do not come
 * all at once. */
static struct error *clamp_times(struct store *store)
{
    int64_t now = clock_now(store->clock);
    int64_t longest = store->options.max_interval;
    struct db *db = &store->db;

    TRY(db_run(db, SQL_SHIFT_PLANS, VALUES(number(now))));
    TRY(db_run(db, SQL_CLAMP_NEXT_POLLS,
               VALUES(number(now), number(longest), number(now + FURTHEST_INTERVALS * longest))));
    TRY(db_run(db, SQL_CLAMP_TASKS, VALUES(number(now), number(now + FURTHEST_INTERVALS * longest))));
    return db_run(db, SQL_CLAMP_WAITS, VALUES(number(now + store->options.wait)));
}

static void checkpoint(struct db *db)
{
    if (db->handle && !fault_at("store.checkpoint"))
        sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

/* A process that was killed while others read leaves a log of any length, and each reader looks into all of
 * it. What cannot be done now, as somebody reads, is done at the next opening. */
static void shorten_log(struct db *db)
{
    LOCAL(buf) path = {.max = 64 * KiB};
    struct stat about;

    buf_printf(&path, "%s-wal%c", db->path, 0);
    if (stat(path.at, &about) == 0 && about.st_size > LONGEST_LOG)
        checkpoint(db);
}

struct error *store_mend_times(struct store *store)
{
    TRY(db_begin(&store->db));
    return db_end(&store->db, clamp_times(store));
}

static struct error *open_writer(struct store *store, const char *path)
{
    TRY(db_open(&store->db, path, true));
    TRY(schema_apply(&store->db));
    TRY(db_settle(&store->db, true));
    shorten_log(&store->db);
    return store_mend_times(store);
}

struct error *store_open(const char *folder, const struct store_options *options, const struct clock *clock,
                         struct store **out_store)
{
    OPEN(store) store = memory_new(sizeof *store);
    char *path = db_path(folder);
    struct error *error;

    store->clock = clock;
    store->options = *options;
    if (store->options.max_interval <= 0)
        store->options.max_interval = DAY;
    store->scratch = arena_new(1 * GiB);
    store->passing = arena_new(1 * GiB);
    error = open_writer(store, path);
    free(path);
    if (!error)
        *out_store = MOVE(store);
    return error;
}

bool store_is_broken(const struct store *store)
{
    return store->db.is_broken;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    checkpoint(&store->db);
    db_close(&store->db);
    arena_free(store->scratch);
    arena_free(store->passing);
    free(store);
}

/* A newsroom that was never run has no store yet: its readers find an empty one. */
static struct error *open_empty(struct db *db)
{
    TRY(db_open(db, ":memory:", true));
    return schema_apply(db);
}

/* What is no file may have any: whoever opens it refuses it. */
static bool has_bytes(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && (status.st_size > 0 || !S_ISREG(status.st_mode));
}

/* A writer that died before the store had its log, as in the first run, left a journal, which only one that
 * may write takes back. */
static struct error *roll_back(const char *path)
{
    struct db db = {0};
    struct error *error = db_open(&db, path, true);

    if (!error)
        error = db_execute(&db, "SELECT count(*) FROM sqlite_schema");
    db_close(&db);
    return error;
}

/* SQLite shares memory with a writer by a file beside the store. Where none can be made, the store can still
 * be read by itself, unless a log holds what is not in it yet. */
static struct error *open_file(struct db *db, const char *path, const char *folder, const char *log)
{
    OWN(arena) arena = arena_new(256 * KiB);

    if (access(folder, W_OK) == 0 || file_exists(arena_printf(arena, "%s-shm", path).at))
        return db_open(db, path, false);
    if (has_bytes(log))
        return error_new(
            ERROR_IO,
            "could not read \"%s\": folder \"%s\" cannot be written to, and \"courant.db-wal\" in it "
            "has to be taken in first, by any courant of the newsroom's owner",
            path, folder);
    return db_open_still(db, path);
}

static struct error *open_reader(struct db *db, const char *path)
{
    OWN(arena) arena = arena_new(256 * KiB);
    const char *folder =
        arena_string(arena, span_sub(span_of(path), 0, span_find_last_char(span_of(path), '/')));
    const char *log = arena_printf(arena, "%s-wal", path).at;

    if (has_bytes(arena_printf(arena, "%s-journal", path).at) && access(folder, W_OK) == 0)
        TRY(roll_back(path));
    if (!has_bytes(path) && !has_bytes(log))
        return open_empty(db);
    TRY(open_file(db, path, folder, log));
    TRY(schema_check(db));
    return db_settle(db, false);
}

struct error *store_reader_open(const char *folder, struct store_reader **out_reader)
{
    OPEN(store_reader) reader = memory_new(sizeof *reader);
    char *path = db_path(folder);
    struct error *error = open_reader(&reader->db, path);

    free(path);
    if (!error)
        *out_reader = MOVE(reader);
    return error;
}

bool store_is_older(const char *folder)
{
    char *path = db_path(folder);
    struct db db = {0};
    bool is_older = false;
    struct error *error = db_open(&db, path, false);

    if (!error)
        error = schema_is_older(&db, &is_older);
    db_close(&db);
    free(path);
    error_free(error);
    return is_older;
}

bool store_reader_is_broken(const struct store_reader *reader)
{
    return reader->db.is_broken;
}

void store_reader_close(struct store_reader *reader)
{
    if (!reader)
        return;
    db_close(&reader->db);
    free(reader);
}
