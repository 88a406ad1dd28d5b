/* SPDX-License-Identifier: MIT
 * test_archive_render.c - an article as its file, in both layouts
 */
#include "archive/archive.h"
#include "tests/unit/unit.h"

static const char *render(struct arena *arena, enum layout layout, const struct article *article)
{
    LOCAL(buf) out = {0};

    assert_ok(archive_render(layout, article, &out));
    return arena_string(arena, buf_span(&out));
}

static struct article example(void)
{
    return (struct article){
        .id = 0xabcdef,
        .source_id = S("voa"),
        .revision = 1,
        .published_at = 1731033543000,
        .modified_at = NO_TIME,
        .fetched_at = 1731033600594,
        .number = 1011194,
        .path = S("voa/2024/11/08-example.md"),
        .item = {.raw_title = S("An example"), .title = S("An example"), .link = S("https://a.example/1")},
    };
}

static void duty_machine_writes_stamp_title_link_and_body(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct article article = example();

    (void)state;
    article.item.raw_body = S("<p>one</p>");
    assert_string_equal(render(arena, LAYOUT_DUTY_MACHINE, &article),
                        "<!--1731033543000-->\n[An example](https://a.example/1)\n------\n\n<p>one</p>\n");
}

static void duty_machine_glues_the_trimmed_lines_of_a_body(void **state)
{
    static const struct {
        const char *body, *written;
    } cases[] = {
        {"<p>a\n  b</p>", "<p>ab</p>"},
        {"\t<p>a</p> \r\n\r\n<p>b</p>\n", "<p>a</p><p>b</p>"},
        {"\u3000\u00a0a\u2028\n\ufeffb", "ab"},
        {"\u200ba\u200b\nb", "\u200ba\u200b"
                             "b"},
        {"a\rb", "a\rb"},
        {"a  b", "a  b"},
        {"\n\n\n", ""},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        struct article article = example();
        const char *file;
        article.item.raw_body = span_of(cases[i].body);
        file = render(arena, LAYOUT_DUTY_MACHINE, &article);
        assert_string_equal(strstr(file, "------\n\n"),
                            arena_printf(arena, "------\n\n%s\n", cases[i].written).at);
    }
}

