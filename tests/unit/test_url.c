/* SPDX-License-Identifier: MIT
 * test_url.c - addresses parsed, resolved, compared and judged
 */
#include "text/url.h"
#include "unit.h"

static void an_address_is_written_as_browsers_write_it(void **state)
{
    static const struct {
        const char *input, *href; /* "": failure */
    } cases[] = {
        {"http://News.Example", "http://news.example/"},
        {" \thttps://a.example/x\n", "https://a.example/x"},
        {"https://a.example/o\nn\te", "https://a.example/one"},
        {"HTTP://a.example:80/", "http://a.example/"},
        {"http://a.example:443/", "http://a.example:443/"},
        {"http:a.example", "http://a.example/"},
        {"http:\\\\a.example\\b", "http://a.example/b"},
        {"http:////a.example//b", "http://a.example//b"},
        {"https://a.example/新闻?题=一#二",
         "https://a.example/%E6%96%B0%E9%97%BB?%E9%A2%98=%E4%B8%80#%E4%BA%8C"},
        {"https://a.example/%zz%4a", "https://a.example/%zz%4a"},
        {"https://a.example/<\"`{}>^|'", "https://a.example/%3C%22%60%7B%7D%3E^|'"},
        {"https://a.example/?<\"'`{}>", "https://a.example/?%3C%22%27`{}%3E"},
        {"https://a.example/#<\"'`{}>", "https://a.example/#%3C%22'%60{}%3E"},
        {"https://a.example/1/./2/../3/%2E%2e/4", "https://a.example/1/4"},
        {"https://a.example/../..", "https://a.example/"},
        {"https://a.example/x/..", "https://a.example/"},
        {"https://a.example/x/.", "https://a.example/x/"},
        {"https://a.example?", "https://a.example/?"},
        {"https://a.example#", "https://a.example/#"},
        {"https://me:p@ss@a.example/", "https://me:p%40ss@a.example/"},
        {"https://:@a.example/", "https://a.example/"},
        {"https://新闻.example/", "https://xn--efvy88h.example/"},
        {"https://B\xC3\xBC"
         "cher.Example/",
         "https://xn--bcher-kva.example/"},
        {"https://xn--zzzzz.example/", "https://xn--zzzzz.example/"},
        {"https://%41.example/", "https://a.example/"},
        {"http://127.1/", "http://127.0.0.1/"},
        {"http://0x7F.1/", "http://127.0.0.1/"},
        {"http://017700000001/", "http://127.0.0.1/"},
        {"http://4294967295/", "http://255.255.255.255/"},
        {"http://①②⑦.⓪.⓪.①/", "http://127.0.0.1/"},
        {"http://1.2.3.4./", "http://1.2.3.4/"},
        {"http://[1:0:0:2:0:0:0:3]/", "http://[1:0:0:2::3]/"},
        {"http://[::FFFF:1.2.3.4]:8080/", "http://[::ffff:102:304]:8080/"},
        {"http://[::]/", "http://[::]/"},
        {"file:///C|/x/../../y", "file:///C:/y"},
        {"file://localhost/etc", "file:///etc"},
        {"mailto:a@b.example", "mailto:a@b.example"},
        {"tag:a.example,2020: x ?y", "tag:a.example,2020: x%20?y"},
        {"foo://Host/a\\b", "foo://Host/a\\b"},
        {"foo:/..//x", "foo:/.//x"},
        {"x:", "x:"},
        {"https://a.example/\xff", "https://a.example/%EF%BF%BD"},
        {"", ""},
        {"/x", ""},
        {"//a.example", ""},
        {"http://", ""},
        {"http://@/", ""},
        {"http://a b/", ""},
        {"http://a.example:x/", ""},
        {"http://a.example:65536/", ""},
        {"http://:80/", ""},
        {"http://a%00b/", ""},
        {"http://a<b/", ""},
        {"http://\u00AD/", ""},
        {"http://1.2.3.256/", ""},
        {"http://1.2.3.4.5/", ""},
        {"http://1..2/", ""},
        {"http://x.08/", ""},
        {"http://4294967296/", ""},
        {"http://[::1/", ""},
        {"http://[1::2::3]/", ""},
        {"http://[1:2:3:4:5:6:7:8:9]/", ""},
        {"http://[::1.2.3]/", ""},
        {"http://[::01.2.3.4]/", ""},
        {"http://[fe80::1%25eth0]/", ""},
        {"http://[:1]/", ""},
        {"http://[1:]/", ""},
        {"foo://a b/", ""},
    };
    OWN(arena) arena = arena_new(16 * MiB);
    struct url url;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        span href =
            url_parse(arena, span_of(cases[i].input), NULL, &url) ? url_serialize(arena, &url) : (span){0};
        assert_span_equal(href, cases[i].href);
        assert_span_equal(url_resolve(arena, (span){0}, span_of(cases[i].input)), cases[i].href);
        assert_span_equal(url_resolve(arena, (span){0}, href), cases[i].href);
    }
}

