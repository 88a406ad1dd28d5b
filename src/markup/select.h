/* SPDX-License-Identifier: MIT
 * select.h - parts of a tree found by XPath 1.0, for site rules
 *
 * A libxml2 document is made from our tree when the first expression is asked, and goes with the arena. What
 * is found are nodes of our tree. No expression can hang us: its length, depth and steps are limited, and it
 * has no function that reads anything.
 */
#pragma once
#include "markup/html.h"

struct selector;

/* The tree as it is when this is called; nodes taken out of it later are still found. */
struct selector *select_new(struct arena *arena, struct node *root) MUST_USE;

struct selected {
    struct node
        *node; /* an element; NULL: `text` was found, an attribute's value, a text or what was computed */
    span text;
    struct node *owner;    /* of an attribute that was found; else NULL */
    const char *attribute; /* its name */
    void *place;           /* where select_within() begins; NULL: it cannot begin there */
};

/* All that `xpath` finds, in document order; `*out_selected` is in the selector's arena. ERROR_FORMAT: it is
 * no XPath 1.0. ERROR_LIMIT: it would take too long. */
struct error *select_xpath(struct selector *selector, span xpath, struct selected **out_selected,
                           size_t *out_count) MUST_USE;

/* The same from what was found before: "." is that element. */
struct error *select_within(struct selector *selector, const struct selected *from, span xpath,
                            struct selected **out_selected, size_t *out_count) MUST_USE;
