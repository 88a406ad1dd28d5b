/* SPDX-License-Identifier: MIT
 * archiver.c - follows the store's marks: articles become files, files a commit
 *
 * In one round it goes through what is owed in order of mark: a batch is read, rendered by the workers,
 * staged, and appears on disk. At the round's end come lists and READMEs, the commit, and only then are the
 * marks cleared: whatever happens before, the next round does it again, to the same bytes. A round of very
 * many articles is cut into several commits, so that it needs no more room than one.
 */
#include "harvest/archiver.h"
#include "harvest/record.h"
#include "harvest/trouble.h"
#include "text/json.h"
#include "text/timezone.h"
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

enum {
    ARTICLES_A_COMMIT = 20000,
    NAMED_IN_MESSAGE = 8,
};

/* --- the commit --- */

static void add_counts(struct buf *message, const struct touched *touched)
{
    buf_printf(message, "%.*s: ", SPAN_ARG(touched->id));
    if (touched->new_count)
        buf_printf(message, "%" PRId64 " new", touched->new_count);
    if (touched->revised_count)
        buf_printf(message, "%s%" PRId64 " revised", touched->new_count ? ", " : "", touched->revised_count);
}

static int compare_touched(const void *a, const void *b)
{
    return span_compare((*(struct touched *const *)a)->id, (*(struct touched *const *)b)->id);
}

/* "dw: 2 new; voa: 3 new, 1 revised", by id, whoever came first; of very many sources the rest in sum */
static void write_message(struct archiver *archiver, struct buf *message)
{
    size_t count = archiver->touched_list.len,
           named = count > NAMED_IN_MESSAGE ? NAMED_IN_MESSAGE - 1 : count;
    int64_t rest = 0;

    qsort(archiver->touched_list.at, count, sizeof *archiver->touched_list.at, compare_touched);
    for (size_t i = 0; i < count; i++) {
        const struct touched *touched = archiver->touched_list.at[i];
        if (i < named) {
            buf_add_text(message, i ? "; " : "");
            add_counts(message, touched);
        } else {
            rest += touched->new_count + touched->revised_count;
        }
    }
    if (named < count)
        buf_printf(message, "; %" PRId64 " more from %zu sources", rest, count - named);
}

static struct error *clear_marks(struct store *store, struct arena *arena, void *context)
{
    const struct archiver *archiver = context;
    span head = archive_head(archiver->archive, arena);

    TRY(store_archive_done(store, archiver->written.at, archiver->written.len));
    return head.len ? store_put(store, S(ARCHIVE_HEAD_KEY), head) : OK;
}

static void forget_round(struct archiver *archiver)
{
    arena_reset(archiver->arena);
    archiver->touched = (struct map){.arena = archiver->arena};
    archiver->touched_list.at = NULL;
    archiver->touched_list.len = archiver->touched_list.capacity = 0;
    archiver->written.at = NULL;
    archiver->written.len = archiver->written.capacity = 0;
    archiver->last_mark = 0;
}

static struct error *commit_round(struct archiver *archiver)
{
    LOCAL(buf) message = {.max = 64 * KiB};
    bool is_changed = false;

    if (archiver->written.len == 0) /* but an earlier run may have left files without commit or index */
        return archive_commit(archiver->archive, S("harvest"), &is_changed);
    TRY(archiver_stage_overviews(archiver));
    TRY(archive_write_out(archiver->archive));
    write_message(archiver, &message);
    TRY(archive_commit(archiver->archive, buf_span(&message), &is_changed));
    TRY(writer_run(archiver->harvest->writer, clear_marks, archiver));
    if (is_changed) {
        pthread_mutex_lock(&archiver->lock);
        archiver->has_committed = true;
        pthread_mutex_unlock(&archiver->lock);
    }
    forget_round(archiver);
    return OK;
}

static struct error *write_owed(struct archiver *archiver)
{
    size_t count = 0;

    do {
        TRY(archiver_write_batch(archiver, &count));
        if (archiver->written.len >= ARTICLES_A_COMMIT)
            TRY(commit_round(archiver));
    } while (count > 0);
    return OK;
}

static struct error *owe_all(struct store *store, struct arena *arena, void *context)
{
    (void)arena;
    (void)context;
    return store_archive_owe_all(store);
}

