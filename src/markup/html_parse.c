/* SPDX-License-Identifier: MIT
 *
 * html_parse.c - bytes to tree, by libmodest's MyHTML, which no other file knows
 *
 * MyHTML builds the right tree, and fast, but trusts its input and is looked after by nobody any more. So it
 * is fenced, by the callbacks that it has for each token and for each node put into the tree.
 *
 * Nodes, depth, tokens, attributes and names of unknown elements are counted. Past a limit, the tokenizer is
 * put into a state that eats the rest and the builder is switched off, so that it ends at once (200,000
 * nested divs: 1 ms; without: minutes, since each looks through all open elements).
 *
 * It joins neighbouring pieces of text by copying both, which is quadratic ("a</x>" 200,000 times: 20 s). So
 * each text node is renamed as soon as it is in the tree; copying joins them, in one go.
 *
 * Attributes of a second <html> or <body> are added to the first one's, after a look through them all. So
 * those of a few are let through.
 *
 * It keeps 130 bytes for each attribute until the tag ends. So a start tag that grows beyond LIMIT_HTML_TAG
 * is closed, and its rest left out. To see that, a document is fed in pieces; but each token is looked for
 * from the first piece on, so they are large (of 8 KiB: 15 % slower) and at most PIECES_MAX.
 */
#include "limits/limits.h"
#include "markup/internal.h"
#include <myhtml/myhtml.h>

enum {
    PIECE_MIN = 64 * 1024, /* bytes */
    PIECES_MAX = 128,
    TEXT_RENAMED = MyHTML_TAG__UNDEF, /* what text nodes are called once they are in the tree */
};

struct parser {
    myhtml_t *myhtml;
    myhtml_tree_t *tree;
    size_t nodes_left, tokens_left, depth_max;
    size_t roots_left; /* <html> and <body> whose attributes count */
    bool is_cut;       /* stopped: what follows is left out */
    bool is_tag_cut;   /* a start tag was too long, and lost its end */
};

/* Makes nothing of what is still to come. Rules may set another state after a callback, but then the next
 * token brings us here again. */
static void stop(struct parser *parser)
{
    myhtml_tree_t *tree = parser->tree;

    parser->is_cut = true;
    tree->state = tree->state_of_builder = MyHTML_TOKENIZER_STATE_PARSE_ERROR_STOP;
    myhtml_tree_parse_flags_set(tree, MyHTML_TREE_PARSE_FLAGS_WITHOUT_BUILD_TREE);
}

static void on_node(myhtml_tree_t *tree, myhtml_tree_node_t *node, void *context)
{
    struct parser *parser = context;
    size_t depth = (size_t)node->parent->data + 1;

    (void)tree;
    node->data = (void *)depth;
    if (node->tag_id == MyHTML_TAG__TEXT)
        node->tag_id = TEXT_RENAMED;
    if (parser->nodes_left == 0 || depth > parser->depth_max)
        stop(parser);
    else
        parser->nodes_left--;
}

static void *on_token(myhtml_tree_t *tree, myhtml_token_node_t *token, void *context)
{
    struct parser *parser = context;
    size_t cost = 1;

    if (token->attr_first && (token->tag_id == MyHTML_TAG_HTML || token->tag_id == MyHTML_TAG_BODY)) {
        if (parser->roots_left == 0)
            token->attr_first = token->attr_last = NULL;
        else
            parser->roots_left--;
    }
    for (const myhtml_token_attr_t *at = token->attr_first; at; at = at->next)
        cost++;
    if (parser->is_cut || cost > parser->tokens_left ||
        tree->tags->tags_count > MyHTML_TAG_LAST_ENTRY + LIMIT_HTML_UNKNOWN_NAMES)
        stop(parser);
    else
        parser->tokens_left -= cost;
    return context;
}

