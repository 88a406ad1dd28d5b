/* SPDX-License-Identifier: MIT
 * fuzz_filter.c - any text as a rule's expression, asked of any text: it ends, and its opposite is its
 * opposite
 *
 * The first line is the expression, the second the title, the rest the body.
 */
#include "filter/filter.h"
#include "text/utf8.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena) arena = arena_new(64 * MiB);
    span rest = {(const char *)data, size}, text = {0}, title = {0};
    struct filter_match *match, *opposite;

    span_cut(&rest, '\n', &text);
    span_cut(&rest, '\n', &title);
    OWN(error) error = filter_match_parse(arena, text, &match);
    if (error) {
        if (error->kind != ERROR_USAGE || strncmp(error->message, "column ", 7) != 0)
            abort();
        return 0;
    }
    struct item item = {.title = utf8_repair(arena, title), .html = utf8_repair(arena, rest)};
    struct author author = {.name = item.title};
    item.tags = &item.title;
    item.authors = &author;
    item.tag_count = item.author_count = 1;
    struct filter_subject subject = {.source_id = S("a"), .item = &item};
    LOCAL(buf) negated = {.max = 64 * KiB};
    buf_add_text(&negated, "not (");
    buf_add(&negated, text);
    buf_add_char(&negated, ')');
    OWN(error) other = filter_match_parse(arena, buf_span(&negated), &opposite);
    bool fits = filter_match_fits(match, &subject);
    if (!other && fits == filter_match_fits(opposite, &subject))
        abort();
    return 0;
}
