/* SPDX-License-Identifier: MIT
 * test_html_plain.c - fragments in which nothing is to be decided, read without the parser
 */
#include "markup/internal.h"
#include "unit.h"

static span written(struct arena *arena, const struct node *root)
{
    LOCAL(buf) out = {.max = 1 * MiB};

    html_write(root, &out);
    return arena_keep(arena, buf_span(&out));
}

static void a_well_kept_fragment_becomes_what_the_parser_makes_of_it(void **state)
{
    static const char *const cases[] = {
        "",
        "words",
        "two\nlines\tand more",
        "<p>one</p>\n<p>two</p>",
        "<P Class='x' ID=y data-n=\"1\" hidden>a</P >",
        "<p a=1 a=2 A=3>x</p>",
        "a<br>b<br/>c<br />d<hr><wbr>",
        "<img src=\"/a.jpg\" alt='it is \"so\"' width=10>",
        "<a href=\"/?a=1&b=2&amp;c=3&x;=5\">&lt;&copy;&nbsp;&#228;&#x20AC;&#128; & &nothing; &#0;</a>",
        "<b><i><u>deep</u></i></b><b><p>in</p></b>",
        "<b><b><b><b>four</b></b></b></b>",
        "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
        "<ol><li><p>a</p></li></ol><dl><dt>a</dt><dd>b</dd></dl>",
        "<table><tr><td>a</td><th>b</th></tr></table>",
        "<table><caption>c</caption>\n<thead><tr> <th>a</th></tr></thead></table>",
        "<table>\n<tbody>\n<tr>\n<td>a</td>\n</tr></tbody></table>",
        "<table><colgroup><col><col></colgroup><tr><td><p>a</p></td></tr><tr><td></td></tr></table>",
        "<a href='/1'>a<table><tr><td><a href='/2'>b</a></td></tr></table></a>",
        "<pre>\n\n a </pre><pre>b</pre>",
        "<figure><img src=a><figcaption>b</figcaption></figure>",
        "<ruby>a<rp>(</rp><rt>b</rt><rp>)</rp></ruby>",
        "<iframe src=\"//a.example/\"></iframe><iframe>a > b</iframe>",
        "<p><img src=a></img>a</p>",
        "<script src=a></script><script>a & b</script><style>a > b {}</style>",
        "<video controls><source src=a></video>",
        "<!--more--><p>a<!-- b > c -->d</p>",
        "<p>cut <b>off",
        "a > b, 'c' \"d\"",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        struct node *plain = NULL, *parsed = NULL;

        print_message("%s\n", cases[i]);
        assert_true(html_parse_plain(arena, span_of(cases[i]), NULL, &plain));
        assert_ok(html_parse_any(arena, span_of(cases[i]), NULL, &parsed, NULL));
        assert_span_equal(written(arena, plain), arena_string(arena, written(arena, parsed)));
    }
}

static void what_needs_a_decision_is_left_to_the_parser(void **state)
{
    static const char *const cases[] = {
        "<p>a<p>b",
        "<p>a<div>b</div></p>",
        "a</p>",
        "<b><i>a</b></i>",
        "<li>a<li>b",
        "<a>a<a>b</a></a>",
        "<table>a</table>",
        "<table> &#10;<tr></tr></table>",
        "<tr><td>a</td></tr>",
        "<pre>&#10;a</pre>",
        "<script>a<b></script>",
        "<p></br></p>",
        "a</img>b",
        "<svg></svg>",
        "<form></form>",
        "<template></template>",
        "<unheard-of>a</unheard-of>",
        "<body>",
        "<p/>",
        "<p",
        "<p a=\"b",
        "<p a=\"b\"c>",
        "<p a = b>",
        "<p a='&notit;'>",
        "<p a='&copy=4'>",
        "a < b",
        "</>",
        "<?a?>",
        "<![CDATA[a]]>",
        "<!doctype html>",
        "<!-->a-->",
        "<!--a--b-->",
        "<iframe><b></iframe>",
        "a\rb",
        "<rt>a</rt>",
        "<h1>a<h2>b</h2></h1>",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        struct node *plain = NULL;

        print_message("%s\n", cases[i]);
        assert_false(html_parse_plain(arena, span_of(cases[i]), NULL, &plain));
    }
}

static void the_end_of_a_text_behind_a_bare_reference_is_kept(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct node *root = NULL;

    (void)state;
    assert_ok(html_parse_fragment(arena, S("<p>&ltimes</p>"), NULL, &root, NULL));
    assert_span_equal(written(arena, root), "<p>&lt;imes</p>");
}

static void limits_hold_without_the_parser_too(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct node *root = NULL;
    bool is_cut = false;

    (void)state;
    assert_ok(
        html_parse_fragment(arena, S("<p>a</p><p>b</p>"), &(struct html_limits){.nodes = 3}, &root, &is_cut));
    assert_true(is_cut);
    assert_ok(
        html_parse_fragment(arena, S("<b><i>a</i></b>"), &(struct html_limits){.depth = 2}, &root, &is_cut));
    assert_true(is_cut);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_well_kept_fragment_becomes_what_the_parser_makes_of_it),
        cmocka_unit_test(what_needs_a_decision_is_left_to_the_parser),
        cmocka_unit_test(the_end_of_a_text_behind_a_bare_reference_is_kept),
        cmocka_unit_test(limits_hold_without_the_parser_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
