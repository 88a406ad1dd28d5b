/* SPDX-License-Identifier: MIT
 * json_read.c - the lenient reader
 *
 * A plain descent, a function a construct, each of which leaves the cursor behind what it could read. Damage
 * never stops it: the first is remembered, and reading goes on where the next value can begin. A string
 * without escapes is a piece of the text itself.
 */
#include "limits/limits.h"
#include "text/json.h"
#include "text/utf8.h"
#include <stdlib.h>

struct reader {
    struct arena *arena;
    const char *start, *at, *end;
    struct json_damage damage;
    int depth;
};

static void damaged(struct reader *reader, const char *what)
{
    if (!reader->damage.what)
        reader->damage = (struct json_damage){what, (size_t)(reader->at - reader->start)};
}

static size_t left(const struct reader *reader)
{
    return (size_t)(reader->end - reader->at);
}

static bool is_at(const struct reader *reader, char c)
{
    return reader->at < reader->end && *reader->at == c;
}

static bool take(struct reader *reader, char c)
{
    if (!is_at(reader, c))
        return false;
    reader->at++;
    return true;
}

/* A comment, of either kind; false if there is none. */
static bool skip_comment(struct reader *reader)
{
    span rest = {reader->at, left(reader)};
    bool is_line = span_starts(rest, S("//"));
    size_t end;

    if (!is_line && !span_starts(rest, S("/*")))
        return false;
    damaged(reader, "comment");
    rest = span_from(rest, 2);
    end = is_line ? span_find_char(rest, '\n') : span_find(rest, S("*/"));
    reader->at = end == SPAN_NONE ? reader->end : rest.at + end + (is_line ? 1 : 2);
    return true;
}

static void skip_space(struct reader *reader)
{
    do {
        while (reader->at < reader->end &&
               (*reader->at == ' ' || (*reader->at >= '\t' && *reader->at <= '\r')))
            reader->at++;
    } while (skip_comment(reader));
}

/* Four hexadecimal digits at `at`; -1 if they are not there. */
static int hex4(const char *at, const char *end)
{
    int value = 0;

    if (end - at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        char c = at[i];
        int digit = c >= '0' && c <= '9'                 ? c - '0'
                    : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                         : -1;
        if (digit < 0)
            return -1;
        value = value << 4 | digit;
    }
    return value;
}

/* `at`: behind "\u". Two surrogates make a character; one alone makes none (U+FFFD). */
static size_t decode_unicode(struct reader *reader, char *out)
{
    int unit = hex4(reader->at, reader->end), low = -1;
    uint32_t character;

    if (unit < 0) {
        damaged(reader, "bad escape");
        *out = 'u';
        return 1;
    }
    reader->at += 4;
    character = (uint32_t)unit;
    if (unit >= 0xd800 && unit < 0xe000) {
        if (unit < 0xdc00 && left(reader) >= 6 && reader->at[0] == '\\' && reader->at[1] == 'u')
            low = hex4(reader->at + 2, reader->end);
        if (low >= 0xdc00 && low < 0xe000) {
            reader->at += 6;
            character = 0x10000 + (((uint32_t)unit & 0x3ff) << 10) + ((uint32_t)low & 0x3ff);
        } else {
            damaged(reader, "lone surrogate");
        }
    }
    return utf8_encode(character, out);
}

