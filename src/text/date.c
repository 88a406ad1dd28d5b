/* SPDX-License-Identifier: MIT
 * date.c - reads a point in time, as publishers write it
 *
 * Three steps. date_tokens() cuts the text into numbers, words and marks. Here a table of takers, each of
 * which knows one construct, goes over the tokens and fills a draft: the time, the zone, names, and numbers
 * that may be anything. date_settle() then decides which number is the day, the month and the year. Nothing
 * is guessed: a number that is left over, two times, a mark where a digit belongs make it no date, since a
 * wrong instant is worse than none.
 */
#include "text/date.h"
#include "text/date_internal.h"
#include "text/timezone.h"

static struct date_number number_of(const struct token *token)
{
    return (struct date_number){.value = token->number, .digits = token->digits};
}

static void set_part(struct date_draft *draft, int *part, int64_t value)
{
    bool is_apart =
        (draft->year || draft->month || draft->day) && draft->part_unknown != draft->unknown_count;

    if (is_apart || value <= 0 || value > 9999 || (*part && *part != value))
        draft->is_refused = true;
    *part = (int)value;
    draft->part_unknown = draft->unknown_count;
}

static bool is_unit(const struct token *at)
{
    enum word_use use = use_of(at);

    return use == WORD_YEAR || use == WORD_MONTH || use == WORD_DAY;
}

/* May this number be one of several between the same marks? */
static bool is_part_of_group(const struct token *at)
{
    return is_number(at) && at->digits <= 4 && !date_starts_time(at) && !is_unit(&at[1]);
}

static void add_group(struct date_draft *draft, struct date_group group)
{
    if (draft->group_count == DATE_GROUPS)
        draft->is_refused = true;
    else
        draft->groups[draft->group_count++] = group;
}

/* 2024-05-02, 02.05.2024, 2024. 5. 2., 2/5/24, 2024-05, 15.04; 2024:05:02 as cameras write it */
static size_t take_group(struct date_draft *draft, const struct token *at)
{
    struct date_group group = {{number_of(at)}, 1, at[1].mark};
    bool is_first = at == draft->tokens || at[-1].kind != TOKEN_MARK || at->is_spaced;
    bool is_camera = is_first && at->digits == 4 && goes_on(&at[1], ":") && goes_on(&at[3], ":");
    size_t taken;

    if (!is_number(at) || at->digits > 4 || at[1].kind != TOKEN_MARK)
        return 0;
    if (!is_camera && !strchr("-./", group.separator))
        return 0;
    while (group.count < 3) {
        const struct token *mark = &at[2 * group.count - 1];
        if (!is_sign(mark, group.separator) ||
            !(is_camera ? is_number(&mark[1]) : is_part_of_group(&mark[1])))
            break;
        group.at[group.count++] = number_of(&mark[1]);
    }
    taken = 2 * group.count - 1;
    if (group.count == 1)
        return 0;
    if (group.count == 2 && !goes_on(&at[1], "-./") && !(group.separator == '.' && !at[1].is_spaced))
        return 0; /* 2024 - 15.04 is no pair */
    if (group.count == 3 && is_sign(&at[taken], group.separator) && goes_on(&at[taken], "-./:"))
        draft->is_refused = true; /* an address, a version */
    add_group(draft, group);
    if (group.count == 3)
        draft->date_end = (size_t)(at - draft->tokens) + taken;
    return taken;
}

/* yyyymmdd */
static void add_compact_date(struct date_draft *draft, int64_t date)
{
    add_group(draft, (struct date_group){{{.value = date / 10000, .digits = 4},
                                          {.value = date / 100 % 100, .digits = 2},
                                          {.value = date % 100, .digits = 2}},
                                         3,
                                         '\0'});
}

/* hhmmss */
static void add_compact_time(struct date_draft *draft, int64_t time)
{
    date_set_time(draft, time / 10000, time / 100 % 100, time % 100, 0);
}

/* Seconds since 1970, unless they can be read as yyyymmddhh as well. */
static void add_seconds(struct date_draft *draft, int64_t seconds)
{
    struct date_parts parts = {.year = (int)(seconds / 1000000),
                               .month = (int)(seconds / 10000 % 100),
                               .day = (int)(seconds / 100 % 100),
                               .hour = (int)(seconds % 100)};

    draft->has_instant = true;
    draft->instant = seconds * SECOND;
    draft->is_refused |= parts.year > 1900 && parts.year < 2100 && date_join(&parts) != NO_TIME;
}

static void add_instant(struct date_draft *draft, int64_t instant)
{
    draft->has_instant = true;
    draft->instant = instant;
}

