/* SPDX-License-Identifier: MIT
 * mending.h - what mend.c and mend_objects.c share (private to archive/)
 */
#pragma once
#include "archive/internal.h"
#include "archive/mend.h"

struct mending {
    const struct repository_mend *mend;
    struct git git;
    struct arena *arena;
};

/* Moves `.git/<name>` aside, if it is there. */
struct error *mend_set_aside(const struct mending *mending, const char *name) MUST_USE;
void mend_tell(const struct mending *mending, const char *where, const char *format, ...) PRINTF(3, 4);
/* A git whose failure is an answer. `*out_is_fine`: it ended well. What it said comes either way. */
struct error *mend_ask(const struct mending *mending, const char *const *arguments, span input,
                       bool *out_is_fine, span *out_said) MUST_USE;

/* mend_objects.c: packs alone */
struct error *mend_packs(const struct mending *mending) MUST_USE;
/* mend_objects.c: packs, loose objects, files of the history. */
struct error *mend_objects(const struct mending *mending) MUST_USE;
/* mend_branch.c: HEAD's branch leads to a commit that is whole, and its history ends where it is not. */
struct error *mend_branch(struct mending *mending) MUST_USE;
