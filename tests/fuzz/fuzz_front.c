/* SPDX-License-Identifier: MIT
 * fuzz_front.c - any bytes as a front page, and as the rule that it is read by
 *
 * The first line is the rule's `items`, the second its `link`; what follows is the page. It is read by the
 * rule, by paths if it is JSON, and by structure.
 */
#include "markup/css.h"
#include "page/front.h"
#include "text/utf8.h"
#include <stdlib.h>

static void check(bool is_true)
{
    if (!is_true)
        abort();
}

static void check_front(const struct front *front)
{
    check(front->count > 0 && front->count <= 1000);
    for (size_t i = 0; i < front->count; i++) {
        const struct front_item *item = &front->items[i];
        check(span_starts(item->link, S("http://")) || span_starts(item->link, S("https://")));
        check(item->title.len > 0 && utf8_is_valid(item->title) && utf8_is_valid(item->summary));
        check(!item->image.len || span_starts(item->image, S("http")));
        check(!i || !span_equal(item->link, front->items[i - 1].link));
    }
}

static void read_page(span bytes, const struct front_rule *rule)
{
    OWN(arena) arena = arena_new(64 * MiB);
    struct page_bytes input = {.bytes = bytes, .url = S("https://www.a.example/news/")};
    struct front *front;
    OWN(error) error = front_read(arena, &input, rule, &front);

    if (error)
        check(error->kind == ERROR_FORMAT || error->kind == ERROR_LIMIT);
    else
        check_front(front);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena) arena = arena_new(16 * MiB);
    span rest = {(const char *)data, size}, items = {0}, link = {0}, xpath;
    struct front_rule rule = {0};

    span_cut(&rest, '\n', &items);
    span_cut(&rest, '\n', &link);
    rule.items = utf8_repair(arena, items);
    rule.link = utf8_repair(arena, link);
    OWN(error) bad = front_rule_check(&rule);
    check(!bad || bad->kind == ERROR_USAGE);
    OWN(error) no_css = css_to_xpath(arena, rule.items, &xpath);
    check(!no_css || no_css->kind == ERROR_FORMAT);
    read_page(rest, NULL);
    read_page(rest, &rule);
    return 0;
}
