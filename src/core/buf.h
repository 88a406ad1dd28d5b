/* SPDX-License-Identifier: MIT
 * buf.h - bytes being gathered
 *
 * One growing buffer for text, HTML and JSON. It has a limit from birth: `LOCAL(buf) text = {.max = 8 *
 * MiB};`. Going past it is remembered and the rest dropped, so twenty appends need one check of `overflowed`.
 * A NUL always stands behind the bytes. (After git's strbuf.)
 */
#pragma once
#include "core/arena.h"
#include <stdarg.h>

struct buf {
    char *at;   /* NULL until something was added */
    size_t len; /* bytes */
    size_t max; /* the limit on len; 0: nothing fits, so set it */
    size_t capacity;
    bool overflowed; /* something did not fit and is missing at the end */
};

void buf_release(struct buf *buf);
void buf_clear(struct buf *buf); /* empties it and forgets overflow; keeps the memory */

void buf_add(struct buf *buf, span s);
void buf_add_char(struct buf *buf, char c);
void buf_add_text(struct buf *buf, const char *text);
void buf_printf(struct buf *buf, const char *format, ...) PRINTF(2, 3);
void buf_vprintf(struct buf *buf, const char *format, va_list arguments) PRINTF(2, 0);
void buf_truncate(struct buf *buf, size_t len); /* shortens it; a longer `len` changes nothing */

/* Room for `size` more bytes at the end, to be filled and then counted in `len` by the caller; NULL past the
 * limit. */
char *buf_reserve(struct buf *buf, size_t size);

static inline span buf_span(const struct buf *buf) /* valid until the next change */
{
    return (span){buf->at ? buf->at : "", buf->len};
}
