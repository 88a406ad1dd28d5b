/* SPDX-License-Identifier: MIT
 * test_utf8.c - characters, white space, and text made comparable
 */
#include "text/utf8.h"
#include "unit.h"
#include <stdio.h>

static void invalid_bytes_become_one_replacement_for_each_part(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *repaired;
    } cases[] = {
        {"plain", "plain"},
        {"\xe4\xb8\xad\xe6\x96\x87 \xf0\x9f\x98\x80", "中文 😀"},
        {"a\xff"
         "b",
         "a\uFFFD"
         "b"},
        {"\x80", "\uFFFD"},
        {"\xc0\xaf", "\uFFFD\uFFFD"},                     /* "/" in two bytes */
        {"\xe0\x80\xaf", "\uFFFD\uFFFD\uFFFD"},           /* in three */
        {"\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD"},           /* a surrogate */
        {"\xf4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"}, /* past the last character */
        {"\xe4\xb8", "\uFFFD"},                           /* cut short: one part */
        {"\xe4\xb8<", "\uFFFD<"},
        {"\xf0\x9f\x98", "\uFFFD"},
        {"\xf0\x9f\x98\xe4\xb8\xad", "\uFFFD中"},
        {"\xf8\x88\x80\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"},
    };
    OWN(arena) arena = arena_new(1 * MiB);

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_span_equal(utf8_repair(arena, span_of(cases[i].bytes)), cases[i].repaired);
        assert_int_equal(utf8_is_valid(span_of(cases[i].bytes)), !strcmp(cases[i].bytes, cases[i].repaired));
        assert_int_equal(utf8_count(span_of(cases[i].bytes)), utf8_count(span_of(cases[i].repaired)));
    }
}

static void every_character_survives_encoding_and_decoding(void **state)
{
    (void)state;

    for (uint32_t c = 0; c <= 0x110000; c++) {
        char bytes[4];
        span s = {bytes, utf8_encode(c, bytes)};
        bool is_character = c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF);
        uint32_t decoded;
        assert_int_equal(utf8_len(s), s.len);
        assert_true(utf8_is_valid(s));
        assert_true(utf8_next(&s, &decoded));
        assert_int_equal(decoded, is_character ? c : UTF8_REPLACEMENT);
        assert_int_equal(s.len, 0);
    }
}

static void a_fault_is_found_wherever_it_stands(void **state)
{
    (void)state;
    char text[200];

    for (size_t len = 0; len <= 130; len++) {
        memset(text, 'a', sizeof text);
        assert_true(utf8_is_valid((span){text, len}));
        assert_int_equal(utf8_ascii_len((span){text, len}), len);
        for (size_t i = 0; i < len; i++) {
            text[i] = '\xe4';
            assert_false(utf8_is_valid((span){text, len}));
            assert_int_equal(utf8_ascii_len((span){text, len}), i);
            text[i] = 'a';
        }
    }
}

static void a_cut_never_splits_a_character(void **state)
{
    (void)state;
    span s = S("aé中😀z");
    static const size_t wanted[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};

    for (size_t max = 0; max < ARRAY_SIZE(wanted); max++)
        assert_int_equal(utf8_cut(s, max).len, wanted[max]);
    assert_int_equal(utf8_cut(S("\x80\x80\x80\x80\x80"), 3).len, 3);
}

static void white_space_is_what_javascript_trims(void **state)
{
    (void)state;

    assert_span_equal(
        js_trim(S("\t\v\f\r\n \u00A0\u1680\u2003\u2028\u202F\u205F\u3000\uFEFFa b\u3000\uFEFF ")), "a b");
    assert_span_equal(js_trim(S("\u200B\xC2\x85x\u180E")), "\u200B\xC2\x85x\u180E");
    assert_span_equal(js_trim(S(" \u3000 ")), "");
    assert_span_equal(js_trim((span){0}), "");
}

