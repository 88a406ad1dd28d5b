/* SPDX-License-Identifier: MIT
 * test_core_arena.c - memory that goes all at once, and arrays that grow in it
 */
#include "unit.h"

static void places_are_aligned_apart_and_zeroed(void **state)
{
    OWN(arena) arena = arena_new(64 * MiB);
    char *places[200];
    size_t sizes[200];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
        sizes[i] = i * i * 7 % 200000;
        places[i] = arena_alloc(arena, sizes[i]);
        assert_int_equal((uintptr_t)places[i] % _Alignof(max_align_t), 0);
        for (size_t k = 0; k < sizes[i]; k++)
            assert_int_equal(places[i][k], 0);
        memset(places[i], (int)i, sizes[i]);
    }
    for (size_t i = 0; i < ARRAY_SIZE(places); i++) /* none lies over another */
        for (size_t k = 0; k < sizes[i]; k += 97)
            assert_int_equal((unsigned char)places[i][k], i);
}

static void an_arena_is_full_past_its_limit(void **state)
{
    OWN(arena) arena = arena_new(1000);

    (void)state;
    assert_false(arena_is_full(arena));
    memset(arena_alloc(arena, 900), 1, 900);
    assert_false(arena_is_full(arena));
    memset(arena_alloc(arena, 200), 1, 200); /* a single one never fails */
    assert_true(arena_is_full(arena));
    arena_reset(arena);
    assert_false(arena_is_full(arena));
    assert_int_equal(arena_used(arena), 0);
}

static void what_was_used_is_counted(void **state)
{
    OWN(arena) arena = arena_new(64 * MiB);

    (void)state;
    memset(arena_alloc(arena, 1), 1, 1);
    memset(arena_alloc(arena, 1000000), 1, 1000000);
    assert_in_range(arena_used(arena), 1000001, 1000100);
}

struct note {
    char *text;
    char letter;
};

static void add_letter(void *object)
{
    struct note *note = object;
    size_t len = strlen(note->text);

    note->text[len] = note->letter;
}

static void what_was_deferred_runs_last_first(void **state)
{
    char text[8] = "";
    struct note notes[] = {{text, 'a'}, {text, 'b'}, {text, 'c'}};
    struct arena *arena = arena_new(1 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(notes); i++)
        arena_defer(arena, add_letter, &notes[i]);
    arena_reset(arena);
    assert_string_equal(text, "cba");
    arena_defer(arena, add_letter, &notes[0]); /* each once */
    arena_free(arena);
    assert_string_equal(text, "cbaa");
    arena_free(NULL);
}

/* The first block is the one kept, not a large one that was put before it. */
static void an_arena_can_be_reset_again_and_again(void **state)
{
    OWN(arena) arena = arena_new(64 * MiB);
    void *first = arena_alloc(arena, 16);

    (void)state;
    for (int round = 0; round < 20; round++) {
        arena_reset(arena);
        assert_ptr_equal(arena_alloc(arena, 16), first);
        for (int i = 0; i < 10; i++)
            memset(arena_alloc(arena, 300000), i, 300000);
        for (int i = 0; i < 1000; i++)
            memset(arena_alloc(arena, 100), i, 100);
    }
}

static void copies_end_with_a_nul(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    span kept = arena_keep(arena, S("ferry")), made = arena_printf(arena, "%s %d", "pier", 7);

    (void)state;
    assert_string_equal(kept.at, "ferry");
    assert_int_equal(kept.len, 5);
    assert_string_equal(made.at, "pier 7");
    assert_int_equal(made.len, 6);
    assert_string_equal(arena_string(arena, (span){0}), "");
    assert_null(arena_keep(arena, (span){0}).at); /* absent stays absent */
    assert_non_null(arena_keep(arena, S("")).at);
    assert_int_equal(arena_printf(arena, "%s", "").len, 0);
}

static void arrays_grow_and_keep_what_is_in_them(void **state)
{
    OWN(arena) arena = arena_new(64 * MiB);
    VEC(size_t) numbers = {0};

    (void)state;
    for (size_t i = 0; i < 10000; i++)
        *vec_add(arena, &numbers) = i;
    assert_int_equal(numbers.len, 10000);
    for (size_t i = 0; i < numbers.len; i++)
        assert_int_equal(numbers.at[i], i);
    assert_int_equal(*vec_add(arena, &numbers), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_aligned_apart_and_zeroed),
        cmocka_unit_test(an_arena_is_full_past_its_limit),
        cmocka_unit_test(what_was_used_is_counted),
        cmocka_unit_test(what_was_deferred_runs_last_first),
        cmocka_unit_test(an_arena_can_be_reset_again_and_again),
        cmocka_unit_test(copies_end_with_a_nul),
        cmocka_unit_test(arrays_grow_and_keep_what_is_in_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
