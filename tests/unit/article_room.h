/* SPDX-License-Identifier: MIT
 * article_room.h - pages to extract from, for the tests of article/
 */
#pragma once
#include "article/article.h"
#include "core/file.h"
#include "tests/unit/unit.h"
#include <stdio.h>

static const char room_url[] = "https://gazette.example/2026/11/mill.html";

/* Sentences enough to be an article, of no site's */
#define ROOM_PARAGRAPH_1                                                                                     \
    "<p>The harbour board voted on Monday to close the old swing bridge for nine weeks, after divers found " \
    "that two of its four bearings had worn through. Lorries will be sent over the northern causeway.</p>"
#define ROOM_PARAGRAPH_2                                                                                 \
    "<p>Engineers had expected the bearings to last until the end of the decade. A winter of unusually " \
    "strong currents, they say, ground sand into the housing faster than the grease could carry it out.</p>"
#define ROOM_PARAGRAPH_3                                                                              \
    "<p>Until the work is done a small ferry will carry walkers and cyclists across the basin every " \
    "quarter of an hour, free of charge, from six in the morning until the last train has left the "  \
    "quay.</p>"
#define ROOM_MENU                                                                     \
    "<div class=\"menu\"><a href=\"/\">Front page</a> <a href=\"/port\">Port</a> <a " \
    "href=\"/town\">Town</a> "                                                        \
    "<a href=\"/sport\">Sport</a></div>"

static inline struct extraction *room_extract(struct arena *arena, span html, const char *url)
{
    struct page_bytes bytes = {.bytes = html, .url = span_of(url)};
    struct extraction *extraction = NULL;
    struct page *page = NULL;

    assert_ok(page_read(arena, &bytes, &page));
    assert_ok(article_extract(arena, page, NULL, &extraction));
    return extraction;
}

/* The rules that Courant brings */
static inline struct rules *room_own_rules(struct arena *arena)
{
    const char *root = getenv("COURANT_ROOT"), *folder;
    struct rules *rules = NULL;
    span warnings = {0};

    if (!root)
        skip();
    folder = arena_printf(arena, "%s/data/rules", root).at;
    assert_ok(rules_read(arena, &folder, 1, &rules, &warnings));
    assert_int_equal(warnings.len, 0);
    return rules;
}

/* A page with a menu and these things after the headline */
static inline span room_page(struct arena *arena, const char *content)
{
    return arena_printf(arena,
                        "<!DOCTYPE html><html lang=\"en\"><head><title>Bridge closed</title></head><body>"
                        "%s<div class=\"story\"><h1>Bridge closed</h1>%s</div></body></html>",
                        ROOM_MENU, content);
}

static inline span room_file(struct arena *arena, const char *name)
{
    const char *folder = getenv("COURANT_CASES");
    span bytes = {0}, path;

    if (!folder)
        skip();
    path = arena_printf(arena, "%s/article/%s", folder, name);
    assert_ok(file_read(path.at, 1 * MiB, arena, &bytes));
    return bytes;
}
