/* SPDX-License-Identifier: MIT
 * mend.h - the archive's repository made whole again
 *
 * What is damaged is moved aside, never deleted. Objects that are lost are made anew from the work tree and
 * from what the caller has; what nobody has any more is cut off the history, from its far end. It can be
 * interrupted anywhere, and done again.
 */
#pragma once
#include "core/clock.h"
#include "core/core.h"

struct offering;

struct repository_mend {
    const char *folder; /* the archive; the newsroom's lock is ours, and no git is at work */
    const char *aside;  /* where what is damaged goes; made when needed */
    const struct clock *clock;
    void (*tell)(void *context, span where, span what); /* each thing that was done */
    /* Called where files of the history are missing: gives, by archive_offer(), all texts that they may be.
     */
    struct error *(*offer)(void *context, struct offering *offering);
    void *context;
};
struct error *archive_offer(struct offering *offering, span bytes) MUST_USE;

/* HEAD and settings, so that git answers, and what is whole of damaged packs; branch, index and loose objects
 * stay: the history is asked for what a damaged store has lost before it is mended itself, with what the
 * store has. */
struct error *archive_mend_packs(const struct repository_mend *mend) MUST_USE;

/* Afterwards git answers, HEAD names a branch, the index is the commit's. */
struct error *archive_mend_repository(const struct repository_mend *mend) MUST_USE;
