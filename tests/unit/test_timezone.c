/* SPDX-License-Identifier: MIT
 * test_timezone.c - zone files, and the rules at their ends
 *
 * The files are made here, so that nothing depends on the machine's database.
 */
#include "text/date.h"
#include "text/timezone.h"
#include "unit.h"

struct type {
    int offset, is_summer;
};

static void add_number(struct buf *out, int64_t number, int size)
{
    for (int i = size - 1; i >= 0; i--)
        buf_add_char(out, (char)(number >> (8 * i)));
}

static void add_header(struct buf *out, size_t times, size_t types)
{
    buf_add(out, S("TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"));
    for (int i = 0; i < 3; i++)
        add_number(out, 0, 4);
    add_number(out, (int64_t)times, 4);
    add_number(out, (int64_t)types, 4);
    add_number(out, 4, 4);
}

/* RFC 8536: a block for readers of old, one with times of eight bytes, and the rule for all that come later.
 */
static void add_zone(struct buf *out, const int64_t *times, const char *indices, size_t time_count,
                     const struct type *types, size_t type_count, const char *rule)
{
    add_header(out, 0, 1);
    buf_add(out, S("\0\0\0\0\0\0UTC\0"));
    add_header(out, time_count, type_count);
    for (size_t i = 0; i < time_count; i++)
        add_number(out, times[i], 8);
    buf_add(out, (span){indices, time_count});
    for (size_t i = 0; i < type_count; i++) {
        add_number(out, types[i].offset, 4);
        add_number(out, types[i].is_summer, 1);
        add_number(out, 0, 1);
    }
    buf_add(out, S("ABC\0\n"));
    buf_add_text(out, rule);
    buf_add_char(out, '\n');
}

static int offset_at(const struct timezone_rules *rules, const char *instant)
{
    return timezone_offset(rules, date_parse(span_of(instant)));
}

static void changes_of_the_past_come_from_the_file(void **state)
{
    static const int64_t times[] = {-1000000000, 0, 1000000000};
    static const struct type types[] = {{1800, 0}, {3600, 0}, {7200, 1}};
    OWN(arena) arena = arena_new(1 * MiB);
    LOCAL(buf) file = {.max = 1 * MiB};
    const struct timezone_rules *rules = NULL;

    (void)state;
    add_zone(&file, times, "\1\2\1", 3, types, 3, "");
    assert_ok(timezone_read(arena, buf_span(&file), &rules));
    assert_int_equal(timezone_offset(rules, -1000000000001), 1800);
    assert_int_equal(timezone_offset(rules, -1000000000000), 3600);
    assert_int_equal(timezone_offset(rules, -1), 3600);
    assert_int_equal(timezone_offset(rules, 0), 7200);
    assert_int_equal(timezone_offset(rules, 999999999999), 7200);
    assert_int_equal(timezone_offset(rules, 1000000000000), 3600);
    assert_int_equal(timezone_offset(rules, INT64_MAX), 3600);
    assert_int_equal(timezone_offset(rules, INT64_MIN + 1), 1800);
}

