/* SPDX-License-Identifier: MIT
 * salvage_rows.c - the rows of a damaged file, as far as they can be read
 *
 * Tables are read along their keys. Where SQLite stumbles over a page, the first key behind it is looked for
 * by steps that double, and then by halves; so a damaged page costs its own rows. This is the one place
 * besides db.c that runs statements, as they are made here from what tables there are.
 */
#include "store/salvaging.h"
#include <stdlib.h>

enum { MOST_COLUMNS = 64, MOST_KEYS = 2 };

struct table {
    span name;
    span columns; /* "id, source, ..." */
    int column_count;
    span keys[MOST_KEYS];  /* of its primary key */
    int places[MOST_KEYS]; /* which columns they are */
    int key_count;
    bool is_numbered; /* all of them are numbers */
};

struct reading {
    struct salvaging *salvaging;
    const struct table *table;
    sqlite3_stmt *select, *insert;
    int64_t at[MOST_KEYS]; /* rows behind this are still to be read */
    int64_t row_count, left_out;
};

static int bind_place(struct reading *reading)
{
    sqlite3_reset(reading->select);
    for (int i = 0; i < reading->table->key_count; i++)
        sqlite3_bind_int64(reading->select, i + 1, reading->at[i]);
    return sqlite3_step(reading->select);
}

/* In a damaged tree rows may come again, or come back to where the look began: only what lies behind the last
 * one counts, so that there is an end to it. */
static bool is_behind(const struct reading *reading)
{
    for (int i = 0; i < reading->table->key_count; i++) {
        int64_t key = sqlite3_column_int64(reading->select, reading->table->places[i]);
        if (key != reading->at[i])
            return key > reading->at[i];
    }
    return false;
}

static bool is_in_order(const struct reading *reading)
{
    return !reading->table->is_numbered || is_behind(reading);
}

static struct error *take_row(struct reading *reading)
{
    int code;

    sqlite3_reset(reading->insert);
    for (int i = 0; i < reading->table->column_count; i++)
        sqlite3_bind_value(reading->insert, i + 1, sqlite3_column_value(reading->select, i));
    for (int i = 0; i < reading->table->key_count && reading->table->is_numbered; i++)
        reading->at[i] = sqlite3_column_int64(reading->select, reading->table->places[i]);
    code = sqlite3_step(reading->insert);
    sqlite3_reset(reading->insert);
    if (code == SQLITE_DONE)
        reading->row_count += sqlite3_changes64(reading->salvaging->store.db.handle);
    else if ((code & 0xff) == SQLITE_CONSTRAINT || (code & 0xff) == SQLITE_MISMATCH)
        reading->left_out++;
    else
        return db_failure(&reading->salvaging->store.db, code, "write");
    return OK;
}

static bool can_read_from(struct reading *reading, const int64_t place[MOST_KEYS])
{
    int code;

    memcpy(reading->at, place, sizeof reading->at);
    code = bind_place(reading);
    return code == SQLITE_DONE || (code == SQLITE_ROW && is_in_order(reading));
}

static void step_from(const int64_t bad[MOST_KEYS], int key, int key_count, uint64_t step,
                      int64_t place[MOST_KEYS])
{
    memcpy(place, bad, MOST_KEYS * sizeof *place);
    place[key] =
        (uint64_t)INT64_MAX - (uint64_t)bad[key] < step ? INT64_MAX : (int64_t)((uint64_t)bad[key] + step);
    for (int i = key + 1; i < key_count; i++)
        place[i] = INT64_MIN;
}

/* The nearest place behind which rows can be read again; false: there is none. */
static bool pass_damage(struct reading *reading)
{
    int64_t bad[MOST_KEYS], place[MOST_KEYS];

    memcpy(bad, reading->at, sizeof bad);
    for (int key = reading->table->key_count - 1; key >= 0; key--) {
        uint64_t low = 0, high;
        for (high = 1; high < (uint64_t)1 << 63; high *= 2) {
            step_from(bad, key, reading->table->key_count, high, place);
            if (can_read_from(reading, place))
                break;
            low = high;
        }
        if (high == (uint64_t)1 << 63)
            continue;
        while (high - low > 1) {
            uint64_t middle = low + (high - low) / 2;
            step_from(bad, key, reading->table->key_count, middle, place);
            *(can_read_from(reading, place) ? &high : &low) = middle;
        }
        step_from(bad, key, reading->table->key_count, high, place);
        return can_read_from(reading, place);
    }
    return false;
}

static struct error *read_rows(struct reading *reading, bool *out_is_whole)
{
    int code;

    for (int i = 0; i < MOST_KEYS; i++)
        reading->at[i] = INT64_MIN;
    *out_is_whole = true;
    code = bind_place(reading);
    for (;;) {
        for (; code == SQLITE_ROW && is_in_order(reading); code = sqlite3_step(reading->select))
            TRY(take_row(reading));
        if (code == SQLITE_DONE)
            return OK;
        *out_is_whole = false;
        if (!reading->table->is_numbered || !pass_damage(reading))
            return OK;
        code = bind_place(reading);
    }
}

