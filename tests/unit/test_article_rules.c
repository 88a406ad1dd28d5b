/* SPDX-License-Identifier: MIT
 * test_article_rules.c - site rules: how they are read, and what they do to a page
 */
#include "article/rules.h"
#include "markup/markup.h"
#include "tests/unit/article_room.h"
#include <unistd.h>

static struct extraction *apply(struct arena *arena, const char *text, span html)
{
    struct page_bytes bytes = {.bytes = html, .url = span_of(room_url)};
    struct extraction *extraction = ARENA_NEW(arena, struct extraction);
    struct rule *rule = rule_parse(arena, S("gazette.example"), span_of(text), NULL);
    struct page *page = NULL;

    assert_ok(page_read(arena, &bytes, &page));
    extraction->title = page->title;
    assert_ok(rule_apply(arena, rule, page, extraction));
    if (extraction->content) {
        LOCAL(buf) out = {.max = 1 * MiB};
        html_write(extraction->content, &out);
        extraction->html = arena_keep(arena, buf_span(&out));
    }
    return extraction;
}

static void lines_that_are_no_directive_are_told(void **state)
{
    (void)state;
    OWN(arena) arena = arena_new(1 * MiB);
    LOCAL(buf) warnings = {.max = 64 * KiB};
    struct rule *rule = rule_parse(arena, S("a.example"),
                                   S("# a comment\n\nbody: //article\r\nbodi: //div\nprune: no\n"
                                     "http_header(user-agent): Reader\nreplace_string(<x:y>): <p>\nnothing"),
                                   &warnings);

    assert_span_equal(buf_span(&warnings),
                      "rule a.example: line 4 is no directive\nrule a.example: line 8 is no directive\n");
    assert_int_equal(rule->line_count, 3);
    assert_span_equal(rule->lines[0].value, "//article");
    assert_span_equal(rule->lines[1].argument, "user-agent");
    assert_span_equal(rule->lines[2].argument, "<x:y>");
}

static void each_directive_does_what_it_says(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *body, *wanted; /* wanted: the article's HTML */
    } cases[] = {
        {"body: //div[@id='b']", "<div id=a>No</div><div id=b><p>The text of the story, all of it.</p></div>",
         "<p>The text of the story, all of it.</p>"},
        {"body: //div[@id='none']\nbody: //div[@id='b']",
         "<div id=b><p>The text of the story, all of it.</p></div>",
         "<p>The text of the story, all of it.</p>"},
        {"body: //h2 | //div[@id='b']",
         "<h2>Above</h2><div id=b><p>The text of the story, all of it.</p></div>",
         "<h2>Above</h2><p>The text of the story, all of it.</p>"},
        {"body: //div[@id='b']\nstrip: //div[@id='b']//em",
         "<div id=b><p>The text <em>x</em>of the story, all.</p></div>",
         "<p>The text of the story, all.</p>"},
        {"body: //div[@id='b']\nstrip_id_or_class: pro",
         "<div id=b><p class=promo>x</p><p>The text of the story, all.</p></div>",
         "<p>The text of the story, all.</p>"},
        {"body: //div[@id='b']\nstrip_image_src: /ads/",
         "<div id=b><img src=/ads/1.png><p>The text of the story, all.</p></div>",
         "<p>The text of the story, all.</p>"},
        {"body: //div[@id='b']\ndissolve: //b",
         "<div id=b><p>The <b>text</b> of the story, all of it.</p></div>",
         "<p>The text of the story, all of it.</p>"},
        {"body: //div[@id='b']\nwrap_in(blockquote): //div[@class='q']",
         "<div id=b><p>The text of the story, all of it.</p><div class=q>Said</div></div>",
         "<p>The text of the story, all of it.</p><blockquote><p>Said</p></blockquote>"},
        {"body: //div[@id='a']\nif_page_contains: //video\nbody: //div[@id='b']",
         "<div id=a>This is the other text of the page.</div><div id=b><p>The text of the story, all of "
         "it.</p></div>",
         "<p>The text of the story, all of it.</p>"},
        {"body: //*[", "<div id=b><p>The text of the story, all of it.</p></div>", ""},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(16 * MiB);
        struct extraction *extraction = apply(
            arena, cases[i].rule, arena_printf(arena, "<title>T</title><body>%s</body>", cases[i].body));
        assert_span_equal(extraction->html, cases[i].wanted);
    }
}

