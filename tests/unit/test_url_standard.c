/* SPDX-License-Identifier: MIT
 * test_url_standard.c - the URL Standard's own tests, where they lie beside the project
 *
 * A few differ on purpose: since 2024 the Standard encodes '^' in paths, and archives hold addresses without.
 */
#include "core/file.h"
#include "tests/lib/shared.h"
#include "text/json.h"
#include "text/url.h"
#include "unit.h"

/* To be asked before anything is made: skip() does not come back to free it. */
static void need_shared(const char *relative)
{
    if (!shared_path(relative))
        skip();
}

static span read_shared(struct arena *arena, const char *relative)
{
    const char *path = shared_path(relative);
    span bytes = {0};

    assert_non_null(path);
    assert_ok(file_read(path, 16 * MiB, arena, &bytes));
    return bytes;
}

static const struct json *parse_json(struct arena *arena, span text)
{
    struct json *json = NULL;
    struct json_damage damage = {0};

    assert_ok(json_parse(arena, text, &json, &damage));
    return json;
}

static const struct json *read_json(struct arena *arena, const char *relative)
{
    return parse_json(arena, read_shared(arena, relative))->first;
}

struct tally {
    size_t right, all;
};

static void count(struct tally *tally, span input, span got, span wanted)
{
    bool is_right = span_equal(got, wanted);

    tally->all++;
    tally->right += is_right;
    if (!is_right)
        print_message("# \"%.*s\" gives \"%.*s\", wanted \"%.*s\"\n", SPAN_ARG(input), SPAN_ARG(got),
                      SPAN_ARG(wanted));
}

static void ninety_nine_of_a_hundred_addresses_agree(void **state)
{
    (void)state;
    need_shared("corpus/url/urltestdata.json");
    OWN(arena) arena = arena_new(64 * MiB);
    struct tally tally = {0};
    struct url base, url;

    for (const struct json *test = read_json(arena, "corpus/url/urltestdata.json"); test; test = test->next) {
        span base_text = json_text(json_member(test, "base")), input = json_text(json_member(test, "input"));
        if (test->type != JSON_OBJECT)
            continue;
        bool has_base = base_text.at;
        bool is_done = (!has_base || url_parse(arena, base_text, NULL, &base)) &&
                       url_parse(arena, input, has_base ? &base : NULL, &url);
        count(&tally, input, is_done ? url_serialize(arena, &url) : (span){0},
              json_text(json_member(test, "href")));
    }
    assert_true(tally.all > 0 && tally.right * 100 >= tally.all * 99);
}

/* ICU is of the system, and its tables differ a little from version to version */
static void hosts_become_ascii_as_the_standard_says(void **state)
{
    (void)state;
    need_shared("corpus/url/toascii.json");
    OWN(arena) arena = arena_new(64 * MiB);
    struct tally tally = {0};

    for (const struct json *test = read_json(arena, "corpus/url/toascii.json"); test; test = test->next) {
        span input = json_text(json_member(test, "input"));
        if (test->type == JSON_OBJECT)
            count(&tally, input, url_domain_to_ascii(arena, input), json_text(json_member(test, "output")));
    }
    assert_true(tally.all > 0 && tally.right * 100 >= tally.all * 92);
}

static void queries_are_encoded_as_the_standard_says(void **state)
{
    (void)state;
    need_shared("corpus/url/percent-encoding.json");
    OWN(arena) arena = arena_new(64 * MiB);
    struct tally tally = {0};
    struct url url;

    for (const struct json *test = read_json(arena, "corpus/url/percent-encoding.json"); test;
         test = test->next) {
        const struct json *output = json_member(test, "output");
        span input = json_text(json_member(test, "input"));
        span address = arena_printf(arena, "http://a.example/?%.*s", SPAN_ARG(input));
        for (output = output ? output->first : NULL; output; output = output->next) {
            assert_true(url_parse_in(arena, address, NULL, arena_string(arena, output->key), &url));
            count(&tally, input, url.query, json_text(output));
        }
    }
    assert_true(tally.all > 0 && tally.right == tally.all);
}

static void addresses_in_archives_are_written_as_they_were(void **state)
{
    (void)state;
    need_shared("corpus/golden/whatwg-href.tsv");
    OWN(arena) arena = arena_new(64 * MiB);
    struct tally tally = {0};
    span rest, line, input;

    rest = read_shared(arena, "corpus/golden/whatwg-href.tsv");
    span_cut(&rest, '\n', &line); /* the names of the columns */
    while (span_cut(&rest, '\n', &line)) {
        span_cut(&line, '\t', &input);
        span address = json_text(parse_json(arena, input));
        span wanted = span_is(line, "ERROR") ? (span){0} : json_text(parse_json(arena, line));
        count(&tally, address, url_resolve(arena, (span){0}, address), wanted);
    }
    assert_true(tally.all > 0 && tally.right == tally.all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ninety_nine_of_a_hundred_addresses_agree),
        cmocka_unit_test(hosts_become_ascii_as_the_standard_says),
        cmocka_unit_test(queries_are_encoded_as_the_standard_says),
        cmocka_unit_test(addresses_in_archives_are_written_as_they_were),
    };

    return cmocka_run_group_tests_name("url_standard", tests, NULL, NULL);
}
