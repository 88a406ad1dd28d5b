/* SPDX-License-Identifier: MIT
 *
 * sanitize_settle.c - a tree that is the same once it was written and parsed again
 *
 * A parser closes some elements by itself (a paragraph before a list, a link before another), and moves what
 * stands in a table between its cells. A tree in which it would do so is changed here first, so that no
 * browser has a reason to. The rules are those of HTML Standard 13.2.6.4.7 ("in body") and the table modes,
 * as far as they concern elements that the sanitizer lets stay.
 */
#include "markup/internal.h"

/* In node->mark while this file works, besides what is open around it */
enum {
    IS_ORDERLY = 32, /* a table that was looked at */
};

/* Changing */

static struct node *unwrap(struct node *node, const struct node *root)
{
    struct node *next = node->first ? node->first : node_next_skipping(node, root);

    node_unwrap(node);
    return next;
}

static struct node *leave_out(struct node *node, const struct node *root)
{
    struct node *next = node_next_skipping(node, root);

    node_remove(node);
    return next;
}

/* What stands for an element that cannot stand here. What a div may not say goes with the old name: it would
 * be gone the next time. */
static void become_division(struct node *node)
{
    node_rename(node, TAG_div);
    sanitize_keep_common(node);
}

/* Tables */

/* Puts a row that stands in the table itself into a section. */
static struct node *wrap_row(struct arena *arena, struct node *row)
{
    struct node *section = row->previous;

    if (!section || !html_is_table_section(section->tag)) {
        section = node_new_element(arena, TAG_tbody);
        node_insert_before(row, section);
    }
    node_append(section, row);
    return row;
}

/* Puts in front of the table what stands in it, but in no cell, as the parser does. Returns where to go on in
 * the table; the node itself if it has become another. */
static struct node *settle_in_table(struct arena *arena, struct node *node, struct node *table)
{
    struct node *next = node_next_skipping(node, table);
    bool is_text = node->type == NODE_TEXT;

    if (is_text && span_trim(node->text).len == 0) {
        if (span_find_char(node->text, '\r') !=
            SPAN_NONE) /* a reference, which the parser does not let stay */
            node_remove(node);
        return next;
    }
    if (!is_text && html_fits(node->parent->tag, node->tag))
        return html_is_table_frame(node->tag) ? node_next(node, table) : next;
    if (node->tag == TAG_tr && node->parent == table)
        return wrap_row(arena, node);
    if (node->tag == TAG_td || node->tag == TAG_th || node->tag == TAG_caption)
        become_division(node);
    if (!is_text && html_is_table_part(node->tag))
        return unwrap(node, table);
    node_insert_before(table, node);
    return next;
}

/* Once for each table, whatever is moved: what stands in front of it afterwards is next. */
static struct node *settle_table(struct arena *arena, struct node *table)
{
    struct node *before = table->previous, *parent = table->parent;

    table->mark |= IS_ORDERLY;
    for (struct node *node = node_next(table, table); node;)
        node = settle_in_table(arena, node, table);
    return before ? before->next : parent->first;
}

/* A part of a table that stands in none */
static struct node *settle_stray_part(struct node *node, const struct node *root)
{
    if (node->tag != TAG_td && node->tag != TAG_th && node->tag != TAG_caption)
        return unwrap(node, root);
    become_division(node);
    return node;
}

/* Everything else */

/* A paragraph that holds what a paragraph cannot was never one. */
static void open_paragraph_up(struct node *node)
{
    for (struct node *at = node; at && at->type == NODE_ELEMENT; at = at->parent) {
        at->mark &= (uint16_t)~IN_P;
        if (at->tag != TAG_p)
            continue;
        become_division(at);
        return;
    }
}

/* The picture that stands before `node`, if there is nothing else between */
static const struct node *picture_before(const struct node *node)
{
    const struct node *at = node->previous;

    while (at && at->type == NODE_TEXT && span_trim(at->text).len == 0)
        at = at->previous;
    while (at && at->type == NODE_ELEMENT && at->tag != TAG_img)
        at = at->last;
    return at && at->type == NODE_ELEMENT ? at : NULL;
}

/* Twice in a row: once for those without scripts */
static bool is_repeated(const struct node *node)
{
    const struct node *before = node->tag == TAG_img ? picture_before(node) : NULL;

    return before && span_equal(node_attribute(before, "src"), node_attribute(node, "src"));
}

/* The white space before it goes with it: what comes next need not look at it again. */
static struct node *leave_out_repeated(struct node *node, const struct node *root)
{
    while (node->previous && node->previous->type == NODE_TEXT && span_trim(node->previous->text).len == 0)
        node_remove(node->previous);
    return leave_out(node, root);
}

/* An element that the parser would read but in part says nothing of itself; some are nothing then. */
static struct node *settle_long_tag(struct node *node, const struct node *root)
{
    node->attribute_count = 0;
    if (node->tag == TAG_a || node->tag == TAG_span)
        return unwrap(node, root);
    return tag_is(node->tag, TAG_IS_VOID) || node->tag == TAG_audio || node->tag == TAG_video
               ? leave_out(node, root)
               : node;
}

/* Returns where to go on; the node itself if it has become another. */
static struct node *settle_element(struct arena *arena, struct node *node, const struct node *root)
{
    enum tag parent = node->parent->type == NODE_ELEMENT ? node->parent->tag : TAG_UNKNOWN;
    unsigned around = node->parent->mark;

    if (!html_fits(parent, node->tag))
        return settle_stray_part(node, root);
    if (html_tag_is_too_long(node))
        return settle_long_tag(node, root);
    if (is_repeated(node))
        return leave_out_repeated(node, root);
    if (node->tag == TAG_table && !(node->mark & IS_ORDERLY))
        return settle_table(arena, node);
    if (html_is_misplaced(node, around))
        return unwrap(node, root);
    if ((node->tag == TAG_li && (around & IN_ITEM)) ||
        ((node->tag == TAG_dd || node->tag == TAG_dt) && (around & IN_DEFINITION)))
        become_division(node);
    if ((around & IN_P) && html_closes_paragraph(node->tag)) {
        open_paragraph_up(node->parent);
        around = node->parent->mark;
    }
    node->mark = (uint16_t)html_around_content(node, around);
    return node_next(node, root);
}

/* Text */

static void join_texts(struct arena *arena, struct node *first)
{
    size_t len = 0;
    char *text, *end;

    for (const struct node *at = first; at && at->type == NODE_TEXT; at = at->next)
        len += at->text.len;
    text = end = arena_alloc(arena, len + 1);
    for (struct node *at = first, *next; at && at->type == NODE_TEXT; at = next) {
        next = at->next;
        end = mempcpy(end, at->text.at, at->text.len);
        if (at != first)
            node_remove(at);
    }
    first->text = (span){text, len};
}

void sanitize_settle(struct arena *arena, struct node *root)
{
    struct node *node;
    uint16_t mark = root->mark;

    root->mark = 0;
    for (node = node_next(root, root); node;)
        if (node->type == NODE_ELEMENT)
            node = settle_element(arena, node, root);
        else
            node = node->text.len ? node_next(node, root) : leave_out(node, root);
    for (node = node_next(root, root); node; node = node_next(node, root)) {
        node->mark = 0;
        if (node->type == NODE_TEXT && node->next && node->next->type == NODE_TEXT)
            join_texts(arena, node);
    }
    root->mark = mark;
}