/* From the page's bytes on, by a folder of rules with one for the page's host */
static struct extraction *extract_by(struct arena *arena, const char *rule, const char *body)
{
    char folder[] = "/tmp/courant-rules-XXXXXX";
    const char *folders = folder;
    struct page_bytes bytes = {.bytes = room_page(arena, body),
                               .url = span_of(room_url),
                               .content_type = S("text/html; charset=gbk")};
    struct extraction *extraction = NULL;
    struct rules *rules = NULL;
    span path;

    assert_non_null(mkdtemp(folder));
    path = arena_printf(arena, "%s/gazette.example.txt", folder);
    assert_ok(file_write(path.at, arena_printf(arena, "body: //div[@class='story']\n%s", rule)));
    assert_ok(rules_read(arena, &folders, 1, &rules, NULL));
    assert_int_equal(unlink(path.at), 0);
    assert_int_equal(rmdir(folder), 0);
    assert_ok(article_from(arena, &bytes, &(struct extract_options){.rules = rules}, &extraction));
    assert_span_equal(extraction->rule, "gazette.example");
    return extraction;
}

static void what_is_found_in_the_source_is_replaced_once(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *wanted, *not_wanted; /* in the text */
    } cases[] = {
        {"find_string: <b>x</b>\nreplace_string: <i>y</i>", "Say y and Two.", NULL},
        {"replace_string(Two): three", "Say x and three.", NULL},
        {"find_string: x\nreplace_string: xa", "Say xa and", "xaa"},
        {"find_string: and Two\nreplace_string:", "Say x .", "Two"},
        {"replace_string(and Two):", "Say x .", "Two"},
        {"find_string: >x<\nfind_string: Two\nreplace_string: >1<\nreplace_string: 2", "Say 1 and 2.", NULL},
        {"find_string: >x<\nfind_string: and\nreplace_string:><\nreplace_string:", "Say Two.", "and Two"},
        {"find_string:\nfind_string: Two\nreplace_string: 1\nreplace_string: 2", "Say x and 2.", NULL},
        {"find_string: Two\nreplace_string(>x<): >y<\nreplace_string: 2", "Say y and 2.", NULL},
        {"find_string: Two\nreplace_string: <b>x</b>\nreplace_string(<b>x</b>): z", "Say z and z.", NULL},
        {"find_string: Two\nfind_string: Say\nreplace_string: 2\nreplace_string(>x<): >y<", "Say y and Two.",
         NULL}, /* one too many: the pairs are not known */
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(16 * MiB);
        struct extraction *extraction =
            extract_by(arena, cases[i].rule,
                       ROOM_PARAGRAPH_1 ROOM_PARAGRAPH_2 ROOM_PARAGRAPH_3 "<p>Say <b>x</b> and Two.</p>");
        if (!span_has(extraction->text, cases[i].wanted))
            fail_msg("\"%s\" gives %.*s", cases[i].rule, SPAN_ARG(extraction->text));
        if (cases[i].not_wanted)
            assert_false(span_has(extraction->text, cases[i].not_wanted));
    }
}

static void a_rule_fits_pages_of_any_charset(void **state)
{
    OWN(arena) arena = arena_new(16 * MiB);
    struct extraction *extraction =
        extract_by(arena, "find_string: 灯塔\nreplace_string: 老灯塔",
                   ROOM_PARAGRAPH_1 ROOM_PARAGRAPH_2 ROOM_PARAGRAPH_3 "<p>Its name is \xb5\xc6\xcb\xfe.</p>");

    (void)state;
    if (!span_has(extraction->text, "Its name is 老灯塔."))
        fail_msg("%.*s", SPAN_ARG(extraction->text));
}

