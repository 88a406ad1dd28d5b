/* SPDX-License-Identifier: MIT
 * import_list.c - the files of what is imported: from a folder, or from the last commit of a bare repository
 *
 * Names come from outside. Symbolic links are not followed, hidden names and what is no file are not looked
 * into, and each is told.
 */
#include "keep/importing.h"
#include "limits/limits.h"
#include "text/utf8.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static struct error *too_large(void)
{
    return error_new(ERROR_LIMIT, "it is larger than %d MiB", LIMIT_ARTICLE_FILE / (int)MiB);
}

/* --- what a name says --- */

static span last_name(span path)
{
    size_t slash = span_find_last_char(path, '/');

    return slash == SPAN_NONE ? path : span_from(path, slash + 1);
}

static bool is_markdown(span name)
{
    return name.len > 3 && span_is_nocase(span_from(name, name.len - 3), ".md");
}

static struct import_file *new_file(struct importing *importing, span path, span object)
{
    struct import_file *file = ARENA_NEW(importing->arena, struct import_file);

    file->path = arena_keep(importing->arena, path);
    file->object = arena_keep(importing->arena, object);
    return file;
}

static void note_other(struct importing *importing, span path, const char *why)
{
    importing->totals->other_count++;
    import_tell(importing, UNTAKEN_OTHER, path, "%s", why);
}

static void note_failure(struct importing *importing, span path, const char *why)
{
    importing->totals->failed_count++;
    import_tell(importing, UNTAKEN_FAILED, path, "%s", why);
}

static struct error *add_file(struct importing *importing, span path, span object, int64_t size)
{
    span name = last_name(path);
    struct import_file *file;

    if (!utf8_is_valid(path)) {
        note_failure(importing, path, "its name is not UTF-8");
        return OK;
    }
    if (!is_markdown(name)) {
        note_other(importing, path, "it is no Markdown");
        return OK;
    }
    if (path.len > LIMIT_IMPORT_PATH) {
        note_failure(importing, path, "its path is too long");
        return OK;
    }
    if (size > LIMIT_ARTICLE_FILE) {
        OWN(error) error = too_large();
        note_failure(importing, path, error->message);
        return OK;
    }
    if (importing->files.len >= LIMIT_IMPORT_FILES)
        return error_new(ERROR_LIMIT, "there are more than %d files in \"%s\"", LIMIT_IMPORT_FILES,
                         importing->options->folder);
    file = new_file(importing, path, object);
    if (span_starts_nocase(name, S("README")))
        *vec_add(importing->arena, &importing->readmes) = file;
    else if (span_starts(path, S("lists/")))
        *vec_add(importing->arena, &importing->lists) = file;
    else if (!importing->options->wants || importing->options->wants(importing->options->context, path)) {
        *vec_add(importing->arena, &importing->files) = file;
        *map_at(&importing->by_path, file->path) = file;
    }
    return OK;
}

/* --- a folder --- */

static struct error *list_folder(struct importing *importing, int fd, span path, int depth);

/* Takes over `fd`. */
static struct error *enter(struct importing *importing, int above, const char *name, span path, int depth)
{
    int fd;

    if (depth >= LIMIT_IMPORT_DEPTH) {
        note_failure(importing, path, "it lies too deep");
        return OK;
    }
    fd = openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0)
        return list_folder(importing, fd, path, depth);
    note_failure(importing, path, strerror(errno));
    return OK;
}

static struct error *take_entry(struct importing *importing, int fd, const char *name, span path, int depth)
{
    struct stat about;

    if (*name == '.') {
        if (strcmp(name, ".git") != 0 || depth) /* the repository itself is read otherwise */
            note_other(importing, path, "it is hidden");
        return OK;
    }
    if (fstatat(fd, name, &about, AT_SYMLINK_NOFOLLOW)) {
        note_failure(importing, path, strerror(errno));
        return OK;
    }
    if (S_ISDIR(about.st_mode))
        return enter(importing, fd, name, path, depth + 1);
    if (S_ISREG(about.st_mode))
        return add_file(importing, path, (span){0}, about.st_size);
    note_failure(importing, path,
                 S_ISLNK(about.st_mode) ? "it is a symbolic link" : "it is neither file nor folder");
    return OK;
}

