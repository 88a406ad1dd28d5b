/* SPDX-License-Identifier: MIT
 * explain.c - why each block was chosen or not, for people to read
 */
#include "article/forest.h"
#include "article/internal.h"
#include "text/escape.h"
#include "text/json.h"
#include "text/utf8.h"
#include <math.h>

enum { MOST_SHOWN = 90, REASONS = 3 };

/* The features that moved a block's score most, up (`sign` 1) or down (-1) */
static void add_shares(const float *shares, const float *row, int sign, struct buf *out)
{
    int last = -1;
    float limit = INFINITY;

    for (int n = 0; n < REASONS; n++) {
        int best = -1;
        for (int f = 0; f < FEATURE_COUNT; f++) {
            float share = (float)sign * shares[f];
            if (share > 0.05f && (share < limit || (share == limit && f > last)) &&
                (best < 0 || share > (float)sign * shares[best]))
                best = f;
        }
        if (best < 0)
            return;
        buf_printf(out, " %s=%.4g (%+.2f)", feature_names[best], (double)row[best], (double)shares[best]);
        limit = (float)sign * shares[best];
        last = best;
    }
}

static void add_reasons(const float *row, struct buf *out)
{
    float shares[FEATURE_COUNT];

    forest_explain(row, shares);
    buf_add_text(out, "for:");
    add_shares(shares, row, 1, out);
    buf_add_text(out, "; against:");
    add_shares(shares, row, -1, out);
}

static void add_line(const struct blocks *blocks, const float *row, const struct choice *choice, int i,
                     struct buf *out)
{
    const struct block *block = &blocks->blocks[i];
    const struct node *box = blocks->elements[block->box].node;
    span start = utf8_cut(block->text, MOST_SHOWN);

    buf_printf(out, "%c %.2f <%.*s> %.*s%s\n         %s; ", is_chosen(choice, i) ? '+' : '-',
               (double)choice->chances[i], SPAN_ARG(box->name), SPAN_ARG(start),
               start.len < block->text.len ? "..." : "", verdict_reason((enum verdict)choice->verdicts[i]));
    add_reasons(row, out);
    buf_add_char(out, '\n');
}

static void add_marked(const struct blocks *blocks, const float *row, const struct choice *choice, int i,
                       struct buf *out)
{
    LOCAL(buf) reasons = {.max = 4 * KiB};

    buf_printf(&reasons, "%.2f, %s; ", (double)choice->chances[i],
               verdict_reason((enum verdict)choice->verdicts[i]));
    add_reasons(row, &reasons);
    buf_printf(out, "<p class=\"%s\" title=\"", is_chosen(choice, i) ? "in" : "out");
    escape_attribute(out, buf_span(&reasons));
    buf_add_text(out, "\">");
    escape_text(out, blocks->blocks[i].text);
    buf_add_text(out, "</p>\n");
}

void explain(const struct blocks *blocks, const float *rows, const struct choice *choice, bool as_html,
             struct buf *out)
{
    if (as_html)
        buf_add_text(out, "<!DOCTYPE html><meta charset=\"utf-8\"><title>Why</title>"
                          "<style>body{max-width:50em;margin:auto;font-family:serif}.in{background:#cfc}"
                          ".out{color:#888}</style>\n");
    if (choice->is_plain)
        buf_add_text(out, as_html ? "<p>All is taken: the page has text and nothing else.</p>\n"
                                  : "All is taken: the page has text and nothing else.\n");
    for (int i = 0; i < blocks->block_count && !out->overflowed; i++)
        (as_html ? add_marked : add_line)(blocks, rows + (size_t)i * FEATURE_COUNT, choice, i, out);
}

/* --- for the script that learns the table --- */

void article_write_feature_names(struct json_writer *json)
{
    json_open_array(json);
    for (int f = 0; f < FEATURE_COUNT; f++)
        json_string(json, span_of(feature_names[f]));
    json_close_array(json);
}

/* Nine digits say a float whole; the script reads many. */
static void write_float(struct json_writer *json, float value)
{
    if (json->needs_comma)
        buf_add_char(json->out, ',');
    buf_printf(json->out, "%.9g", isfinite(value) ? (double)value : 0.0);
    json->needs_comma = true;
}

static void write_rows(const struct blocks *blocks, const float *rows, struct json_writer *json)
{
    json_key(json, "rows");
    json_open_array(json);
    for (int i = 0; i < blocks->block_count; i++) {
        json_open_array(json);
        for (int f = 0; f < FEATURE_COUNT; f++)
            write_float(json, rows[(size_t)i * FEATURE_COUNT + (size_t)f]);
        json_close_array(json);
    }
    json_close_array(json);
}

void explain_features(const struct blocks *blocks, const float *rows, struct json_writer *json)
{
    json_open_object(json);
    json_key(json, "text");
    json_open_array(json);
    for (int i = 0; i < blocks->block_count; i++)
        json_string(json, blocks->blocks[i].text);
    json_close_array(json);
    json_key(json, "box");
    json_open_array(json);
    for (int i = 0; i < blocks->block_count; i++)
        json_integer(json, blocks->blocks[i].box);
    json_close_array(json);
    json_key(json, "parent");
    json_open_array(json);
    for (int e = 0; e < blocks->element_count; e++)
        json_integer(json, blocks->elements[e].parent);
    json_close_array(json);
    json_key(json, "kind");
    json_open_array(json);
    for (int i = 0; i < blocks->block_count; i++)
        json_integer(json, blocks->elements[blocks->blocks[i].box].signature);
    json_close_array(json);
    write_rows(blocks, rows, json);
    json_close_object(json);
}
