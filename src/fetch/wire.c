/* SPDX-License-Identifier: MIT */
#include "fetch/wire.h"
#include <stdlib.h>

enum { SMALL_BLOCK = 16 * 1024 - 64, LARGE_BLOCK = 64 * 1024 - 64 };

struct wire_block {
    struct wire_block *next;
    size_t len, size;
    char bytes[];
};

static void add_block(struct wire *wire, size_t size)
{
    struct wire_block *block = memory_resize(NULL, sizeof *block + size);

    *block = (struct wire_block){.size = size};
    *(wire->last ? &wire->last->next : &wire->first) = block;
    wire->last = block;
    wire->held += sizeof *block + size;
}

void wire_add(struct wire *wire, span bytes, size_t expected)
{
    if (bytes.len > wire->max - wire->len) {
        bytes.len = wire->max - wire->len;
        wire->overflowed = true;
    }
    while (bytes.len) {
        struct wire_block *last = wire->last;
        size_t part = last ? MIN(bytes.len, last->size - last->len) : 0;

        if (part == 0) {
            size_t size = MAX(bytes.len, expected ? expected : (size_t)SMALL_BLOCK);
            add_block(wire, wire->len > LARGE_BLOCK || size > LARGE_BLOCK ? LARGE_BLOCK : size);
            continue;
        }
        memcpy(last->bytes + last->len, bytes.at, part);
        last->len += part;
        wire->len += part;
        bytes = span_from(bytes, part);
    }
}

void wire_join(struct wire *wire, struct buf *out)
{
    *out = (struct buf){.max = wire->len};
    if (wire->len)
        buf_reserve(out, wire->len); /* at once, so nothing is moved twice */
    while (wire->first) {
        struct wire_block *block = wire->first;
        buf_add(out, (span){block->bytes, block->len});
        wire->first = block->next;
        free(block);
    }
    *wire = (struct wire){.max = wire->max};
}

void wire_release(struct wire *wire)
{
    for (struct wire_block *block = wire->first, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    *wire = (struct wire){.max = wire->max};
}