static struct error *list_folder(struct importing *importing, int fd, span path, int depth)
{
    DIR *folder = fdopendir(fd);
    struct error *error = OK;
    struct dirent *entry;
    LOCAL(buf) inner = {.max = 64 * KiB};

    if (!folder) {
        close(fd);
        return error_errno(errno, "could not read folder \"%.*s\"", SPAN_ARG(path));
    }
    while (!error && (errno = 0, entry = readdir(folder))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        buf_clear(&inner);
        buf_add(&inner, path);
        if (path.len)
            buf_add_char(&inner, '/');
        buf_add_text(&inner, entry->d_name);
        error = take_entry(importing, dirfd(folder), entry->d_name, buf_span(&inner), depth);
    }
    if (!error && errno)
        note_failure(importing, path, strerror(errno));
    closedir(folder);
    return error;
}

/* --- the last commit --- */

static bool is_hidden(span path)
{
    span name;

    while (span_cut(&path, '/', &name))
        if (name.len == 0 || *name.at == '.')
            return true;
    return false;
}

static struct error *take_committed(void *context, const struct history_file *file)
{
    struct importing *importing = context;

    if (is_hidden(file->path))
        note_other(importing, file->path, "it is hidden");
    else if (!file->is_file)
        note_failure(importing, file->path, "it is a symbolic link or another repository");
    else
        return add_file(importing, file->path, file->name, file->size);
    return OK;
}

struct error *import_list(struct importing *importing)
{
    int fd;

    importing->by_path = (struct map){.arena = importing->arena};
    if (importing->root < 0)
        return history_files(importing->history, take_committed, importing);
    fd = openat(importing->root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return error_errno(errno, "could not read folder \"%s\"", importing->options->folder);
    return list_folder(importing, fd, (span){0}, 0);
}

/* --- bytes --- */

static struct error *read_all(int fd, struct buf *out)
{
    while (true) {
        char *room = buf_reserve(out, 64 * KiB);
        ssize_t got = room ? read(fd, room, 64 * KiB) : 0;
        if (!room)
            return too_large();
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_errno(errno, "it cannot be read");
        if (got == 0)
            return OK;
        out->len += (size_t)got;
    }
}

static struct error *read_from_disk(const struct importing *importing, span path, struct arena *arena,
                                    span *out_bytes, int64_t *out_changed_at)
{
    LOCAL(buf) bytes = {.max = LIMIT_ARTICLE_FILE + 64 * KiB};
    int fd =
        openat(importing->root, arena_string(arena, path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct error *error = OK;
    struct stat about;

    if (fd < 0)
        return error_errno(errno, "it cannot be read");
    if (fstat(fd, &about) || !S_ISREG(about.st_mode))
        error = error_new(ERROR_REFUSED, "it is no file any more");
    else
        error = read_all(fd, &bytes);
    close(fd);
    if (!error && bytes.len > LIMIT_ARTICLE_FILE)
        error = too_large();
    if (error)
        return error;
    *out_bytes = arena_keep(arena, buf_span(&bytes));
    *out_changed_at = (int64_t)about.st_mtim.tv_sec * SECOND;
    return OK;
}

struct error *import_read(struct importing *importing, const struct import_file *file, struct arena *arena,
                          span *out_bytes, int64_t *out_changed_at)
{
    *out_changed_at = NO_TIME;
    if (importing->root >= 0)
        return read_from_disk(importing, file->path, arena, out_bytes, out_changed_at);
    return history_read(importing->history, file->object, LIMIT_ARTICLE_FILE, arena, out_bytes);
}