/* 20240502, 202405020304, 20240502030405; seconds since 1970 and their fractions */
static size_t take_long_number(struct date_draft *draft, const struct token *at)
{
    bool has_fraction = at->digits == 10 && goes_on(&at[1], ".");
    size_t taken = has_fraction ? 3 : 1;
    int64_t number = at->number;

    if (!is_number(at) || at->digits < 5)
        return 0;
    switch (at->digits) {
    case 8:
        add_compact_date(draft, number);
        break;
    case 9:
    case 10:
        add_seconds(draft, number);
        break;
    case 12:
        add_compact_date(draft, number / 10000);
        add_compact_time(draft, number % 10000 * 100);
        break;
    case 13:
        add_instant(draft, number);
        break;
    case 14:
        add_compact_date(draft, number / 1000000);
        add_compact_time(draft, number % 1000000);
        break;
    case 16:
        add_instant(draft, number / 1000);
        break;
    default:
        draft->is_refused = true;
    }
    draft->date_end = (size_t)(at - draft->tokens) + taken;
    return taken;
}

/* 2024-W18-4, 2024W184, 2024-W18 */
static size_t take_iso_week(struct date_draft *draft, const struct token *at)
{
    const struct token *word = is_sign(&at[1], '-') ? &at[2] : &at[1];
    int64_t week = word[1].number, weekday = 1, first;
    size_t taken = (size_t)(word - at) + 2;
    struct date_parts day;

    if (!is_number(at) || at->digits != 4 || use_of(word) != WORD_ISO_WEEK || !is_number(&word[1]))
        return 0;
    if (word[1].digits == 3) {
        weekday = week % 10;
        week /= 10;
    } else if (goes_on(&word[2], "-")) {
        weekday = word[3].number;
        taken += 2;
    }
    if (week < 1 || week > 53 || weekday < 1 || weekday > 7) {
        draft->is_refused = true;
        return taken;
    }
    first = date_days((int)at->number, 1, 4); /* which is in the first week, whose Monday is... */
    first -= ((first + 3) % 7 + 7) % 7;
    day = date_split((first + (week - 1) * 7 + weekday - 1) * DAY);
    set_part(draft, &draft->year, day.year);
    set_part(draft, &draft->month, day.month);
    set_part(draft, &draft->day, day.day);
    draft->date_end = (size_t)(at - draft->tokens) + taken;
    return taken;
}

/* 2024年, 5월, 2日 */
static size_t take_unit(struct date_draft *draft, const struct token *at)
{
    if (!is_number(at) || !is_unit(&at[1]) || at->digits > 4)
        return 0;
    draft->is_chinese = true;
    if (use_of(&at[1]) == WORD_YEAR) {
        if (at->digits != 4 && at->digits != 2)
            draft->is_refused = true;
        set_part(draft, &draft->year,
                 at->digits > 2 ? at->number : at->number + (at->number < 69 ? 2000 : 1900));
    } else {
        set_part(draft, use_of(&at[1]) == WORD_MONTH ? &draft->month : &draft->day, at->number);
    }
    return 2;
}

/* 令和6年, 民國113年, พ.ศ. 2567 */
static size_t take_era(struct date_draft *draft, const struct token *at)
{
    size_t taken = 2;

    if (use_of(at) != WORD_ERA || !is_number(&at[1]) || at[1].digits > 4)
        return 0;
    set_part(draft, &draft->year, at[1].number + at->word->value);
    draft->has_era = true;
    if (use_of(&at[2]) == WORD_YEAR)
        taken = 3;
    return taken;
}

/* tháng 5, Thứ 5 */
static size_t take_prefixed(struct date_draft *draft, const struct token *at)
{
    enum word_use use = use_of(at);

    if (!is_number(&at[1]) || at[1].digits > 2)
        return 0;
    if (use == WORD_MONTH_BEFORE)
        set_part(draft, &draft->month, at[1].number);
    else if (use == WORD_WEEKDAY_BEFORE && at[1].number >= 2 && at[1].number <= 7)
        draft->weekdays |= 1u << (at[1].number - 1); /* the second day is Monday */
    else
        return 0;
    draft->is_day_first = true;
    return 2;
}

static size_t take_number(struct date_draft *draft, const struct token *at)
{
    struct date_number number = number_of(at);

    if (!is_number(at))
        return 0;
    number.unknown_before = draft->unknown_count;
    number.is_day = use_of(&at[1]) == WORD_ORDINAL && !at[1].is_spaced;
    number.is_year = at > draft->tokens && is_sign(&at[-1], '\'') && !at->is_spaced && number.digits == 2;
    if (draft->loose_count == DATE_LOOSE)
        draft->is_refused = true;
    else
        draft->loose[draft->loose_count++] = number;
    return 1;
}

static size_t take_word(struct date_draft *draft, const struct token *at)
{
    enum { MOST_UNKNOWN = 8 }; /* more are prose, in which a date is that of anything */
    const struct date_word *word = at->word;

    if (at->kind != TOKEN_WORD)
        return 0;
    if (!word) {
        draft->is_refused |= ++draft->unknown_count > MOST_UNKNOWN;
        return 1;
    }
    draft->is_refused |= word->use == WORD_REFUSE;
    draft->is_day_first |= word->use == WORD_DAY_FIRST || date_word_is_day_first(word);
    draft->is_chinese |= at->is_cjk;
    if (!word->month && !word->weekdays)
        return 1;
    if (draft->name_count == DATE_NAMES)
        draft->is_refused = true;
    else
        draft->names[draft->name_count++] = (struct date_name){word, draft->unknown_count};
    return 1;
}

