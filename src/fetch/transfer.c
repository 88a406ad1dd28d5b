/* SPDX-License-Identifier: MIT
 * transfer.c - a transfer's life: in line, open, perhaps redirected, over
 */
#include "core/fault.h"
#include "fetch/internal.h"
#include "limits/limits.h"
#include <inttypes.h>
#include <stdlib.h>

/* --- the end --- */

/* Hands the request back; the transfer is gone. */
static void finish(struct transfer *transfer)
{
    struct fetcher *fetcher = transfer->fetcher;
    struct fetch_request *request = transfer->request;

    sites_leave(&transfer->site_wait);
    politeness_leave(fetcher->politeness, &transfer->visit, fetcher_time(fetcher));
    sockets_leave(fetcher->sockets, &transfer->wait);
    timer_stop(&fetcher->timers, &transfer->timer);
    TAILQ_REMOVE(&fetcher->transfers, transfer, next);
    answer_release(transfer);
    free(transfer);
    fetcher->waiting_count--;
    request->transfer = NULL;
    request->done(request); /* not ours any more */
}

/* Takes it back from libcurl; what came stays until answer_release(). */
static void close_transfer(struct transfer *transfer)
{
    struct fetcher *fetcher = transfer->fetcher;

    curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_VERSION, &transfer->version);
    curl_multi_remove_handle(fetcher->multi, transfer->easy);
    sockets_unuse(fetcher->sockets, &transfer->use);
    if (!transfer->request->settings->cookies.len && fetcher->spare_count < ARRAY_SIZE(fetcher->spare))
        fetcher->spare[fetcher->spare_count++] = transfer->easy;
    else
        curl_easy_cleanup(transfer->easy); /* one that knows cookies must not tell them to the next */
    transfer->easy = NULL;
    curl_slist_free_all(MOVE(transfer->lines));
    timer_stop(&fetcher->timers, &transfer->timer);
    if (transfer->is_paused)
        TAILQ_REMOVE(&fetcher->paused, transfer, paused);
    if (transfer->is_redialling)
        TAILQ_REMOVE(&fetcher->redialling, transfer, redialling);
    fetcher->open--;
    fetcher->open_count--;
    fetcher->waiting_count++;
    fetcher->giving -= !transfer->is_silent;
    fetcher->resolving -= transfer->is_resolving;
    fetcher->ahead -= transfer->is_ahead;
    fetcher->held -= transfer->wire.held;
    fetcher->bodies -= transfer->wire.held > 0;
    transfer->is_paused = transfer->is_ahead = transfer->is_resolving = transfer->is_redialling = false;
    transfer->spent += fetcher_time(fetcher) - transfer->opened_at;
}

void transfer_fail(struct transfer *transfer, struct error *error)
{
    if (transfer->easy)
        close_transfer(transfer);
    error_free(transfer->error);
    transfer->error = NULL;
    transfer->request->error = error;
    finish(transfer);
}

/* --- in line --- */

static void stand_in_line(struct transfer *transfer, span origin, int64_t site_gap)
{
    const struct conf_fetch *settings = transfer->request->settings;
    struct fetcher *fetcher = transfer->fetcher;

    transfer->visit.limit = settings->per_host;
    transfer->visit.gap = MAX(MAX(settings->host_gap, transfer->request->gap), site_gap);
    politeness_wait(fetcher->politeness, &transfer->visit, origin, transfer->is_urgent,
                    fetcher_time(fetcher));
}

/* "/news?page=2", as it is sent */
static span path_of(struct arena *arena, const struct url *url)
{
    return url->query.len ? arena_printf(arena, "%.*s?%.*s", SPAN_ARG(url->path), SPAN_ARG(url->query))
                          : url->path;
}

void transfer_approach(struct transfer *transfer)
{
    struct arena *arena = transfer->request->arena;
    span origin = url_origin(arena, &transfer->url);
    enum site_verdict verdict = SITE_ALLOWS;
    struct error *error = OK;
    int64_t gap = 0;

    if (transfer->request->obeys_robots)
        verdict = sites_ask(transfer->fetcher->sites, transfer->request, origin,
                            path_of(arena, &transfer->url), &transfer->site_wait, &gap, &error);
    if (verdict == SITE_REFUSES)
        transfer_fail(transfer, error);
    else if (verdict == SITE_ALLOWS)
        stand_in_line(transfer, origin, gap);
}

