/* SPDX-License-Identifier: MIT */
#include "cmd/round.h"
#include "cmd/interrupt.h"
#include "cmd/progress.h"
#include <signal.h>

static void take_progress(void *context, const struct harvest_progress *progress)
{
    progress_show(((struct round *)context)->progress, progress);
}

static void take_signal(void *context, int signal)
{
    struct round *round = context;

    if (signal == SIGHUP) {
        harvest_reload(round->harvest);
        return;
    }
    round->courant->signal = signal;
    harvest_stop(round->harvest);
}

static struct error *configure(void *context, struct arena *arena, struct conf **out_conf)
{
    return newsroom_read_conf(((struct round *)context)->courant, arena, out_conf);
}

void round_prepare(struct round *round, struct harvest_options *options)
{
    options->folder = round->courant->folder;
    options->clock = round->courant->clock;
    options->log = round->courant->log;
    options->configure = configure;
    options->progress = take_progress;
    options->context = round;
}

struct error *round_run(struct round *round, const struct harvest_options *options,
                        struct harvest_totals *out_totals)
{
    OPEN(harvest) harvest = NULL;
    OPEN(interrupt) interrupt = NULL;
    struct error *error;

    TRY(harvest_open(options, &harvest));
    round->harvest = harvest;
    TRY(interrupt_open(take_signal, round, &interrupt));
    error = harvest_run(harvest, out_totals);
    round->courant->has_failed |= out_totals->obstructed > 0;
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
