/* SPDX-License-Identifier: MIT
 * test_pace.c - weeks of polling in a moment: is each kind of source asked as often as is sensible?
 *
 * A publisher is a list of times at which it says something. The schedule is asked poll after poll, from a
 * clock that leaps to each; what was new, and how late it was seen, is counted.
 */
#include "harvest/memory.h"
#include "harvest/schedule.h"
#include "tests/unit/unit.h"
#include "text/date.h"

static const int64_t start = 1800230400000; /* a Monday, 00:00 GMT */

enum { WEEKS = 8, MOST_ITEMS = 2000, NEWEST = 30 };

struct publisher {
    int64_t times[MOST_ITEMS]; /* when its items come, in order */
    size_t count;
};

static void say(struct publisher *publisher, int64_t at)
{
    if (publisher->count < MOST_ITEMS)
        publisher->times[publisher->count++] = at;
}

static void twenty_a_day(struct publisher *publisher) /* none by night */
{
    for (int day = -2; day < WEEKS * 7; day++)
        for (int i = 0; i < 20; i++)
            say(publisher, start + day * DAY + 6 * HOUR + i * 42 * MINUTE);
}

static void one_a_week(struct publisher *publisher)
{
    for (int week = -6; week < WEEKS; week++)
        say(publisher, start + week * 7 * DAY + 9 * HOUR);
}

static void thirty_each_monday(struct publisher *publisher)
{
    for (int week = -1; week < WEEKS; week++)
        for (int i = 0; i < 30; i++)
            say(publisher, start + week * 7 * DAY + 9 * HOUR + i * 2 * MINUTE);
}

static void nothing_any_more(struct publisher *publisher)
{
    for (int i = 30; i > 0; i--)
        say(publisher, start - i * HOUR);
}

struct simulation {
    const struct conf_fetch *settings;
    struct poll_facts hints; /* what it says of itself with each answer */
    struct response response;
    const struct publisher *publisher;
    span id;
    /* what was seen */
    int64_t shortest, longest;   /* waits */
    int polls_in_last_week;      /* ... of all */
    int polls_at_hour[24];       /* GMT */
    int64_t lateness, news_seen; /* summed over what came in the second half */
};

static int64_t seen_interval(const struct publisher *publisher, size_t seen)
{
    size_t first = seen > NEWEST ? seen - NEWEST : 0;

    return schedule_seen_interval(publisher->times + first, seen - first);
}

static size_t seen_at(const struct publisher *publisher, int64_t now)
{
    size_t seen = 0;

    while (seen < publisher->count && publisher->times[seen] <= now)
        seen++;
    return seen;
}

static void count_news(struct simulation *simulation, size_t from, size_t to, int64_t now)
{
    for (size_t i = from; i < to; i++)
        if (simulation->publisher->times[i] > start + WEEKS * 7 * DAY / 2) {
            simulation->lateness += now - simulation->publisher->times[i];
            simulation->news_seen++;
        }
}

static void simulate(struct simulation *simulation)
{
    struct source source = {.id = simulation->id,
                            .state = SOURCE_OK,
                            .last_poll_at = NO_TIME,
                            .last_success_at = NO_TIME,
                            .last_change_at = NO_TIME,
                            .next_poll_at = start};
    const int64_t end = start + WEEKS * 7 * DAY;
    OWN(arena) arena = arena_new(64 * MiB);
    size_t before = 0;

    simulation->shortest = INT64_MAX;
    for (int64_t now = start; now < end; now = source.next_poll_at) {
        struct poll_facts facts = simulation->hints;
        size_t seen = seen_at(simulation->publisher, now);
        struct memory memory;
        facts.outcome = seen > before ? OUTCOME_OK : OUTCOME_UNCHANGED;
        facts.has_news = seen > before;
        facts.now = now;
        facts.settings = simulation->settings;
        facts.response = &simulation->response;
        facts.seen_interval = seen > before ? seen_interval(simulation->publisher, seen) : 0;
        simulation->response.received_at = now;
        memory_read(arena, &source, &memory);
        schedule_poll(arena, &facts, &memory, &source);
        memory_write(arena, &memory, &source);
        count_news(simulation, before, seen, now);
        before = seen;
        simulation->shortest = MIN(simulation->shortest, source.interval);
        simulation->longest = MAX(simulation->longest, source.interval);
        simulation->polls_in_last_week += now >= end - 7 * DAY;
        simulation->polls_at_hour[date_split(now).hour]++;
    }
}

static const struct conf_fetch usual = {.interval = HOUR, .min_interval = 15 * MINUTE, .max_interval = DAY};
static const struct conf_fetch mine = {
    .interval = 20 * MINUTE, .min_interval = 15 * MINUTE, .max_interval = DAY, .interval_is_set = true};

static struct simulation simulation_of(const struct publisher *publisher)
{
    return (struct simulation){.settings = &usual,
                               .hints = {.ttl_minutes = -1, .update_frequency = -1},
                               .response = {.status = 200},
                               .publisher = publisher,
                               .id = S("heron")};
}

