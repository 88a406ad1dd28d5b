/* SPDX-License-Identifier: MIT
 * charset.c - what is asked of encodings: decode, validate, encode, and who says which it is
 */
#include "text/charset.h"
#include "text/charset_parts.h"
#include "text/utf8.h"
#include <errno.h>

const char *charset_of_bom(span bytes, size_t *out_bom_len)
{
    static const struct {
        span mark;
        const char *name;
    } marks[] = {{S("\xEF\xBB\xBF"), "utf-8"}, {S("\xFE\xFF"), "utf-16be"}, {S("\xFF\xFE"), "utf-16le"}};

    for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
        if (span_starts(bytes, marks[i].mark)) {
            if (out_bom_len)
                *out_bom_len = marks[i].mark.len;
            return marks[i].name;
        }
    }
    return NULL;
}

static bool is_utf8(const char *charset)
{
    return strcmp(charset_find(charset)->name, "utf-8") == 0;
}

/* A mark of another encoding is no mark here. */
static span without_bom(const char *charset, span bytes)
{
    size_t len = 0;
    const char *name = charset_of_bom(bytes, &len);

    return name && strcmp(name, charset_find(charset)->name) == 0 ? span_from(bytes, len) : bytes;
}

bool charset_is_valid(const char *charset, span bytes)
{
    bytes = without_bom(charset, bytes);
    return is_utf8(charset) ? utf8_is_valid(bytes) : charset_run(charset, bytes, NULL, 0) == 0;
}

span charset_decode(struct arena *arena, const char *charset, span bytes, size_t *out_damaged)
{
    LOCAL(buf) out = {.max = SIZE_MAX / 2}; /* three times the bytes at most */
    size_t damaged;

    bytes = without_bom(charset, bytes);
    if (out_damaged)
        *out_damaged = 0;
    if (is_utf8(charset) && utf8_is_valid(bytes))
        return bytes;
    damaged = charset_run(charset, bytes, &out, SIZE_MAX);
    if (out_damaged)
        *out_damaged = damaged;
    return arena_keep(arena, buf_span(&out));
}

/* Converts as far as it goes; the shift back to ASCII is written where `text` is empty. False: its first
 * character has no place in the encoding. */
static bool encode_some(iconv_t converter, span *text, struct buf *out)
{
    char bytes[512];
    bool is_reset = text->len == 0;

    for (;;) {
        char *to = bytes, *from = (char *)text->at;
        size_t to_len = sizeof bytes, from_len = text->len;
        size_t result = is_reset ? iconv(converter, NULL, NULL, &to, &to_len)
                                 : iconv(converter, &from, &from_len, &to, &to_len);
        int failure = result == (size_t)-1 ? errno : 0;
        buf_add(out, (span){bytes, (size_t)(to - bytes)});
        if (!is_reset)
            *text = span_from(*text, text->len - from_len);
        if (failure != E2BIG)
            return failure == 0;
    }
}

#define PIECE 128 /* bytes looked at again for each character that has no place */

/* Bytes before the first character that the Standard's encoder refuses and iconv would not: the shifts of
 * ISO-2022-JP, and GB18030's one private character that is another's cell. */
static size_t accepted_len(const char *charset, span text)
{
    bool is_jp = strcmp(charset, "iso-2022-jp") == 0, is_gb = charset[0] == 'g';
    uint32_t character;

    for (span rest = text, after = text; (is_jp || is_gb) && utf8_next(&after, &character); rest = after) {
        bool is_shift = character == 0x0E || character == 0x0F || character == 0x1B;
        if ((is_jp && is_shift) || (is_gb && character == 0xE5E5))
            return (size_t)(rest.at - text.at);
    }
    return text.len;
}

span charset_encode(struct arena *arena, const char *charset, span text, const char *before,
                    const char *after)
{
    const struct encoding *encoding = charset_find(charset);
    iconv_t converter = encoding->iconv_name ? iconv_open(encoding->iconv_name, "UTF-8") : (iconv_t)-1;
    LOCAL(buf) out = {.max = SIZE_MAX / 2};

    text = utf8_repair(arena, text);
    if (converter == (iconv_t)-1)
        return text;
    while (text.len) {
        span piece = utf8_cut(text, PIECE);
        span rest = {piece.at, accepted_len(encoding->name, piece)};
        size_t offered = rest.len;
        encode_some(converter, &rest, &out);
        text = span_from(text, offered - rest.len);
        uint32_t character;
        if (offered - rest.len == piece.len || !utf8_next(&text, &character))
            continue;
        encode_some(converter, &(span){0}, &out);
        bool is_shift = character < ' '; /* which would give itself away: as the replacement character */
        buf_printf(&out, "%s%u%s", before, is_shift ? UTF8_REPLACEMENT : character, after);
    }
    encode_some(converter, &(span){0}, &out);
    iconv_close(converter);
    return arena_keep(arena, buf_span(&out));
}

span charset_of_content_type(span header)
{
    span parameter;

    for (bool is_type = true; span_cut(&header, ';', &parameter); is_type = false) {
        parameter = span_trim(parameter);
        if (is_type || !span_starts_nocase(parameter, S("charset")))
            continue;
        parameter = span_trim(span_from(parameter, strlen("charset")));
        if (!span_starts(parameter, S("=")))
            continue;
        parameter = span_trim(span_from(parameter, 1));
        char quote = parameter.len ? parameter.at[0] : 0;
        if (quote == '"' || quote == '\'') {
            parameter = span_from(parameter, 1);
            parameter.len = MIN(parameter.len, span_find_char(parameter, quote));
        }
        if (parameter.len)
            return parameter;
    }
    return (span){0};
}
