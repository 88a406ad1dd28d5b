/* SPDX-License-Identifier: MIT
 * fetch.c - the network thread
 *
 * libcurl's multi interface over epoll: a round costs as much as there is to do, not as there are transfers
 * open, so thousands of silent ones are no burden. The thread waits in one place, epoll_wait(), and is woken
 * through an eventfd.
 */
#include "fetch/fetch.h"
#include "fetch/internal.h"
#include "limits/limits.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

enum { EVENTS_A_ROUND = 256, SPARE_DESCRIPTORS = 256, KEPT_CONNECTIONS = 256 };

/* --- libcurl over epoll --- */

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *is_known)
{
    struct fetcher *fetcher = context;
    struct transfer *transfer = NULL;
    struct epoll_event event = {.data.fd = fd};

    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(fetcher->epoll, EPOLL_CTL_DEL, fd, NULL);
        if (transfer && !transfer->is_resolving)
            transfer_dial_failed(transfer);
        return 0;
    }
    event.events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
    epoll_ctl(fetcher->epoll, is_known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event);
    curl_multi_assign(fetcher->multi, fd, fetcher);
    if (transfer)
        sockets_use(fetcher->sockets, &transfer->use, fd);
    return 0;
}

static int on_timer(CURLM *multi, long wait_ms, void *context)
{
    struct fetcher *fetcher = context;

    (void)multi;
    fetcher->curl_due = wait_ms < 0 ? INT64_MAX : fetcher_time(fetcher) + wait_ms;
    return 0;
}

/* --- a round of the thread --- */

static void wake(struct fetcher *fetcher)
{
    uint64_t one = 1;

    while (write(fetcher->wake, &one, sizeof one) < 0 && errno != EAGAIN)
        continue; /* EAGAIN: it is awake; and whatever else it is, without this it would sleep for ever */
}

static void quiet(struct fetcher *fetcher)
{
    uint64_t count;

    while (read(fetcher->wake, &count, sizeof count) < 0 && errno == EINTR)
        continue;
}

/* Takes in what was handed in; false once the fetcher is to close and nothing is left. */
static bool take_in(struct fetcher *fetcher)
{
    struct transfers taken = TAILQ_HEAD_INITIALIZER(taken);
    struct transfer *transfer;
    bool is_cancelled, is_closing;

    pthread_mutex_lock(&fetcher->lock);
    TAILQ_CONCAT(&taken, &fetcher->handed_in, next);
    is_cancelled = fetcher->is_cancelled;
    is_closing = fetcher->is_closing;
    pthread_mutex_unlock(&fetcher->lock);
    while ((transfer = TAILQ_FIRST(&taken))) {
        TAILQ_REMOVE(&taken, transfer, next);
        TAILQ_INSERT_TAIL(&fetcher->transfers, transfer, next);
        if (!is_cancelled)
            transfer_begin(transfer);
    }
    while (is_cancelled && (transfer = TAILQ_FIRST(&fetcher->transfers)))
        transfer_fail(transfer, error_new(ERROR_CANCELLED, "cancelled"));
    return !is_closing;
}

static bool has_place(const struct fetcher *fetcher)
{
    return fetcher->open < fetcher->max_open && fetcher->giving < fetcher->concurrency &&
           fetcher->resolving < MOST_RESOLVING;
}

static void admit(struct fetcher *fetcher)
{
    struct socket_wait *wait;
    struct visit *visit;

    while (fetcher->open < fetcher->max_open && (wait = sockets_next(fetcher->sockets)))
        transfer_open(OUTER(struct transfer, wait, wait));
    while (has_place(fetcher) && (visit = politeness_next(fetcher->politeness, fetcher_time(fetcher))))
        transfer_open(OUTER(struct transfer, visit, visit));
}

static void look_at_timers(struct fetcher *fetcher)
{
    int64_t now = fetcher_time(fetcher);
    struct timer *timer;

    while ((timer = timers_take_due(&fetcher->timers, now)))
        transfer_look(OUTER(struct transfer, timer, timer));
}

static void resume_paused(struct fetcher *fetcher)
{
    struct transfer *transfer;

    while ((transfer = TAILQ_FIRST(&fetcher->paused)) &&
           (fetcher->held < LIMIT_BODIES - LIMIT_BODIES / 4 || fetcher->ahead < MOST_AHEAD))
        transfer_resume(transfer);
}

