/* SPDX-License-Identifier: MIT
 * commit.c - one commit of what changed, at a cost that follows the change
 *
 * `git fast-import` is given the changed files alone: it reads the trees above them and no more. Before the
 * commit is closed it is asked for the tree that came out; if that is the tree of the last commit, nothing
 * changed, and none is made. The order is files, objects, ref, index. `git update-index` hashes the files at
 * the same time, on the other core, but learns that there are no more, and writes the index, only when the
 * ref has moved.
 */
#include "archive/internal.h"
#include "core/fault.h"
#include "text/timezone.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FILE_LIMIT     (256 * MiB)
#define COMMIT_TIMEOUT (1 * HOUR)

struct talk { /* with two gits at once */
    struct archive *archive;
    struct git_process import, index;
    struct error *index_error; /* the index is behind then, and nothing worse */
};

/* A path as fast-import reads it in quotes. */
static void add_quoted(struct buf *out, span path)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < path.len; i++) {
        if (path.at[i] == '\n')
            buf_add(out, S("\\n"));
        else if (path.at[i] == '"' || path.at[i] == '\\')
            buf_printf(out, "\\%c", path.at[i]);
        else
            buf_add_char(out, path.at[i]);
    }
    buf_add_char(out, '"');
}

static void add_head(struct buf *out, const struct archive *archive, span message, const struct tip *tip)
{
    int64_t now = clock_now(archive->clock);
    int zone = archive->timezone ? timezone_offset(archive->timezone, now) / 60 : 0;

    buf_printf(out, "feature done\ncommit %s\nmark :1\ncommitter %s %" PRId64 " %c%02d%02d\ndata %zu\n",
               archive->git.branch.at, archive->author, MAX(now, 0) / SECOND, zone < 0 ? '-' : '+',
               abs(zone) / 60, abs(zone) % 60, message.len);
    buf_add(out, message);
    buf_add_char(out, '\n');
    if (tip->commit.len)
        buf_printf(out, "from %.*s\n", SPAN_ARG(tip->commit));
}

static void tell_index(struct talk *talk, span path)
{
    if (!talk->index_error)
        talk->index_error = git_send(&talk->index, path);
    if (!talk->index_error)
        talk->index_error = git_send(&talk->index, (span){"", 1});
}

/* A file that should be there and is not was never renamed into its place, or somebody took it away: not our
 * change. */
static struct error *send_change(struct talk *talk, const struct change *change)
{
    struct arena *arena = talk->archive->scratch;
    LOCAL(buf) head = {.max = 64 * KiB};
    span full, bytes = {0};

    arena_reset(arena);
    full = arena_printf(arena, "%s/%.*s", talk->archive->folder, SPAN_ARG(change->path));
    if (!change->is_removal && !file_exists(full.at))
        return OK;
    tell_index(talk, change->path);
    buf_add_text(&head, change->is_removal ? "D " : "M 100644 inline ");
    add_quoted(&head, change->path);
    buf_add_char(&head, '\n');
    if (change->is_removal)
        return git_send(&talk->import, buf_span(&head));
    TRY(file_read(full.at, FILE_LIMIT, arena, &bytes));
    buf_printf(&head, "data %zu\n", bytes.len);
    TRY(git_send(&talk->import, buf_span(&head)));
    TRY(git_send(&talk->import, bytes));
    return git_send(&talk->import, S("\n"));
}

/* Sends all that changed and asks for the tree that comes of it. */
static struct error *send_changes(struct talk *talk, span message, const struct tip *tip, span *out_tree)
{
    const struct archive *archive = talk->archive;
    LOCAL(buf) head = {.max = 1 * MiB};
    span answer = {0};

    add_head(&head, archive, message, tip);
    TRY(git_send(&talk->import, buf_span(&head)));
    for (size_t i = 0; i < archive->pending.list.len; i++)
        TRY(send_change(talk, archive->pending.list.at[i]));
    TRY(git_send(&talk->import, S("ls \"\"\n")));
    TRY(git_answer(&talk->import,
                   &answer)); /* "040000 tree NAME<TAB>", or "missing " where no file is left */
    span_cut_word(&answer, out_tree);
    span_cut_word(&answer, out_tree);
    if (!span_cut_word(&answer, out_tree))
        *out_tree = (span){0};
    return OK;
}

/* Where nothing changed fast-import is stopped within the commit, by a line that it must refuse: it takes
 * away its pack and leaves a report of its "crash". (At the end of its input it would still write the commit,
 * and leave it dangling.)
 */
