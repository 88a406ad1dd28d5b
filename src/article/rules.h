/* SPDX-License-Identifier: MIT
 * rules.h - site rules, read, and what one of them does to a page
 */
#pragma once
#include "article/article.h"

enum directive {
    RULE_TITLE, /* XPath, the first that finds something */
    RULE_BODY,
    RULE_DATE,
    RULE_AUTHOR,
    RULE_STRIP,           /* XPath: taken out, elements and attributes */
    RULE_STRIP_ATTRIBUTE, /* XPath: only attributes */
    RULE_STRIP_NAME,      /* part of a class or an id */
    RULE_STRIP_IMAGE,     /* part of a picture's address */
    RULE_DISSOLVE,        /* XPath: its content takes its place */
    RULE_WRAP,            /* argument: the element to wrap it in */
    RULE_LAZY,            /* attribute with a picture's real address */
    RULE_SINGLE_PAGE,
    RULE_NEXT_PAGE,
    RULE_FIND,    /* in the page's source; the n-th RULE_REPLACE says what by */
    RULE_REPLACE, /* argument, if there is one: what to find */
    RULE_HEADER,  /* argument: its name */
    RULE_TEST_URL,
    RULE_TEST_CONTAINS,
    RULE_IF_PAGE_CONTAINS, /* XPath: only then the line before it holds */
    RULE_DETECTION,        /* "no": global.txt does not hold here */
    RULE_PASSED_OVER,      /* another program's own */
};

struct rule_line {
    enum directive directive;
    span argument, value;
};

struct rule {
    span name;
    struct rule_line *lines;
    size_t line_count;
    bool is_paired; /* as many RULE_FIND as RULE_REPLACE without an argument; else they do nothing */
};

/* `warnings`: a line for each that is no directive, or has no pair; may be NULL. */
struct rule *rule_parse(struct arena *arena, span name, span text, struct buf *warnings);
/* NULL: none is for this host. */
const struct rule *rules_find(struct arena *arena, const struct rules *rules, span host);

/* A page's source with what the rule replaces: in the order of the rule's lines, each in what those before it
 * left. */
span rule_edit_source(struct arena *arena, const struct rule *rule, span source);

/* Takes what the rule names out of the page into `extraction`: title, authors, date, links to other pages,
 * and content, which is NULL where it found none. The page's tree is changed. */
struct error *rule_apply(struct arena *arena, const struct rule *rule, struct page *page,
                         struct extraction *extraction) MUST_USE;
