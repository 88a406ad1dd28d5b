/* SPDX-License-Identifier: MIT */
#include "conf/internal.h"

/* Where a comment begins: at `#` after white space (a line's start was looked at before). */
static size_t comment_start(span s)
{
    for (size_t i = 1; i < s.len; i++)
        if (s.at[i] == '#' && (s.at[i - 1] == ' ' || s.at[i - 1] == '\t'))
            return i;
    return s.len;
}

static bool is_blank_or_comment(span s)
{
    span trimmed = span_trim(s);

    return trimmed.len == 0 || (*trimmed.at == '#' && trimmed.at > s.at);
}

/* `after`: what stands behind "=" */
static void read_value(span after, struct line *line)
{
    span value = span_trim(after);

    if (value.len && *value.at == '#' && value.at > after.at)
        value.len = 0;
    if (value.len && *value.at == '"') {
        size_t close = span_find_char(span_from(value, 1), '"');
        if (close != SPAN_NONE && is_blank_or_comment(span_from(value, close + 2))) {
            line->value = span_sub(value, 1, close);
            line->written = span_sub(value, 0, close + 2);
            return;
        }
    }
    line->value = line->written = span_trim_end(span_sub(value, 0, comment_start(value)));
}

static const char *read_setting(span text, struct line *line)
{
    size_t equals = span_find_char(text, '=');

    if (equals == SPAN_NONE)
        return "this is no [group], no \"key = value\" and no # comment";
    line->kind = LINE_SETTING;
    line->key = span_trim(span_sub(text, 0, equals));
    if (line->key.len == 0)
        return "there is no key before \"=\"";
    read_value(span_from(text, equals + 1), line);
    return NULL;
}

static const char *read_group(span text, struct line *line)
{
    size_t close = span_find_char(text, ']');
    span inside;

    if (close == SPAN_NONE || !is_blank_or_comment(span_from(text, close + 1)))
        return "a group is written [name] or [name argument], alone on its line";
    inside = span_sub(text, 1, close - 1);
    line->kind = LINE_GROUP;
    span_cut_word(&inside, &line->group);
    line->argument = span_trim(inside);
    return NULL;
}

static bool has_control(span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (((unsigned char)text.at[i] < 0x20 && text.at[i] != '\t') || text.at[i] == 0x7f)
            return true;
    return false;
}

static const char *read_line(span text, struct line *line)
{
    if (text.len == 0) {
        line->kind = LINE_BLANK;
        return NULL;
    }
    if (*text.at == '#') {
        line->kind = LINE_COMMENT;
        return NULL;
    }
    if (has_control(text))
        return "there is a control character in this line";
    return *text.at == '[' ? read_group(text, line) : read_setting(text, line);
}

bool line_next(struct line_reader *reader, struct line *out_line)
{
    size_t end = span_find_char(reader->rest, '\n');
    span text;

    if (reader->rest.len == 0)
        return false;
    *out_line = (struct line){.number = ++reader->number,
                              .whole = span_sub(reader->rest, 0, end == SPAN_NONE ? end : end + 1)};
    text = out_line->whole;
    if (reader->number == 1 && span_starts(text, S("\xef\xbb\xbf")))
        text = span_from(text, 3);
    out_line->mistake = read_line(span_trim(text), out_line);
    if (out_line->mistake)
        out_line->kind = LINE_MISTAKE;
    reader->rest = span_from(reader->rest, out_line->whole.len);
    return true;
}

bool line_write_value(struct buf *out, span value)
{
    LOCAL(buf) plain = {.max = value.len + 4}, quoted = {.max = value.len + 4};
    struct line line = {0};

    if (has_control(value))
        return false;
    buf_printf(&plain, " %.*s", SPAN_ARG(value));
    read_value(buf_span(&plain), &line);
    if (!span_equal(line.value, value)) {
        buf_printf(&quoted, " \"%.*s\"", SPAN_ARG(value));
        read_value(buf_span(&quoted), &line);
        if (!span_equal(line.value, value))
            return false;
    }
    buf_add(out, line.written);
    return true;
}
