/* SPDX-License-Identifier: MIT
 *
 * plain.c - HTML as plain text
 */
#include "markup/markup.h"
#include "text/escape.h"
#include "text/utf8.h"

/* Lines */

enum { SAME_LINE, NEW_LINE, NEW_PARAGRAPH };

struct writer {
    struct buf *out;
    int pending;            /* what must come before the next character */
    bool has_space;         /* white space was seen since the last one */
    bool has_line_feed;     /* in that white space */
    int line_feeds;         /* of a listing, not yet written */
    uint32_t last;          /* the last character of this line; 0: none yet */
    const struct node *pre; /* the one that we are in */
};

static void break_line(struct writer *writer, int how)
{
    if (writer->pending < how)
        writer->pending = how;
    writer->has_space = writer->has_line_feed = false;
}

/* Writes the breaks and the space that are due before `next`. White space between two characters of a script
 * without spaces is where the source's line ended, and nothing else. */
static void catch_up(struct writer *writer, uint32_t next)
{
    if (writer->pending && writer->out->len)
        buf_add_text(writer->out, writer->pending == NEW_LINE ? "\n" : "\n\n");
    if (writer->pending)
        writer->last = 0;
    else if (writer->has_space && writer->last &&
             !(writer->has_line_feed && is_cjk(writer->last) && is_cjk(next)))
        buf_add_char(writer->out, ' ');
    writer->pending = SAME_LINE;
    writer->has_space = writer->has_line_feed = false;
}

static void add_text(struct writer *writer, span text)
{
    while (text.len && !writer->out->overflowed) {
        span rest = text;
        uint32_t character;

        utf8_next(&rest, &character);
        if (is_js_space(character)) {
            writer->has_space = true;
            writer->has_line_feed |= character == '\n';
        } else {
            catch_up(writer, character);
            for (span next = rest; utf8_next(&next, &writer->last) && !is_js_space(writer->last); rest = next)
                character = writer->last;
            buf_add(writer->out, span_sub(text, 0, text.len - rest.len));
            writer->last = character;
        }
        text = rest;
    }
}

/* A listing's lines stay as they are, but blank ones at its ends. */
static void add_lines(struct writer *writer, span text)
{
    for (;;) {
        size_t end = MIN(span_find_char(text, '\n'), text.len);

        if (end) {
            for (; writer->last && writer->line_feeds; writer->line_feeds--)
                buf_add_char(writer->out, '\n');
            catch_up(writer, 'x');
            buf_add(writer->out, span_sub(text, 0, end));
            writer->last = 'x';
            writer->line_feeds = 0;
        }
        if (end == text.len)
            return;
        writer->line_feeds++;
        text = span_from(text, end + 1);
    }
}

/* Elements */

static int break_of(const struct node *node)
{
    switch (node->tag) {
    case TAG_li:
    case TAG_tr:
    case TAG_dt:
    case TAG_dd:
        return NEW_LINE;
    case TAG_td:
    case TAG_th:
        return SAME_LINE;
    case TAG_ul:
    case TAG_ol:
        return node->parent && node->parent->tag == TAG_li ? NEW_LINE : NEW_PARAGRAPH;
    case TAG_thead:
    case TAG_tbody:
    case TAG_tfoot:
        return NEW_LINE;
    default:
        return node_is_block(node) ? NEW_PARAGRAPH : SAME_LINE;
    }
}

static bool has_element_before(const struct node *node)
{
    for (node = node->previous; node; node = node->previous)
        if (node->type == NODE_ELEMENT)
            return true;
    return false;
}

/* The reading of a word stands in parentheses, the page's own or ours. */
static bool needs_parentheses(const struct node *node)
{
    return node->tag == TAG_rt && node->parent && node->parent->tag == TAG_ruby &&
           !(node->previous && node->previous->tag == TAG_rp);
}

static void start_element(struct writer *writer, const struct node *node)
{
    if (break_of(node) > SAME_LINE)
        break_line(writer, break_of(node));
    if (node->tag == TAG_br)
        break_line(writer, writer->pending ? NEW_PARAGRAPH : NEW_LINE);
    else if ((node->tag == TAG_td || node->tag == TAG_th) && has_element_before(node) && !writer->pending &&
             writer->last)
        buf_add_char(writer->out, '\t');
    else if (needs_parentheses(node))
        add_text(writer, S("（"));
    else if (node->tag == TAG_q)
        add_text(writer, S("“"));
    else if (node->tag == TAG_pre && !writer->pre)
        writer->pre = node;
}

static void end_element(struct writer *writer, const struct node *node)
{
    if (node->type != NODE_ELEMENT)
        return;
    if (needs_parentheses(node))
        add_text(writer, S("）"));
    else if (node->tag == TAG_q)
        add_text(writer, S("”"));
    else if (node == writer->pre)
        writer->pre = NULL;
    if (break_of(node) > SAME_LINE) {
        writer->line_feeds = 0;
        break_line(writer, break_of(node));
    }
}

static bool is_hidden(const struct node *node)
{
    return node->type == NODE_COMMENT || (node->type == NODE_ELEMENT && (tag_is(node->tag, TAG_IS_SKIPPED) ||
                                                                         node->name_space == NAMESPACE_SVG));
}

void text_write(const struct node *root, struct buf *out)
{
    struct writer writer = {.out = out};
    const struct node *node = root;

    while (node && !out->overflowed) {
        bool is_shown = node == root || !is_hidden(node);

        if (is_shown && node->type == NODE_ELEMENT)
            start_element(&writer, node);
        else if (is_shown && node->type == NODE_TEXT && writer.pre)
            add_lines(&writer, node->text);
        else if (is_shown && node->type == NODE_TEXT)
            add_text(&writer, node->text);
        if (is_shown && node->first) {
            node = node->first;
            continue;
        }
        end_element(&writer, node);
        while (node != root && !node->next) {
            node = node->parent;
            end_element(&writer, node);
        }
        node = node == root ? NULL : node->next;
    }
}

/* Titles */

span html_to_line(struct arena *arena, span html)
{
    struct node *root = NULL;
    struct error *error;

    if (span_find_char(html, '<') == SPAN_NONE)
        return text_collapse(arena, unescape_html(arena, html));
    error = html_parse_fragment(arena, html, &(struct html_limits){.nodes = 10000}, &root, NULL);
    if (!error)
        return node_text(arena, root);
    error_free(error);
    return text_collapse(arena, html);
}
