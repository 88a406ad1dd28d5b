/* SPDX-License-Identifier: MIT
 * import_past.c - which contents files had before, by the commits of their repository
 *
 * Commits are told newest first. A file that was renamed without a change goes on under its old name; what a
 * path held before it was added belongs to an earlier file, which is gone.
 */
#include "keep/importing.h"
#include "limits/limits.h"

struct past {
    struct importing *importing;
    struct map old_paths; /* path -> struct import_file: whose it was, before the commit in hand */
};

static struct import_file *owner(const struct past *past, span path)
{
    struct import_file *file = map_get(&past->old_paths, path);

    if (file)
        return file;
    file = map_get(&past->importing->by_path, path);
    return file && !file->is_closed ? file : NULL;
}

static void add_version(struct past *past, struct import_file *file, const struct history_change *change)
{
    struct arena *arena = past->importing->arena;
    struct import_version *version;

    if (file->version_count <= LIMIT_IMPORT_VERSIONS && file->oldest &&
        span_equal(file->oldest->object, change->name)) {
        file->oldest->at = change->at; /* two branches made the same change */
        return;
    }
    if (++file->version_count > LIMIT_IMPORT_VERSIONS)
        return;
    version = ARENA_NEW(arena, struct import_version);
    *version = (struct import_version){.object = arena_keep(arena, change->name), .at = change->at};
    if (file->oldest)
        file->oldest->older = version;
    else
        file->newest = version;
    file->oldest = version;
}

/* The path had another owner before, or none. */
static void close_path(struct past *past, span path, struct import_file *file)
{
    struct import_file *own = map_get(&past->importing->by_path, path);

    if (own == file)
        own->is_closed = true;
    if (map_get(&past->old_paths, path))
        *map_at(&past->old_paths, path) = NULL;
}

static struct error *take_change(void *context, const struct history_change *change)
{
    struct past *past = context;
    struct import_file *file = owner(past, change->path);

    if (past->importing->options->is_cancelled(past->importing->options->context))
        return error_new(ERROR_CANCELLED, "interrupted");
    if (!file || change->what == 'D')
        return OK;
    add_version(past, file, change);
    if (change->what == 'A' || change->what == 'R')
        close_path(past, change->path, file);
    if (change->what == 'R')
        *map_at(&past->old_paths, arena_keep(past->importing->arena, change->old_path)) = file;
    return OK;
}

struct error *import_read_past(struct importing *importing)
{
    struct past past = {.importing = importing, .old_paths = {.arena = importing->arena}};

    if (!importing->history)
        return OK;
    importing->totals->has_history = true;
    return history_changes(importing->history, take_change, &past);
}
