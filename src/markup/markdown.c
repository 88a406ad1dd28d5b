/* SPDX-License-Identifier: MIT
 *
 * markdown.c - HTML as CommonMark with GFM's tables: the blocks
 *
 * Each line is written behind what its blocks need in front of it: "> " of quotations, the mark of a list's
 * item or as many spaces. What Markdown has no word for stays HTML, on one line each.
 */
#include "markup/markdown.h"
#include "limits/limits.h"
#include "text/utf8.h"
#include <stdio.h>

struct level {                /* a quotation or a list's item */
    char first[16], rest[16]; /* in front of its first line, and of the others */
    bool is_begun;
};

struct writer {
    struct markdown markdown;
    struct buf *out;
    struct level levels[LIMIT_MARKDOWN_NESTING];
    size_t level_count;
    bool needs_blank; /* before the next block */
    bool is_tight;    /* in a list without blank lines */
    char list_mark;   /* of the list that was written last, if nothing came after it; else 0 */
};

static void write_nodes(struct writer *writer, const struct node *first, const struct node *end,
                        struct inline_style style);
static void write_blocks(struct writer *writer, const struct node *parent, struct inline_style style);

/* Lines */

static void start_line(struct writer *writer, bool is_blank)
{
    size_t start = writer->out->len;

    for (size_t i = 0; i < writer->level_count; i++) {
        struct level *level = &writer->levels[i];

        buf_add_text(writer->out, level->is_begun ? level->rest : level->first);
        level->is_begun |= !is_blank;
    }
    while (is_blank && writer->out->len > start && writer->out->at[writer->out->len - 1] == ' ')
        buf_truncate(writer->out, writer->out->len - 1);
}

static void start_block(struct writer *writer)
{
    if (writer->needs_blank && !writer->is_tight) {
        start_line(writer, true);
        buf_add_char(writer->out, '\n');
    }
    writer->needs_blank = false;
    writer->list_mark = 0;
}

static void write_line(struct writer *writer, span line)
{
    start_line(writer, line.len == 0);
    buf_add(writer->out, line);
    buf_add_char(writer->out, '\n');
}

/* A block of one line or several */
static void write_block(struct writer *writer, span text)
{
    span line;

    start_block(writer);
    while (span_cut(&text, '\n', &line))
        write_line(writer, line);
    writer->needs_blank = true;
}

/* Paragraphs and headings */

static void write_paragraphs(struct writer *writer, const struct node *first, const struct node *end,
                             const struct inline_style *style)
{
    struct buf text = {.max = 16 * MiB};
    span rest;
    size_t gap;

    markdown_inline(&writer->markdown, first, end, style, IN_PARAGRAPH, &text);
    rest = buf_span(&text);
    while ((gap = span_find(rest, S("\n\n"))) != SPAN_NONE) {
        write_block(writer, span_sub(rest, 0, gap));
        rest = span_from(rest, gap + 2);
    }
    if (rest.len)
        write_block(writer, rest);
    buf_release(&text);
}

static void write_heading(struct writer *writer, const struct node *node, const struct inline_style *style)
{
    struct buf text = {.max = 1 * MiB};
    size_t hashes = (size_t)(node->tag - TAG_h1) + 1;

    buf_add(&text, span_sub(S("###### "), 6 - hashes, hashes + 1));
    markdown_inline(&writer->markdown, node->first, NULL, style, IN_HEADING, &text);
    if (text.len > hashes + 1) {
        if (span_ends(buf_span(&text), S("#"))) { /* would be dropped as the heading's end */
            buf_truncate(&text, text.len - 1);
            buf_add(&text, S("\\#"));
        }
        write_block(writer, buf_span(&text));
    }
    buf_release(&text);
}

/* Listings */

static span language_of(const struct node *pre)
{
    const struct node *code = node_find(pre, TAG_code);
    span class = node_attribute(pre, "class");

    if (!span_starts(class, S("language-")) && code)
        class = node_attribute(code, "class");
    return span_starts(class, S("language-")) ? span_from(class, 9) : (span){0};
}

static void add_listing(const struct node *pre, struct buf *out)
{
    for (const struct node *node = pre; node; node = node_next(node, pre))
        if (node->type == NODE_TEXT)
            buf_add(out, node->text);
        else if (node->tag == TAG_br)
            buf_add_char(out, '\n');
}

