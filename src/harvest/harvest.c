/* SPDX-License-Identifier: MIT
 * harvest.c - the harvesting thread: who is due, who is admitted, who is back
 *
 * It owns the table of sources as the store has them, hands jobs in while admission is open, and takes ended
 * jobs back. It waits on one queue only. A round ends when nobody is due and nobody under way; a continuous
 * harvest then commits and sleeps until the next is due.
 */
#include "core/file.h"
#include "core/vec.h"
#include "gather/take.h"
#include "harvest/hook.h"
#include "harvest/internal.h"
#include "harvest/record.h"
#include "harvest/schedule.h"
#include "limits/limits.h"
#include "text/timezone.h"
#include <stdlib.h>

enum { WAKE_UPS = 8 };

static const int64_t commit_every = 60 * 1000;  /* while a continuous harvest never comes to rest */
static const int64_t longest_sleep = 60 * 1000; /* the wall clock may be set meanwhile */

static struct job wake_up; /* stands in `ended` for "look at the flags" */

struct entry { /* a source of the configuration */
    const struct conf_source *wanted;
    struct source source; /* as the store has it; texts in the round's arena */
    bool is_under_way;
    bool was_polled;            /* in this round */
    bool has_history;           /* there is an older document to be asked (walk.c) */
    struct poll_report *untold; /* of its poll, until its history was read; NULL: there is none */
};

struct round {
    struct harvest *harvest;
    struct arena *arena; /* of the table */
    struct entry *entries;
    size_t entry_count;
    struct map by_id;
    size_t cursor; /* where the search for the next due one goes on */
    int64_t under_way, pages_under_way, committed_at, recorded_at;
    size_t kept_source; /* HARVEST_ANEW: index in `only`, and the page, that are next */
    int64_t kept_key;
    int64_t clock_lead;   /* of the wall clock before the monotonic one, at the last look */
    int64_t pages_due_at; /* when there may be a page to look at; NO_TIME: the store is to be asked */
    bool is_committed;    /* nothing came since the last commit */
    bool has_rested;      /* there was a time when nothing was left to poll */
    struct harvest_progress progress;
    struct harvest_totals totals, recorded; /* ... of which the store has been told */
    struct error *error;                    /* of this machine: ends the harvest */
};

const struct conf *harvest_conf(const struct harvest *harvest)
{
    return harvest->configuration->conf;
}

/* --- configuration --- */

static struct error *configure(struct harvest *harvest)
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

static struct error *want_sources(struct store *store, struct arena *arena, void *context)
{
    const struct conf *conf = context;
    struct wanted_source *wanted = ARENA_ARRAY(arena, struct wanted_source, conf->source_count);

    for (size_t i = 0; i < conf->source_count; i++)
        wanted[i] = (struct wanted_source){
            .id = conf->sources[i].id,
            .name = conf->sources[i].name,
            .feed = gather_address(&conf->sources[i]),
            .is_paused = conf->sources[i].paused,
        };
    return store_want_sources(store, wanted, conf->source_count);
}

/* --- the table of sources --- */

static bool is_chosen(const struct harvest *harvest, span id)
{
    for (size_t i = 0; i < harvest->options.only_count; i++)
        if (span_equal(harvest->options.only[i], id))
            return true;
    return harvest->options.only_count == 0;
}

static bool has_history(const struct source *source)
{
    return span_has(source->memory, "\"walk_to\"");
}

static struct error *load_table(struct round *round)
{
    struct harvest *harvest = round->harvest;
    const struct conf *conf = harvest_conf(harvest);
    struct source *sources = NULL;
    size_t count = 0;

