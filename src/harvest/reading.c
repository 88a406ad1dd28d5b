/* SPDX-License-Identifier: MIT
 * reading.c - from an answer's bytes to the poll's items, and what the document says of itself
 *
 * Items that the store knows by their raw bytes are not cleaned. What the document says of where it is, when
 * to come and how often it speaks goes into the source's memory.
 */
#include "harvest/reading.h"
#include "article/choice.h"
#include "bytes/digest.h"
#include "core/vec.h"
#include "harvest/pulse.h"
#include "limits/limits.h"
#include "text/url.h"

enum { LONGEST_PULSE = 1024 };

/* Is the document's own end there? An XML root closed, or a JSON value; or a page's, which is to be named for
 * what it is. */
bool document_has_its_end(span body)
{
    static const char *const roots[] = {"rss",          "feed", "rdf:RDF", "RDF", "urlset",
                                        "sitemapindex", "opml", "channel", "html"};
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

/* --- the items --- */

struct reading {
    struct job *job;
    struct worker *worker;
    struct poll_facts *facts;
    struct feed *feed;
    VEC(struct item) items;
    VEC(int64_t) dates;
    size_t item_count, known_count; /* with those that a rule drops */
    bool is_cut;
};

/* When it was published, for the pulse: what is new and undated was published since the last poll. */
static int64_t date_of(const struct reading *reading, const struct feed_item *item, bool is_known)
{
    if (item->published_at != NO_TIME || is_known || reading->job->source.last_success_at == NO_TIME)
        return item->published_at;
    return reading->facts->now;
}

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
    reading->item_count++;
    reading->known_count += is_known;
    *vec_add(job->arena, &reading->dates) = date_of(reading, item, is_known);
    if (!judge_item(job, kept))
        reading->items.len--;
    return OK;
}

static struct error *read_items(struct reading *reading)
{
    struct job *job = reading->job;

    while (reading->item_count < LIMIT_POLL_ITEMS) {
        struct feed_item *item = NULL;
        TRY(feed_next(reading->feed, job->arena, &item));
        if (!item)
            return OK;
        if (item->is_cut) /* half of itself: it comes whole another time */
            reading->is_cut = true;
        else
            TRY(read_item(reading, item));
    }
    return error_new(ERROR_LIMIT, "more than %d items", LIMIT_POLL_ITEMS);
}

/* --- what the document says of itself --- */

static void note_hints(const struct reading *reading)
{
    const struct feed_about *about = feed_about(reading->feed);
    struct poll_facts *facts = reading->facts;

    facts->ttl_minutes = about->ttl_minutes;
    facts->update_period =
        arena_keep(reading->job->arena, about->update_period); /* the feed is closed soon */
    facts->update_frequency = about->update_frequency;
    facts->skip_hours = about->skip_hours;
    facts->skip_days = about->skip_days;
    facts->is_expired = about->is_expired;
    facts->seen_interval = schedule_seen_interval(reading->dates.at, reading->dates.len);
}

static void note_pulse(const struct reading *reading)
{
    struct job *job = reading->job;
    LOCAL(buf) text = {.max = LONGEST_PULSE};
    struct pulse pulse;

    pulse_read(job->memory.pulse, &pulse);
    pulse_note(&pulse, reading->dates.at, reading->dates.len, reading->facts->now);
    pulse_write(&pulse, &text);
    job->memory.pulse = arena_keep(job->arena, buf_span(&text));
}

/* Where it says that it is: noted, and never followed blindly (26). */
static void note_addresses(const struct reading *reading)
{
    const struct feed_about *about = feed_about(reading->feed);
    struct job *job = reading->job;
    struct arena *arena = job->arena;
    span says = about->new_feed_url.len ? about->new_feed_url : about->feed_url;
    bool is_elsewhere =
        says.len &&
        !span_equal(url_canonical_key(arena, says), url_canonical_key(arena, job->source.address)) &&
        !span_equal(url_canonical_key(arena, says), url_canonical_key(arena, job->request.response->url));

    job->memory.advertised = is_elsewhere ? arena_keep(arena, says) : (span){0};
    job->memory.home_page = arena_keep(arena, about->home_page_url);
    job->memory.hub = about->hub_count ? arena_keep(arena, about->hubs[0].url) : (span){0};
}

/* --- what it means for the poll --- */

/* Nothing of the last poll is in this one: more may have come in between than the document holds (36). */
static struct error *see_gap(const struct reading *reading, bool *out_has_known)
{
    struct job *job = reading->job;
    bool is_delta = job->request.response->status == 226;

    *out_has_known = reading->known_count > 0;
    if (*out_has_known || reading->items.len == 0)
        return OK;
    TRY(store_recognises(reading->worker->reader, &job->source, reading->items.at, reading->items.len,
                         out_has_known));
    if (*out_has_known || is_delta || job->is_walk || job->source.article_count == 0 ||
        job->source.last_success_at == NO_TIME)
        return OK;
    reading->facts->has_gap = true;
    job->report.warning = S("nothing of the last poll is in this one: articles may be missing");
    return OK;
}

