/* SPDX-License-Identifier: MIT
 * record.c - what a harvest leaves in the store of itself
 */
#include "harvest/record.h"
#include "text/json.h"

static struct error *read_note(struct store_reader *reader, struct arena *arena, span key,
                               const struct json **out_json)
{
    struct json *json = NULL;
    struct json_damage damage = {0};
    span text = {0};

    *out_json = NULL;
    TRY(store_get(reader, arena, key, &text));
    if (text.len == 0)
        return OK;
    OWN(error) error = json_parse(arena, text, &json, &damage);
    *out_json = error ? NULL : json;
    return OK;
}

static void read_number(const struct json *json, const char *name, int64_t *number)
{
    json_to_int64(json_member(json, name), number);
}

struct error *last_harvest_read(struct store_reader *reader, struct arena *arena,
                                struct last_harvest *out_last)
{
    const struct json *json;

    *out_last = (struct last_harvest){.ended_at = NO_TIME};
    TRY(read_note(reader, arena, S("harvest.last"), &json));
    if (!json)
        return OK;
    read_number(json, "ended_at", &out_last->ended_at);
    read_number(json, "took_ms", &out_last->took_ms);
    read_number(json, "polled", &out_last->polled);
    read_number(json, "failed", &out_last->failed);
    read_number(json, "new", &out_last->new_count);
    read_number(json, "revised", &out_last->revised_count);
    return OK;
}

struct error *last_harvest_write(struct store *store, const struct last_harvest *last)
{
    LOCAL(buf) text = {.max = 4 * KiB};
    struct json_writer json = {.out = &text};

    json_open_object(&json);
    json_pair_integer(&json, "ended_at", last->ended_at);
    json_pair_integer(&json, "took_ms", last->took_ms);
    json_pair_integer(&json, "polled", last->polled);
    json_pair_integer(&json, "failed", last->failed);
    json_pair_integer(&json, "new", last->new_count);
    json_pair_integer(&json, "revised", last->revised_count);
    json_close_object(&json);
    return store_put(store, S("harvest.last"), buf_span(&text));
}

static span remote_key(struct arena *arena, span name)
{
    return arena_printf(arena, "remote.%.*s", SPAN_ARG(name));
}

struct error *remote_state_read(struct store_reader *reader, struct arena *arena, span name,
                                struct remote_state *out_state)
{
    const struct json *json;

    *out_state = (struct remote_state){.failing_since = NO_TIME, .next_at = NO_TIME, .pushed_at = NO_TIME};
    TRY(read_note(reader, arena, remote_key(arena, name), &json));
    if (!json)
        return OK;
    read_number(json, "failures", &out_state->failures);
    read_number(json, "failing_since", &out_state->failing_since);
    read_number(json, "next_at", &out_state->next_at);
    read_number(json, "pushed_at", &out_state->pushed_at);
    out_state->error = json_text(json_member(json, "error"));
    out_state->pushed = json_text(json_member(json, "pushed"));
    return OK;
}

static void pair_time(struct json_writer *json, const char *name, int64_t at)
{
    if (at != NO_TIME)
        json_pair_integer(json, name, at);
}

struct error *remote_state_write(struct store *store, struct arena *arena, span name,
                                 const struct remote_state *state)
{
    LOCAL(buf) text = {.max = 16 * KiB};
    struct json_writer json = {.out = &text};

    json_open_object(&json);
    json_pair_integer(&json, "failures", state->failures);
    pair_time(&json, "failing_since", state->failing_since);
    pair_time(&json, "next_at", state->next_at);
    pair_time(&json, "pushed_at", state->pushed_at);
    json_pair_if(&json, "error", state->error);
    json_pair_if(&json, "pushed", state->pushed);
    json_close_object(&json);
    return store_put(store, remote_key(arena, name), buf_span(&text));
}
