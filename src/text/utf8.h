/* SPDX-License-Identifier: MIT
 * utf8.h - characters of UTF-8 (RFC 3629)
 */
#pragma once
#include "core/core.h"

#define UTF8_REPLACEMENT 0xFFFD

uint32_t utf8_take(span *rest); /* utf8_next() of what begins beyond ASCII */

/* Takes the character at the start of `*rest` off. Invalid bytes give U+FFFD, one for each maximal part of a
 * sequence (as WHATWG's decoder does). False at the end. Nothing is called for most characters of most pages.
 */
static inline bool utf8_next(span *rest, uint32_t *out_character)
{
    if (rest->len == 0)
        return false;
    if ((unsigned char)*rest->at >= 0x80) {
        *out_character = utf8_take(rest);
        return true;
    }
    *out_character = (unsigned char)*rest->at++;
    rest->len--;
    return true;
}

/* Bytes of the character at the start of `s` if it is well formed, else 0. */
size_t utf8_len(span s);
bool utf8_is_valid(span s);
size_t utf8_ascii_len(span s); /* bytes before the first that is not ASCII */
size_t utf8_encode(uint32_t character,
                   char out[4]); /* bytes written; surrogates and > 10FFFF become U+FFFD */
void utf8_add(struct buf *out, uint32_t character);
span utf8_repair(struct arena *arena, span s); /* `s` itself where it is valid */
size_t utf8_count(span s);                     /* characters */
span utf8_cut(span s, size_t max_bytes);       /* its start, never splitting a character */
uint32_t utf8_last(span s);                    /* its last character; 0: it is empty */

/* White space as ECMAScript's \s names it: TAB LF VT FF CR SPACE, U+00A0 1680 2000-200A 2028 2029 202F 205F
 * 3000 FEFF. */
bool is_js_space_beyond_ascii(uint32_t character);
static inline bool is_js_space(uint32_t c)
{
    return c < 0x80 ? c == ' ' || (c >= '\t' && c <= '\r') : is_js_space_beyond_ascii(c);
}
span js_trim(span s); /* without it at both ends */

/* Han, kana, hangul syllables and Thai, Lao, Khmer, Burmese: scripts in which an interword space is not a
 * must */
bool is_cjk(uint32_t character);      /* Han, kana, bopomofo, CJK symbols and punctuation, full-width forms */
bool is_unspaced(uint32_t character); /* is_cjk() and Thai, Lao, Khmer, Burmese */

/* Unicode's general category, by libutf8proc */
bool is_letter_or_digit_beyond_ascii(uint32_t character);
static inline bool is_letter_or_digit(uint32_t c) /* L*, N* */
{
    return c < 0x80 ? (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
                    : is_letter_or_digit_beyond_ascii(c);
}
bool is_mark(uint32_t character);          /* M*: accents and vowel signs that belong to the letter before */
bool is_punctuation(uint32_t character);   /* P*, S*: what CommonMark 0.31 calls Unicode punctuation */
bool is_unicode_space(uint32_t character); /* Zs, TAB, LF, FF, CR */
uint32_t fold_case_beyond_ascii(uint32_t character);
static inline uint32_t fold_case(uint32_t c)
{
    return c < 0x80 ? (c >= 'A' && c <= 'Z' ? c | 0x20 : c) : fold_case_beyond_ascii(c);
}

/* Text made comparable: compatibility decomposition and composition, case folding, without what is never seen
 * (Unicode's NFKC_Casefold). */
span utf8_fold(struct arena *arena, span s);
void utf8_fold_into(struct buf *out, span s); /* the same at the end of `out`; `s` must be valid */
/* U+061C, 200E, 200F, 202A-202E, 2066-2069: by them a line reads as another that is not there. */
bool is_bidi_control(uint32_t character);
span text_without_bidi(struct arena *arena, span s); /* `s` itself where there are none */
/* Runs of white space (js) become one space, ends trimmed. */
span text_collapse(struct arena *arena, span s);
