/* SPDX-License-Identifier: MIT
 * test_xml.c - XML as events, whatever its state
 */
#include "markup/xml.h"
#include "unit.h"

struct story { /* what was told, in one line; damages apart */
    struct buf events, damages;
    struct xml *xml;
    const char *stop_at;
};

static void on_start(void *context, span name_space, span name, const struct xml_attribute *attributes,
                     size_t count)
{
    struct story *story = context;

    buf_printf(&story->events, "<%.*s%s%.*s", SPAN_ARG(name_space), name_space.len ? "|" : "",
               SPAN_ARG(name));
    for (size_t i = 0; i < count; i++)
        buf_printf(&story->events, " %.*s%s%.*s=%.*s", SPAN_ARG(attributes[i].name_space),
                   attributes[i].name_space.len ? "|" : "", SPAN_ARG(attributes[i].name),
                   SPAN_ARG(attributes[i].value));
    buf_add_char(&story->events, '>');
    if (story->stop_at && span_is(name, story->stop_at))
        xml_stop(story->xml);
}

static void on_end(void *context, span name_space, span name)
{
    struct story *story = context;

    (void)name_space;
    buf_printf(&story->events, "</%.*s>", SPAN_ARG(name));
}

static void on_text(void *context, span text)
{
    struct story *story = context;

    buf_add(&story->events, text);
}

static void on_damage(void *context, int line, int column, const char *code, const char *message)
{
    struct story *story = context;

    assert_true(line >= 0 && column >= 0 && *message);
    buf_printf(&story->damages, "%s%s", story->damages.len ? " " : "", code);
}

static const struct xml_handler handler = {on_start, on_end, on_text, on_damage};

static void read_all(span text, size_t size, struct story *story)
{
    OPEN(xml) xml = xml_open(text, &handler, story);
    bool is_done = false;

    story->xml = xml;
    while (!is_done)
        assert_ok(xml_step(xml, size, &is_done));
}

struct xml_case {
    const char *text, *events, *damages;
};

/* Each in one piece, and in the smallest that there are */
static void check(const struct xml_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        static const size_t sizes[] = {1 << 16, 1};

        for (size_t n = 0; n < ARRAY_SIZE(sizes); n++) {
            struct story story = {.events = {.max = 64 * KiB}, .damages = {.max = 64 * KiB}};

            read_all(span_of(cases[i].text), sizes[n], &story);
            assert_span_equal(buf_span(&story.events), cases[i].events);
            assert_span_equal(buf_span(&story.damages), cases[i].damages);
            buf_release(&story.events);
            buf_release(&story.damages);
        }
    }
}

