/* SPDX-License-Identifier: MIT */
#include "core/file.h"
#include "core/buf.h"
#include "core/fault.h"
#include "core/map.h"
#include "core/vec.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
#define FD __attribute__((cleanup(close_fd))) int

static struct error *read_fd(int fd, const char *path, size_t max, struct buf *bytes)
{
    struct stat about = {0};
    size_t piece = 64 * KiB;

    if (fstat(fd, &about) == 0 && S_ISDIR(about.st_mode))
        return error_new(ERROR_IO, "could not read \"%s\": it is a folder", path);
    if (about.st_size > 0 && (uint64_t)about.st_size <= max)
        piece = (size_t)about.st_size + 1; /* and one, to see the end without growing */
    max = MIN(max, SIZE_MAX / 2);
    bytes->max = max + 1 + piece;
    for (;; piece = MAX(bytes->capacity - bytes->len - 1, (size_t)1)) {
        char *room = buf_reserve(bytes, piece);
        ssize_t got = room ? read(fd, room, piece) : 0;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_errno(errno, "could not read \"%s\"", path);
        if (got == 0)
            return OK;
        bytes->len += (size_t)got;
        if (bytes->len > max)
            return error_new(ERROR_LIMIT, "\"%s\" is larger than %zu bytes", path, max);
    }
}

struct error *file_read(const char *path, size_t max, struct arena *arena, span *out_bytes)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FD opened = is_stdin ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    struct buf bytes = {0};
    struct error *error;

    if (!is_stdin && opened < 0)
        return error_errno(errno, "could not read \"%s\"", path);
    error = read_fd(is_stdin ? STDIN_FILENO : opened, is_stdin ? "standard input" : path, max, &bytes);
    if (error) {
        buf_release(&bytes);
        return error;
    }
    if (bytes.at)
        arena_defer(arena, free, bytes.at); /* handed to the arena as it is: large inputs are not copied */
    *out_bytes = (span){bytes.at ? bytes.at : "", bytes.len};
    return OK;
}

struct error *file_write_all(int fd, span bytes, const char *path)
{
    TRY(fault_error("file.write"));
    while (bytes.len) {
        ssize_t written = write(fd, bytes.at, bytes.len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return error_errno(errno, "could not write \"%s\"", path);
        bytes = span_from(bytes, (size_t)written);
    }
    return OK;
}

static struct error *sync_fd(int fd, const char *path)
{
    TRY(fault_error("file.fsync"));
    return fsync(fd) ? error_errno(errno, "could not sync \"%s\"", path) : OK;
}

struct error *file_sync_folder(const char *path)
{
    FD fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return error_errno(errno, "could not open folder \"%s\"", path);
    return sync_fd(fd, path);
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

struct error *file_make_folder(const char *path)
{
    char *copy = memory_string(span_of(path));
    struct error *error =
        *path ? fault_error("file.folder") : error_new(ERROR_IO, "could not make a folder without a name");

    for (char *slash = copy + 1; !error; slash++) {
        bool is_last = *slash == '\0';
        if (*slash != '/' && !is_last)
            continue;
        *slash = '\0';
        if (mkdir(copy, 0777) && errno != EEXIST)
            error = error_errno(errno, "could not make folder \"%s\"", copy);
        if (is_last)
            break;
        *slash = '/';
    }
    free(copy);
    return error;
}

/* The folder of `path`, into `arena`; "." if it names none. */
static const char *folder_of(struct arena *arena, span path)
{
    size_t slash = span_find_last_char(path, '/');

    if (slash == SPAN_NONE)
        return ".";
    return slash ? arena_string(arena, span_sub(path, 0, slash)) : "/";
}

static span temporary_for(struct arena *arena, span path)
{
    static _Atomic unsigned serial;
    size_t slash = span_find_last_char(path, '/');
    size_t start = slash == SPAN_NONE ? 0 : slash + 1;

    return arena_printf(arena, "%.*s.tmp-%d-%u", (int)start, path.at, (int)getpid(), serial++);
}

/* `place`: where it will stand; what is there already may be private, and is its owner's, whoever writes it.
 * NULL: a new file like any. */
static struct error *write_beside(const char *temporary, const char *place, span bytes, bool is_synced)
{
    struct stat before = {.st_mode = 0666};
    bool is_there = place && stat(place, &before) == 0;
    FD fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, before.st_mode & 0777);

    if (fd < 0 || (is_there && geteuid() == 0 && fchown(fd, before.st_uid, before.st_gid)) ||
        (is_there && fchmod(fd, before.st_mode & 07777)))
        return error_errno(errno, "could not make \"%s\"", temporary);
    TRY(file_write_all(fd, bytes, temporary));
    return is_synced ? sync_fd(fd, temporary) : OK;
}

static struct error *rename_into(const char *temporary, const char *path)
{
    TRY(fault_error("file.rename"));
    return rename(temporary, path) ? error_errno(errno, "could not rename into \"%s\"", path) : OK;
}

/* What a symbolic link points to is written, and the link stays. */
static const char *place_of(struct arena *arena, const char *path)
{
    char *target = realpath(path, NULL);

    if (!target)
        return path;
    arena_defer(arena, free, target);
    return target;
}

struct error *file_write(const char *path, span bytes)
{
    OWN(arena) arena = arena_new(64 * KiB);
    const char *place = place_of(arena, path);
    span temporary = temporary_for(arena, span_of(place));
    struct error *error = write_beside(temporary.at, place, bytes, true);

