/* SPDX-License-Identifier: MIT
 * server.h - an HTTP server on loopback that says the very bytes it is told
 *
 * For tests of the network: each path has answers, byte for byte, given in order, the last one again and
 * again. What came is remembered. A thread for each connection; any number of ports, so of hosts.
 */
#pragma once
#include "core/core.h"

enum server_end {
    SERVER_KEEPS,  /* waits for the next request */
    SERVER_CLOSES, /* as after Connection: close */
    SERVER_RESETS,
    SERVER_HANGS,  /* says nothing more, and keeps the connection */
    SERVER_FLOODS, /* says the last 25 bytes for ever */
};

struct server_answer {
    const char *path; /* with the query */
    span bytes;       /* status line, header and body; must live as long as the server */
    enum server_end end;
    int wait_ms; /* before it */
};

struct server;

struct server *
server_start(int port_count) MUST_USE; /* all on 127.0.0.1, each free; ends the test if it cannot */
void server_free(struct server *server);
DEFINE_FREE(server)

int server_port(const struct server *server, int index);
void server_answer(struct server *server, struct server_answer answer); /* one more for its path */

/* An address on it; the text is in `arena`. */
span server_url(struct arena *arena, const struct server *server, const char *path);

size_t server_request_count(struct server *server);
/* The i-th request's head, from its method to the empty line; {0}: there was none. */
span server_request(struct server *server, size_t index);
/* The value of a header of the i-th request; {0} if it was not sent. */
span server_header(struct server *server, size_t index, const char *name);
int server_connection_count(struct server *server); /* made so far */
int server_most_connections(struct server *server); /* open at one time, over all ports */
