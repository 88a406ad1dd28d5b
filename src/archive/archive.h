/* SPDX-License-Identifier: MIT
 * archive.h - the Markdown tree and its git
 *
 * A projection of the store that needs no software to read (spec archive.md). Rendering is pure and may run
 * on any thread; an `archive` belongs to one. Files of a batch are staged beside their places, and appear
 * together by archive_write_out(); archive_commit() makes one git commit of what changed. Numbers and paths
 * are the store's: the archive writes what the row says.
 */
#pragma once
#include "conf/conf.h"
#include "core/log.h"
#include "model/article.h"

struct archive;
struct timezone_rules;

struct archive_options {
    const char *folder; /* the newsroom's archive/ */
    const struct conf_archive *settings;
    const struct timezone_rules *timezone;
    span title; /* of the newsroom, for its README */
};

/* --- pure --- */

/* Where an article's file lies, relative to the archive: "articles/voa/1011194.md", "voa/2024/11/08-slug.md".
 */
span archive_path(struct arena *arena, enum layout layout, const struct article *article);

/* The article's file, whole. ERROR_LIMIT: longer than 8 MiB. */
struct error *archive_render(enum layout layout, const struct article *article, struct buf *out) MUST_USE;

/* lists/<name>.md of the duty-machine layout. */
void archive_render_list(const struct timezone_rules *timezone, span source_id, span name,
                         const struct listing *listings, size_t count, struct buf *out);

struct archive_month {
    int year, month;
    int64_t article_count;
};
struct archive_source { /* for READMEs */
    span id, name, feed;
    int64_t article_count;
    const struct listing *newest;
    size_t newest_count;
    const struct archive_month *months;
    size_t month_count;
};
void archive_render_month(const struct timezone_rules *timezone, const struct archive_source *source,
                          int year, int month, const struct listing *listings, size_t count, struct buf *out);
void archive_render_source(const struct timezone_rules *timezone, const struct archive_source *source,
                           struct buf *out);
void archive_render_newsroom(enum layout layout, span title, const struct timezone_rules *timezone,
                             const struct archive_source *sources, size_t count, struct buf *out);

/* Reading an article's file back (either layout, every older form: spec lineage.md 2.3, 2.6). */
enum archive_form { FORM_DUTY_MACHINE, FORM_DATED, FORM_OLD_CDT, FORM_JEKYLL, FORM_OTHER };
struct error *archive_read(struct arena *arena, span path, span bytes, enum archive_form *out_form,
                           struct article *out_article) MUST_USE;

/* --- the tree and git --- */

/* Makes folder and repository if missing; removes `.tmp-*` and a stale index.lock (the newsroom's lock is
 * ours). */
struct error *archive_open(const struct archive_options *options, struct log *log,
                           struct archive **out_archive) MUST_USE;
void archive_close(struct archive *archive);
DEFINE_CLOSE(archive)

/* Stages a file for the batch. A file whose bytes are on disk already is not written again. */
struct error *archive_stage(struct archive *archive, span path, span bytes) MUST_USE;
struct error *archive_stage_removal(struct archive *archive, span path) MUST_USE;
/* All staged files appear: one syncfs, renames, fsync of folders. */
struct error *archive_write_out(struct archive *archive) MUST_USE;
/* One commit of all that was written out since the last one (and of what an interrupted run left
 * uncommitted). Nothing changed: no commit. `message`: "voa: 3 new, 1 revised". Its cost follows what
 * changed, not the archive's size. */
struct error *archive_commit(struct archive *archive, span message, bool *out_is_changed) MUST_USE;

/* Pushes to one remote; never forced. ERROR_NETWORK: told and tried again by the caller. */
struct error *archive_push(struct archive *archive, const struct conf_remote *remote) MUST_USE;

/* Is a file there (and in what bytes)? For adopting and verifying. */
struct error *archive_lowest_number(const char *folder, span source_id,
                                    int64_t *out_number) MUST_USE; /* 0: empty */
