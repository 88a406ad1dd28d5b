/* SPDX-License-Identifier: MIT
 * backup.h - the whole newsroom in one checksummed file, and a newsroom from it
 *
 * A tar file that can be opened without Courant (docs/backup.md): the store as it was at one moment, the
 * archive's history as it was at the same moment, courant.conf, rules/, images/, and what of archive/ git
 * does not have. Memory is bounded by the names. A harvest may run meanwhile.
 */
#pragma once
#include "core/clock.h"
#include "core/core.h"

struct backup_totals {
    int64_t articles, revisions, commits, pictures, files;
    uint64_t size; /* bytes, of all files */
};

struct backup_options {
    const char *newsroom; /* its folder */
    const char *path;     /* of the backup; "-": standard output, or input */
    bool may_replace;     /* a file that is there */
    const struct clock *clock;
    /* Something is not in the backup, and why. */
    void (*tell)(void *context, span what, span why);
    bool (*is_cancelled)(void *context);
    void *context;
};

/* Writes `path` whole or not at all. ERROR_USAGE: there is no newsroom, or a file at `path`. */
struct error *backup_write(const struct backup_options *options, struct backup_totals *out_totals) MUST_USE;

/* Makes `options->newsroom`, which is missing or an empty folder, from the backup at `path`: all of it, or
 * nothing. ERROR_FORMAT: the backup is damaged, cut short or none; the message names the member. */
struct error *backup_restore(const struct backup_options *options, struct backup_totals *out_totals) MUST_USE;
