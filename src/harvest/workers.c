/* SPDX-License-Identifier: MIT
 * workers.c - the threads that think: one a core
 *
 * They take polls to read and errands of the archiver. Errands are further down the way and go first.
 */
#include "core/fault.h"
#include "harvest/internal.h"
#include <stdlib.h>
#include <unistd.h>

enum { MOST_WORKERS = 32, ERRANDS = 256 };

struct workers {
    struct harvest *harvest;
    struct worker worker[MOST_WORKERS];
    size_t count;
    struct queue *jobs; /* one entry for each job and each errand: jobs themselves, or &errand_waits */
    struct queue *errands;
};

/* stands in `jobs` for "there is an errand" */
static struct job errand_waits;

static void run_errand(struct workers *workers)
{
    struct errand *errand = queue_get_within(workers->errands, 0);

    if (!errand)
        return;
    errand->run(errand);
    queue_put(errand->back, errand);
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct workers *workers = worker->harvest->workers;
    struct job *job;

    while ((job = queue_get(workers->jobs))) {
        run_errand(workers);
        if (job == &errand_waits)
            continue;
        job->error = fault_error("harvest.read");
        if (!job->error)
            job->step->run(job, worker);
        job_next(job);
    }
    return NULL;
}

struct error *workers_open(struct harvest *harvest, struct workers **out_workers)
{
    struct workers *workers = memory_new(sizeof *workers);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    workers->harvest = harvest;
    workers->jobs = queue_new(CREDITS + ERRANDS);
    workers->errands = queue_new(ERRANDS);
    *out_workers = harvest->workers = workers;
    for (long i = 0; i < MAX(cores, 1) && i < MOST_WORKERS; i++) {
        struct worker *worker = &workers->worker[i];
        worker->harvest = harvest;
        TRY(store_reader_open(harvest->options.folder, &worker->reader));
        if (pthread_create(&worker->thread, NULL, work, worker)) {
            store_reader_close(worker->reader);
            return error_new(ERROR_IO, "could not start a thread");
        }
        workers->count++;
    }
    return OK;
}

void workers_close(struct workers *workers)
{
    if (!workers)
        return;
    queue_close(workers->jobs);
    for (size_t i = 0; i < workers->count; i++) {
        pthread_join(workers->worker[i].thread, NULL);
        store_reader_close(workers->worker[i].reader);
    }
    queue_free(workers->jobs);
    queue_free(workers->errands);
    free(workers);
}

void workers_put(struct workers *workers, struct job *job)
{
    queue_put(workers->jobs, job);
}

void workers_put_errand(struct workers *workers, struct errand *errand)
{
    queue_put(workers->errands, errand);
    queue_put(workers->jobs, &errand_waits);
}

size_t workers_count(const struct workers *workers)
{
    return workers->count;
}
