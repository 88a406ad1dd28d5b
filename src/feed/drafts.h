/* SPDX-License-Identifier: MIT
 * drafts.h - an item and a feed while they are put together
 */
#pragma once
#include "feed/feed.h"
#include "feed/values.h"

/* Lists that grow; vec.h fills them. */
struct author_list {
    struct author *at;
    size_t len, capacity;
};
struct category_list {
    struct feed_category *at;
    size_t len, capacity;
};
struct link_list {
    struct feed_link *at;
    size_t len, capacity;
};
struct attachment_list {
    struct feed_attachment *at;
    size_t len, capacity;
    struct map by_url; /* where in the list a URL is, plus one; used once the list is long */
};
struct hub_list {
    struct feed_hub *at;
    size_t len, capacity;
};

struct item_draft {
    struct feed_item item;
    struct value title, content, description, summary;
    struct author_list authors, contributors, publishers;
    struct category_list categories;
    struct link_list links;
    struct attachment_list attachments;
    span enclosure_link; /* where the enclosure really is: feedburner:origEnclosureLink */
    double duration;     /* of the enclosure, seconds; 0: not said */
};

struct about_draft {
    struct feed_about about;
    struct author_list authors, contributors, publishers, webmasters;
    struct category_list categories;
    struct link_list links;
    struct hub_list hubs;
};

struct source_draft {
    struct feed_source source;
    struct author_list authors;
    struct link_list links;
};

_Static_assert(sizeof(struct item_draft) <= 8 * RANK_COUNT, "a field without a rank");
_Static_assert(sizeof(struct about_draft) <= 8 * RANK_COUNT, "a field without a rank");