static void a_reference_is_resolved_against_its_base(void **state)
{
    static const struct {
        const char *base, *input, *href;
    } cases[] = {
        {"https://u@a.example:8443/1/2?q#f", "", "https://u@a.example:8443/1/2?q"},
        {"https://u@a.example:8443/1/2?q#f", "#g", "https://u@a.example:8443/1/2?q#g"},
        {"https://u@a.example:8443/1/2?q#f", "?r", "https://u@a.example:8443/1/2?r"},
        {"https://u@a.example:8443/1/2?q#f", "3", "https://u@a.example:8443/1/3"},
        {"https://u@a.example:8443/1/2?q#f", "../3", "https://u@a.example:8443/3"},
        {"https://u@a.example:8443/1/2?q#f", "/3", "https://u@a.example:8443/3"},
        {"https://u@a.example:8443/1/2?q#f", "//b.example", "https://b.example/"},
        {"https://u@a.example:8443/1/2?q#f", "\\\\b.example\\x", "https://b.example/x"},
        {"https://a.example/1/2", "https:3", "https://a.example/1/3"},
        {"https://a.example/1/2", "http:3", "http://0.0.0.3/"},
        {"https://a.example/1/2", "http://b.example", "http://b.example/"},
        {"https://a.example", "mailto:x", "mailto:x"},
        {"https://a.example/1/", "./a:b", "https://a.example/1/a:b"},
        {"file:///C:/1/2", "/3", "file:///C:/3"},
        {"file:///C:/1", "../..", "file:///C:/"},
        {"file:///1/2", "D|/3", "file:///D:/3"},
        {"file://h/1/2", "3", "file://h/1/3"},
        {"foo://h/1", "2", "foo://h/2"},
        {"foo://h", "2", "foo://h/2"},
        {"foo:/1", "//h", "foo://h"},
        {"mailto:x", "#f", "mailto:x#f"},
        {"mailto:x", "y", ""},
        {"mailto:x", "", ""},
        {"not a base", "http://a.example", "http://a.example/"},
        {"not a base", "x", ""},
    };
    OWN(arena) arena = arena_new(1 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_span_equal(url_resolve(arena, span_of(cases[i].base), span_of(cases[i].input)), cases[i].href);
}

static void a_result_does_not_need_its_base_or_input_any_more(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    OWN(arena) other = arena_new(1 * MiB);
    struct url base, url;

    (void)state;
    assert_true(url_parse(other, S("https://me:pw@a.example:1/x?q"), NULL, &base));
    assert_true(url_parse(arena, arena_keep(other, S("#f")), &base, &url));
    arena_free(MOVE(other));
    assert_span_equal(url_serialize(arena, &url), "https://me:pw@a.example:1/x?q#f");
}

static void the_parts_are_told_apart(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct url url;

    (void)state;
    assert_true(url_parse(arena, S("https://me:pw@A.example:8443/p/q?x#y"), NULL, &url));
    assert_span_equal(url.scheme, "https");
    assert_span_equal(url.username, "me");
    assert_span_equal(url.password, "pw");
    assert_span_equal(url.host, "a.example");
    assert_span_equal(url.path, "/p/q");
    assert_span_equal(url.query, "x");
    assert_span_equal(url.fragment, "y");
    assert_int_equal(url.port, 8443);
    assert_int_equal(url.host_kind, URL_HOST_DOMAIN);
    assert_true(url.is_special);
    assert_span_equal(url_origin(arena, &url), "https://a.example:8443");
    assert_int_equal(url_port(&url), 8443);

    assert_true(url_parse(arena, S("http://1.2.3.4"), NULL, &url));
    assert_int_equal(url.host_kind, URL_HOST_IPV4);
    assert_int_equal(url.port, -1);
    assert_int_equal(url_port(&url), 80);
    assert_null(url.query.at);
    assert_span_equal(url_origin(arena, &url), "http://1.2.3.4");

    assert_true(url_parse(arena, S("mailto:x?"), NULL, &url));
    assert_int_equal(url.host_kind, URL_HOST_NONE);
    assert_true(url.has_opaque_path);
    assert_non_null(url.query.at);
    assert_int_equal(url_port(&url), -1);
    assert_span_equal(url_origin(arena, &url), "null");
}

static void a_query_is_in_the_charset_of_its_document(void **state)
{
    static const struct {
        const char *charset, *input, *href;
    } cases[] = {
        {"gbk", "http://a.example/新?新", "http://a.example/%E6%96%B0?%D0%C2"},
        {"big5", "http://a.example/?新", "http://a.example/?%B7s"},
        {"windows-1252", "http://a.example/?é新", "http://a.example/?%E9%26%2326032%3B"},
        {"utf-16le", "http://a.example/?é", "http://a.example/?%C3%A9"},
        {"utf-8", "http://a.example/?é", "http://a.example/?%C3%A9"},
        {"gbk", "ws://a.example/?新", "ws://a.example/?%E6%96%B0"},
        {"gbk", "foo://a.example/?新", "foo://a.example/?%E6%96%B0"},
    };
    OWN(arena) arena = arena_new(1 * MiB);
    struct url url;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_true(url_parse_in(arena, span_of(cases[i].input), NULL, cases[i].charset, &url));
        assert_span_equal(url_serialize(arena, &url), cases[i].href);
    }
}

