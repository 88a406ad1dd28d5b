/* SPDX-License-Identifier: MIT
 * store_room.h - a newsroom for tests of the store: a folder of its own, a clock that stands still, polls in
 * a few words
 */
#pragma once
#include "store/store.h"
#include "tests/unit/unit.h"
#include "text/timezone.h"
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

#define ROOM_NOW INT64_C(1731031838000) /* 2024-11-08 02:10:38 UTC */

struct room {
    char folder[64];
    struct clock *clock;
    struct arena *arena;
    struct store_options options;
    struct store *store;
};

static inline void room_open(struct room *room)
{
    assert_ok(store_open(room->folder, &room->options, room->clock, &room->store));
}

/* In memory where there is such a folder: hundreds of rooms, each with some fsyncs, take their time on a
 * disk. */
static inline void room_make(struct room *room)
{
    const char *place = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

    *room = (struct room){.clock = clock_fixed(ROOM_NOW), .arena = arena_new(256 * MiB)};
    snprintf(room->folder, sizeof room->folder, "%s/courant-store-XXXXXX", place);
    assert_non_null(mkdtemp(room->folder));
    assert_ok(timezone_load(room->arena, S("Asia/Shanghai"), &room->options.timezone));
    room->options.wait = 10 * MINUTE;
    room_open(room);
}

static inline void room_remove(struct room *room)
{
    static const char *const names[] = {"courant.db", "courant.db-wal", "courant.db-shm"};
    char path[128];

    store_close(room->store);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        snprintf(path, sizeof path, "%s/%s", room->folder, names[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(room->folder), 0);
    clock_free(room->clock);
    arena_free(room->arena);
}

static inline void room_want(struct room *room, const char *id, const char *feed)
{
    struct wanted_source source = {.id = span_of(id), .name = span_of(id), .feed = span_of(feed)};

    assert_ok(store_want_sources(room->store, &source, 1));
}

/* An item in a few words; its raw hash follows from them, as a feed reader's does. */
static inline struct item room_item(const char *id, const char *link, const char *title, int64_t published_at,
                                    const char *body)
{
    struct item item = {
        .feed_id = span_of(id ? id : ""),
        .raw_title = span_of(title),
        .raw_body = span_of(body),
        .published_at = published_at,
        .modified_at = NO_TIME,
        .link = span_of(link ? link : ""),
        .title = span_of(title),
        .html = span_of(body),
        .is_full = true,
    };
    span parts[] = {item.feed_id, item.link, item.title, item.raw_body, {(const char *)&published_at, 8}};

    item.raw_hash = 1;
    for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
        for (size_t k = 0; k <= parts[i].len; k++)
            item.raw_hash = (item.raw_hash ^ (k < parts[i].len ? (unsigned char)parts[i].at[k] : 0x100u)) *
                            UINT64_C(1099511628211);
    return item;
}

static inline struct poll room_poll(struct room *room, const char *source, struct item *items, size_t count)
{
    return (struct poll){
        .source =
            {
                .id = span_of(source),
                .feed = S("https://a.example/feed"),
                .state = SOURCE_OK,
                .last_poll_at = clock_now(room->clock),
                .last_success_at = clock_now(room->clock),
                .last_change_at = NO_TIME,
                .next_poll_at = clock_now(room->clock) + HOUR,
                .interval = HOUR,
                .last_status = 200,
            },
        .items = items,
        .item_count = count,
    };
}

static inline struct poll_counts room_take(struct room *room, const char *source, struct item *items,
                                           size_t count)
{
    struct poll poll = room_poll(room, source, items, count);
    struct poll_counts counts;

    assert_ok(store_poll(room->store, room->arena, &poll, &counts));
    return counts;
}

static inline struct store_reader *room_reader(struct room *room)
{
    struct store_reader *reader;

    assert_ok(store_reader_open(room->folder, &reader));
    return reader;
}

/* The one number that a question to the store's file answers with: for what no reader tells. */
static inline int64_t room_number(struct room *room, const char *sql)
{
    char path[128];
    sqlite3 *db;
    sqlite3_stmt *statement;
    int64_t answer;

    snprintf(path, sizeof path, "%s/courant.db", room->folder);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    answer = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return answer;
}

static inline void room_tell_flaw(void *context, span where, span what)
{
    print_error("%.*s: %.*s\n", SPAN_ARG(where), SPAN_ARG(what));
    ++*(int *)context;
}

/* How many things are wrong in the store; each is printed. */
static inline int room_flaws(struct room *room)
{
    OPEN(store_reader) reader = room_reader(room);
    int flaws = 0;

    assert_ok(store_check(reader, room_tell_flaw, &flaws));
    return flaws;
}
