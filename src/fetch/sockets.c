/* SPDX-License-Identifier: MIT
 * sockets.c - libcurl says when it opens a socket and when it closes one, but not always the latter: an
 * attempt to connect that its own time limit ends is closed in silence (7.88). So a socket is known by the
 * kernel's cookie, and before an address counts as full those that are not there any more are taken off.
 */
#include "fetch/sockets.h"
#include <stdlib.h>
#include <sys/socket.h>

enum { SLOTS = 4096 };

struct link {
    uint64_t id;     /* ours: each is another */
    uint64_t cookie; /* the kernel's */
    int fd;
    int users;
    bool was_used; /* a new one belongs to the transfer that opened it, though it does not say so yet */
    struct address *address; /* NULL: shut */
    TAILQ_ENTRY(link) all;   /* of the address */
    TAILQ_ENTRY(link) next;  /* among the idle, while it has no users and is not shut */
};

struct address {
    struct address *chain;
    uint8_t bytes[16];
    int open; /* connections that are not shut */
    TAILQ_HEAD(, link) links;
    TAILQ_HEAD(, link) idle;
    TAILQ_HEAD(, socket_wait) line;
    bool is_freed; /* in that list: somebody waits, and there is room */
    TAILQ_ENTRY(address) next;
};

struct sockets {
    struct address *slots[SLOTS];
    TAILQ_HEAD(, address) freed;
    struct link **links; /* by descriptor */
    size_t link_count;
    uint64_t last_id;
};

struct sockets *sockets_new(void)
{
    struct sockets *sockets = memory_new(sizeof *sockets);

    TAILQ_INIT(&sockets->freed);
    return sockets;
}

void sockets_free(struct sockets *sockets)
{
    if (!sockets)
        return;
    for (size_t fd = 0; fd < sockets->link_count; fd++)
        sockets_closed(sockets, (int)fd);
    free(sockets->links);
    free(sockets);
}

static struct address **find(struct sockets *sockets, const uint8_t bytes[16])
{
    struct address **at = &sockets->slots[span_hash((span){(const char *)bytes, 16}) % SLOTS];

    while (*at && memcmp((*at)->bytes, bytes, 16) != 0)
        at = &(*at)->chain;
    return at;
}

static struct address *find_or_add(struct sockets *sockets, const uint8_t bytes[16])
{
    struct address **at = find(sockets, bytes);

    if (*at)
        return *at;
    *at = memory_new(sizeof **at);
    memcpy((*at)->bytes, bytes, 16);
    TAILQ_INIT(&(*at)->links);
    TAILQ_INIT(&(*at)->idle);
    TAILQ_INIT(&(*at)->line);
    return *at;
}

static bool has_room(const struct address *address)
{
    return address->open < MOST_SOCKETS_AN_ADDRESS || !TAILQ_EMPTY(&address->idle);
}

/* Called after anything about an address has changed: one that nothing is known of any more is forgotten. */
static void settle(struct sockets *sockets, struct address *address)
{
    bool is_freed = !TAILQ_EMPTY(&address->line) && has_room(address);

    if (address->is_freed != is_freed) {
        if (is_freed)
            TAILQ_INSERT_TAIL(&sockets->freed, address, next);
        else
            TAILQ_REMOVE(&sockets->freed, address, next);
        address->is_freed = is_freed;
    }
    if (address->open == 0 && TAILQ_EMPTY(&address->line)) {
        *find(sockets, address->bytes) = address->chain;
        free(address);
    }
}

static struct link *link_of(const struct sockets *sockets, int fd)
{
    return fd >= 0 && (size_t)fd < sockets->link_count ? sockets->links[fd] : NULL;
}

static bool is_idle(const struct link *link)
{
    return link->address && link->was_used && link->users == 0;
}

/* Takes it off its address's account. The address may be gone after settle(). */
static void discount(struct link *link)
{
    if (is_idle(link))
        TAILQ_REMOVE(&link->address->idle, link, next);
    TAILQ_REMOVE(&link->address->links, link, all);
    link->address->open--;
    link->address = NULL;
}

static uint64_t cookie_of(int fd)
{
    uint64_t cookie = 0;
    socklen_t size = sizeof cookie;

    return getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &size) ? 0 : cookie;
}