static void one_article_has_one_key(void **state)
{
    static const struct {
        const char *url, *key;
    } cases[] = {
        {"http://www.a.example/x/", "a.example/x"},
        {"https://A.example/x?utm_source=rss&id=7&fbclid=1#top", "a.example/x?id=7"},
        {"https://a.example/x?PHPSESSID=4f1c&id=7", "a.example/x?id=7"},
        {"https://a.example/x;jsessionid=1A2B3C?id=7", "a.example/x?id=7"},
        {"https://a.example/x?sid=0f3b8d27c1a94e56&id=7", "a.example/x?id=7"},
        {"https://a.example/article.php?sid=1234", "a.example/article.php?sid=1234"},
        {"https://a.example/a;b=1/x", "a.example/a;b=1/x"},
        {"https://a.example/x?", "a.example/x"},
        {"https://a.example/?b=2&&a=1&UTM_Medium=m", "a.example?b=2&a=1"},
        {"https://a.example:8443", "a.example:8443"},
        {"https://user@a.example/%e4%b8%ad%41", "a.example/%E4%B8%ADA"},
        {"https://a.example/%zz%", "a.example/%zz%"},
        {"http://www.example/", "www.example"},
        {"ftp://a.example/", ""},
        {"mailto:x", ""},
        {"rubbish", ""},
    };
    OWN(arena) arena = arena_new(1 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_span_equal(url_canonical_key(arena, span_of(cases[i].url)), cases[i].key);
}

static void a_host_belongs_to_a_registrable_domain(void **state)
{
    static const struct {
        const char *host, *domain;
    } cases[] = {
        {"www.example.co.uk", "example.co.uk"},
        {"WWW.Example.COM.", "example.com"},
        {"example.com", "example.com"},
        {"co.uk", "co.uk"},
        {"localhost", "localhost"},
        {"10.1.2.3", "10.1.2.3"},
        {"[::1]", "[::1]"},
        {"", ""},
    };
    OWN(arena) arena = arena_new(1 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_span_equal(url_registrable_domain(arena, span_of(cases[i].host)), cases[i].domain);
}

static void a_link_that_could_run_is_not_safe(void **state)
{
    static const char *const safe[] = {
        "http://a.example",
        "HTTPS://a.example",
        "/x",
        "x",
        "",
        "?q",
        "#f",
        "//a.example",
        "mailto:x",
        "magnet:?x",
        "tag:a.example,2020:x",
        "./a:b",
        "a/b:c",
        "新闻:x",
        "h\ntt\tp://a.example",
        "1:x",
        ":x",
    };
    static const char *const unsafe[] = {
        "javascript:alert(1)",
        "JavaScript:x",
        " \x01javascript:x",
        "java\nscript:x",
        "java\tscript\r:x",
        "jav\001ascript:x",
        "data:text/html,x",
        "vbscript:x",
        "blob:https://a.example/1",
        "file:///etc/passwd",
        "about:blank",
        "view-source:http://a.example",
        "intent:x",
        "unknown-scheme-that-is-long:x",
        "filesystem:http://a.example/x",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(safe); i++)
        if (!url_is_safe_link(span_of(safe[i])))
            fail_msg("%s is refused", safe[i]);
    for (size_t i = 0; i < ARRAY_SIZE(unsafe); i++)
        if (url_is_safe_link(span_of(unsafe[i])))
            fail_msg("%s is let through", unsafe[i]);
}

static void a_relative_reference_is_not_taken_for_one_with_a_scheme(void **state)
{
    static const char *const cases[][2] = {
        {"\u2028javascript:a", "./\u2028javascript:a"},
        {"\u00a0x:y", "./\u00a0x:y"},
        {":a", "./:a"},
        {"1:a", "./1:a"},
        {"a b:c", "./a b:c"},
        {"./a b:c", "./a b:c"},
        {"../a:b", "../a:b"},
        {"a/b:c", "a/b:c"},
        {"?a:b", "?a:b"},
        {"#a:b", "#a:b"},
        {"//h:1/", "//h:1/"},
        {"a", "a"},
        {"", ""},
        {"x-a+b.1:c", "x-a+b.1:c"}, /* has one */
        {"http://[", "http://["},
    };
    OWN(arena) arena = arena_new(1 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_span_equal(url_plainly_relative(arena, span_of(cases[i][0])), cases[i][1]);
}

static void percent_decoding_leaves_what_is_no_escape(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);

    (void)state;
    assert_span_equal(url_percent_decode(arena, S("%41%4a%4A+%zz%4%")), "AJJ+%zz%4%");
    assert_int_equal(url_percent_decode(arena, S("a%00b")).len, 3);
}

static span repeated(struct arena *arena, span head, span piece, size_t size)
{
    char *at = arena_alloc(arena, size);
    size_t len = head.len;

    memcpy(at, head.at, head.len);
    for (; len + piece.len <= size; len += piece.len)
        memcpy(at + len, piece.at, piece.len);
    return (span){at, len};
}

/* A test that takes minutes shows what it is for. */
static void a_huge_address_takes_time_in_proportion(void **state)
{
    static const struct {
        span head, piece;
    } cases[] = {
        {S("http://a.example/"), S("../")},
        {S("http://a.example"), S("/.")},
        {S("http://a.example/"), S("a/")},
        {S("http://a.example"), S("\\a")},
        {S("http://a.example/"), S("\xff")},
        {S("http://"), S("a@")},
        {S("http://"), S("a.")},
        {S("http://"), S("1")},
        {S("http://["), S("1:")},
        {S("http://"), S("新")},
        {S("http://a.example/?"), S("é&")},
        {S("file:///"), S("C|/")},
        {S("x:"), S(" ")},
        {S(""), S("\n")},
        {S("http://"), S("%41")},
        {S("http://a.example/"), S("%2e/")},
        {S("http://a.example:"), S("0")},
        {S("foo://"), S("[")},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(256 * MiB);
        span input = repeated(arena, cases[i].head, cases[i].piece, 1 * MiB);
        struct url url;
        if (url_parse_in(arena, input, NULL, "gbk", &url))
            assert_true(url_serialize(arena, &url).len > 0);
        span href = url_resolve(arena, S("http://b.example/x"), input);
        url_canonical_key(arena, href);
        url_is_safe_link(input);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_written_as_browsers_write_it),
        cmocka_unit_test(a_reference_is_resolved_against_its_base),
        cmocka_unit_test(a_result_does_not_need_its_base_or_input_any_more),
        cmocka_unit_test(the_parts_are_told_apart),
        cmocka_unit_test(a_query_is_in_the_charset_of_its_document),
        cmocka_unit_test(one_article_has_one_key),
        cmocka_unit_test(a_host_belongs_to_a_registrable_domain),
        cmocka_unit_test(a_link_that_could_run_is_not_safe),
        cmocka_unit_test(a_relative_reference_is_not_taken_for_one_with_a_scheme),
        cmocka_unit_test(percent_decoding_leaves_what_is_no_escape),
        cmocka_unit_test(a_huge_address_takes_time_in_proportion),
    };

    return cmocka_run_group_tests_name("url", tests, NULL, NULL);
}
