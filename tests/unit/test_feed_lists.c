/* SPDX-License-Identifier: MIT
 * test_feed_lists.c - lists of addresses: OPML, sitemaps and their indexes; and CDF
 */
#include "tests/unit/feed_room.h"

static void opml_gives_an_item_for_each_feed_at_any_depth(void **state)
{
    struct room room =
        read_text("<opml version='2.0'><head><title>Mine</title><ownerName>Ida</ownerName></head><body>"
                  "<outline text='News'><outline text='Far'><outline type='rss' text='R' title='Reeds' "
                  "xmlUrl='https://r.example/f' htmlUrl='https://r.example/' category='x,/y'/>"
                  "</outline></outline><outline text='Top' xmlURL='t.xml'/></body></opml>");

    (void)state;
    assert_int_equal(room.about->format, FEED_OPML);
    assert_span_equal(room.about->format_version, "2.0");
    assert_span_equal(room.about->title, "Mine");
    assert_span_equal(room.about->authors[0].name, "Ida");
    assert_int_equal(room.count, 2);
    assert_span_equal(room.items[0]->id, "https://r.example/f");
    assert_span_equal(room.items[0]->feed_url, "https://r.example/f");
    assert_span_equal(room.items[0]->link, "https://r.example/");
    assert_span_equal(room.items[0]->title, "Reeds");
    assert_int_equal(room.items[0]->tag_count, 4);
    assert_span_equal(room.items[0]->tags[0], "News");
    assert_span_equal(room.items[0]->tags[1], "Far");
    assert_span_equal(room.items[0]->tags[2], "x");
    assert_span_equal(room.items[1]->title, "Top");
    assert_int_equal(room.items[1]->tag_count, 0);
    assert_span_equal(room.items[1]->feed_url, "https://reed.example/news/t.xml");
    leave(&room);
}

static void sitemap_gives_an_item_for_each_address(void **state)
{
    struct room room =
        read_text("<s:urlset xmlns:s='http://www.sitemaps.org/schemas/sitemap/0.9' "
                  "xmlns:n='http://www.google.com/schemas/sitemap-news/0.9' "
                  "xmlns:i='http://www.google.com/schemas/sitemap-image/1.1'><s:url><s:loc> "
                  "https://r.example/1 </s:loc><s:lastmod>2024-03-05</s:lastmod>"
                  "<n:news><n:publication><n:name>Reed</n:name><n:language>zh-cn</n:language></n:publication>"
                  "<n:publication_date>2024-03-04T08:00:00+08:00</n:publication_date><n:title>潮水</"
                  "n:title><n:keywords>水, 潮</n:keywords></n:news>"
                  "<i:image><i:loc>https://r.example/1.jpg</i:loc></i:image></s:url></s:urlset>");
    const struct feed_item *item = only(&room);

    (void)state;
    assert_int_equal(room.about->format, FEED_SITEMAP);
    assert_span_equal(item->id, "https://r.example/1");
    assert_span_equal(item->link, "https://r.example/1");
    assert_span_equal(item->title, "潮水");
    assert_span_equal(item->language, "zh-cn");
    assert_span_equal(item->source->title, "Reed");
    assert_span_equal(item->tags[1], "潮");
    assert_span_equal(item->image, "https://r.example/1.jpg");
    assert_true(item->modified_at == INT64_C(1709596800000));
    assert_true(item->published_at == INT64_C(1709510400000));
    leave(&room);
}

static void sitemap_index_says_what_to_poll(void **state)
{
    struct room room = read_text(
        "<sitemapindex "
        "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>https://r.example/s.xml</loc>"
        "<lastmod>2024-03-05</lastmod></sitemap></sitemapindex>");

    (void)state;
    assert_int_equal(room.about->format, FEED_SITEMAP_INDEX);
    assert_span_equal(only(&room)->feed_url, "https://r.example/s.xml");
    assert_span_equal(only(&room)->link, "");
    leave(&room);
}

static void cdf_keeps_its_addresses_in_attributes(void **state)
{
    struct room room = read_text("<?xml version='1.0'?><CHANNEL HREF='https://r.example/' "
                                 "BASE='https://r.example/c/'><TITLE>Reeds</TITLE>"
                                 "<ABSTRACT>Slow</ABSTRACT><LOGO HREF='l.gif' STYLE='IMAGE'/><ITEM "
                                 "HREF='a.html' LASTMOD='1998-11-05T22:02'>"
                                 "<TITLE>A</TITLE><ABSTRACT>aa</ABSTRACT></ITEM></CHANNEL>");

    (void)state;
    assert_int_equal(room.about->format, FEED_CDF);
    assert_span_equal(room.about->home_page_url, "https://r.example/");
    assert_span_equal(room.about->description, "Slow");
    assert_span_equal(room.about->icon, "https://r.example/c/l.gif");
    assert_span_equal(only(&room)->link, "https://r.example/c/a.html");
    assert_span_equal(only(&room)->content_html, "aa");
    assert_true(only(&room)->modified_at != NO_TIME);
    leave(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opml_gives_an_item_for_each_feed_at_any_depth),
        cmocka_unit_test(sitemap_gives_an_item_for_each_address),
        cmocka_unit_test(sitemap_index_says_what_to_poll),
        cmocka_unit_test(cdf_keeps_its_addresses_in_attributes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
