/* SPDX-License-Identifier: MIT
 * commit.c - one commit of what changed, at a cost that follows the change
 *
 * `git fast-import` is given the changed files alone: it reads the trees above them and no more. Before the
 * commit is closed it is asked for the tree that came out; if that is the tree of the last commit, nothing
 * changed, and it is sent away without one. The order is files, objects, ref, index; each is on disk before
 * the next begins.
 *
 * The journal (.git/courant-journal) holds the paths of files that are about to be renamed into place. It
 * reaches the disk with them and goes when they are in commit and index, so that whatever an accident
 * interrupts, the next commit takes those paths up again: a file not committed yet, an index that lags
 * behind.
 */
#include "archive/internal.h"
#include "core/fault.h"
#include "text/timezone.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define JOURNAL_LIMIT  (256 * MiB)
#define FILE_LIMIT     (256 * MiB)
#define COMMIT_TIMEOUT (1 * HOUR)

static span journal_path(const struct archive *archive, struct arena *arena)
{
    return arena_printf(arena, "%s/courant-journal", archive->git.dir);
}

/* "+path" or "-path", each ended by a NUL. */
struct error *journal_read(struct archive *archive)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    span path = journal_path(archive, arena), bytes = {0}, entry;

    if (!file_exists(path.at))
        return OK;
    TRY_OR(file_read(path.at, JOURNAL_LIMIT, arena, &bytes), "could not read what the last run left undone");
    while (span_cut(&bytes, '\0', &entry))
        if (entry.len > 1 && (*entry.at == '+' || *entry.at == '-'))
            changes_add(&archive->pending, span_from(entry, 1), *entry.at == '-');
    return OK;
}

static void add_entries(struct buf *out, const struct changes *changes)
{
    for (size_t i = 0; i < changes->list.len; i++) {
        buf_add_char(out, changes->list.at[i]->is_removal ? '-' : '+');
        buf_add(out, changes->list.at[i]->path);
        buf_add_char(out, '\0');
    }
}

/* Not synced by itself: the syncfs of the batch that follows takes it along. */
struct error *journal_write(struct archive *archive)
{
    OWN(arena) arena = arena_new(1 * MiB);
    LOCAL(buf) text = {.max = JOURNAL_LIMIT};
    span path = journal_path(archive, arena), beside = arena_printf(arena, "%s.lock", path.at);
    FILE *file;
    bool is_written;

    TRY(fault_error("archive.journal"));
    add_entries(&text, &archive->pending);
    add_entries(&text, &archive->staged);
    file = fopen(beside.at, "we");
    if (!file)
        return error_errno(errno, "could not make \"%s\"", beside.at);
    is_written = fwrite(text.at, 1, text.len, file) == text.len;
    is_written = fclose(file) == 0 && is_written;
    if (!is_written || rename(beside.at, path.at)) {
        struct error *error = error_errno(errno, "could not write \"%s\"", path.at);
        unlink(beside.at);
        return error;
    }
    return OK;
}

static void journal_remove(const struct archive *archive)
{
    OWN(arena) arena = arena_new(64 * KiB);

    unlink(journal_path(archive, arena).at);
}

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

/* A file that should be there and is not was never renamed into its place, or somebody took it away: not our
 * change. */
static struct error *send_change(const struct archive *archive, struct git_process *process,
                                 struct change *change)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    LOCAL(buf) head = {.max = 64 * KiB};
    span full = arena_printf(arena, "%s/%.*s", archive->folder, SPAN_ARG(change->path)), bytes = {0};

    change->is_in_commit = change->is_removal || file_exists(full.at);
    if (!change->is_in_commit)
        return OK;
    buf_add_text(&head, change->is_removal ? "D " : "M 100644 inline ");
    add_quoted(&head, change->path);
    buf_add_char(&head, '\n');
    if (!change->is_removal) {
        TRY(file_read(full.at, FILE_LIMIT, arena, &bytes));
        buf_printf(&head, "data %zu\n", bytes.len);
    }
    TRY(git_send(process, buf_span(&head)));
    TRY(git_send(process, bytes));
    return change->is_removal ? OK : git_send(process, S("\n"));
}

