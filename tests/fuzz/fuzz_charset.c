/* SPDX-License-Identifier: MIT
 * fuzz_charset.c - any bytes in any encoding: text comes out, and no ASCII is lost
 *
 * The first byte names the encoding.
 */
#include "text/charset.h"
#include "text/utf8.h"
#include <stdlib.h>

static void check(bool is_kept) /* a promise of charset.h or utf8.h */
{
    if (!is_kept)
        abort();
}

static const char *const charsets[] = {"utf-8",          "gbk",          "gb18030",      "big5",
                                       "shift_jis",      "euc-jp",       "iso-2022-jp",  "euc-kr",
                                       "utf-16le",       "utf-16be",     "windows-1252", "windows-874",
                                       "koi8-u",         "windows-1255", "windows-1258", "iso-8859-8-i",
                                       "x-user-defined", "replacement",  "macintosh",    "iso-8859-6"};

/* '<' and '>' are no part of a longer character anywhere but in UTF-16, ISO-2022-JP and "replacement". */
static void check_markup_survives(const char *charset, span bytes, span text)
{
    size_t count = 0;

    if (strncmp(charset, "utf-16", 6) == 0 || strcmp(charset, "iso-2022-jp") == 0 || charset[0] == 'r')
        return;
    for (size_t i = 0; i < bytes.len; i++)
        count += bytes.at[i] == '<' || bytes.at[i] == '>';
    for (size_t i = 0; i < text.len; i++)
        count -= text.at[i] == '<' || text.at[i] == '>';
    check(count == 0);
}

static void check_text(struct arena *arena, span bytes)
{
    span repaired = utf8_repair(arena, bytes);
    span trimmed = js_trim(repaired), collapsed = text_collapse(arena, repaired);

    check(utf8_is_valid(repaired) && utf8_is_valid(trimmed) && utf8_is_valid(collapsed));
    check(utf8_is_valid(bytes) == (repaired.at == bytes.at));
    check(utf8_count(bytes) == utf8_count(repaired));
    check(span_equal(text_collapse(arena, collapsed), collapsed) &&
          span_equal(js_trim(collapsed), collapsed));
    check(utf8_is_valid(utf8_cut(repaired, bytes.len / 2)));
    span folded = utf8_fold(arena, bytes);
    check(utf8_is_valid(folded));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena) arena = arena_new(256 * MiB);
    const char *charset = charsets[(size ? data[0] : 0) % ARRAY_SIZE(charsets)];
    span bytes = span_from((span){(const char *)data, size}, 1);
    size_t damaged;
    span text = charset_decode(arena, charset, bytes, &damaged);

    check(utf8_is_valid(text) && text.len <= 3 * bytes.len);
    check(utf8_is_valid(charset_decode_again(arena, text)));
    check(charset_is_valid(charset, bytes) == (damaged == 0));
    check_markup_survives(charset, bytes, text);
    check_text(arena, bytes);
    span encoded = charset_encode(arena, charset, text, "&#", ";");
    check(charset_decode(arena, charset, encoded, &damaged).len >= text.len / 4);

    struct charset_hints hints = {.http = span_of(charset), .declared = span_sub(bytes, 0, 8)};
    const char *chosen = charset_choose(bytes, &hints);
    check(chosen && charset_of_label(span_of(chosen)));
    const char *guess = charset_guess(bytes);
    check(!guess || charset_of_label(span_of(guess)));
    charset_of_content_type(bytes);
    return 0;
}
