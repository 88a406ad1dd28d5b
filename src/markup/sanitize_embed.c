/* SPDX-License-Identifier: MIT
 *
 * sanitize_embed.c - pictures, players, frames and formulas in HTML from outside
 */
#include "limits/limits.h"
#include "markup/internal.h"
#include "text/utf8.h"
#include "text/words.h"

static struct node *leave_out(const struct sanitizer *sanitizer, struct node *node)
{
    struct node *next = node_next_skipping(node, sanitizer->root);

    node_remove(node);
    return next;
}

static struct node *put_in_place(const struct sanitizer *sanitizer, struct node *node,
                                 struct node *substitute)
{
    node_insert_before(node, substitute);
    return leave_out(sanitizer, node);
}

static void set_or_remove(const struct sanitizer *sanitizer, struct node *node, const char *name, span value)
{
    if (value.len)
        node_set_attribute(sanitizer->arena, node, name, value);
    else
        node_remove_attribute(node, name);
}

/* Pictures */

/* Scripts load the picture of such an attribute later. */
static const char *const lazy_names[] = {
    "data-src",     "data-original", "data-lazy-src",    "data-lazy",         "data-actualsrc",
    "data-url",     "data-echo",     "data-img-src",     "data-original-src", "data-hi-res-src",
    "data-backsrc", "data-full-src", "data-ks-lazyload", "zoomfile",          "file",
};

static bool is_placeholder(span src)
{
    static const char *const words[] = {"placeholder", "blank.", "spacer.",     "loading.", "lazy",
                                        "grey.",       "pixel.", "transparent", "1x1.",     "none.gif"};

    return !src.len || span_starts_nocase(src, S("data:")) || words_stand_in(src, words, ARRAY_SIZE(words));
}

/* "1", "0px": nobody can see it, it only counts who looked */
static bool is_tiny(span size)
{
    size = span_trim(size);
    return size.len > 0 && (size.at[0] == '0' || size.at[0] == '1') &&
           (size.len == 1 || span_is_nocase(span_from(size, 1), "px"));
}

/* The value of a property in a style attribute */
static span style_of(const struct node *node, const char *property)
{
    span style = node_attribute(node, "style"), part;

    while (span_cut(&style, ';', &part)) {
        size_t colon = span_find_char(part, ':');

        if (colon != SPAN_NONE && span_is_nocase(span_trim(span_sub(part, 0, colon)), property))
            return span_trim(span_from(part, colon + 1));
    }
    return (span){0};
}

static bool is_tracker(const struct node *node)
{
    if (span_is_nocase(style_of(node, "display"), "none"))
        return true;
    return (is_tiny(node_attribute(node, "width")) || is_tiny(style_of(node, "width"))) &&
           (is_tiny(node_attribute(node, "height")) || is_tiny(style_of(node, "height")));
}

/* What an emoji's picture stands for */
static span emoji_of(const struct node *node)
{
    span alt = node_attribute(node, "alt");
    bool is_emoji = node_has_class(node, "emoji") || node_has_class(node, "wp-smiley");

    return is_emoji && alt.len && alt.len <= 32 ? alt : (span){0};
}

static span first_candidate(span srcset)
{
    return span_sub(srcset, 0, MIN(span_find_char(srcset, ' '), MIN(span_find(srcset, S(", ")), srcset.len)));
}

static span picture_address(const struct sanitizer *sanitizer, const struct node *node)
{
    span raw = node_attribute(node, "src");

    if (is_placeholder(raw))
        for (size_t i = 0; i < ARRAY_SIZE(lazy_names); i++) {
            span url = sanitize_media(sanitizer, node_attribute(node, lazy_names[i]));

            if (url.len)
                return url;
        }
    return sanitize_picture(sanitizer, raw);
}

struct node *sanitize_img(const struct sanitizer *sanitizer, struct node *node)
{
    span emoji = emoji_of(node), src, srcset;

    node_rename(node, TAG_img);
    if (emoji.len)
        return put_in_place(sanitizer, node, node_new_text(sanitizer->arena, emoji));
    if (is_tracker(node))
        return leave_out(sanitizer, node);
    srcset = node_attribute(node, "srcset");
    srcset = sanitize_srcset(sanitizer, srcset.len ? srcset : node_attribute(node, "data-srcset"));
    src = picture_address(sanitizer, node);
    if (!src.len)
        src = first_candidate(srcset);
    if (!src.len)
        return leave_out(sanitizer, node);
    node_set_attribute(sanitizer->arena, node, "src", src);
    set_or_remove(sanitizer, node, "srcset", srcset);
    return node_next(node, sanitizer->root);
}

