/* SPDX-License-Identifier: MIT
 * reading.c - walking over a unit, and handing what is met to the rows of a table
 */
#include "feed/internal.h"
#include "feed/values.h"
#include "text/escape.h"
#include "text/url.h"

/* ---- marks */

const struct mark *mark_next(const struct mark *child, const struct mark *element)
{
    const struct mark *next = child + child->end;

    return next < element + element->end ? next : NULL;
}

static const struct mark *first_attribute(const struct mark *element)
{
    return element->end > 1 && element[1].kind == MARK_ATTRIBUTE ? element + 1 : NULL;
}

const struct mark *mark_first(const struct mark *element)
{
    const struct mark *at = element + 1, *end = element + element->end;

    while (at < end && at->kind == MARK_ATTRIBUTE)
        at++;
    return at < end ? at : NULL;
}

bool mark_has_elements(const struct mark *element)
{
    for (const struct mark *child = mark_first(element); child; child = mark_next(child, element))
        if (child->kind == MARK_ELEMENT)
            return true;
    return false;
}

span mark_attribute_in(const struct reading *r, const struct mark *element, enum space space,
                       const char *name)
{
    const struct mark *end = element + element->end;

    for (const struct mark *at = first_attribute(element); at && at < end && at->kind == MARK_ATTRIBUTE; at++)
        if (at->space == space && span_is_nocase(mark_name(r, at), name))
            return mark_value(r, at);
    return (span){0};
}

span mark_attribute(const struct reading *r, const struct mark *element, const char *name)
{
    return mark_attribute_in(r, element, SPACE_NONE, name);
}

span mark_text(const struct reading *r, const struct mark *element)
{
    const struct mark *first = mark_first(element), *end = element + element->end;

    if (!first)
        return (span){"", 0};
    if (first->kind == MARK_TEXT && first + 1 == end)
        return mark_value(r, first);
    LOCAL(buf) text = {.max = SIZE_MAX};
    for (const struct mark *at = first; at < end; at++)
        if (at->kind == MARK_TEXT)
            buf_add(&text, mark_value(r, at));
    return arena_keep(r->arena, buf_span(&text));
}

/* ---- tables */

