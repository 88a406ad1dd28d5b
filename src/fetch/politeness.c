/* SPDX-License-Identifier: MIT
 * politeness.c - a host is in one of four states, and each change goes through place():
 *
 *     ready    it has visits in line, and the first may begin: it is in the line of ready hosts
 *     resting  the same but for the gap: its timer runs
 *     full     visits in line, and as many under way as are allowed, or one whose request has not left yet
 *     empty    nobody in line
 *
 * While a request has not left (the name is being looked up, the connection made), the next one of a host
 * with a gap waits: counted from the start, two requests could arrive together after a slow connect.
 */
#include "fetch/politeness.h"
#include <stdlib.h>

enum { FIRST_SWEEP = 1024 };

TAILQ_HEAD(visits, visit);

struct host {
    struct timer rest; /* first: a due timer is its host */
    struct host *chain;
    uint64_t hash;
    struct visits line;
    int64_t sent_at;     /* the last request; NO_TIME: none */
    int64_t longest_gap; /* ms, of the visits so far: so long it is remembered */
    int64_t under_way, unsent;
    bool is_ready;
    TAILQ_ENTRY(host) next;
    size_t name_len;
    char name[];
};

struct politeness {
    TAILQ_HEAD(, host) ready;
    struct timers resting;
    struct host **slots;
    size_t slot_count, host_count, sweep_at;
};

struct politeness *politeness_new(void)
{
    struct politeness *politeness = memory_new(sizeof *politeness);

    TAILQ_INIT(&politeness->ready);
    politeness->slot_count = 2 * FIRST_SWEEP;
    politeness->slots = memory_new(politeness->slot_count * sizeof(struct host *));
    politeness->sweep_at = FIRST_SWEEP;
    return politeness;
}

void politeness_free(struct politeness *politeness)
{
    if (!politeness)
        return;
    for (size_t i = 0; i < politeness->slot_count; i++)
        for (struct host *host = politeness->slots[i], *next; host; host = next) {
            next = host->chain;
            free(host);
        }
    timers_release(&politeness->resting);
    free(politeness->slots);
    free(politeness);
}

/* --- the table of hosts --- */

/* When the next request may be sent. */
static int64_t free_at(const struct host *host, int64_t gap)
{
    return host->sent_at == NO_TIME || gap <= 0 ? INT64_MIN : host->sent_at + gap;
}

static bool is_forgettable(const struct host *host, int64_t now)
{
    return TAILQ_EMPTY(&host->line) && host->under_way == 0 && free_at(host, host->longest_gap) <= now;
}

/* Forgets hosts that nothing is due to, and fits the table to those that stay. Called each time their number
 * has doubled, so its cost is a constant for each new host. */
static void sweep(struct politeness *politeness, int64_t now)
{
    struct host **old = politeness->slots, *kept = NULL;
    size_t old_count = politeness->slot_count;

    politeness->host_count = 0;
    for (size_t i = 0; i < old_count; i++)
        for (struct host *host = old[i], *next; host; host = next) {
            next = host->chain;
            if (is_forgettable(host, now)) {
                free(host);
                continue;
            }
            host->chain = kept;
            kept = host;
            politeness->host_count++;
        }
    free(old);
    politeness->sweep_at = MAX(2 * politeness->host_count, (size_t)FIRST_SWEEP);
    politeness->slot_count = 2 * politeness->sweep_at;
    politeness->slots = memory_new(politeness->slot_count * sizeof(struct host *));
    for (struct host *next; kept; kept = next) {
        struct host **slot = &politeness->slots[kept->hash % politeness->slot_count];
        next = kept->chain;
        kept->chain = *slot;
        *slot = kept;
    }
}

static struct host *find_host(struct politeness *politeness, span name, int64_t now)
{
    uint64_t hash = span_hash(name);
    struct host *host = politeness->slots[hash % politeness->slot_count];

