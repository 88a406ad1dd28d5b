/* SPDX-License-Identifier: MIT
 * archiver.c - follows the store's marks: articles become files, files a commit
 *
 * In one round it goes through what is owed in order of mark: a batch is read, rendered by the workers,
 * staged, and appears on disk. At the round's end come lists and READMEs, the commit, and only then are the
 * marks cleared: whatever happens before, the next round does it again, to the same bytes. A round of very
 * many articles is cut into several commits, so that it needs no more room than one.
 */
#include "core/vec.h"
#include "harvest/internal.h"
#include "harvest/record.h"
#include "harvest/trouble.h"
#include "text/json.h"
#include "text/timezone.h"
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

enum {
    BATCH_ARTICLES = 512,
    ARTICLES_A_COMMIT = 20000,
    PIECES = 64, /* errands a batch is cut into, at most */
    NAMED_IN_MESSAGE = 8,
};

/* Under this key the store notes which commit its marks were cleared for. */

static const size_t batch_bytes = 6 * 1024 * 1024;

struct touched { /* a source with changes in this round */
    span id;
    int64_t new_count, revised_count;
    VEC(int) months; /* year * 12 + month - 1; each once */
};

struct archiver {
    struct harvest *harvest;
    const struct conf *conf; /* as it was at the start: a layout does not change under way */
    struct archive_options options;
    struct archive *archive; /* NULL: it could not be opened, and is tried again */
    bool is_checked;         /* that it is the one which was left */
    struct store_reader *reader;
    struct queue *rendered; /* errands come back here */
    pthread_t thread;
    bool has_thread;

    pthread_mutex_t lock; /* guards the rest of this group */
    pthread_cond_t changed;
    bool is_woken, wants_commit, is_finishing, is_closing, is_busy;
    int64_t pause, resumes_at; /* after a failure of a continuous harvest, monotonic; 0: it went well */
    struct error *error;       /* the first that was not told */
    bool has_committed;

    /* the round: the archiver's thread alone */
    struct arena *arena;
    struct map touched;                 /* id -> struct touched */
    VEC(struct touched *) touched_list; /* in order of first touch */
    VEC(struct article) written;        /* id and mark alone: to be cleared after the commit */
    int64_t last_mark;
    int64_t obstructed_count;

    struct arena *told_arena; /* as long as the archiver */
    struct map told;          /* what is in the way, told once */
};

/* --- rendering, by the workers --- */

struct piece {
    struct errand errand; /* first: an errand is its piece */
    enum layout layout;
    const struct article *articles;
    size_t count;
    struct buf *texts; /* one each */
    struct error **errors;
};

static void render_piece(struct errand *errand)
{
    struct piece *piece = (struct piece *)errand;

    for (size_t i = 0; i < piece->count; i++)
        piece->errors[i] = archive_render(piece->layout, &piece->articles[i], &piece->texts[i]);
}

/* Renders all, on all cores, and waits. */
static void render(struct archiver *archiver, struct arena *arena, const struct article *articles,
                   size_t count, struct buf *texts, struct error **errors)
{
    struct workers *workers = archiver->harvest->workers;
    size_t per_piece = MAX(count / (workers_count(workers) * 4), (count + PIECES - 1) / PIECES);
    size_t out = 0;

    per_piece = MAX(per_piece, (size_t)1);
    for (size_t i = 0; i < count; i += per_piece) {
        struct piece *piece = ARENA_NEW(arena, struct piece);
        *piece = (struct piece){
            .errand = {.run = render_piece, .back = archiver->rendered},
            .layout = archiver->conf->archive.layout,
            .articles = articles + i,
            .count = MIN(per_piece, count - i),
            .texts = texts + i,
            .errors = errors + i,
        };
        workers_put_errand(workers, &piece->errand);
        out++;
    }
    while (out--)
        if (!queue_get(archiver->rendered))
            return;
}

/* --- a batch --- */

static struct touched *touch(struct archiver *archiver, span source_id)
{
    struct touched *touched = map_get(&archiver->touched, source_id);

