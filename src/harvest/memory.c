/* SPDX-License-Identifier: MIT */
#include "harvest/memory.h"
#include "text/json.h"

enum { LARGEST_MEMORY = 16 * 1024 };

/* NULL where there is none, or it cannot be read: what was learnt is learnt again. */
static const struct json *parse(struct arena *arena, const struct source *source)
{
    struct json *json = NULL;
    struct json_damage damage = {0};
    struct error *error;

    if (source->memory.len == 0)
        return NULL;
    error = json_parse(arena, source->memory, &json, &damage);
    if (error) {
        error_free(error);
        return NULL;
    }
    return json && json->type == JSON_OBJECT ? json : NULL;
}

int64_t memory_time(const struct source *source, const char *name)
{
    OWN(arena) arena = arena_new(64 * KiB);
    const struct json *json = parse(arena, source);
    int64_t at = NO_TIME;

    if (!json || !json_to_int64(json_member(json, name), &at))
        return NO_TIME;
    return at;
}

void memory_set_time(struct arena *arena, struct source *source, const char *name, int64_t at)
{
    OWN(arena) parsed = arena_new(64 * KiB);
    const struct json *json = parse(parsed, source);
    LOCAL(buf) text = {.max = LARGEST_MEMORY};
    struct json_writer out = {.out = &text};

    if (at == NO_TIME && !json_member(json, name))
        return;
    json_open_object(&out);
    for (const struct json *member = json ? json->first : NULL; member; member = member->next) {
        char *key = arena_string(parsed, member->key);
        if (strcmp(key, name) == 0)
            continue;
        if (member->type == JSON_STRING)
            json_pair(&out, key, member->text);
        else if (member->type == JSON_NUMBER) {
            int64_t number = 0;
            if (json_to_int64(member, &number))
                json_pair_integer(&out, key, number);
        }
    }
    if (at != NO_TIME)
        json_pair_integer(&out, name, at);
    json_close_object(&out);
    source->memory = arena_keep(arena, text.overflowed ? S("{}") : buf_span(&text));
}
