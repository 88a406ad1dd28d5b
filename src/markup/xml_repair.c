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
#include "markup/internal.h"
#include "text/escape.h"
#include "text/utf8.h"
#include <stdlib.h>

enum {
    DEPTH_MAX = 300,         /* whoever reads stops before */
    ATTRIBUTES_MAX = 100,    /* of one element: looking for doubles is quadratic, here and in libxml2 */
    VALUE_MAX = 1024 * 1024, /* bytes of an attribute; a quotation mark further away is none of its */
    DAMAGE_MAX = 100,        /* told; nobody reads more */
};

struct open_element {
    span name;
    uint32_t hash; /* the same for any letter case */
};

struct xml_repair {
    span text;
    size_t at;
    struct xml_piece *piece;
    struct buf *out; /* its markup */
    struct open_element open[DEPTH_MAX];
    size_t depth;
    bool is_root_over;
    bool is_text_told; /* before the root */
    bool is_literal;   /* in CDATA, up to here: */
    size_t literal_end;
    struct xml_entities entities;

    xml_damage_callback *damage;
    void *context;
    size_t damage_count;
    size_t line_start; /* offset of the start of line number `line` */
    int line;
};

static void tell(struct xml_repair *repair, size_t at, const char *code, const char *message)
{
    const char *found;

    if (repair->damage_count++ >= DAMAGE_MAX)
        return;
    while (at > repair->line_start &&
           (found = memchr(repair->text.at + repair->line_start, '\n', at - repair->line_start))) {
        repair->line_start = (size_t)(found + 1 - repair->text.at);
        repair->line++;
    }
    repair->damage(repair->context, repair->line, (int)MIN(at - repair->line_start + 1, (size_t)INT32_MAX),
                   code, message);
}

static span rest_of(const struct xml_repair *repair)
{
    return span_from(repair->text, repair->at);
}

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

/* Characters */

/* Bytes at the start of `s` that stay as they are, in text or within the quotation marks of a value */
static size_t plain_len(span s, bool is_value)
{
    enum { TEXT = 1, VALUE = 2, BOTH = 3 };
    static const uint8_t plain[256] = {
        ['\t'] = BOTH,        ['\n'] = BOTH, [' ' ... '!'] = BOTH,  ['"'] = TEXT,
        ['#' ... '%'] = BOTH, ['&'] = 0,     ['\'' ... ';'] = BOTH, ['<'] = TEXT,
        ['='] = BOTH,         ['>'] = TEXT,  ['?' ... 0x7F] = BOTH,
    };
    const unsigned char *start = (const unsigned char *)s.at, *at = start, *end = at + s.len;
    const uint8_t wanted = is_value ? VALUE : TEXT;

    for (;;) {
        while (at < end && (plain[*at] & wanted))
            at++;
        /* most of what is not ASCII: three bytes, no surrogate, not U+FFFE or U+FFFF */
        if (end - at < 3 || at[0] < 0xE1 || at[0] > 0xEE || at[0] == 0xED || (at[1] & 0xC0) != 0x80 ||
            (at[2] & 0xC0) != 0x80)
            return (size_t)(at - start);
        at += 3;
    }
}

/* Where characters go */
struct sink {
    struct xml_repair *repair;
    struct buf *out;
    bool is_value;       /* within quotation marks, as markup */
    bool has_references; /* '&' begins one */
};

static void add_to(const struct sink *sink, span s)
{
    if (sink->is_value)
        escape_attribute(sink->out, s);
    else
        buf_add(sink->out, s);
}

static void copy_reference(const struct sink *sink)
{
    struct xml_repair *repair = sink->repair;
    char room[8];
    span value = {0};
    size_t len = 1;

    switch (xml_read_reference(&repair->entities, rest_of(repair), room, &value, &len)) {
    case REFERENCE_NONE:
        tell(repair, repair->at, "bare-ampersand", "an ampersand stands for itself");
        add_to(sink, S("&"));
        repair->at++;
        return;
    case REFERENCE_BAD:
        tell(repair, repair->at, "bad-reference", "a reference that stands for nothing was left out");
        break;
    case REFERENCE_UNDECLARED:
        tell(repair, repair->at, "undeclared-entity", "an entity of HTML was not declared");
        add_to(sink, value);
        break;
    case REFERENCE_GOOD:
        add_to(sink, value);
        break;
    }
    repair->at += len;
}

/* One character that is not ASCII */
static void copy_wide(const struct sink *sink)
{
    struct xml_repair *repair = sink->repair;
    span rest = rest_of(repair);
    bool is_good = utf8_len(rest) > 0;
    uint32_t character;

    utf8_next(&rest, &character);
    if (!is_good)
        tell(repair, repair->at, "bad-utf8", "bytes that are no UTF-8 were replaced");
    if (xml_is_character(character))
        utf8_add(sink->out, xml_mended_character(character));
    repair->at = (size_t)(rest.at - repair->text.at);
}

