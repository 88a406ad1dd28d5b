/* SPDX-License-Identifier: MIT
 * date_settle.c - decides which number is the day, the month and the year
 *
 * All ways to read the numbers are laid out as choices, and those that are no day of the calendar fall away.
 * Where the form says which way is meant, the first choice counts; else there must be but one, or but one
 * that falls on the weekday that the text names: 02/05/2024 is a date with "Thursday" before it, and none
 * without.
 */
#include "text/date_internal.h"

enum { FIRST_YEAR = 1600, LAST_YEAR = 9999, BUDDHIST = 543, MOST_CHOICES = 8 };

struct settler {
    struct date_draft *draft;
    enum calendar calendar;
    unsigned weekdays;
    bool is_coarse; /* the text names no day */
    struct date_day choices[MOST_CHOICES];
    size_t count;
};

/* A day of the Iranian calendar in the common one, right for the years 1178 to 1633 (Borkowski's arithmetic
 * form). */
static struct date_day from_jalali(struct date_day day)
{
    enum { EPOCH = 979, EPOCH_DAY = -135061 /* 1600-03-20, where 979-01-01 falls */ };
    int64_t year = day.year - EPOCH;
    int64_t days = 365 * year + year / 33 * 8 + (year % 33 + 3) / 4 + EPOCH_DAY;
    struct date_parts parts;

    days += day.month <= 7 ? (day.month - 1) * 31 : (day.month - 1) * 30 + 6;
    parts = date_split((days + day.day - 1) * DAY);
    return (struct date_day){parts.year, parts.month, parts.day};
}

/* The year in the common calendar that a number means; 0: none. */
static int year_of(const struct settler *settler, struct date_number number)
{
    if (number.digits == 4)
        return (int)number.value - (settler->calendar == CALENDAR_THAI && number.value > 2400 ? BUDDHIST : 0);
    if (number.digits != 2 || settler->calendar != CALENDAR_COMMON)
        return 0;
    return (int)number.value + (number.value < 69 ? 2000 : 1900);
}

static bool is_day(struct date_day day)
{
    struct date_parts parts = {.year = day.year, .month = day.month, .day = day.day};
    bool is_buddhist = day.year > 1900 + BUDDHIST && day.year < 2100 + BUDDHIST; /* so it is no common year */

    return day.year >= FIRST_YEAR && day.year <= LAST_YEAR && !is_buddhist && date_join(&parts) != NO_TIME;
}

static void add_choice(struct settler *settler, int year, int64_t month, int64_t day_of_month)
{
    struct date_day day = {year, (int)MIN(month, 99), (int)MIN(day_of_month, 99)};

    if (settler->calendar == CALENDAR_JALALI) {
        if (year < 1200 || year > 1500 || day.month < 1 || day.month > 12 || day.day < 1 ||
            day.day > (day.month <= 6 ? 31 : 30))
            return;
        day = from_jalali(day);
    }
    for (size_t i = 0; i < settler->count; i++)
        if (memcmp(&settler->choices[i], &day, sizeof day) == 0)
            return;
    if (is_day(day) && settler->count < MOST_CHOICES)
        settler->choices[settler->count++] = day;
}

static bool is_on(struct date_day day, unsigned weekdays)
{
    int64_t days = date_days(day.year, day.month, day.day);

    return weekdays >> ((days + 4) % 7 + 7) % 7 & 1;
}

static bool choose(const struct settler *settler, bool is_certain, struct date_day *out_day)
{
    size_t matches = 0, match = 0;

    if (settler->count == 0)
        return false;
    for (size_t i = settler->count; i-- > 0;) {
        if (is_on(settler->choices[i], settler->weekdays)) {
            matches++;
            match = i;
        }
    }
    if (!is_certain && settler->count > 1 && matches != 1)
        return false;
    *out_day = settler->choices[matches ? match : 0];
    return true;
}

/* Two-digit day and month in either order, and the year. True if the form says which comes first. */
static bool add_either_way(struct settler *settler, char separator, struct date_number first,
                           struct date_number second, struct date_number year_number)
{
    struct date_draft *draft = settler->draft;
    bool is_east = draft->has_zone && draft->zone_minutes > 0;
    bool is_padded = (first.digits == 2 && first.value < 10) || (second.digits == 2 && second.value < 10);
    bool is_day_first = separator == '.' || draft->is_day_first || is_east;
    bool is_month_first = !is_day_first && (draft->is_month_first || (draft->has_english_half && !is_padded));
    int year = year_of(settler, year_number);

