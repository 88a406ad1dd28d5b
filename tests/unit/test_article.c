/* SPDX-License-Identifier: MIT
 * test_article.c - from pages to articles, as a reader of the output sees it
 */
#include "tests/unit/article_room.h"
#include "text/json.h"

/* --- whole pages --- */

static void pages_become_the_markdown_beside_them(void **state)
{
    (void)state;
    static const char *const names[] = {"pangea", "furniture", "ruby"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        OWN(arena) arena = arena_new(64 * MiB);
        span html = room_file(arena, arena_printf(arena, "%s.html", names[i]).at);
        span wanted = room_file(arena, arena_printf(arena, "%s.md", names[i]).at);
        struct extraction *extraction = room_extract(arena, html, room_url);
        if (!span_equal(span_trim(extraction->markdown), span_trim(wanted)))
            print_error("%s:\n%.*s\n", names[i], SPAN_ARG(extraction->markdown));
        assert_true(span_equal(span_trim(extraction->markdown), span_trim(wanted)));
    }
}

/* The page of a newsroom system as lineage.md describes it: both pictures, with what is said of them */
static void pictures_of_an_article_come_with_their_captions(void **state)
{
    (void)state;
    OWN(arena) arena = arena_new(64 * MiB);
    struct extraction *extraction = room_extract(arena, room_file(arena, "pangea.html"), room_url);

    assert_int_equal(extraction->image_count, 2);
    assert_span_equal(extraction->images[0].caption, "渡轮在晨雾中离开北码头。(2024年11月7日)");
    assert_span_equal(extraction->images[1].caption, "工人在船坞更换轴承。(2024年11月6日)");
    assert_span_equal(extraction->title, "渡轮停航三天后复航");
    assert_true(extraction->confidence > 0.8f);
}

static void what_was_extracted_extracts_to_itself(void **state)
{
    (void)state;
    static const char *const names[] = {"pangea.html", "furniture.html", "ruby.html"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        OWN(arena) arena = arena_new(64 * MiB);
        struct extraction *once = room_extract(arena, room_file(arena, names[i]), room_url);
        struct extraction *twice = room_extract(arena, once->html, room_url);
        assert_span_equal(twice->html, arena_string(arena, once->html));
        assert_span_equal(twice->markdown, arena_string(arena, once->markdown));
        assert_span_equal(twice->text, arena_string(arena, once->text));
        assert_int_equal(twice->image_count, once->image_count);
    }
}

/* --- what belongs --- */

static void things_between_paragraphs_stay_or_go_by_what_they_are(void **state)
{
    (void)state;
    static const struct {
        const char *between, *wanted, *unwanted; /* in the HTML */
    } cases[] = {
        {"<h2>What now</h2>", "<h2>What now</h2>", NULL},
        {"<ul><li>First the north side.</li><li>Then the south side.</li></ul>",
         "<ul><li>First the north side.</li><li>Then the south side.</li></ul>", NULL},
        {"<pre><code class=\"language-c\">int gauge;\n  gauge = 3;</code></pre>",
         "<pre><code class=\"language-c\">int gauge;\n  gauge = 3;</code></pre>", NULL},
        {"<table><tr><th>Year</th><th>Oil</th></tr><tr><td>2024</td><td>11.2</td></tr></table>",
         "<td>2024</td><td>11.2</td>", NULL},
        {"<table><tr><td><pre>1\n2</pre></td><td><pre>one\ntwo</pre></td></tr></table>",
         "<pre>one\ntwo</pre>", "<table>"},
        {"<div class=\"wrap\"><div><img src=\"/a.jpg\" width=\"600\" height=\"400\"></div></div>",
         "<figure><img src=\"https://gazette.example/a.jpg\" width=\"600\" height=\"400\"></figure>", "<div"},
        {"<figure><img src=\"/a.jpg\"><figcaption>The bridge</figcaption></figure>",
         "<figcaption>The bridge</figcaption>", NULL},
        {"<div class=\"wp-caption\"><img src=\"/a.jpg\"><p class=\"wp-caption-text\">The bridge</p></div>",
         "<figcaption>The bridge</figcaption>", NULL},
        {"<p><img src=\"/pixel.gif\" width=\"1\" height=\"1\"></p>", "", "pixel"},
        {"<iframe src=\"https://video.example/embed/1\" title=\"A film\"></iframe>",
         "<a href=\"https://video.example/embed/1\">A film</a>", "iframe"},
        {"<div class=\"related\"><a href=\"/b\"><img src=\"/b.jpg\">Quay to be closed for nine "
         "weeks</a></div>",
         "", "b.jpg"},
        {"<script>alert(1)</script><style>p{}</style>", "", "alert"},
        {"<div class=\"story\"><p>Rain fell.</p></div>", "<p>Rain fell.</p>", NULL},
        {"<div class=\"story\"><p>Rain fell.</p></div>" ROOM_PARAGRAPH_1,
         "causeway.</p><p>Rain fell.</p><p>The harbour", NULL},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(16 * MiB);
        span content = arena_printf(arena, "%s%s%s%s", ROOM_PARAGRAPH_1, cases[i].between, ROOM_PARAGRAPH_2,
                                    ROOM_PARAGRAPH_3);
        struct extraction *extraction = room_extract(arena, room_page(arena, content.at), room_url);
        bool has_wanted = span_has(extraction->html, cases[i].wanted);
        bool has_unwanted = cases[i].unwanted && span_has(extraction->html, cases[i].unwanted);
        if (!has_wanted || has_unwanted)
            print_error("%s\nbecame\n%.*s\n", cases[i].between, SPAN_ARG(extraction->html));
        assert_true(has_wanted);
        assert_false(has_unwanted);
        assert_span_equal(room_extract(arena, extraction->html, room_url)->html,
                          arena_string(arena, extraction->html));
    }
}

