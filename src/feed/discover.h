/* SPDX-License-Identifier: MIT
 * discover.h - where the feed of a page could be
 *
 * Pure: from an address, a page's bytes and the headers that it came with to addresses worth asking, best
 * first. What a page or a header says is a fact (hints.c, feed_hints()); what is known of big platforms
 * (platforms.c) and of the systems that sites are made with (places.c) is a guess until it was asked.
 */
#pragma once
#include "feed/feed.h"

/* What `Link: <...>; rel="alternate"; type="application/rss+xml"` headers name (RFC 8288), best first. */
size_t discover_by_headers(struct arena *arena, const span *links, size_t count, span base,
                           struct feed_hint **out_hints);

/* Pages of platforms whose feed's address follows from the page's own: no request is needed to know it. */
size_t discover_by_address(struct arena *arena, span url, struct feed_hint **out_hints);

/* Where the system that made the page keeps its feeds, those of the page's own section before the site's;
 * for one that cannot be told, where most keep theirs. `bytes` may be empty. At most 12. */
size_t discover_places(struct arena *arena, span url, span bytes, struct feed_hint **out_hints);
