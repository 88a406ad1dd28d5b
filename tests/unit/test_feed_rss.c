/* SPDX-License-Identifier: MIT */
#include "tests/unit/feed_room.h"

/* ---- identity and address */

/* RSS 2.0 makes guid optional, and many feeds take it at its word */
static void item_without_guid_is_known_by_its_link(void **state)
{
    struct room room = read_text(ITEM("<link>/1</link>"));

    (void)state;
    assert_span_equal(only(&room)->id, "https://reed.example/1");
    assert_false(only(&room)->id_is_given);
    assert_int_equal(only(&room)->id_is_permalink, -1);
    leave(&room);
}

static void item_without_guid_and_link_is_known_by_what_it_says(void **state)
{
    struct room one = read_text(ITEM("<title>Tide</title><description>low</description>"));
    struct room same = read_text(ITEM("<description>low</description>\n<title>Tide</title>"));
    struct room other = read_text(ITEM("<title>Tide</title><description>high</description>"));

    (void)state;
    assert_true(span_starts(only(&one)->id, S("urn:sha-256:")));
    assert_int_equal(only(&one)->id.len, 12 + 64);
    assert_true(span_equal(only(&one)->id, only(&same)->id));
    assert_false(span_equal(only(&one)->id, only(&other)->id));
    leave(&one);
    leave(&same);
    leave(&other);
}

static void guid_is_the_address_unless_it_says_otherwise(void **state)
{
    static const struct {
        const char *guid, *link;
        int permalink;
    } cases[] = {
        {"<guid>https://reed.example/1</guid>", "https://reed.example/1", 1},
        {"<guid isPermaLink='true'>https://reed.example/1</guid>", "https://reed.example/1", 1},
        {"<guid isPermaLink='false'>https://reed.example/1</guid>", "", 0},
        {"<guid isPermaLink='maybe'>https://reed.example/1</guid>", "", 1},
        {"<guid> tide 1 </guid>", "", 1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct room room = read_format(ITEM("%s"), cases[i].guid);
        assert_span_equal(only(&room)->link, cases[i].link);
        assert_int_equal(only(&room)->id_is_permalink, cases[i].permalink);
        assert_true(only(&room)->id_is_given);
        leave(&room);
    }
}

static void link_of_the_feed_service_gives_way_to_the_real_one(void **state)
{
    struct room room =
        read_text("<rss version='2.0' xmlns:f='http://rssnamespace.org/feedburner/ext/1.0'><channel><item>"
                  "<link>https://service.example/~r/1</link><f:origLink>https://reed.example/1</f:origLink></"
                  "item></channel></rss>");

    (void)state;
    assert_span_equal(only(&room)->link, "https://reed.example/1");
    assert_span_equal(only(&room)->raw_link, "https://service.example/~r/1");
    leave(&room);
}

static void links_that_could_run_code_and_placeholders_are_left_out(void **state)
{
    static const char *const cases[] = {" JavaScript:alert(1)", "data:text/html,x", "N/A", "#", ""};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct room room = read_format(ITEM("<link>%s</link><guid isPermaLink='false'>1</guid>"), cases[i]);
        assert_span_equal(only(&room)->link, "");
        leave(&room);
    }
}

/* ---- text and HTML */

