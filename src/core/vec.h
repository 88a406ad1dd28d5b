/* SPDX-License-Identifier: MIT
 * vec.h - growing arrays in an arena
 *
 *     VEC(struct link) links = {0};
 *     *vec_add(arena, &links) = (struct link){...};
 *     for (size_t i = 0; i < links.len; i++) use(&links.at[i]);
 *
 * Growing moves the elements: a pointer to one is valid until the next vec_add(). */
#pragma once
#include "core/arena.h"

#define VEC(type)             \
    struct {                  \
        type *at;             \
        size_t len, capacity; \
    }

/* A pointer to a new, zeroed last element. */
#define vec_add(arena, vec)                                                                       \
    ({                                                                                            \
        __auto_type vec_ = (vec);                                                                 \
        if (vec_->len == vec_->capacity) /* most have room, and call nothing */                   \
            vec_->at = vec_grow((arena), vec_->at, sizeof *vec_->at, vec_->len, &vec_->capacity); \
        &vec_->at[vec_->len++];                                                                   \
    })

void *vec_grow(struct arena *arena, void *at, size_t size, size_t len, size_t *capacity) MUST_USE;
