/* SPDX-License-Identifier: MIT
 * backup_file.c - a backup as it grows: members in, a whole file out
 *
 * The manifest comes last, so each file is read once, and from one descriptor: what is renamed over it
 * meanwhile does not tear it.
 */
#include "core/fault.h"
#include "keep/backing.h"
#include "limits/limits.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct error *check_cancelled(const struct backup_options *options)
{
    return options->is_cancelled(options->context) ? error_new(ERROR_CANCELLED, "stopped") : OK;
}

/* sha256sum's form: a name with a line feed or backslash is escaped, and its line begins with one. */
void manifest_add(struct buf *manifest, struct sha256 digest, span name)
{
    OWN(arena) arena = arena_new(1 * KiB);
    bool is_escaped = span_find_char(name, '\n') != SPAN_NONE || span_find_char(name, '\\') != SPAN_NONE;

    buf_printf(manifest, "%s%.*s  ", is_escaped ? "\\" : "", SPAN_ARG(digest_hex(arena, digest)));
    for (size_t i = 0; i < name.len; i++) {
        if (name.at[i] == '\n' || name.at[i] == '\\')
            buf_add_char(manifest, '\\');
        buf_add_char(manifest, name.at[i] == '\n' ? 'n' : name.at[i]);
    }
    buf_add_char(manifest, '\n');
}

/* --- its place --- */

static span folder_of(const char *path)
{
    size_t slash = span_find_last_char(span_of(path), '/');

    return slash == SPAN_NONE ? S(".") : slash == 0 ? S("/") : span_sub(span_of(path), 0, slash);
}

/* Beside it lies what is on its way; and the next backup would have this one in it. */
static struct error *check_is_outside(const struct backup_options *options)
{
    static const char *const folders[] = {"archive", "rules", "images"};
    OWN(arena) arena = arena_new(64 * KiB);
    char *place = realpath(arena_keep(arena, folder_of(options->path)).at, NULL);
    bool is_inside = false;

    for (size_t i = 0; place && i < ARRAY_SIZE(folders) && !is_inside; i++) {
        char *folder = realpath(arena_printf(arena, "%s/%s", options->newsroom, folders[i]).at, NULL);
        size_t len = folder ? strlen(folder) : 0;
        is_inside = folder && strncmp(place, folder, len) == 0 && (!place[len] || place[len] == '/');
        free(folder);
    }
    free(place);
    return is_inside ? error_new(ERROR_USAGE, "\"%s\" would lie in what is backed up", options->path) : OK;
}

/* Its name may be free now, and the next harvest's tomorrow. --force is no leave to write over the store. */
static struct error *check_is_no_part(const struct backup_options *options)
{
    static const char *const parts[] = {MEMBER_STORE,        MEMBER_STORE "-wal",
                                        MEMBER_STORE "-shm", MEMBER_STORE "-journal",
                                        MEMBER_CONF,         "courant.lock"};
    OWN(arena) arena = arena_new(64 * KiB);
    span name = span_from(span_of(options->path), span_find_last_char(span_of(options->path), '/') + 1);
    char *place = realpath(arena_keep(arena, folder_of(options->path)).at, NULL);
    char *newsroom = realpath(options->newsroom, NULL);
    bool is_there = place && newsroom && strcmp(place, newsroom) == 0, is_part = false;

    for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
        is_part |= is_there && span_is(name, parts[i]);
    free(place);
    free(newsroom);
    return is_part ? error_new(ERROR_USAGE, "\"%s\" is a file of the newsroom's own", options->path) : OK;
}

static struct error *check_place(const struct backup_options *options)
{
    struct stat about;

    TRY(check_is_outside(options));
    TRY(check_is_no_part(options));
    if (lstat(options->path, &about))
        return OK;
    if (!S_ISREG(about.st_mode))
        return error_new(ERROR_USAGE, "\"%s\" is no regular file; \"-\" is standard output", options->path);
    if (!options->may_replace)
        return error_new(ERROR_USAGE, "\"%s\" is there already; --force replaces it", options->path);
    return OK;
}

static span path_in(const struct backup_file *file, struct arena *arena, const char *name)
{
    return arena_printf(arena, "%s/%s", file->folder, name);
}

struct error *backup_file_open(struct backup_file *file, const struct backup_options *options)
{
    OWN(arena) arena = arena_new(64 * KiB);
    span beside;