/* Frames and plug-ins */

static bool is_in_a_line(const struct node *node)
{
    const struct node *parent = node->parent;

    if (parent->type != NODE_ELEMENT)
        return false;
    switch (parent->tag) {
    case TAG_p:
    case TAG_h1:
    case TAG_h2:
    case TAG_h3:
    case TAG_h4:
    case TAG_h5:
    case TAG_h6:
    case TAG_figcaption:
    case TAG_td:
    case TAG_th:
    case TAG_dt:
    case TAG_pre:
    case TAG_caption:
    case TAG_summary:
        return true;
    default:
        return !node_is_block(parent);
    }
}

/* So far down that the parser would not go to the text of a link in its place */
static bool is_too_deep(const struct node *node)
{
    size_t depth = 8; /* document, body, paragraph, link, text, and some to spare */

    while ((node = node->parent))
        depth++;
    return depth > LIMIT_HTML_DEPTH;
}

/* A link to what was embedded, in a paragraph of its own unless in the middle of a line */
static struct node *link_to(const struct sanitizer *sanitizer, struct node *node, span url)
{
    struct node *link = node_new_element(sanitizer->arena, TAG_a), *paragraph;
    span title = text_collapse(sanitizer->arena, node_attribute(node, "title"));

    node_set_attribute(sanitizer->arena, link, "href", url);
    node_append(link, node_new_text(sanitizer->arena, title.len ? title : url));
    if (is_in_a_line(node))
        return put_in_place(sanitizer, node, link);
    paragraph = node_new_element(sanitizer->arena, TAG_p);
    node_append(paragraph, link);
    return put_in_place(sanitizer, node, paragraph);
}

struct node *sanitize_frame(const struct sanitizer *sanitizer, struct node *node)
{
    span url = sanitize_media(sanitizer, node_attribute(node, "src"));

    if (!url.len)
        url = sanitize_media(sanitizer, node_attribute(node, "data-src"));
    if (!url.len || is_tracker(node) || is_too_deep(node))
        return leave_out(sanitizer, node);
    return link_to(sanitizer, node, url);
}

struct node *sanitize_object(const struct sanitizer *sanitizer, struct node *node)
{
    span url = sanitize_media(sanitizer, node_attribute(node, "data"));

    for (const struct node *child = node->first; child; child = child->next)
        if (child->type == NODE_ELEMENT ? child->tag != TAG_param : span_trim(child->text).len > 0) {
            struct node *next = node->first; /* what is shown in its place, if it cannot be */

            node_unwrap(node);
            return next;
        }
    return url.len && !is_too_deep(node) ? link_to(sanitizer, node, url) : leave_out(sanitizer, node);
}

/* Sound and film */

/* The next source of a player; those of another within are that one's. */
static struct node *next_source(const struct node *player, const struct node *at)
{
    struct node *node = node_next(at, player);

    while (node && node->tag != TAG_source)
        node = node->tag == TAG_audio || node->tag == TAG_video ? node_next_skipping(node, player)
                                                                : node_next(node, player);
    return node;
}

/* Keeps the sources that can be played, and nothing else. */
static void clean_sources(const struct sanitizer *sanitizer, struct node *player)
{
    VEC(struct node *) sources = {0};

    for (struct node *at = next_source(player, player); at; at = next_source(player, at)) {
        span url = sanitize_media(sanitizer, node_attribute(at, "src"));

        if (!url.len)
            continue;
        node_set_attribute(sanitizer->arena, at, "src", url);
        *vec_add(sanitizer->arena, &sources) = at;
    }
    while (player->first)
        node_remove(player->first);
    for (size_t i = 0; i < sources.len; i++)
        node_append(player, sources.at[i]);
}

static bool has_source(const struct sanitizer *sanitizer, const struct node *player)
{
    if (sanitize_media(sanitizer, node_attribute(player, "src")).len)
        return true;
    for (const struct node *at = next_source(player, player); at; at = next_source(player, at))
        if (sanitize_media(sanitizer, node_attribute(at, "src")).len)
            return true;
    return false;
}

