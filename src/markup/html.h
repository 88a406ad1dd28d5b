/* SPDX-License-Identifier: MIT
 * html.h - HTML as one tree of ours, in the document's arena
 *
 * The only HTML type that the rest of Courant sees. Parsed as browsers do (HTML Standard 13.2) by libmodest's
 * MyHTML, which html_parse.c alone knows; the tree is copied at once. Text is UTF-8, references decoded.
 * Trees are changed in place: nodes are unlinked, moved, renamed, never freed.
 */
#pragma once
#include "core/core.h"

enum node_type { NODE_DOCUMENT, NODE_ELEMENT, NODE_TEXT, NODE_COMMENT };

enum tag {
    TAG_UNKNOWN, /* see node->name */
#define TAG(name, flags) TAG_##name,
#include "markup/tags.def"
#undef TAG
    TAG_COUNT
};

enum tag_flags { TAG_IS_BLOCK = 1, TAG_IS_VOID = 2, TAG_IS_RAW = 4, TAG_IS_SKIPPED = 8 };

enum html_namespace { NAMESPACE_HTML, NAMESPACE_SVG, NAMESPACE_MATHML, NAMESPACE_OTHER };

struct attribute {
    span name;  /* lower case, but as the parser adjusts it in SVG and MathML */
    span value; /* references decoded */
};

struct node {
    struct node *parent, *first, *last, *next, *previous;
    span text; /* NODE_TEXT, NODE_COMMENT: its characters */
    span name; /* NODE_ELEMENT: lower case for HTML */
    struct attribute *attributes;
    uint16_t attribute_count;
    uint16_t tag;       /* enum tag; TAG_UNKNOWN also for elements of other namespaces than HTML */
    uint8_t type;       /* enum node_type */
    uint8_t name_space; /* enum html_namespace */
    uint16_t mark;      /* for whoever works on the tree: 0 after parsing */
};

struct html_limits {
    size_t nodes; /* 0: LIMIT_HTML_NODES */
    size_t depth; /* 0: LIMIT_HTML_DEPTH: what is deeper is not parsed further */
};

/* A whole document: html, head and body are there even if the bytes had none. Never fails on what the bytes
 * say; past a limit the tree ends there and `*out_is_cut` (unless NULL) is true. ERROR_LIMIT: `arena` is
 * full. */
struct error *html_parse(struct arena *arena, span text, const struct html_limits *limits,
                         struct node **out_document, bool *out_is_cut) MUST_USE;

/* A fragment, as innerHTML of a div: the nodes are children of the result (a NODE_DOCUMENT). */
struct error *html_parse_fragment(struct arena *arena, span text, const struct html_limits *limits,
                                  struct node **out_fragment, bool *out_is_cut) MUST_USE;

/* Serialises what is below `node` (and `node` itself if it is no document). HTML Standard 13.3, but always
 * safe to parse again:
 * `<`, `&`, `>` and U+00A0 in text, `"` too in attributes, are references. */
void html_write(const struct node *node, struct buf *out);

/* Looking */
enum tag tag_of_name(span lower_case_name); /* TAG_UNKNOWN if HTML has no such element */
const char *tag_name(enum tag tag);
bool tag_is(enum tag tag, enum tag_flags flags);
bool node_is_block(const struct node *node); /* block-level element, or an unknown one with '-' in its name */
static inline span node_attribute(const struct node *node, const char *name)
{
    for (size_t i = 0; i < node->attribute_count; i++)
        if (*node->attributes[i].name.at == *name && span_is(node->attributes[i].name, name))
            return node->attributes[i].value;
    return (span){0}; /* an empty one has a place */
}
bool node_has_class(const struct node *node, const char *name);
struct node *node_next_skipping(const struct node *node, const struct node *root);
/* The next in document order below `root` (which itself is the first); NULL after the last.
 * node_next_skipping() is the same, but not what is below `node`. */
static inline struct node *node_next(const struct node *node, const struct node *root)
{
    return node->first ? node->first : node_next_skipping(node, root);
}
struct node *node_find(const struct node *root, enum tag tag); /* the first one below, or NULL */
bool node_is_within(const struct node *node, const struct node *ancestor);
/* All text below, as it stands; skipped elements (script, style, ...) left out. */
void node_add_text(const struct node *node, struct buf *out);
span node_text(struct arena *arena, const struct node *node); /* the same, white space collapsed */

/* Changing */
struct node *node_new_element(struct arena *arena, enum tag tag);
struct node *node_new_text(struct arena *arena, span text);
void node_set_attribute(struct arena *arena, struct node *node, const char *name, span value);
void node_remove_attribute(struct node *node, const char *name);
void node_append(struct node *parent, struct node *child); /* takes the child out of where it was */
void node_insert_before(struct node *place, struct node *node);
void node_remove(struct node *node); /* with all below */
void node_unwrap(struct node *node); /* its children take its place */
void node_rename(struct node *node, enum tag tag);
struct node *node_copy(struct arena *arena, const struct node *node);