    if (!is_month_first)
        add_choice(settler, year, second.value, first.value);
    if (separator != '.')
        add_choice(settler, year, first.value, second.value);
    if (is_month_first)
        add_choice(settler, year, second.value, first.value);
    return is_day_first || is_month_first;
}

static bool add_triple(struct settler *settler, const struct date_group *group)
{
    struct date_number a = group->at[0], b = group->at[1], c = group->at[2];
    bool is_certain;

    if (a.digits == 4) {
        add_choice(settler, year_of(settler, a), b.value, c.value);
        return true;
    }
    if (a.digits > 2 || b.digits > 2)
        return false;
    is_certain = add_either_way(settler, group->separator, a, b, c);
    if (a.digits == 2 && c.digits <= 2 && (group->separator == '-' || a.value > 31))
        add_choice(settler, year_of(settler, a), b.value, c.value);
    return is_certain;
}

/* A month without day, or a year without month; a number that is likely no year is none. */
static void add_coarse(struct settler *settler, int year, int64_t month)
{
    enum { FIRST_LIKELY = 1900, LAST_LIKELY = 2100 };

    settler->is_coarse = true;
    if (year >= FIRST_LIKELY && year <= LAST_LIKELY)
        add_choice(settler, year, month, 1);
}

/* 2024-123; 2024-05, 05/2024; 2.5. with a year elsewhere */
static bool add_pair(struct settler *settler, const struct date_group *group)
{
    const struct date_draft *draft = settler->draft;
    struct date_number a = group->at[0], b = group->at[1];
    bool is_bare = !draft->unknown_count && !draft->name_count && !draft->loose_count && !draft->year;

    if (draft->loose_count == 1 && draft->loose[0].digits == 4)
        return add_either_way(settler, group->separator, a, b, draft->loose[0]);
    if (!is_bare)
        return false;
    if (a.digits == 4 && b.digits == 3 && group->separator == '-') {
        struct date_parts parts = date_split((date_days((int)a.value, 1, 1) + b.value - 1) * DAY);
        if (parts.year == a.value && b.value > 0)
            add_choice(settler, parts.year, parts.month, parts.day);
    } else if (a.digits == 4 && b.digits <= 2) {
        add_coarse(settler, (int)a.value, b.value);
    } else if (b.digits == 4 && a.digits <= 2) {
        add_coarse(settler, (int)b.value, a.value);
    }
    return true;
}

static bool says_year(struct date_number number)
{
    return number.digits == 4 || number.is_year || (number.digits == 2 && number.value > 31);
}

/* The month is known: the numbers are day and year, as far as these are not known too. */
static bool add_with_month(struct settler *settler, int month, int unknown_before)
{
    const struct date_draft *draft = settler->draft;
    struct date_number a = draft->loose[0], b = draft->loose[1];
    size_t count = draft->loose_count;

    for (size_t i = 0; i < count; i++)
        if (draft->loose[i].unknown_before != unknown_before)
            return false; /* 3 comments, May 2024 */

    if (count == 2 && !draft->year && !draft->day) {
        bool is_year_first = says_year(a) || (b.is_day && !a.is_day);
        struct date_number year = is_year_first ? a : b, day = is_year_first ? b : a;
        if (day.digits <= 2 && !(says_year(a) && says_year(b)))
            add_choice(settler, year_of(settler, year), month, day.value);
    } else if (count == 1 && draft->year && !draft->day && a.digits <= 2) {
        add_choice(settler, draft->year, month, a.value);
    } else if (count == 1 && !draft->year && draft->day) {
        add_choice(settler, year_of(settler, a), month, draft->day);
    } else if (count == 1 && !draft->year && !a.is_day && (a.digits == 4 || a.is_year)) {
        add_coarse(settler, year_of(settler, a), month);
    } else if (count == 0 && draft->day) {
        add_choice(settler, draft->year, month, draft->day);
    } else if (count == 0) {
        add_coarse(settler, draft->year, month);
    }
    return true;
}

/* 2024 05 02 */
static bool add_loose_triple(struct settler *settler)
{
    const struct date_number *loose = settler->draft->loose;

    if (loose[0].digits != 4 || settler->draft->unknown_count)
        return false;
    add_choice(settler, year_of(settler, loose[0]), loose[1].value, loose[2].value);
    return true;
}