/* An archive that was taken away, or put back to an earlier state, lacks what no mark speaks of. */
static struct error *check_archive(struct archiver *archiver)
{
    OWN(arena) arena = arena_new(64 * KiB);
    span head = {0};

    if (archiver->is_checked)
        return OK;
    if (!archiver->archive)
        TRY(archive_open(&archiver->options, archiver->harvest->options.log, &archiver->archive));
    TRY(store_get(archiver->reader, arena, S(ARCHIVE_HEAD_KEY), &head));
    if (head.len && !archive_has_commit(archiver->archive, head)) {
        log_warn(archiver->harvest->options.log, "archive",
                 "the last commit, or what it held, is gone from \"%s\": everything is written anew",
                 archiver->options.folder);
        TRY(writer_run(archiver->harvest->writer, owe_all, NULL));
    }
    archiver->is_checked = true;
    return OK;
}

static struct error *work(struct archiver *archiver, bool is_committing)
{
    struct error *error = check_archive(archiver);

    if (error)
        return error;
    if (archiver->last_mark == 0) /* a new round, which meets again what is still in the way */
        archiver->obstructed_count = 0;
    error = write_owed(archiver);
    if (!error && is_committing)
        error = commit_round(archiver);
    if (!error && is_committing)
        error = push_remotes(archiver->harvest, archiver->archive, archiver->reader);
    archiver->harvest->obstructed_count = archiver->obstructed_count;
    if (error)
        forget_round(archiver); /* all of it is still owed */
    return error;
}

/* --- its thread: `lock` is held, but to tell --- */

enum news { NO_NEWS, SETBACK, RECOVERY };

static void tell(const struct archiver *archiver, enum news news, struct error *error)
{
    const struct trouble *trouble = trouble_of(error);
    struct log *log = archiver->harvest->options.log;

    if (news == RECOVERY)
        log_info(log, NULL, "the archive is written again");
    if (news == SETBACK) {
        error =
            error_wrap(error, "%s%scould not write the archive (what it is owed is kept, and tried again)",
                       trouble ? trouble->name : "", trouble ? ": " : "");
        log_failure(log, NULL, error);
    }
    error_free(error);
}

/* A continuous harvest goes on polling when its archive cannot be written: all is owed, and written later.
 * What is to be told of it, once. */
static enum news take_setback(struct archiver *archiver)
{
    enum news news = archiver->pause == 0 ? SETBACK : NO_NEWS;

    archiver->pause = trouble_pause(archiver->pause);
    archiver->resumes_at = clock_monotonic(archiver->harvest->options.clock) + archiver->pause;
    archiver->wants_commit = true;
    return news;
}

/* `*error` is left where it is to be told, or is of no more use. */
static enum news take_outcome(struct archiver *archiver, bool is_committing, struct error **error)
{
    enum news news = !*error && is_committing && archiver->pause ? RECOVERY : NO_NEWS;

    if (*error && !archiver->harvest->options.is_once && !archiver->is_finishing)
        return take_setback(archiver);
    if (news == RECOVERY)
        archiver->pause = 0;
    if (!archiver->error)
        archiver->error = MOVE(*error);
    return news;
}

static int64_t pause_left(const struct archiver *archiver)
{
    if (archiver->pause == 0 || archiver->is_finishing)
        return 0;
    return archiver->resumes_at - clock_monotonic(archiver->harvest->options.clock);
}

/* At most so long, in milliseconds; 0: for as long as it takes. */
static void wait_for_change(struct archiver *archiver, int64_t left)
{
    struct timespec until;

    if (left <= 0) {
        pthread_cond_wait(&archiver->changed, &archiver->lock);
        return;
    }
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += left / 1000 + 1;
    pthread_cond_timedwait(&archiver->changed, &archiver->lock, &until);
}

