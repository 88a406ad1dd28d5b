/* SPDX-License-Identifier: MIT
 * test_core_queue.c - handing jobs from thread to thread
 */
#include "core/clock.h"
#include "core/queue.h"
#include "unit.h"
#include <pthread.h>
#include <stdatomic.h>

static void things_come_out_as_they_went_in(void **state)
{
    OWN(queue) queue = queue_new(4);
    int things[100];
    size_t put = 0, got = 0;

    (void)state;
    while (got < ARRAY_SIZE(things)) { /* many times round the ring */
        while (put < ARRAY_SIZE(things) && queue_len(queue) < 4)
            queue_put(queue, &things[put++]);
        for (size_t taken = 0; taken < 3 && got < put; taken++)
            assert_ptr_equal(queue_get(queue), &things[got++]);
    }
    assert_int_equal(queue_len(queue), 0);
}

static void an_empty_queue_waits_no_longer_than_told(void **state)
{
    OWN(queue) queue = queue_new(1);
    OWN(clock) clock = clock_system();
    int64_t start = clock_monotonic(clock);

    (void)state;
    assert_null(queue_get_within(queue, 0));
    assert_null(queue_get_within(queue, -5));
    assert_null(queue_get_within(queue, 20));
    assert_in_range(clock_monotonic(clock) - start, 19, 5000);
    queue_put(queue, &start);
    assert_ptr_equal(queue_get_within(queue, 0), &start);
}

static void a_closed_queue_gives_what_is_left_and_then_null(void **state)
{
    OWN(queue) queue = queue_new(2);
    int a, b;

    (void)state;
    queue_put(queue, &a);
    queue_put(queue, &b);
    queue_close(queue);
    assert_ptr_equal(queue_get(queue), &a);
    assert_ptr_equal(queue_get_within(queue, 1000), &b);
    assert_null(queue_get(queue));
    assert_null(queue_get_within(queue, 100000));
}

static void *wait_for_one(void *queue)
{
    return queue_get(queue);
}

static void closing_wakes_all_who_wait(void **state)
{
    OWN(queue) queue = queue_new(1);
    pthread_t threads[8];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, wait_for_one, queue), 0);
    queue_close(queue);
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
        void *got = queue;
        pthread_join(threads[i], &got);
        assert_null(got);
    }
}

enum { THINGS = 20000, WORKERS = 4, CREDITS = 16 };

struct relay {
    struct queue *first, *second;
    atomic_int seen[THINGS];
};

static void *pass_on(void *context)
{
    struct relay *relay = context;
    void *thing;

    while ((thing = queue_get(relay->first)))
        queue_put(relay->second, thing);
    return NULL;
}

/* Nothing is lost or given twice, with as many in flight as the queues hold. */
static void each_thing_passes_through_many_threads_once(void **state)
{
    OWN(queue) first = queue_new(CREDITS);
    OWN(queue) second = queue_new(CREDITS);
    struct relay *relay = memory_new(sizeof *relay);
    pthread_t threads[WORKERS];
    size_t put = 0, got = 0;

    (void)state;
    relay->first = first;
    relay->second = second;
    for (size_t i = 0; i < WORKERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, pass_on, relay), 0);
    while (got < THINGS) {
        while (put < THINGS && put - got < CREDITS)
            queue_put(first, &relay->seen[put++]);
        atomic_fetch_add((atomic_int *)queue_get(second), 1);
        got++;
    }
    queue_close(first);
    for (size_t i = 0; i < WORKERS; i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; i < THINGS; i++)
        assert_int_equal(relay->seen[i], 1);
    free(relay);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(things_come_out_as_they_went_in),
        cmocka_unit_test(an_empty_queue_waits_no_longer_than_told),
        cmocka_unit_test(a_closed_queue_gives_what_is_left_and_then_null),
        cmocka_unit_test(closing_wakes_all_who_wait),
        cmocka_unit_test(each_thing_passes_through_many_threads_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
