/* SPDX-License-Identifier: MIT
 * test_archive_lists.c - lists and READMEs: exact bytes, and nothing from outside becomes markup
 */
#include "archive/archive.h"
#include "core/file.h"
#include "tests/lib/shared.h"
#include "tests/unit/unit.h"
#include "text/timezone.h"

static const struct timezone_rules *beijing(struct arena *arena)
{
    const struct timezone_rules *rules = NULL;

    assert_ok(timezone_load(arena, S("+08:00"), &rules));
    return rules;
}

static void a_list_has_a_line_for_each_article(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    LOCAL(buf) out = {.max = 1 * MiB};
    const struct listing listings[] = {
        {.number = 1011194, .published_at = 1731033543000, .raw_title = S("One [video]")},
        {.number = 1011195, .published_at = 1704038399000, .raw_title = S(" two\n\tlines\r ")},
        {.number = 1047440,
         .file_name = S("1047440_a (b) c)?.md"),
         .published_at = NO_TIME,
         .raw_title = S("[a](b)")},
    };

    (void)state;
    archive_render_list(beijing(arena), S("voa"), S("美国之音"), listings, ARRAY_SIZE(listings), &out);
    assert_span_equal(buf_span(&out), "美国之音\n------\n\n"
                                      "11-8 [One [video]](/articles/voa/1011194.md)\n\n"
                                      "12-31 [two  lines](/articles/voa/1011195.md)\n\n"
                                      "[[a]\\(b)](/articles/voa/1047440_a%20(b)%20c%29%3F.md)\n\n");
}

static void an_empty_list_is_a_heading(void **state)
{
    LOCAL(buf) out = {.max = 1 * MiB};

    (void)state;
    archive_render_list(NULL, S("voa"), S("x\ny"), NULL, 0, &out);
    assert_span_equal(buf_span(&out), "x y\n------\n\n\n");
}

/* "ms<TAB>M-D " of the format's makers, in UTC+8 */
static void dates_are_those_of_the_archives_zone(void **state)
{
    const char *path = shared_path("corpus/golden/list-date-gmt8.tsv");
    span rest, line;

    (void)state;
    if (!path)
        skip(); /* before anything is made: it does not come back to free it */
    OWN(arena) arena = arena_new(1 * MiB);
    const struct timezone_rules *rules = beijing(arena);
    assert_ok(file_read(path, 1 * MiB, arena, &rest));
    span_cut(&rest, '\n', &line);
    while (span_cut(&rest, '\n', &line)) {
        LOCAL(buf) out = {.max = 1 * MiB};
        size_t tab = span_find_char(line, '\t');
        struct listing listing = {.number = 1, .raw_title = S("t")};
        assert_true(span_to_int64(span_sub(line, 0, tab), &listing.published_at));
        archive_render_list(rules, S("v"), S("n"), &listing, 1, &out);
        assert_span_equal(buf_span(&out), arena_printf(arena, "n\n------\n\n%.*s[t](/articles/v/1.md)\n\n",
                                                       SPAN_ARG(span_from(line, tab + 1)))
                                              .at);
    }
}

