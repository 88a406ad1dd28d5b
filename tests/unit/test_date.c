/* SPDX-License-Identifier: MIT
 * test_date.c - dates as publishers write them, and as Courant does
 */
#include "core/file.h"
#include "tests/lib/shared.h"
#include "text/date.h"
#include "unit.h"
#include <stdio.h>

static const char *format(int64_t at, char text[DATE_TEXT_SIZE])
{
    return at == NO_TIME ? "none" : date_format_rfc3339(at, text);
}

/* \n, \t and \\ stand for what they do in C. */
static span unescape(struct arena *arena, span s)
{
    LOCAL(buf) text = {.max = 64 * KiB};

    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        if (c == '\\' && i + 1 < s.len) {
            c = s.at[++i];
            c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
        }
        buf_add_char(&text, c);
    }
    return arena_keep(arena, buf_span(&text));
}

/* How many lines of a table of dates are read otherwise than they say; each is named. */
static int count_mistakes(const char *path, const char *none)
{
    OWN(arena) arena = arena_new(16 * MiB);
    span table, line;
    int mistakes = 0, lines = 0;

    assert_ok(file_read(path, 1 * MiB, arena, &table));
    while (span_cut(&table, '\n', &line)) {
        span written = {0}, wanted = {0};
        char text[DATE_TEXT_SIZE];
        const char *got;
        if (span_starts(line, S("#")) || !span_cut(&line, '\t', &written) || !span_cut(&line, '\t', &wanted))
            continue;
        got = format(date_parse(unescape(arena, written)), text);
        lines++;
        if (!span_is(wanted, got) && !(strcmp(got, "none") == 0 && span_is(wanted, none))) {
            print_message("# \"%.*s\" gives %s, wanted %.*s\n", SPAN_ARG(written), got, SPAN_ARG(wanted));
            mistakes++;
        }
    }
    assert_true(lines > 100);
    return mistakes;
}

static void dates_are_read_as_publishers_write_them(void **state)
{
    char path[4096];

    (void)state;
    snprintf(path, sizeof path, "%s/text/dates.tsv", getenv("COURANT_CASES"));
    assert_int_equal(count_mistakes(path, "none"), 0);
}

static void dates_of_other_readers_tests_are_read(void **state)
{
    const char *path = shared_path("corpus/dates.tsv");

    (void)state;
    if (!path)
        skip();
    assert_int_equal(count_mistakes(path, "reject"), 0);
}

static void reading_tells_what_was_said_of_time_and_zone(void **state)
{
    static const struct {
        const char *text;
        bool has_time, has_zone;
        int zone_minutes;
    } cases[] = {
        {"2019-11-07", false, false, 0},
        {"2019-11-07 18:25", true, false, 0},
        {"2019-11-07T18:25Z", true, true, 0},
        {"7 Nov 2019 18:25 -0330", true, true, -210},
        {"7 Nov 2019 18:25 Asia/Tokyo", true, true, 540},
        {"7 Nov 2019 18:25 CET", true, true, 60},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct date date = {0};
        assert_true(date_read(span_of(cases[i].text), &date));
        assert_int_equal(date.has_time, cases[i].has_time);
        assert_int_equal(date.has_zone, cases[i].has_zone);
        assert_int_equal(date.zone_minutes, cases[i].zone_minutes);
    }
}

static void a_fraction_is_kept_to_the_millisecond(void **state)
{
    (void)state;
    assert_int_equal(date_parse(S("1970-01-02T00:00:00.5Z")), DAY + 500);
    assert_int_equal(date_parse(S("1970-01-02T00:00:00.123999Z")), DAY + 123);
    assert_int_equal(date_parse(S("1970-01-02T00:00:00,007Z")), DAY + 7);
}

static void a_long_text_is_no_date(void **state)
{
    char text[400];

    (void)state;
    memset(text, ' ', sizeof text);
    memcpy(text, "7 Nov 2019", 10);
    assert_int_equal(date_parse((span){text, sizeof text}), date_parse(S("7 Nov 2019"))); /* it is trimmed */
    text[sizeof text - 1] = 'x';
    assert_int_equal(date_parse((span){text, sizeof text}), NO_TIME);
}