static bool parser_init(struct parser *parser, const struct html_limits *limits)
{
    size_t nodes = limits && limits->nodes ? limits->nodes : LIMIT_HTML_NODES;

    *parser = (struct parser){
        .myhtml = myhtml_create(),
        .tree = myhtml_tree_create(),
        .nodes_left = nodes,
        .tokens_left = 2 * nodes + 1000,
        .roots_left = LIMIT_HTML_ROOTS,
        .depth_max = limits && limits->depth ? limits->depth : LIMIT_HTML_DEPTH,
    };
    if (!parser->myhtml || !parser->tree ||
        myhtml_init(parser->myhtml, MyHTML_OPTIONS_PARSE_MODE_SINGLE, 1, 0) ||
        myhtml_tree_init(parser->tree, parser->myhtml))
        return false;
    myhtml_encoding_set(parser->tree, MyENCODING_UTF_8);
    myhtml_callback_tree_node_insert_set(parser->tree, on_node, parser);
    myhtml_callback_after_token_done_set(parser->tree, on_token, parser);
    return true;
}

static void parser_release(struct parser *parser)
{
    myhtml_tree_destroy(parser->tree);
    myhtml_destroy(parser->myhtml);
}

/* What closes a tag that the tokenizer is in the middle of; {0} if it is in none. */
static span tag_closer(const myhtml_tree_t *tree)
{
    switch (tree->state) {
    case MyHTML_TOKENIZER_STATE_ATTRIBUTE_VALUE_DOUBLE_QUOTED:
        return S("\">");
    case MyHTML_TOKENIZER_STATE_ATTRIBUTE_VALUE_SINGLE_QUOTED:
        return S("'>");
    case MyHTML_TOKENIZER_STATE_TAG_NAME:
    case MyHTML_TOKENIZER_STATE_BEFORE_ATTRIBUTE_NAME:
    case MyHTML_TOKENIZER_STATE_ATTRIBUTE_NAME:
    case MyHTML_TOKENIZER_STATE_AFTER_ATTRIBUTE_NAME:
    case MyHTML_TOKENIZER_STATE_BEFORE_ATTRIBUTE_VALUE:
    case MyHTML_TOKENIZER_STATE_ATTRIBUTE_VALUE_UNQUOTED:
    case MyHTML_TOKENIZER_STATE_AFTER_ATTRIBUTE_VALUE_QUOTED:
        return S(">");
    default:
        return (span){0};
    }
}

/* What stands behind the tag in whose middle `rest` begins; `quote` ends the value it begins in, 0: in none
 */
static span skip_tag(span rest, char quote)
{
    bool is_value = false; /* a quotation mark opens one only behind '=' */

    for (size_t i = 0; i < rest.len; i++) {
        char c = rest.at[i];

        if (quote) {
            quote = c == quote ? 0 : quote;
        } else if (c == '>') {
            return span_from(rest, i + 1);
        } else if (is_value && (c == '"' || c == '\'')) {
            quote = c;
            is_value = false;
        } else {
            is_value = c == '=' || (is_value && (c == ' ' || c == '\n' || c == '\t'));
        }
    }
    return span_from(rest, rest.len);
}

/* The next piece of about `size` bytes. MyHTML loses a character reference in an attribute that is divided
 * between two pieces, so a piece ends behind the last `>` or, in want of one, white space of its last
 * kilobytes: no reference holds either. */
static span next_piece(span text, size_t size)
{
    static const size_t looked_at = 4096;
    span piece = span_sub(text, 0, size), tail;
    size_t end;

    if (piece.len == text.len || piece.len <= looked_at)
        return piece;
    tail = span_from(piece, piece.len - looked_at);
    end = span_find_last_char(tail, '>');
    if (end == SPAN_NONE)
        end = span_find_last_char(tail, ' ');
    if (end == SPAN_NONE)
        end = span_find_last_char(tail, '\n');
    return end == SPAN_NONE ? piece : span_sub(piece, 0, piece.len - looked_at + end + 1);
}

static void feed(struct parser *parser, span text)
{
    myhtml_tree_t *tree = parser->tree;
    size_t piece_size = MAX((size_t)PIECE_MIN, text.len / PIECES_MAX);

    while (text.len && !parser->is_cut) {
        const myhtml_token_node_t *before = tree->current_token_node;
        span piece = next_piece(text, piece_size);
        span closer;

        text = span_from(text, piece.len);
        if (myhtml_parse_chunk_single(tree, piece.at, piece.len)) {
            parser->is_cut = true;
            return;
        }
        /* the beginning is not said yet where white space ended the piece: a whole one in the same tag is */
        if (tree->current_token_node != before ||
            tree->global_offset - before->element_begin <= LIMIT_HTML_TAG)
            continue;
        closer = tag_closer(tree);
        if (closer.len) {
            myhtml_parse_chunk_single(tree, closer.at, closer.len);
            text = skip_tag(text, closer.len > 1 ? closer.at[0] : 0);
            parser->is_tag_cut = true;
        }
    }
    if (!parser->is_cut)
        myhtml_parse_chunk_end(tree);
}

