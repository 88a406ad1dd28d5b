/* SPDX-License-Identifier: MIT
 * backing.h - what backup.c, backup_file.c and restore.c share
 */
#pragma once
#include "archive/bundle.h"
#include "bytes/digest.h"
#include "core/file.h"
#include "keep/backup.h"
#include "keep/tar.h"

#define MEMBER_HEAD     "COURANT-BACKUP" /* the first */
#define MEMBER_STORE    "courant.db"
#define MEMBER_BUNDLE   "archive.bundle"
#define MEMBER_CONF     "courant.conf"
#define MEMBER_MANIFEST "MANIFEST" /* the last: what `sha256sum -c` reads, a line for each other member */
#define BACKUP_FIRST    "Courant backup 1\n"

#define PIECE_SIZE (256 * KiB)

void manifest_add(struct buf *manifest, struct sha256 digest, span name);
/* Is it one that a backup may have, and stays below its folder? */
bool member_is_allowed(span name);
/* Files with secrets that the configuration names: not in a backup. */
void tell_secrets(const struct backup_options *options, span conf_text);
struct error *check_cancelled(const struct backup_options *options) MUST_USE;

/* --- backup_file.c: the file that grows --- */

struct backup_file {
    const struct backup_options *options;
    char *folder; /* of our own, beside the file: for what is on its way */
    int fd;
    bool is_standard_output;
    struct buf manifest;
    struct digest_run *run;
    char *piece; /* PIECE_SIZE */
    int64_t made_at;
    struct backup_totals totals;
};
struct error *backup_file_open(struct backup_file *file, const struct backup_options *options) MUST_USE;
struct error *backup_file_finish(struct backup_file *file) MUST_USE; /* it appears at its place */
void backup_file_release(struct backup_file *file);                  /* what is not finished is gone */
struct error *backup_add_bytes(struct backup_file *file, span name, span bytes) MUST_USE;
/* A file as it is; one that is gone is left out. `mode` 0: its own. A link is followed if `follows`, else
 * told and left out. */
struct error *backup_add_file(struct backup_file *file, span name, const char *path, unsigned mode,
                              bool follows) MUST_USE;
