/* SPDX-License-Identifier: MIT
 * repair.c - store, archive and git mended, each from whichever copy is whole
 *
 * The store first, since all else is compared with it, and before it only those packs of git's that it shall
 * be read from; then the repository; then files. A file is set aside before the store is told that it is
 * owed, and is written by the archiver after that: whatever interrupts this, the next repair finds what is
 * left.
 */
#include "archive/mend.h"
#include "core/fault.h"
#include "core/file.h"
#include "keep/repairing.h"
#include "limits/limits.h"
#include "text/date.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void repair_done(struct repairing *repairing, span where, span what)
{
    repairing->options->done(repairing->options->context, where, what);
}

/* --- setting aside --- */

/* A file gets a second name there, so that it stays in its place until it is replaced; what is no file is
 * moved. */
struct error *repair_set_aside(struct repairing *repairing, span path, bool is_kept, span becomes)
{
    struct arena *arena = repairing->arena;
    span from = arena_printf(arena, "%s/archive/%.*s", repairing->options->folder, SPAN_ARG(path));
    span to = arena_printf(arena, "%s/archive/%.*s", repairing->aside, SPAN_ARG(path));
    struct stat about;
    int result;

    if (lstat(from.at, &about))
        return OK;
    TRY(file_make_folder(arena_printf(arena, "%.*s", (int)span_find_last_char(to, '/'), to.at).at));
    TRY(fault_error("repair.aside"));
    result = is_kept && S_ISREG(about.st_mode) ? link(from.at, to.at) : rename(from.at, to.at);
    if (result && errno != EEXIST)
        return error_errno(errno, "could not set \"%s\" aside", from.at);
    TRY(file_sync_folder(arena_printf(arena, "%.*s", (int)span_find_last_char(to, '/'), to.at).at));
    repair_done(repairing, arena_printf(arena, "archive/%.*s", SPAN_ARG(path)),
                arena_printf(arena, "set aside as %.*s, and %.*s",
                             SPAN_ARG(span_from(to, strlen(repairing->options->folder) + 1)),
                             SPAN_ARG(becomes)));
    return OK;
}

static struct error *set_all_aside(struct repairing *repairing)
{
    for (size_t i = 0; i < repairing->obstacles.len; i++)
        TRY(repair_set_aside(repairing, repairing->obstacles.at[i], false,
                             S("taken out of the archive: a folder belongs there")));
    for (size_t i = 0; i < repairing->edited.len; i++)
        TRY(repair_set_aside(repairing, repairing->edited.at[i], true, S("to be written again")));
    return OK;
}

/* --- what is found --- */

static void owe(struct repairing *repairing, uint64_t id)
{
    *vec_add(repairing->arena, &repairing->owed) = id;
}

static span path_of(struct repairing *repairing, const struct finding *finding)
{
    return arena_keep(repairing->arena, span_from(finding->where, strlen("archive/")));
}

/* In the place of the file itself, or of a folder above it. */
static void take_obstacle(struct repairing *repairing, const struct finding *finding,
                          const struct expected *expected)
{
    span path = path_of(repairing, finding);

    if (span_equal(path, expected->path))
        *vec_add(repairing->arena, &repairing->edited) = path;
    else
        *vec_add(repairing->arena, &repairing->obstacles) = path;
}

static void collect(struct verifying *verifying, const struct finding *finding,
                    const struct expected *expected)
{
    struct repairing *repairing = verifying->context;

    switch (finding->kind) {
    case FOUND_STORE_DAMAGED:
    case FOUND_STORE_LOG:
        repairing->has_damaged_store = true;
        break;
    case FOUND_STORE_MISSING:
        repairing->has_no_store = true;
        break;
    case FOUND_STORE_OLDER:
        repairing->has_older_store = true;
        break;
    case FOUND_FILE_UNKNOWN:
        *vec_add(repairing->arena, &repairing->unknown) = path_of(repairing, finding);
        break;
    case FOUND_FILE_COMMITTED:
        *vec_add(repairing->arena, &repairing->committed) =
            (struct committed){path_of(repairing, finding), expected->id};
        break;
    case FOUND_FILE_IN_THE_WAY:
        take_obstacle(repairing, finding, expected);
        owe(repairing, expected->id);
        break;
    case FOUND_FILE_DIFFERS:
    case FOUND_PAGE_DIFFERS:
        *vec_add(repairing->arena, &repairing->edited) = path_of(repairing, finding);
        owe(repairing, expected->id);
        break;
    case FOUND_FILE_MISSING:
    case FOUND_FILE_NOT_COMMITTED:
    case FOUND_PAGE_MISSING:
    case FOUND_PAGE_BEHIND:
        owe(repairing, expected->id);
        *vec_add(repairing->arena, &repairing->missing) = arena_keep(repairing->arena, finding->where);
        break;
    case FOUND_TEMPORARY:
        unlink(arena_printf(repairing->arena, "%s/%.*s", repairing->options->folder, SPAN_ARG(finding->where))
                   .at);
        break;
    case FOUND_NO_REPOSITORY:
    case FOUND_HEAD:
    case FOUND_SETTINGS:
    case FOUND_BRANCH:
    case FOUND_OBJECTS:
    case FOUND_INDEX:
    case FOUND_LOCK:
    case FOUND_UNFINISHED:
        repairing->has_damaged_git |= finding_words[finding->kind].is_wrong;
        break;
    case FOUND_FILE_FOREIGN:
    case FINDING_KINDS:
        break;
    }
}

