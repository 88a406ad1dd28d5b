/* SPDX-License-Identifier: MIT
 * xml.h - XML as events, from libxml2's push parser
 *
 * Tolerant: damage is mended and told, and what follows it is read. Bare '&' and '<', HTML's named entities,
 * elements left open, overlapping or ended in other letter case, attributes without quotation marks, control
 * characters, bytes that are no UTF-8, text before or after the document: none of them stops it. Where the
 * bytes end too early, damage "cut" is told (line 0: the last), and then what is open is ended. Nothing from
 * outside is loaded. No entity is expanded but XML's five, HTML's named ones, and plain ones of a few
 * characters that the document itself declares.
 * Pull in steps: each xml_step() parses a piece of the input and calls the handler.
 */
#pragma once
#include "core/core.h"

struct xml_attribute {
    span name;       /* local name */
    span name_space; /* URI; {0}: none. A prefix that was not declared has the URI it usually means in feeds,
                        else it stands here itself. */
    span value;      /* decoded */
};

struct xml_handler { /* spans are valid during the call only */
    void (*start)(void *context, span name_space, span name, const struct xml_attribute *attributes,
                  size_t count);
    void (*end)(void *context, span name_space, span name);
    void (*text)(void *context, span text); /* in pieces; CDATA and references undone */
    /* `code`: a word such as "bare-ampersand". May come before events of what stood in front of it. Not more
     * than a few hundred times. */
    void (*damage)(void *context, int line, int column, const char *code, const char *message);
};

struct xml;

/* `text`: UTF-8, must live as long as the reader. */
struct xml *xml_open(span text, const struct xml_handler *handler, void *context) MUST_USE;
void xml_close(struct xml *xml);
DEFINE_CLOSE(xml)
/* Parses about `size` more bytes. `*out_is_done` after the last. ERROR_LIMIT: nested deeper than 256
 * elements, or the like. */
struct error *xml_step(struct xml *xml, size_t size, bool *out_is_done) MUST_USE;
void xml_stop(struct xml *xml); /* from within a handler: no further events */
