/* SPDX-License-Identifier: MIT
 * verify_tree.c - the repository, and what lies in the tree that nobody expects
 */
#include "core/file.h"
#include "keep/importing.h"
#include "keep/verifying.h"
#include "limits/limits.h"
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

enum { LOOKS = 4 }; /* at a repository in which somebody is at work */

/* --- the repository --- */

static const enum finding_kind kind_of_flaw[] = {
    [FLAW_NO_REPOSITORY] = FOUND_NO_REPOSITORY,
    [FLAW_HEAD] = FOUND_HEAD,
    [FLAW_SETTINGS] = FOUND_SETTINGS,
    [FLAW_BRANCH] = FOUND_BRANCH,
    [FLAW_OBJECTS] = FOUND_OBJECTS,
    [FLAW_INDEX] = FOUND_INDEX,
    [FLAW_LOCK] = FOUND_LOCK,
    [FLAW_UNFINISHED] = FOUND_UNFINISHED,
};

struct flaws {
    const struct verifying *verifying;
    bool is_unfinished, has_index_flaw, has_object_flaw;
    VEC(struct finding) list;
};

static void take_flaw(void *context, enum repository_flaw flaw, span where, span what)
{
    struct flaws *flaws = context;
    struct arena *arena = flaws->verifying->arena;

    flaws->is_unfinished |= flaw == FLAW_UNFINISHED;
    if (flaws->verifying->totals->is_moving && (flaw == FLAW_LOCK || flaw == FLAW_UNFINISHED))
        return; /* somebody is at work, and these are his */
    flaws->has_index_flaw |= flaw == FLAW_INDEX;
    flaws->has_object_flaw |= flaw == FLAW_OBJECTS || flaw == FLAW_BRANCH;
    *vec_add(arena, &flaws->list) =
        (struct finding){kind_of_flaw[flaw], verify_shown(flaws->verifying, where), arena_keep(arena, what)};
}

static void rest(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
}

/* Beside a git that is at work a look may fall between two of its steps: what is wrong stays so. */
static struct error *find_flaws(const struct verifying *verifying, struct repository_check *check,
                                struct flaws *out_flaws)
{
    for (int look = 0; look < LOOKS; look++) {
        *out_flaws = (struct flaws){.verifying = verifying};
        check->context = out_flaws;
        TRY(archive_check_repository(check));
        if (!out_flaws->list.len || !verifying->totals->is_moving)
            return OK;
        rest();
    }
    return OK;
}

static struct error *take_state(void *context, const struct tree_state *state)
{
    struct verifying *verifying = context;
    struct expected *expected = ARENA_NEW(verifying->arena, struct expected);

    *expected = (struct expected){.path = arena_keep(verifying->arena, state->path)};
    expected->index = state->index == ' ' ? 0 : state->index;
    expected->tree = state->tree == ' ' ? 0 : state->tree;
    *map_at(&verifying->states, expected->path) = expected;
    return OK;
}

static struct error *read_states(struct verifying *verifying, const struct flaws *flaws)
{
    struct error *error =
        archive_check_tree(verifying->archive, verifying->options->clock, take_state, verifying);

    verifying->knows_states = !error;
    if (!error || error->kind == ERROR_USAGE || error->kind == ERROR_CANCELLED)
        return error;
    if (!flaws->has_object_flaw) {
        char *text = error_text(error);
        verify_found(verifying, FOUND_OBJECTS, NULL, S("archive/.git"),
                     arena_keep(verifying->arena, span_of(text)));
        free(text);
    }
    error_free(error);
    return OK;
}

struct error *verify_repository(struct verifying *verifying)
{
    struct repository_check check = {
        .folder = verifying->archive, .clock = verifying->options->clock, .tell = take_flaw};
    struct flaws flaws;

    TRY(find_flaws(verifying, &check, &flaws));
    verifying->has_commit = check.has_commit;
    for (size_t i = 0; i < flaws.list.len; i++)
        verify_found(verifying, flaws.list.at[i].kind, NULL, flaws.list.at[i].where, flaws.list.at[i].what);
    /* With an interrupted run's journal, or while a run commits, git is behind and no harm is done. */
    if (!check.can_ask || !check.has_commit || flaws.has_index_flaw || flaws.is_unfinished ||
        !verifying->is_locked)
        return OK;
    return read_states(verifying, &flaws);
}