static void drop(struct sockets *sockets, struct link *link)
{
    sockets->links[link->fd] = NULL;
    free(link);
}

static void sweep(struct sockets *sockets, struct address *address)
{
    for (struct link *link = TAILQ_FIRST(&address->links), *following; link; link = following) {
        following = TAILQ_NEXT(link, all);
        if (cookie_of(link->fd) == link->cookie)
            continue;
        discount(link);
        drop(sockets, link);
    }
}

bool sockets_have_room(struct sockets *sockets, const uint8_t bytes[16])
{
    struct address *address = *find(sockets, bytes);
    struct link *idle;
    bool is_there;

    if (!address || address->open < MOST_SOCKETS_AN_ADDRESS)
        return true;
    idle = TAILQ_FIRST(&address->idle);
    if (idle) {
        discount(idle);
        if (cookie_of(idle->fd) == idle->cookie)
            shutdown(idle->fd, SHUT_RDWR); /* libcurl finds out when it looks at it, and closes it */
    } else {
        sweep(sockets, address);
    }
    is_there = address->open < MOST_SOCKETS_AN_ADDRESS;
    settle(sockets, address);
    return is_there;
}

static void make_place(struct sockets *sockets, int fd)
{
    size_t count = MAX(2 * sockets->link_count, (size_t)fd + 64);

    if ((size_t)fd < sockets->link_count)
        return;
    sockets->links = memory_resize(sockets->links, count * sizeof(struct link *));
    memset(sockets->links + sockets->link_count, 0, (count - sockets->link_count) * sizeof(struct link *));
    sockets->link_count = count;
}

void sockets_opened(struct sockets *sockets, int fd, const uint8_t bytes[16])
{
    struct link *link = memory_new(sizeof *link);

    make_place(sockets, fd);
    sockets_closed(sockets, fd); /* one that was closed in silence */
    *link = (struct link){
        .id = ++sockets->last_id, .cookie = cookie_of(fd), .fd = fd, .address = find_or_add(sockets, bytes)};
    TAILQ_INSERT_TAIL(&link->address->links, link, all);
    link->address->open++;
    sockets->links[fd] = link;
    settle(sockets, link->address);
}

void sockets_closed(struct sockets *sockets, int fd)
{
    struct link *link = link_of(sockets, fd);
    struct address *address;

    if (!link)
        return;
    address = link->address;
    if (address) {
        discount(link);
        settle(sockets, address);
    }
    drop(sockets, link);
}

void sockets_use(struct sockets *sockets, struct socket_use *use, int fd)
{
    struct link *link = link_of(sockets, fd);

    if (!link || link->id == use->id)
        return;
    sockets_unuse(sockets, use);
    *use = (struct socket_use){fd, link->id};
    if (is_idle(link))
        TAILQ_REMOVE(&link->address->idle, link, next);
    link->was_used = true;
    link->users++;
    if (link->address)
        settle(sockets, link->address);
}

void sockets_unuse(struct sockets *sockets, struct socket_use *use)
{
    struct link *link = link_of(sockets, use->fd);

    if (link && link->id == use->id && --link->users == 0 && link->address) {
        TAILQ_INSERT_TAIL(&link->address->idle, link, next);
        settle(sockets, link->address);
    }
    *use = (struct socket_use){0};
}

void sockets_wait(struct sockets *sockets, struct socket_wait *wait, const uint8_t bytes[16])
{
    wait->address = find_or_add(sockets, bytes);
    TAILQ_INSERT_TAIL(&wait->address->line, wait, next);
    settle(sockets, wait->address);
}

void sockets_leave(struct sockets *sockets, struct socket_wait *wait)
{
    struct address *address = wait->address;

    if (!address)
        return;
    wait->address = NULL;
    TAILQ_REMOVE(&address->line, wait, next);
    settle(sockets, address);
}

struct socket_wait *sockets_next(struct sockets *sockets)
{
    struct address *address = TAILQ_FIRST(&sockets->freed);
    struct socket_wait *wait = address ? TAILQ_FIRST(&address->line) : NULL;

    if (wait)
        sockets_leave(sockets, wait);
    return wait;
}
