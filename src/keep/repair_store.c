/* SPDX-License-Identifier: MIT
 * repair_store.c - a damaged store, from its own rows, from the archive's files and from their history
 */
#include "archive/history.h"
#include "core/file.h"
#include "keep/importing.h"
#include "keep/repairing.h"
#include "limits/limits.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* --- what the archive has, and had --- */

struct version { /* of a file, by its history */
    struct version *older;
    span object;
    int64_t at;
    int64_t count; /* of it and those before it */
};

struct past {
    struct repairing *repairing;
    struct history *history; /* NULL: there is none */
    bool is_read;
    struct map newest; /* path -> struct version */
    struct map oldest;
};

static struct error *take_change(void *context, const struct history_change *change)
{
    struct past *past = context;
    struct arena *arena = past->repairing->arena;
    struct version *version, **newest, *last;
    span path;

    if (change->what == 'D' || change->what == 'R')
        return OK;
    path = arena_keep(arena, change->path);
    version = ARENA_NEW(arena, struct version);
    *version = (struct version){.object = arena_keep(arena, change->name), .at = change->at};
    newest = (struct version **)map_at(&past->newest, path);
    if (!*newest)
        *newest = version;
    last = map_get(&past->oldest, path);
    if (last)
        last->older = version;
    *map_at(&past->oldest, path) = version;
    (*newest)->count++;
    return OK;
}

/* Once, when it is first needed. A history with holes tells what it can. */
static void read_past(struct past *past)
{
    const struct verify_options *options = past->repairing->options;
    struct error *error;

    if (past->is_read)
        return;
    past->is_read = true;
    past->newest = past->oldest = (struct map){.arena = past->repairing->arena};
    error = history_open(arena_printf(past->repairing->arena, "%s/archive", options->folder).at,
                         options->clock, &past->history);
    if (!error && past->history)
        error = history_changes(past->history, take_change, past);
    error_free(error);
}

/* A file that cannot be made an article of is named and passed over: the others need not suffer for it. */
static struct error *pass_over(struct repairing *repairing, span path, struct error *error)
{
    char *why;

    if (error->kind != ERROR_LIMIT && error->kind != ERROR_FORMAT)
        return error;
    why = error_text(error);
    repair_done(repairing, arena_printf(repairing->arena, "archive/%.*s", SPAN_ARG(path)),
                arena_printf(repairing->arena, "passed over: %s", why));
    free(why);
    error_free(error);
    return OK;
}

/* Is it the text that is looked for? A file of the dated layout says so itself. */
static struct error *read_text(struct past *past, struct arena *arena, const struct article *asked, span path,
                               span bytes, int64_t at, struct article **out_text, uint64_t *out_hash)
{
    struct import_reading reading;
    struct error *error = import_read_article(arena, path, bytes, &reading);

    if (!error && (!reading.is_article ||
                   (reading.article.is_dated_file &&
                    (reading.article.id != asked->id || reading.article.revision != asked->revision))))
        return OK;
    if (!error)
        error = import_finish_article(arena, &reading, bytes, at);
    if (error)
        return pass_over(past->repairing, path, error);
    *out_text = ARENA_NEW(arena, struct article);
    **out_text = reading.article;
    *out_hash = reading.hash;
    return OK;
}

static struct error *find_on_disk(struct past *past, const struct article *asked, span path,
                                  struct arena *arena, struct article **out_text, uint64_t *out_hash)
{
    span full = arena_printf(arena, "%s/archive/%.*s", past->repairing->options->folder, SPAN_ARG(path)),
         bytes = {0};
    OWN(error) unreadable = file_read(full.at, LIMIT_ARTICLE_FILE, arena, &bytes);

    return unreadable ? OK : read_text(past, arena, asked, path, bytes, NO_TIME, out_text, out_hash);
}

/* The other layout does not say which revision a file is: where there are as many as the store had, the n-th
 * is the n-th. */
static struct error *find_in_history(struct past *past, const struct article *asked, span path,
                                     struct arena *arena, struct article **out_text, uint64_t *out_hash)
{
    bool is_dated = past->repairing->options->conf->archive.layout == LAYOUT_DATED;
    const struct version *version;
    int64_t number;

    read_past(past);
    version = past->history ? map_get(&past->newest, path) : NULL;
    number = version ? version->count : 0;
    for (; version && !*out_text; version = version->older, number--) {
        span bytes = {0};
        if (!is_dated && number != asked->revision)
            continue;
        OWN(error) lost = history_read(past->history, version->object, LIMIT_ARTICLE_FILE, arena, &bytes);
        if (!lost)
            TRY(read_text(past, arena, asked, path, bytes, version->at, out_text, out_hash));
    }
    return OK;
}