static void copy_special(const struct sink *sink)
{
    struct xml_repair *repair = sink->repair;
    span rest = rest_of(repair);
    unsigned char c = (unsigned char)*rest.at;

    if (c == '&' && sink->has_references) {
        copy_reference(sink);
        return;
    }
    if (c >= 0x80) {
        copy_wide(sink);
        return;
    }
    if (c == '\r')
        buf_add(sink->out, rest.len > 1 && rest.at[1] == '\n' ? S("") : S("\n"));
    else if (c < 0x20)
        tell(repair, repair->at, "control-character", "a control character was left out");
    else
        add_to(sink, span_sub(rest, 0, 1));
    repair->at++;
}

/* Copies characters up to `end`, or a reference further. */
static void copy_characters(const struct sink *sink, size_t end)
{
    struct xml_repair *repair = sink->repair;

    while (repair->at < end) {
        span rest = span_sub(repair->text, repair->at, end - repair->at);
        size_t len = plain_len(rest, sink->is_value);

        buf_add(sink->out, span_sub(rest, 0, len));
        repair->at += len;
        if (repair->at < end)
            copy_special(sink);
    }
}

/* Text */

static struct xml_text *add_text(struct xml_piece *piece)
{
    if (piece->text_count == piece->text_capacity) {
        piece->text_capacity = MAX(piece->text_capacity * 2, (size_t)64);
        piece->texts = memory_resize(piece->texts, piece->text_capacity * sizeof *piece->texts);
    }
    buf_add_char(&piece->markup, XML_TEXT_MARK);
    return &piece->texts[piece->text_count++];
}

/* Takes the text up to `end`, or a reference further: as it stands if it can be. */
static void take_text(struct xml_repair *repair, size_t end, bool has_references)
{
    struct xml_piece *piece = repair->piece;
    span text = span_sub(repair->text, repair->at, end - repair->at);
    size_t offset = piece->decoded.len;

    if (text.len == 0)
        return;
    if (plain_len(text, false) == text.len) {
        *add_text(piece) = (struct xml_text){.at = text.at, .len = text.len};
        repair->at = end;
        return;
    }
    copy_characters(&(struct sink){repair, &piece->decoded, .has_references = has_references}, end);
    if (piece->decoded.len > offset)
        *add_text(piece) = (struct xml_text){.offset = offset, .len = piece->decoded.len - offset};
}

void xml_piece_release(struct xml_piece *piece)
{
    buf_release(&piece->markup);
    buf_release(&piece->decoded);
    free(piece->texts);
}

/* Start tags */

/* Where the value at `repair->at` ends; `repair->at` moves behind its first quotation mark. */
static size_t value_end(struct xml_repair *repair)
{
    char quote = repair->at < repair->text.len ? repair->text.at[repair->at] : 0;
    size_t end;

    if (quote == '"' || quote == '\'') {
        repair->at++;
        end = span_find_char(span_sub(repair->text, repair->at, VALUE_MAX), quote);
        if (end != SPAN_NONE)
            return repair->at + end;
    }
    tell(repair, repair->at, "bad-attribute", "the value of an attribute was not quoted");
    for (end = repair->at; end < repair->text.len; end++)
        if (is_space(repair->text.at[end]) || repair->text.at[end] == '>')
            break;
    return end;
}

struct seen_attributes {
    span names[ATTRIBUTES_MAX];
    size_t count;
};

