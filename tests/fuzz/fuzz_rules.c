/* SPDX-License-Identifier: MIT
 * fuzz_rules.c - a site rule, an empty line, and a page that it is applied to
 */
#include "article/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena) arena = arena_new(256 * MiB);
    span input = {(const char *)data, size};
    size_t gap = span_find(input, S("\n\n"));
    struct page_bytes bytes = {.bytes = span_from(input, gap), .url = S("https://a.example/b/c.html")};
    struct extraction *extraction = ARENA_NEW(arena, struct extraction);
    struct rule *rule = rule_parse(arena, S("a.example"), span_sub(input, 0, gap), NULL);
    struct page *page = NULL;
    OWN(error) error = NULL;

    bytes.bytes = rule_edit_source(arena, rule, bytes.bytes);
    error = page_read(arena, &bytes, &page);
    if (!error)
        error = rule_apply(arena, rule, page, extraction);
    return 0;
}