static void whatever_the_boxes_the_shapes_are_few(void **state)
{
    (void)state;
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"<h3><div>What</div><div>now</div></h3>", "<h3>What now</h3>"},
        {"<h3><ol><li>What now</li></ol></h3>", "<h3>What now</h3>"},
        {"<h3>What now<figure><img src=\"/a.jpg\"></figure></h3>",
         "<h3>What now</h3><figure><img src=\"https://gazette.example/a.jpg\"></figure>"},
        {"<h3>What now<figure> </figure></h3>", "<h3>What now</h3>"},
        {"<figure><div><a href=\"/a\"><figure><img "
         "src=\"/a.jpg\"></figure><figure></figure></a></div></figure>",
         "<a href=\"https://gazette.example/a\"><figure><img "
         "src=\"https://gazette.example/a.jpg\"></figure></a>"},
        {"<noscript><img src=\"/a.jpg\" srcset=\"/a.jpg 100w, /b.jpg 900w\"></noscript>",
         "<figure><img src=\"https://gazette.example/b.jpg\"></figure>"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(16 * MiB);
        span text = arena_printf(arena, ROOM_PARAGRAPH_1 "%s" ROOM_PARAGRAPH_2, cases[i].text);
        span wanted = arena_printf(arena, ROOM_PARAGRAPH_1 "%s" ROOM_PARAGRAPH_2, cases[i].wanted);
        struct extraction *once = room_extract(arena, text, room_url);
        assert_span_equal(once->html, wanted.at);
        assert_span_equal(room_extract(arena, once->html, room_url)->html, wanted.at);
    }
}

static void links_to_players_make_no_list_of_links(void **state)
{
    (void)state;
    static const char player[] = "<figure><p><a href=\"https://video.example/a-very-long-address-of-a-film\">"
                                 "https://video.example/a-very-long-address-of-a-film</a></p></figure>"
                                 "<p>It is closed.</p>";
    static const char list[] = "<p><a href=\"/1\">One of two</a> <a href=\"/2\">Two of two</a></p>";
    OWN(arena) arena = arena_new(16 * MiB);

    assert_span_equal(room_extract(arena, span_of(player), room_url)->html, player);
    assert_int_not_equal(room_extract(arena, span_of(list), room_url)->kind, PAGE_ARTICLE);
}

static void captions_and_players_are_no_text(void **state)
{
    (void)state;
    OWN(arena) arena = arena_new(16 * MiB);
    struct extraction *extraction = room_extract(
        arena,
        room_page(
            arena, ROOM_PARAGRAPH_1
            "<figure><img src=\"/a.jpg\"><figcaption>The bridge</figcaption>"
            "</figure><iframe src=\"https://video.example/1\"></iframe>" ROOM_PARAGRAPH_2 ROOM_PARAGRAPH_3),
        room_url);

    assert_true(span_has(extraction->markdown, "The bridge"));
    assert_true(span_has(extraction->markdown, "https://video.example/1"));
    assert_false(span_has(extraction->text, "The bridge"));
    assert_false(span_has(extraction->text, "video.example"));
}

