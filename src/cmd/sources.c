/* SPDX-License-Identifier: MIT
 * sources.c - `courant sources`: every source with its state
 */
#include "cmd/cmd.h"
#include "cmd/terminal.h"
#include "cmd/words.h"
#include "gather/gather.h"
#include "harvest/health.h"
#include "store/store.h"
#include "text/json.h"
#include <inttypes.h>

/* A source of courant.conf, and what was learnt of it. */
struct row {
    const struct conf_source *wanted;
    const struct source *known; /* NULL: it was never harvested */
    struct health health;
};

/* Whole seconds from the last poll to the next; 0: there is none. */
static int64_t interval_of(const struct source *known)
{
    if (!known || known->next_poll_at == NO_TIME || known->last_poll_at == NO_TIME)
        return 0;
    return (known->next_poll_at - known->last_poll_at) / SECOND;
}

static struct error *read_rows(struct courant *courant, struct row **out_rows)
{
    struct arena *arena = courant->arena;
    const struct conf *conf = courant->conf;
    struct row *rows = ARENA_ARRAY(arena, struct row, conf->source_count);
    struct map known = {.arena = arena};
    OPEN(store_reader) reader = NULL;
    struct source *sources = NULL;
    size_t count = 0;

    TRY(newsroom_open_store(courant, &reader));
    if (reader)
        TRY(store_sources(reader, arena, &sources, &count));
    for (size_t i = 0; i < count; i++)
        *map_at(&known, sources[i].id) = &sources[i];
    for (size_t i = 0; i < conf->source_count; i++) {
        rows[i] = (struct row){.wanted = &conf->sources[i], .known = map_get(&known, conf->sources[i].id)};
        health_judge(arena, rows[i].known, rows[i].wanted->paused, clock_now(courant->clock),
                     &rows[i].health);
    }
    *out_rows = rows;
    return OK;
}

static enum rung rung_of(const struct row *row)
{
    const struct memory *memory = &row->health.memory;

    return row->known->last_poll_at != NO_TIME && memory->rung_at != NO_TIME ? (enum rung)memory->rung
                                                                             : gather_rung(row->wanted);
}

static void write_json_row(struct json_writer *json, const struct row *row)
{
    static const struct source never = {.last_poll_at = NO_TIME,
                                        .last_success_at = NO_TIME,
                                        .last_change_at = NO_TIME,
                                        .next_poll_at = NO_TIME};
    const struct source *known = row->known ? row->known : &never;

    json_open_object(json);
    json_pair(json, "id", row->wanted->id);
    json_pair(json, "name", row->wanted->name);
    json_pair(json, "feed", gather_address(row->wanted));
    json_pair(json, "state", span_of(health_state_name(row->health.state)));
    json_pair_date(json, "last_poll", known->last_poll_at);
    json_pair_date(json, "last_success", known->last_success_at);
    json_pair_date(json, "last_change", known->last_change_at);
    json_pair_date(json, "next_poll", row->health.state == SOURCE_PAUSED ? NO_TIME : known->next_poll_at);
    json_pair_integer(json, "interval", interval_of(known));
    json_pair_integer(json, "articles", known->article_count);
    json_pair_integer(json, "failures", known->failures);
    json_pair_or_null(json, "last_error", known->last_error);
    json_pair_integer_or_null(json, "last_status", known->last_status, known->last_status > 0);
    json_pair_or_null(json, "why", row->health.memory.why);
    json_pair_or_null(json, "address", known->address);
    json_pair_or_null(json, "moving_to", known->moved_to);
    json_pair_or_null(json, "says_it_is_at", row->health.memory.advertised);
    json_pair_or_null(json, "read_from", span_of(row->known ? rung_name(rung_of(row)) : NULL));
    json_key(json, "per_day");
    if (row->health.rate >= 0)
        json_number(json, (double)row->health.rate / 1000);
    else
        json_null(json);
    json_pair_or_null(json, "trend", span_of(health_trend_name(row->health.trend)));
    json_pair_integer_or_null(json, "silent_for", row->health.silent_for / SECOND,
                              row->health.silent_for > 0);
    json_pair(json, "health", row->health.sentence);
    json_close_object(json);
}

static void write_json(const struct row *rows, size_t count, struct buf *out)
{
    struct json_writer json = {.out = out};

    json_open_array(&json);
    for (size_t i = 0; i < count; i++)
        write_json_row(&json, &rows[i]);
    json_close_array(&json);
    buf_add_char(out, '\n');
}

static void write_table(struct courant *courant, const struct row *rows, size_t count, struct buf *out)
{
    static const struct column columns[] = {
        {"ID", COLUMN_TEXT, false},        {"NAME", COLUMN_TEXT, true},
        {"STATE", COLUMN_TEXT, false},     {"LAST POLL", COLUMN_TEXT, false},
        {"NEXT POLL", COLUMN_TEXT, false}, {"ARTICLES", COLUMN_NUMBER, false},
        {"HEALTH", COLUMN_TEXT, true},     {0},
    };
    struct terminal terminal = terminal_find();
    int64_t now = clock_now(courant->clock);
    span *cells = ARENA_ARRAY(courant->arena, span, count * (ARRAY_SIZE(columns) - 1)), *cell = cells;

    for (size_t i = 0; i < count; i++) {
        const struct row *row = &rows[i];
        bool is_polled = row->known && row->health.state != SOURCE_PAUSED && row->health.state != SOURCE_GONE;
        *cell++ = row->wanted->id;
        *cell++ = row->wanted->name;
        *cell++ = span_of(health_state_name(row->health.state));
        *cell++ = time_ago(courant->arena, row->known ? row->known->last_poll_at : NO_TIME, now);
        *cell++ = time_ago(courant->arena, is_polled ? row->known->next_poll_at : NO_TIME, now);
        *cell++ = arena_printf(courant->arena, "%" PRId64, row->known ? row->known->article_count : 0);
        *cell++ = row->health.sentence;
    }
    table_write(out, &terminal, columns, cells, count);
}

static struct error *sources_run(struct courant *courant, const struct arguments *arguments)
{
    LOCAL(buf) out = {.max = 256 * MiB};
    size_t count = courant->conf->source_count;
    struct row *rows;

    TRY(read_rows(courant, &rows));
    if (option_is_given(arguments, "json"))
        write_json(rows, count, &out);
    else if (count)
        write_table(courant, rows, count, &out);
    else
        log_info(courant->log, NULL, "no sources yet; \"courant add URL\" follows one");
    return output_write(&out);
}

const struct command cmd_sources = {
    .name = "sources",
    .arguments = "",
    .help = "show every source with its state",
    .more = "A source is ok, failing (its last polls went wrong), silent (nothing new for unusually long), "
            "gone (its publisher "
            "took it away) or paused. With --json, an array of objects: id, name, feed, state, last_poll, "
            "last_success, "
            "last_change, next_poll (times in RFC 3339, UTC, or null), interval (seconds), articles, "
            "failures (in a row), last_error, last_status (of HTTP), why (the next poll is then), address "
            "(where it is "
            "polled), moving_to (where permanent redirects lead), says_it_is_at (noted, not followed), "
            "read_from (feed, "
            "sitemap, front page), per_day (articles), trend (steady, rising, falling), silent_for (seconds; "
            "each of "
            "these or null), health (a sentence).",
    .needs = NEEDS_CONF | NEEDS_QUIET,
    .options =
        (const struct option[]){
            {"json", 'j', NULL, "print JSON instead of a table"},
            {0},
        },
    .run = sources_run,
};
