/* SPDX-License-Identifier: MIT
 *
 * select.c - XPath over a copy of the tree that libxml2 understands
 *
 * Names of elements have no namespace there, as rules are written for HTML. Each node of the copy points to
 * the one it was made of.
 */
#include "markup/select.h"
#include "markup/internal.h"
#include <libxml/tree.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

struct selector {
    struct arena *arena;
    xmlDoc *document;
    xmlXPathContext *context;
    unsigned long steps; /* taken so far */
};

static void release(void *object)
{
    struct selector *selector = object;

    xmlXPathFreeContext(selector->context);
    xmlFreeDoc(selector->document);
}

static void be_silent(void *context, xmlError *error)
{
    (void)context;
    (void)error;
}

static const xmlChar *chars(struct arena *arena, span text)
{
    return (const xmlChar *)arena_string(arena, text);
}

static void refuse(xmlXPathParserContext *parser, int argument_count)
{
    (void)argument_count;
    xmlXPathErr(parser, XPATH_UNKNOWN_FUNC_ERROR);
}

/* A function that there is not would be told on standard error. */
static xmlXPathFunction find_function(void *object, const xmlChar *name, const xmlChar *name_space)
{
    xmlXPathContext *context = object;

    return xmlHashLookup2(context->funcHash, name, name_space) ? NULL : refuse;
}

static void copy_attributes(struct selector *selector, const struct node *node, xmlNode *copy)
{
    for (size_t i = 0; i < node->attribute_count; i++) {
        const xmlChar *value = chars(selector->arena, node->attributes[i].value);
        xmlAttr *attribute = xmlNewProp(copy, chars(selector->arena, node->attributes[i].name), NULL);
        xmlNode *text = attribute ? xmlNewDocText(selector->document, value) : NULL;
        if (!text)
            continue;
        text->parent = (xmlNode *)attribute;
        attribute->children = attribute->last = text;
        if (span_is(node->attributes[i].name, "id"))
            xmlAddID(NULL, selector->document, value, attribute);
    }
}

static xmlNode *copy_of(struct selector *selector, struct node *node)
{
    xmlNode *copy = NULL;

    if (node->type == NODE_TEXT)
        copy = xmlNewDocTextLen(selector->document, (const xmlChar *)node->text.at, (int)node->text.len);
    else if (node->type == NODE_ELEMENT)
        copy = xmlNewDocNode(selector->document, NULL, chars(selector->arena, node->name), NULL);
    if (!copy)
        return NULL;
    copy->_private = node;
    if (node->type == NODE_ELEMENT)
        copy_attributes(selector, node, copy);
    return copy;
}

/* Behind the last child, without merging texts: xmlAddChild() would free one of two in a row. */
static void append(xmlNode *parent, xmlNode *child)
{
    child->parent = parent;
    child->prev = parent->last;
    if (parent->last)
        parent->last->next = child;
    else
        parent->children = child;
    parent->last = child;
}

static void copy_below(struct selector *selector, struct node *root)
{
    xmlNode *parent = (xmlNode *)selector->document;
    struct node *node = root->type == NODE_DOCUMENT ? root->first : root;

    while (node) {
        xmlNode *copy = copy_of(selector, node);
        if (copy)
            append(parent, copy);
        if (copy && node->first) {
            parent = copy;
            node = node->first;
            continue;
        }
        while (node && node != root && !node->next) {
            node = node->parent;
            if (node != root)
                parent = parent->parent;
        }
        node = !node || node == root ? NULL : node->next;
    }
}

struct selector *select_new(struct arena *arena, struct node *root)
{
    struct selector *selector = ARENA_NEW(arena, struct selector);

    libxml_prepare();
    selector->arena = arena;
    selector->document = xmlNewDoc((const xmlChar *)"1.0");
    selector->context = selector->document ? xmlXPathNewContext(selector->document) : NULL;
    if (!selector->context)
        memory_exhausted();
    arena_defer(arena, release, selector);
    copy_below(selector, root);
    xmlXPathOrderDocElems(selector->document);
    selector->context->opLimit = LIMIT_XPATH_STEPS;
    selector->context->error = be_silent;
    xmlXPathRegisterFuncLookup(selector->context, find_function, selector->context);
    return selector;
}

