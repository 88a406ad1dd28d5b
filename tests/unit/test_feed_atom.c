/* SPDX-License-Identifier: MIT */
#include "tests/unit/feed_room.h"

static void text_html_and_xhtml_mean_what_they_say(void **state)
{
    static const struct {
        const char *title, *text, *html;
    } cases[] = {
        {"<title>a &lt;b&gt;</title>", "a <b>", ""},
        {"<title type='text'>&lt;b&gt;</title>", "<b>", ""},
        {"<title type='html'>&lt;b&gt;x&lt;/b&gt; &amp;amp; y</title>", "x & y", "<b>x</b> &amp; y"},
        {"<title type='text/html'>&lt;i&gt;x&lt;/i&gt;</title>", "x", "<i>x</i>"},
        {"<title type='html'>&lt;3 terns</title>", "<3 terns", ""},
        {"<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>a <b>b</b> &amp; c</div></title>",
         "a b & c", "a <b>b</b> &amp; c"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct room room = read_format(ENTRY("%s"), cases[i].title);
        assert_span_equal(only(&room)->title, cases[i].text);
        assert_span_equal(only(&room)->title_html, cases[i].html);
        leave(&room);
    }
}

static void content_comes_in_many_forms(void **state)
{
    static const struct {
        const char *content, *html, *text;
    } cases[] = {
        {"<content type='text'>1 &lt; 2</content>", "1 &lt; 2", "1 < 2"},
        {"<content type='html'>&lt;p&gt;x&lt;/p&gt;</content>", "<p>x</p>", ""},
        {"<content type='xhtml'><h:div xmlns:h='http://www.w3.org/1999/xhtml'><h:p>x</h:p></h:div></content>",
         "<p>x</p>", ""},
        {"<content type='text/html' mode='base64'>PHA+eDwvcD4=</content>", "<p>x</p>", ""},
        {"<content type='application/octet-stream'>PHA+\neDwvcD4=</content>", "<p>x</p>", ""},
        {"<content type='image/png'>iVBORw0KGgo=</content>", "", ""},
        {"<content type='html'><div "
         "xmlns='http://www.w3.org/1999/xhtml'>&lt;i&gt;x&lt;/i&gt;</div></content>",
         "<i>x</i>", ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct room room = read_format(ENTRY("%s"), cases[i].content);
        assert_span_equal(only(&room)->content_html, cases[i].html);
        assert_span_equal(only(&room)->content_text, cases[i].text);
        leave(&room);
    }
}

static void content_elsewhere_is_an_address(void **state)
{
    struct room room = read_text(ENTRY("<content type='text/html' src='/full'/><summary>s</summary>"));

    (void)state;
    assert_span_equal(only(&room)->content_url, "https://reed.example/full");
    assert_span_equal(only(&room)->content_html, "s");
    leave(&room);
}

static void links_are_taken_by_what_they_relate_to(void **state)
{
    struct room room = read_text(
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:thr='http://purl.org/syndication/thread/1.0'>"
        "<link rel='self' href='self.xml'/><link href='/'/><link rel='hub' "
        "href='https://hub.example/'/><link rel='next' href='?p=2'/>"
        "<entry><link rel='related' href='/other'/><link href='/1.json' type='application/json'/><link "
        "href='/1.html' type='text/html'/>"
        "<link rel='http://www.iana.org/assignments/relation/enclosure' href='/1.ogg' length='7'/>"
        "<link rel='replies' href='/1/c' thr:count='3'/><link rel='license' href='/l'/></entry></feed>");
    const struct feed_item *item = only(&room);

    (void)state;
    assert_span_equal(room.about->feed_url, "https://reed.example/news/self.xml");
    assert_span_equal(room.about->home_page_url, "https://reed.example/");
    assert_span_equal(room.about->next_url, HERE "?p=2");
    assert_int_equal(room.about->hub_count, 1);
    assert_span_equal(item->link, "https://reed.example/1.html");
    assert_int_equal(item->link_count, 6);
    assert_span_equal(item->attachments[0].url, "https://reed.example/1.ogg");
    assert_int_equal(item->attachments[0].size, 7);
    assert_span_equal(item->comments_url, "https://reed.example/1/c");
    assert_int_equal(item->comments_count, 3);
    assert_span_equal(item->license_url, "https://reed.example/l");
    leave(&room);
}

static void base_within_the_markup_is_kept_to(void **state)
{
    struct room room = read_text(ENTRY(
        "<content type='xhtml' xml:base='https://a.example/x/'><div xmlns='http://www.w3.org/1999/xhtml'>"
        "<a href='1'>1</a><p xml:base='y/'><a href='2'>2</a></p></div></content>"));

    (void)state;
    assert_ok(feed_item_clean(room.arena, only(&room)));
    assert_true(span_has(only(&room)->content_html, "https://a.example/x/1"));
    assert_true(span_has(only(&room)->content_html, "https://a.example/x/y/2"));
    leave(&room);
}

static void entry_knows_where_it_was_first(void **state)
{
    struct room room = read_text(
        ENTRY("<author><name>Ida</name><uri>/ida</uri></author><source><title>Else</title><id>urn:e</id>"
              "<updated>2024-01-01T00:00:00Z</updated><link rel='self' "
              "href='https://e.example/f'/><author><name>Bo</name></author></source>"));
    const struct feed_item *item = only(&room);

    (void)state;
    assert_int_equal(item->author_count, 1);
    assert_span_equal(item->authors[0].url, "https://reed.example/ida");
    assert_non_null(item->source);
    assert_span_equal(item->source->title, "Else");
    assert_span_equal(item->source->feed_url, "https://e.example/f");
    assert_span_equal(item->source->authors[0].name, "Bo");
    assert_span_equal(item->title, "");
    leave(&room);
}

/* The feed's author is the feed's: an entry that has none is not said to be theirs */
static void authors_are_not_copied_from_the_feed(void **state)
{
    struct room room = read_text(ATOM("<author><name>Desk</name></author><entry><id>1</id></entry>"));

    (void)state;
    assert_int_equal(room.about->author_count, 1);
    assert_int_equal(only(&room)->author_count, 0);
    leave(&room);
}

static void atom_0_3_is_read_with_its_own_names(void **state)
{
    struct room room = read_text(
        "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><tagline>Slow</tagline><copyright>c</copyright>"
        "<modified>2004-01-02T00:00:00Z</modified><entry><issued>2004-01-01T00:00:00Z</issued>"
        "<modified>2004-01-03T00:00:00Z</modified></entry><entry><created>2003-01-01T00:00:00Z</created></"
        "entry></feed>");

    (void)state;
    assert_span_equal(room.about->format_version, "0.3");
    assert_span_equal(room.about->description, "Slow");
    assert_span_equal(room.about->rights, "c");
    assert_true(room.about->updated_at == INT64_C(1073001600000));
    assert_true(room.items[0]->published_at == INT64_C(1072915200000));
    assert_true(room.items[0]->modified_at == INT64_C(1073088000000));
    assert_true(room.items[1]->published_at == room.items[1]->created_at);
    leave(&room);
}

static void deleted_entries_are_told_apart(void **state)
{
    struct room room = read_text(
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:at='http://purl.org/atompub/tombstones/1.0'>"
        "<at:deleted-entry ref='urn:x:9' "
        "when='2024-03-05T06:00:00Z'/><entry><id>urn:x:10</id></entry></feed>");

    (void)state;
    assert_int_equal(room.count, 2);
    assert_true(room.items[0]->is_deleted);
    assert_span_equal(room.items[0]->id, "urn:x:9");
    assert_false(room.items[1]->is_deleted);
    leave(&room);
}

static void language_is_that_of_the_nearest(void **state)
{
    struct room room = read_text(
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en_GB'><entry xml:lang='de'><id>1</id></entry>"
        "<entry><content xml:lang='fr'>x</content></entry></feed>");

    (void)state;
    assert_span_equal(room.about->language, "en-GB");
    assert_span_equal(room.items[0]->language, "de");
    assert_span_equal(room.items[1]->language, "fr");
    leave(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_html_and_xhtml_mean_what_they_say),
        cmocka_unit_test(content_comes_in_many_forms),
        cmocka_unit_test(content_elsewhere_is_an_address),
        cmocka_unit_test(links_are_taken_by_what_they_relate_to),
        cmocka_unit_test(base_within_the_markup_is_kept_to),
        cmocka_unit_test(entry_knows_where_it_was_first),
        cmocka_unit_test(authors_are_not_copied_from_the_feed),
        cmocka_unit_test(atom_0_3_is_read_with_its_own_names),
        cmocka_unit_test(deleted_entries_are_told_apart),
        cmocka_unit_test(language_is_that_of_the_nearest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
