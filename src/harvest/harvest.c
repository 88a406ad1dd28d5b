/* SPDX-License-Identifier: MIT
 * harvest.c - a harvest as a whole: its configuration, its parts, how it is begun, stopped and ended
 */
#include "core/file.h"
#include "gather/take.h"
#include "harvest/hook.h"
#include "harvest/loop.h"
#include "text/timezone.h"
#include <stdlib.h>

enum { WAKE_UPS = 8 };

/* --- configuration --- */

const struct conf *harvest_conf(const struct harvest *harvest)
{
    return harvest->configuration->conf;
}

struct error *harvest_configure(struct harvest *harvest)
{
    struct configuration *next = memory_new(sizeof *next);
    struct error *error;

    next->arena = arena_new(64 * MiB);
    error = harvest->options.configure(harvest->options.context, next->arena, &next->conf);
    if (!error)
        error = filter_read(next->arena, next->conf, "courant.conf", &next->filter);
    if (error) {
        arena_free(next->arena);
        free(next);
        return error;
    }
    next->older = harvest->configuration;
    harvest->configuration = next;
    return OK;
}

/* --- start and end --- */

static struct error *open_parts(struct harvest *harvest)
{
    const struct harvest_options *options = &harvest->options;
    const struct conf *conf;

    TRY(harvest_configure(harvest));
    conf = harvest_conf(harvest);
    TRY(timezone_load(harvest->arena, conf->archive.timezone, &harvest->timezone));
    TRY(gather_rules(harvest->arena, options->folder, conf, options->log, &harvest->rules));
    TRY(writer_open(harvest, &harvest->writer));
    TRY(store_reader_open(options->folder, &harvest->reader));
    TRY(workers_open(harvest, &harvest->workers));
    TRY(archiver_open(harvest, &harvest->archiver));
    TRY(ladder_open(harvest, &harvest->ladder));
    return fetcher_open(&conf->fetch, options->clock, options->log, &harvest->fetcher);
}

struct error *harvest_open(const struct harvest_options *options, struct harvest **out_harvest)
{
    OPEN(harvest) harvest = memory_new(sizeof *harvest);

    harvest->options = *options;
    harvest->arena = arena_new(16 * MiB);
    harvest->ended = queue_new(CREDITS + WAKE_UPS);
    TRY(file_lock_open(arena_printf(harvest->arena, "%s/courant.lock", options->folder).at, false,
                       &harvest->lock));
    *out_harvest = MOVE(harvest);
    return OK;
}

void harvest_close(struct harvest *harvest)
{
    struct configuration *configuration;

    if (!harvest)
        return;
    if (harvest->fetcher)
        fetcher_cancel(harvest->fetcher);
    ladder_close(harvest->ladder); /* it asks, one request after the other, until it is refused */
    fetcher_close(harvest->fetcher);
    hook_close(harvest->hook);
    archiver_close(harvest->archiver); /* needs workers and writer until its last round is over */
    workers_close(harvest->workers);
    writer_close(harvest->writer);
    store_reader_close(harvest->reader);
    for (configuration = harvest->configuration; configuration;) {
        struct configuration *older = configuration->older;
        arena_free(configuration->arena);
        free(configuration);
        configuration = older;
    }
    queue_free(harvest->ended);
    arena_free(harvest->arena);
    file_lock_close(harvest->lock);
    free(harvest);
}

struct error *harvest_run(struct harvest *harvest, struct harvest_totals *out_totals)
{
    struct error *error = open_parts(harvest);

    *out_totals = (struct harvest_totals){0};
    if (!error)
        error = loop_run(harvest, out_totals);
    out_totals->is_stopped = harvest->is_stopping;
    return error;
}

void harvest_stop(struct harvest *harvest)
{
    if (!atomic_exchange(&harvest->is_stopping, true))
        loop_wake(harvest);
    hook_stop(harvest->hook);
}

void harvest_reload(struct harvest *harvest)
{
    if (!atomic_exchange(&harvest->wants_reload, true))
        loop_wake(harvest);
}