static void a_name_cannot_leave_the_folder_of_lists(void **state)
{
    static const struct {
        const char *name, *path;
    } cases[] = {
        {"美国之音", "lists/美国之音.md"},
        {"..", "lists/-..md"},
        {"/etc/passwd", "lists/--etc--passwd.md"},
        {"a/../../b", "lists/a--..--..--b.md"},
        {"..\\x", "lists/-.-x.md"},
        {".git", "lists/-git.md"},
        {" name ", "lists/name.md"},
        {"x\ty", "lists/x-y.md"},
        {"", "lists/-.md"},
        {"\ufeff", "lists/-.md"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        assert_span_equal(archive_list_path(arena, span_of(cases[i].name)), cases[i].path);
    }
}

static void a_long_name_is_cut_between_characters(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    char name[3 * 100 + 1] = "";
    span path;

    (void)state;
    for (size_t i = 0; i < 100; i++)
        memcpy(name + 3 * i, "新", 3);
    path = archive_list_path(arena, (span){name, 300});
    assert_int_equal(path.len, strlen("lists/") + 198 + strlen(".md"));
}

static void sources_of_one_name_have_two_lists(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct archive_source sources[] = {{.id = S("a"), .name = S("News")},
                                       {.id = S("b"), .name = S("NEWS")},
                                       {.id = S("c")},
                                       {.id = S("d"), .name = S("c")}};

    (void)state;
    archive_name_lists(arena, sources, ARRAY_SIZE(sources));
    assert_span_equal(sources[0].list_path, "lists/News.md");
    assert_span_equal(sources[1].list_path, "lists/NEWS (b).md");
    assert_span_equal(sources[2].list_path, "lists/c.md");
    assert_span_equal(sources[3].list_path, "lists/c (d).md");
}

static void the_duty_machine_readme_links_each_list(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    LOCAL(buf) out = {.max = 1 * MiB};
    struct archive_source sources[] = {{.id = S("a"), .name = S("美国之音")},
                                       {.id = S("b"), .name = S("A [b] (c) d)")}};

    (void)state;
    archive_name_lists(arena, sources, ARRAY_SIZE(sources));
    archive_render_newsroom(LAYOUT_DUTY_MACHINE, S("My news"), NULL, sources, ARRAY_SIZE(sources), &out);
    assert_span_equal(buf_span(&out), "My news\n------\n\n"
                                      "[美国之音](lists/美国之音.md)\n\n"
                                      "[A [b] (c) d)](lists/A%20[b]%20(c)%20d%29.md)\n");
}

static const struct archive_month months[] = {{2024, 11, 2}, {2024, 10, 1}, {2023, 12, 5}};
static const struct listing november[] = {
    {.published_at = 1731033543000, .path = S("voa/2024/11/08-one.md"), .title = S("One")},
    {.published_at = 1731027600000, .path = S("voa/2024/11/08-two(.md"), .title = S("")},
};
static const struct archive_source voa = {
    .id = S("voa"),
    .name = S("美国之音"),
    .feed = S("https://user:secret@a.example/rss"),
    .article_count = 8,
    .newest = november,
    .newest_count = 2,
    .months = months,
    .month_count = 3,
};

static void a_source_shows_its_newest_articles_and_its_months(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    LOCAL(buf) out = {.max = 1 * MiB};

    (void)state;
    archive_render_source(beijing(arena), &voa, &out);
    assert_span_equal(buf_span(&out),
                      "# 美国之音\n\n[Newsroom](../README.md)\n\nFeed: <https://a.example/rss>\n\n"
                      "8 articles\n\n## Newest\n\n"
                      "- 2024-11-08 [One](2024/11/08-one.md)\n"
                      "- 2024-11-08 [(no title)](2024/11/08-two%28.md)\n\n"
                      "## 2024\n\n- [2024-11](2024/11/README.md): 2 articles\n"
                      "- [2024-10](2024/10/README.md): 1 article\n\n"
                      "## 2023\n\n- [2023-12](2023/12/README.md): 5 articles\n");
    assert_span_equal(archive_source_path(arena, voa.id), "voa/README.md");
}

static void a_month_goes_day_by_day(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    LOCAL(buf) out = {.max = 1 * MiB};

    (void)state;
    archive_render_month(beijing(arena), &voa, 2024, 11, november, 2, &out);
    assert_span_equal(
        buf_span(&out),
        "# 美国之音, 2024-11\n\n[Newsroom](../../../README.md) / [美国之音](../../README.md)\n\n"
        "2 articles\n\n## 2024-11-08\n\n"
        "- 10:39 [One](08-one.md)\n- 09:00 [(no title)](08-two%28.md)\n");
    assert_span_equal(archive_month_path(arena, voa.id, 2024, 3), "voa/2024/03/README.md");
}

static void the_newsroom_shows_sources_and_the_newest_of_all(void **state)
{
    LOCAL(buf) out = {.max = 1 * MiB};
    const struct listing other[] = {
        {.published_at = 1731030000000, .path = S("b/2024/11/08-x.md"), .title = S("X")}};
    const struct archive_source sources[] = {
        voa, {.id = S("b"), .article_count = 1, .newest = other, .newest_count = 1}, {.id = S("silent")}};

    (void)state;
    archive_render_newsroom(LAYOUT_DATED, S("News"), NULL, sources, ARRAY_SIZE(sources), &out);
    assert_span_equal(buf_span(&out), "# News\n\n9 articles from 3 sources\n\n## Sources\n\n"
                                      "- [美国之音](voa/README.md): 8 articles, newest 2024-11-08\n"
                                      "- [b](b/README.md): 1 article, newest 2024-11-08\n"
                                      "- [silent](silent/README.md): 0 articles\n\n## Newest\n\n"
                                      "- 2024-11-08 [One](voa/2024/11/08-one.md) · 美国之音\n"
                                      "- 2024-11-08 [X](b/2024/11/08-x.md) · b\n"
                                      "- 2024-11-08 [(no title)](voa/2024/11/08-two%28.md) · 美国之音\n");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_has_a_line_for_each_article),
        cmocka_unit_test(an_empty_list_is_a_heading),
        cmocka_unit_test(dates_are_those_of_the_archives_zone),
        cmocka_unit_test(a_name_cannot_leave_the_folder_of_lists),
        cmocka_unit_test(a_long_name_is_cut_between_characters),
        cmocka_unit_test(sources_of_one_name_have_two_lists),
        cmocka_unit_test(the_duty_machine_readme_links_each_list),
        cmocka_unit_test(a_source_shows_its_newest_articles_and_its_months),
        cmocka_unit_test(a_month_goes_day_by_day),
        cmocka_unit_test(the_newsroom_shows_sources_and_the_newest_of_all),
    };

    return cmocka_run_group_tests_name("archive_lists", tests, NULL, NULL);
}
