/* SPDX-License-Identifier: MIT */
#include "fetch/holds.h"
#include <stdlib.h>
#include <sys/queue.h>

enum { REFUSALS = 3, BUCKETS = 1024, MOST_HOLDS = 8192 };

static const int64_t together = MINUTE; /* within which they count as one */
static const int64_t usual_wait = HOUR; /* of a 429 that gives none */

struct refusal {
    uint64_t feed;
    int64_t at, wait;
};

struct hold { /* a host, or a domain, that refused lately */
    TAILQ_ENTRY(hold) next;
    uint64_t name;
    struct refusal lately[REFUSALS]; /* of different feeds; the newest is last */
    size_t count;
    int64_t until;
};
TAILQ_HEAD(hold_list, hold);

struct holds {
    struct hold_list buckets[BUCKETS];
    size_t count;
};

struct holds *holds_new(void)
{
    struct holds *holds = memory_new(sizeof *holds);

    for (size_t i = 0; i < BUCKETS; i++)
        TAILQ_INIT(&holds->buckets[i]);
    return holds;
}

void holds_free(struct holds *holds)
{
    for (size_t i = 0; holds && i < BUCKETS; i++) {
        struct hold *hold;
        while ((hold = TAILQ_FIRST(&holds->buckets[i]))) {
            TAILQ_REMOVE(&holds->buckets[i], hold, next);
            free(hold);
        }
    }
    free(holds);
}

/* --- names --- */

static uint64_t host_name(struct arena *arena, const struct url *url)
{
    return span_hash(url_origin(arena, url));
}

static uint64_t domain_name(struct arena *arena, const struct url *url)
{
    return span_hash(arena_printf(arena, "domain %.*s", SPAN_ARG(url_registrable_domain(arena, url->host))));
}

static struct hold *find(const struct holds *holds, uint64_t name)
{
    struct hold *hold;

    TAILQ_FOREACH(hold, &holds->buckets[name % BUCKETS], next)
    if (hold->name == name)
        break;
    return hold;
}

/* --- refusals --- */

static bool is_over(const struct hold *hold, int64_t now)
{
    return hold->until <= now && (hold->count == 0 || hold->lately[hold->count - 1].at + together <= now);
}

static void forget_old(struct holds *holds, int64_t now)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        struct hold *hold = TAILQ_FIRST(&holds->buckets[i]), *after;
        for (; hold; hold = after) {
            after = TAILQ_NEXT(hold, next);
            if (!is_over(hold, now))
                continue;
            TAILQ_REMOVE(&holds->buckets[i], hold, next);
            free(hold);
            holds->count--;
        }
    }
}

static struct hold *find_or_make(struct holds *holds, uint64_t name, int64_t now)
{
    struct hold *hold = find(holds, name);

    if (hold)
        return hold;
    if (holds->count >= MOST_HOLDS)
        forget_old(holds, now);
    if (holds->count >= MOST_HOLDS)
        return NULL; /* so many at once: each feed waits for itself alone */
    hold = memory_new(sizeof *hold);
    hold->name = name;
    TAILQ_INSERT_HEAD(&holds->buckets[name % BUCKETS], hold, next);
    holds->count++;
    return hold;
}

/* Those of the last minute, one a feed. */
static void add(struct hold *hold, const struct refusal *refusal)
{
    size_t kept = 0;

    for (size_t i = 0; i < hold->count; i++)
        if (hold->lately[i].at + together > refusal->at && hold->lately[i].feed != refusal->feed)
            hold->lately[kept++] = hold->lately[i];
    if (kept == REFUSALS) {
        memmove(hold->lately, hold->lately + 1, (REFUSALS - 1) * sizeof *hold->lately);
        kept--;
    }
    hold->lately[kept++] = *refusal;
    hold->count = kept;
}

static void note(struct holds *holds, uint64_t name, const struct refusal *refusal)
{
    struct hold *hold = find_or_make(holds, name, refusal->at);
    int64_t longest = 0;

    if (!hold)
        return;
    add(hold, refusal);
    if (hold->count < REFUSALS)
        return;
    for (size_t i = 0; i < hold->count; i++)
        longest = MAX(longest, hold->lately[i].at + hold->lately[i].wait);
    hold->until = MAX(hold->until, longest);
}

void holds_note(struct holds *holds, const struct url *url, span feed, int status, int64_t wait, int64_t now)
{
    OWN(arena) arena = arena_new(64 * KiB);
    struct refusal refusal = {span_hash(feed), now, wait > 0 ? wait : usual_wait};

    if (status == 429)
        note(holds, domain_name(arena, url), &refusal);
    else if (wait > 0)
        note(holds, host_name(arena, url), &refusal);
}

static int64_t left(const struct holds *holds, uint64_t name, int64_t now)
{
    const struct hold *hold = find(holds, name);

    return hold ? MAX(hold->until - now, 0) : 0;
}

int64_t holds_ask(const struct holds *holds, const struct url *url, int64_t now)
{
    if (holds->count == 0)
        return 0;
    OWN(arena) arena = arena_new(64 * KiB);
    return MAX(left(holds, host_name(arena, url), now), left(holds, domain_name(arena, url), now));
}
