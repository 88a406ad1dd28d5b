/* SPDX-License-Identifier: MIT
 *
 * xml_repair.c - any text made well-formed XML
 *
 * One pass that knows where tags, text, CDATA and comments begin and end. Damage that real feeds have is
 * mended as their readers expect. Names are checked against the stack of open elements: an end tag ends the
 * nearest open element of its name, in whatever letter case, with all that is open within; one that ends
 * nothing is left out. What was well formed says the same afterwards.
 *
 * (libxml2's own recovery was tried: it stops for good at an end tag too many or a second root, and pops one
 * element for an end tag that it does not expect, whichever it names.)
 */
#include "markup/xml_repair.h"
#include "limits/limits.h"
#include <stdlib.h>

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static bool is_at(const struct xml_repair *repair, char c)
{
    return repair->at < repair->text.len && repair->text.at[repair->at] == c;
}

static void skip_spaces(struct xml_repair *repair)
{
    while (repair->at < repair->text.len && is_space(repair->text.at[repair->at]))
        repair->at++;
}

/* Start tags */

/* Where the value at `repair->at` ends; `repair->at` moves behind its first quotation mark. */
static size_t value_end(struct xml_repair *repair)
{
    char quote = repair->at < repair->text.len ? repair->text.at[repair->at] : 0;
    size_t end;

    if (quote == '"' || quote == '\'') {
        repair->at++;
        end = span_find_char(span_sub(repair->text, repair->at, LIMIT_XML_ATTRIBUTE), quote);
        if (end != SPAN_NONE)
            return repair->at + end;
    }
    xml_tell(repair, repair->at, "bad-attribute", "the value of an attribute was not quoted");
    for (end = repair->at; end < repair->text.len; end++)
        if (is_space(repair->text.at[end]) || repair->text.at[end] == '>')
            break;
    return end;
}

struct seen_attributes {
    span names[LIMIT_XML_ATTRIBUTES];
    size_t count;
};

static bool is_new(struct seen_attributes *seen, span name)
{
    if (seen->count == LIMIT_XML_ATTRIBUTES || !xml_is_name(name))
        return false;
    for (size_t i = 0; i < seen->count; i++)
        if (span_equal(seen->names[i], name))
            return false;
    seen->names[seen->count++] = name;
    return true;
}

static void copy_value(struct xml_repair *repair)
{
    span rest;

    repair->at++;
    skip_spaces(repair);
    xml_copy_value(repair, value_end(repair));
    rest = xml_rest(repair);
    if (rest.len && (*rest.at == '"' || *rest.at == '\''))
        repair->at++;
}

static void copy_attribute(struct xml_repair *repair, struct seen_attributes *seen, span name)
{
    size_t start = repair->at, mark = repair->out->len;

    repair->at += name.len;
    skip_spaces(repair);
    buf_add_char(repair->out, ' ');
    buf_add(repair->out, name);
    buf_add(repair->out, S("=\""));
    if (is_at(repair, '='))
        copy_value(repair);
    else
        xml_tell(repair, start, "bad-attribute", "an attribute had no value");
    buf_add_char(repair->out, '"');
    if (!is_new(seen, name)) {
        xml_tell(repair, start, "bad-attribute", "an attribute came twice, or has a bad name");
        buf_truncate(repair->out, mark);
    }
}

/* Copies attributes up to the end of the tag. False: the text ends first. */
static bool copy_attributes(struct xml_repair *repair, bool *out_is_empty)
{
    struct seen_attributes seen;

    seen.count = 0;
    for (;;) {
        span rest;
        size_t len;

        skip_spaces(repair);
        rest = xml_rest(repair);
        if (rest.len == 0)
            return false;
        *out_is_empty = span_starts(rest, S("/>"));
        if (*rest.at == '>' || *out_is_empty) {
            repair->at += *out_is_empty ? 2 : 1;
            return true;
        }
        if (*rest.at == '<') {
            xml_tell(repair, repair->at, "unclosed-tag", "a tag was not closed");
            return true;
        }
        len = xml_name_len(rest);
        if (len) {
            copy_attribute(repair, &seen, span_sub(rest, 0, len));
        } else {
            xml_tell(repair, repair->at, "bad-attribute", "a tag holds something that is no attribute");
            repair->at++;
        }
    }
}