static void title_is_html_only_if_it_looks_like_it(void **state)
{
    static const struct {
        const char *written, *title;
    } cases[] = {
        {"2 &lt; 3", "2 < 3"},
        {"Nice &lt;gorilla&gt;", "Nice <gorilla>"},
        {"R&amp;D", "R&D"},
        {"Caf&amp;eacute;", "Café"},
        {"&lt;b&gt;Bold&lt;/b&gt; move", "Bold move"},
        {"&lt;script&gt;x()&lt;/script&gt;Tide", "Tide"},
        {"  spaced \n out ", "spaced out"},
        {"Plain <i>markup</i> within", "Plain markup within"},
        {"one&lt;br&gt;two", "one two"},
        {"&lt;![CDATA[wrapped twice]]&gt;", "wrapped twice"},
        {"cut &lt;off", "cut <off"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct room room = read_format(ITEM("<title>%s</title>"), cases[i].written);
        assert_span_equal(only(&room)->title, cases[i].title);
        leave(&room);
    }
}

static void raw_title_and_content_are_what_the_parser_gave(void **state)
{
    struct room room =
        read_text(ITEM("<title>\n A &lt;b&gt; </title><description> x &amp; y\n</description>"));

    (void)state;
    assert_span_equal(only(&room)->raw_title, "\n A <b> ");
    assert_span_equal(only(&room)->raw_content, " x & y\n");
    assert_span_equal(only(&room)->content_html, " x &amp; y\n");
    leave(&room);
}

static void content_encoded_is_the_content_and_description_the_summary(void **state)
{
    struct room room =
        read_text("<rss xmlns:c='http://purl.org/rss/1.0/modules/content/'><channel><item><description>Low "
                  "water</description>"
                  "<c:encoded><![CDATA[<p>Low water at <b>noon</b></p>]]></c:encoded></item>"
                  "<item><description>&lt;p&gt;Same&lt;/p&gt;</description><c:encoded>&lt;p&gt;Same&lt;/"
                  "p&gt;</c:encoded></item>"
                  "<item><description>Only</description></item></channel></rss>");

    (void)state;
    assert_int_equal(room.count, 3);
    assert_span_equal(room.items[0]->content_html, "<p>Low water at <b>noon</b></p>");
    assert_span_equal(room.items[0]->summary, "Low water");
    assert_true(room.items[0]->is_full);
    assert_span_equal(room.items[1]->summary, "");
    assert_span_equal(room.items[1]->summary_html, "<p>Same</p>");
    assert_span_equal(room.items[2]->content_html, "Only");
    assert_false(room.items[2]->is_full);
    leave(&room);
}

static void markup_that_was_not_escaped_is_html_all_the_same(void **state)
{
    struct room room =
        read_text(ITEM("<description>One <b class='x'>two</b> &amp; <br/>three</description>"));

    (void)state;
    assert_span_equal(only(&room)->content_html, "One <b class=\"x\">two</b> &amp; <br>three");
    leave(&room);
}

/* ---- people, dates, files */

static void people_are_read_in_all_the_ways_they_are_written(void **state)
{
    static const struct {
        const char *written, *name, *email;
    } cases[] = {
        {"ida@reed.example (Ida Moor)", "Ida Moor", "ida@reed.example"},
        {"Ida Moor &lt;ida@reed.example&gt;", "Ida Moor", "ida@reed.example"},
        {"Ida Moor (ida@reed.example)", "Ida Moor", "ida@reed.example"},
        {"Ida (Reuters)", "Ida (Reuters)", ""},
        {"mailto:ida@reed.example", "", "ida@reed.example"},
        {"&lt;a href=\"/ida\"&gt;Ida&lt;/a&gt;", "Ida", ""},
        {"<name>Ida</name><email>ida@reed.example</email>", "Ida", "ida@reed.example"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct room room = read_format(ITEM("<author>%s</author>"), cases[i].written);
        assert_int_equal(only(&room)->author_count, 1);
        assert_span_equal(only(&room)->authors[0].name, cases[i].name);
        assert_span_equal(only(&room)->authors[0].email, cases[i].email);
        leave(&room);
    }
}

static void authors_of_the_best_element_win_wherever_they_stand(void **state)
{
    struct room room = read_text(
        "<rss xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><item><dc:creator>Second</dc:creator>"
        "<author>First</author><dc:creator>Third</dc:creator></item><item><dc:creator>A</"
        "dc:creator><dc:creator>B</dc:creator>"
        "</item></channel></rss>");

    (void)state;
    assert_int_equal(room.items[0]->author_count, 1);
    assert_span_equal(room.items[0]->authors[0].name, "First");
    assert_int_equal(room.items[1]->author_count, 2);
    leave(&room);
}

static void date_that_cannot_be_read_is_a_warning_and_no_date(void **state)
{
    struct room room = read_text(ITEM("<title>x</title><pubDate>next spring tide</pubDate>"));

    (void)state;
    assert_true(only(&room)->published_at == NO_TIME);
    assert_true(warned(&room, "bad-date"));
    assert_true(room.about->is_well_formed);
    leave(&room);
}

static void each_file_is_listed_once_with_all_that_is_known_of_it(void **state)
{
    struct room room = read_text("<rss xmlns:m='http://search.yahoo.com/mrss/' "
                                 "xmlns:i='http://www.itunes.com/dtds/podcast-1.0.dtd'><channel><item>"
                                 "<enclosure url='/1.mp3' type='audio/mpeg'/><i:duration>1:02:03</i:duration>"
                                 "<m:group><m:content url='https://reed.example/1.mp3' "
                                 "fileSize='77'/><m:content url='/p.jpg' medium='image'/>"
                                 "<m:content url=''/></m:group></item></channel></rss>");
    const struct feed_item *item = only(&room);

    (void)state;
    assert_int_equal(item->attachment_count, 2);
    assert_span_equal(item->attachments[0].url, "https://reed.example/1.mp3");
    assert_int_equal(item->attachments[0].size, 77);
    assert_true(item->attachments[0].duration == 3723);
    assert_span_equal(item->image, "https://reed.example/p.jpg");
    leave(&room);
}

static void thousands_of_files_in_an_item_are_told_apart_quickly(void **state)
{
    LOCAL(buf) text = {.max = 8 * MiB};

    (void)state;
    buf_add_text(&text, "<rss><channel><item>");
    for (int i = 0; i < 20000; i++)
        buf_printf(&text, "<enclosure url='/%d.mp3'/>", i % 15000);
    buf_add_text(&text, "</item></channel></rss>");
    struct room room = read_span(buf_span(&text), HERE, NULL);
    assert_int_equal(only(&room)->attachment_count, 15000);
    leave(&room);
}

/* ---- what is in force around an item */

static void xml_base_counts_from_the_inside_out(void **state)
{
    struct room room =
        read_text("<rss xml:base='https://a.example/'><channel><item xml:base='dir/'><link>1</link>"
                  "<description>&lt;img "
                  "src='p.png'&gt;</description></item><item><link>2</link></item></channel></rss>");

    (void)state;
    assert_span_equal(room.items[0]->link, "https://a.example/dir/1");
    assert_ok(feed_item_clean(room.arena, room.items[0]));
    assert_true(span_has(room.items[0]->content_html, "https://a.example/dir/p.png"));
    assert_span_equal(room.items[1]->link, "https://a.example/2");
    leave(&room);
}

static void namespaces_are_known_by_uri_whatever_the_prefix(void **state)
{
    struct room room =
        read_text("<rss xmlns:content='urn:of-a-shop' "
                  "xmlns:x='HTTPS://PURL.org/rss/1.0/modules/content'><channel><item>"
                  "<content:encoded>no</content:encoded><x:encoded>yes</x:encoded></item></channel></rss>");

    (void)state;
    assert_span_equal(only(&room)->content_html, "yes");
    leave(&room);
}

static void full_text_and_people_are_found_without_their_prefix_too(void **state)
{
    struct room room = read_text(
        ITEM("<description>s</description><encoded>&lt;p&gt;all&lt;/p&gt;</encoded><creator>Ida</creator>"
             "<thumbnail url='/t.jpg'/>"));

    (void)state;
    assert_span_equal(only(&room)->content_html, "<p>all</p>");
    assert_span_equal(only(&room)->summary, "s");
    assert_span_equal(only(&room)->authors[0].name, "Ida");
    assert_span_equal(only(&room)->image, "https://reed.example/t.jpg");
    leave(&room);
}

static void full_text_for_portals_is_the_content(void **state)
{
    static const char *const cases[] = {
        "<y:full-text xmlns:y='http://news.yandex.ru'>all</y:full-text>",
        "<t:content xmlns:t='http://turbo.yandex.ru'>all</t:content>",
        "<r:fulltext xmlns:r='http://news.rambler.ru'>all</r:fulltext>",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct room room = read_format(ITEM("<description>s</description>%s"), cases[i]);
        assert_span_equal(only(&room)->content_html, "all");
        assert_span_equal(only(&room)->summary, "s");
        leave(&room);
    }
}

static void journals_date_counts_where_there_is_no_other(void **state)
{
    struct room room = read_text(ITEM("<p:publicationDate xmlns:p='http://prismstandard.org/namespaces/basic/"
                                      "2.0/'>2020-02-03</p:publicationDate>"));
    struct room both = read_text(ITEM("<p:publicationDate xmlns:p='http://prismstandard.org/namespaces/basic/"
                                      "2.0/'>2020-02-03</p:publicationDate><dc:date>2020-02-04</dc:date>"));

    (void)state;
    assert_int_equal(only(&room)->published_at, 1580688000000);
    assert_int_equal(only(&both)->published_at, 1580774400000);
    leave(&room);
    leave(&both);
}

static void older_versions_differ_in_little(void **state)
{
    static const struct {
        const char *text, *version;
    } cases[] = {
        {"<rss version='0.91'><channel><item><title>t</title></item></channel></rss>", "0.91"},
        {"<rss version='2.01'><channel><item><title>t</title></item></channel></rss>", "2.0"},
        {"<rss><channel><item><title>t</title></item></channel></rss>", ""},
        {"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>"
         "<channel/><item rdf:about='i'><title>t</title></item></rdf:RDF>",
         "1.0"},
        {"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
         "xmlns='http://my.netscape.com/rdf/simple/0.9/'>"
         "<channel/><item><title>t</title></item></rdf:RDF>",
         "0.90"},
        {"<Channel "
         "xmlns='http://purl.org/net/rss1.1#'><items><item><title>t</title></item></items></Channel>",
         "1.1"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct room room = read_text(cases[i].text);
        assert_int_equal(room.about->format, FEED_RSS);
        assert_span_equal(room.about->format_version, cases[i].version);
        assert_span_equal(only(&room)->title, "t");
        leave(&room);
    }
}

static void schedule_of_the_channel_is_read(void **state)
{
    struct room room =
        read_text(RSS("<ttl>90</ttl><skipHours><hour>1</hour><hour>24</hour><hour>99</hour></skipHours>"
                      "<skipDays><day>Sunday</day><day>saturday</day></skipDays>"));

    (void)state;
    assert_int_equal(room.about->ttl_minutes, 90);
    assert_int_equal(room.about->skip_hours, 3);
    assert_int_equal(room.about->skip_days, 1 | 64);
    leave(&room);
}

/* Attributes have no order, and white space between elements says nothing */
static void raw_hash_changes_with_what_is_said_and_nothing_else(void **state)
{
    struct room a = read_text(ITEM("<guid isPermaLink='false' a='1'>x</guid><title>t</title>"));
    struct room b = read_text(ITEM("\n  <guid a='1' isPermaLink='false'>x</guid>\n  <title>t</title>\n"));
    struct room c = read_text(ITEM("<guid isPermaLink='false' a='1'>x</guid><title>t </title>"));

    (void)state;
    assert_true(only(&a)->raw_hash == only(&b)->raw_hash);
    assert_false(only(&a)->raw_hash == only(&c)->raw_hash);
    leave(&a);
    leave(&b);
    leave(&c);
}

static void textinput_and_image_do_not_speak_for_the_channel(void **state)
{
    struct room room =
        read_text(RSS("<textInput><title>Search</title><link>https://s.example/</link></textInput>"
                      "<image><title>Crest</title><link>https://i.example/</link><url>/c.png</url></image>"
                      "<title>Reeds</title><link>https://reed.example/</link>"));

    (void)state;
    assert_span_equal(room.about->title, "Reeds");
    assert_span_equal(room.about->home_page_url, "https://reed.example/");
    assert_span_equal(room.about->image.title, "Crest");
    assert_span_equal(room.about->icon, "https://reed.example/c.png");
    leave(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(item_without_guid_is_known_by_its_link),
        cmocka_unit_test(item_without_guid_and_link_is_known_by_what_it_says),
        cmocka_unit_test(guid_is_the_address_unless_it_says_otherwise),
        cmocka_unit_test(link_of_the_feed_service_gives_way_to_the_real_one),
        cmocka_unit_test(links_that_could_run_code_and_placeholders_are_left_out),
        cmocka_unit_test(title_is_html_only_if_it_looks_like_it),
        cmocka_unit_test(raw_title_and_content_are_what_the_parser_gave),
        cmocka_unit_test(content_encoded_is_the_content_and_description_the_summary),
        cmocka_unit_test(markup_that_was_not_escaped_is_html_all_the_same),
        cmocka_unit_test(people_are_read_in_all_the_ways_they_are_written),
        cmocka_unit_test(authors_of_the_best_element_win_wherever_they_stand),
        cmocka_unit_test(date_that_cannot_be_read_is_a_warning_and_no_date),
        cmocka_unit_test(each_file_is_listed_once_with_all_that_is_known_of_it),
        cmocka_unit_test(thousands_of_files_in_an_item_are_told_apart_quickly),
        cmocka_unit_test(xml_base_counts_from_the_inside_out),
        cmocka_unit_test(namespaces_are_known_by_uri_whatever_the_prefix),
        cmocka_unit_test(full_text_and_people_are_found_without_their_prefix_too),
        cmocka_unit_test(full_text_for_portals_is_the_content),
        cmocka_unit_test(journals_date_counts_where_there_is_no_other),
        cmocka_unit_test(older_versions_differ_in_little),
        cmocka_unit_test(schedule_of_the_channel_is_read),
        cmocka_unit_test(raw_hash_changes_with_what_is_said_and_nothing_else),
        cmocka_unit_test(textinput_and_image_do_not_speak_for_the_channel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