static void paragraphs_set_as_headings_are_paragraphs(void **state)
{
    (void)state;
    OWN(arena) arena = arena_new(16 * MiB);
    struct extraction *extraction = room_extract(
        arena,
        room_page(
            arena, ROOM_PARAGRAPH_1 ROOM_PARAGRAPH_2
            "<h2>The causeway itself was last mended in the spring, when the board found that its "
            "stones, laid a century ago, had been moved by the tide. Ann Lee, who keeps the gauge, says that "
            "she "
            "had warned of it for years.</h2>"
            "<h2>Lorries may use it by day, and buses at any time, until the bridge opens again, which the "
            "board hopes will be before the winter's first storm.</h2><h2>More of the port</h2>"),
        room_url);

    assert_true(span_has(extraction->text, "laid a century ago"));
    assert_true(span_has(extraction->text, "before the winter's first storm"));
    assert_false(span_has(extraction->text, "More of the port"));
}

/* Search engines ask publishers to mark so what is for subscribers */
static void a_text_for_subscribers_is_a_text(void **state)
{
    (void)state;
    OWN(arena) arena = arena_new(16 * MiB);
    struct extraction *extraction =
        room_extract(arena,
                     room_page(arena, ROOM_PARAGRAPH_1
                               "<div class=\"paywall\">" ROOM_PARAGRAPH_2 ROOM_PARAGRAPH_3 "</div>"
                               "<div class=\"newsletter\"><h3>Never miss a story</h3><p>Subscribe to our "
                               "evening letter.</p></div>"),
                     room_url);

    assert_true(span_has(extraction->text, "ground sand into the housing"));
    assert_true(span_has(extraction->text, "a small ferry will carry"));
    assert_false(span_has(extraction->text, "Never miss"));
}

static void lines_with_breaks_between_become_paragraphs(void **state)
{
    (void)state;
    OWN(arena) arena = arena_new(16 * MiB);
    struct extraction *extraction = room_extract(
        arena, S("<body><p>One line.<br><br>Another.<br>\xe3\x80\x80\xe7\xac\xac\xe4\xb8\x89.</p></body>"),
        room_url);

    assert_span_equal(extraction->html, "<p>One line.</p><p>Another.</p><p>\xe7\xac\xac\xe4\xb8\x89.</p>");
}

/* --- what is no article --- */

static void pages_that_are_no_article_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        enum page_kind kind;
        const char *html;
    } cases[] = {
        {PAGE_EMPTY, ""},
        {PAGE_EMPTY, "<body><script>x()</script></body>"},
        {PAGE_BOT_WALL,
         "<title>Just a moment...</title><body class=\"no-js\"><div class=\"main\"><h1>gazette.example"
         "</h1><p>Checking your browser before accessing the site.</p></div></body>"},
        {PAGE_BOT_WALL,
         "<title>Access denied</title><body class=\"a\"><h1>Access denied</h1><p>You do not have "
         "permission to view this page on this server.</p></body>"},
        {PAGE_SOFT_404,
         "<title>Page not found - The Gazette</title><body class=\"error\"><h1>Page not found</h1>"
         "<p>The page that you were looking for has moved, or was never here.</p></body>"},
        {PAGE_SOFT_404, "<title>页面不存在</title><body "
                        "class=\"e\"><div><p>您访问的页面不存在，请返回首页。</p></div></body>"},
        {PAGE_LOGIN,
         "<title>Log in</title><body class=\"login\"><h1>Log in</h1><form><input type=\"text\"><input "
         "type=\"password\"><button>Go on</button></form><p>Enter your name and password.</p></body>"},
        {PAGE_COOKIE_WALL,
         "<title>The Gazette</title><body class=\"x\"><div class=\"consent\"><h2>We value your "
         "privacy</h2><p>We and our partners keep data on your device. Accept all cookies to go "
         "on reading.</p></div></body>"},
        {PAGE_PAYWALL_STUB,
         "<title>Bridge closed</title><body class=\"x\"><h1>Bridge closed</h1><p>The harbour board voted on "
         "Monday "
         "to close the old swing bridge for nine weeks.</p><div class=\"wall\"><p>Subscribe to continue "
         "reading.</p></div></body>"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(16 * MiB);
        struct extraction *extraction = room_extract(arena, span_of(cases[i].html), room_url);
        if (extraction->kind != cases[i].kind)
            print_error("%s: %s\n", cases[i].html, page_kind_name(extraction->kind));
        assert_int_equal(extraction->kind, cases[i].kind);
        assert_non_null(extraction->reason);
        assert_null(extraction->content);
        assert_int_equal(extraction->text.len, 0);
        assert_true(extraction->confidence == 0);
    }
}

