/* SPDX-License-Identifier: MIT
 * charset_twice.c - UTF-8 that was taken for Latin-1 at its source, and encoded as UTF-8 once more
 *
 * Each letter beyond ASCII has become two or three of U+0080 to U+00FF there ("ą" "Ä" and U+0085). That the
 * whole of a text is so can hardly be chance: every such character would have to be part of a well-formed
 * sequence, and some are controls (U+0080 to U+009F), which no text has.
 */
#include "text/charset.h"
#include "text/utf8.h"

enum { FEWEST_LETTERS = 8 };

/* The byte that the character at the start of `rest`, which is not ASCII, was; -1: it was none */
static int byte_within(span rest)
{
    unsigned char lead = (unsigned char)rest.at[0];

    if (rest.len < 2 || (lead != 0xC2 && lead != 0xC3))
        return -1;
    return (lead & 3) << 6 | ((unsigned char)rest.at[1] & 0x3F);
}

/* How many more bytes a sequence has that begins so; -1: none begins so */
static int bytes_after(int lead)
{
    return lead < 0xC2 ? -1 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF5 ? 3 : -1;
}

/* Ends at the first letter that is only a letter: on nearly every page the first that is not ASCII. */
static bool is_encoded_twice(span text)
{
    int wanted = 0;
    size_t letters = 0, controls = 0;

    for (span rest = text; rest.len;) {
        size_t ascii = utf8_ascii_len(rest);
        rest = span_from(rest, ascii);
        if (ascii && wanted)
            return false;
        if (!rest.len)
            break;
        int byte = byte_within(rest);
        if (byte < 0 || (wanted && byte >= 0xC0))
            return false;
        wanted = wanted ? wanted - 1 : bytes_after(byte);
        if (wanted < 0)
            return false;
        letters += byte >= 0xC0;
        controls += byte < 0xA0;
        rest = span_from(rest, 2);
    }
    return wanted == 0 && controls > 0 && letters >= FEWEST_LETTERS;
}

span charset_decode_again(struct arena *arena, span text)
{
    LOCAL(buf) out = {.max = text.len + 1};

    if (!is_encoded_twice(text))
        return text;
    for (span rest = text; rest.len;) {
        size_t ascii = utf8_ascii_len(rest);
        buf_add(&out, span_sub(rest, 0, ascii));
        rest = span_from(rest, ascii);
        if (rest.len) {
            buf_add_char(&out, (char)byte_within(rest));
            rest = span_from(rest, 2);
        }
    }
    return utf8_is_valid(buf_span(&out)) ? arena_keep(arena, buf_span(&out)) : text;
}