/* Marks say nothing by themselves, but a zone may stand behind these. */
static size_t take_mark(struct date_draft *draft, const struct token *at)
{
    size_t here = (size_t)(at - draft->tokens);

    if (at->kind == TOKEN_MARK && strchr("(,[;|.", at->mark)) {
        draft->time_end += draft->time_end == here;
        draft->date_end += draft->date_end == here;
    }
    return 1;
}

static size_t (*const takers[])(struct date_draft *draft, const struct token *at) = {
    date_take_civil_zone,
    date_take_numeric_zone,
    date_take_zone_name,
    date_take_iso_time,
    date_take_time,
    take_era,
    take_prefixed,
    take_iso_week,
    take_unit,
    take_long_number,
    take_group,
    take_number,
    take_word,
    take_mark,
};

/* What stands right beside a number makes it another kind of number: v2.4.1, 5G, 86%, $20. So does a minus
 * before all. */
static bool has_other_number(const struct date_tokens *tokens)
{
    if (goes_on(&tokens->at[0], "-"))
        return true;
    for (size_t i = 0; i + 1 < tokens->count; i++) {
        const struct token *number = &tokens->at[i + !is_number(&tokens->at[i])];
        const struct token *other = &tokens->at[i + is_number(&tokens->at[i])];
        if (!is_number(number) || tokens->at[i + 1].is_spaced)
            continue;
        if (other->kind == TOKEN_WORD && !other->word && !other->is_cjk)
            return true;
        if (other->kind == TOKEN_MARK && strchr("%$#&*=", other->mark))
            return true;
    }
    return false;
}

static void make_draft(const struct date_tokens *tokens, span text, struct date_draft *out_draft)
{
    *out_draft = (struct date_draft){.tokens = tokens->at,
                                     .text = text,
                                     .is_all_small = tokens->is_all_small,
                                     .time_end = SIZE_MAX,
                                     .date_end = SIZE_MAX};
    for (size_t i = 0, taken; i < tokens->count && !out_draft->is_refused; i += taken) {
        taken = 0;
        for (size_t k = 0; !taken; k++) /* the last one takes anything */
            taken = takers[k](out_draft, &tokens->at[i]);
    }
}

/* A number since 1970 must be all there is, in a year that it may well be. */
static int64_t lone_instant(const struct date_draft *draft)
{
    enum { LATEST_YEAR = 2100 };
    bool is_alone = !draft->unknown_count && !draft->has_time && !draft->group_count && !draft->loose_count &&
                    !draft->name_count && !draft->year && !draft->month && !draft->day;

    if (!is_alone || draft->instant <= 0 || date_split(draft->instant).year > LATEST_YEAR)
        return NO_TIME;
    return draft->instant;
}

/* The zone's minutes; false if it is one that nobody knows. */
static bool find_zone(struct date_draft *draft, int64_t local)
{
    enum { US_CENTRAL = -360, CHINA = 480 };
    const struct timezone_rules *rules;
    struct error *error;

    if (draft->is_chinese && !draft->has_numeric_zone && draft->zone_minutes == US_CENTRAL)
        draft->zone_minutes = CHINA; /* both call it CST */
    if (!draft->civil_zone.len)
        return true;
    OWN(arena) arena = arena_new(1 * MiB);
    error = timezone_load(arena, draft->civil_zone, &rules);
    if (error) {
        error_free(error);
        return false;
    }
    local -= timezone_offset(rules, local) * SECOND; /* nearly; right but within an hour of a change */
    draft->zone_minutes = timezone_offset(rules, local) / 60;
    return true;
}

bool date_read(span text, struct date *out_date)
{
    struct date_tokens tokens;
    struct date_draft draft;
    struct date_day day;
    int64_t at;

    text = span_trim(text);
    if (span_has(text, "://") || !date_tokens(text, &tokens) || has_other_number(&tokens))
        return false;
    make_draft(&tokens, text, &draft);
    if (draft.is_refused)
        return false;
    if (draft.has_instant) {
        at = lone_instant(&draft);
        *out_date = (struct date){.at = at, .has_time = true, .has_zone = true};
        return at != NO_TIME;
    }
    if (!date_settle(&draft, &day))
        return false;
    at = date_days(day.year, day.month, day.day) * DAY + draft.hour * HOUR + draft.minute * MINUTE +
         draft.second * SECOND + draft.millisecond;
    if (!find_zone(&draft, at))
        return false;
    *out_date = (struct date){.at = at - draft.zone_minutes * MINUTE,
                              .has_time = draft.has_time,
                              .has_zone = draft.has_zone,
                              .zone_minutes = draft.zone_minutes};
    return true;
}

int64_t date_parse(span text)
{
    struct date date;

    return date_read(text, &date) ? date.at : NO_TIME;
}