static void attributes_are_stripped(void **state)
{
    (void)state;
    static const char page[] = ROOM_PARAGRAPH_1 ROOM_PARAGRAPH_2 ROOM_PARAGRAPH_3
        "<p><img src='/pixel.png' width=1 height=480><img src='/small.png' alt='A ferry at the quay' "
        "width=640 height=480> <a href='/all' "
        "title='All of it'>All</a></p>";
    static const struct {
        const char *rule, *gone, *kept; /* in the article's HTML */
    } cases[] = {
        {"strip: //img[@width=1]", "/pixel.png", "alt=\"A ferry at the quay\""},
        {"strip_attr: //img/@alt", "A ferry at the quay", "/small.png"},
        {"strip: //img/@alt", "A ferry at the quay", "/small.png"},
        {"strip: //a/@href | //img", "<img", "All"},
        {"strip: //a/@href", "/all", "All"},
        {"strip_attr: //*/@*", "/small.png", "swing bridge"},
        {"strip_attr: //img | //p", NULL, "/small.png"}, /* elements are none */
        {"dissolve: //img/@alt", NULL, "alt=\"A ferry at the quay\""},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(16 * MiB);
        struct extraction *extraction = extract_by(arena, cases[i].rule, page);
        bool has_gone = cases[i].gone && span_has(extraction->html, cases[i].gone);
        if (has_gone || !span_has(extraction->html, cases[i].kept))
            fail_msg("\"%s\" gives %.*s", cases[i].rule, SPAN_ARG(extraction->html));
    }
}

static void what_other_readers_of_rules_know_is_known(void **state)
{
    (void)state;
    static const char *const names[] = {"title",
                                        "body",
                                        "date",
                                        "author",
                                        "strip",
                                        "strip_attr",
                                        "strip_comments",
                                        "strip_id_or_class",
                                        "strip_image_src",
                                        "tidy",
                                        "prune",
                                        "autodetect_on_failure",
                                        "insert_detected_image",
                                        "single_page_link",
                                        "single_page_link_in_feed",
                                        "next_page_link",
                                        "autodetect_next_page",
                                        "if_page_contains",
                                        "replace_string",
                                        "find_string",
                                        "replace_string(a)",
                                        "login_extra_fields",
                                        "login_password_field",
                                        "login_uri",
                                        "login_username_field",
                                        "not_logged_in_xpath",
                                        "requires_login",
                                        "http_header(Cookie)",
                                        "test_contains",
                                        "test_url",
                                        "test_urls",
                                        "test_content",
                                        "convert_double_br_tags",
                                        "native_ad_clue",
                                        "parser",
                                        "skip_json_ld",
                                        "skip_id_or_class",
                                        "src_lazy_load_attr",
                                        "footnotes",
                                        "move_into(//p)",
                                        "wrap_in(p)",
                                        "dissolve",
                                        "post_strip_attr"};
    OWN(arena) arena = arena_new(1 * MiB);
    LOCAL(buf) warnings = {.max = 64 * KiB};
    LOCAL(buf) text = {.max = 64 * KiB};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        buf_printf(&text, "%s: x\n", names[i]);
    rule_parse(arena, S("a.example"), buf_span(&text), &warnings);
    assert_span_equal(buf_span(&warnings), "");
}

static void strings_without_their_pair_are_told(void **state)
{
    (void)state;
    OWN(arena) arena = arena_new(1 * MiB);
    LOCAL(buf) warnings = {.max = 64 * KiB};

    rule_parse(arena, S("a.example"), S("find_string: a\nfind_string: b\nreplace_string: c"), &warnings);
    rule_parse(arena, S("b.example"), S("find_string: a\nreplace_string:\nreplace_string(b): c"), &warnings);
    assert_span_equal(buf_span(&warnings),
                      "rule a.example: 2 find_string, but 1 replace_string: none is followed\n");
}

/* Each doubles the page: what would be more than a page may be is not done at all. */
static void replacements_that_grow_without_end_are_not_made(void **state)
{
    (void)state;
    OWN(arena) arena = arena_new(64 * MiB);
    LOCAL(buf) text = {.max = 32 * MiB};
    const struct rule *rule;

    buf_add_text(&text, "replace_string(a): ");
    for (int i = 0; i < 1 << 16; i++)
        buf_add_text(&text, "b of sixteen: b ");
    buf_add_text(&text, "aa\n");
    for (int i = 0; i < 500; i++)
        buf_add_text(&text, "replace_string(a): aa\n");
    rule = rule_parse(arena, S("a.example"), buf_span(&text), NULL);
    assert_true(rule_edit_source(arena, rule, S("-")).len == 1);
    for (size_t i = 1; i < 8; i++)
        rule->lines[i].value = rule->lines[0].value;
    assert_span_equal(rule_edit_source(arena, rule, S("a b")), "a b");
}

