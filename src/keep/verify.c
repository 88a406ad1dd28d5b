/* SPDX-License-Identifier: MIT
 * verify.c - the look at the whole, in order: store, repository, articles, lists, and what lies there besides
 */
#include "keep/verify.h"
#include "core/file.h"
#include "keep/verifying.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

span verify_shown(const struct verifying *verifying, span path)
{
    return arena_printf(verifying->arena, "archive/%.*s", SPAN_ARG(path));
}

bool verify_is_cancelled(const struct verifying *verifying)
{
    const struct verify_options *options = verifying->options;

    return options->is_cancelled && options->is_cancelled(options->context);
}

void verify_found(struct verifying *verifying, enum finding_kind kind, const struct expected *expected,
                  span where, span what)
{
    struct finding finding = {kind, where, what};

    if (finding_words[kind].is_wrong)
        verifying->totals->wrong_count++;
    else
        verifying->totals->note_count++;
    verifying->found(verifying, &finding, expected);
}

/* --- the store --- */

static void take_store_flaw(void *context, span where, span what)
{
    verify_found(context, FOUND_STORE_DAMAGED, NULL, where, what);
}

static void take_log_flaw(void *context, span where, span what)
{
    verify_found(context, FOUND_STORE_LOG, NULL, where, what);
}

static struct error *has_files(void *context, const struct tree_file *file)
{
    bool *has = context;

    *has |= file->is_regular && !file->is_temporary;
    return OK;
}

static struct error *check_missing_store(struct verifying *verifying)
{
    bool has = false;

    if (file_exists(arena_printf(verifying->arena, "%s/courant.db", verifying->options->folder).at)) {
        verify_found(verifying, FOUND_STORE_MISSING, NULL, S("courant.db"),
                     S("what stands there is no file"));
        return OK;
    }
    TRY(archive_walk(verifying->archive, has_files, &has));
    if (has)
        verify_found(verifying, FOUND_STORE_MISSING, NULL, S("courant.db"), S("it is missing"));
    return OK;
}

/* A folder or a pipe of its name is none. */
bool verify_has_store(const char *folder)
{
    OWN(arena) arena = arena_new(256 * KiB);
    struct stat about;

    return stat(arena_printf(arena, "%s/courant.db", folder).at, &about) == 0 && S_ISREG(about.st_mode);
}

struct error *verify_open_store(struct verifying *verifying)
{
    const char *folder = verifying->options->folder;

    return verify_has_store(folder) ? store_reader_open(folder, &verifying->reader) : OK;
}

/* `*out_damage`: why it cannot be read at all; the archive is looked at all the same. */
static struct error *check_store(struct verifying *verifying, struct error **out_damage)
{
    struct store_totals totals = {0};
    struct error *error;

    if (verifying->is_locked)
        TRY(store_check_log(verifying->options->folder, take_log_flaw, verifying));
    error = verify_open_store(verifying);
    if (error && error->kind == ERROR_DAMAGED) {
        char *text = error_text(error);
        verify_found(verifying,
                     store_is_older(verifying->options->folder) ? FOUND_STORE_OLDER : FOUND_STORE_DAMAGED,
                     NULL, S("courant.db"), arena_keep(verifying->arena, span_of(text)));
        free(text);
        *out_damage = error;
        return OK;
    }
    TRY(error);
    if (!verifying->reader)
        return check_missing_store(verifying);
    TRY(store_check(verifying->reader, take_store_flaw, verifying));
    error_free(store_count(verifying->reader, &totals)); /* of a damaged one: what there is to count */
    verifying->totals->revision_count = totals.revisions;
    verifying->totals->article_count = totals.articles;
    return OK;
}

struct error *verify_store(struct verifying *verifying)
{
    OWN(error) told = NULL;

    return check_store(verifying, &told);
}

/* --- from start to end --- */

static struct error *look(struct verifying *verifying, struct error **out_damage)
{
    bool has_archive = access(verifying->archive, F_OK) == 0;

    TRY(check_store(verifying, out_damage));
    if (has_archive && verifying->options->conf->archive.git)
        TRY(verify_repository(verifying));
    TRY(verify_articles(verifying));
    TRY(verify_pages(verifying));
    return has_archive ? verify_tree(verifying) : OK;
}

struct error *verify_all(struct verifying *verifying)
{
    OWN(error) damage = NULL;
    struct error *error = look(verifying, &damage);

    return error ? error : MOVE(damage);
}

struct error *verify_begin(struct verifying *verifying, const struct verify_options *options,
                           struct verify_totals *totals)
{
    *totals = (struct verify_totals){.has_git = options->conf->archive.git};
    verifying->options = options;
    verifying->totals = totals;
    verifying->arena = arena_new(SIZE_MAX);
    verifying->archive = arena_printf(verifying->arena, "%s/archive", options->folder).at;
    verifying->states = verifying->expected = verifying->ways = verifying->obstacles =
        (struct map){.arena = verifying->arena};
    return archive_check_folder(verifying->archive);
}

void verify_end(struct verifying *verifying)
{
    store_reader_close(verifying->reader);
    arena_free(verifying->arena);
}

static void tell(struct verifying *verifying, const struct finding *finding, const struct expected *expected)
{
    (void)expected;
    verifying->options->tell(verifying->options->context, finding);
}

/* Whoever may not write there may look all the same. */
static struct error *lock_if_free(struct verifying *verifying, struct file_lock **out_lock)
{
    span path = arena_printf(verifying->arena, "%s/courant.lock", verifying->options->folder);
    struct error *error = file_lock_open(path.at, false, out_lock);

    verifying->is_locked = !error;
    verifying->totals->is_moving = error && error->kind == ERROR_LOCKED;
    if (error && error->kind != ERROR_LOCKED && error->kind != ERROR_IO)
        return error;
    error_free(error);
    return OK;
}

struct error *verify_newsroom(const struct verify_options *options, struct verify_totals *out_totals)
{
    struct verifying verifying = {.found = tell};
    OPEN(file_lock) lock = NULL;
    struct error *error = verify_begin(&verifying, options, out_totals);

    if (!error)
        error = lock_if_free(&verifying, &lock);
    if (!error)
        error = verify_all(&verifying);
    verify_end(&verifying);
    return error;
}
