/* SPDX-License-Identifier: MIT
 * gather.h - what the web has behind an address
 *
 * Joins fetch with the pure steps: no schedule, no store. Two questions are answered here. What is a source
 * to be read as: gather_open() makes a reader of whatever came back for it, so that a poll need not know
 * whether that was a feed, a sitemap or a front page. And where are an address's news: gather_find() looks
 * for feeds, then sitemaps, then at the page itself; `add` shows what it finds, and a source whose feed died
 * takes the next rung of that ladder.
 */
#pragma once
#include "feed/feed.h"
#include "fetch/fetch.h"

enum rung { RUNG_FEED, RUNG_SITEMAP, RUNG_PAGE, RUNG_NONE }; /* of the ladder, best first */

const char *rung_name(enum rung rung); /* "feed", "sitemap", "front page" */

/* --- a source's answer --- */

/* What the source is followed by: its `feed`, else its `page`. */
enum rung gather_rung(const struct conf_source *source);
span gather_address(const struct conf_source *source); /* that one's address, as configured */

/* Begins to read what came back for `source`, polled on `rung`. feed_next(), feed_about(), feed_close() go on
 * from there, as with any feed; feed_about()->format is FEED_PAGE for a front page. A page is read by the
 * source's rule (items, link, title, date, summary), or with none by its structure. ERROR_FORMAT: it is not
 * what it should be, and the message says what it is; a rule that finds nothing on the page is one, too.
 * Of a sitemap, the newest LIMIT_SITEMAP_NEWEST are read. `response` must outlive the reader. */
struct error *gather_open(const struct conf_source *source, enum rung rung, const struct response *response,
                          struct feed **out_feed) MUST_USE;

/* What kind of page an answer is that holds no news: a bot wall, a login, a refusal, in a sentence, in
 * `arena`. {0}: an ordinary page. */
span gather_wall(struct arena *arena, const struct response *response);

/* Are the source's selectors such (CSS, XPath, paths)? ERROR_USAGE: no, and where. */
struct error *gather_check_rule(const struct conf_source *source) MUST_USE;

/* --- looking for one --- */

struct gatherer { /* what is needed to ask */
    struct fetcher *fetcher;
    const struct conf_fetch *settings;
    struct arena *arena; /* everything found is in it */
    struct log *log;
};

enum { FOUND_ITEMS = 5 };

struct found_item {
    span title, link;
    int64_t published_at; /* NO_TIME: not said */
};

struct found { /* a candidate that was asked and read */
    span url;  /* where it is to be polled: permanent redirects followed */
    span title, home_page_url;
    enum feed_format format;
    size_t item_count;                    /* that are followed */
    size_t left_out;                      /* older ones of a large sitemap */
    struct found_item items[FOUND_ITEMS]; /* the first that will come */
    size_t shown_count;
};

struct candidate {
    struct feed_hint hint;
    enum rung rung;
    struct found *found; /* NULL: not asked yet, or it is of no use, */
    span reason;         /* since ... */
};

struct finding {
    struct candidate *candidates; /* best first; those that nobody named stand here only if they are there */
    size_t count;
    size_t best; /* index of the first that can be followed, which was asked; `count`: there is none, */
    span reason; /* since ..., in a sentence */
};

/* Finds what `url` can be followed by. An answer without anything is no failure; ERROR_NETWORK,
 * ERROR_REFUSED, ERROR_CANCELLED where the address itself could not be asked. At most 32 requests, one after
 * the other, with the gap that hosts are given. */
struct error *gather_find(const struct gatherer *gatherer, span url, struct finding *out_finding) MUST_USE;

/* Asks for a candidate that was not asked yet; afterwards it has `found` or `reason`. ERROR_CANCELLED. */
struct error *gather_look(const struct gatherer *gatherer, struct candidate *candidate) MUST_USE;
