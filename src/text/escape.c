/* SPDX-License-Identifier: MIT */
#include "text/escape.h"
#include "text/utf8.h"

struct entity {
    char name[32];
    char value[7]; /* UTF-8 */
    bool is_bare;  /* stands without semicolon, too */
};

#include "text/entities.inc"

enum { LONGEST_NAME = 31, LONGEST_BARE = 6 };

/* What a byte becomes in text; NULL: itself. "" drops it; EF is looked at, as it may begin what XML refuses.
 */
static const char *const replacements[256] = {
    ['\x00'] = "",  ['\x01'] = "",  ['\x02'] = "",    ['\x03'] = "", ['\x04'] = "", ['\x05'] = "",
    ['\x06'] = "",  ['\x07'] = "",  ['\x08'] = "",    ['\x0b'] = "", ['\x0c'] = "", ['\x0e'] = "",
    ['\x0f'] = "",  ['\x10'] = "",  ['\x11'] = "",    ['\x12'] = "", ['\x13'] = "", ['\x14'] = "",
    ['\x15'] = "",  ['\x16'] = "",  ['\x17'] = "",    ['\x18'] = "", ['\x19'] = "", ['\x1a'] = "",
    ['\x1b'] = "",  ['\x1c'] = "",  ['\x1d'] = "",    ['\x1e'] = "", ['\x1f'] = "", ['&'] = "&amp;",
    ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", [0xef] = "",
};

/* U+FFFE and U+FFFF, which are no characters of XML. */
static bool is_noncharacter(span s)
{
    return span_starts(s, S("\xef\xbf\xbe")) || span_starts(s, S("\xef\xbf\xbf"));
}

static void escape(struct buf *out, span s, bool keeps_quotes)
{
    size_t start = 0;

    for (size_t i = 0, len = 1; i < s.len; i += len) {
        const char *replacement = replacements[(unsigned char)s.at[i]];
        len = 1;
        if (!replacement || (keeps_quotes && s.at[i] == '"'))
            continue;
        if (s.at[i] == '\xef') {
            if (!is_noncharacter(span_from(s, i)))
                continue;
            len = 3;
        }
        buf_add(out, span_sub(s, start, i - start));
        buf_add_text(out, replacement);
        start = i + len;
    }
    buf_add(out, span_from(s, start));
}

void escape_text(struct buf *out, span s)
{
    escape(out, s, true);
}

void escape_attribute(struct buf *out, span s)
{
    escape(out, s, false);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name_char(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static const struct entity *find_entity(span name)
{
    size_t low, high;

    if (name.len == 0 || name.len > LONGEST_NAME || *name.at < 'A' || *name.at > 'z')
        return NULL;
    low = entity_starts[*name.at - 'A'];
    high = entity_starts[*name.at - 'A' + 1];
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = memcmp(entities[middle].name, name.at, name.len);
        if (order == 0 && entities[middle].name[name.len] == '\0')
            return &entities[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

span entity_value(span name)
{
    const struct entity *entity = find_entity(name);

    return entity ? span_of(entity->value) : (span){0};
}

struct reference {
    char text[8]; /* what it stands for, UTF-8 */
    size_t text_len;
    size_t len; /* bytes of the reference; 0: none begins here */
};

/* Windows-1252 in place of the C1 controls, as authors meant it; 0: left alone */
static const uint16_t c1_repairs[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

static int digit_value(char c, uint32_t base)
{
    if (is_digit(c))
        return c - '0';
    if (base == 16 && (c | 32) >= 'a' && (c | 32) <= 'f')
        return (c | 32) - 'a' + 10;
    return -1;
}

/* `s` begins with "&#" */
static struct reference numeric_reference(span s)
{
    struct reference reference = {0};
    bool is_hex = s.len > 2 && (s.at[2] | 32) == 'x';
    uint32_t base = is_hex ? 16 : 10, character = 0;
    size_t start = is_hex ? 3 : 2, i = start;

    for (int digit; i < s.len && (digit = digit_value(s.at[i], base)) >= 0; i++)
        character = MIN(character * base + (uint32_t)digit, (uint32_t)0x110000);
    if (i == start)
        return reference;
    if (character == 0 || character > 0x10ffff)
        character = UTF8_REPLACEMENT;
    else if (character >= 0x80 && character < 0xa0 && c1_repairs[character - 0x80])
        character = c1_repairs[character - 0x80];
    reference.text_len = utf8_encode(character, reference.text);
    reference.len = i + (i < s.len && s.at[i] == ';');
    return reference;
}

static struct reference named_reference(span s)
{
    struct reference reference = {0};
    span name = {s.at + 1, 0};
    const struct entity *entity = NULL;

    while (name.len <= LONGEST_NAME && name.len + 1 < s.len && is_name_char(name.at[name.len]))
        name.len++;
    if (name.len + 1 < s.len && name.at[name.len] == ';')
        entity = find_entity(name);
    reference.len = name.len + 2;
    for (name.len = MIN(name.len, (size_t)LONGEST_BARE); !entity && name.len > 1; name.len--) {
        entity = find_entity(name);
        reference.len = name.len + 1;
        if (entity && !entity->is_bare)
            entity = NULL;
    }
    if (!entity)
        return (struct reference){0};
    memcpy(reference.text, entity->value, sizeof entity->value);
    reference.text_len = strlen(entity->value);
    return reference;
}

/* The first reference from `*start` on, which moves to it. */
static struct reference next_reference(span s, size_t *start)
{
    for (;;) {
        struct reference reference;
        span rest = span_from(s, *start);
        size_t found = span_find_char(rest, '&');
        if (found == SPAN_NONE)
            return (struct reference){0};
        *start += found;
        rest = span_from(rest, found);
        reference = rest.len > 1 && rest.at[1] == '#' ? numeric_reference(rest) : named_reference(rest);
        if (reference.len)
            return reference;
        ++*start;
    }
}

bool has_reference(span s)
{
    size_t start = 0;

    return next_reference(s, &start).len > 0;
}

span unescape_html(struct arena *arena, span s)
{
    size_t start = 0, done = 0, len = 0;
    struct reference reference = next_reference(s, &start);
    char *text;

    if (!reference.len)
        return s;
    /* Only "&nLt;" and "&nGt;" are shorter than what they stand for, by one byte of five. */
    text = arena_alloc(arena, s.len + s.len / 5 + 1);
    while (reference.len) {
        memcpy(text + len, s.at + done, start - done);
        len += start - done;
        memcpy(text + len, reference.text, reference.text_len);
        len += reference.text_len;
        done = start += reference.len;
        reference = next_reference(s, &start);
    }
    memcpy(text + len, s.at + done, s.len - done);
    return (span){text, len + s.len - done};
}
