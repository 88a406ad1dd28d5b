/* SPDX-License-Identifier: MIT
 * tree.c - the archive's folder: opened, and its files written in batches
 */
#include "archive/internal.h"
#include "core/fault.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_AUTHOR "Courant <courant@localhost>"

void changes_init(struct changes *changes)
{
    *changes = (struct changes){.arena = arena_new(SIZE_MAX)};
    changes->map.arena = changes->arena;
}

void changes_release(struct changes *changes)
{
    arena_free(changes->arena);
    *changes = (struct changes){0};
}

void changes_clear(struct changes *changes)
{
    arena_reset(changes->arena);
    *changes = (struct changes){.arena = changes->arena, .map = {.arena = changes->arena}};
}

struct change *changes_add(struct changes *changes, span path, bool is_removal)
{
    struct change *change = map_get(&changes->map, path);

    if (!change) {
        change = ARENA_NEW(changes->arena, struct change);
        change->path = arena_keep(changes->arena, path);
        *map_at(&changes->map, change->path) = change;
        *vec_add(changes->arena, &changes->list) = change;
    }
    change->is_removal = is_removal;
    change->mark = 0;
    return change;
}

/* "Name <address>" without what would end a field or line of a commit early. */
static char *clean_author(span author)
{
    LOCAL(buf) clean = {.max = 4 * KiB};
    size_t open_at = span_find_char(author, '<');
    span name = span_trim(span_sub(author, 0, open_at));
    span address = open_at == SPAN_NONE ? S("") : span_from(author, open_at + 1);
    span parts[] = {name, span_sub(address, 0, MIN(span_find_char(address, '>'), address.len))};

    if (name.len == 0)
        return memory_string(S(DEFAULT_AUTHOR));
    for (size_t part = 0; part < ARRAY_SIZE(parts); part++) {
        for (size_t i = 0; i < parts[part].len; i++)
            if ((unsigned char)parts[part].at[i] >= ' ' && !strchr("<>", parts[part].at[i]))
                buf_add_char(&clean, parts[part].at[i]);
        buf_add_text(&clean, part == 0 ? " <" : ">");
    }
    return memory_string(buf_span(&clean));
}

/* While a batch is on its way this file stands in the archive. Found at the start, it says that temporary
 * files may be left; without it nobody need look through a hundred thousand names for them. */
static span marker_path(const struct archive *archive, struct arena *arena)
{
    return arena_printf(arena, "%s/.tmp-batch", archive->folder);
}

static struct error *set_marker(struct archive *archive)
{
    OWN(arena) arena = arena_new(64 * KiB);
    span path = marker_path(archive, arena);
    int fd = fault_at("archive.marker") ? -1 : open(path.at, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

    if (fd < 0)
        return error_errno(errno, "could not make \"%s\"", path.at);
    close(fd);
    archive->has_marker = true;
    return OK;
}

static void clear_marker(struct archive *archive)
{
    OWN(arena) arena = arena_new(64 * KiB);

    archive->has_marker = false;
    unlink(marker_path(archive, arena).at);
}

/* The marker is a temporary file itself. So that a sweep which is killed goes on at the next start, it has
 * another name until the last of them is gone. */
static struct error *sweep(const struct archive *archive)
{
    OWN(arena) arena = arena_new(64 * KiB);
    span marker = marker_path(archive, arena);
    span sweeping = arena_printf(arena, "%s/.sweeping", archive->folder);
    int64_t swept = 0;

    if (rename(marker.at, sweeping.at) && !file_exists(sweeping.at))
        return OK;
    TRY(file_sweep(archive->folder, &swept));
    unlink(sweeping.at);
    return OK;
}

static struct error *open_git(struct archive *archive)
{
    TRY(git_open(archive->folder, archive->clock, &archive->git));
    return journal_read(archive);
}

struct error *archive_check_folder(const char *folder)
{
    struct stat about;

    if (stat(folder, &about))
        return OK;
    if (!S_ISDIR(about.st_mode))
        return error_new(ERROR_IO, "\"%s\" is no folder", folder);
    return access(folder, R_OK | X_OK) ? error_errno(errno, "could not look into folder \"%s\"", folder) : OK;
}

struct error *archive_open(const struct archive_options *options, struct log *log,
                           struct archive **out_archive)
{
    OPEN(archive) archive = memory_new(sizeof *archive);

