/* SPDX-License-Identifier: MIT
 * test_conf.c - what courant.conf says, and what is said of one that is wrong
 */
#include "conf/conf.h"
#include "conf/nearest.h"
#include "core/file.h"
#include "tests/unit/unit.h"
#include <unistd.h>

static struct conf *parse(struct arena *arena, const char *text)
{
    struct conf *conf = NULL;

    assert_ok(conf_parse(arena, span_of(text), "courant.conf", &conf));
    return conf;
}

static void an_empty_file_gives_the_defaults(void **state)
{
    OWN(arena) arena = arena_new(4 * MiB);
    struct conf *conf = parse(arena, "");

    (void)state;
    assert_span_equal(conf->listen, "127.0.0.1:7878");
    assert_span_equal(conf->base_url, "http://127.0.0.1:7878/");
    assert_false(conf->log_is_json);
    assert_int_equal(conf->fetch.concurrency, 256);
    assert_int_equal(conf->fetch.max_open, 4096);
    assert_int_equal(conf->fetch.per_host, 2);
    assert_int_equal(conf->fetch.host_gap, 1 * SECOND);
    assert_int_equal(conf->fetch.timeout, 30 * SECOND);
    assert_int_equal(conf->fetch.max_size, 16 * MiB);
    assert_int_equal(conf->fetch.interval, 1 * HOUR);
    assert_int_equal(conf->fetch.min_interval, 15 * MINUTE);
    assert_int_equal(conf->fetch.max_interval, 1 * DAY);
    assert_int_equal(conf->fetch.port_count, 5);
    assert_int_equal(conf->fetch.ports[4], 8443);
    assert_int_equal(conf->fetch.allow_network_count, 0);
    assert_int_equal(conf->archive.layout, LAYOUT_DATED);
    assert_int_equal(conf->archive.body, BODY_FEED);
    assert_true(conf->archive.git);
    assert_span_equal(conf->archive.author, "Courant <courant@localhost>");
    assert_span_equal(conf->archive.timezone, "Asia/Shanghai");
    assert_int_equal(conf->archive.list_length, 300);
    assert_int_equal(conf->archive.wait, 10 * MINUTE);
    assert_int_equal(conf->recheck_count, 4);
    assert_int_equal(conf->rechecks[3], 7 * DAY);
    assert_true(conf->keep_pages);
    assert_int_equal(conf->image_mode, IMAGES_PROXY);
    assert_int_equal(conf->source_count, 0);
}

static void what_init_writes_says_the_defaults_and_the_title(void **state)
{
    OWN(arena) arena = arena_new(4 * MiB);
    LOCAL(buf) text = {.max = 64 * KiB};

    (void)state;
    conf_write_default(&text, S("News # of \"us\""));
    assert_span_equal(parse(arena, text.at)->title, "My newsroom"); /* no line can hold that one */
    buf_clear(&text);
    conf_write_default(&text, S("News # of us"));
    assert_span_equal(parse(arena, text.at)->title, "News # of us");
    assert_int_equal(parse(arena, text.at)->warning_count, 0);
}

