/* SPDX-License-Identifier: MIT
 * check.h - is the archive's repository whole, and does it have what the tree has?
 *
 * Nothing is changed here, no lock is taken, and a git that is at work beside it is not disturbed. What is
 * found is told piece by piece; mend.h makes it whole again.
 */
#pragma once
#include "core/clock.h"
#include "core/core.h"

enum repository_flaw {
    FLAW_NO_REPOSITORY, /* there is none */
    FLAW_HEAD,          /* HEAD does not name a branch */
    FLAW_SETTINGS,      /* git does not take it for a repository, or cannot read its configuration */
    FLAW_BRANCH,        /* HEAD's branch has no commit, though there are some */
    FLAW_OBJECTS,       /* what `git fsck` says of objects and other branches */
    FLAW_INDEX,
    FLAW_LOCK,       /* a lock, stale if no git is at work */
    FLAW_UNFINISHED, /* an interrupted run left files or a journal: the next one takes them up */
};

struct repository_check {
    const char *folder; /* the archive */
    const struct clock *clock;
    void (*tell)(void *context, enum repository_flaw flaw, span where, span what);
    void *context;
    bool has_commit; /* found: HEAD leads to one */
    bool can_ask;    /* found: git answers questions about it */
};

/* ERROR_USAGE: git is not installed. */
struct error *archive_check_repository(struct repository_check *check) MUST_USE;

struct tree_state { /* of a path in which commit, index and tree disagree */
    span path;
    char index; /* against the commit: ' ' the same, 'M', 'A', 'D'; '?' git does not know the path */
    char tree;  /* against the index: the same letters */
};
/* ERROR_DAMAGED: git cannot tell. */
struct error *archive_check_tree(const char *folder, const struct clock *clock,
                                 struct error *(*take)(void *context, const struct tree_state *state),
                                 void *context) MUST_USE;

/* "Name <address>" of the last commit that touched the path; empty: none did, or git cannot tell. */
struct error *archive_last_author(const char *folder, const struct clock *clock, span path,
                                  struct arena *arena, span *out_author) MUST_USE;

/* Who wrote lists and READMEs: "Name <address>" of each commit that touched one, newest first. Both spans
 * only until `take` returns. Nothing, where git cannot tell. */
struct error *archive_page_authors(const char *folder, const struct clock *clock,
                                   struct error *(*take)(void *context, span path, span author),
                                   void *context) MUST_USE;

struct tree_file {
    span path;
    bool is_regular, is_folder; /* neither: a link, a socket, ... */
    bool is_temporary;          /* `.tmp-…`: of a batch that was interrupted, or is under way */
    int64_t changed_at, size;
};
/* All that lies in the tree, but for `.git`; folders are told after what is in them. */
struct error *archive_walk(const char *folder,
                           struct error *(*take)(void *context, const struct tree_file *file),
                           void *context) MUST_USE;