    if (touched)
        return touched;
    touched = ARENA_NEW(archiver->arena, struct touched);
    touched->id = arena_keep(archiver->arena, source_id);
    *map_at(&archiver->touched, touched->id) = touched;
    *vec_add(archiver->arena, &archiver->touched_list) = touched;
    return touched;
}

/* Its folder's month, which stays when the article's date moves. */
static void touch_month(struct archiver *archiver, struct touched *touched, const struct article *article)
{
    int year, month;

    if (!archive_month_of_path(article->path, &year, &month))
        return; /* an adopted file that lies elsewhere */
    month += year * 12 - 1;
    for (size_t i = 0; i < touched->months.len; i++)
        if (touched->months.at[i] == month)
            return;
    *vec_add(archiver->arena, &touched->months) = month;
}

static void note_article(struct archiver *archiver, const struct article *article)
{
    struct touched *touched = touch(archiver, article->source_id);

    if (article->revision > 1)
        touched->revised_count++;
    else
        touched->new_count++;
    *vec_add(archiver->arena, &archiver->written) =
        (struct article){.id = article->id, .archive_mark = article->archive_mark};
    touch_month(archiver, touched, article);
}

/* One path that somebody else's file or folder is in the way of costs that path, and not the archive. */
static struct error *note_obstacle(struct archiver *archiver, span source_id, struct error *error)
{
    if (!error || error->kind != ERROR_REFUSED)
        return error;
    archiver->obstructed_count++;
    if (!map_get(&archiver->told, span_of(error->message))) {
        span subject = arena_keep(archiver->told_arena, source_id);
        *map_at(&archiver->told, arena_keep(archiver->told_arena, span_of(error->message))) = archiver;
        log_failure(archiver->harvest->options.log, subject.len ? subject.at : "archive", error);
    }
    error_free(error);
    return OK;
}

static struct error *stage_article(struct archiver *archiver, struct arena *arena, struct article *article,
                                   span text)
{
    struct placing placing = {archiver->harvest, archiver->archive, archiver->reader,
                              archiver->conf->archive.layout};
    span path;

    TRY(place_article(&placing, arena, article, text, &path));
    return archive_stage(archiver->archive, path, text);
}

static struct error *stage_batch(struct archiver *archiver, struct arena *arena, struct article *articles,
                                 size_t count, const struct buf *texts, struct error **errors)
{
    for (size_t i = 0; i < count; i++) {
        if (errors[i]) { /* it cannot be written in this layout: told, and not tried for ever */
            log_failure(archiver->harvest->options.log, arena_string(arena, articles[i].source_id),
                        errors[i]);
            error_free(MOVE(errors[i]));
        } else {
            int64_t before = archiver->obstructed_count;
            TRY(note_obstacle(archiver, articles[i].source_id,
                              stage_article(archiver, arena, &articles[i], buf_span(&texts[i]))));
            if (archiver->obstructed_count > before)
                continue; /* it is still owed */
        }
        note_article(archiver, &articles[i]);
    }
    return archive_write_out(archiver->archive);
}

/* `[archive] body = page`: duty-machine's layout takes what was found on the page. */
static void choose_bodies(const struct archiver *archiver, struct article *articles, size_t count)
{
    for (size_t i = 0; i < count && archiver->conf->archive.body == BODY_PAGE; i++)
        if (articles[i].is_of_page)
            articles[i].item.raw_body = articles[i].item.html;
}

/* One batch of what is owed; `*out_count` 0: nothing is. */
static struct error *write_batch(struct archiver *archiver, size_t *out_count)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    struct article *articles = NULL;
    struct error **errors, *error;
    struct buf *texts;
    size_t count = 0;

    TRY(store_archive_owed(archiver->reader, arena, clock_now(archiver->harvest->options.clock),
                           archiver->last_mark, BATCH_ARTICLES, batch_bytes, &articles, &count));
    *out_count = count;
    if (count == 0)
        return OK;
    choose_bodies(archiver, articles, count);
    texts = ARENA_ARRAY(arena, struct buf, count);
    errors = ARENA_ARRAY(arena, struct error *, count);
    render(archiver, arena, articles, count, texts, errors);
    error = stage_batch(archiver, arena, articles, count, texts, errors);
    for (size_t i = 0; i < count; i++) {
        buf_release(&texts[i]);
        error_free(errors[i]);
    }
    TRY(error);
    archiver->last_mark = articles[count - 1].archive_mark;
    archiver->harvest->archived_count += (int64_t)count;
    return OK;
}