/* Copying */

struct copier {
    struct arena *arena;
    myhtml_tree_t *tree;
    size_t depth_max;
    span names[MyHTML_TAG_LAST_ENTRY]; /* of MyHTML's tags, once they have been met */
    uint16_t tags[MyHTML_TAG_LAST_ENTRY];
    span attribute_names[128]; /* some of those met */
    bool is_cut;
};

static span span_of_string(const mycore_string_t *string)
{
    return string->data ? (span){string->data, string->length} : (span){0};
}

static void copy_name(struct copier *copier, const myhtml_tree_node_t *from, struct node *to)
{
    bool is_known = from->tag_id < MyHTML_TAG_LAST_ENTRY;
    span name = is_known ? copier->names[from->tag_id] : (span){0};
    enum tag tag = is_known ? copier->tags[from->tag_id] : TAG_UNKNOWN;

    if (!name.at) {
        const char *at = myhtml_tag_name_by_id(copier->tree, from->tag_id, &name.len);

        name.at = at ? at : "";
        tag = tag_of_name(name);
        name = tag ? span_of(tag_name(tag)) : arena_keep(copier->arena, name);
        if (is_known) {
            copier->names[from->tag_id] = name;
            copier->tags[from->tag_id] = (uint16_t)tag;
        }
    }
    to->name = name;
    to->tag = to->name_space == NAMESPACE_HTML ? (uint16_t)tag : TAG_UNKNOWN;
}

static bool has_attribute(const struct node *node, span name)
{
    for (size_t i = 0; i < node->attribute_count; i++)
        if (span_equal(node->attributes[i].name, name))
            return true;
    return false;
}

/* Few names are new: the same copy serves all attributes that are called so. */
static span kept_name(struct copier *copier, span name)
{
    unsigned hash =
        (unsigned char)name.at[0] + 7u * (unsigned char)name.at[name.len - 1] + 31u * (unsigned)name.len;
    span *known = &copier->attribute_names[hash % ARRAY_SIZE(copier->attribute_names)];

    if (!span_equal(*known, name))
        *known = arena_keep(copier->arena, name);
    return *known;
}

static void copy_attributes(struct copier *copier, const myhtml_token_node_t *token, struct node *to)
{
    size_t count = 0;

    for (const myhtml_token_attr_t *at = token->attr_first; at && count < LIMIT_HTML_ATTRIBUTES;
         at = at->next)
        count++;
    if (count == 0)
        return;
    to->attributes = ARENA_ARRAY(copier->arena, struct attribute, count);
    for (const myhtml_token_attr_t *at = token->attr_first; at && count--; at = at->next) {
        span name = span_of_string(&at->key), value = span_of_string(&at->value);

        if (name.len == 0 || has_attribute(to, name)) /* the first one counts */
            continue;
        to->attributes[to->attribute_count++] = (struct attribute){
            .name = kept_name(copier, name),
            .value = value.at ? arena_keep(copier->arena, value) : S(""),
        };
    }
}

static const uint8_t name_spaces[MyHTML_NAMESPACE_LAST_ENTRY] = {
    [MyHTML_NAMESPACE_UNDEF] = NAMESPACE_OTHER,   [MyHTML_NAMESPACE_HTML] = NAMESPACE_HTML,
    [MyHTML_NAMESPACE_MATHML] = NAMESPACE_MATHML, [MyHTML_NAMESPACE_SVG] = NAMESPACE_SVG,
    [MyHTML_NAMESPACE_XLINK] = NAMESPACE_OTHER,   [MyHTML_NAMESPACE_XML] = NAMESPACE_OTHER,
    [MyHTML_NAMESPACE_XMLNS] = NAMESPACE_OTHER,
};

