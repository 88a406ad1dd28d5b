/* SPDX-License-Identifier: MIT
 * feed_room.h - a feed read whole, for the tests of src/feed/
 */
#pragma once
#include "feed/feed.h"
#include "tests/unit/unit.h"
#include <stdio.h>

#define RSS(inside)   "<rss version='2.0'><channel>" inside "</channel></rss>"
#define ITEM(inside)  RSS("<item>" inside "</item>")
#define ATOM(inside)  "<feed xmlns='http://www.w3.org/2005/Atom'>" inside "</feed>"
#define ENTRY(inside) ATOM("<entry>" inside "</entry>")
#define HERE          "https://reed.example/news/feed.xml"

enum { ROOM_ITEMS = 16 };

struct room {
    struct arena *arena;
    struct feed *feed;
    const struct feed_about *about;
    struct feed_item *items[ROOM_ITEMS];
    size_t count;
};

static inline struct room read_span(span bytes, const char *base, const struct feed_headers *headers)
{
    struct room room = {.arena = arena_new(32 * MiB)};
    struct feed_item *item = NULL;

    assert_ok(feed_open(bytes, span_of(base), headers, &room.feed));
    for (;;) {
        assert_ok(feed_next(room.feed, room.arena, &item));
        if (!item)
            break;
        assert_true(room.count < ROOM_ITEMS);
        room.items[room.count++] = item;
    }
    room.about = feed_about(room.feed);
    return room;
}

static inline struct room read_text(const char *text)
{
    return read_span(span_of(text), HERE, NULL);
}

/* The same from a format, for tables of cases. */
static inline struct room PRINTF(1, 2) read_format(const char *format, ...)
{
    LOCAL(buf) text = {.max = 1 * MiB};
    va_list arguments;

    va_start(arguments, format);
    buf_vprintf(&text, format, arguments);
    va_end(arguments);
    struct room room = read_text(buf_span(&text).at);
    return room;
}

static inline void leave(struct room *room)
{
    feed_close(room->feed);
    arena_free(room->arena);
}

/* The only item of a feed. */
static inline struct feed_item *only(const struct room *room)
{
    assert_int_equal(room->count, 1);
    return room->items[0];
}

static inline bool warned(const struct room *room, const char *code)
{
    for (size_t i = 0; i < room->about->warning_count; i++)
        if (span_is(room->about->warnings[i].code, code))
            return true;
    return false;
}
