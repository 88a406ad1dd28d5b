/* SPDX-License-Identifier: MIT
 * utf8.c - decoding by a table of states
 *
 * A byte's row holds the next state for each state, six bits each; a state is the shift that brings its own
 * bits down. So a step is a load that does not depend on the state, and one shift. What a row does not name
 * is 0, the state of failure, which never leaves itself.
 */
#include "text/utf8.h"
#include <utf8proc.h>

enum state { /* what may come next */
             FAILED = 0,
             START = 6,
             NEED_1 = 12, /* that many continuation bytes */
             NEED_2 = 18,
             NEED_3 = 24,
             AFTER_E0 = 30, /* A0-BF: nothing longer than it must be */
             AFTER_ED = 36, /* 80-9F: no surrogates */
             AFTER_F0 = 42, /* 90-BF */
             AFTER_F4 = 48, /* 80-8F: not past 10FFFF */
};

#define TO(from, next) ((uint64_t)(next) << (from))
#define CONTINUATION   (TO(NEED_1, START) | TO(NEED_2, NEED_1) | TO(NEED_3, NEED_2))

static const uint64_t rows[256] = {
    [0x00 ... 0x7F] = TO(START, START),
    [0x80 ... 0x8F] = CONTINUATION | TO(AFTER_ED, NEED_1) | TO(AFTER_F4, NEED_2),
    [0x90 ... 0x9F] = CONTINUATION | TO(AFTER_ED, NEED_1) | TO(AFTER_F0, NEED_2),
    [0xA0 ... 0xBF] = CONTINUATION | TO(AFTER_E0, NEED_1) | TO(AFTER_F0, NEED_2),
    [0xC2 ... 0xDF] = TO(START, NEED_1),
    [0xE0] = TO(START, AFTER_E0),
    [0xE1 ... 0xEC] = TO(START, NEED_2),
    [0xED] = TO(START, AFTER_ED),
    [0xEE ... 0xEF] = TO(START, NEED_2),
    [0xF0] = TO(START, AFTER_F0),
    [0xF1 ... 0xF3] = TO(START, NEED_3),
    [0xF4] = TO(START, AFTER_F4),
};

/* Its upper bits are left over from the row: only the lower six count, and a shift looks at no more. */
static inline uint64_t step(uint64_t state, unsigned char byte)
{
    return rows[byte] >> (state & 63);
}

/* Bytes of the longest start of a sequence at `s` that could still become a character; `*out_character` is
 * U+FFFD unless it did become one. */
static size_t decode(span s, uint32_t *out_character, bool *out_is_whole)
{
    static const unsigned char lead_bits[] = {[1] = 0x7F, [2] = 0x1F, [3] = 0x0F, [4] = 0x07};
    uint64_t state = START;
    size_t len = 0;

    *out_character = UTF8_REPLACEMENT;
    *out_is_whole = false;
    while (len < s.len) {
        state = step(state, (unsigned char)s.at[len]) & 63;
        if (state == FAILED)
            return MAX(len, 1);
        len++;
        if (state == START)
            break;
    }
    if (state != START)
        return len;
    *out_is_whole = true;
    *out_character = (unsigned char)s.at[0] & lead_bits[len];
    for (size_t i = 1; i < len; i++)
        *out_character = *out_character << 6 | ((unsigned char)s.at[i] & 0x3F);
    return len;
}

/* Two and three bytes in a row that are what they should be: all scripts in daily use. */
static inline size_t decode_common(span s, uint32_t *out_character)
{
    const unsigned char *at = (const unsigned char *)s.at;

    if (s.len >= 3 && at[0] > 0xE0 && at[0] < 0xED && (at[1] & 0xC0) == 0x80 && (at[2] & 0xC0) == 0x80) {
        *out_character = (at[0] & 0x0Fu) << 12 | (at[1] & 0x3Fu) << 6 | (at[2] & 0x3Fu);
        return 3;
    }
    if (s.len >= 2 && at[0] >= 0xC2 && at[0] <= 0xDF && (at[1] & 0xC0) == 0x80) {
        *out_character = (at[0] & 0x1Fu) << 6 | (at[1] & 0x3Fu);
        return 2;
    }
    return 0;
}