static const struct element *search(const struct vocabulary *vocabulary, enum space space, span name)
{
    size_t low = 0, high = vocabulary->count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct element *row = &vocabulary->rows[middle];
        int order = (int)space - row->space;
        if (!order)
            order = span_compare(name, span_of(row->name));
        if (!order)
            return row;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static span lower_case(span name, char *buffer, size_t size)
{
    if (name.len > size)
        return (span){0};
    for (size_t i = 0; i < name.len; i++)
        buffer[i] = name.at[i] >= 'A' && name.at[i] <= 'Z' ? (char)(name.at[i] | 0x20) : name.at[i];
    return (span){buffer, name.len};
}

const struct element *vocabulary_find(const struct vocabulary *vocabulary, enum space space, span name)
{
    char buffer[40];
    span lower = lower_case(name, buffer, sizeof buffer);
    const struct element *row = search(vocabulary, space, lower);

    if (!row && space == SPACE_RSS)
        row = search(vocabulary, SPACE_ATOM, lower);
    else if (!row && space == SPACE_ATOM)
        row = search(vocabulary, SPACE_RSS, lower);
    return row;
}

bool field_takes(struct reading *r, uint16_t field, uint8_t rank)
{
    uint8_t *now = &r->ranks[field / 8];

    if (*now && *now <= rank)
        return false;
    *now = rank;
    return true;
}

bool list_takes(struct reading *r, const struct element *row, size_t *len)
{
    uint8_t *now = &r->ranks[row->field / 8];

    if (*now && *now < row->rank)
        return false;
    if (*now > row->rank)
        *len = 0; /* what is there came from something lesser */
    *now = row->rank;
    return true;
}

/* ---- walking */

void read_scope(struct reading *r, const struct mark *element)
{
    if (!first_attribute(element))
        return;
    span base = mark_attribute_in(r, element, SPACE_XML, "base");
    span language = mark_attribute_in(r, element, SPACE_XML, "lang");
    if (base.at)
        r->base = url_of_base(r->arena, r->base, base);
    if (language.at)
        r->language = language;
}

void read_element(struct reading *r, const struct mark *mark)
{
    const struct element *row = vocabulary_find(r->vocabulary, mark->space, mark_name(r, mark));
    span base = r->base, language = r->language;

    if (!row)
        return;
    read_scope(r, mark);
    row->read(r, mark, row);
    r->base = base;
    r->language = language;
}

void read_children(struct reading *r, const struct mark *element, const struct vocabulary *vocabulary)
{
    const struct vocabulary *outer = r->vocabulary;

    r->vocabulary = vocabulary;
    for (const struct mark *child = mark_first(element); child; child = mark_next(child, element))
        if (child->kind == MARK_ELEMENT)
            read_element(r, child);
    r->vocabulary = outer;
}

void read_attributes(struct reading *r, const struct mark *element, const struct vocabulary *vocabulary)
{
    const struct mark *end = element + element->end;

    for (const struct mark *at = first_attribute(element); at && at < end && at->kind == MARK_ATTRIBUTE;
         at++) {
        const struct element *row =
            vocabulary_find(vocabulary, at->space ? at->space : r->feed->home, mark_name(r, at));
        if (row)
            row->read(r, at, row);
    }
}

void read_into(struct reading *r, const struct mark *element, const struct vocabulary *vocabulary,
               void *target)
{
    uint8_t ranks[RANK_COUNT] = {0};
    struct reading inner = *r;

    inner.target = target;
    inner.ranks = ranks;
    read_children(&inner, element, vocabulary);
}

/* ---- markup */

struct html_writer {
    struct reading *r;
    struct buf out;
    span base; /* what the HTML will be resolved against: below another xml:base, we do it */
};

static void write_attribute(struct html_writer *w, const char *name, span value)
{
    buf_printf(&w->out, " %s=\"", name);
    escape_attribute(&w->out, value);
    buf_add_char(&w->out, '"');
}

static void write_attributes(struct html_writer *w, const struct mark *element)
{
    const struct mark *end = element + element->end;

    for (const struct mark *at = first_attribute(element); at && at < end && at->kind == MARK_ATTRIBUTE;
         at++) {
        span name = mark_name(w->r, at), value = mark_value(w->r, at);
        if (at->space == SPACE_XML && span_is(name, "lang"))
            write_attribute(w, "lang", value);
        if (at->space != SPACE_NONE)
            continue;
        if (!span_equal(w->r->base, w->base) && (span_is(name, "href") || span_is(name, "src")))
            value = url_of_base(w->r->arena, w->r->base, value);
        write_attribute(w, arena_string(w->r->arena, name), value);
    }
}

static bool is_void(span name)
{
    static const char *const names[] = {"area",  "base", "br",   "col",   "embed",  "hr",    "img",
                                        "input", "link", "meta", "param", "source", "track", "wbr"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (span_is_nocase(name, names[i]))
            return true;
    return false;
}

static void write_content(struct html_writer *w, const struct mark *element);

static void write_element(struct html_writer *w, const struct mark *element)
{
    span name = mark_name(w->r, element), base = w->r->base;

    read_scope(w->r, element);
    buf_add_char(&w->out, '<');
    buf_add(&w->out, name);
    write_attributes(w, element);
    buf_add_char(&w->out, '>');
    write_content(w, element); /* of an unclosed <br>, what follows it */
    if (!is_void(name)) {
        buf_add_text(&w->out, "</");
        buf_add(&w->out, name);
        buf_add_char(&w->out, '>');
    }
    w->r->base = base;
}

static void write_content(struct html_writer *w, const struct mark *element)
{
    for (const struct mark *child = mark_first(element); child; child = mark_next(child, element)) {
        if (child->kind == MARK_TEXT)
            escape_text(&w->out, mark_value(w->r, child));
        else
            write_element(w, child);
    }
}

span mark_inner_html(struct reading *r, const struct mark *element)
{
    struct html_writer w = {.r = r, .out = {.max = SIZE_MAX}, .base = r->base};
    span language = r->language;

    write_content(&w, element);
    r->language = language;
    span html = arena_keep(r->arena, buf_span(&w.out));
    buf_release(&w.out);
    return html;
}
