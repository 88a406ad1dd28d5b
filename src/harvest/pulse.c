/* SPDX-License-Identifier: MIT */
#include "harvest/pulse.h"
#include <inttypes.h>
#include <stdlib.h>

enum {
    WEEK = 7,
    NEWEST = 30,     /* items whose gaps say how long it is silent at night and at weekends */
    FEWEST_DAYS = 3, /* watched, before a rate is a rate */
    FEWEST = 5,      /* articles, before silence can be unusual */
    GAPS = 6, /* so many usual gaps in a row without an article do not come by chance: e^-6 is 1 in 400 */
};

static int64_t day_of(int64_t at)
{
    return at / DAY;
}

void pulse_read(span text, struct pulse *out_pulse)
{
    int64_t *const heads[] = {&out_pulse->day, &out_pulse->since, &out_pulse->newest_at,
                              &out_pulse->longest_gap};
    span word;
    int64_t number;

    *out_pulse = (struct pulse){.newest_at = NO_TIME};
    for (size_t i = 0; i < ARRAY_SIZE(heads) + PULSE_DAYS && span_cut_word(&text, &word); i++) {
        if (!span_to_int64(word, &number) || number < 0) {
            *out_pulse = (struct pulse){.newest_at = NO_TIME};
            return;
        }
        *(i < ARRAY_SIZE(heads) ? heads[i] : &out_pulse->counts[i - ARRAY_SIZE(heads)]) = number;
    }
}

void pulse_write(const struct pulse *pulse, struct buf *out)
{
    size_t count = PULSE_DAYS;

    if (pulse->newest_at == NO_TIME)
        return;
    buf_printf(out, "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64, pulse->day, pulse->since,
               pulse->newest_at, pulse->longest_gap);
    while (count > 0 && pulse->counts[count - 1] == 0)
        count--;
    for (size_t i = 0; i < count; i++)
        buf_printf(out, " %" PRId64, pulse->counts[i]);
}

/* --- taking in --- */

static void turn_to(struct pulse *pulse, int64_t today)
{
    int64_t moved = today - pulse->day;

    if (moved <= 0)
        return; /* a clock that went back: the day goes on */
    for (int64_t i = PULSE_DAYS - 1; i >= 0; i--)
        pulse->counts[i] = i >= moved ? pulse->counts[i - moved] : 0;
    pulse->day = today;
}

static int latest_first(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a < b) - (a > b);
}

static int64_t longest_gap(const int64_t *sorted, size_t count)
{
    int64_t longest = 0;

    for (size_t i = 0; i + 1 < MIN(count, (size_t)NEWEST); i++)
        longest = MAX(longest, sorted[i] - sorted[i + 1]);
    return longest;
}

static void count_days(struct pulse *pulse, const int64_t *sorted, size_t count)
{
    int64_t shown[PULSE_DAYS] = {0};

    for (size_t i = 0; i < count; i++) {
        int64_t ago = pulse->day - day_of(sorted[i]);
        if (ago >= 0 && ago < PULSE_DAYS)
            shown[ago]++;
    }
    for (size_t i = 0; i < PULSE_DAYS; i++)
        pulse->counts[i] = MAX(pulse->counts[i], shown[i]);
}

void pulse_note(struct pulse *pulse, const int64_t *dates, size_t count, int64_t now)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    int64_t *sorted = ARENA_ARRAY(arena, int64_t, count);
    size_t usable = 0;

    for (size_t i = 0; i < count; i++)
        if (dates[i] > 0 && dates[i] <= now)
            sorted[usable++] = dates[i];
    if (usable == 0)
        return;
    qsort(sorted, usable, sizeof *sorted, latest_first);
    if (pulse->newest_at == NO_TIME) { /* the window's last day is cut through by its edge */
        pulse->day = day_of(now);
        pulse->since = MAX(day_of(sorted[usable - 1]) + 1, pulse->day - PULSE_DAYS + 1);
    }
    turn_to(pulse, day_of(now));
    count_days(pulse, sorted, usable);
    pulse->newest_at = MAX(pulse->newest_at, sorted[0]);
    pulse->longest_gap = MAX(longest_gap(sorted, usable), pulse->longest_gap - pulse->longest_gap / 32);
}

/* --- asking --- */

/* Articles of the days from `from` to `to` days ago, as far as they were watched; `*out_days` of them. */
static int64_t sum(const struct pulse *pulse, int64_t now, int64_t from, int64_t to, int64_t *out_days)
{
    int64_t total = 0;

    *out_days = 0;
    for (int64_t ago = from; ago < to; ago++) {
        int64_t day = day_of(now) - ago, index = pulse->day - day;
        if (day < pulse->since)
            break;
        (*out_days)++;
        total += index >= 0 && index < PULSE_DAYS ? pulse->counts[index] : 0;
    }
    return total;
}

int64_t pulse_rate(const struct pulse *pulse, int64_t now)
{
    int64_t days, total = pulse->newest_at == NO_TIME ? 0 : sum(pulse, now, 1, PULSE_DAYS, &days);

    if (pulse->newest_at == NO_TIME || days < FEWEST_DAYS)
        return -1;
    return total * 1000 / days;
}

bool pulse_trend(const struct pulse *pulse, int64_t now, int64_t *out_lately, int64_t *out_before)
{
    int64_t days, lately, before;

    if (pulse->newest_at == NO_TIME)
        return false;
    lately = sum(pulse, now, 1, 1 + WEEK, &days);
    before = sum(pulse, now, 1 + WEEK, PULSE_DAYS, &days);
    if (days < 2 * WEEK)
        return false;
    *out_lately = lately * 1000 / WEEK;
    *out_before = before * 1000 / days;
    return true;
}

int64_t pulse_longest_usual(const struct pulse *pulse, int64_t now)
{
    /* of the time before it fell silent: days of silence must not make silence usual */
    int64_t at = pulse->newest_at == NO_TIME ? now : MIN(now, pulse->newest_at + DAY), days, total;

    if (pulse->newest_at == NO_TIME)
        return 0;
    total = sum(pulse, at, 1, PULSE_DAYS, &days);
    if (total < FEWEST || days < FEWEST_DAYS)
        return 0;
    return MAX(GAPS * days * DAY / total, pulse->longest_gap + pulse->longest_gap / 2);
}