/* Neighbouring text nodes as one; `*at` moves to the last of them. */
static span copy_text(struct copier *copier, const myhtml_tree_node_t **at)
{
    const myhtml_tree_node_t *first = *at;
    size_t len = 0;
    char *text, *end;

    if (!first->next || first->next->tag_id != TEXT_RENAMED)
        return first->token ? arena_keep(copier->arena, span_of_string(&first->token->str)) : (span){0};
    for (const myhtml_tree_node_t *node = first; node && node->tag_id == TEXT_RENAMED; node = node->next)
        len += node->token ? node->token->str.length : 0;
    text = end = arena_alloc(copier->arena, len + 1);
    for (const myhtml_tree_node_t *node = first; node && node->tag_id == TEXT_RENAMED; node = node->next) {
        if (node->token && node->token->str.length)
            end = mempcpy(end, node->token->str.data, node->token->str.length);
        *at = node;
    }
    return (span){text, len};
}

/* Copies the node at `*at` (moved on to the last one it stands for); NULL: there is nothing to copy. */
static struct node *copy_node(struct copier *copier, const myhtml_tree_node_t **at)
{
    const myhtml_tree_node_t *from = *at;
    struct node *to;

    if (from->tag_id == MyHTML_TAG__DOCTYPE)
        return NULL;
    to = ARENA_NEW(copier->arena, struct node);
    if (from->tag_id == TEXT_RENAMED) {
        to->type = NODE_TEXT;
        to->text = copy_text(copier, at);
        return to->text.len ? to : NULL;
    }
    if (from->tag_id == MyHTML_TAG__COMMENT) {
        to->type = NODE_COMMENT;
        to->text = from->token ? arena_keep(copier->arena, span_of_string(&from->token->str)) : (span){0};
        return to;
    }
    to->type = NODE_ELEMENT;
    to->name_space = name_spaces[from->ns < MyHTML_NAMESPACE_LAST_ENTRY ? from->ns : MyHTML_NAMESPACE_UNDEF];
    copy_name(copier, from, to);
    if (from->token)
        copy_attributes(copier, from->token, to);
    return to;
}

/* Copies all that is below `from` to below `to`. The callback counted depth when nodes were put in; some move
 * deeper afterwards, so it is looked at here once more. */
static void copy_children(struct copier *copier, const myhtml_tree_node_t *from, struct node *to)
{
    const myhtml_tree_node_t *at = from->child;
    size_t depth = 1;

    while (at) {
        struct node *copy = copy_node(copier, &at);

        if (copy)
            node_append(to, copy);
        if (arena_is_full(copier->arena)) {
            copier->is_cut = true;
            return;
        }
        if (copy && at->child && depth >= copier->depth_max) {
            copier->is_cut = true;
        } else if (copy && at->child) {
            at = at->child;
            to = copy;
            depth++;
            continue;
        }
        while (!at->next && at->parent != from) {
            at = at->parent;
            to = to->parent;
            depth--;
        }
        at = at->next;
    }
}

static struct node *document_new(struct arena *arena)
{
    struct node *document = ARENA_NEW(arena, struct node);

    document->type = NODE_DOCUMENT;
    return document;
}

static struct error *copy_tree(struct arena *arena, const struct parser *parser,
                               const myhtml_tree_node_t *from, struct node **out_root, bool *out_is_cut)
{
    struct copier copier = {.arena = arena, .tree = parser->tree, .depth_max = parser->depth_max};
    struct node *root = document_new(arena);

    if (from)
        copy_children(&copier, from, root);
    if (arena_is_full(arena))
        return error_new(ERROR_LIMIT, "the document is too large");
    if (out_is_cut)
        *out_is_cut = parser->is_cut || parser->is_tag_cut || copier.is_cut;
    *out_root = root;
    return OK;
}

/* A document cut early may lack them, a frame set has no body. */
static void complete_document(struct arena *arena, struct node *document)
{
    struct node *html = node_find(document, TAG_html);
    struct node *head, *body = NULL;

    if (!html) {
        html = node_new_element(arena, TAG_html);
        node_append(document, html);
    }
    head = node_find(html, TAG_head);
    if (!head) {
        head = node_new_element(arena, TAG_head);
        if (html->first)
            node_insert_before(html->first, head);
        else
            node_append(html, head);
    }
    for (struct node *child = html->first; child && !body; child = child->next)
        body = child->tag == TAG_body ? child : NULL;
    if (!body)
        node_append(html, node_new_element(arena, TAG_body));
}