static uint32_t hash_of(span name)
{
    uint32_t hash = (uint32_t)name.len;

    for (size_t i = 0; i < name.len; i++)
        hash = hash * 31 + (unsigned char)(name.at[i] | 0x20);
    return hash;
}

static void end_elements(struct xml_repair *repair, size_t depth)
{
    while (repair->depth > depth) {
        buf_add(repair->out, S("</"));
        buf_add(repair->out, repair->open[--repair->depth].name);
        buf_add_char(repair->out, '>');
    }
    repair->is_root_over = repair->depth == 0;
}

/* Ends what is open, but must have ended before `name` begins. */
static void end_forgotten(struct xml_repair *repair, span name)
{
    while (repair->depth > 1 && xml_implies_end(repair, repair->open[repair->depth - 1].name, name)) {
        xml_tell(repair, repair->at, "unclosed-element", "an element was not ended before the next one");
        end_elements(repair, repair->depth - 1);
    }
}

static void copy_start_tag(struct xml_repair *repair, span name)
{
    bool is_empty = false;
    size_t mark;

    end_forgotten(repair, name);
    mark = repair->out->len;
    repair->at += 1 + name.len;
    buf_add_char(repair->out, '<');
    buf_add(repair->out, name);
    if (!copy_attributes(repair, &is_empty)) {
        buf_truncate(repair->out, mark);
        return;
    }
    buf_add_text(repair->out, is_empty ? "/>" : ">");
    if (is_empty)
        repair->is_root_over = repair->depth == 0;
    else
        repair->open[repair->depth++] = (struct open_element){name, hash_of(name)};
}

/* End tags */

/* How many open elements there are up to the one that `name` ends; 0: it ends none */
static size_t find_open(const struct xml_repair *repair, span name)
{
    uint32_t hash = hash_of(name);
    size_t second_best = 0;

    for (size_t depth = repair->depth; depth > 0; depth--) {
        const struct open_element *element = &repair->open[depth - 1];

        if (element->hash != hash)
            continue;
        if (span_equal(element->name, name))
            return depth;
        if (second_best == 0 && span_equal_nocase(element->name, name))
            second_best = depth;
    }
    return second_best;
}

static void copy_end_tag(struct xml_repair *repair, span name)
{
    size_t start = repair->at, depth = find_open(repair, name);

    repair->at += 2 + name.len;
    while (repair->at < repair->text.len && !is_at(repair, '>') && !is_at(repair, '<'))
        repair->at++;
    if (is_at(repair, '>'))
        repair->at++;
    else
        xml_tell(repair, start, "unclosed-tag", "an end tag was not closed");
    if (depth == 0) {
        xml_tell(repair, start, "stray-end-tag", "an end tag ends no element");
        return;
    }
    if (depth < repair->depth)
        xml_tell(repair, start, "unclosed-element", "an element was not ended before the one that holds it");
    else if (!span_equal(repair->open[depth - 1].name, name))
        xml_tell(repair, start, "letter-case", "an end tag is in other letter case than its start tag");
    end_elements(repair, depth - 1);
}

/* All of it */

/* Goes behind the next `end`, or to the end of the text. */
static void skip_to(struct xml_repair *repair, span end)
{
    size_t found = span_find(xml_rest(repair), end);

    repair->at = found == SPAN_NONE ? repair->text.len : repair->at + found + end.len;
}

/* Where "]]>" is; SPAN_NONE: nowhere. Looked for by its first character, which text has seldom. */
static size_t cdata_len(span rest)
{
    for (size_t at = 0, next; (next = span_find_char(span_from(rest, at), ']')) != SPAN_NONE; at++) {
        at += next;
        if (span_starts(span_from(rest, at), S("]]>")))
            return at;
    }
    return SPAN_NONE;
}

static void start_cdata(struct xml_repair *repair)
{
    size_t found;

    repair->at += S("<![CDATA[").len;
    found = cdata_len(xml_rest(repair));
    repair->literal_end = found == SPAN_NONE ? repair->text.len : repair->at + found;
    repair->is_literal = repair->depth > 0;
    if (!repair->is_literal)
        repair->at = repair->literal_end;
}

static void copy_literal(struct xml_repair *repair, size_t size)
{
    xml_take_text(repair, MIN(repair->literal_end, repair->at + size), false);
    if (repair->at < repair->literal_end)
        return;
    repair->is_literal = false;
    repair->at = MIN(repair->literal_end + 3, repair->text.len);
}

