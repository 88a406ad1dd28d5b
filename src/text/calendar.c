/* SPDX-License-Identifier: MIT
 * calendar.c - from instants to years, months and days, and back; the forms that Courant writes, and HTTP's
 *
 * Days are counted from 0000-03-01, so that the day that comes and goes is the last of its year (Howard
 * Hinnant, "chrono-Compatible Low-Level Date Algorithms"). All is done in 64 bits: nothing overflows for any
 * instant.
 */
#include "text/date.h"
#include <stdio.h>

enum { DAYS_OF_ERA = 146097 /* 400 years */, DAYS_TO_1970 = 719468 };

#define FIRST_WRITTEN (-62135596800000) /* 0001-01-01T00:00:00Z */
#define LAST_WRITTEN  253402300799999   /* 9999-12-31T23:59:59.999Z */

static const char weekday_names[7][10] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                          "Thursday", "Friday", "Saturday"};
static const char month_names[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static int64_t divide_down(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_of_month(int year, int month)
{
    static const char days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && is_leap(year));
}

int64_t date_days(int year, int month, int day)
{
    int64_t y = (int64_t)year - (month <= 2), era = divide_down(y, 400), year_of_era = y - era * 400;
    int64_t day_of_year = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * DAYS_OF_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           DAYS_TO_1970;
}

struct date_parts date_split(int64_t at)
{
    int64_t days = divide_down(at, DAY), rest = at % DAY + (at % DAY < 0 ? DAY : 0);
    int64_t shifted = days + DAYS_TO_1970, era = divide_down(shifted, DAYS_OF_ERA);
    int64_t day_of_era = shifted - era * DAYS_OF_ERA;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / (DAYS_OF_ERA - 1)) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month = (int)((5 * day_of_year + 2) / 153); /* 0: March */

    return (struct date_parts){
        .year = (int)(year_of_era + era * 400 + (month >= 10)),
        .month = month < 10 ? month + 3 : month - 9,
        .day = (int)(day_of_year - (153 * month + 2) / 5 + 1),
        .hour = (int)(rest / HOUR),
        .minute = (int)(rest % HOUR / MINUTE),
        .second = (int)(rest % MINUTE / SECOND),
        .millisecond = (int)(rest % SECOND),
        .weekday = (int)(days + 4 - divide_down(days + 4, 7) * 7),
    };
}

static bool is_within(int value, int low, int high)
{
    return value >= low && value <= high;
}

int64_t date_join(const struct date_parts *parts)
{
    int64_t at;

    if (!is_within(parts->month, 1, 12) ||
        !is_within(parts->day, 1, days_of_month(parts->year, parts->month)) ||
        !is_within(parts->hour, 0, 23) || !is_within(parts->minute, 0, 59) ||
        !is_within(parts->second, 0, 59) || !is_within(parts->millisecond, 0, 999))
        return NO_TIME;
    if (__builtin_mul_overflow(date_days(parts->year, parts->month, parts->day), DAY, &at) ||
        __builtin_add_overflow(
            at, parts->hour * HOUR + parts->minute * MINUTE + parts->second * SECOND + parts->millisecond,
            &at))
        return NO_TIME;
    return at;
}

static struct date_parts split_written(int64_t at)
{
    return date_split(MIN(MAX(at, FIRST_WRITTEN), LAST_WRITTEN));
}

char *date_format_rfc3339(int64_t at, char out[DATE_TEXT_SIZE])
{
    struct date_parts parts = split_written(at);

    snprintf(out, DATE_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02dZ", parts.year, parts.month, parts.day,
             parts.hour, parts.minute, parts.second);
    return out;
}

char *date_format_http(int64_t at, char out[DATE_TEXT_SIZE])
{
    struct date_parts parts = split_written(at);

    snprintf(out, DATE_TEXT_SIZE, "%.3s, %02d %s %04d %02d:%02d:%02d GMT", weekday_names[parts.weekday],
             parts.day, month_names[parts.month - 1], parts.year, parts.hour, parts.minute, parts.second);
    return out;
}

static bool take_digits(span *rest, size_t count, int *out_number)
{
    int64_t number;

    if (rest->len < count || *rest->at == '+' || *rest->at == '-' ||
        !span_to_int64(span_sub(*rest, 0, count), &number))
        return false;
    *out_number = (int)number;
    *rest = span_from(*rest, count);
    return true;
}

static bool take_text(span *rest, span text)
{
    if (!span_starts(*rest, text))
        return false;
    *rest = span_from(*rest, text.len);
    return true;
}

static bool take_weekday(span *rest, bool is_short)
{
    for (size_t i = 0; i < ARRAY_SIZE(weekday_names); i++)
        if (take_text(rest, span_sub(span_of(weekday_names[i]), 0, is_short ? 3 : SIZE_MAX)))
            return true;
    return false;
}

static bool take_month(span *rest, int *out_month)
{
    for (int i = 0; i < (int)ARRAY_SIZE(month_names); i++) {
        if (take_text(rest, span_of(month_names[i]))) {
            *out_month = i + 1;
            return true;
        }
    }
    return false;
}

/* Letters as of strftime(), and e: a day with a space for its first digit. */
static bool take_part(span *rest, char letter, struct date_parts *parts)
{
    switch (letter) {
    case 'a':
    case 'A':
        return take_weekday(rest, letter == 'a');
    case 'b':
        return take_month(rest, &parts->month);
    case 'd':
        return take_digits(rest, 2, &parts->day);
    case 'e':
        return take_digits(rest, take_text(rest, S(" ")) ? 1 : 2, &parts->day);
    case 'Y':
        return take_digits(rest, 4, &parts->year);
    case 'y':
        if (!take_digits(rest, 2, &parts->year))
            return false;
        parts->year += parts->year < 69 ? 2000 : 1900;
        return true;
    case 'H':
        return take_digits(rest, 2, &parts->hour);
    case 'M':
        return take_digits(rest, 2, &parts->minute);
    default: /* 'S' */
        return take_digits(rest, 2, &parts->second);
    }
}

int64_t date_parse_http(span text)
{
    static const char *const forms[] = {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT",
                                        "%a %b %e %H:%M:%S %Y"};

    for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
        struct date_parts parts = {0};
        const char *form = forms[i];
        span rest = span_trim(text);
        while (*form &&
               (*form == '%' ? take_part(&rest, form[1], &parts) : take_text(&rest, (span){form, 1})))
            form += *form == '%' ? 2 : 1;
        if (!*form && rest.len == 0) {
            int64_t leap = parts.second == 60 ? SECOND : 0, at;
            parts.second -= leap != 0;
            at = date_join(&parts);
            return at == NO_TIME ? NO_TIME : at + leap;
        }
    }
    return NO_TIME;
}
