/* SPDX-License-Identifier: MIT
 * import.c - changed files on their way into a commit, through one `git fast-import`
 *
 * It is begun by the first batch after a commit, and gets the bytes of each batch as soon as they are on
 * disk, so that it compresses them while the next is written. At the commit only paths are left to say; it
 * reads the trees above them and no more. Whatever goes wrong on the way, it is dropped: nothing refers to
 * what it has got until the ref moves, and the commit sends the files anew.
 */
#include "archive/internal.h"
#include "core/fault.h"
#include "limits/limits.h"
#include "text/timezone.h"
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#define IMPORT_TIMEOUT (1 * HOUR) /* from the last batch */

static void forget_marks(struct archive *archive)
{
    for (size_t i = 0; i < archive->pending.list.len; i++)
        archive->pending.list.at[i]->mark = 0;
}

void import_drop(struct archive *archive)
{
    git_process_release(&archive->import);
    archive->import = GIT_PROCESS_NONE;
    archive->last_mark = 0;
    forget_marks(archive);
}

static struct error *begin(struct archive *archive)
{
    /* Trees are half the work: at level 1 they take a third of the time and articles 5 % more room. */
    static const char *const settings[] = {"pack.compression=1", NULL};

    if (archive->import.pid > 0) {
        archive->import.deadline = clock_monotonic(archive->clock) + IMPORT_TIMEOUT;
        return OK;
    }
    forget_marks(archive);
    archive->last_mark = 0;
    git_drop_stale_keeps(&archive->git);
    TRY(fault_error("git.fast-import"));
    TRY(git_start(&archive->git, GIT("fast-import", "--quiet", "--depth=0", "--done"), settings,
                  IMPORT_TIMEOUT, &archive->import));
    return git_send(&archive->import, S("feature done\n"));
}

/* A file that should be there and is not was never renamed into its place, or somebody took it away: not our
 * change. */
static struct error *send_file(struct archive *archive, struct change *change)
{
    LOCAL(buf) head = {.max = 1 * KiB};
    span full, bytes = {0};

    arena_reset(archive->scratch);
    full = arena_printf(archive->scratch, "%s/%.*s", archive->folder, SPAN_ARG(change->path));
    change->mark = 0;
    if (!file_exists(full.at))
        return OK;
    TRY(file_read(full.at, LIMIT_TREE_FILE, archive->scratch, &bytes));
    buf_printf(&head, "blob\nmark :%" PRId64 "\ndata %zu\n", archive->last_mark + 1, bytes.len);
    TRY(git_send(&archive->import, buf_span(&head)));
    TRY(git_send(&archive->import, bytes));
    TRY(git_send(&archive->import, S("\n")));
    change->mark = ++archive->last_mark;
    return OK;
}

void import_ahead(struct archive *archive, struct change *const *changes, size_t count)
{
    struct error *error = begin(archive);

    for (size_t i = 0; i < count && !error; i++)
        if (!changes[i]->is_removal)
            error = send_file(archive, changes[i]);
    if (error) /* the commit will try again, and tell */
        import_drop(archive);
    error_free(error);
}

void import_nudge(struct archive *archive)
{
    struct error *error = archive->import.pid > 0 ? git_nudge(&archive->import) : OK;

    if (error)
        import_drop(archive);
    error_free(error);
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

    buf_printf(out, "commit %s\nmark :1\ncommitter %s %" PRId64 " %c%02d%02d\ndata %zu\n",
               archive->git.branch.at, archive->author, MAX(now, 0) / SECOND, zone < 0 ? '-' : '+',
               abs(zone) / 60, abs(zone) % 60, message.len);
    buf_add(out, message);
    buf_add_char(out, '\n');
    if (tip->commit.len)
        buf_printf(out, "from %.*s\n", SPAN_ARG(tip->commit));
}

struct error *import_files(struct archive *archive)
{
    TRY(begin(archive));
    for (size_t i = 0; i < archive->pending.list.len; i++) {
        struct change *change = archive->pending.list.at[i];
        if (!change->is_removal && !change->mark)
            TRY(send_file(archive, change));
    }
    return OK;
}

static void add_changes(struct buf *out, const struct changes *changes)
{
    for (size_t i = 0; i < changes->list.len; i++) {
        const struct change *change = changes->list.at[i];
        if (change->is_removal)
            buf_add(out, S("D "));
        else if (change->mark)
            buf_printf(out, "M 100644 :%" PRId64 " ", change->mark);
        else
            continue;
        add_quoted(out, change->path);
        buf_add_char(out, '\n');
    }
}

/* Sends the commit, but for its end, and asks for the tree that comes of it. */
static struct error *send_commit(struct archive *archive, span message, const struct tip *tip, span *out_tree)
{
    LOCAL(buf) text = {.max = SIZE_MAX / 2};
    span answer = {0};

    add_head(&text, archive, message, tip);
    add_changes(&text, &archive->pending);
    buf_add(&text, S("ls \"\"\n"));
    TRY(git_send(&archive->import, buf_span(&text)));
    TRY(git_answer(&archive->import,
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
static struct error *send_end(struct archive *archive, span tree, const struct tip *tip, bool *out_is_changed)
{
    if (span_equal(tree, tip->tree))
        return git_send(&archive->import, S("M nothing\n"));
    *out_is_changed = true;
    TRY(fault_error("git.ref"));
    return git_send(&archive->import, S("\ndone\n"));
}

struct error *import_commit(struct archive *archive, span message, const struct tip *tip,
                            bool *out_is_changed)
{
    OWN(arena) arena = arena_new(64 * KiB);
    span report = arena_printf(arena, "%s/fast_import_crash_%d", archive->git.dir, archive->import.pid),
         tree = {0};
    struct error *error = send_commit(archive, message, tip, &tree);
    bool is_unchanged;

    if (!error)
        error = send_end(archive, tree, tip, out_is_changed);
    is_unchanged = !error && !*out_is_changed;
    error = git_settle(&archive->import, error);
    import_drop(archive);
    if (!is_unchanged) /* the ref may have moved and we be told otherwise: the next commit finds nothing to do
                        */
        return error ? error : fault_error("git.moved");
    error_free(error);
    unlink(report.at);
    return OK;
}
