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
enum {
    IN_P = 1,
    IN_LINK = 2,
    IN_ITEM = 4,
    IN_DEFINITION = 8,
    IN_RUBY = 16,
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

/* A part of a table in which nothing but parts of the table may stand */
static bool is_table_frame(enum tag tag)
{
    return is_table_section(tag) || tag == TAG_tr || tag == TAG_colgroup;
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
    if (!is_text && fits(node->parent->tag, node->tag))
        return is_table_frame(node->tag) ? node_next(node, table) : next;
    if (node->tag == TAG_tr && node->parent == table)
        return wrap_row(arena, node);
    if (node->tag == TAG_td || node->tag == TAG_th || node->tag == TAG_caption)
        become_division(node);
    if (!is_text && is_table_part(node->tag))
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
        become_division(at);
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

/* Would its start tag close something that is open around it, so that no other name would help? A part of a
 * ruby is none outside of one. */
static bool is_misplaced(const struct node *node, unsigned around)
{
    return (node->tag == TAG_a && (around & IN_LINK)) || (is_heading(node) && is_heading(node->parent)) ||
           (is_ruby_part(node->tag) && (!(around & IN_RUBY) || is_implied_end(node->parent)));
}

/* What is open around the content of `node`, which stands where `around` is open */
static unsigned around_content(const struct node *node, unsigned around)
{
    switch (node->tag) {
    case TAG_p:
        return around | IN_P;
    case TAG_a:
        return around | IN_LINK;
    case TAG_ruby:
        return around | IN_RUBY;
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

    if (!fits(parent, node->tag))
        return settle_stray_part(node, root);
    if (html_tag_is_too_long(node))
        return settle_long_tag(node, root);
    if (is_repeated(node))
        return leave_out_repeated(node, root);
    if (node->tag == TAG_table && !(node->mark & IS_ORDERLY))
        return settle_table(arena, node);
    if (is_misplaced(node, around))
        return unwrap(node, root);
    if ((node->tag == TAG_li && (around & IN_ITEM)) ||
        ((node->tag == TAG_dd || node->tag == TAG_dt) && (around & IN_DEFINITION)))
        become_division(node);
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
