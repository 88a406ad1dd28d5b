/* SPDX-License-Identifier: MIT
 * front_matter.c - the YAML above an article: ours written, ours and others' read
 *
 * What is written is a small, safe part of YAML: each text in double quotes with JSON's escapes, so that no
 * title can end its line or begin a key. What is read is what Jekyll sites hold, mistakes of their makers
 * included.
 */
#include "archive/internal.h"
#include "text/date.h"
#include "text/utf8.h"
#include <inttypes.h>

/* Characters that YAML 1.1 takes for line ends or forbids, and those that would turn a line's direction
 * around. */
static bool needs_escape(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff || c == 0xfffe ||
           c == 0xffff;
}

static void add_quoted(struct buf *out, span text)
{
    uint32_t c;

    buf_add_char(out, '"');
    while (utf8_next(&text, &c)) {
        if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", (char)c);
        else if (c == '\n')
            buf_add(out, S("\\n"));
        else if (c == '\t')
            buf_add(out, S("\\t"));
        else if (needs_escape(c))
            buf_printf(out, "\\u%04" PRIx32, c);
        else
            utf8_add(out, c);
    }
    buf_add_char(out, '"');
}

static void add_text(struct buf *out, const char *key, span value)
{
    if (value.len == 0)
        return;
    buf_printf(out, "%s: ", key);
    add_quoted(out, value);
    buf_add_char(out, '\n');
}

enum precision { WHOLE_SECONDS, MILLISECONDS /* where there are some */ };

/* In UTC. A year that RFC 3339 cannot write is left out. */
static void add_time(struct buf *out, const char *key, int64_t at, enum precision precision)
{
    struct date_parts parts;

    if (at == NO_TIME)
        return;
    parts = date_split(at);
    if (parts.year < 0 || parts.year > 9999)
        return;
    buf_printf(out, "%s: %04d-%02d-%02dT%02d:%02d:%02d", key, parts.year, parts.month, parts.day, parts.hour,
               parts.minute, parts.second);
    if (precision == MILLISECONDS && parts.millisecond)
        buf_printf(out, ".%03d", parts.millisecond);
    buf_add(out, S("Z\n"));
}

static span author_name(const struct author *author)
{
    return author->name.len ? author->name : author->email.len ? author->email : author->url;
}

static void add_authors(struct buf *out, const struct item *item)
{
    const char *before = "authors: [";

    for (size_t i = 0; i < item->author_count; i++) {
        span name = author_name(&item->authors[i]);
        if (name.len == 0)
            continue;
        buf_add_text(out, before);
        add_quoted(out, name);
        before = ", ";
    }
    if (*before == ',')
        buf_add(out, S("]\n"));
}