    *file = (struct backup_file){.options = options, .fd = -1, .manifest = {.max = LIMIT_BACKUP_MANIFEST}};
    file->is_standard_output = strcmp(options->path, "-") == 0;
    if (!file->is_standard_output)
        TRY(check_place(options));
    beside = file->is_standard_output ? span_of(options->newsroom) : folder_of(options->path);
    file->folder = memory_string(arena_printf(arena, "%.*s/.tmp-backup-XXXXXX", SPAN_ARG(beside)));
    if (fault_at("backup.begin") || !mkdtemp(file->folder)) {
        struct error *error = error_errno(errno, "could not write to folder \"%.*s\"", SPAN_ARG(beside));
        free(file->folder);
        file->folder = NULL;
        return error;
    }
    file->run = digest_run_new();
    file->piece = memory_new(PIECE_SIZE);
    file->made_at = clock_now(options->clock);
    file->fd = file->is_standard_output
                   ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
                   : open(path_in(file, arena, "backup").at, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return file->fd < 0 ? error_errno(errno, "could not write \"%s\"", options->path) : OK;
}

void backup_file_release(struct backup_file *file)
{
    static const char *const names[] = {"backup",
                                        MEMBER_STORE,
                                        MEMBER_STORE "-wal",
                                        MEMBER_STORE "-shm",
                                        MEMBER_STORE "-journal",
                                        MEMBER_BUNDLE,
                                        MEMBER_BUNDLE ".lock"};
    OWN(arena) arena = arena_new(64 * KiB);

    if (file->fd >= 0)
        close(file->fd);
    for (size_t i = 0; file->folder && i < ARRAY_SIZE(names); i++)
        unlink(path_in(file, arena, names[i]).at);
    if (file->folder)
        rmdir(file->folder);
    free(file->folder);
    free(file->piece);
    digest_run_free(file->run);
    buf_release(&file->manifest);
}

/* --- members --- */

/* Not file_write_all(): the reader of a pipe may go away. */
static struct error *write_out(struct backup_file *file, span bytes)
{
    TRY(check_cancelled(file->options));
    while (bytes.len) {
        ssize_t n = fault_at("backup.write") ? -1 : write(file->fd, bytes.at, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EPIPE)
            return error_new(ERROR_CANCELLED, "whoever read standard output went away");
        if (n < 0)
            return file->is_standard_output
                       ? error_errno(errno, "could not write to standard output")
                       : error_errno(errno, "could not write \"%s\"", file->options->path);
        bytes = span_from(bytes, (size_t)n);
    }
    return OK;
}

static struct error *begin_member(struct backup_file *file, span name, uint64_t size, unsigned mode)
{
    LOCAL(buf) head = {.max = 32 * KiB};

    tar_write_head(&(struct tar_member){name, size, mode, file->made_at / SECOND}, &head);
    file->totals.files++;
    file->totals.size += size;
    return write_out(file, buf_span(&head));
}

static struct error *end_member(struct backup_file *file, span name, uint64_t size)
{
    static const char zeros[TAR_BLOCK];

    manifest_add(&file->manifest, digest_run_end(file->run), name);
    if (file->manifest.overflowed)
        return error_new(ERROR_LIMIT, "there are more files than a backup can name");
    return write_out(file, (span){zeros, tar_padding(size)});
}

struct error *backup_add_bytes(struct backup_file *file, span name, span bytes)
{
    TRY(begin_member(file, name, bytes.len, 0644));
    digest_run_add(file->run, bytes);
    TRY(write_out(file, bytes));
    return end_member(file, name, bytes.len);
}

static struct error *add_content(struct backup_file *file, const char *path, int fd, uint64_t size)
{
    while (size) {
        ssize_t n = read(fd, file->piece, (size_t)MIN(size, PIECE_SIZE));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(errno, "could not read \"%s\"", path);
        if (n == 0)
            return error_new(ERROR_IO, "\"%s\" became shorter while it was read", path);
        digest_run_add(file->run, (span){file->piece, (size_t)n});
        TRY(write_out(file, (span){file->piece, (size_t)n}));
        size -= (uint64_t)n;
    }
    return OK;
}

static struct error *add_open_file(struct backup_file *file, span name, const char *path, int fd,
                                   unsigned mode)
{
    struct stat about;

    if (fstat(fd, &about))
        return error_errno(errno, "could not read \"%s\"", path);
    if (!S_ISREG(about.st_mode)) {
        file->options->tell(file->options->context, name, S("is no regular file"));
        return OK;
    }
    TRY(begin_member(file, name, (uint64_t)about.st_size, mode ? mode : (about.st_mode & 0777) | 0600));
    TRY(add_content(file, path, fd, (uint64_t)about.st_size));
    return end_member(file, name, (uint64_t)about.st_size);
}

struct error *backup_add_file(struct backup_file *file, span name, const char *path, unsigned mode,
                              bool follows)
{
    struct error *error;
    int fd;

    if (!member_is_allowed(name)) {
        file->options->tell(file->options->context, name,
                            S("has a name that a newsroom's files do not have"));
        return OK;
    }
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (follows ? 0 : O_NOFOLLOW));
    if (fd < 0 && errno == ENOENT)
        return OK; /* it went meanwhile */
    if (fd < 0 && errno == ELOOP) {
        file->options->tell(file->options->context, name, S("is a link"));
        return OK;
    }
    if (fd < 0)
        return error_errno(errno, "could not read \"%s\"", path);
    error = add_open_file(file, name, path, fd, mode);
    close(fd);
    return error;
}

/* --- its end --- */

static struct error *appear(struct backup_file *file)
{
    OWN(arena) arena = arena_new(64 * KiB);
    span temporary = path_in(file, arena, "backup");
    const char *path = file->options->path;

    if (fault_at("backup.fsync") || fsync(file->fd))
        return error_errno(errno, "could not write \"%s\"", path);
    TRY(check_place(file->options)); /* it may have come meanwhile; renameat2() is not of every file system */
    if (fault_at("backup.rename") || rename(temporary.at, path))
        return error_errno(errno, "could not make \"%s\"", path);
    return file_sync_folder(arena_keep(arena, folder_of(path)).at);
}

struct error *backup_file_finish(struct backup_file *file)
{
    static const char zeros[TAR_END];
    span manifest = buf_span(&file->manifest);

    TRY(begin_member(file, S(MEMBER_MANIFEST), manifest.len, 0644));
    TRY(write_out(file, manifest));
    TRY(write_out(file, (span){zeros, tar_padding(manifest.len)}));
    TRY(write_out(file, (span){zeros, sizeof zeros}));
    return file->is_standard_output ? OK : appear(file);
}
