/* SPDX-License-Identifier: MIT
 * poll.c - the steps of a poll: ask, read, store
 *
 * `ask` hands the request to the network thread. `read` decides what the answer is and, where it is a feed
 * with something new, reads it; the source's row as it shall be is made here. `store` is the writer's: all of
 * it, or none.
 */
#include "bytes/digest.h"
#include "gather/take.h"
#include "harvest/health.h"
#include "harvest/reading.h"
#include "text/url.h"
#include <inttypes.h>
#include <stdlib.h>

/* --- ask --- */

static void answered(struct fetch_request *request) /* on the network thread */
{
    struct job *job = request->context;

    admission_answer(&job->harvest->admission, job, request->response ? request->response->body.len : 0);
    job_next(job);
}

static void poll_ask(struct job *job, struct worker *worker)
{
    bool has_kept = !job->is_walk; /* validators, that is */
    span address;

    (void)worker;
    memory_read(job->arena, &job->source, &job->memory);
    address = ladder_address(job, clock_now(job->harvest->options.clock));
    has_kept = has_kept && !job->is_upward;
    job->request = (struct fetch_request){
        .kind = job->rung == RUNG_PAGE ? FETCH_PAGE : FETCH_FEED,
        .url = address,
        .validators = has_kept ? job->source.validators : (struct validators){0},
        .validators_url = has_kept ? job->memory.answered_from : (span){0},
        .obeys_robots = job->rung == RUNG_PAGE, /* it was made for readers; a feed is made for us */
        .accepts_delta = has_kept && job->rung == RUNG_FEED,
        .settings = &job->wanted->fetch,
        .subscribers = 1,
        .arena = job->arena,
        .done = answered,
        .context = job,
    };
    fetcher_submit(job->harvest->fetcher, &job->request);
}

/* --- read: what kind of answer is it? --- */

static span host_of(struct arena *arena, span address)
{
    struct url url;

    return url_parse(arena, address, NULL, &url) ? url.host : address;
}

static span refusal(struct job *job, const struct response *response, int64_t now)
{
    span host = host_of(job->arena, response->url);
    int64_t asked = retry_after_ms(response->retry_after, now);

    if (asked > 0 && (response->status == 429 || response->status == 503))
        return arena_printf(job->arena, "%d from %.*s (it asks for %.*s)", response->status, SPAN_ARG(host),
                            SPAN_ARG(health_duration(job->arena, asked)));
    if (response->status == 410)
        return arena_printf(job->arena, "410 from %.*s: the feed is gone for good; its articles are kept",
                            SPAN_ARG(host));
    return arena_printf(job->arena, "%d from %.*s", response->status, SPAN_ARG(host));
}

/* --- read: what it means --- */

void poll_fail(struct poll_facts *facts, enum outcome outcome, span error)
{
    facts->outcome = outcome;
    facts->error = error;
}

span poll_take_error(struct arena *arena, struct error *error)
{
    char *text = error_text(error);
    span kept = arena_keep(arena, span_of(text));

    free(text);
    error_free(error);
    return kept;
}

void poll_keep_validators(struct job *job, const struct response *response, bool is_whole)
{
    bool is_elsewhere = !span_equal(response->url, job->source.address);

    job->source.validators = is_whole ? response->validators : (struct validators){0};
    job->source.body_hash = is_whole && response->status == 200 ? digest_fast(response->body) : 0;
    job->memory.answered_from = is_whole && is_elsewhere ? response->url : (span){0};
}

static void read_body(struct job *job, struct worker *worker, struct poll_facts *facts)
{
    const struct response *response = job->request.response;
    uint64_t hash = digest_fast(response->body);
    bool is_whole = response->is_complete || document_has_its_end(response->body) ||
                    (job->rung == RUNG_PAGE && page_is_whole(response));

    if (span_trim(response->body).len == 0) {
        poll_fail(facts, OUTCOME_BAD, S("the answer is empty"));
    } else if (!is_whole) {
        poll_fail(facts, OUTCOME_BAD, S("the answer was cut short"));
    } else if (job->source.body_hash && hash == job->source.body_hash && !job->is_upward) {
        facts->outcome = OUTCOME_UNCHANGED;
        poll_keep_validators(job, response, true);
        schedule_move(job->arena, &job->source, response->permanent_url, true);
    } else {
        poll_read_document(job, worker, facts);
    }
}

/* Validators are sent to one address alone; who says "unchanged" without them does not know of what. */
static void read_not_modified(struct job *job, struct poll_facts *facts)
{
    const struct response *response = job->request.response;
    struct validators *kept = &job->source.validators;
    span from = job->memory.answered_from.len ? job->memory.answered_from : job->source.address;

    if ((kept->etag.len == 0 && kept->last_modified.len == 0) || !span_equal(response->url, from)) {
        poll_fail(facts, OUTCOME_BAD, S("304 although nothing had been asked for"));
        *kept = (struct validators){0};
        return;
    }
    facts->outcome = OUTCOME_UNCHANGED;
    if (response->validators.etag.len)
        kept->etag = response->validators.etag;
    if (response->validators.last_modified.len)
        kept->last_modified = response->validators.last_modified;
    schedule_move(job->arena, &job->source, response->permanent_url, true);
}

static void judge(struct job *job, struct worker *worker, struct poll_facts *facts)
{
    const struct response *response = job->request.response;

    if (!response)
        poll_fail(facts, OUTCOME_ERROR, poll_take_error(job->arena, MOVE(job->request.error)));
    else if (response->status == 304)
        read_not_modified(job, facts);
    else if (response->status == 200 || response->status == 226)
        read_body(job, worker, facts);
    else if (response->status >= 400)
        poll_fail(facts, OUTCOME_REFUSED, refusal(job, response, facts->now));
    else
        poll_fail(facts, OUTCOME_BAD, arena_printf(job->arena, "%d instead of a feed", response->status));
}

