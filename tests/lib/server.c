/* SPDX-License-Identifier: MIT */
#include "tests/lib/server.h"
#include "core/vec.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_PORTS = 64, MOST_CLIENTS = 1024, MOST_REQUEST = 128 * 1024, FLOOD = 25 };

struct client {
    struct server *server;
    int fd;
    bool is_open;
    pthread_t thread;
};

struct server {
    int listeners[MOST_PORTS], ports[MOST_PORTS], port_count;
    int stop[2]; /* a pipe: closed, it wakes all */
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    struct arena *arena;
    VEC(struct server_answer) answers;
    VEC(span) requests;
    struct client clients[MOST_CLIENTS];
    size_t client_count;
    int open, most_open;
};

static void die(const char *what)
{
    perror(what);
    abort();
}

/* --- a connection --- */

/* Waits until `fd` can be read (or written); false: the server stops. */
static bool wait_for(struct client *client, short events, int timeout_ms)
{
    struct pollfd fds[2] = {{client->fd, events, 0}, {client->server->stop[0], POLLIN, 0}};

    if (events == 0)
        fds[0].fd = -1;
    return poll(fds, 2, timeout_ms) >= 0 && !fds[1].revents;
}

static bool read_request(struct client *client, struct buf *request)
{
    char bytes[4096];
    ssize_t got;

    while (span_find(buf_span(request), S("\r\n\r\n")) == SPAN_NONE) {
        if (!wait_for(client, POLLIN, -1))
            return false;
        got = recv(client->fd, bytes, sizeof bytes, 0);
        if (got <= 0)
            return false;
        buf_add(request, (span){bytes, (size_t)got});
        if (request->overflowed)
            return false;
    }
    return true;
}

static bool say(struct client *client, span bytes)
{
    while (bytes.len) {
        ssize_t sent = send(client->fd, bytes.at, bytes.len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EAGAIN) {
            if (!wait_for(client, POLLOUT, -1))
                return false;
            continue;
        }
        if (sent < 0)
            return false;
        bytes = span_from(bytes, (size_t)sent);
    }
    return true;
}

/* The answer whose turn it is; a path that has none gets 404. */
static struct server_answer take_answer(struct server *server, span request)
{
    static const char none[] = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    struct server_answer answer = {.bytes = {none, sizeof none - 1}};
    span rest = request, path = {0};
    size_t mine = SIZE_MAX;

    span_cut(&rest, ' ', &path);
    span_cut(&rest, ' ', &path);
    pthread_mutex_lock(&server->lock);
    *vec_add(server->arena, &server->requests) = arena_keep(server->arena, request);
    for (size_t i = 0; i < server->answers.len; i++) {
        if (!server->answers.at[i].path || !span_is(path, server->answers.at[i].path))
            continue;
        if (mine != SIZE_MAX) { /* there is a later one, so this one was given for the last time */
            server->answers.at[mine].path = NULL;
            break;
        }
        answer = server->answers.at[i];
        mine = i;
    }
    pthread_mutex_unlock(&server->lock);
    return answer;
}

static void flood(struct client *client, span bytes)
{
    LOCAL(buf) many = {.max = 1 * MiB};

    bytes = span_from(bytes, bytes.len - MIN(bytes.len, (size_t)FLOOD));
    while (many.len < 64 * KiB)
        buf_add(&many, bytes);
    while (say(client, buf_span(&many)))
        continue;
}

/* Counted before the last byte goes out, for whoever has read that may open the next connection at once. */
static void count_closed(struct client *client)
{
    struct server *server = client->server;

    pthread_mutex_lock(&server->lock);
    server->open -= client->is_open;
    pthread_mutex_unlock(&server->lock);
    client->is_open = false;
}

