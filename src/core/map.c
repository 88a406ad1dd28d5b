/* SPDX-License-Identifier: MIT */
#include "core/map.h"
#include "core/vec.h"

struct map_slot {
    span key; /* at == NULL: free */
    uint64_t hash;
    void *value;
};

static struct map_slot *find(struct map_slot *slots, size_t slot_count, span key, uint64_t hash)
{
    size_t i = hash & (slot_count - 1);

    while (slots[i].key.at && (slots[i].hash != hash || !span_equal(slots[i].key, key)))
        i = (i + 1) & (slot_count - 1);
    return &slots[i];
}

void *map_get(const struct map *map, span key)
{
    return map->len ? find(map->slots, map->slot_count, key, span_hash(key))->value : NULL;
}

static void grow(struct map *map)
{
    size_t slot_count = map->slot_count ? map->slot_count * 2 : 16;
    struct map_slot *slots = ARENA_ARRAY(map->arena, struct map_slot, slot_count);

    for (size_t i = 0; i < map->slot_count; i++)
        if (map->slots[i].key.at)
            *find(slots, slot_count, map->slots[i].key, map->slots[i].hash) = map->slots[i];
    map->slots = slots;
    map->slot_count = slot_count;
}

void **map_at(struct map *map, span key)
{
    uint64_t hash = span_hash(key);
    struct map_slot *slot;

    if (map->len * 4 >= map->slot_count * 3)
        grow(map);
    slot = find(map->slots, map->slot_count, key, hash);
    if (!slot->key.at) {
        *slot = (struct map_slot){.key = {key.at ? key.at : "", key.len}, .hash = hash};
        map->len++;
    }
    return &slot->value;
}

void *vec_grow(struct arena *arena, void *at, size_t size, size_t len, size_t *capacity)
{
    void *wider;

    if (len < *capacity)
        return at;
    *capacity = *capacity ? *capacity * 2 : 8;
    wider = arena_array(arena, size, *capacity);
    if (len)
        memcpy(wider, at, size * len);
    return wider;
}
