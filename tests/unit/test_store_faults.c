/* SPDX-License-Identifier: MIT
 * test_store_faults.c - whatever fails, a poll is stored whole or not at all, and the store goes on
 */
#include "tests/unit/store_room.h"
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum { MOST_ROUNDS = 500, ITEMS = 3 };

static void make_items(struct room *room, int poll, struct item *items)
{
    for (int i = 0; i < ITEMS; i++) {
        items[i] = room_item(arena_printf(room->arena, "id-%d", i).at,
                             arena_printf(room->arena, "https://a.example/n/%d.html", i).at, "Story",
                             ROOM_NOW - i * HOUR, arena_printf(room->arena, "<p>edition %d</p>", poll).at);
        items[i].is_full = i != 1; /* one wants its page */
    }
}

static struct error *take(struct room *room, int poll)
{
    struct item items[ITEMS];
    struct poll wanted;
    struct poll_counts counts;

    make_items(room, poll, items);
    wanted = room_poll(room, "a", items, ITEMS);
    wanted.wants_pages = true;
    wanted.source.validators.etag = arena_printf(room->arena, "\"%d\"", poll);
    return store_poll(room->store, room->arena, &wanted, &counts);
}

/* The ETag says which poll was stored last: everything else must be of that one. */
static int assert_is_whole(struct room *room)
{
    OPEN(store_reader) reader = room_reader(room);
    struct source *source;
    struct store_totals totals;
    struct article *articles;
    int poll = 0;
    size_t count;

    assert_ok(store_source(reader, room->arena, S("a"), &source));
    assert_ok(store_count(reader, &totals));
    if (source && source->validators.etag.len)
        poll = atoi(source->validators.etag.at + 1);
    assert_int_equal(totals.articles, poll ? ITEMS : 0);
    assert_int_equal(totals.revisions, poll * ITEMS);
    assert_int_equal(totals.tasks, poll ? 1 : 0);
    assert_ok(store_archive_owed(reader, room->arena, ROOM_NOW + DAY, 0, 0, 1 * MiB, &articles, &count));
    assert_int_equal(count, poll ? ITEMS : 0);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(articles[i].revision, poll);
        assert_true(
            span_equal(articles[i].item.raw_body, arena_printf(room->arena, "<p>edition %d</p>", poll)));
    }
    assert_int_equal(room_flaws(room), 0);
    return poll;
}

