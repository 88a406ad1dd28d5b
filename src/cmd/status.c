/* SPDX-License-Identifier: MIT
 * status.c - `courant status`: the newsroom at a glance
 */
#include "archive/history.h"
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

enum { STATES = SOURCE_PAUSED + 1, MOST_NAMED = 5, LABEL_WIDTH = 14, NARROWEST = 24, LONGEST_PID = 32 };

struct remote_row {
    const struct conf_remote *remote;
    struct remote_state state;
    bool is_in_step;
    int64_t behind; /* commits that it has not got; -1: not known */
};

struct ailing { /* a source that somebody should look at */
    span id, sentence;
};

struct status {
    struct courant *courant;
    struct arena *arena;
    int64_t now;
    int64_t by_state[STATES];
    int64_t elsewhere_count;          /* sources whose feed is dead, and that are read from elsewhere */
    struct ailing ailing[MOST_NAMED]; /* the first few */
    size_t ailing_count;              /* of all */
    struct store_totals totals;
    struct last_harvest last;
    int64_t next_poll_at; /* NO_TIME: none is planned */
    span head;            /* the archive's last commit; empty: none */
    struct remote_row *remotes;
    char *at_work; /* who has the newsroom's lock, in a sentence; NULL: nobody */
    int64_t pid;   /* its process; 0: nobody's, or not known */
    int64_t store_bytes, archive_bytes, image_bytes, free_bytes;
    struct terminal terminal;
};

/* --- what there is --- */

