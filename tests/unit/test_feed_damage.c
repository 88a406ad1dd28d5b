/* SPDX-License-Identifier: MIT
 * test_feed_damage.c - feeds that break the rules, bytes in other encodings, and what is no feed
 */
#include "bytes/compress.h"
#include "tests/unit/feed_room.h"

#define TIDE RSS("<title>Reeds</title><item><title>Tide</title><link>https://reed.example/1</link></item>")

static void damaged_xml_is_read_and_said_to_be_damaged(void **state)
{
    static const struct {
        const char *text, *title;
    } cases[] = {
        {RSS("<item><title>Fish & chips</title></item>"), "Fish & chips"},
        {RSS("<item><title>2 < 3</title></item>"), "2 < 3"},
        {RSS("<item><title>Tide&hellip;</title></item>"), "Tide…"},
        {"<rss version=2.0><channel><item><title>Tide</title></item></channel></rss>", "Tide"},
        {"\n\n<?xml version='1.0'?>" TIDE, "Tide"},
        {"<br/>\n<b>Warning</b>: line 3\n<?xml version='1.0'?>" TIDE, "Tide"},
        {RSS("<item><title>Tide</title></b></item>"), "Tide"},
        {RSS("<item><title>Ti\001de</title></item>"), "Tide"},
        {TIDE "trailing words", "Tide"},
        {RSS("<item><dc:title>Tide</dc:title></item>"), "Tide"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct room room = read_text(cases[i].text);
        assert_span_equal(only(&room)->title, cases[i].title);
        assert_false(room.about->is_well_formed);
        assert_true(room.about->warning_count > 0);
        leave(&room);
    }
}

static void element_whose_end_tag_was_forgotten_ends_where_the_next_begins(void **state)
{
    static const char *const cases[] = {
        RSS("<item><title>Tide<link>https://reed.example/1</link></item><item><title>Ebb</title></item>"),
        RSS("<item><title>Tide</title><link>https://reed.example/1<guid>1</guid></item>"
            "<item><title>Ebb</title></item>"),
        RSS("<item><link>https://reed.example/1</link><title>Tide<item><title>Ebb</title></item>"),
        RSS("<item><link>https://reed.example/1</link><title>Tide</title><item><title>Ebb</title></item>"),
        RSS("<item><title>Tide</title><description>a <b>b</b><guid>1</guid>"
            "<link>https://reed.example/1</link></item><item><title>Ebb</title></item>"),
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct room room = read_text(cases[i]);
        assert_int_equal(room.count, 2);
        assert_span_equal(room.items[0]->title, "Tide");
        assert_span_equal(room.items[0]->link, "https://reed.example/1");
        assert_span_equal(room.items[1]->title, "Ebb");
        assert_false(room.about->is_well_formed);
        leave(&room);
    }
}

static void element_that_is_ended_holds_what_it_holds(void **state)
{
    struct room room = read_text(RSS("<item><title>Tide <link>and</link> ebb</title><guid>1</guid></item>"));

    (void)state;
    assert_span_equal(only(&room)->id, "1");
    assert_span_equal(only(&room)->link, "");
    assert_true(room.about->is_well_formed);
    leave(&room);
}

static void what_follows_an_open_br_is_kept(void **state)
{
    struct room room = read_text(RSS("<item><description>high<br>low<br/>ebb</description></item>"));

    (void)state;
    assert_span_equal(only(&room)->content_html, "high<br>low<br>ebb");
    leave(&room);
}

static void sound_xml_is_said_to_be_sound(void **state)
{
    static const char *const cases[] = {
        TIDE,
        "<?xml version='1.0' encoding='utf-8' standalone='yes'?><?xml-stylesheet href='x'?><!-- c -->" TIDE
        "<!-- end -->",
        "<!-- a comment first -->\n" TIDE,
        "<!DOCTYPE rss [<!ENTITY t 'Tide'>]>" RSS(
            "<item><title>&t;</title><link>https://reed.example/1</link></item>"),
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct room room = read_text(cases[i]);
        assert_span_equal(only(&room)->title, "Tide");
        assert_true(room.about->is_well_formed);
        assert_int_equal(room.about->warning_count, 0);
        leave(&room);
    }
}

static void warnings_name_the_line_of_the_document(void **state)
{
    struct room room = read_text(
        "words\nof a server\n<?xml version='1.0'?>\n<rss><channel>\n<title>a & b</title></channel></rss>");
    bool found = false;

    (void)state;
    for (size_t i = 0; i < room.about->warning_count; i++)
        found |= room.about->warnings[i].line == 5;
    assert_true(found);
    leave(&room);
}

static void what_was_whole_when_the_document_was_cut_is_kept(void **state)
{
    struct room room = read_text("<rss><channel><item><title>One</title></item><item><title>Two</"
                                 "title><link>https://reed.example/2</link>"
                                 "<description>Half a sen");

    (void)state;
    assert_int_equal(room.count, 2);
    assert_false(room.items[0]->is_cut);
    assert_true(room.items[1]->is_cut);
    assert_span_equal(room.items[1]->title, "Two");
    assert_span_equal(room.items[1]->content_html, "");
    assert_true(warned(&room, "cut"));
    leave(&room);
}

static void an_item_of_which_nothing_was_whole_is_none(void **state)
{
    struct room room = read_text("<rss><channel><item><title>One</title></item><item><title>Tw");

    (void)state;
    assert_span_equal(only(&room)->title, "One");
    leave(&room);
}

/* ---- limits */

static void nesting_without_end_ends(void **state)
{
    LOCAL(buf) text = {.max = 4 * MiB};

    (void)state;
    buf_add_text(&text, "<rss><channel><item><title>Tide</title>");
    for (int i = 0; i < 100000; i++)
        buf_add_text(&text, "<x><y>");
    struct room room = read_span(buf_span(&text), HERE, NULL);
    assert_span_equal(only(&room)->title, "Tide");
    assert_true(warned(&room, "too-deep"));
    leave(&room);
}

static void reader_goes_on_after_an_item_that_is_too_large(void **state)
{
    OWN(arena) arena = arena_new(64 * KiB);
    OPEN(feed) feed = NULL;
    LOCAL(buf) text = {.max = 4 * MiB};
    struct feed_item *item = NULL;

    (void)state;
    buf_add_text(&text, "<rss><channel><item><title>");
    for (int i = 0; i < 100000; i++)
        buf_add_text(&text, "tide ");
    buf_add_text(&text, "</title></item><item><title>Small</title></item></channel></rss>");
    assert_ok(feed_open(buf_span(&text), (span){0}, NULL, &feed));
    assert_fails(feed_next(feed, arena, &item), ERROR_LIMIT);
    arena_reset(arena);
    assert_ok(feed_next(feed, arena, &item));
    assert_span_equal(item->title, "Small");
    arena_reset(arena);
    assert_ok(feed_next(feed, arena, &item));
    assert_null(item);
}

static void nothing_from_outside_is_read(void **state)
{
    struct room room = read_text(
        "<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" RSS("<item><title>A&x;B</title></item>"));

    (void)state;
    assert_false(span_has(only(&room)->title, "root:"));
    leave(&room);
}

/* ---- encodings */

static void encoding_is_found_and_named(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *content_type, *encoding, *title;
    } cases[] = {
#define BYTES(text) text, sizeof(text) - 1
#define GBK_TITLE   "<rss><channel><title>\xb3\xb1\xcb\xae</title></channel></rss>"
        {BYTES("<?xml version='1.0' encoding='gb2312'?>" GBK_TITLE), "", "gbk", "潮水"},
        {BYTES(GBK_TITLE), "text/xml; charset=GBK", "gbk", "潮水"},
        {BYTES("<?xml version='1.0' encoding='gb2312'?>" GBK_TITLE), "text/xml; charset=utf-8", "gbk",
         "潮水"},
        {BYTES("<?xml version='1.0' "
               "encoding='iso-8859-1'?><rss><channel><title>\x93Tide\x94</title></channel></rss>"),
         "", "windows-1252", "“Tide”"},
        {BYTES(
             "<?xml version='1.0' encoding='iso-8859-1'?><rss><channel><title>潮水</title></channel></rss>"),
         "", "utf-8", "潮水"},
        {BYTES("\xff\xfe<\0r\0s\0s\0>\0<\0c\0h\0a\0n\0n\0e\0l\0>\0<\0t\0i\0t\0l\0e\0>\0\x6e\x6f<\0/"
               "\0t\0i\0t\0l\0e\0>\0"
               "<\0/\0c\0h\0a\0n\0n\0e\0l\0>\0<\0/\0r\0s\0s\0>\0"),
         "", "utf-16le", "潮"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct feed_headers headers = {.content_type = span_of(cases[i].content_type)};
        struct room room = read_span((span){cases[i].bytes, cases[i].len}, HERE, &headers);
        assert_span_equal(room.about->encoding, cases[i].encoding);
        assert_span_equal(room.about->title, cases[i].title);
        leave(&room);
    }
}

static void gzip_is_undone(void **state)
{
    LOCAL(buf) packed = {.max = 64 * KiB};

    (void)state;
    assert_ok(compress_gzip(S(TIDE), &packed));
    struct room room = read_span(buf_span(&packed), HERE, NULL);
    assert_span_equal(only(&room)->title, "Tide");
    leave(&room);
}

/* ---- no feeds */

static void what_is_no_feed_is_refused(void **state)
{
    static const char *const cases[] = {"", " \n ", "Not found", "<note><to>you</to></note>", "\x89PNG\r\n"};
    struct feed *feed;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_fails(feed_open(span_of(cases[i]), (span){0}, NULL, &feed), ERROR_FORMAT);
}

static void page_is_refused_with_the_feeds_it_links_to(void **state)
{
    struct feed *feed;
    OWN(error) error = feed_open(
        S("<!DOCTYPE html><html><head><link rel=alternate type='application/json' href=/search.json>"
          "<link rel=alternate type='application/rss+xml' title='Comments' href=/comments/feed>"
          "<link rel=alternate type='application/atom+xml' "
          "href=feed.atom></head><body>&lt;rss&gt;</body></html>"),
        S(HERE), NULL, &feed);

    (void)state;
    assert_non_null(error);
    assert_int_equal(error->kind, ERROR_FORMAT);
    assert_non_null(
        strstr(error->message, "https://reed.example/news/feed.atom, https://reed.example/comments/feed"));
    assert_null(strstr(error->message, "search.json"));
}

/* ---- headers */

static void headers_fill_in_what_the_feed_does_not_say(void **state)
{
    const span links[] = {S("<https://hub.example/>; rel=\"hub\""), S("</self>; rel=self")};
    struct feed_headers headers = {.content_language = S("de, en"), .links = links, .link_count = 2};
    struct room room = read_span(S(TIDE), HERE, &headers);

    (void)state;
    assert_span_equal(room.about->language, "de");
    assert_span_equal(room.about->hubs[0].url, "https://hub.example/");
    assert_span_equal(room.about->feed_url, "https://reed.example/self");
    assert_int_equal(room.about->link_count, 0);
    leave(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_xml_is_read_and_said_to_be_damaged),
        cmocka_unit_test(element_whose_end_tag_was_forgotten_ends_where_the_next_begins),
        cmocka_unit_test(element_that_is_ended_holds_what_it_holds),
        cmocka_unit_test(what_follows_an_open_br_is_kept),
        cmocka_unit_test(sound_xml_is_said_to_be_sound),
        cmocka_unit_test(warnings_name_the_line_of_the_document),
        cmocka_unit_test(what_was_whole_when_the_document_was_cut_is_kept),
        cmocka_unit_test(an_item_of_which_nothing_was_whole_is_none),
        cmocka_unit_test(nesting_without_end_ends),
        cmocka_unit_test(reader_goes_on_after_an_item_that_is_too_large),
        cmocka_unit_test(nothing_from_outside_is_read),
        cmocka_unit_test(encoding_is_found_and_named),
        cmocka_unit_test(gzip_is_undone),
        cmocka_unit_test(what_is_no_feed_is_refused),
        cmocka_unit_test(page_is_refused_with_the_feeds_it_links_to),
        cmocka_unit_test(headers_fill_in_what_the_feed_does_not_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