static void *follow(void *context)
{
    struct archiver *archiver = context;

    pthread_mutex_lock(&archiver->lock);
    while (!archiver->is_closing) {
        int64_t left = pause_left(archiver);
        if ((!archiver->is_woken && !archiver->wants_commit) || left > 0) {
            archiver->is_busy = false;
            pthread_cond_broadcast(&archiver->changed);
            wait_for_change(archiver, left);
            continue;
        }
        bool is_committing = archiver->wants_commit;
        archiver->is_busy = true;
        archiver->is_woken = archiver->wants_commit = false;
        pthread_mutex_unlock(&archiver->lock);
        struct error *error = work(archiver, is_committing);
        pthread_mutex_lock(&archiver->lock);
        enum news news = take_outcome(archiver, is_committing, &error);
        pthread_mutex_unlock(&archiver->lock);
        tell(archiver, news, error);
        pthread_mutex_lock(&archiver->lock);
    }
    archiver->is_busy = false;
    pthread_cond_broadcast(&archiver->changed);
    pthread_mutex_unlock(&archiver->lock);
    return NULL;
}

struct error *archiver_open(struct harvest *harvest, struct archiver **out_archiver)
{
    struct archiver *archiver = memory_new(sizeof *archiver);
    const struct conf *conf = harvest_conf(harvest);
    const char *folder = arena_printf(harvest->arena, "%s/archive", harvest->options.folder).at;
    pthread_condattr_t attributes;
    struct error *error;

    archiver->options = (struct archive_options){.folder = folder,
                                                 .settings = &conf->archive,
                                                 .timezone = harvest->timezone,
                                                 .clock = harvest->options.clock};
    archiver->harvest = harvest;
    archiver->conf = conf;
    archiver->rendered = queue_new(PIECES_OF_BATCH * 8);
    archiver->arena = arena_new(SIZE_MAX);
    archiver->told_arena = arena_new(SIZE_MAX);
    archiver->told.arena = archiver->told_arena;
    pthread_mutex_init(&archiver->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&archiver->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    forget_round(archiver);
    *out_archiver = archiver;
    TRY(store_reader_open(harvest->options.folder, &archiver->reader));
    error = archive_open(&archiver->options, harvest->options.log, &archiver->archive);
    if (error && error->kind == ERROR_USAGE)
        return error;
    /* where it is not told now it is told at the end; what is polled is stored all the same, and owed */
    tell(archiver, error && !harvest->options.is_once ? take_setback(archiver) : NO_NEWS, error);
    if (pthread_create(&archiver->thread, NULL, follow, archiver))
        return error_new(ERROR_IO, "could not start a thread");
    archiver->has_thread = true;
    return OK;
}

static void ask(struct archiver *archiver, bool is_committing)
{
    pthread_mutex_lock(&archiver->lock);
    archiver->is_woken = true;
    archiver->wants_commit |= is_committing;
    pthread_cond_broadcast(&archiver->changed);
    pthread_mutex_unlock(&archiver->lock);
}

void archiver_wake(struct archiver *archiver)
{
    ask(archiver, false);
}

void archiver_hurry(struct archiver *archiver)
{
    pthread_mutex_lock(&archiver->lock);
    archiver->resumes_at = 0;
    pthread_cond_broadcast(&archiver->changed);
    pthread_mutex_unlock(&archiver->lock);
}

void archiver_commit(struct archiver *archiver)
{
    ask(archiver, true);
}

struct error *archiver_finish(struct archiver *archiver, bool *out_has_committed)
{
    struct error *error;

    pthread_mutex_lock(&archiver->lock);
    archiver->is_woken = archiver->wants_commit = true;
    archiver->is_finishing = true; /* no pauses, and failures are the caller's */
    pthread_cond_broadcast(&archiver->changed);
    while (archiver->is_woken || archiver->wants_commit || archiver->is_busy)
        pthread_cond_wait(&archiver->changed, &archiver->lock);
    error = MOVE(archiver->error);
    *out_has_committed = archiver->has_committed;
    archiver->has_committed = false;
    pthread_mutex_unlock(&archiver->lock);
    return error;
}

void archiver_close(struct archiver *archiver)
{
    if (!archiver)
        return;
    pthread_mutex_lock(&archiver->lock);
    archiver->is_closing = true;
    pthread_cond_broadcast(&archiver->changed);
    pthread_mutex_unlock(&archiver->lock);
    if (archiver->has_thread)
        pthread_join(archiver->thread, NULL);
    archive_close(archiver->archive);
    store_reader_close(archiver->reader);
    error_free(archiver->error);
    pthread_cond_destroy(&archiver->changed);
    pthread_mutex_destroy(&archiver->lock);
    arena_free(archiver->arena);
    arena_free(archiver->told_arena);
    queue_free(archiver->rendered);
    free(archiver);
}
