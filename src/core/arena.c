/* SPDX-License-Identifier: MIT */
#include "core/arena.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FIRST_BLOCK = 4096, LARGEST_BLOCK = 256 * 1024, ALIGNMENT = 16 };

struct block {
    struct block *before;
    size_t size, used;
    _Alignas(ALIGNMENT) char bytes[];
};

struct deferred {
    struct deferred *before;
    void (*release)(void *);
    void *object;
};

struct arena {
    struct block *last;
    struct block *first; /* kept by resets */
    struct deferred *deferred;
    size_t used, limit;
};

_Noreturn void memory_exhausted(void)
{
    static const char line[] = "courant: out of memory; what was finished is kept\n";

    if (write(STDERR_FILENO, line, sizeof line - 1) < 0)
        _exit(1);
    _exit(1);
}

void *memory_new(size_t size)
{
    void *at = calloc(1, size ? size : 1);

    if (!at)
        memory_exhausted();
    return at;
}

void *memory_resize(void *at, size_t size)
{
    at = realloc(at, size ? size : 1);
    if (!at)
        memory_exhausted();
    return at;
}

char *memory_string(span s)
{
    char *copy = memory_new(s.len + 1);

    if (s.len)
        memcpy(copy, s.at, s.len);
    return copy;
}

static struct block *block_new(size_t size, struct block *before)
{
    struct block *block = malloc(sizeof *block + size);

    if (!block)
        memory_exhausted();
    *block = (struct block){.before = before, .size = size};
    return block;
}

struct arena *arena_new(size_t limit)
{
    struct arena *arena = memory_new(sizeof *arena);

    arena->limit = limit;
    arena->last = arena->first = block_new(FIRST_BLOCK, NULL);
    return arena;
}

void arena_reset(struct arena *arena)
{
    while (arena->deferred) {
        struct deferred *deferred = arena->deferred;
        arena->deferred = deferred->before;
        deferred->release(deferred->object);
    }
    for (struct block *block = arena->last, *before; block; block = before) {
        before = block->before;
        if (block != arena->first)
            free(block);
    }
    arena->last = arena->first;
    *arena->first = (struct block){.size = FIRST_BLOCK};
    arena->used = 0;
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    arena_reset(arena);
    free(arena->first);
    free(arena);
}

bool arena_is_full(const struct arena *arena)
{
    return arena->used > arena->limit;
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}

/* A large piece gets a block of its own behind the current one, which stays in use. */
static void *alloc_large(struct arena *arena, size_t size)
{
    struct block *block = block_new(size, arena->last->before);

    arena->last->before = block;
    block->used = size;
    return block->bytes;
}

static void *alloc_raw(struct arena *arena, size_t size)
{
    struct block *last = arena->last;
    void *at;

    if (size > SIZE_MAX / 2)
        memory_exhausted();
    size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    arena->used += size;
    if (size > last->size - last->used) {
        if (size > LARGEST_BLOCK / 4)
            return alloc_large(arena, size);
        last = block_new(MIN(MAX(last->size * 2, size), (size_t)LARGEST_BLOCK), last);
        arena->last = last;
    }
    at = last->bytes + last->used;
    last->used += size;
    return at;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    return memset(alloc_raw(arena, size), 0, size);
}

void *arena_array(struct arena *arena, size_t size, size_t count)
{
    size_t total;

    if (__builtin_mul_overflow(size, count, &total))
        memory_exhausted();
    return arena_alloc(arena, total);
}

char *arena_string(struct arena *arena, span s)
{
    char *copy = alloc_raw(arena, s.len + 1);

    if (s.len)
        memcpy(copy, s.at, s.len);
    copy[s.len] = '\0';
    return copy;
}

span arena_keep(struct arena *arena, span s)
{
    return s.at ? (span){arena_string(arena, s), s.len} : s;
}

span arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    char *text;
    int len;

    va_start(arguments, format);
    len = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (len < 0)
        return S("");
    text = alloc_raw(arena, (size_t)len + 1);
    va_start(arguments, format);
    vsnprintf(text, (size_t)len + 1, format, arguments);
    va_end(arguments);
    return (span){text, (size_t)len};
}

void arena_defer(struct arena *arena, void (*release)(void *), void *object)
{
    struct deferred *deferred = alloc_raw(arena, sizeof *deferred);

    *deferred = (struct deferred){arena->deferred, release, object};
    arena->deferred = deferred;
}