static void a_rule_knows_title_author_date_and_links(void **state)
{
    (void)state;
    OWN(arena) arena = arena_new(16 * MiB);
    struct extraction *extraction = apply(
        arena,
        "title: //h2\nauthor: //span[@class='by']\ndate: //time/@datetime\nnext_page_link: //a[@rel='next']\n"
        "single_page_link: //a[@class='all']/@href\nbody: //p",
        S("<h1>Site</h1><h2>Bridge closed</h2><span class=by>By Ann Lee and Bob Ray</span>"
          "<time datetime='2026-11-03T07:15:00+01:00'>x</time><p>The text of the story, all of it.</p>"
          "<a rel=next href='?page=2'>2</a><a class=all href='/all'>all</a>"));

    assert_span_equal(extraction->title, "Bridge closed");
    assert_int_equal(extraction->author_count, 2);
    assert_span_equal(extraction->authors[1].name, "Bob Ray");
    assert_int_equal(extraction->published_at, 1793686500 * SECOND);
    assert_int_equal(extraction->published_zone, 60);
    assert_span_equal(extraction->next_url, "https://gazette.example/2026/11/mill.html?page=2");
    assert_span_equal(extraction->single_page_url, "https://gazette.example/all");
}

/* The rules that Courant brings, on a page made as one of their publishers makes them */
static void the_rule_for_a_newsroom_system_takes_the_same_as_scoring(void **state)
{
    (void)state;
    OWN(arena) arena = arena_new(64 * MiB);
    const struct rule *rule;
    struct page *page = NULL;
    struct extraction *extraction = ARENA_NEW(arena, struct extraction);
    struct page_bytes bytes = {.bytes = room_file(arena, "pangea.html"),
                               .url = S("https://www.voachinese.com/a/1.html")};

    rule = rules_find(arena, room_own_rules(arena), S("www.voachinese.com"));
    assert_non_null(rule);
    assert_ok(page_read(arena, &bytes, &page));
    assert_ok(rule_apply(arena, rule, page, extraction));
    assert_non_null(extraction->content);
    assert_int_equal(html_pictures(arena, extraction->content, &(struct picture_mention *){NULL}), 2);
    assert_span_equal(node_text(arena, node_find(extraction->content, TAG_figcaption)),
                      "渡轮在晨雾中离开北码头。(2024年11月7日)");
    assert_false(span_has(node_text(arena, extraction->content), "参看"));
}

static void a_host_finds_its_file_and_those_of_the_hosts_above(void **state)
{
    (void)state;
    OWN(arena) arena = arena_new(1 * MiB);
    const char *folder = getenv("COURANT_CASES");
    struct rules *rules = NULL;
    span *headers;

    if (!folder)
        skip();
    folder = arena_printf(arena, "%s/article/rules", folder).at;
    assert_ok(rules_read(arena, &folder, 1, &rules, NULL));
    assert_span_equal(rules_find(arena, rules, S("www.gazette.example"))->name, "gazette.example");
    assert_span_equal(rules_find(arena, rules, S("gazette.example"))->name, "gazette.example");
    assert_span_equal(rules_find(arena, rules, S("sport.gazette.example"))->name, ".gazette.example");
    assert_null(rules_find(arena, rules, S("other.example")));
    assert_int_equal(rules_headers(arena, rules, S("https://gazette.example/a"), &headers), 1);
    assert_span_equal(headers[0], "referer: https://gazette.example/");
    folder = "/nonexistent/rules";
    assert_fails(rules_read(arena, &folder, 1, &rules, NULL), ERROR_IO);
}

