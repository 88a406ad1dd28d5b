/* SPDX-License-Identifier: MIT
 * test_json.c - JSON written and read
 */
#include "text/json.h"
#include "unit.h"

/* The value, written anew. */
static void write_again(struct json_writer *json, const struct json *value)
{
    switch (value->type) {
    case JSON_NULL:
        json_null(json);
        break;
    case JSON_FALSE:
    case JSON_TRUE:
        json_boolean(json, value->type == JSON_TRUE);
        break;
    case JSON_NUMBER:
        if (json->needs_comma)
            buf_add_char(json->out, ',');
        buf_add(json->out, value->text);
        json->needs_comma = true;
        break;
    case JSON_STRING:
        json_string(json, value->text);
        break;
    case JSON_ARRAY:
        json_open_array(json);
        for (const struct json *child = value->first; child; child = child->next)
            write_again(json, child);
        json_close_array(json);
        break;
    case JSON_OBJECT:
        json_open_object(json);
        for (const struct json *child = value->first; child; child = child->next) {
            char *key = memory_string(child->key);
            json_key(json, key);
            write_again(json, child);
            free(key);
        }
        json_close_object(json);
        break;
    }
}

static void json_is_read_as_far_as_it_goes(void **state)
{
    static const struct {
        const char *text, *wanted, *damage;
        size_t offset;
    } cases[] = {
        {"{\"a\":[1,-2.50e3,true,false,null,\"x\"],\"b\":{}}", NULL, NULL, 0},
        {" \t\r\n[ 1 , 2 ] \n", "[1,2]", NULL, 0},
        {"\xef\xbb\xbf{\"a\":1}", "{\"a\":1}", NULL, 0},
        {"12345678901234567890.123456789", NULL, NULL, 0},
        {"\"\\u00e9\\ud83d\\ude00\\n\\/\"", "\"é😀\\n/\"", NULL, 0},
        {"[1,2,]", "[1,2]", "comma before the end", 5},
        {"[,1,,2]", "[1,2]", "comma without a value", 1},
        {"[1 2]", "[1,2]", "no comma between values", 3},
        {"{\"a\" 1}", "{\"a\":1}", "no colon after a key", 5},
        {"{\"a\":}", "{\"a\":null}", "no value", 5},
        {"{a:1}", "{\"a\":1}", "key without quotes", 1},
        {"/* a */[1,// b\n2]", "[1,2]", "comment", 0},
        {"[1]2", "[1]", "text after the end", 3},
        {"[\"a\tb\"]", "[\"a\\tb\"]", "control character in a string", 2},
        {"[\"\\ud83d\"]", "[\"\xef\xbf\xbd\"]", "lone surrogate", 8},
        {"[\"\\ud83d\\u0041\"]",
         "[\"\xef\xbf\xbd"
         "A\"]",
         "lone surrogate", 8},
        {"[\"\\x\"]", "[\"x\"]", "bad escape", 4},
        {"[\"\\u12g4\"]", "[\"u12g4\"]", "bad escape", 4},
        {"[\"\xff\"]", "[\"\xef\xbf\xbd\"]", "invalid UTF-8", 4},
        {"[+1,.5,1.,NaN]", "[null,null,null,null]", "not a value", 1},
        {"{\"a\":[1,{\"b\":\"half a wo", "{\"a\":[1,{\"b\":\"half a wo\"}]}", "text ends within a string",
         23},
        {"[[1", "[[1]]", "text ends within an array or object", 3},
        {"{\"a\":[1}", "{\"a\":[1]}", "closed by the wrong bracket", 7},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        LOCAL(buf) written = {.max = 1 * MiB};
        struct json_writer writer = {&written, false};
        struct json_damage damage;
        struct json *json;
        assert_ok(json_parse(arena, span_of(cases[i].text), &json, &damage));
        write_again(&writer, json);
        assert_span_equal(buf_span(&written), cases[i].wanted ? cases[i].wanted : cases[i].text);
        assert_span_equal(span_of(damage.what), cases[i].damage ? cases[i].damage : "");
        if (damage.what)
            assert_int_equal(damage.offset, cases[i].offset);
    }
}