uint32_t utf8_take(span *rest)
{
    uint32_t character;
    bool is_whole;
    size_t len = decode_common(*rest, &character);

    if (!len)
        len = decode(*rest, &character, &is_whole);
    *rest = span_from(*rest, len);
    return character;
}

size_t utf8_len(span s)
{
    uint32_t character;
    bool is_whole = false;
    size_t len = s.len ? decode(s, &character, &is_whole) : 0;

    return is_whole ? len : 0;
}

#define BLOCK 32 /* bytes looked at together; WORD where fewer are left */
#define WORD  8

static inline bool word_is_ascii(const char *at)
{
    uint64_t word;

    memcpy(&word, at, WORD);
    return (word & UINT64_C(0x8080808080808080)) == 0;
}

static inline bool block_is_ascii(const char *at)
{
    uint64_t words[BLOCK / WORD];

    memcpy(words, at, BLOCK);
    return ((words[0] | words[1] | words[2] | words[3]) & UINT64_C(0x8080808080808080)) == 0;
}

size_t utf8_ascii_len(span s)
{
    size_t i = 0;

    while (s.len - i >= BLOCK && block_is_ascii(s.at + i))
        i += BLOCK;
    while (s.len - i >= WORD && word_is_ascii(s.at + i))
        i += WORD;
    while (i < s.len && (unsigned char)s.at[i] < 0x80)
        i++;
    return i;
}

bool utf8_is_valid(span s)
{
    uint64_t state = START;
    size_t i = utf8_ascii_len(s);

    for (; s.len - i >= BLOCK; i += BLOCK) {
        if ((state & 63) == START && block_is_ascii(s.at + i))
            continue;
#pragma GCC unroll 32 /* twice as fast with GCC, which would not by itself */
        for (size_t k = 0; k < BLOCK; k++)
            state = step(state, (unsigned char)s.at[i + k]);
        if ((state & 63) == FAILED)
            return false;
    }
    for (; i < s.len; i++)
        state = step(state, (unsigned char)s.at[i]);
    return (state & 63) == START;
}

size_t utf8_encode(uint32_t character, char out[4])
{
    if (character > 0x10FFFF || (character >= 0xD800 && character <= 0xDFFF))
        character = UTF8_REPLACEMENT;
    if (character < 0x80) {
        out[0] = (char)character;
        return 1;
    }
    size_t len = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--, character >>= 6)
        out[i] = (char)(0x80 | (character & 0x3F));
    out[0] = (char)((0xF00 >> len & 0xFF) | character); /* as many ones as there are bytes, and a zero */
    return len;
}

void utf8_add(struct buf *out, uint32_t character)
{
    char bytes[4];

    buf_add(out, (span){bytes, utf8_encode(character, bytes)});
}

span utf8_repair(struct arena *arena, span s)
{
    LOCAL(buf) out = {.max = 3 * s.len + 3};
    uint32_t character;

    if (utf8_is_valid(s))
        return s;
    while (s.len) {
        span ascii = {s.at, utf8_ascii_len(s)};
        buf_add(&out, ascii);
        s = span_from(s, ascii.len);
        if (utf8_next(&s, &character))
            utf8_add(&out, character);
    }
    return arena_keep(arena, buf_span(&out));
}

size_t utf8_count(span s)
{
    size_t count = 0;
    uint32_t character;

    while (utf8_next(&s, &character))
        count++;
    return count;
}

span utf8_cut(span s, size_t max_bytes)
{
    if (s.len <= max_bytes)
        return s;
    for (size_t back = 0; back < 4 && back <= max_bytes; back++) {
        size_t len = utf8_len(span_from(s, max_bytes - back));
        if (len > back)
            return (span){s.at, max_bytes - back};
        if (len)
            break;
    }
    return (span){s.at, max_bytes};
}

