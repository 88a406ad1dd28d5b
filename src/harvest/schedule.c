/* SPDX-License-Identifier: MIT */
#include "harvest/schedule.h"
#include "fetch/fetch.h"
#include "harvest/memory.h"
#include "text/date.h"
#include <stdlib.h>

enum { POLLS_TO_MOVE = 3, DORMANT_FACTOR = 7 };

static const int64_t longest_wait = DAY;        /* on what errors alone may cost */
static const int64_t dormant_after = 30 * DAY;  /* without news */
static const int64_t longest_hint = 366 * DAY;  /* more is absurd, and would overflow */
static const int64_t refused_wait = 4 * HOUR;   /* 401, 403, 451 (20) */
static const int64_t too_many_wait = HOUR;      /* 429 without Retry-After (17) */
static const int64_t missing_longest = 7 * DAY; /* 404: weekly in the end (19) */

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* A number in [0, 1000) that is a source's own and the same at every start: polls spread out without a random
 * state (12). */
static int64_t phase(const struct source *source, int64_t salt)
{
    uint64_t hash = span_hash(source->id) ^ (uint64_t)salt * 0x9e3779b97f4a7c15u;

    hash ^= hash >> 31;
    hash *= 0xbf58476d1ce4e5b9u;
    return (int64_t)((hash >> 20) % 1000);
}

static int64_t jitter(const struct source *source, int64_t interval, int64_t salt) /* +-10 % */
{
    return interval + interval / 10 * (phase(source, salt) - 500) / 500;
}

/* `name=value` of a Cache-Control header (RFC 9111 5.2), in ms; -1 if it is not there. */
static int64_t cache_seconds(span header, span name)
{
    span directive;

    while (span_cut(&header, ',', &directive)) {
        int64_t seconds;
        directive = span_trim(directive);
        if (!span_starts_nocase(directive, name) || directive.len <= name.len ||
            directive.at[name.len] != '=')
            continue;
        directive = span_from(directive, name.len + 1);
        if (directive.len > 1 && *directive.at == '"')
            directive = span_sub(directive, 1, directive.len - 2);
        if (span_to_int64(directive, &seconds) && seconds >= 0)
            return MIN(seconds, longest_hint / SECOND) * SECOND;
    }
    return -1;
}

static int64_t fresh_for(const struct response *response) /* (9); 0: nothing said */
{
    int64_t age_seconds = 0, fresh = cache_seconds(response->cache_control, S("max-age"));
    int64_t expires, date;

    if (fresh >= 0) {
        if (!span_to_int64(span_trim(response->age), &age_seconds) || age_seconds < 0)
            age_seconds = 0;
        return MAX(0, fresh - MIN(age_seconds, longest_hint / SECOND) * SECOND);
    }
    expires = date_parse_http(response->expires);
    if (expires == NO_TIME)
        return 0;
    date = date_parse_http(response->date);
    return clamp(expires - (date == NO_TIME ? response->received_at : date), 0, longest_hint);
}

static int64_t syndication_interval(const struct poll_facts *facts) /* sy:updatePeriod / sy:updateFrequency */
{
    static const struct {
        const char *name;
        int64_t length;
    } periods[] = {
        {"hourly", HOUR}, {"daily", DAY}, {"weekly", 7 * DAY}, {"monthly", 30 * DAY}, {"yearly", 365 * DAY}};

    for (size_t i = 0; i < ARRAY_SIZE(periods); i++)
        if (span_is_nocase(facts->update_period, periods[i].name))
            return periods[i].length / clamp(facts->update_frequency, 1, 100000);
    return 0;
}

/* What publisher and statistics ask for: the longest of all hints, else the interval seen, else the
 * newsroom's (10). */
static int64_t wanted_interval(const struct poll_facts *facts)
{
    int64_t ttl = facts->ttl_minutes > 0 ? MIN(facts->ttl_minutes, longest_hint / MINUTE) * MINUTE : 0;
    int64_t hint =
        MAX(MAX(ttl, syndication_interval(facts)), facts->response ? fresh_for(facts->response) : 0);

    if (hint)
        return hint;
    if (facts->seen_interval)
        return facts->seen_interval / 2; /* twice as often as it speaks: half an interval late at the worst */
    return facts->settings->interval;
}

/* Hours and days in which the feed asks not to be polled, GMT: to the next allowed hour, for two days at
 * most. */
static int64_t skip_to_allowed(const struct poll_facts *facts, int64_t at)
{
    for (int step = 0; step < 48; step++) {
        struct date_parts parts = date_split(at);
        if (!(facts->skip_hours >> parts.hour & 1) && !(facts->skip_days >> parts.weekday & 1))
            return at;
        at += HOUR - (at % HOUR + HOUR) % HOUR;
    }
    return at;
}

static int64_t interval_after_success(const struct poll_facts *facts, const struct source *source)
{
    const struct conf_fetch *settings = facts->settings;
    bool is_dormant =
        source->last_change_at != NO_TIME && facts->now - source->last_change_at > dormant_after;
    int64_t cap = settings->max_interval * (is_dormant ? DORMANT_FACTOR : 1);

    if (settings->interval_is_set)
        return MAX(settings->interval, settings->min_interval);
    return clamp(wanted_interval(facts), settings->min_interval, cap);
}