static span text_of(struct selector *selector, xmlChar *text)
{
    span kept = arena_keep(selector->arena, span_of((const char *)text));

    xmlFree(text);
    return kept;
}

static void take_nodes(struct selector *selector, const xmlNodeSet *nodes, struct selected **out_selected,
                       size_t *out_count)
{
    size_t count = nodes ? MIN((size_t)nodes->nodeNr, (size_t)LIMIT_XPATH_FOUND) : 0;
    struct selected *selected = ARENA_ARRAY(selector->arena, struct selected, count);

    for (size_t i = 0; i < count; i++) {
        xmlNode *node = nodes->nodeTab[i];
        if (node->type == XML_ELEMENT_NODE) {
            selected[i].node = node->_private;
            selected[i].place = node;
            continue;
        }
        if (node->type == XML_ATTRIBUTE_NODE) {
            selected[i].owner = node->parent->_private;
            selected[i].attribute = (const char *)node->name;
        }
        selected[i].text = text_of(selector, xmlXPathCastNodeToString(node));
    }
    *out_selected = selected;
    *out_count = count;
}

static void take(struct selector *selector, xmlXPathObject *object, struct selected **out_selected,
                 size_t *out_count)
{
    struct selected *selected;

    if (object->type == XPATH_NODESET) {
        xmlXPathNodeSetSort(object->nodesetval);
        take_nodes(selector, object->nodesetval, out_selected, out_count);
        return;
    }
    selected = ARENA_NEW(selector->arena, struct selected);
    selected->text = text_of(selector, xmlXPathCastToString(object));
    *out_selected = selected;
    *out_count = 1;
}

static struct error *evaluate(struct selector *selector, xmlNode *from, span xpath,
                              struct selected **out_selected, size_t *out_count)
{
    xmlXPathObject *object;

    *out_selected = NULL;
    *out_count = 0;
    if (xpath.len > LIMIT_XPATH)
        return error_new(ERROR_LIMIT, "an XPath expression of %zu bytes is too long", xpath.len);
    if (selector->steps > LIMIT_XPATH_ALL_STEPS)
        return error_new(ERROR_LIMIT, "the XPath expressions of one page take too many steps");
    xmlResetError(&selector->context->lastError);
    selector->context->opCount = 0;
    selector->context->node = from;
    /* In parentheses, libxml2 evaluates it step by step, which it counts; without them it might follow it as
     * a pattern along the tree, which it does not, and which a dozen steps over all elements keep busy for
     * ever. */
    object = xmlXPathEval(chars(selector->arena, arena_printf(selector->arena, "(%.*s)", SPAN_ARG(xpath))),
                          selector->context);
    selector->steps += selector->context->opCount;
    if (!object && selector->context->lastError.code == XML_XPATH_EXPRESSION_OK + XPATH_OP_LIMIT_EXCEEDED)
        return error_new(ERROR_LIMIT, "the XPath expression \"%.*s\" takes too many steps",
                         (int)MIN(xpath.len, (size_t)100), xpath.at);
    if (!object)
        return error_new(ERROR_FORMAT, "\"%.*s\" is no XPath 1.0 expression",
                         (int)MIN(xpath.len, (size_t)100), xpath.at);
    take(selector, object, out_selected, out_count);
    xmlXPathFreeObject(object);
    return OK;
}

struct error *select_xpath(struct selector *selector, span xpath, struct selected **out_selected,
                           size_t *out_count)
{
    return evaluate(selector, (xmlNode *)selector->document, xpath, out_selected, out_count);
}

struct error *select_within(struct selector *selector, const struct selected *from, span xpath,
                            struct selected **out_selected, size_t *out_count)
{
    xmlNode *node = from->place ? from->place : (xmlNode *)selector->document;

    return evaluate(selector, node, xpath, out_selected, out_count);
}
