/* SPDX-License-Identifier: MIT
 * strip.c - HTML as one line of plain text, without making a tree of it
 *
 * Titles, names and summaries need no more than what the tokenizer of HTML (13.2.5) tells: what is a tag, and
 * what is text. A tree costs fifty times as much, and most items have two of them. Blocks and line breaks
 * become spaces, and a "<" that no ">" ever closes is a character like others.
 */
#include "feed/values.h"
#include "markup/html.h"
#include "text/escape.h"
#include "text/utf8.h"

static bool is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* The element's tag; `rest` begins with its name. */
static enum tag tag_at(span rest)
{
    char lower[16];
    size_t len = 0;

    while (len < rest.len && len < sizeof lower && !strchr(" \t\r\n\f/>", rest.at[len])) {
        lower[len] = is_letter(rest.at[len]) ? (char)(rest.at[len] | 0x20) : rest.at[len];
        len++;
    }
    return tag_of_name((span){lower, len});
}

/* Bytes of a tag that begins `rest`, to its ">"; 0: it has none. A quoted value may hold one. */
static size_t tag_len(span rest)
{
    char quote = '\0';

    for (size_t i = 1; i < rest.len; i++) {
        char c = rest.at[i];
        if (quote)
            quote = c == quote ? '\0' : quote;
        else if (c == '>')
            return i + 1;
        else if ((c == '"' || c == '\'') && rest.at[i - 1] == '=')
            quote = c;
    }
    size_t end = span_find_char(rest, '>'); /* a quotation mark was never closed */
    return end == SPAN_NONE ? 0 : end + 1;
}

/* As browsers do it: a comment that is never closed goes on to the end. */
static size_t comment_len(span rest)
{
    size_t end = span_find(rest, S("-->"));

    if (!span_starts(rest, S("<!--"))) {
        end = span_find_char(rest, '>');
        return end == SPAN_NONE ? 0 : end + 1;
    }
    if (span_starts(rest, S("<!-->")))
        return 5;
    return end == SPAN_NONE ? rest.len : end + 3;
}

/* What the contents of script and style are followed by. */
static size_t raw_len(span rest, const char *name)
{
    size_t at = 0;

    for (;;) {
        size_t close = span_find(span_from(rest, at), S("</"));
        if (close == SPAN_NONE)
            return rest.len;
        at += close;
        if (span_starts_nocase(span_from(rest, at + 2), span_of(name)))
            return at;
        at += 2;
    }
}

static bool is_space_maker(enum tag tag)
{
    return tag == TAG_br || tag_is(tag, TAG_IS_BLOCK) || tag == TAG_td || tag == TAG_th;
}

/* Bytes of the markup that begins `rest`; 0: its "<" is a character. */
static size_t markup_len(span rest, struct buf *out)
{
    bool is_end = rest.len > 1 && rest.at[1] == '/';
    span name = span_from(rest, is_end ? 2 : 1);

    if (!name.len)
        return 0;
    if (!is_letter(name.at[0]))
        return strchr(is_end ? "" : "!?", name.at[0]) ? comment_len(rest) : 0;
    size_t len = tag_len(rest);
    if (!len)
        return 0;
    enum tag tag = tag_at(name);
    if (is_space_maker(tag))
        buf_add_char(out, ' ');
    if (!is_end && (tag == TAG_script || tag == TAG_style))
        len += raw_len(span_from(rest, len), tag_name(tag));
    return len;
}

span strip_html(struct arena *arena, span html)
{
    LOCAL(buf) text = {.max = html.len + 1};
    size_t last = span_find_last_char(html, '>'), at = 0;

    if (span_find_char(html, '<') == SPAN_NONE)
        return text_collapse(arena, unescape_html(arena, html));
    while (at < html.len) {
        span rest = span_from(html, at);
        size_t run = MIN(span_find_char(rest, '<'), rest.len);
        buf_add(&text, span_sub(rest, 0, run));
        at += run;
        if (at == html.len)
            break;
        size_t len = 0;
        if ((last != SPAN_NONE && at < last) || span_starts(span_from(html, at), S("<!--")))
            len = markup_len(span_from(html, at), &text);
        if (!len)
            buf_add_char(&text, '<');
        at += MAX(len, (size_t)1);
    }
    return text_collapse(arena, unescape_html(arena, buf_span(&text)));
}
