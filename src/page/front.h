/* SPDX-License-Identifier: MIT
 * front.h - a page that lists news, as the news it lists
 *
 * By a rule of the user's, or with none by structure: news are links whose text is as long as a headline,
 * whose address looks like an article's, and whose surroundings repeat. A page that is JSON is read by paths.
 * Pure; linear in the page but for what selectors cost, which is limited.
 */
#pragma once
#include "page/page.h"

struct front_rule { /* each may be empty: then it is found out */
    /* CSS ("article.teaser"), XPath ("//article") or, for JSON, a path ("data.list"); the others from an item
     * on. CSS may end in an attribute: "time@datetime". A JSON link may hold paths: "/news/{id}". */
    span items, link, title, date, summary;
};

/* ERROR_USAGE: one of them is neither; which, and where. */
struct error *front_rule_check(const struct front_rule *rule) MUST_USE;

struct front_item {
    span link;  /* absolute http or https address, never empty; no two are equal */
    span title; /* plain text, never empty */
    span summary, image;
    int64_t published_at; /* NO_TIME: not said, or nothing that can be read */
};

struct front {
    span title, site_name, language; /* of the page */
    struct front_item *items;        /* in the order of the page, at most 1,000 */
    size_t count;
};

/* `rule` NULL: none. ERROR_FORMAT: no news on it; the message says whether that is the rule's fault.
 * ERROR_LIMIT: too large, or the rule takes too many steps. All in `arena`. */
struct error *front_read(struct arena *arena, const struct page_bytes *input, const struct front_rule *rule,
                         struct front **out_front) MUST_USE;
