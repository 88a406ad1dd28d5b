/* SPDX-License-Identifier: MIT
 * tidy.c - a sanitised tree in the few shapes that a text needs
 *
 * Publishers wrap each paragraph in boxes, or write no paragraphs at all but lines with two <br> between.
 * Here the tree is written anew, by moving its nodes: boxes dissolve into what they hold, what stands in
 * lines becomes paragraphs, a table that only arranges dissolves too. The order never changes.
 */
#include "article/internal.h"
#include "text/utf8.h"

struct tidying {
    struct arena *arena;
    struct node *target;    /* what is being filled: the article, a quotation, an item, a cell */
    struct node *paragraph; /* that lines are being gathered in; NULL: none */
    int breaks;             /* <br> since its last words, not yet written */
};

static void pour(struct tidying *tidying, struct node *source);

static bool is_blank(span text)
{
    return js_trim(text).len == 0;
}

static bool holds_anything(const struct node *root)
{
    for (const struct node *node = root; node; node = node_next(node, root)) {
        if (node->type == NODE_TEXT && !is_blank(node->text))
            return true;
        if (node->type != NODE_ELEMENT)
            continue;
        switch (node->tag) {
        case TAG_img:
        case TAG_video:
        case TAG_audio:
        case TAG_hr:
            return true;
        default:
            break;
        }
    }
    return false;
}

static bool holds_blocks(const struct node *root)
{
    for (const struct node *node = node_next(root, root); node; node = node_next(node, root))
        if (node_is_block(node))
            return true;
    return false;
}

/* --- paragraphs --- */

/* White space at a paragraph's start and end is the source's layout. */
static void trim_ends(struct node *paragraph)
{
    struct node *node;

    while ((node = paragraph->first) &&
           (node->tag == TAG_br || (node->type == NODE_TEXT && is_blank(node->text))))
        node_remove(node);
    while ((node = paragraph->last) &&
           (node->tag == TAG_br || (node->type == NODE_TEXT && is_blank(node->text))))
        node_remove(node);
    node = paragraph->first;
    if (node && node->type == NODE_TEXT) {
        span trimmed = js_trim(node->text);
        node->text = span_from(node->text, (size_t)(trimmed.at - node->text.at));
    }
    node = paragraph->last;
    if (node && node->type == NODE_TEXT) {
        span trimmed = js_trim(node->text);
        node->text.len = (size_t)(trimmed.at + trimmed.len - node->text.at);
    }
}

/* A paragraph with nothing in it but one picture is a figure. */
static struct node *lone_picture(const struct node *paragraph)
{
    struct node *node = paragraph->first;

    while (node && node == paragraph->last && node->type == NODE_ELEMENT &&
           (node->tag == TAG_a || node->tag == TAG_strong || node->tag == TAG_em || node->tag == TAG_b ||
            node->tag == TAG_i)) {
        paragraph = node;
        node = node->first;
    }
    return node && node == paragraph->last && node->type == NODE_ELEMENT &&
                   (node->tag == TAG_img || node->tag == TAG_picture || node->tag == TAG_video ||
                    node->tag == TAG_audio)
               ? node
               : NULL;
}

static void end_paragraph(struct tidying *tidying)
{
    struct node *paragraph = tidying->paragraph, *picture;

    tidying->paragraph = NULL;
    tidying->breaks = 0;
    if (!paragraph)
        return;
    trim_ends(paragraph);
    if (!holds_anything(paragraph)) {
        node_remove(paragraph);
        return;
    }
    picture = lone_picture(paragraph);
    if (picture) {
        node_append(paragraph, picture);
        while (paragraph->first != picture)
            node_remove(paragraph->first);
        node_rename(paragraph, TAG_figure);
    }
}

static bool begins_wide(const struct node *node)
{
    return node->type == NODE_TEXT && (span_starts(js_trim(node->text), S("\xe3\x80\x80")) ||
                                       span_starts(node->text, S("\xe3\x80\x80")));
}

static void add_inline(struct tidying *tidying, struct node *node)
{
    bool is_empty = node->type == NODE_TEXT && is_blank(node->text);

    if (node->type == NODE_ELEMENT && node->tag == TAG_br) {
        tidying->breaks++;
        node_remove(node);
        return;
    }
    if (is_empty && (tidying->breaks || !tidying->paragraph)) {
        node_remove(node);
        return;
    }
    if (tidying->breaks >= 2 || (tidying->breaks == 1 && begins_wide(node)))
        end_paragraph(tidying);
    if (!tidying->paragraph) {
        tidying->paragraph = node_new_element(tidying->arena, TAG_p);
        node_append(tidying->target, tidying->paragraph);
        tidying->breaks = 0;
    }
    if (tidying->breaks)
        node_append(tidying->paragraph, node_new_element(tidying->arena, TAG_br));
    tidying->breaks = 0;
    node_append(tidying->paragraph, node);
}

/* --- what is kept as it is, and tidy within --- */

static void add_block(struct tidying *tidying, struct node *node)
{
    end_paragraph(tidying);
    if (holds_anything(node))
        node_append(tidying->target, node);
    else
        node_remove(node);
}

