/* SPDX-License-Identifier: MIT
 * values.c - texts that may hold markup, as formats write them
 */
#include "feed/values.h"
#include "markup/html.h"
#include "text/escape.h"
#include "text/utf8.h"

/* ---- is it HTML? */

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* `rest` begins behind a '<', and a '>' comes somewhere. */
static bool begins_known_tag(span rest)
{
    char lower[16];
    size_t len = 0;

    if (rest.len && rest.at[0] == '/')
        rest = span_from(rest, 1);
    while (len < rest.len && len < sizeof lower && is_name_char(rest.at[len])) {
        lower[len] = rest.at[len] >= 'A' && rest.at[len] <= 'Z' ? (char)(rest.at[len] | 0x20) : rest.at[len];
        len++;
    }
    return len > 0 && len < rest.len && strchr(" \t\r\n/>", rest.at[len]) && rest.at[len] &&
           tag_of_name((span){lower, len}) != TAG_UNKNOWN;
}

bool has_tag(span text)
{
    size_t last = span_find_last_char(text, '>'), at = 0;

    while (last != SPAN_NONE && at < last) {
        size_t open = span_find_char(span_sub(text, at, last - at), '<');
        if (open == SPAN_NONE)
            return false;
        at += open + 1;
        if (begins_known_tag(span_sub(text, at, last + 1 - at)))
            return true;
    }
    return false;
}

static enum form form_of(span text)
{
    return has_tag(text) || has_reference(text) ? FORM_HTML : FORM_PLAIN;
}

/* ---- texts that may hold markup */

static int base64_digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;

    return at ? (int)(at - digits) : -1;
}

static span decode_base64(struct arena *arena, span text)
{
    char *out = arena_alloc(arena, text.len);
    size_t len = 0;
    uint32_t bits = 0;
    int bit_count = 0;

    for (size_t i = 0; i < text.len && text.at[i] != '='; i++) {
        int digit = base64_digit(text.at[i]);
        if (digit < 0)
            continue;
        bits = bits << 6 | (uint32_t)digit;
        bit_count += 6;
        if (bit_count >= 8) {
            bit_count -= 8;
            out[len++] = (char)(bits >> bit_count);
        }
    }
    return (span){out, len};
}

/* The one element that Atom wraps XHTML in, or the element itself. */
static const struct mark *unwrapped(const struct reading *r, const struct mark *element)
{
    const struct mark *only = NULL;

    for (const struct mark *child = mark_first(element); child; child = mark_next(child, element)) {
        if (child->kind == MARK_TEXT ? span_trim(mark_value(r, child)).len : only != NULL)
            return element;
        if (child->kind == MARK_ELEMENT)
            only = child;
    }
    return only && span_is_nocase(mark_name(r, only), "div") ? only : element;
}

static struct value value_of_markup(struct reading *r, const struct mark *element)
{
    span html = mark_inner_html(r, element);

    return (struct value){.text = html, .raw = html, .form = FORM_HTML};
}

static struct value value_of_text(const struct reading *r, const struct mark *element, enum form form)
{
    span text = mark_text(r, element);

    return (struct value){.text = text, .raw = text, .form = form};
}

/* Some escape the brackets of CDATA along with what is in it; an HTML parser would take that for a comment.
 */
static span without_cdata(span text)
{
    span inner = span_trim(text);

    if (!span_starts(inner, S("<![CDATA[")) || !span_ends(inner, S("]]>")))
        return text;
    return span_sub(inner, 9, inner.len - 12);
}

/* What RSS and most modules leave open. */
static struct value value_by_looking(struct reading *r, const struct mark *element)
{
    if (mark_has_elements(element))
        return value_of_markup(r, element);
    struct value value = value_of_text(r, element, FORM_PLAIN);
    value.text = without_cdata(value.text);
    value.form = form_of(value.text);
    return value;
}

static struct value value_of_base64(struct reading *r, const struct mark *element, span type)
{
    struct value value = value_of_text(r, element, FORM_PLAIN);
    span bytes = decode_base64(r->arena, value.text);

