/* SPDX-License-Identifier: MIT
 * test_filter.c - which articles a rule is about, and what rules together say of one
 */
#include "filter/filter.h"
#include "tests/unit/unit.h"

#define T(literal)                   \
    {                                \
        literal, sizeof(literal) - 1 \
    }

static struct author authors[] = {{.name = T("Ann Lee")},
                                  {.name = T("新华社"), .email = T("x@wire.example")}};
static span tags[] = {T("Sport"), T("Fútbol")};
static const struct item article = {
    .title = T("Harbour FOOTBALL club wins: 海港足球队夺冠"),
    .html = T("<p>The <b>final</b> score was 3&nbsp;&amp;&nbsp;0.</p><script>secret</script>"),
    .summary = T("A short one"),
    .link = T("https://pier.example/sport/1"),
    .language = T("en"),
    .authors = authors,
    .author_count = 2,
    .tags = tags,
    .tag_count = 2,
};
static span categories[] = {T("News/Asia")};
static const struct conf_source pier = {
    .id = T("pier"), .name = T("The Pier"), .categories = categories, .category_count = 1};
static const struct filter_subject subject = {.source = &pier, .source_id = T("pier"), .item = &article};

static void expressions_fit_what_they_say(void **state)
{
    static const struct {
        const char *text;
        bool fits;
    } cases[] = {
        {"title ~ /football/", false},
        {"title ~ /football/i", true},
        {"title ~ /足球|篮球/", true},
        {"title ~ /^Harbour\\s+\\w+/", true},
        {"title !~ /tennis/", true},
        {"title has \"football\"", true},
        {"title has \"foot\"", false},
        {"title has \"football club\"", true},
        {"title has 足球", true},
        {"title has \"ＦＯＯＴＢＡＬＬ\"", true},
        {"title = \"harbour\"", false},
        {"title = \"harbour  football CLUB wins: 海港足球队夺冠\"", true},
        {"text has \"final score\"", true},
        {"text has \"3 & 0\"", true},
        {"text has secret", false},
        {"text has \"short one\"", true},
        {"any has wins and any has final", true},
        {"author = \"ann lee\"", true},
        {"author = 新华社", true},
        {"author = \"x@wire.example\"", true},
        {"author != \"Ann Lee\"", false},
        {"author != \"Bob\"", true},
        {"category = sport", true},
        {"category = news", true},
        {"category = \"News/Asia\"", true},
        {"category = Asia", true},
        {"category = \"News/Europe\"", false},
        {"link ~ /\\/sport\\//", true},
        {"source = pier and source = \"the pier\"", true},
        {"language = EN", true},
        {"not title has football", false},
        {"not (title has tennis or author = Bob)", true},
        {"title has tennis or title has football and author = Bob", false},
        {"(title has tennis or title has football) and not author = Bob", true},
        {"NOT title has tennis AND title HAS wins", true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(4 * MiB);
        struct filter_match *match;
        OWN(error) error = filter_match_parse(arena, span_of(cases[i].text), &match);
        if (error)
            fail_msg("%s: %s", cases[i].text, error->message);
        if (!error && filter_match_fits(match, &subject) != cases[i].fits)
            fail_msg("%s: %s", cases[i].text, cases[i].fits ? "does not fit" : "fits");
    }
}

static void mistakes_are_told_with_their_column(void **state)
{
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"", "column 1: a field"},
        {"titel ~ /x/", "column 1: a field"},
        {"title", "column 6: ~"},
        {"title ~ x", "column 9: a pattern"},
        {"title ~ /x", "column 9: the / that begins here is not closed"},
        {"海 ~ /x/", "column 1"},
        {"title ~ /海/q", "column 12: a pattern's flags"},
        {"title ~ /a(b/", "column 13: this pattern"},
        {"title = \"x", "column 9: the \" that"},
        {"title = ", "column 9: a value"},
        {"(title = x", "column 1: the ( that"},
        {"title = x)", "column 10: and, or"},
        {"title = x and", "column 14: a field"},
        {"title ~ /x/ /y/", "column 13: and, or"},
        {"title ~ /\\C/", "column 12: this pattern"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(4 * MiB);
        struct filter_match *match;
        OWN(error) error = filter_match_parse(arena, span_of(cases[i].text), &match);
        if (!error || error->kind != ERROR_USAGE ||
            strncmp(error->message, cases[i].said, strlen(cases[i].said)))
            fail_msg("\"%s\": %s", cases[i].text, error ? error->message : "accepted");
    }
}

