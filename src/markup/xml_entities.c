/* SPDX-License-Identifier: MIT
 *
 * xml_entities.c - names, references and the prolog of XML
 *
 * libxml2 never sees a DTD. Of one in the document itself, short entities of plain characters are known (some
 * feeds have them); none is looked for within another, so none can grow.
 */
#include "limits/limits.h"
#include "markup/internal.h"
#include "text/escape.h"
#include "text/utf8.h"
#include <libxml/tree.h>

/* Names */

bool xml_is_character(uint32_t c)
{
    if (c < 0x20)
        return c == '\t' || c == '\n' || c == '\r';
    return c < 0xD800 || (c > 0xDFFF && c != 0xFFFE && c != 0xFFFF && c <= 0x10FFFF);
}

uint32_t xml_mended_character(uint32_t character)
{
    static const uint16_t windows_1252[32] = {
        0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178,
    };

    return character >= 0x80 && character <= 0x9F ? windows_1252[character - 0x80] : character;
}

static bool is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
           (unsigned char)c >= 0x80;
}

size_t xml_name_len(span s)
{
    size_t len = 0;

    if (s.len == 0 || !is_name_start(s.at[0]))
        return 0;
    while (len < s.len && (is_name_start(s.at[len]) || (s.at[len] >= '0' && s.at[len] <= '9') ||
                           s.at[len] == '-' || s.at[len] == '.'))
        len++;
    return len;
}

static bool is_ascii(span s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.at[i] >= 0x80)
            return false;
    return true;
}

bool xml_is_name(span name)
{
    char copy[LIMIT_XML_NAME + 1];
    size_t colon = span_find_char(name, ':');

    if (name.len == 0 || name.len > LIMIT_XML_NAME)
        return false;
    if (colon == SPAN_NONE && is_ascii(name))
        return true;
    memcpy(copy, name.at, name.len);
    copy[name.len] = '\0';
    return xmlValidateQName((const xmlChar *)copy, 0) == 0;
}

/* References */

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* "#123" or "#x7b". False: it is not of that form; a number too large becomes UINT32_MAX. */
static bool read_number(span name, uint32_t *out_character)
{
    bool is_hex = name.len > 1 && (name.at[1] | 32) == 'x';
    int base = is_hex ? 16 : 10;
    uint64_t number = 0;

    name = span_from(name, is_hex ? 2 : 1);
    if (name.len == 0)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        int digit = digit_value(name.at[i]);

        if (digit >= base)
            return false;
        number = MIN(number * (uint64_t)base + (uint64_t)digit, (uint64_t)UINT32_MAX);
    }
    *out_character = (uint32_t)number;
    return true;
}

static enum xml_reference read_numeric(span name, char room[8], span *out_value)
{
    uint32_t character;

    if (!read_number(name, &character))
        return REFERENCE_NONE;
    if (!xml_is_character(character))
        return REFERENCE_BAD;
    *out_value = (span){room, utf8_encode(xml_mended_character(character), room)};
    return REFERENCE_GOOD;
}

static enum xml_reference read_named(struct xml_entities *entities, span name, span *out_value)
{
    for (size_t i = 0; i < entities->count; i++)
        if (span_equal(entities->declared[i].name, name)) {
            *out_value = entities->declared[i].value;
            entities->expanded += out_value->len;
            return entities->expanded <= LIMIT_XML_EXPANSION ? REFERENCE_GOOD : REFERENCE_BAD;
        }
    *out_value = entity_value(name);
    if (!out_value->at)
        return REFERENCE_NONE;
    return entities->has_doctype || span_is(name, "apos") ? REFERENCE_GOOD : REFERENCE_UNDECLARED;
}

static const struct {
    span reference;
    char value[2];
} predefined[] = {
    {{"&lt;", 4}, "<"}, {{"&gt;", 4}, ">"}, {{"&amp;", 5}, "&"}, {{"&quot;", 6}, "\""}, {{"&apos;", 6}, "'"},
};

