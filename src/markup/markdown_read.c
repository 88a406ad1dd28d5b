/* SPDX-License-Identifier: MIT
 * markdown_read.c - Markdown back into HTML: blocks
 *
 * For archives that are read again: it reads what markdown_write() writes, and the common parts of what
 * people write. Where a text is odd it may be taken for less than it meant, never for another text. Block by
 * block, line by line; quotations and lists are read by reading what is in them.
 */
#include "markup/markdown_read.h"
#include "limits/limits.h"
#include "text/escape.h"

struct reading {
    struct buf *out;
    int depth;
    bool is_tight; /* in a list without blank lines, where paragraphs are no elements */
};

static void read_blocks(const struct reading *reading, span text);

static span line_at(span text)
{
    return span_sub(text, 0, span_find_char(text, '\n'));
}

static span behind_line(span text)
{
    return span_from(text, MIN(line_at(text).len + 1, text.len));
}

static bool is_blank(span line)
{
    return span_trim(line).len == 0;
}

static size_t indent_of(span line)
{
    size_t n = 0;

    while (n < line.len && line.at[n] == ' ')
        n++;
    return n;
}

static void add_element(const struct reading *reading, const char *name, span inner)
{
    buf_printf(reading->out, "<%s>", name);
    markdown_read_inline(inner, reading->out);
    buf_printf(reading->out, "</%s>\n", name);
}

/* --- what begins a block --- */

static size_t heading_level(span line)
{
    size_t n = 0;

    while (n < line.len && line.at[n] == '#')
        n++;
    return n >= 1 && n <= 6 && (n == line.len || line.at[n] == ' ') ? n : 0;
}

static bool is_rule(span line)
{
    size_t marks = 0;

    line = span_trim(line);
    for (size_t i = 0; i < line.len; i++) {
        if (line.at[i] != line.at[0] && line.at[i] != ' ')
            return false;
        marks += line.at[i] != ' ';
    }
    return marks >= 3 && (line.at[0] == '-' || line.at[0] == '*' || line.at[0] == '_');
}

static size_t fence_len(span line)
{
    size_t n = 0;

    line = span_from(line, indent_of(line));
    while (n < line.len && line.at[n] == line.at[0])
        n++;
    return n >= 3 && (line.at[0] == '`' || line.at[0] == '~') ? n : 0;
}

struct marker {   /* of a list's item */
    size_t width; /* with the space behind it; 0: it is none */
    bool is_ordered;
    int64_t start;
};

static struct marker marker_at(span line)
{
    size_t indent = indent_of(line), digits = 0;
    struct marker marker = {0};

    line = span_from(line, indent);
    while (digits < line.len && digits < 9 && line.at[digits] >= '0' && line.at[digits] <= '9')
        digits++;
    if (indent > 3 || is_rule(line))
        return marker;
    if (digits && digits < line.len && (line.at[digits] == '.' || line.at[digits] == ')'))
        marker = (struct marker){digits + 1, .is_ordered = true};
    else if (line.len && (line.at[0] == '-' || line.at[0] == '*' || line.at[0] == '+'))
        marker.width = 1;
    if (!marker.width || (marker.width < line.len && line.at[marker.width] != ' '))
        return (struct marker){0};
    if (digits && !span_to_int64(span_sub(line, 0, digits), &marker.start))
        marker.start = 1;
    marker.width += indent + 1;
    return marker;
}

static bool begins_html(span line)
{
    return line.len > 1 && line.at[0] == '<' &&
           ((line.at[1] >= 'a' && line.at[1] <= 'z') || (line.at[1] >= 'A' && line.at[1] <= 'Z') ||
            line.at[1] == '/' || line.at[1] == '!') &&
           span_find(line, S("://")) == SPAN_NONE;
}

static bool begins_block(span line)
{
    return heading_level(line) || fence_len(line) || is_rule(line) || marker_at(line).width ||
           (line.len && line.at[0] == '>');
}

/* --- blocks --- */