/* --- what nobody expects --- */

/* Did Courant write it? A copy that somebody made of an article's file is not one. */
static struct error *is_of_ours(const struct verifying *verifying, struct arena *arena,
                                const struct tree_file *file, bool *out_is_ours)
{
    bool is_dated_layout = verifying->options->conf->archive.layout == LAYOUT_DATED;
    span full = arena_printf(arena, "%s/%.*s", verifying->archive, SPAN_ARG(file->path)), bytes = {0}, own;
    struct import_reading reading;
    struct article *known = NULL;

    *out_is_ours = false;
    if (!file->is_regular || !span_ends(file->path, S(".md")) || file->size > LIMIT_ARTICLE_FILE)
        return OK;
    OWN(error) unreadable = file_read(full.at, LIMIT_ARTICLE_FILE, arena, &bytes);
    if (unreadable)
        return OK;
    OWN(error) unlike = import_read_article(arena, file->path, bytes, &reading);
    if (unlike || !reading.is_article || (reading.form == FORM_DATED) != is_dated_layout ||
        (reading.form != FORM_DATED && reading.form != FORM_DUTY_MACHINE))
        return OK;
    own = is_dated_layout ? arena_printf(arena, "%.*s/", SPAN_ARG(reading.article.source_id))
                          : arena_printf(arena, "/%" PRId64 ".md", reading.article.number);
    *out_is_ours = is_dated_layout ? reading.article.id && span_starts(file->path, own)
                                   : reading.article.number > 0 && span_ends(file->path, own);
    if (*out_is_ours && reading.article.id && verifying->reader)
        TRY(store_article(verifying->reader, arena, reading.article.id, &known));
    *out_is_ours &= !known;
    return OK;
}

/* The store has it by now: it came while we looked. */
static struct error *came_meanwhile(const struct verifying *verifying, struct arena *arena, span path,
                                    bool *out_came)
{
    OPEN(store_reader) reader = NULL;
    uint64_t ids[1];
    size_t count = 0;
    span words = span_starts(path, S("articles/"))
                     ? span_sub(path, strlen("articles/"), path.len - strlen("articles/") - strlen(".md"))
                     : path;

    TRY(store_reader_open(verifying->options->folder, &reader));
    TRY(store_find(reader, arena, words, ids, ARRAY_SIZE(ids), &count));
    *out_came = count > 0;
    return OK;
}

/* A list of a source that has been renamed, or a README of a month, has another's place by now, and stays. */
static struct error *take_stranger(struct verifying *verifying, const struct tree_file *file)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    bool is_ours, came = false;

    TRY(is_of_ours(verifying, arena, file, &is_ours));
    if (is_ours && verifying->totals->is_moving)
        TRY(came_meanwhile(verifying, arena, file->path, &came));
    if (came)
        return OK;
    if (is_ours)
        verify_found(verifying, FOUND_FILE_UNKNOWN, NULL, verify_shown(verifying, file->path),
                     S("the store does not know it"));
    else if (verifying->is_locked)
        verify_found(verifying, FOUND_FILE_FOREIGN, NULL, verify_shown(verifying, file->path),
                     S("nobody expects it"));
    return OK;
}

static struct error *take_file(void *context, const struct tree_file *file)
{
    struct verifying *verifying = context;

    if (verify_is_cancelled(verifying))
        return error_new(ERROR_CANCELLED, "interrupted");
    if (file->is_folder)
        return OK;
    verifying->totals->file_count++;
    if (file->is_temporary && verifying->is_locked)
        verify_found(verifying, FOUND_TEMPORARY, NULL, verify_shown(verifying, file->path),
                     S("it is a temporary file"));
    if (file->is_temporary || map_get(&verifying->expected, file->path) ||
        map_get(&verifying->obstacles, file->path) || *file->path.at == '.')
        return OK;
    return take_stranger(verifying, file);
}

/* Without the store nobody can say what is expected. */
struct error *verify_tree(struct verifying *verifying)
{
    return verifying->reader ? archive_walk(verifying->archive, take_file, verifying) : OK;
}
