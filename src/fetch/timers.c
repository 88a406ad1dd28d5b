/* SPDX-License-Identifier: MIT */
#include "fetch/timers.h"
#include <stdlib.h>

void timers_release(struct timers *timers)
{
    free(timers->heap);
    *timers = (struct timers){0};
}

static void put(struct timers *timers, size_t slot, struct timer *timer)
{
    timers->heap[slot - 1] = timer;
    timer->slot = slot;
}

/* Moves `timer` from the free place `slot` to where it belongs. */
static void settle(struct timers *timers, size_t slot, struct timer *timer)
{
    for (; slot > 1 && timers->heap[slot / 2 - 1]->at > timer->at; slot /= 2)
        put(timers, slot, timers->heap[slot / 2 - 1]);
    for (size_t child; (child = 2 * slot) <= timers->len; slot = child) {
        if (child < timers->len && timers->heap[child]->at < timers->heap[child - 1]->at)
            child++;
        if (timers->heap[child - 1]->at >= timer->at)
            break;
        put(timers, slot, timers->heap[child - 1]);
    }
    put(timers, slot, timer);
}

void timer_start(struct timers *timers, struct timer *timer, int64_t at)
{
    timer->at = at;
    if (!timer->slot) {
        if (timers->len == timers->capacity) {
            timers->capacity = MAX(2 * timers->capacity, (size_t)64);
            timers->heap = memory_resize(timers->heap, timers->capacity * sizeof(struct timer *));
        }
        timer->slot = ++timers->len;
        timers->heap[timer->slot - 1] = timer;
    }
    settle(timers, timer->slot, timer);
}

void timer_stop(struct timers *timers, struct timer *timer)
{
    size_t slot = timer->slot;
    struct timer *last;

    if (!slot)
        return;
    timer->slot = 0;
    last = timers->heap[--timers->len];
    if (last != timer)
        settle(timers, slot, last);
}

struct timer *timers_take_due(struct timers *timers, int64_t now)
{
    struct timer *first = timers->len ? timers->heap[0] : NULL;

    if (!first || first->at > now)
        return NULL;
    timer_stop(timers, first);
    return first;
}

int64_t timers_next(const struct timers *timers)
{
    return timers->len ? timers->heap[0]->at : INT64_MAX;
}
