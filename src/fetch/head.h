/* SPDX-License-Identifier: MIT
 * head.h - what an answer's header lines say
 *
 * Reads the lines as libcurl hands them over, whatever is wrong with them: folded, without a colon, with
 * bytes that have no business there, twice. Values are byte for byte what came, but for white space at their
 * ends.
 */
#pragma once
#include "core/core.h"
#include "limits/limits.h"

struct head {
    /* the first value of each; {0}: absent */
    span location, retry_after, age, expires, date;
    span content_type, content_location, content_language;
    span etag,
        last_modified;  /* absent, too, if they cannot be sent back: control bytes, above LIMIT_VALIDATOR */
    span cache_control; /* all lines, joined */
    span codings[LIMIT_CODINGS]; /* of Content-Encoding, in the order they were applied */
    size_t coding_count;         /* may be larger: then the rest is missing in `codings` */
    span *links;
    size_t link_count;
    int64_t content_length;    /* -1: none, or none that makes sense */
    bool has_length;           /* a Content-Length line was there, sound or not */
    bool is_chunked;           /* Transfer-Encoding names it */
    bool has_framing_conflict; /* two lengths, or a length and chunks, or a length that is no number */
};

/* Gathers one line as it came, with or without its CR LF; a line that continues the one before (obs-fold, RFC
 * 9112 5.2) is joined to it by a space. */
void head_add_line(struct buf *lines, span line);

/* Reads what was gathered; lines that are no fields are passed over. Spans point into `lines`, or `arena`.
 * RFC 9110 5, RFC 9112 6. */
void head_read(struct arena *arena, span lines, struct head *out_head);