static span read_fenced(const struct reading *reading, span text)
{
    size_t fence = fence_len(line_at(text)), indent = indent_of(line_at(text));
    char mark = text.at[indent];

    buf_add(reading->out, S("<pre><code>"));
    for (text = behind_line(text); text.len; text = behind_line(text)) {
        span line = line_at(text);
        if (fence_len(line) >= fence && line.at[indent_of(line)] == mark &&
            is_blank(span_from(line, indent_of(line) + fence_len(line))))
            break;
        escape_text(reading->out, span_from(line, MIN(indent, indent_of(line))));
        buf_add_char(reading->out, '\n');
    }
    buf_add(reading->out, S("</code></pre>\n"));
    return behind_line(text);
}

static void read_inner(const struct reading *reading, const char *open, const struct buf *inner,
                       bool is_tight, const char *close)
{
    struct reading deeper = *reading;

    deeper.depth++;
    deeper.is_tight = is_tight;
    buf_add_text(reading->out, open);
    if (deeper.depth < LIMIT_MARKDOWN_DEPTH)
        read_blocks(&deeper, buf_span(inner));
    else
        markdown_read_inline(buf_span(inner), reading->out);
    buf_add_text(reading->out, close);
}

static span read_quotation(const struct reading *reading, span text)
{
    LOCAL(buf) inner = {.max = reading->out->max};

    for (; text.len && *text.at == '>'; text = behind_line(text)) {
        span line = span_from(line_at(text), 1);
        buf_add(&inner, span_from(line, span_starts(line, S(" "))));
        buf_add_char(&inner, '\n');
    }
    read_inner(reading, "<blockquote>\n", &inner, false, "</blockquote>\n");
    return text;
}

/* An item goes on as long as lines are indented as far as its text; a blank line may stand between. */
static span take_item(span text, size_t width, struct buf *inner)
{
    buf_add(inner, span_from(line_at(text), width));
    buf_add_char(inner, '\n');
    for (text = behind_line(text); text.len; text = behind_line(text)) {
        span line = line_at(text);
        if (!is_blank(line) && indent_of(line) < width)
            break;
        if (is_blank(line) && (!behind_line(text).len || (indent_of(line_at(behind_line(text))) < width)))
            break;
        buf_add(inner, span_from(line, MIN(width, indent_of(line))));
        buf_add_char(inner, '\n');
    }
    return text;
}

/* The next item of the list, behind a blank line perhaps; false: there is none. */
static bool next_item(span *text, bool is_ordered, struct marker *out_marker, bool *out_is_behind_blank)
{
    span next = *text;

    *out_is_behind_blank = next.len && is_blank(line_at(next));
    if (*out_is_behind_blank)
        next = behind_line(next);
    *out_marker = marker_at(line_at(next));
    if (!out_marker->width || out_marker->is_ordered != is_ordered)
        return false;
    *text = next;
    return true;
}

static bool is_list_tight(const struct reading *reading, span text)
{
    struct marker marker = marker_at(line_at(text));
    bool is_behind_blank, is_ordered = marker.is_ordered;

    do {
        LOCAL(buf) inner = {.max = reading->out->max};
        text = take_item(text, marker.width, &inner);
        if (span_find(span_trim(buf_span(&inner)), S("\n\n")) != SPAN_NONE)
            return false;
        if (!next_item(&text, is_ordered, &marker, &is_behind_blank))
            return true;
    } while (!is_behind_blank);
    return false;
}

static span read_list(const struct reading *reading, span text)
{
    struct marker marker = marker_at(line_at(text));
    bool is_tight = is_list_tight(reading, text), is_ordered = marker.is_ordered, is_behind_blank;

    if (is_ordered && marker.start != 1)
        buf_printf(reading->out, "<ol start=\"%d\">\n", (int)marker.start);
    else
        buf_add_text(reading->out, is_ordered ? "<ol>\n" : "<ul>\n");
    do {
        LOCAL(buf) inner = {.max = reading->out->max};
        text = take_item(text, marker.width, &inner);
        read_inner(reading, "<li>", &inner, is_tight, "</li>\n");
    } while (next_item(&text, is_ordered, &marker, &is_behind_blank));
    buf_add_text(reading->out, is_ordered ? "</ol>\n" : "</ul>\n");
    return text;
}

