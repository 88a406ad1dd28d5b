/* SPDX-License-Identifier: MIT
 * loop.c - the harvesting thread's loop: who is admitted, who is back, what is told
 *
 * It hands jobs in while admission is open, and takes ended jobs back. It waits on one queue only. A round
 * ends when nobody is due and nobody under way; a continuous harvest then commits and sleeps until the next
 * is due.
 */
#include "harvest/loop.h"
#include "harvest/hook.h"
#include "harvest/record.h"
#include "limits/limits.h"

static const int64_t commit_every = 60 * 1000;  /* while a continuous harvest never comes to rest */
static const int64_t longest_sleep = 60 * 1000; /* the wall clock may be set meanwhile */

static struct job wake_up; /* stands in `ended` for "look at the flags" */

void loop_wake(struct harvest *harvest)
{
    queue_put(harvest->ended, &wake_up);
}

/* --- jobs out and back --- */

struct job *loop_make_job(const struct loop *loop)
{
    struct arena *arena = arena_new(LIMIT_JOB_ROOM);
    struct job *job = ARENA_NEW(arena, struct job);

    job->harvest = loop->harvest;
    job->arena = arena;
    job->started_at = clock_monotonic(loop->harvest->options.clock);
    return job;
}

void loop_start_job(struct loop *loop, struct job *job)
{
    loop->under_way++;
    admission_take(&loop->harvest->admission, job, job->started_at);
    job_go(job);
}

static void start_poll(struct loop *loop, struct entry *entry)
{
    struct job *job = loop_make_job(loop);

    job->step = poll_steps;
    job->wanted = entry->wanted;
    job->is_walk = entry->has_history;
    job->filter = atomic_load(&loop->harvest->configuration)->filter;
    job->source = entry->source;
    job->report = (struct poll_report){.source_id = entry->source.id,
                                       .name = entry->wanted->name,
                                       .next_poll_at = entry->source.next_poll_at};
    entry->is_under_way = true;
    loop->progress.current = entry->source.id;
    loop_start_job(loop, job);
}

static void tell(struct loop *loop, const struct poll_report *report)
{
    const struct harvest_options *options = &loop->harvest->options;

    loop->totals.polled++;
    loop->totals.failed += report->status == POLL_ERROR || report->status == POLL_GONE;
    loop->totals.new_count += report->new_count;
    loop->totals.revised_count += report->revised_count;
    loop->totals.failed_items += report->failed_count;
    loop->progress.done++;
    loop->progress.failed = loop->totals.failed;
    loop->progress.new_count = loop->totals.new_count;
    loop->progress.revised_count = loop->totals.revised_count;
    if (report->new_count || report->revised_count) {
        loop->is_committed = false;
        loop->pages.due_at = NO_TIME; /* some may be owed now */
    }
    if (options->report)
        options->report(options->context, report);
}

static struct poll_report *keep_report(struct loop *loop, const struct poll_report *report)
{
    struct poll_report *kept = ARENA_NEW(loop->table.arena, struct poll_report);

    *kept = *report;
    kept->error = arena_keep(loop->table.arena, report->error);
    kept->warning = arena_keep(loop->table.arena, report->warning);
    return kept;
}

/* A source's poll and those of its history that follow are told as one. */
static void end_poll(struct loop *loop, struct entry *entry, struct job *job)
{
    struct poll_report *report = &job->report;
    const struct poll_report *before = entry->untold;

    table_keep_row(&loop->table, entry, &job->source);
    entry->was_polled |= !job->is_walk;
    entry->has_history = source_has_history(&job->source) && !job->is_stuck;
    report->took_ms = clock_monotonic(loop->harvest->options.clock) - job->started_at;
    if (before && job->is_walk && report->status != POLL_ERROR) {
        report->status = before->status;
        report->error = before->error;
        report->warning = before->warning;
    }
    if (before) {
        report->new_count += before->new_count;
        report->revised_count += before->revised_count;
        report->failed_count += before->failed_count;
        report->dropped_count += before->dropped_count;
        report->took_ms += before->took_ms;
    }
    entry->untold = NULL;
    if (table_is_due(&loop->table, entry) && (entry->has_history || !entry->was_polled))
        entry->untold = keep_report(loop, report);
    else if (!job->is_held)
        tell(loop, report);
}

/* What a stop has cut off of a history. */
static void tell_rest(struct loop *loop)
{
    for (size_t i = 0; i < loop->table.entry_count; i++)
        if (loop->table.entries[i].untold)
            tell(loop, MOVE(loop->table.entries[i].untold));
}

