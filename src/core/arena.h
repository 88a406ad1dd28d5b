/* SPDX-License-Identifier: MIT
 * arena.h - memory that goes all at once
 *
 * Each article, feed, page and request has an arena; everything about it lives there and nothing is freed
 * singly. An arena belongs to one thread at a time. It has a limit: past it, arena_is_full() is true, and
 * whoever parses what came from outside stops with ERROR_LIMIT. A single allocation never fails: the limit is
 * what keeps peers from deciding how much we allocate, and true lack of memory ends the program (see
 * memory_exhausted()).
 */
#pragma once
#include "core/span.h"

struct arena;

/* `limit`: bytes it may hold before it counts as full. */
struct arena *arena_new(size_t limit) MUST_USE;
void arena_free(struct arena *arena); /* runs what was deferred, last first; NULL is fine */
DEFINE_FREE(arena)

/* Forgets all that is in it (after running what was deferred) and keeps its first block for reuse. */
void arena_reset(struct arena *arena);

bool arena_is_full(const struct arena *arena);
size_t arena_used(const struct arena *arena); /* bytes handed out since it was made or reset */

/* Zeroed bytes, aligned for any type. `size` 0 gives a valid, empty place. */
void *arena_alloc(struct arena *arena, size_t size) MUST_USE;
#define ARENA_NEW(arena, type)          ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_array((arena), sizeof(type), (count)))
void *arena_array(struct arena *arena, size_t size, size_t count) MUST_USE;

/* Copies, each with a NUL behind it that the length does not count. */
span arena_keep(struct arena *arena, span s);
char *arena_string(struct arena *arena, span s);
span arena_printf(struct arena *arena, const char *format, ...) PRINTF(2, 3);

/* Ties another object's life to the arena: release(object) when it is reset or freed, in reverse order. */
void arena_defer(struct arena *arena, void (*release)(void *), void *object);

/* malloc and friends for what lives in no arena; lack of memory ends the program with one prepared line and
 * exit status 1. Sizes that a peer could choose must have been limited before. */
void *memory_new(size_t size) MUST_USE; /* zeroed; free() it */
void *memory_resize(void *at, size_t size) MUST_USE;
char *memory_string(span s) MUST_USE;
_Noreturn void memory_exhausted(void);
