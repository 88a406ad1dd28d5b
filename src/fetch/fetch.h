/* SPDX-License-Identifier: MIT
 * fetch.h - HTTP as a newsroom needs it: many hosts at once, none of them troubled
 *
 * One thread runs libcurl's multi interface. Requests are handed in, and come back through a function that
 * must not block. Content-Encoding is undone here with its end checked; validators are passed through byte
 * for byte; redirects are followed by us, so that the guard sees every hop. The guard refuses private and
 * special networks at the address actually connected to (spec image-security.md, F1-F10).
 */
#pragma once
#include "conf/conf.h"
#include "core/clock.h"
#include "core/log.h"
#include "model/response.h"

struct fetcher;

enum fetch_kind { FETCH_FEED, FETCH_PAGE, FETCH_PICTURE, FETCH_ROBOTS };

struct fetch_request {
    enum fetch_kind kind; /* decides Accept, redirects allowed, size limit */
    span url;
    struct validators validators; /* If-None-Match, If-Modified-Since: sent as they are; empty: not sent */
    span validators_url; /* the response.url that they came with: sent there alone; empty: to `url` */
    bool obeys_robots;   /* the site's robots.txt is asked first, and what it wants of us is done */
    bool accepts_delta;  /* a feed of new items alone (226, RFC 3229) will be merged */
    const struct conf_fetch *settings; /* of the source, or the newsroom's; must outlive the request */
    const span *headers;               /* further "Name: value", e.g. from `feed --header`; may be NULL */
    size_t header_count;
    size_t max_size;     /* bytes after decompression; 0: the settings' */
    int64_t subscribers; /* for User-Agent's "; N subscribers"; 0: left out */
    int64_t gap; /* ms between two requests to the host, e.g. from robots.txt; the settings' if longer */
    struct arena *arena; /* the job's: the response is written into it */

    /* Called on the network thread when it is over; must only hand the request on. */
    void (*done)(struct fetch_request *request);
    void *context; /* the caller's */

    /* the outcome: exactly one is set when done() is called */
    struct response *response; /* any HTTP status is a response */
    struct error *error;       /* owned by whoever takes the request back */
    int64_t held_until; /* with `error`: it was not asked, since its host wants to be left alone until then
                         * (wall clock); 0: not so */

    struct transfer *transfer; /* fetch/'s own while it is under way; NULL otherwise */
};

/* Starts the thread. `settings`: concurrency, max_open, per_host, host_gap, ports, allow_networks: the
 * newsroom's. */
struct error *fetcher_open(const struct conf_fetch *settings, const struct clock *clock, struct log *log,
                           struct fetcher **out_fetcher) MUST_USE;
/* Cancels what is under way (done() is called with ERROR_CANCELLED) and joins the thread. */
void fetcher_close(struct fetcher *fetcher);
DEFINE_CLOSE(fetcher)

/* Hands a request in. Never blocks. Any thread. */
void fetcher_submit(struct fetcher *fetcher, struct fetch_request *request);
/* Ends everything now under way or waiting, with ERROR_CANCELLED; new requests are refused likewise. */
void fetcher_cancel(struct fetcher *fetcher);

/* One request, waited for: `feed URL`, `add`. `*out_response` in `arena`. Not from the network thread. */
struct error *fetch_now(struct fetcher *fetcher, struct fetch_request *request,
                        struct response **out_response) MUST_USE;

struct fetch_counts {
    int64_t requests, bytes_received; /* on the wire, decompressed or not */
    int64_t open, waiting;
};
struct fetch_counts fetcher_counts(struct fetcher *fetcher);

/* Guard, by itself, for tests and the picture proxy: may this address be connected to? `address`: 16 bytes,
 * IPv4 mapped. */
bool guard_allows(const uint8_t address[16], int port, const struct conf_fetch *settings);

/* Retry-After (RFC 9110 10.2.3): seconds or HTTP-date, as milliseconds from `now`; past: 0, longer than a
 * day: a day; -1: unreadable. */
int64_t retry_after_ms(span header, int64_t now);
