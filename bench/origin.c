/* SPDX-License-Identifier: MIT
 * origin.c - a fast HTTP origin for benchmarks: ten thousand hosts in one process
 *
 *     bench-origin [--port N]
 *
 * Every address of 127.0.0.0/8 is a host of its own. The path says how it behaves:
 *
 *     /304        304, with an ETag          /body/N   200 with N bytes of a feed
 *     /silent     takes the request, and no more      /reset   RST
 *     /endless    200, chunks for ever
 *     /feed/KIND  a small feed with an ETag; once that comes back, what KIND says: 304, silent, reset,
 * endless
 *
 * The first line of standard output is the port. On SIGTERM it says how many requests came and the most
 * connections that one host had at a time. Loopback only; one thread, epoll.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 256, REQUEST_MAX = 4096, BLOCK = 65536, BLOCKS_A_TURN = 4, HOSTS = 1 << 24 };

struct client {
    int fd;
    uint32_t host; /* the last three bytes of the address it asked */
    bool is_endless;
    size_t left; /* of a body that did not fit into the socket's buffer */
    size_t request_len;
    char request[REQUEST_MAX];
};

static struct {
    int epoll;
    uint16_t *connections; /* of each host, now */
    unsigned most_connections;
    unsigned long requests;
    char block[BLOCK];
} origin;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void drop(struct client *client, bool is_reset)
{
    struct linger linger = {1, 0};

    if (is_reset)
        setsockopt(client->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    close(client->fd);
    origin.connections[client->host]--;
    free(client);
}

static void wait_for(struct client *client, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = client};

    epoll_ctl(origin.epoll, EPOLL_CTL_MOD, client->fd, &event);
}

static bool send_text(struct client *client, const char *text)
{
    size_t len = strlen(text);

    return send(client->fd, text, len, MSG_NOSIGNAL) == (ssize_t)len;
}

/* Sends what the socket takes, but not for ever: others wait. False: the client is gone. */
static bool send_more(struct client *client)
{
    for (int i = 0; i < BLOCKS_A_TURN && (client->is_endless || client->left); i++) {
        size_t size = client->is_endless || client->left > BLOCK ? BLOCK : client->left;
        ssize_t sent = send(client->fd, origin.block, size, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN)
            return false;
        if (sent < 0)
            break;
        if (!client->is_endless)
            client->left -= (size_t)sent;
    }
    wait_for(client, client->is_endless || client->left ? EPOLLOUT : EPOLLIN);
    return true;
}

static bool send_feed(struct client *client)
{
    char feed[512], answer[1024];

    snprintf(feed, sizeof feed,
             "<rss version='2.0'><channel><title>Host %u</title><item><title>News of host "
             "%u</title><guid>%u</guid>"
             "<description>All is well there.</description></item></channel></rss>",
             client->host, client->host, client->host);
    snprintf(answer, sizeof answer,
             "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: \"e\"\r\nContent-Length: "
             "%zu\r\n\r\n%s",
             strlen(feed), feed);
    return send_text(client, answer);
}

static bool answer(struct client *client, const char *path)
{
    char head[256];

    origin.requests++;
    if (!strncmp(path, "/feed/", 6)) {
        if (!strstr(client->request, "If-None-Match"))
            return send_feed(client);
        path += 5;
    }
    if (!strncmp(path, "/silent", 7))
        return true;
    if (!strncmp(path, "/reset", 6))
        return false;
    if (!strncmp(path, "/endless", 8)) {
        client->is_endless = true;
        return send_text(client, "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n") &&
               send_more(client);
    }
    if (!strncmp(path, "/body/", 6)) {
        client->left = strtoul(path + 6, NULL, 10);
        snprintf(head, sizeof head,
                 "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: \"b\"\r\nContent-Length: "
                 "%zu\r\n\r\n",
                 client->left);
        return send_text(client, head) && send_more(client);
    }
    return send_text(client, "HTTP/1.1 304 Not Modified\r\nETag: \"e\"\r\n\r\n");
}

static void read_request(struct client *client)
{
    ssize_t got = recv(client->fd, client->request + client->request_len,
                       sizeof client->request - 1 - client->request_len, 0);
    char *path;

    if (got <= 0) {
        if (got == 0 || errno != EAGAIN)
            drop(client, false);
        return;
    }
    client->request_len += (size_t)got;
    client->request[client->request_len] = '\0';
    if (!strstr(client->request, "\r\n\r\n"))
        return;
    client->request_len = 0;
    path = strchr(client->request, ' ');
    if (!path || !answer(client, path + 1))
        drop(client, true);
}

static void take_clients(int listener)
{
    struct sockaddr_in asked;
    socklen_t size = sizeof asked;
    int fd, yes = 1;

    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct client *client = calloc(1, sizeof *client);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
        if (!client)
            fail("origin");
        getsockname(fd, (struct sockaddr *)&asked, &size);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        client->fd = fd;
        client->host = ntohl(asked.sin_addr.s_addr) % HOSTS;
        if (++origin.connections[client->host] > origin.most_connections)
            origin.most_connections = origin.connections[client->host];
        epoll_ctl(origin.epoll, EPOLL_CTL_ADD, fd, &event);
    }
}

static int listen_on_loopback(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), yes = 1;

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3)) /* so any address means any of 127.0.0.0/8 */
        fail("origin: could not bind to loopback alone");
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 4096))
        fail("origin: could not listen");
    getsockname(fd, (struct sockaddr *)&address, &size);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

static int open_signals(void)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    return signalfd(-1, &signals, SFD_CLOEXEC);
}

static void add_plain(int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};

    event.data.u64 = (uint64_t)fd << 1 | 1; /* odd: a descriptor, no client */
    epoll_ctl(origin.epoll, EPOLL_CTL_ADD, fd, &event);
}

int main(int argc, char **argv)
{
    struct rlimit limit;
    struct epoll_event events[EVENTS];
    int listener, signals;

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    memset(origin.block, 'x', sizeof origin.block);
    origin.connections = calloc(HOSTS, sizeof *origin.connections);
    origin.epoll = epoll_create1(EPOLL_CLOEXEC);
    listener = listen_on_loopback(argc > 2 && !strcmp(argv[1], "--port") ? (uint16_t)atoi(argv[2]) : 0);
    signals = open_signals();
    add_plain(listener);
    add_plain(signals);
    for (;;) {
        int count = epoll_wait(origin.epoll, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            struct client *client = events[i].data.ptr;
            if (events[i].data.u64 == ((uint64_t)signals << 1 | 1)) {
                printf("%lu requests, at most %u connections to one host\n", origin.requests,
                       origin.most_connections);
                return 0;
            }
            if (events[i].data.u64 & 1)
                take_clients(listener);
            else if (events[i].events & EPOLLOUT && !send_more(client))
                drop(client, true);
            else if (!(events[i].events & EPOLLOUT))
                read_request(client);
        }
    }
}