/* --- lists and READMEs --- */

static struct error *newest(struct archiver *archiver, struct arena *arena, span source_id, bool by_number,
                            size_t limit, struct listing **out_listings, size_t *out_count)
{
    struct article_filter filter = {
        .source_id = source_id, .since = NO_TIME, .until = NO_TIME, .limit = limit, .by_number = by_number};

    return store_list(archiver->reader, arena, &filter, out_listings, out_count);
}

static struct error *describe_source(struct archiver *archiver, struct arena *arena,
                                     const struct source *source, struct archive_source *out_source)
{
    const struct conf_archive *settings = &archiver->conf->archive;
    struct month_count *months = NULL;
    struct archive_month *archive_months;
    struct listing *listings = NULL;

    *out_source = (struct archive_source){
        .id = source->id, .name = source->name, .feed = source->feed, .article_count = source->article_count};
    TRY(newest(archiver, arena, source->id, settings->layout == LAYOUT_DUTY_MACHINE,
               (size_t)settings->list_length, &listings, &out_source->newest_count));
    out_source->newest = listings;
    TRY(store_months(archiver->reader, arena, source->id, &months, &out_source->month_count));
    archive_months = ARENA_ARRAY(arena, struct archive_month, out_source->month_count);
    for (size_t i = 0; i < out_source->month_count; i++)
        archive_months[i] = (struct archive_month){months[i].year, months[i].month, months[i].article_count};
    out_source->months = archive_months;
    return OK;
}

static struct error *stage_overview(struct archiver *archiver, span source_id, span path, span text)
{
    return note_obstacle(archiver, source_id, archive_stage(archiver->archive, path, text));
}

static struct error *stage_list(struct archiver *archiver, const struct archive_source *source)
{
    LOCAL(buf) text = {.max = 64 * MiB};

    archive_render_list(archiver->harvest->timezone, source->id, source->name, source->newest,
                        source->newest_count, &text);
    return stage_overview(archiver, source->id, source->list_path, buf_span(&text));
}

static struct error *stage_months(struct archiver *archiver, const struct archive_source *source,
                                  const struct touched *touched)
{
    for (size_t i = 0; i < touched->months.len; i++) {
        OWN(arena) arena = arena_new(SIZE_MAX);
        LOCAL(buf) text = {.max = 64 * MiB};
        int year = touched->months.at[i] / 12, month = touched->months.at[i] % 12 + 1;
        struct listing *listings = NULL;
        size_t count = 0;
        TRY(store_month(archiver->reader, arena, source->id, year, month, &listings, &count));
        archive_render_month(archiver->harvest->timezone, source, year, month, listings, count, &text);
        TRY(stage_overview(archiver, source->id, archive_month_path(arena, source->id, year, month),
                           buf_span(&text)));
    }
    return OK;
}

static struct error *stage_source(struct archiver *archiver, struct arena *arena,
                                  const struct archive_source *source, const struct touched *touched)
{
    LOCAL(buf) text = {.max = 64 * MiB};

    if (archiver->conf->archive.layout == LAYOUT_DUTY_MACHINE)
        return stage_list(archiver, source);
    TRY(stage_months(archiver, source, touched));
    archive_render_source(archiver->harvest->timezone, source, &text);
    return stage_overview(archiver, source->id, archive_source_path(arena, source->id), buf_span(&text));
}

static struct error *stage_readme(struct archiver *archiver, const struct archive_source *sources,
                                  size_t count)
{
    const struct conf *conf = archiver->conf;
    LOCAL(buf) text = {.max = 64 * MiB};

    archive_render_newsroom(conf->archive.layout, conf->title, archiver->harvest->timezone, sources, count,
                            &text);
    return stage_overview(archiver, S(""), S("README.md"), buf_span(&text));
}

