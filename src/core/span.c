/* SPDX-License-Identifier: MIT */
#include "core/span.h"

static inline unsigned char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : (unsigned char)c;
}

static inline bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v');
}

bool span_equal_nocase(span a, span b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.at[i]) != lower(b.at[i]))
            return false;
    return true;
}

bool span_is_nocase(span s, const char *text)
{
    return span_equal_nocase(s, span_of(text));
}

bool span_starts(span s, span prefix)
{
    return s.len >= prefix.len && span_equal(span_sub(s, 0, prefix.len), prefix);
}

bool span_starts_nocase(span s, span prefix)
{
    return s.len >= prefix.len && span_equal_nocase(span_sub(s, 0, prefix.len), prefix);
}

bool span_ends(span s, span suffix)
{
    return s.len >= suffix.len && span_equal(span_from(s, s.len - suffix.len), suffix);
}

int span_compare(span a, span b)
{
    size_t common = MIN(a.len, b.len);
    int order = common ? memcmp(a.at, b.at, common) : 0;

    return order ? order : (a.len > b.len) - (a.len < b.len);
}

size_t span_find(span s, span needle)
{
    const char *found;

    if (needle.len == 0)
        return 0;
    if (s.len < needle.len)
        return SPAN_NONE;
    found = memmem(s.at, s.len, needle.at, needle.len);
    return found ? (size_t)(found - s.at) : SPAN_NONE;
}

size_t span_find_nocase(span s, span needle)
{
    char small, large; /* first letter of the needle: most places fail by it */

    if (needle.len == 0)
        return 0;
    small = (char)lower(*needle.at);
    large = small >= 'a' && small <= 'z' ? (char)(small - 32) : small;
    for (size_t i = 0; i + needle.len <= s.len; i++)
        if ((s.at[i] == small || s.at[i] == large) && span_equal_nocase((span){s.at + i, needle.len}, needle))
            return i;
    return SPAN_NONE;
}

size_t span_find_char(span s, char c)
{
    const char *found = s.len ? memchr(s.at, c, s.len) : NULL;

    return found ? (size_t)(found - s.at) : SPAN_NONE;
}

size_t span_find_last_char(span s, char c)
{
    const char *found = s.len ? memrchr(s.at, c, s.len) : NULL;

    return found ? (size_t)(found - s.at) : SPAN_NONE;
}

bool span_has(span s, const char *needle)
{
    return span_find(s, span_of(needle)) != SPAN_NONE;
}

span span_trim_end(span s)
{
    while (s.len && is_space(s.at[s.len - 1]))
        s.len--;
    return s;
}

span span_trim(span s)
{
    while (s.len && is_space(*s.at)) {
        s.at++;
        s.len--;
    }
    return span_trim_end(s);
}

bool span_cut(span *rest, char separator, span *out_piece)
{
    size_t end;

    if (rest->len == 0)
        return false;
    end = span_find_char(*rest, separator);
    *out_piece = span_sub(*rest, 0, end);
    *rest = end == SPAN_NONE ? span_from(*rest, rest->len) : span_from(*rest, end + 1);
    return true;
}

bool span_cut_word(span *rest, span *out_word)
{
    size_t end = 0;

    *rest = span_trim(*rest);
    while (end < rest->len && !is_space(rest->at[end]))
        end++;
    *out_word = span_sub(*rest, 0, end);
    *rest = span_from(*rest, end);
    return end > 0;
}

bool span_to_int64(span s, int64_t *out_number)
{
    bool negative = s.len && *s.at == '-';
    int64_t number = 0;

    if (s.len && (*s.at == '-' || *s.at == '+'))
        s = span_from(s, 1);
    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        int digit = s.at[i] - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(number, 10, &number) ||
            __builtin_sub_overflow(number, digit, &number)) /* counted down: INT64_MIN fits */
            return false;
    }
    if (!negative && __builtin_sub_overflow((int64_t)0, number, &number))
        return false;
    *out_number = number;
    return true;
}

uint64_t span_hash(span s)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (; s.len >= 8; s = span_from(s, 8)) {
        uint64_t word;
        memcpy(&word, s.at, 8);
        hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 32;
    }
    for (size_t i = 0; i < s.len; i++)
        hash = (hash ^ (unsigned char)s.at[i]) * 0x100000001b3u;
    hash *= 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 29;
}