/* A look at a part; what it finds is collected. */
static struct error *look(struct repairing *repairing, struct error *(*part)(struct verifying *verifying),
                          bool *out_has_commit)
{
    struct verify_totals totals;
    struct verifying verifying = {.found = collect, .context = repairing, .is_locked = true};
    struct error *error = verify_begin(&verifying, repairing->options, &totals);

    if (!error)
        error = part(&verifying);
    if (out_has_commit)
        *out_has_commit = verifying.has_commit;
    verify_end(&verifying);
    return error;
}

struct error *repair_look_at_store(struct repairing *repairing)
{
    return look(repairing, verify_store, NULL);
}

/* --- the repository --- */

struct offer {
    const struct conf_archive *settings;
    struct offering *offering;
};

static struct error *offer_revision(void *context, const struct article *article)
{
    const struct offer *offer = context;
    LOCAL(buf) text = {.max = LIMIT_COMPARED_FILE};
    struct article copy = *article;

    if (offer->settings->layout == LAYOUT_DUTY_MACHINE && offer->settings->body == BODY_PAGE &&
        copy.is_of_page)
        copy.item.raw_body = copy.item.html;
    OWN(error) error = archive_render(offer->settings->layout, &copy, &text);
    return error ? OK : archive_offer(offer->offering, buf_span(&text));
}

static struct error *offer_texts(void *context, struct offering *offering)
{
    struct repairing *repairing = context;
    struct offer offer = {&repairing->options->conf->archive, offering};
    OPEN(store_reader) reader = NULL;

    TRY(store_reader_open(repairing->options->folder, &reader));
    return store_each_revision(reader, offer_revision, &offer);
}

static void tell_mended(void *context, span where, span what)
{
    struct repairing *repairing = context;

    repair_done(repairing, arena_printf(repairing->arena, "archive/%.*s", SPAN_ARG(where)), what);
}

static bool has_repository(const struct repository_mend *mend, const struct repairing *repairing)
{
    return repairing->options->conf->archive.git && access(mend->folder, F_OK) == 0;
}

static struct repository_mend mend_of(struct repairing *repairing)
{
    return (struct repository_mend){
        .folder = arena_printf(repairing->arena, "%s/archive", repairing->options->folder).at,
        .aside = repairing->aside,
        .clock = repairing->options->clock,
        .tell = tell_mended,
        .offer = offer_texts,
        .context = repairing,
    };
}

static struct error *repair_repository(struct repairing *repairing)
{
    struct repository_mend mend = mend_of(repairing);

    if (!has_repository(&mend, repairing))
        return OK;
    TRY(look(repairing, verify_repository, NULL));
    return repairing->has_damaged_git ? archive_mend_repository(&mend) : OK;
}

struct error *repair_packs(struct repairing *repairing)
{
    struct repository_mend mend = mend_of(repairing);

    return has_repository(&mend, repairing) ? archive_mend_packs(&mend) : OK;
}

/* --- the files --- */

static struct error *look_at_files(struct verifying *verifying)
{
    if (verifying->options->conf->archive.git && access(verifying->archive, F_OK) == 0)
        TRY(verify_repository(verifying));
    TRY(verify_open_store(verifying));
    TRY(verify_articles(verifying));
    TRY(verify_pages(verifying));
    return access(verifying->archive, F_OK) == 0 ? verify_tree(verifying) : OK;
}

static struct error *open_store(struct repairing *repairing, struct store **out_store)
{
    return store_open(repairing->options->folder, &repairing->store_options, repairing->options->clock,
                      out_store);
}

static struct error *owe_files(struct repairing *repairing, bool all)
{
    OPEN(store) store = NULL;

    if (!all && !repairing->owed.len)
        return OK;
    TRY(open_store(repairing, &store));
    return all ? store_archive_owe_all(store)
               : store_archive_owe(store, repairing->owed.at, repairing->owed.len);
}

