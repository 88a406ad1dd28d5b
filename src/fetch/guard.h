/* SPDX-License-Identifier: MIT
 * guard.h - addresses that are never connected to
 *
 * What decides is the address itself, 16 bytes, never a name or a spelling. Addresses that carry an IPv4
 * address within (mapped, NAT64, 6to4, Teredo) are judged by that one too. `[fetch] allow_networks` exempts.
 */
#pragma once
#include "fetch/fetch.h"
#include <sys/socket.h>

struct own_addresses { /* of this machine's interfaces; {0}: none */
    uint8_t (*at)[16];
    size_t count;
    int64_t read_at; /* monotonic; they are read anew after a minute */
};
void own_addresses_read(struct own_addresses *own, int64_t now);
void own_addresses_release(struct own_addresses *own);

/* Why `address` may not be connected to, as in "127.0.0.1 is <a loopback address>"; NULL: it may. */
const char *guard_reason(const uint8_t address[16], int port, const struct conf_fetch *settings,
                         const struct own_addresses *own);

/* IPv4 becomes ::ffff:a.b.c.d. False: neither IPv4 nor IPv6. */
bool guard_address(const struct sockaddr *socket_address, uint8_t out_address[16], int *out_port);
bool guard_address_of_text(const char *text, uint8_t out_address[16]);

#define GUARD_TEXT_SIZE 48
char *guard_address_text(const uint8_t address[16], char out[GUARD_TEXT_SIZE]); /* "127.0.0.1", "fe80::1" */
