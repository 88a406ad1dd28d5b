/* SPDX-License-Identifier: MIT
 * poll.c - the steps of a poll: ask, read, store
 *
 * `ask` hands the request to the network thread. `read` decides what the answer is and, where it is a feed
 * with something new, reads it; the source's row as it shall be is made here. `store` is the writer's: all of
 * it, or none.
 */
#include "article/choice.h"
#include "bytes/digest.h"
#include "core/vec.h"
#include "feed/feed.h"
#include "harvest/internal.h"
#include "harvest/schedule.h"
#include "text/url.h"
#include <inttypes.h>
#include <stdlib.h>

enum { MOST_ITEMS = 100000 };

/* --- ask --- */

static void answered(struct fetch_request *request) /* on the network thread */
{
    struct job *job = request->context;

    admission_answer(&job->harvest->admission, job, request->response ? request->response->body.len : 0);
    job_next(job);
}

static void poll_ask(struct job *job, struct worker *worker)
{
    (void)worker;
    job->request = (struct fetch_request){
        .kind = FETCH_FEED,
        .url = job->source.address,
        .validators = job->source.validators,
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

static span wait_in_words(struct arena *arena, int64_t wait)
{
    if (wait >= 2 * HOUR)
        return arena_printf(arena, "%" PRId64 " h", (wait + HOUR / 2) / HOUR);
    if (wait >= 2 * MINUTE)
        return arena_printf(arena, "%" PRId64 " min", (wait + MINUTE / 2) / MINUTE);
    return arena_printf(arena, "%" PRId64 " s", (wait + SECOND / 2) / SECOND);
}

static span refusal(struct job *job, const struct response *response, int64_t now)
{
    span host = host_of(job->arena, response->url);
    int64_t asked = retry_after_ms(response->retry_after, now);

    if (asked > 0 && (response->status == 429 || response->status == 503))
        return arena_printf(job->arena, "%d from %.*s (it asks for %.*s)", response->status, SPAN_ARG(host),
                            SPAN_ARG(wait_in_words(job->arena, asked)));
    if (response->status == 410)
        return arena_printf(job->arena, "410 from %.*s: the feed is gone for good; its articles are kept",
                            SPAN_ARG(host));
    return arena_printf(job->arena, "%d from %.*s", response->status, SPAN_ARG(host));
}

/* Is the document's own end there? An XML root closed, or a JSON value. */
static bool has_its_end(span body)
{
    static const char *const roots[] = {"rss",    "feed",         "rdf:RDF", "RDF",
                                        "urlset", "sitemapindex", "opml",    "channel"};
    size_t open;

    body = span_trim_end(body);
    if (body.len == 0)
        return false;
    if (body.at[body.len - 1] == '}' || body.at[body.len - 1] == ']')
        return true;
    open = span_find_last_char(body, '<');
    if (open == SPAN_NONE || body.at[body.len - 1] != '>')
        return false;
    body = span_sub(span_from(body, open), 0, body.len - open - 1);
    if (!span_starts(body, S("</")))
        return span_starts(body, S("<!--")); /* a comment after the end, as caches leave */
    body = span_trim(span_from(body, 2));
    for (size_t i = 0; i < ARRAY_SIZE(roots); i++)
        if (span_is_nocase(body, roots[i]))
            return true;
    return false;
}

/* --- read: the items --- */

struct reading {
    struct job *job;
    struct worker *worker;
    struct feed *feed;
    VEC(struct item) items;
    VEC(int64_t) dates;
    bool has_known, is_cut;
};

static struct error *read_item(struct reading *reading, struct feed_item *item)
{
    struct job *job = reading->job;
    struct item *kept;
    bool is_known = false;

    TRY(store_knows(reading->worker->reader, job->source.id, item->raw_hash, &is_known));
    if (!is_known)
        TRY(feed_item_clean(job->arena, item));
    kept = vec_add(job->arena, &reading->items);
    feed_item_to_model(job->arena, item, kept);
    if (!is_known && job->wanted->full_text != FULL_TEXT_NEVER)
        kept->is_full = job->wanted->full_text == FULL_TEXT_AUTO && item_is_whole(kept);
    kept->is_known = is_known;
    reading->has_known |= is_known;
    *vec_add(job->arena, &reading->dates) = item->published_at;
    if (!judge_item(job, kept))
        reading->items.len--;
    return OK;
}

static struct error *read_items(struct reading *reading)
{
    struct job *job = reading->job;

    while (reading->items.len < MOST_ITEMS) {
        struct feed_item *item = NULL;
        TRY(feed_next(reading->feed, job->arena, &item));
        if (!item)
            return OK;
        if (item->is_cut) /* half of itself: it comes whole another time */
            reading->is_cut = true;
        else
            TRY(read_item(reading, item));
    }
    return error_new(ERROR_LIMIT, "more than %d items", MOST_ITEMS);
}

static void note_hints(struct poll_facts *facts, const struct reading *reading)
{
    const struct feed_about *about = feed_about(reading->feed);

    facts->ttl_minutes = about->ttl_minutes;
    facts->update_period = about->update_period;
    facts->update_frequency = about->update_frequency;
    facts->skip_hours = about->skip_hours;
    facts->skip_days = about->skip_days;
    facts->is_expired = about->is_expired;
    facts->seen_interval = schedule_seen_interval(reading->dates.at, reading->dates.len);
}

static void fail_poll(struct poll_facts *facts, enum outcome outcome, span error)
{
    facts->outcome = outcome;
    facts->error = error;
}

static span take_error_text(struct arena *arena, struct error *error)
{
    char *text = error_text(error);
    span kept = arena_keep(arena, span_of(text));

    free(text);
    error_free(error);
    return kept;
}

/* A whole feed keeps its validators; one that was cut short, never: what is missing must come next time. */
static void keep_validators(struct job *job, const struct response *response, bool is_whole)
{
    job->source.validators = is_whole ? response->validators : (struct validators){0};
    job->source.body_hash = is_whole ? digest_fast(response->body) : 0;
}

static void read_feed(struct job *job, struct worker *worker, struct poll_facts *facts)
{
    const struct response *response = job->request.response;
    struct reading reading = {.job = job, .worker = worker};
    struct feed_headers headers = {response->content_type, response->content_location,
                                   response->content_language, response->links, response->link_count};
    bool is_whole = has_its_end(response->body);
    struct error *error = feed_open(response->body, response->url, &headers, &reading.feed);

    if (error) {
        fail_poll(facts, OUTCOME_BAD, take_error_text(job->arena, error));
        return;
    }
    error = read_items(&reading);
    note_hints(facts, &reading);
    if (error && error->kind != ERROR_LIMIT) {
        job->error = error;
    } else if (error) {
        job->report.warning =
            take_error_text(job->arena, error); /* what came before the limit is news all the same */
    } else if (reading.is_cut) {
        is_whole = false;
        job->report.warning = S("the feed ends in the middle; what was whole of it is taken");
    }
    feed_close(reading.feed);
    if (reading.items.len == 0 && !is_whole) {
        fail_poll(facts, OUTCOME_BAD, S("the feed ends before its first item"));
        return;
    }
    job->poll.items = reading.items.at;
    job->poll.item_count = reading.items.len;
    for (size_t i = 0; i < reading.items.len; i++)
        facts->has_news |= !reading.items.at[i].is_known;
    keep_validators(job, response, is_whole);
    schedule_move(job->arena, &job->source, response->permanent_url, reading.has_known);
}

static void read_body(struct job *job, struct worker *worker, struct poll_facts *facts)
{
    const struct response *response = job->request.response;
    uint64_t hash = digest_fast(response->body);

    if (span_trim(response->body).len == 0) {
        fail_poll(facts, OUTCOME_BAD, S("the answer is empty"));
    } else if (!response->is_complete && !has_its_end(response->body)) {
        fail_poll(facts, OUTCOME_BAD, S("the answer was cut short"));
    } else if (job->source.body_hash && hash == job->source.body_hash) {
        facts->outcome = OUTCOME_UNCHANGED;
        keep_validators(job, response, true);
        schedule_move(job->arena, &job->source, response->permanent_url, true);
    } else {
        read_feed(job, worker, facts);
    }
}

static void read_not_modified(struct job *job, struct poll_facts *facts)
{
    const struct response *response = job->request.response;
    struct validators *kept = &job->source.validators;

    if (kept->etag.len == 0 && kept->last_modified.len == 0) {
        fail_poll(facts, OUTCOME_BAD, S("304 although nothing had been asked for"));
        return;
    }
    facts->outcome = OUTCOME_UNCHANGED;
    if (response->validators.etag.len)
        kept->etag = response->validators.etag;
    if (response->validators.last_modified.len)
        kept->last_modified = response->validators.last_modified;
}

static void judge(struct job *job, struct worker *worker, struct poll_facts *facts)
{
    const struct response *response = job->request.response;

    if (!response)
        fail_poll(facts, OUTCOME_ERROR, take_error_text(job->arena, MOVE(job->request.error)));
    else if (response->status == 304)
        read_not_modified(job, facts);
    else if (response->status == 200 || response->status == 226)
        read_body(job, worker, facts);
    else if (response->status >= 400)
        fail_poll(facts, OUTCOME_REFUSED, refusal(job, response, facts->now));
    else
        fail_poll(facts, OUTCOME_BAD, arena_printf(job->arena, "%d instead of a feed", response->status));
}

static enum poll_status status_of(const struct job *job, const struct poll_facts *facts)
{
    if (job->source.state == SOURCE_GONE)
        return POLL_GONE;
    return facts->outcome == OUTCOME_OK          ? POLL_OK
           : facts->outcome == OUTCOME_UNCHANGED ? POLL_UNCHANGED
                                                 : POLL_ERROR;
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
    judge(job, worker, &facts);
    if (facts.outcome == OUTCOME_REFUSED || facts.outcome == OUTCOME_BAD || facts.outcome == OUTCOME_ERROR)
        job->poll.item_count = 0;
    schedule_poll(job->arena, &facts, &job->source);
    job->poll.source = job->source;
    job->poll.wants_pages = job->wanted->full_text != FULL_TEXT_NEVER;
    job->report.error = job->source.last_error;
    job->report.status = status_of(job, &facts);
    job->report.next_poll_at = job->source.next_poll_at;
}

const struct step poll_steps[] = {
    {"ask", ON_NETWORK, poll_ask}, /* conditional request */
    {"read", ON_WORKER,
     poll_read}, /* what the answer is; the feed's items, and those that are new are cleaned */
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
    case ON_WRITER:
        writer_put(job->harvest->writer, job);
        break;
    }
}

void job_next(struct job *job)
{
    job->step++;
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