/* --- tables --- */

static bool is_table_rule(span line)
{
    line = span_trim(line);
    for (size_t i = 0; i < line.len; i++)
        if (!strchr("|-: ", line.at[i]))
            return false;
    return span_find(line, S("-")) != SPAN_NONE && span_find(line, S("|")) != SPAN_NONE;
}

static bool begins_table(span text)
{
    return span_find_char(line_at(text), '|') != SPAN_NONE && is_table_rule(line_at(behind_line(text)));
}

static bool take_cell(span *rest, span *out_cell)
{
    size_t end = 0;

    if (!rest->len)
        return false;
    while (end < rest->len && rest->at[end] != '|')
        end += rest->at[end] == '\\' ? 2 : 1;
    end = MIN(end, rest->len);
    *out_cell = span_trim(span_sub(*rest, 0, end));
    *rest = span_from(*rest, end + 1);
    return true;
}

static void read_row(const struct reading *reading, span line, const char *cell_name)
{
    span cell;

    line = span_trim(line);
    if (span_starts(line, S("|")))
        line = span_from(line, 1);
    buf_add(reading->out, S("<tr>"));
    while (take_cell(&line, &cell))
        add_element(reading, cell_name, cell);
    buf_add(reading->out, S("</tr>\n"));
}

static span read_table(const struct reading *reading, span text)
{
    buf_add(reading->out, S("<table>\n"));
    read_row(reading, line_at(text), "th");
    text = behind_line(behind_line(text));
    for (; text.len && span_find_char(line_at(text), '|') != SPAN_NONE; text = behind_line(text))
        read_row(reading, line_at(text), "td");
    buf_add(reading->out, S("</table>\n"));
    return text;
}

/* --- the rest --- */

static span read_html(const struct reading *reading, span text)
{
    for (; text.len && !is_blank(line_at(text)); text = behind_line(text)) {
        buf_add(reading->out, line_at(text));
        buf_add_char(reading->out, '\n');
    }
    return text;
}

static span read_paragraph(const struct reading *reading, span text)
{
    const char *start = text.at;
    span rest = text;

    do
        rest = behind_line(rest);
    while (rest.len && !is_blank(line_at(rest)) && !begins_block(line_at(rest)));
    if (reading->is_tight)
        markdown_read_inline(span_trim(span_between(start, rest.at)), reading->out);
    else
        add_element(reading, "p", span_trim(span_between(start, rest.at)));
    return rest;
}

static span read_heading(const struct reading *reading, span text)
{
    span line = line_at(text);
    size_t level = heading_level(line);
    char name[] = {'h', (char)('0' + level), 0};

    add_element(reading, name, span_trim(span_from(line, level)));
    return behind_line(text);
}

static span read_block(const struct reading *reading, span text)
{
    span line = line_at(text);

    if (is_blank(line))
        return behind_line(text);
    if (heading_level(line))
        return read_heading(reading, text);
    if (fence_len(line))
        return read_fenced(reading, text);
    if (is_rule(line)) {
        buf_add(reading->out, S("<hr>\n"));
        return behind_line(text);
    }
    if (*line.at == '>')
        return read_quotation(reading, text);
    if (marker_at(line).width)
        return read_list(reading, text);
    if (begins_table(text))
        return read_table(reading, text);
    return begins_html(line) ? read_html(reading, text) : read_paragraph(reading, text);
}

static void read_blocks(const struct reading *reading, span text)
{
    while (text.len && !reading->out->overflowed)
        text = read_block(reading, text);
}

span markdown_read(struct arena *arena, span markdown)
{
    LOCAL(buf) html = {.max = 4 * markdown.len + 64 * KiB};
    struct reading reading = {.out = &html};

    read_blocks(&reading, markdown);
    return arena_keep(arena, buf_span(&html));
}
