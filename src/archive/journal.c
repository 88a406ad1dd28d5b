/* SPDX-License-Identifier: MIT
 * journal.c - what may be on disk without being committed, or committed without being in the index
 *
 * .git/courant-journal names the files that are about to be renamed into place. It reaches the disk with them
 * and goes when they are in commit and index, so that whatever an accident interrupts, the next commit takes
 * those paths up again.
 */
#include "archive/internal.h"
#include "core/fault.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define JOURNAL_LIMIT (256 * MiB)

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
        if (path_is_archives(span_from(entry, 1)) && (*entry.at == '+' || *entry.at == '-'))
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
    if (!is_written || fault_at("archive.journal-rename") || rename(beside.at, path.at)) {
        struct error *error = error_errno(errno, "could not write \"%s\"", path.at);
        unlink(beside.at);
        return error;
    }
    return OK;
}

void journal_remove(const struct archive *archive)
{
    OWN(arena) arena = arena_new(64 * KiB);

    if (!fault_at("archive.journal-end")) /* one that stays costs the next commit a look */
        unlink(journal_path(archive, arena).at);
}
