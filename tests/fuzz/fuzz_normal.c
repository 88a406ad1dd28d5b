/* SPDX-License-Identifier: MIT
 * fuzz_normal.c - any bytes as an item: brought to its form, and to the keys it is known by
 *
 * The input is cut at line feeds: feed id, link, title, picture; the rest is the body.
 */
#include "store/internal.h"
#include <stdlib.h>

static void check(bool is_kept) /* a promise of internal.h */
{
    if (!is_kept)
        abort();
}

static span keep(struct arena *arena, const struct buf *out)
{
    return arena_keep(arena, buf_span(out));
}

static span normal(struct arena *arena, span raw)
{
    LOCAL(buf) out = {.max = 64 * MiB};

    normal_body(arena, raw, &out);
    check(!out.overflowed);
    return keep(arena, &out);
}

/* No white space is left in what is compared, and it grows no more than percent-encoding makes it: a byte
 * that is no UTF-8 is nine in an address. */
static void check_normal(struct arena *arena, span raw)
{
    span form = normal(arena, raw);

    check(form.len <= 9 * raw.len + 2);
    check(span_find_char(form, '\t') == SPAN_NONE || span_find_char(raw, '\t') != SPAN_NONE ||
          span_has(raw, "&"));
    check(span_equal(form, normal(arena, raw)));
}

/* White space between tags and what attributes come in which order change nothing. */
static void check_dress(struct arena *arena, span raw)
{
    LOCAL(buf) dressed = {.max = 64 * MiB};

    buf_add_text(&dressed, "\n <p class='x'>");
    buf_add(&dressed, raw);
    check(span_equal(normal(arena, raw), normal(arena, buf_span(&dressed))));
}

static void check_keys(struct arena *arena, const struct item *item)
{
    struct home home = {0};
    struct item_keys keys, again;
    struct form form;

    item_form(arena, item, &form);
    item_keys(arena, item, &home, &keys);
    item_keys(arena, item, &home, &again);
    check(keys.at[KEY_WHOLE] != 0);
    check(!item->raw_hash == !keys.at[KEY_RAW]);
    check(!keys.at[KEY_STORY] || keys.at[KEY_LINK]);
    check(memcmp(keys.at, again.at, sizeof keys.at) == 0);
    check(first_key(arena, item).len > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena) arena = arena_new(256 * MiB);
    span rest = {(const char *)data, size};
    struct item item = {.published_at = NO_TIME, .raw_hash = size};

    span_cut(&rest, '\n', &item.feed_id);
    span_cut(&rest, '\n', &item.link);
    span_cut(&rest, '\n', &item.raw_title);
    span_cut(&rest, '\n', &item.image);
    item.raw_body = rest;
    check_normal(arena, rest);
    check_dress(arena, rest);
    check_keys(arena, &item);
    return 0;
}
