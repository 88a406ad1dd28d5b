/* SPDX-License-Identifier: MIT
 *
 * html_write.c - the tree as HTML again
 */
#include "limits/limits.h"
#include "markup/internal.h"

/* Bytes at the start of `s` that add_escaped() need not look at */
static size_t plain_len(span s)
{
    size_t i = 0;

    for (; s.len - i >= sizeof(block); i += sizeof(block)) {
        block bytes, special;
        size_t first;

        memcpy(&bytes, s.at + i, sizeof bytes);
        special = (block)((bytes == '&') | (bytes == '<') | (bytes == '>') | (bytes == '"') |
                          (bytes == 0xC2) | (bytes == '\r'));
        first = block_first(special);
        if (first < sizeof(block))
            return i + first;
    }
    return i;
}

/* Copies `s` with the characters of `special` as references. */
static void add_escaped(struct buf *out, span s, bool is_attribute)
{
    size_t start = 0;

    for (size_t i = plain_len(s); i < s.len; i += 1 + plain_len(span_from(s, i + 1))) {
        const char *reference = NULL;
        size_t len = 1;

        switch (s.at[i]) {
        case '&':
            reference = "&amp;";
            break;
        case '<':
            reference = "&lt;";
            break;
        case '>':
            reference = "&gt;";
            break;
        case '"':
            reference = is_attribute ? "&quot;" : NULL;
            break;
        case '\xC2': /* U+00A0 is C2 A0 */
            if (i + 1 < s.len && s.at[i + 1] == '\xA0') {
                reference = "&nbsp;";
                len = 2;
            }
            break;
        case '\r': /* would come back as a line feed */
            reference = "&#13;";
            break;
        }
        if (!reference)
            continue;
        buf_add(out, span_sub(s, start, i - start));
        buf_add_text(out, reference);
        i += len - 1;
        start = i + 1;
    }
    buf_add(out, span_from(s, start));
}

/* Text within is read as it stands up to the end tag, so there is no way to write one in it. */
static bool is_raw(const struct node *node)
{
    return node->type == NODE_ELEMENT && tag_is(node->tag, TAG_IS_RAW) && node->tag != TAG_textarea &&
           node->tag != TAG_title && node->tag != TAG_plaintext;
}

static bool has_end_tag(span text, span name)
{
    size_t at;

    while ((at = span_find(text, S("</"))) != SPAN_NONE) {
        text = span_from(text, at + 2);
        if (span_starts_nocase(text, name))
            return true;
    }
    return false;
}

static void write_text(const struct node *node, struct buf *out)
{
    const struct node *parent = node->parent;

    if (!parent || !is_raw(parent))
        add_escaped(out, node->text, false);
    else if (!has_end_tag(node->text, parent->name))
        buf_add(out, node->text);
}

/* "--" and a leading ">" would end a comment early. */
static void write_comment(const struct node *node, struct buf *out)
{
    span text = node->text;
    bool is_plain = span_find(text, S("--")) == SPAN_NONE && !span_starts(text, S(">")) &&
                    !span_starts(text, S("->")) && !span_ends(text, S("-"));

    buf_add(out, S("<!--"));
    if (is_plain)
        buf_add(out, text);
    buf_add(out, S("-->"));
}

static span written_name(const struct node *node)
{
    return node->tag == TAG_plaintext ? S("pre") : node->name; /* nothing ends a plaintext */
}

/* The parser drops a line feed that follows these start tags. */
static bool swallows_line_feed(const struct node *node)
{
    return node->tag == TAG_pre || node->tag == TAG_textarea || node->tag == TAG_listing ||
           node->tag == TAG_plaintext;
}

static void write_start(const struct node *node, struct buf *out)
{
    buf_add_char(out, '<');
    buf_add(out, written_name(node));
    for (size_t i = 0; i < node->attribute_count; i++) {
        buf_add_char(out, ' ');
        buf_add(out, node->attributes[i].name);
        buf_add(out, S("=\""));
        add_escaped(out, node->attributes[i].value, true);
        buf_add_char(out, '"');
    }
    buf_add_char(out, '>');
    if (swallows_line_feed(node) && node->first && node->first->type == NODE_TEXT &&
        span_starts(node->first->text, S("\n")))
        buf_add_char(out, '\n');
}

bool html_tag_is_too_long(const struct node *node)
{
    LOCAL(buf) tag = {.max = LIMIT_HTML_TAG - 8 * KiB}; /* less than a piece that the parser is fed with */
    size_t size = 0;

    for (size_t i = 0; i < node->attribute_count; i++)
        size += node->attributes[i].value.len;
    if (size > LIMIT_HTML_TAG / 8) /* escaped, it is no more than six times as long */
        write_start(node, &tag);
    return tag.overflowed;
}

static void write_end(const struct node *node, struct buf *out)
{
    if (node->type != NODE_ELEMENT || (tag_is(node->tag, TAG_IS_VOID) && !node->first))
        return;
    buf_add(out, S("</"));
    buf_add(out, written_name(node));
    buf_add_char(out, '>');
}

void html_write(const struct node *node, struct buf *out)
{
    const struct node *at = node;

    while (at && !out->overflowed) {
        if (at->type == NODE_TEXT)
            write_text(at, out);
        else if (at->type == NODE_COMMENT)
            write_comment(at, out);
        else if (at->type == NODE_ELEMENT)
            write_start(at, out);
        if (at->first) {
            at = at->first;
            continue;
        }
        write_end(at, out);
        while (at != node && !at->next) {
            at = at->parent;
            write_end(at, out);
        }
        at = at == node ? NULL : at->next;
    }
}
