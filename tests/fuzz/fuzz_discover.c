/* SPDX-License-Identifier: MIT
 * fuzz_discover.c - any bytes as an address, a Link header and a page: what is found can be asked for
 *
 * The first line is the address, the second a header, the rest the page.
 */
#include "feed/discover.h"
#include "text/url.h"
#include "text/utf8.h"
#include <stdlib.h>

static void check(bool is_true)
{
    if (!is_true)
        abort();
}

static void check_hints(struct arena *arena, const struct feed_hint *hints, size_t count, bool is_absolute)
{
    for (size_t i = 0; i < count; i++) {
        struct url url;
        check(hints[i].url.len > 0 && url_is_safe_link(hints[i].url));
        check(!is_absolute || url_parse(arena, hints[i].url, NULL, &url));
        check(utf8_is_valid(hints[i].title));
        check(!i || !span_equal(hints[i].url, hints[i - 1].url));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena) arena = arena_new(64 * MiB);
    span rest = {(const char *)data, size}, address = {0}, header = {0};
    struct feed_hint *hints;

    span_cut(&rest, '\n', &address);
    span_cut(&rest, '\n', &header);
    address = utf8_repair(arena, address);
    size_t count = discover_by_address(arena, address, &hints);
    check(count <= 8);
    check_hints(arena, hints, count, true);
    count = discover_places(arena, address, rest, &hints);
    check(count <= 12);
    check_hints(arena, hints, count, true);
    count = discover_by_headers(arena, &header, 1, S("https://a.example/x/"), &hints);
    check_hints(arena, hints, count, false);
    count = feed_hints(arena, rest, S("https://a.example/x/"), &hints);
    check_hints(arena, hints, count, false);
    return 0;
}
