/* SPDX-License-Identifier: MIT */
#include "text/date.h"
#include "text/json.h"
#include "text/utf8.h"
#include <endian.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Bytes that a string cannot hold as they are: 'u' is written \u00XX, '8' begins a character of several bytes
 */
static const char escapes[256] = {
    ['\x00'] = 'u', ['\x01'] = 'u', ['\x02'] = 'u', ['\x03'] = 'u', ['\x04'] = 'u',        ['\x05'] = 'u',
    ['\x06'] = 'u', ['\x07'] = 'u', ['\x08'] = 'b', ['\x09'] = 't', ['\x0a'] = 'n',        ['\x0b'] = 'u',
    ['\x0c'] = 'f', ['\x0d'] = 'r', ['\x0e'] = 'u', ['\x0f'] = 'u', ['\x10'] = 'u',        ['\x11'] = 'u',
    ['\x12'] = 'u', ['\x13'] = 'u', ['\x14'] = 'u', ['\x15'] = 'u', ['\x16'] = 'u',        ['\x17'] = 'u',
    ['\x18'] = 'u', ['\x19'] = 'u', ['\x1a'] = 'u', ['\x1b'] = 'u', ['\x1c'] = 'u',        ['\x1d'] = 'u',
    ['\x1e'] = 'u', ['\x1f'] = 'u', ['"'] = '"',    ['\\'] = '\\',  [0x80 ... 0xff] = '8',
};

static void add_escape(struct buf *out, unsigned char c)
{
    char escape[6] = {'\\', escapes[c], '0', '0', (char)('0' + (c >> 4)), "0123456789abcdef"[c & 15]};

    buf_add(out, (span){escape, escape[1] == 'u' ? 6 : 2});
}

/* How many of eight bytes are ASCII that needs no escape, counted from the first. */
static inline size_t plain_of_eight(const unsigned char *at)
{
    const uint64_t ones = 0x0101010101010101u, tops = 0x80 * ones;
    uint64_t word, quote, backslash, control, found;

    memcpy(&word, at, sizeof word);
    word = le64toh(word);
    quote = word ^ '"' * ones;
    backslash = word ^ '\\' * ones;
    control = (word - ' ' * ones) & ~word;
    found = (control | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash) | word) & tops;
    return found ? (size_t)__builtin_ctzll(found) / 8
                 : 8; /* what a borrow makes up lies behind what was found */
}

/* Bytes of the character at `at`, 0 if it is damaged. Most of those of several bytes are Chinese: looked at
 * here. */
static inline size_t character_len(const unsigned char *at, size_t room)
{
    if (room >= 3 && at[0] > 0xe0 && at[0] < 0xed && (at[1] & 0xc0) == 0x80 && (at[2] & 0xc0) == 0x80)
        return 3;
    return utf8_len((span){(const char *)at, room});
}

/* Bytes at the start of `s` that can stand in a string as they are. */
static size_t plain_len(span s)
{
    const unsigned char *at = (const unsigned char *)s.at;
    size_t i = 0, len;

    do {
        if (s.len - i >= 8)
            i += len = plain_of_eight(at + i);
        else
            i += len = i < s.len && !escapes[at[i]];
        for (size_t wide = 1; wide && i < s.len && at[i] >= 0x80; len = wide)
            i += wide = character_len(at + i, s.len - i);
    } while (len);
    return i;
}

static void add_quoted(struct buf *out, span value)
{
    buf_add_char(out, '"');
    while (value.len) {
        size_t len = plain_len(value);
        buf_add(out, span_sub(value, 0, len));
        value = span_from(value, len);
        if (value.len == 0)
            break;
        if (escapes[(unsigned char)*value.at] == '8') {
            uint32_t damaged;
            utf8_next(&value, &damaged);
            utf8_add(out, damaged);
        } else {
            add_escape(out, (unsigned char)*value.at);
            value = span_from(value, 1);
        }
    }
    buf_add_char(out, '"');
}

static void begin_value(struct json_writer *json)
{
    if (json->needs_comma)
        buf_add_char(json->out, ',');
    json->needs_comma = true;
}

void json_open_object(struct json_writer *json)
{
    begin_value(json);
    buf_add_char(json->out, '{');
    json->needs_comma = false;
}

void json_close_object(struct json_writer *json)
{
    buf_add_char(json->out, '}');
    json->needs_comma = true;
}

void json_open_array(struct json_writer *json)
{
    begin_value(json);
    buf_add_char(json->out, '[');
    json->needs_comma = false;
}

void json_close_array(struct json_writer *json)
{
    buf_add_char(json->out, ']');
    json->needs_comma = true;
}

void json_key(struct json_writer *json, const char *key)
{
    begin_value(json);
    add_quoted(json->out, span_of(key));
    buf_add_char(json->out, ':');
    json->needs_comma = false;
}

void json_string(struct json_writer *json, span value)
{
    begin_value(json);
    add_quoted(json->out, value);
}

void json_integer(struct json_writer *json, int64_t value)
{
    begin_value(json);
    buf_printf(json->out, "%lld", (long long)value);
}

void json_number(struct json_writer *json, double value)
{
    char text[32];

    if (!isfinite(value)) {
        json_null(json);
        return;
    }
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    begin_value(json);
    buf_add_text(json->out, text);
}

void json_boolean(struct json_writer *json, bool value)
{
    begin_value(json);
    buf_add_text(json->out, value ? "true" : "false");
}

void json_null(struct json_writer *json)
{
    begin_value(json);
    buf_add(json->out, S("null"));
}

void json_pair(struct json_writer *json, const char *key, span value)
{
    json_key(json, key);
    json_string(json, value);
}

void json_pair_if(struct json_writer *json, const char *key, span value)
{
    if (value.len)
        json_pair(json, key, value);
}

void json_pair_or_null(struct json_writer *json, const char *key, span value)
{
    json_key(json, key);
    if (value.len)
        json_string(json, value);
    else
        json_null(json);
}

void json_pair_integer(struct json_writer *json, const char *key, int64_t value)
{
    json_key(json, key);
    json_integer(json, value);
}

void json_pair_integer_or_null(struct json_writer *json, const char *key, int64_t value, bool is_known)
{
    json_key(json, key);
    if (is_known)
        json_integer(json, value);
    else
        json_null(json);
}

void json_pair_boolean(struct json_writer *json, const char *key, bool value)
{
    json_key(json, key);
    json_boolean(json, value);
}

void json_pair_date(struct json_writer *json, const char *key, int64_t at)
{
    char text[DATE_TEXT_SIZE];

    json_key(json, key);
    if (at == NO_TIME)
        json_null(json);
    else
        json_string(json, span_of(date_format_rfc3339(at, text)));
}

void json_pair_date_if(struct json_writer *json, const char *key, int64_t at)
{
    if (at != NO_TIME)
        json_pair_date(json, key, at);
}