    if (!error)
        error = rename_into(temporary.at, place);
    if (error) {
        unlink(temporary.at);
        return error;
    }
    return file_sync_folder(folder_of(arena, span_of(place)));
}

static bool is_folder(const struct dirent *entry, const char *path)
{
    struct stat about;

    if (entry->d_type != DT_UNKNOWN) /* some file systems do not say */
        return entry->d_type == DT_DIR;
    return lstat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static struct error *sweep_folder(const char *path, int depth, int64_t *removed)
{
    OWN(arena) arena = arena_new(64 * KiB);
    DIR *folder = opendir(path);
    struct dirent *entry;

    if (!folder)
        return errno == ENOENT ? OK : error_errno(errno, "could not open folder \"%s\"", path);
    while ((entry = readdir(folder))) {
        span below = arena_printf(arena, "%s/%s", path, entry->d_name);
        if (span_starts(span_of(entry->d_name), S(".tmp-")) && unlink(below.at) == 0) {
            ++*removed;
        } else if (*entry->d_name != '.' && depth < 16 && is_folder(entry, below.at)) {
            error_free(sweep_folder(below.at, depth + 1, removed)); /* unreadable: somebody else's */
        }
        arena_reset(arena);
    }
    closedir(folder);
    return OK;
}

struct error *file_sweep(const char *root, int64_t *out_removed)
{
    int64_t removed = 0;

    TRY(sweep_folder(root, 0, &removed));
    *out_removed = removed;
    return OK;
}

struct staged {
    span path;
    span temporary; /* {0}: the path is to be removed */
};

struct file_batch {
    struct arena *arena; /* of what is staged; reset by each commit */
    char *root;
    struct map places; /* path -> struct staged */
    struct map folders;
    VEC(struct staged *) staged; /* in order */
};

struct file_batch *file_batch_new(const char *root)
{
    struct file_batch *batch = memory_new(sizeof *batch);

    batch->arena = arena_new(SIZE_MAX);
    batch->root = memory_string(span_of(root));
    batch->places.arena = batch->folders.arena = batch->arena;
    return batch;
}

static void batch_clear(struct file_batch *batch)
{
    arena_reset(batch->arena);
    batch->places = batch->folders = (struct map){.arena = batch->arena};
    batch->staged.at = NULL;
    batch->staged.len = batch->staged.capacity = 0;
}

static void discard(struct file_batch *batch)
{
    for (size_t i = 0; i < batch->staged.len; i++)
        if (batch->staged.at[i]->temporary.len)
            unlink(batch->staged.at[i]->temporary.at);
    batch_clear(batch);
}

void file_batch_free(struct file_batch *batch)
{
    if (!batch)
        return;
    discard(batch);
    arena_free(batch->arena);
    free(batch->root);
    free(batch);
}

static bool path_is_safe(span path)
{
    span name;

    if (path.len == 0 || *path.at == '/' || path.at[path.len - 1] == '/' || memchr(path.at, '\0', path.len))
        return false;
    while (span_cut(&path, '/', &name))
        if (name.len == 0 || span_is(name, ".") || span_is(name, ".."))
            return false;
    return true;
}

/* A symbolic link below the root (an archive taken over may hold any) would lead out of it. */
static struct error *refuse_links(const struct file_batch *batch, const char *folder)
{
    OWN(arena) arena = arena_new(64 * KiB);
    struct stat about;

    for (size_t end = strlen(batch->root) + 1; end <= strlen(folder); end++) {
        const char *path;
        if (folder[end] != '/' && folder[end] != '\0')
            continue;
        path = arena_string(arena, (span){folder, end});
        if (lstat(path, &about) == 0 && S_ISLNK(about.st_mode))
            return error_new(ERROR_REFUSED, "\"%s\" is a symbolic link", path);
    }
    return OK;
}

/* Makes the folder of `full` once a batch, and remembers it to be synced, with its parents that may be new.
 */
static struct error *need_folder(struct file_batch *batch, const char *folder)
{
    span rest = span_of(folder);

    if (map_get(&batch->folders, rest))
        return OK;
    TRY(refuse_links(batch, folder));
    TRY(file_make_folder(folder));
    while (rest.len >= strlen(batch->root)) {
        size_t slash = span_find_last_char(rest, '/');
        *map_at(&batch->folders, arena_keep(batch->arena, rest)) = batch;
        if (slash == SPAN_NONE || slash == 0)
            break;
        rest = span_sub(rest, 0, slash);
        if (map_get(&batch->folders, rest))
            break;
    }
    return OK;
}

static struct error *stage(struct file_batch *batch, span path, span temporary)
{
    void **at = map_at(&batch->places, path);
    struct staged *staged = *at;

    if (!staged) {
        staged = *at = ARENA_NEW(batch->arena, struct staged);
        *vec_add(batch->arena, &batch->staged) = staged;
    } else if (staged->temporary.len) {
        unlink(staged->temporary.at);
    }
    *staged = (struct staged){.path = path, .temporary = temporary};
    return OK;
}

struct error *file_stage(struct file_batch *batch, span path, span bytes)
{
    span full, temporary;
    struct error *error;

    if (!path_is_safe(path))
        return error_new(ERROR_REFUSED, "path \"%.*s\" would leave its folder", SPAN_ARG(path));
    full = arena_printf(batch->arena, "%s/%.*s", batch->root, SPAN_ARG(path));
    TRY(need_folder(batch, folder_of(batch->arena, full)));
    temporary = temporary_for(batch->arena, full);
    error = write_beside(temporary.at, NULL, bytes, false);
    if (error) {
        unlink(temporary.at);
        return error;
    }
    return stage(batch, full, temporary);
}

struct error *file_stage_removal(struct file_batch *batch, span path)
{
    span full;

    if (!path_is_safe(path))
        return error_new(ERROR_REFUSED, "path \"%.*s\" would leave its folder", SPAN_ARG(path));
    full = arena_printf(batch->arena, "%s/%.*s", batch->root, SPAN_ARG(path));
    TRY(need_folder(batch, folder_of(batch->arena, full)));
    return stage(batch, full, (span){0});
}

struct error *file_sync_all(const char *folder)
{
    FD fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return error_errno(errno, "could not open folder \"%s\"", folder);
    TRY(fault_error("file.syncfs"));
    return syncfs(fd) ? error_errno(errno, "could not sync \"%s\"", folder) : OK;
}

static struct error *sync_folders(struct file_batch *batch)
{
    OWN(arena) arena = arena_new(SIZE_MAX);

    for (size_t i = 0; i < batch->staged.len; i++) {
        span path = batch->staged.at[i]->path;
        for (size_t slash = span_find_last_char(path, '/'); slash != SPAN_NONE && slash > 0;
             slash = span_find_last_char(path, '/')) {
            path = span_sub(path, 0, slash);
            void **at = map_get(&batch->folders, path) ? map_at(&batch->folders, path) : NULL;
            if (!at || !*at)
                break; /* synced already, or not one that this batch touched */
            *at = NULL;
            TRY(file_sync_folder(arena_string(arena, path)));
        }
    }
    return OK;
}

struct error *file_commit(struct file_batch *batch)
{
    struct error *error = OK;

    if (batch->staged.len == 0)
        return OK;
    error = file_sync_all(batch->root);
    for (size_t i = 0; i < batch->staged.len && !error; i++) {
        struct staged *staged = batch->staged.at[i];
        if (staged->temporary.len) {
            error = rename_into(staged->temporary.at, staged->path.at);
            if (!error)
                staged->temporary = (span){0}; /* in its place: discard() must leave it */
        } else if (fault_at("file.remove") || (unlink(staged->path.at) && errno != ENOENT)) {
            error = error_errno(errno, "could not remove \"%s\"", staged->path.at);
        }
    }
    if (!error)
        error = sync_folders(batch);
    discard(batch);
    return error;
}

struct file_lock {
    int fd;
};

/* One that was killed may hold it a moment longer, by a child that it was just starting; and one that only
 * asks who is at work holds it for no longer than that. */
static bool lock_soon(int fd, int how)
{
    for (int i = 0; flock(fd, how | LOCK_NB); i++)
        if ((errno != EWOULDBLOCK && errno != EINTR) || i == 20)
            return false;
        else
            usleep(10 * 1000);
    return true;
}

struct error *file_lock_open(const char *path, bool is_shared, struct file_lock **out_lock)
{
    int fd = open(path, (is_shared ? O_RDONLY : O_RDWR) | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666);
    char holder[32] = {0};
    struct file_lock *lock;

    if (fd < 0)
        return error_errno(errno, "could not open \"%s\"", path);
    if (!lock_soon(fd, is_shared ? LOCK_SH : LOCK_EX)) {
        struct error *error =
            errno != EWOULDBLOCK ? error_errno(errno, "could not lock \"%s\"", path)
            : pread(fd, holder, sizeof holder - 1, 0) > 0
                ? error_new(ERROR_LOCKED, "another courant (process %d) is at work in this newsroom",
                            atoi(holder))
                : error_new(ERROR_LOCKED, "another courant is at work in this newsroom");
        close(fd);
        return error;
    }
    if (!is_shared && ftruncate(fd, 0) == 0)
        dprintf(fd, "%d\n", (int)getpid()); /* for the message alone: the lock is the kernel's */
    lock = memory_new(sizeof *lock);
    lock->fd = fd;
    *out_lock = lock;
    return OK;
}

void file_lock_close(struct file_lock *lock)
{
    if (!lock)
        return;
    close(lock->fd);
    free(lock);
}
