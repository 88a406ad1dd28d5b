/* SPDX-License-Identifier: MIT
 * fetch_room.h - what tests of the network need: a fetcher, and a server to ask
 */
#pragma once
#include "fetch/fetch.h"
#include "tests/lib/server.h"
#include "tests/unit/unit.h"

struct room {
    struct arena *arena;
    struct clock *clock;
    struct server *server;
    struct fetcher *fetcher;
    struct conf_fetch settings;
    struct network loopback;
};

/* Into a zeroed room. What a test wants otherwise, it changes in `settings` before it asks. */
static inline void room_open(struct room *room, int port_count)
{
    room->arena = arena_new(256 * MiB);
    room->clock = clock_system();
    room->server = server_start(port_count);
    room->loopback = (struct network){.address = {[10] = 0xff, 0xff, 127}, .prefix = 96 + 8};
    room->settings = (struct conf_fetch){.user_agent = S("Courant/0.1 (+https://example.org/bot)"),
                                         .concurrency = 256,
                                         .max_open = 1024,
                                         .per_host = 2,
                                         .timeout = 20 * SECOND,
                                         .max_size = (int64_t)(1 * MiB),
                                         .allow_networks = &room->loopback,
                                         .allow_network_count = 1};
}

static inline void room_close(struct room *room)
{
    fetcher_close(room->fetcher);
    server_free(room->server);
    clock_free(room->clock);
    arena_free(room->arena);
}

static inline struct fetcher *room_fetcher(struct room *room)
{
    if (!room->fetcher)
        assert_ok(fetcher_open(&room->settings, room->clock, NULL, &room->fetcher));
    return room->fetcher;
}

static inline struct fetch_request room_request(struct room *room, const char *path)
{
    return (struct fetch_request){.url = server_url(room->arena, room->server, path),
                                  .settings = &room->settings,
                                  .arena = room->arena};
}

static inline struct error *room_ask(struct room *room, const char *path, struct response **out_response)
{
    struct fetch_request request = room_request(room, path);

    return fetch_now(room_fetcher(room), &request, out_response);
}

#define ROOM(name, ports)                                        \
    __attribute__((cleanup(room_close))) struct room name = {0}; \
    room_open(&name, ports)
