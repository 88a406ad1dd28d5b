/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

static void span_cut_gives_each_piece_once(void **state)
{
    span rest = S("a,,b"), piece;

    (void)state;
    assert_true(span_cut(&rest, ',', &piece));
    assert_span_equal(piece, "a");
    assert_true(span_cut(&rest, ',', &piece));
    assert_span_equal(piece, "");
    assert_true(span_cut(&rest, ',', &piece));
    assert_span_equal(piece, "b");
    assert_false(span_cut(&rest, ',', &piece));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(span_cut_gives_each_piece_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