static void a_long_text_is_an_article_whatever_it_says(void **state)
{
    (void)state;
    OWN(arena) arena = arena_new(16 * MiB);
    struct extraction *extraction = room_extract(
        arena,
        room_page(arena, ROOM_PARAGRAPH_1
                  "<p>“Are you a robot?” it asked, and wanted him to log in; the page was "
                  "not found. Subscribe to continue reading, it said at last. He went down to the quay "
                  "instead, where the old men were, and asked them; they knew all of it, and more than was "
                  "printed.</p>" ROOM_PARAGRAPH_2 ROOM_PARAGRAPH_3),
        room_url);

    assert_int_equal(extraction->kind, PAGE_ARTICLE);
}

/* --- told as JSON --- */

static void json_of_an_article_has_the_agreed_keys_in_order(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "url",      "title", "byline",     "site_name",    "language",         "published",
        "modified", "image", "excerpt",    "content_html", "content_markdown", "content_text",
        "images",   "links", "word_count", "rule",         "confidence"};
    OWN(arena) arena = arena_new(16 * MiB);
    LOCAL(buf) out = {.max = 1 * MiB};
    struct json_writer writer = {.out = &out};
    struct json_damage damage;
    struct json *json;
    size_t i = 0;

    extraction_write_json(&writer, span_of(room_url),
                          room_extract(arena, room_file(arena, "furniture.html"), room_url));
    assert_ok(json_parse(arena, buf_span(&out), &json, &damage));
    for (const struct json *member = json->first; member && i < ARRAY_SIZE(keys); member = member->next)
        assert_span_equal(member->key, keys[i++]);
    assert_int_equal(i, ARRAY_SIZE(keys));
    assert_span_equal(json_text(json_member(json, "title")), "Old mill to burn wood instead of oil");
    assert_span_equal(json_text(json_member(json, "byline")), "Ada Brook");
    assert_span_equal(json_text(json_member(json, "published")), "2026-11-03T07:15:00+01:00");
}

static void json_of_no_article_has_null_for_its_content(void **state)
{
    (void)state;
    OWN(arena) arena = arena_new(16 * MiB);
    LOCAL(buf) out = {.max = 1 * MiB};
    struct json_writer writer = {.out = &out};

    extraction_write_json(&writer, span_of(room_url), room_extract(arena, S("<body></body>"), room_url));
    assert_true(
        span_has(buf_span(&out), "\"content_html\":null,\"content_markdown\":null,\"content_text\":null"));
    assert_true(span_has(buf_span(&out), "\"kind\":\"empty\""));
}

static void a_trace_tells_of_each_block_why(void **state)
{
    (void)state;
    OWN(arena) arena = arena_new(16 * MiB);
    LOCAL(buf) trace = {.max = 1 * MiB};
    struct page_bytes bytes = {.bytes = room_file(arena, "furniture.html"), .url = span_of(room_url)};
    struct extraction *extraction;
    struct page *page;

    assert_ok(page_read(arena, &bytes, &page));
    assert_ok(article_extract(arena, page, &(struct extract_options){.explain = &trace}, &extraction));
    assert_true(span_has(buf_span(&trace), "what readers said of it") ||
                span_has(buf_span(&trace), "the table says no"));
    assert_true(span_has(buf_span(&trace), "+ 0.9"));
    assert_true(span_has(buf_span(&trace), "for: "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_become_the_markdown_beside_them),
        cmocka_unit_test(pictures_of_an_article_come_with_their_captions),
        cmocka_unit_test(what_was_extracted_extracts_to_itself),
        cmocka_unit_test(things_between_paragraphs_stay_or_go_by_what_they_are),
        cmocka_unit_test(whatever_the_boxes_the_shapes_are_few),
        cmocka_unit_test(links_to_players_make_no_list_of_links),
        cmocka_unit_test(captions_and_players_are_no_text),
        cmocka_unit_test(paragraphs_set_as_headings_are_paragraphs),
        cmocka_unit_test(a_text_for_subscribers_is_a_text),
        cmocka_unit_test(lines_with_breaks_between_become_paragraphs),
        cmocka_unit_test(pages_that_are_no_article_are_told_apart),
        cmocka_unit_test(a_long_text_is_an_article_whatever_it_says),
        cmocka_unit_test(json_of_an_article_has_the_agreed_keys_in_order),
        cmocka_unit_test(json_of_no_article_has_null_for_its_content),
        cmocka_unit_test(a_trace_tells_of_each_block_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
