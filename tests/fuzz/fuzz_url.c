/* SPDX-License-Identifier: MIT
 * fuzz_url.c - any bytes as an address: what is written reads back as the same
 *
 * The input is a base and a reference, with a line feed between them.
 */
#include "text/url.h"
#include "text/utf8.h"
#include <stdlib.h>

static void check(bool is_kept) /* a promise of url.h */
{
    if (!is_kept)
        abort();
}

static void check_parts(const struct url *url)
{
    check(url->scheme.len > 0);
    check(url->port >= -1 && url->port <= 65535);
    check(!url->is_special || !url->has_opaque_path);
    check(!url->is_special || (url->path.len && url->path.at[0] == '/'));
    check(url->host_kind == URL_HOST_NONE || url->host.at);
    check((url->host_kind <= URL_HOST_EMPTY) == (url->host.len == 0));
}

static void check_href(struct arena *arena, span href)
{
    struct url url;

    for (size_t i = 0; i < href.len; i++)
        check(href.at[i] >= ' ' && href.at[i] <= '~');
    check(url_parse(arena, href, NULL, &url));
    check_parts(&url);
    check(span_equal(url_serialize(arena, &url), href));
    check(span_equal(url_resolve(arena, S("http://a.example/b"), href), href));
    check(span_equal(url_resolve(arena, href, href), href));
    span key = url_canonical_key(arena, href);
    check(!key.at == !(span_is(url.scheme, "http") || span_is(url.scheme, "https")));
    check(url_registrable_domain(arena, url.host).len <= url.host.len);
    check(url_origin(arena, &url).len > 0);
    check(url_is_safe_link(href) || !key.at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena) arena = arena_new(256 * MiB);
    span input = {(const char *)data, size}, base_text = {0};
    struct url base, url;

    span_cut(&input, '\n', &base_text);
    bool has_base = url_parse(arena, base_text, NULL, &base);
    if (has_base)
        check_href(arena, url_serialize(arena, &base));
    bool is_done = url_parse(arena, input, has_base ? &base : NULL, &url);
    span resolved = url_resolve(arena, base_text, input);
    check(is_done == (resolved.len > 0));
    if (is_done) {
        check_parts(&url);
        check(span_equal(url_serialize(arena, &url), resolved));
        check_href(arena, resolved);
    }
    if (url_parse_in(arena, input, NULL, size % 2 ? "gbk" : "iso-2022-jp", &url))
        check_href(arena, url_serialize(arena, &url));
    url_is_safe_link(input);
    check(url_percent_decode(arena, input).len <= input.len);
    url_registrable_domain(arena, input);
    return 0;
}
