/* SPDX-License-Identifier: MIT
 * test_hook_backlog.c - what the hook has not been told, as the store notes it
 */
#include "harvest/hook_backlog.h"
#include "tests/unit/unit.h"

static void what_is_left_is_read_back(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct hook_backlog backlog = {.place = 40, .waiting = {7, 11, 40}, .waiting_count = 3}, read;

    (void)state;
    hook_backlog_read(hook_backlog_write(&backlog, false, arena), 50, &read);
    assert_int_equal(read.place, 40);
    assert_int_equal(read.waiting_count, 3);
    assert_int_equal(read.waiting[2], 40);
    assert_true(read.settles_at <= 0); /* they are looked at, at once */
}

static void what_came_after_all_was_told_is_passed_by(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct hook_backlog backlog = {.place = 40, .waiting = {7}, .waiting_count = 1}, read;

    (void)state;
    hook_backlog_read(hook_backlog_write(&backlog, true, arena), 50, &read);
    assert_int_equal(read.place, 50);
    assert_int_equal(read.waiting_count, 1);
}

static void any_note_is_borne(void **state)
{
    static const struct {
        const char *note;
        int64_t place;
        size_t waiting;
    } cases[] = {
        {"", 50, 0},    {"12", 12, 0},    {"999", 50, 0},      {"12 13", 12, 0}, /* not before its place */
        {"x 3", 50, 1}, {"12  4", 12, 1}, {"12 4 y 5", 12, 2},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct hook_backlog read;
        hook_backlog_read(span_of(cases[i].note), 50, &read);
        assert_int_equal(read.place, cases[i].place);
        assert_int_equal(read.waiting_count, cases[i].waiting);
    }
}

static void no_more_wait_than_there_is_room_for(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    LOCAL(buf) note = {.max = 1 * MiB};
    struct hook_backlog read;

    (void)state;
    buf_add(&note, S("100000"));
    for (int i = 0; i < 5000; i++)
        buf_printf(&note, " %d", i);
    hook_backlog_read(buf_span(&note), 100000, &read);
    assert_int_equal(read.waiting_count, BACKLOG_WAITING);
    assert_true(hook_backlog_write(&read, false, arena).len > BACKLOG_WAITING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_left_is_read_back),
        cmocka_unit_test(what_came_after_all_was_told_is_passed_by),
        cmocka_unit_test(any_note_is_borne),
        cmocka_unit_test(no_more_wait_than_there_is_room_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
