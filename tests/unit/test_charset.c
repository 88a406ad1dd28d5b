/* SPDX-License-Identifier: MIT
 * test_charset.c - bytes become text
 */
#include "text/charset.h"
#include "text/utf8.h"
#include "unit.h"

static void a_label_means_what_browsers_take_it_for(void **state)
{
    static const struct {
        const char *label, *name;
    } cases[] = {
        {"UTF-8", "utf-8"},
        {" utf8\n", "utf-8"},
        {"gb2312", "gbk"},
        {"GB_2312-80", "gbk"},
        {"gb18030", "gb18030"},
        {"ISO-8859-1", "windows-1252"},
        {"us-ascii", "windows-1252"},
        {"latin1", "windows-1252"},
        {"iso-8859-9", "windows-1254"},
        {"Big5-HKSCS", "big5"},
        {"x-sjis", "shift_jis"},
        {"Windows-31J", "shift_jis"},
        {"ks_c_5601-1987", "euc-kr"},
        {"windows-949", "euc-kr"},
        {"unicode", "utf-16le"},
        {"utf-16", "utf-16le"},
        {"utf-16be", "utf-16be"},
        {"logical", "iso-8859-8-i"},
        {"visual", "iso-8859-8"},
        {"koi8", "koi8-r"},
        {"koi8-ru", "koi8-u"},
        {"mac", "macintosh"},
        {"tis-620", "windows-874"},
        {"hz-gb-2312", "replacement"},
        {"x-user-defined", "x-user-defined"},
        {"", NULL},
        {"utf-7", NULL},
        {"utf 8", NULL},
        {"gbk gb18030", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const char *name = charset_of_label(span_of(cases[i].label));
        if (!name || !cases[i].name ? name != cases[i].name : strcmp(name, cases[i].name))
            fail_msg("\"%s\" is %s", cases[i].label, name ? name : "unknown");
    }
}

struct decoding {
    const char *charset;
    span bytes;
    const char *text;
    size_t damaged;
};

static void check_decoding(const struct decoding *cases, size_t count)
{
    OWN(arena) arena = arena_new(1 * MiB);

    for (size_t i = 0; i < count; i++) {
        size_t damaged = 99;
        span text = charset_decode(arena, cases[i].charset, cases[i].bytes, &damaged);
        if (!span_is(text, cases[i].text) || damaged != cases[i].damaged)
            fail_msg("%s, case %zu: \"%.*s\", %zu damaged", cases[i].charset, i, SPAN_ARG(text), damaged);
        assert_int_equal(charset_is_valid(cases[i].charset, cases[i].bytes), damaged == 0);
        assert_true(utf8_is_valid(text));
    }
}

static void every_family_of_encodings_is_read(void **state)
{
    static const struct decoding cases[] = {
        {"utf-8", S("a\xE4\xB8\xAD"), "a中", 0},
        {"utf-8", S("\xEF\xBB\xBFx"), "x", 0},
        {"gbk", S("\xD6\xD0\xB9\xFA<b>"), "中国<b>", 0},
        {"gbk", S("\x80\xA3\xA0"), "€\u3000", 0},
        {"gb18030", S("\x81\x30\x81\x30\x90\x30\x81\x30"), "\xC2\x80\U00010000", 0},
        {"gb18030", S("\x84\x31\xA4\x37"), "\uFFFD", 0},
        {"big5", S("\xA4\xA4\xB0\xEA\xA1\x45"), "中國‧", 0},
        {"big5", S("\x88\x62\x88\xA5"), "Ê\u0304ê\u030C", 0},
        {"big5", S("\xA3\xE1\xA3\xC0\x8E\x69"), "€␀箸", 0},
        {"shift_jis", S("\x93\xFA\x96{\xB1\\"), "日本ｱ\\", 0},
        {"shift_jis", S("\x81\x60\x81\x7C\xF0\x40\x80"), "～－\uE000\xC2\x80", 0},
        {"euc-jp", S("\xC6\xFC\xCB\xDC\x8E\xB1\x8F\xB0\xA1"), "日本ｱ丂", 0},
        {"euc-jp", S("\xAD\xA1\xF9\xA1"), "①纊", 0},
        {"iso-2022-jp", S("a\x1B$B\x46\x7C\x4B\x5C\x1B(Bb"), "a日本b", 0},
        {"iso-2022-jp", S("\x1B(J\\~\x1B(I1\x1B$@F|"), "¥‾ｱ日", 0},
        {"euc-kr", S("\xC7\xD1\xB1\xDB\x81\x41"), "한글갂", 0},
        {"utf-16le", S("\xFF\xFE\x2D\x4E<\x00"), "中<", 0},
        {"utf-16be", S("\xD8\x3D\xDE\x00"), "😀", 0},
        {"windows-1252", S("\x80\x81\xE9\xFF"), "€\xC2\x81éÿ", 0},
        {"windows-1251", S("\xCC\xE8\xF0\x98"), "Мир\xC2\x98", 0},
        {"windows-1253", S("\xC1\xAA"), "Α\uFFFD", 1},
        {"windows-1255", S("\xE0\xC7\xCA"), "א\u05B7\u05BA", 0},
        {"windows-1258", S("a\xEC"), "a\u0301", 0},
        {"windows-874", S("\xA1\xDB"), "ก\uFFFD", 1},
        {"iso-8859-8-i", S("\xE0\xA1"), "א\uFFFD", 1},
        {"koi8-u", S("\xA4\xA6\xAE\xBE"), "єіўЎ", 0},
        {"macintosh", S("\x8A\xC6\xF0\xDB"), "ä∆\uF8FF€", 0},
        {"x-mac-cyrillic", S("\x80\xFF"), "А€", 0},
        {"x-user-defined", S("a\x80\xFF"), "a\uF780\uF7FF", 0},
        {"replacement", S("<script>"), "\uFFFD", 1},
        {"replacement", S(""), "", 0},
        {"no such name", S("\xE4\xB8\xAD"), "中", 0},
    };

    (void)state;
    check_decoding(cases, ARRAY_SIZE(cases));
}

static void a_fault_never_swallows_ascii(void **state)
{
    static const struct decoding cases[] = {
        {"utf-8", S("\xE4\xB8<p>"), "\uFFFD<p>", 1},
        {"gbk", S("\xD6<p>"), "\uFFFD<p>", 1},
        {"gbk", S("\xD6"), "\uFFFD", 1},
        {"gbk", S("\xD6\xFF<"), "\uFFFD<", 1},
        {"gbk", S("\xFF\xD6\xD0"), "\uFFFD中", 1},
        {"gb18030",
         S("\x81"
           "0<"),
         "\uFFFD0<", 1},
        {"gb18030",
         S("\x81"
           "0\x81<"),
         "\uFFFD0\uFFFD<", 2},
        {"gb18030",
         S("\x81"
           "0\x81"),
         "\uFFFD", 1},
        {"gb18030",
         S("\x81"
           "0"),
         "\uFFFD", 1},
        {"gb18030", S("\xE3\x32\x9A\x36"), "\uFFFD", 1},
        {"big5", S("\x81<\xA4\xA4"), "\uFFFD<中", 1},
        {"shift_jis", S("\x93\"x\xA0\xFD"), "\uFFFD\"x\uFFFD\uFFFD", 3},
        {"euc-jp", S("\xC6<\x8F\xB0<\x8E<\x80"), "\uFFFD<\uFFFD<\uFFFD<\uFFFD", 4},
        {"euc-kr", S("\xC7>"), "\uFFFD>", 1},
        {"iso-2022-jp", S("\x1B$B\x46\x1B(B<\x1B"), "\uFFFD<\uFFFD", 2},
        {"iso-2022-jp", S("\x1B$B\x1B(B<\x0E\x80"), "\uFFFD<\uFFFD\uFFFD", 3},
        {"utf-16le", S("\x3D\xD8<\x00\x00\xDC<"), "\uFFFD<\uFFFD\uFFFD", 3},
    };

    (void)state;
    check_decoding(cases, ARRAY_SIZE(cases));
}

static void valid_utf8_is_not_copied(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    span text = S("中文 text");

    (void)state;
    assert_ptr_equal(charset_decode(arena, "utf-8", text, NULL).at, text.at);
}

static void what_was_encoded_twice_is_decoded_twice(void **state)
{
    static const struct {
        const char *text, *wanted; /* NULL: as it is */
    } cases[] = {
        {"Za\xc3\x85\xc2\xbc\xc3\x83\xc2\xb3\xc3\x85\xc2\x82\xc3\x84\xc2\x87 "
         "g\xc3\x84\xc2\x99\xc3\x85\xc2\x9bl\xc3\x84\xc2\x85 ja\xc3\x85\xc2\xba\xc3\x85\xc2\x84",
         "Zażółć gęślą jaźń"},
        {"\xc3\xa6\xc2\xb8\xc2\xa1\xc3\xa8\xc2\xbd\xc2\xae\xc3\xa5\xc2\x81\xc2\x9c\xc3\xa8\xc2\x88\xc2\xaa"
         "\xc3\xa4\xc2\xb8\xc2\x89\xc3\xa5\xc2\xa4\xc2\xa9\xc3\xa5\xc2\x90\xc2\x8e\xc3\xa5\xc2\xa4\xc2\x8d",
         "渡轮停航三天后复"},
        {"Zażółć gęślą jaźń", NULL},
        {"déjà vu, naïve façade, crème brûlée", NULL},
        {"\xc3\x83\xc2\xa9 \xc3\x83\xc2\xa9 \xc3\x83\xc2\xa9 \xc3\x83\xc2\xa9 \xc3\x83\xc2\xa9 "
         "\xc3\x83\xc2\xa9 \xc3\x83\xc2\xa9 \xc3\x83\xc2\xa9",
         NULL},                                                /* no control */
        {"\xc3\x84\xc2\x85 is what became of a letter", NULL}, /* too few */
        {"\xc3\x85\xc2\x82\xc3\x85\xc2\x82\xc3\x85\xc2\x82\xc3\x85\xc2\x82\xc3\x85\xc2\x82\xc3\x85\xc2\x82"
         "\xc3\x85\xc2\x82\xc3\x85\xc2\x82 é",
         NULL},
        {"\xc3\x85\xc2\x82\xc3\x85\xc2\x82\xc3\x85\xc2\x82\xc3\x85\xc2\x82\xc3\x85\xc2\x82\xc3\x85\xc2\x82"
         "\xc3\x85\xc2\x82\xc3\x85\xc2\x82\xc3\x85",
         NULL},
        {"\xc3\xa0\xc2\x80\xc2\x80\xc3\x85\xc2\x82\xc3\x85\xc2\x82\xc3\x85\xc2\x82\xc3\x85\xc2\x82\xc3\x85"
         "\xc2\x82\xc3\x85\xc2\x82\xc3\x85\xc2\x82",
         NULL}, /* overlong */
        {"", NULL},
    };
    OWN(arena) arena = arena_new(1 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        span text = span_of(cases[i].text), got = charset_decode_again(arena, text);
        if (cases[i].wanted)
            assert_span_equal(got, cases[i].wanted);
        else
            assert_ptr_equal(got.at, text.at);
    }
}

static void text_finds_its_way_back(void **state)
{
    static const struct {
        const char *charset, *text, *encoded;
    } cases[] = {
        {"gbk", "a中€", "a\xD6\xD0\x80"},
        {"gbk", "😀", "&#128512;"},
        {"gb18030", "\uE5E5", "&#58853;"},
        {"big5", "中é", "\xA4\xA4&#233;"},
        {"shift_jis", "日−", "\x93\xFA\x81\x7C"},
        {"windows-1252", "é中é", "\xE9&#20013;\xE9"},
        {"iso-2022-jp", "日é", "\x1B$B\x46\x7C\x1B(B&#233;"},
        {"utf-16le", "é", "é"},
        {"utf-8", "é", "é"},
        {"gbk", "", ""},
    };
    OWN(arena) arena = arena_new(1 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_span_equal(charset_encode(arena, cases[i].charset, span_of(cases[i].text), "&#", ";"),
                          cases[i].encoded);
}

static void a_content_type_names_its_charset(void **state)
{
    static const struct {
        const char *header, *charset;
    } cases[] = {
        {"text/html; charset=utf-8", "utf-8"},
        {"text/xml;CharSet=\"gb2312\"", "gb2312"},
        {"text/html;a=b; charset = 'x' ; c", "x"},
        {"text/html", ""},
        {"charset=utf-8", ""},
        {"text/html; charset=", ""},
        {"text/html; xcharset=a", ""},
        {"", ""},
        {"text/html; charset=\"unclosed", "unclosed"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_span_equal(charset_of_content_type(span_of(cases[i].header)), cases[i].charset);
}

#define CHINESE  "今天，记者在北京的新闻发布会上说，我们国家的经济发展很好。"
#define TAIWAN   "今天，記者在台北的新聞發布會上說，我們國家的經濟發展很好。"
#define JAPANESE "今日、東京での記者会見で、首相は経済について話しました。"
#define KOREAN   "오늘 서울의 기자회견에서 대통령은 경제에 대해 말했다."
#define RUSSIAN  "Сегодня в Москве на встрече с журналистами министр рассказал о положении в экономике."

static void an_undeclared_charset_is_guessed(void **state)
{
    static const struct {
        const char *charset, *text;
    } cases[] = {
        {"gb18030", CHINESE},
        {"gb18030", "<rss><title>中国新闻</title>"},
        {"big5", TAIWAN},
        {"shift_jis", JAPANESE},
        {"euc-jp", JAPANESE},
        {"iso-2022-jp", JAPANESE},
        {"euc-kr", KOREAN},
        {"windows-1251", RUSSIAN},
        {"koi8-r", RUSSIAN},
        {"windows-1252",
         "Über die größten Städte des Landes „weiß“ man viel; die Häuser sind schön, die Straßen breit."},
    };
    OWN(arena) arena = arena_new(1 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        span bytes = charset_encode(arena, cases[i].charset, span_of(cases[i].text), "&#", ";");
        const char *guess = charset_guess(bytes);
        if (!guess || strcmp(guess, cases[i].charset))
            fail_msg("%s is taken for %s", cases[i].charset, guess ? guess : "nothing");
    }
    assert_string_equal(
        charset_guess(
            S("cut off: \xE4\xB8\xAD\xE6\x96\x87\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8")),
        "utf-8");
    assert_string_equal(charset_guess(S("<\0r\0s\0s\0>\0")), "utf-16le");
    assert_null(charset_guess((span){0}));
}

static void what_was_declared_yields_to_what_is_valid(void **state)
{
    static const struct {
        const char *encoded_as, *text, *http, *declared, *chosen;
    } cases[] = {
        {"utf-8", "plain", NULL, NULL, "utf-8"},
        {"utf-8", "plain", "gb2312", NULL, "gbk"},
        {"utf-8", CHINESE, "gb2312", "gb2312", "utf-8"},      /* everybody lies */
        {"gbk", CHINESE, "utf-8", "gb2312", "gbk"},           /* the server lies */
        {"gbk", CHINESE, "iso-8859-1", NULL, "windows-1252"}, /* valid in it, so believed */
        {"gbk", CHINESE, "utf-8", "utf-8", "gb18030"},        /* both lie */
        {"gbk", CHINESE, NULL, NULL, "gb18030"},
        {"gbk", CHINESE, "no-such", "gbk", "gbk"},
        {"gbk", "short", "utf-16", NULL, "utf-8"},
        {"iso-2022-jp", JAPANESE, "iso-2022-jp", NULL, "iso-2022-jp"},
    };
    OWN(arena) arena = arena_new(1 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct charset_hints hints = {.http = span_of(cases[i].http), .declared = span_of(cases[i].declared)};
        span bytes = charset_encode(arena, cases[i].encoded_as, span_of(cases[i].text), "&#", ";");
        const char *chosen = charset_choose(bytes, &hints);
        if (strcmp(chosen, cases[i].chosen))
            fail_msg("case %zu: %s", i, chosen);
    }
    assert_string_equal(charset_choose(S("\xFE\xFF\x4E\x2D"), &(struct charset_hints){.http = S("gbk")}),
                        "utf-16be");
}

/* A title cut in the middle of a character is common; it does not make the page Western. */
static void one_fault_does_not_make_it_another_charset(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    span bytes = charset_encode(arena, "gbk", S(CHINESE CHINESE CHINESE), "", "");
    span broken = arena_printf(arena, "\xD6<p>%.*s", SPAN_ARG(bytes));

    (void)state;
    assert_string_equal(charset_choose(broken, &(struct charset_hints){.declared = S("gb2312")}), "gbk");
    assert_string_equal(charset_choose(broken, &(struct charset_hints){0}), "gb18030");
    assert_string_equal(
        charset_choose(S("caf\xC3\xA9 na\xC3\xAFve \xE9"), &(struct charset_hints){.declared = S("utf-8")}),
        "utf-8");
}

static void hostile_bytes_take_time_in_proportion(void **state)
{
    static const char *const charsets[] = {"utf-8",       "gb18030",  "big5",   "shift_jis",   "euc-jp",
                                           "iso-2022-jp", "utf-16le", "euc-kr", "windows-1258"};
    static const span pieces[] = {S("\xFF"),     S("\x81"),  S("\x1B"), S("\x81\x30"), S("\x81\x30\x81\x30"),
                                  S("\x8F\xA1"), S("\x1B$B")};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
        OWN(arena) arena = arena_new(256 * MiB);
        char *bytes = arena_alloc(arena, 1 * MiB);
        size_t len = 0;
        for (; len + pieces[i].len <= 1 * MiB; len += pieces[i].len)
            memcpy(bytes + len, pieces[i].at, pieces[i].len);
        for (size_t k = 0; k < ARRAY_SIZE(charsets); k++)
            assert_true(charset_decode(arena, charsets[k], (span){bytes, len}, NULL).len <= 3 * len);
        charset_choose((span){bytes, len}, &(struct charset_hints){.http = S("big5")});
        charset_encode(arena, "iso-8859-2", (span){bytes, len}, "&#", ";");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_label_means_what_browsers_take_it_for),
        cmocka_unit_test(every_family_of_encodings_is_read),
        cmocka_unit_test(a_fault_never_swallows_ascii),
        cmocka_unit_test(valid_utf8_is_not_copied),
        cmocka_unit_test(what_was_encoded_twice_is_decoded_twice),
        cmocka_unit_test(text_finds_its_way_back),
        cmocka_unit_test(a_content_type_names_its_charset),
        cmocka_unit_test(an_undeclared_charset_is_guessed),
        cmocka_unit_test(what_was_declared_yields_to_what_is_valid),
        cmocka_unit_test(one_fault_does_not_make_it_another_charset),
        cmocka_unit_test(hostile_bytes_take_time_in_proportion),
    };

    return cmocka_run_group_tests_name("charset", tests, NULL, NULL);
}
