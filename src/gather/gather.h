/* SPDX-License-Identifier: MIT
 * gather.h - what the web has behind an address
 *
 * Joins fetch with the pure steps: no schedule, no store. Used by `add`, and wherever a user gives an
 * address.
 */
#pragma once
#include "feed/feed.h"
#include "fetch/fetch.h"

enum { FOUND_ITEMS = 5 };

struct found_feed {
    span url; /* where it is to be polled: permanent redirects followed */
    span title, home_page_url;
    enum feed_format format;
    size_t item_count;
    span first_titles[FOUND_ITEMS];
    size_t first_title_count;
};

struct finding {
    struct found_feed *feed; /* NULL: none was found */
    struct feed_hint *hints; /* what the page at the address links to, best first */
    size_t hint_count;
    span reason; /* why there is none, in a sentence */
};

/* Finds the feed behind `url`: what it names is a feed, or a page that links to one (`link rel=alternate`),
 * or its site has one in a usual place. Everything is in `arena`. An answer without a feed is no failure;
 * ERROR_NETWORK, ERROR_REFUSED where the address itself could not be asked. */
struct error *gather_find_feed(struct fetcher *fetcher, const struct conf_fetch *settings,
                               struct arena *arena, span url, struct log *log,
                               struct finding *out_finding) MUST_USE;
