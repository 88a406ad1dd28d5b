/* SPDX-License-Identifier: MIT
 * test_schedule.c - the rules of polling by themselves: an answer goes in, the next poll comes out
 */
#include "harvest/memory.h"
#include "harvest/schedule.h"
#include "tests/unit/unit.h"

static const int64_t now = 1800000000000; /* 2027-01-15T08:00:00Z, a Friday */

static const struct conf_fetch defaults = {
    .interval = HOUR, .min_interval = 15 * MINUTE, .max_interval = DAY};

static struct source fresh_source(void)
{
    return (struct source){.id = S("heron"),
                           .state = SOURCE_OK,
                           .last_poll_at = NO_TIME,
                           .last_success_at = NO_TIME,
                           .last_change_at = NO_TIME,
                           .next_poll_at = NO_TIME};
}

static struct poll_facts facts_of(enum outcome outcome, const struct response *response)
{
    return (struct poll_facts){.outcome = outcome,
                               .now = now,
                               .settings = &defaults,
                               .response = response,
                               .error = S("it did not go well"),
                               .ttl_minutes = -1,
                               .update_frequency = -1};
}

static void poll(struct arena *arena, const struct poll_facts *facts, struct source *source)
{
    struct memory memory;

    memory_read(arena, source, &memory);
    schedule_poll(arena, facts, &memory, source);
    memory_write(arena, &memory, source);
}

static bool is_about(int64_t got, int64_t wanted) /* within the jitter */
{
    return got >= wanted - wanted / 10 - 1 && got <= wanted + wanted / 10 + 1;
}

struct hint_case {
    const char *name;
    const char *cache_control, *age, *expires, *date;
    int64_t ttl_minutes;
    const char *period;
    int64_t frequency, seen;
    int64_t wanted; /* ms, before jitter */
};

static void the_longest_hint_wins_within_floor_and_cap(void **state)
{
    static const struct hint_case cases[] = {
        {"nothing said: the newsroom's interval", .ttl_minutes = -1, .wanted = HOUR},
        {"ttl", .ttl_minutes = 120, .wanted = 2 * HOUR},
        {"absurd ttl is capped", .ttl_minutes = 99999, .wanted = DAY},
        {"ttl near the largest number", .ttl_minutes = INT64_MAX, .wanted = DAY},
        {"negative ttl says nothing", .ttl_minutes = -5, .wanted = HOUR},
        {"max-age", .cache_control = "public, max-age=7200", .ttl_minutes = -1, .wanted = 2 * HOUR},
        {"max-age less its age", "max-age=7200", .age = "3600", .ttl_minutes = -1, .wanted = HOUR},
        {"absurd max-age is capped", "max-age=100000000000000000", .ttl_minutes = -1, .wanted = DAY},
        {"huge max-age that fits", "max-age=9000000000000", .ttl_minutes = -1, .wanted = DAY},
        {"no-cache is no licence", "no-cache, max-age=0", .ttl_minutes = -1, .wanted = HOUR},
        {"max-age below the floor", "max-age=60", .ttl_minutes = -1, .wanted = 15 * MINUTE},
        {"Expires", .expires = "Fri, 15 Jan 2027 11:00:00 GMT", .date = "Fri, 15 Jan 2027 08:00:00 GMT",
         .ttl_minutes = -1, .wanted = 3 * HOUR},
        {"Expires in the past", .expires = "Thu, 01 Jan 1970 00:00:00 GMT", .ttl_minutes = -1,
         .wanted = HOUR},
        {"Expires 0", .expires = "0", .ttl_minutes = -1, .wanted = HOUR},
        {"hourly, twice", .ttl_minutes = -1, .period = "hourly", .frequency = 2, .wanted = 30 * MINUTE},
        {"weekly is capped", .ttl_minutes = -1, .period = "weekly", .frequency = 1, .wanted = DAY},
        {"frequency 0 is 1", .ttl_minutes = -1, .period = "daily", .frequency = 0, .wanted = DAY},
        {"together: the longest", "max-age=1800", .ttl_minutes = 180, .period = "hourly", .frequency = 1,
         .wanted = 3 * HOUR},
        {"what is seen, where nothing is said", .ttl_minutes = -1, .seen = 4 * HOUR, .wanted = 2 * HOUR},
        {"a hint before what is seen", .ttl_minutes = 60, .seen = 8 * HOUR, .wanted = HOUR},
        {"a torrent: the floor", .ttl_minutes = -1, .seen = MINUTE, .wanted = 15 * MINUTE},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        const struct hint_case *hint = &cases[i];
        struct response response = {.status = 200,
                                    .cache_control = span_of(hint->cache_control),
                                    .age = span_of(hint->age),
                                    .expires = span_of(hint->expires),
                                    .date = span_of(hint->date),
                                    .received_at = now};
        struct poll_facts facts = facts_of(OUTCOME_OK, &response);
        struct source source = fresh_source();
        facts.ttl_minutes = hint->ttl_minutes;
        facts.update_period = span_of(hint->period);
        facts.update_frequency = hint->frequency;
        facts.seen_interval = hint->seen;
        poll(arena, &facts, &source);
        if (!is_about(source.next_poll_at - now, hint->wanted) || source.next_poll_at - now < 15 * MINUTE)
            fail_msg("%s: %lld s, wanted %lld s", hint->name, (long long)(source.next_poll_at - now) / 1000,
                     (long long)hint->wanted / 1000);
        assert_int_equal(source.interval, source.next_poll_at - now);
    }
}