static void end_job(struct loop *loop, struct job *job)
{
    struct entry *entry = job->page ? NULL : table_find(&loop->table, job->source.id);
    span id = !job->page                ? job->report.source_id
              : job->page->outcome.task ? job->page->task.url
                                        : job->page->kept.url;

    loop->under_way--;
    admission_give_back(&loop->harvest->admission, job);
    if (entry)
        entry->is_under_way = false;
    if (job->page)
        loop_end_page(loop, job);
    if (job->error) { /* this machine's trouble: no use in going on */
        if (!loop->error)
            loop->error = error_wrap(MOVE(job->error), "could not harvest \"%.*s\"", SPAN_ARG(id));
    } else if (entry && !job->is_dropped) {
        end_poll(loop, entry, job);
    }
    job_free(job);
}

static void show_progress(struct loop *loop)
{
    struct harvest *harvest = loop->harvest;

    if (!harvest->options.progress)
        return;
    loop->progress.archived_count = harvest->archived_count;
    loop->progress.bytes = fetcher_counts(harvest->fetcher).bytes_received;
    harvest->options.progress(harvest->options.context, &loop->progress);
}

/* --- the loop --- */

static bool is_stopping(const struct loop *loop)
{
    return loop->harvest->is_stopping || loop->error;
}

static void admit(struct loop *loop)
{
    struct harvest *harvest = loop->harvest;
    struct entry *entry;

    while (!is_stopping(loop) &&
           admission_is_open(&harvest->admission, clock_monotonic(harvest->options.clock)) &&
           (entry = table_next_due(&loop->table)))
        start_poll(loop, entry);
}

static int64_t time_to_next(const struct loop *loop)
{
    enum { SHORTEST_MS = 10 };
    int64_t now = clock_now(loop->harvest->options.clock);
    int64_t next_at = MIN(table_next_poll_at(&loop->table), loop->pages.due_at);

    next_at = MIN(next_at, now + longest_sleep);
    return next_at <= now ? SHORTEST_MS : MAX(next_at - now, (int64_t)SHORTEST_MS); /* it may be NO_TIME */
}

static struct error *write_record(struct store *store, struct arena *arena, void *context)
{
    (void)arena;
    return last_harvest_write(store, context);
}

/* For `status`: what came since the last time. */
static struct error *record(struct loop *loop)
{
    const struct harvest_totals *now = &loop->totals, *before = &loop->recorded;
    const struct clock *clock = loop->harvest->options.clock;
    struct last_harvest last = {
        .ended_at = clock_now(clock),
        .took_ms = clock_monotonic(clock) - loop->recorded_at,
        .polled = now->polled - before->polled,
        .failed = now->failed - before->failed,
        .new_count = now->new_count - before->new_count,
        .revised_count = now->revised_count - before->revised_count,
    };

    if (last.polled == 0 && last.revised_count == 0)
        return OK;
    loop->recorded = *now;
    loop->recorded_at = clock_monotonic(clock);
    return writer_run(loop->harvest->writer, write_record, &last);
}

static void commit_if_time(struct loop *loop)
{
    int64_t now = clock_monotonic(loop->harvest->options.clock);

    if (loop->is_committed || (loop->under_way > 0 && now - loop->committed_at < commit_every))
        return;
    archiver_commit(loop->harvest->archiver);
    loop->committed_at = now;
    loop->is_committed = true;
}

static struct error *load_anew(struct loop *loop)
{
    tell_rest(loop); /* reports are in the table's arena */
    return table_load(&loop->table);
}

/* `*out_is_done`: nobody was admitted while it was asked for, and somebody may be due. */
static struct error *reload_if_asked(struct loop *loop, bool *out_is_done)
{
    struct harvest *harvest = loop->harvest;
    struct error *error;

    if (loop->under_way > 0)
        return OK; /* jobs hold the table's texts: first they come home */
    if (harvest->wants_reload) {
        harvest->wants_reload = false;
        *out_is_done = true;
        archiver_hurry(harvest->archiver); /* whoever asks may have made room */
        error = harvest_configure(harvest);
        if (error) {
            log_failure(harvest->options.log, NULL, error);
            log_warn(harvest->options.log, NULL, "the configuration stays as it was");
            error_free(error);
            return OK;
        }
        log_info(harvest->options.log, NULL, "configuration read again: %zu sources",
                 harvest_conf(harvest)->source_count);
        return load_anew(loop);
    }
    return table_has_grown(&loop->table) ? load_anew(loop) : OK;
}

/* Work further down the way goes first: pages before polls. */
static struct error *admit_all(struct loop *loop)
{
    switch (loop->harvest->options.kind) {
    case HARVEST_SOURCES:
        TRY(loop_admit_pages(loop));
        admit(loop);
        return OK;
    case HARVEST_ANEW:
        return loop_admit_kept(loop);
    case HARVEST_ARCHIVE:
        break;
    }
    return OK;
}

