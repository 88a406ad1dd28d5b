/* SPDX-License-Identifier: MIT
 * internal.h - asking, and reading what was answered
 */
#pragma once
#include "gather/gather.h"
#include "page/front.h"

struct search { /* one look for something to follow */
    const struct gatherer *gatherer;
    struct arena *arena;
    int requests; /* so far */
    struct candidate *candidates;
    size_t count;
};

struct answer { /* of an address */
    struct response *response;
    struct found *found; /* NULL: it cannot be followed, */
    span reason;         /* since ... */
    enum rung rung;
    bool is_opml, is_index; /* it is a list of feeds, of sitemaps */
};

void search_begin(struct search *search, const struct gatherer *gatherer);

/* Asks; fails where there is no answer at all. */
struct error *search_ask(struct search *search, enum fetch_kind kind, span url,
                         struct response **out_response) MUST_USE;
/* The same for what is only a guess: whatever goes wrong there, `*out_response` is NULL, and no more than
 * that. Fails with ERROR_CANCELLED alone. */
struct error *search_try(struct search *search, enum fetch_kind kind, span url,
                         struct response **out_response, span *out_reason) MUST_USE;

void search_add(struct search *search, const struct feed_hint *hint, enum rung rung);

/* Reads an answer through, as what it is if `rung` is RUNG_FEED (a feed, or a sitemap). `answer->response` is
 * there; the rest is filled in. */
void answer_read(struct search *search, enum rung rung, struct answer *answer);

/* A candidate is asked, and read. */
struct error *search_look(struct search *search, struct candidate *candidate) MUST_USE;

/* sitemaps.c: the sitemaps of the site that `page` is of; candidates that were asked and read. */
struct error *search_sitemaps(struct search *search, span page) MUST_USE;
/* The one that is, or that is listed in, a sitemap of this address. */
struct error *search_sitemap(struct search *search, span url) MUST_USE;

/* newest.c: has `feed`, a sitemap, read only the newest of what it names. `response`: what it was opened of.
 * `*out_left_out`: how many are not. */
struct error *choose_newest(const struct response *response, struct feed *feed,
                            size_t *out_left_out) MUST_USE;

/* parked.c: is it a page that stands where a domain has no site? */
bool is_parked(span body);

/* open.c: an answer as it is; and as it is followed, of a sitemap only the newest */
struct error *open_answer(const struct response *response, enum rung rung, const struct front_rule *rule,
                          struct feed **out_feed) MUST_USE;
struct error *open_news(const struct response *response, enum rung rung, const struct front_rule *rule,
                        struct feed **out_feed, size_t *out_left_out) MUST_USE;
