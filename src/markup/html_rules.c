/* SPDX-License-Identifier: MIT
 *
 * html_rules.c - where an element may stand without a parser closing or moving anything
 *
 * The rules are those of HTML Standard 13.2.6.4.7 ("in body") and the table modes, as far as they concern
 * elements that the sanitizer lets stay.
 */
#include "markup/internal.h"

bool html_is_table_section(enum tag tag)
{
    return tag == TAG_tbody || tag == TAG_thead || tag == TAG_tfoot;
}

bool html_is_table_part(enum tag tag)
{
    return html_is_table_section(tag) || tag == TAG_caption || tag == TAG_colgroup || tag == TAG_col ||
           tag == TAG_tr || tag == TAG_td || tag == TAG_th;
}

/* Is `child` what a table, section, row or column group holds? */
bool html_fits(enum tag parent, enum tag child)
{
    switch (parent) {
    case TAG_table:
        return html_is_table_section(child) || child == TAG_caption || child == TAG_colgroup;
    case TAG_tbody:
    case TAG_thead:
    case TAG_tfoot:
        return child == TAG_tr;
    case TAG_tr:
        return child == TAG_td || child == TAG_th;
    case TAG_colgroup:
        return child == TAG_col;
    default:
        return !html_is_table_part(child);
    }
}

/* A part of a table in which nothing but parts of the table may stand */
bool html_is_table_frame(enum tag tag)
{
    return html_is_table_section(tag) || tag == TAG_tr || tag == TAG_colgroup;
}

static bool is_heading(const struct node *node)
{
    return node->type == NODE_ELEMENT && node->tag >= TAG_h1 && node->tag <= TAG_h6;
}

/* Start tags before which an open paragraph is closed */
bool html_closes_paragraph(enum tag tag)
{
    return tag_is(tag, TAG_IS_BLOCK) && !html_is_table_part(tag);
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
bool html_is_misplaced(const struct node *node, unsigned around)
{
    return (node->tag == TAG_a && (around & IN_LINK)) || (is_heading(node) && is_heading(node->parent)) ||
           (is_ruby_part(node->tag) && (!(around & IN_RUBY) || is_implied_end(node->parent)));
}

/* What is open around the content of `node`, which stands where `around` is open */
unsigned html_around_content(const struct node *node, unsigned around)
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
