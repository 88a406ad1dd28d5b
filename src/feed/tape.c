/* SPDX-License-Identifier: MIT
 * tape.c - writing a unit down
 */
#include "feed/tape.h"
#include "limits/limits.h"
#include <stdlib.h>

#define TAPE_BYTES \
    (LIMIT_FEED_UNIT + 16 * MiB) /* a unit, and those before it that were read in the same step */

void tape_release(struct tape *tape)
{
    free(tape->marks);
    buf_release(&tape->bytes);
    *tape = (struct tape){0};
}

void tape_begin_unit(struct tape *tape)
{
    tape->bytes.max = TAPE_BYTES;
    tape->unit_marks = tape->mark_count;
    tape->unit_bytes = tape->bytes.len;
    tape->depth = 0;
    tape->is_text_open = false;
    tape->pending = (span){0};
    tape->overflowed = false;
}

void tape_drop_unit(struct tape *tape)
{
    tape->mark_count = tape->unit_marks;
    buf_truncate(&tape->bytes, tape->unit_bytes);
    tape->bytes.overflowed = false;
    tape_begin_unit(tape);
}

void tape_forget(struct tape *tape, size_t marks, size_t bytes)
{
    if (marks == 0 && bytes == 0)
        return;
    if (tape->mark_count > marks)
        memmove(tape->marks, tape->marks + marks, (tape->mark_count - marks) * sizeof *tape->marks);
    if (tape->bytes.len > bytes)
        memmove(tape->bytes.at, tape->bytes.at + bytes, tape->bytes.len - bytes);
    tape->mark_count -= marks;
    buf_truncate(&tape->bytes, tape->bytes.len - bytes);
    tape->unit_marks -= MIN(marks, tape->unit_marks);
    tape->unit_bytes -= MIN(bytes, tape->unit_bytes);
}

static bool is_full(struct tape *tape, size_t more)
{
    size_t bytes = tape->bytes.len - tape->unit_bytes + tape->pending.len + more;

    if (tape->mark_count - tape->unit_marks >= LIMIT_FEED_UNIT_MARKS || bytes > LIMIT_FEED_UNIT) {
        tape->overflowed = true;
        tape->pending = (span){0}; /* nobody will read it */
    }
    return tape->overflowed;
}

static struct mark *add_mark(struct tape *tape)
{
    if (tape->mark_count == tape->mark_capacity) {
        tape->mark_capacity = MAX(tape->mark_capacity * 2, (size_t)256);
        tape->marks = memory_resize(tape->marks, tape->mark_capacity * sizeof *tape->marks);
    }
    return &tape->marks[tape->mark_count++];
}

static uint32_t place(const struct tape *tape)
{
    return (uint32_t)(tape->bytes.len - tape->unit_bytes);
}

static void write_text(struct tape *tape, span text)
{
    buf_add(&tape->bytes, text);
    tape->marks[tape->mark_count - 1].text_len += (uint32_t)text.len;
}

static void write_pending(struct tape *tape)
{
    write_text(tape, tape->pending);
    tape->pending = (span){0};
}

static void close_text(struct tape *tape)
{
    if (!tape->is_text_open)
        return;
    write_pending(tape);
    buf_add_char(&tape->bytes, '\0');
    tape->is_text_open = false;
}

static uint32_t keep(struct tape *tape, span s)
{
    uint32_t at = place(tape);

    buf_add(&tape->bytes, s);
    buf_add_char(&tape->bytes, '\0');
    return at;
}

void tape_start(struct tape *tape, enum space space, span name)
{
    close_text(tape);
    if (is_full(tape, name.len))
        return;
    if (tape->depth == LIMIT_FEED_UNIT_DEPTH) {
        tape->overflowed = true;
        return;
    }
    uint32_t at = keep(tape, name);
    tape->open[tape->depth++] = tape->mark_count - tape->unit_marks;
    *add_mark(tape) = (struct mark){
        .kind = MARK_ELEMENT, .space = (uint8_t)space, .name = at, .name_len = (uint32_t)name.len, .end = 1};
}

void tape_attribute(struct tape *tape, enum space space, span name, span value)
{
    if (is_full(tape, name.len + value.len))
        return;
    struct mark mark = {.kind = MARK_ATTRIBUTE, .space = (uint8_t)space, .end = 1};
    mark.name = keep(tape, name);
    mark.name_len = (uint32_t)name.len;
    mark.text = keep(tape, value);
    mark.text_len = (uint32_t)value.len;
    *add_mark(tape) = mark;
}

static bool is_of_source(const struct tape *tape, span text)
{
    return tape->source.at && text.at >= tape->source.at && text.at < tape->source.at + tape->source.len;
}

/* A text far beyond what a unit may be is so never copied, and others in one go. */
void tape_text(struct tape *tape, span text)
{
    if (text.len == 0 || is_full(tape, text.len))
        return;
    if (!tape->is_text_open) {
        *add_mark(tape) = (struct mark){.kind = MARK_TEXT, .text = place(tape), .end = 1};
        tape->is_text_open = true;
    }
    bool may_wait = is_of_source(tape, text);
    if (may_wait && tape->pending.len && tape->pending.at + tape->pending.len == text.at) {
        tape->pending.len += text.len;
        return;
    }
    write_pending(tape);
    if (may_wait)
        tape->pending = text;
    else
        write_text(tape, text);
}

void tape_end(struct tape *tape)
{
    close_text(tape);
    if (tape->overflowed || tape->depth == 0)
        return;
    size_t element = tape->unit_marks + tape->open[--tape->depth];
    tape->marks[element].end = (uint32_t)(tape->mark_count - element);
}

void tape_cut(struct tape *tape)
{
    size_t open = tape->unit_marks + (tape->depth > 1 ? tape->open[1] : 0);

    if (tape->depth == 0)
        return;
    tape->is_text_open = false;
    tape->pending = (span){0};
    if (tape->depth > 1) {
        buf_truncate(&tape->bytes, tape->unit_bytes + tape->marks[open].name);
        tape->mark_count = open;
    }
    tape->depth = 1;
    tape_end(tape);
}

void tape_element(struct tape *tape, enum space space, span name, span text)
{
    tape_start(tape, space, name);
    tape_text(tape, text);
    tape_end(tape);
}