bool is_js_space_beyond_ascii(uint32_t c)
{
    return c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
           c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

/* The last character, found by going back to where one begins. */
static size_t last_len(span s, uint32_t *out_character)
{
    if (s.len && (unsigned char)s.at[s.len - 1] < 0x80) {
        *out_character = (unsigned char)s.at[s.len - 1];
        return 1;
    }
    for (size_t len = MIN(s.len, 4); len > 0; len--) {
        span end = span_from(s, s.len - len);
        if (utf8_len(end) == len) {
            utf8_next(&end, out_character);
            return len;
        }
    }
    return 0;
}

uint32_t utf8_last(span s)
{
    uint32_t character = s.len ? UTF8_REPLACEMENT : 0;

    last_len(s, &character);
    return character;
}

span js_trim(span s)
{
    uint32_t character;
    size_t len;

    for (span rest = s; utf8_next(&rest, &character) && is_js_space(character);)
        s = rest;
    while ((len = last_len(s, &character)) && is_js_space(character))
        s.len -= len;
    return s;
}

/* Ends of ranges, ascending. */
struct range {
    uint32_t first, last;
};

static bool is_in(const struct range *ranges, size_t count, uint32_t c)
{
    size_t low = 0;

    while (count > low) {
        size_t middle = low + (count - low) / 2;
        if (c > ranges[middle].last)
            low = middle + 1;
        else if (c < ranges[middle].first)
            count = middle;
        else
            return true;
    }
    return false;
}

bool is_cjk(uint32_t c)
{
    static const struct range cjk[] = {
        {0x2E80, 0x312F},   /* radicals, symbols and punctuation, kana, bopomofo */
        {0x3190, 0x4DBF},   /* kanbun, strokes, enclosed and squared forms, extension A; no hangul jamo */
        {0x4E00, 0x9FFF},   /* unified ideographs */
        {0xF900, 0xFAFF},   /* compatibility ideographs */
        {0xFE30, 0xFE4F},   /* vertical forms */
        {0xFF00, 0xFF9F},   /* full-width ASCII, half-width katakana */
        {0xFFE0, 0xFFE6},   /* full-width signs */
        {0x16FE0, 0x16FFF}, /* ideographic symbols */
        {0x1AFF0, 0x1B16F}, /* kana extensions */
        {0x1F200, 0x1F2FF}, /* enclosed ideographs */
        {0x20000, 0x3FFFD}, /* extensions B and later */
    };

    return c >= cjk[0].first && is_in(cjk, ARRAY_SIZE(cjk), c);
}

bool is_unspaced(uint32_t c)
{
    static const struct range others[] = {
        {0x0E00, 0x0EFF}, /* Thai, Lao */
        {0x1000, 0x109F}, /* Burmese */
        {0x1780, 0x17FF}, /* Khmer */
        {0xA9E0, 0xA9FE}, /* Burmese extended */
        {0xAA60, 0xAA7F},
    };

    return is_cjk(c) || (c >= others[0].first && is_in(others, ARRAY_SIZE(others), c));
}

#define CATEGORY(name) (1u << UTF8PROC_CATEGORY_##name)

static bool is_of(uint32_t c, uint32_t categories)
{
    return categories >> utf8proc_category((utf8proc_int32_t)c) & 1;
}

bool is_letter_or_digit_beyond_ascii(uint32_t c)
{
    return is_of(c, CATEGORY(LU) | CATEGORY(LL) | CATEGORY(LT) | CATEGORY(LM) | CATEGORY(LO) | CATEGORY(ND) |
                        CATEGORY(NL) | CATEGORY(NO));
}

bool is_mark(uint32_t c)
{
    return c >= 0x300 && is_of(c, CATEGORY(MN) | CATEGORY(MC) | CATEGORY(ME));
}

bool is_punctuation(uint32_t c)
{
    return is_of(c, CATEGORY(PC) | CATEGORY(PD) | CATEGORY(PS) | CATEGORY(PE) | CATEGORY(PI) | CATEGORY(PF) |
                        CATEGORY(PO) | CATEGORY(SM) | CATEGORY(SC) | CATEGORY(SK) | CATEGORY(SO));
}

bool is_unicode_space(uint32_t c)
{
    if (c < 0x80)
        return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
    return is_of(c, CATEGORY(ZS));
}

uint32_t fold_case_beyond_ascii(uint32_t c)
{
    utf8proc_int32_t folded[4];
    int boundary = 0;

    if ((c >= 0x2E80 && c < 0xA640) || (c >= 0xAC00 && c < 0xD7A4) || c > 0x10FFFF)
        return c; /* scripts that have no case: Han, kana, hangul */
    if (utf8proc_decompose_char((utf8proc_int32_t)c, folded, ARRAY_SIZE(folded), UTF8PROC_CASEFOLD,
                                &boundary) == 1)
        return (uint32_t)folded[0];
    return (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
}