static void what_does_not_begin_a_value_is_no_json(void **state)
{
    static const char *const cases[] = {"", "  ", "\xef\xbb\xbf", "<html>", "hello", "tru", "]", ":"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        struct json_damage damage;
        struct json *json;
        assert_fails(json_parse(arena, span_of(cases[i]), &json, &damage), ERROR_FORMAT);
    }
}

static void nesting_ends_at_256(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    char text[100000];
    struct json_damage damage;
    struct json *json;
    int depth = 0;

    (void)state;
    memset(text, '[', sizeof text);
    assert_ok(json_parse(arena, (span){text, sizeof text}, &json, &damage));
    for (; json->first; json = json->first)
        depth++;
    assert_int_equal(depth, 256);
    assert_string_equal(damage.what, "nested too deeply");
}

static void a_full_arena_stops_the_reader(void **state)
{
    OWN(arena) arena = arena_new(10 * KiB);
    char text[20000];
    struct json_damage damage;
    struct json *json;

    (void)state;
    memset(text, '1', sizeof text);
    for (size_t i = 0; i < sizeof text; i += 2)
        text[i] = i ? ',' : '[';
    assert_fails(json_parse(arena, (span){text, sizeof text}, &json, &damage), ERROR_LIMIT);
    assert_true(arena_used(arena) < 11 * KiB);
}

static void a_string_without_escapes_is_a_piece_of_the_text(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    const char *text = "\"some text\"";
    struct json_damage damage;
    struct json *json;

    (void)state;
    assert_ok(json_parse(arena, span_of(text), &json, &damage));
    assert_ptr_equal(json->text.at, text + 1);
}

static const struct json *parse(struct arena *arena, const char *text)
{
    struct json_damage damage;
    struct json *json;

    assert_ok(json_parse(arena, span_of(text), &json, &damage));
    return json;
}

static void members_are_found_by_name(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    const struct json *json = parse(arena, "{\"a\":\"1\",\"b\":2,\"a\":\"3\",\"c\":[]}");

    (void)state;
    assert_span_equal(json_text(json_member(json, "a")), "3"); /* the last of two, as in JavaScript */
    assert_span_equal(json_text(json_member(json, "b")), "2");
    assert_null(json_text(json_member(json, "c")).at);
    assert_null(json_member(json, "d"));
    assert_null(json_member(json_member(json, "b"), "a"));
    assert_null(json_member(NULL, "a"));
    assert_null(json_text(NULL).at);
}

