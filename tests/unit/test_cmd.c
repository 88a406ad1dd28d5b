/* SPDX-License-Identifier: MIT
 * test_cmd.c - command lines by their tables, text in columns, times in words
 */
#include "cmd/cmd.h"
#include "cmd/terminal.h"
#include "cmd/words.h"
#include "tests/unit/unit.h"

static const struct command command = {
    .name = "try",
    .arguments = "FIRST [SECOND]",
    .help = "be tried",
    .options =
        (const struct option[]){
            {"json", 'j', NULL, "print JSON"},
            {"limit", 'n', "NUMBER", "no more"},
            {"header", 'H', "HEADER", "repeatable"},
            {0},
        },
};

/* `line`: words with spaces between */
static struct error *parse(struct arena *arena, const char *line, struct arguments *out_arguments)
{
    span rest = span_of(line), word;
    char *argv[16];
    int argc = 0;

    while (span_cut_word(&rest, &word) && argc < 16)
        argv[argc++] = arena_string(arena, word);
    return arguments_parse(arena, &command, argc, argv, out_arguments);
}

static void options_and_words_may_stand_in_any_order(void **state)
{
    static const struct {
        const char *line;
        size_t words;
        bool is_json;
        const char *limit;
    } cases[] = {
        {"a", 1, false, NULL},          {"a b", 2, false, NULL},        {"-j a", 1, true, NULL},
        {"a --json", 1, true, NULL},    {"--limit 5 a", 1, false, "5"}, {"--limit=5 a", 1, false, "5"},
        {"-n5 a", 1, false, "5"},       {"-n 5 a", 1, false, "5"},      {"-jn5 a", 1, true, "5"},
        {"-n 5 -n 6 a", 1, false, "6"}, {"-- -j", 1, false, NULL},      {"a -- --json", 2, false, NULL},
        {"- -j", 1, true, NULL},        {"--limit= a", 1, false, ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        struct arguments arguments;
        assert_ok(parse(arena, cases[i].line, &arguments));
        assert_int_equal(arguments.word_count, cases[i].words);
        assert_int_equal(option_is_given(&arguments, "json"), cases[i].is_json);
        assert_int_equal(option_is_given(&arguments, "limit"), cases[i].limit != NULL);
        if (cases[i].limit)
            assert_span_equal(option_value(&arguments, "limit"), cases[i].limit);
    }
}

static void a_repeated_option_keeps_all_its_values(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct arguments arguments;
    span *values;

    (void)state;
    assert_ok(parse(arena, "-H A:1 x --header B:2", &arguments));
    assert_int_equal(option_values(arena, &arguments, "header", &values), 2);
    assert_span_equal(values[0], "A:1");
    assert_span_equal(values[1], "B:2");
    assert_int_equal(option_values(arena, &arguments, "json", &values), 0);
}

static void a_command_line_that_is_wrong_is_told_why(void **state)
{
    static const struct {
        const char *line, *message;
    } cases[] = {
        {"", "try needs FIRST [SECOND]"},
        {"a b c", "try takes no more than FIRST [SECOND]"},
        {"a --jsn", "try has no option --jsn; the nearest is --json"},
        {"a -x", "try has no option -x"},
        {"a --limit", "option --limit needs NUMBER"},
        {"a -n", "option -n needs NUMBER"},
        {"a --json=1", "option --json takes no value"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        struct arguments arguments;
        OWN(error) error = parse(arena, cases[i].line, &arguments);
        assert_non_null(error);
        assert_int_equal(error->kind, ERROR_USAGE);
        assert_string_equal(error->message, cases[i].message);
    }
}

static void help_is_given_whatever_else_is_missing(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct arguments arguments;

    (void)state;
    assert_ok(parse(arena, "--help", &arguments));
    assert_true(arguments.asks_for_help);
    assert_ok(parse(arena, "a b c -h", &arguments));
    assert_true(arguments.asks_for_help);
}

static void chinese_takes_two_columns_and_marks_take_none(void **state)
{
    static const struct {
        const char *text;
        size_t width;
    } cases[] = {{"", 0},          {"abc", 3},  {"美国之音", 8}, {"a，b", 4},
                 {"e\xcc\x81", 1}, {"한국", 4}, {"\xff", 1},     {"…", 1}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(text_width(span_of(cases[i].text)), cases[i].width);
    assert_span_equal(text_cut(S("美国之音"), 5), "美国");
    assert_span_equal(text_cut(S("abc"), 5), "abc");
    assert_span_equal(text_cut(S("美"), 1), "");
}

static void lines_break_where_a_reader_would_have_them(void **state)
{
    static const struct {
        size_t columns;
        const char *text, *lines;
    } cases[] = {
        {10, "one two three four", "one two\nthree four\n"},
        {10, "a\n\nb", "a\n\nb\n"},
        {0, "as long as it is", "as long as it is\n"},
        {8, "一二三四五", "一二三四\n五\n"},
        {8, "一二三四。五", "一二三\n四。五\n"}, /* a full stop begins no line */
        {8, "一二三（四五", "一二三\n（四五\n"}, /* and an opening bracket ends none */
        {6, "unbreakable", "unbrea\nkable\n"},
        {7, "中文 and 英文", "中文\nand 英\n文\n"},
        {1, "美", "美\n"}, /* at least one character a line */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        LOCAL(buf) out = {.max = 64 * KiB};
        text_wrap(&out, span_of(cases[i].text), cases[i].columns);
        assert_span_equal(buf_span(&out), cases[i].lines);
    }
}

static void a_table_lines_up_and_shrinks_to_the_terminal(void **state)
{
    static const struct column columns[] = {
        {"ID", COLUMN_TEXT, false}, {"TITLE", COLUMN_TEXT, true}, {"N", COLUMN_NUMBER, false}, {0}};
    const span cells[] = {S("a"), S("一二三四五六七八"), S("7"), S("bc"), S("x\033[31m"), S("1234")};
    struct terminal terminal = {0};
    LOCAL(buf) out = {.max = 64 * KiB};

    (void)state;
    table_write(&out, &terminal, columns, cells, 2);
    assert_span_equal(buf_span(&out), "ID  TITLE                N\n"
                                      "a   一二三四五六七八     7\n"
                                      "bc  x\\x1b[31m         1234\n");
    buf_clear(&out);
    terminal.columns = 22;
    table_write(&out, &terminal, columns, cells, 2);
    assert_span_equal(buf_span(&out), "ID  TITLE            N\n"
                                      "a   一二三四五…      7\n"
                                      "bc  x\\x1b[31m     1234\n");
}

static void times_are_said_in_their_largest_unit(void **state)
{
    static const struct {
        int64_t distance;
        const char *words;
    } cases[] = {{0, "now"},
                 {999, "now"},
                 {-1 * SECOND, "1 s ago"},
                 {90 * SECOND, "in 1 min"},
                 {-25 * HOUR, "1 d ago"},
                 {2 * HOUR, "in 2 h"},
                 {-400 * DAY, "400 d ago"}};
    const int64_t now = 1700000000 * SECOND;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        assert_span_equal(time_ago(arena, now + cases[i].distance, now), cases[i].words);
        assert_span_equal(time_ago(arena, NO_TIME, now), "-");
    }
}

static void since_takes_dates_and_how_long_ago(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    const int64_t now = 1700000000 * SECOND;
    const struct timezone_rules *zone;

    (void)state;
    assert_ok(timezone_load(arena, S("Asia/Shanghai"), &zone));
    assert_int_equal(time_read(S("2d"), zone, now), now - 2 * DAY);
    assert_int_equal(time_read(S("90m"), zone, now), now - 90 * MINUTE);
    assert_int_equal(time_read(S("2024-11-08T00:00Z"), zone, now), 1731024000 * SECOND);
    assert_int_equal(time_read(S("2024-11-08"), zone, now), 1731024000 * SECOND - 8 * HOUR);
    assert_int_equal(time_read(S("yesterday-ish"), zone, now), NO_TIME);
    assert_int_equal(time_read(S(""), zone, now), NO_TIME);
    assert_int_equal(time_read(S("99999999999999999999d"), zone, now), NO_TIME);
    assert_span_equal(time_write(arena, zone, 1731024000 * SECOND), "2024-11-08 08:00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_and_words_may_stand_in_any_order),
        cmocka_unit_test(a_repeated_option_keeps_all_its_values),
        cmocka_unit_test(a_command_line_that_is_wrong_is_told_why),
        cmocka_unit_test(help_is_given_whatever_else_is_missing),
        cmocka_unit_test(chinese_takes_two_columns_and_marks_take_none),
        cmocka_unit_test(lines_break_where_a_reader_would_have_them),
        cmocka_unit_test(a_table_lines_up_and_shrinks_to_the_terminal),
        cmocka_unit_test(times_are_said_in_their_largest_unit),
        cmocka_unit_test(since_takes_dates_and_how_long_ago),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
