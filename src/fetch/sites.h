/* SPDX-License-Identifier: MIT
 * sites.h - what the robots.txt of sites let us ask for (RFC 9309), asked once and kept for a day
 *
 * A request that `obeys_robots` is let through, told to wait until the site's robots.txt was read, or
 * refused. No rules are no answer of a status from 400 to 499; a site that cannot be asked, or that fails,
 * may not be asked for pages either (RFC 9309 2.3.1). The network thread's.
 */
#pragma once
#include "fetch/fetch.h"
#include <sys/queue.h>

struct fetcher;
struct sites;
struct site;

struct site_wait { /* of a transfer: in line until a site's robots.txt was read */
    struct site *site;
    TAILQ_ENTRY(site_wait) next;
};

enum site_verdict { SITE_ALLOWS, SITE_WAIT, SITE_REFUSES };

struct sites *sites_new(struct fetcher *fetcher) MUST_USE;
void sites_free(struct sites *sites); /* nobody may wait */

/* May `path` ("/news?page=2") of `origin` ("https://a.example") be asked for? SITE_WAIT: `wait` is in line,
 * and `released` of fetcher's transfer is called. SITE_REFUSES: `*out_error` says why. SITE_ALLOWS:
 * `*out_gap` are the ms that the site wants between two requests; 0: it does not say. */
enum site_verdict sites_ask(struct sites *sites, const struct fetch_request *request, span origin, span path,
                            struct site_wait *wait, int64_t *out_gap, struct error **out_error);
void sites_leave(struct site_wait *wait); /* no more in line */
