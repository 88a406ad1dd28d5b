/* SPDX-License-Identifier: MIT
 * test_salvage.c - a store that is damaged anywhere: salvage ends, and what it makes is whole
 */
#include "core/file.h"
#include "store/check.h"
#include "store/internal.h"
#include "tests/unit/store_room.h"

enum { STORIES = 60, MOST_SIZE = 4 * 1024 * 1024 };

struct made { /* a store's file, as it was before it was damaged */
    struct room room;
    char path[128];
    span bytes;
};

/* The same document each time. */
static int64_t count_new(struct room *room)
{
    struct item items[STORIES];
    struct poll poll;
    struct poll_counts counts;

    for (int i = 0; i < STORIES; i++)
        items[i] =
            room_item(arena_printf(room->arena, "id-%d", i).at,
                      arena_printf(room->arena, "https://a.example/n/%d.html", i).at,
                      arena_printf(room->arena, "Story %d", i).at, ROOM_NOW - i * MINUTE,
                      arena_printf(room->arena, "<p>%0*d of the bridges is closed.</p>", 900, i * 7919).at);
    poll = room_poll(room, "voa", items, STORIES);
    assert_ok(store_poll(room->store, room->arena, &poll, &counts));
    return counts.new_count;
}

static void make_store(struct made *made)
{
    struct room *room = &made->room;

    room_make(room);
    room_want(room, "voa", "https://a.example/feed");
    assert_int_equal(count_new(room), STORIES);
    store_close(room->store); /* the log goes into the file */
    room->store = NULL;
    snprintf(made->path, sizeof made->path, "%s/courant.db", room->folder);
    assert_ok(file_read(made->path, MOST_SIZE, room->arena, &made->bytes));
}

/* All that a salvage left there, too. */
static void remove_store(struct made *made)
{
    char command[160];

    snprintf(command, sizeof command, "rm -f '%s/'courant.db*", made->room.folder);
    assert_int_equal(system(command), 0);
    room_remove(&made->room);
}

static void ignore_word(void *context, span where, span what)
{
    (void)context;
    (void)where;
    (void)what;
}

static void count_flaw(void *context, span where, span what)
{
    print_message("# %.*s: %.*s\n", SPAN_ARG(where), SPAN_ARG(what));
    ++*(int *)context;
}

static struct error *find_nothing(void *context, const struct article *article, bool is_current,
                                  struct arena *arena, struct article **out_text, uint64_t *out_hash)
{
    (void)article;
    (void)is_current;
    (void)arena;
    (void)out_hash;
    ++*(int *)context;
    *out_text = NULL;
    return OK;
}

static void salvage(struct made *made, struct salvage *salvage)
{
    OWN(arena) arena = arena_new(64 * MiB);
    OPEN(store_reader) reader = NULL;
    int flaws = 0;

    salvage->folder = made->room.folder;
    salvage->options = &made->room.options;
    salvage->clock = made->room.clock;
    salvage->tell = ignore_word;
    assert_ok(store_salvage(salvage, arena));
    assert_ok(store_reader_open(made->room.folder, &reader));
    assert_ok(store_check(reader, count_flaw, &flaws));
    assert_int_equal(flaws, 0);
}

static void write_damaged(struct made *made, size_t size, size_t flip_at, int mask)
{
    char *bytes = arena_string(made->room.arena, span_sub(made->bytes, 0, size));

    if (mask)
        bytes[flip_at] = (char)(bytes[flip_at] ^ mask);
    assert_ok(file_write(made->path, (span){bytes, size}));
}

static void a_store_that_is_cut_anywhere_is_made_whole(void **state)
{
    struct made made;

    (void)state;
    make_store(&made);
    for (size_t size = 0; size < made.bytes.len; size += 12289) {
        struct salvage found = {0};
        write_damaged(&made, size, 0, 0);
        salvage(&made, &found);
        assert_true(found.article_count <= STORIES);
    }
    remove_store(&made);
}

static void a_store_with_a_byte_that_is_another_is_made_whole(void **state)
{
    struct made made;
    int64_t kept = 0, all = 0;

    (void)state;
    make_store(&made);
    for (size_t at = 0; at < made.bytes.len; at += 9973) {
        struct salvage found = {0};
        write_damaged(&made, made.bytes.len, at, 1 + (int)(at % 255));
        salvage(&made, &found);
        kept += found.article_count;
        all += STORIES;
    }
    assert_true(kept > all / 2); /* the rest is the archive's to give back */
    remove_store(&made);
}

/* Cells whose bytes are lost are rows of key 0, in the midst of others: the look must not begin anew there.
 */
static void a_page_of_which_a_part_is_zeros_is_read_once(void **state)
{
    struct made made;

    (void)state;
    make_store(&made);
    for (size_t at = 4096; at + 4096 <= made.bytes.len; at += 4096)
        for (size_t from = 512; from < 4096; from += 1195) {
            struct salvage found = {0};
            char *bytes;
            if (made.bytes.at[at] != 13 && made.bytes.at[at] != 5) /* of a table */
                break;
            bytes = arena_string(made.room.arena, made.bytes);
            memset(bytes + at + from, 0, 4096 - from);
            assert_ok(file_write(made.path, (span){bytes, made.bytes.len}));
            salvage(&made, &found);
        }
    remove_store(&made);
}

