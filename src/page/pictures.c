/* SPDX-License-Identifier: MIT
 * pictures.c - lazily loaded pictures become plain ones
 *
 * A page that loads its pictures by script keeps the address anywhere but in `src`: in data-src and its many
 * cousins, in a srcset, in a <noscript> that follows, in the <source> of a <picture>, in JSON, in a style.
 * What is there is tried in the order of the tables below; what is no picture (data:, a pixel, a spinner) is
 * passed over.
 */
#include "limits/limits.h"
#include "page/internal.h"
#include "text/json.h"
#include "text/url.h"
#include "text/words.h"

/* The larger, the sooner */
static const char *const addresses[] = {"data-src",         "data-original",
                                        "data-lazy-src",    "data-actualsrc",
                                        "data-hi-res-src",  "data-original-src",
                                        "data-full-src",    "data-large-file",
                                        "data-lazyload",    "data-lazy",
                                        "data-url",         "data-img-url",
                                        "data-image",       "data-echo",
                                        "data-orig-file",   "data-src-large",
                                        "data-src-medium",  "data-src-small",
                                        "data-src-mini",    "data-cfsrc",
                                        "data-runner-src",  "data-real-src",
                                        "data-img",         "_src",
                                        "original",         "file",
                                        "zoomfile",         "lazy-src",
                                        "lazysrc",          "data-ratio-src",
                                        "data-pin-media",   "data-delayed-url",
                                        "data-srcurl",      "data-source",
                                        "data-default-src", "nitro-lazy-src",
                                        "ess-data"};
static const char *const lists[] = {"data-srcset", "data-lazy-srcset", "data-original-set",
                                    "srcset",      "data-sources",     "nitro-lazy-srcset"};
static const char *const objects[] = {"data-attrs", "data-media", "data-settings"};
static const char *const placeholders[] = {
    "placeholder",     "spacer",           "blank.gif",        "blank.png",   "1x1",      "pixel.gif",
    "transparent.gif", "/transparent.png", "loading.gif",      "lazyload.",   "grey.gif", "gray.gif",
    "spinner",         "loader.gif",       "lazy.gif",         "empty.gif",   "dot.gif",  "clear.gif",
    "trans.gif",       "grey-placeholder", "lazy-placeholder", "fallback.gif"};

static span settled_address(struct arena *arena, span base, span address)
{
    address = span_trim(address);
    if (!address.len || address.len > LIMIT_PICTURE_ADDRESS || address.at[0] == '{' || address.at[0] == '[' ||
        span_starts_nocase(address, S("data:")) || span_starts_nocase(address, S("about:")) ||
        span_starts_nocase(address, S("javascript:")))
        return (span){0};
    if (words_stand_in(address, placeholders, ARRAY_SIZE(placeholders)))
        return (span){0};
    span url = url_resolve(arena, base, address);
    if (url.len)
        return span_starts(url, S("http://")) || span_starts(url, S("https://")) ? url : (span){0};
    return base.len ? (span){0} : address; /* a fragment whose base is not known */
}

static bool looks_like_picture(span address)
{
    static const char *const endings[] = {".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif"};

    return span_starts(address, S("/")) || span_starts(address, S("http")) ||
           words_stand_in(address, endings, ARRAY_SIZE(endings));
}

/* HTML Standard 4.8.4.3.10: an address, then its width or density, up to a comma. An address may hold commas,
 * but not end in one. The best is the largest up to 2,000 pixels: what is beyond is a print master. */