static void values_are_trimmed_unquoted_and_freed_of_comments(void **state)
{
    static const struct {
        const char *written, *value;
    } cases[] = {
        {"title = a", "a"},
        {"title=a", "a"},
        {"\t title \t=\t a b \t", "a b"},
        {"title = a # b", "a"},
        {"title = a\t# b", "a"},
        {"title = a#b", "a#b"},
        {"title = # b", ""},
        {"title =", ""},
        {"title = \"a # b\"", "a # b"},
        {"title = \"  a  \"", "  a  "},
        {"title = \"a\" # b", "a"},
        {"title = \"a\" b", "\"a\" b"},
        {"title = \"a\" and \"b\"", "\"a\" and \"b\""},
        {"title = \"\"", ""},
        {"title = \"", "\""},
        {"title = a = b", "a = b"},
        {"title = 美国之音", "美国之音"},
        {"title = a\r", "a"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(4 * MiB);
        span text = arena_printf(arena, "[courant]\n%s\n", cases[i].written);
        assert_span_equal(parse(arena, text.at)->title, cases[i].value);
    }
}

static void a_byte_order_mark_and_crlf_are_no_mistake(void **state)
{
    OWN(arena) arena = arena_new(4 * MiB);

    (void)state;
    assert_span_equal(parse(arena, "\xef\xbb\xbf[courant]\r\ntitle = x\r\n\r\n# c\r\n")->title, "x");
}

static void durations_and_sizes_take_their_units(void **state)
{
    OWN(arena) arena = arena_new(4 * MiB);
    struct conf *conf =
        parse(arena, "[fetch]\nhost_gap = 0s\ntimeout = 2m\nmax_interval = 7d\nmax_size = 512K\n"
                     "[archive]\nwait = 0\n[articles]\nrecheck = 30s 2d\n");

    (void)state;
    assert_int_equal(conf->fetch.host_gap, 0);
    assert_int_equal(conf->fetch.timeout, 2 * MINUTE);
    assert_int_equal(conf->fetch.max_interval, 7 * DAY);
    assert_int_equal(conf->fetch.max_size, 512 * KiB);
    assert_int_equal(conf->archive.wait, 0);
    assert_int_equal(conf->recheck_count, 2);
    assert_int_equal(conf->rechecks[1], 2 * DAY);
    assert_int_equal(parse(arena, "[articles]\nrecheck =\n")->recheck_count, 0);
}

static void networks_are_ipv4_or_ipv6_with_or_without_a_port(void **state)
{
    static const struct {
        const char *written;
        int prefix, port;
        uint8_t first, thirteenth, last; /* bytes of the address */
    } cases[] = {
        {"127.0.0.0/8", 104, 0, 0, 127, 0},   {"127.0.0.1/8:8080", 104, 8080, 0, 127, 0},
        {"10.1.2.3", 128, 0, 0, 10, 3},       {"10.1.2.3:80", 128, 80, 0, 10, 3},
        {"0.0.0.0/0", 96, 0, 0, 0, 0},        {"::1", 128, 0, 0, 0, 1},
        {"[::1]", 128, 0, 0, 0, 1},           {"[::1]:443", 128, 443, 0, 0, 1},
        {"fd00::/8", 8, 0, 0xfd, 0, 0},       {"fdff::1/8:81", 8, 81, 0xfd, 0, 0},
        {"[fd00::]/8:82", 8, 82, 0xfd, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(4 * MiB);
        span text = arena_printf(arena, "[fetch]\nallow_networks = %s , 192.0.2.0/24,\n", cases[i].written);
        struct conf_fetch *fetch = &parse(arena, text.at)->fetch;
        assert_int_equal(fetch->allow_network_count, 2);
        assert_int_equal(fetch->allow_networks[0].prefix, cases[i].prefix);
        assert_int_equal(fetch->allow_networks[0].port, cases[i].port);
        assert_int_equal(fetch->allow_networks[0].address[0], cases[i].first);
        assert_int_equal(fetch->allow_networks[0].address[12], cases[i].thirteenth);
        assert_int_equal(fetch->allow_networks[0].address[15], cases[i].last);
    }
}

static void a_source_has_the_values_of_fetch_but_for_its_own(void **state)
{
    OWN(arena) arena = arena_new(4 * MiB);
    struct conf *conf =
        parse(arena, "[source a]\nfeed = https://a.example/rss\nheader = X-One: 1\ninterval = 20m\n"
                     "[fetch]\ntimeout = 5s\nheader = X-All: 0\nheader = X-Too: 0\n"
                     "[source b]\nname = B\nfeed = https://b.example/rss\ntimeout = 6s\npaused = true\n"
                     "categories = China, World\n");
    const struct conf_source *a = conf_find_source(conf, S("a")), *b = conf_find_source(conf, S("b"));

    (void)state;
    assert_int_equal(conf->source_count, 2);
    assert_null(conf_find_source(conf, S("c")));
    assert_span_equal(a->name, "a");
    assert_int_equal(a->fetch.timeout, 5 * SECOND);
    assert_int_equal(a->fetch.header_count, 1);
    assert_span_equal(a->fetch.headers[0], "X-One: 1");
    assert_true(a->fetch.interval_is_set);
    assert_int_equal(a->fetch.interval, 20 * MINUTE);
    assert_span_equal(b->name, "B");
    assert_int_equal(b->fetch.timeout, 6 * SECOND);
    assert_int_equal(b->fetch.header_count, 2);
    assert_span_equal(b->fetch.headers[1], "X-Too: 0");
    assert_false(b->fetch.interval_is_set);
    assert_true(b->paused);
    assert_int_equal(b->category_count, 2);
    assert_span_equal(b->categories[1], "World");
    assert_int_equal(b->line, 9);
}

static void a_shorter_default_gives_way_to_the_floor(void **state)
{
    OWN(arena) arena = arena_new(4 * MiB);
    struct conf *conf =
        parse(arena, "[fetch]\nmin_interval = 2h\n[source a]\nfeed = http://a.example/\nmin_interval = 2d\n");

    (void)state;
    assert_int_equal(conf->fetch.interval, 2 * HOUR);
    assert_int_equal(conf->sources[0].fetch.interval, 2 * DAY);
    assert_int_equal(conf->sources[0].fetch.max_interval, 2 * DAY);
}

static void mistakes_name_file_line_and_key_and_what_is_nearest(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"[fetch]\nintervall = 1h\n",
         "courant.conf:2: unknown key \"intervall\" in [fetch]; the nearest is \"interval\""},
        {"[fetch]\nlayout = dated\n",
         "courant.conf:2: unknown key \"layout\" in [fetch]; it belongs in [archive]"},
        {"[archiv]\n", "courant.conf:1: unknown group [archiv]; the nearest is [archive]"},
        {"title = x\n", "courant.conf:1: key \"title\" stands before any [group]"},
        {"[fetch]\n\ntimeout = soon\n",
         "courant.conf:3: timeout = soon: this is not a duration, such as 30s, 15m, 6h or 7d"},
        {"[fetch]\ntimeout = 30\n",
         "courant.conf:2: timeout = 30: this is not a duration, such as 30s, 15m, 6h or 7d"},
        {"[fetch]\nper_host = 0\n", "courant.conf:2: per_host = 0: it must be from 1 to 1000"},
        {"[fetch]\nmax_size = 9999999G\n", "courant.conf:2: max_size = 9999999G: it must be from 1K to 1G"},
        {"[fetch]\nports = 80, 99999\n",
         "courant.conf:2: ports = 80, 99999: \"99999\" is no port, from 1 to 65535"},
        {"[fetch]\nheader = oops\n",
         "courant.conf:2: header = oops: this is not a header, such as Accept-Language: zh"},
        {"[archive]\nlayout = flat\n", "courant.conf:2: layout = flat: it must be dated or duty-machine"},
        {"[archive]\ngit = yes\n", "courant.conf:2: git = yes: it must be false or true"},
        {"[archive]\ntimezone = Asia/Nowhere\n",
         "courant.conf:2: timezone = Asia/Nowhere: this is not a time zone, such as Asia/Shanghai or UTC"},
        {"[archive]\ngit = true\ngit = true\n", "courant.conf:3: \"git\" is set in line 2 already"},
        {"[source A]\n", "courant.conf:1: [source A]: the id is made of at most 64 of a-z, 0-9 and \"-\""},
        {"[source]\n", "courant.conf:1: an id is missing: [source ID]"},
        {"[fetch x]\n", "courant.conf:1: group [fetch] takes no name"},
        {"[source a]\n", "courant.conf:1: [source a] has no feed"},
        {"[source a]\nfeed = ftp://x/\n",
         "courant.conf:2: feed = ftp://x/: this is not an address that begins with http:// or https://"},
        {"[source a]\nfeed = http://a.example/\n[source a]\n",
         "courant.conf:3: [source a] stands in line 1 already"},
        {"[source a]\nfeed = http://a.example/\ninterval = 1m\n",
         "courant.conf:3: interval = 1m: it is shorter than min_interval, which is 15m"},
        {"[fetch]\nmin_interval = 1h\nmax_interval = 30m\n",
         "courant.conf:3: max_interval = 30m: it is shorter than min_interval, which is 1h"},
        {"[remote r]\nurl = ext::sh -c id\n",
         "courant.conf:2: url = ext::sh -c id: it would make git run another program"},
        {"[remote r]\nbranch = main\n", "courant.conf:1: [remote r] has no url"},
        {"[rule x]\nmatch = title ~ /a/\ndo = explode\n",
         "courant.conf:3: do = explode: this is not keep, drop, mark, or category NAME"},
        {"[courant]\nwords\n", "courant.conf:2: this is no [group], no \"key = value\" and no # comment"},
        {"[courant\n", "courant.conf:1: a group is written [name] or [name argument], alone on its line"},
        {"[courant]\ntitle = a\001b\n", "courant.conf:2: there is a control character in this line"},
        {"[courant]\ntitle = \xff\n", "courant.conf is not UTF-8 text"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(4 * MiB);
        struct conf *conf;
        OWN(error) error = conf_parse(arena, span_of(cases[i].text), "courant.conf", &conf);
        assert_non_null(error);
        assert_int_equal(error->kind, ERROR_USAGE);
        assert_string_equal(error->message, cases[i].message);
        assert_null(error->cause);
    }
}

static void all_mistakes_are_told_in_the_order_of_their_lines(void **state)
{
    OWN(arena) arena = arena_new(4 * MiB);
    struct conf *conf;
    OWN(error) error = conf_parse(arena, S("[source a]\n[fetch]\nproxi = x\n[source b]\n"), "c", &conf);

    (void)state;
    assert_string_equal(error->message, "c:1: [source a] has no feed");
    assert_string_equal(error->cause->message,
                        "c:3: unknown key \"proxi\" in [fetch]; the nearest is \"proxy\"");
    assert_string_equal(error->cause->cause->message, "c:4: [source b] has no feed");
    assert_null(error->cause->cause->cause);
}

static void a_thousand_mistakes_are_not_told_one_by_one(void **state)
{
    OWN(arena) arena = arena_new(4 * MiB);
    LOCAL(buf) text = {.max = 64 * KiB};
    struct conf *conf;
    size_t told = 0;

    (void)state;
    for (int i = 0; i < 1000; i++)
        buf_add(&text, S("nonsense\n"));
    OWN(error) error = conf_parse(arena, buf_span(&text), "c", &conf);
    for (const struct error *link = error; link; link = link->cause)
        told++;
    assert_int_equal(told, 51);
}

static void a_key_that_is_not_built_yet_gives_a_warning(void **state)
{
    OWN(arena) arena = arena_new(4 * MiB);
    struct conf *conf = parse(arena, "[images]\nmode = keep\n[courant]\ntitle = x\n"
                                     "[source a]\nfeed = http://a.example/\nfull_text = never\n");

    (void)state;
    assert_int_equal(conf->warning_count, 1);
    assert_span_equal(conf->warnings[0], "courant.conf:2: mode has no effect: pictures are not fetched yet");
}

static void files_are_found_beside_the_configuration(void **state)
{
    OWN(arena) arena = arena_new(4 * MiB);
    char folder[] = "/tmp/courant-conf-XXXXXX";
    struct conf *conf = NULL;

    (void)state;
    assert_non_null(mkdtemp(folder));
    span path = arena_printf(arena, "%s/courant.conf", folder);
    span login = arena_printf(arena, "%s/login", folder), jar = arena_printf(arena, "%s/jar", folder);
    assert_ok(file_write(login.at, S("me:se:cret\nnot this\n")));
    assert_ok(file_write(jar.at, S("")));
    assert_ok(file_write(path.at, S("[fetch]\nlogin = @login\ncookies = jar\n[articles]\nrules_dir = /rules\n"
                                    "rules_dir = mine\n")));
    assert_ok(conf_read(arena, path.at, &conf));
    assert_span_equal(conf->fetch.login, "me:se:cret");
    assert_span_equal(conf->fetch.cookies, jar.at);
    assert_int_equal(conf->rules_dir_count, 2);
    assert_span_equal(conf->rules_dirs[0], "/rules");
    assert_span_equal(conf->rules_dirs[1], arena_printf(arena, "%s/mine", folder).at);
    assert_int_equal(unlink(jar.at), 0);
    assert_fails(conf_read(arena, path.at, &conf), ERROR_USAGE);
    assert_ok(file_write(jar.at, S("")));
    assert_int_equal(unlink(login.at), 0);
    assert_fails(conf_read(arena, path.at, &conf), ERROR_USAGE);
    assert_int_equal(unlink(jar.at), 0);
    assert_int_equal(unlink(path.at), 0);
    assert_fails(conf_read(arena, path.at, &conf), ERROR_IO);
    assert_int_equal(rmdir(folder), 0);
}

static void every_key_of_the_table_explains_itself(void **state)
{
    OWN(arena) arena = arena_new(4 * MiB);
    size_t count;
    const struct conf_key_help *keys = conf_keys(arena, &count);

    (void)state;
    assert_int_equal(count, 49);
    for (size_t i = 0; i < count; i++) {
        assert_true(strlen(keys[i].help) > 5);
        assert_non_null(keys[i].type);
    }
}

static void ten_thousand_sources_are_read_in_a_moment(void **state)
{
    OWN(arena) arena = arena_new(256 * MiB);
    LOCAL(buf) text = {.max = 4 * MiB};
    struct conf *conf;

    (void)state;
    for (int i = 0; i < 10000; i++)
        buf_printf(&text, "[source s%d]\nname = Source %d\nfeed = http://s%d.example/rss\n\n", i, i, i);
    conf = parse(arena, text.at);
    assert_int_equal(conf->source_count, 10000);
    assert_span_equal(conf_find_source(conf, S("s9999"))->feed, "http://s9999.example/rss");
}

static void the_nearest_word_has_the_fewest_slips(void **state)
{
    static const struct {
        const char *a, *b;
        size_t distance;
    } cases[] = {{"", "", 0},        {"a", "", 1},        {"feed", "feed", 0},         {"fede", "feed", 1},
                 {"fed", "feed", 1}, {"show", "list", 4}, {"intervall", "interval", 1}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_int_equal(word_distance(span_of(cases[i].a), span_of(cases[i].b)), cases[i].distance);
        assert_int_equal(word_distance(span_of(cases[i].b), span_of(cases[i].a)), cases[i].distance);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_file_gives_the_defaults),
        cmocka_unit_test(what_init_writes_says_the_defaults_and_the_title),
        cmocka_unit_test(values_are_trimmed_unquoted_and_freed_of_comments),
        cmocka_unit_test(a_byte_order_mark_and_crlf_are_no_mistake),
        cmocka_unit_test(durations_and_sizes_take_their_units),
        cmocka_unit_test(networks_are_ipv4_or_ipv6_with_or_without_a_port),
        cmocka_unit_test(a_source_has_the_values_of_fetch_but_for_its_own),
        cmocka_unit_test(a_shorter_default_gives_way_to_the_floor),
        cmocka_unit_test(mistakes_name_file_line_and_key_and_what_is_nearest),
        cmocka_unit_test(all_mistakes_are_told_in_the_order_of_their_lines),
        cmocka_unit_test(a_thousand_mistakes_are_not_told_one_by_one),
        cmocka_unit_test(a_key_that_is_not_built_yet_gives_a_warning),
        cmocka_unit_test(files_are_found_beside_the_configuration),
        cmocka_unit_test(every_key_of_the_table_explains_itself),
        cmocka_unit_test(ten_thousand_sources_are_read_in_a_moment),
        cmocka_unit_test(the_nearest_word_has_the_fewest_slips),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
