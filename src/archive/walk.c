/* SPDX-License-Identifier: MIT
 * walk.c - what lies in the archive's tree, name by name
 */
#include "archive/check.h"
#include "limits/limits.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

struct walk {
    struct error *(*take)(void *context, const struct tree_file *file);
    void *context;
    struct buf path;
};

static struct error *walk_folder(struct walk *walk, int above, const char *name, int depth);

static struct error *take_entry(struct walk *walk, int folder, const char *name, int depth)
{
    size_t len = walk->path.len;
    struct tree_file file = {.is_temporary = strncmp(name, ".tmp-", 5) == 0};
    struct stat about;
    struct error *error = OK;

    if (fstatat(folder, name, &about, AT_SYMLINK_NOFOLLOW))
        return OK; /* taken away meanwhile */
    if (len)
        buf_add_char(&walk->path, '/');
    buf_add_text(&walk->path, name);
    file.is_regular = S_ISREG(about.st_mode);
    file.is_folder = S_ISDIR(about.st_mode);
    file.changed_at = (int64_t)about.st_ctim.tv_sec * SECOND;
    file.size = about.st_size;
    if (file.is_folder && depth < LIMIT_TREE_DEPTH)
        error = walk_folder(walk, folder, name, depth + 1);
    file.path = buf_span(&walk->path);
    if (!error)
        error = walk->take(walk->context, &file);
    buf_truncate(&walk->path, len);
    return error;
}

static struct error *walk_folder(struct walk *walk, int above, const char *name, int depth)
{
    int fd = openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    struct error *error = OK;
    struct dirent *entry;

    if (!folder)
        return errno == ENOENT
                   ? OK
                   : error_errno(errno, "could not open folder \"%.*s\"",
                                 SPAN_ARG(walk->path.len ? buf_span(&walk->path) : span_of(name)));
    while (!error && (entry = readdir(folder)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            (depth || strcmp(entry->d_name, ".git") != 0))
            error = take_entry(walk, fd, entry->d_name, depth);
    closedir(folder);
    return error;
}

struct error *archive_walk(const char *folder,
                           struct error *(*take)(void *context, const struct tree_file *file), void *context)
{
    struct walk walk = {take, context, {.max = 1 * MiB}};
    char *absolute = realpath(folder, NULL);
    struct error *error = absolute ? walk_folder(&walk, AT_FDCWD, absolute, 0) : OK;

    free(absolute);
    buf_release(&walk.path);
    return error;
}
