/* SPDX-License-Identifier: MIT
 * test_choice.c - the feed's text or the page's
 */
#include "article/choice.h"
#include "unit.h"

#define PARAGRAPH                                                                                         \
    "<p>The harbour board said on Friday that the two bearings of the swing bridge are worn and must be " \
    "replaced before the winter, which will take eleven nights and cost about as much as a small ferry.</p>"

static struct item item(const char *html, bool is_full)
{
    return (struct item){
        .title = S("Swing bridge to close for eleven nights"), .html = span_of(html), .is_full = is_full};
}

static void an_item_is_whole_if_it_says_so_and_does_not_break_off(void **state)
{
    static const struct {
        const char *html;
        bool is_full, wanted;
    } cases[] = {
        {"", true, false},
        {"<p>Short, but all.</p>", true, true},
        {"<p>The bridge will be closed ...</p>", true, false},
        {"<p>The bridge will be closed […]</p>", true, false},
        {"<p>The bridge will be closed. <a href='x'>Read more »</a></p>", true, false},
        {"<p>大桥将关闭十一个夜晚。</p><p><a href='x'>阅读全文</a></p>", true, false},
        {"<p>Short, but all.</p>", false, false},
        {PARAGRAPH PARAGRAPH, false, false},
        {PARAGRAPH PARAGRAPH PARAGRAPH PARAGRAPH PARAGRAPH PARAGRAPH PARAGRAPH PARAGRAPH PARAGRAPH, false,
         true},
        {PARAGRAPH PARAGRAPH PARAGRAPH PARAGRAPH PARAGRAPH PARAGRAPH PARAGRAPH PARAGRAPH PARAGRAPH "…", false,
         false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct item it = item(cases[i].html, cases[i].is_full);
        if (item_is_whole(&it) != cases[i].wanted)
            print_error("%s\n", cases[i].html);
        assert_int_equal(item_is_whole(&it), cases[i].wanted);
    }
}

static struct extraction extraction(const char *text)
{
    return (struct extraction){.kind = PAGE_ARTICLE,
                               .title = S("Swing bridge to close for eleven nights"),
                               .text = span_of(text),
                               .confidence = 0.9f};
}

static const char summary[] = "<p>The swing bridge will close for eleven nights in winter.</p>";
static const char text[] =
    "The harbour board said that the bearings of the swing bridge are worn. It will close for "
    "eleven nights in winter.\n\nThe ferry runs meanwhile, every half hour until midnight, "
    "and takes bicycles but no cars.";
static const char other[] =
    "Cookies help us to deliver our services. By using our services, you agree to our use of "
    "cookies, and that partners may build a profile of what you have been looking at here.";

static void the_page_is_taken_where_it_says_more(void **state)
{
    OWN(arena) arena = arena_new(16 * MiB);
    struct item it = item(summary, false), empty = item("", false);
    struct extraction page = extraction(text);

    (void)state;
    assert_null(page_is_worse(arena, &it, &page));
    assert_null(page_is_worse(arena, &empty, &page));
}

static void the_feed_stands_where_the_page_is_no_better(void **state)
{
    OWN(arena) arena = arena_new(16 * MiB);
    struct item it = item(summary, false), whole = item(PARAGRAPH PARAGRAPH PARAGRAPH, false);
    struct extraction page = extraction(text), wall = extraction(other), same;

    (void)state;
    assert_string_equal(page_is_worse(arena, &whole, &page), "the page has less text than the feed");
    assert_string_equal(page_is_worse(arena, &it, &wall), "the page is about something else");
    same = extraction("The swing bridge will close for eleven nights in winter.");
    assert_string_equal(page_is_worse(arena, &it, &same), "the page says the same as the feed");
    same.image_count = 1;
    assert_null(page_is_worse(arena, &it, &same));
    page.confidence = 0.1f;
    assert_non_null(page_is_worse(arena, &it, &page));
    page.kind = PAGE_BOT_WALL;
    page.reason = "a wall";
    assert_string_equal(page_is_worse(arena, &it, &page), "a wall");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_item_is_whole_if_it_says_so_and_does_not_break_off),
        cmocka_unit_test(the_page_is_taken_where_it_says_more),
        cmocka_unit_test(the_feed_stands_where_the_page_is_no_better),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
