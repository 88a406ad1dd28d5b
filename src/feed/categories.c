/* SPDX-License-Identifier: MIT
 * categories.c - what it is about
 */
#include "feed/drafts.h"
#include "feed/elements.h"
#include "text/utf8.h"

static void add_category(struct reading *r, const struct element *row, struct feed_category category)
{
    struct category_list *list = field_of(r, row);

    if (category.term.len || category.label.len)
        *vec_add(r->arena, list) = category;
}

/* RSS: text and `domain`; Atom: `term`, `scheme`, `label`; Media RSS: text, `scheme` and `label`; iTunes:
 * `text`. */
void read_category(struct reading *r, const struct mark *mark, const struct element *row)
{
    struct feed_category category = {
        .term = span_trim(mark_attribute(r, mark, "term")),
        .scheme = span_trim(mark_attribute(r, mark, "scheme")),
        .label = text_collapse(r->arena, mark_attribute(r, mark, "label")),
    };

    if (!category.term.len)
        category.term = text_collapse(r->arena, mark_attribute(r, mark, "text"));
    if (!category.scheme.len)
        category.scheme = span_trim(mark_attribute(r, mark, "domain"));
    if (!category.term.len && !mark_has_elements(mark)) {
        struct value value = read_value(r, mark);
        category.term = value_line(r, &value);
    }
    add_category(r, row, category);
    if (mark->space == SPACE_ITUNES) /* which nests them */
        read_children(r, mark, r->vocabulary);
}

/* "one, two; three" */
void read_keywords(struct reading *r, const struct mark *mark, const struct element *row)
{
    span rest = text_of(r, mark);

    while (rest.len) {
        size_t len = 0;
        while (len < rest.len && rest.at[len] != ',' && rest.at[len] != ';')
            len++;
        add_category(r, row, (struct feed_category){.term = text_collapse(r->arena, span_sub(rest, 0, len))});
        rest = span_from(rest, len + 1);
    }
}

/* A slash-separated path is one category in OPML, and a comma separates them. */
void read_tag(struct reading *r, const struct mark *mark, const struct element *row)
{
    add_category(r, row, (struct feed_category){.term = text_collapse(r->arena, text_of(r, mark))});
}