void transfer_begin(struct transfer *transfer)
{
    struct error *error = fault_error("fetch.transfer");

    if (!error)
        error = transfer_go(transfer, transfer->request->url, 0);
    if (error)
        transfer_fail(transfer, error);
    else
        transfer_approach(transfer);
}

/* --- open --- */

static int64_t time_left(const struct transfer *transfer)
{
    return transfer->request->settings->timeout - transfer->spent;
}

/* How long it may give nothing and count as giving. Who is slower than eight times the average with his first
 * byte holds up others: of 10,000 sources on a fast network 500 silent ones doubled the round, at 2 s each.
 */
static int64_t patience(const struct transfer *transfer)
{
    if (transfer->head_size)
        return SILENT_AFTER;
    return MIN(MAX(transfer->fetcher->usual_wait / 2, SILENT_SOONEST), SILENT_AFTER);
}

/* When something about it may have to change, if no byte comes. */
static int64_t next_look(const struct transfer *transfer)
{
    int64_t at = transfer->deadline;

    if (!transfer->is_silent)
        at = MIN(at, transfer->last_byte_at + patience(transfer));
    else if (transfer->is_head_done && !transfer->is_paused)
        at = MIN(at, transfer->last_byte_at + LIMIT_STALL_TIME);
    return at;
}

/* Its host, or the domain that this belongs to, wants to be left alone, all of it (holds.h). */
static bool is_held(struct transfer *transfer, int64_t now)
{
    struct fetcher *fetcher = transfer->fetcher;
    struct fetch_request *request = transfer->request;
    int64_t left = holds_ask(fetcher->holds, &transfer->url, now);

    if (left <= 0)
        return false;
    request->held_until = clock_now(fetcher->clock) + left;
    transfer_fail(transfer, error_new(ERROR_NETWORK, "%.*s wants to be left alone for now",
                                      SPAN_ARG(transfer->url.host)));
    return true;
}

static void note_refusal(struct transfer *transfer)
{
    const struct response *response = transfer->request->response;
    int64_t wait;

    if (!response || (response->status != 429 && response->status != 503) ||
        transfer->request->kind != FETCH_FEED)
        return;
    wait = retry_after_ms(response->retry_after, response->received_at);
    holds_note(transfer->fetcher->holds, &transfer->url, transfer->request->url, response->status, wait,
               fetcher_time(transfer->fetcher));
}

void transfer_open(struct transfer *transfer)
{
    struct fetcher *fetcher = transfer->fetcher;
    int64_t now = fetcher_time(fetcher);
    struct error *error;

    if (time_left(transfer) <= 0) {
        transfer_fail(transfer, trouble(transfer, CURLE_OPERATION_TIMEDOUT));
        return;
    }
    if (is_held(transfer, now))
        return;
    own_addresses_read(&fetcher->own, now);
    transfer->easy = fetcher->spare_count ? fetcher->spare[--fetcher->spare_count] : ask_new();
    transfer->opened_at = transfer->last_byte_at = now;
    transfer->deadline = now + time_left(transfer);
    transfer->is_silent = false;
    transfer->is_resolving = true;
    fetcher->open++;
    fetcher->open_count++;
    fetcher->waiting_count--;
    fetcher->giving++;
    fetcher->resolving++;
    timer_start(&fetcher->timers, &transfer->timer, next_look(transfer));
    answer_prepare(transfer);
    error = ask_prepare(transfer);
    if (error)
        transfer_fail(transfer, error);
    else
        curl_multi_add_handle(fetcher->multi, transfer->easy);
}

void transfer_heard(struct transfer *transfer)
{
    struct fetcher *fetcher = transfer->fetcher;

    transfer->last_byte_at = fetcher_time(fetcher);
    if (transfer->head_size == 0)
        fetcher->usual_wait += transfer->last_byte_at - transfer->opened_at - fetcher->usual_wait / 16;
    if (!transfer->is_silent)
        return; /* its timer comes early, and is set anew then */
    transfer->is_silent = false;
    fetcher->giving++;
    timer_start(&fetcher->timers, &transfer->timer, next_look(transfer));
}

/* In line for an address. Its turn comes when a connection is closed; but see sockets.c: not all closing is
 * heard. */
static void look_at_address(struct transfer *transfer)
{
    struct fetcher *fetcher = transfer->fetcher;

    if (sockets_have_room(fetcher->sockets, transfer->address)) {
        sockets_leave(fetcher->sockets, &transfer->wait);
        transfer_open(transfer);
    } else {
        timer_start(&fetcher->timers, &transfer->timer, fetcher_time(fetcher) + LOOK_AT_ADDRESS);
    }
}

