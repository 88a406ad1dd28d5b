/* SPDX-License-Identifier: MIT
 * test_front.c - pages that list news are read as the news they list
 */
#include "core/file.h"
#include "page/front.h"
#include "tests/unit/unit.h"
#include "text/date.h"

static span page_of(struct arena *arena, const char *name)
{
    const char *cases = getenv("COURANT_CASES");
    span bytes;

    if (!cases)
        skip();
    assert_ok(file_read(arena_printf(arena, "%s/page/%s", cases, name).at, 1 * MiB, arena, &bytes));
    return bytes;
}

static struct front *read_case(struct arena *arena, const char *name, const struct front_rule *rule)
{
    struct page_bytes input = {page_of(arena, name), S("https://pier.example/"), {0}};
    struct front *front;

    assert_ok(front_read(arena, &input, rule, &front));
    return front;
}

struct wanted {
    const char *link, *title, *date, *summary; /* NULL: none; summary: how it begins */
};

static void assert_items(const struct front *front, const struct wanted *wanted, size_t count)
{
    for (size_t i = 0; i < MIN(front->count, count); i++) {
        const struct front_item *item = &front->items[i];
        char date[DATE_TEXT_SIZE] = "";
        assert_span_equal(item->link, wanted[i].link);
        assert_span_equal(item->title, wanted[i].title);
        if (item->published_at != NO_TIME)
            date_format_rfc3339(item->published_at, date);
        assert_string_equal(date, wanted[i].date ? wanted[i].date : "");
        if (wanted[i].summary)
            assert_true(span_starts(item->summary, span_of(wanted[i].summary)));
        else
            assert_int_equal(item->summary.len, 0);
    }
    assert_int_equal(front->count, count);
}

static void a_chinese_portal_gives_its_headlines_and_no_menu(void **state)
{
    static const struct wanted wanted[] = {
        {"https://pier.example/china/2024/11/08/100231.html", "海港新码头今天启用，第一班渡轮清晨离岸",
         "2024-11-08T00:00:00Z", "新码头能同时"},
        {"https://pier.example/china/2024/11/08/100230.html", "山区公路冬季封闭时间提前两周，居民需绕行旧道",
         "2024-11-08T00:00:00Z", NULL},
        {"https://pier.example/china/2024/11/08/100229.html", "图书馆周末延长开放到晚上十点",
         "2024-11-08T00:00:00Z", NULL},
        {"https://pier.example/china/2024/11/07/100217.html", "渔民协会要求重新划定禁渔区",
         "2024-11-07T00:00:00Z", NULL},
        {"https://pier.example/china/2024/11/07/100216.html", "小学新校舍完工", "2024-11-07T00:00:00Z", NULL},
        {"https://pier.example/world/2024/11/08/200101.html", "邻国议会通过新的海运条例，明年春天生效",
         "2024-11-08T00:00:00Z", NULL},
        {"https://pier.example/world/2024/11/07/200099.html", "两国气象台共享台风资料",
         "2024-11-07T00:00:00Z", NULL},
        {"https://pier.example/world/2024/11/06/200088.html", "国际帆船赛第三赛段结束",
         "2024-11-06T00:00:00Z", NULL},
    };
    OWN(arena) arena = arena_new(64 * MiB);

    (void)state;
    assert_items(read_case(arena, "front-portal.html", NULL), wanted, ARRAY_SIZE(wanted));
}

static void cards_give_title_summary_date_and_picture(void **state)
{
    static const struct wanted wanted[] = {
        {"https://pier.example/science/harbour-seals-return-after-forty-years",
         "Harbour seals return after forty years", "2024-11-08T09:30:00Z", "Nobody invited them"},
        {"https://pier.example/politics/council-votes-to-keep-the-old-bridge",
         "Council votes to keep the old bridge", "2024-11-07T17:00:00Z", "After nine hours"},
        {"https://pier.example/science/what-the-tide-tables-do-not-say", "What the tide tables do not say",
         "2024-11-06T00:00:00Z", NULL},
        {"https://pier.example/ideas/a-short-history-of-lighthouse-keepers",
         "A short history of lighthouse keepers", NULL, "Four generations"},
    };
    OWN(arena) arena = arena_new(64 * MiB);
    struct front *front = read_case(arena, "front-magazine.html", NULL);

    (void)state;
    assert_items(front, wanted, ARRAY_SIZE(wanted));
    assert_span_equal(front->items[0].image, "https://pier.example/img/seal.jpg");
    assert_span_equal(front->items[1].image, "https://pier.example/img/bridge.jpg");
    assert_span_equal(front->language, "en");
}