static void the_users_interval_beats_hints(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct conf_fetch mine = defaults;
    struct response response = {.status = 200, .cache_control = S("max-age=86400")};
    struct poll_facts facts = facts_of(OUTCOME_OK, &response);
    struct source source = fresh_source();

    (void)state;
    mine.interval = 20 * MINUTE;
    mine.interval_is_set = true;
    facts.settings = &mine;
    facts.skip_hours = 0xffffff;
    poll(arena, &facts, &source);
    assert_true(is_about(source.interval, 20 * MINUTE));
}

static void hours_and_days_to_skip_are_skipped(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct response response = {.status = 200};
    struct poll_facts facts = facts_of(OUTCOME_OK, &response);
    struct source source = fresh_source();

    (void)state;
    facts.skip_hours = 0x000ff << 8; /* 8 to 15 GMT; it is 8 */
    poll(arena, &facts, &source);
    assert_in_range(source.interval, 8 * HOUR, 8 * HOUR + 15 * MINUTE); /* not all at the stroke */
    facts.skip_hours = 0;
    facts.skip_days = 1 << 5; /* Friday */
    poll(arena, &facts, &source);
    assert_in_range(source.interval, 16 * HOUR, 16 * HOUR + 15 * MINUTE);
    facts.skip_days = 0x7f; /* every day: nonsense must not stop a feed */
    poll(arena, &facts, &source);
    assert_in_range(source.interval, HOUR, DAY);
}

static void retry_after_is_honoured_exactly_and_kept(void **state)
{
    static const struct {
        int status;
        const char *header;
        int64_t wait;
    } cases[] = {
        {503, "1500", 1500 * SECOND},
        {429, "1500", 1500 * SECOND},
        {503, "Fri, 15 Jan 2027 09:00:00 GMT", HOUR},
        {503, "60", 15 * MINUTE}, /* the floor */
        {503, "999999999", DAY},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        struct response response = {.status = cases[i].status, .retry_after = span_of(cases[i].header)};
        struct poll_facts facts = facts_of(OUTCOME_REFUSED, &response);
        struct source source = fresh_source();
        poll(arena, &facts, &source);
        assert_int_equal(source.next_poll_at - now, cases[i].wait);
        assert_int_equal(source.failures, 1);
        assert_false(schedule_is_due(&source, now + cases[i].wait - 1, true)); /* not even when forced */
        assert_true(schedule_is_due(&source, now + cases[i].wait, false));
    }
}

