/* SPDX-License-Identifier: MIT
 * politeness.h - whose turn it is, so that no host is troubled
 *
 * A host is a scheme, a name and a port. Visits to one wait in line; the hosts that may be visited now wait
 * in line themselves, so each gets its turn. A visit is admitted when fewer than its `limit` are under way at
 * the host and its `gap` has passed since the last request was sent there. Every step is O(log hosts). One
 * thread's.
 */
#pragma once
#include "core/core.h"
#include "fetch/timers.h"
#include <sys/queue.h>

struct host;

struct visit {
    struct host *host; /* NULL: neither waiting nor under way */
    int64_t limit;     /* visits to the host at one time */
    int64_t gap;       /* ms between two requests to it */
    bool is_under_way;
    bool is_sent; /* under way, and the request has left us */
    TAILQ_ENTRY(visit) next;
};

struct politeness *politeness_new(void) MUST_USE;
void politeness_free(struct politeness *politeness); /* no visit may be left */
DEFINE_FREE(politeness)

/* Puts a visit in line. `origin`: "https://host:8443", copied. `is_urgent`: before those that wait there
 * already, as the next hop of a redirect is. */
void politeness_wait(struct politeness *politeness, struct visit *visit, span origin, bool is_urgent,
                     int64_t now);

/* The next visit that may begin, and is under way from now on; NULL: none may. */
struct visit *politeness_next(struct politeness *politeness, int64_t now);
int64_t
politeness_next_at(const struct politeness *politeness); /* when another may, if nothing ends before */

void politeness_sent(struct politeness *politeness, struct visit *visit,
                     int64_t now); /* its request leaves now */
void politeness_leave(struct politeness *politeness, struct visit *visit,
                      int64_t now); /* over, or given up */

bool politeness_is_alone(const struct visit *visit); /* under way, and nobody waits at its host */

size_t politeness_host_count(const struct politeness *politeness); /* remembered, for tests */