/* Sends all that changed and asks for the tree that comes of it. */
static struct error *send_commit(struct archive *archive, struct git_process *process, span message,
                                 const struct tip *tip, span *out_tree)
{
    LOCAL(buf) head = {.max = 1 * MiB};
    span answer = {0};

    add_head(&head, archive, message, tip);
    TRY(git_send(process, buf_span(&head)));
    for (size_t i = 0; i < archive->pending.list.len; i++)
        TRY(send_change(archive, process, archive->pending.list.at[i]));
    TRY(git_send(process, S("ls \"\"\n")));
    TRY(git_answer(process, &answer)); /* 040000 tree <name><TAB>, or "missing " for an empty tree */
    span_cut_word(&answer, out_tree);
    span_cut_word(&answer, out_tree);
    if (!span_cut_word(&answer, out_tree))
        *out_tree = (span){0};
    return OK;
}

/* Sent away without its `done`, fast-import leaves a report of its "crash". */
static void remove_report(const struct archive *archive, int pid)
{
    OWN(arena) arena = arena_new(64 * KiB);

    unlink(arena_printf(arena, "%s/fast_import_crash_%d", archive->git.dir, pid).at);
}

static struct error *import(struct archive *archive, span message, bool *out_is_changed)
{
    __attribute__((cleanup(git_process_release))) struct git_process process;
    OWN(arena) arena = arena_new(1 * MiB);
    struct tip tip = {0};
    struct error *error;
    span tree = {0};
    int status = 0, pid;

    TRY(git_tip(&archive->git, arena, &tip));
    TRY(fault_error("git.fast-import"));
    TRY(git_start(&archive->git, GIT("fast-import", "--quiet", "--depth=0", "--done"), NULL, COMMIT_TIMEOUT,
                  &process));
    pid = process.pid;
    error = send_commit(archive, &process, message, &tip, &tree);
    *out_is_changed = !span_equal(tree, tip.tree);
    if (!error && *out_is_changed) {
        error = fault_error("git.ref");
        if (!error)
            error = git_send(&process, S("\ndone\n"));
    }
    if (error && error->kind == ERROR_NETWORK)
        return error;
    if (!error || process.in < 0) {
        error_free(error);
        TRY(git_finish(&process, &status));
        remove_report(archive, pid);
        return *out_is_changed && status != 0 ? git_failure(ERROR_IO, &process, status) : OK;
    }
    git_process_release(&process);
    remove_report(archive, pid);
    return error;
}

/* git syncs files, not the folders that name them. */
static struct error *sync_folders(const struct archive *archive)
{
    OWN(arena) arena = arena_new(64 * KiB);
    span branch = archive->git.branch,
         ref = arena_printf(arena, "%s/%.*s", archive->git.dir, SPAN_ARG(branch));

    TRY(file_sync_folder(arena_printf(arena, "%s/objects/pack", archive->git.dir).at));
    return file_sync_folder(arena_string(arena, span_sub(ref, 0, span_find_last_char(ref, '/'))));
}

/* The index knows what we committed, with the files' times, so that `git status` has nothing to say. */
static struct error *update_index(struct archive *archive)
{
    OWN(arena) arena = arena_new(1 * MiB);
    LOCAL(buf) paths = {.max = JOURNAL_LIMIT};

    TRY(fault_error("git.index"));
    for (size_t i = 0; i < archive->pending.list.len; i++) {
        const struct change *change = archive->pending.list.at[i];
        if (!change->is_in_commit)
            continue;
        buf_add(&paths, change->path);
        buf_add_char(&paths, '\0');
    }
    return git_run(&archive->git, arena, GIT("update-index", "--add", "--remove", "-z", "--stdin"),
                   buf_span(&paths), NULL);
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
    bool is_changed = false;
    struct error *error;

    *out_is_changed = false;
    if (archive->pending.list.len == 0)
        return OK;
    if (!archive->uses_git) {
        changes_clear(&archive->pending);
        return OK;
    }
    TRY_OR(import(archive, clean_message(arena, message), &is_changed), "could not commit to \"%s\"",
           archive->folder);
    if (is_changed)
        TRY_OR(sync_folders(archive), "could not commit to \"%s\"", archive->folder);
    *out_is_changed = is_changed;
    error = update_index(archive);
    if (error) { /* the commit stands; the journal stays, and the next one mends the index */
        log_failure(archive->log, "archive", error);
        error_free(error);
        return OK;
    }
    journal_remove(archive);
    changes_clear(&archive->pending);
    error = is_changed ? git_gather(&archive->git) : OK;
    if (error) /* nothing is lost, and it is tried again after the next commit */
        log_failure(archive->log, "archive", error);
    error_free(error);
    return OK;
}
