/* SPDX-License-Identifier: MIT
 * robots.h - what a site lets robots fetch (RFC 9309)
 *
 * Pure: reads the text of a robots.txt, and answers. Whoever fetched it decides what its absence means: a
 * status of 400 to 499 is no rule at all (read an empty text), a status of 500 or no answer means that
 * nothing may be fetched (RFC 9309 2.3.1).
 */
#pragma once
#include "core/core.h"

struct robots_rule {
    span pattern; /* percent-encoding made uniform; '*' is any run of bytes, a '$' at the end the end */
    bool allows;
};

struct robots_group {
    span *agents; /* product tokens, or "*" */
    size_t agent_count;
    struct robots_rule *rules;
    size_t rule_count;
    int64_t delay_ms; /* Crawl-delay, cut to a day; -1: none */
};

struct robots {
    struct robots_group *groups;
    size_t group_count;
    span *sitemaps; /* as they stand there, in order */
    size_t sitemap_count;
};

/* Reads the first LIMIT_ROBOTS bytes; what is no rule is passed over, so anything is a robots.txt. All in
 * `arena`. */
const struct robots *robots_parse(struct arena *arena, span text);

/* May `path` ("/news?page=2", as it is sent) be fetched by `agent`? `agent`: a User-Agent, or its product
 * token alone. The longest pattern decides, and where two are as long, the one that allows. */
bool robots_allows(const struct robots *robots, span agent, span path);

/* ms that `agent` shall leave between two requests; -1: nothing is said. */
int64_t robots_delay_ms(const struct robots *robots, span agent);
