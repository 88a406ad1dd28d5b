/* SPDX-License-Identifier: MIT
 * story.c - the publisher's own number of a story, where its address holds one
 *
 * Addresses change with the headline while the number stays: `/a/old-words/7856214.html`,
 * `/new-words/a-62120601`, `/world-europe-53421876`, `/?p=12345`. It is looked for in the last part of the
 * path and in the query parameters that are known to carry it. A date is no number.
 */
#include "store/identity.h"

enum {
    SHORTEST_NUMBER = 5, /* digits: shorter ones are years, counts, pages */
    TELLING_NUMBER = 7,  /* digits that no headline is likely to hold */
    LONGEST_PREFIX = 3,  /* letters before a number that stands by itself: "a-62120601" */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_date(span digits) /* 20241108, 08112024 */
{
    int64_t n;

    if (digits.len != 8 || !span_to_int64(digits, &n))
        return false;
    if (n / 10000 >= 1990 && n / 10000 < 2100)
        return n / 100 % 100 >= 1 && n / 100 % 100 <= 12 && n % 100 >= 1 && n % 100 <= 31;
    return n % 10000 >= 1990 && n % 10000 < 2100 && n / 1000000 <= 31 && n / 10000 % 100 <= 31;
}

static bool is_round(span digits) /* "1000000 march": counted, not numbered */
{
    return span_ends(digits, S("0000"));
}

/* The last run of digits in `part` that can be a number */
static span last_number(span part)
{
    for (size_t end = part.len; end > 0; end--) {
        size_t start = end;
        while (start > 0 && is_digit(part.at[start - 1]))
            start--;
        span digits = span_sub(part, start, end - start);
        if (digits.len >= SHORTEST_NUMBER && !is_date(digits) && !is_round(digits))
            return digits;
        end = MAX(start, 1);
    }
    return (span){0};
}

static bool is_known_parameter(span name)
{
    static const char *const names[] = {"p",       "id",        "aid",        "nid",     "sid",
                                        "newsid",  "articleid", "article_id", "news_id", "story",
                                        "storyid", "story_id",  "docid"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (span_is_nocase(name, names[i]))
            return true;
    return false;
}

static bool story_of_query(span path, span query, struct story *out_story)
{
    span pair, name;
    int64_t n;

    while (span_cut(&query, '&', &pair)) {
        span value = pair;
        if (!span_cut(&value, '=', &name) || !is_known_parameter(name))
            continue;
        if (value.len < 2 || !is_digit(value.at[0]) || !span_to_int64(value, &n))
            continue;
        *out_story =
            (struct story){.number = value, .script = path, .is_telling = value.len >= SHORTEST_NUMBER};
        return true;
    }
    return false;
}

/* "7856214", "a-62120601", "12345_words": what surrounds it is short, or it is long itself */
static bool stands_alone(span part, span number)
{
    size_t before = (size_t)(number.at - part.at);

    return number.len >= TELLING_NUMBER || (before <= LONGEST_PREFIX && before + number.len == part.len);
}

bool story_of_link(span canonical, struct story *out_story)
{
    size_t query = span_find_char(canonical, '?');
    span address = span_sub(canonical, 0, query);
    span path = span_from(address, span_find_char(address, '/'));
    size_t slash = span_find_last_char(path, '/');
    span part = slash == SPAN_NONE ? (span){0} : span_from(path, slash + 1);
    size_t dot = span_find_last_char(part, '.');
    span number;

    if (query != SPAN_NONE && story_of_query(path, span_from(canonical, query + 1), out_story))
        return true;
    part = span_sub(part, 0, dot);
    number = last_number(part);
    if (!number.len)
        return false;
    *out_story = (struct story){.number = number, .is_telling = stands_alone(part, number)};
    return true;
}
