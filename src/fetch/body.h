/* SPDX-License-Identifier: MIT
 * body.h - a body as the publisher meant it, from the bytes that came over the wire
 */
#pragma once
#include "core/core.h"
#include "fetch/head.h"

enum body_end {               /* what is known of it */
                BODY_WHOLE,   /* its length or its last chunk was there */
                BODY_UNKNOWN, /* the connection was closed, and nothing said where the end is */
                BODY_CUT,     /* less came than was promised, or what was promised contradicts itself */
};

/* Undoes the codings that `head` names, and those it does not name but the bytes show; one that is named but
 * not used is passed over. `wire` is taken over: `*out_body` is in `arena`, or lives as long. `max`: bytes.
 * `*end`: how the transfer ended; on return, what is known of the body too: a coding's own end makes an
 * unknown end known, and a coding cut short makes it BODY_CUT. `*out_has_own_end`: an outer coding was there
 * with its end, so the body is whole however the transfer ended. ERROR_LIMIT: larger than `max`, or more
 * codings than anybody means; ERROR_FORMAT. */
struct error *body_decode(struct arena *arena, struct buf *wire, const struct head *head, size_t max,
                          enum body_end *end, bool *out_has_own_end, span *out_body) MUST_USE;
