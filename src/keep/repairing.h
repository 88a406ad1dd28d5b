/* SPDX-License-Identifier: MIT
 * repairing.h - what the files of a repair share (private to keep/)
 */
#pragma once
#include "keep/verifying.h"

struct committed { /* a file that git has as it is, and that is not what the store says */
    span path;
    uint64_t id;
};

struct refused { /* a file that the store cannot take, or of an article that it has with another file */
    span path;
    bool is_known;
};

struct repairing {
    const struct verify_options *options;
    struct store_options store_options;
    struct arena *arena;
    const char *aside; /* newsroom/set-aside/<time> */
    bool has_damaged_store, has_no_store, has_older_store, has_damaged_git;
    VEC(uint64_t) owed;
    VEC(span) edited;    /* files to be set aside */
    VEC(span) obstacles; /* what stands where a folder belongs */
    VEC(span) missing;   /* "archive/...": to be written again */
    VEC(span) unknown;   /* articles that the store has not */
    VEC(struct committed) committed;
    VEC(struct refused) refused; /* of `unknown` */
    struct map wanted;           /* path -> not NULL: what repair_adopt() takes */
};

/* repair.c: fills in what is wrong with the store. */
struct error *repair_look_at_store(struct repairing *repairing) MUST_USE;
/* repair.c: packs of the repository, so that a store can be read from it. */
struct error *repair_packs(struct repairing *repairing) MUST_USE;
void repair_done(struct repairing *repairing, span where, span what);

/* Moves what is in the archive out of it, `becomes` being told of it. A file that is kept stays in its place,
 * too, until it is replaced. */
struct error *repair_set_aside(struct repairing *repairing, span path, bool is_kept, span becomes) MUST_USE;

/* repair_store.c: a damaged or lost store, from its own rows and from the archive. */
struct error *repair_store(struct repairing *repairing) MUST_USE;
/* `unknown` files become articles of the store. */
struct error *repair_adopt(struct repairing *repairing) MUST_USE;
/* Is it a revision that Courant wrote and the store has lost? Then it is read back. */
struct error *repair_take_newer(struct repairing *repairing, const struct committed *committed,
                                bool *out_is_taken) MUST_USE;