enum xml_reference xml_read_reference(struct xml_entities *entities, span s, char room[8], span *out_value,
                                      size_t *out_len)
{
    span name;
    size_t end;

    for (size_t i = 0; i < ARRAY_SIZE(predefined); i++)
        if (span_starts(s, predefined[i].reference)) {
            *out_value = (span){predefined[i].value, 1};
            *out_len = predefined[i].reference.len;
            return REFERENCE_GOOD;
        }
    name = span_sub(s, 1, LIMIT_XML_REFERENCE);
    end = span_find_char(name, ';');
    if (end == SPAN_NONE || end == 0)
        return REFERENCE_NONE;
    *out_len = end + 2;
    name = span_sub(name, 0, end);
    return name.at[0] == '#' ? read_numeric(name, room, out_value) : read_named(entities, name, out_value);
}

/* The prolog */

static bool is_plain_value(span value)
{
    return value.len <= LIMIT_XML_ENTITY && !memchr(value.at, '&', value.len) &&
           !memchr(value.at, '%', value.len) && !memchr(value.at, '<', value.len) && utf8_is_valid(value);
}

/* Reads `name "value"`; others are as if they were not declared. */
static void read_entity(struct xml_entities *entities, span *rest)
{
    span name, value;
    size_t end;
    char quote;

    *rest = span_trim(*rest);
    name = span_sub(*rest, 0, xml_name_len(*rest));
    *rest = span_trim(span_from(*rest, name.len));
    quote = rest->len ? rest->at[0] : 0;
    if (name.len == 0 || (quote != '"' && quote != '\''))
        return;
    *rest = span_from(*rest, 1);
    end = span_find_char(*rest, quote);
    if (end == SPAN_NONE)
        return;
    value = span_sub(*rest, 0, end);
    *rest = span_from(*rest, end);
    if (!is_plain_value(value) || entities->count == LIMIT_XML_ENTITIES)
        return;
    entities->declared[entities->count].name = name;
    entities->declared[entities->count++].value = value;
}

void xml_read_doctype(struct xml_entities *entities, span doctype)
{
    size_t found;

    entities->has_doctype = doctype.len > 0;
    while ((found = span_find(doctype, S("<!ENTITY"))) != SPAN_NONE) {
        doctype = span_from(doctype, found + S("<!ENTITY").len);
        read_entity(entities, &doctype);
    }
}

/* Behind the '>' of the DOCTYPE that `s` starts with, its internal subset included */
static size_t doctype_len(span s)
{
    bool is_subset = false;
    char quote = 0;

    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];

        if (quote)
            quote = c == quote ? 0 : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '[' || c == ']')
            is_subset = c == '[';
        else if (c == '>' && !is_subset)
            return i + 1;
    }
    return s.len;
}

static size_t len_up_to(span s, span end)
{
    size_t found = span_find(s, end);

    return found == SPAN_NONE ? s.len : found + end.len;
}

size_t xml_skip_prolog(span text, span *out_doctype)
{
    span rest = text;

    *out_doctype = (span){0};
    if (span_starts(rest, S("\xEF\xBB\xBF")))
        rest = span_from(rest, 3);
    for (;;) {
        size_t len;

        while (rest.len && (*rest.at == ' ' || *rest.at == '\n' || *rest.at == '\r' || *rest.at == '\t'))
            rest = span_from(rest, 1);
        if (span_starts(rest, S("<?"))) {
            len = len_up_to(rest, S("?>"));
        } else if (span_starts(rest, S("<!--"))) {
            len = len_up_to(rest, S("-->"));
        } else if (span_starts_nocase(rest, S("<!DOCTYPE"))) {
            len = doctype_len(rest);
            *out_doctype = span_sub(rest, 0, len);
        } else {
            return text.len - rest.len;
        }
        rest = span_from(rest, len);
    }
}