/* Its content poured into itself; a single paragraph in an item or a cell needs no <p>. */
static void refill(struct tidying *outer, struct node *node, bool needs_paragraphs)
{
    struct node *source = ARENA_NEW(outer->arena, struct node);
    struct tidying inner = {.arena = outer->arena, .target = node};

    source->type = NODE_DOCUMENT;
    while (node->first)
        node_append(source, node->first);
    pour(&inner, source);
    end_paragraph(&inner);
    if (!needs_paragraphs && node->first && node->first->tag == TAG_p &&
        (node->first == node->last ||
         (node->first->next == node->last && (node->last->tag == TAG_ul || node->last->tag == TAG_ol))))
        node_unwrap(node->first);
}

static void tidy_children(struct tidying *tidying, struct node *list)
{
    for (struct node *child = list->first, *next; child; child = next) {
        next = child->next;
        if (child->type == NODE_TEXT && is_blank(child->text)) {
            node_remove(child);
        } else if (child->type == NODE_ELEMENT && (child->tag == TAG_li || child->tag == TAG_dd ||
                                                   child->tag == TAG_dt || child->tag == TAG_div)) {
            refill(tidying, child, false);
            if (!holds_anything(child))
                node_remove(child);
        }
    }
}

static bool is_wordless(const struct node *node)
{
    return !node || (node->type == NODE_TEXT && is_blank(node->text));
}

/* What stood in two boxes stays two words. */
static void dissolve(struct tidying *tidying, struct node *box)
{
    if (!is_wordless(box->previous))
        node_insert_before(box, node_new_text(tidying->arena, S(" ")));
    if (!is_wordless(box->next))
        node_insert_before(box->next, node_new_text(tidying->arena, S(" ")));
    node_unwrap(box);
}

/* A heading is a line: boxes and lists in it dissolve, its pictures follow it. */
static void tidy_heading(struct tidying *tidying, struct node *heading)
{
    struct node *pictures = ARENA_NEW(tidying->arena, struct node);

    pictures->type = NODE_DOCUMENT;
    for (struct node *node = node_next(heading, heading), *next; node; node = next) {
        next = node_next(node, heading);
        if (node->type == NODE_ELEMENT && node->tag == TAG_figure) {
            next = node_next_skipping(node, heading);
            node_append(pictures, node);
        } else if (node_is_block(node)) {
            dissolve(tidying, node);
        }
    }
    if (heading->tag == TAG_h1) /* there is one, and it is the article's title */
        node_rename(heading, TAG_h2);
    trim_ends(heading);
    add_block(tidying, heading);
    pour(tidying, pictures);
}

/* --- tables --- */

static bool is_cell(const struct node *node)
{
    return node->type == NODE_ELEMENT && (node->tag == TAG_td || node->tag == TAG_th);
}

/* A listing beside the numbers of its lines is a listing. */
static struct node *listing_of(const struct node *table)
{
    struct node *found = NULL;

    for (struct node *node = node_next(table, table); node; node = node_next(node, table)) {
        if (is_cell(node) && holds_anything(node) && !node_find(node, TAG_pre))
            for (const struct node *at = node; at; at = node_next(at, node))
                for (size_t i = 0; at->type == NODE_TEXT && i < at->text.len; i++)
                    if (!strchr("0123456789 \t\r\n", at->text.at[i]))
                        return NULL;
        if (node->type != NODE_ELEMENT || node->tag != TAG_pre)
            continue;
        found = node;
    }
    return found;
}

/* One cell with something in it to each row, or a cell that holds whole paragraphs: it arranges the page. */
static bool is_layout(const struct node *table)
{
    const struct node *row = NULL;
    int in_row = 0, most = 0;

    for (const struct node *node = node_next(table, table); node; node = node_next(node, table)) {
        if (node->type == NODE_ELEMENT && node->tag == TAG_table)
            return true;
        if (!is_cell(node) || !holds_anything(node))
            continue;
        in_row = node->parent == row ? in_row + 1 : 1;
        row = node->parent;
        most = MAX(most, in_row);
    }
    return most <= 1;
}

static void tidy_table(struct tidying *tidying, struct node *table)
{
    struct node *listing = listing_of(table);

    if (listing) {
        add_block(tidying, listing);
        node_remove(table);
        return;
    }
    if (is_layout(table)) {
        end_paragraph(tidying);
        pour(tidying, table);
        node_remove(table);
        end_paragraph(tidying);
        return;
    }
    for (struct node *node = node_next(table, table), *next; node; node = next) {
        next = node_next(node, table);
        if (node->type == NODE_TEXT && is_blank(node->text) && !is_cell(node->parent)) {
            node_remove(node);
        } else if (is_cell(node)) {
            next = node_next_skipping(node, table);
            refill(tidying, node, false);
        } else if (node->type == NODE_ELEMENT && node->tag == TAG_tr && !holds_anything(node)) {
            next = node_next_skipping(node, table);
            node_remove(node);
        }
    }
    add_block(tidying, table);
}

/* --- figures --- */

