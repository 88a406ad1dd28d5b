/* SPDX-License-Identifier: MIT */
#include "fetch/robots.h"
#include "tests/unit/unit.h"
#include <stdio.h>

static bool allows(const char *text, const char *path)
{
    OWN(arena) arena = arena_new(4 * MiB);

    return robots_allows(robots_parse(arena, span_of(text)), S("Courant/0.1 (+https://example.org/bot)"),
                         span_of(path));
}

static void the_longest_pattern_decides(void **state)
{
    static const struct {
        const char *rules, *path;
        bool is_allowed;
    } cases[] = {
        {"Disallow: /", "/a", false},
        {"Disallow:", "/a", true},
        {"Disallow: /a", "/b", true},
        {"Disallow: /a", "/abc", false},
        {"Disallow: /a/", "/a", true},
        {"Disallow: /\nAllow: /news", "/news/1", true},
        {"Allow: /news\nDisallow: /", "/news/1", true},
        {"Allow: /a\nDisallow: /a", "/a", true}, /* as long: the one that allows */
        {"Disallow: /*.php$", "/x/y.php", false},
        {"Disallow: /*.php$", "/x/y.php?a=1", true},
        {"Disallow: /*.php", "/x/y.php?a=1", false},
        {"Disallow: /a*b*c", "/a1b2c3", false},
        {"Disallow: /a*b*c", "/a1c2b3", true},
        {"Disallow: *", "/a", false},
        {"Disallow: /$", "/", false},
        {"Disallow: /$", "/a", true},
        {"Disallow: /a$b", "/a$b", true}, /* a '$' within is no end, and a path's is another byte */
        {"Disallow: /?q=", "/?q=1", false},
        {"Disallow: /%7Ejoe/", "/~joe/x", false},
        {"Disallow: /~joe/", "/%7ejoe/x", false},
        {"Disallow: /a%2fb", "/a%2Fb", false},
        {"Disallow: /a%2fb", "/a/b", true},
        {"Disallow: /\xe6\x96\xb0", "/%E6%96%B0/1", false},
        {"Disallow: /%E6%96%B0", "/\xe6\x96\xb0/1", false},
        {"Disallow: /file-%2A", "/file-*", false},
        {"Disallow: /file-%2A", "/file-x", true},
        {"Disallow: /", "/robots.txt", true},
        {"Disallow: /", "", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char text[256];
        snprintf(text, sizeof text, "User-agent: *\n%s\n", cases[i].rules);
        if (allows(text, cases[i].path) != cases[i].is_allowed)
            fail_msg("%s: %s", cases[i].rules, cases[i].path);
    }
}

static void a_group_of_ones_own_comes_before_the_one_for_all(void **state)
{
    static const char text[] = "User-agent: *\nDisallow: /\n\n"
                               "User-agent: other\nUser-agent: COURANT\nDisallow: /mine\n\n"
                               "User-agent: courant-news\nDisallow: /\n"
                               "User-agent: courant/9\nDisallow: /too\n";

    (void)state;
    assert_true(allows(text, "/a"));
    assert_false(allows(text, "/mine"));
    assert_false(allows(text, "/too")); /* both of its groups count */
}

static void what_is_no_rule_is_passed_over(void **state)
{
    static const struct {
        const char *text;
        bool is_allowed;
    } cases[] = {
        {"", true},
        {"<html><body>Not found: sorry</body></html>", true},
        {"Disallow: /a\n", true}, /* for nobody */
        {"\xef\xbb\xbfUser-agent: *\r\nDisallow: /a # a comment\r\n", false},
        {"USER-AGENT : *\rdisallow : /a\r", false},
        {"User-agent: *\n\n# a gap\n\nNoindex: /b\nDisallow: /a\n", false},
        {"User-agent: x\nSitemap: http://s.example/\nUser-agent: *\nDisallow: /a", false},
        {"User-agent: *\nCrawl-delay: 3\nUser-agent: x\nDisallow: /a", true},
        {"User-agent *\nDisallow: /a", true},
        {"User-agent:\nDisallow: /a", true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        if (allows(cases[i].text, "/a") != cases[i].is_allowed)
            fail_msg("%s", cases[i].text);
}

static void crawl_delay_is_read_and_cut_to_a_day(void **state)
{
    static const struct {
        const char *value;
        int64_t delay_ms;
    } cases[] = {{"10", 10000}, {"0.5", 500}, {"1.2345", 1234}, {"99999999999999999999", DAY},
                 {"-1", -1},    {"soon", -1}, {"", -1},         {"2 # s", 2000}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        span text = arena_printf(arena, "User-agent: *\nCrawl-delay: %s\n", cases[i].value);
        assert_int_equal(robots_delay_ms(robots_parse(arena, text), S("courant")), cases[i].delay_ms);
    }
}

static void sitemaps_are_listed(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    const struct robots *robots = robots_parse(
        arena, S("Sitemap: https://a.example/1.xml\nUser-agent: *\nsitemap:https://a.example/2.xml"));

    (void)state;
    assert_int_equal(robots->sitemap_count, 2);
    assert_span_equal(robots->sitemaps[1], "https://a.example/2.xml");
}

static void a_hostile_pattern_takes_no_time(void **state)
{
    OWN(arena) arena = arena_new(16 * MiB);
    LOCAL(buf) text = {.max = 1 * MiB};
    LOCAL(buf) path = {.max = 1 * MiB};
    const struct robots *robots;

    (void)state;
    buf_add_text(&text, "User-agent: *\nDisallow: /");
    while (text.len < 500 * KiB)
        buf_add_text(&text, "a*");
    buf_add_text(&text, "b\n");
    buf_add_char(&path, '/');
    while (path.len < 100 * KiB)
        buf_add_char(&path, 'a');
    robots = robots_parse(arena, buf_span(&text));
    for (int i = 0; i < 100; i++)
        assert_true(robots_allows(robots, S("courant"), buf_span(&path)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_pattern_decides),
        cmocka_unit_test(a_group_of_ones_own_comes_before_the_one_for_all),
        cmocka_unit_test(what_is_no_rule_is_passed_over),
        cmocka_unit_test(crawl_delay_is_read_and_cut_to_a_day),
        cmocka_unit_test(sitemaps_are_listed),
        cmocka_unit_test(a_hostile_pattern_takes_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