static void well_formed_xml_is_told_as_it_is(void **state)
{
    static const struct xml_case cases[] = {
        {"<a/>", "<a></a>", ""},
        {"<?xml version='1.0' encoding='gbk'?>\n<!-- x --><a b='1&amp;2'>c&lt;d</a>\n", "<a b=1&2>c<d</a>",
         ""},
        {"\xEF\xBB\xBF<a>中文</a>", "<a>中文</a>", ""},
        {"<a>b<![CDATA[<c>&amp;]]>d</a>", "<a>b<c>&amp;d</a>", ""},
        {"<a>&#65;&#x42;&quot;&apos;&gt;</a>", "<a>AB\"'></a>", ""},
        {"<a xmlns='urn:x' xml:lang='en'><p:b xmlns:p='urn:y' p:c='1'/></a>",
         "<urn:x|a http://www.w3.org/XML/1998/namespace|lang=en><urn:y|b urn:y|c=1></b></a>", ""},
        {"<a>b<!-- c --><?d?>e</a>", "<a>be</a>", ""},
        {"<a>b\r\nc\rd&#13;</a>", "<a>b\nc\nd\r</a>", ""},
        {"<a b=\"c'>d\n e\"/>", "<a b=c'>d  e></a>", ""},
        {"<a>x]]&gt;y]]</a>", "<a>x]]>y]]</a>", ""},
        {"", "", ""},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void damage_is_mended_and_told(void **state)
{
    static const struct xml_case cases[] = {
        {"<a>b & c &d; e</a>", "<a>b & c &d; e</a>", "bare-ampersand bare-ampersand"},
        {"<a>b&nbsp;c&eacute;</a>",
         "<a>b\xC2\xA0"
         "cé</a>",
         "undeclared-entity undeclared-entity"},
        {"<a>1 < 2 <3</a>", "<a>1 < 2 <3</a>", "bare-less-than bare-less-than"},
        {"<a><b>c</a>", "<a><b>c</b></a>", "unclosed-element"},
        {"<a><b><c></b></c></a>", "<a><b><c></c></b></a>", "unclosed-element stray-end-tag"},
        {"<a></b></a>", "<a></a>", "stray-end-tag"},
        {"<a><!-- b -- c --></a>", "<a></a>", "bad-comment"},
        {"<a><!-- b - c --></a>", "<a></a>", ""},
        {"<a>b]]>c</a>", "<a>b]]>c</a>", "stray-cdata-end"},
        {"<a><![CDATA[b]] ]>c]]></a>", "<a>b]] ]>c</a>", ""},
        {"<a><Item>b</ITEM></a>", "<a><Item>b</Item></a>", "letter-case"},
        {"<a b=c d e='<' b='f'/>", "<a b=c d= e=<></a>", "bad-attribute bad-attribute bad-attribute"},
        {"<a><b c='d'</b></a>", "<a><b c=d></b></a>", "unclosed-tag"},
        {"<a>\x01"
         "b\xFF</a>",
         "<a>b\xEF\xBF\xBD</a>", "control-character bad-utf8"},
        {"<a>&#0;&#x110000;</a>", "<a></a>", "bad-reference bad-reference"},
        {"x <a/> y", "<a></a>", "text-outside text-outside"},
        {"<a/><b/>", "<a></a>", "text-outside"},
        {"<a></a></a>", "<a></a>", "text-outside"},
        {"text", "", "text-outside"},
        {"<a>&#146;\xC2\x93</a>", "<a>’“</a>", ""},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void what_is_open_at_the_end_is_ended(void **state)
{
    static const struct xml_case cases[] = {
        {"<a><b>c", "<a><b>c</b></a>", "cut"},
        {"<a><b>c</b><d e='f", "<a><b>c</b></a>", "bad-attribute cut"},
        {"<a><b>c</b", "<a><b>c</b></a>", "unclosed-tag cut"},
        {"<a><![CDATA[b", "<a>b</a>", "cut"},
        {"<a>b<!-- c", "<a>b</a>", "cut"},
        {"<a>b&am", "<a>b&am</a>", "bare-ampersand cut"},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void prefixes_that_feeds_forget_to_declare_mean_what_they_usually_do(void **state)
{
    static const struct xml_case cases[] = {
        {"<a><dc:date>b</dc:date></a>", "<a><http://purl.org/dc/elements/1.1/|date>b</date></a>",
         "undeclared-prefix"},
        {"<a><own:b/></a>", "<a><own|b></b></a>", "undeclared-prefix"},
        {"<a own:b='c'/>", "<a own|b=c></a>", "undeclared-prefix"},
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases));
}

static void entities_grow_no_text(void **state)
{
    static const struct xml_case cases[] = {
        {"<!DOCTYPE a [<!ENTITY b 'c d'>]><a>&b;</a>", "<a>c d</a>", ""},
        {"<!DOCTYPE a [<!ENTITY b '&c;&c;'><!ENTITY c 'd'>]><a>&b;&c;</a>", "<a>&b;d</a>", "bare-ampersand"},
        {"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "<a>&b;</a>", "bare-ampersand"},
        {"<!DOCTYPE a [<!ENTITY % b SYSTEM 'http://a.example/'> %b;]><a/>", "<a></a>", ""},
        {"<!DOCTYPE a SYSTEM 'a.dtd'><a>&copy;</a>", "<a>©</a>", ""},
    };
    struct story story = {.events = {.max = 16 * MiB}, .damages = {.max = 16 * MiB}};
    LOCAL(buf) laughs = {.max = 16 * MiB};

    (void)state;
    check(cases, ARRAY_SIZE(cases));
    buf_printf(&laughs, "<!DOCTYPE a [<!ENTITY b '%200s'>]><a>", "");
    for (int i = 0; i < 100000; i++)
        buf_add_text(&laughs, "&b;");
    read_all(buf_span(&laughs), 1 << 16, &story);
    assert_true(story.events.len < 100 * KiB);
    buf_release(&story.events);
    buf_release(&story.damages);
}

static struct error *read_until_error(span text)
{
    struct story story = {.events = {.max = 64 * KiB}, .damages = {.max = 64 * KiB}};
    OPEN(xml) xml = xml_open(text, &handler, &story);
    struct error *error = OK;

    for (bool is_done = false; !is_done && !error;)
        error = xml_step(xml, 1000, &is_done);
    buf_release(&story.events);
    buf_release(&story.damages);
    return error;
}

static void a_document_nested_too_deep_is_an_error(void **state)
{
    LOCAL(buf) text = {.max = 16 * MiB};

    (void)state;
    for (int i = 0; i < 1000000; i++)
        buf_add_text(&text, "<a>");
    assert_fails(read_until_error(buf_span(&text)), ERROR_LIMIT);
}

static void a_handler_can_stop_the_reader(void **state)
{
    struct story story = {.events = {.max = 64 * KiB}, .damages = {.max = 64 * KiB}, .stop_at = "b"};

    (void)state;
    read_all(S("<a><b>c</b><d/></a>"), 1 << 16, &story);
    assert_span_equal(buf_span(&story.events), "<a><b>");
    buf_release(&story.events);
    buf_release(&story.damages);
}

static void many_attributes_are_limited(void **state)
{
    struct story story = {.events = {.max = 1 * MiB}, .damages = {.max = 1 * MiB}};
    LOCAL(buf) text = {.max = 16 * MiB};

    (void)state;
    buf_add_text(&text, "<a");
    for (int i = 0; i < 200000; i++)
        buf_printf(&text, " b%d=''", i);
    buf_add_text(&text, "/>");
    read_all(buf_span(&text), 1 << 16, &story);
    assert_true(span_starts(buf_span(&story.events), S("<a b0= b1= ")));
    assert_true(story.events.len < 2000);
    buf_release(&story.events);
    buf_release(&story.damages);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(well_formed_xml_is_told_as_it_is),
        cmocka_unit_test(damage_is_mended_and_told),
        cmocka_unit_test(what_is_open_at_the_end_is_ended),
        cmocka_unit_test(prefixes_that_feeds_forget_to_declare_mean_what_they_usually_do),
        cmocka_unit_test(entities_grow_no_text),
        cmocka_unit_test(a_document_nested_too_deep_is_an_error),
        cmocka_unit_test(a_handler_can_stop_the_reader),
        cmocka_unit_test(many_attributes_are_limited),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