static void whole_numbers_are_read_from_numbers_and_strings(void **state)
{
    static const struct {
        const char *text;
        bool is_whole;
        int64_t wanted;
    } cases[] = {
        {"7", true, 7},
        {"-7", true, -7},
        {"\"7\"", true, 7},
        {"7.0", true, 7},
        {"7e2", true, 700},
        {"9223372036854775807", true, INT64_MAX},
        {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775808", false, 0},
        {"7.5", false, 0},
        {"1e300", false, 0},
        {"\"seven\"", false, 0},
        {"\"\"", false, 0},
        {"true", false, 0},
        {"[7]", false, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        int64_t number = 0;
        assert_int_equal(json_to_int64(parse(arena, cases[i].text), &number), cases[i].is_whole);
        assert_int_equal(number, cases[i].wanted);
    }
}

static void strings_are_escaped_and_repaired(void **state)
{
    static const struct {
        const char *text;
        size_t len;
        const char *wanted;
    } cases[] = {
        {"plain", 5, "\"plain\""},
        {"", 0, "\"\""},
        {"\"quoted\" \\ /", 12, "\"\\\"quoted\\\" \\\\ /\""},
        {"a\0b\x1f\x7f", 5, "\"a\\u0000b\\u001f\x7f\""},
        {"\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\""},
        {"港é😀\xe2\x80\xa8", 12, "\"港é😀\xe2\x80\xa8\""},
        {"a\xff"
         "b",
         3,
         "\"a\xef\xbf\xbd"
         "b\""},
        {"\xe6\xb8", 2, "\"\xef\xbf\xbd\""},
        {"\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xc0\x80", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\""},
        {"0123456\"89abcdef\n1234567港", 27, "\"0123456\\\"89abcdef\\n1234567港\""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        LOCAL(buf) written = {.max = 1 * KiB};
        struct json_writer writer = {&written, false};
        json_string(&writer, (span){cases[i].text, cases[i].len});
        assert_span_equal(buf_span(&written), cases[i].wanted);
    }
}

/* The fast path looks at eight bytes at once: each place in them is tried. */
static void every_byte_is_escaped_at_every_place(void **state)
{
    (void)state;
    for (int c = 1; c < 0x80; c++) {
        for (size_t place = 0; place < 20; place++) {
            OWN(arena) arena = arena_new(1 * MiB);
            LOCAL(buf) written = {.max = 1 * KiB};
            struct json_writer writer = {&written, false};
            char text[] = "abcdefghijklmnopqrst";
            text[place] = (char)c;
            json_string(&writer, span_of(text));
            assert_span_equal(json_text(parse(arena, written.at)), text);
            if (c >= ' ' && c != '"' && c != '\\')
                assert_int_equal(written.len, sizeof text - 1 + 2);
        }
    }
}

static void numbers_are_as_short_as_they_can_be(void **state)
{
    static const struct {
        double number;
        const char *wanted;
    } cases[] = {
        {0, "0"},
        {0.1, "0.1"},
        {-2.5, "-2.5"},
        {1.0 / 3, "0.3333333333333333"},
        {1e21, "1e+21"},
        {5e-324, "5e-324"},
        {9007199254740993.0, "9007199254740992"},
        {1.0 / 0.0, "null"},
        {0.0 / 0.0, "null"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        LOCAL(buf) written = {.max = 1 * KiB};
        struct json_writer writer = {&written, false};
        json_number(&writer, cases[i].number);
        assert_span_equal(buf_span(&written), cases[i].wanted);
    }
}

static void commas_are_the_writers_business(void **state)
{
    LOCAL(buf) written = {.max = 1 * KiB};
    struct json_writer writer = {&written, false};

    (void)state;
    json_open_object(&writer);
    json_pair(&writer, "a", S("x"));
    json_pair_if(&writer, "left out", S(""));
    json_pair_integer(&writer, "b", INT64_MIN);
    json_key(&writer, "c");
    json_open_array(&writer);
    json_null(&writer);
    json_open_array(&writer);
    json_close_array(&writer);
    json_integer(&writer, 7);
    json_close_array(&writer);
    json_pair_boolean(&writer, "d", true);
    json_pair_date(&writer, "e", 1573151109000);
    json_pair_date(&writer, "f", NO_TIME);
    json_pair_date_if(&writer, "left out", NO_TIME);
    json_pair_date_if(&writer, "g", 0);
    json_close_object(&writer);
    assert_span_equal(buf_span(&written),
                      "{\"a\":\"x\",\"b\":-9223372036854775808,\"c\":[null,[],7],\"d\":true,"
                      "\"e\":\"2019-11-07T18:25:09Z\",\"f\":null,"
                      "\"g\":\"1970-01-01T00:00:00Z\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_is_read_as_far_as_it_goes),
        cmocka_unit_test(what_does_not_begin_a_value_is_no_json),
        cmocka_unit_test(nesting_ends_at_256),
        cmocka_unit_test(a_full_arena_stops_the_reader),
        cmocka_unit_test(a_string_without_escapes_is_a_piece_of_the_text),
        cmocka_unit_test(members_are_found_by_name),
        cmocka_unit_test(whole_numbers_are_read_from_numbers_and_strings),
        cmocka_unit_test(strings_are_escaped_and_repaired),
        cmocka_unit_test(every_byte_is_escaped_at_every_place),
        cmocka_unit_test(numbers_are_as_short_as_they_can_be),
        cmocka_unit_test(commas_are_the_writers_business),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
