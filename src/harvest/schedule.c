/* SPDX-License-Identifier: MIT */
#include "harvest/schedule.h"
#include "fetch/fetch.h"
#include "text/date.h"
#include <stdlib.h>

enum { POLLS_TO_MOVE = 3, DORMANT_FACTOR = 7, SILENCE_PART = 12 };

static const int64_t dormant_after = 30 * DAY; /* without news */
static const int64_t longest_hint = 366 * DAY; /* more is absurd, and would overflow */

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

enum spread { AROUND, AFTER }; /* where nobody may come before: after it alone */

/* An interval, moved by up to a tenth of it, so that sources never fall into step; within the bounds, and not
 * all to the bound itself. */
static int64_t jitter(const struct source *source, int64_t interval, enum spread spread, int64_t floor,
                      int64_t cap, int64_t salt)
{
    int64_t tenth = interval / 10;
    int64_t low = MAX(spread == AROUND ? interval - tenth : interval, floor);
    int64_t high = MIN(interval + tenth, MAX(cap, floor));

    if (high - low < tenth)
        low = MAX(high - tenth, floor);
    if (high - low < tenth)
        high = MIN(low + tenth, MAX(cap, low));
    return low + (high - low) * phase(source, salt) / 1000;
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

/* An answer that brought a feed says all there is to say; "unchanged" leaves standing what was said before,
 * but for headers of its own (3). */
static void remember_hints(const struct poll_facts *facts, struct memory *memory)
{
    bool says_cache = facts->response && (facts->response->cache_control.len || facts->response->expires.len);

    if (facts->outcome == OUTCOME_OK || says_cache)
        memory->fresh = facts->response ? fresh_for(facts->response) : 0;
    if (facts->outcome != OUTCOME_OK)
        return;
    memory->ttl = facts->ttl_minutes > 0 ? MIN(facts->ttl_minutes, longest_hint / MINUTE) * MINUTE : 0;
    memory->syndication = syndication_interval(facts);
    memory->skip_hours = facts->skip_hours;
    memory->skip_days = facts->skip_days;
    if (facts->seen_interval)
        memory->seen = facts->seen_interval;
    memory->is_expired = facts->is_expired;
}

struct want { /* how long until the next poll, and why */
    int64_t interval;
    enum spread spread;
    const char *why;
};

/* What publisher and statistics ask for: the longest of all hints, else the interval seen, else the
 * newsroom's (10). After a gap it is halved, but for what a cache was told (36). */
static struct want usual_interval(const struct poll_facts *facts, const struct memory *memory)
{
    int64_t share = facts->has_gap ? 2 : 1;
    const struct want hints[] = {
        {memory->fresh, AFTER, "its answers stay fresh so long"},
        {memory->ttl / share, AFTER, "its ttl asks for that"},
        {memory->syndication / share, AFTER, "its update period asks for that"},
    };
    struct want want = {0};

    for (size_t i = 0; i < ARRAY_SIZE(hints); i++)
        if (hints[i].interval > want.interval)
            want = hints[i];
    if (want.interval)
        return want;
    if (memory->seen) /* twice as often as it speaks: half an interval late at the worst */
        return (struct want){memory->seen / 2 / share, AROUND, "it publishes about half as often"};
    return (struct want){facts->settings->interval / share, AROUND, "nothing else is known of it"};
}

/* What has been silent for long is asked less often, whatever it did before: a twelfth of its silence later.
 * So a paper keeps its pace over night, and what died or came in one burst is asked once a day after two
 * weeks. */
static struct want wanted_interval(const struct poll_facts *facts, const struct memory *memory,
                                   const struct source *source)
{
    struct want want = usual_interval(facts, memory);
    int64_t silence = source->last_change_at == NO_TIME ? 0 : facts->now - source->last_change_at;
    int64_t longer = MIN(silence / SILENCE_PART, facts->settings->max_interval);

    return longer > want.interval ? (struct want){longer, AROUND, "it has been silent for long"} : want;
}

static bool is_skipped(const struct memory *memory, int64_t at)
{
    struct date_parts parts = date_split(at);

    return memory->skip_hours >> parts.hour & 1 || memory->skip_days >> parts.weekday & 1;
}

/* Hours and days in which the feed asks not to be polled, GMT: into the next hour that is allowed, but not
 * all sources at its stroke. */
static int64_t skip_to_allowed(const struct source *source, const struct memory *memory, int64_t at,
                               int64_t latest)
{
    if (!is_skipped(memory, at))
        return at;
    while (at < latest && is_skipped(memory, at))
        at += HOUR - (at % HOUR + HOUR) % HOUR;
    return MIN(at + HOUR / 4 * phase(source, at / HOUR) / 1000, latest);
}

static bool is_dormant(const struct poll_facts *facts, const struct source *source)
{
    return source->last_change_at != NO_TIME && facts->now - source->last_change_at > dormant_after;
}

/* The user's own interval beats all hints (8). */
static void pace(const struct poll_facts *facts, struct memory *memory, struct source *source)
{
    const struct conf_fetch *settings = facts->settings;
    int64_t floor = settings->min_interval;
    int64_t cap = MAX(settings->max_interval * (is_dormant(facts, source) ? DORMANT_FACTOR : 1), floor);
    struct want want = {settings->interval, AROUND, "the configuration says so"};
    int64_t next;

    if (settings->interval_is_set)
        cap = MAX(cap, settings->interval + settings->interval / 10);
    else
        want = wanted_interval(facts, memory, source);
    if (want.interval < floor)
        want = (struct want){floor, AFTER, "no source is polled more often (min_interval)"};
    if (want.interval > cap)
        want = (struct want){cap, want.spread, "no source is polled more seldom (max_interval)"};
    next = facts->now + jitter(source, want.interval, want.spread, floor, cap, facts->now / DAY);
    source->next_poll_at = next;
    if (!settings->interval_is_set)
        source->next_poll_at = skip_to_allowed(source, memory, next, MAX(next, facts->now + cap));
    memory->why = span_of(
        source->next_poll_at == next ? want.why : "it asks not to be polled before (skipHours, skipDays)");
}

static void after_success(const struct poll_facts *facts, struct memory *memory, struct source *source)
{
    remember_hints(facts, memory);
    source->state = SOURCE_OK;
    source->failures = 0;
    source->last_error = (span){0};
    source->last_success_at = facts->now;
    if (facts->has_news)
        source->last_change_at = facts->now;
    pace(facts, memory, source);
    if (memory->is_expired) {
        source->state = SOURCE_GONE;
        source->next_poll_at = NO_TIME;
        memory->why = S("it says that it will never change again");
    }
}

/* --- saying no --- */

struct patience { /* with a kind of failure: the first wait, doubled up to the longest */
    int status;
    int64_t first, longest;
    const char *why;
};
static const struct patience patiences[] = {
    {429, HOUR, DAY, "it wants to be asked less often"},      /* (17) */
    {401, 4 * HOUR, DAY, "it wants a login"},                 /* (20) */
    {403, 4 * HOUR, DAY, "it refuses us"},                    /* (20) */
    {451, 4 * HOUR, DAY, "the law forbids it there"},         /* (20) */
    {404, HOUR, 7 * DAY, "its address leads nowhere"},        /* (19): weekly in the end */
    {0, 0, DAY, "it failed, and each time the wait doubles"}, /* (18) */
};

static const struct patience *patience_with(const struct poll_facts *facts)
{
    const struct patience *patience = patiences;

    while (patience->status &&
           (facts->outcome != OUTCOME_REFUSED || patience->status != facts->response->status))
        patience++;
    return patience;
}

static int64_t backed_off(int64_t first, int64_t failures, int64_t longest)
{
    for (int64_t i = 1; i < failures && first < longest; i++)
        first *= 2;
    return MIN(first, longest);
}

static void back_off(const struct poll_facts *facts, struct memory *memory, struct source *source)
{
    const struct patience *patience = patience_with(facts);
    int64_t floor = facts->settings->min_interval, longest = MAX(patience->longest, floor);
    int64_t wait = backed_off(MAX(patience->first, floor), source->failures, longest);

    source->next_poll_at =
        facts->now + jitter(source, wait, AFTER, MAX(patience->first, floor), longest, source->failures);
    memory->why = span_of(patience->why);
}

/* What was asked for is honoured exactly (15), but for the floor. */
static bool heed_retry_after(const struct poll_facts *facts, struct memory *memory, struct source *source)
{
    int64_t asked = -1;

    if (facts->outcome == OUTCOME_REFUSED &&
        (facts->response->status == 429 || facts->response->status == 503))
        asked = retry_after_ms(facts->response->retry_after, facts->now);
    if (asked <= 0)
        return false;
    memory->retry_after = facts->now + MAX(asked, facts->settings->min_interval);
    source->next_poll_at = memory->retry_after;
    memory->why = S("its server asks for that (Retry-After)");
    return true;
}

static void after_failure(struct arena *arena, const struct poll_facts *facts, struct memory *memory,
                          struct source *source)
{
    source->failures++;
    source->state = SOURCE_FAILING;
    source->last_error = arena_keep(arena, facts->error);
    if (facts->outcome == OUTCOME_REFUSED && facts->response->status == 410) { /* (19) */
        source->state = SOURCE_GONE;
        source->next_poll_at = NO_TIME;
        memory->why = S("its publisher took it away for good (410)");
        return;
    }
    if (!heed_retry_after(facts, memory, source))
        back_off(facts, memory, source);
}

void schedule_poll(struct arena *arena, const struct poll_facts *facts, struct memory *memory,
                   struct source *source)
{
    source->last_poll_at = facts->now;
    source->last_status = facts->response ? facts->response->status : 0;
    memory->retry_after = NO_TIME;
    if (facts->outcome == OUTCOME_OK || facts->outcome == OUTCOME_UNCHANGED)
        after_success(facts, memory, source);
    else
        after_failure(arena, facts, memory, source);
    source->interval = source->next_poll_at == NO_TIME ? 0 : source->next_poll_at - facts->now;
}

/* Its host wants to be left alone, all of it (16): that is no failure of the source's own. */
void schedule_hold(int64_t now, int64_t until, struct memory *memory, struct source *source)
{
    memory->retry_after = until;
    memory->why = S("its host asks that of all its feeds (Retry-After)");
    source->next_poll_at = MAX(until, now);
}

static bool is_asked_away(const struct source *source, int64_t now)
{
    OWN(arena) arena = arena_new(256 * KiB);
    struct memory memory;

    if (!span_has(source->memory, "retry_after"))
        return false;
    memory_read(arena, source, &memory);
    return memory.retry_after != NO_TIME && memory.retry_after > now &&
           memory.retry_after <= now + DAY + HOUR;
}

bool schedule_is_due(const struct source *source, int64_t now, bool is_forced)
{
    if (source->state == SOURCE_GONE || source->state == SOURCE_PAUSED)
        return false;
    if (is_forced)
        return !is_asked_away(source, now);
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

/* From https to http a move is followed, but never taken for the address (24). */
static bool is_step_down(span from, span to)
{
    return span_starts_nocase(from, S("https:")) && !span_starts_nocase(to, S("https:"));
}

void schedule_move(struct arena *arena, struct source *source, span permanent_url, bool has_known_items)
{
    if (permanent_url.len == 0 || span_equal(permanent_url, source->address) ||
        is_step_down(source->address, permanent_url)) {
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
