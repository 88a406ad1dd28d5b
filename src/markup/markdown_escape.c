/* SPDX-License-Identifier: MIT
 *
 * markdown_escape.c - characters that would mean something to a reader of Markdown, made to mean themselves
 *
 * CommonMark 0.31, 2.4 and 6; only what would be read otherwise is escaped, for people read the source, too.
 */
#include "markup/markdown.h"
#include "text/escape.h"
#include "text/utf8.h"
#include <ctype.h>

static bool is_ascii_punctuation(uint32_t c)
{
    return c < 0x80 && ispunct((int)c);
}

static bool is_gap(uint32_t c)
{
    return c == 0 || is_unicode_space(c);
}

/* Could it begin or end emphasis between these two? */
static bool could_delimit(char c, uint32_t before, uint32_t after)
{
    if (before == 1 || after == 1)
        return true;
    if (c == '_' && is_letter_or_digit(before) && is_letter_or_digit(after))
        return false;
    return !is_gap(before) || !is_gap(after);
}

bool markdown_is_reference(span s)
{
    size_t end = span_find_char(span_sub(s, 0, 40), ';');

    if (end == SPAN_NONE || end < 2)
        return false;
    if (s.at[1] == '#')
        return true;
    return entity_value(span_sub(s, 1, end - 1)).at != NULL;
}

static bool begins_tag(uint32_t after)
{
    return after == 1 || (after < 0x80 && (isalpha((int)after) || strchr("/!?", (int)after))) ? after != 0
                                                                                              : false;
}

static bool needs_escape(char c, span rest, uint32_t before, uint32_t after, bool is_in_brackets)
{
    switch (c) {
    case '\\':
        return after == 1 || after == 0 || is_ascii_punctuation(after);
    case '`':
        return true;
    case '*':
    case '_':
    case '~':
        return could_delimit(c, before, after);
    case '[':
        return is_in_brackets || after == 1;
    case ']':
        return is_in_brackets || after == 1 || after == '(' || after == '[' || after == ':';
    case '!':
        return after == 1; /* a link, which would be a picture */
    case '<':
        return begins_tag(after);
    case '&':
        return markdown_is_reference(rest);
    default:
        return false;
    }
}

/* Bytes before the first that may need an escape */
static size_t plain_len(span text)
{
    static const bool is_special[256] = {
        ['\\'] = true, ['`'] = true, ['*'] = true, ['_'] = true, ['~'] = true,
        ['['] = true,  [']'] = true, ['!'] = true, ['<'] = true, ['&'] = true};
    size_t len = 0;

    while (len < text.len && !is_special[(unsigned char)text.at[len]])
        len++;
    return len;
}

void markdown_escape_text(struct buf *out, span text, uint32_t before, uint32_t after, bool is_in_brackets)
{
    while (text.len) {
        span plain = span_sub(text, 0, plain_len(text)), next;
        uint32_t following;

        buf_add(out, plain);
        text = span_from(text, plain.len);
        before = plain.len ? utf8_last(plain) : before;
        if (text.len == 0)
            return;
        next = span_from(text, 1);
        if (!utf8_next(&next, &following))
            following = after;
        if (needs_escape(*text.at, text, before, following, is_in_brackets))
            buf_add_char(out, '\\');
        buf_add_char(out, *text.at);
        before = (unsigned char)*text.at;
        text = span_from(text, 1);
    }
}

void markdown_escape(struct buf *out, span text)
{
    struct arena *arena = arena_new(16 * MiB);

    markdown_escape_text(out, text_collapse(arena, text), 1, 1, true);
    arena_free(arena);
}

/* Lines */

static size_t run_of(span s, const char *characters)
{
    size_t len = 0;

    while (len < s.len && strchr(characters, s.at[len]) && s.at[len])
        len++;
    return len;
}

static bool is_spaced(span line, size_t len) /* white space or the end follows */
{
    return len == line.len || line.at[len] == ' ' || line.at[len] == '\t' || line.at[len] == '\n';
}

/* Where a backslash is to go so that the line begins no block; SPAN_NONE: nowhere */
static size_t block_start(span line)
{
    size_t len;

    if (line.len == 0)
        return SPAN_NONE;
    switch (*line.at) {
    case '#':
        len = run_of(line, "#");
        return len <= 6 && is_spaced(line, len) ? 0 : SPAN_NONE;
    case '-':
    case '+':
        if (is_spaced(line, 1))
            return 0;
        __attribute__((fallthrough)); /* a rule, an underline, a table's second row */
    case '=':
    case ':':
    case '|':
        return run_of(line, "-=:| ") == line.len ? 0 : SPAN_NONE;
    case '*': /* unescaped only with a space, or as emphasis */
        return is_spaced(line, 1) ? 0 : SPAN_NONE;
    case '_':
        return run_of(line, "_ ") == line.len ? 0 : SPAN_NONE;
    case '~':
        return run_of(line, "~") >= 3 ? 0 : SPAN_NONE;
    case '>':
        return 0;
    default:
        len = run_of(line, "0123456789");
        if (len == 0 || len > 9 || len == line.len || !strchr(".)", line.at[len]))
            return SPAN_NONE;
        return is_spaced(line, len + 1) ? len : SPAN_NONE;
    }
}

void markdown_add_line(struct buf *out, span line)
{
    size_t at = block_start(line);

    if (at == SPAN_NONE) {
        buf_add(out, line);
        return;
    }
    buf_add(out, span_sub(line, 0, at));
    buf_add_char(out, '\\');
    buf_add(out, span_from(line, at));
}

/* Addresses */

static bool has_balanced_parentheses(span s)
{
    int depth = 0;

    for (size_t i = 0; i < s.len && depth >= 0; i++)
        depth += s.at[i] == '(' ? 1 : s.at[i] == ')' ? -1 : 0;
    return depth == 0;
}

void markdown_destination(struct buf *out, span url)
{
    bool is_balanced = has_balanced_parentheses(url);

    for (size_t i = 0; i < url.len; i++) {
        unsigned char c = (unsigned char)url.at[i];

        if (c <= 0x20 || c == 0x7F || strchr("<>`\\", c) || ((c == '(' || c == ')') && !is_balanced))
            buf_printf(out, "%%%02X", c);
        else if (c == '&' && markdown_is_reference(span_from(url, i)))
            buf_add(out, S("&amp;"));
        else
            buf_add_char(out, (char)c);
    }
}

static void add_escaped_title(struct buf *out, span title)
{
    for (size_t i = 0; i < title.len; i++) {
        char c = title.at[i];

        if (c == '"' || c == '\\' || c == '`' || c == '<' ||
            (c == '&' && markdown_is_reference(span_from(title, i))))
            buf_add_char(out, '\\');
        buf_add_char(out, c == '\n' ? ' ' : c);
    }
}

void markdown_add_title(struct buf *out, span title)
{
    if (title.len == 0)
        return;
    buf_add(out, S(" \""));
    add_escaped_title(out, title);
    buf_add_char(out, '"');
}