static void judge_source(struct status *status, const struct conf_source *wanted, const struct source *known)
{
    struct health health;
    bool is_elsewhere, is_ailing;

    health_judge(status->arena, known, wanted->paused, status->now, &health);
    is_elsewhere = known && health.state != SOURCE_PAUSED && health.memory.rung_at != NO_TIME;
    is_ailing = is_elsewhere || (health.state != SOURCE_OK && health.state != SOURCE_PAUSED);
    status->by_state[health.state]++;
    status->elsewhere_count += is_elsewhere;
    if (is_ailing && status->ailing_count++ < MOST_NAMED)
        status->ailing[status->ailing_count - 1] = (struct ailing){wanted->id, health.sentence};
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

/* What git cannot say is not known: that is verify's matter. */
static void count_commits(const struct status *status, struct remote_row *row)
{
    span folder = arena_printf(status->arena, "%s/archive", status->courant->folder);
    OPEN(history) history = NULL;
    struct error *error = OK;

    row->behind = row->is_in_step ? 0 : -1;
    if (row->is_in_step || !status->head.len || !file_exists(folder.at))
        return;
    error = history_open(folder.at, status->courant->clock, &history);
    if (!error && history)
        error = history_count(history, status->head, row->state.pushed, &row->behind);
    error_free(error);
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
        count_commits(status, row);
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
    span pid = {0};

    if (!error || error->kind != ERROR_LOCKED)
        return;
    status->at_work = error_text(error);
    error_free(file_read(path, LONGEST_PID, status->arena, &pid)); /* as whoever is at work wrote it */
    if (!span_to_int64(span_trim(pid), &status->pid))
        status->pid = 0;
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

/* A label and its text; on a terminal in lines that fit, each below the first. */
static void put(const struct status *status, struct buf *out, const char *label, struct buf *text)
{
    LOCAL(buf) wrapped = {.max = 1 * MiB};
    int columns = status->terminal.columns;
    span rest, line;

    text_wrap(&wrapped, buf_span(text), columns ? (size_t)MAX(columns - LABEL_WIDTH, NARROWEST) : 0);
    rest = buf_span(&wrapped);
    while (span_cut(&rest, '\n', &line)) {
        buf_printf(out, "%-*s %.*s\n", LABEL_WIDTH - 1, label, SPAN_ARG(line));
        label = "";
    }
    buf_truncate(text, 0);
}

static void write_sources(const struct status *status, struct buf *out)
{
    LOCAL(buf) text = {.max = 64 * KiB};
    const char *before = ": ";

    buf_printf(&text, "%zu", status->courant->conf->source_count);
    for (int state = 0; state < STATES; state++) {
        if (!status->by_state[state])
            continue;
        buf_printf(&text, "%s%" PRId64 " %s", before, status->by_state[state],
                   health_state_name((enum source_state)state));
        before = ", ";
    }
    if (status->elsewhere_count)
        buf_printf(&text, "; %" PRId64 " read from elsewhere", status->elsewhere_count);
    put(status, out, "sources", &text);
    for (size_t i = 0; i < MIN(status->ailing_count, (size_t)MOST_NAMED); i++) {
        log_escape(&text, status->ailing[i].id);
        buf_add_text(&text, ": ");
        log_escape(&text, status->ailing[i].sentence);
        put(status, out, "", &text);
    }
    if (status->ailing_count > MOST_NAMED) {
        buf_printf(&text, "and %zu more: \"courant sources\" shows all", status->ailing_count - MOST_NAMED);
        put(status, out, "", &text);
    }
}

static void write_archive(const struct status *status, struct buf *out)
{
    LOCAL(buf) text = {.max = 64 * KiB};

    buf_printf(&text, "%" PRId64 ", in %" PRId64 " revisions", status->totals.articles,
               status->totals.revisions);
    put(status, out, "articles", &text);
    if (status->totals.archive_owed)
        buf_printf(&text, "behind: %" PRId64 " article%s to be written", status->totals.archive_owed,
                   status->totals.archive_owed == 1 ? "" : "s");
    else
        buf_add_text(&text, "in step");
    put(status, out, "archive", &text);
    if (status->totals.tasks) {
        buf_printf(&text, "%" PRId64 " to be looked at", status->totals.tasks);
        put(status, out, "pages", &text);
    }
}

static void write_behind(const struct remote_row *row, struct buf *text)
{
    buf_add_text(text, "behind");
    if (row->behind > 0)
        buf_printf(text, " by %" PRId64 " commit%s", row->behind, row->behind == 1 ? "" : "s");
}

static void write_remote(const struct status *status, const struct remote_row *row, struct buf *out)
{
    const struct remote_state *state = &row->state;
    LOCAL(buf) text = {.max = 64 * KiB};

    if (row->is_in_step) {
        buf_add_text(&text, status->head.len ? "in step" : "nothing to push yet");
    } else if (state->failures) {
        write_behind(row, &text);
        buf_printf(&text, ", failing since %.*s: ",
                   SPAN_ARG(time_ago(status->arena, state->failing_since, status->now)));
        log_escape(&text, state->error);
        if (state->next_at != NO_TIME)
            buf_printf(&text, "; next try %.*s",
                       SPAN_ARG(time_ago(status->arena, state->next_at, status->now)));
    } else {
        write_behind(row, &text);
        buf_add_text(&text, ": it is pushed to at the next commit");
    }
    put(status, out, arena_printf(status->arena, "remote %.*s", SPAN_ARG(row->remote->name)).at, &text);
}

static void write_harvest(const struct status *status, struct buf *out)
{
    const struct last_harvest *last = &status->last;
    LOCAL(buf) text = {.max = 64 * KiB};

    if (last->ended_at == NO_TIME)
        buf_add_text(&text, "never");
    else
        buf_printf(&text,
                   "%.*s: %" PRId64 " source%s polled, %" PRId64 " new, %" PRId64 " revised, %" PRId64
                   " failed",
                   SPAN_ARG(time_ago(status->arena, last->ended_at, status->now)), last->polled,
                   last->polled == 1 ? "" : "s", last->new_count, last->revised_count, last->failed);
    put(status, out, "last harvest", &text);
    buf_add(&text, status->next_poll_at == NO_TIME
                       ? S("none is planned")
                       : time_ago(status->arena, status->next_poll_at, status->now));
    put(status, out, "next poll", &text);
    buf_add_text(&text, status->at_work ? status->at_work : "nobody");
    put(status, out, "at work", &text);
}

static void write_disk(const struct status *status, struct buf *out)
{
    struct arena *arena = status->arena;
    LOCAL(buf) text = {.max = 64 * KiB};

    buf_printf(&text, "store %.*s, archive %.*s", SPAN_ARG(size_in_words(arena, status->store_bytes)),
               SPAN_ARG(size_in_words(arena, status->archive_bytes)));
    if (status->image_bytes)
        buf_printf(&text, ", pictures %.*s", SPAN_ARG(size_in_words(arena, status->image_bytes)));
    buf_printf(&text, "; %.*s free", SPAN_ARG(size_in_words(arena, status->free_bytes)));
    put(status, out, "disk", &text);
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

static void write_json_sources(const struct status *status, struct json_writer *json)
{
    json_key(json, "sources");
    json_open_object(json);
    json_pair_integer(json, "total", (int64_t)status->courant->conf->source_count);
    for (int state = 0; state < STATES; state++)
        json_pair_integer(json, health_state_name((enum source_state)state), status->by_state[state]);
    json_pair_integer(json, "elsewhere", status->elsewhere_count);
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
        json_pair_integer_or_null(json, "commits_behind", row->behind, row->behind >= 0);
        json_pair_integer(json, "failures", row->state.failures);
        json_pair_or_null(json, "error", row->state.error);
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
    json_pair_or_null(&json, "archive_commit", status->head);
    json_pair_integer(&json, "tasks", status->totals.tasks);
    write_json_remotes(status, &json);
    write_json_harvest(status, &json);
    json_pair_date(&json, "next_poll", status->next_poll_at);
    json_pair_boolean(&json, "at_work", status->at_work != NULL);
    json_pair_integer_or_null(&json, "pid", status->pid, status->pid > 0);
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
                            .next_poll_at = NO_TIME,
                            .terminal = terminal_find()};

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
        "remotes are in step, or by how many commits they are behind; the last harvest and the next; who is "
        "at work; disk used and free. It changes nothing. Exit status 3: the store is damaged.",
    .needs = NEEDS_CONF | NEEDS_QUIET,
    .options = options,
    .run = status_run,
};
