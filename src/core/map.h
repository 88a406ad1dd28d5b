/* SPDX-License-Identifier: MIT
 * map.h - from a span to a pointer, in an arena
 *
 * A hash table with open addressing. Keys are borrowed: they must live as long as the map. Nothing is taken
 * out. */
#pragma once
#include "core/arena.h"

struct map_slot;
struct map { /* {.arena = arena} is an empty one */
    struct arena *arena;
    struct map_slot *slots;
    size_t len, slot_count;
};

void *map_get(const struct map *map, span key); /* NULL if it is not there */

/* The place of the key's value, made with NULL in it if the key is new; valid until the next map_at(). */
void **map_at(struct map *map, span key);
