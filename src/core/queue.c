/* SPDX-License-Identifier: MIT */
#include "core/queue.h"
#include "core/arena.h"
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct queue {
    pthread_mutex_t lock; /* guards everything below */
    pthread_cond_t changed;
    void **things; /* a ring */
    size_t capacity, first, len;
    bool is_closed;
};

struct queue *queue_new(size_t capacity)
{
    struct queue *queue = memory_new(sizeof *queue);
    pthread_condattr_t attributes;

    queue->things = memory_new(capacity * sizeof *queue->things);
    queue->capacity = capacity;
    pthread_mutex_init(&queue->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&queue->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    return queue;
}

void queue_free(struct queue *queue)
{
    if (!queue)
        return;
    pthread_cond_destroy(&queue->changed);
    pthread_mutex_destroy(&queue->lock);
    free(queue->things);
    free(queue);
}

void queue_put(struct queue *queue, void *thing)
{
    pthread_mutex_lock(&queue->lock);
    assert(queue->len < queue->capacity && !queue->is_closed);
    queue->things[(queue->first + queue->len++) % queue->capacity] = thing;
    pthread_cond_signal(&queue->changed);
    pthread_mutex_unlock(&queue->lock);
}

/* `until`: on the monotonic clock; NULL: for as long as it takes. */
static void *take_until(struct queue *queue, const struct timespec *until)
{
    void *thing = NULL;
    int given_up = 0;

    pthread_mutex_lock(&queue->lock);
    while (queue->len == 0 && !queue->is_closed && !given_up)
        given_up = until ? pthread_cond_timedwait(&queue->changed, &queue->lock, until)
                         : pthread_cond_wait(&queue->changed, &queue->lock);
    if (queue->len) {
        thing = queue->things[queue->first];
        queue->first = (queue->first + 1) % queue->capacity;
        queue->len--;
    }
    pthread_mutex_unlock(&queue->lock);
    return thing;
}

void *queue_get(struct queue *queue)
{
    return take_until(queue, NULL);
}

void *queue_get_within(struct queue *queue, int64_t timeout_ms)
{
    struct timespec until;

    timeout_ms = MAX(timeout_ms, 0);
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += timeout_ms / 1000;
    until.tv_nsec += timeout_ms % 1000 * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    return take_until(queue, &until);
}

void queue_close(struct queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->is_closed = true;
    pthread_cond_broadcast(&queue->changed);
    pthread_mutex_unlock(&queue->lock);
}

size_t queue_len(struct queue *queue)
{
    size_t len;

    pthread_mutex_lock(&queue->lock);
    len = queue->len;
    pthread_mutex_unlock(&queue->lock);
    return len;
}
