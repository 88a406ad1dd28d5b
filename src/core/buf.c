/* SPDX-License-Identifier: MIT */
#include "core/buf.h"
#include <stdio.h>
#include <stdlib.h>

void buf_release(struct buf *buf)
{
    free(buf->at);
    buf->at = NULL;
    buf->len = buf->capacity = 0;
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
    buf->overflowed = false;
    if (buf->at)
        *buf->at = '\0';
}

char *buf_reserve(struct buf *buf, size_t size)
{
    if (buf->overflowed || buf->max < buf->len || size > buf->max - buf->len) {
        buf->overflowed = true;
        return NULL;
    }
    if (buf->len + size + 1 > buf->capacity) {
        size_t capacity = MAX(buf->capacity + buf->capacity / 2, (size_t)64);
        capacity = MAX(capacity, buf->len + size + 1);
        if (capacity - 1 > buf->max) /* SIZE_MAX is a limit too */
            capacity = buf->max + 1;
        buf->at = memory_resize(buf->at, capacity);
        buf->capacity = capacity;
    }
    return buf->at + buf->len;
}

void buf_add(struct buf *buf, span s)
{
    char *room;

    if (s.len == 0)
        return;
    room = buf_reserve(buf, s.len);
    if (!room)
        return;
    memcpy(room, s.at, s.len);
    buf->len += s.len;
    buf->at[buf->len] = '\0';
}

void buf_add_char(struct buf *buf, char c)
{
    char *room = buf_reserve(buf, 1);

    if (!room)
        return;
    *room = c;
    room[1] = '\0';
    buf->len++;
}

void buf_add_text(struct buf *buf, const char *text)
{
    buf_add(buf, span_of(text));
}

void buf_vprintf(struct buf *buf, const char *format, va_list arguments)
{
    va_list again;
    char *room;
    int len;

    va_copy(again, arguments);
    len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (len <= 0)
        return;
    room = buf_reserve(buf, (size_t)len);
    if (!room)
        return;
    vsnprintf(room, (size_t)len + 1, format, arguments);
    buf->len += (size_t)len;
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    buf_vprintf(buf, format, arguments);
    va_end(arguments);
}

void buf_truncate(struct buf *buf, size_t len)
{
    if (len >= buf->len)
        return;
    buf->len = len;
    buf->at[len] = '\0';
}