static void redial(struct fetcher *fetcher)
{
    struct transfer *transfer;

    while ((transfer = TAILQ_FIRST(&fetcher->redialling)))
        transfer_redial(transfer);
}

static void collect(struct fetcher *fetcher)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(fetcher->multi, &left))) {
        CURLcode code = message->data.result;
        struct transfer *transfer = NULL;
        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        transfer_done(transfer, code);
    }
}

static int wait_ms(const struct fetcher *fetcher)
{
    int64_t due = MIN(fetcher->curl_due, timers_next(&fetcher->timers));

    if (has_place(fetcher))
        due = MIN(due, politeness_next_at(fetcher->politeness));
    if (due == INT64_MAX)
        return -1;
    return (int)MIN(MAX(due - fetcher_time(fetcher), 0), MINUTE);
}

static void drive(struct fetcher *fetcher)
{
    struct epoll_event events[EVENTS_A_ROUND];
    int count = epoll_wait(fetcher->epoll, events, EVENTS_A_ROUND, wait_ms(fetcher));
    int running;

    for (int i = 0; i < count; i++) {
        int what = (events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) |
                   (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                   (events[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
        if (events[i].data.fd == fetcher->wake)
            quiet(fetcher);
        else
            curl_multi_socket_action(fetcher->multi, events[i].data.fd, what, &running);
    }
    if (fetcher->curl_due <= fetcher_time(fetcher)) {
        fetcher->curl_due = INT64_MAX; /* it sets a new one, if it wants */
        curl_multi_socket_action(fetcher->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
}

static void *run(void *context)
{
    struct fetcher *fetcher = context;

    while (take_in(fetcher)) {
        look_at_timers(fetcher);
        resume_paused(fetcher);
        admit(fetcher);
        drive(fetcher);
        collect(fetcher);
        redial(fetcher);
    }
    return NULL;
}

/* --- open and close --- */

/* Each transfer needs a descriptor, and the name look-up of one two more: what the system does not grant is
 * taken off max_open. */
static int64_t allowed_open(int64_t wanted)
{
    struct rlimit limit;
    int64_t spare = SPARE_DESCRIPTORS + KEPT_CONNECTIONS + 2 * MOST_RESOLVING;

    if (getrlimit(RLIMIT_NOFILE, &limit))
        return wanted;
    if (limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = MIN(MAX(limit.rlim_cur, (rlim_t)(wanted + spare)), limit.rlim_max);
        setrlimit(RLIMIT_NOFILE, &limit);
        getrlimit(RLIMIT_NOFILE, &limit);
    }
    if (limit.rlim_cur == RLIM_INFINITY || (int64_t)limit.rlim_cur >= wanted + spare)
        return wanted;
    return MAX((int64_t)limit.rlim_cur / 4, 1);
}

static struct error *prepare_loop(struct fetcher *fetcher)
{
    struct epoll_event event = {.events = EPOLLIN};

    fetcher->epoll = epoll_create1(EPOLL_CLOEXEC);
    fetcher->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fetcher->epoll < 0 || fetcher->wake < 0)
        return error_errno(errno, "could not prepare the network");
    event.data.fd = fetcher->wake;
    if (epoll_ctl(fetcher->epoll, EPOLL_CTL_ADD, fetcher->wake, &event))
        return error_errno(errno, "could not prepare the network");
    fetcher->multi = curl_multi_init();
    if (!fetcher->multi)
        return error_new(ERROR_IO, "could not prepare the network: libcurl does not start");
    curl_multi_setopt(fetcher->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(fetcher->multi, CURLMOPT_SOCKETDATA, fetcher);
    curl_multi_setopt(fetcher->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(fetcher->multi, CURLMOPT_TIMERDATA, fetcher);
    curl_multi_setopt(fetcher->multi, CURLMOPT_MAXCONNECTS, (long)KEPT_CONNECTIONS);
    return OK;
}

/* Signals are the main thread's; SIGPIPE, which a closed connection would raise, is nobody's. */
static int start_thread(struct fetcher *fetcher)
{
    sigset_t all, before;
    int result;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    result = pthread_create(&fetcher->thread, NULL, run, fetcher);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result;
}

static void release(struct fetcher *fetcher)
{
    while (fetcher->spare_count)
        curl_easy_cleanup(fetcher->spare[--fetcher->spare_count]);
    curl_multi_cleanup(fetcher->multi); /* closes connections: sockets.c hears of it */
    politeness_free(fetcher->politeness);
    sites_free(fetcher->sites);
    holds_free(fetcher->holds);
    sockets_free(fetcher->sockets);
    timers_release(&fetcher->timers);
    own_addresses_release(&fetcher->own);
    if (fetcher->epoll >= 0)
        close(fetcher->epoll);
    if (fetcher->wake >= 0)
        close(fetcher->wake);
    pthread_mutex_destroy(&fetcher->lock);
    free(fetcher);
    curl_global_cleanup();
}

struct error *fetcher_open(const struct conf_fetch *settings, const struct clock *clock, struct log *log,
                           struct fetcher **out_fetcher)
{
    struct fetcher *fetcher = memory_new(sizeof *fetcher);
    struct error *error;
    int number;

    curl_global_init(CURL_GLOBAL_ALL);
    fetcher->clock = clock;
    fetcher->log = log;
    fetcher->concurrency = MAX(settings->concurrency, 1);
    fetcher->max_open = allowed_open(MAX(settings->max_open, 1));
    fetcher->curl_due = INT64_MAX;
    fetcher->usual_wait = SILENT_AFTER * 2;
    fetcher->politeness = politeness_new();
    fetcher->sites = sites_new(fetcher);
    fetcher->holds = holds_new();
    fetcher->sockets = sockets_new();
    TAILQ_INIT(&fetcher->transfers);
    TAILQ_INIT(&fetcher->paused);
    TAILQ_INIT(&fetcher->redialling);
    TAILQ_INIT(&fetcher->handed_in);
    pthread_mutex_init(&fetcher->lock, NULL);
    error = prepare_loop(fetcher);
    if (!error && (number = start_thread(fetcher)))
        error = error_errno(number, "could not start the network thread");
    if (error) {
        release(fetcher);
        return error;
    }
    *out_fetcher = fetcher;
    return OK;
}

static void tell(struct fetcher *fetcher, bool is_closing)
{
    pthread_mutex_lock(&fetcher->lock);
    fetcher->is_cancelled = true;
    fetcher->is_closing |= is_closing;
    pthread_mutex_unlock(&fetcher->lock);
    wake(fetcher);
}

void fetcher_cancel(struct fetcher *fetcher)
{
    tell(fetcher, false);
}

void fetcher_close(struct fetcher *fetcher)
{
    if (!fetcher)
        return;
    tell(fetcher, true);
    pthread_join(fetcher->thread, NULL);
    release(fetcher);
}

/* --- requests --- */

void fetcher_submit(struct fetcher *fetcher, struct fetch_request *request)
{
    struct transfer *transfer = memory_new(sizeof *transfer);
    bool was_empty;

    transfer->fetcher = fetcher;
    transfer->request = request;
    request->transfer = transfer;
    request->response = NULL;
    request->error = OK;
    fetcher->request_count++;
    fetcher->waiting_count++;
    pthread_mutex_lock(&fetcher->lock);
    was_empty = TAILQ_EMPTY(&fetcher->handed_in);
    TAILQ_INSERT_TAIL(&fetcher->handed_in, transfer, next);
    pthread_mutex_unlock(&fetcher->lock);
    if (was_empty)
        wake(fetcher);
}

struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_done;
};

static void end_waiting(struct fetch_request *request)
{
    struct waiter *waiter = request->context;

    pthread_mutex_lock(&waiter->lock);
    waiter->is_done = true;
    pthread_cond_signal(&waiter->changed);
    pthread_mutex_unlock(&waiter->lock);
}

struct error *fetch_now(struct fetcher *fetcher, struct fetch_request *request,
                        struct response **out_response)
{
    struct waiter waiter = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    struct error *error;

    request->done = end_waiting;
    request->context = &waiter;
    fetcher_submit(fetcher, request);
    pthread_mutex_lock(&waiter.lock);
    while (!waiter.is_done)
        pthread_cond_wait(&waiter.changed, &waiter.lock);
    pthread_mutex_unlock(&waiter.lock);
    pthread_cond_destroy(&waiter.changed);
    pthread_mutex_destroy(&waiter.lock);
    error = MOVE(request->error);
    if (!error)
        *out_response = request->response;
    return error;
}

struct fetch_counts fetcher_counts(struct fetcher *fetcher)
{
    return (struct fetch_counts){.requests = fetcher->request_count,
                                 .bytes_received = fetcher->bytes_received,
                                 .open = fetcher->open_count,
                                 .waiting = fetcher->waiting_count};
}
