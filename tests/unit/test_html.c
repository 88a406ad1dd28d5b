/* SPDX-License-Identifier: MIT
 * test_html.c - HTML parsed as browsers do, changed, and written again
 */
#include "markup/html.h"
#include "unit.h"

static struct node *parse(struct arena *arena, span html)
{
    struct node *root = NULL;

    assert_ok(html_parse_fragment(arena, html, NULL, &root, NULL));
    return root;
}

static void assert_written(const struct node *root, const char *wanted)
{
    LOCAL(buf) out = {.max = 1 * MiB};

    html_write(root, &out);
    assert_span_equal(buf_span(&out), wanted);
}

static void a_fragment_is_parsed_as_browsers_do(void **state)
{
    static const struct {
        const char *html, *written;
    } cases[] = {
        {"", ""},
        {"a", "a"},
        {"<p>a<p>b", "<p>a</p><p>b</p>"},
        {"<P CLASS=X ID='y'>", "<p class=\"X\" id=\"y\"></p>"},
        {"<p a=1 a=2 b>", "<p a=\"1\" b=\"\"></p>"},
        {"<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"},
        {"<b>1<p>2</b>3", "<b>1</b><p><b>2</b>3</p>"},
        {"<table>a<tr><td>b", "a<table><tbody><tr><td>b</td></tr></tbody></table>"},
        {"<table><tr>x<td>y", "x<table><tbody><tr><td>y</td></tr></tbody></table>"},
        {"<a href=1>x<a href=2>y", "<a href=\"1\">x</a><a href=\"2\">y</a>"},
        {"<p>a<table></table>b", "<p>a</p><table></table>b"},
        {"x</div></p>y", "x<p></p>y"},
        {"<br></br><image src=a>", "<br><br><img src=\"a\">"},
        {"&lt;&amp;&nbsp;&copy&notit; &#128;", "&lt;&amp;&nbsp;©¬it; €"},
        {"<p title='&quot;&copy=1'>", "<p title=\"&quot;&amp;copy=1\"></p>"},
        {"<pre>\n\na</pre>", "<pre>\n\na</pre>"},
        {"<pre>\na</pre>", "<pre>a</pre>"},
        {"a\r\nb\rc", "a\nb\nc"},
        {"<script>a<b>&amp;</script>", "<script>a<b>&amp;</script>"},
        {"<textarea>&lt;b></textarea>", "<textarea>&lt;b&gt;</textarea>"},
        {"<noscript><p>a</noscript>", "<noscript><p>a</p></noscript>"},
        {"<svg viewbox=1><p>a", "<svg viewBox=\"1\"></svg><p>a</p>"},
        {"<!-- a --><?b?>", "<!-- a --><!--?b?-->"},
        {"<template><td>a", "<template><td>a</td></template>"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);

        assert_written(parse(arena, span_of(cases[i].html)), cases[i].written);
    }
}

