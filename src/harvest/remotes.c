/* SPDX-License-Identifier: MIT
 * remotes.c - after a commit each [remote] is pushed to; one that fails is told, kept, and tried again
 *
 * Each has a state of its own in the store (record.h). So a remote that is down for a week costs a line now
 * and then, holds up nobody, and is in step after one push.
 */
#include "harvest/internal.h"
#include "harvest/record.h"
#include <inttypes.h>
#include <stdlib.h>

static const int64_t first_wait = 5 * MINUTE, longest_wait = 6 * HOUR;

struct push { /* to one remote */
    struct harvest *harvest;
    struct arena *arena;
    const struct conf_remote *remote;
    struct remote_state state;
    int64_t now;
};

static struct error *write_state(struct store *store, struct arena *arena, void *context)
{
    const struct push *push = context;

    return remote_state_write(store, arena, push->remote->name, &push->state);
}

/* Twice as long after each failure, and up to a tenth more, so that remotes of one host do not keep step. */
static int64_t wait_after(const struct push *push)
{
    int64_t wait = first_wait;

    for (int64_t i = 0; i < push->state.failures && wait < longest_wait; i++)
        wait *= 2;
    wait = MIN(wait, longest_wait);
    return wait + wait / 1000 * (int64_t)((span_hash(push->remote->name) ^ (uint64_t)push->now) % 100);
}

static void tell(const struct push *push, const char *what)
{
    span name = push->remote->name;

    log_line(push->harvest->options.log, LOG_WARNING,
             arena_printf(push->arena, "remote %.*s", SPAN_ARG(name)).at, "%s; next try in %" PRId64 " min",
             what, (push->state.next_at - push->now + MINUTE - 1) / MINUTE);
}

static void note_failure(struct push *push, const struct error *error)
{
    struct remote_state *state = &push->state;
    char *text = error_text(error);

    state->next_at = push->now + wait_after(push);
    state->failures++;
    if (state->failing_since == NO_TIME)
        state->failing_since = push->now;
    state->error = arena_keep(push->arena, span_of(text));
    push->harvest->failing_remotes++;
    tell(push, text);
    free(text);
}

/* It failed, and its time has not come. A clock that was set back makes no long wait. */
static bool is_waiting(const struct push *push)
{
    const struct remote_state *state = &push->state;

    return state->failures && state->next_at != NO_TIME && push->now < state->next_at &&
           state->next_at - push->now <= longest_wait + longest_wait / 10;
}

static struct error *push_one(struct push *push, struct archive *archive)
{
    span head = archive_head(archive, push->arena);
    struct error *error;

    push->now = clock_now(push->harvest->options.clock);
    if (head.len == 0 || span_equal(head, push->state.pushed))
        return OK;
    if (is_waiting(push)) {
        push->harvest->failing_remotes++;
        if (push->harvest->options.is_once) /* who goes on said so when it failed */
            tell(push, "it is still behind");
        return OK;
    }
    error = archive_push(archive, push->remote);
    if (error)
        note_failure(push, error);
    else
        push->state = (struct remote_state){
            .failing_since = NO_TIME, .next_at = NO_TIME, .pushed_at = push->now, .pushed = head};
    error_free(error);
    return writer_run(push->harvest->writer, write_state, push);
}

/* Those that failed come last: one that never answers may take minutes, which the others need not wait. */
struct error *push_remotes(struct harvest *harvest, struct archive *archive, struct store_reader *reader)
{
    const struct conf *conf = harvest_conf(harvest);
    OWN(arena) arena = arena_new(64 * MiB);
    struct push *pushes = ARENA_ARRAY(arena, struct push, conf->remote_count);
    struct push **order = ARENA_ARRAY(arena, struct push *, conf->remote_count);
    size_t count = 0;

    harvest->failing_remotes = 0;
    for (size_t i = 0; i < conf->remote_count; i++) {
        pushes[i] = (struct push){.harvest = harvest, .arena = arena, .remote = &conf->remotes[i]};
        TRY(remote_state_read(reader, arena, conf->remotes[i].name, &pushes[i].state));
    }
    for (int failing = 0; failing < 2; failing++)
        for (size_t i = 0; i < conf->remote_count; i++)
            if ((pushes[i].state.failures > 0) == failing)
                order[count++] = &pushes[i];
    for (size_t i = 0; i < count; i++)
        TRY(push_one(order[i], archive));
    return OK;
}
