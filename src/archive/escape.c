/* SPDX-License-Identifier: MIT
 * escape.c - titles and addresses where Markdown would take them for more than text
 *
 * In the duty-machine layout a title keeps its bytes wherever it can: a backslash comes only before what
 * would break or make a link, so that ordinary titles, bracketed ones too, are written as the makers of the
 * format did.
 */
#include "archive/internal.h"
#include "markup/markup.h"
#include "text/utf8.h"
#include <ctype.h>
#include <stdlib.h>

static bool is_ascii_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_ascii_punctuation(char c)
{
    return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
           (c >= '{' && c <= '~');
}

/* Which brackets of `s` have no partner: a byte each, to be freed. Two passes and a count in each direction
 * see what a stack would. */
static bool *find_lonely(span s, char opening, char closing)
{
    bool *is_lonely = memory_new(s.len + 1);
    size_t waiting = 0;

    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] == opening)
            waiting++;
        else if (s.at[i] == closing && waiting > 0)
            waiting--;
        else if (s.at[i] == closing)
            is_lonely[i] = true;
    }
    waiting = 0;
    for (size_t i = s.len; i-- > 0;) {
        if (s.at[i] == closing && !is_lonely[i])
            waiting++;
        else if (s.at[i] == opening && waiting > 0)
            waiting--;
        else if (s.at[i] == opening)
            is_lonely[i] = true;
    }
    return is_lonely;
}

/* `rest` stands behind a `<`: would it be an address in angle brackets that begins with no letter,
 * <1@a.example>? */
static bool begins_mail_address(span rest)
{
    size_t at = 0, end;

    while (at < rest.len && rest.at[at] != '@') {
        if (!is_ascii_letter(rest.at[at]) && !isdigit((unsigned char)rest.at[at]) &&
            (rest.at[at] == '\0' || !strchr(".!#$%&'*+/=?^_`{|}~-", rest.at[at])))
            return false;
        at++;
    }
    if (at == 0 || at == rest.len)
        return false;
    for (end = at + 1; end < rest.len && rest.at[end] != '>'; end++)
        if (!is_ascii_letter(rest.at[end]) && !isdigit((unsigned char)rest.at[end]) && rest.at[end] != '-' &&
            rest.at[end] != '.')
            return false;
    return end < rest.len && end > at + 1;
}

/* `rest` stands behind a `<`: a tag, a comment, a declaration, or an address (CommonMark 6.5, 6.6). Whether
 * the tag also ends is not asked: it may do so in what follows the title. */
static bool begins_markup(span rest)
{
    char next = rest.len > 0 ? *rest.at : '\0', second = rest.len > 1 ? rest.at[1] : '\0';

    if (is_ascii_letter(next) || next == '?')
        return true;
    if (next == '/')
        return is_ascii_letter(second);
    if (next == '!')
        return is_ascii_letter(second) || second == '-' || second == '[';
    return begins_mail_address(rest);
}

static bool needs_backslash(span title, size_t i, const bool *is_lonely)
{
    switch (title.at[i]) {
    case '[':
    case ']':
        return is_lonely[i];
    case '(':
        return i > 0 && title.at[i - 1] == ']';
    case '\\':
        return i + 1 == title.len || is_ascii_punctuation(title.at[i + 1]);
    case '`':
        return true;
    case '<':
        return begins_markup(span_from(title, i + 1));
    default:
        return false;
    }
}

void escape_title(struct buf *out, span raw_title, enum title_place place)
{
    span title = js_trim(raw_title);
    bool *is_lonely = find_lonely(title, '[', ']');

    for (size_t i = 0; i < title.len; i++) {
        char c = title.at[i];
        if (place == TITLE_IN_LIST && c >= '\t' && c <= '\r')
            c = ' ';
        else if (needs_backslash(title, i, is_lonely))
            buf_add_char(out, '\\');
        buf_add_char(out, c);
    }
    free(is_lonely);
}

span unescape_title(struct arena *arena, span escaped)
{
    LOCAL(buf) plain = {.max = SIZE_MAX / 2}, again = {.max = SIZE_MAX / 2};

    if (span_find_char(escaped, '\\') == SPAN_NONE)
        return escaped;
    for (size_t i = 0; i < escaped.len; i++) {
        if (escaped.at[i] == '\\' && i + 1 < escaped.len && is_ascii_punctuation(escaped.at[i + 1]))
            i++;
        buf_add_char(&plain, escaped.at[i]);
    }
    escape_title(&again, buf_span(&plain), TITLE_IN_ARTICLE);
    /* A file of the format's makers, who escaped nothing: its backslashes are the title's own. */
    return span_equal(buf_span(&again), escaped) ? arena_keep(arena, buf_span(&plain)) : escaped;
}

static void add_percent(struct buf *out, char c)
{
    buf_printf(out, "%%%02X", (unsigned char)c);
}

static void add_address(struct buf *out, span address, const char *refused)
{
    bool *is_lonely = find_lonely(address, '(', ')');

    for (size_t i = 0; i < address.len; i++) {
        char c = address.at[i];
        if (is_lonely[i] || (unsigned char)c <= ' ' || c == 0x7f || strchr(refused, c))
            add_percent(out, c);
        else
            buf_add_char(out, c);
    }
    free(is_lonely);
}

/* The serialiser has encoded all that could end an address, but in opaque paths. */
void escape_link(struct buf *out, span link)
{
    add_address(out, link, "<>");
}

/* As Node's legacy url.resolve() did for the lists, and what it forgot: names with these led nowhere. */
void escape_path(struct buf *out, span path)
{
    add_address(out, path, "\"<>|{}^`'\\%?#");
}

void add_line(struct buf *out, span text)
{
    for (size_t i = 0; i < text.len; i++)
        buf_add_char(out, (unsigned char)text.at[i] < ' ' || text.at[i] == 0x7f ? ' ' : text.at[i]);
}

void escape_words(struct buf *out, span text)
{
    OWN(arena) arena = arena_new(1 * MiB);

    markdown_escape(out, text_collapse(arena, text_without_bidi(arena, text)));
}