/* True: another request may follow. */
static bool give(struct client *client, const struct server_answer *answer)
{
    struct linger linger = {1, 0};

    if (answer->wait_ms && !wait_for(client, 0, answer->wait_ms))
        return false;
    if (answer->end == SERVER_CLOSES)
        count_closed(client);
    if (!say(client, answer->bytes))
        return false;
    switch (answer->end) {
    case SERVER_KEEPS:
        return true;
    case SERVER_CLOSES:
        return false;
    case SERVER_RESETS:
        setsockopt(client->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
        return false;
    case SERVER_HANGS:
        wait_for(client, 0, -1);
        return false;
    case SERVER_FLOODS:
        flood(client, answer->bytes);
        return false;
    }
    return false;
}

static void *serve_client(void *context)
{
    struct client *client = context;
    struct server *server = client->server;
    LOCAL(buf) request = {.max = MOST_REQUEST};

    while (read_request(client, &request)) {
        struct server_answer answer = take_answer(server, buf_span(&request));
        if (!give(client, &answer))
            break;
        buf_clear(&request);
    }
    count_closed(client);
    close(client->fd);
    return NULL;
}

/* --- the server --- */

static void take_client(struct server *server, int listener)
{
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    struct client *client;

    if (fd < 0)
        return;
    if (server->client_count == MOST_CLIENTS)
        die("server: too many connections for a test");
    pthread_mutex_lock(&server->lock);
    client = &server->clients[server->client_count++];
    server->open++;
    server->most_open = MAX(server->most_open, server->open);
    pthread_mutex_unlock(&server->lock);
    *client = (struct client){.server = server, .fd = fd, .is_open = true};
    if (pthread_create(&client->thread, NULL, serve_client, client))
        die("server: thread");
}

static void *serve(void *context)
{
    struct server *server = context;
    struct pollfd fds[MOST_PORTS + 1];

    for (int i = 0; i < server->port_count; i++)
        fds[i] = (struct pollfd){server->listeners[i], POLLIN, 0};
    fds[server->port_count] = (struct pollfd){server->stop[0], POLLIN, 0};
    for (;;) {
        if (poll(fds, (nfds_t)server->port_count + 1, -1) < 0)
            continue;
        if (fds[server->port_count].revents)
            return NULL;
        for (int i = 0; i < server->port_count; i++)
            if (fds[i].revents)
                take_client(server, server->listeners[i]);
    }
}

static void listen_on(struct server *server, int index)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) || listen(fd, 256) ||
        getsockname(fd, (struct sockaddr *)&address, &size))
        die("server: listen");
    server->listeners[index] = fd;
    server->ports[index] = ntohs(address.sin_port);
}

struct server *server_start(int port_count)
{
    struct server *server = memory_new(sizeof *server);

    server->arena = arena_new(64 * MiB);
    server->port_count = port_count;
    pthread_mutex_init(&server->lock, NULL);
    for (int i = 0; i < port_count; i++)
        listen_on(server, i);
    if (pipe(server->stop) || pthread_create(&server->thread, NULL, serve, server))
        die("server: start");
    return server;
}

void server_free(struct server *server)
{
    if (!server)
        return;
    close(server->stop[1]); /* the reading end is at its end for all who wait */
    pthread_join(server->thread, NULL);
    for (size_t i = 0; i < server->client_count; i++)
        pthread_join(server->clients[i].thread, NULL);
    close(server->stop[0]);
    for (int i = 0; i < server->port_count; i++)
        close(server->listeners[i]);
    pthread_mutex_destroy(&server->lock);
    arena_free(server->arena);
    free(server);
}

int server_port(const struct server *server, int index)
{
    return server->ports[index];
}

void server_answer(struct server *server, struct server_answer answer)
{
    pthread_mutex_lock(&server->lock);
    *vec_add(server->arena, &server->answers) = answer;
    pthread_mutex_unlock(&server->lock);
}

span server_url(struct arena *arena, const struct server *server, const char *path)
{
    return arena_printf(arena, "http://127.0.0.1:%d%s", server->ports[0], path);
}

size_t server_request_count(struct server *server)
{
    size_t count;

    pthread_mutex_lock(&server->lock);
    count = server->requests.len;
    pthread_mutex_unlock(&server->lock);
    return count;
}

span server_request(struct server *server, size_t index)
{
    span request = {0};

    pthread_mutex_lock(&server->lock);
    if (index < server->requests.len)
        request = server->requests.at[index];
    pthread_mutex_unlock(&server->lock);
    return request;
}

span server_header(struct server *server, size_t index, const char *name)
{
    span rest = server_request(server, index), line;

    while (span_cut(&rest, '\n', &line)) {
        size_t colon = span_find_char(line, ':');
        if (colon != SPAN_NONE && span_is_nocase(span_sub(line, 0, colon), name))
            return span_trim(span_from(line, colon + 1));
    }
    return (span){0};
}

int server_connection_count(struct server *server)
{
    size_t count;

    pthread_mutex_lock(&server->lock);
    count = server->client_count;
    pthread_mutex_unlock(&server->lock);
    return (int)count;
}

int server_most_connections(struct server *server)
{
    int most;

    pthread_mutex_lock(&server->lock);
    most = server->most_open;
    pthread_mutex_unlock(&server->lock);
    return most;
}