    arena_reset(round->arena);
    round->by_id = (struct map){.arena = round->arena};
    round->entries = ARENA_ARRAY(round->arena, struct entry, conf->source_count);
    round->entry_count = round->cursor = 0;
    TRY(writer_run(harvest->writer, want_sources, (void *)(uintptr_t)conf));
    TRY(store_sources(harvest->reader, round->arena, &sources, &count));
    for (size_t i = 0; i < count; i++) {
        const struct conf_source *wanted = conf_find_source(conf, sources[i].id);
        if (!wanted || !sources[i].is_wanted || gather_rung(wanted) == RUNG_NONE ||
            !is_chosen(harvest, sources[i].id))
            continue;
        struct entry *entry = &round->entries[round->entry_count++];
        *entry =
            (struct entry){.wanted = wanted, .source = sources[i], .has_history = has_history(&sources[i])};
        *map_at(&round->by_id, sources[i].id) = entry;
    }
    return OK;
}

static bool is_asleep(const struct entry *entry)
{
    return entry->source.state == SOURCE_PAUSED || entry->source.state == SOURCE_GONE;
}

static bool is_due(const struct round *round, const struct entry *entry)
{
    const struct harvest_options *options = &round->harvest->options;

    if (entry->is_under_way)
        return false;
    if (entry->has_history && !is_asleep(entry))
        return true;
    if (options->is_once && entry->was_polled)
        return false;
    return schedule_is_due(&entry->source, clock_now(options->clock), options->is_forced && options->is_once);
}

/* The next source that is due, round about from the last one; NULL: none is. */
static struct entry *next_due(struct round *round)
{
    for (size_t i = 0; i < round->entry_count; i++) {
        struct entry *entry = &round->entries[(round->cursor + i) % round->entry_count];
        if (is_due(round, entry)) {
            round->cursor = (round->cursor + i + 1) % round->entry_count;
            return entry;
        }
    }
    return NULL;
}

/* --- jobs out and back --- */

static struct job *make_job(const struct round *round)
{
    struct arena *arena = arena_new(LIMIT_JOB_ROOM);
    struct job *job = ARENA_NEW(arena, struct job);

    job->harvest = round->harvest;
    job->arena = arena;
    job->started_at = clock_monotonic(round->harvest->options.clock);
    return job;
}

static void start_job(struct round *round, struct job *job)
{
    round->under_way++;
    admission_take(&round->harvest->admission, job, job->started_at);
    job_go(job);
}

static void start_poll(struct round *round, struct entry *entry)
{
    struct job *job = make_job(round);

    job->step = poll_steps;
    job->wanted = entry->wanted;
    job->is_walk = entry->has_history;
    job->filter = atomic_load(&round->harvest->configuration)->filter;
    job->source = entry->source;
    job->report = (struct poll_report){.source_id = entry->source.id,
                                       .name = entry->wanted->name,
                                       .next_poll_at = entry->source.next_poll_at};
    entry->is_under_way = true;
    round->progress.current = entry->source.id;
    start_job(round, job);
}

/* --- pages: those that the store says are owed and due --- */

/* A lease outlives the slowest host: all pages that may be under way, each with the longest gap before it. */
enum { MOST_PAGES = 128 };
static const int64_t page_lease = 2 * HOUR;

struct leasing {
    struct harvest *harvest;
    struct arena *arena;
    size_t limit;
    struct task *tasks;
    size_t count;
};

static struct error *lease_pages(struct store *store, struct arena *arena, void *context)
{
    struct leasing *leasing = context;

    (void)arena;
    return store_lease_tasks(store, leasing->arena, S("harvest"), page_lease, leasing->limit, &leasing->tasks,
                             &leasing->count);
}

static void start_page(struct round *round, const struct task *task)
{
    const struct conf *conf = harvest_conf(round->harvest);
    const struct conf_source *wanted = conf_find_source(conf, task->source_id);
    struct job *job = make_job(round);

    job->wanted = wanted;
    page_prepare(job, task, wanted ? &wanted->fetch : &conf->fetch);
    if (wanted)
        round->progress.current = wanted->id;
    round->pages_under_way++;
    start_job(round, job);
}

