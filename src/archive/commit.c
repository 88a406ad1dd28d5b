/* SPDX-License-Identifier: MIT
 * commit.c - one commit of what changed, at a cost that follows the change
 *
 * The order is files, objects, ref, index. `git update-index` hashes the files while fast-import (import.c)
 * makes the trees, but learns that there are no more, and writes the index, only when the ref has moved.
 */
#include "archive/internal.h"
#include "core/fault.h"
#include <unistd.h>

#define INDEX_TIMEOUT (1 * HOUR)

static struct error *send_paths(const struct archive *archive, struct git_process *index)
{
    for (size_t i = 0; i < archive->pending.list.len; i++) {
        const struct change *change = archive->pending.list.at[i];
        if (!change->is_removal && !change->mark)
            continue; /* not in the commit */
        TRY(git_send(index, change->path));
        TRY(git_send(index, (span){"", 1}));
    }
    return git_nudge(index);
}

/* git syncs files, not the folders that name them. */
static struct error *sync_folders(const struct git *git)
{
    OWN(arena) arena = arena_new(64 * KiB);
    span ref = arena_printf(arena, "%s/%.*s", git->dir, SPAN_ARG(git->branch));

    TRY(file_sync_folder(arena_printf(arena, "%s/objects/pack", git->dir).at));
    return file_sync_folder(arena_string(arena, span_sub(ref, 0, span_find_last_char(ref, '/'))));
}

/* Starts to hash what is in the commit; the objects are fast-import's to write. */
static struct error *begin_index(const struct archive *archive, struct git_process *index)
{
    TRY(git_start(&archive->git, GIT("update-index", "--info-only", "--add", "--remove", "-z", "--stdin"),
                  NULL, INDEX_TIMEOUT, index));
    return send_paths(archive, index);
}

/* One that is ended just as it begins may have made its lock and not know of it yet. */
static void end_index(const struct archive *archive, struct git_process *index)
{
    OWN(arena) arena = arena_new(64 * KiB);
    bool is_at_work = index->pid > 0;

    git_process_release(index);
    if (is_at_work)
        unlink(arena_printf(arena, "%s/index.lock", archive->git.dir).at);
}

static struct error *commit_objects(struct archive *archive, span message, struct git_process *index,
                                    struct error **index_error, bool *out_is_changed)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct tip tip = {0};

    TRY(git_tip(&archive->git, arena, &tip));
    TRY(import_files(archive));
    *index_error = begin_index(archive, index);
    TRY(import_commit(archive, message, &tip, out_is_changed));
    return sync_folders(&archive->git); /* also of a commit whose folders could not be synced the last time */
}

/* `*out_index_error`: the commit stands, but the index does not know what we committed, nor the files' times.
 */
static struct error *commit(struct archive *archive, span message, bool *out_is_changed,
                            struct error **out_index_error)
{
    struct git_process index = GIT_PROCESS_NONE;
    struct error *index_error = OK;
    struct error *error = commit_objects(archive, message, &index, &index_error, out_is_changed);

    if (!error && !index_error)
        index_error = fault_error("git.index");
    if (!error && index.pid > 0)
        index_error = git_settle(&index, index_error);
    end_index(archive, &index);
    if (!error)
        *out_index_error = MOVE(index_error);
    error_free(index_error);
    if (error)
        import_drop(archive);
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
