/* SPDX-License-Identifier: MIT
 * reading.h - what the files share that make a poll of an answer: poll.c, reading.c, walk.c, ladder.c
 */
#pragma once
#include "gather/gather.h"
#include "harvest/internal.h"
#include "harvest/schedule.h"

/* --- poll.c --- */

void poll_fail(struct poll_facts *facts, enum outcome outcome, span error);
span poll_take_error(struct arena *arena, struct error *error); /* its whole chain; frees it */
/* A whole feed keeps its validators; one that was cut short, never: what is missing must come next time. */
void poll_keep_validators(struct job *job, const struct response *response, bool is_whole);

/* The row as it shall be goes into what is stored and told. */
void poll_settle(struct job *job);

/* --- reading.c --- */

/* Is the document's own end there? An XML root closed, or a JSON value. */
bool document_has_its_end(span body);

/* Reads the job's answer into its poll. */
void poll_read_document(struct job *job, struct worker *worker, struct poll_facts *facts);

/* --- walk.c: the history of feeds that have one (34, 35) --- */

/* After a document was read: does it lead to an older one, and is that wanted? */
void walk_look(struct job *job, const struct feed_about *about, const struct poll_facts *facts);
/* The document could not be had: tried again after the next poll, or never. */
void walk_fail(struct job *job, const struct poll_facts *facts);

/* --- ladder.c: what is read in a dead feed's place --- */

/* Before the poll: where is the source read from this time? Sets the job's rung and is_upward. */
span ladder_address(struct job *job, int64_t now);
/* After it: is another way to be looked for? Or, where the feed itself was tried again, is it back? */
void ladder_look(struct job *job, struct poll_facts *facts);
