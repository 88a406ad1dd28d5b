/* SPDX-License-Identifier: MIT
 * test_css.c - selectors find what they find in a browser
 */
#include "markup/css.h"
#include "markup/select.h"
#include "tests/unit/unit.h"

static const char page[] = "<body><nav id=menu><a class='l' href=/m>Menu</a></nav>"
                           "<ul class='list wide'>"
                           "<li class='n first' data-k='a1'><a href=/1 lang=en-GB>One</a><b>x</b>"
                           "<li class='n' data-k='b2'><a href=/2 lang=en>Two</a>"
                           "<li class='ad' data-k='a3'><a href=/3 lang=de>Three</a>"
                           "<li class='n last' data-k='say &quot;it&#39;s&quot;'><a href=/4>Four</a>"
                           "</ul><p>after</p><p class='sm:x'>more</p><p></p>";

/* What is found, as texts with "|" between. */
static span found_by(struct arena *arena, span css)
{
    LOCAL(buf) out = {.max = 4 * KiB};
    struct node *document;
    struct selected *selected;
    size_t count;
    span xpath;

    assert_ok(html_parse(arena, span_of(page), NULL, &document, NULL));
    assert_ok(css_to_xpath(arena, css, &xpath));
    assert_ok(select_xpath(select_new(arena, document), xpath, &selected, &count));
    for (size_t i = 0; i < count; i++) {
        span text = selected[i].node ? node_text(arena, selected[i].node) : selected[i].text;
        buf_printf(&out, "%s%.*s", i ? "|" : "", SPAN_ARG(text));
    }
    return arena_keep(arena, buf_span(&out));
}

static void selectors_find_what_a_browser_finds(void **state)
{
    static const struct {
        const char *css, *found;
    } cases[] = {
        {"li.n a", "One|Two|Four"},
        {"li.n > a", "One|Two|Four"},
        {"LI.n", "Onex|Two|Four"},
        {"ul > a", ""},
        {"#menu a", "Menu"},
        {"nav#menu > a.l", "Menu"},
        {"li:first-child", "Onex"},
        {"li:last-child a", "Four"},
        {"li:nth-child(2)", "Two"},
        {"li:nth-child(odd) a", "One|Three"},
        {"li:nth-child(2n) a", "Two|Four"},
        {"li:nth-child(-n+2) a", "One|Two"},
        {"li:nth-child(n+3) a", "Three|Four"},
        {"li:not(.ad) a", "One|Two|Four"},
        {"li:not([data-k^=a]) a", "Two|Four"},
        {"li:has(b) a", "One"},
        {"li:has(> b) a", "One"},
        {"li[data-k='a1'] a", "One"},
        {"li[data-k^=a] a", "One|Three"},
        {"li[data-k$='2'] a", "Two"},
        {"li[data-k*=\"it's\"] a", "Four"},
        {"a[lang|=en]", "One|Two"},
        {"li[class~=ad]", "Three"},
        {"li[data-k]:contains('Two')", "Two"},
        {"li.first + li", "Two"},
        {"li.first ~ li", "Two|Three|Four"},
        {"p", "after|more|"},
        {"p:empty", ""},
        {"p.sm\\:x", "more"},
        {"p:first-of-type", "after"},
        {"p:nth-of-type(2)", "more"},
        {"nav a, li.ad a", "Menu|Three"},
        {"li.ad a@href", "/3"},
        {"*[data-k=a1] > *", "One|x"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(16 * MiB);
        span found = found_by(arena, span_of(cases[i].css));
        if (!span_is(found, cases[i].found))
            fail_msg("%s finds %.*s instead of %s", cases[i].css, SPAN_ARG(found), cases[i].found);
    }
}

static void what_is_no_selector_is_refused_with_its_column(void **state)
{
    static const struct {
        const char *css, *said;
    } cases[] = {
        {"", "column 1"},
        {"li..n", "column 4"},
        {"li[", "column 4"},
        {"li[a=", "column 6"},
        {"li[a='x]", "column 6"},
        {"a:hover", "column 8"},
        {"a >", "column 4"},
        {"a , ", "column 5"},
        {"a{color:red}", "column 2"},
        {"li:nth-child(x)", "number"},
        {"a:not(", "column 7"},
        {"9a", "name"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        span xpath;
        OWN(error) error = css_to_xpath(arena, span_of(cases[i].css), &xpath);
        if (!error || error->kind != ERROR_FORMAT || !strstr(error->message, cases[i].said))
            fail_msg("\"%s\": %s", cases[i].css, error ? error->message : "accepted");
    }
}

static void xpath_is_told_from_css(void **state)
{
    static const char *const xpaths[] = {"//a", "./a",       "(//a)[1]", "@href",
                                         ".",   "string(.)", "child::a", " //a"};
    static const char *const others[] = {"a",          ".news",  "#x > a",         "a[href]",
                                         "li:not(.x)", "a@href", "a:contains('x')"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(xpaths); i++)
        assert_true(is_xpath(span_of(xpaths[i])));
    for (size_t i = 0; i < ARRAY_SIZE(others); i++)
        assert_false(is_xpath(span_of(others[i])));
}

static void a_selector_can_be_asked_from_what_was_found(void **state)
{
    OWN(arena) arena = arena_new(16 * MiB);
    struct node *document;
    struct selected *items, *links;
    size_t count, link_count;
    span items_xpath, link_xpath;

    (void)state;
    assert_ok(html_parse(arena, span_of(page), NULL, &document, NULL));
    assert_ok(css_to_xpath(arena, S("li"), &items_xpath));
    assert_ok(css_to_xpath(arena, S("> a@href"), &link_xpath));
    struct selector *selector = select_new(arena, document);
    assert_ok(select_xpath(selector, items_xpath, &items, &count));
    assert_int_equal(count, 4);
    assert_ok(select_within(selector, &items[2], link_xpath, &links, &link_count));
    assert_int_equal(link_count, 1);
    assert_span_equal(links[0].text, "/3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(selectors_find_what_a_browser_finds),
        cmocka_unit_test(what_is_no_selector_is_refused_with_its_column),
        cmocka_unit_test(xpath_is_told_from_css),
        cmocka_unit_test(a_selector_can_be_asked_from_what_was_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
