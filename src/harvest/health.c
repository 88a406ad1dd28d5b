/* SPDX-License-Identifier: MIT */
#include "harvest/health.h"
#include "harvest/pulse.h"
#include <inttypes.h>

const char *health_state_name(enum source_state state)
{
    static const char *const names[] = {"ok", "failing", "silent", "gone", "paused"};

    return names[state];
}

const char *health_trend_name(enum trend trend)
{
    static const char *const names[] = {NULL, "steady", "rising", "falling"};

    return names[trend];
}

span health_duration(struct arena *arena, int64_t duration)
{
    static const struct {
        int64_t length;
        const char *name;
    } units[] = {{DAY, "days"}, {HOUR, "h"}, {MINUTE, "min"}, {SECOND, "s"}};
    size_t i = 0;

    while (i + 1 < ARRAY_SIZE(units) && duration < 2 * units[i].length)
        i++;
    return arena_printf(arena, "%" PRId64 " %s", (MAX(duration, 0) + units[i].length / 2) / units[i].length,
                        units[i].name);
}

/* --- how often it speaks --- */

static span rate_in_words(struct arena *arena, int64_t rate)
{
    static const struct {
        int64_t days;
        const char *name;
    } spans[] = {{1, "day"}, {7, "week"}, {30, "month"}, {365, "year"}};

    for (size_t i = 0; i < ARRAY_SIZE(spans); i++)
        if (rate * spans[i].days >= 1500)
            return arena_printf(arena, "posts %" PRId64 " a %s", (rate * spans[i].days + 500) / 1000,
                                spans[i].name);
    return S("hardly ever posts");
}

static enum trend trend_of(const struct pulse *pulse, int64_t now, int64_t *out_before)
{
    int64_t lately;

    if (!pulse_trend(pulse, now, &lately, out_before))
        return TREND_UNKNOWN;
    if (lately > 2 * *out_before + 500)
        return TREND_RISING;
    if (2 * lately + 500 < *out_before)
        return TREND_FALLING;
    return TREND_STEADY;
}

/* "posts 20 a day, none for 9 h"; empty: it is not known yet */
static span say_pulse(struct arena *arena, const struct pulse *pulse, int64_t now,
                      const struct health *health, int64_t before)
{
    int64_t rate = health->rate;

    if (rate < 0)
        return (span){0};
    if (health->state == SOURCE_SILENT) /* as it was while it spoke */
        return arena_printf(
            arena, "%.*s, none for %.*s",
            SPAN_ARG(rate_in_words(arena, pulse_rate(pulse, MIN(now, pulse->newest_at + DAY)))),
            SPAN_ARG(health_duration(arena, health->silent_for)));
    if (health->trend == TREND_RISING || health->trend == TREND_FALLING)
        return arena_printf(arena, "%.*s, %s than before (%" PRId64 ".%" PRId64 " a day)",
                            SPAN_ARG(rate_in_words(arena, rate)),
                            health->trend == TREND_RISING ? "more" : "fewer", before / 1000,
                            before % 1000 / 100);
    return rate_in_words(arena, rate);
}

/* --- what happened last --- */

static span say_ok(struct arena *arena, const struct source *known, int64_t now)
{
    if (known->last_change_at == NO_TIME)
        return S("answers, and has had nothing new yet");
    return arena_printf(arena, "answers; last changed %.*s ago",
                        SPAN_ARG(health_duration(arena, now - known->last_change_at)));
}

static span say_silent(struct arena *arena, const struct source *known, int64_t now)
{
    (void)arena, (void)known, (void)now;
    return S("answers, but is unusually silent");
}

static span say_failing(struct arena *arena, const struct source *known, int64_t now)
{
    if (known->next_poll_at == NO_TIME)
        return arena_printf(arena, "%" PRId64 " polls in a row failed: %.*s", known->failures,
                            SPAN_ARG(known->last_error));
    return arena_printf(arena, "%" PRId64 " poll%s failed: %.*s; next try in %.*s", known->failures,
                        known->failures == 1 ? "" : "s in a row", SPAN_ARG(known->last_error),
                        SPAN_ARG(health_duration(arena, known->next_poll_at - now)));
}

static span say_gone(struct arena *arena, const struct source *known, int64_t now)
{
    (void)arena, (void)now;
    return known->last_status == 410
               ? S("the publisher took it away (410); it is not polled any more, its articles stay")
               : S("it says that it will never change again; it is not polled any more, its articles stay");
}

static span say_paused(struct arena *arena, const struct source *known, int64_t now)
{
    (void)arena, (void)known, (void)now;
    return S("paused in courant.conf");
}

static span (*const sayings[])(struct arena *, const struct source *,
                               int64_t) = {say_ok, say_failing, say_silent, say_gone, say_paused};

/* --- and what else its reader should know of --- */

static void add(struct buf *out, span text)
{
    if (!text.len)
        return;
    if (out->len)
        buf_add(out, S("; "));
    buf_add(out, text);
}

static void add_notes(struct arena *arena, const struct source *known, const struct memory *memory,
                      struct buf *out)
{
    if (memory->rung_at != NO_TIME)
        add(out, memory->rung_reason);
    if (known->moved_count > 0)
        add(out, arena_printf(arena, "moved to %.*s: taken for its address once %d polls agree",
                              SPAN_ARG(known->moved_to), 3));
    if (memory->advertised.len)
        add(out,
            arena_printf(arena, "it names another address of its own: %.*s", SPAN_ARG(memory->advertised)));
    if (memory->walk_to.len)
        add(out, arena_printf(arena, "its history is being read: %" PRId64 " documents so far",
                              memory->walk_count));
    if (known->traits & SOURCE_FLIPS)
        add(out, S("a text of it flips between two forms"));
    else if (known->traits & SOURCE_REPEATS_IDS)
        add(out, S("its items share ids"));
}

static void judge_known(struct arena *arena, const struct source *known, int64_t now, struct health *health)
{
    LOCAL(buf) out = {.max = 16 * KiB};
    struct pulse pulse;
    int64_t before = 0, usual;

    pulse_read(health->memory.pulse, &pulse);
    health->rate = pulse_rate(&pulse, now);
    health->trend = trend_of(&pulse, now, &before);
    usual = pulse_longest_usual(&pulse, now);
    if (pulse.newest_at != NO_TIME && known->last_success_at != NO_TIME)
        health->silent_for = MAX(known->last_success_at - pulse.newest_at, 0);
    if (health->state == SOURCE_OK && usual > 0 && health->silent_for > usual)
        health->state = SOURCE_SILENT;
    add(&out, sayings[health->state](arena, known, now));
    if (health->state == SOURCE_OK || health->state == SOURCE_SILENT)
        add(&out, say_pulse(arena, &pulse, now, health, before));
    add_notes(arena, known, &health->memory, &out);
    health->sentence = arena_keep(arena, buf_span(&out));
}

void health_judge(struct arena *arena, const struct source *known, bool is_paused, int64_t now,
                  struct health *out_health)
{
    *out_health = (struct health){.rate = -1};
    if (known)
        memory_read(arena, known, &out_health->memory);
    if (is_paused)
        out_health->state = SOURCE_PAUSED;
    else if (known && known->state != SOURCE_PAUSED)
        out_health->state = known->state;
    if (known && known->last_poll_at != NO_TIME)
        judge_known(arena, known, now, out_health);
    else
        out_health->sentence = is_paused ? S("paused in courant.conf") : S("not polled yet");
}