static struct error *find_next_page(struct round *round)
{
    TRY(store_next_task_at(round->harvest->reader, &round->pages_due_at));
    if (round->pages_due_at == NO_TIME)
        round->pages_due_at = INT64_MAX;
    return OK;
}

static struct error *lease_and_start(struct round *round)
{
    OWN(arena) arena = arena_new(16 * MiB);
    int64_t most = MIN(MOST_PAGES - round->pages_under_way, CREDITS - round->harvest->admission.credits_used);
    struct leasing leasing = {.arena = arena, .limit = (size_t)most};

    TRY(writer_run(round->harvest->writer, lease_pages, &leasing));
    for (size_t i = 0; i < leasing.count; i++)
        start_page(round, &leasing.tasks[i]);
    return OK;
}

static struct error *admit_pages(struct round *round)
{
    int64_t now = clock_now(round->harvest->options.clock);

    if (round->pages_due_at > now || round->pages_under_way == MOST_PAGES ||
        !admission_is_open(&round->harvest->admission, clock_monotonic(round->harvest->options.clock)))
        return OK;
    TRY(find_next_page(round));
    if (round->pages_due_at > now)
        return OK;
    TRY(lease_and_start(round));
    return find_next_page(round);
}

/* --- kept pages, extracted anew --- */

enum { KEPT_AT_ONCE = 16 };

static struct error *admit_kept(struct round *round)
{
    const struct harvest_options *options = &round->harvest->options;

    while (round->under_way < KEPT_AT_ONCE && round->kept_source < MAX(options->only_count, 1)) {
        OWN(arena) arena = arena_new(SIZE_MAX);
        span source = options->only_count ? options->only[round->kept_source] : (span){0};
        struct kept_page *page = NULL;
        size_t count = 0;
        TRY(store_pages(round->harvest->reader, arena, source, round->kept_key, 1, &page, &count));
        if (count == 0) {
            round->kept_source++;
            round->kept_key = 0;
            continue;
        }
        struct job *job = make_job(round);
        page_prepare_kept(job, page);
        round->kept_key = page->key;
        round->pages_under_way++;
        round->totals.pages++;
        start_job(round, job);
    }
    return OK;
}

static void end_page(struct round *round, const struct job *job)
{
    const struct page_job *page = job->page;
    struct log *log = round->harvest->options.log;
    const char *source = arena_string(job->arena, page->task.source_id);

    round->pages_under_way--;
    round->pages_due_at = NO_TIME; /* to be asked: what it left behind may be due at once */
    if (job->error || job->is_dropped)
        return;
    if (page->trouble.len)
        log_line(log, page->outcome.task ? LOG_INFO : LOG_DEBUG, source, "%.*s: %.*s",
                 SPAN_ARG(page->outcome.task ? page->task.url : page->kept.url), SPAN_ARG(page->trouble));
    round->totals.revised_count += page->verdict.is_revised;
    round->progress.revised_count = round->totals.revised_count;
    if (page->verdict.is_ours)
        round->is_committed = false; /* it waits no longer, whatever came of it */
}

/* The row as stored, copied out of the job's arena. What texts it replaces stays in the table's until the
 * next load: a few bytes a poll, given back by load_anew(). */
static void keep_row(struct round *round, struct entry *entry, const struct source *row)
{
    struct arena *arena = round->arena;

    entry->source = *row;
    entry->source.id = entry->wanted->id;
    entry->source.name = entry->wanted->name;
    entry->source.feed = gather_address(entry->wanted);
    entry->source.address = arena_keep(arena, row->address);
    entry->source.validators.etag = arena_keep(arena, row->validators.etag);
    entry->source.validators.last_modified = arena_keep(arena, row->validators.last_modified);
    entry->source.last_error = arena_keep(arena, row->last_error);
    entry->source.moved_to = arena_keep(arena, row->moved_to);
    entry->source.memory = arena_keep(arena, row->memory);
}

