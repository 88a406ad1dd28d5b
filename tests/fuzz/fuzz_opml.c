/* SPDX-License-Identifier: MIT
 * fuzz_opml.c - any bytes as a list of subscriptions: addresses can be asked, each stands there once
 */
#include "feed/opml.h"
#include "limits/limits.h"
#include "text/category.h"
#include "text/utf8.h"
#include <stdlib.h>

static void check(bool is_true)
{
    if (!is_true)
        abort();
}

static void check_outline(struct arena *arena, const struct opml_outline *outline)
{
    span address = outline->feed_url.len ? outline->feed_url : outline->page_url;

    check(span_starts(address, S("http://")) || span_starts(address, S("https://")));
    check(utf8_is_valid(outline->title) && outline->category_count <= LIMIT_OPML_CATEGORIES);
    for (size_t i = 0; i < outline->category_count; i++) {
        LOCAL(buf) again = {.max = 1 * MiB};
        span rest = outline->categories[i], name, list = rest, whole;
        check(category_list_cut(&list, &whole) && list.len == 0); /* its commas are behind backslashes */
        while (category_cut(arena, &rest, &name))
            category_add(&again, name);
        check(span_equal(buf_span(&again), outline->categories[i]));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena) arena = arena_new(64 * MiB);
    struct map seen = {.arena = arena};
    struct opml *opml;
    OWN(error) error = opml_read(arena, (span){(const char *)data, size}, &opml);

    if (error) {
        check(error->kind == ERROR_FORMAT || error->kind == ERROR_LIMIT);
        return 0;
    }
    check(opml->count > 0);
    for (size_t i = 0; i < opml->count; i++) {
        const struct opml_outline *outline = &opml->outlines[i];
        void **at = map_at(&seen, outline->feed_url.len ? outline->feed_url : outline->page_url);
        check(!*at);
        *at = opml;
        check_outline(arena, outline);
    }
    return 0;
}