    if (!utf8_is_valid(bytes))
        return (struct value){0};
    value.text = bytes;
    value.form = span_starts(type, S("text/plain")) ? FORM_PLAIN : form_of(bytes);
    return value;
}

enum kind_of_type { TYPE_TEXT, TYPE_HTML, TYPE_XML, TYPE_PICTURE, TYPE_BINARY };

static enum kind_of_type kind_of(span type)
{
    if (type.len == 0 || span_is_nocase(type, "text") || span_starts_nocase(type, S("text/plain")))
        return TYPE_TEXT;
    if (span_is_nocase(type, "html") || span_starts_nocase(type, S("text/html")))
        return TYPE_HTML;
    if (span_is_nocase(type, "xhtml") || span_find_nocase(type, S("xml")) != SPAN_NONE)
        return TYPE_XML;
    if (span_starts_nocase(type, S("text/")))
        return TYPE_TEXT;
    if (span_starts_nocase(type, S("image/")) || span_starts_nocase(type, S("audio/")) ||
        span_starts_nocase(type, S("video/")))
        return TYPE_PICTURE;
    return span_find_char(type, '/') != SPAN_NONE ? TYPE_BINARY : TYPE_TEXT;
}

/* RFC 4287 3.1 and 4.1.3; Atom 0.3 says the same with `mode`. */
static struct value value_of_construct(struct reading *r, const struct mark *element)
{
    span type = span_trim(mark_attribute(r, element, "type"));
    span mode = span_trim(mark_attribute(r, element, "mode"));
    const struct mark *inner = unwrapped(r, element);
    enum kind_of_type kind = kind_of(type);

    if (span_is_nocase(mode, "base64") || (kind == TYPE_BINARY && mode.len == 0))
        return value_of_base64(r, element, type);
    switch (kind) {
    case TYPE_XML:
        return value_of_markup(r, inner);
    case TYPE_HTML: /* some wrap even this in a div */
        return mark_has_elements(inner) ? value_of_markup(r, element) : value_of_text(r, inner, FORM_HTML);
    case TYPE_TEXT:
        return mark_has_elements(element) ? value_of_markup(r, inner) : value_of_text(r, element, FORM_PLAIN);
    default:
        return (struct value){0};
    }
}

/* JSON Feed's titles are plain text, but many publishers escape them as for HTML. */
static struct value value_of_json(const struct reading *r, const struct mark *element)
{
    span name = mark_name(r, element);
    struct value value = value_of_text(r, element, FORM_PLAIN);

    if (span_is(name, "content_html"))
        value.form = FORM_HTML;
    else if (span_is(name, "title"))
        value.text = unescape_html(r->arena, value.text);
    return value;
}

struct value read_value(struct reading *r, const struct mark *element)
{
    struct value value;

    switch (element->space) {
    case SPACE_ATOM:
        value = value_of_construct(r, element);
        break;
    case SPACE_CONTENT:
        value =
            mark_has_elements(element) ? value_of_markup(r, element) : value_of_text(r, element, FORM_HTML);
        break;
    case SPACE_XHTML:
        value = value_of_markup(r, element);
        break;
    case SPACE_JSON:
        value = value_of_json(r, element);
        break;
    default:
        value = value_by_looking(r, element);
    }
    value.base = r->base;
    value.language = r->language;
    return value;
}

span value_line(struct reading *r, const struct value *value)
{
    return value->form == FORM_HTML ? strip_html(r->arena, value->text)
                                    : text_collapse(r->arena, value->text);
}

static bool needs_escape(span text)
{
    return span_find_char(text, '<') != SPAN_NONE || span_find_char(text, '&') != SPAN_NONE ||
           span_find_char(text, '>') != SPAN_NONE;
}

span value_html(struct reading *r, const struct value *value)
{
    if (value->form == FORM_HTML || !needs_escape(value->text))
        return value->text;
    LOCAL(buf) html = {.max = SIZE_MAX};
    escape_text(&html, value->text);
    return arena_keep(r->arena, buf_span(&html));
}