/* In a process of its own: opens the store, stores a poll. Its exit status says how that went. */
static int run_child(struct room *room, int poll, const char *fault)
{
    int status;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        struct wanted_source source = {.id = S("a"), .name = S("a"), .feed = S("https://a.example/feed")};
        struct error *error;
        setenv("COURANT_TEST_FAULT", fault, 1);
        error = store_open(room->folder, &room->options, room->clock, &room->store);
        if (!error)
            error = store_want_sources(room->store, &source, 1);
        if (!error)
            error = take(room, poll);
        execlp(error ? "false" : "true", "its status", NULL); /* what it holds ends with it, and is no leak */
        _exit(127);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

/* Raises n until the poll is stored without a fault; twice, since the first makes the store too. */
static void fail_everywhere(const char *action, int failed_status)
{
    struct room room;
    int rounds = 0;

    room_make(&room);
    store_close(MOVE(room.store));
    for (int poll = 1; poll <= 2; poll++) {
        for (int n = 1;; n++) {
            char fault[64];
            int status;
            assert_in_range(rounds++, 0, MOST_ROUNDS);
            snprintf(fault, sizeof fault, "*:%d%s", n, action);
            status = run_child(&room, poll, fault);
            if (status == 0)
                break;
            assert_int_equal(status, failed_status);
            assert_int_equal(assert_is_whole(&room), poll - 1);
        }
        assert_int_equal(assert_is_whole(&room), poll);
    }
    assert_true(rounds > 40); /* the points were reached */
    room_open(&room);
    room_remove(&room);
}

static void each_step_that_fails_leaves_nothing_half_stored(void **state)
{
    (void)state;
    fail_everywhere("", 1 << 8);
}

static void each_step_that_is_killed_leaves_nothing_half_stored(void **state)
{
    (void)state;
    fail_everywhere(":kill", SIGKILL);
}

static void limit_files(rlim_t size)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = size;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* A file that may not grow is like a disk that is full. */
static void a_store_that_could_not_grow_goes_on_when_it_can(void **state)
{
    struct room room;
    struct error *error;
    char *text;

    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    room_make(&room);
    room_want(&room, "a", "https://a.example/feed");
    assert_ok(take(&room, 1));
    limit_files(4096);
    error = take(&room, 2);
    limit_files(RLIM_INFINITY);
    assert_non_null(error);
    assert_int_equal(error->kind, ERROR_IO);
    text = error_text(error);
    assert_non_null(strstr(text, room.folder));
    free(text);
    error_free(error);
    assert_int_equal(assert_is_whole(&room), 1);
    assert_ok(take(&room, 2));
    assert_int_equal(assert_is_whole(&room), 2);
    room_remove(&room);
}

struct collected {
    int count;
};

static void collect(void *context, span where, span what)
{
    assert_true(where.len && what.len);
    ((struct collected *)context)->count++;
}

static void change_file(struct room *room, const char *sql)
{
    char path[128];
    sqlite3 *db;

    snprintf(path, sizeof path, "%s/courant.db", room->folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void what_contradicts_itself_is_found(void **state)
{
    static const char *const changes[] = {
        "UPDATE revision SET title = 'Stary' WHERE revision = 2",
        "UPDATE revision SET form = form + 1 WHERE revision = 1",
        "UPDATE body SET bytes = CAST(replace(bytes, 'edition', 'editing') AS BLOB)",
        "UPDATE article SET path = path || 'x'",
        "UPDATE article SET revision = 3",
        "DELETE FROM revision WHERE revision = 2",
        "DELETE FROM body",
        "UPDATE source SET article_count = 2",
        "UPDATE source SET next_number = 1048574",
        "UPDATE month SET article_count = 9",
        "UPDATE known SET article = 77",
        "UPDATE known SET hash = hash + 1 WHERE revision = 1",
        "UPDATE known SET revision = revision + 1 WHERE revision = 1",
        "UPDATE known SET is_shared = 1 WHERE revision = 1",
        "UPDATE newsroom SET mark = 0",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
        struct room room;
        struct collected flaws = {0};
        room_make(&room);
        room_want(&room, "a", "https://a.example/feed");
        assert_ok(take(&room, 1));
        assert_ok(take(&room, 2));
        change_file(&room, changes[i]);
        OPEN(store_reader) reader = room_reader(&room);
        assert_ok(store_check(reader, collect, &flaws));
        if (!flaws.count)
            fail_msg("nothing is found after: %s", changes[i]);
        store_reader_close(MOVE(reader));
        room_remove(&room);
    }
}

/* Pages of the file are overwritten one at a time; what is read then is what was written, or an error. */
static void a_damaged_page_is_told_and_never_read_as_news(void **state)
{
    struct room room;
    char path[128];
    long size;
    FILE *file;

    (void)state;
    room_make(&room);
    room_want(&room, "a", "https://a.example/feed");
    assert_ok(take(&room, 1));
    store_close(MOVE(room.store));
    snprintf(path, sizeof path, "%s/courant.db", room.folder);
    file = fopen(path, "r+");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    size = ftell(file);
    for (long offset = 100; offset < size; offset += 487) {
        unsigned char was[16], noise[16];
        fseek(file, offset, SEEK_SET);
        size_t len = fread(was, 1, sizeof was, file);
        for (size_t i = 0; i < sizeof noise; i++)
            noise[i] = (unsigned char)(was[i] ^ (0x55 + i));
        fseek(file, offset, SEEK_SET);
        fwrite(noise, 1, len, file);
        fflush(file);

        OPEN(store_reader) reader = NULL;
        struct article *articles;
        size_t count = 0;
        struct error *error = store_reader_open(room.folder, &reader);
        if (!error)
            error = store_archive_owed(reader, room.arena, ROOM_NOW + DAY, 0, 0, 1 * MiB, &articles, &count);
        for (size_t i = 0; !error && i < count; i++)
            assert_span_equal(articles[i].item.raw_body, "<p>edition 1</p>");
        if (error)
            assert_true(error->kind == ERROR_DAMAGED || error->kind == ERROR_IO);
        error_free(error);

        fseek(file, offset, SEEK_SET);
        fwrite(was, 1, len, file);
        fflush(file);
    }
    fclose(file);
    room_open(&room);
    assert_int_equal(assert_is_whole(&room), 1);
    room_remove(&room);
}

static void two_writers_take_turns(void **state)
{
    struct room room;
    struct store *other;

    (void)state;
    room_make(&room);
    room_want(&room, "a", "https://a.example/feed");
    assert_ok(store_open(room.folder, &room.options, room.clock, &other));
    assert_ok(take(&room, 1));
    assert_ok(store_put(other, S("key"), S("value")));
    assert_ok(take(&room, 2));
    assert_int_equal(assert_is_whole(&room), 2);
    store_close(other);
    room_remove(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_step_that_fails_leaves_nothing_half_stored),
        cmocka_unit_test(each_step_that_is_killed_leaves_nothing_half_stored),
        cmocka_unit_test(a_store_that_could_not_grow_goes_on_when_it_can),
        cmocka_unit_test(a_damaged_page_is_told_and_never_read_as_news),
        cmocka_unit_test(what_contradicts_itself_is_found),
        cmocka_unit_test(two_writers_take_turns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
