/* SPDX-License-Identifier: MIT
 * test_digest.c - hashes that are stored, so they must never change
 */
#include "bytes/digest.h"
#include "unit.h"

static void sha256_is_that_of_its_standard(void **state)
{
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    };
    OWN(arena) arena = arena_new(1 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_span_equal(digest_hex(arena, digest_sha256(span_of(cases[i].text))), cases[i].wanted);
    assert_span_equal(digest_hex(arena, digest_sha256((span){0})), cases[0].wanted);
}

static bool is_same(struct sha256 a, struct sha256 b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static void parts_are_told_apart(void **state)
{
    static const span one[] = {{"ab", 2}, {"c", 1}}, other[] = {{"a", 1}, {"bc", 2}},
                      longer[] = {{"ab", 2}, {"c", 1}, {0}};

    (void)state;
    assert_true(is_same(digest_parts(one, 2), digest_parts(one, 2)));
    assert_false(is_same(digest_parts(one, 2), digest_parts(other, 2)));
    assert_false(is_same(digest_parts(one, 2), digest_parts(longer, 3)));
    assert_false(is_same(digest_parts(one, 2), digest_sha256(S("abc"))));
    /* the lengths, as eight bytes each, most significant first */
    assert_true(is_same(digest_parts(one, 2), digest_sha256(S("\0\0\0\0\0\0\0\2ab\0\0\0\0\0\0\0\1c"))));
    assert_true(is_same(digest_parts(NULL, 0), digest_sha256(S(""))));
}

static void the_fast_hash_is_xxh3(void **state)
{
    (void)state;
    assert_true(digest_fast(S("")) == 0x2d06800538d394c2u);
    assert_true(digest_fast(S("abc")) == 0x78af5f94892f3950u);
}

static void a_file_has_the_name_that_git_gives_it(void **state)
{
    static const struct {
        const char *text, *name;
        bool is_its;
    } cases[] = {
        {"a\n", "78981922613b2afb6025042ff6bd878ac1994e85", true},
        {"b\n", "78981922613b2afb6025042ff6bd878ac1994e85", false},
        {"", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", true},
        {"", "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813", true},
        {"", "", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(digest_is_git_name(span_of(cases[i].name), span_of(cases[i].text)), cases[i].is_its);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_is_that_of_its_standard),
        cmocka_unit_test(parts_are_told_apart),
        cmocka_unit_test(the_fast_hash_is_xxh3),
        cmocka_unit_test(a_file_has_the_name_that_git_gives_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
