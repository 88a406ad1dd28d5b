/* SPDX-License-Identifier: MIT
 * fuzz_json.c - any bytes as JSON: what is read, written out, reads back without damage and as the same
 */
#include "text/json.h"
#include "text/utf8.h"
#include <stdlib.h>

static void check(bool is_kept) /* a promise of json.h */
{
    if (!is_kept)
        abort();
}

static void write_value(struct json_writer *json, const struct json *value, int depth)
{
    check(depth <= 256);
    check(value->type != JSON_STRING || utf8_is_valid(value->text));
    switch (value->type) {
    case JSON_NULL:
        json_null(json);
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        json_boolean(json, value->type == JSON_TRUE);
        break;
    case JSON_NUMBER: /* as a string: every digit is kept */
    case JSON_STRING:
        json_string(json, value->text);
        break;
    case JSON_ARRAY:
        json_open_array(json);
        for (const struct json *child = value->first; child; child = child->next)
            write_value(json, child, depth + 1);
        json_close_array(json);
        break;
    case JSON_OBJECT:
        json_open_object(json);
        for (const struct json *child = value->first; child; child = child->next) {
            json_string(json, child->key);
            buf_add_char(json->out, ':');
            json->needs_comma = false;
            write_value(json, child, depth + 1);
        }
        json_close_object(json);
        break;
    }
}

static void check_same(const struct json *a, const struct json *b)
{
    int64_t number;

    check(a->type == b->type || (a->type == JSON_NUMBER && b->type == JSON_STRING));
    check(span_equal(a->text, b->text) && span_equal(a->key, b->key));
    json_to_int64(a, &number);
    const struct json *x = a->first, *y = b->first;
    for (; x && y; x = x->next, y = y->next)
        check_same(x, y);
    check(!x && !y);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena) arena = arena_new(size % 3 ? 64 * MiB : 4 * KiB);
    OWN(arena) again_arena = arena_new(SIZE_MAX);
    LOCAL(buf) written = {.max = 256 * MiB};
    struct json_writer writer = {&written, false};
    struct json *root, *again;
    struct json_damage damage, no_damage;
    struct error *error = json_parse(arena, (span){(const char *)data, size}, &root, &damage);

    if (error) {
        check(error->kind == ERROR_FORMAT || (error->kind == ERROR_LIMIT && arena_is_full(arena)));
        error_free(error);
        return 0;
    }
    check(!damage.what || damage.offset <= size);
    write_value(&writer, root, 0);
    check(utf8_is_valid(buf_span(&written)));
    check(!json_parse(again_arena, buf_span(&written), &again, &no_damage));
    check(!no_damage.what);
    check_same(root, again);
    json_member(root, "items");
    return 0;
}
