/* SPDX-License-Identifier: MIT
 * test_markdown.c - HTML as Markdown that says the same
 */
#include "markup/markup.h"
#include "unit.h"

struct markdown_case {
    const char *html, *markdown;
};

static void check(const struct markdown_case *cases, size_t count)
{
    const struct sanitize_options options = {.base = S("https://paper.example/news/1")};

    for (size_t i = 0; i < count; i++) {
        OWN(arena) arena = arena_new(4 * MiB);
        LOCAL(buf) out = {.max = 64 * KiB};
        struct node *root = NULL;

        assert_ok(html_parse_fragment(arena, span_of(cases[i].html), NULL, &root, NULL));
        html_sanitize(arena, root, &options);
        markdown_write(root, &out);
        assert_span_equal(buf_span(&out), cases[i].markdown);
    }
}

static void blocks_are_written_as_commonmark_has_them(void **state)
{
    static const struct markdown_case cases[] = {
        {"<p>a<p>b\nc", "a\n\nb c\n"},
        {"<h1>a</h1><h3>b <em>c</em></h3><h2></h2>", "# a\n\n### b *c*\n"},
        {"a<hr>b", "a\n\n---\n\nb\n"},
        {"<blockquote><p>a<p>b<blockquote>c</blockquote></blockquote>d", "> a\n>\n> b\n>\n> > c\n\nd\n"},
        {"<div>a<div>b</div>c</div>", "a\n\nb\n\nc\n"},
        {"<pre><code class=language-c>a\n\n  b\n</code></pre>", "```c\na\n\n  b\n```\n"},
        {"<pre>```\nx</pre>", "````\n```\nx\n````\n"},
        {"<figure><img src=/a.jpg alt=b><figcaption>c</figcaption></figure>",
         "![b](https://paper.example/a.jpg)\n\n*c*\n"},
        {"<p></p> <div> </div><!-- -->", ""},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void lists_are_as_tight_as_they_were(void **state)
{
    static const struct markdown_case cases[] = {
        {"<ul><li>a<li>b<ul><li>c<li>d</ul><li>e</ul>", "- a\n- b\n  - c\n  - d\n- e\n"},
        {"<ul><li><p>a<p>b<li>c</ul>", "- a\n\n  b\n\n- c\n"},
        {"<ol start=9><li>a<li>b</ol>", "9. a\n10. b\n"},
        {"<ol><li>a<ol start=3><li>b</ol></ol>", "1. a\n\n   3. b\n"},
        {"<ul><li>a</ul><ul><li>b</ul><ol><li>c</ol><ol><li>d</ol>", "- a\n\n* b\n\n1. c\n\n1) d\n"},
        {"<ul><li>a<pre>b</pre></ul>", "- a\n\n  ```\n  b\n  ```\n"},
        {"<ul><li></li><li> <li>a</ul>", "- a\n"},
        {"<ul>a<li>b</li>c <i>d</i></ul>", "- a\n- b\n- c *d*\n"},
        {"<ul>only to indent</ul>", "only to indent\n"},
        {"<ul><li>a<hr></ul>", "- a\n\n  ___\n"},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void tables_are_gfm_where_gfm_can_say_them(void **state)
{
    static const struct markdown_case cases[] = {
        {"<table><tr><th>a<th align=right>b<tr><td>c|d<td>e<br>f</table>",
         "| a | b |\n| --- | --: |\n| c\\|d | e<br>f |\n"},
        {"<table><tr><td>a<td>b<tr><td>c</table>", "| | |\n| --- | --- |\n| a | b |\n| c | |\n"},
        {"<table><caption>t</caption><tr><th>a<th>b</table>", "t\n\n| a | b |\n| --- | --- |\n"},
        {"<table><tr><th colspan=2>a<tr><td>b<td>c</table>",
         "<table><tbody><tr><th colspan=\"2\">a</th></tr><tr><td>b</td><td>c</td></tr></tbody></table>\n"},
        {"<table><tr><td><p>a<p>b</table>", "a\n\nb\n"},
        {"<table><tr><td><pre>1\n2</pre><td><pre><code class=language-c>a;\nb;</code></pre></table>",
         "```c\na;\nb;\n```\n"},
        {"<TABLE><TR><TD><o:p><P></o:p></P></TD><TD><IMG src=/r.png>Rope</TD></TR></TABLE>",
         "| | |\n| --- | --- |\n| | ![](https://paper.example/r.png)Rope |\n"},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void emphasis_is_written_so_that_readers_see_it(void **state)
{
    static const struct markdown_case cases[] = {
        {"<em>a</em> <strong>b</strong> <s>c</s> <code>d</code>", "*a* **b** ~~c~~ `d`\n"},
        {"<em>over</em><em>haul</em> <b>har</b><b>bour</b>", "*overhaul* **harbour**\n"},
        {"<em>soon</em><strong>after</strong>", "_soon_**after**\n"},
        {"<strong><em>both</em></strong>", "**_both_**\n"},
        {"<b>a <b>b</b></b><i><em>c</em></i>", "**a b**_c_\n"},
        {"a<b> b </b>c<b></b>d <i> </i>e", "a **b** cd e\n"},
        {"<b>a<br></b>b<br>", "**a**\\\nb\n"},
        {"<b>a<br><br>b</b>", "**a**\n\n**b**\n"},
        {"<b><p>a</p><p>b</p></b>", "**a**\n\n**b**\n"},
        {"a<i>b</i>c", "a*b*c\n"},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void emphasis_beside_chinese_punctuation_is_html(void **state)
{
    static const struct markdown_case cases[] = {
        {"中<b>强调</b>文", "中**强调**文\n"},
        {"中<b>「强调」</b>文", "中<strong>「强调」</strong>文\n"},
        {"<b>注意：</b>文", "<strong>注意：</strong>文\n"},
        {"，<b>「强调」</b>。", "，**「强调」**。\n"},
        {"<b>注意：</b> 文", "**注意：** 文\n"},
        {"中\n文<b>强\n调</b>", "中文**强调**\n"},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void links_go_around_words(void **state)
{
    static const struct markdown_case cases[] = {
        {"<a href=/b title='c \"d\"'>a</a>", "[a](https://paper.example/b \"c \\\"d\\\"\")\n"},
        {"<h2><a href=#x title=a></a>a</h2>", "## a\n"},
        {"<a href=/t><h3><b>Tide</b></h3><p>tables</p></a>",
         "### [**Tide**](https://paper.example/t)\n\n[tables](https://paper.example/t)\n"},
        {"a<a href=/b> b </a>c<a href=/d> </a>e", "a [b](https://paper.example/b) c e\n"},
        {"<a href=https://a.example/b>https://a.example/b</a>", "<https://a.example/b>\n"},
        {"<a href='/b_(c)'>a</a> <a href='/b(c'>[a]</a>",
         "[a](https://paper.example/b_(c)) [\\[a\\]](https://paper.example/b%28c)\n"},
        {"<a href=/a><img src=/b></a>", "[![](https://paper.example/b)](https://paper.example/a)\n"},
        {"!<a href=/a>b</a>", "\\![b](https://paper.example/a)\n"},
        {"<video src=/film/a.mp4></video>", "[▶ a.mp4](https://paper.example/film/a.mp4)\n"},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void text_says_just_that_text(void **state)
{
    static const struct markdown_case cases[] = {
        {"*a* _b_ a_b_c 2 * 3 10~20 `c` \\* d\\e",
         "\\*a\\* \\_b\\_ a_b_c 2 * 3 10\\~20 \\`c\\` \\\\\\* d\\e\n"},
        {"[a](b) [c] &lt;b> 1 &lt; 2 &amp;lt; a&amp;b", "[a\\](b) [c] \\<b> 1 < 2 \\&lt; a&b\n"},
        {"<p># a<p>- b<p>1. c<p>> d<p>+ e<p>--<p>=<p>#f<p>1.5<p>-g",
         "\\# a\n\n\\- b\n\n1\\. c\n\n\\> d\n\n\\+ e\n\n\\--\n\n\\=\n\n#f\n\n1.5\n\n-g\n"},
        {"a<br>- b<br># c", "a\\\n\\- b\\\n\\# c\n"},
        {"<h1>C#</h1><h1>a<br>b</h1>", "# C\\#\n\n# a<br>b\n"},
        {"<code>a`b</code> <code>`</code> <code>a|b *c*</code>", "``a`b`` `` ` `` `a|b *c*`\n"},
        {"[a]: b", "[a\\]: b\n"},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void what_markdown_has_no_word_for_stays_html(void **state)
{
    static const struct markdown_case cases[] = {
        {"H<sub>2</sub>O x<sup>2</sup> <u>a</u> <mark>b</mark> <kbd>c</kbd> <ins>d</ins>",
         "H<sub>2</sub>O x<sup>2</sup> <u>a</u> <mark>b</mark> <kbd>c</kbd> <ins>d</ins>\n"},
        {"<ruby>港<rt>みなと</rt></ruby>", "<ruby>港<rt>みなと</rt></ruby>\n"},
        {"<dl><dt>a\n<dd>b</dl>", "<dl><dt>a </dt><dd>b</dd></dl>\n"},
        {"<details><summary>a</summary><p>b</details>", "<details><summary>a</summary>\n\nb\n\n</details>\n"},
        {"<sub>a<br><br>b</sub><sub></sub>", "<sub>a</sub>\n\n<sub>b</sub>\n"},
        {"<pre><img src=/a>\n\nb</pre>", "<pre><img src=\"https://paper.example/a\">&#10;&#10;b</pre>\n"},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void a_title_is_escaped_for_the_middle_of_a_line(void **state)
{
    static const struct {
        const char *title, *wanted;
    } cases[] = {
        {"a b", "a b"},
        {" a\nb ", "a b"},
        {"[a] *b* <c> `d` &amp; \\", "\\[a\\] \\*b\\* \\<c> \\`d\\` \\&amp; \\\\"},
        {"a_b 中文", "a_b 中文"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        LOCAL(buf) out = {.max = 1 * KiB};

        markdown_escape(&out, span_of(cases[i].title));
        assert_span_equal(buf_span(&out), cases[i].wanted);
    }
}

static void deep_nesting_is_flattened(void **state)
{
    OWN(arena) arena = arena_new(64 * MiB);
    LOCAL(buf) html = {.max = 1 * MiB};
    LOCAL(buf) out = {.max = 1 * MiB};
    struct node *root = NULL;

    (void)state;
    for (int i = 0; i < 100; i++)
        buf_add_text(&html, "<blockquote>");
    buf_add_char(&html, 'x');
    assert_ok(html_parse_fragment(arena, buf_span(&html), NULL, &root, NULL));
    markdown_write(root, &out);
    assert_span_equal(buf_span(&out), "> > > > > > > > > > > > x\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_written_as_commonmark_has_them),
        cmocka_unit_test(lists_are_as_tight_as_they_were),
        cmocka_unit_test(tables_are_gfm_where_gfm_can_say_them),
        cmocka_unit_test(emphasis_is_written_so_that_readers_see_it),
        cmocka_unit_test(emphasis_beside_chinese_punctuation_is_html),
        cmocka_unit_test(links_go_around_words),
        cmocka_unit_test(text_says_just_that_text),
        cmocka_unit_test(what_markdown_has_no_word_for_stays_html),
        cmocka_unit_test(a_title_is_escaped_for_the_middle_of_a_line),
        cmocka_unit_test(deep_nesting_is_flattened),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