/* What a README says of a source that nothing happened to: its line and a few of its articles. */
static struct error *mention_source(struct archiver *archiver, struct arena *arena,
                                    const struct source *source, struct archive_source *out_source)
{
    enum { NEWEST_IN_README = 30 };
    struct listing *listings = NULL;

    *out_source = (struct archive_source){
        .id = source->id, .name = source->name, .feed = source->feed, .article_count = source->article_count};
    TRY(newest(archiver, arena, source->id, false, NEWEST_IN_README, &listings, &out_source->newest_count));
    out_source->newest = listings;
    return OK;
}

/* Of touched sources all their pages; the newsroom's README needs a line of every source. */
static struct error *stage_overviews(struct archiver *archiver)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    struct source *sources = NULL;
    struct archive_source *described;
    size_t count = 0, described_count = 0;

    TRY(store_sources(archiver->reader, arena, &sources, &count));
    described = ARENA_ARRAY(arena, struct archive_source, count);
    for (size_t i = 0; i < count; i++) {
        struct archive_source *source = &described[described_count];
        if (sources[i].article_count == 0 && !sources[i].is_wanted)
            continue;
        if (map_get(&archiver->touched, sources[i].id))
            TRY(describe_source(archiver, arena, &sources[i], source));
        else
            TRY(mention_source(archiver, arena, &sources[i], source));
        described_count++;
    }
    archive_name_lists(arena, described, described_count);
    for (size_t i = 0; i < described_count; i++) {
        const struct touched *touched = map_get(&archiver->touched, described[i].id);
        if (touched)
            TRY(stage_source(archiver, arena, &described[i], touched));
    }
    return stage_readme(archiver, described, described_count);
}

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
    TRY(stage_overviews(archiver));
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
        TRY(write_batch(archiver, &count));
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

/* --- its thread: `lock` is held --- */

/* A continuous harvest goes on polling when its archive cannot be written: all is owed, and written later. */
static void take_setback(struct archiver *archiver, struct error *error)
{
    const struct trouble *trouble = trouble_of(error);
    bool is_first = archiver->pause == 0;

    archiver->pause = trouble_pause(archiver->pause);
    archiver->resumes_at = clock_monotonic(archiver->harvest->options.clock) + archiver->pause;
    archiver->wants_commit = true;
    error = error_wrap(error, "%s%scould not write the archive (what it is owed is kept, and tried again)",
                       trouble ? trouble->name : "", trouble ? ": " : "");
    if (is_first)
        log_failure(archiver->harvest->options.log, NULL, error);
    error_free(error);
}

static void take_outcome(struct archiver *archiver, bool is_committing, struct error *error)
{
    if (error && !archiver->harvest->options.is_once && !archiver->is_finishing) {
        take_setback(archiver, error);
        return;
    }
    if (!error && is_committing && archiver->pause) {
        log_info(archiver->harvest->options.log, NULL, "the archive is written again");
        archiver->pause = 0;
    }
    if (archiver->error)
        error_free(error);
    else
        archiver->error = error;
}

static int64_t pause_left(const struct archiver *archiver)
{
    if (archiver->pause == 0 || archiver->is_finishing)
        return 0;
    return archiver->resumes_at - clock_monotonic(archiver->harvest->options.clock);
}

static void wait_for_change(struct archiver *archiver)
{
    int64_t left = pause_left(archiver);
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
        if ((!archiver->is_woken && !archiver->wants_commit) || pause_left(archiver) > 0) {
            archiver->is_busy = false;
            pthread_cond_broadcast(&archiver->changed);
            wait_for_change(archiver);
            continue;
        }
        bool is_committing = archiver->wants_commit;
        archiver->is_busy = true;
        archiver->is_woken = archiver->wants_commit = false;
        pthread_mutex_unlock(&archiver->lock);
        struct error *error = work(archiver, is_committing);
        pthread_mutex_lock(&archiver->lock);
        take_outcome(archiver, is_committing, error);
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
                                                 .title = conf->title,
                                                 .clock = harvest->options.clock};
    archiver->harvest = harvest;
    archiver->conf = conf;
    archiver->rendered = queue_new(PIECES * 8);
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
    if (error && !harvest->options.is_once)
        take_setback(archiver, error);
    else
        error_free(error); /* it is told at the end; what is polled is stored all the same, and owed */
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

    ask(archiver, true);
    pthread_mutex_lock(&archiver->lock);
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
