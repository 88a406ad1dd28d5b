/* SPDX-License-Identifier: MIT */
#include "harvest/memory.h"
#include "limits/limits.h"
#include "text/json.h"
#include <stddef.h>

enum { LARGEST_MEMORY = 32 * 1024 };

enum kind { NUMBER, MOMENT, TEXT, TRUTH };

#define FIELD(kind, name)                          \
    {                                              \
#name, kind, offsetof(struct memory, name) \
    }
static const struct field {
    const char *name;
    enum kind kind;
    size_t at;
} fields[] = {
    FIELD(NUMBER, ttl),
    FIELD(NUMBER, syndication),
    FIELD(NUMBER, fresh),
    FIELD(NUMBER, seen),
    FIELD(NUMBER, skip_hours),
    FIELD(NUMBER, skip_days),
    FIELD(MOMENT, retry_after),
    FIELD(TEXT, why),
    FIELD(TEXT, answered_from),
    FIELD(TEXT, advertised),
    FIELD(TEXT, hub),
    FIELD(TEXT, home_page),
    FIELD(TRUTH, is_expired),
    FIELD(NUMBER, rung),
    FIELD(MOMENT, rung_at),
    FIELD(MOMENT, upward_at),
    FIELD(MOMENT, rediscover_at),
    FIELD(TEXT, rung_reason),
    FIELD(NUMBER, walk),
    FIELD(TEXT, walk_to),
    FIELD(NUMBER, walk_count),
    FIELD(TEXT, walk_first),
    FIELD(TEXT, walked),
    FIELD(TRUTH, has_walked),
    FIELD(TEXT, pulse),
};
#undef FIELD

static void *place(const struct memory *memory, const struct field *field)
{
    return (char *)(uintptr_t)memory + field->at;
}

static void read_field(const struct json *json, const struct field *field, struct memory *memory)
{
    const struct json *member = json ? json_member(json, field->name) : NULL;
    int64_t number = field->kind == MOMENT ? NO_TIME : 0;

    if (member && member->type == JSON_NUMBER && !json_to_int64(member, &number))
        number = field->kind == MOMENT ? NO_TIME : 0;
    switch (field->kind) {
    case NUMBER:
        *(int64_t *)place(memory, field) = MAX(number, 0);
        break;
    case MOMENT:
        *(int64_t *)place(memory, field) = number;
        break;
    case TRUTH:
        *(bool *)place(memory, field) = member && member->type == JSON_TRUE;
        break;
    case TEXT:
        *(span *)place(memory, field) = member && member->type == JSON_STRING ? member->text : (span){0};
        break;
    }
}

void memory_read(struct arena *arena, const struct source *source, struct memory *out_memory)
{
    struct json *json = NULL;
    struct json_damage damage = {0};

    *out_memory = (struct memory){0};
    if (source->memory.len)
        error_free(json_parse(arena, source->memory, &json, &damage));
    if (json && json->type != JSON_OBJECT)
        json = NULL;
    for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
        read_field(json, &fields[i], out_memory);
}

static void write_field(struct json_writer *json, const struct field *field, const struct memory *memory)
{
    const void *at = place(memory, field);
    int64_t number = field->kind == NUMBER || field->kind == MOMENT ? *(const int64_t *)at : 0;

    if (field->kind == TEXT && ((const span *)at)->len && ((const span *)at)->len <= LIMIT_REMEMBERED_TEXT)
        json_pair(json, field->name, *(const span *)at);
    else if (field->kind == TRUTH && *(const bool *)at)
        json_pair_boolean(json, field->name, true);
    else if ((field->kind == NUMBER && number) || (field->kind == MOMENT && number != NO_TIME))
        json_pair_integer(json, field->name, number);
}

void memory_write(struct arena *arena, const struct memory *memory, struct source *source)
{
    LOCAL(buf) text = {.max = LARGEST_MEMORY};
    struct json_writer json = {.out = &text};

    json_open_object(&json);
    for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
        write_field(&json, &fields[i], memory);
    json_close_object(&json);
    if (text.overflowed || text.len <= 2)
        source->memory = (span){0};
    else
        source->memory = arena_keep(arena, buf_span(&text));
}
