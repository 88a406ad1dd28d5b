/* SPDX-License-Identifier: MIT
 * status.c - `courant status`: the newsroom at a glance
 */
#include "cmd/cmd.h"
#include "cmd/disk.h"
#include "cmd/terminal.h"
#include "cmd/words.h"
#include "core/file.h"
#include "harvest/health.h"
#include "harvest/record.h"
#include "text/json.h"
#include <inttypes.h>
#include <stdlib.h>

enum { STATES = SOURCE_PAUSED + 1, MOST_NAMED = 5 };

struct remote_row {
    const struct conf_remote *remote;
    struct remote_state state;
    bool is_in_step;
};

struct ailing { /* a source that somebody should look at */
    span id, sentence;
};

struct status {
    struct courant *courant;
    struct arena *arena;
    int64_t now;
    int64_t by_state[STATES];
    struct ailing ailing[MOST_NAMED];
    size_t ailing_count;
    struct store_totals totals;
    struct last_harvest last;
    int64_t next_poll_at; /* NO_TIME: none is planned */
    span head;            /* the archive's last commit; empty: none */
    struct remote_row *remotes;
    char *at_work; /* who has the newsroom's lock, in a sentence; NULL: nobody */
    int64_t store_bytes, archive_bytes, image_bytes, free_bytes;
};

/* --- what there is --- */

static void judge_source(struct status *status, const struct conf_source *wanted, const struct source *known)
{
    struct health health;

    health_judge(status->arena, known, wanted->paused, status->now, &health);
    status->by_state[health.state]++;
    if (health.state != SOURCE_OK && health.state != SOURCE_PAUSED && status->ailing_count < MOST_NAMED)
        status->ailing[status->ailing_count++] = (struct ailing){wanted->id, health.sentence};
    if (!known || wanted->paused || health.state == SOURCE_GONE || known->next_poll_at == NO_TIME)
        return;
    if (status->next_poll_at == NO_TIME || known->next_poll_at < status->next_poll_at)
        status->next_poll_at = known->next_poll_at;
}

static struct error *read_sources(struct status *status, struct store_reader *reader)
{
    const struct conf *conf = status->courant->conf;
    struct map known = {.arena = status->arena};
    struct source *sources = NULL;
    size_t count = 0;

    if (reader)
        TRY(store_sources(reader, status->arena, &sources, &count));
    for (size_t i = 0; i < count; i++)
        *map_at(&known, sources[i].id) = &sources[i];
    for (size_t i = 0; i < conf->source_count; i++)
        judge_source(status, &conf->sources[i], map_get(&known, conf->sources[i].id));
    return OK;
}

static struct error *read_remotes(struct status *status, struct store_reader *reader)
{
    const struct conf *conf = status->courant->conf;

    status->remotes = ARENA_ARRAY(status->arena, struct remote_row, conf->remote_count);
    for (size_t i = 0; i < conf->remote_count; i++) {
        struct remote_row *row = &status->remotes[i];
        *row = (struct remote_row){.remote = &conf->remotes[i]};
        row->state.failing_since = row->state.next_at = row->state.pushed_at = NO_TIME;
        if (reader)
            TRY(remote_state_read(reader, status->arena, row->remote->name, &row->state));
        row->is_in_step = span_equal(row->state.pushed, status->head);
    }
    return OK;
}

static struct error *read_store(struct status *status)
{
    OPEN(store_reader) reader = NULL;

    TRY(newsroom_open_store(status->courant, &reader));
    TRY(read_sources(status, reader));
    if (reader) {
        TRY(store_count(reader, &status->totals));
        TRY(last_harvest_read(reader, status->arena, &status->last));
        TRY(store_get(reader, status->arena, S(ARCHIVE_HEAD_KEY), &status->head));
    }
    return read_remotes(status, reader);
}

/* Who is at work says so in the lock's error. */
static void read_lock(struct status *status)
{
    const char *path = arena_printf(status->arena, "%s/courant.lock", status->courant->folder).at;
    OPEN(file_lock) lock = NULL;
    OWN(error) error = file_exists(path) ? file_lock_open(path, true, &lock) : OK;

    if (error && error->kind == ERROR_LOCKED)
        status->at_work = error_text(error);
}

static void read_disk(struct status *status)
{
    const char *folder = status->courant->folder;

    status->store_bytes = disk_used(arena_printf(status->arena, "%s/courant.db", folder).at) +
                          disk_used(arena_printf(status->arena, "%s/courant.db-wal", folder).at);
    status->archive_bytes = disk_used(arena_printf(status->arena, "%s/archive", folder).at);
    status->image_bytes = disk_used(arena_printf(status->arena, "%s/images", folder).at);
    status->free_bytes = disk_free(folder);
}

