/* SPDX-License-Identifier: MIT
 * connect.c - the guard where it counts: at the address that is really connected to
 *
 * libcurl asks before it makes a socket, with the address it is for; and again before a request leaves, with
 * the address at the other end, be the connection new or kept. Between a look-up and its use nothing can
 * change.
 */
#include "fetch/internal.h"
#include <sys/socket.h>
#include <unistd.h>

static bool is_allowed(struct transfer *transfer, const uint8_t address[16], int port)
{
    memcpy(transfer->address, address, sizeof transfer->address);
    transfer->refusal = guard_reason(address, port, transfer->request->settings, &transfer->fetcher->own);
    return !transfer->refusal;
}

static void note_resolved(struct transfer *transfer)
{
    transfer->fetcher->resolving -= transfer->is_resolving;
    transfer->is_resolving = false;
}

static curl_socket_t open_socket(const struct curl_sockaddr *target)
{
    return socket(target->family, target->socktype | SOCK_CLOEXEC, target->protocol);
}

static curl_socket_t on_open(void *context, curlsocktype purpose, struct curl_sockaddr *target)
{
    struct transfer *transfer = context;
    struct sockets *sockets = transfer->fetcher->sockets;
    uint8_t address[16];
    curl_socket_t fd;
    int port;

    note_resolved(transfer);
    transfer->is_crowded = false;
    if (purpose != CURLSOCKTYPE_IPCXN || !guard_address(&target->addr, address, &port))
        return CURL_SOCKET_BAD;
    if (ask_uses_proxy(transfer)) /* the proxy's address is the user's word, and all connections go there */
        return open_socket(target);
    if (!is_allowed(transfer, address, port)) {
        transfer_dial_failed(transfer);
        return CURL_SOCKET_BAD;
    }
    if (!sockets_have_room(sockets, address)) {
        transfer->is_crowded = true;
        transfer_dial_failed(transfer);
        return CURL_SOCKET_BAD;
    }
    fd = open_socket(target);
    if (fd != CURL_SOCKET_BAD)
        sockets_opened(sockets, fd, address);
    return fd;
}

static int on_close(void *context, curl_socket_t fd)
{
    struct fetcher *fetcher = context;

    sockets_closed(fetcher->sockets, fd);
    return close(fd);
}

static int before_request(void *context, char *peer, char *local, int peer_port, int local_port)
{
    struct transfer *transfer = context;
    struct fetcher *fetcher = transfer->fetcher;
    uint8_t address[16];

    (void)local;
    (void)local_port;
    note_resolved(transfer);
    if (!ask_uses_proxy(transfer) &&
        (!guard_address_of_text(peer, address) || !is_allowed(transfer, address, peer_port)))
        return CURL_PREREQFUNC_ABORT;
    transfer->is_sent = true;
    politeness_sent(fetcher->politeness, &transfer->visit, fetcher_time(fetcher));
    return CURL_PREREQFUNC_OK;
}

void connect_prepare(struct transfer *transfer)
{
    CURL *easy = transfer->easy;

    transfer->refusal = NULL;
    transfer->is_crowded = transfer->is_sent = false;
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, transfer->fetcher);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_request);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
}