/* Only what would break or make a link gets a backslash: every other title keeps its bytes. */
static void duty_machine_escapes_a_title_no_more_than_it_must(void **state)
{
    static const struct {
        const char *title, *written;
    } cases[] = {
        {"plain", "plain"},
        {" \n\u3000trimmed\t ", "trimmed"},
        {"inner\n\ttab", "inner\n\ttab"},
        {"[video] partners", "[video] partners"},
        {"a [b [c] d] e", "a [b [c] d] e"},
        {"lonely ]", "lonely \\]"},
        {"lonely [", "lonely \\["},
        {"[[one]", "\\[[one]"},
        {"][", "\\]\\["},
        {"[a](b)", "[a]\\(b)"},
        {"x](https://evil.example/) [y", "x\\]\\(https://evil.example/) \\[y"},
        {"![x](https://evil.example/t.png)", "![x]\\(https://evil.example/t.png)"},
        {"ends with \\", "ends with \\\\"},
        {"C:\\path", "C:\\path"},
        {"a\\*b", "a\\\\*b"},
        {"\\\\", "\\\\\\\\"},
        {"\\]", "\\\\\\]"},
        {"`code`", "\\`code\\`"},
        {"<b>bold</b>", "\\<b>bold\\</b>"},
        {"<!-- x -->", "\\<!-- x -->"},
        {"<!DOCTYPE x>", "\\<!DOCTYPE x>"},
        {"<![CDATA[x]]>", "\\<![CDATA[x]]>"},
        {"<?php", "\\<?php"},
        {"<https://a.example/>", "\\<https://a.example/>"},
        {"<1@a.example>", "\\<1@a.example>"},
        {"<1@a.example", "<1@a.example"},
        {"2 < 3 > 1", "2 < 3 > 1"},
        {"<3", "<3"},
        {"<", "<"},
        {"</", "</"},
        {"<!", "<!"},
        {"&quot;as it came&quot; &amp; *so* _so_ #1 | ~", "&quot;as it came&quot; &amp; *so* _so_ #1 | ~"},
        {"“中文”（括号）【方】", "“中文”（括号）【方】"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        struct article article = example();
        article.item.raw_title = span_of(cases[i].title);
        assert_string_equal(render(arena, LAYOUT_DUTY_MACHINE, &article),
                            arena_printf(arena,
                                         "<!--1731033543000-->\n[%s](https://a.example/1)\n------\n\n\n",
                                         cases[i].written)
                                .at);
    }
}

static void duty_machine_encodes_what_would_end_a_link(void **state)
{
    static const struct {
        const char *link, *written;
    } cases[] = {
        {"https://a.example/(a)[b]|c", "https://a.example/(a)[b]|c"},
        {"https://a.example/a)b", "https://a.example/a%29b"},
        {"https://a.example/a(b", "https://a.example/a%28b"},
        {"https://a.example/)(", "https://a.example/%29%28"},
        {"https://a.example/((a)", "https://a.example/%28(a)"},
        {"https://a.example/%E4%b8%ad?q='x'", "https://a.example/%E4%b8%ad?q='x'"},
        {"mailto:a b@a.example", "mailto:a%20b@a.example"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        struct article article = example();
        article.item.link = span_of(cases[i].link);
        assert_string_equal(
            render(arena, LAYOUT_DUTY_MACHINE, &article),
            arena_printf(arena, "<!--1731033543000-->\n[An example](%s)\n------\n\n\n", cases[i].written).at);
    }
}

static const char short_front[] = "---\n"
                                  "title: \"An example\"\n"
                                  "link: \"https://a.example/1\"\n"
                                  "source: \"voa\"\n"
                                  "published: 2024-11-08T02:39:03Z\n"
                                  "id: \"0000000000abcdef\"\n"
                                  "revision: 1\n"
                                  "fetched: 2024-11-08T02:40:00Z\n"
                                  "---\n";
static const char long_front[] = "---\n"
                                 "link: \"https://a.example/1\"\n"
                                 "source: \"voa\"\n"
                                 "published: 2024-11-08T02:39:03Z\n"
                                 "modified: 2024-11-08T02:39:03.007Z\n"
                                 "authors: [\"A. Writer\", \"b@a.example\"]\n"
                                 "language: \"zh-Hans\"\n"
                                 "image: \"https://a.example/1.jpg\"\n"
                                 "id: \"0000000000abcdef\"\n"
                                 "revision: 3\n"
                                 "fetched: 2024-11-08T02:40:00Z\n"
                                 "---\n\n"
                                 "one\n\ntwo\n";

static void front_matter_says_what_is_known_and_no_more(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct author authors[] = {{.name = S("A. Writer")}, {.email = S("b@a.example")}, {.name = {0}}};
    struct article article = example();

    (void)state;
    assert_string_equal(render(arena, LAYOUT_DATED, &article), short_front);
    article.modified_at = 1731033543007;
    article.revision = 3;
    article.item.title = (span){0};
    article.item.language = S("zh-Hans");
    article.item.image = S("https://a.example/1.jpg");
    article.item.authors = authors;
    article.item.author_count = ARRAY_SIZE(authors);
    article.item.html = S("<p>one</p><p>two</p>");
    assert_string_equal(render(arena, LAYOUT_DATED, &article), long_front);
}

static void no_title_ends_its_line_of_front_matter(void **state)
{
    static const struct {
        const char *title, *written;
    } cases[] = {
        {"say \"so\"", "\"say \\\"so\\\"\""},
        {"C:\\x", "\"C:\\\\x\""},
        {"x\n---\nlink: y", "\"x\\n---\\nlink: y\""},
        {"tab\there\r", "\"tab\\there\\u000d\""},
        {"\xc2\x85\u2028\u2029", "\"\\u0085\\u2028\\u2029\""},
        {"\u202eturned", "\"\\u202eturned\""},
        {"\xff", "\"\ufffd\""},
        {"'#: - &a *a !t %T @x", "\"'#: - &a *a !t %T @x\""},
        {"中文 😀", "\"中文 😀\""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        struct article article = example();
        span wanted = arena_printf(arena, "---\ntitle: %s\nlink: ", cases[i].written);
        article.item.title = span_of(cases[i].title);
        assert_span_equal(span_sub(span_of(render(arena, LAYOUT_DATED, &article)), 0, wanted.len), wanted.at);
    }
}

static void path_is_number_name_or_what_the_store_allotted(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct article article = example();

    (void)state;
    assert_span_equal(archive_path(arena, LAYOUT_DUTY_MACHINE, &article), "articles/voa/1011194.md");
    assert_span_equal(archive_path(arena, LAYOUT_DATED, &article), "voa/2024/11/08-example.md");
    article.file_name = S("1047440_old name.md");
    assert_span_equal(archive_path(arena, LAYOUT_DUTY_MACHINE, &article), "articles/voa/1047440_old name.md");
}

static void too_long_an_article_is_refused(void **state)
{
    LOCAL(buf) out = {.max = 100};
    struct article article = example();
    char body[200];

    (void)state;
    memset(body, 'x', sizeof body);
    article.item.raw_body = (span){body, sizeof body};
    assert_fails(archive_render(LAYOUT_DUTY_MACHINE, &article, &out), ERROR_LIMIT);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(duty_machine_writes_stamp_title_link_and_body),
        cmocka_unit_test(duty_machine_glues_the_trimmed_lines_of_a_body),
        cmocka_unit_test(duty_machine_escapes_a_title_no_more_than_it_must),
        cmocka_unit_test(duty_machine_encodes_what_would_end_a_link),
        cmocka_unit_test(front_matter_says_what_is_known_and_no_more),
        cmocka_unit_test(no_title_ends_its_line_of_front_matter),
        cmocka_unit_test(path_is_number_name_or_what_the_store_allotted),
        cmocka_unit_test(too_long_an_article_is_refused),
    };

    return cmocka_run_group_tests_name("archive_render", tests, NULL, NULL);
}
