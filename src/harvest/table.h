/* SPDX-License-Identifier: MIT
 * table.h - the sources of the configuration, as the store has them, and which of them is due
 *
 * It is the harvesting thread's own. Its texts are those that jobs point to, so it is loaded anew only while
 * none is under way.
 */
#pragma once
#include "harvest/internal.h"

struct entry { /* a source of the configuration */
    const struct conf_source *wanted;
    struct source source; /* as the store has it; texts in the table's arena */
    bool is_under_way;
    bool was_polled;            /* in this round */
    bool has_history;           /* there is an older document to be asked (walk.c) */
    struct poll_report *untold; /* of its poll, until its history was read; NULL: there is none */
};

struct table {
    struct harvest *harvest;
    struct arena *arena;
    struct entry *entries;
    size_t entry_count;
    struct map by_id;
    size_t cursor; /* where the search for the next due one goes on */
};

void table_init(struct table *table, struct harvest *harvest);
void table_release(struct table *table);

/* The store is told what the newest configuration wants, and asked what it has of that. */
struct error *table_load(struct table *table) MUST_USE;
/* Texts that are no more of use have gathered: a good moment to load it. */
bool table_has_grown(const struct table *table);

struct entry *table_find(const struct table *table, span id); /* NULL: it is not of this harvest */
bool table_is_due(const struct table *table, const struct entry *entry);
/* The next source that is due, round about from the last one; NULL: none is. */
struct entry *table_next_due(struct table *table);
/* When the next one is due that is not under way; INT64_MAX: nobody knows. */
int64_t table_next_poll_at(const struct table *table);

/* Its row as a poll stored it, copied out of the job's arena. */
void table_keep_row(struct table *table, struct entry *entry, const struct source *row);
/* An older document of this source's feed is to be asked for. */
bool source_has_history(const struct source *source);