    while (host && !(host->hash == hash && span_equal((span){host->name, host->name_len}, name)))
        host = host->chain;
    if (host)
        return host;
    if (politeness->host_count >= politeness->sweep_at)
        sweep(politeness, now);
    host = memory_new(sizeof *host + name.len);
    host->hash = hash;
    host->name_len = name.len;
    memcpy(host->name, name.at, name.len);
    host->sent_at = NO_TIME;
    TAILQ_INIT(&host->line);
    host->chain = politeness->slots[hash % politeness->slot_count];
    politeness->slots[hash % politeness->slot_count] = host;
    politeness->host_count++;
    return host;
}

size_t politeness_host_count(const struct politeness *politeness)
{
    return politeness->host_count;
}

/* --- whose turn it is --- */

/* Puts a host where it belongs after anything about it has changed. */
static void place(struct politeness *politeness, struct host *host, int64_t now)
{
    const struct visit *first = TAILQ_FIRST(&host->line);
    bool is_full = first && (host->under_way >= MAX(first->limit, 1) || (first->gap > 0 && host->unsent > 0));
    bool is_ready = first && !is_full && free_at(host, first->gap) <= now;

    if (host->is_ready != is_ready) {
        if (is_ready)
            TAILQ_INSERT_TAIL(&politeness->ready, host, next);
        else
            TAILQ_REMOVE(&politeness->ready, host, next);
        host->is_ready = is_ready;
    }
    if (first && !is_full && !is_ready)
        timer_start(&politeness->resting, &host->rest, free_at(host, first->gap));
    else
        timer_stop(&politeness->resting, &host->rest);
}

void politeness_wait(struct politeness *politeness, struct visit *visit, span origin, bool is_urgent,
                     int64_t now)
{
    struct host *host = find_host(politeness, origin, now);

    visit->host = host;
    visit->is_under_way = visit->is_sent = false;
    if (is_urgent)
        TAILQ_INSERT_HEAD(&host->line, visit, next);
    else
        TAILQ_INSERT_TAIL(&host->line, visit, next);
    place(politeness, host, now);
}

struct visit *politeness_next(struct politeness *politeness, int64_t now)
{
    struct timer *rested;
    struct host *host;
    struct visit *visit;

    while ((rested = timers_take_due(&politeness->resting, now)))
        place(politeness, (struct host *)rested, now);
    host = TAILQ_FIRST(&politeness->ready);
    if (!host)
        return NULL;
    visit = TAILQ_FIRST(&host->line);
    TAILQ_REMOVE(&host->line, visit, next);
    visit->is_under_way = true;
    host->under_way++;
    host->unsent++;
    TAILQ_REMOVE(&politeness->ready, host, next); /* and to the end of the line, if it is ready still */
    host->is_ready = false;
    place(politeness, host, now);
    return visit;
}

bool politeness_is_alone(const struct visit *visit)
{
    return TAILQ_EMPTY(&visit->host->line);
}

int64_t politeness_next_at(const struct politeness *politeness)
{
    return TAILQ_EMPTY(&politeness->ready) ? timers_next(&politeness->resting) : INT64_MIN;
}

static void note_sent(struct visit *visit, int64_t now)
{
    struct host *host = visit->host;

    if (visit->is_sent)
        return;
    visit->is_sent = true;
    host->unsent--;
    host->sent_at = now;
    host->longest_gap = MAX(host->longest_gap, visit->gap);
}

void politeness_sent(struct politeness *politeness, struct visit *visit, int64_t now)
{
    note_sent(visit, now);
    place(politeness, visit->host, now);
}

void politeness_leave(struct politeness *politeness, struct visit *visit, int64_t now)
{
    struct host *host = visit->host;

    if (!host)
        return;
    if (visit->is_under_way) {
        note_sent(visit, now); /* a connection that failed was a visit too */
        host->under_way--;
    } else {
        TAILQ_REMOVE(&host->line, visit, next);
    }
    visit->host = NULL;
    place(politeness, host, now);
}
