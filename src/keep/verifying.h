/* SPDX-License-Identifier: MIT
 * verifying.h - what the files of verify and repair share (private to keep/)
 */
#pragma once
#include "archive/archive.h"
#include "archive/check.h"
#include "core/vec.h"
#include "keep/verify.h"
#include "store/check.h"

struct expected { /* a path that the store stands for */
    span path;
    uint64_t id;      /* the article's; of a page: an article whose writing has it written again */
    bool is_page;     /* a list or a README */
    bool is_owed;     /* the archive is behind with it */
    char index, tree; /* as in struct tree_state, where git disagrees; else 0 */
};

struct verifying {
    const struct verify_options *options;
    struct verify_totals *totals;
    const char *archive;         /* its folder */
    struct arena *arena;         /* what lasts as long as the look */
    struct store_reader *reader; /* NULL: there is no store, or none that can be read */
    bool is_locked;              /* nobody else writes */
    bool has_commit;             /* the repository has one */
    bool knows_states;           /* git could say where it disagrees */
    int64_t looked_at;           /* articles */
    struct map lists;            /* duty-machine: source's id -> span, the path of its list */
    struct map states;           /* path -> struct expected with index and tree set */
    struct map expected;         /* path -> struct expected */
    VEC(struct expected *) expected_list;
    struct map ways; /* folder that files are expected in -> span: what of it is no folder; empty: nothing */
    struct map obstacles; /* those: path -> not NULL */

    /* Called for each finding; repair collects what it shall do. `expected` NULL: the path is nobody's. */
    void (*found)(struct verifying *verifying, const struct finding *finding,
                  const struct expected *expected);
    void *context;
};

void verify_found(struct verifying *verifying, enum finding_kind kind, const struct expected *expected,
                  span where, span what);
span verify_shown(const struct verifying *verifying, span path); /* "archive/<path>" */
bool verify_is_cancelled(const struct verifying *verifying);

/* verify_file.c: what stands where `path` needs a folder: a link would lead out of the archive. Empty:
 * nothing does. */
span verify_obstacle(struct verifying *verifying, span path);

enum outcome { FILE_SAME, FILE_DIFFERS, FILE_MISSING, FILE_IN_THE_WAY };
/* verify_file.c: a file of the archive against what it should be. `*out_what`: the first difference. */
struct error *verify_compare(struct verifying *verifying, struct arena *arena, span path, span wanted,
                             enum outcome *out_outcome, span *out_what) MUST_USE;

/* verify_articles.c: each article against its file; fills in `expected`. */
struct error *verify_articles(struct verifying *verifying) MUST_USE;
struct error *verify_unless_damaged(struct error *error) MUST_USE; /* passed on, but for ERROR_DAMAGED */
/* verify_pages.c: lists and READMEs against what they should be */
struct error *verify_pages(struct verifying *verifying) MUST_USE;
/* verify_tree.c: what lies there besides; git against the tree */
struct error *verify_tree(struct verifying *verifying) MUST_USE;
struct error *verify_repository(struct verifying *verifying) MUST_USE;
/* All of it, with `verifying` begun. */
struct error *verify_all(struct verifying *verifying) MUST_USE;

struct error *verify_begin(struct verifying *verifying, const struct verify_options *options,
                           struct verify_totals *totals) MUST_USE;
void verify_end(struct verifying *verifying);
struct error *verify_store(struct verifying *verifying) MUST_USE; /* that alone */
bool verify_has_store(const char *folder);
struct error *verify_open_store(struct verifying *verifying) MUST_USE;