/* What Courant itself committed and the store has lost comes back to it; the rest was a user's doing. */
static struct error *repair_committed(struct repairing *repairing)
{
    for (size_t i = 0; i < repairing->committed.len; i++) {
        const struct committed *committed = &repairing->committed.at[i];
        bool is_taken = false;
        TRY(repair_take_newer(repairing, committed, &is_taken));
        if (!is_taken) {
            *vec_add(repairing->arena, &repairing->edited) = committed->path;
            owe(repairing, committed->id);
        }
    }
    return OK;
}

/* Articles that are read into the store stand on lists, too: so these are looked at after that. */
static struct error *adopt_unknown(struct repairing *repairing, bool *out_has_commit)
{
    TRY(repair_adopt(repairing));
    repairing->owed.len = repairing->edited.len = repairing->missing.len = repairing->committed.len = 0;
    repairing->obstacles.len = 0;
    return look(repairing, look_at_files, out_has_commit);
}

static struct error *repair_files(struct repairing *repairing)
{
    bool has_commit = true;

    TRY(look(repairing, look_at_files, &has_commit));
    if (repairing->unknown.len)
        TRY(adopt_unknown(repairing, &has_commit));
    for (size_t i = 0; i < repairing->missing.len; i++)
        repair_done(repairing, repairing->missing.at[i], S("to be written again"));
    TRY(repair_committed(repairing));
    TRY(set_all_aside(repairing));
    return owe_files(repairing, repairing->options->conf->archive.git && !has_commit);
}

/* --- the whole --- */

/* "set-aside/20241108T093000Z": of this repair alone */
static const char *aside_name(struct repairing *repairing)
{
    struct date_parts now = date_split(clock_now(repairing->options->clock));
    span name =
        arena_printf(repairing->arena, "%s/set-aside/%04d%02d%02dT%02d%02d%02dZ", repairing->options->folder,
                     now.year, now.month, now.day, now.hour, now.minute, now.second);
    span free_name = name;

    for (int n = 2; access(free_name.at, F_OK) == 0; n++)
        free_name = arena_printf(repairing->arena, "%.*s-%d", SPAN_ARG(name), n);
    return free_name.at;
}

static struct error *repair(struct repairing *repairing)
{
    TRY(repair_store(repairing));
    TRY(repair_repository(repairing));
    TRY(fault_error("repair.files"));
    return repair_files(repairing);
}

static struct error *begin(struct repairing *repairing, const struct verify_options *options,
                           struct file_lock **out_lock)
{
    repairing->options = options;
    repairing->arena = arena_new(SIZE_MAX);
    repairing->store_options = (struct store_options){.timezone = options->timezone,
                                                      .wait = options->conf->archive.wait,
                                                      .max_interval = options->conf->fetch.max_interval};
    TRY(file_lock_open(arena_printf(repairing->arena, "%s/courant.lock", options->folder).at, false,
                       out_lock));
    repairing->aside = aside_name(repairing);
    return OK;
}

struct error *verify_repair(const struct verify_options *options)
{
    struct repairing repairing = {0};
    OPEN(file_lock) lock = NULL;
    struct error *error = begin(&repairing, options, &lock);

    if (!error)
        error = repair(&repairing);
    arena_free(repairing.arena);
    return error;
}

/* --- rebuild --- */

static struct error *collect_in_the_way(struct verifying *verifying)
{
    if (verifying->options->conf->archive.git && access(verifying->archive, F_OK) == 0)
        TRY(verify_repository(verifying));
    TRY(verify_open_store(verifying));
    return verify_articles(verifying);
}

static void keep_in_the_way(struct verifying *verifying, const struct finding *finding,
                            const struct expected *expected)
{
    struct repairing *repairing = verifying->context;

    /* what git has need not be kept once more */
    if (finding->kind == FOUND_FILE_IN_THE_WAY)
        take_obstacle(repairing, finding, expected);
    if (finding->kind == FOUND_FILE_DIFFERS)
        *vec_add(repairing->arena, &repairing->edited) = path_of(repairing, finding);
}

static struct error *rebuild(struct repairing *repairing)
{
    struct verify_totals totals;
    struct verifying verifying = {.found = keep_in_the_way, .context = repairing, .is_locked = true};
    struct error *error = verify_begin(&verifying, repairing->options, &totals);

    if (!error)
        error = collect_in_the_way(&verifying);
    verify_end(&verifying);
    TRY(error);
    TRY(set_all_aside(repairing));
    return owe_files(repairing, true);
}

struct error *rebuild_archive(const struct verify_options *options)
{
    struct repairing repairing = {0};
    OPEN(file_lock) lock = NULL;
    struct error *error = begin(&repairing, options, &lock);

    if (!error)
        error = rebuild(&repairing);
    arena_free(repairing.arena);
    return error;
}
