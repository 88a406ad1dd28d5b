/* SPDX-License-Identifier: MIT
 * test_slug.c - titles as file names
 */
#include "text/slug.h"
#include "text/utf8.h"
#include "unit.h"

static void a_title_becomes_words_joined_by_dashes(void **state)
{
    static const struct {
        const char *title, *slug;
    } cases[] = {
        {"Hello, World!", "hello-world"},
        {"  -- a  /\\:*?\"<>| b.. ", "a-b"},
        {"习近平：“新时代”的讲话", "习近平-新时代-的讲话"},
        {"Ｆｕｌｌ　Ｗｉｄｔｈ１２", "full-width12"},
        {"Größe der Straße", "grösse-der-strasse"},
        {"ÉTÉ e\u0301te\u0301", "été-été"},
        {"हिन्दी समाचार", "हिन्दी-समाचार"},
        {"soft\u00ADhyphen zero\u200Bwidth", "softhyphen-zerowidth"},
        {"❤️ 3 €", "3"},
        {"1.2.3", "1-2-3"},
        {".hidden", "hidden"},
        {"../../etc/passwd", "etc-passwd"},
        {"", "untitled"},
        {"???", "untitled"},
        {"bad\xff\xfe bytes", "bad-bytes"},
        {"CON", "x-con"},
        {"com1", "x-com1"},
        {"LPT¹", "x-lpt1"},
        {"comb", "comb"},
        {"console", "console"},
    };
    OWN(arena) arena = arena_new(1 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_span_equal(slug_of_title(arena, span_of(cases[i].title), 80), cases[i].slug);
}

static void a_long_title_is_cut_between_characters(void **state)
{
    OWN(arena) arena = arena_new(16 * MiB);
    span title = S("中国新闻 नमस्ते abc-def");

    (void)state;
    for (size_t max = 1; max < 60; max++) {
        span slug = slug_of_title(arena, title, max);
        assert_true(slug.len <= max);
        assert_true(utf8_is_valid(slug));
        assert_false(span_ends(slug, S("-")));
    }
    assert_span_equal(slug_of_title(arena, title, 13), "中国新闻");
    char *endless = arena_alloc(arena, 1 * MiB);
    memset(endless, 'a', 1 * MiB);
    assert_int_equal(slug_of_title(arena, (span){endless, 1 * MiB}, 80).len, 80);
}

static void a_cut_takes_a_letter_with_its_marks(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);

    (void)state;
    assert_span_equal(slug_of_title(arena, S("aक्"), 6), "a");
    assert_span_equal(slug_of_title(arena, S("aक्"), 7), "aक्");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_title_becomes_words_joined_by_dashes),
        cmocka_unit_test(a_long_title_is_cut_between_characters),
        cmocka_unit_test(a_cut_takes_a_letter_with_its_marks),
    };

    return cmocka_run_group_tests_name("slug", tests, NULL, NULL);
}
