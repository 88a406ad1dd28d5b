/* SPDX-License-Identifier: MIT */
#include "tests/unit/feed_room.h"
#include "text/json.h"

#define JSON_FEED(items) \
    "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"Reeds\",\"items\":[" items "]}"

static void item_is_read_by_its_keys(void **state)
{
    struct room room =
        read_text(JSON_FEED("{\"id\":12345678901234567890,\"url\":\"/"
                            "1\",\"title\":\"One\",\"content_html\":\"<p>x</p>\",\"summary\":\"s\","
                            "\"date_published\":\"2024-03-05T07:00:00+01:00\",\"tags\":[\"a\",\"b\"],"
                            "\"authors\":[{\"name\":\"Ida\",\"avatar\":\"/i.png\"}],"
                            "\"attachments\":[{\"url\":\"/1.mp3\",\"mime_type\":\"audio/"
                            "mpeg\",\"size_in_bytes\":5,\"duration_in_seconds\":6.5}]}"));
    const struct feed_item *item = only(&room);

    (void)state;
    assert_span_equal(room.about->title, "Reeds");
    assert_span_equal(room.about->format_version, "1.1");
    assert_span_equal(item->id, "12345678901234567890");
    assert_span_equal(item->link, "https://reed.example/1");
    assert_span_equal(item->content_html, "<p>x</p>");
    assert_int_equal(item->tag_count, 2);
    assert_span_equal(item->authors[0].avatar, "https://reed.example/i.png");
    assert_int_equal(item->attachments[0].size, 5);
    assert_true(item->attachments[0].duration == 6.5);
    assert_true(item->published_at == INT64_C(1709618400000));
    leave(&room);
}

static void plain_text_is_kept_and_escaped(void **state)
{
    struct room room = read_text(
        JSON_FEED("{\"id\":\"1\",\"content_text\":\"a <b> & c\",\"external_url\":\"https://e.example/\"}"));

    (void)state;
    assert_span_equal(only(&room)->content_text, "a <b> & c");
    assert_span_equal(only(&room)->content_html, "a &lt;b&gt; &amp; c");
    assert_span_equal(only(&room)->link, "https://e.example/");
    leave(&room);
}

static void title_that_was_escaped_as_for_html_is_read_so(void **state)
{
    struct room room = read_text(JSON_FEED(
        "{\"id\":\"1\",\"title\":\"Eels &amp; Reeds &#8211; a &lt;b> day\",\"content_text\":\"a &amp; b\"}"));

    (void)state;
    assert_span_equal(only(&room)->title, "Eels & Reeds – a <b> day");
    assert_span_equal(only(&room)->raw_title, "Eels &amp; Reeds &#8211; a &lt;b> day");
    assert_span_equal(only(&room)->content_text, "a &amp; b");
    leave(&room);
}

static void control_characters_are_no_text(void **state)
{
    struct room room =
        read_text(JSON_FEED("{\"id\":\"a\\u0000b\",\"title\":\"bell\\u0007 \\u001b[31mred\"}"));

    (void)state;
    assert_span_equal(only(&room)->id, "ab");
    assert_span_equal(only(&room)->title, "bell [31mred");
    leave(&room);
}

static void member_of_the_wrong_type_is_as_if_absent(void **state)
{
    struct room room = read_text("{\"version\":\"https://jsonfeed.org/version/"
                                 "1\",\"title\":7,\"items\":[{\"id\":\"1\",\"title\":[\"x\"],"
                                 "\"tags\":\"a\",\"url\":5,\"attachments\":{},\"content_text\":{\"a\":1}},"
                                 "null,3,{\"id\":\"2\",\"title\":\"Two\"}]}");

    (void)state;
    assert_span_equal(room.about->title, "");
    assert_span_equal(room.about->format_version, "1.0");
    assert_int_equal(room.count, 2);
    assert_span_equal(room.items[0]->title, "");
    assert_int_equal(room.items[0]->tag_count, 0);
    assert_span_equal(room.items[1]->title, "Two");
    leave(&room);
}

static void members_behind_the_items_count_too(void **state)
{
    struct room room = read_text(
        "{\"items\":[{\"id\":\"1\"}],\"title\":\"Late\",\"expired\":true,\"authors\":[{\"name\":\"Ida\"}]}");

    (void)state;
    assert_int_equal(room.about->format, FEED_JSON);
    assert_span_equal(room.about->title, "Late");
    assert_true(room.about->is_expired);
    assert_span_equal(room.about->authors[0].name, "Ida");
    leave(&room);
}

static void damaged_json_gives_what_was_whole(void **state)
{
    static const struct {
        const char *text;
        size_t count;
    } cases[] = {
        {"{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":\"1\"},{\"id\":\"2\",", 1},
        {JSON_FEED("{\"id\":\"1\",},"), 1},
        {JSON_FEED("{\"id\":\"1\"}}}}},{\"id\":\"2\"}"), 2},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct room room = read_text(cases[i].text);
        assert_int_equal(room.count, cases[i].count);
        assert_false(room.about->is_well_formed);
        leave(&room);
    }
}

