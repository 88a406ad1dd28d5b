/* SPDX-License-Identifier: MIT
 * dates_address.c - the day that stands in an address
 */
#include "page/internal.h"
#include "text/date.h"
#include <stdio.h>

/* A day in three parts behind a year: /2024/05/06/, /2024-05-06, /2024/may/06/, /20240506 */
static span day_in_address(span address, size_t at, size_t digits, char room[16])
{
    span year = span_sub(address, at, 4), rest = span_from(address, at + 4);
    size_t end = numeric_end(address, at);

    if (digits == 8) {
        const char day[] = {rest.at[-4], rest.at[-3], rest.at[-2], rest.at[-1], '-',
                            rest.at[0],  rest.at[1],  '-',         rest.at[2],  rest.at[3]};
        memcpy(room, day, sizeof day);
        return (span){room, sizeof day};
    }
    if (digits != 4)
        return (span){0};
    if (end)
        return span_sub(address, at, end - at);
    if (rest.len >= 7 && rest.at[0] == '/' && rest.at[4] == '/' && digits_at(rest, 5) == 2) {
        int len = snprintf(room, 16, "%.2s %.3s %.4s", rest.at + 5, rest.at + 1, year.at);
        return (span){room, (size_t)len};
    }
    return (span){0};
}

static span day_month_year(char room[16], const char *day, const char *month, const char *year)
{
    const char text[] = {day[0], day[1], '.', month[0], month[1], '.', year[0], year[1], year[2], year[3]};

    memcpy(room, text, sizeof text);
    return (span){room, sizeof text};
}

static int two_digits(const char *at)
{
    return (at[0] - '0') * 10 + at[1] - '0';
}

/* 27-01-2022, or 27012022- at the start of a part. Where the first could be the month, only pages in other
 * languages than English are believed to mean the day. */
static span day_before_year(const struct reader *reader, span address, size_t at, size_t digits,
                            char room[16])
{
    span language = reader->said[FACT_LANGUAGE].value;
    const char *day = NULL, *month = NULL, *year = NULL;

    if (digits == 4 && at >= 6 && digits_at(address, at - 3) == 2 && digits_at(address, at - 6) == 2 &&
        strchr("-._", address.at[at - 1]) && address.at[at - 1] == address.at[at - 4]) {
        day = address.at + at - 6;
        month = address.at + at - 3;
        year = address.at + at;
    } else if (digits == 8 && at && address.at[at - 1] == '/' && at + 8 < address.len &&
               strchr("-_/.", address.at[at + 8])) {
        day = address.at + at;
        month = day + 2;
        year = day + 4;
    }
    if (!day || two_digits(month) > 12)
        return (span){0};
    if (two_digits(day) <= 12 && (!language.len || span_starts_nocase(language, S("en"))))
        return (span){0};
    return two_digits(year) == 19 || two_digits(year) == 20 ? day_month_year(room, day, month, year)
                                                            : (span){0};
}

void read_address(struct reader *reader)
{
    span address = reader->page->url;

    for (size_t at = 0, digits; at < address.len; at += digits + 1) {
        char room[16];
        digits = digits_at(address, at);
        if (digits < 4)
            continue;
        span start = span_sub(address, at, 2);
        if ((span_is(start, "19") || span_is(start, "20")) &&
            say_moment(reader, PUBLISHED, RANK_LAST, day_in_address(address, at, digits, room)))
            return;
        if (say_moment(reader, PUBLISHED, RANK_LAST, day_before_year(reader, address, at, digits, room)))
            return;
    }
}

int64_t date_of_address(struct arena *arena, span address)
{
    struct page page = {.url = address};
    struct reader reader = {.arena = arena, .page = &page};

    reader.moments[PUBLISHED].at = NO_TIME;
    read_address(&reader);
    return reader.moments[PUBLISHED].at;
}