/* --- a table --- */

static int prepare(sqlite3 *handle, const struct buf *sql, sqlite3_stmt **out_statement)
{
    return sqlite3_prepare_v2(handle, sql->at, -1, out_statement, NULL);
}

static int prepare_both(struct reading *reading)
{
    const struct table *table = reading->table;
    LOCAL(buf) select = {.max = 16 * KiB}, insert = {.max = 16 * KiB}, keys = {.max = 4 * KiB};
    int code;

    for (int i = 0; i < table->key_count; i++)
        buf_printf(&keys, "%s%.*s", i ? ", " : "", SPAN_ARG(table->keys[i]));
    buf_printf(&select, "SELECT %.*s FROM %.*s NOT INDEXED", SPAN_ARG(table->columns), SPAN_ARG(table->name));
    if (table->is_numbered)
        buf_printf(&select, " WHERE (%s) > (%s) ORDER BY %s", keys.at, table->key_count == 2 ? "?, ?" : "?",
                   keys.at);
    buf_printf(&insert, "INSERT OR IGNORE INTO %.*s (%.*s) VALUES (?", SPAN_ARG(table->name),
               SPAN_ARG(table->columns));
    for (int i = 1; i < table->column_count; i++)
        buf_add(&insert, S(", ?"));
    buf_add_char(&insert, ')');
    code = prepare(reading->salvaging->old, &select, &reading->select);
    return code == SQLITE_OK ? prepare(reading->salvaging->store.db.handle, &insert, &reading->insert) : code;
}

static struct error *salvage_table(struct salvaging *salvaging, const struct table *table)
{
    struct reading reading = {.salvaging = salvaging, .table = table};
    struct salvage *salvage = salvaging->salvage;
    bool is_whole = false;
    struct error *error = prepare_both(&reading) == SQLITE_OK ? read_rows(&reading, &is_whole) : OK;

    sqlite3_finalize(reading.select);
    sqlite3_finalize(reading.insert);
    if (!error && (!is_whole || reading.left_out))
        salvage->tell(salvage->context, S("courant.db"),
                      arena_printf(salvaging->arena,
                                   "of its table \"%.*s\" %lld rows could be read, others not",
                                   SPAN_ARG(table->name), (long long)reading.row_count));
    if (span_is(table->name, "known") && (!is_whole || reading.left_out))
        salvaging->has_lost_keys = true;
    return error;
}

/* What the new store says of its table; the old one's has the same columns, or is left out. */
static bool describe_table(struct salvaging *salvaging, struct table *table)
{
    LOCAL(buf) columns = {.max = 16 * KiB};
    span sql = arena_printf(salvaging->arena, "SELECT name, pk, type FROM pragma_table_info('%.*s')",
                            SPAN_ARG(table->name));
    sqlite3_stmt *statement = NULL;

    table->is_numbered = true;
    if (sqlite3_prepare_v2(salvaging->store.db.handle, sql.at, -1, &statement, NULL) != SQLITE_OK)
        return false;
    while (sqlite3_step(statement) == SQLITE_ROW && table->column_count < MOST_COLUMNS) {
        const char *name = (const char *)sqlite3_column_text(statement, 0);
        int key = sqlite3_column_int(statement, 1);
        buf_printf(&columns, "%s%s", columns.len ? ", " : "", name);
        if (key > MOST_KEYS) {
            table->is_numbered = false;
        } else if (key) {
            table->keys[key - 1] = arena_keep(salvaging->arena, span_of(name));
            table->places[key - 1] = table->column_count;
            table->key_count = MAX(table->key_count, key);
            table->is_numbered &= strcmp((const char *)sqlite3_column_text(statement, 2), "INTEGER") == 0;
        }
        table->column_count++;
    }
    sqlite3_finalize(statement);
    table->is_numbered &= table->key_count > 0;
    table->columns = arena_keep(salvaging->arena, buf_span(&columns));
    return table->column_count > 0;
}

struct error *salvage_rows(struct salvaging *salvaging)
{
    static const char list[] =
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
    VEC(span) names = {0};
    sqlite3_stmt *statement = NULL;

    if (!salvaging->old)
        return OK;
    if (sqlite3_prepare_v2(salvaging->store.db.handle, list, -1, &statement, NULL) != SQLITE_OK)
        return db_failure(&salvaging->store.db, SQLITE_ERROR, "read");
    while (sqlite3_step(statement) == SQLITE_ROW)
        *vec_add(salvaging->arena, &names) =
            arena_keep(salvaging->arena, span_of((const char *)sqlite3_column_text(statement, 0)));
    sqlite3_finalize(statement);
    TRY(db_execute(&salvaging->store.db, "DELETE FROM newsroom"));
    for (size_t i = 0; i < names.len; i++) {
        struct table table = {.name = names.at[i]};
        if (describe_table(salvaging, &table))
            TRY(salvage_table(salvaging, &table));
    }
    return OK;
}
