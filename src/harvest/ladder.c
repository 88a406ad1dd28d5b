/* SPDX-License-Identifier: MIT
 * ladder.c - what a source is read from when its feed is dead
 *
 * An address that leads nowhere, or to a page that is no feed, three polls in a row, is dead. Then the site
 * is looked through once a week for what it has instead: another feed, a sitemap, its front page. What is
 * found is taken, and said in every place where the source is shown; the feed itself is tried again each
 * week, and is read again when it is back. Looking takes dozens of requests, one after the other, so it has a
 * thread of its own.
 */
#include "harvest/reading.h"
#include "text/url.h"
#include <stdlib.h>

enum { POLLS_TO_DIE = 3, MOST_WAITING = 16 };

static const int64_t again_after = 7 * DAY;
static const int64_t patience = 10 * 1000; /* ms, with each request of a look */

struct ladder {
    struct harvest *harvest;
    struct queue *jobs;
    pthread_t thread;
    bool has_thread;
};

/* --- before and after a poll --- */

static bool is_down(const struct memory *memory)
{
    return memory->rung_at != NO_TIME;
}

span ladder_address(struct job *job, int64_t now)
{
    const struct memory *memory = &job->memory;

    job->rung = is_down(memory) ? (enum rung)memory->rung : gather_rung(job->wanted);
    if (job->is_walk) {
        job->rung = RUNG_FEED;
        return memory->walk_to;
    }
    if (!is_down(memory) || memory->upward_at == NO_TIME || memory->upward_at > now)
        return job->source.address;
    job->is_upward = true;
    job->rung = gather_rung(job->wanted);
    return gather_address(job->wanted);
}

static bool has_failed(const struct poll_facts *facts)
{
    return facts->outcome != OUTCOME_OK && facts->outcome != OUTCOME_UNCHANGED;
}

static void look_upward(struct job *job, struct poll_facts *facts)
{
    struct memory *memory = &job->memory;

    job->is_upward = false;
    if (has_failed(facts)) {
        memory->upward_at = facts->now + again_after;
        job->report.warning =
            arena_printf(job->arena, "its own feed is still dead: %.*s", SPAN_ARG(facts->error));
        facts->outcome = OUTCOME_UNCHANGED; /* what it is read from instead is asked the next time */
        return;
    }
    memory->rung = 0;
    memory->rung_at = memory->upward_at = memory->rediscover_at = NO_TIME;
    memory->rung_reason = (span){0};
    job->source.address = gather_address(job->wanted);
    job->report.warning = S("its own feed is back, and is read again");
}

void ladder_look(struct job *job, struct poll_facts *facts)
{
    struct memory *memory = &job->memory;
    bool is_dead = facts->is_no_feed || (facts->outcome == OUTCOME_REFUSED && facts->response->status == 404);

    if (job->is_upward)
        look_upward(job, facts);
    else if (is_dead && job->source.failures + 1 >= POLLS_TO_DIE &&
             (memory->rediscover_at == NO_TIME || memory->rediscover_at <= facts->now) &&
             queue_len(job->harvest->ladder->jobs) < MOST_WAITING)
        job->wants_rung = true;
}

/* --- looking --- */

static span home_of(struct job *job)
{
    const struct conf_source *wanted = job->wanted;

    if (wanted->page.len)
        return wanted->page;
    return job->memory.home_page.len ? job->memory.home_page
                                     : url_resolve(job->arena, gather_address(wanted), S("/"));
}

/* The best that is none of the addresses which are dead. */
static const struct candidate *choose(const struct job *job, const struct finding *finding)
{
    for (size_t i = 0; i < finding->count; i++) {
        const struct candidate *candidate = &finding->candidates[i];
        if (candidate->found && !candidate->hint.is_comments &&
            !span_equal(candidate->found->url, job->source.address) &&
            !span_equal(candidate->found->url, gather_address(job->wanted)))
            return candidate;
    }
    return NULL;
}

static void step_down(struct job *job, const struct candidate *candidate)
{
    struct memory *memory = &job->memory;
    struct source *source = &job->source;
    int64_t now = source->last_poll_at;

    memory->rung = candidate->rung;
    memory->rung_at = now;
    memory->upward_at = now + again_after;
    memory->rung_reason = arena_printf(
        job->arena, "its feed is dead (%.*s), so it is read from the site's %s: %.*s",
        SPAN_ARG(source->last_error), rung_name(candidate->rung), SPAN_ARG(candidate->found->url));
    memory->answered_from = (span){0};
    source->address = arena_keep(job->arena, candidate->found->url);
    source->validators = (struct validators){0};
    source->body_hash = 0;
    source->next_poll_at = now + job->wanted->fetch.min_interval;
    source->interval = job->wanted->fetch.min_interval;
    source->last_error = memory->rung_reason;
}

static void look(struct job *job)
{
    struct conf_fetch settings = job->wanted->fetch;
    struct gatherer gatherer = {.fetcher = job->harvest->fetcher,
                                .settings = &settings,
                                .arena = job->arena,
                                .log = job->harvest->options.log};
    struct finding finding = {0};
    const struct candidate *candidate;
    struct error *error;

    settings.timeout = MIN(settings.timeout, patience);
    error = gather_find(&gatherer, home_of(job), &finding);
    if (error && error->kind == ERROR_CANCELLED) {
        error_free(error);
        return;
    }
    job->memory.rediscover_at = job->source.last_poll_at + again_after;
    candidate = error ? NULL : choose(job, &finding);
    if (candidate)
        step_down(job, candidate);
    else
        job->source.last_error = arena_printf(job->arena, "%.*s; nothing else to read was found on the site",
                                              SPAN_ARG(job->source.last_error));
    error_free(error);
}

static void *climb(void *context)
{
    struct ladder *ladder = context;
    struct job *job;

    while ((job = queue_get(ladder->jobs))) {
        look(job);
        poll_settle(job);
        job_next(job);
    }
    return NULL;
}

/* --- the thread --- */

struct error *ladder_open(struct harvest *harvest, struct ladder **out_ladder)
{
    struct ladder *ladder = memory_new(sizeof *ladder);

    ladder->harvest = harvest;
    ladder->jobs = queue_new(CREDITS);
    *out_ladder = ladder;
    if (pthread_create(&ladder->thread, NULL, climb, ladder))
        return error_new(ERROR_IO, "could not start a thread");
    ladder->has_thread = true;
    return OK;
}

void ladder_close(struct ladder *ladder)
{
    if (!ladder)
        return;
    queue_close(ladder->jobs);
    if (ladder->has_thread)
        pthread_join(ladder->thread, NULL);
    queue_free(ladder->jobs);
    free(ladder);
}

void ladder_put(struct ladder *ladder, struct job *job)
{
    queue_put(ladder->jobs, job);
}