static void take(struct reading *reading, bool is_whole, bool has_known)
{
    struct job *job = reading->job;
    const struct response *response = job->request.response;

    job->poll.items = reading->items.at;
    job->poll.item_count = reading->items.len;
    reading->facts->has_news = reading->item_count > reading->known_count;
    reading->facts->is_all_known = reading->item_count == reading->known_count;
    if (job->is_walk)
        return;
    note_hints(reading);
    note_pulse(reading);
    note_addresses(reading);
    job->poll.is_complete = is_whole && feed_about(reading->feed)->is_complete && response->status == 200;
    poll_keep_validators(job, response, is_whole);
    schedule_move(job->arena, &job->source, response->permanent_url, has_known);
}

/* A site's list of what it wrote today may be empty, and a new feed, too. */
static bool may_be_empty(const struct reading *reading)
{
    const struct feed_about *about = feed_about(reading->feed);

    return reading->job->source.article_count == 0 || reading->job->is_walk ||
           about->format == FEED_SITEMAP || about->is_complete ||
           reading->job->request.response->status == 226;
}

/* What leads to news is none itself. */
static bool is_list_of_sources(const struct reading *reading)
{
    enum feed_format format = feed_about(reading->feed)->format;

    if (format != FEED_OPML && format != FEED_SITEMAP_INDEX)
        return false;
    reading->facts->is_no_feed = true;
    poll_fail(reading->facts, OUTCOME_BAD,
              format == FEED_OPML
                  ? S("no feed, but a list of feeds (OPML): \"courant import\" takes those it names")
                  : S("no feed, but a list of sitemaps: \"courant add\" finds the one to follow"));
    return true;
}

/* A damage that is told: one that costs a part of the document, or any where it has no items. */
static const struct feed_warning *worst_damage(const struct reading *reading, bool *out_is_limit)
{
    static const char *const limits[] = {"too-deep", "item-too-large", "head-too-large"};
    const struct feed_about *about = feed_about(reading->feed);

    *out_is_limit = true;
    for (size_t i = 0; i < about->warning_count; i++)
        for (size_t k = 0; k < ARRAY_SIZE(limits); k++)
            if (span_is(about->warnings[i].code, limits[k]))
                return &about->warnings[i];
    *out_is_limit = false;
    return about->warning_count && reading->item_count == 0 ? about->warnings : NULL;
}

/* False: a limit left nothing of it. */
static bool tell_damage(struct reading *reading)
{
    struct job *job = reading->job;
    bool is_limit = false;
    const struct feed_warning *damage = worst_damage(reading, &is_limit);
    span text;

    if (!damage)
        return true;
    text = damage->line > 0
               ? arena_printf(job->arena, "line %d: %.*s", damage->line, SPAN_ARG(damage->message))
               : arena_keep(job->arena, damage->message);
    if (is_limit && reading->item_count == 0) {
        poll_fail(reading->facts, OUTCOME_BAD,
                  arena_printf(job->arena, "nothing can be read of it: %.*s", SPAN_ARG(text)));
        return false;
    }
    if (!job->report.warning.len)
        job->report.warning = text;
    return true;
}

static struct error *read_document(struct reading *reading)
{
    struct job *job = reading->job;
    bool is_whole = document_has_its_end(job->request.response->body) || job->rung == RUNG_PAGE;
    bool has_known = false;
    struct error *error = read_items(reading);

    if (error && error->kind != ERROR_LIMIT)
        return error;
    if (error)
        job->report.warning =
            poll_take_error(job->arena, error); /* what came before the limit is news all the same */
    else if (reading->is_cut)
        job->report.warning = S("the feed ends in the middle; what was whole of it is taken");
    is_whole = is_whole && !reading->is_cut;
    if (reading->item_count == 0 && !is_whole) {
        poll_fail(reading->facts, OUTCOME_BAD, S("the feed ends before its first item"));
        return OK;
    }
    if (reading->item_count == 0 && !may_be_empty(reading)) {
        poll_fail(reading->facts, OUTCOME_BAD,
                  S("the feed is empty; its articles and all else stay as they were"));
        return OK;
    }
    TRY(see_gap(reading, &has_known));
    if (!tell_damage(reading))
        return OK;
    take(reading, is_whole, has_known);
    walk_look(job, feed_about(reading->feed), reading->facts);
    return OK;
}

void poll_read_document(struct job *job, struct worker *worker, struct poll_facts *facts)
{
    const struct response *response = job->request.response;
    struct reading reading = {.job = job, .worker = worker, .facts = facts};
    struct error *error = gather_open(job->wanted, job->rung, response, &reading.feed);
    span wall;

    if (error) {
        wall = gather_wall(job->arena, response);
        poll_fail(facts, OUTCOME_BAD, poll_take_error(job->arena, error));
        facts->is_no_feed = true;
        if (wall.len)
            facts->error = arena_printf(job->arena, "%.*s: %.*s", SPAN_ARG(wall), SPAN_ARG(facts->error));
        return;
    }
    if (!is_list_of_sources(&reading))
        job->error = read_document(&reading);
    feed_close(reading.feed);
}
