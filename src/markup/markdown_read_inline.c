/* SPDX-License-Identifier: MIT
 * markdown_read_inline.c - Markdown back into HTML: what stands in a line
 *
 * Emphasis is opened and closed as its marks come, if they touch a word on the right side; the HTML that
 * comes of it is parsed and made safe afterwards, so nothing here need be balanced. References and tags are
 * HTML already and stay.
 */
#include "limits/limits.h"
#include "markup/markdown_read.h"
#include "text/escape.h"
#include <stdlib.h>

struct line {
    span text;
    size_t at;
    struct buf *out;
    int depth;
    uint32_t *partners; /* of each `[` the place of its `]`, else 0; NULL: not looked for yet */
    bool is_strong, is_emphasis, is_deleted;
};

static bool is_mark(char c)
{
    return c && strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", c);
}

static void add_char(struct line *line, char c)
{
    escape_text(line->out, (span){&c, 1});
}

static span rest_of(const struct line *line)
{
    return span_from(line->text, line->at);
}

/* --- code, tags, addresses --- */

static bool read_code(struct line *line)
{
    span rest = span_sub(rest_of(line), 0, LIMIT_MARKDOWN_CODE), inner;
    size_t ticks = 0, end;

    while (ticks < rest.len && rest.at[ticks] == '`')
        ticks++;
    for (end = ticks; end < rest.len; end++) {
        size_t run = 0;
        while (end + run < rest.len && rest.at[end + run] == '`')
            run++;
        if (run == ticks)
            break;
        end += run ? run - 1 : 0;
    }
    if (end >= rest.len)
        return false;
    inner = span_sub(rest, ticks, end - ticks);
    if (inner.len > 2 && *inner.at == ' ' && inner.at[inner.len - 1] == ' ')
        inner = span_sub(inner, 1, inner.len - 2);
    buf_add(line->out, S("<code>"));
    escape_text(line->out, inner);
    buf_add(line->out, S("</code>"));
    line->at += end + ticks;
    return true;
}

static void add_link(struct line *line, span url)
{
    buf_add(line->out, S("<a href=\""));
    escape_attribute(line->out, url);
    buf_add(line->out, S("\">"));
}

/* `<https://...>`, or a tag, which stays */
static bool read_tag(struct line *line)
{
    span rest = rest_of(line);
    size_t end = 1;
    span inner;

    while (end < rest.len && rest.at[end] != '>' && rest.at[end] != '<')
        end++;
    inner = span_sub(rest, 1, end - 1);
    if (end == rest.len || rest.at[end] == '<' || !inner.len || *inner.at == ' ')
        return false;
    if (span_find_char(inner, ' ') == SPAN_NONE && span_find(inner, S("://")) != SPAN_NONE) {
        add_link(line, inner);
        escape_text(line->out, inner);
        buf_add(line->out, S("</a>"));
    } else {
        buf_add(line->out, span_sub(rest, 0, end + 1));
    }
    line->at += end + 1;
    return true;
}

/* --- links and pictures --- */

/* Open brackets are a stack, linked through their own places until each has its partner. */
static void find_partners(struct line *line)
{
    span s = line->text;
    uint32_t top = 0; /* one more than the place of the last open one */

    line->partners = memory_new((s.len + 1) * sizeof *line->partners);
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] == '\\') {
            i++;
        } else if (s.at[i] == '[') {
            line->partners[i] = top;
            top = (uint32_t)i + 1;
        } else if (s.at[i] == ']' && top) {
            uint32_t open = top - 1;
            top = line->partners[open];
            line->partners[open] = (uint32_t)i;
        }
    }
    while (top) {
        uint32_t open = top - 1;
        top = line->partners[open];
        line->partners[open] = 0;
    }
}

static span unescaped(struct buf *into, span s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] == '\\' && i + 1 < s.len && is_mark(s.at[i + 1]))
            i++;
        buf_add_char(into, s.at[i]);
    }
    return buf_span(into);
}

/* `(address "title")` at the start; its length, 0: it is none. Parentheses in an address have partners. */
static size_t destination(span s, span *out_url)
{
    size_t end = 1, depth = 1;

    s = span_sub(s, 0, LIMIT_MARKDOWN_ADDRESS);
    if (!span_starts(s, S("(")))
        return 0;
    if (span_starts(s, S("(<"))) {
        end = span_find_char(s, '>');
        if (end == SPAN_NONE)
            return 0;
        *out_url = span_sub(s, 2, end - 2);
        end++;
    } else {
        for (; end < s.len && s.at[end] != ' ' && s.at[end] != '\n'; end++) {
            if (s.at[end] == '\\')
                end++;
            else if (s.at[end] == '(')
                depth++;
            else if (s.at[end] == ')' && --depth == 0)
                break;
        }
        end = MIN(end, s.len);
        *out_url = span_sub(s, 1, end - 1);
    }
    if (end < s.len && s.at[end] != ')') { /* a title, which is passed over */
        size_t close = span_find(span_from(s, end), S("\")"));
        end = close == SPAN_NONE ? s.len : end + close + 1;
    }
    return end < s.len ? end + 1 : 0;
}