static struct error *find_text(void *context, const struct article *asked, bool is_current,
                               struct arena *arena, struct article **out_text, uint64_t *out_hash)
{
    struct past *past = context;
    span path = archive_path(arena, past->repairing->options->conf->archive.layout, asked);

    *out_text = NULL;
    if (is_current)
        TRY(find_on_disk(past, asked, path, arena, out_text, out_hash));
    return *out_text ? OK : find_in_history(past, asked, path, arena, out_text, out_hash);
}

/* --- the store --- */

static void tell_saved(void *context, span where, span what)
{
    struct past *past = context;

    repair_done(past->repairing, where, what);
}

static struct error *salvage(struct repairing *repairing)
{
    struct past past = {.repairing = repairing};
    struct salvage salvage = {
        .folder = repairing->options->folder,
        .options = &repairing->store_options,
        .clock = repairing->options->clock,
        .find = find_text,
        .tell = tell_saved,
        .context = &past,
    };
    struct error *error = store_salvage(&salvage, repairing->arena);

    history_close(past.history);
    TRY(error);
    repair_done(repairing, S("courant.db"),
                arena_printf(repairing->arena,
                             "made anew with %" PRId64 " articles of its own, %" PRId64
                             " revisions from the archive, %" PRId64 " lost; the old file is %.*s",
                             salvage.article_count, salvage.restored_count, salvage.lost_count,
                             SPAN_ARG(salvage.damaged_path)));
    return OK;
}

/* --- articles that the store has not --- */

static bool wants(void *context, span path)
{
    const struct repairing *repairing = context;

    return repairing->has_no_store || map_get(&repairing->wanted, path);
}

static void tell_untaken(void *context, enum import_untaken kind, span path, span why)
{
    struct repairing *repairing = context;

    if ((kind == UNTAKEN_FAILED || kind == UNTAKEN_KNOWN) && map_get(&repairing->wanted, path))
        *vec_add(repairing->arena, &repairing->refused) =
            (struct refused){arena_keep(repairing->arena, path), kind == UNTAKEN_KNOWN};
    if (kind == UNTAKEN_FAILED || kind == UNTAKEN_UNREAD || kind == UNTAKEN_PAST)
        repair_done(repairing, arena_printf(repairing->arena, "archive/%.*s", SPAN_ARG(path)), why);
}

static void ignore_progress(void *context, const struct import_totals *totals)
{
    (void)context;
    (void)totals;
}

static bool is_cancelled(void *context)
{
    const struct repairing *repairing = context;

    return repairing->options->is_cancelled && repairing->options->is_cancelled(repairing->options->context);
}

struct error *repair_adopt(struct repairing *repairing)
{
    const struct verify_options *options = repairing->options;
    struct import_totals totals;
    struct import_options import = {
        .folder = arena_printf(repairing->arena, "%s/archive", options->folder).at,
        .newsroom = options->folder,
        .conf = options->conf,
        .timezone = options->timezone,
        .clock = options->clock,
        .tell = tell_untaken,
        .progress = ignore_progress,
        .is_cancelled = is_cancelled,
        .context = repairing,
        .has_lock = true,
        .wants = wants,
    };

    repairing->wanted = (struct map){.arena = repairing->arena};
    for (size_t i = 0; i < repairing->unknown.len; i++)
        *map_at(&repairing->wanted, repairing->unknown.at[i]) = &repairing->unknown.at[i];
    TRY(import_archive(&import, repairing->arena, &totals));
    repair_done(repairing, S("courant.db"),
                arena_printf(repairing->arena,
                             "%" PRId64 " articles with %" PRId64 " revisions read from the archive",
                             totals.new_count + totals.revised_count, totals.revision_count));
    for (size_t i = 0; i < repairing->refused.len; i++)
        TRY(repair_set_aside(repairing, repairing->refused.at[i].path, false,
                             repairing->refused.at[i].is_known
                                 ? S("taken out of the archive: the store has its article, with another file")
                                 : S("taken out of the archive: the store cannot take it")));
    return OK;
}

/* An interrupted repair may have left a store that is complete, and not in its place. */
static bool has_mended_store(struct repairing *repairing)
{
    return file_exists(arena_printf(repairing->arena, "%s/courant.db.mended", repairing->options->folder).at);
}