static span best_of_list(struct arena *arena, span base, span list)
{
    span best = {0};
    double most = -1;

    list = span_sub(list, 0, LIMIT_PICTURE_LIST);
    while (list.len) {
        span address, description = {0};
        double size = 1;
        while (list.len && strchr(", \t\r\n\f", list.at[0]) && list.at[0])
            list = span_from(list, 1);
        if (!span_cut_word(&list, &address))
            break;
        if (span_ends(address, S(","))) {
            while (span_ends(address, S(",")))
                address.len--;
        } else {
            span_cut(&list, ',', &description);
            description = span_trim(description);
        }
        int64_t whole;
        size_t digits = 0;
        while (digits < description.len && description.at[digits] >= '0' && description.at[digits] <= '9')
            digits++;
        if (span_to_int64(span_sub(description, 0, digits), &whole))
            size = (double)whole;
        if (span_ends(description, S("x")))
            size *= 600; /* next to widths */
        if (size > 2000)
            size = 2000 / size;
        span url = size > most ? settled_address(arena, base, address) : (span){0};
        if (url.len) {
            best = url;
            most = size;
        }
    }
    return best;
}

static span address_in_json(struct arena *arena, span base, span text)
{
    static const char *const keys[] = {"src", "url", "original", "image", "large", "fullsize"};
    struct json_damage damage;
    struct json *json;
    struct error *error;
    span url = {0};

    if (!text.len || text.at[0] != '{')
        return url;
    error = json_parse(arena, text, &json, &damage);
    for (size_t i = 0; !error && !url.len && i < ARRAY_SIZE(keys); i++)
        url = settled_address(arena, base, json_text(json_member(json, keys[i])));
    error_free(error);
    return url;
}

static span address_in_style(struct arena *arena, span base, span style)
{
    size_t at = span_find_nocase(style, S("background"));
    span value;

    if (at == SPAN_NONE)
        return (span){0};
    style = span_from(style, at);
    at = span_find_nocase(style, S("url("));
    if (at == SPAN_NONE)
        return (span){0};
    value = span_from(style, at + 4);
    value = span_trim(span_sub(value, 0, MIN(span_find_char(value, ')'), value.len)));
    while (value.len && (value.at[0] == '"' || value.at[0] == '\''))
        value = span_sub(value, 1, value.len - 1);
    while (value.len && (value.at[value.len - 1] == '"' || value.at[value.len - 1] == '\''))
        value.len--;
    return settled_address(arena, base, value);
}

/* Could it? Most pictures have no attribute but the plain ones, and no name is looked for in those. */
static bool has_hidden_address(const struct node *node)
{
    static const char *const plain[] = {"src",   "alt",   "class",  "width",   "height",   "id",
                                        "title", "style", "border", "loading", "decoding", "sizes"};

    for (size_t i = 0; i < node->attribute_count; i++) {
        size_t p = 0;
        while (p < ARRAY_SIZE(plain) && !span_is(node->attributes[i].name, plain[p]))
            p++;
        if (p == ARRAY_SIZE(plain))
            return true;
    }
    return false;
}

/* What hints at a picture besides `src` */
static span hidden_address(struct arena *arena, span base, const struct node *node)
{
    span url = {0};

    if (!has_hidden_address(node))
        return url;
    for (size_t i = 0; !url.len && i < ARRAY_SIZE(addresses); i++) {
        span value = node_attribute(node, addresses[i]);
        if (value.len && looks_like_picture(span_trim(value)))
            url = settled_address(arena, base, value);
    }
    for (size_t i = 0; !url.len && i < ARRAY_SIZE(lists); i++)
        url = best_of_list(arena, base, node_attribute(node, lists[i]));
    for (size_t i = 0; !url.len && i < ARRAY_SIZE(objects); i++)
        url = address_in_json(arena, base, span_trim(node_attribute(node, objects[i])));
    return url;
}

static span address_of(struct arena *arena, span base, const struct node *img)
{
    span url = hidden_address(arena, base, img);

    if (!url.len)
        url = settled_address(arena, base, node_attribute(img, "src"));
    if (!url.len)
        url = address_in_style(arena, base, node_attribute(img, "style"));
    return url;
}

/* The <source>s of a <picture>: the first that has an address, as browsers do */
static span address_in_picture(struct arena *arena, span base, const struct node *picture)
{
    for (const struct node *node = node_next(picture, picture); node; node = node_next(node, picture)) {
        span url = node->tag == TAG_source ? hidden_address(arena, base, node) : (span){0};
        if (url.len)
            return url;
    }
    return (span){0};
}

