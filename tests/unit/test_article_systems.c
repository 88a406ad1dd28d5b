/* SPDX-License-Identifier: MIT
 * test_article_systems.c - our own site rules, on pages built as those newsrooms' systems build them
 */
#include "tests/unit/article_room.h"
#include "text/date.h"

static const struct {
    const char *name, *page, *url, *rule, *title, *author, *published;
    const char *captions[2];
} systems[] = {
    {"voa",
     "pangea.html",
     "https://www.voachinese.com/a/ferry-20241107/1.html",
     "voachinese.com",
     "渡轮停航三天后复航",
     "林海",
     "2024-11-08T02:10:38Z",
     {"渡轮在晨雾中离开北码头。(2024年11月7日)", "工人在船坞更换轴承。(2024年11月6日)"}},
    {"bbc",
     "systems/bbc.html",
     "https://www.bbc.com/zhongwen/trad/world-1",
     "bbc.com",
     "旧桥关闭九个星期",
     "林海",
     "2024-05-06T04:05:06Z",
     {"清晨的旧桥，最后一辆卡车正在过桥", "渡船每一刻钟开一班"}},
    {"dw",
     "systems/dw.html",
     "https://www.dw.com/zh/bridge/a-1",
     "dw.com",
     "旧桥关闭九个星期",
     "林海",
     "2024-05-06T04:05:06Z",
     {"清晨的旧桥 图像来源: Alder Images", "渡船每一刻钟开一班 图像来源: Alder Images"}},
    {"rfi",
     "systems/rfi.html",
     "https://www.rfi.fr/cn/bridge-1",
     "rfi.fr",
     "旧桥关闭九个星期",
     "林海",
     "2024-05-06T04:05:06Z",
     {"清晨的旧桥 © Alder Images", "渡船每一刻钟开一班 © Alder Images"}},
    {"nyt",
     "systems/nyt.html",
     "https://cn.nytimes.com/world/bridge/",
     "cn.nytimes.com",
     "旧桥关闭九个星期",
     "林海",
     "2024-05-06T04:05:06Z",
     {"清晨的旧桥。 Alder Images", "渡船每一刻钟开一班。 Alder Images"}},
    {"rfa",
     "systems/rfa.html",
     "https://www.rfa.org/mandarin/yataibaodao/bridge.html",
     "rfa.org",
     "旧桥关闭九个星期",
     "林海",
     "2024-05-06T04:05:00Z",
     {"清晨的旧桥 (Alder Images)", "渡船每一刻钟开一班"}},
    {"cdt",
     "systems/cdt.html",
     "https://chinadigitaltimes.net/chinese/1.html",
     "chinadigitaltimes.net",
     "【桤木日报】旧桥关闭九个星期",
     "林海",
     "2024-05-06T04:05:06Z",
     {"清晨的旧桥", "渡船每一刻钟开一班"}},
};

static struct extraction *extract_by_rule(struct arena *arena, const char *page, const char *url)
{
    struct page_bytes bytes = {.bytes = room_file(arena, page), .url = span_of(url)};
    struct extraction *extraction = NULL;

    assert_ok(
        article_from(arena, &bytes, &(struct extract_options){.rules = room_own_rules(arena)}, &extraction));
    return extraction;
}

static void our_rules_take_the_article_whole_and_nothing_else(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(systems); i++) {
        OWN(arena) arena = arena_new(64 * MiB);
        char published[DATE_TEXT_SIZE];
        struct extraction *e = extract_by_rule(arena, systems[i].page, systems[i].url);
        span wanted = room_file(arena, arena_printf(arena, "systems/%s.md", systems[i].name).at);
        assert_span_equal(e->rule, systems[i].rule);
        assert_span_equal(e->title, systems[i].title);
        assert_true(e->author_count > 0);
        assert_span_equal(e->authors[0].name, systems[i].author);
        assert_string_equal(date_format_rfc3339(e->published_at, published), systems[i].published);
        assert_span_equal(span_trim(e->markdown), arena_string(arena, span_trim(wanted)));
        assert_int_equal(e->image_count, 2);
        for (size_t k = 0; k < 2; k++)
            assert_span_equal(e->images[k].caption, systems[i].captions[k]);
    }
}

/* The rules are for when scoring fails; on these pages it need not. */
static void without_a_rule_every_paragraph_is_still_there(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(systems); i++) {
        OWN(arena) arena = arena_new(64 * MiB);
        struct extraction *e = room_extract(arena, room_file(arena, systems[i].page), systems[i].url);
        struct extraction *by_rule = extract_by_rule(arena, systems[i].page, systems[i].url);
        span rest = by_rule->text, paragraph;
        assert_int_equal(e->kind, PAGE_ARTICLE);
        assert_span_equal(e->title, systems[i].title);
        while (span_cut(&rest, '\n', &paragraph))
            if (paragraph.len > 120)
                assert_true(span_find(e->text, paragraph) != SPAN_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_rules_take_the_article_whole_and_nothing_else),
        cmocka_unit_test(without_a_rule_every_paragraph_is_still_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