static void errors_back_off_doubling_and_one_success_resets(void **state)
{
    static const struct {
        int status; /* 0: no answer */
        int64_t first, longest;
    } cases[] = {
        {0, 15 * MINUTE, DAY}, {500, 15 * MINUTE, DAY}, {429, HOUR, DAY},     {401, 4 * HOUR, DAY},
        {403, 4 * HOUR, DAY},  {451, 4 * HOUR, DAY},    {404, HOUR, 7 * DAY}, {503, 15 * MINUTE, DAY},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(4 * MiB);
        struct response response = {.status = cases[i].status};
        struct poll_facts facts =
            facts_of(cases[i].status ? OUTCOME_REFUSED : OUTCOME_ERROR, cases[i].status ? &response : NULL);
        struct source source = fresh_source();
        int64_t wanted = cases[i].first;
        for (int round = 0; round < 20; round++) {
            poll(arena, &facts, &source);
            assert_true(source.interval >= 15 * MINUTE);
            assert_true(is_about(source.interval, wanted) || source.interval == 15 * MINUTE);
            assert_int_equal(source.state, SOURCE_FAILING);
            assert_true(schedule_is_due(&source, now, true)); /* the user may insist */
            wanted = MIN(wanted * 2, cases[i].longest);
        }
        assert_int_equal(source.failures, 20);
        facts = facts_of(OUTCOME_UNCHANGED, NULL);
        poll(arena, &facts, &source);
        assert_int_equal(source.failures, 0);
        assert_int_equal(source.state, SOURCE_OK);
        assert_int_equal(source.last_error.len, 0);
    }
}

static void gone_is_for_good(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct response response = {.status = 410};
    struct poll_facts facts = facts_of(OUTCOME_REFUSED, &response);
    struct source source = fresh_source();

    (void)state;
    poll(arena, &facts, &source);
    assert_int_equal(source.state, SOURCE_GONE);
    assert_true(source.next_poll_at == NO_TIME);
    assert_false(schedule_is_due(&source, now + 400 * DAY, false));
    assert_false(schedule_is_due(&source, now + 400 * DAY, true));
}

static void feeds_due_at_once_spread_out(void **state)
{
    OWN(arena) arena = arena_new(64 * MiB);
    int histogram[10] = {0};

    (void)state;
    for (int i = 0; i < 1000; i++) {
        struct response response = {.status = 200};
        struct poll_facts facts = facts_of(OUTCOME_OK, &response);
        struct source source = fresh_source();
        source.id = arena_printf(arena, "source-%d", i);
        poll(arena, &facts, &source);
        int64_t offset = source.interval - (HOUR - 6 * MINUTE);
        assert_in_range(offset, 0, 12 * MINUTE);
        histogram[MIN(offset * 10 / (12 * MINUTE), 9)]++;
    }
    for (size_t i = 0; i < ARRAY_SIZE(histogram); i++)
        assert_in_range(histogram[i], 60, 140);
}

static void a_permanent_redirect_moves_the_address_after_three_polls_in_a_row(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct source source = fresh_source();
    span old = S("https://old.example/f"), new = S("https://new.example/f"),
         other = S("https://other.example/f");

    (void)state;
    source.address = old;
    schedule_move(arena, &source, new, true);
    schedule_move(arena, &source, other, true); /* it flips: counting begins anew */
    schedule_move(arena, &source, new, true);
    schedule_move(arena, &source, new, true);
    assert_span_equal(source.address, old.at);
    schedule_move(arena, &source, new, false); /* nothing known there: it may be another's feed */
    assert_span_equal(source.address, old.at);
    schedule_move(arena, &source, new, true);
    assert_span_equal(source.address, new.at);
    assert_int_equal(source.moved_to.len, 0);
}

static void the_seen_interval_is_the_median_gap(void **state)
{
    int64_t dates[] = {now, now - HOUR, now - 2 * HOUR, now - 30 * DAY, NO_TIME};
    int64_t few[] = {now, now - HOUR};
    int64_t same[] = {now, now, now, now};

    (void)state;
    assert_int_equal(schedule_seen_interval(dates, 5), HOUR);
    assert_int_equal(schedule_seen_interval(few, 2), 0);
    assert_int_equal(schedule_seen_interval(same, 4), MINUTE);
}

static void what_is_remembered_is_read_back_and_rubbish_is_nothing(void **state)
{
    static const char *const rubbish[] = {"]]]", "7", "[1,2]", "{\"ttl\":-4,\"why\":3,\"rung_at\":\"x\"}",
                                          "{\"ttl\":"};
    OWN(arena) arena = arena_new(1 * MiB);
    struct source source = fresh_source();
    struct memory memory;

    (void)state;
    memory_read(arena, &source, &memory);
    memory.ttl = HOUR;
    memory.retry_after = now;
    memory.why = S("a \"reason\"");
    memory.has_walked = true;
    memory_write(arena, &memory, &source);
    memory_read(arena, &source, &memory);
    assert_int_equal(memory.ttl, HOUR);
    assert_int_equal(memory.retry_after, now);
    assert_span_equal(memory.why, "a \"reason\"");
    assert_true(memory.has_walked);
    assert_true(memory.rung_at == NO_TIME);
    for (size_t i = 0; i < ARRAY_SIZE(rubbish); i++) {
        source.memory = span_of(rubbish[i]);
        memory_read(arena, &source, &memory);
        assert_int_equal(memory.ttl, 0);
        assert_int_equal(memory.why.len, 0);
        assert_true(memory.rung_at == NO_TIME);
        assert_true(memory.retry_after == NO_TIME);
    }
}