static void collapsing_leaves_single_spaces(void **state)
{
    (void)state;
    OWN(arena) arena = arena_new(1 * MiB);

    assert_span_equal(text_collapse(arena, S("\n a \t\u00A0 b\u3000中\n")), "a b 中");
    assert_span_equal(text_collapse(arena, S(" \n ")), "");
    assert_span_equal(text_collapse(arena, (span){0}), "");
}

static void folded_text_compares_equal(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
    } cases[] = {
        {"STRASSE", "straße"}, {"Ｃｏｕｒａｎｔ１", "courant1"},
        {"e\u0301", "É"},      {"ΣΑΣ", "σας"},
        {"ﾊﾟ", "パ"},          {"①", "1"},
        {"ﬁn", "FIN"},         {"\u1112\u1161\u11AB", "한"},
    };
    OWN(arena) arena = arena_new(1 * MiB);

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        span a = utf8_fold(arena, span_of(cases[i].a)), b = utf8_fold(arena, span_of(cases[i].b));
        if (!span_equal(a, b))
            fail_msg("%s and %s differ", cases[i].a, cases[i].b);
    }
    assert_int_equal(fold_case(0x3C2), 0x3C3);
    assert_int_equal(fold_case('Q'), 'q');
}

/* A megabyte of marks in an order that must be sorted */
static void folding_takes_no_longer_for_hostile_marks(void **state)
{
    (void)state;
    OWN(arena) arena = arena_new(32 * MiB);
    char *marks = arena_alloc(arena, 1 * MiB);

    for (size_t i = 0; i + 4 <= 1 * MiB; i += 4)
        memcpy(marks + i, i / 4 % 2 ? "\u0301\u0316" : "\u0315\u0327", 4);
    assert_true(utf8_fold(arena, (span){marks, 1 * MiB}).len > 0);
}

static void characters_know_their_kind(void **state)
{
    (void)state;
    static const struct {
        uint32_t character;
        const char *kinds; /* c CJK, u unspaced, l letter or digit, m mark, p punctuation, s space */
    } cases[] = {
        {'a', "l"},      {'7', "l"},       {'-', "p"},      {'$', "p"},      {'\n', "s"},     {0xA0, "s"},
        {0x0301, "m"},   {0xE9, "l"},      {0x4E2D, "cul"}, {0x3042, "cul"}, {0x3002, "cup"}, {0xFF01, "cup"},
        {0x3000, "cus"}, {0xAC00, "l"},    {0x0E01, "ul"},  {0x0E31, "um"},  {0x0E81, "ul"},  {0x1780, "ul"},
        {0x1000, "ul"},  {0x20000, "cul"}, {0x1F600, "p"},  {0x10FFFF, ""},  {0x110000, ""},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        uint32_t c = cases[i].character;
        char kinds[8];
        snprintf(kinds, sizeof kinds, "%s%s%s%s%s%s", is_cjk(c) ? "c" : "", is_unspaced(c) ? "u" : "",
                 is_letter_or_digit(c) ? "l" : "", is_mark(c) ? "m" : "", is_punctuation(c) ? "p" : "",
                 is_unicode_space(c) ? "s" : "");
        if (strcmp(kinds, cases[i].kinds))
            fail_msg("U+%04X is \"%s\", wanted \"%s\"", c, kinds, cases[i].kinds);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(invalid_bytes_become_one_replacement_for_each_part),
        cmocka_unit_test(every_character_survives_encoding_and_decoding),
        cmocka_unit_test(a_fault_is_found_wherever_it_stands),
        cmocka_unit_test(a_cut_never_splits_a_character),
        cmocka_unit_test(white_space_is_what_javascript_trims),
        cmocka_unit_test(collapsing_leaves_single_spaces),
        cmocka_unit_test(folded_text_compares_equal),
        cmocka_unit_test(folding_takes_no_longer_for_hostile_marks),
        cmocka_unit_test(characters_know_their_kind),
    };

    return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