static void read_text(struct line *line);

static void read_nested(const struct line *line, span text)
{
    struct line inner = {.text = text, .out = line->out, .depth = line->depth + 1};

    if (inner.depth < LIMIT_MARKDOWN_LINKS)
        read_text(&inner);
    else
        escape_text(line->out, text);
    free(inner.partners);
}

static bool read_link(struct line *line, bool is_picture)
{
    LOCAL(buf) plain = {.max = 64 * KiB};
    LOCAL(buf) words = {.max = 64 * KiB};
    size_t open = line->at + is_picture, close, length;
    span url = {0}, inner;

    if (!line->partners)
        find_partners(line);
    close = line->partners[open];
    length = close ? destination(span_from(line->text, close + 1), &url) : 0;
    if (!length)
        return false;
    inner = span_sub(line->text, open + 1, close - open - 1);
    unescaped(&plain, url);
    if (is_picture) {
        buf_add(line->out, S("<img src=\""));
        escape_attribute(line->out, buf_span(&plain));
        buf_add(line->out, S("\" alt=\""));
        escape_attribute(line->out, unescaped(&words, inner));
        buf_add(line->out, S("\">"));
    } else {
        add_link(line, buf_span(&plain));
        read_nested(line, inner);
        buf_add(line->out, S("</a>"));
    }
    line->at = close + 1 + length;
    return true;
}

/* --- emphasis --- */

static bool is_word_before(const struct line *line)
{
    return line->at > 0 && !strchr(" \n\t", line->text.at[line->at - 1]);
}

static bool is_word_at(const struct line *line, size_t at)
{
    return at < line->text.len && !strchr(" \n\t", line->text.at[at]);
}

static bool read_emphasis(struct line *line, span mark, const char *element, bool *is_open)
{
    if (!span_starts(rest_of(line), mark))
        return false;
    if (*is_open ? !is_word_before(line) : !is_word_at(line, line->at + mark.len))
        return false;
    if (mark.at[0] == '_' && !*is_open && is_word_before(line) && !is_mark(line->text.at[line->at - 1]))
        return false; /* snake_case */
    buf_printf(line->out, *is_open ? "</%s>" : "<%s>", element);
    *is_open = !*is_open;
    line->at += mark.len;
    return true;
}

static bool read_marks(struct line *line)
{
    return read_emphasis(line, S("**"), "strong", &line->is_strong) ||
           read_emphasis(line, S("__"), "strong", &line->is_strong) ||
           read_emphasis(line, S("~~"), "del", &line->is_deleted) ||
           read_emphasis(line, S("*"), "em", &line->is_emphasis) ||
           read_emphasis(line, S("_"), "em", &line->is_emphasis);
}

/* --- all of it --- */

static bool read_escape(struct line *line)
{
    span rest = rest_of(line);

    if (rest.len < 2)
        return false;
    if (rest.at[1] == '\n')
        buf_add(line->out, S("<br>"));
    else if (is_mark(rest.at[1]))
        add_char(line, rest.at[1]);
    else
        return false;
    line->at += 2;
    return true;
}

static bool read_special(struct line *line)
{
    span rest = rest_of(line);

    switch (*rest.at) {
    case '\\':
        return read_escape(line);
    case '`':
        return read_code(line);
    case '<':
        return read_tag(line);
    case '!':
        return span_starts(rest, S("![")) && read_link(line, true);
    case '[':
        return read_link(line, false);
    case '*':
    case '_':
    case '~':
        return read_marks(line);
    default:
        return false;
    }
}

static void read_text(struct line *line)
{
    while (line->at < line->text.len && !line->out->overflowed) {
        char c = line->text.at[line->at];
        if (read_special(line))
            continue;
        if (c == '&') /* a reference is HTML's, too; a lone one is harmless */
            buf_add_char(line->out, c);
        else if (c == '\n' && line->at > 1 && line->text.at[line->at - 1] == ' ' &&
                 line->text.at[line->at - 2] == ' ')
            buf_add(line->out, S("<br>"));
        else if (c == '<' || c == '>')
            add_char(line, c);
        else
            buf_add_char(line->out, c);
        line->at++;
    }
    buf_add_text(line->out, line->is_emphasis ? "</em>" : "");
    buf_add_text(line->out, line->is_deleted ? "</del>" : "");
    buf_add_text(line->out, line->is_strong ? "</strong>" : "");
}

void markdown_read_inline(span text, struct buf *out)
{
    struct line line = {.text = text, .out = out};

    read_text(&line);
    free(line.partners);
}
