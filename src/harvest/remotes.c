/* SPDX-License-Identifier: MIT
 * remotes.c - after a commit each [remote] is pushed to; one that fails is told, kept, and tried again
 *
 * Its state lives in the store under "remote.NAME": failures in a row, when it is tried again, what was
 * wrong. So a remote that is down for a week costs a line now and then, and is in step after one push.
 */
#include "harvest/internal.h"
#include "text/date.h"
#include "text/json.h"
#include <inttypes.h>
#include <stdlib.h>

static const int64_t first_wait = 5 * 60 * 1000, longest_wait = 6 * 60 * 60 * 1000;

struct remote_state {
    int64_t failures, next_at;
    span error, pushed; /* the commit that it has */
};

static struct error *read_state(struct store_reader *reader, struct arena *arena, span key,
                                struct remote_state *out_state)
{
    struct json *json = NULL;
    struct json_damage damage = {0};
    span text = {0};

    *out_state = (struct remote_state){.next_at = NO_TIME};
    TRY(store_get(reader, arena, key, &text));
    if (text.len == 0)
        return OK;
    TRY(json_parse(arena, text, &json, &damage));
    json_to_int64(json_member(json, "failures"), &out_state->failures);
    json_to_int64(json_member(json, "next_at"), &out_state->next_at);
    out_state->error = json_text(json_member(json, "error"));
    out_state->pushed = json_text(json_member(json, "pushed"));
    return OK;
}

struct put {
    span key, value;
};

static struct error *put(struct store *store, struct arena *arena, void *context)
{
    const struct put *pair = context;

    (void)arena;
    return store_put(store, pair->key, pair->value);
}

static struct error *write_state(struct harvest *harvest, span key, const struct remote_state *state)
{
    LOCAL(buf) text = {.max = 16 * KiB};
    struct json_writer json = {.out = &text};
    struct put pair = {.key = key};

    json_open_object(&json);
    json_pair_integer(&json, "failures", state->failures);
    if (state->next_at != NO_TIME)
        json_pair_integer(&json, "next_at", state->next_at);
    json_pair_if(&json, "error", state->error);
    json_pair_if(&json, "pushed", state->pushed);
    json_close_object(&json);
    pair.value = buf_span(&text);
    return writer_run(harvest->writer, put, &pair);
}

static void note_failure(struct harvest *harvest, struct arena *arena, const struct conf_remote *remote,
                         struct remote_state *state, const struct error *error)
{
    char *text = error_text(error);
    int64_t wait = first_wait;

    for (int64_t i = 0; i < state->failures && wait < longest_wait; i++)
        wait *= 2;
    state->failures++;
    state->next_at = clock_now(harvest->options.clock) + MIN(wait, longest_wait);
    state->error = arena_keep(arena, span_of(text));
    log_line(harvest->options.log, LOG_WARNING, arena_printf(arena, "remote %.*s", SPAN_ARG(remote->name)).at,
             "%s; next try in %" PRId64 " min", text,
             (state->next_at - clock_now(harvest->options.clock)) / MINUTE);
    free(text);
}

static struct error *push_one(struct harvest *harvest, struct archive *archive, struct store_reader *reader,
                              const struct conf_remote *remote)
{
    OWN(arena) arena = arena_new(1 * MiB);
    span key = arena_printf(arena, "remote.%.*s", SPAN_ARG(remote->name));
    span head = archive_head(archive, arena);
    struct remote_state state;
    struct error *error;

    TRY(read_state(reader, arena, key, &state));
    if (head.len == 0 || span_equal(head, state.pushed))
        return OK;
    if (state.failures && state.next_at != NO_TIME && clock_now(harvest->options.clock) < state.next_at &&
        state.next_at - clock_now(harvest->options.clock) <= longest_wait)
        return OK;
    error = archive_push(archive, remote);
    if (error)
        note_failure(harvest, arena, remote, &state, error);
    else
        state = (struct remote_state){.next_at = NO_TIME, .pushed = head};
    error_free(error);
    return write_state(harvest, key, &state);
}

struct error *push_remotes(struct harvest *harvest, struct archive *archive, struct store_reader *reader)
{
    const struct conf *conf = harvest_conf(harvest);

    for (size_t i = 0; i < conf->remote_count; i++)
        TRY(push_one(harvest, archive, reader, &conf->remotes[i]));
    return OK;
}