/* Patterns that backtrack without end, and trees without bottom */
static void no_expression_can_hang_us(void **state)
{
    OWN(arena) arena = arena_new(64 * MiB);
    LOCAL(buf) text = {.max = 1 * MiB}, title = {.max = 1 * MiB};
    struct filter_match *match;
    struct conf *conf;
    struct filter *filter;
    struct filter_verdict verdict;
    struct item item = {0};
    struct filter_subject hostile = {.item = &item};

    (void)state;
    for (int i = 0; i < 5000; i++)
        buf_add_text(&title, "a");
    item.title = buf_span(&title);
    assert_ok(conf_parse(
        arena,
        S("[rule slow]\nmatch = title ~ /^(a+)+$/ and title ~ /(a|aa)+b/\ndo = drop\n"
          "[rule slower]\nmatch = title ~ /(x+x+)+y/ or title ~ /^(([a-z])+.)+[A-Z]([a-z])+$/\ndo = drop\n"),
        "c", &conf));
    assert_ok(filter_read(arena, conf, "c", &filter));
    filter_judge(arena, filter, &hostile, &verdict);
    assert_true(verdict.reached_limit);
    assert_false(verdict.is_dropped);
    for (int i = 0; i < 500; i++)
        buf_add_text(&text, "not (");
    assert_fails(filter_match_parse(arena, buf_span(&text), &match), ERROR_USAGE);
    assert_fails(filter_match_parse(arena, S("title ~ /((((((((((a{1000}){1000}){1000})))))))))/"), &match),
                 ERROR_USAGE);
}

static const char rules[] = "[rule a]\nmatch = title has football\ndo = category Ball games\n"
                            "[rule b]\nmatch = author = \"Ann Lee\"\ndo = mark\n"
                            "[rule c]\nmatch = title has tennis\ndo = drop\n"
                            "[rule d]\nmatch = title has wins\ndo = keep\n"
                            "[rule e]\nmatch = text ~ /./\ndo = drop\n"
                            "[source all]\nfeed = http://a.example/\n"
                            "[source some]\nfeed = http://a.example/\nrules = e, a\n"
                            "[source few]\nfeed = http://a.example/\nrules = a, c\n";

static void rules_are_asked_in_order_and_the_first_decision_holds(void **state)
{
    static const struct {
        const char *source;
        bool is_dropped;
        const char *decided_by;
        size_t matched, tags;
    } cases[] = {{"all", false, "d", 3, 4},
                 {"some", true, "e", 1, 2},
                 {"few", false, NULL, 1, 3},
                 {"gone", false, "d", 3, 4}};
    OWN(arena) arena = arena_new(4 * MiB);
    struct conf *conf;
    struct filter *filter;

    (void)state;
    assert_ok(conf_parse(arena, span_of(rules), "courant.conf", &conf));
    assert_int_equal(conf->warning_count, 0);
    assert_ok(filter_read(arena, conf, "courant.conf", &filter));
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct item item = article;
        struct filter_subject asked = {conf_find_source(conf, span_of(cases[i].source)),
                                       span_of(cases[i].source), &item};
        struct filter_verdict verdict;
        filter_judge(arena, filter, &asked, &verdict);
        assert_int_equal(verdict.is_dropped, cases[i].is_dropped);
        assert_int_equal(verdict.matched_count, cases[i].matched);
        assert_span_equal(verdict.decided_by ? verdict.decided_by->name : (span){0},
                          cases[i].decided_by ? cases[i].decided_by : "");
        filter_add_tags(arena, &verdict, &item);
        assert_int_equal(item.tag_count, cases[i].tags);
        if (cases[i].tags == 4) {
            assert_span_equal(item.tags[2], "Ball games");
            assert_span_equal(item.tags[3], "marked");
        }
    }
    assert_int_equal(article.tag_count, 2);
}

static void a_configurations_mistakes_name_line_and_column(void **state)
{
    OWN(arena) arena = arena_new(4 * MiB);
    struct conf *conf;
    struct filter *filter;

    (void)state;
    assert_ok(conf_parse(
        arena, S("[rule a]\n  match =  titel ~ /x/\ndo = drop\n[rule b]\ndo = mark\nmatch = title ~ /(/\n"),
        "courant.conf", &conf));
    OWN(error) error = filter_read(arena, conf, "courant.conf", &filter);
    assert_non_null(error);
    assert_int_equal(error->kind, ERROR_USAGE);
    assert_non_null(strstr(error->message, "courant.conf:2:12: match of [rule a]: a field is wanted"));
    assert_non_null(strstr(error->cause->message, "courant.conf:6:19: match of [rule b]: this pattern"));
    assert_fails(conf_parse(arena,
                            S("[rule sport]\nmatch = title = x\ndo = drop\n[source a]\nfeed = "
                              "http://a.example/\nrules = sprot\n"),
                            "c", &conf),
                 ERROR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expressions_fit_what_they_say),
        cmocka_unit_test(mistakes_are_told_with_their_column),
        cmocka_unit_test(no_expression_can_hang_us),
        cmocka_unit_test(rules_are_asked_in_order_and_the_first_decision_holds),
        cmocka_unit_test(a_configurations_mistakes_name_line_and_column),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
