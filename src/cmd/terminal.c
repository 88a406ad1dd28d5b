/* SPDX-License-Identifier: MIT */
#include "cmd/terminal.h"
#include "core/log.h"
#include "text/utf8.h"
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct terminal terminal_find(void)
{
    struct terminal terminal = {.is_one = isatty(STDOUT_FILENO)};
    const char *no_colour = getenv("NO_COLOR");
    struct winsize size;

    if (!terminal.is_one)
        return terminal;
    terminal.has_colour = !no_colour || !*no_colour;
    terminal.columns = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
    return terminal;
}

/* East Asian Width W and F, and the emoji that terminals draw as wide; combining marks and what shows
 * nothing. */
struct range {
    uint32_t first, last;
};
static const struct range wide[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2e80, 0x303e}, {0x3041, 0x33ff},   {0x3400, 0x4dbf},
    {0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xa960, 0xa97f}, {0xac00, 0xd7a3},   {0xf900, 0xfaff},
    {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff},
    {0x1f900, 0x1faff}, {0x20000, 0x3fffd},
};
static const struct range narrow_as_nothing[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a},
    {0x064b, 0x065f}, {0x0e31, 0x0e31}, {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e},
    {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x2069}, {0x20d0, 0x20ff},
    {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xe0100, 0xe01ef},
};

static bool is_within(uint32_t character, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (character <= ranges[i].last)
            return character >= ranges[i].first;
    return false;
}

static size_t character_width(uint32_t character)
{
    if (character < 0x300)
        return 1;
    if (is_within(character, narrow_as_nothing, ARRAY_SIZE(narrow_as_nothing)))
        return 0;
    return is_within(character, wide, ARRAY_SIZE(wide)) ? 2 : 1;
}

size_t text_width(span s)
{
    size_t width = 0;
    uint32_t character;

    while (utf8_next(&s, &character))
        width += character_width(character);
    return width;
}

span text_cut(span s, size_t columns)
{
    span rest = s, before = s;
    size_t width = 0;
    uint32_t character;

    while (utf8_next(&rest, &character)) {
        width += character_width(character);
        if (width > columns)
            return span_between(s.at, before.at);
        before = rest;
    }
    return s;
}

/* --- lines --- */

static bool closes(uint32_t character) /* must not begin a line */
{
    static const char *const closing = "、。，．：；？！）］｝〕〉》」』】〗〙〛’”…—～·";
    span rest = span_of(closing);
    uint32_t known;

    while (utf8_next(&rest, &known))
        if (known == character)
            return true;
    return false;
}

static bool opens(uint32_t character) /* must not end one */
{
    static const char *const opening = "（［｛〔〈《「『【〖〘〚‘“";
    span rest = span_of(opening);
    uint32_t known;

    while (utf8_next(&rest, &known))
        if (known == character)
            return true;
    return false;
}

/* Bytes of `line` that go on one line of `columns`; at least one character. */
static size_t fitting(span line, size_t columns)
{
    span rest = line;
    size_t width = 0, last_break = 0, end = 0;
    uint32_t character, before = 0;

    while (utf8_next(&rest, &character)) {
        bool is_space = character == ' ';
        bool may_break = is_space || (end && (is_unspaced(character) || is_unspaced(before)) &&
                                      !closes(character) && !opens(before));
        if (may_break)
            last_break = end;
        width += character_width(character);
        if (width > columns && !is_space && end)
            return last_break ? last_break : end;
        end = (size_t)(rest.at - line.at);
        before = character;
    }
    return line.len;
}

static void wrap_line(struct buf *out, span line, size_t columns)
{
    do {
        size_t len = columns ? fitting(line, columns) : line.len;
        buf_add(out, span_trim_end(span_sub(line, 0, len)));
        buf_add_char(out, '\n');
        line = span_from(line, len);
        while (line.len && *line.at == ' ')
            line = span_from(line, 1);
    } while (line.len);
}

void text_add_printable(struct buf *out, span text)
{
    while (text.len) {
        size_t end = MIN(MIN(span_find_char(text, '\n'), span_find_char(text, '\t')), text.len);
        log_escape(out, span_sub(text, 0, end));
        if (end < text.len)
            buf_add_char(out, text.at[end]);
        text = span_from(text, MIN(end + 1, text.len));
    }
}

void text_wrap(struct buf *out, span text, size_t columns)
{
    span line;

    while (span_cut(&text, '\n', &line))
        wrap_line(out, line, columns);
}

/* --- tables --- */

enum { GAP = 2, NARROWEST = 12 };

static size_t count_columns(const struct column *columns)
{
    size_t count = 0;

    while (columns[count].title)
        count++;
    return count;
}

/* Takes what the terminal lacks off the columns that may shrink, the widest first. */
static void shrink(const struct terminal *terminal, const struct column *columns, size_t count,
                   size_t *widths)
{
    size_t total = 0;

    for (size_t i = 0; i < count; i++)
        total += widths[i] + (i + 1 < count ? GAP : 0);
    while (terminal->columns && total > (size_t)terminal->columns) {
        size_t *widest = NULL;
        for (size_t i = 0; i < count; i++)
            if (columns[i].may_shrink && widths[i] > NARROWEST && (!widest || widths[i] > *widest))
                widest = &widths[i];
        if (!widest)
            return;
        --*widest;
        total--;
    }
}

static void write_cell(struct buf *out, const struct column *column, span cell, size_t width, bool is_last)
{
    span shown = text_width(cell) > width ? text_cut(cell, width - 1) : cell;
    size_t used = text_width(shown) + (shown.len < cell.len);
    size_t padding = width > used ? width - used : 0;

    for (size_t i = 0; column->kind == COLUMN_NUMBER && i < padding; i++)
        buf_add_char(out, ' ');
    buf_add(out, shown);
    if (shown.len < cell.len)
        buf_add(out, S("…"));
    for (size_t i = 0; !is_last && i < GAP + (column->kind == COLUMN_TEXT ? padding : 0); i++)
        buf_add_char(out, ' ');
}

void table_write(struct buf *out, const struct terminal *terminal, const struct column *columns,
                 const span *cells, size_t row_count)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    size_t count = count_columns(columns);
    size_t *widths = ARENA_ARRAY(arena, size_t, count);
    span *shown = ARENA_ARRAY(arena, span, (row_count + 1) * count);

    for (size_t i = 0; i < count; i++)
        shown[i] = span_of(columns[i].title);
    for (size_t i = 0; i < row_count * count; i++) {
        LOCAL(buf) cell = {.max = 64 * KiB};
        log_escape(&cell, cells[i]);
        shown[count + i] = arena_keep(arena, buf_span(&cell));
    }
    for (size_t i = 0; i < (row_count + 1) * count; i++)
        widths[i % count] = MAX(widths[i % count], text_width(shown[i]));
    shrink(terminal, columns, count, widths);
    for (size_t i = 0; i < (row_count + 1) * count; i++) {
        bool is_last = i % count == count - 1;
        if (i == 0 && terminal->has_colour)
            buf_add(out, S("\033[1m"));
        write_cell(out, &columns[i % count], shown[i], widths[i % count], is_last);
        if (i + 1 == count && terminal->has_colour)
            buf_add(out, S("\033[0m"));
        if (is_last)
            buf_add_char(out, '\n');
    }
}
