/* SPDX-License-Identifier: MIT
 * file.h - files written whole, or not at all
 *
 * What a reader or git sees is always a whole file: new bytes are written beside their place under a name
 * that begins with `.tmp-`, synced, and renamed into it; then the folder is synced. A batch does that for
 * many files with one syncfs() and one fsync() a folder (20,000 articles: 1-4 s instead of 4-15). A failed
 * fsync is never retried as if it had worked: the pages may be gone, so the batch fails and its files are
 * written anew by the next.
 */
#pragma once
#include "core/arena.h"

/* Reads a file of at most `max` bytes. ERROR_IO (missing, unreadable), ERROR_LIMIT (larger). `path` "-":
 * standard input. */
struct error *file_read(const char *path, size_t max, struct arena *arena, span *out_bytes) MUST_USE;

/* Writes one file durably: beside its place, fsync, rename, fsync of the folder. Where `path` is a symbolic
 * link, what it points to is written. */
struct error *file_write(const char *path, span bytes) MUST_USE;

struct error *file_make_folder(const char *path) MUST_USE; /* with those above it; fine if it is there */
bool file_exists(const char *path);
struct error *file_sync_folder(const char *path) MUST_USE;
struct error *file_sync_all(const char *folder) MUST_USE; /* all that is written on its file system */
struct error *file_write_all(int fd, span bytes, const char *path) MUST_USE; /* `path`: for the message */

/* Removes files whose names begin with `.tmp-` below `root`, left by a process that was killed. */
struct error *file_sweep(const char *root, int64_t *out_removed) MUST_USE;

struct file_batch;

/* `root`: the folder that no staged path leaves, not by a symbolic link below it either. */
struct file_batch *file_batch_new(const char *root) MUST_USE;
void file_batch_free(struct file_batch *batch); /* what was not committed is removed */
DEFINE_FREE(file_batch)

/* Writes `bytes` beside `path` (relative to the root, `/` between names, no empty, `.` or `..` name:
 * ERROR_REFUSED). A later stage of the same path replaces an earlier one. Folders are made as needed. */
struct error *file_stage(struct file_batch *batch, span path, span bytes) MUST_USE;
/* Takes a path away when the batch is committed. */
struct error *file_stage_removal(struct file_batch *batch, span path) MUST_USE;

/* syncfs, rename all, fsync each folder once. The batch is empty after it, and can be used again. */
struct error *file_commit(struct file_batch *batch) MUST_USE;

/* An advisory lock on `path` (made if missing), held until closed or the process ends. ERROR_LOCKED names the
 * holder. */
struct file_lock;
struct error *file_lock_open(const char *path, bool is_shared, struct file_lock **out_lock) MUST_USE;
void file_lock_close(struct file_lock *lock);
DEFINE_CLOSE(file_lock)