/* `at`: behind the backslash. Bytes written to `out`: never more than were read. */
static size_t decode_escape(struct reader *reader, char *out)
{
    static const char meanings[256] = {['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b', ['f'] = '\f',
                                       ['n'] = '\n', ['r'] = '\r',  ['t'] = '\t', ['\''] = '\''};
    char c;

    if (reader->at == reader->end)
        return 0;
    c = *reader->at++;
    if (c == 'u')
        return decode_unicode(reader, out);
    if (!meanings[(unsigned char)c]) {
        damaged(reader, "bad escape");
        reader->at--; /* it stands for itself */
        return 0;
    }
    *out = meanings[(unsigned char)c];
    return 1;
}

/* The end of a run without quote or backslash. */
static const char *run_end(struct reader *reader, bool *has_high)
{
    const char *at = reader->at;
    unsigned char all = 0;
    bool has_control = false;

    for (; at < reader->end && *at != '"' && *at != '\\'; at++) {
        all |= (unsigned char)*at;
        has_control |= (unsigned char)*at < ' ';
    }
    *has_high |= all >= 0x80;
    if (has_control)
        damaged(reader, "control character in a string");
    return at;
}

/* The rest of a string that has an escape, at the cursor; `start` is its first byte. */
static span read_escaped(struct reader *reader, const char *start, bool *has_high)
{
    size_t len = (size_t)(reader->at - start), room = len;
    char *text;

    for (const char *at = reader->at; at < reader->end && *at != '"'; at++, room++)
        if (*at == '\\' && at + 1 < reader->end) /* what follows it ends nothing */
            at++, room++;
    text = arena_alloc(reader->arena, room + 4);
    memcpy(text, start, len);
    while (reader->at < reader->end && *reader->at != '"') {
        const char *end;
        if (take(reader, '\\')) {
            len += decode_escape(reader, text + len);
            continue;
        }
        end = run_end(reader, has_high);
        memcpy(text + len, reader->at, (size_t)(end - reader->at));
        len += (size_t)(end - reader->at);
        reader->at = end;
    }
    return (span){text, len};
}

static span read_string(struct reader *reader)
{
    const char *start = ++reader->at;
    bool has_high = false;
    span text;

    reader->at = run_end(reader, &has_high);
    text = is_at(reader, '\\') ? read_escaped(reader, start, &has_high) : span_between(start, reader->at);
    if (!take(reader, '"'))
        damaged(reader, "text ends within a string");
    if (has_high && !utf8_is_valid(text)) {
        damaged(reader, "invalid UTF-8");
        text = utf8_repair(reader->arena, text);
    }
    return text;
}

/* Letters, digits and signs: a number, a literal, or what is neither. */
static span read_word(struct reader *reader)
{
    const char *start = reader->at;

    while (reader->at < reader->end && !strchr(" \t\n\v\f\r,:[]{}\"/", *reader->at))
        reader->at++;
    return span_between(start, reader->at);
}

static size_t digits_len(span s)
{
    size_t len = 0;

    while (len < s.len && s.at[len] >= '0' && s.at[len] <= '9')
        len++;
    return len;
}

/* RFC 8259 6; leading zeros are let through. */
static bool is_number(span s)
{
    size_t len;

    if (span_starts(s, S("-")))
        s = span_from(s, 1);
    len = digits_len(s);
    if (len == 0)
        return false;
    s = span_from(s, len);
    if (span_starts(s, S("."))) {
        len = digits_len(span_from(s, 1));
        if (len == 0)
            return false;
        s = span_from(s, len + 1);
    }
    if (span_starts_nocase(s, S("e"))) {
        s = span_from(s, 1);
        if (span_starts(s, S("+")) || span_starts(s, S("-")))
            s = span_from(s, 1);
        len = digits_len(s);
        return len > 0 && len == s.len;
    }
    return s.len == 0;
}

static void read_plain(struct reader *reader, struct json *value)
{
    const char *start = reader->at;
    span word = read_word(reader);

    if (word.len == 0 && reader->at < reader->end)
        reader->at++; /* what can begin no value: a colon, a slash */
    if (is_number(word)) {
        value->type = JSON_NUMBER;
        value->text = word;
    } else if (span_is(word, "true")) {
        value->type = JSON_TRUE;
    } else if (span_is(word, "false")) {
        value->type = JSON_FALSE;
    } else if (!span_is(word, "null")) {
        const char *behind = reader->at;
        reader->at = start;
        damaged(reader, "not a value");
        reader->at = behind;
    }
}

static void read_value(struct reader *reader, struct json *value);

/* A member's key and colon. */
static span read_key(struct reader *reader)
{
    span key;

    if (is_at(reader, '"')) {
        key = read_string(reader);
    } else {
        damaged(reader, "key without quotes");
        key = utf8_repair(reader->arena, read_word(reader));
    }
    skip_space(reader);
    if (!take(reader, ':'))
        damaged(reader, "no colon after a key");
    skip_space(reader);
    return key;
}

/* One member or element, and the comma behind it. */
static void read_child(struct reader *reader, struct json *child, char close)
{
    if (close == '}')
        child->key = read_key(reader);
    if (reader->at == reader->end || is_at(reader, close) || is_at(reader, ','))
        damaged(reader, "no value");
    else
        read_value(reader, child);
    skip_space(reader);
    if (take(reader, ',')) {
        skip_space(reader);
        if (is_at(reader, close))
            damaged(reader, "comma before the end");
    } else if (!is_at(reader, '}') && !is_at(reader, ']') && reader->at < reader->end) {
        damaged(reader, "no comma between values");
    }
}

static void read_children(struct reader *reader, struct json *parent, char close)
{
    struct json **tail = &parent->first;

    for (skip_space(reader); !take(reader, close); skip_space(reader)) {
        if (reader->at == reader->end || arena_is_full(reader->arena)) {
            damaged(reader, "text ends within an array or object");
            return;
        }
        if (is_at(reader, '}') || is_at(reader, ']')) {
            damaged(reader, "closed by the wrong bracket"); /* left for what is around: it may be its own */
            return;
        }
        if (is_at(reader, ',')) {
            damaged(reader, "comma without a value");
            reader->at++;
            continue;
        }
        *tail = ARENA_NEW(reader->arena, struct json);
        read_child(reader, *tail, close);
        tail = &(*tail)->next;
    }
}

/* There is something at the cursor that is no comma and no closing bracket; at least a byte is taken. */
static void read_value(struct reader *reader, struct json *value)
{
    bool is_object = is_at(reader, '{');

    if (is_at(reader, '"')) {
        value->type = JSON_STRING;
        value->text = read_string(reader);
    } else if (!is_object && !is_at(reader, '[')) {
        read_plain(reader, value);
    } else if (reader->depth == LIMIT_JSON_DEPTH) {
        damaged(reader, "nested too deeply");
        reader->at = reader->end;
    } else {
        value->type = is_object ? JSON_OBJECT : JSON_ARRAY;
        reader->at++;
        reader->depth++;
        read_children(reader, value, is_object ? '}' : ']');
        reader->depth--;
    }
}

struct error *json_parse(struct arena *arena, span text, struct json **out_json,
                         struct json_damage *out_damage)
{
    struct reader reader = {arena, text.at, text.at, text.at + text.len, {0}, 0};
    struct json *root = ARENA_NEW(arena, struct json);

    if (span_starts(text, S("\xef\xbb\xbf")))
        reader.at += 3;
    skip_space(&reader);
    if (reader.at == reader.end)
        return error_new(ERROR_FORMAT, "JSON text is empty");
    text = (span){reader.at, left(&reader)};
    read_value(&reader, root);
    if (root->type == JSON_NULL && !span_starts(text, S("null")))
        return error_new(ERROR_FORMAT, "text is no JSON: %s at byte %zu", reader.damage.what,
                         reader.damage.offset);
    if (arena_is_full(arena))
        return error_new(ERROR_LIMIT, "JSON text is too large");
    skip_space(&reader);
    if (reader.at < reader.end)
        damaged(&reader, "text after the end");
    *out_json = root;
    *out_damage = reader.damage;
    return OK;
}

const struct json *json_member(const struct json *object, const char *key)
{
    const struct json *found = NULL;

    if (!object || object->type != JSON_OBJECT)
        return NULL;
    for (const struct json *member = object->first; member; member = member->next)
        if (span_is(member->key, key))
            found = member; /* the last one counts, as in JavaScript */
    return found;
}

span json_text(const struct json *value)
{
    bool has_text = value && (value->type == JSON_STRING || value->type == JSON_NUMBER);

    return has_text ? value->text : (span){0};
}

bool json_to_int64(const struct json *value, int64_t *out_number)
{
    span text = json_text(value);
    char copy[64];
    double number;

    if (span_to_int64(text, out_number))
        return true;
    if (text.len >= sizeof copy || !is_number(text))
        return false;
    memcpy(copy, text.at, text.len);
    copy[text.len] = '\0';
    number = strtod(copy, NULL); /* 1.0, 1e3 */
    if (!(number >= -0x1p53 && number <= 0x1p53) || number != (double)(int64_t)number)
        return false;
    *out_number = (int64_t)number;
    return true;
}