/* One of an older version is brought forward and looked at again; where that cannot be done, its rows are
 * saved as those of any damaged one. */
static struct error *bring_forward(struct repairing *repairing)
{
    OPEN(store) store = NULL;
    struct error *error =
        store_open(repairing->options->folder, &repairing->store_options, repairing->options->clock, &store);

    if (error && error->kind != ERROR_DAMAGED)
        return error;
    repairing->has_damaged_store = error != NULL;
    error_free(error);
    if (repairing->has_damaged_store)
        return OK;
    store_close(MOVE(store));
    repair_done(repairing, S("courant.db"), S("brought forward to this version"));
    return repair_look_at_store(repairing);
}

/* A folder or a pipe stands where the store belongs. */
static struct error *clear_place(struct repairing *repairing)
{
    span place = arena_printf(repairing->arena, "%s/courant.db", repairing->options->folder);
    span aside = arena_printf(repairing->arena, "%s/courant.db", repairing->aside);

    if (!file_exists(place.at) || verify_has_store(repairing->options->folder))
        return OK;
    TRY(file_make_folder(repairing->aside));
    if (rename(place.at, aside.at))
        return error_errno(errno, "could not set \"%s\" aside", place.at);
    repair_done(repairing, S("courant.db"), S("set aside, since it was no file"));
    return OK;
}

struct error *repair_store(struct repairing *repairing)
{
    bool is_damaged;

    TRY(repair_look_at_store(repairing));
    if (repairing->has_older_store && !repairing->has_damaged_store)
        TRY(bring_forward(repairing));
    is_damaged = repairing->has_damaged_store || has_mended_store(repairing);
    if (is_damaged || repairing->has_no_store)
        TRY(repair_packs(repairing));
    if (is_damaged)
        TRY(salvage(repairing));
    if (!repairing->has_no_store)
        return OK;
    TRY(clear_place(repairing));
    return repair_adopt(repairing);
}

/* --- a revision that the store has lost --- */

/* Newer than the store's: by its own word, or, where a file says nothing, since Courant committed it and the
 * store never said it. */
static struct error *is_newer(struct repairing *repairing, struct arena *arena, const struct article *stored,
                              const struct import_reading *reading, span path, bool *out_is_newer)
{
    span author = {0}, own = repairing->options->conf->archive.author;

    *out_is_newer = reading->article.is_dated_file && reading->article.id == stored->id &&
                    reading->article.revision > stored->revision;
    if (reading->article.is_dated_file || reading->form != FORM_DUTY_MACHINE ||
        span_equal(reading->article.item.raw_body, stored->item.html))
        return OK; /* the page's text, where `body` said otherwise before */
    TRY(archive_last_author(arena_printf(arena, "%s/archive", repairing->options->folder).at,
                            repairing->options->clock, path, arena, &author));
    *out_is_newer = author.len && span_equal(author, own);
    return OK;
}

struct error *repair_take_newer(struct repairing *repairing, const struct committed *committed,
                                bool *out_is_taken)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    OPEN(store_reader) reader = NULL;
    OPEN(store) store = NULL;
    struct import_reading reading;
    struct article *stored = NULL;
    span full = arena_printf(arena, "%s/archive/%.*s", repairing->options->folder, SPAN_ARG(committed->path)),
         bytes = {0};
    struct error *error;
    bool is_later = false;

    *out_is_taken = false;
    OWN(error) unreadable = file_read(full.at, LIMIT_ARTICLE_FILE, arena, &bytes);
    if (unreadable)
        return OK;
    error = import_read_article(arena, committed->path, bytes, &reading);
    if (error)
        return pass_over(repairing, committed->path, error);
    TRY(store_reader_open(repairing->options->folder, &reader));
    TRY(store_article(reader, arena, committed->id, &stored));
    if (reading.is_article && stored)
        TRY(is_newer(repairing, arena, stored, &reading, committed->path, &is_later));
    if (!is_later)
        return OK;
    error = import_finish_article(arena, &reading, bytes, NO_TIME);
    if (error)
        return pass_over(repairing, committed->path, error);
    reading.article.source_id = stored->source_id;
    TRY(store_open(repairing->options->folder, &repairing->store_options, repairing->options->clock, &store));
    TRY(store_restore_text(store, committed->id, &reading.article, reading.hash));
    *out_is_taken = true;
    repair_done(repairing, arena_printf(repairing->arena, "archive/%.*s", SPAN_ARG(committed->path)),
                S("a revision that the store had lost was read back"));
    return OK;
}