static void what_nobody_has_is_counted_as_lost(void **state)
{
    struct made made;
    int asked = 0;
    struct salvage found = {.find = find_nothing, .context = &asked};

    (void)state;
    make_store(&made);
    write_damaged(&made, made.bytes.len - 8192, 0, 0);
    salvage(&made, &found);
    assert_int_equal(found.lost_count, asked);
    assert_int_equal(found.restored_count, 0);
    remove_store(&made);
}

static void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

static void assert_nothing_is_new(struct made *made)
{
    room_open(&made->room);
    assert_int_equal(count_new(&made->room), 0);
    store_close(made->room.store);
    made->room.store = NULL;
}

static void keys_that_are_others_are_made_anew(void **state)
{
    struct made made;
    struct salvage found = {0};
    sqlite3 *db;

    (void)state;
    make_store(&made);
    assert_int_equal(sqlite3_open(made.path, &db), SQLITE_OK);
    run(db, "UPDATE known SET hash = hash + 1 WHERE article % 3 = 0; UPDATE known SET article = 1 WHERE "
            "article = 4;"
            "UPDATE known SET is_shared = 1 WHERE article = 7");
    sqlite3_close(db);
    salvage(&made, &found);
    assert_int_equal(found.article_count, STORIES);
    assert_nothing_is_new(&made);
    remove_store(&made);
}

/* --- older versions --- */

static void copy_table(sqlite3 *db, const char *table)
{
    OWN(arena) arena = arena_new(64 * KiB);
    sqlite3_stmt *statement;
    const char *columns;

    assert_int_equal(sqlite3_prepare_v2(db, "SELECT group_concat(name) FROM pragma_table_info(?, 'main')", -1,
                                        &statement, NULL),
                     SQLITE_OK);
    sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    columns = arena_string(arena, span_of((const char *)sqlite3_column_text(statement, 0)));
    sqlite3_finalize(statement);
    run(db, arena_printf(arena, "DELETE FROM main.%s; INSERT INTO main.%s (%s) SELECT %s FROM now.%s", table,
                         table, columns, columns, table)
                .at);
}

/* The store as that version would have it */
static void make_older(struct made *made, int version)
{
    struct db db = {0};
    char older[160], sql[200], tables[32][32];
    sqlite3_stmt *statement;
    int count = 0;

    make_store(made);
    snprintf(older, sizeof older, "%s.older", made->path);
    assert_ok(db_open(&db, older, true));
    assert_ok(schema_apply_to(&db, version));
    snprintf(sql, sizeof sql, "PRAGMA foreign_keys = OFF; ATTACH '%s' AS now", made->path);
    run(db.handle, sql);
    assert_int_equal(sqlite3_prepare_v2(db.handle,
                                        "SELECT name FROM main.sqlite_schema WHERE type = 'table'"
                                        " AND name NOT LIKE 'sqlite%'",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW)
        snprintf(tables[count++], sizeof tables[0], "%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    for (int i = 0; i < count; i++)
        copy_table(db.handle, tables[i]);
    db_close(&db);
    assert_int_equal(rename(older, made->path), 0);
    assert_ok(file_read(made->path, MOST_SIZE, made->room.arena, &made->bytes));
    assert_true(store_is_older(made->room.folder));
}

static void assert_is_whole(struct made *made)
{
    OPEN(store_reader) reader = NULL;
    int flaws = 0;

    assert_ok(store_reader_open(made->room.folder, &reader));
    assert_ok(store_check(reader, count_flaw, &flaws));
    assert_int_equal(flaws, 0);
}

static void a_store_of_an_older_version_is_brought_forward(void **state)
{
    (void)state;
    for (int version = 1; version < VERSION; version++) {
        struct made made;
        make_older(&made, version);
        assert_nothing_is_new(&made);
        assert_false(store_is_older(made.room.folder));
        assert_is_whole(&made);
        remove_store(&made);
    }
}

static void a_damaged_store_of_an_older_version_is_brought_forward(void **state)
{
    (void)state;
    for (int version = 1; version < VERSION; version++) {
        struct made made;
        struct salvage whole = {0}, headless = {0};
        make_older(&made, version);
        salvage(&made, &whole);
        assert_int_equal(whole.article_count, STORIES);
        assert_nothing_is_new(&made);
        write_damaged(&made, made.bytes.len, 20, 0xff); /* in the head, where the version stands, too */
        salvage(&made, &headless);
        assert_int_equal(headless.article_count, STORIES);
        assert_nothing_is_new(&made);
        for (size_t at = 4096; at < made.bytes.len; at += 49157) {
            struct salvage found = {0};
            write_damaged(&made, made.bytes.len, at, 1 + (int)(at % 255));
            salvage(&made, &found);
            assert_true(found.article_count <= STORIES);
        }
        remove_store(&made);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_store_that_is_cut_anywhere_is_made_whole),
        cmocka_unit_test(a_store_with_a_byte_that_is_another_is_made_whole),
        cmocka_unit_test(a_page_of_which_a_part_is_zeros_is_read_once),
        cmocka_unit_test(what_nobody_has_is_counted_as_lost),
        cmocka_unit_test(keys_that_are_others_are_made_anew),
        cmocka_unit_test(a_store_of_an_older_version_is_brought_forward),
        cmocka_unit_test(a_damaged_store_of_an_older_version_is_brought_forward),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
