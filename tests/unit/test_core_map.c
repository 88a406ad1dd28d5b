/* SPDX-License-Identifier: MIT
 * test_core_map.c - from a span to a pointer
 */
#include "unit.h"

static void values_are_found_by_their_keys(void **state)
{
    OWN(arena) arena = arena_new(64 * MiB);
    struct map map = {.arena = arena};
    static int values[20000];

    (void)state;
    assert_null(map_get(&map, S("nothing yet")));
    for (size_t i = 0; i < ARRAY_SIZE(values); i++)
        *map_at(&map, arena_printf(arena, "key %zu", i)) = &values[i];
    assert_int_equal(map.len, ARRAY_SIZE(values));
    for (size_t i = 0; i < ARRAY_SIZE(values); i++)
        assert_ptr_equal(map_get(&map, arena_printf(arena, "key %zu", i)), &values[i]);
    assert_null(map_get(&map, S("key")));
    assert_null(map_get(&map, S("key 20000")));
}

static void a_key_has_one_place(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct map map = {.arena = arena};
    int a, b;

    (void)state;
    assert_null(*map_at(&map, S("x")));
    *map_at(&map, S("x")) = &a;
    *map_at(&map, S("x")) = &b;
    assert_int_equal(map.len, 1);
    assert_ptr_equal(map_get(&map, S("x")), &b);
}

static void an_empty_key_is_a_key(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct map map = {.arena = arena};
    int value;

    (void)state;
    *map_at(&map, (span){0}) = &value;
    assert_ptr_equal(map_get(&map, S("")), &value);
    assert_ptr_equal(map_get(&map, (span){0}), &value);
    assert_int_equal(map.len, 1);
    assert_null(map_get(&map, S("\0"))); /* a byte, if only NUL */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_found_by_their_keys),
        cmocka_unit_test(a_key_has_one_place),
        cmocka_unit_test(an_empty_key_is_a_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
