/* SPDX-License-Identifier: MIT
 * fold.c - text made comparable, white space made plain
 *
 * utf8proc sorts combining marks by swapping neighbours, so a megabyte of marks in the wrong order would take
 * hours. It is given pieces: they end where nothing can combine over the cut, or where they are full (no word
 * of any language has so many marks).
 */
#include "text/utf8.h"
#include <stdlib.h>
#include <utf8proc.h>

#define PIECE_WANTED 128 /* bytes from which a piece ends where it can */
#define PIECE_MAX    256 /* bytes at which it must */

/* Could normalising join this character to the one before it? */
static bool joins_previous(uint32_t c)
{
    return is_mark(c) || (c >= 0x1160 && c <= 0x11FF) || c == 0xFF9E || c == 0xFF9F;
}

static span piece_of(span s)
{
    span rest = s;
    uint32_t character;

    for (size_t len = 0; utf8_next(&rest, &character); len = (size_t)(rest.at - s.at)) {
        if (len >= PIECE_MAX || (len >= PIECE_WANTED && !joins_previous(character)))
            return (span){s.at, len};
    }
    return s;
}

void utf8_fold_into(struct buf *out, span s)
{
    const utf8proc_option_t how =
        UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;

    while (s.len) {
        span piece = piece_of(s);
        utf8proc_uint8_t *folded = NULL;
        utf8proc_ssize_t len =
            utf8proc_map((const utf8proc_uint8_t *)piece.at, (utf8proc_ssize_t)piece.len, &folded, how);
        if (len == UTF8PROC_ERROR_NOMEM)
            memory_exhausted();
        buf_add(out, len < 0 ? piece : (span){(const char *)folded, (size_t)len});
        free(folded);
        s = span_from(s, piece.len);
    }
}

static span fold_ascii(struct arena *arena, span s)
{
    char *out = arena_alloc(arena, s.len + 1);

    for (size_t i = 0; i < s.len; i++)
        out[i] = (char)fold_case((unsigned char)s.at[i]);
    return (span){out, s.len};
}

span utf8_fold(struct arena *arena, span s)
{
    LOCAL(buf) out = {.max = SIZE_MAX / 2};

    if (utf8_ascii_len(s) == s.len)
        return fold_ascii(arena, s);
    utf8_fold_into(&out, utf8_repair(arena, s));
    return arena_keep(arena, buf_span(&out));
}

bool is_bidi_control(uint32_t c)
{
    return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

span text_without_bidi(struct arena *arena, span s)
{
    LOCAL(buf) plain = {.max = SIZE_MAX / 2};

    for (span rest = s; rest.len;) {
        const char *before = rest.at;
        uint32_t character;
        utf8_next(&rest, &character);
        if (!is_bidi_control(character))
            buf_add(&plain, span_between(before, rest.at));
    }
    return plain.len == s.len ? s : arena_keep(arena, buf_span(&plain));
}

/* Bytes before the first that white space may begin with; beyond ASCII, none of these is within a character.
 */
static size_t plain_len(span s)
{
    static const bool may_be_space[256] = {
        ['\t' ... '\r'] = true, [' '] = true, [0xC2] = true, [0xE1 ... 0xE3] = true, [0xEF] = true};
    size_t len = 0;

    while (len < s.len && !may_be_space[(unsigned char)s.at[len]])
        len++;
    return len;
}

span text_collapse(struct arena *arena, span s)
{
    char *out = arena_alloc(arena, s.len + 1);
    size_t len = 0;

    s = js_trim(s);
    while (s.len) {
        size_t plain = plain_len(s);
        const char *before = s.at + plain;
        uint32_t character;
        memcpy(out + len, s.at, plain);
        len += plain;
        s = span_from(s, plain);
        if (!utf8_next(&s, &character))
            break;
        if (!is_js_space(character))
            while (before < s.at)
                out[len++] = *before++;
        else if (out[len - 1] != ' ') /* the first character is none: trimmed */
            out[len++] = ' ';
    }
    return (span){out, len};
}