/* Text that was only set with its own line breaks may hold pictures and links. */
static bool is_plain_listing(const struct node *pre)
{
    return !node_find(pre, TAG_img) && (node_find(pre, TAG_code) || !node_find(pre, TAG_a));
}

static void write_listing(struct writer *writer, const struct node *pre)
{
    struct buf code = {.max = 16 * MiB}, fence = {.max = 16 * MiB};
    span text, line;
    size_t len = 3;

    add_listing(pre, &code);
    text = buf_span(&code);
    while (span_ends(text, S("\n")))
        text.len--;
    for (size_t i = 0, run = 0; i < text.len; i++) {
        run = text.at[i] == '`' ? run + 1 : 0;
        len = MAX(len, run + 1);
    }
    for (size_t i = 0; i < len; i++)
        buf_add_char(&fence, '`');
    if (span_trim(text).len) {
        start_block(writer);
        start_line(writer, false);
        buf_add(writer->out, buf_span(&fence));
        buf_add(writer->out, language_of(pre));
        buf_add_char(writer->out, '\n');
        while (span_cut(&text, '\n', &line))
            write_line(writer, line);
        write_line(writer, buf_span(&fence));
        writer->needs_blank = true;
    }
    buf_release(&code);
    buf_release(&fence);
}

/* HTML */

/* On one line, for a blank one would end it */
static void write_html(struct writer *writer, const struct node *node)
{
    struct buf html = {.max = 16 * MiB}, line = {.max = 16 * MiB};
    span rest;
    bool is_listing = node->tag == TAG_pre || node_find(node, TAG_pre);

    html_write(node, &html);
    rest = buf_span(&html);
    for (size_t end; (end = span_find_char(rest, '\n')) != SPAN_NONE; rest = span_from(rest, end + 1)) {
        buf_add(&line, span_sub(rest, 0, end));
        buf_add_text(&line, is_listing ? "&#10;" : " ");
    }
    buf_add(&line, rest);
    write_block(writer, buf_span(&line));
    buf_release(&html);
    buf_release(&line);
}

static const struct node *child_of(const struct node *node, enum tag tag)
{
    for (const struct node *child = node->first; child; child = child->next)
        if (child->type == NODE_ELEMENT && child->tag == tag)
            return child;
    return NULL;
}

/* Of a <details>, which writes its first one itself */
static bool is_written_summary(const struct node *node)
{
    return node->tag == TAG_summary && node->parent->tag == TAG_details &&
           child_of(node->parent, TAG_summary) == node;
}

static void write_details(struct writer *writer, const struct node *node, struct inline_style style)
{
    const struct node *summary = child_of(node, TAG_summary);
    struct buf line = {.max = 1 * MiB};

    buf_add_text(&line, node_attribute(node, "open").at ? "<details open>" : "<details>");
    if (summary) {
        struct buf html = {.max = 1 * MiB};

        html_write(summary, &html);
        for (size_t i = 0; i < html.len; i++)
            buf_add_char(&line, html.at[i] == '\n' ? ' ' : html.at[i]);
        buf_release(&html);
    }
    write_block(writer, buf_span(&line));
    write_blocks(writer, node, style);
    write_block(writer, S("</details>"));
    buf_release(&line);
}

/* Quotations and lists */

static bool is_seen(const struct node *node)
{
    if (node->type != NODE_ELEMENT)
        return !markdown_is_blank(node);
    return node->tag == TAG_img || node->tag == TAG_hr || node->tag == TAG_video || node->tag == TAG_audio;
}

static bool is_empty(const struct node *node)
{
    for (const struct node *at = node; at; at = node_next(at, node))
        if (is_seen(at))
            return false;
    return true;
}

static bool push(struct writer *writer, const char *first, const char *rest)
{
    struct level *level;

    if (writer->level_count == LIMIT_MARKDOWN_NESTING)
        return false;
    level = &writer->levels[writer->level_count++];
    *level = (struct level){.is_begun = false};
    snprintf(level->first, sizeof level->first, "%s", first);
    snprintf(level->rest, sizeof level->rest, "%s", rest);
    return true;
}

