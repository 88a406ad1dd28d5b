/* SPDX-License-Identifier: MIT
 * test_escape.c - character references, there and back
 */
#include "text/escape.h"
#include "unit.h"

static void references_are_decoded_once(void **state)
{
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"no reference", "no reference"},
        {"", ""},
        {"&lt;p&gt; &amp;amp; &quot;x&quot;", "<p> &amp; \"x\""},
        {"caf&eacute; &mdash; &CounterClockwiseContourIntegral;", "café — ∳"},
        {"&nLt;&nGt;&nLt;&nGt;", "≪⃒≫⃒≪⃒≫⃒"},
        {"&fjlig;", "fj"},
        /* without semicolon: those that HTML has had from old, the longest that fits */
        {"&copy 2019 &AElig&ltb&gt", "© 2019 Æ<b>"},
        {"&notin; &notit; &not &no", "∉ ¬it; ¬ &no"},
        {"a?b=1&copy=2&reg_id=3&amp", "a?b=1©=2®_id=3&"},
        {"&mdash 7", "&mdash 7"},
        /* numeric */
        {"&#65;&#x42;&#X43;&#0068;", "ABCD"},
        {"&#8364 &#x20ac;1", "€ €1"},
        {"&#128;&#x93;&#148;&#129;", "€“”\xc2\x81"},
        {"&#0;&#xD800;&#xDFFF;&#1114112;&#99999999999999999999;",
         "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"&#x1F600;", "😀"},
        /* none */
        {"& &; &a; &zzz; &#; &#x; &#xg; &#-1; AT&T", "& &; &a; &zzz; &#; &#x; &#xg; &#-1; AT&T"},
        {"&amp", "&"},
        {"&", "&"},
        {"&#", "&#"},
        {"&abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz;",
         "&abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz;"},
        {"&&amp;&amp", "&&&"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        span text = span_of(cases[i].text), got = unescape_html(arena, text);
        assert_span_equal(got, cases[i].wanted);
        assert_int_equal(has_reference(text), !span_equal(got, text));
    }
}

static void text_without_references_is_not_copied(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    span text = S("fish & chips");

    (void)state;
    assert_ptr_equal(unescape_html(arena, text).at, text.at);
    assert_int_equal(arena_used(arena), 0);
    assert_int_equal(unescape_html(arena, (span){0}).len, 0);
}

static void names_are_looked_up_in_their_letters_case(void **state)
{
    static const struct {
        const char *name, *wanted;
    } cases[] = {
        {"amp", "&"},
        {"AMP", "&"},
        {"Amp", ""},
        {"hearts", "♥"},
        {"frac12", "½"},
        {"", ""},
        {"zwnj", "\xe2\x80\x8c"},
        {"zz", ""},
        {"A", ""},
        {"~", ""},
        {"Zscr", "𝒵"},
        {"aacute", "á"},
        {"there4", "∴"},
        {"amp;", ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_span_equal(entity_value(span_of(cases[i].name)), cases[i].wanted);
}

static void markup_becomes_references(void **state)
{
    LOCAL(buf) text = {.max = 1 * KiB};
    LOCAL(buf) attribute = {.max = 1 * KiB};
    span s = S("a < b & \"c\" > 'd' \x01\x0b\x1f\t\r\n港\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd");

    (void)state;
    escape_text(&text, s);
    escape_attribute(&attribute, s);
    assert_span_equal(buf_span(&text), "a &lt; b &amp; \"c\" &gt; 'd' \t\r\n港\xef\xbf\xbd");
    assert_span_equal(buf_span(&attribute), "a &lt; b &amp; &quot;c&quot; &gt; 'd' \t\r\n港\xef\xbf\xbd");
}

static void what_was_escaped_decodes_to_itself(void **state)
{
    static const char *const cases[] = {"&lt;", "<a href=\"x?a=1&b=2\">", "&amp;copy", "\"", "港&#8364;"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        LOCAL(buf) text = {.max = 1 * KiB};
        escape_attribute(&text, span_of(cases[i]));
        assert_span_equal(unescape_html(arena, buf_span(&text)), cases[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(references_are_decoded_once),
        cmocka_unit_test(text_without_references_is_not_copied),
        cmocka_unit_test(names_are_looked_up_in_their_letters_case),
        cmocka_unit_test(markup_becomes_references),
        cmocka_unit_test(what_was_escaped_decodes_to_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