static void skip_comment(struct xml_repair *repair)
{
    size_t start = repair->at, dashes;

    repair->at += S("<!--").len;
    dashes = span_find(xml_rest(repair), S("--"));
    if (dashes != SPAN_NONE && !span_starts(span_from(xml_rest(repair), dashes), S("-->")))
        xml_tell(repair, start, "bad-comment", "a comment holds \"--\"");
    skip_to(repair, S("-->"));
}

/* What begins with "<!" or "<?". False: nothing that anybody knows. */
static bool skip_declaration(struct xml_repair *repair, span rest)
{
    if (span_starts(rest, S("<!--"))) {
        skip_comment(repair);
    } else if (span_starts(rest, S("<![CDATA["))) {
        start_cdata(repair);
    } else if (span_starts(rest, S("<?"))) {
        skip_to(repair, S("?>"));
    } else if (span_starts_nocase(rest, S("<!DOCTYPE"))) {
        xml_tell(repair, repair->at, "stray-doctype", "a DOCTYPE within the document");
        skip_to(repair, S(">"));
    } else {
        return false;
    }
    return true;
}

static void copy_markup(struct xml_repair *repair)
{
    span rest = xml_rest(repair);
    bool is_end = rest.len > 1 && rest.at[1] == '/';
    span name = span_from(rest, is_end ? 2 : 1);

    name = span_sub(name, 0, xml_name_len(name));
    if (name.len && is_end) {
        copy_end_tag(repair, name);
    } else if (xml_is_name(name)) {
        copy_start_tag(repair, name);
    } else if (!skip_declaration(repair, rest)) {
        xml_tell(repair, repair->at, "bare-less-than", "a '<' stands for itself");
        if (repair->depth)
            xml_take_character(repair);
        else
            repair->at++;
    }
}

/* XML wants it as "]]&gt;". It may begin in the piece before. */
static void look_for_cdata_end(struct xml_repair *repair, size_t end)
{
    size_t start = repair->at - MIN(repair->at, (size_t)2);

    if (cdata_len(span_sub(repair->text, start, end - start)) != SPAN_NONE)
        xml_tell(repair, repair->at, "stray-cdata-end", "text holds \"]]>\"");
}

static void copy_run(struct xml_repair *repair, size_t size)
{
    span rest = xml_rest(repair);
    size_t end;

    if (repair->is_literal) {
        copy_literal(repair, size);
        return;
    }
    if (*rest.at == '<') {
        copy_markup(repair);
        return;
    }
    rest = span_sub(rest, 0, size); /* no further: a long text is taken in many pieces */
    end = repair->at + MIN(span_find_char(rest, '<'), rest.len);
    if (repair->depth) {
        look_for_cdata_end(repair, end);
        xml_take_text(repair, end, true);
        return;
    }
    skip_spaces(repair);
    if (repair->at < end && !repair->is_text_told)
        xml_tell(repair, repair->at, "text-outside", "something stands before the document");
    repair->is_text_told = repair->at < end;
    repair->at = MAX(end, repair->at);
}

static bool is_over(const struct xml_repair *repair)
{
    return repair->at == repair->text.len || repair->is_root_over || repair->depth == LIMIT_XML_OPEN;
}

bool xml_repair_step(struct xml_repair *repair, size_t size, struct xml_piece *piece)
{
    size_t start = repair->at;

    buf_clear(&piece->markup);
    buf_clear(&piece->decoded);
    piece->text_count = 0;
    repair->piece = piece;
    repair->out = &piece->markup;
    while (!is_over(repair) && repair->at - start < size)
        copy_run(repair, size - (repair->at - start));
    if (repair->is_root_over) {
        span doctype;
        size_t after = xml_skip_prolog(xml_rest(repair), &doctype);

        if (repair->at + after < repair->text.len)
            xml_tell(repair, repair->at + after, "text-outside", "something stands after the document");
    }
    return !is_over(repair);
}

struct xml_repair *xml_repair_new(span text, xml_damage_callback *damage, void *context)
{
    struct xml_repair *repair = memory_new(sizeof *repair);
    span doctype;

    repair->text = text;
    repair->damage = damage;
    repair->context = context;
    repair->line = 1;
    repair->lookahead = LIMIT_XML_LOOKAHEAD;
    repair->at = xml_skip_prolog(text, &doctype);
    xml_read_doctype(&repair->entities, doctype);
    return repair;
}

void xml_repair_free(struct xml_repair *repair)
{
    free(repair);
}