static void a_document_has_its_parts_even_if_the_bytes_have_none(void **state)
{
    static const struct {
        const char *html, *written;
    } cases[] = {
        {"", "<html><head></head><body></body></html>"},
        {"x", "<html><head></head><body>x</body></html>"},
        {"<!doctype html><title>t</title>y", "<html><head><title>t</title></head><body>y</body></html>"},
        {"<frameset><frame src=a>",
         "<html><head></head><frameset><frame src=\"a\"></frameset><body></body></html>"},
        {"<link rel=a><html lang=en><body class=b>",
         "<html lang=\"en\"><head><link rel=\"a\"></head><body class=\"b\"></body></html>"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        struct node *document = NULL;

        assert_ok(html_parse(arena, span_of(cases[i].html), NULL, &document, NULL));
        assert_written(document, cases[i].written);
    }
}

static span repeat(struct arena *arena, const char *start, const char *piece, size_t count, const char *end)
{
    LOCAL(buf) text = {.max = 64 * MiB};

    buf_add_text(&text, start);
    for (size_t i = 0; i < count; i++)
        buf_add_text(&text, piece);
    buf_add_text(&text, end);
    return arena_keep(arena, buf_span(&text));
}

/* Each took from seconds to minutes without the fence. */
static void what_would_take_long_is_cut_or_soon_done(void **state)
{
    static const struct {
        const char *start, *piece;
        size_t count;
        bool is_cut;
    } cases[] = {
        {"", "<div>", 200000, true},       {"", "a</x>", 200000, false}, {"<table>", "a</x>", 200000, false},
        {"", "<b><p>", 20000, false},      {"<p ", "a ", 2000000, true}, {"<p x='", "y\"> ", 1000000, true},
        {"", "<html x=1>", 100000, false}, {"", "</a>", 2100000, true},  {"<p>", "<!-- -- ", 300000, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(512 * MiB);
        struct node *document = NULL;
        bool is_cut = false;

        assert_ok(html_parse(arena, repeat(arena, cases[i].start, cases[i].piece, cases[i].count, "z"), NULL,
                             &document, &is_cut));
        assert_int_equal(is_cut, cases[i].is_cut);
    }
}

static void names_that_nobody_knows_are_limited(void **state)
{
    OWN(arena) arena = arena_new(64 * MiB);
    LOCAL(buf) html = {.max = 8 * MiB};
    struct node *root = NULL;
    bool is_cut = false;

    (void)state;
    for (int i = 0; i < 100000; i++)
        buf_printf(&html, "<x%d></x%d>", i, i);
    assert_ok(html_parse_fragment(arena, buf_span(&html), NULL, &root, &is_cut));
    assert_true(is_cut);
}

static void a_tree_ends_where_its_limits_are(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct node *root = NULL;
    bool is_cut = false;

    (void)state;
    assert_ok(
        html_parse_fragment(arena, S("<p>a<p>b<p>c"), &(struct html_limits){.nodes = 4}, &root, &is_cut));
    assert_true(is_cut);
    assert_written(root, "<p>a</p><p>b</p><p></p>");
    assert_ok(html_parse_fragment(arena, S("<b><i><u>x"), &(struct html_limits){.depth = 3}, &root, &is_cut));
    assert_true(is_cut);
    assert_written(root, "<b><i></i></b>");
}

static void a_full_arena_is_an_error(void **state)
{
    OWN(arena) arena = arena_new(4 * KiB);
    OWN(arena) input = arena_new(1 * MiB);
    struct node *root = NULL;

    (void)state;
    assert_fails(html_parse_fragment(arena, repeat(input, "", "<p>a", 1000, ""), NULL, &root, NULL),
                 ERROR_LIMIT);
}

static void a_start_tag_that_is_too_long_keeps_its_beginning(void **state)
{
    OWN(arena) arena = arena_new(8 * MiB);
    const struct node *root =
        parse(arena, repeat(arena, "<p lang=en title=\"", "<b>", 100000, "\" dir=rtl>x</p>y"));

    (void)state;
    assert_int_equal(root->first->tag, TAG_p);
    assert_span_equal(node_attribute(root->first, "lang"), "en");
    assert_null(node_attribute(root->first, "dir").at);
    assert_span_equal(root->first->first->text, "x");
    assert_span_equal(root->last->text, "y");
}

static void a_start_tag_at_the_end_of_a_piece_is_whole(void **state)
{
    OWN(arena) arena = arena_new(8 * MiB);
    span html = arena_printf(arena, "%s%s", repeat(arena, "", "u", 65000, " <p title='").at,
                             repeat(arena, "", "u", 3000, "'>x").at);
    const struct node *root = parse(arena, html);

    (void)state;
    assert_int_equal(node_attribute(root->last, "title").len, 3000);
    assert_span_equal(root->last->first->text, "x");
}

static void elements_are_known_by_their_names(void **state)
{
    span before = {0};

    (void)state;
    for (int tag = 1; tag < TAG_COUNT; tag++) {
        span name = span_of(tag_name((enum tag)tag));

        assert_int_equal(tag_of_name(name), tag);
        assert_true(span_compare(before, name) < 0); /* a binary search stands on it */
        before = name;
    }
    assert_int_equal(tag_of_name(S("x-y")), TAG_UNKNOWN);
    assert_int_equal(tag_of_name(S("")), TAG_UNKNOWN);
    assert_int_equal(tag_of_name(S("P")), TAG_UNKNOWN);
    assert_true(tag_is(TAG_br, TAG_IS_VOID) && tag_is(TAG_p, TAG_IS_BLOCK) && !tag_is(TAG_b, TAG_IS_BLOCK));
}

static void elements_of_other_languages_are_none_of_html(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    const struct node *root =
        parse(arena, S("<svg><a>x</a><foreignObject><p>y</p></foreignObject></svg><math><mi>z</mi></math>"));
    const struct node *svg = root->first;

    (void)state;
    assert_int_equal(svg->name_space, NAMESPACE_SVG);
    assert_int_equal(svg->first->tag, TAG_UNKNOWN);
    assert_span_equal(svg->last->name, "foreignObject");
    assert_int_equal(svg->last->first->tag, TAG_p);
    assert_int_equal(root->last->name_space, NAMESPACE_MATHML);
}

static void text_is_that_of_all_below_but_scripts(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    LOCAL(buf) text = {.max = 1 * KiB};
    const struct node *root = parse(
        arena,
        S("<h1> The<br>ferry\n<b>is</b> late</h1><p>to</p><p>day<script>x</script><style>y</style></p>"));

    (void)state;
    assert_span_equal(node_text(arena, root), "The ferry is late to day");
    assert_span_equal(node_text(arena, root->first), "The ferry is late");
    node_add_text(root->last, &text);
    assert_span_equal(buf_span(&text), "day");
    assert_span_equal(node_text(arena, node_find(root, TAG_script)), "x");
}

static void attributes_can_be_asked_set_and_removed(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct node *node = parse(arena, S("<p class=' a  b ' lang=en>"))->first;

    (void)state;
    assert_true(node_has_class(node, "a") && node_has_class(node, "b") && !node_has_class(node, " a"));
    assert_null(node_attribute(node, "title").at);
    node_set_attribute(arena, node, "title", S("t"));
    node_set_attribute(arena, node, "lang", S("de"));
    node_remove_attribute(node, "class");
    assert_written(node, "<p lang=\"de\" title=\"t\"></p>");
}

static void nodes_can_be_moved_renamed_and_taken_out(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct node *root = parse(arena, S("<p>a<b>b<i>c</i></b>d</p><div>e</div>"));
    struct node *p = root->first, *b = node_find(root, TAG_b), *copy = node_copy(arena, p);

    (void)state;
    node_unwrap(b);
    assert_written(root, "<p>ab<i>c</i>d</p><div>e</div>");
    node_rename(p, TAG_section);
    node_append(root->last, node_find(root, TAG_i));
    node_insert_before(p, node_new_text(arena, S("<")));
    node_append(p, node_new_element(arena, TAG_hr));
    assert_written(root, "&lt;<section>abd<hr></section><div>e<i>c</i></div>");
    node_remove(p);
    assert_written(root, "&lt;<div>e<i>c</i></div>");
    assert_written(copy, "<p>a<b>b<i>c</i></b>d</p>");
    assert_true(node_is_within(root->last->last, root) && !node_is_within(p, root));
    assert_ptr_equal(node_next_skipping(root->first, root), root->last);
    assert_null(node_next_skipping(root->last, root));
}

static void what_is_written_is_safe_to_parse_again(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct node *root = parse(arena, S("<script></script><p></p><plaintext>a<b>"));
    struct node *comment = parse(arena, S("<!---->"))->first;

    (void)state;
    node_append(root->first, node_new_text(arena, S("</SCRIPT><b>")));
    node_append(root->first->next, node_new_text(arena, S("\r<\xC2\xA0>")));
    comment->text = S("--><b>");
    node_append(root, comment);
    assert_written(root, "<script></script><p>&#13;&lt;&nbsp;&gt;</p><pre>a&lt;b&gt;</pre><!---->");
}

/* Text is looked at in blocks */
static void references_are_written_wherever_they_are_needed(void **state)
{
    static const span specials[][2] = {
        {{"&", 1}, {"&amp;", 5}},  {{"<", 1}, {"&lt;", 4}},          {{">", 1}, {"&gt;", 4}},
        {{"\r", 1}, {"&#13;", 5}}, {{"\xC2\xA0", 2}, {"&nbsp;", 6}}, {{"\xC2\xA9", 2}, {"\xC2\xA9", 2}},
    };
    static const char filling[] = "twenty-five hundred lanterns above the quiet harbour";

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(specials); i++)
        for (int before = 0; before < 40; before++) {
            OWN(arena) arena = arena_new(1 * MiB);
            int after = (before * 7) % 40;
            span text = arena_printf(arena, "%.*s%.*s%.*s", before, filling, SPAN_ARG(specials[i][0]), after,
                                     filling);
            span wanted = arena_printf(arena, "%.*s%.*s%.*s", before, filling, SPAN_ARG(specials[i][1]),
                                       after, filling);

            assert_written(node_new_text(arena, text), wanted.at);
        }
}

/* Large documents are fed to the parser in pieces; wherever one ends, nothing is lost */
static void attributes_are_whole_wherever_they_stand(void **state)
{
    static const char link[] = "<p><a href=\"https://news.example/a?x=1&amp;y=2&z=3\" title=\"&quot;q&quot; "
                               "&#26032; end\">w&amp;x</a></p>";
    static const size_t boundary = 64 * 1024;

    (void)state;
    for (size_t before = 0; before < sizeof link; before++) {
        OWN(arena) arena = arena_new(64 * MiB);
        LOCAL(buf) text = {.max = 1 * MiB};
        struct node *document = NULL, *found;
        while (text.len < boundary - before)
            buf_add_char(&text, 'x');
        buf_add_text(&text, link);
        assert_ok(html_parse(arena, buf_span(&text), NULL, &document, NULL));
        found = node_find(document, TAG_a);
        assert_non_null(found);
        assert_span_equal(node_attribute(found, "href"), "https://news.example/a?x=1&y=2&z=3");
        assert_span_equal(node_attribute(found, "title"), "\"q\" \xe6\x96\xb0 end");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributes_are_whole_wherever_they_stand),
        cmocka_unit_test(a_fragment_is_parsed_as_browsers_do),
        cmocka_unit_test(a_document_has_its_parts_even_if_the_bytes_have_none),
        cmocka_unit_test(what_would_take_long_is_cut_or_soon_done),
        cmocka_unit_test(names_that_nobody_knows_are_limited),
        cmocka_unit_test(a_tree_ends_where_its_limits_are),
        cmocka_unit_test(a_full_arena_is_an_error),
        cmocka_unit_test(a_start_tag_that_is_too_long_keeps_its_beginning),
        cmocka_unit_test(a_start_tag_at_the_end_of_a_piece_is_whole),
        cmocka_unit_test(elements_are_known_by_their_names),
        cmocka_unit_test(elements_of_other_languages_are_none_of_html),
        cmocka_unit_test(text_is_that_of_all_below_but_scripts),
        cmocka_unit_test(attributes_can_be_asked_set_and_removed),
        cmocka_unit_test(nodes_can_be_moved_renamed_and_taken_out),
        cmocka_unit_test(what_is_written_is_safe_to_parse_again),
        cmocka_unit_test(references_are_written_wherever_they_are_needed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