/* --- for people --- */

static void line(struct buf *out, const char *what)
{
    buf_printf(out, "%-14s", what);
}

static void write_sources(const struct status *status, struct buf *out)
{
    const char *before = ": ";

    line(out, "sources");
    buf_printf(out, "%zu", status->courant->conf->source_count);
    for (int state = 0; state < STATES; state++) {
        if (!status->by_state[state])
            continue;
        buf_printf(out, "%s%" PRId64 " %s", before, status->by_state[state],
                   health_state_name((enum source_state)state));
        before = ", ";
    }
    buf_add_char(out, '\n');
    for (size_t i = 0; i < status->ailing_count; i++) {
        line(out, "");
        log_escape(out, status->ailing[i].id);
        buf_add_text(out, ": ");
        log_escape(out, status->ailing[i].sentence);
        buf_add_char(out, '\n');
    }
}

static void write_archive(const struct status *status, struct buf *out)
{
    line(out, "articles");
    buf_printf(out, "%" PRId64 ", in %" PRId64 " revisions\n", status->totals.articles,
               status->totals.revisions);
    line(out, "archive");
    if (status->totals.archive_owed)
        buf_printf(out, "behind: %" PRId64 " article%s to be written\n", status->totals.archive_owed,
                   status->totals.archive_owed == 1 ? "" : "s");
    else
        buf_add_text(out, "in step\n");
    if (status->totals.tasks) {
        line(out, "pages");
        buf_printf(out, "%" PRId64 " to be looked at\n", status->totals.tasks);
    }
}

static void write_remote(const struct status *status, const struct remote_row *row, struct buf *out)
{
    const struct remote_state *state = &row->state;

    line(out, arena_printf(status->arena, "remote %.*s", SPAN_ARG(row->remote->name)).at);
    if (out->len && out->at[out->len - 1] != ' ')
        buf_add_char(out, ' '); /* a long name */
    if (row->is_in_step) {
        buf_add_text(out, status->head.len ? "in step" : "nothing to push yet");
    } else if (state->failures) {
        buf_printf(out, "behind, failing since %.*s: ",
                   SPAN_ARG(time_ago(status->arena, state->failing_since, status->now)));
        log_escape(out, state->error);
        if (state->next_at != NO_TIME)
            buf_printf(out, "; next try %.*s",
                       SPAN_ARG(time_ago(status->arena, state->next_at, status->now)));
    } else {
        buf_add_text(out, "behind: it is pushed to at the next commit");
    }
    buf_add_char(out, '\n');
}

static void write_harvest(const struct status *status, struct buf *out)
{
    const struct last_harvest *last = &status->last;

    line(out, "last harvest");
    if (last->ended_at == NO_TIME)
        buf_add_text(out, "never\n");
    else
        buf_printf(out,
                   "%.*s: %" PRId64 " source%s polled, %" PRId64 " new, %" PRId64 " revised, %" PRId64
                   " failed\n",
                   SPAN_ARG(time_ago(status->arena, last->ended_at, status->now)), last->polled,
                   last->polled == 1 ? "" : "s", last->new_count, last->revised_count, last->failed);
    line(out, "next poll");
    buf_printf(out, "%.*s\n",
               SPAN_ARG(status->next_poll_at == NO_TIME
                            ? S("none is planned")
                            : time_ago(status->arena, status->next_poll_at, status->now)));
    line(out, "at work");
    buf_printf(out, "%s\n", status->at_work ? status->at_work : "nobody");
}

static void write_disk(const struct status *status, struct buf *out)
{
    struct arena *arena = status->arena;

    line(out, "disk");
    buf_printf(out, "store %.*s, archive %.*s", SPAN_ARG(size_in_words(arena, status->store_bytes)),
               SPAN_ARG(size_in_words(arena, status->archive_bytes)));
    if (status->image_bytes)
        buf_printf(out, ", pictures %.*s", SPAN_ARG(size_in_words(arena, status->image_bytes)));
    buf_printf(out, "; %.*s free\n", SPAN_ARG(size_in_words(arena, status->free_bytes)));
}

static void write_for_people(const struct status *status, struct buf *out)
{
    log_escape(out, status->courant->conf->title);
    buf_add_char(out, '\n');
    write_sources(status, out);
    write_archive(status, out);
    for (size_t i = 0; i < status->courant->conf->remote_count; i++)
        write_remote(status, &status->remotes[i], out);
    write_harvest(status, out);
    write_disk(status, out);
}

