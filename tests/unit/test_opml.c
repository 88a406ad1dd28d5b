/* SPDX-License-Identifier: MIT
 * test_opml.c - subscriptions out of OPML, and back into it
 */
#include "export/opml.h"
#include "feed/opml.h"
#include "limits/limits.h"
#include "tests/unit/unit.h"
#include "text/category.h"

#define OPML(inside) "<opml version='2.0'><head><title>Mine</title></head><body>" inside "</body></opml>"

static struct opml *read_text(struct arena *arena, const char *text)
{
    struct opml *opml;

    assert_ok(opml_read(arena, span_of(text), &opml));
    return opml;
}

/* "A/B, C" */
static span categories_of(struct arena *arena, const struct opml_outline *outline)
{
    LOCAL(buf) out = {.max = 4 * KiB};

    for (size_t i = 0; i < outline->category_count; i++)
        buf_printf(&out, "%s%.*s", i ? ", " : "", SPAN_ARG(outline->categories[i]));
    return arena_keep(arena, buf_span(&out));
}

static void nesting_and_attributes_give_categories(void **state)
{
    static const struct {
        const char *text, *categories;
    } cases[] = {
        {OPML("<outline text='A' xmlUrl='http://a.example/f'/>"), ""},
        {OPML("<outline text='World'><outline title='Asia'><outline text='A' xmlUrl='http://a.example/f'/>"
              "</outline></outline>"),
         "World/Asia"},
        {OPML("<outline text='TV/Radio'><outline text='A' xmlUrl='http://a.example/f'/></outline>"),
         "TV\\/Radio"},
        {OPML("<outline text=' Odds,  ends '><outline text='A' xmlUrl='http://a.example/f'/></outline>"),
         "Odds\\, ends"},
        {OPML("<outline text='A' xmlUrl='http://a.example/f' category='/World/Asia,/Sea,tag'/>"),
         "World/Asia, Sea, tag"},
        {OPML("<outline text='Sea'><outline text='A' xmlUrl='http://a.example/f' "
              "category='/World,/Sea'/></outline>"),
         "World, Sea"},
        {OPML("<outline text='X'><outline text='A' xmlUrl='http://a.example/f'/></outline><outline text='Y'>"
              "<outline text='A' xmlUrl='http://a.example/f'/></outline>"),
         "X, Y"},
        {OPML("<outline text='x'><outline text=''><OUTLINE text='A' "
              "XMLURL='feed:http://a.example/f'></OUTLINE>"),
         "x"},
        {OPML("<outline text='A' xmlUrl='feed://a.example/f'/><outline text='no' xmlUrl='javascript:x'/>"),
         ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(4 * MiB);
        struct opml *opml = read_text(arena, cases[i].text);
        assert_int_equal(opml->count, 1);
        assert_span_equal(opml->outlines[0].feed_url, "http://a.example/f");
        assert_span_equal(categories_of(arena, &opml->outlines[0]), cases[i].categories);
    }
}

static void what_is_no_list_of_feeds_is_told(void **state)
{
    static const char *const texts[] = {"", "<html></html>", OPML(""),
                                        OPML("<outline text='x' type='link' url='http://a.example'/>"),
                                        "{\"a\":1}"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        OWN(arena) arena = arena_new(4 * MiB);
        struct opml *opml;
        assert_fails(opml_read(arena, span_of(texts[i]), &opml), ERROR_FORMAT);
    }
}

static void hostile_lists_end_in_bounded_room(void **state)
{
    OWN(arena) arena = arena_new(256 * MiB);
    LOCAL(buf) text = {.max = 64 * MiB};
    struct opml *opml;

    (void)state;
    buf_add_text(&text, "<opml><body>");
    for (int i = 0; i < 200000; i++)
        buf_add_text(&text, "<outline text='deep'>");
    assert_fails(opml_read(arena, buf_span(&text), &opml), ERROR_LIMIT);
    buf_clear(&text);
    buf_add_text(&text, "<opml><body>");
    for (int i = 0; i < 300; i++)
        buf_printf(&text, "<outline text='c%d'><outline text='A' xmlUrl='http://a.example/f'/></outline>", i);
    for (int i = 0; i < 100000; i++)
        buf_add_text(&text, "<outline text='A' xmlUrl='http://a.example/f'/>");
    assert_ok(opml_read(arena, buf_span(&text), &opml));
    assert_int_equal(opml->count, 1);
    assert_int_equal(opml->outlines[0].category_count, LIMIT_OPML_CATEGORIES);
    for (int i = 0; i < 100001; i++)
        buf_printf(&text, "<outline text='A' xmlUrl='http://a.example/%d'/>", i);
    assert_fails(opml_read(arena, buf_span(&text), &opml), ERROR_LIMIT);
}

static const char newsroom[] =
    "[courant]\ntitle = A & B\n"
    "[source voa]\nname = \"Voice <1>\"\nfeed = http://a.example/f?x=1&y=2\n"
    "categories = World/Asia, Sea, TV\\/Radio\n"
    "[source plain]\nfeed = http://b.example/f\n"
    "[source front]\nname = 海角\npage = http://c.example/\nitems = ul > li.\"x\"\n"
    "date = time@datetime\ncategories = Sea\n";

static void what_is_written_reads_back_to_the_same(void **state)
{
    static const struct {
        const char *id, *address, *title, *categories;
    } wanted[] = {
        {"plain", "http://b.example/f", "plain", ""},
        {"voa", "http://a.example/f?x=1&y=2", "Voice <1>", "World/Asia, Sea, TV\\/Radio"},
        {"front", "http://c.example/", "海角", "Sea"},
    };
    OWN(arena) arena = arena_new(16 * MiB);
    LOCAL(buf) out = {.max = 1 * MiB};
    struct conf *conf;

    (void)state;
    assert_ok(conf_parse(arena, span_of(newsroom), "courant.conf", &conf));
    opml_write(conf, &out);
    struct opml *opml = read_text(arena, out.at);
    assert_span_equal(opml->title, "A & B");
    assert_int_equal(opml->count, ARRAY_SIZE(wanted));
    for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
        const struct opml_outline *outline = &opml->outlines[i];
        assert_span_equal(outline->id, wanted[i].id);
        assert_span_equal(outline->feed_url.len ? outline->feed_url : outline->page_url, wanted[i].address);
        assert_span_equal(outline->title, wanted[i].title);
        assert_span_equal(categories_of(arena, outline), wanted[i].categories);
    }
    assert_span_equal(opml->outlines[2].parts[0], "ul > li.\"x\"");
    assert_span_equal(opml->outlines[2].parts[3], "time@datetime");
}

static void a_category_shows_as_its_names(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);

    (void)state;
    assert_span_equal(category_shown(arena, S("TV\\/Radio / Sea\\,air//x\\")), "TV/Radio / Sea,air / x\\");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nesting_and_attributes_give_categories),
        cmocka_unit_test(what_is_no_list_of_feeds_is_told),
        cmocka_unit_test(hostile_lists_end_in_bounded_room),
        cmocka_unit_test(what_is_written_reads_back_to_the_same),
        cmocka_unit_test(a_category_shows_as_its_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
