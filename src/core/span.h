/* SPDX-License-Identifier: MIT
 * span.h - bytes that somebody else owns
 *
 * A span is passed about like a number. It promises no NUL behind it and no encoding. An absent value is the
 * zero span {NULL, 0}; an empty one has a place and no length. (After mpv's bstr.)
 */
#pragma once
#include "core/macros.h"
#include <string.h>

typedef struct {
    const char *at;
    size_t len;
} span;

#define S(literal)  ((span){"" literal, sizeof(literal) - 1})
#define SPAN_ARG(s) (int)MIN((s).len, (size_t)INT32_MAX), (s).at ? (s).at : ""

static inline span span_of(const char *text) /* a C string, or NULL */
{
    return (span){text, text ? strlen(text) : 0};
}

static inline bool span_equal(span a, span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static inline bool span_is(span s, const char *text)
{
    return span_equal(s, span_of(text));
}

static inline span span_from(span s, size_t start) /* the rest of it; empty past the end */
{
    start = MIN(start, s.len);
    return (span){start ? s.at + start : s.at, s.len - start}; /* NULL + 0 is undefined in C */
}

static inline span span_sub(span s, size_t start, size_t len)
{
    s = span_from(s, start);
    return (span){s.at, MIN(len, s.len)};
}

static inline span span_between(const char *start, const char *end)
{
    return (span){start, (size_t)(end - start)};
}

/* ASCII alone; bytes from 0x80 are compared as they are */
bool span_equal_nocase(span a, span b);
bool span_is_nocase(span s, const char *text);
bool span_starts_nocase(span s, span prefix);
bool span_starts(span s, span prefix);
bool span_ends(span s, span suffix);
int span_compare(span a, span b); /* byte order, shorter first: <0, 0, >0 */

#define SPAN_NONE SIZE_MAX
size_t span_find(span s, span needle);        /* offset, or SPAN_NONE */
size_t span_find_nocase(span s, span needle); /* the same, ASCII letters of either case */
size_t span_find_char(span s, char c);        /* offset, or SPAN_NONE */
size_t span_find_last_char(span s, char c);
bool span_has(span s, const char *needle);

span span_trim(span s); /* without ASCII white space (TAB LF FF CR SPACE) at its ends */
span span_trim_end(span s);

/* Takes what stands before the next `separator` (or the end) off `*rest`. False once nothing is left: a
 * trailing separator begins no further piece. */
bool span_cut(span *rest, char separator, span *out_piece);
bool span_cut_word(span *rest, span *out_word); /* the next run without ASCII white space */

/* A whole decimal number, with an optional sign, and nothing else; false if it is none or does not fit. */
bool span_to_int64(span s, int64_t *out_number);

/* For tables of few things in memory: may change between versions, and whoever chooses what is hashed can
 * make it collide. core/map.h has one that nobody can aim at. */
uint64_t span_hash(span s);
