/* SPDX-License-Identifier: MIT */
#include "cmd/round.h"
#include "cmd/interrupt.h"
#include "cmd/progress.h"
#include "core/queue.h"
#include <pthread.h>
#include <signal.h>

static void take_progress(void *context, const struct harvest_progress *progress)
{
    progress_show(((struct round *)context)->progress, progress);
}

/* --- signals: a thread of their own hands them to the harvest, or ends the wait for the next --- */

struct listener {
    struct round *round;
    pthread_mutex_t lock; /* guards the round's harvest, NULL between two, and what follows */
    struct queue *bell;   /* rung by a signal that came then */
};

static void take_signal(void *context, int signal)
{
    struct listener *listener = context;
    struct round *round = listener->round;

    pthread_mutex_lock(&listener->lock);
    if (signal != SIGHUP)
        round->courant->signal = signal;
    if (round->harvest && signal == SIGHUP)
        harvest_reload(round->harvest);
    else if (round->harvest)
        harvest_stop(round->harvest);
    else if (queue_len(listener->bell) == 0)
        queue_put(listener->bell, listener);
    pthread_mutex_unlock(&listener->lock);
}

/* From now on signals are for it. One that came before it was there still counts. */
static void listen_for(struct listener *listener, struct harvest *harvest)
{
    pthread_mutex_lock(&listener->lock);
    listener->round->harvest = harvest;
    if (harvest && listener->round->courant->signal)
        harvest_stop(harvest);
    pthread_mutex_unlock(&listener->lock);
}

/* --- a harvest, and the next after one that the disk failed --- */

static struct error *configure(void *context, struct arena *arena, struct conf **out_conf)
{
    struct round *round = context;

    if (!round->conf)
        return newsroom_read_conf(round->courant, arena, out_conf);
    *out_conf = MOVE(round->conf); /* of ten thousand sources, twice would be 10 MB */
    return OK;
}

static void take_rest(void *context)
{
    struct round *round = context;

    if (round->trouble)
        log_info(round->courant->log, NULL, "%s: the harvest goes on", round->trouble->passed);
    round->trouble = NULL;
    round->pause = 0;
}

void round_prepare(struct round *round, struct harvest_options *options)
{
    options->folder = round->courant->folder;
    options->clock = round->courant->clock;
    options->log = round->courant->log;
    options->configure = configure;
    options->progress = take_progress;
    options->rested = take_rest;
    options->context = round;
}

static void add_totals(struct harvest_totals *sum, const struct harvest_totals *more)
{
    sum->polled += more->polled;
    sum->failed += more->failed;
    sum->pages += more->pages;
    sum->damaged_pages += more->damaged_pages;
    sum->new_count += more->new_count;
    sum->revised_count += more->revised_count;
    sum->failed_items += more->failed_items;
    sum->failing_remotes = more->failing_remotes;
    sum->obstructed = more->obstructed;
    sum->has_committed |= more->has_committed;
    sum->is_stopped = more->is_stopped;
}

static struct error *run_one(struct listener *listener, const struct harvest_options *options,
                             struct harvest_totals *totals)
{
    OPEN(harvest) harvest = NULL;
    struct harvest_totals more = {0};
    struct error *error;

    TRY(harvest_open(options, &harvest));
    listen_for(listener, harvest);
    error = harvest_run(harvest, &more);
    listen_for(listener, NULL);
    add_totals(totals, &more);
    return error;
}

/* Once it waits for the disk, it also waits for whoever uses the newsroom meanwhile, or edits its
 * configuration. */
static bool may_pass(const struct round *round, const struct error *error)
{
    return trouble_of(error) ||
           (round->trouble && (error->kind == ERROR_LOCKED || error->kind == ERROR_USAGE));
}

/* Tells of a trouble once, and sets the time to wait. */
static void take_trouble(struct round *round, struct error *error)
{
    const struct trouble *before = round->trouble, *trouble = trouble_of(error);

    round->pause = trouble_pause(round->pause);
    if (trouble)
        round->trouble = trouble;
    if (trouble && trouble != before)
        error = error_wrap(error, "%s (what was finished is kept; the harvest goes on by itself %s)",
                           trouble->name, trouble->is_full ? "when there is room" : "when it can");
    if (!trouble || trouble != before)
        log_failure(round->courant->log, NULL, error);
    error_free(error);
}

/* For whoever starts the next by hand. */
static struct error *told_once(struct error *error)
{
    const struct trouble *trouble = trouble_of(error);

    return trouble && trouble->is_full
               ? error_wrap(error, "%s (what was finished is kept; make room, then run again)", trouble->name)
               : error;
}

static struct error *run_on(struct listener *listener, const struct harvest_options *options,
                            struct harvest_totals *totals)
{
    struct round *round = listener->round;

    for (;;) {
        struct error *error = run_one(listener, options, totals);
        if (options->is_once || !error || totals->is_stopped || !may_pass(round, error))
            return options->is_once ? told_once(error) : error;
        take_trouble(round, error);
        if (queue_get_within(listener->bell, round->pause) && round->courant->signal)
            return OK; /* SIGHUP rings as well: to try at once */
    }
}

struct error *round_run(struct round *round, const struct harvest_options *options,
                        struct harvest_totals *out_totals)
{
    struct listener listener = {.round = round, .lock = PTHREAD_MUTEX_INITIALIZER, .bell = queue_new(1)};
    struct interrupt *interrupt = NULL;
    struct error *error = interrupt_open(take_signal, &listener, &interrupt);

    *out_totals = (struct harvest_totals){0};
    if (!error)
        error = run_on(&listener, options, out_totals);
    interrupt_close(interrupt);
    queue_free(listener.bell);
    pthread_mutex_destroy(&listener.lock);
    round->courant->has_failed |= out_totals->obstructed > 0 || out_totals->damaged_pages > 0;
    progress_hide(round->progress);
    return error;
}

struct error *round_of_kind(struct courant *courant, enum harvest_kind kind, const span *only,
                            size_t only_count, struct harvest_totals *out_totals)
{
    struct round round = {.courant = courant};
    struct harvest_options options = {.kind = kind, .is_once = true, .only = only, .only_count = only_count};

    round_prepare(&round, &options);
    return round_run(&round, &options, out_totals);
}

struct error *round_check_sources(const struct courant *courant, const span *ids, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!conf_find_source(courant->conf, ids[i]))
            return error_new(ERROR_USAGE, "there is no source \"%.*s\" in %s/courant.conf", SPAN_ARG(ids[i]),
                             courant->folder);
    return OK;
}
