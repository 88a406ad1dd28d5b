/* SPDX-License-Identifier: MIT
 * map.c - the table, and a hash that nobody can aim at
 *
 * Keys come from feeds and pages. With a hash that is known, whoever writes these could make all keys fall on
 * one slot, and a table of a million into a search of a million. So the hash is SipHash-1-3 under a key that
 * the kernel made for this process (Aumasson, Bernstein: "SipHash: a fast short-input PRF").
 */
#include "core/map.h"
#include "core/vec.h"
#include <sys/auxv.h>

struct map_slot {
    span key; /* at == NULL: free */
    uint64_t hash;
    void *value;
};

static inline uint64_t rotate(uint64_t v, int by)
{
    return v << by | v >> (64 - by);
}

static inline void sip_round(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
    v[0] ^= word;
}

static uint64_t hash_of(span s)
{
    const void *random = (const void *)getauxval(AT_RANDOM); /* 16 bytes, new in every process */
    uint64_t v[4] = {0x736f6d6570736575u, 0x646f72616e646f6du, 0x6c7967656e657261u, 0x7465646279746573u};
    uint64_t key[2] = {0}, word;
    size_t i = 0;

    if (random)
        memcpy(key, random, sizeof key);
    for (int k = 0; k < 4; k++)
        v[k] ^= key[k % 2];
    for (; s.len - i >= 8; i += 8) {
        memcpy(&word, s.at + i, 8);
        sip_round(v, word);
    }
    word = (uint64_t)s.len << 56;
    for (int k = 0; i < s.len; i++, k += 8)
        word |= (uint64_t)(unsigned char)s.at[i] << k;
    sip_round(v, word);
    v[2] ^= 0xff;
    for (int k = 0; k < 3; k++)
        sip_round(v, 0);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static struct map_slot *find(struct map_slot *slots, size_t slot_count, span key, uint64_t hash)
{
    size_t i = hash & (slot_count - 1);

    while (slots[i].key.at && (slots[i].hash != hash || !span_equal(slots[i].key, key)))
        i = (i + 1) & (slot_count - 1);
    return &slots[i];
}

void *map_get(const struct map *map, span key)
{
    return map->len ? find(map->slots, map->slot_count, key, hash_of(key))->value : NULL;
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
    uint64_t hash = hash_of(key);
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