static struct error *send_commit(struct talk *talk, span message, const struct tip *tip, bool *out_is_changed)
{
    span tree = {0};

    TRY(send_changes(talk, message, tip, &tree));
    if (span_equal(tree, tip->tree))
        return git_send(&talk->import, S("M nothing\n"));
    *out_is_changed = true;
    TRY(fault_error("git.ref"));
    return git_send(&talk->import, S("\ndone\n"));
}

static struct error *talk_import(struct talk *talk, span message, const struct tip *tip, bool *out_is_changed)
{
    OWN(arena) arena = arena_new(64 * KiB);
    const struct git *git = &talk->archive->git;
    span report = arena_printf(arena, "%s/fast_import_crash_%d", git->dir, talk->import.pid);
    struct error *error = send_commit(talk, message, tip, out_is_changed);
    bool is_unchanged = !error && !*out_is_changed;

    error = git_settle(&talk->import, error);
    if (!is_unchanged)
        return error;
    error_free(error);
    unlink(report.at);
    return OK;
}

/* git syncs files, not the folders that name them. */
static struct error *sync_folders(const struct git *git)
{
    OWN(arena) arena = arena_new(64 * KiB);
    span ref = arena_printf(arena, "%s/%.*s", git->dir, SPAN_ARG(git->branch));

    TRY(file_sync_folder(arena_printf(arena, "%s/objects/pack", git->dir).at));
    return file_sync_folder(arena_string(arena, span_sub(ref, 0, span_find_last_char(ref, '/'))));
}

static void start_index(struct talk *talk)
{
    /* The objects are fast-import's to write. */
    talk->index_error = git_start(&talk->archive->git,
                                  GIT("update-index", "--info-only", "--add", "--remove", "-z", "--stdin"),
                                  NULL, COMMIT_TIMEOUT, &talk->index);
}

/* The index now knows what we committed, with the files' times, so that `git status` has nothing to say. */
static struct error *finish_index(struct talk *talk)
{
    struct error *error = talk->index_error;

    talk->index_error = NULL;
    if (!error)
        error = fault_error("git.index");
    return talk->index.pid > 0 ? git_settle(&talk->index, error) : error;
}

static struct error *talk_through(struct talk *talk, span message, bool *out_is_changed)
{
    OWN(arena) arena = arena_new(1 * MiB);
    const struct git *git = &talk->archive->git;
    /* Trees are half the work: at level 1 they take a third of the time and articles 5 % more room. */
    static const char *const settings[] = {"pack.compression=1", NULL};
    struct tip tip = {0};

    TRY(git_tip(git, arena, &tip));
    TRY(fault_error("git.fast-import"));
    TRY(git_start(git, GIT("fast-import", "--quiet", "--depth=0", "--done"), settings, COMMIT_TIMEOUT,
                  &talk->import));
    start_index(talk);
    TRY(talk_import(talk, message, &tip, out_is_changed));
    return sync_folders(git); /* also of a commit whose folders could not be synced the last time */
}

/* `*out_index_error`: the commit stands, but the index is behind. */
static struct error *commit(struct archive *archive, span message, bool *out_is_changed,
                            struct error **out_index_error)
{
    struct talk talk = {.archive = archive, .import = GIT_PROCESS_NONE, .index = GIT_PROCESS_NONE};
    struct error *error = talk_through(&talk, message, out_is_changed);

    if (!error)
        *out_index_error = finish_index(&talk);
    error_free(talk.index_error);
    git_process_release(&talk.import);
    git_process_release(&talk.index);
    return error;
}

/* One line that no one's terminal or log minds. */
static span clean_message(struct arena *arena, span message)
{
    LOCAL(buf) line = {.max = 16 * KiB};

    add_line(&line, span_trim(message));
    if (line.len == 0)
        buf_add(&line, S("harvest"));
    return arena_keep(arena, buf_span(&line));
}

struct error *archive_commit(struct archive *archive, span message, bool *out_is_changed)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct error *later = NULL; /* what the next commit can mend */

    *out_is_changed = false;
    if (archive->pending.list.len == 0)
        return OK;
    if (archive->uses_git) {
        TRY_OR(commit(archive, clean_message(arena, message), out_is_changed, &later),
               "could not commit to \"%s\"", archive->folder);
        if (!later) {
            journal_remove(archive);
            changes_clear(&archive->pending);
            later = *out_is_changed ? git_gather(&archive->git) : OK;
        }
        if (later)
            log_failure(archive->log, "archive", later);
        error_free(later);
    } else {
        changes_clear(&archive->pending);
    }
    return OK;
}
