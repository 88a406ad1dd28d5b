/* SPDX-License-Identifier: MIT
 * copy.c - the store as it is at one moment, copied while others write
 *
 * A read transaction holds the moment: in a write-ahead log its pages stay as they are, so the copy is never
 * begun anew, however busy the writer is.
 */
#include "core/fault.h"
#include "store/internal.h"

enum { PAGES_A_STEP = 1024 };

struct error *store_hold(struct store_reader *reader)
{
    return db_execute(&reader->db, "BEGIN; SELECT count(*) FROM sqlite_schema");
}

static struct error *cancelled(void)
{
    return error_new(ERROR_CANCELLED, "stopped");
}

static struct error *copy_pages(struct store_reader *reader, struct db *copy,
                                bool (*is_cancelled)(void *context), void *context)
{
    sqlite3_backup *backup = sqlite3_backup_init(copy->handle, "main", reader->db.handle, "main");
    int code = backup ? SQLITE_OK : sqlite3_errcode(copy->handle);

    while (code == SQLITE_OK && !is_cancelled(context))
        code = fault_at("store.copy") ? SQLITE_IOERR : sqlite3_backup_step(backup, PAGES_A_STEP);
    sqlite3_backup_finish(backup);
    if (code == SQLITE_OK)
        return cancelled();
    return code == SQLITE_DONE ? OK : db_failure(copy, code, "copy");
}

/* Pages are copied as they are; a copy of a broken store would take a good one's place. */
static struct error *check_copy(struct db *copy)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(copy->handle, "PRAGMA quick_check(1)", -1, &statement, NULL);
    bool is_whole = code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW &&
                    span_is(span_of((const char *)sqlite3_column_text(statement, 0)), "ok");

    sqlite3_finalize(statement);
    return is_whole ? OK
                    : error_new(ERROR_DAMAGED, "the store is damaged; \"courant verify --repair\" mends it");
}

struct error *store_copy(struct store_reader *reader, const char *path, bool (*is_cancelled)(void *context),
                         void *context)
{
    struct db copy = {0};
    struct error *error = db_open(&copy, path, true);

    if (!error) /* nobody needs a copy that is not finished */
        error = db_execute(&copy, "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF");
    if (!error)
        error = copy_pages(reader, &copy, is_cancelled, context);
    if (!error)
        error = check_copy(&copy);
    db_close(&copy);
    return error;
}