/* HTML drops NULs in text, and makes U+FFFD of those in tags: nobody misses them there either. */
static span drop_nuls(struct arena *arena, span text)
{
    char *copy, *end;

    if (text.len == 0 || !memchr(text.at, 0, text.len))
        return text;
    copy = end = arena_alloc(arena, text.len);
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i])
            *end++ = text.at[i];
    return span_between(copy, end);
}

/* `<![CDATA[` is a comment that ends at the next `>`, but in SVG and MathML. MyHTML asks there what it is in,
 * and may follow a pointer to nothing: it gets the same comment, begun by another letter. */
static span disarm_cdata(struct arena *arena, span text)
{
    char *copy = NULL;

    for (size_t at = 0, next; (next = span_find_char(span_from(text, at), '!')) != SPAN_NONE; at++) {
        at += next; /* '!' is rare where '<' is not */
        if (at == 0 || text.at[at - 1] != '<' || !span_starts(span_from(text, at), S("![CDATA[")))
            continue;
        if (!copy)
            copy = memcpy(arena_alloc(arena, text.len), text.at, text.len);
        copy[at] = '?';
    }
    return copy ? (span){copy, text.len} : text;
}

/* MyHTML looks at no allocation of its own, and writes through NULL. So it asks here, where there is memory
 * or an end (see memory_exhausted()): the library calls these by name, and the program's come before its own.
 */
#define OVERRIDES __attribute__((visibility("default")))

OVERRIDES void *mycore_malloc(size_t size)
{
    return memory_resize(NULL, size);
}

OVERRIDES void *mycore_realloc(void *at, size_t size)
{
    return memory_resize(at, size);
}

OVERRIDES void *mycore_calloc(size_t count, size_t size)
{
    void *at = calloc(MAX(count, (size_t)1), MAX(size, (size_t)1));

    if (!at)
        memory_exhausted();
    return at;
}

static span prepare(struct arena *arena, span text)
{
    return disarm_cdata(arena, drop_nuls(arena, text));
}

struct error *html_parse(struct arena *arena, span text, const struct html_limits *limits,
                         struct node **out_document, bool *out_is_cut)
{
    struct parser parser;
    struct error *error = OK;

    if (!parser_init(&parser, limits))
        memory_exhausted();
    myhtml_parse_chunk_single(parser.tree, "", 0);
    feed(&parser, prepare(arena, text));
    error = copy_tree(arena, &parser, parser.tree->document, out_document, out_is_cut);
    parser_release(&parser);
    if (!error)
        complete_document(arena, *out_document);
    return error;
}

/* MyHTML parses fragments by an older edition of the standard, which lets paragraphs stay in <svg>. So this
 * is a document whose body has begun, with something in it, after which <frameset> is nothing any more. */
struct error *html_parse_any(struct arena *arena, span text, const struct html_limits *limits,
                             struct node **out_fragment, bool *out_is_cut)
{
    static const span start = {"<!DOCTYPE html><body><hr>", 25};
    struct parser parser;
    struct error *error;

    if (!parser_init(&parser, limits))
        memory_exhausted();
    parser.nodes_left += 5; /* of the start */
    myhtml_parse_chunk_single(parser.tree, start.at, start.len);
    feed(&parser, prepare(arena, text));
    error = copy_tree(arena, &parser, parser.tree->node_body, out_fragment, out_is_cut);
    parser_release(&parser);
    if (!error && (*out_fragment)->first)
        node_remove((*out_fragment)->first);
    return error;
}

struct error *html_parse_borrowed(struct arena *arena, span text, const struct html_limits *limits,
                                  struct node **out_fragment, bool *out_is_cut)
{
    if (!html_parse_plain(arena, text, limits, out_fragment))
        return html_parse_any(arena, text, limits, out_fragment, out_is_cut);
    if (out_is_cut)
        *out_is_cut = false;
    return arena_is_full(arena) ? error_new(ERROR_LIMIT, "the document is too large") : OK;
}

struct error *html_parse_fragment(struct arena *arena, span text, const struct html_limits *limits,
                                  struct node **out_fragment, bool *out_is_cut)
{
    return html_parse_borrowed(arena, arena_keep(arena, text), limits, out_fragment, out_is_cut);
}