    archive->folder = memory_string(span_of(options->folder));
    archive->author = clean_author(options->settings->author);
    archive->log = log;
    archive->timezone = options->timezone;
    archive->own_clock = options->clock ? NULL : clock_system();
    archive->clock = options->clock ? options->clock : archive->own_clock;
    archive->uses_git = options->settings->git;
    archive->scratch = arena_new(SIZE_MAX);
    archive->import = GIT_PROCESS_NONE;
    changes_init(&archive->staged);
    changes_init(&archive->pending);
    TRY(file_make_folder(options->folder));
    TRY(archive_check_folder(options->folder));
    TRY(sweep(archive));
    archive->batch = file_batch_new(options->folder);
    if (archive->uses_git)
        TRY(open_git(archive));
    *out_archive = MOVE(archive);
    return OK;
}

void archive_close(struct archive *archive)
{
    if (!archive)
        return;
    file_batch_free(archive->batch);
    if (archive->has_marker)
        clear_marker(archive);
    import_drop(archive);
    git_release(&archive->git);
    changes_release(&archive->staged);
    changes_release(&archive->pending);
    arena_free(archive->scratch);
    clock_free(archive->own_clock);
    free(archive->author);
    free(archive->folder);
    free(archive);
}

/* No name begins with a dot: none of ours does, and `.git`, `.gitattributes` or `.tmp-x` from outside would
 * do harm. `git~1` is `.git` for some file systems. */
bool path_is_archives(span path)
{
    span rest = path, name;

    while (span_cut(&rest, '/', &name))
        if (name.len == 0 || *name.at == '.' || span_is_nocase(name, "git~1"))
            return false;
    return path.len && !span_ends(path, S("/")) && !memchr(path.at, '\0', path.len);
}

/* Are these bytes on disk already? */
static bool is_on_disk(const struct archive *archive, span path, span bytes)
{
    struct arena *arena = archive->scratch;
    struct stat about;
    span full, old = {0};

    arena_reset(arena);
    full = arena_printf(arena, "%s/%.*s", archive->folder, SPAN_ARG(path));
    if (lstat(full.at, &about) || !S_ISREG(about.st_mode) || (uint64_t)about.st_size != bytes.len)
        return false;
    OWN(error) error = file_read(full.at, bytes.len, arena, &old);
    return !error && span_equal(old, bytes);
}

static struct error *begin(struct archive *archive, span path)
{
    TRY(fault_error("archive.stage"));
    if (!path_is_archives(path))
        return error_new(ERROR_REFUSED, "path \"%.*s\" is not one of an archive", SPAN_ARG(path));
    TRY(place_is_open(archive, path));
    return archive->has_marker ? OK : set_marker(archive);
}

struct error *archive_stage(struct archive *archive, span path, span bytes)
{
    TRY(begin(archive, path));
    import_nudge(archive);
    /* What an earlier stage of this batch will do to the file, its present bytes do not tell. */
    if (map_get(&archive->staged.map, path) || !is_on_disk(archive, path, bytes))
        TRY(file_stage(archive->batch, path, bytes));
    changes_add(&archive->staged, path, false);
    return OK;
}

struct error *archive_stage_removal(struct archive *archive, span path)
{
    TRY(begin(archive, path));
    TRY(file_stage_removal(archive->batch, path));
    changes_add(&archive->staged, path, true);
    return OK;
}

struct error *archive_write_out(struct archive *archive)
{
    const struct changes *staged = &archive->staged;
    struct change **changed = ARENA_ARRAY(staged->arena, struct change *, staged->list.len);
    struct error *error;

    if (staged->list.len == 0)
        return OK;
    error = archive->uses_git ? journal_write(archive) : OK;
    if (!error)
        error = file_commit(archive->batch);
    if (error) { /* nothing of it is left for the next batch */
        file_batch_free(archive->batch);
        archive->batch = file_batch_new(archive->folder);
    }
    clear_marker(archive);
    for (size_t i = 0; i < staged->list.len; i++)
        changed[i] = changes_add(&archive->pending, staged->list.at[i]->path, staged->list.at[i]->is_removal);
    if (archive->uses_git && !error)
        import_ahead(archive, changed, staged->list.len);
    changes_clear(&archive->staged);
    return error;
}

/* "1011194.md", "1047440_title.md" */
static int64_t number_of_name(span name)
{
    int64_t number = 0;
    size_t digits = 0;

    while (digits < name.len && name.at[digits] >= '0' && name.at[digits] <= '9')
        digits++;
    if (!span_ends(name, S(".md")) || !span_to_int64(span_sub(name, 0, digits), &number))
        return 0;
    return number;
}

struct error *archive_lowest_number(const char *folder, span source_id, int64_t *out_number)
{
    OWN(arena) arena = arena_new(64 * KiB);
    span path = arena_printf(arena, "%s/articles/%.*s", folder, SPAN_ARG(source_id));
    int64_t lowest = 0;
    DIR *articles = opendir(path.at);
    struct dirent *entry;

    *out_number = 0;
    if (!articles)
        return errno == ENOENT ? OK : error_errno(errno, "could not open folder \"%s\"", path.at);
    while ((entry = readdir(articles))) {
        int64_t number = number_of_name(span_of(entry->d_name));
        if (number > 0 && (lowest == 0 || number < lowest))
            lowest = number;
    }
    closedir(articles);
    *out_number = lowest;
    return OK;
}
