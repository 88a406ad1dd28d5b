/* SPDX-License-Identifier: MIT
 * sockets.h - how many connections each address has
 *
 * Hosts by the hundred share one address, so it has a limit of its own. libcurl keeps connections for the
 * next request; those that nobody uses are shut when another host needs the place. One thread's.
 */
#pragma once
#include "core/core.h"
#include <sys/queue.h>

enum { MOST_SOCKETS_AN_ADDRESS = 16 };

struct address;

struct socket_use { /* a transfer's hold on the connection it goes over; {0}: none */
    int fd;
    uint64_t id; /* of the socket: a later one may have the same descriptor */
};

struct socket_wait { /* a transfer's place in the line for an address; {0}: in none */
    struct address *address;
    TAILQ_ENTRY(socket_wait) next;
};

struct sockets *sockets_new(void) MUST_USE;
void sockets_free(struct sockets *sockets);
DEFINE_FREE(sockets)

/* May one more be opened? If the address is full, its longest idle connection is shut for it. */
bool sockets_have_room(struct sockets *sockets, const uint8_t address[16]);
void sockets_opened(struct sockets *sockets, int fd, const uint8_t address[16]);
void sockets_closed(struct sockets *sockets, int fd); /* before close(); fine for one that is not known */

void sockets_use(struct sockets *sockets, struct socket_use *use, int fd);
void sockets_unuse(struct sockets *sockets, struct socket_use *use);

void sockets_wait(struct sockets *sockets, struct socket_wait *wait, const uint8_t address[16]);
void sockets_leave(struct sockets *sockets, struct socket_wait *wait);
/* Takes one whose address has room out of its line; NULL: none. */
struct socket_wait *sockets_next(struct sockets *sockets);
