/* SPDX-License-Identifier: MIT
 * fuzz_escape.c - any bytes as text with references: what is escaped decodes to itself
 */
#include "text/escape.h"
#include <stdlib.h>

static void check(bool is_kept) /* a promise of escape.h */
{
    if (!is_kept)
        abort();
}

static bool is_dropped(span rest)
{
    return (*rest.at >= 0 && *rest.at < ' ' && !strchr("\t\n\r", *rest.at)) || *rest.at == '\0' ||
           span_starts(rest, S("\xef\xbf\xbe")) || span_starts(rest, S("\xef\xbf\xbf"));
}

/* `text` without what no document may hold. */
static span kept(struct arena *arena, span text)
{
    LOCAL(buf) out = {.max = text.len};

    while (text.len) {
        size_t len = is_dropped(text) && *text.at == '\xef' ? 3 : 1;
        if (!is_dropped(text))
            buf_add(&out, span_sub(text, 0, 1));
        text = span_from(text, len);
    }
    return arena_keep(arena, buf_span(&out));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    LOCAL(buf) text = {.max = SIZE_MAX};
    LOCAL(buf) attribute = {.max = SIZE_MAX};
    span input = {(const char *)data, size}, decoded = unescape_html(arena, input);

    check(decoded.len <= size + size / 5);
    check(has_reference(input) == !span_equal(decoded, input));
    escape_text(&text, input);
    escape_attribute(&attribute, input);
    check(!memchr(buf_span(&text).at, '<', text.len) && !memchr(buf_span(&attribute).at, '"', attribute.len));
    check(span_equal(unescape_html(arena, buf_span(&text)), kept(arena, input)));
    check(span_equal(unescape_html(arena, buf_span(&attribute)), kept(arena, input)));
    return 0;
}