/* --- for programs --- */

static void text_or_null(struct json_writer *json, const char *key, span text)
{
    json_key(json, key);
    if (text.len)
        json_string(json, text);
    else
        json_null(json);
}

static void write_json_sources(const struct status *status, struct json_writer *json)
{
    json_key(json, "sources");
    json_open_object(json);
    json_pair_integer(json, "total", (int64_t)status->courant->conf->source_count);
    for (int state = 0; state < STATES; state++)
        json_pair_integer(json, health_state_name((enum source_state)state), status->by_state[state]);
    json_close_object(json);
}

static void write_json_remotes(const struct status *status, struct json_writer *json)
{
    json_key(json, "remotes");
    json_open_array(json);
    for (size_t i = 0; i < status->courant->conf->remote_count; i++) {
        const struct remote_row *row = &status->remotes[i];
        json_open_object(json);
        json_pair(json, "name", row->remote->name);
        json_pair(json, "state",
                  row->is_in_step       ? S("in step")
                  : row->state.failures ? S("failing")
                                        : S("behind"));
        json_pair_integer(json, "failures", row->state.failures);
        text_or_null(json, "error", row->state.error);
        json_pair_date(json, "failing_since", row->state.failing_since);
        json_pair_date(json, "next_try", row->state.next_at);
        json_pair_date(json, "last_push", row->state.pushed_at);
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_json_harvest(const struct status *status, struct json_writer *json)
{
    const struct last_harvest *last = &status->last;

    json_key(json, "last_harvest");
    if (last->ended_at == NO_TIME) {
        json_null(json);
        return;
    }
    json_open_object(json);
    json_pair_date(json, "ended", last->ended_at);
    json_pair_integer(json, "ms", last->took_ms);
    json_pair_integer(json, "polled", last->polled);
    json_pair_integer(json, "failed", last->failed);
    json_pair_integer(json, "new", last->new_count);
    json_pair_integer(json, "revised", last->revised_count);
    json_close_object(json);
}

static void write_for_programs(const struct status *status, struct buf *out)
{
    struct json_writer json = {.out = out};

    json_open_object(&json);
    json_pair(&json, "title", status->courant->conf->title);
    write_json_sources(status, &json);
    json_pair_integer(&json, "articles", status->totals.articles);
    json_pair_integer(&json, "revisions", status->totals.revisions);
    json_pair_integer(&json, "archive_behind", status->totals.archive_owed);
    text_or_null(&json, "archive_commit", status->head);
    json_pair_integer(&json, "tasks", status->totals.tasks);
    write_json_remotes(status, &json);
    write_json_harvest(status, &json);
    json_pair_date(&json, "next_poll", status->next_poll_at);
    json_pair_boolean(&json, "at_work", status->at_work != NULL);
    json_key(&json, "disk");
    json_open_object(&json);
    json_pair_integer(&json, "store", status->store_bytes);
    json_pair_integer(&json, "archive", status->archive_bytes);
    json_pair_integer(&json, "images", status->image_bytes);
    json_pair_integer(&json, "free", status->free_bytes);
    json_close_object(&json);
    json_close_object(&json);
    buf_add_char(out, '\n');
}

/* --- the command --- */

static struct error *status_run(struct courant *courant, const struct arguments *arguments)
{
    LOCAL(buf) out = {.max = 4 * MiB};
    struct status status = {.courant = courant,
                            .arena = courant->arena,
                            .now = clock_now(courant->clock),
                            .last = {.ended_at = NO_TIME},
                            .next_poll_at = NO_TIME};

    TRY(read_store(&status));
    read_lock(&status);
    read_disk(&status);
    if (option_is_given(arguments, "json"))
        write_for_programs(&status, &out);
    else
        write_for_people(&status, &out);
    free(status.at_work);
    return output_write(&out);
}

static const struct option options[] = {{"json", 0, NULL, "print it as JSON"}, {0}};

const struct command cmd_status = {
    .name = "status",
    .arguments = "",
    .help = "show the newsroom at a glance",
    .more =
        "Sources by their state, with those that want somebody's attention; articles; whether archive and "
        "remotes are in step; the last harvest and the next; who is at work; disk used and free. Exit status "
        "3: the store is damaged.",
    .needs = NEEDS_CONF | NEEDS_QUIET,
    .options = options,
    .run = status_run,
};