static enum poll_status status_of(const struct job *job, const struct poll_facts *facts)
{
    if (job->source.state == SOURCE_GONE)
        return POLL_GONE;
    return facts->outcome == OUTCOME_OK          ? POLL_OK
           : facts->outcome == OUTCOME_UNCHANGED ? POLL_UNCHANGED
                                                 : POLL_ERROR;
}

void poll_settle(struct job *job)
{
    memory_write(job->arena, &job->memory, &job->source);
    job->poll.source = job->source;
    job->poll.wants_pages = job->wanted->full_text != FULL_TEXT_NEVER;
    job->report.error = job->source.last_error;
    job->report.next_poll_at = job->source.next_poll_at;
}

/* An older document: what is in it is stored, and the schedule stays as it was. */
static void end_walk_step(struct job *job, const struct poll_facts *facts)
{
    if (facts->outcome != OUTCOME_OK) {
        job->poll.item_count = 0;
        walk_fail(job, facts);
    }
    job->report.status = POLL_OK;
    poll_settle(job);
    job->report.error = (span){0};
}

/* Told the first time, and then shown by `sources` alone (20). */
static bool is_old_trouble(const struct job *job, const struct poll_facts *facts, int last_status)
{
    int status = facts->outcome == OUTCOME_REFUSED ? facts->response->status : 0;

    return job->source.failures > 1 && status == last_status &&
           (status == 401 || status == 403 || status == 451);
}

static void end_poll(struct job *job, struct poll_facts *facts)
{
    int last_status = job->source.last_status;

    if (facts->outcome != OUTCOME_OK)
        job->poll.item_count = 0;
    ladder_look(job, facts);
    schedule_poll(job->arena, facts, &job->memory, &job->source);
    job->report.status = status_of(job, facts);
    job->report.is_old_trouble = is_old_trouble(job, facts, last_status);
    poll_settle(job);
}

/* Its host is left alone, all of it (16): that is no poll. */
static bool is_held(struct job *job, int64_t now)
{
    if (job->request.held_until <= now)
        return false;
    error_free(MOVE(job->request.error));
    job->is_held = true;
    job->is_stuck = job->is_walk; /* the walk, too: it goes on after the next poll */
    schedule_hold(now, job->request.held_until, &job->memory, &job->source);
    poll_settle(job);
    return true;
}

void poll_put_off(struct job *job, struct error *error)
{
    int64_t now = clock_now(job->harvest->options.clock);
    struct source *source = &job->source;

    *source = job->before;
    source->state = SOURCE_FAILING;
    source->failures++;
    source->last_poll_at = now;
    source->last_error = poll_take_error(job->arena, error);
    source->next_poll_at = now + MAX(job->wanted->fetch.min_interval, HOUR);
    job->is_stuck = job->is_walk;
    job->poll = (struct poll){.source = *source, .wants_pages = job->poll.wants_pages};
    job->report = (struct poll_report){
        .source_id = job->report.source_id,
        .name = job->report.name,
        .status = POLL_ERROR,
        .error = source->last_error,
        .next_poll_at = source->next_poll_at,
    };
}

static void poll_read(struct job *job, struct worker *worker)
{
    struct poll_facts facts = {
        .outcome = OUTCOME_OK,
        .now = clock_now(job->harvest->options.clock),
        .settings = &job->wanted->fetch,
        .response = job->request.response,
        .ttl_minutes = -1,
        .update_frequency = -1,
    };

    if (job->request.error && job->request.error->kind == ERROR_CANCELLED) {
        error_free(MOVE(job->request.error));
        job->is_dropped = true;
        return;
    }
    if (is_held(job, facts.now))
        return;
    job->before = job->source;
    judge(job, worker, &facts);
    if (job->error && job->error->kind == ERROR_DAMAGED && !store_reader_is_broken(worker->reader))
        poll_put_off(job, MOVE(job->error));
    else if (job->is_walk)
        end_walk_step(job, &facts);
    else
        end_poll(job, &facts);
}

const struct step poll_steps[] = {
    {"ask", ON_NETWORK, poll_ask}, /* conditional request */
    {"read", ON_WORKER,
     poll_read},                /* what the answer is; the feed's items, and those that are new are cleaned */
    {"climb", ON_LADDER, NULL}, /* ladder.c: only where the feed is dead */
    {"store", ON_WRITER,
     NULL}, /* writer.c: all of it, or none; polls that wait together share a transaction */
    {0},
};

/* --- from step to step --- */

void job_go(struct job *job)
{
    if (!job->step->name || job->is_dropped || job->error) {
        queue_put(job->harvest->ended, job);
        return;
    }
    switch (job->step->role) {
    case ON_NETWORK:
        job->step->run(job, NULL);
        break;
    case ON_WORKER:
        workers_put(job->harvest->workers, job);
        break;
    case ON_LADDER:
        if (job->wants_rung)
            ladder_put(job->harvest->ladder, job);
        else
            job_next(job);
        break;
    case ON_WRITER:
        writer_put(job->harvest->writer, job);
        break;
    }
}

void job_next(struct job *job)
{
    job->step = job->then ? MOVE(job->then) : job->step + 1;
    job_go(job);
}

void job_free(struct job *job)
{
    if (!job)
        return;
    error_free(job->error);
    error_free(job->request.error);
    arena_free(job->arena); /* the job itself lives in it */
}
