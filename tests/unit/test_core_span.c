/* SPDX-License-Identifier: MIT
 * test_core_span.c - bytes that somebody else owns
 */
#include "unit.h"

static void pieces_are_cut_each_once(void **state)
{
    static const struct {
        const char *text, *wanted; /* each piece in brackets */
    } cases[] = {{"a,,b", "[a][][b]"}, {"a,b,", "[a][b]"}, {",", "[]"},
                 {",,", "[][]"},       {"a", "[a]"},       {"", ""}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        LOCAL(buf) got = {.max = 1 * KiB};
        span rest = span_of(cases[i].text), piece;
        while (span_cut(&rest, ',', &piece))
            buf_printf(&got, "[%.*s]", SPAN_ARG(piece));
        assert_span_equal(buf_span(&got), cases[i].wanted);
        assert_int_equal(rest.len, 0);
    }
}

static void words_are_cut_without_white_space(void **state)
{
    span rest = S(" \t one\r\ntwo\f three "), word;

    (void)state;
    assert_true(span_cut_word(&rest, &word));
    assert_span_equal(word, "one");
    assert_true(span_cut_word(&rest, &word));
    assert_span_equal(word, "two");
    assert_true(span_cut_word(&rest, &word));
    assert_span_equal(word, "three");
    assert_false(span_cut_word(&rest, &word));
}

static void parts_never_leave_the_whole(void **state)
{
    span s = S("abcdef");

    (void)state;
    assert_span_equal(span_from(s, 4), "ef");
    assert_span_equal(span_from(s, 6), "");
    assert_span_equal(span_from(s, 99), "");
    assert_span_equal(span_sub(s, 1, 3), "bcd");
    assert_span_equal(span_sub(s, 4, SIZE_MAX), "ef");
    assert_span_equal(span_sub(s, 9, 2), "");
    assert_null(span_from((span){0}, 3).at);
    assert_null(span_sub((span){0}, 1, 1).at);
    assert_span_equal(span_between(s.at + 1, s.at + 3), "bc");
}

static void comparing_heeds_case_only_where_it_says_so(void **state)
{
    (void)state;
    assert_true(span_equal(S("a"), S("a")));
    assert_false(span_equal(S("a"), S("A")));
    assert_false(span_equal(S("a"), S("ab")));
    assert_true(span_equal((span){0}, S("")));
    assert_true(span_is((span){0}, NULL));
    assert_true(span_equal_nocase(S("aBc-[1]"), S("AbC-[1]")));
    assert_false(span_equal_nocase(S("[z"), S("{z")));             /* only letters have a case */
    assert_false(span_equal_nocase(S("\xc3\xa9"), S("\xc3\x89"))); /* of ASCII */
    assert_true(span_is_nocase(S("GZIP"), "gzip"));
    assert_true(span_starts(S("abc"), S("ab")) && span_starts(S("abc"), S("")) &&
                !span_starts(S("ab"), S("abc")));
    assert_true(span_starts_nocase(S("ABC"), S("ab")));
    assert_true(span_ends(S("abc"), S("bc")) && span_ends(S("abc"), S("")) && !span_ends(S("bc"), S("abc")));
}

static void order_is_that_of_bytes_shorter_first(void **state)
{
    static const char *const ordered[] = {"", "A", "a", "aa", "ab", "b", "\x80"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(ordered); i++) {
        for (size_t k = 0; k < ARRAY_SIZE(ordered); k++) {
            int order = span_compare(span_of(ordered[i]), span_of(ordered[k]));
            assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
        }
    }
    assert_int_equal(span_compare((span){0}, S("")), 0);
}

static void what_is_sought_is_found_where_it_first_is(void **state)
{
    span s = S("banana");

    (void)state;
    assert_int_equal(span_find(s, S("an")), 1);
    assert_int_equal(span_find(s, S("nan")), 2);
    assert_int_equal(span_find(s, S("")), 0);
    assert_true(span_find(s, S("x")) == SPAN_NONE);
    assert_true(span_find(s, S("bananas")) == SPAN_NONE);
    assert_true(span_find((span){0}, S("x")) == SPAN_NONE);
    assert_int_equal(span_find_nocase(s, S("NA")), 2);
    assert_true(span_find_nocase(s, S("NB")) == SPAN_NONE);
    assert_int_equal(span_find_char(s, 'n'), 2);
    assert_int_equal(span_find_last_char(s, 'n'), 4);
    assert_true(span_find_char((span){0}, 'n') == SPAN_NONE);
    assert_true(span_find_last_char(s, 'x') == SPAN_NONE);
    assert_true(span_has(s, "nan") && !span_has(s, "nn"));
}

static void white_space_is_trimmed_at_the_ends(void **state)
{
    (void)state;
    assert_span_equal(span_trim(S(" \t\n\f\r a b \r\n")), "a b");
    assert_span_equal(span_trim_end(S(" a ")), " a");
    assert_span_equal(span_trim(S(" \n ")), "");
    assert_span_equal(span_trim(S("\v")), "\v"); /* as HTML has it */
    assert_span_equal(span_trim((span){0}), "");
}

static void whole_numbers_are_read_if_they_fit(void **state)
{
    static const struct {
        const char *text;
        bool is_number;
        int64_t wanted;
    } cases[] = {
        {"0", true, 0},
        {"007", true, 7},
        {"+7", true, 7},
        {"-7", true, -7},
        {"9223372036854775807", true, INT64_MAX},
        {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775808", false, 0},
        {"-9223372036854775809", false, 0},
        {"99999999999999999999999999", false, 0},
        {"", false, 0},
        {"-", false, 0},
        {"+-1", false, 0},
        {"1 ", false, 0},
        {" 1", false, 0},
        {"1.0", false, 0},
        {"0x1", false, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        int64_t number = 0;
        assert_int_equal(span_to_int64(span_of(cases[i].text), &number), cases[i].is_number);
        assert_int_equal(number, cases[i].wanted);
    }
}

static void hashes_differ_where_bytes_do(void **state)
{
    char text[40] = "";

    (void)state;
    for (size_t len = 0; len < sizeof text; len++)
        for (size_t other = 0; other < len; other++)
            assert_true(span_hash((span){text, len}) != span_hash((span){text, other}));
    assert_true(span_hash(S("abcdefgh1")) != span_hash(S("abcdefgh2")));
    assert_true(span_hash(S("abc")) == span_hash(span_of("abc")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_cut_each_once),
        cmocka_unit_test(words_are_cut_without_white_space),
        cmocka_unit_test(parts_never_leave_the_whole),
        cmocka_unit_test(comparing_heeds_case_only_where_it_says_so),
        cmocka_unit_test(order_is_that_of_bytes_shorter_first),
        cmocka_unit_test(what_is_sought_is_found_where_it_first_is),
        cmocka_unit_test(white_space_is_trimmed_at_the_ends),
        cmocka_unit_test(whole_numbers_are_read_if_they_fit),
        cmocka_unit_test(hashes_differ_where_bytes_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
