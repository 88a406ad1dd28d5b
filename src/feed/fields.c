/* SPDX-License-Identifier: MIT
 * fields.c - addresses, dates and numbers, and the rows' readers of all plain fields
 */
#include "feed/internal.h"
#include "feed/values.h"
#include "text/date.h"
#include "text/language.h"
#include "text/url.h"
#include "text/utf8.h"

/* ---- addresses */

span url_of_base(struct arena *arena, span base, span text)
{
    span url = url_resolve(arena, base, text);

    return url.len ? url : span_trim(text);
}

span read_url(struct reading *r, span text)
{
    text = span_trim(text);
    if (text.len == 0 || !url_is_safe_link(text))
        return (span){0};
    span url = url_resolve(r->arena, r->base, text);
    if (url.len)
        return url_is_safe_link(url) ? url : (span){0};
    return r->base.len == 0 ? url_plainly_relative(r->arena, text) : (span){0}; /* to nobody knows what */
}

/* ---- dates and numbers */

int64_t read_date(struct reading *r, span text, span name)
{
    int64_t at = date_parse(text);

    text = span_trim(text);
    if (at == NO_TIME && text.len)
        feed_warn(r->feed, 0, 0, "bad-date", "cannot read %.*s \"%.*s\"", SPAN_ARG(name),
                  SPAN_ARG(utf8_cut(text, 60)));
    return at;
}

double read_duration(span text)
{
    double total = 0;
    int parts = 0;
    span part;

    for (text = span_trim(text); span_cut(&text, ':', &part); parts++) {
        int64_t whole = 0, fraction = 0;
        size_t dot = span_find_char(part, '.');
        part = span_trim(part);
        if (parts == 3 || !span_to_int64(span_sub(part, 0, dot), &whole) || whole < 0 || whole > 10000000)
            return -1;
        total = total * 60 + (double)whole;
        if (dot != SPAN_NONE && text.len == 0 && part.len - dot <= 7 &&
            span_to_int64(span_from(part, dot + 1), &fraction) && fraction > 0) {
            double scale = 1;
            for (size_t i = dot + 1; i < part.len; i++)
                scale *= 10;
            total += (double)fraction / scale;
        }
    }
    return parts ? total : -1;
}

/* ---- rows' readers */

void set_span(struct reading *r, const struct element *row, span value)
{
    if (value.len && field_takes(r, row->field, row->rank))
        *(span *)field_of(r, row) = value;
}

void set_time(struct reading *r, const struct element *row, int64_t at)
{
    if (at != NO_TIME && field_takes(r, row->field, row->rank))
        *(int64_t *)field_of(r, row) = at;
}

/* An element's text or an attribute's value. */
span text_of(const struct reading *r, const struct mark *mark)
{
    return mark->kind == MARK_ATTRIBUTE ? mark_value(r, mark) : mark_text(r, mark);
}

void read_line(struct reading *r, const struct mark *mark, const struct element *row)
{
    struct value value = read_value(r, mark);

    set_span(r, row, value_line(r, &value));
}

void read_trimmed(struct reading *r, const struct mark *mark, const struct element *row)
{
    set_span(r, row, js_trim(text_of(r, mark)));
}

void read_link(struct reading *r, const struct mark *mark, const struct element *row)
{
    set_span(r, row, read_url(r, text_of(r, mark)));
}

void read_href(struct reading *r, const struct mark *mark, const struct element *row)
{
    static const char *const names[] = {"href", "url", "resource", "src"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        span url = mark_attribute(r, mark, names[i]);
        if (!url.len)
            url = mark_attribute_in(r, mark, SPACE_RDF, names[i]);
        if (url.len) {
            set_span(r, row, read_url(r, url));
            return;
        }
    }
    read_link(r, mark, row);
}

void read_time(struct reading *r, const struct mark *mark, const struct element *row)
{
    span text = text_of(r, mark);

    if (r->ranks[row->field / 8] == 0 || row->rank < r->ranks[row->field / 8])
        set_time(r, row, read_date(r, text, mark_name(r, mark)));
}

void read_count(struct reading *r, const struct mark *mark, const struct element *row)
{
    int64_t number;

    if (span_to_int64(span_trim(text_of(r, mark)), &number) && number >= 0 &&
        field_takes(r, row->field, row->rank))
        *(int64_t *)field_of(r, row) = number;
}

void read_language(struct reading *r, const struct mark *mark, const struct element *row)
{
    set_span(r, row, language_tag(r->arena, text_of(r, mark)));
}

void read_rich(struct reading *r, const struct mark *mark, const struct element *row)
{
    struct value value = read_value(r, mark);

    if (js_trim(value.text).len && field_takes(r, row->field, row->rank))
        *(struct value *)field_of(r, row) = value;
}

void read_within(struct reading *r, const struct mark *mark, const struct element *row)
{
    (void)row;
    read_children(r, mark, r->vocabulary);
}

void read_yes(struct reading *r, const struct mark *mark, const struct element *row)
{
    (void)mark;
    *(bool *)field_of(r, row) = true;
}

void read_lower(struct reading *r, const struct mark *mark, const struct element *row)
{
    set_span(r, row, utf8_fold(r->arena, span_trim(text_of(r, mark))));
}

void read_true(struct reading *r, const struct mark *mark, const struct element *row)
{
    if (span_is(mark_text(r, mark), "true"))
        *(bool *)field_of(r, row) = true;
}

void read_mail(struct reading *r, const struct mark *mark, const struct element *row)
{
    span address = js_trim(mark_text(r, mark));

    set_span(r, row, span_starts_nocase(address, S("mailto:")) ? span_from(address, 7) : address);
}
