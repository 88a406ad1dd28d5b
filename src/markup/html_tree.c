/* SPDX-License-Identifier: MIT
 *
 * html_tree.c - looking at the tree, and changing it
 */
#include "markup/html.h"
#include "text/utf8.h"

enum { BLOCK = TAG_IS_BLOCK, VOID = TAG_IS_VOID, RAW = TAG_IS_RAW, SKIP = TAG_IS_SKIPPED };

static const struct {
    span name;
    uint8_t flags; /* enum tag_flags */
} tags[TAG_COUNT] = {
    [TAG_UNKNOWN] = {{"", 0}, 0},
#define TAG(name, flags) [TAG_##name] = {{#name, sizeof #name - 1}, flags},
#include "markup/tags.def"
#undef TAG
};

/* tags.def is in order of names */
enum tag tag_of_name(span lower_case_name)
{
    size_t low = 1, high = TAG_COUNT;

    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = span_compare(lower_case_name, tags[middle].name);

        if (order == 0)
            return (enum tag)middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return TAG_UNKNOWN;
}

const char *tag_name(enum tag tag)
{
    return tags[tag].name.at;
}

bool tag_is(enum tag tag, enum tag_flags flags)
{
    return (tags[tag].flags & flags) != 0;
}

bool node_is_block(const struct node *node)
{
    if (node->type != NODE_ELEMENT || node->name_space != NAMESPACE_HTML)
        return false;
    return node->tag == TAG_UNKNOWN ? span_find_char(node->name, '-') != SPAN_NONE
                                    : tag_is(node->tag, TAG_IS_BLOCK);
}

bool node_has_class(const struct node *node, const char *name)
{
    span classes = node_attribute(node, "class"), class;

    while (span_cut_word(&classes, &class))
        if (span_is(class, name))
            return true;
    return false;
}

/* Nodes handed out are those of the tree, const or not as the caller has it. */
struct node *node_next_skipping(const struct node *node, const struct node *root)
{
    while (node != root) {
        if (node->next)
            return node->next;
        node = node->parent;
        if (!node)
            return NULL;
    }
    return NULL;
}

struct node *node_find(const struct node *root, enum tag tag)
{
    for (struct node *node = node_next(root, root); node; node = node_next(node, root))
        if (node->type == NODE_ELEMENT && node->tag == tag)
            return node;
    return NULL;
}

bool node_is_within(const struct node *node, const struct node *ancestor)
{
    for (; node; node = node->parent)
        if (node == ancestor)
            return true;
    return false;
}

static bool is_skipped(const struct node *node)
{
    return node->type == NODE_ELEMENT &&
           (tag_is(node->tag, TAG_IS_SKIPPED) || node->name_space == NAMESPACE_SVG);
}

void node_add_text(const struct node *node, struct buf *out)
{
    const struct node *at = node;

    while (at) {
        if (at->type == NODE_TEXT)
            buf_add(out, at->text);
        at = at != node && is_skipped(at) ? node_next_skipping(at, node) : node_next(at, node);
    }
}

/* Words of two blocks, or on both sides of a line break, are two words. */
static bool is_break(const struct node *node)
{
    return node->type == NODE_ELEMENT && (node->tag == TAG_br || node_is_block(node));
}

span node_text(struct arena *arena, const struct node *node)
{
    struct buf text = {.max = 64 * MiB};
    const struct node *at = node;
    span result;

    if (node->first && node->first == node->last && node->first->type == NODE_TEXT)
        return text_collapse(arena, node->first->text);
    while (at) {
        const struct node *next;

        if (at->type == NODE_TEXT)
            buf_add(&text, at->text);
        else if (at != node && is_break(at))
            buf_add_char(&text, ' ');
        next = at != node && is_skipped(at) ? node_next_skipping(at, node) : node_next(at, node);
        for (const struct node *left = at; next && left != next->parent; left = left->parent)
            if (is_break(left))
                buf_add_char(&text, ' ');
        at = next;
    }
    result = text_collapse(arena, buf_span(&text));
    buf_release(&text);
    return result;
}

