/* SPDX-License-Identifier: MIT
 * salvaging.h - what the files of a salvage share (private to store/)
 */
#pragma once
#include "store/check.h"
#include "store/internal.h"

struct salvaging {
    struct salvage *salvage;
    struct arena *arena;
    sqlite3 *old;       /* a copy of the damaged file, read as far as it can be */
    struct store store; /* the new one */
    int version;        /* of the old one's tables */
    bool has_lost_keys; /* some of what articles are known by */
};

/* salvage_rows.c: all rows of all tables that can be read. */
struct error *salvage_rows(struct salvaging *salvaging) MUST_USE;
/* salvage_settle.c: what is not whole goes, or is found elsewhere; what is counted is counted anew. */
struct error *salvage_settle(struct salvaging *salvaging) MUST_USE;