static void each_kind_of_source_is_asked_as_often_as_is_sensible(void **state)
{
    static const struct {
        const char *name;
        void (*speak)(struct publisher *publisher);
        int64_t ttl_minutes;
        const char *cache_control, *period;
        uint32_t skip_hours;
        const struct conf_fetch *settings;
        int fewest, most;     /* polls in the last week */
        int64_t mean_late;    /* at most; 0: nothing comes */
        int64_t never_before; /* no wait is shorter */
    } cases[] = {
        {"twenty a day", twenty_a_day, -1, .fewest = 7 * 24, .most = 7 * 96, .mean_late = 30 * MINUTE},
        {"one a week", one_a_week, -1, .fewest = 7, .most = 14, .mean_late = 16 * HOUR},
        {"thirty in an hour, each Monday", thirty_each_monday, -1, .fewest = 14, .most = 7 * 12,
         .mean_late = 8 * HOUR},
        {"dead", nothing_any_more, -1, .fewest = 7, .most = 8},
        {"dead, though its ttl says hourly", nothing_any_more, 60, .fewest = 7, .most = 8},
        {"a ttl of four hours", twenty_a_day, 240, .fewest = 38, .most = 42, .mean_late = 3 * HOUR,
         .never_before = 4 * HOUR},
        {"fresh for three hours", twenty_a_day, -1, .cache_control = "max-age=10800", .fewest = 50,
         .most = 56, .mean_late = 2 * HOUR, .never_before = 3 * HOUR},
        {"twice a day", twenty_a_day, -1, .period = "daily", .fewest = 12, .most = 14, .mean_late = 9 * HOUR,
         .never_before = 12 * HOUR},
        {"asleep from 0 to 6", twenty_a_day, -1, .skip_hours = 0x3f, .fewest = 7 * 18, .most = 7 * 72,
         .mean_late = 30 * MINUTE},
        {"as the user wants it, all hints aside", nothing_any_more, 600, .cache_control = "max-age=86400",
         .skip_hours = 0xffffff, .settings = &mine, .fewest = 7 * 65, .most = 7 * 80},
        {"never, if it had its way", twenty_a_day, INT64_MAX, .cache_control = "max-age=99999999999999",
         .skip_hours = 0xffffff, .fewest = 7, .most = 8, .mean_late = 14 * HOUR},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct publisher publisher = {.count = 0};
        struct simulation simulation = simulation_of(&publisher);
        cases[i].speak(&publisher);
        simulation.hints.ttl_minutes = cases[i].ttl_minutes;
        simulation.hints.skip_hours = cases[i].skip_hours;
        if (cases[i].settings)
            simulation.settings = cases[i].settings;
        simulation.response.cache_control = span_of(cases[i].cache_control);
        simulation.hints.update_period = span_of(cases[i].period);
        if (cases[i].period)
            simulation.hints.update_frequency = 2;
        simulate(&simulation);
        print_message("%s: %d polls in a week, %lld min late\n", cases[i].name, simulation.polls_in_last_week,
                      simulation.news_seen ? (long long)(simulation.lateness / simulation.news_seen / MINUTE)
                                           : -1LL);
        assert_in_range(simulation.polls_in_last_week, cases[i].fewest, cases[i].most);
        assert_true(simulation.shortest >= MAX(cases[i].never_before, usual.min_interval));
        assert_true(simulation.longest <= usual.max_interval + usual.max_interval / 10);
        assert_true((simulation.news_seen > 0) == (cases[i].mean_late > 0));
        if (cases[i].mean_late)
            assert_true(simulation.lateness / simulation.news_seen <= cases[i].mean_late);
        for (int hour = 0; hour < 24 && cases[i].skip_hours != 0xffffff; hour++)
            if (cases[i].skip_hours >> hour & 1 && simulation.polls_at_hour[hour] > 1) /* the first of all */
                fail_msg("%s: polled at %d", cases[i].name, hour);
    }
}

/* A thousand that began at one moment: after two days no five minutes have much more of them than others */
static void sources_that_began_together_are_not_in_step(void **state)
{
    enum { SOURCES = 1000, BINS = 288 };
    OWN(arena) arena = arena_new(512 * MiB);
    int bins[BINS] = {0};

    (void)state;
    for (int i = 0; i < SOURCES; i++) {
        struct source source = {.id = arena_printf(arena, "source-%d", i),
                                .last_poll_at = NO_TIME,
                                .last_change_at = start,
                                .next_poll_at = start};
        for (int64_t now = start; now < start + 3 * DAY; now = source.next_poll_at) {
            struct poll_facts facts = {.outcome = OUTCOME_UNCHANGED, .now = now, .settings = &mine};
            struct memory memory = {0};
            if (now >= start + 2 * DAY)
                bins[(now - start - 2 * DAY) / (5 * MINUTE)]++;
            schedule_poll(arena, &facts, &memory, &source);
        }
    }
    for (int i = 0; i < BINS; i++)
        assert_in_range(bins[i], 150, 350); /* 250 of them is the mean */
}

/* ... nor do those that all ask to be left alone until six come at its stroke */
static void whom_it_was_asked_to_skip_come_spread_over_a_while(void **state)
{
    OWN(arena) arena = arena_new(64 * MiB);
    int bins[3] = {0};

    (void)state;
    for (int i = 0; i < 300; i++) {
        struct response response = {.status = 200, .received_at = start};
        struct poll_facts facts = {.outcome = OUTCOME_OK,
                                   .now = start,
                                   .settings = &usual,
                                   .response = &response,
                                   .ttl_minutes = -1,
                                   .skip_hours = 0x3f};
        struct source source = {.id = arena_printf(arena, "source-%d", i), .last_change_at = start};
        struct memory memory = {0};
        schedule_poll(arena, &facts, &memory, &source);
        assert_in_range(source.interval, 6 * HOUR, 6 * HOUR + 15 * MINUTE);
        bins[MIN((source.interval - 6 * HOUR) / (5 * MINUTE), 2)]++;
    }
    for (int i = 0; i < 3; i++)
        assert_in_range(bins[i], 70, 130);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_source_is_asked_as_often_as_is_sensible),
        cmocka_unit_test(sources_that_began_together_are_not_in_step),
        cmocka_unit_test(whom_it_was_asked_to_skip_come_spread_over_a_while),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
