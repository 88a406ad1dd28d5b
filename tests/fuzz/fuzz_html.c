/* SPDX-License-Identifier: MIT
 * fuzz_html.c - any bytes as HTML: parsed and written they stay what they are; sanitised they are inert, and
 * the same again after they were written and parsed; what is read without the parser is what it would have
 * read
 */
#include "markup/internal.h"
#include "text/escape.h"
#include "text/utf8.h"
#include <ctype.h>
#include <stdlib.h>

static void check(bool is_kept) /* a promise of html.h or markup.h */
{
    if (!is_kept)
        abort();
}

/* Every pointer of the tree agrees with its neighbours. */
static void check_tree(const struct node *root)
{
    for (const struct node *node = root; node; node = node_next(node, root)) {
        check(node->mark == 0);
        check((node->first == NULL) == (node->last == NULL));
        check(!node->first || (node->first->parent == node && !node->first->previous));
        check(!node->last || (node->last->parent == node && !node->last->next));
        check(!node->next || (node->next->previous == node && node->next->parent == node->parent));
        check(node->type != NODE_TEXT || !node->first);
    }
}

static bool is_allowed_name(span name)
{
    static const char *const names[] = {
        "href",     "src",      "alt",     "title",   "lang",     "dir",   "srcset", "cite",  "span",
        "start",    "controls", "colspan", "rowspan", "reversed", "type",  "open",   "width", "height",
        "datetime", "poster",   "align",   "abbr",    "class",    "media", "scope",  "sizes", "value"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (span_is(name, names[i]))
            return true;
    return false;
}

/* A scheme that runs nothing, or none at all */
static void check_address(span name, span value)
{
    if (!span_is(name, "href") && !span_is(name, "src") && !span_is(name, "cite") && !span_is(name, "poster"))
        return;
    check(!span_starts_nocase(value, S("javascript:")) && !span_starts_nocase(value, S("vbscript:")));
    check(!span_starts_nocase(value, S("data:")) || span_starts_nocase(value, S("data:image/")));
}

/* Nothing in it could act. */
static void check_inert(const struct node *root)
{
    for (const struct node *node = node_next(root, root); node; node = node_next(node, root)) {
        check(node->type != NODE_COMMENT);
        if (node->type != NODE_ELEMENT)
            continue;
        check(node->tag != TAG_UNKNOWN && node->name_space == NAMESPACE_HTML);
        check(!tag_is(node->tag, TAG_IS_RAW) && !tag_is(node->tag, TAG_IS_SKIPPED));
        for (size_t i = 0; i < node->attribute_count; i++) {
            check(is_allowed_name(node->attributes[i].name));
            check_address(node->attributes[i].name, node->attributes[i].value);
        }
    }
}

static void write_clean(struct arena *arena, span html, struct buf *out)
{
    const struct sanitize_options options = {.base = S("https://paper.example/news/1")};
    struct node *root = NULL;
    bool is_cut;

    check(!html_parse_fragment(arena, html, NULL, &root, &is_cut));
    check_tree(root);
    html_sanitize(arena, root, &options);
    check_tree(root);
    check_inert(root);
    html_write(root, out);
}

static void check_document(struct arena *arena, span html)
{
    struct node *document = NULL;

    check(!html_parse(arena, html, &(struct html_limits){.nodes = 2000, .depth = 50}, &document, NULL));
    check_tree(document);
    check(node_find(document, TAG_html) && node_find(document, TAG_head));
    check(node_find(document, TAG_body) != NULL);
    (void)node_text(arena, document);
    check_tree(node_copy(arena, document));
}

static bool is_same_node(const struct node *a, const struct node *b)
{
    bool is_same = a->type == b->type && a->tag == b->tag && a->name_space == b->name_space &&
                   a->attribute_count == b->attribute_count && !a->first == !b->first &&
                   !a->next == !b->next && span_equal(a->name, b->name) && span_equal(a->text, b->text);

    for (size_t i = 0; is_same && i < a->attribute_count; i++)
        is_same = span_equal(a->attributes[i].name, b->attributes[i].name) &&
                  span_equal(a->attributes[i].value, b->attributes[i].value);
    return is_same;
}

/* MyHTML loses the end of `&notit` where it ends the text: nothing to compare with. */
static bool has_reference_at_an_end(span html)
{
    for (size_t at; (at = span_find_char(html, '&')) != SPAN_NONE;) {
        size_t end = at + 1;

        while (end < html.len && isalnum((unsigned char)html.at[end]))
            end++;
        if ((end == html.len || html.at[end] == '<') && has_reference(span_sub(html, at, end - at)))
            return true;
        html = span_from(html, end);
    }
    return false;
}

static void check_plain(struct arena *arena, span html)
{
    struct node *plain = NULL, *parsed = NULL;

    if (has_reference_at_an_end(html) || !html_parse_plain(arena, html, NULL, &plain))
        return;
    check(!html_parse_any(arena, html, NULL, &parsed, NULL));
    for (const struct node *a = plain, *b = parsed; a; a = node_next(a, plain), b = node_next(b, parsed))
        check(b && is_same_node(a, b));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena) arena = arena_new(512 * MiB);
    LOCAL(buf) once = {.max = 64 * MiB};
    LOCAL(buf) twice = {.max = 64 * MiB};
    LOCAL(buf) plain = {.max = 64 * MiB};
    span html = utf8_repair(arena, (span){(const char *)data, size});
    struct node *root = NULL;
    bool is_cut = false;

    check_document(arena, html);
    check_plain(arena, html);
    (void)html_to_line(arena, html);
    check(!html_parse_fragment(arena, html, NULL, &root, &is_cut));
    text_write(root, &plain);
    write_clean(arena, html, &once);
    if (is_cut) /* what was cut once may be cut elsewhere */
        return 0;
    write_clean(arena, buf_span(&once), &twice);
    check(span_equal(buf_span(&once), buf_span(&twice)));
    return 0;
}
