/* SPDX-License-Identifier: MIT
 * test_markdown_read.c - Markdown back into HTML
 */
#include "markup/markup.h"
#include "tests/unit/unit.h"
#include <time.h>

static void markdown_is_read_as_it_was_meant(void **state)
{
    static const struct {
        const char *markdown, *html;
    } cases[] = {
        {"One.\n\nTwo\nlines.\n", "<p>One.</p>\n<p>Two\nlines.</p>\n"},
        {"# A *tide*\n### Low\n", "<h1>A <em>tide</em></h1>\n<h3>Low</h3>\n"},
        {"#no heading\n", "<p>#no heading</p>\n"},
        {"a\\\nb", "<p>a<br>b</p>\n"},
        {"\\*not\\* \\<b> \\\\", "<p>*not* &lt;b&gt; \\</p>\n"},
        {"**a** __b__ ~~c~~ _d_ *e*",
         "<p><strong>a</strong> <strong>b</strong> <del>c</del> <em>d</em> <em>e</em></p>\n"},
        {"snake_case 2 * 3 * 4", "<p>snake_case 2 * 3 * 4</p>\n"},
        {"`a < b` ``c ` d``", "<p><code>a &lt; b</code> <code>c ` d</code></p>\n"},
        {"[the *quay*](https://a.example/(x)?a&b \"t\") end",
         "<p><a href=\"https://a.example/(x)?a&amp;b\">the <em>quay</em></a> end</p>\n"},
        {"![a \\] b](<https://a.example/p q>)", "<p><img src=\"https://a.example/p q\" alt=\"a ] b\"></p>\n"},
        {"[![a](p)](l)", "<p><a href=\"l\"><img src=\"p\" alt=\"a\"></a></p>\n"},
        {"<https://a.example/> &amp; a<br>b",
         "<p><a href=\"https://a.example/\">https://a.example/</a> &amp; a<br>b</p>\n"},
        {"[no link] (x) [", "<p>[no link] (x) [</p>\n"},
        {"- a\n- b\n  c\n\n  - d\n",
         "<ul>\n<li><p>a</p>\n</li>\n<li><p>b\nc</p>\n<ul>\n<li>d</li>\n</ul>\n</li>\n</ul>\n"},
        {"3. a\n4. b\n", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n"},
        {"> a\n>\n> b\n\nc\n", "<blockquote>\n<p>a</p>\n<p>b</p>\n</blockquote>\n<p>c</p>\n"},
        {"```\na < b\n\n# c\n```\nd\n", "<pre><code>a &lt; b\n\n# c\n</code></pre>\n<p>d</p>\n"},
        {"---\n", "<hr>\n"},
        {"| a | b |\n| --- | --- |\n| c \\| d | *e* |\n",
         "<table>\n<tr><th>a</th>\n<th>b</th>\n</tr>\n<tr><td>c | "
         "d</td>\n<td><em>e</em></td>\n</tr>\n</table>\n"},
        {"<div class=\"x\">\n*raw*\n</div>\n\na\n", "<div class=\"x\">\n*raw*\n</div>\n<p>a</p>\n"},
        {"潮水*之后*。", "<p>潮水<em>之后</em>。</p>\n"},
        {"", ""},
    };
    OWN(arena) arena = arena_new(16 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_span_equal(markdown_read(arena, span_of(cases[i].markdown)), cases[i].html);
}

static span written(struct arena *arena, span html)
{
    LOCAL(buf) out = {.max = 16 * MiB};
    struct sanitize_options options = {0};
    struct node *root;
    span clean;

    assert_ok(html_clean(arena, html, &options, &clean));
    assert_ok(html_parse_fragment(arena, clean, NULL, &root, NULL));
    markdown_write(root, &out);
    return arena_keep(arena, buf_span(&out));
}

static void what_was_written_and_read_is_written_so_again(void **state)
{
    static const char *const cases[] = {
        "<p>One <b>bold</b> <i>word</i> and a <a href=\"https://a.example/x_y_(z)?q=1&amp;r\">link "
        "[1]</a>.</p><p>Two.</p>",
        "<h2>Head &amp; "
        "<em>tail</em></h2><ul><li>a</li><li>b<ul><li>c</li></ul></li></ul><ol><li>x</li><li>y</li></ol>",
        "<blockquote><p>Said <q>so</q></p><p>and so</p></blockquote><hr><pre><code>if (a &lt; b)\n\n  "
        "c;</code></pre>",
        "<p><img src=\"https://a.example/p.jpg\" alt=\"The [old] quay\"></p><p>line<br>break * star _ under "
        "~ tilde ` tick</p>",
        "<table><tr><th>a</th><th>b</th></tr><tr><td>1 | 2</td><td><b>3</b></td></tr></table>",
        "<p>1. no list</p><p>- no list</p><p># no heading</p><p>&gt; no quotation</p><p>a &amp;lt; b "
        "&lt;tag&gt;</p>",
        "<p>潮水之后，<strong>白鹭</strong>回到“旧码头”。</p>",
    };
    OWN(arena) arena = arena_new(64 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        span once = written(arena, span_of(cases[i]));
        span again = written(arena, markdown_read(arena, once));
        assert_span_equal(again, arena_string(arena, once));
    }
}

/* Texts of nothing but marks: a quadratic reader would take minutes. */
static void odd_texts_take_no_longer_than_others(void **state)
{
    static const char *const pieces[] = {"[",   "](", "[a](", "`",    "``` a\n", "<",  "<a ",
                                         "*a ", "**", "> ",   "- ",   "- a\n",   "|",  "|-|\n",
                                         "\\",  "![", "_a",   "[a][", "(((",     "1. "};
    OWN(arena) arena = arena_new(256 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
        LOCAL(buf) text = {.max = 1 * MiB};
        while (text.len < 512 * KiB)
            buf_add_text(&text, pieces[i]);
        clock_t before = clock();
        span html = markdown_read(arena, buf_span(&text));
        assert_true(html.len <= 4 * text.len + 64 * KiB);
        assert_true((clock() - before) / CLOCKS_PER_SEC < 20); /* of this process's own time */
        arena_reset(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markdown_is_read_as_it_was_meant),
        cmocka_unit_test(what_was_written_and_read_is_written_so_again),
        cmocka_unit_test(odd_texts_take_no_longer_than_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
