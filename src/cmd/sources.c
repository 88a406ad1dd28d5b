/* SPDX-License-Identifier: MIT
 * sources.c - `courant sources`: every source with its state
 */
#include "cmd/cmd.h"
#include "cmd/terminal.h"
#include "cmd/words.h"
#include "store/store.h"
#include "text/json.h"
#include <inttypes.h>

/* A source of courant.conf, and what was learnt of it. */
struct row {
    const struct conf_source *wanted;
    const struct source *known; /* NULL: it was never harvested */
    enum source_state state;
    span health;
};

static const char *const state_names[] = {"ok", "failing", "silent", "gone", "paused"};

/* Whole seconds from the last poll to the next; 0: there is none. */
static int64_t interval_of(const struct source *known)
{
    if (!known || known->next_poll_at == NO_TIME || known->last_poll_at == NO_TIME)
        return 0;
    return (known->next_poll_at - known->last_poll_at) / SECOND;
}

/* What its items do that its reader should know of, as an addition to the sentence. */
static span traits_in_words(const struct source *known)
{
    if (known->traits & SOURCE_FLIPS)
        return S("; a text of it flips between two forms");
    if (known->traits & SOURCE_REPEATS_IDS)
        return S("; its items share ids");
    return S("");
}

/* A sentence for each state. */
static span say_ok(struct arena *arena, const struct source *known, int64_t now)
{
    if (known->last_change_at == NO_TIME)
        return S("answers, and has had nothing new yet");
    return arena_printf(arena, "answers; last changed %.*s",
                        SPAN_ARG(time_ago(arena, known->last_change_at, now)));
}

static span say_failing(struct arena *arena, const struct source *known, int64_t now)
{
    return arena_printf(arena, "%" PRId64 " polls in a row failed: %.*s; tried again %.*s", known->failures,
                        SPAN_ARG(known->last_error), SPAN_ARG(time_ago(arena, known->next_poll_at, now)));
}

static span say_silent(struct arena *arena, const struct source *known, int64_t now)
{
    return arena_printf(arena, "unusually silent; last changed %.*s",
                        SPAN_ARG(time_ago(arena, known->last_change_at, now)));
}

static span say_gone(struct arena *arena, const struct source *known, int64_t now)
{
    (void)arena, (void)known, (void)now;
    return S("the publisher took it away (410); it is not polled any more, its articles stay");
}

static span say_paused(struct arena *arena, const struct source *known, int64_t now)
{
    (void)arena, (void)known, (void)now;
    return S("paused in courant.conf");
}

static span (*const sentences[])(struct arena *, const struct source *,
                                 int64_t) = {say_ok, say_failing, say_silent, say_gone, say_paused};

static void judge(struct arena *arena, struct row *row, int64_t now)
{
    if (row->wanted->paused)
        row->state = SOURCE_PAUSED;
    else
        row->state = row->known && row->known->state != SOURCE_PAUSED ? row->known->state : SOURCE_OK;
    if (row->state != SOURCE_PAUSED && (!row->known || row->known->last_poll_at == NO_TIME))
        row->health = S("not polled yet");
    else
        row->health = sentences[row->state](arena, row->known, now);
    if (row->known && row->known->traits)
        row->health =
            arena_printf(arena, "%.*s%.*s", SPAN_ARG(row->health), SPAN_ARG(traits_in_words(row->known)));
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
        judge(arena, &rows[i], clock_now(courant->clock));
    }
    *out_rows = rows;
    return OK;
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
    json_pair(json, "feed", row->wanted->feed);
    json_pair(json, "state", span_of(state_names[row->state]));
    json_pair_date(json, "last_poll", known->last_poll_at);
    json_pair_date(json, "last_success", known->last_success_at);
    json_pair_date(json, "last_change", known->last_change_at);
    json_pair_date(json, "next_poll", row->state == SOURCE_PAUSED ? NO_TIME : known->next_poll_at);
    json_pair_integer(json, "interval", interval_of(known));
    json_pair_integer(json, "articles", known->article_count);
    json_pair_integer(json, "failures", known->failures);
    json_key(json, "last_error");
    if (known->last_error.len)
        json_string(json, known->last_error);
    else
        json_null(json);
    json_pair(json, "health", row->health);
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
        bool is_polled = row->known && row->state != SOURCE_PAUSED && row->state != SOURCE_GONE;
        *cell++ = row->wanted->id;
        *cell++ = row->wanted->name;
        *cell++ = span_of(state_names[row->state]);
        *cell++ = time_ago(courant->arena, row->known ? row->known->last_poll_at : NO_TIME, now);
        *cell++ = time_ago(courant->arena, is_polled ? row->known->next_poll_at : NO_TIME, now);
        *cell++ = arena_printf(courant->arena, "%" PRId64, row->known ? row->known->article_count : 0);
        *cell++ = row->health;
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
            "failures (in a row), "
            "last_error (or null), health (a sentence).",
    .needs = NEEDS_CONF | NEEDS_QUIET,
    .options =
        (const struct option[]){
            {"json", 'j', NULL, "print JSON instead of a table"},
            {0},
        },
    .run = sources_run,
};
