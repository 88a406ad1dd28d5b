/* SPDX-License-Identifier: MIT
 * test_conf_edit.c - changes to courant.conf leave the user's own words alone
 */
#include "conf/conf.h"
#include "tests/unit/unit.h"

#define FILE_TEXT                                                   \
    "# my newsroom\n[courant]\ntitle = News\n\n"                    \
    "# the voice\n[source voa]\n  name=VOA   # as they call it\n"   \
    "feed = https://a.example/rss\n# paused = true\n\n# the next\n" \
    "[source bbc]\nfeed = https://b.example/rss"

static void a_source_is_appended_after_a_blank_line(void **state)
{
    static const struct {
        const char *before, *after;
    } cases[] = {
        {"", "[source n]\nfeed = http://n.example/\n"},
        {"[courant]\ntitle = x", "[courant]\ntitle = x\n\n[source n]\nfeed = http://n.example/\n"},
        {"[courant]\n# c\n\n\n", "[courant]\n# c\n\n[source n]\nfeed = http://n.example/\n"},
        {"[courant]\r\n", "[courant]\r\n\r\n[source n]\r\nfeed = http://n.example/\r\n"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(4 * MiB);
        span after;
        assert_ok(conf_add_source(arena, span_of(cases[i].before), S("n"),
                                  &(struct conf_setting){S("feed"), S("http://n.example/")}, 1, &after));
        assert_span_equal(after, cases[i].after);
    }
}

static void an_edited_line_keeps_its_spaces_and_its_comment(void **state)
{
    static const struct {
        const char *key, *value, *before, *after;
    } cases[] = {
        {"name", "Voice", "name=VOA   # as", "name=Voice   # as"},
        {"name", "a # b", "name = VOA", "name = \"a # b\""},
        {"name", " a", "name = VOA # x", "name = \" a\" # x"},
        {"name", "\"a\"", "name = \"VOA\" # x", "name = \"\"a\"\" # x"},
        {"name", "V", "name =", "name = V"},
        {"name", "V", "name = # x", "name = V # x"},
        {"name", "", "name = VOA # x", "name =  # x"},
        {"timeout", "5s", "name = VOA\n\n# c", "name = VOA\ntimeout = 5s\n\n# c"},
        {"name", NULL, "name = VOA\ntimeout = 5s", "timeout = 5s"},
        {"header", "B: 2", "header = A: 1\ntimeout = 5s\nheader = A: 2", "header = B: 2\ntimeout = 5s"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(4 * MiB);
        span before = arena_printf(arena, "[source v]\nfeed = http://v.example/\n%s\n", cases[i].before);
        span wanted = arena_printf(arena, "[source v]\nfeed = http://v.example/\n%s\n", cases[i].after);
        span after = {0};
        struct conf_setting setting = {span_of(cases[i].key), span_of(cases[i].value)};
        struct error *error = conf_edit_source(arena, before, S("v"), &setting, 1, &after);
        if (i == 3) { /* a quotation mark at both ends: quotes around them would be read as the value's end */
            assert_fails(error, ERROR_USAGE);
            continue;
        }
        assert_ok(error);
        assert_span_equal(after, wanted.at);
    }
}

static void several_values_of_a_repeatable_key_stand_together(void **state)
{
    OWN(arena) arena = arena_new(4 * MiB);
    const struct conf_setting settings[] = {{S("header"), S("A: 1")}, {S("header"), S("B: 2")}};
    span after;

    (void)state;
    assert_ok(conf_edit_source(arena, S("[source v]\nheader = Z: 0 # old\nfeed = http://v.example/\n"),
                               S("v"), settings, 2, &after));
    assert_span_equal(after, "[source v]\nheader = A: 1 # old\nheader = B: 2\nfeed = http://v.example/\n");
}

static void what_is_taken_out_takes_no_other_groups_words_along(void **state)
{
    OWN(arena) arena = arena_new(4 * MiB);
    span after;

    (void)state;
    assert_ok(conf_remove_source(arena, S(FILE_TEXT), S("voa"), &after));
    assert_span_equal(after, "# my newsroom\n[courant]\ntitle = News\n\n# the voice\n\n# the next\n"
                             "[source bbc]\nfeed = https://b.example/rss\n");
    assert_ok(conf_remove_source(arena, after, S("bbc"), &after));
    assert_span_equal(after, "# my newsroom\n[courant]\ntitle = News\n\n# the voice\n\n# the next\n");
}

static void a_source_added_and_removed_leaves_no_trace(void **state)
{
    OWN(arena) arena = arena_new(4 * MiB);
    span after;

    (void)state;
    assert_ok(conf_add_source(arena, S(FILE_TEXT "\n"), S("n"),
                              &(struct conf_setting){S("feed"), S("http://n.example/")}, 1, &after));
    assert_ok(conf_remove_source(arena, after, S("n"), &after));
    assert_span_equal(after, FILE_TEXT "\n");
}

static void a_group_is_shown_as_it_stands(void **state)
{
    OWN(arena) arena = arena_new(4 * MiB);

    (void)state;
    assert_span_equal(
        conf_group(arena, S(FILE_TEXT), S("voa")),
        "[source voa]\n  name=VOA   # as they call it\nfeed = https://a.example/rss\n# paused = true\n");
    assert_span_equal(conf_group(arena, S(FILE_TEXT), S("bbc")),
                      "[source bbc]\nfeed = https://b.example/rss");
    assert_null(conf_group(arena, S(FILE_TEXT), S("x")).at);
}

static void an_edit_that_would_break_the_file_is_refused(void **state)
{
    OWN(arena) arena = arena_new(4 * MiB);
    static const struct conf_setting cases[] = {
        {S("interval"), S("1m")},   {S("feed"), S("gopher://x/")},   {S("nam"), S("x")},
        {S("name"), S("a\nb = c")}, {S("name"), S("a\r[source x]")}, {S("feed"), {NULL, 0}},
    };
    span after = S("untouched");

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_fails(conf_edit_source(arena, S(FILE_TEXT), S("voa"), &cases[i], 1, &after), ERROR_USAGE);
    assert_fails(conf_edit_source(arena, S(FILE_TEXT), S("none"), NULL, 0, &after), ERROR_USAGE);
    assert_fails(conf_add_source(arena, S(FILE_TEXT), S("voa"), NULL, 0, &after), ERROR_USAGE);
    assert_fails(conf_add_source(arena, S(FILE_TEXT), S("V]\n"), NULL, 0, &after), ERROR_USAGE);
    assert_fails(conf_remove_source(arena, S("oops\n" FILE_TEXT), S("voa"), &after), ERROR_USAGE);
    assert_span_equal(after, "untouched");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_source_is_appended_after_a_blank_line),
        cmocka_unit_test(an_edited_line_keeps_its_spaces_and_its_comment),
        cmocka_unit_test(several_values_of_a_repeatable_key_stand_together),
        cmocka_unit_test(what_is_taken_out_takes_no_other_groups_words_along),
        cmocka_unit_test(a_source_added_and_removed_leaves_no_trace),
        cmocka_unit_test(a_group_is_shown_as_it_stands),
        cmocka_unit_test(an_edit_that_would_break_the_file_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
