/* SPDX-License-Identifier: MIT
 * holds.h - hosts that want to be left alone, all of them and not one feed
 *
 * One feed that answers 503 or 429 says something of itself. Three of a host that answer 503 and when to come
 * again (Retry-After), within a minute, say it of the host; 429 counts who asks and not what, so three of a
 * registrable domain say it of the domain. Then none of its feeds is asked until the time is over that they
 * gave; the longest counts. The network thread's; memory is bounded.
 */
#pragma once
#include "text/url.h"

struct holds;

struct holds *holds_new(void) MUST_USE;
void holds_free(struct holds *holds);

/* A feed of `url`'s host was refused. `feed`: its address as it was asked for. `wait`: ms that it asked for;
 * -1: it did not say. `now`: monotonic. */
void holds_note(struct holds *holds, const struct url *url, span feed, int status, int64_t wait, int64_t now);
/* ms for which the host is to be left alone; 0: it may be asked. */
int64_t holds_ask(const struct holds *holds, const struct url *url, int64_t now);
