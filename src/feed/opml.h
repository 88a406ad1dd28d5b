/* SPDX-License-Identifier: MIT
 * opml.h - a list of subscriptions (OPML 1.0, 1.1, 2.0), with the categories that it nests them in
 *
 * feed_open() reads OPML, too, as items; this keeps its structure. A feed that stands in several outlines is
 * one subscription with several categories, as is one whose `category` attribute names some
 * ("/World/Asia,/Sea"). Lenient as all XML here; deeper than 256 outlines is refused.
 */
#pragma once
#include "core/core.h"

/* What Courant says of its own sources beside OPML's attributes: id, and the rule of a front page. */
#define OPML_NAMESPACE "urn:courant:opml"

enum { OPML_PARTS = 5 };
extern const char *const opml_parts[OPML_PARTS]; /* "items", "link", "title", "date", "summary" */

struct opml_outline {
    span title;       /* its text, else its title; may be empty */
    span feed_url;    /* absolute, http or https; feed: is undone. Empty: it is a page */
    span page_url;    /* where there is no feed */
    span id;          /* as courant:id says; empty: it does not */
    span *categories; /* paths, see text/category.h; the order is that of the document */
    size_t category_count;
    span parts[OPML_PARTS]; /* of a front page's rule */
};

enum { OPML_SKIPPED = 100 };
struct opml_skipped {
    span title, address;
};

struct opml {
    span title;
    struct opml_outline *outlines; /* each address once */
    size_t count;
    struct opml_skipped *skipped; /* outlines whose address cannot be followed, the first of them */
    size_t skipped_count;         /* all of them */
};

/* ERROR_FORMAT: no OPML, or none of its outlines names an address; ERROR_LIMIT: too large, too deep. */
struct error *opml_read(struct arena *arena, span bytes, struct opml **out_opml) MUST_USE;
