/* SPDX-License-Identifier: MIT
 * backup.h - what `backup` and `restore` share: signals, what is told, counts
 */
#pragma once
#include "cmd/cmd.h"
#include "keep/backup.h"

/* `work` is backup_write() or backup_restore(); `*options` needs only what is its own. */
struct error *backup_do(struct courant *courant, struct backup_options *options,
                        struct error *(*work)(const struct backup_options *, struct backup_totals *),
                        struct backup_totals *out_totals) MUST_USE;
/* "1204 articles, 1377 revisions, 31 commits, 0 pictures; 6 files, 12345678 bytes" */
void backup_write_counts(const struct backup_totals *totals, bool is_json, struct buf *out);
