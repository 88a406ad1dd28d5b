/* SPDX-License-Identifier: MIT
 * test_sanitize.c - HTML from outside made inert, and nothing lost that a reader wants
 */
#include "markup/markup.h"
#include "unit.h"

static const struct sanitize_options options = {.base = {"https://paper.example/news/1", 28}};

static span clean(struct arena *arena, const char *html)
{
    span out = {0};

    assert_ok(html_clean(arena, span_of(html), &options, &out));
    return out;
}

struct sanitize_case {
    const char *html, *clean;
};

static void check(const struct sanitize_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        OWN(arena) arena = arena_new(4 * MiB);
        span once = clean(arena, cases[i].html);

        assert_span_equal(once, cases[i].clean);
        assert_span_equal(clean(arena, once.at), cases[i].clean);
    }
}

static void what_a_reader_wants_stays(void **state)
{
    static const struct sanitize_case cases[] = {
        {"<p lang=zh-Hans dir=ltr title=' T '>a <em>b</em></p>",
         "<p lang=\"zh-Hans\" dir=\"ltr\" title=\"T\">a <em>b</em></p>"},
        {"<h2>a</h2><ol start=3 reversed><li value=7>b</ol>",
         "<h2>a</h2><ol start=\"3\" reversed=\"\"><li value=\"7\">b</li></ol>"},
        {"<table><tr><th scope=col>a<td colspan=2 align=RIGHT>b</table>",
         "<table><tbody><tr><th scope=\"col\">a</th><td colspan=\"2\" "
         "align=\"right\">b</td></tr></tbody></table>"},
        {"<blockquote cite=/q>a</blockquote><q>b</q>",
         "<blockquote cite=\"https://paper.example/q\">a</blockquote><q>b</q>"},
        {"<figure><img src=a.jpg alt=''><figcaption>b</figcaption></figure>",
         "<figure><img src=\"https://paper.example/news/a.jpg\" "
         "alt=\"\"><figcaption>b</figcaption></figure>"},
        {"H<sub>2</sub>O <time datetime=2024>now</time> <abbr title=x>y</abbr>",
         "H<sub>2</sub>O <time datetime=\"2024\">now</time> <abbr title=\"x\">y</abbr>"},
        {"<ruby>港<rp>(</rp><rt>みなと</rt><rp>)</rp></ruby>",
         "<ruby>港<rp>(</rp><rt>みなと</rt><rp>)</rp></ruby>"},
        {"<pre class='x language-c'>a\n b</pre><code data-lang=yaml>c</code>",
         "<pre class=\"language-c\">a\n b</pre><code class=\"language-yaml\">c</code>"},
        {"<details open><summary>a</summary>b</details>",
         "<details open=\"\"><summary>a</summary>b</details>"},
        {"<center>a<font color=red>b</font></center><strike>c</strike><tt>d</tt>",
         "<div>ab</div><s>c</s><code>d</code>"},
        {"<span style=color:red>a</span><span lang=ja>b</span>", "a<span lang=\"ja\">b</span>"},
        {"<x-block>a</x-block><p>b<x-word>c</x-word></p>", "<div>a</div><p>bc</p>"},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void what_acts_goes(void **state)
{
    static const struct sanitize_case cases[] = {
        {"a<script>b</script><style>c</style><template>d</template>e", "ae"},
        {"<p onclick=a() style='position:fixed' id=cookie name=x class=y>b", "<p>b</p>"},
        {"<a href=\"java&#10;script:alert(1)\">a</a>", "a"},
        {"<a href=' \x01JavaScript:x'>a</a><a href=data:text/html,x>b</a><a href=vbscript:x>c</a>", "abc"},
        {"<a href=javascript:void(0)><ruby>港<rt>みなと</rt></ruby></a>", "<ruby>港<rt>みなと</rt></ruby>"},
        {"<a target=_blank ping=/p rel=x href=/y>a</a>", "<a href=\"https://paper.example/y\">a</a>"},
        {"<form action=/x><p>a<input name=b><button>c</button></form><select><option>d</select>",
         "<div><p>a</p></div>"},
        {"<img src=javascript:x><img src=x onerror=y alt=z>",
         "<img src=\"https://paper.example/news/x\" alt=\"z\">"},
        {"<svg><script>a</script><a xlink:href=javascript:b>c</a></svg><math><mtext><img "
         "src=x></mtext></math>",
         ""},
        {"<base href=//evil.example/><meta http-equiv=refresh content=0><link rel=stylesheet href=x><p>a",
         "<p>a</p>"},
        {"<!--[if IE]><script>x</script><![endif]-->a<noembed><b></noembed>", "a"},
        {"<p>a<textarea><b></textarea><plaintext><b>c", "<p>a</p><pre>&lt;b&gt;c</pre>"},
        {"<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 "
         "onerror=alert(1)&gt;\">",
         ""},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void frames_and_players_of_others_become_links(void **state)
{
    static const struct sanitize_case cases[] = {
        {"<div><iframe src=//v.example/1 title='A film'></iframe></div>",
         "<div><p><a href=\"https://v.example/1\">A film</a></p></div>"},
        {"<p>a <iframe src=https://v.example/1></iframe>",
         "<p>a <a href=\"https://v.example/1\">https://v.example/1</a></p>"},
        {"<iframe src=javascript:x></iframe><iframe srcdoc='<b>'></iframe><iframe src=/t width=1 "
         "height=1></iframe>",
         ""},
        {"<embed src=/a.swf><object data=b.swf></object>",
         "<p><a href=\"https://paper.example/a.swf\">https://paper.example/a.swf</a></p>"
         "<p><a href=\"https://paper.example/news/b.swf\">https://paper.example/news/b.swf</a></p>"},
        {"<object data=a><p>instead</p></object>", "<p>instead</p>"},
        {"<video src=a.mp4 autoplay poster=p.jpg width=640>no film</video>",
         "<video src=\"https://paper.example/news/a.mp4\" poster=\"https://paper.example/news/p.jpg\" "
         "width=\"640\" controls=\"\"></video>"},
        {"<audio><source src=a.mp3 type=audio/mpeg><source src=javascript:b>no sound</audio>",
         "<audio controls=\"\"><source src=\"https://paper.example/news/a.mp3\" "
         "type=\"audio/mpeg\"></audio>"},
        {"<video><source src=a><source src=b></video>",
         "<video controls=\"\"><source src=\"https://paper.example/news/a\"><source "
         "src=\"https://paper.example/news/b\"></video>"},
        {"<audio><a href=/c.mp3>c</a></audio>", "<a href=\"https://paper.example/c.mp3\">c</a>"},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void pictures_have_the_address_that_can_be_shown(void **state)
{
    static const struct sanitize_case cases[] = {
        {"<img src='data:image/gif;base64,R0lGOD' data-src=//img.example/a.jpg>",
         "<img src=\"https://img.example/a.jpg\">"},
        {"<img src=/blank.gif data-original=/b.jpg>", "<img src=\"https://paper.example/b.jpg\">"},
        {"<img src=/c.jpg data-src=/d.jpg>", "<img src=\"https://paper.example/c.jpg\">"},
        {"<img srcset='e.jpg 2x'>",
         "<img srcset=\"https://paper.example/news/e.jpg 2x\" src=\"https://paper.example/news/e.jpg\">"},
        {"<img src=f.gif width=1 height=1><img src=g style='display: none'><img>", ""},
        {"<img src=/h.jpg><noscript><img src=/h.jpg></noscript>",
         "<img src=\"https://paper.example/h.jpg\">"},
        {"<img class=emoji alt=⛵ src=i.png>", "⛵"},
        {"<picture><source srcset='j.webp 1x' src=k><img src=l></picture>",
         "<picture><source srcset=\"https://paper.example/news/j.webp 1x\"><img "
         "src=\"https://paper.example/news/l\"></picture>"},
        {"<picture><source srcset='data:text/html,j 1x'><img src=l></picture>",
         "<picture><img src=\"https://paper.example/news/l\"></picture>"},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void each_candidate_of_a_srcset_is_resolved(void **state)
{
    static const struct {
        const char *srcset, *wanted;
    } cases[] = {
        {"a 1x, b 2.5x", "https://paper.example/news/a 1x, https://paper.example/news/b 2.5x"},
        {" ,a,b 640w,,c", "https://paper.example/news/a,b 640w, https://paper.example/news/c"},
        {"a, b", "https://paper.example/news/a, https://paper.example/news/b"},
        {"/x,y/z.jpg 100w 50h, q (1, 2) 3x, r 2x", "https://paper.example/news/r 2x"},
        {"javascript:a 1x, data:image/png;base64,x 2x, http://[ 3x", NULL},
        {"a 1x,b 2x", "https://paper.example/news/a 1x, https://paper.example/news/b 2x"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        struct node *root = NULL;

        assert_ok(html_parse_fragment(arena, arena_printf(arena, "<img src=x srcset='%s'>", cases[i].srcset),
                                      NULL, &root, NULL));
        html_sanitize(arena, root, &options);
        assert_span_equal(node_attribute(root->first, "srcset"), cases[i].wanted);
    }
}

static void formulas_are_told_once(void **state)
{
    static const struct sanitize_case cases[] = {
        {"<span><math><semantics><mrow><mi>λ</mi><mo>=</mo><mi>v</mi></mrow><annotation>\\lambda</annotation>"
         "</semantics></math></span>, then",
         "λ=v, then"},
        {"<span><span><math><mfrac><mn>1</mn><mn>2</mn></mfrac></math></span><span "
         "aria-hidden=true>½</span></span>",
         "1/2"},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void what_a_parser_would_move_is_moved_before(void **state)
{
    static const struct sanitize_case cases[] = {
        {"<p>a<object><p>b</object>", "<div>a<p>b</p></div>"},
        {"<a href=/1>a<object><a href=/2>b</a></object></a>", "<a href=\"https://paper.example/1\">ab</a>"},
        {"<li>a<object><li>b</object>", "<li>a<div>b</div></li>"},
        {"<dt>a<object><dd>b</object>", "<dt>a<div>b</div></dt>"},
        {"<h1><object><h2>a</h2></object></h1>", "<h1>a</h1>"},
        {"<p><object><table><tr><td><p>a</table></object>",
         "<div><table><tbody><tr><td><p>a</p></td></tr></tbody></table></div>"},
        {"<table><form><tr><td>a</form></table>", "<table><tbody><tr><td>a</td></tr></tbody></table>"},
        {"<b>a</b><font>b</font>c", "<b>a</b>bc"},
        {"<p>a<rt>b</p><ruby>c<table><tr><td><rt>d</table><b><rt>e",
         "<p>ab</p><ruby>c<table><tbody><tr><td>d"
         "</td></tr></tbody></table><b><rt>e</rt></b></ruby>"},
        {"<table>&#13;\n<tr><td>a</table>", "&#13;\n<table><tbody><tr><td>a</td></tr></tbody></table>"},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void what_becomes_another_element_says_nothing_of_the_old_one(void **state)
{
    static const struct sanitize_case cases[] = {
        {"<li>a<noscript><li value=7 lang=en>b</noscript>", "<li>a<div lang=\"en\">b</div></li>"},
        {"<dt>a<object><dd value=7>b</object>", "<dt>a<div>b</div></dt>"},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void a_picture_comes_once_whatever_stood_between(void **state)
{
    static const struct sanitize_case cases[] = {
        {"<img src=/p><object><a href=/1></a></object><img src=/p>",
         "<img src=\"https://paper.example/p\"><a href=\"https://paper.example/1\"></a><img "
         "src=\"https://paper.example/p\">"},
        {"<a href=/1><img src=/p><object><a href=/2></a></object> <img src=/p></a>",
         "<a href=\"https://paper.example/1\"><img src=\"https://paper.example/p\"></a>"},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

/* <object> lets each start tag be, and is gone afterwards. */
static void each_element_in_each_other_is_the_same_the_next_time(void **state)
{
    static const char attributes[] = "href=/a src=/b srcset=/c lang=en value=7 colspan=2 start=3 cite=/d";

    (void)state;
    for (int outer = 1; outer < TAG_COUNT; outer++) {
        OWN(arena) arena = arena_new(64 * MiB);

        for (int inner = 1; inner < TAG_COUNT; inner++) {
            span html = arena_printf(arena, "<%1$s %3$s>a<object><%2$s %3$s>b</%2$s></object>c</%1$s>d",
                                     tag_name((enum tag)outer), tag_name((enum tag)inner), attributes);
            span once = clean(arena, html.at);

            assert_span_equal(clean(arena, once.at), once.at);
        }
    }
}

static void what_the_parser_would_cut_is_left_out(void **state)
{
    static const struct {
        const char *before, *repeated, *after, *clean;
        int times;
    } cases[] = {
        {"<p lang=en title='", "&amp;", "'>a", "<p>a</p>", 20000},
        {"<a href='/?", "&amp;", "'>a</a>", "a", 20000},
        {"b<img src=/p alt='", "&amp;", "'>", "b", 20000},
        {"", "<div>", "<iframe src=/f></iframe>", NULL, 508},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(64 * MiB);
        LOCAL(buf) html = {.max = 1 * MiB};
        span once;

        buf_add_text(&html, cases[i].before);
        for (int time = 0; time < cases[i].times; time++)
            buf_add_text(&html, cases[i].repeated);
        buf_add_text(&html, cases[i].after);
        once = clean(arena, arena_string(arena, buf_span(&html)));
        if (cases[i].clean)
            assert_span_equal(once, cases[i].clean);
        assert_true(span_equal(clean(arena, arena_string(arena, once)), once));
    }
}

static void a_picture_that_comes_very_often_comes_once(void **state)
{
    enum { TIMES = 70000 };
    OWN(arena) arena = arena_new(64 * MiB);
    LOCAL(buf) html = {.max = 1 * MiB};

    (void)state;
    for (int time = 0; time < TIMES; time++)
        buf_add_text(&html, "<img src=/p> ");
    assert_span_equal(clean(arena, arena_string(arena, buf_span(&html))),
                      "<img src=\"https://paper.example/p\"> ");
}

static void a_tree_put_together_by_hand_is_settled_too(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    LOCAL(buf) out = {.max = 1 * KiB};
    struct node *root = NULL, *table;

    (void)state;
    assert_ok(html_parse_fragment(arena, S("<table></table>"), NULL, &root, NULL));
    table = root->first;
    node_append(table, node_new_text(arena, S("a")));
    node_append(table, node_new_element(arena, TAG_tr));
    node_append(table->last, node_new_element(arena, TAG_td));
    node_append(table->last->last, node_new_text(arena, S("b")));
    node_append(table->last, node_new_text(arena, S("\r")));
    node_append(table, node_new_element(arena, TAG_td));
    node_append(root, node_new_element(arena, TAG_tr));
    node_append(root->last, node_new_element(arena, TAG_th));
    html_sanitize(arena, root, &options);
    html_write(root, &out);
    assert_span_equal(buf_span(&out),
                      "a<div></div><table><tbody><tr><td>b</td></tr></tbody></table><div></div>");
}

static void without_a_base_references_stay_as_they_are(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    span out = {0};

    (void)state;
    assert_ok(html_clean(
        arena, S("<a href='../b?c'>d</a><img src=e.jpg><a href=javascript:f>g</a><a href=HTTP://H>i</a>"),
        &(struct sanitize_options){0}, &out));
    assert_span_equal(out, "<a href=\"../b?c\">d</a><img src=\"e.jpg\">g<a href=\"http://h/\">i</a>");
    assert_ok(html_clean(arena, S("<a href='&#x2028;javascript:j'>k</a><a href='&nbsp;l:m'>n</a>"),
                         &(struct sanitize_options){0}, &out));
    assert_span_equal(
        out, "<a href=\"./\u2028javascript:j\">k</a><a href=\"./&nbsp;l:m\">n</a>"); /* not to be trimmed */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_reader_wants_stays),
        cmocka_unit_test(what_acts_goes),
        cmocka_unit_test(frames_and_players_of_others_become_links),
        cmocka_unit_test(pictures_have_the_address_that_can_be_shown),
        cmocka_unit_test(each_candidate_of_a_srcset_is_resolved),
        cmocka_unit_test(formulas_are_told_once),
        cmocka_unit_test(what_a_parser_would_move_is_moved_before),
        cmocka_unit_test(what_becomes_another_element_says_nothing_of_the_old_one),
        cmocka_unit_test(a_picture_comes_once_whatever_stood_between),
        cmocka_unit_test(a_picture_that_comes_very_often_comes_once),
        cmocka_unit_test(each_element_in_each_other_is_the_same_the_next_time),
        cmocka_unit_test(what_the_parser_would_cut_is_left_out),
        cmocka_unit_test(a_tree_put_together_by_hand_is_settled_too),
        cmocka_unit_test(without_a_base_references_stay_as_they_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