static void changes_to_come_follow_the_rule(void **state)
{
    static const struct {
        const char *rule, *instant;
        int wanted;
    } cases[] = {
        {"CET-1CEST,M3.5.0,M10.5.0/3", "2040-03-25T00:59:59Z", 3600},
        {"CET-1CEST,M3.5.0,M10.5.0/3", "2040-03-25T01:00:00Z", 7200},
        {"CET-1CEST,M3.5.0,M10.5.0/3", "2040-10-28T00:59:59Z", 7200},
        {"CET-1CEST,M3.5.0,M10.5.0/3", "2040-10-28T01:00:00Z", 3600},
        {"EST5EDT,M3.2.0,M11.1.0", "2040-03-11T06:59:59Z", -18000},
        {"EST5EDT,M3.2.0,M11.1.0", "2040-03-11T07:00:00Z", -14400},
        /* south of the equator, summer goes over the year's end */
        {"AEST-10AEDT,M10.1.0,M4.1.0/3", "2040-01-01T00:00:00Z", 39600},
        {"AEST-10AEDT,M10.1.0,M4.1.0/3", "2039-12-31T13:30:00Z", 39600},
        {"AEST-10AEDT,M10.1.0,M4.1.0/3", "2040-07-01T00:00:00Z", 36000},
        {"<+0545>-5:45", "2040-07-01T00:00:00Z", 20700},
        {"<-0330>3:30<-0230>,M3.2.0,M11.1.0", "2040-07-01T00:00:00Z", -9000},
        {"IST-1GMT0,M10.5.0,M3.5.0/1", "2040-01-01T00:00:00Z", 0},
        {"IST-1GMT0,M10.5.0,M3.5.0/1", "2040-07-01T00:00:00Z", 3600},
        /* days of the year, counted with and without 29 February */
        {"ABC0DEF,J60/0,J61/0", "2040-02-29T12:00:00Z", 0},
        {"ABC0DEF,J60/0,J61/0", "2040-03-01T12:00:00Z", 3600},
        {"ABC0DEF,59/0,60/0", "2040-02-29T12:00:00Z", 3600},
        {"ABC0DEF,59/0,60/0", "2041-03-01T12:00:00Z", 3600},
        /* times before the day, and days after it */
        {"ABC0DEF,M3.5.0/-2,M10.5.0/26", "2040-03-24T22:00:00Z", 3600},
        {"ABC0DEF,M3.5.0/-2,M10.5.0/26", "2040-10-29T00:59:59Z", 3600},
        {"ABC0DEF,M3.5.0/-2,M10.5.0/26", "2040-10-29T01:00:00Z", 0},
        /* a rule that cannot be read leaves the file's last offset */
        {"ABC", "2040-07-01T00:00:00Z", 3600},
        {"ABC-1DEF", "2040-07-01T00:00:00Z", 3600},
        {"ABC-1DEF,M13.1.0,M4.1.0", "2040-07-01T00:00:00Z", 3600},
        {"ABC-1DEF,M3.1.7,M4.1.0", "2040-07-01T00:00:00Z", 3600},
        {"ABC-1DEF,M3.1.0,M4.1.0x", "2040-07-01T00:00:00Z", 3600},
        {"ABC-200", "2040-07-01T00:00:00Z", 3600},
    };
    static const int64_t times[] = {0};
    static const struct type types[] = {{1800, 0}, {3600, 0}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        LOCAL(buf) file = {.max = 1 * MiB};
        const struct timezone_rules *rules = NULL;
        add_zone(&file, times, "\1", 1, types, 2, cases[i].rule);
        assert_ok(timezone_read(arena, buf_span(&file), &rules));
        assert_int_equal(offset_at(rules, cases[i].instant), cases[i].wanted);
    }
}

static void a_damaged_file_is_refused(void **state)
{
    static const int64_t times[] = {0, 5}, backwards[] = {5, 0};
    static const struct type types[] = {{0, 0}, {3600, 0}}, absurd[] = {{0, 0}, {1000000, 0}};
    OWN(arena) arena = arena_new(1 * MiB);
    LOCAL(buf) file = {.max = 1 * MiB};
    const struct timezone_rules *rules;

    (void)state;
    add_zone(&file, times, "\0\1", 2, types, 2, "ABC0");
    for (size_t len = 0; len < file.len - 6; len++)
        assert_fails(timezone_read(arena, span_sub(buf_span(&file), 0, len), &rules), ERROR_FORMAT);
    buf_clear(&file);
    add_zone(&file, times, "\0\2", 2, types, 2, "ABC0");
    assert_fails(timezone_read(arena, buf_span(&file), &rules), ERROR_FORMAT);
    buf_clear(&file);
    add_zone(&file, backwards, "\0\1", 2, types, 2, "ABC0");
    assert_fails(timezone_read(arena, buf_span(&file), &rules), ERROR_FORMAT);
    buf_clear(&file);
    add_zone(&file, times, "\0\1", 2, absurd, 2, "ABC0");
    assert_fails(timezone_read(arena, buf_span(&file), &rules), ERROR_FORMAT);
}

static void offsets_and_common_zones_need_no_file(void **state)
{
    static const struct {
        const char *name;
        int wanted;
    } cases[] = {{"UTC", 0},
                 {"Asia/Shanghai", 28800},
                 {"Asia/Tokyo", 32400},
                 {"Asia/Kolkata", 19800},
                 {"+08:00", 28800},
                 {"-05:30", -19800},
                 {"+0", 0},
                 {"-12", -43200}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        const struct timezone_rules *rules = NULL;
        assert_ok(timezone_load(arena, span_of(cases[i].name), &rules));
        assert_int_equal(offset_at(rules, "2019-11-07T18:25:09Z"), cases[i].wanted);
    }
}

static void a_name_that_is_no_zone_is_the_users_mistake(void **state)
{
    static const char *const cases[] = {
        "",
        "Nowhere/Land",
        "../../etc/passwd",
        "/etc/localtime",
        "Asia/../UTC",
        "Asia//Tokyo",
        "Asia/",
        "Asia",
        "tzdata.zi",
        "asia shanghai",
        "+25:00",
        "+08:61",
        "+",
        "08:00",
        "UTC\n",
        "Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        const struct timezone_rules *rules;
        assert_fails(timezone_load(arena, span_of(cases[i]), &rules), ERROR_USAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_of_the_past_come_from_the_file),
        cmocka_unit_test(changes_to_come_follow_the_rule),
        cmocka_unit_test(a_damaged_file_is_refused),
        cmocka_unit_test(offsets_and_common_zones_need_no_file),
        cmocka_unit_test(a_name_that_is_no_zone_is_the_users_mistake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