static const struct node *picture_around(const struct node *img)
{
    for (int up = 0; img && up < 3; img = img->parent, up++)
        if (img->tag == TAG_picture)
            return img;
    return NULL;
}

static void settle_img(struct arena *arena, struct node *img, span base)
{
    const struct node *picture = picture_around(img);
    span url = address_of(arena, base, img);

    if (!url.len && picture)
        url = address_in_picture(arena, base, picture);
    for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
        node_remove_attribute(img, lists[i]);
    if (url.len)
        node_set_attribute(arena, img, "src", url);
    else
        node_remove_attribute(img, "src"); /* a placeholder, or data: */
}

/* <noscript> is read as if scripts were on: its text is markup. The picture in it takes the place of the lazy
 * one before it, or stands for itself. */
static struct node *picture_in_noscript(struct arena *arena, struct node *noscript)
{
    struct node *img = node_find(noscript, TAG_img), *fragment;

    if (img || !noscript->first || noscript->first->type != NODE_TEXT ||
        span_find_nocase(noscript->first->text, S("<img")) == SPAN_NONE)
        return img;
    struct error *error = html_parse_fragment(arena, noscript->first->text,
                                              &(struct html_limits){.nodes = 200}, &fragment, NULL);
    if (!error)
        img = node_find(fragment, TAG_img);
    error_free(error);
    return img;
}

/* The picture right before it, or right behind */
static struct node *img_beside(struct node *noscript, bool is_behind)
{
    struct node *node = is_behind ? noscript->next : noscript->previous;

    while (node && (node->type == NODE_COMMENT || (node->type == NODE_TEXT && !span_trim(node->text).len)))
        node = is_behind ? node->next : node->previous;
    if (!node || node->type != NODE_ELEMENT)
        return NULL;
    return node->tag == TAG_img ? node
           : node->tag == TAG_picture || node->tag == TAG_span || node->tag == TAG_div
               ? node_find(node, TAG_img)
               : NULL;
}

static void settle_noscript(struct arena *arena, struct node *noscript, span base)
{
    struct node *twin = picture_in_noscript(arena, noscript), *before = img_beside(noscript, false);
    struct node *behind = before ? NULL : img_beside(noscript, true);
    span url, own;

    if (!twin)
        return;
    url = address_of(arena, base, twin);
    own = before ? settled_address(arena, base, node_attribute(before, "src")) : (span){0};
    if (!url.len)
        return;
    if (before) {
        if (!own.len)
            node_set_attribute(arena, before, "src", url);
        return;
    }
    if (behind && span_equal(address_of(arena, base, behind), url))
        return; /* the lazy one will say so itself */
    node_insert_before(noscript, twin);
    settle_img(arena, twin, base);
}

/* An empty box with a picture behind it */
static void settle_background(struct arena *arena, struct node *node, span base)
{
    span url;

    if (node->first &&
        (node->first != node->last || node->first->type != NODE_TEXT || span_trim(node->first->text).len))
        return;
    url = address_in_style(arena, base, node_attribute(node, "style"));
    if (!url.len)
        return;
    struct node *img = node_new_element(arena, TAG_img);
    span label = node_attribute(node, "aria-label");
    node_set_attribute(arena, img, "src", url);
    if (label.len)
        node_set_attribute(arena, img, "alt", label);
    node_append(node, img);
}

void page_settle_pictures(struct arena *arena, struct node *root, span base)
{
    for (struct node *node = root, *next; node; node = next) {
        if (node->tag == TAG_img)
            settle_img(arena, node, base);
        else if (node->tag == TAG_noscript)
            settle_noscript(arena, node, base);
        else if ((node->tag == TAG_div || node->tag == TAG_span || node->tag == TAG_figure ||
                  node->tag == TAG_a) &&
                 node_attribute(node, "style").len)
            settle_background(arena, node, base);
        next = node_next(node, root);
    }
}