static void links_to_other_sites_are_news_too(void **state)
{
    OWN(arena) arena = arena_new(64 * MiB);
    struct front *front = read_case(arena, "front-table.html", NULL);

    (void)state;
    assert_int_equal(front->count, 3);
    assert_span_equal(front->items[0].title, "How kites measure wind speed at altitude");
    assert_span_equal(front->items[2].link, "https://pier.example/item?id=43");
}

static void a_page_without_a_list_of_news_has_none(void **state)
{
    OWN(arena) arena = arena_new(64 * MiB);
    struct page_bytes input = {page_of(arena, "front-none.html"), S("https://pier.example/"), {0}};
    struct front *front;

    (void)state;
    assert_fails(front_read(arena, &input, NULL, &front), ERROR_FORMAT);
    input.bytes = S("");
    assert_fails(front_read(arena, &input, NULL, &front), ERROR_FORMAT);
    input.bytes = S("{\"a\":1}");
    assert_fails(front_read(arena, &input, NULL, &front), ERROR_FORMAT);
}

static void a_rule_says_where_the_news_are(void **state)
{
    static const struct {
        struct front_rule rule;
        struct wanted first;
        size_t count;
    } cases[] = {
        {{.items = {"ul.list2 > li", 13}},
         {"https://pier.example/world/2024/11/08/200101.html", "邻国议会通过新的海运条例，明年春天生效",
          "2024-11-08T00:00:00Z", NULL},
         3},
        {{.items = {"//ul[@class='list1']/li", 23},
          .link = {"a@href", 6},
          .title = {"./a/@title", 10},
          .date = {".date", 5}},
         {"https://pier.example/china/2024/11/08/100230.html", "山区公路冬季封闭时间提前两周，居民需绕行旧道",
          "2024-11-08T00:00:00Z", NULL},
         4},
        {{.items = {".footer a", 9}}, {"https://pier.example/about.html", "关于我们", NULL, NULL}, 3},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(64 * MiB);
        struct front *front = read_case(arena, "front-portal.html", &cases[i].rule);
        assert_int_equal(front->count, cases[i].count);
        front->count = 1;
        assert_items(front, &cases[i].first, 1);
    }
}

static void json_is_read_by_paths(void **state)
{
    static const struct front_rule rule = {.items = {"$.data.list[*]", 14},
                                           .link = {"/news/{id}", 10},
                                           .title = {"headline", 8},
                                           .summary = {"brief.text", 10}};
    static const struct wanted wanted[] = {
        {"https://pier.example/news/7001", "Ferry timetable changes on Monday", "2024-11-08T08:00:00Z",
         "Two boats"},
        {"https://pier.example/news/7002", "潮汐发电站开始试运行", "2024-11-07T08:00:00Z", NULL},
    };
    OWN(arena) arena = arena_new(64 * MiB);

    (void)state;
    assert_items(read_case(arena, "front-api.json", &rule), wanted, ARRAY_SIZE(wanted));
}

static void a_rule_that_finds_nothing_is_told(void **state)
{
    static const struct front_rule rules[] = {{.items = {".gone", 5}}, {.items = {"//li[", 5}}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
        OWN(arena) arena = arena_new(64 * MiB);
        struct page_bytes input = {page_of(arena, "front-portal.html"), S("https://pier.example/"), {0}};
        struct front *front;
        assert_fails(front_read(arena, &input, &rules[i], &front), ERROR_FORMAT);
    }
}

static void what_is_no_selector_is_a_mistake_of_the_users(void **state)
{
    static const struct front_rule good[] = {{.items = {"data.list", 9}},
                                             {.items = {"li", 2}, .date = {"time@datetime", 13}},
                                             {.link = {"/a/{b.c}", 8}}};
    static const struct front_rule bad[] = {
        {.items = {"li[", 3}}, {.date = {"//a[", 4}}, {.title = {"a:hover", 7}}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(good); i++)
        assert_ok(front_rule_check(&good[i]));
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_fails(front_rule_check(&bad[i]), ERROR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chinese_portal_gives_its_headlines_and_no_menu),
        cmocka_unit_test(cards_give_title_summary_date_and_picture),
        cmocka_unit_test(links_to_other_sites_are_news_too),
        cmocka_unit_test(a_page_without_a_list_of_news_has_none),
        cmocka_unit_test(a_rule_says_where_the_news_are),
        cmocka_unit_test(json_is_read_by_paths),
        cmocka_unit_test(a_rule_that_finds_nothing_is_told),
        cmocka_unit_test(what_is_no_selector_is_a_mistake_of_the_users),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