struct node *node_new_element(struct arena *arena, enum tag tag)
{
    struct node *node = ARENA_NEW(arena, struct node);

    node->type = NODE_ELEMENT;
    node->tag = (uint16_t)tag;
    node->name = tags[tag].name;
    return node;
}

struct node *node_new_text(struct arena *arena, span text)
{
    struct node *node = ARENA_NEW(arena, struct node);

    node->type = NODE_TEXT;
    node->text = text;
    return node;
}

void node_set_attribute(struct arena *arena, struct node *node, const char *name, span value)
{
    struct attribute *attributes;

    if (!value.at)
        value = S("");
    for (size_t i = 0; i < node->attribute_count; i++)
        if (span_is(node->attributes[i].name, name)) {
            node->attributes[i].value = value;
            return;
        }
    if (node->attribute_count == UINT16_MAX)
        return;
    attributes = ARENA_ARRAY(arena, struct attribute, node->attribute_count + 1u);
    if (node->attribute_count)
        memcpy(attributes, node->attributes, node->attribute_count * sizeof *attributes);
    attributes[node->attribute_count++] = (struct attribute){arena_keep(arena, span_of(name)), value};
    node->attributes = attributes;
}

void node_remove_attribute(struct node *node, const char *name)
{
    size_t kept = 0;

    for (size_t i = 0; i < node->attribute_count; i++)
        if (!span_is(node->attributes[i].name, name))
            node->attributes[kept++] = node->attributes[i];
    node->attribute_count = (uint16_t)kept;
}

void node_remove(struct node *node)
{
    struct node *parent = node->parent;

    if (!parent)
        return;
    if (node->previous)
        node->previous->next = node->next;
    else
        parent->first = node->next;
    if (node->next)
        node->next->previous = node->previous;
    else
        parent->last = node->previous;
    node->parent = node->previous = node->next = NULL;
}

void node_append(struct node *parent, struct node *child)
{
    node_remove(child);
    child->parent = parent;
    child->previous = parent->last;
    if (parent->last)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
}

void node_insert_before(struct node *place, struct node *node)
{
    if (node == place)
        return;
    node_remove(node);
    node->parent = place->parent;
    node->previous = place->previous;
    node->next = place;
    if (place->previous)
        place->previous->next = node;
    else
        place->parent->first = node;
    place->previous = node;
}

void node_unwrap(struct node *node)
{
    if (!node->parent)
        return;
    while (node->first)
        node_insert_before(node, node->first);
    node_remove(node);
}

void node_rename(struct node *node, enum tag tag)
{
    node->tag = (uint16_t)tag;
    node->name = tags[tag].name;
    node->name_space = NAMESPACE_HTML;
}

static struct node *copy_one(struct arena *arena, const struct node *node)
{
    struct node *copy = ARENA_NEW(arena, struct node);

    *copy = *node;
    copy->parent = copy->first = copy->last = copy->next = copy->previous = NULL;
    copy->attributes = NULL;
    if (node->attribute_count) {
        copy->attributes = ARENA_ARRAY(arena, struct attribute, node->attribute_count);
        memcpy(copy->attributes, node->attributes, node->attribute_count * sizeof *copy->attributes);
    }
    return copy;
}

struct node *node_copy(struct arena *arena, const struct node *node)
{
    struct node *root = copy_one(arena, node), *parent = root;
    const struct node *at = node->first;

    while (at) {
        struct node *copy = copy_one(arena, at);

        node_append(parent, copy);
        if (at->first) {
            at = at->first;
            parent = copy;
            continue;
        }
        while (!at->next && at->parent != node) {
            at = at->parent;
            parent = parent->parent;
        }
        at = at->next;
    }
    return root;
}
