/* SPDX-License-Identifier: MIT
 * test_core_buf.c - bytes being gathered, up to a limit
 */
#include "unit.h"

static void bytes_are_gathered_with_a_nul_behind(void **state)
{
    LOCAL(buf) buf = {.max = 1 * MiB};

    (void)state;
    assert_span_equal(buf_span(&buf), "");
    buf_add(&buf, S("ab"));
    buf_add_char(&buf, 'c');
    buf_add_text(&buf, "de");
    buf_printf(&buf, "%03d", 7);
    buf_printf(&buf, "%s", "");
    buf_add(&buf, (span){0});
    assert_span_equal(buf_span(&buf), "abcde007");
    assert_int_equal(buf.at[buf.len], '\0');
    for (int i = 0; i < 100000; i++)
        buf_add_char(&buf, 'x');
    assert_int_equal(buf.len, 100008);
    assert_true(span_starts(buf_span(&buf), S("abcde007xxx")));
    assert_int_equal(buf.at[buf.len], '\0');
    assert_false(buf.overflowed);
}

static void going_past_the_limit_is_remembered(void **state)
{
    LOCAL(buf) buf = {.max = 5};

    (void)state;
    buf_add(&buf, S("12345"));
    assert_false(buf.overflowed);
    buf_add(&buf, S(""));
    assert_false(buf.overflowed);
    buf_add_char(&buf, '6');
    assert_true(buf.overflowed);
    assert_span_equal(buf_span(&buf), "12345");
    assert_true(buf.capacity <= 6);
    buf_truncate(&buf, 2);
    buf_add_char(&buf, '3'); /* what comes behind a gap is left out too */
    assert_span_equal(buf_span(&buf), "12");
    buf_clear(&buf);
    buf_add_text(&buf, "abc");
    assert_span_equal(buf_span(&buf), "abc");
    assert_false(buf.overflowed);
    buf_printf(&buf, "%d", 1000);
    assert_span_equal(buf_span(&buf), "abc");
    assert_true(buf.overflowed);
}

static void nothing_fits_without_a_limit(void **state)
{
    LOCAL(buf) buf = {0};

    (void)state;
    buf_add_char(&buf, 'x');
    assert_true(buf.overflowed);
    assert_int_equal(buf.len, 0);
    assert_null(buf.at);
}

static void the_largest_limit_is_none(void **state)
{
    LOCAL(buf) buf = {.max = SIZE_MAX};

    (void)state;
    for (int i = 0; i < 1000; i++)
        buf_add(&buf, S("0123456789"));
    assert_int_equal(buf.len, 10000);
    assert_null(buf_reserve(&buf, SIZE_MAX - 5));
}

static void room_can_be_filled_by_the_caller(void **state)
{
    LOCAL(buf) buf = {.max = 10};
    char *room = buf_reserve(&buf, 10);

    (void)state;
    assert_non_null(room);
    memset(room, 'x', 10);
    buf.len += 4;
    assert_span_equal(buf_span(&buf), "xxxx");
    assert_null(buf_reserve(&buf, 7));
    assert_true(buf.overflowed);
}

static void a_buffer_can_only_be_shortened(void **state)
{
    LOCAL(buf) buf = {.max = 10};

    (void)state;
    buf_truncate(&buf, 3);
    buf_add_text(&buf, "abcdef");
    buf_truncate(&buf, 9);
    assert_span_equal(buf_span(&buf), "abcdef");
    buf_truncate(&buf, 3);
    assert_string_equal(buf.at, "abc");
    buf_release(&buf);
    buf_release(&buf); /* twice is fine */
    assert_span_equal(buf_span(&buf), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_gathered_with_a_nul_behind),
        cmocka_unit_test(going_past_the_limit_is_remembered),
        cmocka_unit_test(nothing_fits_without_a_limit),
        cmocka_unit_test(the_largest_limit_is_none),
        cmocka_unit_test(room_can_be_filled_by_the_caller),
        cmocka_unit_test(a_buffer_can_only_be_shortened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
