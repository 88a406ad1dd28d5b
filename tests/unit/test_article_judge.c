/* SPDX-License-Identifier: MIT
 * test_article_judge.c - walls, error pages, stubs and lists told from articles, in several languages
 *
 * Each file of cases/article/judge is a page; its name begins with what it is (KIND.NAME.html), its first
 * line is a comment with its address.
 */
#include "tests/unit/article_room.h"
#include <dirent.h>

static const char *kind_of(struct arena *arena, const char *file)
{
    span page = room_file(arena, arena_printf(arena, "judge/%s", file).at);
    span first = span_sub(page, 0, MIN(span_find_char(page, '\n'), page.len));
    const char *url =
        arena_string(arena, span_sub(first, strlen("<!-- "), first.len - strlen("<!-- ") - strlen(" -->")));
    struct extraction *extraction = room_extract(arena, page, url);

    assert_int_equal(extraction->kind == PAGE_ARTICLE, extraction->reason == NULL);
    assert_int_equal(extraction->kind == PAGE_ARTICLE, extraction->content != NULL);
    return page_kind_name(extraction->kind);
}

static void each_page_is_told_for_what_it_is(void **state)
{
    enum { AT_LEAST = 60 };
    const char *cases = getenv("COURANT_CASES");
    OWN(arena) names = arena_new(1 * MiB);
    int count = 0, wrong = 0;

    (void)state;
    if (!cases)
        skip();
    DIR *folder = opendir(arena_printf(names, "%s/article/judge", cases).at);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        OWN(arena) arena = arena_new(64 * MiB);
        const char *dot = strchr(entry->d_name, '.');
        if (!span_ends(span_of(entry->d_name), S(".html")))
            continue;
        const char *kind = kind_of(arena, entry->d_name);
        if (!span_is((span){entry->d_name, (size_t)(dot - entry->d_name)}, kind)) {
            print_error("%s is judged %s\n", entry->d_name, kind);
            wrong++;
        }
        count++;
    }
    closedir(folder);
    assert_int_equal(wrong, 0);
    assert_true(count >= AT_LEAST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_page_is_told_for_what_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