static void write_quotation(struct writer *writer, const struct node *node, struct inline_style style)
{
    bool is_pushed;

    if (is_empty(node))
        return;
    start_block(writer);
    is_pushed = push(writer, "> ", "> ");
    write_blocks(writer, node, style);
    writer->level_count -= is_pushed;
}

static bool is_list(const struct node *node)
{
    return node->type == NODE_ELEMENT && (node->tag == TAG_ul || node->tag == TAG_ol);
}

static int64_t first_number(const struct node *list)
{
    int64_t number;

    return span_to_int64(node_attribute(list, "start"), &number) && number >= 0 && number < 999999999 ? number
                                                                                                      : 1;
}

/* Items are lines without blank ones between, as long as none holds a paragraph or more. A list within one
 * can follow its line at once if it could not be the end of that line. */
static bool is_tight(const struct writer *writer, const struct node *list)
{
    for (const struct node *item = list->first; item; item = item->next) {
        bool has_list = false, has_text = false;

        if (markdown_is_blank(item))
            continue;
        for (const struct node *child = item->first; child; child = child->next) {
            if (markdown_is_blank(child))
                continue;
            if (is_list(child)) {
                if (has_list || !has_text || (child->tag == TAG_ol && first_number(child) != 1))
                    return false;
                has_list = true;
            } else if (has_list || !markdown_is_inline(&writer->markdown, child)) {
                return false;
            }
            has_text = true;
        }
        for (const struct node *at = node_next(item, item); at; at = node_next(at, item))
            if (at->tag == TAG_br && at->next && at->next->tag == TAG_br)
                return false;
    }
    return true;
}

/* An item, or what stands between two, up to `end` */
static void write_item(struct writer *writer, const struct node *item, const struct node *end, char mark,
                       int64_t number, struct inline_style style)
{
    char first[16], rest[16];
    int len = mark == '-' || mark == '*' ? snprintf(first, sizeof first, "%c ", mark)
                                         : snprintf(first, sizeof first, "%d%c ", (int)number, mark);
    bool is_pushed;

    start_block(writer);
    snprintf(rest, sizeof rest, "%*s", len, "");
    is_pushed = push(writer, first, rest);
    if (item->tag == TAG_li)
        write_blocks(writer, item, style);
    else
        write_nodes(writer, item, end, style);
    writer->level_count -= is_pushed;
}

static bool has_content(const struct node *first, const struct node *end)
{
    for (const struct node *node = first; node && node != end; node = node->next)
        if (!is_empty(node))
            return true;
    return false;
}

static bool is_item(const struct node *node)
{
    return node->type == NODE_ELEMENT && node->tag == TAG_li;
}

/* The end of the item that begins with `node` */
static const struct node *item_end(const struct writer *writer, const struct node *node)
{
    const struct node *end = node->next;

    if (!is_item(node) && markdown_is_inline(&writer->markdown, node))
        while (end && !is_item(end) && markdown_is_inline(&writer->markdown, end))
            end = end->next;
    return end;
}

/* Two lists in a row would be one, unless their marks differ. */
static char mark_for(const struct writer *writer, const struct node *list)
{
    if (list->tag == TAG_ul)
        return writer->list_mark == '-' ? '*' : '-';
    return writer->list_mark == '.' ? ')' : '.';
}

static void write_list(struct writer *writer, const struct node *list, struct inline_style style)
{
    bool was_tight = writer->is_tight;
    char mark = mark_for(writer, list);
    int64_t number = first_number(list);

    if (!child_of(list, TAG_li)) { /* it only moves its content to the right */
        write_blocks(writer, list, style);
        return;
    }
    start_block(writer);
    writer->is_tight = is_tight(writer, list);
    for (const struct node *item = list->first, *end; item; item = end) {
        end = item_end(writer, item);
        if (has_content(item, end))
            write_item(writer, item, end, mark, number++, style);
    }
    writer->is_tight = was_tight;
    writer->needs_blank = true;
    writer->list_mark = mark;
}

/* Tables */

static void write_cells(struct writer *writer, const struct node *table, struct inline_style style)
{
    const struct node *node = node_next(table, table);

    while (node) {
        bool is_cell = node->type == NODE_ELEMENT &&
                       (node->tag == TAG_td || node->tag == TAG_th || node->tag == TAG_caption);

        if (is_cell)
            write_blocks(writer, node, style);
        node = is_cell ? node_next_skipping(node, table) : node_next(node, table);
    }
}

