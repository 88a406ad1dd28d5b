/* SPDX-License-Identifier: MIT
 * slug.c - a title as a file name
 */
#include "text/slug.h"
#include "limits/limits.h"
#include "text/utf8.h"

/* Names that Windows keeps for devices, whatever extension follows; a '#' is any digit. */
static bool is_reserved(span name)
{
    static const span devices[] = {S("con"), S("prn"), S("aux"), S("nul"), S("com#"), S("lpt#")};

    for (size_t i = 0; i < ARRAY_SIZE(devices); i++) {
        bool has_digit = span_ends(devices[i], S("#"));
        span word = {devices[i].at, devices[i].len - has_digit};
        if (name.len == devices[i].len && span_starts(name, word) &&
            (!has_digit || (name.at[3] >= '0' && name.at[3] <= '9')))
            return true;
    }
    return false;
}

/* Letters and digits with their marks; everything between them one '-', none at either end. */
static void add_words(struct buf *out, span title)
{
    uint32_t character;
    bool is_in_word = false;

    while (utf8_next(&title, &character)) {
        bool belongs = is_letter_or_digit(character) || (is_in_word && is_mark(character));
        if (belongs && !is_in_word && out->len)
            buf_add_char(out, '-');
        if (belongs)
            utf8_add(out, character);
        is_in_word = belongs;
    }
}

/* The start of it, not ending within what is seen as one character, nor with '-'. */
static span cut(span slug, size_t max_bytes)
{
    span start = utf8_cut(slug, max_bytes);
    uint32_t character;

    for (span after = span_from(slug, start.len); start.len; after = span_from(slug, start.len)) {
        if (!utf8_next(&after, &character) || !is_mark(character))
            break;
        start = utf8_cut(slug, start.len - 1);
    }
    while (span_ends(start, S("-")))
        start.len--;
    return start;
}

span slug_of_title(struct arena *arena, span title, size_t max_bytes)
{
    LOCAL(buf) out = {.max = 8 * LIMIT_SLUG_TITLE};

    add_words(&out, utf8_fold(arena, utf8_cut(title, LIMIT_SLUG_TITLE)));
    span slug = cut(buf_span(&out), max_bytes);
    if (is_reserved(slug))
        return utf8_cut(arena_printf(arena, "x-%.*s", SPAN_ARG(slug)), max_bytes);
    return slug.len ? arena_keep(arena, slug) : utf8_cut(S("untitled"), max_bytes);
}
