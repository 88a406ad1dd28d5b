/* SPDX-License-Identifier: MIT
 * charset_parts.h - what charset*.c share; no other file includes it
 */
#pragma once
#include "text/charset.h"
#include <iconv.h>

struct decoder;

/* What a step may give instead of a character */
#define CHARSET_DAMAGED UINT32_MAX       /* bytes that mean nothing: U+FFFD */
#define CHARSET_SILENT  (UINT32_MAX - 1) /* an escape sequence */
#define CHARSET_PAIR    0x80000000u      /* with it: a letter below 0x100 << 16 | a combining mark */

struct encoding {
    const char *name;
    const char *iconv_name; /* for the way back, and for the table of one with single bytes; NULL: neither */
    /* Takes one character off the start of `rest`, which is not empty: bytes it took, at least one. */
    size_t (*step)(struct decoder *decoder, span rest, uint32_t *out_character);
    bool is_ascii_based; /* a byte below 0x80 where a character may begin is that character */
    const char *labels;  /* separated by spaces */
};

const struct encoding *charset_find(const char *name); /* UTF-8's where there is none of that name */

/* The Standard's indexes: characters of two bytes, 0 where there is none. Made when first needed. */
enum charset_index { INDEX_GB18030, INDEX_BIG5, INDEX_JIS0208, INDEX_JIS0212, INDEX_EUC_KR, INDEX_COUNT };

#define INDEX_FIRST_LEAD  0x81
#define INDEX_FIRST_TRAIL 0x40
#define INDEX_TRAILS      (0xFE - INDEX_FIRST_TRAIL + 1)
#define INDEX_CELLS       ((0xFE - INDEX_FIRST_LEAD + 1) * INDEX_TRAILS)

const uint32_t *charset_index(enum charset_index which);

/* Bytes outside the table have no character. */
static inline uint32_t charset_index_at(const uint32_t *index, unsigned lead, unsigned trail)
{
    if (lead < INDEX_FIRST_LEAD || lead > 0xFE || trail < INDEX_FIRST_TRAIL || trail > 0xFE)
        return 0;
    return index[(lead - INDEX_FIRST_LEAD) * INDEX_TRAILS + (trail - INDEX_FIRST_TRAIL)];
}

/* Decodes to `out` unless it is NULL; counts what was damaged, and stops early where that passes
 * `damage_max`. */
size_t charset_run(const char *charset, span bytes, struct buf *out, size_t damage_max);