static void tell(struct round *round, const struct poll_report *report)
{
    const struct harvest_options *options = &round->harvest->options;

    round->totals.polled++;
    round->totals.failed += report->status == POLL_ERROR || report->status == POLL_GONE;
    round->totals.new_count += report->new_count;
    round->totals.revised_count += report->revised_count;
    round->totals.failed_items += report->failed_count;
    round->progress.done++;
    round->progress.failed = round->totals.failed;
    round->progress.new_count = round->totals.new_count;
    round->progress.revised_count = round->totals.revised_count;
    if (report->new_count || report->revised_count) {
        round->is_committed = false;
        round->pages_due_at = NO_TIME; /* some may be owed now */
    }
    if (options->report)
        options->report(options->context, report);
}

static struct poll_report *keep_report(struct round *round, const struct poll_report *report)
{
    struct poll_report *kept = ARENA_NEW(round->arena, struct poll_report);

    *kept = *report;
    kept->error = arena_keep(round->arena, report->error);
    kept->warning = arena_keep(round->arena, report->warning);
    return kept;
}

/* A source's poll and those of its history that follow are told as one. */
static void end_poll(struct round *round, struct entry *entry, struct job *job)
{
    struct poll_report *report = &job->report;
    const struct poll_report *before = entry->untold;

    keep_row(round, entry, &job->source);
    entry->was_polled |= !job->is_walk;
    entry->has_history = has_history(&job->source) && !job->is_stuck;
    report->took_ms = clock_monotonic(round->harvest->options.clock) - job->started_at;
    if (before && job->is_walk) {
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
    if (is_due(round, entry) && (entry->has_history || !entry->was_polled))
        entry->untold = keep_report(round, report);
    else if (!job->is_held)
        tell(round, report);
}

/* What a stop has cut off of a history. */
static void tell_rest(struct round *round)
{
    for (size_t i = 0; i < round->entry_count; i++)
        if (round->entries[i].untold)
            tell(round, MOVE(round->entries[i].untold));
}

static void end_job(struct round *round, struct job *job)
{
    struct entry *entry = job->page ? NULL : map_get(&round->by_id, job->source.id);
    span id = !job->page                ? job->report.source_id
              : job->page->outcome.task ? job->page->task.url
                                        : job->page->kept.url;

    round->under_way--;
    admission_give_back(&round->harvest->admission, job);
    if (entry)
        entry->is_under_way = false;
    if (job->page)
        end_page(round, job);
    if (job->error) { /* this machine's trouble: no use in going on */
        if (!round->error)
            round->error = error_wrap(MOVE(job->error), "could not harvest \"%.*s\"", SPAN_ARG(id));
    } else if (entry && !job->is_dropped) {
        end_poll(round, entry, job);
    }
    job_free(job);
}

static void show_progress(struct round *round)
{
    struct harvest *harvest = round->harvest;

    if (!harvest->options.progress)
        return;
    round->progress.archived_count = harvest->archived_count;
    round->progress.bytes = fetcher_counts(harvest->fetcher).bytes_received;
    harvest->options.progress(harvest->options.context, &round->progress);
}

/* --- the loop --- */

static bool is_stopping(const struct round *round)
{
    return round->harvest->is_stopping || round->error;
}

static void admit(struct round *round)
{
    struct harvest *harvest = round->harvest;
    struct entry *entry;

    while (!is_stopping(round) &&
           admission_is_open(&harvest->admission, clock_monotonic(harvest->options.clock)) &&
           (entry = next_due(round)))
        start_poll(round, entry);
}

static int64_t time_to_next(const struct round *round)
{
    enum { SHORTEST_MS = 10 };
    int64_t now = clock_now(round->harvest->options.clock);
    int64_t next_at = MIN(now + longest_sleep, round->pages_due_at);

    for (size_t i = 0; i < round->entry_count; i++) {
        const struct entry *entry = &round->entries[i];
        if (!entry->is_under_way && !is_asleep(entry)) /* NO_TIME, as there and here, is long ago: due */
            next_at = MIN(next_at, entry->source.next_poll_at);
    }
    return next_at <= now ? SHORTEST_MS : MAX(next_at - now, (int64_t)SHORTEST_MS);
}

static struct error *write_record(struct store *store, struct arena *arena, void *context)
{
    (void)arena;
    return last_harvest_write(store, context);
}

/* For `status`: what came since the last time. */
static struct error *record(struct round *round)
{
    const struct harvest_totals *now = &round->totals, *before = &round->recorded;
    const struct clock *clock = round->harvest->options.clock;
    struct last_harvest last = {
        .ended_at = clock_now(clock),
        .took_ms = clock_monotonic(clock) - round->recorded_at,
        .polled = now->polled - before->polled,
        .failed = now->failed - before->failed,
        .new_count = now->new_count - before->new_count,
        .revised_count = now->revised_count - before->revised_count,
    };

    if (last.polled == 0 && last.revised_count == 0)
        return OK;
    round->recorded = *now;
    round->recorded_at = clock_monotonic(clock);
    return writer_run(round->harvest->writer, write_record, &last);
}

static void commit_if_time(struct round *round)
{
    int64_t now = clock_monotonic(round->harvest->options.clock);

    if (round->is_committed || (round->under_way > 0 && now - round->committed_at < commit_every))
        return;
    archiver_commit(round->harvest->archiver);
    round->committed_at = now;
    round->is_committed = true;
}

static struct error *load_anew(struct round *round)
{
    tell_rest(round); /* reports are in the table's arena */
    return load_table(round);
}

/* `*out_is_done`: nobody was admitted while it was asked for, and somebody may be due. */
static struct error *reload_if_asked(struct round *round, bool *out_is_done)
{
    struct harvest *harvest = round->harvest;
    bool has_grown = arena_used(round->arena) > 32 * MiB + round->entry_count * 4 * KiB;
    struct error *error;

    if (round->under_way > 0)
        return OK; /* jobs hold the table's texts: first they come home */
    if (harvest->wants_reload) {
        harvest->wants_reload = false;
        *out_is_done = true;
        archiver_hurry(harvest->archiver); /* whoever asks may have made room */
        error = configure(harvest);
        if (error) {
            log_failure(harvest->options.log, NULL, error);
            log_warn(harvest->options.log, NULL, "the configuration stays as it was");
            error_free(error);
            return OK;
        }
        log_info(harvest->options.log, NULL, "configuration read again: %zu sources",
                 harvest_conf(harvest)->source_count);
        return load_anew(round);
    }
    return has_grown ? load_anew(round) : OK;
}

/* Work further down the way goes first: pages before polls. */
static struct error *admit_all(struct round *round)
{
    switch (round->harvest->options.kind) {
    case HARVEST_SOURCES:
        TRY(admit_pages(round));
        admit(round);
        return OK;
    case HARVEST_ANEW:
        return admit_kept(round);
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

/* The wall clock seen from the other one, on which we sleep. Set back, it leaves plans that lie far ahead. */
static struct error *watch_clock(struct round *round)
{
    const struct harvest_options *options = &round->harvest->options;
    int64_t before = round->clock_lead;

    round->clock_lead = clock_now(options->clock) - clock_monotonic(options->clock);
    if (before - round->clock_lead < DAY)
        return OK;
    log_warn(options->log, NULL, "the clock was set back by days: what was planned by it is planned anew");
    TRY(writer_run(round->harvest->writer, mend_times, NULL));
    return load_anew(round);
}

static void tell_rested(struct round *round)
{
    const struct harvest_options *options = &round->harvest->options;

    if (!round->has_rested && options->rested)
        options->rested(options->context);
    round->has_rested = true;
}

static struct error *harvest_round(struct round *round)
{
    struct harvest *harvest = round->harvest;
    bool is_cancelled = false;

    for (;;) {
        struct job *job;
        int64_t wait = 100; /* with jobs under way: admission may have opened, the progress moved */
        if (is_stopping(round) && !is_cancelled) {
            fetcher_cancel(harvest->fetcher);
            is_cancelled = true;
        }
        if (!harvest->wants_reload && !is_stopping(round))
            round->error = admit_all(round);
        if (round->under_way == 0 && (harvest->options.is_once || is_stopping(round)))
            return MOVE(round->error);
        if (round->under_way == 0) {
            bool is_reloaded = false;
            TRY(reload_if_asked(round, &is_reloaded));
            if (is_reloaded)
                continue;
            TRY(watch_clock(round));
            commit_if_time(round);
            if (harvest->failing_remotes)
                archiver_commit(harvest->archiver); /* their time may have come */
            TRY(record(round));
            TRY(stories_follow(harvest));
            tell_rested(round);
            wait = time_to_next(round);
        }
        for (job = queue_get_within(harvest->ended, wait); job; job = queue_get_within(harvest->ended, 0))
            if (job != &wake_up)
                end_job(round, job);
        show_progress(round);
        if (!harvest->options.is_once)
            commit_if_time(round);
    }
}

/* --- start and end --- */

static struct error *open_parts(struct harvest *harvest)
{
    const struct harvest_options *options = &harvest->options;
    const struct conf *conf;

    TRY(configure(harvest));
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

static struct error *void_leases(struct store *store, struct arena *arena, void *context)
{
    (void)arena;
    (void)context;
    return store_void_leases(store); /* the lock is ours: whoever had them is gone */
}

static void count_wanted(struct round *round)
{
    if (round->harvest->options.kind != HARVEST_SOURCES)
        return;
    for (size_t i = 0; i < round->entry_count; i++)
        round->progress.wanted += is_due(round, &round->entries[i]);
}

static struct error *harvest_whole(struct harvest *harvest, struct round *round)
{
    struct error *error, *archive_error;

    TRY(writer_run(harvest->writer, void_leases, NULL));
    TRY(load_table(round));
    count_wanted(round);
    round->recorded_at = round->committed_at = clock_monotonic(harvest->options.clock);
    round->clock_lead = clock_now(harvest->options.clock) - round->recorded_at;
    archiver_wake(harvest->archiver); /* what an earlier run left owed */
    if (harvest->options.kind == HARVEST_SOURCES) {
        struct hook *hook = NULL;
        TRY(hook_open(harvest, &hook));
        harvest->hook = hook;
        if (harvest->is_stopping) /* before there was one to be stopped */
            hook_stop(hook);
    }
    error = harvest_round(round);
    tell_rest(round);
    archive_error = archiver_finish(harvest->archiver, &round->totals.has_committed);
    round->totals.obstructed = harvest->obstructed_count;
    round->totals.failing_remotes = harvest->failing_remotes;
    if (!error)
        hook_finish(harvest->hook);
    show_progress(round);
    if (!error)
        error = record(round);
    if (!error && !archive_error)
        error = stories_follow(harvest);
    if (error) {
        error_free(archive_error);
        return error;
    }
    return error_wrap(archive_error, "could not write the archive");
}

struct error *harvest_run(struct harvest *harvest, struct harvest_totals *out_totals)
{
    struct round round = {.harvest = harvest, .is_committed = harvest->options.is_once};
    struct error *error = open_parts(harvest);

    round.arena = arena_new(SIZE_MAX);
    if (!error)
        error = harvest_whole(harvest, &round);
    round.totals.is_stopped = harvest->is_stopping;
    *out_totals = round.totals;
    error_free(round.error);
    arena_free(round.arena);
    return error;
}

void harvest_stop(struct harvest *harvest)
{
    if (!atomic_exchange(&harvest->is_stopping, true))
        queue_put(harvest->ended, &wake_up);
    hook_stop(harvest->hook);
}

void harvest_reload(struct harvest *harvest)
{
    if (!atomic_exchange(&harvest->wants_reload, true))
        queue_put(harvest->ended, &wake_up);
}
