/* SPDX-License-Identifier: MIT
 * test_front_pages.c - front pages of many makes, read without a rule
 *
 * In a page of tests/cases/front/ the attribute data-news stands at each link that is news (with the
 * headline, where that is not the link's whole text), data-maybe where either answer is right: what others
 * read most.
 */
#include "core/file.h"
#include "core/vec.h"
#include "markup/markup.h"
#include "page/front.h"
#include "tests/unit/unit.h"
#include "text/utf8.h"
#include <dirent.h>

struct wanted {
    span link, title;
    bool is_optional, is_found;
};

struct gold {
    struct arena *arena;
    struct map by_link;
    VEC(struct wanted *) list;
};

static span link_of(struct arena *arena, span href)
{
    return span_starts(href, S("http")) ? href
                                        : arena_printf(arena, "https://pier.example%s%.*s",
                                                       span_starts(href, S("/")) ? "" : "/", SPAN_ARG(href));
}

static void add_wanted(struct gold *gold, const struct node *node, bool is_optional)
{
    struct wanted *one = ARENA_NEW(gold->arena, struct wanted);
    span title = node_attribute(node, "data-news");

    one->link = link_of(gold->arena, node_attribute(node, "href"));
    one->title = title.len ? title : text_collapse(gold->arena, node_text(gold->arena, node));
    one->is_optional = is_optional;
    *map_at(&gold->by_link, one->link) = one;
    *vec_add(gold->arena, &gold->list) = one;
}

static size_t read_gold(struct gold *gold, span bytes)
{
    struct node *document;
    size_t count = 0;

    assert_ok(html_parse(gold->arena, bytes, NULL, &document, NULL));
    for (const struct node *node = document; node; node = node_next(node, document)) {
        bool is_news = node->tag == TAG_a && node_attribute(node, "data-news").at;
        if (!is_news && (node->tag != TAG_a || !node_attribute(node, "data-maybe").at))
            continue;
        if (map_get(&gold->by_link, link_of(gold->arena, node_attribute(node, "href"))))
            continue;
        add_wanted(gold, node, !is_news);
        count += is_news;
    }
    return count;
}

struct score {
    size_t wanted, found, right, titled;
};

static void tell(const char *name, const char *what, const struct front_item *item)
{
    print_message("# %s: %s: %.*s (%.*s)\n", name, what, SPAN_ARG(item->title), SPAN_ARG(item->link));
}

static struct score read_one(struct arena *arena, const char *name, span bytes)
{
    struct page_bytes input = {bytes, S("https://pier.example/"), {0}};
    struct gold gold = {.arena = arena, .by_link = {.arena = arena}};
    struct score score = {.wanted = read_gold(&gold, bytes)};
    struct front *front;
    OWN(error) error = front_read(arena, &input, NULL, &front);

    for (size_t i = 0; !error && i < front->count; i++) {
        const struct front_item *item = &front->items[i];
        struct wanted *one = map_get(&gold.by_link, item->link);
        if (one)
            one->is_found = true;
        if (one && one->is_optional)
            continue;
        score.found++;
        score.right += one != NULL;
        score.titled += one && span_equal(item->title, one->title);
        if (!one)
            tell(name, "no news", item);
        else if (!span_equal(item->title, one->title))
            tell(name, "its title is another", item);
    }
    for (size_t i = 0; i < gold.list.len; i++)
        if (!gold.list.at[i]->is_optional && !gold.list.at[i]->is_found)
            print_message("# %s: not found: %.*s (%.*s)\n", name, SPAN_ARG(gold.list.at[i]->title),
                          SPAN_ARG(gold.list.at[i]->link));
    print_message("# %-14s %3zu wanted, %3zu found, %3zu right, %3zu titled\n", name, score.wanted,
                  score.found, score.right, score.titled);
    return score;
}

static void what_is_news_is_told_from_what_is_not(void **state)
{
    const char *cases = getenv("COURANT_CASES");
    OWN(arena) names = arena_new(1 * MiB);
    struct score all = {0};
    struct dirent *entry;
    DIR *folder;

    (void)state;
    if (!cases)
        skip();
    folder = opendir(arena_printf(names, "%s/front", cases).at);
    assert_non_null(folder);
    while ((entry = readdir(folder))) {
        OWN(arena) arena = arena_new(64 * MiB);
        struct score score;
        span bytes;
        if (*entry->d_name == '.')
            continue;
        assert_ok(
            file_read(arena_printf(names, "%s/front/%s", cases, entry->d_name).at, 1 * MiB, arena, &bytes));
        score = read_one(arena, entry->d_name, bytes);
        all.wanted += score.wanted;
        all.found += score.found;
        all.right += score.right;
        all.titled += score.titled;
    }
    closedir(folder);
    print_message("# of %zu %zu were found, and %zu that are none; %zu have another title\n", all.wanted,
                  all.right, all.found - all.right, all.right - all.titled);
    assert_true(all.wanted > 0);
    assert_int_equal(all.right, all.wanted);
    assert_int_equal(all.found, all.wanted);
    assert_int_equal(all.titled, all.wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_news_is_told_from_what_is_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