void front_matter_write(const struct article *article, struct buf *out)
{
    const struct item *item = &article->item;

    buf_add(out, S("---\n"));
    add_text(out, "title", item->title);
    add_text(out, "link", item->link);
    add_text(out, "source", article->source_id);
    add_time(out, "published", article->published_at, MILLISECONDS);
    add_time(out, "modified", article->modified_at, MILLISECONDS);
    add_authors(out, item);
    add_text(out, "language", item->language);
    add_text(out, "image", item->image);
    buf_printf(out, "id: \"%016" PRIx64 "\"\nrevision: %d\n", article->id, article->revision);
    add_time(out, "fetched", article->fetched_at, WHOLE_SECONDS);
    buf_add(out, S("---\n"));
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The digits of \x, \u or \U at the start of `rest`; false where they are missing. */
static bool read_code(span rest, size_t digits, uint32_t *out_c)
{
    uint32_t c = 0;

    if (rest.len < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        int value = hex_value(rest.at[i]);
        if (value < 0)
            return false;
        c = c << 4 | (uint32_t)value;
    }
    *out_c = c;
    return true;
}

/* One escape, without its backslash, taken off `*rest`. JSON's and YAML's; of others the character itself:
 * some wrote
 * \' in double quotes. */
static void read_escape(span *rest, struct buf *out)
{
    static const char names[] = "0abtnvfre", values[] = "\0\a\b\t\n\v\f\r\033";
    char c = *rest->at;
    const char *name = c ? strchr(names, c) : NULL;
    size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    uint32_t code = 0, low = 0;

    *rest = span_from(*rest, 1);
    if (digits && read_code(*rest, digits, &code)) {
        *rest = span_from(*rest, digits);
        if (code >= 0xd800 && code < 0xdc00 && span_starts(*rest, S("\\u")) &&
            read_code(span_from(*rest, 2), 4, &low) && low >= 0xdc00 && low < 0xe000) {
            *rest = span_from(*rest, 6);
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        }
        utf8_add(out, code);
    } else {
        buf_add_char(out, name ? values[name - names] : c);
    }
}

static span read_double_quoted(struct arena *arena, span *rest)
{
    LOCAL(buf) text = {.max = rest->len * 3};

    *rest = span_from(*rest, 1);
    while (rest->len && *rest->at != '"') {
        char c = *rest->at;
        *rest = span_from(*rest, 1);
        if (c == '\\' && rest->len)
            read_escape(rest, &text);
        else
            buf_add_char(&text, c);
    }
    *rest = span_from(*rest, 1);
    return arena_keep(arena, buf_span(&text));
}

static span read_single_quoted(struct arena *arena, span *rest)
{
    LOCAL(buf) text = {.max = rest->len};

    *rest = span_from(*rest, 1);
    while (rest->len) {
        char c = *rest->at;
        *rest = span_from(*rest, 1);
        if (c == '\'' && !span_starts(*rest, S("'")))
            break;
        if (c == '\'')
            *rest = span_from(*rest, 1);
        buf_add_char(&text, c);
    }
    return arena_keep(arena, buf_span(&text));
}

/* One value off `*rest`: quoted, or up to one of `ends` or the line's end. */
static span read_scalar(struct arena *arena, span *rest, const char *ends)
{
    size_t len = 0;
    span plain;

    *rest = span_trim(*rest);
    if (span_starts(*rest, S("\"")))
        return read_double_quoted(arena, rest);
    if (span_starts(*rest, S("'")))
        return read_single_quoted(arena, rest);
    while (len < rest->len && (rest->at[len] == '\0' || !strchr(ends, rest->at[len])))
        len++;
    plain = span_trim(span_sub(*rest, 0, len));
    *rest = span_from(*rest, len);
    return plain;
}

struct front_list {
    struct arena *arena;
    struct front_value **end;
};

static void add_value(struct front_list *list, span key, span value)
{
    struct front_value *entry = ARENA_NEW(list->arena, struct front_value);

    *entry = (struct front_value){.key = key, .value = value};
    *list->end = entry;
    list->end = &entry->next;
}

static void read_flow_list(struct front_list *list, span key, span rest)
{
    rest = span_from(rest, 1);
    while (rest.len && *rest.at != ']') {
        span value = read_scalar(list->arena, &rest, ",]");
        if (value.len)
            add_value(list, key, value);
        while (rest.len && *rest.at != ',' && *rest.at != ']')
            rest = span_from(rest, 1);
        if (rest.len && *rest.at == ',')
            rest = span_from(rest, 1);
    }
}

/* `key: value`, `key: [a, b]`, or `- value` of the key before it. */
static void read_line(struct front_list *list, span line, span *key)
{
    size_t colon = span_find_char(line, ':');
    span value;

    if (span_starts(span_trim(line), S("- "))) {
        value = span_from(span_trim(line), 2);
        add_value(list, *key, read_scalar(list->arena, &value, ""));
        return;
    }
    if (colon == SPAN_NONE || line.len == 0 || *line.at == '#')
        return;
    *key = span_trim(span_sub(line, 0, colon));
    value = span_trim(span_from(line, colon + 1));
    if (span_starts(value, S("[")))
        read_flow_list(list, *key, value);
    else if (value.len)
        add_value(list, *key, read_scalar(list->arena, &value, ""));
}

bool front_matter_read(struct arena *arena, span bytes, struct front_matter *out_front)
{
    struct front_list list = {.arena = arena, .end = &out_front->first};
    span line, key = {0};

    *out_front = (struct front_matter){0};
    if (!span_cut(&bytes, '\n', &line) || !span_is(span_trim_end(line), "---"))
        return false;
    while (span_cut(&bytes, '\n', &line)) {
        if (span_is(span_trim_end(line), "---")) {
            out_front->rest = bytes;
            return true;
        }
        read_line(&list, line, &key);
        if (arena_is_full(arena))
            return false;
    }
    return false;
}

span front_matter_value(const struct front_matter *front, const char *key)
{
    for (const struct front_value *value = front->first; value; value = value->next)
        if (span_is(value->key, key))
            return value->value;
    return (span){0};
}
