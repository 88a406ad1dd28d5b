/* SPDX-License-Identifier: MIT
 * schedule.h - when a source is asked next, and what its answers mean for that
 *
 * Pure: what is known goes in, the source's row as it shall be comes out; the poll's transaction stores it.
 * The rules are those of spec polling.md, whose numbers the comments give. A user's own interval beats every
 * hint of the publisher's; nothing but `run --force` beats the floor; a Retry-After and a 410 are obeyed even
 * then.
 */
#pragma once
#include "conf/conf.h"
#include "harvest/memory.h"
#include "model/response.h"
#include "model/source.h"

enum outcome {
    OUTCOME_OK,        /* a feed, taken in */
    OUTCOME_UNCHANGED, /* 304, or the same bytes as before */
    OUTCOME_REFUSED,   /* an HTTP status from 400 on */
    OUTCOME_BAD,       /* 200, but no feed, empty, or cut short */
    OUTCOME_ERROR,     /* no answer: DNS, TLS, timeout, refused, guard */
};

struct poll_facts {
    enum outcome outcome;
    int64_t now;                       /* when the answer was taken in */
    const struct conf_fetch *settings; /* the source's */
    const struct response *response;   /* NULL with OUTCOME_ERROR */
    span error;                        /* a sentence, with the three last outcomes */
    bool has_news;                     /* something new or changed was in it */
    /* what the feed says of itself; -1 and 0: nothing */
    int64_t ttl_minutes;
    span update_period;
    int64_t update_frequency;
    uint32_t skip_hours;
    uint8_t skip_days;
    int64_t seen_interval; /* typical ms between its items, from their dates; 0: cannot be told */
    bool is_expired;       /* JSON Feed: will never change again */
    bool is_all_known;     /* there was nothing new in it */
    bool is_no_feed;       /* OUTCOME_BAD, and whole: it is something else, or nothing at all */
    bool has_gap;          /* nothing of the last poll was in it: something may have come and gone between */
};

/* Brings `source` (the row as it was) and what is remembered of it up to date: next poll, interval, state,
 * failures, times, last status and error. Validators, address and hash are the poll's own business. `arena`
 * holds the texts. */
void schedule_poll(struct arena *arena, const struct poll_facts *facts, struct memory *memory,
                   struct source *source);

/* It was not asked, since its whole host wants to be left alone until then (16). */
void schedule_hold(int64_t now, int64_t until, struct memory *memory, struct source *source);

/* Is it time? `is_forced`: the user says so; a Retry-After still running and a 410 are obeyed nevertheless
 * (8). */
bool schedule_is_due(const struct source *source, int64_t now, bool is_forced);

/* Typical time between items: the median gap of their dates over the newest 30; 0 with fewer than three dated
 * ones. */
int64_t schedule_seen_interval(const int64_t *dates, size_t count);

/* 301 and 308 (22): the address changes once three polls in a row were led to the same place and it is a feed
 * with articles that are known. Call after a successful poll that was answered from `permanent_url` (empty:
 * no such redirect). */
void schedule_move(struct arena *arena, struct source *source, span permanent_url, bool has_known_items);
