/* SPDX-License-Identifier: MIT
 * internal.h - what the files of fetch/ share: the fetcher and its transfers
 *
 * A transfer is a request on its way: in line at its host (politeness.h), perhaps in line for an address
 * (sockets.h), open (libcurl has it), then over. Each redirect sends it through that once more. All of it
 * belongs to the network thread, but for what fetch.c keeps under its lock.
 */
#pragma once
#include "fetch/fetch.h"
#include "fetch/guard.h"
#include "fetch/head.h"
#include "fetch/holds.h"
#include "fetch/politeness.h"
#include "fetch/sites.h"
#include "fetch/sockets.h"
#include "fetch/timers.h"
#include "fetch/wire.h"
#include "limits/limits.h"
#include "text/url.h"
#include <curl/curl.h>
#include <stdatomic.h>

enum {
    SILENT_AFTER = 2 * 1000, /* ms without a byte: no longer counted in `concurrency` */
    SILENT_SOONEST = 200,    /* the same for one that gave none yet, where all others answer at once */
    LOOK_AT_ADDRESS = 1000,  /* ms between two looks at a full address */
    MOST_RESOLVING = 512,    /* names being looked up, each on a thread of libcurl's */

    /* Floods. A body up to the share neither waits nor is slowed down; larger ones are slowed down while more
     * than BUSY transfers are open, so that the rest comes first; above LIMIT_BODIES bytes of unfinished
     * bodies they wait for each other, and where bodies are very many, each has the smaller share. */
    FAIR_SHARE = 256 * 1024,
    LEAST_SHARE = 32 * 1024,
    BUSY = 16,
    SLOW_SPEED = 1024 * 1024,       /* bytes a second, at least */
    MOST_AHEAD = 1,                 /* bodies that go on above it, each up to its whole size, */
    AHEAD_SPEED = 32 * 1024 * 1024, /* so fast */
};

TAILQ_HEAD(transfers, transfer);

struct trail {                                 /* the way so far */
    span visited[LIMIT_PICTURE_REDIRECTS + 1]; /* addresses without fragments; the last is where we are */
    size_t count;
    span permanent_url; /* see response.h */
    bool is_temporary;  /* one of the hops was */
};

struct transfer {
    struct fetcher *fetcher;
    struct fetch_request *request;
    TAILQ_ENTRY(transfer) next;
    struct site_wait site_wait; /* for its robots.txt */
    struct visit visit;         /* at the host */
    struct socket_wait wait;    /* for the address */
    struct trail trail;
    struct url url;  /* of this hop */
    bool is_urgent;  /* its next hop goes before others at the host */
    bool is_at_home; /* still the host asked for: its login and headers may be sent */
    int64_t spent;   /* ms open, of the hops before */

    /* while it is open */
    CURL *easy;
    struct timer timer; /* when it is looked at next */
    struct curl_slist *lines;
    struct socket_use use;
    int64_t opened_at, last_byte_at, deadline; /* monotonic */
    bool is_resolving;                         /* no address yet */
    bool is_sent;                              /* the request has left us */
    bool is_silent;                            /* see SILENT_AFTER */
    bool is_paused, is_ahead, is_slowed;       /* see FAIR_SHARE */
    TAILQ_ENTRY(transfer) paused;
    bool is_redialling; /* an address failed, and the next one is to be tried */
    TAILQ_ENTRY(transfer) redialling;

    /* what came */
    struct buf lines_in; /* header lines of the answer at hand */
    struct wire wire;    /* its body */
    struct head head;    /* read when the lines are all there */
    int status;
    long version; /* of HTTP, as libcurl numbers them */
    size_t head_size;
    int interim_count;
    bool is_head_done, is_enough; /* enough of the body was read: the rest is not wanted */

    /* why it ended, where libcurl does not know */
    struct error *error;
    const char *refusal; /* the guard's reason for the last address tried; NULL: none */
    bool is_crowded;     /* the last address tried has no room */
    uint8_t address[16]; /* that one */
    char says[CURL_ERROR_SIZE];
};

struct fetcher {
    const struct clock *clock;
    struct log *log;
    int64_t concurrency, max_open;

    CURLM *multi;
    int epoll, wake;
    int64_t curl_due; /* monotonic: when libcurl wants to be called; INT64_MAX: it does not */
    struct politeness *politeness;
    struct sites *sites;
    struct holds *holds;
    struct sockets *sockets;
    struct timers timers;
    struct own_addresses own;
    struct transfers transfers; /* all that were taken in and are not over */
    struct transfers paused, redialling;
    CURL *spare[64]; /* handles to use again */
    size_t spare_count;
    int64_t open, giving, resolving, ahead; /* transfers of each kind */
    int64_t bodies;                         /* transfers that have some of one */
    size_t held;                            /* bytes of unfinished bodies */
    int64_t usual_wait;                     /* for a first byte, in 1/16 ms: a moving average */

    pthread_t thread;
    pthread_mutex_t lock; /* guards the three below */
    struct transfers handed_in;
    bool is_cancelled; /* end what is there, refuse what comes */
    bool is_closing;

    _Atomic int64_t request_count, bytes_received, open_count, waiting_count;
};

#define OUTER(type, member, pointer) ((type *)((char *)(pointer)-offsetof(type, member)))

static inline int64_t fetcher_time(const struct fetcher *fetcher)
{
    return clock_monotonic(fetcher->clock);
}

/* --- transfer.c: a transfer's life --- */

/* Each of these may end the transfer: it is gone then, and its request handed back. */
void transfer_begin(struct transfer *transfer);               /* taken in: checks it, puts it in line */
void transfer_approach(struct transfer *transfer);            /* in line, if robots may ask for it */
void transfer_open(struct transfer *transfer);                /* its turn */
void transfer_look(struct transfer *transfer);                /* its timer is due */
void transfer_done(struct transfer *transfer, CURLcode code); /* libcurl is through with it */
void transfer_fail(struct transfer *transfer, struct error *error);
void transfer_resume(struct transfer *transfer);      /* after a pause */
void transfer_dial_failed(struct transfer *transfer); /* one of its addresses: noted, for transfer_redial() */
void transfer_redial(struct transfer *transfer);
void transfer_heard(struct transfer *transfer); /* a byte came */

/* --- address.c: what may be asked at all, and where a redirect leads --- */

/* Goes to `text`, an absolute address, or one relative to where the transfer is. */
struct error *transfer_go(struct transfer *transfer, span text, int status) MUST_USE;
bool transfer_is_redirected(const struct transfer *transfer);

/* --- ask.c: the request --- */

CURL *ask_new(void) MUST_USE; /* a handle with all that no request changes */
struct error *ask_prepare(struct transfer *transfer) MUST_USE;
bool ask_uses_proxy(const struct transfer *transfer);

/* --- connect.c: libcurl's questions about connections --- */

void connect_prepare(struct transfer *transfer);

/* --- answer.c: what comes --- */

void answer_prepare(struct transfer *transfer);
void answer_release(struct transfer *transfer);
size_t answer_max_size(const struct transfer *transfer); /* of the body, decoded */

/* Makes the response. `code`: how the transfer ended. */
struct error *answer_response(struct transfer *transfer, CURLcode code) MUST_USE;

/* --- trouble.c: what went wrong, in words --- */

struct error *trouble(const struct transfer *transfer, CURLcode code) MUST_USE;