static void http_dates_are_read_in_three_forms_alone(void **state)
{
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"Thu, 07 Nov 2019 18:25:09 GMT", "2019-11-07T18:25:09Z"},
        {"Thursday, 07-Nov-19 18:25:09 GMT", "2019-11-07T18:25:09Z"},
        {"Thu Nov  7 18:25:09 2019", "2019-11-07T18:25:09Z"},
        {"Sat, 31 Dec 2016 23:59:60 GMT", "2017-01-01T00:00:00Z"},
        {"Thu, 7 Nov 2019 18:25:09 GMT", "none"},
        {"Thu, 07 Nov 2019 18:25:09 CET", "none"},
        {"Thu, 07 Nov 2019 18:25:09", "none"},
        {"Thu, 31 Nov 2019 18:25:09 GMT", "none"},
        {"Thu, 07 Nov +019 18:25:09 GMT", "none"},
        {"3600", "none"},
        {"", "none"},
    };
    char text[DATE_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_string_equal(format(date_parse_http(span_of(cases[i].text)), text), cases[i].wanted);
}

static void every_day_splits_and_joins_to_itself(void **state)
{
    static const int64_t starts[] = {-12345678901234, -1, 0, 1, 253402300799999, INT64_MAX - 400 * 366 * DAY};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
        for (int64_t day = 0; day < 400 * 366; day += 13) {
            int64_t at = starts[i] + day * DAY;
            struct date_parts parts = date_split(at);
            assert_int_equal(date_join(&parts), at);
            assert_int_equal(parts.weekday,
                             ((date_days(parts.year, parts.month, parts.day) + 4) % 7 + 7) % 7);
        }
    }
}

static void parts_out_of_range_join_to_no_time(void **state)
{
    static const struct date_parts cases[] = {
        {.year = 2019, .month = 0, .day = 1},
        {.year = 2019, .month = 13, .day = 1},
        {.year = 2019, .month = 2, .day = 29},
        {.year = 2019, .month = 1, .day = 0},
        {.year = 2019, .month = 1, .day = 1, .hour = 24},
        {.year = 2019, .month = 1, .day = 1, .minute = 60},
        {.year = 2019, .month = 1, .day = 1, .second = 60},
        {.year = 2019, .month = 1, .day = 1, .millisecond = -1},
        {.year = INT32_MAX, .month = 1, .day = 1},
        {.year = INT32_MIN, .month = 1, .day = 1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(date_join(&cases[i]), NO_TIME);
}

static void any_instant_can_be_written(void **state)
{
    static const struct {
        int64_t at;
        const char *rfc3339, *http;
    } cases[] = {
        {0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"},
        {-1, "1969-12-31T23:59:59Z", "Wed, 31 Dec 1969 23:59:59 GMT"},
        {1573151109999, "2019-11-07T18:25:09Z", "Thu, 07 Nov 2019 18:25:09 GMT"},
        {INT64_MAX, "9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 GMT"},
        {INT64_MIN + 1, "0001-01-01T00:00:00Z", "Mon, 01 Jan 0001 00:00:00 GMT"},
    };
    char text[DATE_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_string_equal(date_format_rfc3339(cases[i].at, text), cases[i].rfc3339);
        assert_string_equal(date_format_http(cases[i].at, text), cases[i].http);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_read_as_publishers_write_them),
        cmocka_unit_test(dates_of_other_readers_tests_are_read),
        cmocka_unit_test(reading_tells_what_was_said_of_time_and_zone),
        cmocka_unit_test(a_fraction_is_kept_to_the_millisecond),
        cmocka_unit_test(a_long_text_is_no_date),
        cmocka_unit_test(http_dates_are_read_in_three_forms_alone),
        cmocka_unit_test(every_day_splits_and_joins_to_itself),
        cmocka_unit_test(parts_out_of_range_join_to_no_time),
        cmocka_unit_test(any_instant_can_be_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
