/* SPDX-License-Identifier: MIT
 * writer.c - the one thread that changes the store
 *
 * Polls that wait together are stored in one transaction, and so are pages: one fsync for many. Other changes
 * (marks, small values) come as functions that somebody waits for.
 */
#include "harvest/hook.h"
#include "harvest/loop.h"
#include <stdlib.h>

enum { TOGETHER = 64, WAITERS = 64 };

static const int64_t bytes_together = 16 * 1024 * 1024;

struct change { /* lives on the stack of the one who waits */
    struct error *(*run)(struct store *store, struct arena *arena, void *context);
    void *context;
    struct error *error;
    bool is_done;
};

struct writer {
    struct harvest *harvest;
    struct store *store;
    struct queue *jobs; /* and `change_waits` for each change */
    struct queue *changes;
    pthread_mutex_t lock; /* guards the is_done of changes */
    pthread_cond_t done;
    pthread_t thread;
    bool has_thread;
    struct error *failure; /* the store's: what is on disk is known again only when it is opened anew */
};

static struct job change_waits; /* stands in `jobs` for "there is a change" */

static bool is_of_this_machine(const struct error *error)
{
    return error && (error->kind == ERROR_IO || error->kind == ERROR_DAMAGED || error->kind == ERROR_LOCKED);
}

static struct error *same_again(const struct error *error)
{
    char *text = error_text(error);
    struct error *same = error_new(error->kind, "%s", text);

    free(text);
    return same;
}

/* Whoever's error it was, the harvest learns of it. */
static void note_failure(struct writer *writer, const struct error *error)
{
    if (writer->failure || !is_of_this_machine(error))
        return;
    pthread_mutex_lock(&writer->lock);
    writer->failure = same_again(error);
    pthread_mutex_unlock(&writer->lock);
    loop_wake(writer->harvest);
}

struct error *writer_failure(struct writer *writer)
{
    struct error *failure;

    pthread_mutex_lock(&writer->lock);
    failure = writer->failure ? same_again(writer->failure) : OK;
    pthread_mutex_unlock(&writer->lock);
    return failure;
}

/* A commit that failed is never tried again as if it could have worked. The first job carries the error; the
 * others, and all that come, are as if they had not been asked. */
static void give_up(struct writer *writer, struct job **jobs, size_t count, struct error *error)
{
    note_failure(writer, error);
    jobs[0]->error = error;
    jobs[0]->is_dropped = error == OK;
    for (size_t i = 1; i < count; i++)
        jobs[i]->is_dropped = true;
}

static struct error *change_store(struct writer *writer, const struct change *change)
{
    OWN(arena) arena = arena_new(64 * MiB);
    struct error *error;

    if (writer->failure) /* whoever is told of it first tells why */
        return same_again(writer->failure);
    error = change->run(writer->store, arena, change->context);
    note_failure(writer, error);
    return error;
}

static void run_changes(struct writer *writer)
{
    struct change *change;

    while ((change = queue_get_within(writer->changes, 0))) {
        change->error = change_store(writer, change);
        pthread_mutex_lock(&writer->lock);
        change->is_done = true;
        pthread_cond_broadcast(&writer->done);
        pthread_mutex_unlock(&writer->lock);
    }
}

static void report_counts(struct job *job)
{
    if (job->counts.failures.len)
        job->report.warning = job->counts.failures = arena_keep(job->arena, job->counts.failures);
    job->report.new_count = job->counts.new_count;
    job->report.revised_count = job->counts.revised_count;
    job->report.failed_count = job->counts.failed_count;
}

/* A row is damaged that one poll needs, and not the file. */
static bool is_of_one_poll(const struct writer *writer, const struct error *error)
{
    return error && error->kind == ERROR_DAMAGED && !store_is_broken(writer->store);
}

/* Stores one poll by itself, after it failed together with others: only one of them may be to blame. */
static void store_alone(struct writer *writer, struct job *job)
{
    const struct poll *poll = &job->poll;

    job->error = store_polls(writer->store, job->arena, &poll, 1, &job->counts);
    if (is_of_one_poll(writer, job->error)) {
        poll_put_off(job, MOVE(job->error));
        job->error = store_polls(writer->store, job->arena, &poll, 1, &job->counts);
    }
    note_failure(writer, job->error);
    if (!job->error)
        report_counts(job);
}

static void store_together(struct writer *writer, struct job **jobs, size_t count)
{
    OWN(arena) arena = arena_new(256 * MiB);
    const struct poll *polls[TOGETHER];
    struct poll_counts counts[TOGETHER] = {0};
    struct error *error = OK;

    for (size_t i = 0; i < count; i++)
        polls[i] = &jobs[i]->poll;
    if (!writer->failure)
        error = store_polls(writer->store, arena, polls, count, counts);
    if (writer->failure || (is_of_this_machine(error) && !is_of_one_poll(writer, error))) {
        give_up(writer, jobs, count, error);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (!error) {
            jobs[i]->counts = counts[i];
            report_counts(jobs[i]);
        } else if (writer->failure) {
            jobs[i]->is_dropped = true;
        } else {
            store_alone(writer, jobs[i]);
        }
    }
    error_free(error);
}

