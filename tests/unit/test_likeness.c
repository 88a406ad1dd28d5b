/* SPDX-License-Identifier: MIT
 * test_likeness.c - how much texts have in common, told from their signatures
 */
#include "tests/unit/unit.h"
#include "text/likeness.h"

#define FERRY                                                                                               \
    "A ferry with two hundred passengers ran aground off the island on Tuesday evening after losing power " \
    "in "                                                                                                   \
    "both engines, and it took rescue boats until after midnight to bring everyone ashore in heavy rain."
#define MORE \
    " Investigators will look at the fuel system, which was replaced last winter, the harbour master said."
#define OTHER                                                                                                \
    "Crews of the ferries walked out on Friday over shifts of fourteen hours; the company offered a bonus, " \
    "which the union rejected as a bad joke, and freight is piling up at both harbours."
#define FLOOD \
    "青石省水利厅星期三表示，连日暴雨使云岭水库水位在两天内上涨六米，当地已组织下游三个乡镇的居民转移。"
#define DROUGHT "北原省农业部门星期四表示，持续干旱已影响三百多万亩农田，当地水库蓄水量不到往年同期的一半。"

static void likeness_follows_what_is_in_common(void **state)
{
    static const struct {
        const char *a, *b;
        int low, high;
    } cases[] = {
        {FERRY, FERRY, 100, 100},
        {FERRY, "  A FERRY with " FERRY, 80, 99},
        {FERRY, FERRY MORE, 50, 85},
        {FERRY, OTHER, 0, 8},
        {FLOOD, FLOOD, 100, 100},
        {FLOOD, "记者报道：" FLOOD, 75, 99},
        {FLOOD, DROUGHT, 0, 20},
        {FLOOD, FERRY, 0, 5},
        {"too short to tell", "too short to tell", 0, 0},
        {"", "", 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct likeness a, b;
        int percent;
        likeness_of(span_of(cases[i].a), &a);
        likeness_of(span_of(cases[i].b), &b);
        percent = likeness_percent(&a, &b);
        if (percent < cases[i].low || percent > cases[i].high)
            fail_msg("%zu: %d %%", i, percent);
    }
}

static void texts_alike_share_a_band(void **state)
{
    struct likeness a, b;
    size_t shared = 0;

    (void)state;
    likeness_of(S(FERRY), &a);
    likeness_of(S(FERRY MORE), &b);
    for (size_t band = 0; band < LIKENESS_BANDS; band++)
        shared += likeness_band(&a, band) == likeness_band(&b, band);
    assert_true(shared > 0);
    assert_true(likeness_band(&a, 0) != likeness_band(&a, 1));
}

/* They are stored: whoever changes them makes them all anew. */
static void signatures_stay_what_they_were(void **state)
{
    struct likeness likeness;

    (void)state;
    likeness_of(S(FERRY), &likeness);
    assert_int_equal(likeness.pairs, 34);
    assert_true(likeness_band(&likeness, 0) == 0x195bcbd0a);
}

static void a_long_text_costs_what_its_beginning_costs(void **state)
{
    OWN(arena) arena = arena_new(64 * MiB);
    span start = S(FERRY MORE " " OTHER " ");
    char *at = arena_alloc(arena, 16 * MiB);
    struct likeness likeness;

    (void)state;
    for (size_t i = 0; i < 16 * MiB; i++)
        at[i] = start.at[i % start.len];
    likeness_of((span){at, 16 * MiB}, &likeness);
    assert_in_range(likeness.pairs, LIKENESS_FEWEST, LIKENESS_WORDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(likeness_follows_what_is_in_common),
        cmocka_unit_test(texts_alike_share_a_band),
        cmocka_unit_test(signatures_stay_what_they_were),
        cmocka_unit_test(a_long_text_costs_what_its_beginning_costs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
