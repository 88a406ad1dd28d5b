/* SPDX-License-Identifier: MIT
 *
 * pictures.c - what pictures and links a text has
 */
#include "markup/markup.h"

static int number_of(const struct node *node, const char *name)
{
    int64_t number;

    return span_to_int64(node_attribute(node, name), &number) && number > 0 && number <= INT32_MAX
               ? (int)number
               : 0;
}

/* What is said of a picture, in the figure that holds it */
static span caption_of(struct arena *arena, const struct node *picture, const struct node *root)
{
    const struct node *figure = picture->parent, *caption;

    while (figure && figure != root && figure->tag != TAG_figure)
        figure = figure->parent;
    if (!figure || figure->tag != TAG_figure)
        return (span){0};
    caption = node_find(figure, TAG_figcaption);
    return caption ? node_text(arena, caption) : (span){0};
}

size_t html_pictures(struct arena *arena, const struct node *root, struct picture_mention **out_pictures)
{
    VEC(struct picture_mention) pictures = {0};

    for (const struct node *node = node_next(root, root); node; node = node_next(node, root)) {
        span url = node_attribute(node, "src");

        if (node->tag != TAG_img || !url.len)
            continue;
        *vec_add(arena, &pictures) = (struct picture_mention){
            .url = url,
            .alt = node_attribute(node, "alt"),
            .caption = caption_of(arena, node, root),
            .width = number_of(node, "width"),
            .height = number_of(node, "height"),
        };
    }
    *out_pictures = pictures.at;
    return pictures.len;
}

size_t html_links(struct arena *arena, const struct node *root, span **out_urls)
{
    VEC(span) urls = {0};

    for (const struct node *node = node_next(root, root); node; node = node_next(node, root)) {
        span url = node_attribute(node, "href");

        if (node->tag == TAG_a && url.len)
            *vec_add(arena, &urls) = url;
    }
    *out_urls = urls.at;
    return urls.len;
}
