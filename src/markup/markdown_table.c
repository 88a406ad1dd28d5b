/* SPDX-License-Identifier: MIT
 *
 * markdown_table.c - tables as GFM has them
 *
 * GFM's tables have a header row, one line a row, and nothing but inline content in cells; so only such
 * tables are written that way. The others are lists of what is in them, if they only arrange it, or stay
 * HTML.
 */
#include "limits/limits.h"
#include "markup/markdown.h"
#include "text/utf8.h"

static bool is_cell(const struct node *node)
{
    return node->type == NODE_ELEMENT && (node->tag == TAG_td || node->tag == TAG_th);
}

/* The next row of this table, not of one within; NULL: there is none. `row` NULL: the first. */
static const struct node *next_row(const struct node *table, const struct node *row)
{
    const struct node *node = row ? node_next_skipping(row, table) : node_next(table, table);

    while (node && node->tag != TAG_tr)
        node = is_cell(node) || node->tag == TAG_caption ? node_next_skipping(node, table)
                                                         : node_next(node, table);
    return node;
}

static const struct node *next_cell(const struct node *row, const struct node *cell)
{
    cell = cell ? cell->next : row->first;
    while (cell && !is_cell(cell))
        cell = cell->next;
    return cell;
}

static size_t count_cells(const struct node *row)
{
    size_t count = 0;

    for (const struct node *cell = next_cell(row, NULL); cell; cell = next_cell(row, cell))
        count++;
    return count;
}

static bool spans(const struct node *cell)
{
    span columns = node_attribute(cell, "colspan"), rows = node_attribute(cell, "rowspan");

    return (columns.len && !span_is(columns, "1")) || (rows.len && !span_is(rows, "1"));
}

/* The nodes of a cell that stand in one line; NULL: the cell holds more than that */
static const struct node *line_of(const struct markdown *markdown, const struct node *cell)
{
    const struct node *only = NULL;

    for (const struct node *child = cell->first; child; child = child->next) {
        if (markdown_is_blank(child))
            continue;
        if (only)
            only = cell; /* several */
        else
            only = child;
        if (!markdown_is_inline(markdown, child) && only == cell)
            return NULL;
    }
    if (!only || only == cell || markdown_is_inline(markdown, only)) {
        for (const struct node *child = cell->first; child; child = child->next)
            if (!markdown_is_inline(markdown, child))
                return NULL;
        return cell;
    }
    if (only->tag == TAG_p || only->tag == TAG_div)
        return line_of(markdown, only);
    return NULL;
}

static bool is_simple(const struct markdown *markdown, const struct node *table, size_t *out_columns)
{
    size_t columns = 0;

    for (const struct node *row = next_row(table, NULL); row; row = next_row(table, row)) {
        columns = MAX(columns, count_cells(row));
        for (const struct node *cell = next_cell(row, NULL); cell; cell = next_cell(row, cell))
            if (spans(cell) || !line_of(markdown, cell))
                return false;
    }
    *out_columns = columns;
    return columns > 0 && columns <= LIMIT_MARKDOWN_COLUMNS;
}

static bool is_header(const struct node *row)
{
    if (row->parent && row->parent->tag == TAG_thead)
        return true;
    for (const struct node *cell = next_cell(row, NULL); cell; cell = next_cell(row, cell))
        if (cell->tag != TAG_th)
            return false;
    return true;
}

static void write_cell(const struct markdown *markdown, const struct node *cell, struct buf *out)
{
    struct buf text = {.max = 1 * MiB};
    const struct inline_style style = {0};
    span rest;

    markdown_inline(markdown, line_of(markdown, cell)->first, NULL, &style, IN_CELL, &text);
    rest = buf_span(&text);
    for (size_t bar; (bar = span_find_char(rest, '|')) != SPAN_NONE; rest = span_from(rest, bar + 1)) {
        buf_add(out, span_sub(rest, 0, bar));
        buf_add(out, S("\\|"));
    }
    buf_add(out, rest);
    buf_release(&text);
}

static void write_row(const struct markdown *markdown, const struct node *row, size_t columns,
                      struct buf *out)
{
    const struct node *cell = row ? next_cell(row, NULL) : NULL;

    buf_add_char(out, '|');
    for (size_t i = 0; i < columns; i++) {
        buf_add_char(out, ' ');
        if (cell) {
            size_t mark = out->len;

            write_cell(markdown, cell, out);
            cell = next_cell(row, cell);
            if (out->len > mark)
                buf_add_char(out, ' ');
        }
        buf_add_char(out, '|');
    }
    buf_add_char(out, '\n');
}

static void write_rule(const struct node *row, size_t columns, struct buf *out)
{
    const struct node *cell = row ? next_cell(row, NULL) : NULL;

    buf_add_char(out, '|');
    for (size_t i = 0; i < columns; i++) {
        span align = cell ? node_attribute(cell, "align") : (span){0};

        buf_add_text(out, span_is(align, "center")  ? " :-: |"
                          : span_is(align, "right") ? " --: |"
                          : span_is(align, "left")  ? " :-- |"
                                                    : " --- |");
        cell = cell ? next_cell(row, cell) : NULL;
    }
    buf_add_char(out, '\n');
}

bool markdown_table(const struct markdown *markdown, const struct node *table, struct buf *out)
{
    const struct node *row = next_row(table, NULL);
    size_t columns;

    if (!is_simple(markdown, table, &columns))
        return false;
    if (is_header(row)) {
        write_row(markdown, row, columns, out);
        write_rule(row, columns, out);
        row = next_row(table, row);
    } else {
        write_row(markdown, NULL, columns, out);
        write_rule(row, columns, out);
    }
    for (; row; row = next_row(table, row))
        write_row(markdown, row, columns, out);
    return true;
}

/* Other uses of tables */

static bool is_numbers(const struct node *pre)
{
    bool has_digit = false;

    for (const struct node *node = pre; node; node = node_next(node, pre))
        for (size_t i = 0; node->type == NODE_TEXT && i < node->text.len; i++) {
            char c = node->text.at[i];

            if (!strchr("0123456789 \n\r\t", c))
                return false;
            has_digit |= c >= '0' && c <= '9';
        }
    return has_digit;
}

const struct node *markdown_listing_in(const struct node *table)
{
    const struct node *row = next_row(table, NULL), *numbers, *listing;

    if (!row || next_row(table, row) || count_cells(row) != 2)
        return NULL;
    numbers = next_cell(row, NULL);
    listing = node_find(next_cell(row, numbers), TAG_pre);
    return listing && is_numbers(numbers) ? listing : NULL;
}

/* Two breaks in a row, which part paragraphs */
static bool has_paragraphs(const struct node *cell)
{
    for (const struct node *at = node_next(cell, cell); at; at = node_next(at, cell)) {
        const struct node *after = at->next;

        while (after && markdown_is_blank(after))
            after = after->next;
        if (at->tag == TAG_br && after && after->tag == TAG_br)
            return true;
    }
    return false;
}

/* One column, or cells that hold whole texts and no headings */
bool markdown_is_layout(const struct markdown *markdown, const struct node *table)
{
    size_t columns = 0, rich = 0;

    for (const struct node *row = next_row(table, NULL); row; row = next_row(table, row)) {
        columns = MAX(columns, count_cells(row));
        for (const struct node *cell = next_cell(row, NULL); cell; cell = next_cell(row, cell)) {
            if (cell->tag == TAG_th)
                return false;
            rich += !line_of(markdown, cell) || has_paragraphs(cell);
        }
    }
    return columns <= 1 || (rich > 0 && !node_find(table, TAG_th));
}
