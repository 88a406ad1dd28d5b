/* SPDX-License-Identifier: MIT
 * date_time.c - times of day, within a written date
 */
#include "text/date_internal.h"

static bool is_half_after(enum word_use use)
{
    return use >= WORD_AM && use <= WORD_PM_AFTER;
}

static bool is_hour(enum word_use use)
{
    return use == WORD_HOUR || use == WORD_HOUR_CJK;
}

void date_set_time(struct date_draft *draft, int64_t hour, int64_t minute, int64_t second,
                   int64_t millisecond)
{
    bool is_end_of_day = hour == 24 && minute == 0 && second == 0;

    if (draft->has_time || (hour > 23 && !is_end_of_day) || minute > 59 || second > 60) {
        draft->is_refused = true;
        return;
    }
    draft->has_time = true;
    draft->hour = (int)hour;
    draft->minute = (int)minute;
    draft->second = (int)second;
    draft->millisecond = (int)millisecond;
}

/* The first three digits of a fraction. */
static int64_t thousandths(const struct token *fraction)
{
    int64_t value = fraction->number;

    for (int digits = fraction->digits; digits < 3; digits++)
        value *= 10;
    for (int digits = fraction->digits; digits > 3; digits--)
        value /= 10;
    return value;
}

/* 15:04, 15:04:05, 15:04:05.678, and 15:04:05:678 as some databases write it */
static size_t take_clock(struct date_draft *draft, const struct token *at)
{
    int64_t second = 0, millisecond = 0;
    size_t taken = 3;

    if (at->digits > 2 || !goes_on(&at[1], ":"))
        return 0;
    if (goes_on(&at[3], ":")) {
        second = at[4].number;
        taken = 5;
        if (goes_on(&at[5], ".,") || (goes_on(&at[5], ":") && at[6].digits == 3)) {
            millisecond = thousandths(&at[6]);
            taken = 7;
        }
    }
    if (is_sign(&at[taken], ':') || goes_on(&at[taken], ".") || at[2].digits > 2)
        draft->is_refused = true;
    date_set_time(draft, at->number, at[2].number, second, millisecond);
    return taken;
}

/* 15h04, 15 h 04, 15 Uhr, 3点04分, 21時40分05秒, 3点半 */
static size_t take_spoken(struct date_draft *draft, const struct token *at)
{
    int64_t minute = 0, second = 0;
    size_t taken = 2;

    if (at->digits > 2 || !is_hour(use_of(&at[1])))
        return 0;
    draft->is_day_first |= use_of(&at[1]) == WORD_HOUR;
    if (use_of(&at[2]) == WORD_HALF) {
        minute = 30;
        taken = 3;
    } else if (is_number(&at[2]) && use_of(&at[3]) == WORD_MINUTE) {
        minute = at[2].number;
        taken = 4;
        if (is_number(&at[4]) && use_of(&at[5]) == WORD_SECOND) {
            second = at[4].number;
            taken = 6;
        }
    } else if (is_number(&at[2]) && at[2].digits == 2 &&
               (!at[2].is_spaced || (at[3].kind != TOKEN_WORD && !goes_on(&at[3], "./-")))) {
        minute = at[2].number;
        taken = 3;
    }
    date_set_time(draft, at->number, minute, second, 0);
    return taken;
}

/* Does the half of the day at `word` belong to the number before it, and not to a time behind it? */
static bool is_half_of_hour(const struct token *word)
{
    return is_half_of_day(use_of(word)) &&
           !(is_number(&word[1]) && (goes_on(&word[2], ":") || is_hour(use_of(&word[2]))));
}

/* 3pm, 15.04 Uhr, 3.04pm */
static size_t take_half_hour(struct date_draft *draft, const struct token *at)
{
    bool has_minute = goes_on(&at[1], ".") && at[2].digits == 2;
    const struct token *word = has_minute ? &at[3] : &at[1];

    if (at->digits > 2 || !(is_half_of_hour(word) || (has_minute && is_hour(use_of(word)))))
        return 0;
    date_set_time(draft, at->number, has_minute ? at[2].number : 0, 0, 0);
    return (has_minute ? 3 : 1) + is_hour(use_of(word));
}

bool date_starts_time(const struct token *at)
{
    return is_number(at) && at->digits <= 2 &&
           (goes_on(&at[1], ":") || is_hour(use_of(&at[1])) || is_half_of_hour(&at[1]));
}

static void apply_half(struct date_draft *draft, enum word_use use)
{
    bool is_am = use == WORD_AM || use == WORD_AM_AFTER;
    int hour = draft->hour;

    if (use == WORD_NOON)
        draft->is_refused |= hour > 2 && hour < 11;
    else if (use == WORD_EVENING)
        draft->is_refused |= hour == 12; /* midnight of which day? */
    else if (is_am)
        draft->is_refused |= hour > 12;
    if (is_am && hour == 12)
        draft->hour = 0;
    if (!is_am && hour < 12 && !(use == WORD_EVENING && hour < 5) && !(use == WORD_NOON && hour > 2))
        draft->hour += 12;
}

/* A time, with the half of the day before or behind it. */
size_t date_take_time(struct date_draft *draft, const struct token *at)
{
    enum word_use half = use_of(at);
    size_t before = is_half_of_day(half), taken;

    if (!is_number(&at[before]))
        return 0;
    taken = take_clock(draft, &at[before]);
    if (!taken)
        taken = take_spoken(draft, &at[before]);
    if (!taken)
        taken = take_half_hour(draft, &at[before]);
    if (!taken)
        return 0;
    taken += before;
    if (!before && is_half_after(use_of(&at[taken]))) {
        draft->is_day_first |= !at[taken].is_cjk && (draft->text.at[at[taken].source] & 0x80);
        draft->has_english_half = taken >= 5 && at[taken].is_capital && !at[taken].is_cjk;
        half = use_of(&at[taken++]);
    }
    if (half != WORD_NAME && is_half_after(half))
        apply_half(draft, half);
    draft->time_end = (size_t)(at - draft->tokens) + taken;
    return taken;
}

/* The T of ISO 8601, and a time without colons behind it. */
size_t date_take_iso_time(struct date_draft *draft, const struct token *at)
{
    const struct token *time = &at[1];
    int64_t value = time->number, millisecond = 0;
    size_t taken = 2;

    if (use_of(at) != WORD_ISO_TIME || at == draft->tokens || !is_number(&at[-1]) || !is_number(time))
        return 0;
    if (goes_on(&at[2], ":"))
        return 1;
    if (time->digits != 2 && time->digits != 4 && time->digits != 6)
        return 0;
    value *= time->digits == 2 ? 10000 : time->digits == 4 ? 100 : 1;
    if (time->digits == 6 && goes_on(&at[2], ".,")) {
        millisecond = thousandths(&at[3]);
        taken = 4;
    }
    date_set_time(draft, value / 10000, value / 100 % 100, value % 100, millisecond);
    draft->time_end = (size_t)(at - draft->tokens) + taken;
    return taken;
}
