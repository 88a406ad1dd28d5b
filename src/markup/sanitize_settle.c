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

/* What is open around a node, as far as the parser would look; in node->mark while this file works */
enum { IN_P = 1, IN_LINK = 2, IN_ITEM = 4, IN_DEFINITION = 8 };

/* Tables */

static bool is_table_section(enum tag tag)
{
    return tag == TAG_tbody || tag == TAG_thead || tag == TAG_tfoot;
}

static bool is_table_part(enum tag tag)
{
    return is_table_section(tag) || tag == TAG_caption || tag == TAG_colgroup || tag == TAG_col ||
           tag == TAG_tr || tag == TAG_td || tag == TAG_th;
}

/* Is `child` what a table, section, row or column group holds? */
static bool fits(enum tag parent, enum tag child)
{
    switch (parent) {
    case TAG_table:
        return is_table_section(child) || child == TAG_caption || child == TAG_colgroup;
    case TAG_tbody:
    case TAG_thead:
    case TAG_tfoot:
        return child == TAG_tr;
    case TAG_tr:
        return child == TAG_td || child == TAG_th;
    case TAG_colgroup:
        return child == TAG_col;
    default:
        return !is_table_part(child);
    }
}

static bool is_table_frame(enum tag tag)
{
    return tag == TAG_table || is_table_section(tag) || tag == TAG_tr || tag == TAG_colgroup;
}

static struct node *table_of(struct node *node)
{
    while (node && is_table_frame(node->tag) && node->tag != TAG_table)
        node = node->parent;
    return node && node->type == NODE_ELEMENT && node->tag == TAG_table ? node : NULL;
}

/* Puts a row that stands in the table itself into a section. */
static struct node *wrap_row(struct arena *arena, struct node *row)
{
    struct node *section = row->previous;

    if (!section || !is_table_section(section->tag)) {
        section = node_new_element(arena, TAG_tbody);
        node_insert_before(row, section);
    }
    node_append(section, row);
    return row;
}

/* Returns where to go on; the node itself if it is as it should be. */
static struct node *settle_in_table(struct arena *arena, struct node *node, const struct node *root)
{
    enum tag parent = node->parent->type == NODE_ELEMENT ? node->parent->tag : TAG_UNKNOWN;
    struct node *table, *next;

    if (node->type == NODE_TEXT ? !is_table_frame(parent) || span_trim(node->text).len == 0
                                : fits(parent, node->tag))
        return node;
    if (node->tag == TAG_tr && parent == TAG_table)
        return wrap_row(arena, node);
    table = is_table_frame(parent) ? table_of(node->parent) : NULL;
    if (table && !is_table_part(node->tag)) {
        node_insert_before(table, node);
        return node;
    }
    if (node->tag == TAG_td || node->tag == TAG_th || node->tag == TAG_caption) {
        node_rename(node, TAG_div);
        return settle_in_table(arena, node, root);
    }
    next = node->first ? node->first : node_next_skipping(node, root);
    node_unwrap(node);
    return next;
}

static void settle_tables(struct arena *arena, struct node *root)
{
    struct node *node = node_next(root, root);

    while (node) {
        struct node *at = settle_in_table(arena, node, root);

        node = at == node ? node_next(node, root) : at;
    }
}

/* Everything else */

static bool is_heading(const struct node *node)
{
    return node->type == NODE_ELEMENT && node->tag >= TAG_h1 && node->tag <= TAG_h6;
}

/* Start tags before which an open paragraph is closed */
static bool closes_paragraph(enum tag tag)
{
    return tag_is(tag, TAG_IS_BLOCK) && !is_table_part(tag);
}

/* A paragraph that holds what a paragraph cannot was never one. */
static void open_paragraph_up(struct node *node)
{
    for (struct node *at = node; at && at->type == NODE_ELEMENT; at = at->parent) {
        at->mark &= (uint16_t)~IN_P;
        if (at->tag != TAG_p)
            continue;
        node_rename(at, TAG_div);
        return;
    }
}

static bool is_ruby_part(enum tag tag)
{
    return tag == TAG_rb || tag == TAG_rt || tag == TAG_rp || tag == TAG_rtc;
}

/* Elements that a part of a ruby ends before it begins */
static bool is_implied_end(const struct node *node)
{
    return node->type == NODE_ELEMENT && (is_ruby_part(node->tag) || node->tag == TAG_p ||
                                          node->tag == TAG_li || node->tag == TAG_dd || node->tag == TAG_dt);
}

/* Would its start tag close something that is open around it, so that no other name would help? */
static bool is_misplaced(const struct node *node, unsigned around)
{
    return (node->tag == TAG_a && (around & IN_LINK)) || (is_heading(node) && is_heading(node->parent)) ||
           (is_ruby_part(node->tag) && is_implied_end(node->parent));
}

/* What is open around the content of `node`, which stands where `around` is open */
static unsigned around_content(const struct node *node, unsigned around)
{
    switch (node->tag) {
    case TAG_p:
        return around | IN_P;
    case TAG_a:
        return around | IN_LINK;
    case TAG_td:
    case TAG_th:
    case TAG_caption:
        return 0;
    case TAG_table:
        return around & IN_LINK;
    case TAG_li:
        return (around & ~(unsigned)IN_DEFINITION) | IN_ITEM;
    case TAG_dd:
    case TAG_dt:
        return (around & ~(unsigned)IN_ITEM) | IN_DEFINITION;
    case TAG_address:
    case TAG_div:
        return around;
    default:
        return node_is_block(node) ? around & ~(unsigned)(IN_ITEM | IN_DEFINITION) : around;
    }
}

static struct node *settle_element(struct node *node, const struct node *root)
{
    unsigned around = node->parent->mark;

    if (is_misplaced(node, around)) {
        struct node *next = node->first ? node->first : node_next_skipping(node, root);

        node_unwrap(node);
        return next;
    }
    if ((node->tag == TAG_li && (around & IN_ITEM)) ||
        ((node->tag == TAG_dd || node->tag == TAG_dt) && (around & IN_DEFINITION)))
        node_rename(node, TAG_div);
    if ((around & IN_P) && closes_paragraph(node->tag)) {
        open_paragraph_up(node->parent);
        around = node->parent->mark;
    }
    node->mark = (uint16_t)around_content(node, around);
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
        end = at->text.len ? mempcpy(end, at->text.at, at->text.len) : end;
        if (at != first)
            node_remove(at);
    }
    first->text = (span){text, len};
}

static struct node *settle_text(struct arena *arena, struct node *node, const struct node *root)
{
    struct node *next;

    if (node->next && node->next->type == NODE_TEXT)
        join_texts(arena, node);
    next = node_next(node, root);
    if (node->text.len == 0)
        node_remove(node);
    return next;
}

void sanitize_settle(struct arena *arena, struct node *root)
{
    struct node *node;
    uint16_t mark = root->mark;

    root->mark = 0;
    settle_tables(arena, root);
    for (node = node_next(root, root); node;)
        node = node->type == NODE_ELEMENT ? settle_element(node, root) : node_next(node, root);
    for (node = node_next(root, root); node;) {
        node->mark = 0;
        node = node->type == NODE_TEXT ? settle_text(arena, node, root) : node_next(node, root);
    }
    root->mark = mark;
}
