/* SPDX-License-Identifier: MIT
 * people.c - an item's authors and tags as JSON, and back
 */
#include "store/internal.h"
#include "text/json.h"

void authors_write(struct buf *out, const struct item *item)
{
    struct json_writer json = {.out = out};

    if (!item->author_count)
        return;
    json_open_array(&json);
    for (size_t i = 0; i < item->author_count; i++) {
        const struct author *author = &item->authors[i];
        json_open_object(&json);
        json_pair_if(&json, "name", author->name);
        json_pair_if(&json, "url", author->url);
        json_pair_if(&json, "email", author->email);
        json_pair_if(&json, "avatar", author->avatar);
        json_close_object(&json);
    }
    json_close_array(&json);
}

void tags_write(struct buf *out, const struct item *item)
{
    struct json_writer json = {.out = out};

    if (!item->tag_count)
        return;
    json_open_array(&json);
    for (size_t i = 0; i < item->tag_count; i++)
        json_string(&json, item->tags[i]);
    json_close_array(&json);
}

static struct error *read_array(struct arena *arena, span text, const struct json **out_first,
                                size_t *out_count)
{
    struct json_damage damage;
    struct json *array;

    *out_first = NULL;
    *out_count = 0;
    if (!text.len)
        return OK;
    TRY(json_parse(arena, text, &array, &damage));
    *out_first = array->type == JSON_ARRAY ? array->first : NULL;
    for (const struct json *value = *out_first; value; value = value->next)
        ++*out_count;
    return OK;
}

struct error *authors_read(struct arena *arena, span text, struct item *item)
{
    const struct json *value;
    size_t count;

    TRY(read_array(arena, text, &value, &count));
    item->authors = ARENA_ARRAY(arena, struct author, count);
    for (; value; value = value->next)
        item->authors[item->author_count++] = (struct author){
            .name = json_text(json_member(value, "name")),
            .url = json_text(json_member(value, "url")),
            .email = json_text(json_member(value, "email")),
            .avatar = json_text(json_member(value, "avatar")),
        };
    return OK;
}

struct error *tags_read(struct arena *arena, span text, struct item *item)
{
    const struct json *value;
    size_t count;

    TRY(read_array(arena, text, &value, &count));
    item->tags = ARENA_ARRAY(arena, span, count);
    for (; value; value = value->next)
        item->tags[item->tag_count++] = json_text(value);
    return OK;
}