/* 304 says nothing of ttl: what the feed said last goes on to hold */
static void hints_outlive_an_unchanged_answer(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct response response = {.status = 200}, unchanged = {.status = 304},
                    fresher = {.status = 304, .cache_control = S("max-age=14400")};
    struct poll_facts facts = facts_of(OUTCOME_OK, &response);
    struct source source = fresh_source();

    (void)state;
    facts.ttl_minutes = 180;
    poll(arena, &facts, &source);
    facts = facts_of(OUTCOME_UNCHANGED, &unchanged);
    poll(arena, &facts, &source);
    assert_in_range(source.interval, 3 * HOUR, 3 * HOUR + 18 * MINUTE);
    facts.response = &fresher;
    poll(arena, &facts, &source);
    assert_in_range(source.interval, 4 * HOUR, 4 * HOUR + 24 * MINUTE);
    facts.response = &unchanged;
    poll(arena, &facts, &source);
    assert_in_range(source.interval, 4 * HOUR, 4 * HOUR + 24 * MINUTE);
}

static void nobody_comes_before_what_a_publisher_asked_for(void **state)
{
    OWN(arena) arena = arena_new(4 * MiB);

    (void)state;
    for (int i = 0; i < 100; i++) {
        struct response response = {.status = 200, .cache_control = S("max-age=7200")};
        struct poll_facts facts = facts_of(OUTCOME_OK, &response);
        struct source source = fresh_source();
        source.id = arena_printf(arena, "source-%d", i);
        poll(arena, &facts, &source);
        assert_in_range(source.interval, 2 * HOUR, 2 * HOUR + 12 * MINUTE);
        response.cache_control = S("max-age=99999999");
        poll(arena, &facts, &source);
        assert_in_range(source.interval, DAY - DAY / 10, DAY); /* the cap is one for jitter, too */
    }
}

static void after_a_gap_it_is_polled_sooner(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct response response = {.status = 200};
    struct poll_facts facts = facts_of(OUTCOME_OK, &response);
    struct source source = fresh_source();

    (void)state;
    facts.seen_interval = 8 * HOUR;
    poll(arena, &facts, &source);
    assert_true(is_about(source.interval, 4 * HOUR));
    facts.has_gap = true;
    poll(arena, &facts, &source);
    assert_true(is_about(source.interval, 2 * HOUR));
}

static void from_https_to_http_is_no_move(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct source source = fresh_source();

    (void)state;
    source.address = S("https://a.example/f");
    for (int i = 0; i < 5; i++)
        schedule_move(arena, &source, S("http://a.example/f"), true);
    assert_span_equal(source.address, "https://a.example/f");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_hint_wins_within_floor_and_cap),
        cmocka_unit_test(the_users_interval_beats_hints),
        cmocka_unit_test(hours_and_days_to_skip_are_skipped),
        cmocka_unit_test(retry_after_is_honoured_exactly_and_kept),
        cmocka_unit_test(errors_back_off_doubling_and_one_success_resets),
        cmocka_unit_test(gone_is_for_good),
        cmocka_unit_test(feeds_due_at_once_spread_out),
        cmocka_unit_test(a_permanent_redirect_moves_the_address_after_three_polls_in_a_row),
        cmocka_unit_test(the_seen_interval_is_the_median_gap),
        cmocka_unit_test(what_is_remembered_is_read_back_and_rubbish_is_nothing),
        cmocka_unit_test(hints_outlive_an_unchanged_answer),
        cmocka_unit_test(nobody_comes_before_what_a_publisher_asked_for),
        cmocka_unit_test(after_a_gap_it_is_polled_sooner),
        cmocka_unit_test(from_https_to_http_is_no_move),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