static void other_json_is_no_feed(void **state)
{
    static const char *const cases[] = {"{}", "{\"version\":\"1.0\",\"name\":\"a package\"}", "[1,2]",
                                        "{\"items\":{}}"};
    struct feed *feed;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_fails(feed_open(span_of(cases[i]), (span){0}, NULL, &feed), ERROR_FORMAT);
}

static void rss_in_json_is_rss(void **state)
{
    struct room room =
        read_text("{\"rss\":{\"version\":\"2.0\",\"channel\":{\"title\":\"Reeds\",\"image\":{\"url\":\"/"
                  "i.png\"},\"item\":["
                  "{\"title\":\"One\",\"guid\":{\"isPermaLink\":\"false\",\"#value\":\"g1\"},\"category\":["
                  "\"a\",{\"domain\":\"d\",\"#value\":\"b\"}],"
                  "\"enclosure\":{\"url\":\"/1.mp3\",\"length\":\"9\"},\"content:encoded\":\"<p>x</"
                  "p>\",\"dc:creator\":\"Ida\"}]}}}");
    const struct feed_item *item = only(&room);

    (void)state;
    assert_int_equal(room.about->format, FEED_RSS_IN_JSON);
    assert_span_equal(room.about->title, "Reeds");
    assert_span_equal(room.about->icon, "https://reed.example/i.png");
    assert_span_equal(item->id, "g1");
    assert_int_equal(item->id_is_permalink, 0);
    assert_span_equal(item->categories[1].scheme, "d");
    assert_span_equal(item->attachments[0].url, "https://reed.example/1.mp3");
    assert_span_equal(item->content_html, "<p>x</p>");
    assert_span_equal(item->authors[0].name, "Ida");
    leave(&room);
}

/* As programs write it that make JSON of any XML */
static void rss_in_json_marks_attributes_in_many_ways(void **state)
{
    static const char *const cases[] = {
        "{\"@isPermaLink\":\"false\",\"#text\":\"g1\"}",
        "{\"$\":{\"isPermaLink\":\"false\"},\"_\":\"g1\"}",
        "{\"@attributes\":{\"isPermaLink\":\"false\"},\"$t\":\"g1\"}",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct room room =
            read_format("{\"rss\":{\"version\":\"2.0\",\"channel\":{\"item\":{\"guid\":%s}}}}", cases[i]);
        assert_span_equal(only(&room)->id, "g1");
        assert_int_equal(only(&room)->id_is_permalink, 0);
        leave(&room);
    }
}

/* ---- and JSON out */

static void written_feed_is_one_object_without_empty_keys(void **state)
{
    struct room room =
        read_text(ITEM("<title>t</title><guid "
                       "isPermaLink='false'>1</guid><link>/1</link><description>&lt;p&gt;x</description>"));
    LOCAL(buf) out = {.max = 64 * KiB};
    struct json_writer json = {.out = &out};

    (void)state;
    feed_write_json_head(&json, room.feed);
    feed_write_json_item(&json, only(&room), true);
    feed_write_json_tail(&json, room.feed);
    assert_span_equal(buf_span(&out),
                      "{\"version\":\"https://jsonfeed.org/version/"
                      "1.1\",\"items\":[{\"id\":\"1\",\"url\":\"https://reed.example/1\","
                      "\"title\":\"t\",\"content_html\":\"<p>x\",\"_courant\":{\"id_is_permalink\":false,"
                      "\"summary_html\":\"<p>x\","
                      "\"links\":[{\"rel\":\"alternate\",\"href\":\"https://reed.example/1\"}],"
                      "\"raw\":{\"title\":\"t\",\"content\":\"<p>x\",\"link\":\"/1\"}}}],"
                      "\"feed_url\":\"" HERE "\",\"_courant\":{\"format\":\"rss\",\"format_version\":\"2.0\","
                      "\"encoding\":\"utf-8\",\"well_formed\":true}}");
    leave(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(item_is_read_by_its_keys),
        cmocka_unit_test(plain_text_is_kept_and_escaped),
        cmocka_unit_test(title_that_was_escaped_as_for_html_is_read_so),
        cmocka_unit_test(control_characters_are_no_text),
        cmocka_unit_test(member_of_the_wrong_type_is_as_if_absent),
        cmocka_unit_test(members_behind_the_items_count_too),
        cmocka_unit_test(damaged_json_gives_what_was_whole),
        cmocka_unit_test(other_json_is_no_feed),
        cmocka_unit_test(rss_in_json_is_rss),
        cmocka_unit_test(rss_in_json_marks_attributes_in_many_ways),
        cmocka_unit_test(written_feed_is_one_object_without_empty_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