static struct error *mend_times(struct store *store, struct arena *arena, void *context)
{
    (void)arena;
    (void)context;
    return store_mend_times(store);
}

/* The wall clock seen from the other one, on which we sleep. Set back, it leaves plans that lie ahead; set
 * forward, it makes them due, and needs no more. */
static struct error *watch_clock(struct loop *loop)
{
    const struct harvest_options *options = &loop->harvest->options;
    int64_t before = loop->clock_lead;

    loop->clock_lead = clock_now(options->clock) - clock_monotonic(options->clock);
    if (before - loop->clock_lead < MINUTE)
        return OK;
    log_warn(options->log, NULL, "the clock was set back: what was planned by it is planned anew");
    TRY(writer_run(loop->harvest->writer, mend_times, NULL));
    return load_anew(loop);
}

static void tell_rested(struct loop *loop)
{
    const struct harvest_options *options = &loop->harvest->options;

    if (!loop->has_rested && options->rested)
        options->rested(options->context);
    loop->has_rested = true;
}

static struct error *harvest_round(struct loop *loop)
{
    struct harvest *harvest = loop->harvest;
    bool is_cancelled = false;

    for (;;) {
        struct job *job;
        int64_t wait = 100; /* with jobs under way: admission may have opened, the progress moved */
        if (!loop->error)
            loop->error = writer_failure(harvest->writer);
        if (is_stopping(loop) && !is_cancelled) {
            fetcher_cancel(harvest->fetcher);
            is_cancelled = true;
        }
        if (!harvest->wants_reload && !is_stopping(loop))
            loop->error = admit_all(loop);
        if (loop->under_way == 0 && (harvest->options.is_once || is_stopping(loop)))
            return MOVE(loop->error);
        if (loop->under_way == 0) {
            bool is_reloaded = false;
            TRY(reload_if_asked(loop, &is_reloaded));
            if (is_reloaded)
                continue;
            TRY(watch_clock(loop));
            commit_if_time(loop);
            if (harvest->failing_remotes)
                archiver_commit(harvest->archiver); /* their time may have come */
            TRY(record(loop));
            TRY(stories_follow(harvest));
            tell_rested(loop);
            wait = time_to_next(loop);
        }
        for (job = queue_get_within(harvest->ended, wait); job; job = queue_get_within(harvest->ended, 0))
            if (job != &wake_up)
                end_job(loop, job);
        show_progress(loop);
        if (!harvest->options.is_once)
            commit_if_time(loop);
    }
}

/* --- the whole --- */

static struct error *void_leases(struct store *store, struct arena *arena, void *context)
{
    (void)arena;
    (void)context;
    return store_void_leases(store); /* the lock is ours: whoever had them is gone */
}

static void count_wanted(struct loop *loop)
{
    if (loop->harvest->options.kind != HARVEST_SOURCES)
        return;
    for (size_t i = 0; i < loop->table.entry_count; i++)
        loop->progress.wanted += table_is_due(&loop->table, &loop->table.entries[i]);
}

static struct error *harvest_whole(struct harvest *harvest, struct loop *loop)
{
    struct error *error, *archive_error;

    TRY(writer_run(harvest->writer, void_leases, NULL));
    TRY(table_load(&loop->table));
    count_wanted(loop);
    loop->recorded_at = loop->committed_at = clock_monotonic(harvest->options.clock);
    loop->clock_lead = clock_now(harvest->options.clock) - loop->recorded_at;
    archiver_wake(harvest->archiver); /* what an earlier run left owed */
    if (harvest->options.kind == HARVEST_SOURCES) {
        struct hook *hook = NULL;
        TRY(hook_open(harvest, &hook));
        harvest->hook = hook;
        if (harvest->is_stopping) /* before there was one to be stopped */
            hook_stop(hook);
    }
    error = harvest_round(loop);
    tell_rest(loop);
    archive_error = archiver_finish(harvest->archiver, &loop->totals.has_committed);
    loop->totals.obstructed = harvest->obstructed_count;
    loop->totals.failing_remotes = harvest->failing_remotes;
    if (!error)
        hook_finish(harvest->hook);
    show_progress(loop);
    if (!error)
        error = record(loop);
    if (!error && !archive_error)
        error = stories_follow(harvest);
    if (error) {
        error_free(archive_error);
        return error;
    }
    return error_wrap(archive_error, "could not write the archive");
}

struct error *loop_run(struct harvest *harvest, struct harvest_totals *out_totals)
{
    struct loop loop = {.harvest = harvest, .is_committed = harvest->options.is_once};
    struct error *error;

    table_init(&loop.table, harvest);
    error = harvest_whole(harvest, &loop);
    *out_totals = loop.totals;
    error_free(loop.error);
    table_release(&loop.table);
    return error;
}
