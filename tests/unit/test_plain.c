/* SPDX-License-Identifier: MIT
 * test_plain.c - HTML as plain text, and what it holds
 */
#include "markup/markup.h"
#include "unit.h"

static struct node *parse(struct arena *arena, const char *html)
{
    struct node *root = NULL;

    assert_ok(html_parse_fragment(arena, span_of(html), NULL, &root, NULL));
    return root;
}

struct text_case {
    const char *html, *text;
};

static void check(const struct text_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        LOCAL(buf) out = {.max = 64 * KiB};

        text_write(parse(arena, cases[i].html), &out);
        assert_span_equal(buf_span(&out), cases[i].text);
    }
}

static void paragraphs_are_parted_by_a_blank_line(void **state)
{
    static const struct text_case cases[] = {
        {"<p>a</p>\n<p>b</p>", "a\n\nb"},
        {"<h1>a</h1>b<div>c</div>d", "a\n\nb\n\nc\n\nd"},
        {"<div><div><p> a </p></div></div>\n\n", "a"},
        {"a<hr>b<blockquote>c</blockquote>", "a\n\nb\n\nc"},
        {"<script>a</script><style>b</style>c<!-- d -->", "c"},
        {"", ""},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void lines_of_lists_and_tables_are_their_own(void **state)
{
    static const struct text_case cases[] = {
        {"<ul><li>a<li>b<ul><li>c</ul></ul>d", "a\nb\nc\n\nd"},
        {"<table><tr><td>a<td>b<tr><td>c<td>d</table>", "a\tb\nc\td"},
        {"<table><tr><td><p>a<p>b<td>c</table>", "a\n\nb\n\nc"},
        {"<dl><dt>a<dd>b</dl>", "a\nb"},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void words_are_neither_glued_nor_split(void **state)
{
    static const struct text_case cases[] = {
        {"a <b>b</b> <i> c</i>d", "a b cd"},
        {"ferr<b>y</b>boat", "ferryboat"},
        {"a<br>b<br><br>c<br>", "a\nb\n\nc"},
        {"  a\n\t b&nbsp; c  ", "a b c"},
        {"<p>&nbsp;　a", "a"},
        {"con<wbr>nection", "connection"},
        {"<ruby>港<rt>みなと</rt></ruby>です", "港（みなと）です"},
        {"<ruby>港<rp>(</rp><rt>みなと</rt><rp>)</rp></ruby>", "港(みなと)"},
        {"he said <q>no</q>", "he said “no”"},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void lines_of_chinese_join_without_a_space(void **state)
{
    static const struct text_case cases[] = {
        {"中文\n中文", "中文中文"},
        {"中文，\n<b>中文</b>", "中文，中文"},
        {"中文 中文", "中文 中文"},
        {"中文\nabc\n中文", "中文 abc 中文"},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void listings_keep_their_lines(void **state)
{
    static const struct text_case cases[] = {
        {"<pre>\na\n  b\n\nc\n</pre>d", "a\n  b\n\nc\n\nd"},
        {"x<pre><code>  a\n</code></pre>", "x\n\n  a"},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void a_title_is_one_line_without_markup(void **state)
{
    static const struct text_case cases[] = {
        {" a \n b ", "a b"},
        {"a &amp; b", "a & b"},
        {"a &amp;amp; b", "a &amp; b"},
        {"<b>a</b>b <i>c</i>", "ab c"},
        {"a<br>b", "a b"},
        {"<p>a</p><p>b</p>", "a b"},
        {"a <script>x</script>&lt;b&gt;", "a <b>"},
        {"&hearts; &#9829;", "♥ ♥"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);

        assert_span_equal(html_to_line(arena, span_of(cases[i].html)), cases[i].text);
    }
}

static void pictures_are_told_with_their_captions(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct picture_mention *pictures = NULL;
    const struct node *root = parse(
        arena, "<img src=a alt=b width=10 height=x><figure><div><img src=c></div><figcaption>The <b>quay</b>"
               "</figcaption></figure><img alt=d>");

    (void)state;
    assert_int_equal(html_pictures(arena, root, &pictures), 2);
    assert_span_equal(pictures[0].url, "a");
    assert_span_equal(pictures[0].alt, "b");
    assert_int_equal(pictures[0].width, 10);
    assert_int_equal(pictures[0].height, 0);
    assert_int_equal(pictures[0].caption.len, 0);
    assert_span_equal(pictures[1].url, "c");
    assert_span_equal(pictures[1].caption, "The quay");
}

static void links_are_told_in_order(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    span *urls = NULL;

    (void)state;
    assert_int_equal(html_links(arena, parse(arena, "<a href=1>a</a><p><a>b</a><a href=2>c</a>"), &urls), 2);
    assert_span_equal(urls[0], "1");
    assert_span_equal(urls[1], "2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paragraphs_are_parted_by_a_blank_line),
        cmocka_unit_test(lines_of_lists_and_tables_are_their_own),
        cmocka_unit_test(words_are_neither_glued_nor_split),
        cmocka_unit_test(lines_of_chinese_join_without_a_space),
        cmocka_unit_test(listings_keep_their_lines),
        cmocka_unit_test(a_title_is_one_line_without_markup),
        cmocka_unit_test(pictures_are_told_with_their_captions),
        cmocka_unit_test(links_are_told_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