static void write_table(struct writer *writer, const struct node *table, struct inline_style style)
{
    const struct node *listing = markdown_listing_in(table), *caption = child_of(table, TAG_caption);
    struct buf text = {.max = 16 * MiB};

    if (listing) {
        write_listing(writer, listing);
    } else if (markdown_is_layout(&writer->markdown, table)) {
        write_cells(writer, table, style);
    } else if (markdown_table(&writer->markdown, table, &text)) {
        if (caption)
            write_blocks(writer, caption, style);
        write_block(writer, buf_span(&text));
    } else {
        write_html(writer, table);
    }
    buf_release(&text);
}

/* All of it */

/* An inline element with blocks in it: they get what it says. */
static struct inline_style style_within(const struct node *node, struct inline_style style)
{
    switch (node->tag) {
    case TAG_a:
        if (!style.link && node_attribute(node, "href").len)
            style.link = node;
        break;
    case TAG_b:
    case TAG_strong:
        style.is_strong = true;
        break;
    case TAG_em:
    case TAG_i:
    case TAG_figcaption:
        style.is_emphasis = true;
        break;
    case TAG_s:
    case TAG_del:
        style.is_deleted = true;
        break;
    default:
        break;
    }
    return style;
}

static void write_node(struct writer *writer, const struct node *node, struct inline_style style)
{
    switch (node->tag) {
    case TAG_h1:
    case TAG_h2:
    case TAG_h3:
    case TAG_h4:
    case TAG_h5:
    case TAG_h6:
        write_heading(writer, node, &style);
        break;
    case TAG_pre:
        if (is_plain_listing(node))
            write_listing(writer, node);
        else
            write_html(writer, node);
        break;
    case TAG_blockquote:
        write_quotation(writer, node, style);
        break;
    case TAG_ul:
    case TAG_ol:
        write_list(writer, node, style);
        break;
    case TAG_table:
        write_table(writer, node, style);
        break;
    case TAG_dl:
        write_html(writer, node);
        break;
    case TAG_details:
        write_details(writer, node, style);
        break;
    case TAG_hr:
        write_block(writer, writer->level_count ? S("___") : S("---"));
        break;
    default:
        if (!is_written_summary(node) && !tag_is(node->tag, TAG_IS_SKIPPED))
            write_blocks(writer, node, style_within(node, style));
        break;
    }
}

static void write_nodes(struct writer *writer, const struct node *first, const struct node *end,
                        struct inline_style style)
{
    for (const struct node *node = first, *next; node && node != end; node = next) {
        next = node->next;
        if (!markdown_is_inline(&writer->markdown, node)) {
            write_node(writer, node, style);
            continue;
        }
        while (next && next != end && markdown_is_inline(&writer->markdown, next))
            next = next->next;
        write_paragraphs(writer, node, next, &style);
    }
}

static void write_blocks(struct writer *writer, const struct node *parent, struct inline_style style)
{
    write_nodes(writer, parent->first, NULL, style);
}

bool markdown_is_inline(const struct markdown *markdown, const struct node *node)
{
    if (node->type != NODE_ELEMENT)
        return true;
    return !node_is_block(node) && (markdown->holders->len == 0 ||
                                    !map_get(markdown->holders, (span){(const char *)&node, sizeof node}));
}

static void find_holders(const struct markdown *markdown, const struct node *root)
{
    for (const struct node *node = root; node; node = node_next(node, root)) {
        const struct node *holder = node->parent;

        if (node == root || !node_is_block(node))
            continue;
        for (; holder != root && !node_is_block(holder); holder = holder->parent) {
            void **place = map_at(markdown->holders,
                                  arena_keep(markdown->arena, (span){(const char *)&holder, sizeof holder}));

            if (*place)
                break;
            *place = (void *)holder;
        }
    }
}

void markdown_write(const struct node *root, struct buf *out)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    struct map holders = {.arena = arena};
    struct writer writer = {.markdown = {.arena = arena, .holders = &holders}, .out = out};
    const struct inline_style style = {0};

    find_holders(&writer.markdown, root);
    if (root->type == NODE_DOCUMENT)
        write_blocks(&writer, root, style);
    else
        write_nodes(&writer, root, root->next, style);
}