/* A rule that finds nothing is set aside, and the page is scored. */
static void global_lines_are_put_behind_those_of_each_file(void **state)
{
    (void)state;
    OWN(arena) arena = arena_new(16 * MiB);
    const char *folder = getenv("COURANT_CASES");
    struct rules *rules = NULL;
    span warnings = {0};
    static const char html[] =
        "<title>Bridge closed - Gazette</title><meta property=og:title content='The bridge is "
        "closed'><h1>Bridge</h1><div id=story>" ROOM_PARAGRAPH_1
        "<div class=big-promo>Buy it</div>" ROOM_PARAGRAPH_2 "<amp-img src=/b.jpg "
        "width=600 height=400></amp-img></div>";

    if (!folder)
        skip();
    folder = arena_printf(arena, "%s/article/rules_global", folder).at;
    assert_ok(rules_read(arena, &folder, 1, &rules, &warnings));
    assert_int_equal(warnings.len, 0);
    for (int i = 0; i < 3; i++) { /* its own file, one that wants no global lines, none at all */
        static const char *const urls[] = {"https://gazette.example/1", "https://sport.gazette.example/1",
                                           "https://other.example/1"};
        struct page_bytes bytes = {.bytes = span_of(html), .url = span_of(urls[i])};
        struct extraction *e = NULL;
        assert_ok(article_from(arena, &bytes, &(struct extract_options){.rules = rules}, &e));
        assert_int_equal(e->rule.len > 0, i < 2);
        assert_int_equal(e->image_count, i == 0);
        if (i == 0)
            assert_span_equal(e->title, "The bridge is closed");
        if (i < 2)
            assert_int_equal(span_has(e->text, "Buy it"), i == 1);
    }
    assert_null(rules_find(arena, rules, S("other.example")));
}

static void a_dead_rule_is_set_aside_for_scoring(void **state)
{
    (void)state;
    OWN(arena) arena = arena_new(16 * MiB);
    const char *folder = getenv("COURANT_CASES");
    struct page_bytes bytes = {.url = S("https://sport.gazette.example/a")};
    struct rules *rules = NULL;
    struct extraction *extraction;
    struct page *page;

    if (!folder)
        skip();
    folder = arena_printf(arena, "%s/article/rules", folder).at;
    bytes.bytes = room_page(arena, ROOM_PARAGRAPH_1 ROOM_PARAGRAPH_2 ROOM_PARAGRAPH_3);
    assert_ok(rules_read(arena, &folder, 1, &rules, NULL));
    assert_ok(page_read(arena, &bytes, &page));
    assert_ok(article_extract(arena, page, &(struct extract_options){.rules = rules}, &extraction));
    assert_int_equal(extraction->kind, PAGE_ARTICLE);
    assert_null(extraction->rule.at);
    assert_true(span_has(extraction->text, "swing bridge"));
}

static void rules_that_would_cost_time_find_nothing_soon(void **state)
{
    (void)state;
    static const char *const hostile[] = {"body: //*//*//*//*//*//*//*//*//*//*//*//*//*//*//*//*",
                                          "body: //*[//*[//*[//*[//*[//*[//*[//*]]]]]]]",
                                          "body: //*[preceding::*[following::*[preceding::*]]]",
                                          "body: document('file:///etc/passwd')",
                                          "body: unparsed-text('x')",
                                          "body: \"unclosed"};
    LOCAL(buf) page = {.max = 4 * MiB};

    for (int i = 0; i < 2000; i++)
        buf_add_text(&page, "<div><p><b>x</b></p></div>");
    for (size_t i = 0; i < ARRAY_SIZE(hostile); i++) {
        OWN(arena) arena = arena_new(256 * MiB);
        apply(arena, hostile[i], buf_span(&page));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_that_are_no_directive_are_told),
        cmocka_unit_test(each_directive_does_what_it_says),
        cmocka_unit_test(what_is_found_in_the_source_is_replaced_once),
        cmocka_unit_test(a_rule_fits_pages_of_any_charset),
        cmocka_unit_test(attributes_are_stripped),
        cmocka_unit_test(what_other_readers_of_rules_know_is_known),
        cmocka_unit_test(strings_without_their_pair_are_told),
        cmocka_unit_test(replacements_that_grow_without_end_are_not_made),
        cmocka_unit_test(a_rule_knows_title_author_date_and_links),
        cmocka_unit_test(the_rule_for_a_newsroom_system_takes_the_same_as_scoring),
        cmocka_unit_test(a_host_finds_its_file_and_those_of_the_hosts_above),
        cmocka_unit_test(global_lines_are_put_behind_those_of_each_file),
        cmocka_unit_test(a_dead_rule_is_set_aside_for_scoring),
        cmocka_unit_test(rules_that_would_cost_time_find_nothing_soon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