struct node *sanitize_player(const struct sanitizer *sanitizer, struct node *node)
{
    if (!has_source(sanitizer, node)) {
        struct node *next = node->first ? node->first : node_next_skipping(node, sanitizer->root);

        node_unwrap(node);
        return next;
    }
    clean_sources(sanitizer, node);
    set_or_remove(sanitizer, node, "src", sanitize_media(sanitizer, node_attribute(node, "src")));
    set_or_remove(sanitizer, node, "poster", sanitize_media(sanitizer, node_attribute(node, "poster")));
    node_set_attribute(sanitizer->arena, node, "controls", S(""));
    return node_next(node, sanitizer->root);
}

struct node *sanitize_source(const struct sanitizer *sanitizer, struct node *node)
{
    enum tag parent = node->parent->tag;
    const char *name = parent == TAG_picture ? "srcset" : "src";
    span address = {0};

    if (parent == TAG_picture)
        address = sanitize_srcset(sanitizer, node_attribute(node, name));
    else if (parent == TAG_audio || parent == TAG_video)
        address = sanitize_media(sanitizer, node_attribute(node, name));
    if (!address.len)
        return leave_out(sanitizer, node);
    node_remove_attribute(node, parent == TAG_picture ? "src" : "srcset");
    node_set_attribute(sanitizer->arena, node, name, address);
    return node_next(node, sanitizer->root);
}

/* Formulas */

/* What stands between two parts of a formula, once they are in a line */
static const struct {
    const char *parent, *sign;
} signs[] = {{"mfrac", "/"}, {"msup", "^"}, {"msub", "_"}, {"mover", "^"}, {"munder", "_"}};

static void add_sign(const struct node *node, struct buf *out)
{
    const struct node *before = node->previous;

    while (before && before->type != NODE_ELEMENT)
        before = before->previous;
    for (size_t i = 0; before && node->type == NODE_ELEMENT && i < ARRAY_SIZE(signs); i++)
        if (span_is(node->parent->name, signs[i].parent))
            buf_add_text(out, signs[i].sign);
}

static bool is_for_machines(const struct node *node)
{
    return node->type == NODE_ELEMENT &&
           (span_starts(node->name, S("annotation")) || span_is(node->name, "style") ||
            span_is(node->name, "script") || tag_is(node->tag, TAG_IS_SKIPPED));
}

static span math_text(struct arena *arena, const struct node *math)
{
    struct buf out = {.max = 64 * KiB};
    const struct node *at = node_next(math, math);
    span text;

    while (at) {
        bool is_left_out = is_for_machines(at);

        if (!is_left_out)
            add_sign(at, &out);
        if (at->type == NODE_TEXT)
            buf_add(&out, span_trim(at->text));
        at = is_left_out ? node_next_skipping(at, math) : node_next(at, math);
    }
    text = text_collapse(arena, buf_span(&out));
    text = arena_keep(arena, text);
    buf_release(&out);
    return text;
}

static struct node *neighbour(struct node *node)
{
    do
        node = node->next;
    while (node && node->type == NODE_TEXT && span_trim(node->text).len == 0);
    return node && node->type == NODE_ELEMENT ? node : NULL;
}

static bool is_hidden_from_readers(const struct node *node)
{
    return span_is(node_attribute(node, "aria-hidden"), "true");
}

/* A formula for machines has one for eyes behind it, hidden from screen readers: once is enough. */
static void remove_double(struct node *math)
{
    struct node *at = math;

    for (int i = 0; i < 2 && at->parent; i++, at = at->parent) {
        struct node *beside = neighbour(at);

        if (beside && is_hidden_from_readers(beside))
            node_remove(beside);
    }
}

/* Or in front of it */
bool sanitize_is_double(struct node *node)
{
    const struct node *beside;

    if (!is_hidden_from_readers(node))
        return false;
    beside = neighbour(node);
    for (const struct node *at = beside; at; at = node_next(at, beside))
        if (at->name_space == NAMESPACE_MATHML)
            return true;
    return false;
}

struct node *sanitize_math(const struct sanitizer *sanitizer, struct node *node)
{
    span text = math_text(sanitizer->arena, node);

    remove_double(node);
    if (!text.len)
        return leave_out(sanitizer, node);
    return put_in_place(sanitizer, node, node_new_text(sanitizer->arena, text));
}
