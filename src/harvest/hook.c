/* SPDX-License-Identifier: MIT
 * hook.c - follows the store, and tells the user's command of what is new
 *
 * The store's note "hook" is there while a harvest that has a hook is at work, and after it where something
 * was left: what the hook was not told. So a harvest that finds one begins there, and one that finds none, at
 * the newest. The note is written after the command ended: what a kill comes between is told twice.
 */
#include "harvest/hook.h"
#include "harvest/hook_backlog.h"
#include "harvest/hook_process.h"
#include "harvest/internal.h"
#include "store/news.h"
#include "text/json.h"
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define NOTE S("hook")

static const int64_t time_limit = 60 * SECOND;

struct hook {
    struct harvest *harvest;
    struct store_reader *reader; /* the thread's */
    pthread_t thread;
    bool has_thread;
    int bell;                    /* an eventfd: something changed */
    struct hook_backlog backlog; /* the thread's */
    struct hook_news news;       /* the thread's: what is told just now */
    bool has_note, has_all; /* the store has the note; it says that nothing else was left; the thread's */
    _Atomic bool is_stopped, is_finishing;
};

/* --- the note --- */

static struct error *write_note(struct store *store, struct arena *arena, void *context)
{
    const struct hook *hook = context;

    return store_put(store, NOTE,
                     hook->has_note ? hook_backlog_write(&hook->backlog, hook->has_all, arena) : (span){0});
}

static struct error *keep_backlog(struct hook *hook, bool has_note)
{
    bool had_note = hook->has_note;

    hook->has_note = has_note;
    return has_note || had_note ? writer_run(hook->harvest->writer, write_note, hook) : OK;
}

/* --- a line --- */

static void write_line(struct buf *out, const struct article *article)
{
    const struct item *item = &article->item;
    struct json_writer json = {.out = out};
    char id[20];

    snprintf(id, sizeof id, "%016" PRIx64, article->id);
    json_open_object(&json);
    json_pair(&json, "id", span_of(id));
    json_pair(&json, "source", article->source_id);
    json_pair(&json, "source_name", article->source_name);
    json_pair(&json, "title", item->title);
    json_pair(&json, "url", item->link);
    json_pair_date(&json, "published", article->published_at);
    json_pair_date(&json, "modified", article->modified_at);
    json_pair_date(&json, "fetched", article->fetched_at);
    json_pair(&json, "language", item->language);
    json_key(&json, "authors");
    json_open_array(&json);
    for (size_t i = 0; i < item->author_count; i++)
        json_string(&json, item->authors[i].name);
    json_close_array(&json);
    json_key(&json, "tags");
    json_open_array(&json);
    for (size_t i = 0; i < item->tag_count; i++)
        json_string(&json, item->tags[i]);
    json_close_array(&json);
    json_pair(&json, "image", item->image);
    json_pair(&json, "summary", item->summary);
    json_pair(&json, "content_html", item->html);
    json_close_object(&json);
    buf_add_char(out, '\n');
}

/* --- telling --- */

static bool is_stopped(void *context)
{
    return ((struct hook *)context)->is_stopped;
}

static struct error *run_command(struct hook *hook, struct arena *arena)
{
    const struct harvest_options *options = &hook->harvest->options;
    LOCAL(buf) lines = {.max = 256 * MiB};

    for (size_t i = 0; i < hook->news.count; i++)
        write_line(&lines, hook->news.articles[i]);
    if (lines.overflowed)
        return error_new(ERROR_LIMIT, "its input would be too large");
    return hook_run(&(struct hook_run){
        .command = arena_string(arena, harvest_conf(hook->harvest)->hook_new),
        .folder = options->folder,
        .input = buf_span(&lines),
        .limit = time_limit,
        .clock = options->clock,
        .bell = hook->bell,
        .is_stopped = is_stopped,
        .context = hook,
    });
}

/* There is no command: what comes meanwhile is nobody's. */
static struct error *pass_by(struct hook *hook)
{
    int64_t last;

    TRY(store_last_place(hook->reader, &last));
    hook_backlog_read((span){0}, last, &hook->backlog);
    return keep_backlog(hook, false);
}

/* What is next; `*out_is_done`: there was nothing. */
static struct error *tell_some(struct hook *hook, bool *out_is_done)
{
    const struct harvest_options *options = &hook->harvest->options;
    OWN(arena) arena = arena_new(256 * MiB);
    struct error *error;
    size_t count;