void transfer_look(struct transfer *transfer)
{
    struct fetcher *fetcher = transfer->fetcher;
    int64_t now = fetcher_time(fetcher), quiet = now - transfer->last_byte_at;

    if (!transfer->easy) {
        look_at_address(transfer);
        return;
    }
    if (now >= transfer->deadline) {
        transfer_fail(transfer, trouble(transfer, CURLE_OPERATION_TIMEDOUT));
        return;
    }
    if (transfer->is_head_done && !transfer->is_paused && quiet >= LIMIT_STALL_TIME) {
        transfer_fail(transfer, trouble(transfer, CURLE_OPERATION_TIMEDOUT));
        return;
    }
    if (!transfer->is_silent && quiet >= patience(transfer)) {
        transfer->is_silent = true;
        fetcher->giving--;
    }
    timer_start(&fetcher->timers, &transfer->timer, next_look(transfer));
}

/* libcurl 7.88 tries the next address of a name only when a timer wakes it: 200 ms after the first, seconds
 * after the second. */
void transfer_dial_failed(struct transfer *transfer)
{
    if (transfer->is_sent || transfer->is_redialling)
        return;
    transfer->is_redialling = true;
    TAILQ_INSERT_TAIL(&transfer->fetcher->redialling, transfer, redialling);
}

void transfer_redial(struct transfer *transfer)
{
    TAILQ_REMOVE(&transfer->fetcher->redialling, transfer, redialling);
    transfer->is_redialling = false;
    curl_easy_pause(transfer->easy, CURLPAUSE_RECV); /* to and fro: libcurl looks at it anew */
    curl_easy_pause(transfer->easy, CURLPAUSE_CONT);
}

void transfer_resume(struct transfer *transfer)
{
    struct fetcher *fetcher = transfer->fetcher;

    TAILQ_REMOVE(&fetcher->paused, transfer, paused);
    transfer->is_paused = false;
    transfer->last_byte_at = fetcher_time(fetcher);
    curl_easy_pause(transfer->easy, CURLPAUSE_CONT);
}

/* --- what became of it --- */

/* The address has as many connections as it may: it waits for one to be closed, keeping its place at the
 * host. */
static void wait_for_address(struct transfer *transfer)
{
    struct fetcher *fetcher = transfer->fetcher;

    close_transfer(transfer);
    answer_release(transfer);
    sockets_wait(fetcher->sockets, &transfer->wait, transfer->address);
    timer_start(&fetcher->timers, &transfer->timer, fetcher_time(fetcher) + LOOK_AT_ADDRESS);
}

static void follow(struct transfer *transfer)
{
    struct fetcher *fetcher = transfer->fetcher;
    span location = arena_keep(transfer->request->arena, transfer->head.location);
    struct error *error;

    close_transfer(transfer);
    politeness_leave(fetcher->politeness, &transfer->visit, fetcher_time(fetcher));
    error = transfer_go(transfer, location, transfer->status);
    answer_release(transfer);
    if (error) {
        transfer_fail(transfer, error);
        return;
    }
    transfer->is_urgent = true;
    transfer_approach(transfer);
}

static bool is_answer(const struct transfer *transfer, CURLcode code)
{
    bool is_cut = code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR || code == CURLE_HTTP2_STREAM ||
                  code == CURLE_HTTP2 || code == CURLE_BAD_CONTENT_ENCODING ||
                  code == CURLE_WEIRD_SERVER_REPLY;

    if (transfer->error)
        return false;
    if (code == CURLE_OK || transfer->is_enough)
        return transfer->is_head_done;
    return is_cut && transfer->is_head_done && (transfer->wire.len > 0 || transfer->status >= 300);
}

void transfer_done(struct transfer *transfer, CURLcode code)
{
    struct error *error;

    if (code == CURLE_COULDNT_CONNECT && transfer->is_crowded) {
        wait_for_address(transfer);
        return;
    }
    if (!is_answer(transfer, code)) {
        error = transfer->error ? MOVE(transfer->error) : trouble(transfer, code);
        transfer_fail(transfer, error);
        return;
    }
    if (transfer_is_redirected(transfer)) {
        follow(transfer);
        return;
    }
    close_transfer(transfer);
    transfer->request->error = answer_response(transfer, code);
    note_refusal(transfer);
    finish(transfer);
}
