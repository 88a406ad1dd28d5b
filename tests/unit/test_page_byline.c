/* SPDX-License-Identifier: MIT
 * test_page_byline.c - names in bylines
 */
#include "page/page.h"
#include "tests/unit/unit.h"

static const struct {
    const char *byline, *names; /* names joined by "/" */
} bylines[] = {
    {"By Ann Lee and Bob Ray, staff writers", "Ann Lee/Bob Ray"},
    {"Ann Lee", "Ann Lee"},
    {"by: Ann Lee | annlee@a.example", "Ann Lee"},
    {"Ann Lee, annlee", "Ann Lee"},
    {"Von Jörg Öl und Eva Maß", "Jörg Öl/Eva Maß"},
    {"Par Zoé Petit, à Lyon le 3 mai 2024", "Zoé Petit"},
    {"Byron Bay", "Byron Bay"},
    {"Автор: Анна Ли", "Анна Ли"},
    {"作者：张三", "张三"},
    {"晨报记者 张三 李四五", "张三/李四五"},
    {"本报记者 张三、李四", "张三/李四"},
    {"晨报记者 张三 山城县报道", "张三"},
    {"作者：水车 时间：2005-08-22 19:13:18", "水车"},
    {"Ann Lee (Wire News)", "Ann Lee"},
    {"Ann O&amp;#39;Neil", "Ann O'Neil"},
    {"Post Staff", "Post Staff"},
    {"Ann Lee MS, RDN, Bob Ray PhD", "Ann Lee/Bob Ray"},
    {"her knowledge of mills, weirs and floods", ""},
    {"Ann Lee and Bob Ray, with help from the town, Alder Mill", "Ann Lee/Bob Ray"},
    {"https://a.example/people/ann", ""},
    {"3 May 2024", ""},
    {"", ""},
};

static void a_byline_is_split_into_its_names(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bylines); i++) {
        LOCAL(buf) names = {.max = 1 * KiB};
        struct author *authors;
        size_t count = page_split_byline(arena, span_of(bylines[i].byline), &authors);

        for (size_t a = 0; a < count; a++)
            buf_printf(&names, "%s%.*s", a ? "/" : "", SPAN_ARG(authors[a].name));
        assert_span_equal(buf_span(&names), bylines[i].names);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_byline_is_split_into_its_names)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