static bool is_new(struct seen_attributes *seen, span name)
{
    if (seen->count == ATTRIBUTES_MAX || !xml_is_name(name))
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
    copy_characters(&(struct sink){repair, repair->out, .is_value = true, .has_references = true},
                    value_end(repair));
    rest = rest_of(repair);
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
        tell(repair, start, "bad-attribute", "an attribute had no value");
    buf_add_char(repair->out, '"');
    if (!is_new(seen, name)) {
        tell(repair, start, "bad-attribute", "an attribute came twice, or has a bad name");
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
        rest = rest_of(repair);
        if (rest.len == 0)
            return false;
        *out_is_empty = span_starts(rest, S("/>"));
        if (*rest.at == '>' || *out_is_empty) {
            repair->at += *out_is_empty ? 2 : 1;
            return true;
        }
        if (*rest.at == '<') {
            tell(repair, repair->at, "unclosed-tag", "a tag was not closed");
            return true;
        }
        len = xml_name_len(rest);
        if (len) {
            copy_attribute(repair, &seen, span_sub(rest, 0, len));
        } else {
            tell(repair, repair->at, "bad-attribute", "a tag holds something that is no attribute");
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

static void copy_start_tag(struct xml_repair *repair, span name)
{
    size_t mark = repair->out->len;
    bool is_empty = false;

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

static void end_elements(struct xml_repair *repair, size_t depth)
{
    while (repair->depth > depth) {
        buf_add(repair->out, S("</"));
        buf_add(repair->out, repair->open[--repair->depth].name);
        buf_add_char(repair->out, '>');
    }
    repair->is_root_over = repair->depth == 0;
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
        tell(repair, start, "unclosed-tag", "an end tag was not closed");
    if (depth == 0) {
        tell(repair, start, "stray-end-tag", "an end tag ends no element");
        return;
    }
    if (depth < repair->depth)
        tell(repair, start, "unclosed-element", "an element was not ended before the one that holds it");
    else if (!span_equal(repair->open[depth - 1].name, name))
        tell(repair, start, "letter-case", "an end tag is in other letter case than its start tag");
    end_elements(repair, depth - 1);
}

/* All of it */

/* Goes behind the next `end`, or to the end of the text. */
static void skip_to(struct xml_repair *repair, span end)
{
    size_t found = span_find(rest_of(repair), end);

    repair->at = found == SPAN_NONE ? repair->text.len : repair->at + found + end.len;
}

static void start_cdata(struct xml_repair *repair)
{
    size_t found;

    repair->at += S("<![CDATA[").len;
    found = span_find(rest_of(repair), S("]]>"));
    repair->literal_end = found == SPAN_NONE ? repair->text.len : repair->at + found;
    repair->is_literal = repair->depth > 0;
    if (!repair->is_literal)
        repair->at = repair->literal_end;
}

static void copy_literal(struct xml_repair *repair, size_t size)
{
    take_text(repair, MIN(repair->literal_end, repair->at + size), false);
    if (repair->at < repair->literal_end)
        return;
    repair->is_literal = false;
    repair->at = MIN(repair->literal_end + 3, repair->text.len);
}

/* What begins with "<!" or "<?". False: nothing that anybody knows. */
static bool skip_declaration(struct xml_repair *repair, span rest)
{
    if (span_starts(rest, S("<!--"))) {
        repair->at += 4;
        skip_to(repair, S("-->"));
    } else if (span_starts(rest, S("<![CDATA["))) {
        start_cdata(repair);
    } else if (span_starts(rest, S("<?"))) {
        skip_to(repair, S("?>"));
    } else if (span_starts_nocase(rest, S("<!DOCTYPE"))) {
        tell(repair, repair->at, "stray-doctype", "a DOCTYPE within the document");
        skip_to(repair, S(">"));
    } else {
        return false;
    }
    return true;
}

static void copy_markup(struct xml_repair *repair)
{
    span rest = rest_of(repair);
    bool is_end = rest.len > 1 && rest.at[1] == '/';
    span name = span_from(rest, is_end ? 2 : 1);

    name = span_sub(name, 0, xml_name_len(name));
    if (name.len && is_end) {
        copy_end_tag(repair, name);
    } else if (xml_is_name(name)) {
        copy_start_tag(repair, name);
    } else if (!skip_declaration(repair, rest)) {
        tell(repair, repair->at, "bare-less-than", "a '<' stands for itself");
        if (repair->depth)
            *add_text(repair->piece) = (struct xml_text){.at = rest.at, .len = 1};
        repair->at++;
    }
}

static void copy_run(struct xml_repair *repair, size_t size)
{
    span rest = rest_of(repair);
    size_t end;

    if (repair->is_literal) {
        copy_literal(repair, size);
        return;
    }
    if (*rest.at == '<') {
        copy_markup(repair);
        return;
    }
    end = repair->at + MIN(MIN(span_find_char(rest, '<'), rest.len), size);
    if (repair->depth) {
        take_text(repair, end, true);
        return;
    }
    skip_spaces(repair);
    if (repair->at < end && !repair->is_text_told)
        tell(repair, repair->at, "text-outside", "something stands before the document");
    repair->is_text_told = repair->at < end;
    repair->at = MAX(end, repair->at);
}

static bool is_over(const struct xml_repair *repair)
{
    return repair->at == repair->text.len || repair->is_root_over || repair->depth == DEPTH_MAX;
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
        size_t after = xml_skip_prolog(rest_of(repair), &doctype);

        if (repair->at + after < repair->text.len)
            tell(repair, repair->at + after, "text-outside", "something stands after the document");
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
    repair->at = xml_skip_prolog(text, &doctype);
    xml_read_doctype(&repair->entities, doctype);
    return repair;
}

void xml_repair_free(struct xml_repair *repair)
{
    free(repair);
}
