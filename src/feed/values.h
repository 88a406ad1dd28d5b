/* SPDX-License-Identifier: MIT
 * values.h - texts, HTML, addresses, dates and numbers, as formats write them; and the rows' readers of them
 */
#pragma once
#include "feed/reading.h"

enum form { FORM_PLAIN, FORM_HTML };

struct value {
    span text; /* HTML or plain text */
    span raw;  /* exactly as the parser gave it */
    span base, language;
    enum form form;
};

/* Is it HTML? What the format says (Atom's type and mode, content:encoded), else what it looks like. */
struct value read_value(struct reading *r, const struct mark *element);
span value_line(struct reading *r, const struct value *value); /* plain text on one line */
span value_html(struct reading *r, const struct value *value);

span strip_html(struct arena *arena, span html);                /* on one line; strip.c */
span text_of(const struct reading *r, const struct mark *mark); /* of an element, or an attribute's value */
bool has_tag(span text);                                        /* of an element that HTML knows */
span read_url(struct reading *r, span text);                    /* resolved and harmless; {0} otherwise */
span url_of_base(struct arena *arena, span base, span text);    /* as it is where it cannot be resolved */
int64_t read_date(struct reading *r, span text, span name);     /* warns where it cannot be read */
double read_duration(span text); /* "1:02:03", "62:03" or seconds; -1 if it is none */

/* Rows' readers: what kind of field they fill */
void read_line(struct reading *r, const struct mark *mark, const struct element *row);    /* span: text */
void read_trimmed(struct reading *r, const struct mark *mark, const struct element *row); /* span: as given */
void read_link(struct reading *r, const struct mark *mark, const struct element *row);    /* span: URL */
void read_href(struct reading *r, const struct mark *mark,
               const struct element *row); /* span: URL in an attribute, or else the text */
void read_time(struct reading *r, const struct mark *mark, const struct element *row);  /* int64_t */
void read_count(struct reading *r, const struct mark *mark, const struct element *row); /* int64_t, not < 0 */
void read_language(struct reading *r, const struct mark *mark, const struct element *row); /* span: BCP 47 */
void read_rich(struct reading *r, const struct mark *mark, const struct element *row);     /* struct value */
void read_yes(struct reading *r, const struct mark *mark, const struct element *row); /* bool: it is there */
void read_within(struct reading *r, const struct mark *mark, const struct element *row); /* what it holds */

void read_lower(struct reading *r, const struct mark *mark, const struct element *row); /* span: a word */
void read_mail(struct reading *r, const struct mark *mark, const struct element *row);  /* span: address */
void read_true(struct reading *r, const struct mark *mark, const struct element *row);  /* bool: "true" */

/* Fills a field unless `value` says nothing or the field has something better. */
void set_span(struct reading *r, const struct element *row, span value);
void set_time(struct reading *r, const struct element *row, int64_t at);