static bool is_picture(const struct node *node)
{
    return node->type == NODE_ELEMENT &&
           (node->tag == TAG_img || node->tag == TAG_video || node->tag == TAG_audio);
}

/* A link of words and nothing else, as an embedded player leaves behind */
static bool is_lone_link(const struct node *figure)
{
    const struct node *node = figure;
    int links = 0;

    for (node = node_next(figure, figure); node; node = node_next(node, figure)) {
        if (node->type == NODE_ELEMENT && node->tag == TAG_a) {
            if (holds_blocks(node))
                return false;
            links++;
            node = node->last ? node->last : node;
            while (node->last)
                node = node->last;
        } else if (node->type == NODE_ELEMENT && node->tag == TAG_figcaption) {
            const struct node *after = node_next_skipping(node, figure);
            return links == 1 && after == NULL;
        } else if (node->type == NODE_TEXT && !is_blank(node->text)) {
            return false;
        }
    }
    return links == 1;
}

/* Pictures first, then what is said of them: whatever boxes were around and between */
static void refill_figure(struct tidying *tidying, struct node *figure)
{
    struct node *source = ARENA_NEW(tidying->arena, struct node), *node, *next;

    source->type = NODE_DOCUMENT;
    while (figure->first)
        node_append(source, figure->first);
    for (node = source->first; node; node = next) {
        next = node_next(node, source);
        if (!is_picture(node) && !(node->type == NODE_ELEMENT && node->tag == TAG_picture))
            continue;
        next = node_next_skipping(node, source);
        node_append(figure, node);
    }
    node = node_find(source, TAG_figcaption);
    if (!node || !holds_anything(node))
        return;
    if (holds_blocks(node)) {
        span text = node_text(tidying->arena, node);
        while (node->first)
            node_remove(node->first);
        node_append(node, node_new_text(tidying->arena, text));
    }
    trim_ends(node);
    node_append(figure, node);
}

/* A picture, and what is said of it; not pictures with a text, which only stand in one box */
static bool is_one_picture(const struct node *figure)
{
    bool has_picture = false;

    for (const struct node *node = node_next(figure, figure); node; node = node_next(node, figure)) {
        has_picture |= is_picture(node);
        if (node->type == NODE_ELEMENT && (node->tag == TAG_table || node->tag == TAG_pre ||
                                           node->tag == TAG_blockquote || node->tag == TAG_figure))
            return false;
    }
    return has_picture;
}

static void trim_figure(struct node *figure)
{
    for (struct node *node = figure->first, *next; node; node = next) {
        next = node->next;
        if (node->type == NODE_TEXT && is_blank(node->text))
            node_remove(node);
    }
}

static void tidy_figure(struct tidying *tidying, struct node *figure)
{
    end_paragraph(tidying);
    if (is_one_picture(figure)) {
        refill_figure(tidying, figure);
        add_block(tidying, figure);
    } else if (is_lone_link(figure)) {
        trim_figure(figure);
        add_block(tidying, figure);
    } else {
        pour(tidying, figure);
        node_remove(figure);
        end_paragraph(tidying);
    }
}

/* --- one after the other --- */

static void add_element(struct tidying *tidying, struct node *node)
{
    switch (node->tag) {
    case TAG_h1:
    case TAG_h2:
    case TAG_h3:
    case TAG_h4:
    case TAG_h5:
    case TAG_h6:
        tidy_heading(tidying, node);
        break;
    case TAG_ul:
    case TAG_ol:
    case TAG_dl:
        tidy_children(tidying, node);
        add_block(tidying, node);
        break;
    case TAG_table:
        tidy_table(tidying, node);
        break;
    case TAG_blockquote:
        refill(tidying, node, true);
        add_block(tidying, node);
        break;
    case TAG_figure:
        tidy_figure(tidying, node);
        break;
    case TAG_pre:
        add_block(tidying, node);
        break;
    case TAG_hr:
        end_paragraph(tidying);
        if (tidying->target->last && tidying->target->last->tag != TAG_hr)
            node_append(tidying->target, node);
        else
            node_remove(node);
        break;
    default: /* a box: its content takes its place, in paragraphs of its own */
        end_paragraph(tidying);
        pour(tidying, node);
        node_remove(node);
        end_paragraph(tidying);
        break;
    }
}

static void pour(struct tidying *tidying, struct node *source)
{
    while (source->first) {
        struct node *node = source->first;
        if (node->type == NODE_ELEMENT && node_is_block(node)) {
            add_element(tidying, node);
        } else if (node->type == NODE_ELEMENT && holds_blocks(node)) {
            refill(tidying, node, true); /* a link around a whole card, or the like */
            add_block(tidying, node);
        } else {
            add_inline(tidying, node);
        }
    }
}

void tidy(struct arena *arena, struct node *root)
{
    struct node *source = ARENA_NEW(arena, struct node);
    struct tidying tidying = {.arena = arena, .target = root};

    source->type = NODE_DOCUMENT;
    while (root->first)
        node_append(source, root->first);
    pour(&tidying, source);
    end_paragraph(&tidying);
    while (root->last && root->last->type == NODE_ELEMENT && root->last->tag == TAG_hr)
        node_remove(root->last);
}
