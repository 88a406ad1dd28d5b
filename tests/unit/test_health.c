/* SPDX-License-Identifier: MIT
 * test_health.c - how a source is doing, in words: from its dates, its row and the time
 */
#include "harvest/health.h"
#include "harvest/pulse.h"
#include "tests/unit/unit.h"

static const int64_t now = 1800000000000; /* 2027-01-15T08:00:00Z */

static struct source a_source(void)
{
    return (struct source){.id = S("heron"),
                           .state = SOURCE_OK,
                           .last_poll_at = now,
                           .last_success_at = now,
                           .last_change_at = now - HOUR,
                           .next_poll_at = now + HOUR,
                           .last_status = 200};
}

/* One item each `gap`, from `newest` back for `days` days, seen by polls that show thirty of them. */
static void publish(struct arena *arena, struct source *source, int64_t newest, int64_t gap, int64_t days)
{
    struct memory memory;
    struct pulse pulse;
    LOCAL(buf) text = {.max = 4 * KiB};

    memory_read(arena, source, &memory);
    pulse_read(memory.pulse, &pulse);
    for (int64_t at = newest - days * DAY; at <= newest; at += MIN(gap, DAY / 4)) {
        int64_t dates[30];
        for (int64_t i = 0; i < 30; i++)
            dates[i] = at - at % gap + newest % gap - i * gap;
        pulse_note(&pulse, dates, ARRAY_SIZE(dates), at);
    }
    pulse_write(&pulse, &text);
    memory.pulse = buf_span(&text);
    memory_write(arena, &memory, source);
}

struct health_case {
    const char *name;
    int64_t silent_for, gap, days;
    enum source_state state;
    const char *says;
};

static void silence_is_unusual_by_what_is_usual(void **state)
{
    static const struct health_case cases[] = {
        {"twenty a day, nine hours", 9 * HOUR, 72 * MINUTE, 20, SOURCE_SILENT,
         "posts 20 a day, none for 9 h"},
        {"twenty a day, three hours", 3 * HOUR, 72 * MINUTE, 20, SOURCE_OK, "posts 20 a day"},
        {"once a day, three days", 3 * DAY, DAY, 25, SOURCE_OK, "posts"},
        {"once a day, ten days", 10 * DAY, DAY, 25, SOURCE_SILENT, "none for 10 days"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(16 * MiB);
        struct source source = a_source();
        struct health health;
        publish(arena, &source, now - cases[i].silent_for, cases[i].gap, cases[i].days);
        health_judge(arena, &source, false, now, &health);
        if (health.state != cases[i].state || !span_has(health.sentence, cases[i].says))
            fail_msg("%s: %s, \"%.*s\"", cases[i].name, health_state_name(health.state),
                     SPAN_ARG(health.sentence));
    }
}

/* While nobody asks nobody can know */
static void silence_is_counted_up_to_the_last_good_poll(void **state)
{
    OWN(arena) arena = arena_new(16 * MiB);
    struct source source = a_source();
    struct health health;

    (void)state;
    source.last_success_at = now - 9 * HOUR;
    publish(arena, &source, now - 10 * HOUR, 72 * MINUTE, 20);
    health_judge(arena, &source, false, now, &health);
    assert_int_equal(health.state, SOURCE_OK);
    assert_int_equal(health.silent_for, HOUR);
}

static void a_trend_is_told_once_three_weeks_were_watched(void **state)
{
    OWN(arena) arena = arena_new(16 * MiB);
    struct source source = a_source();
    struct health health;

    (void)state;
    publish(arena, &source, now - 7 * DAY, 4 * HOUR, 18); /* six a day, then */
    publish(arena, &source, now - HOUR, DAY, 6);          /* one */
    health_judge(arena, &source, false, now, &health);
    assert_int_equal(health.trend, TREND_FALLING);
    assert_true(span_has(health.sentence, "fewer than before"));
}

static void pause_failure_and_end_have_their_own_words(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct source source = a_source();
    struct health health;

    (void)state;
    health_judge(arena, NULL, false, now, &health);
    assert_span_equal(health.sentence, "not polled yet");
    health_judge(arena, &source, true, now, &health);
    assert_int_equal(health.state, SOURCE_PAUSED);
    source.state = SOURCE_FAILING;
    source.failures = 3;
    source.last_error = S("503 from a.example");
    health_judge(arena, &source, false, now, &health);
    assert_true(span_has(health.sentence, "3 polls in a row failed: 503 from a.example; next try in 60 min"));
    source.state = SOURCE_GONE;
    source.last_status = 410;
    health_judge(arena, &source, false, now, &health);
    assert_true(span_has(health.sentence, "410"));
}

static void a_pulse_is_read_back_and_rubbish_is_none(void **state)
{
    static const char *const rubbish[] = {"x", "-1 2 3", "99999999999999999999", "1 2 3 x"};
    LOCAL(buf) text = {.max = 4 * KiB};
    int64_t dates[] = {now - HOUR, now - DAY, now - 3 * DAY, now + DAY, NO_TIME};
    struct pulse pulse, again;

    (void)state;
    pulse_read((span){0}, &pulse);
    assert_int_equal(pulse_rate(&pulse, now), -1);
    pulse_note(&pulse, dates, ARRAY_SIZE(dates), now);
    pulse_write(&pulse, &text);
    pulse_read(buf_span(&text), &again);
    assert_memory_equal(&pulse, &again, sizeof pulse);
    assert_true(pulse.newest_at == now - HOUR);
    for (size_t i = 0; i < ARRAY_SIZE(rubbish); i++) {
        pulse_read(span_of(rubbish[i]), &pulse);
        assert_true(pulse.newest_at == NO_TIME);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silence_is_unusual_by_what_is_usual),
        cmocka_unit_test(silence_is_counted_up_to_the_last_good_poll),
        cmocka_unit_test(a_trend_is_told_once_three_weeks_were_watched),
        cmocka_unit_test(pause_failure_and_end_have_their_own_words),
        cmocka_unit_test(a_pulse_is_read_back_and_rubbish_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
