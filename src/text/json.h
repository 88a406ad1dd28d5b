/* SPDX-License-Identifier: MIT
 * json.h - JSON written into a buffer, and read leniently into a tree (RFC 8259)
 */
#pragma once
#include "core/core.h"

/* Writer: commas and escapes are its business, nesting the caller's. Invalid UTF-8 becomes U+FFFD. */
struct json_writer {
    struct buf *out;
    bool needs_comma;
};
void json_open_object(struct json_writer *json);
void json_close_object(struct json_writer *json);
void json_open_array(struct json_writer *json);
void json_close_array(struct json_writer *json);
void json_key(struct json_writer *json, const char *key);
void json_string(struct json_writer *json, span value);
void json_integer(struct json_writer *json, int64_t value);
void json_number(struct json_writer *json,
                 double value); /* shortest form that reads back; null if not finite */
void json_boolean(struct json_writer *json, bool value);
void json_null(struct json_writer *json);
/* key and value at once; those ending in _if leave the pair out where the value is absent or empty */
void json_pair(struct json_writer *json, const char *key, span value);
void json_pair_if(struct json_writer *json, const char *key, span value);
void json_pair_or_null(struct json_writer *json, const char *key, span value); /* null for an empty one */
void json_pair_integer(struct json_writer *json, const char *key, int64_t value);
void json_pair_integer_or_null(struct json_writer *json, const char *key, int64_t value, bool is_known);
void json_pair_boolean(struct json_writer *json, const char *key, bool value);
void json_pair_date(struct json_writer *json, const char *key,
                    int64_t at); /* RFC 3339, or null for NO_TIME */
void json_pair_date_if(struct json_writer *json, const char *key, int64_t at);

/* Reader. Lenient: a byte order mark, trailing commas, control characters in strings, lone surrogates
 * (U+FFFD), comments, and text cut off anywhere are read as far as they go; `*out_damage` then says what was
 * wrong first, and where. */
enum json_type { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };
struct json {
    enum json_type type;
    span text;          /* string: decoded; number: every digit as written */
    span key;           /* if it is a member of an object */
    struct json *first; /* array, object: its children in order */
    struct json *next;
};
struct json_damage {
    const char *what; /* NULL: none */
    size_t offset;    /* bytes */
};
/* Depth is limited (LIMIT_JSON_DEPTH). ERROR_FORMAT: not even the start of a value; ERROR_LIMIT: the arena is
 * full. */
struct error *json_parse(struct arena *arena, span text, struct json **out_json,
                         struct json_damage *out_damage) MUST_USE;

const struct json *json_member(const struct json *object,
                               const char *key); /* NULL: no object, or no such member */
span json_text(const struct json *value);        /* of a string or number; {0} otherwise */
bool json_to_int64(const struct json *value,
                   int64_t *out_number); /* number or decimal string, whole and in range */
