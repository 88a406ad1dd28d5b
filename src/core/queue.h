/* SPDX-License-Identifier: MIT
 * queue.h - handing jobs from thread to thread
 *
 * The one who takes a thing from a queue owns it until he puts it on the next. Queues are as large as the
 * number of jobs in flight (the credits), so a put never blocks; putting more than `capacity` is a mistake of
 * ours.
 */
#pragma once
#include "core/macros.h"

struct queue;

struct queue *queue_new(size_t capacity) MUST_USE;
void queue_free(struct queue *queue); /* what is still in it is not freed */
DEFINE_FREE(queue)

void queue_put(struct queue *queue, void *thing);

/* Waits until there is something. NULL once the queue is closed and empty. */
void *queue_get(struct queue *queue) MUST_USE;
/* The same, but waits no longer than `timeout_ms` (0: not at all): NULL then. */
void *queue_get_within(struct queue *queue, int64_t timeout_ms) MUST_USE;

void queue_close(struct queue *queue); /* no more will be put; wakes all who wait */
size_t queue_len(struct queue *queue);