/* A year and nothing else, not even a word. */
static bool add_year(struct settler *settler)
{
    const struct date_draft *draft = settler->draft;
    bool is_number = !draft->year && draft->loose_count == 1 && draft->loose[0].digits == 4;
    int year = is_number ? (int)draft->loose[0].value : draft->year;

    if (draft->unknown_count || draft->name_count || draft->day || (!is_number && draft->loose_count))
        return false;
    add_coarse(settler, year, 1);
    return true;
}

/* Of two groups, the one that is a date; the other must be a time. NULL: neither. */
static const struct date_group *find_date_group(const struct date_draft *draft, bool has_month)
{
    const struct date_group *found = NULL;

    for (size_t i = 0; i < draft->group_count && !has_month; i++) {
        const struct date_group *group = &draft->groups[i];
        bool has_year = group->at[0].digits == 4 || group->at[group->count - 1].digits == 4;
        if (!found || (has_year && found->at[0].digits < 4 && found->at[found->count - 1].digits < 4) ||
            (group->count > found->count && found->count == 2 && found->at[0].digits < 4))
            found = group;
    }
    return found;
}

/* 15.04, 15.04.05 */
static void read_time_group(struct date_draft *draft, const struct date_group *group)
{
    bool has_second = group->count == 3;

    if (group->separator != '.' || group->at[1].digits != 2 || (has_second && group->at[2].digits != 2))
        draft->is_refused = true;
    else
        date_set_time(draft, group->at[0].value, group->at[1].value, has_second ? group->at[2].value : 0, 0);
}

/* The name that is a month's. Where "mar." may be Tuesday as well as March, another month or the last place
 * decides. */
static const struct date_name *find_month(struct date_draft *draft)
{
    const struct date_name *sure = NULL, *likely = NULL;

    for (size_t i = 0; i < draft->name_count; i++) {
        const struct date_name *name = &draft->names[i];
        if (name->word->month && !name->word->weekdays) {
            draft->is_refused |= sure && sure->word->month != name->word->month;
            sure = name;
        } else if (name->word->month) {
            likely = name;
        }
    }
    return sure ? sure : likely;
}

/* The languages that all names but this one are of, and the weekdays that they name. */
static uint64_t read_weekdays(struct settler *settler, const struct date_name *month)
{
    const struct date_draft *draft = settler->draft;
    uint64_t languages = UINT64_MAX;
    bool has_weekday = false;

    settler->weekdays = draft->weekdays;
    for (size_t i = 0; i < draft->name_count; i++) {
        if (&draft->names[i] == month)
            continue;
        settler->weekdays |= draft->names[i].word->weekdays;
        languages &= draft->names[i].word->languages;
        has_weekday = true;
    }
    return has_weekday ? languages : 0;
}

/* "2024(令和6)年": the year is said twice. */
static void drop_repeated_year(struct date_draft *draft)
{
    if (draft->loose_count == 1 && draft->loose[0].digits == 4 && draft->loose[0].value == draft->year)
        draft->loose_count = 0;
}

bool date_settle(struct date_draft *draft, struct date_day *out_day)
{
    struct settler settler = {.draft = draft};
    const struct date_name *name = find_month(draft);
    bool is_sure = name && (!name->word->weekdays || draft->loose_count == 2), is_certain = false;
    const struct date_group *group = find_date_group(draft, draft->month || is_sure);
    uint64_t languages;
    int month;

    drop_repeated_year(draft);
    if (!is_sure && (group || draft->month))
        name = NULL; /* the month is written otherwise: it is a weekday */
    languages = read_weekdays(&settler, name);
    month = draft->month ? draft->month : name ? date_word_month(name->word, languages) : 0;
    settler.calendar = name && !draft->has_era ? name->word->calendar : CALENDAR_COMMON;
    for (size_t i = 0; i < draft->group_count; i++)
        if (&draft->groups[i] != group)
            read_time_group(draft, &draft->groups[i]);
    if (draft->is_refused || (name && draft->month && name->word->month != draft->month))
        return false;
    if (group && group->count == 3)
        is_certain = !draft->loose_count && add_triple(&settler, group);
    else if (group)
        is_certain = add_pair(&settler, group);
    else if (month)
        is_certain = add_with_month(&settler, month, name ? name->unknown_before : draft->part_unknown);
    else if (draft->loose_count == 3)
        is_certain = add_loose_triple(&settler);
    else
        is_certain = add_year(&settler);
    if (settler.is_coarse && (draft->has_time || settler.weekdays || draft->unknown_count))
        return false;
    return choose(&settler, is_certain, out_day);
}