static void after_success(const struct poll_facts *facts, struct source *source)
{
    int64_t interval = interval_after_success(facts, source);
    int64_t next = facts->now + jitter(source, interval, facts->now / DAY);

    if (!facts->settings->interval_is_set)
        next = skip_to_allowed(facts, next);
    source->next_poll_at = MAX(next, facts->now + facts->settings->min_interval);
    source->state = SOURCE_OK;
    source->failures = 0;
    source->last_error = (span){0};
    source->last_success_at = facts->now;
    if (facts->has_news)
        source->last_change_at = facts->now;
    if (facts->is_expired)
        source->state = SOURCE_GONE;
}

static int64_t backed_off(int64_t first, int64_t failures, int64_t longest)
{
    for (int64_t i = 1; i < failures && first < longest; i++)
        first *= 2;
    return MIN(first, longest);
}

static int64_t wait_after_failure(const struct poll_facts *facts, const struct source *source)
{
    int64_t floor = facts->settings->min_interval;

    switch (facts->outcome == OUTCOME_REFUSED ? facts->response->status : 0) {
    case 429:
        return backed_off(MAX(too_many_wait, floor), source->failures, MAX(longest_wait, floor));
    case 401:
    case 403:
    case 451:
        return backed_off(MAX(refused_wait, floor), source->failures, MAX(longest_wait, floor));
    case 404:
        return backed_off(MAX(HOUR, floor), source->failures, MAX(missing_longest, floor));
    default:
        return backed_off(floor, source->failures, MAX(longest_wait, floor));
    }
}

static void after_failure(struct arena *arena, const struct poll_facts *facts, struct source *source)
{
    int64_t asked = -1, wait;

    source->failures++;
    source->state = SOURCE_FAILING;
    source->last_error = arena_keep(arena, facts->error);
    if (facts->outcome == OUTCOME_REFUSED && facts->response->status == 410) { /* (19) */
        source->state = SOURCE_GONE;
        source->next_poll_at = NO_TIME;
        return;
    }
    if (facts->outcome == OUTCOME_REFUSED &&
        (facts->response->status == 429 || facts->response->status == 503))
        asked = retry_after_ms(facts->response->retry_after, facts->now);
    if (asked > 0) { /* honoured exactly (15), but for the floor */
        wait = MAX(asked, facts->settings->min_interval);
        memory_set_time(arena, source, "retry_after", facts->now + wait);
    } else {
        wait = MAX(jitter(source, wait_after_failure(facts, source), source->failures),
                   facts->settings->min_interval);
    }
    source->next_poll_at = facts->now + wait;
}

void schedule_poll(struct arena *arena, const struct poll_facts *facts, struct source *source)
{
    source->last_poll_at = facts->now;
    source->last_status = facts->response ? facts->response->status : 0;
    memory_set_time(arena, source, "retry_after", NO_TIME);
    if (facts->outcome == OUTCOME_OK || facts->outcome == OUTCOME_UNCHANGED)
        after_success(facts, source);
    else
        after_failure(arena, facts, source);
    source->interval = source->next_poll_at == NO_TIME ? 0 : source->next_poll_at - facts->now;
}

bool schedule_is_due(const struct source *source, int64_t now, bool is_forced)
{
    int64_t retry_after = memory_time(source, "retry_after");

    if (source->state == SOURCE_GONE || source->state == SOURCE_PAUSED)
        return false;
    if (is_forced)
        return retry_after == NO_TIME || retry_after <= now || retry_after > now + DAY + HOUR;
    return source->next_poll_at == NO_TIME || source->next_poll_at <= now;
}

static int compare_times(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

int64_t schedule_seen_interval(const int64_t *dates, size_t count)
{
    enum { NEWEST = 30, FEWEST = 3 };
    OWN(arena) arena = arena_new(16 * MiB);
    int64_t *times = ARENA_ARRAY(arena, int64_t, count), *gaps;
    size_t dated = 0, first;

    for (size_t i = 0; i < count; i++)
        if (dates[i] != NO_TIME && dates[i] > 0)
            times[dated++] = dates[i];
    if (dated < FEWEST)
        return 0;
    qsort(times, dated, sizeof *times, compare_times);
    first = dated > NEWEST ? dated - NEWEST : 0;
    gaps = ARENA_ARRAY(arena, int64_t, dated - first);
    for (size_t i = first; i + 1 < dated; i++)
        gaps[i - first] = times[i + 1] - times[i];
    qsort(gaps, dated - first - 1, sizeof *gaps, compare_times);
    return clamp(gaps[(dated - first - 1) / 2], MINUTE, longest_hint);
}

void schedule_move(struct arena *arena, struct source *source, span permanent_url, bool has_known_items)
{
    if (permanent_url.len == 0 || span_equal(permanent_url, source->address)) {
        source->moved_to = (span){0};
        source->moved_count = 0;
        return;
    }
    source->moved_count = span_equal(permanent_url, source->moved_to) ? source->moved_count + 1 : 1;
    source->moved_to = arena_keep(arena, permanent_url);
    if (source->moved_count < POLLS_TO_MOVE || !has_known_items)
        return;
    source->address = source->moved_to; /* the validators are the final address's already */
    source->moved_to = (span){0};
    source->moved_count = 0;
}
