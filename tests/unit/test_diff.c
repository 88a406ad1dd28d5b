/* SPDX-License-Identifier: MIT
 * test_diff.c - how one text became another, in words
 */
#include "text/diff.h"
#include "unit.h"

/* "same [-gone-]{+new+}" */
static span compared(struct arena *arena, span before, span after)
{
    LOCAL(buf) out = {.max = 64 * MiB};
    struct diff_piece *pieces;
    size_t count;

    text_diff(arena, before, after, &pieces, &count);
    for (size_t i = 0; i < count; i++) {
        static const char *const marks[][2] = {
            [DIFF_SAME] = {"", ""}, [DIFF_GONE] = {"[-", "-]"}, [DIFF_NEW] = {"{+", "+}"}};
        buf_add_text(&out, marks[pieces[i].kind][0]);
        buf_add(&out, pieces[i].text);
        buf_add_text(&out, marks[pieces[i].kind][1]);
    }
    return arena_keep(arena, buf_span(&out));
}

static void words_that_changed_are_told(void **state)
{
    static const struct {
        const char *before, *after, *wanted;
    } cases[] = {
        {"", "", ""},
        {"a", "", "[-a-]"},
        {"", "a", "{+a+}"},
        {"The ferry is late.", "The ferry is late.", "The ferry is late."},
        {"The ferry is late.", "The ferry was late.", "The ferry [-is-]{+was+} late."},
        {"Two dead.", "Two hurt, none dead.", "Two {+hurt, none +}dead."},
        {"One.\n\nTwo.\n\nThree.", "One.\n\nThree.", "One.\n\n[-Two.\n\n-]Three."},
        {"One.\n\nThree.", "One.\n\nTwo.\n\nThree.", "One.\n\n{+Two.\n\n+}Three."},
        {"渡轮晚点两小时", "渡轮晚点三小时", "渡轮晚点[-两-]{+三+}小时"},
        {"cafe\xcc\x81 shut", "cafe\xcc\x81 open", "cafe\xcc\x81 [-shut-]{+open+}"},
        {"a\xff z", "a\xfe z", "a[-\xff-]{+\xfe+} z"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        assert_span_equal(compared(arena, span_of(cases[i].before), span_of(cases[i].after)),
                          cases[i].wanted);
    }
}

static span random_text(struct arena *arena, unsigned *seed, int words)
{
    static const char *const some[] = {"ferry ", "late", " ", "\n\n", "渡", "轮", "."};
    LOCAL(buf) out = {.max = 1 * MiB};

    for (int i = 0; i < words; i++) {
        *seed = *seed * 1103515245u + 12345u;
        buf_add_text(&out, some[*seed / 65536u % ARRAY_SIZE(some)]);
    }
    return arena_keep(arena, buf_span(&out));
}

static void both_texts_can_be_read_from_the_pieces(void **state)
{
    unsigned seed = 7;

    (void)state;
    for (int round = 0; round < 400; round++) {
        OWN(arena) arena = arena_new(64 * MiB);
        LOCAL(buf) was = {.max = 1 * MiB};
        LOCAL(buf) is = {.max = 1 * MiB};
        span before = random_text(arena, &seed, round % 60), after = random_text(arena, &seed, round % 47);
        struct diff_piece *pieces;
        size_t count;
        text_diff(arena, before, after, &pieces, &count);
        for (size_t i = 0; i < count; i++) {
            assert_true(pieces[i].text.len > 0);
            if (pieces[i].kind != DIFF_NEW)
                buf_add(&was, pieces[i].text);
            if (pieces[i].kind != DIFF_GONE)
                buf_add(&is, pieces[i].text);
        }
        assert_true(span_equal(buf_span(&was), before));
        assert_true(span_equal(buf_span(&is), after));
    }
}

static void texts_with_nothing_in_common_end_in_bounded_memory(void **state)
{
    OWN(arena) arena = arena_new(64 * MiB);
    LOCAL(buf) before = {.max = 8 * MiB};
    LOCAL(buf) after = {.max = 8 * MiB};
    struct diff_piece *pieces;
    size_t count;

    (void)state;
    for (int i = 0; i < 100000; i++) {
        buf_printf(&before, "%d ", i);
        buf_printf(&after, "%d ", -1 - i);
    }
    text_diff(arena, buf_span(&before), buf_span(&after), &pieces, &count);
    assert_int_equal(count, 3); /* all of one, all of the other, and the last space */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_that_changed_are_told),
        cmocka_unit_test(both_texts_can_be_read_from_the_pieces),
        cmocka_unit_test(texts_with_nothing_in_common_end_in_bounded_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
