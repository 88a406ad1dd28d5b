/* SPDX-License-Identifier: MIT
 * take.h - an article from an address: its page asked for, the further pages of it, too, and joined
 */
#pragma once
#include "article/article.h"
#include "gather/gather.h"

/* The site rules of a newsroom: its own `rules/`, then [articles] rules_dir, then those that come with
 * Courant; the first that has one for a host wins. In `arena`. NULL: there are none. */
struct error *gather_rules(struct arena *arena, const char *newsroom, const struct conf *conf,
                           struct log *log, const struct rules **out_rules) MUST_USE;

/* Was the page not cut short? Where the server does not say how long it is, its own end tells. */
bool page_is_whole(const struct response *response);

struct taken {
    struct response *response; /* of the page itself */
    struct extraction *extraction;
    int page_count; /* that it was joined from */
};

/* robots.txt is obeyed. A page without an article is no failure: the extraction tells. ERROR_NETWORK: there
 * is no answer, or it is not 200; ERROR_REFUSED; ERROR_LIMIT. All in the gatherer's arena. */
struct error *gather_take(const struct gatherer *gatherer, const struct extract_options *options, span url,
                          struct taken *out_taken) MUST_USE;