/* One page by itself, after it failed together with others. What is the page's own fault costs the page. */
static void keep_alone(struct writer *writer, struct job *job)
{
    struct page_job *page = job->page;

    job->error = store_take_pages(writer->store, &page->outcome, 1, &page->verdict);
    note_failure(writer, job->error);
    if (!job->error || (job->error->kind != ERROR_LIMIT && job->error->kind != ERROR_FORMAT))
        return;
    page->trouble = arena_keep(job->arena, span_of(job->error->message));
    page->outcome.item = NULL;
    page->outcome.page = NULL;
    error_free(job->error);
    job->error = store_take_pages(writer->store, &page->outcome, 1, &page->verdict);
    note_failure(writer, job->error);
}

static void keep_together(struct writer *writer, struct job **jobs, size_t count)
{
    struct page_outcome outcomes[TOGETHER];
    struct page_verdict verdicts[TOGETHER];
    struct error *error = OK;

    for (size_t i = 0; i < count; i++)
        outcomes[i] = jobs[i]->page->outcome;
    if (!writer->failure)
        error = store_take_pages(writer->store, outcomes, count, verdicts);
    if (writer->failure || is_of_this_machine(error)) {
        give_up(writer, jobs, count, error);
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (!error)
            jobs[i]->page->verdict = verdicts[i];
        else if (writer->failure)
            jobs[i]->is_dropped = true;
        else
            keep_alone(writer, jobs[i]);
    error_free(error);
}

static void hand_on(struct writer *writer, struct job **jobs, size_t count)
{
    archiver_wake(writer->harvest->archiver);
    hook_wake(writer->harvest->hook);
    for (size_t i = 0; i < count; i++)
        job_next(jobs[i]);
}

static void *write_all(void *context)
{
    struct writer *writer = context;
    struct job *job;

    while ((job = queue_get(writer->jobs))) {
        struct job *polls[TOGETHER], *pages[TOGETHER];
        size_t poll_count = 0, page_count = 0;
        int64_t bytes = 0;
        do {
            if (job == &change_waits)
                continue;
            if (job->page)
                pages[page_count++] = job;
            else
                polls[poll_count++] = job;
            bytes += job->held_bytes;
        } while (poll_count + page_count < TOGETHER && bytes < bytes_together &&
                 (job = queue_get_within(writer->jobs, 0)));
        if (page_count) {
            keep_together(writer, pages, page_count);
            hand_on(writer, pages, page_count);
        }
        if (poll_count) {
            store_together(writer, polls, poll_count);
            hand_on(writer, polls, poll_count);
        }
        run_changes(writer);
    }
    return NULL;
}

struct error *writer_open(struct harvest *harvest, struct writer **out_writer)
{
    struct writer *writer = memory_new(sizeof *writer);
    const struct conf *conf = harvest_conf(harvest);
    struct store_options options = {
        .timezone = harvest->timezone, .wait = conf->archive.wait, .max_interval = conf->fetch.max_interval};

    writer->harvest = harvest;
    writer->jobs = queue_new(CREDITS + WAITERS);
    writer->changes = queue_new(WAITERS);
    pthread_mutex_init(&writer->lock, NULL);
    pthread_cond_init(&writer->done, NULL);
    *out_writer = writer;
    TRY(store_open(harvest->options.folder, &options, harvest->options.clock, &writer->store));
    if (pthread_create(&writer->thread, NULL, write_all, writer))
        return error_new(ERROR_IO, "could not start a thread");
    writer->has_thread = true;
    return OK;
}

void writer_close(struct writer *writer)
{
    if (!writer)
        return;
    queue_close(writer->jobs);
    if (writer->has_thread)
        pthread_join(writer->thread, NULL);
    store_close(writer->store);
    pthread_cond_destroy(&writer->done);
    pthread_mutex_destroy(&writer->lock);
    queue_free(writer->changes);
    queue_free(writer->jobs);
    error_free(writer->failure);
    free(writer);
}

void writer_put(struct writer *writer, struct job *job)
{
    queue_put(writer->jobs, job);
}

struct error *writer_run(struct writer *writer, struct error *(*run)(struct store *, struct arena *, void *),
                         void *context)
{
    struct change change = {.run = run, .context = context};

    queue_put(writer->changes, &change);
    queue_put(writer->jobs, &change_waits);
    pthread_mutex_lock(&writer->lock);
    while (!change.is_done)
        pthread_cond_wait(&writer->done, &writer->lock);
    pthread_mutex_unlock(&writer->lock);
    return change.error;
}
