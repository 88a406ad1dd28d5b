/* SPDX-License-Identifier: MIT
 *
 * xml_characters.c - characters of XML that may be damaged, as text and as values of attributes
 */
#include "limits/limits.h"
#include "markup/internal.h"
#include "markup/xml_repair.h"
#include "text/escape.h"
#include "text/utf8.h"
#include <stdlib.h>

void xml_tell(struct xml_repair *repair, size_t at, const char *code, const char *message)
{
    const char *found;

    if (repair->damage_count++ >= LIMIT_XML_MENDED)
        return;
    while (at > repair->line_start &&
           (found = memchr(repair->text.at + repair->line_start, '\n', at - repair->line_start))) {
        repair->line_start = (size_t)(found + 1 - repair->text.at);
        repair->line++;
    }
    repair->damage(repair->context, repair->line, (int)MIN(at - repair->line_start + 1, (size_t)INT32_MAX),
                   code, message);
}

/* Characters */

/* Is it ASCII that text may hold as it is? */
static inline bool is_plain_block(const unsigned char *at)
{
    block bytes, special;
    uint64_t found[2];

    memcpy(&bytes, at, sizeof bytes);
    special =
        (block)((bytes == '&') | (bytes >= 0x80) | ((bytes < 0x20) & (bytes != '\n') & (bytes != '\t')));
    memcpy(found, &special, sizeof found);
    return !(found[0] | found[1]);
}

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
        while (!is_value && end - at >= (ptrdiff_t)sizeof(block) && is_plain_block(at))
            at += sizeof(block);
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

    switch (xml_read_reference(&repair->entities, xml_rest(repair), room, &value, &len)) {
    case REFERENCE_NONE:
        xml_tell(repair, repair->at, "bare-ampersand", "an ampersand stands for itself");
        add_to(sink, S("&"));
        repair->at++;
        return;
    case REFERENCE_BAD:
        xml_tell(repair, repair->at, "bad-reference", "a reference that stands for nothing was left out");
        break;
    case REFERENCE_UNDECLARED:
        xml_tell(repair, repair->at, "undeclared-entity", "an entity of HTML was not declared");
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
    span rest = xml_rest(repair);
    bool is_good = utf8_len(rest) > 0;
    uint32_t character = 0;

    utf8_next(&rest, &character);
    if (!is_good)
        xml_tell(repair, repair->at, "bad-utf8", "bytes that are no UTF-8 were replaced");
    if (xml_is_character(character))
        utf8_add(sink->out, xml_mended_character(character));
    repair->at = (size_t)(rest.at - repair->text.at);
}

static void copy_special(const struct sink *sink)
{
    struct xml_repair *repair = sink->repair;
    span rest = xml_rest(repair);
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
        xml_tell(repair, repair->at, "control-character", "a control character was left out");
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

void xml_take_text(struct xml_repair *repair, size_t end, bool has_references)
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

void xml_take_character(struct xml_repair *repair)
{
    *add_text(repair->piece) = (struct xml_text){.at = repair->text.at + repair->at, .len = 1};
    repair->at++;
}

void xml_copy_value(struct xml_repair *repair, size_t end)
{
    copy_characters(&(struct sink){repair, repair->out, .is_value = true, .has_references = true}, end);
}

void xml_piece_release(struct xml_piece *piece)
{
    buf_release(&piece->markup);
    buf_release(&piece->decoded);
    free(piece->texts);
}