    *out_is_done = true;
    if (harvest_conf(hook->harvest)->hook_new.len == 0)
        return pass_by(hook);
    TRY(hook_backlog_next(&hook->backlog, hook->reader, arena, clock_now(options->clock), options->log,
                          &hook->news));
    count = hook->news.count;
    error = count ? run_command(hook, arena) : OK;
    if (error && error->kind == ERROR_CANCELLED) {
        error_free(error);
        return OK; /* told by the next harvest */
    }
    if (error) {
        error = error_wrap(error, "the command of [hook] new failed; %zu article%s", count,
                           count == 1 ? " was not told, or not wholly" : "s were not told, or not wholly");
        log_failure(options->log, "hook", error);
        error_free(error);
    }
    hook->backlog = hook->news.rest;
    *out_is_done = count == 0;
    return count ? keep_backlog(hook, true) : OK;
}

/* Until it rings, or an article waits no longer for its page. The wall clock may be set meanwhile. */
static void wait_for_bell(struct hook *hook)
{
    static const int64_t shortest = 100, longest = 60 * SECOND;
    struct pollfd watched = {.fd = hook->bell, .events = POLLIN};
    int64_t left = hook->backlog.settles_at - clock_now(hook->harvest->options.clock);
    uint64_t rings;

    if (poll(&watched, 1, hook->backlog.waiting_count ? (int)MAX(MIN(left, longest), shortest) : -1) > 0 &&
        read(hook->bell, &rings, sizeof rings) < 0)
        return; /* it is looked at once more, at worst */
}

static void *tell_all(void *context)
{
    struct hook *hook = context;
    struct error *error = OK;

    while (!hook->is_stopped && !error) {
        bool is_last = hook->is_finishing, is_done = false;
        while (!is_done && !error && !hook->is_stopped)
            error = tell_some(hook, &is_done);
        if (is_last)
            break;
        if (!error && !hook->is_stopped && !hook->is_finishing) /* its bell may have rung during a command */
            wait_for_bell(hook);
    }
    if (error) { /* the store's own trouble, which others tell as well */
        log_failure(hook->harvest->options.log, "hook", error);
        error_free(error);
    }
    return NULL;
}

/* --- life --- */

/* Where an earlier harvest was ended, else at the newest. */
static struct error *find_place(struct hook *hook)
{
    OWN(arena) arena = arena_new(1 * MiB);
    span note = {0};
    int64_t last;
    bool is_wanted = harvest_conf(hook->harvest)->hook_new.len > 0;

    TRY(store_last_place(hook->reader, &last));
    if (is_wanted)
        TRY(store_get(hook->reader, arena, NOTE, &note));
    hook_backlog_read(note, last, &hook->backlog);
    return is_wanted ? keep_backlog(hook, true) : OK;
}

struct error *hook_open(struct harvest *harvest, struct hook **out_hook)
{
    struct hook *hook = memory_new(sizeof *hook);
    struct error *error;

    hook->harvest = harvest;
    hook->bell = eventfd(0, EFD_CLOEXEC);
    error = hook->bell < 0 ? error_errno(errno, "could not make an eventfd") : OK;
    if (!error)
        error = store_reader_open(harvest->options.folder, &hook->reader);
    if (!error)
        error = find_place(hook);
    if (!error && pthread_create(&hook->thread, NULL, tell_all, hook))
        error = error_new(ERROR_IO, "could not start a thread");
    hook->has_thread = !error;
    if (error) {
        hook_close(hook);
        return error;
    }
    *out_hook = hook;
    return OK;
}

void hook_wake(struct hook *hook)
{
    uint64_t ring = 1;

    while (hook && write(hook->bell, &ring, sizeof ring) < 0)
        continue; /* a bell that nobody hears keeps all waiting */
}

static void join(struct hook *hook)
{
    if (hook->has_thread)
        pthread_join(hook->thread, NULL);
    hook->has_thread = false;
}

void hook_finish(struct hook *hook)
{
    if (!hook)
        return;
    hook->is_finishing = true;
    hook_wake(hook);
    join(hook);
}

void hook_stop(struct hook *hook)
{
    if (!hook)
        return;
    hook->is_stopped = true;
    hook_wake(hook);
}

/* Nothing is left to tell: the note goes. */
static struct error *settle(struct hook *hook)
{
    int64_t last;

    if (!hook->reader || !hook->has_note)
        return OK;
    TRY(store_last_place(hook->reader, &last));
    hook->has_all = last <= hook->backlog.place;
    return keep_backlog(hook, !hook->has_all || hook->backlog.waiting_count > 0);
}

void hook_close(struct hook *hook)
{
    struct error *error;

    if (!hook)
        return;
    hook_stop(hook);
    join(hook);
    error = settle(hook);
    if (error)
        log_failure(hook->harvest->options.log, "hook", error);
    error_free(error);
    store_reader_close(hook->reader);
    if (hook->bell >= 0)
        close(hook->bell);
    free(hook);
}
