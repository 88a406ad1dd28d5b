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
    const struct clock *clock; /* for the date of commits; NULL: the machine's */
};

/* --- pure --- */

/* Where an article's file lies, relative to the archive: "articles/voa/1011194.md", "voa/2024/11/08-slug.md".
 */
span archive_path(struct arena *arena, enum layout layout, const struct article *article);

/* The article's file, whole. `out->max` is the limit (0: LIMIT_ARTICLE_FILE). ERROR_LIMIT: it is longer.
 * duty-machine: raw title, link, raw body. dated: front matter (times in UTC), then the clean HTML as
 * Markdown. An adopted file of that layout that says it in its own way gives its own bytes.
 */
struct error *archive_render(enum layout layout, const struct article *article, struct buf *out) MUST_USE;

struct archive_month {
    int year, month;
    int64_t article_count;
};
struct archive_source { /* for lists and READMEs */
    span id, name, feed;
    span list_path; /* duty-machine: see archive_name_lists(); empty: archive_list_path() */
    int64_t article_count;
    const struct listing *newest;
    size_t newest_count;
    const struct archive_month *months;
    size_t month_count;
};

/* "lists/<name>.md": the name cannot leave its folder (`/` becomes `--`). */
span archive_list_path(struct arena *arena, span name);
/* Fills in `list_path` of each so that no two sources share a file: of two equal names the later gets its id
 * added. All sources of the newsroom must be there, in an order that stays (the configuration's). */
void archive_name_lists(struct arena *arena, struct archive_source *sources, size_t count);

/* lists/<name>.md of the duty-machine layout. */
void archive_render_list(const struct timezone_rules *timezone, span source_id, span name,
                         const struct listing *listings, size_t count, struct buf *out);

/* READMEs of the dated layout: "<id>/<YYYY>/<MM>/README.md", "<id>/README.md". */
span archive_month_path(struct arena *arena, span source_id, int year, int month);
/* In which month's folder an article's path lies; false: in none. */
bool archive_month_of_path(span path, int *out_year, int *out_month);
span archive_source_path(struct arena *arena, span source_id);
void archive_render_month(const struct timezone_rules *timezone, const struct archive_source *source,
                          int year, int month, const struct listing *listings, size_t count, struct buf *out);
void archive_render_source(const struct timezone_rules *timezone, const struct archive_source *source,
                           struct buf *out);
/* README.md of either layout. */
void archive_render_newsroom(enum layout layout, span title, const struct timezone_rules *timezone,
                             const struct archive_source *sources, size_t count, struct buf *out);

/* --- reading an article's file back: either layout, every older form (spec lineage.md 2.3, 2.6) --- */

enum archive_form {
    FORM_DUTY_MACHINE,
    FORM_DATED,
    FORM_OLD_CDT, /* a line with an RFC 822 date below the title */
    FORM_JEKYLL,  /* front matter, then the head of duty-machine's form or none */
    FORM_OTHER,   /* none of these: all of it is the body */
};
struct archive_reading {
    enum archive_form form;
    /* What the file and its path say; the rest is zero, times that are not said are NO_TIME. duty-machine and
     * older forms: item.raw_title, raw_body, link, published_at, number, file_name. dated: id, revision,
     * title, link, times, authors, language, image, path; the body is Markdown and stands in `markdown`. */
    struct article article;
    span markdown;
    bool is_exact; /* archive_render() of `article` in the duty-machine layout gives these bytes again. Where
                    * it is false an importer that must give them back keeps the bytes themselves. */
};
/* `path`: relative to the archive, as found. Spans are in `arena` or in `bytes`. Never fails on what the file
 * says; ERROR_LIMIT: the arena is full. */
struct error *archive_read(struct arena *arena, span path, span bytes,
                           struct archive_reading *out_reading) MUST_USE;

/* --- the tree and git --- */

/* ERROR_IO: it is no folder, or one that we may not look into; which is not the same as none. */
struct error *archive_check_folder(const char *folder) MUST_USE;

/* Makes folder and repository if missing; removes `.tmp-*` and a stale index.lock (the newsroom's lock is
 * ours). ERROR_USAGE: git is wanted and not installed. */
struct error *archive_open(const struct archive_options *options, struct log *log,
                           struct archive **out_archive) MUST_USE;
void archive_close(struct archive *archive);
DEFINE_CLOSE(archive)

/* What stands at an article's place, where writing `bytes` there would take it away. */
struct archive_occupant {
    bool is_there;
    span on_disk, committed; /* empty: it is no file, cannot be read, or there is none in the last commit */
};
struct error *archive_look(struct archive *archive, struct arena *arena, span path, span bytes,
                           struct archive_occupant *out_occupant) MUST_USE;
/* Does it say that it is the article's, as this revision of it has it? Pure. */
bool archive_is_of(enum layout layout, span path, const struct archive_occupant *occupant,
                   const struct article *article);

/* Stages a file for the batch. A file whose bytes are on disk already is not written again. ERROR_REFUSED:
 * the path would leave the archive, one of its names begins with a dot, or something stands in its way that
 * is not ours to move: only this path cannot be written, and the message says what its owner can do. */
struct error *archive_stage(struct archive *archive, span path, span bytes) MUST_USE;
struct error *archive_stage_removal(struct archive *archive, span path) MUST_USE;
/* All staged files appear: one syncfs, renames, fsync of folders. */
struct error *archive_write_out(struct archive *archive) MUST_USE;
/* One commit of all that was written out since the last one (and of what an interrupted run left
 * uncommitted). Nothing changed: no commit. `message`: "voa: 3 new, 1 revised". Its cost follows what
 * changed, not the archive's size. */
struct error *archive_commit(struct archive *archive, span message, bool *out_is_changed) MUST_USE;

/* The last commit's name in hexadecimal; empty: there is none, or no git. */
span archive_head(struct archive *archive, struct arena *arena);

/* Is that commit in the history of the branch that is checked out, and are there files? */
bool archive_has_commit(struct archive *archive, span commit);

/* Pushes to one remote; never forced. ERROR_NETWORK: told and tried again by the caller. */
struct error *archive_push(struct archive *archive, const struct conf_remote *remote) MUST_USE;

/* The lowest number that a file of articles/<source_id>/ bears, for adopting; 0: there is none. `folder`: the
 * archive's. */
struct error *archive_lowest_number(const char *folder, span source_id, int64_t *out_number) MUST_USE;
