/* SPDX-License-Identifier: MIT
 * clean.c - a tree of the chosen blocks, and of what stands among them
 *
 * One walk over the document marks the text of chosen blocks and gathers pictures, films and frames with the
 * number of blocks before them. What has no words is decided by its place: among the chosen blocks, or
 * between headline and text, in no box that links elsewhere or calls itself related, an advertisement, an
 * author's face. Each of those becomes a figure, with the words that its own box says of it as caption. Then
 * everything that carries no mark goes.
 */
#include "article/internal.h"
#include "markup/markup.h"
#include "text/words.h"

enum mark { MARK_NONE, MARK_KEPT, MARK_HOLDS };

enum {
    HEADLINE_REACH = 25, /* blocks from headline to text, with a lead picture among them */
    FRAME_BLOCKS = 8,
    SMALLEST_PICTURE = 60, /* pixels: less is an icon */
    SMALLEST_SIDE = 30,
};
static const float longest_caption = 900, link_card = 20;

struct media {
    struct node *node;
    int element;  /* its own, or the one around it */
    int position; /* blocks that begin before it */
    int block;    /* that it stands in the middle of; -1: none */
    int frame;    /* element that holds it and its caption alone; -1: it is not kept */
    bool is_in_text;
};

struct cleaning {
    struct arena *arena;
    const struct blocks *blocks;
    const struct choice *choice;
    const struct page *page;
    int *chosen_before; /* by block: chosen ones before it; block_count + 1 */
    int *cards_before;  /* ... that are links to elsewhere */
    bool *is_caption;   /* by block */
    VEC(struct media) media;
};

/* --- looking --- */

static int chosen_in(const struct cleaning *cleaning, int element)
{
    const struct element *e = &cleaning->blocks->elements[element];

    return cleaning->chosen_before[e->end_block] - cleaning->chosen_before[e->first_block];
}

static bool is_media(const struct node *node)
{
    switch (node->tag) {
    case TAG_img:
    case TAG_video:
    case TAG_audio:
    case TAG_iframe:
    case TAG_embed:
    case TAG_object:
        return node->name_space == NAMESPACE_HTML;
    default:
        return false;
    }
}

static void mark(struct node *node)
{
    node->mark = MARK_KEPT;
    for (node = node->parent; node && node->mark == MARK_NONE; node = node->parent)
        node->mark = MARK_HOLDS;
}

struct looking {
    int next_block, open_block; /* -1: between two */
    int next_element, element;
};

static void look_at_text(struct cleaning *cleaning, struct looking *looking, struct node *node)
{
    const struct blocks *blocks = cleaning->blocks;
    int next = looking->next_block;

    if (next < blocks->block_count && blocks->blocks[next].first_node == node) {
        looking->open_block = next;
        looking->next_block++;
    }
    if (looking->open_block >= 0 && is_chosen(cleaning->choice, looking->open_block))
        mark(node);
    if (looking->open_block >= 0 && blocks->blocks[looking->open_block].last_node == node)
        looking->open_block = -1;
}

static void look_at_element(struct cleaning *cleaning, struct looking *looking, struct node *node)
{
    const struct blocks *blocks = cleaning->blocks;
    bool is_within_chosen = looking->open_block >= 0 && is_chosen(cleaning->choice, looking->open_block);

    if (looking->next_element < blocks->element_count && blocks->elements[looking->next_element].node == node)
        looking->element = looking->next_element++;
    if (is_media(node)) {
        int element = looking->element;
        while (element >= 0 && !node_is_within(node, blocks->elements[element].node))
            element = blocks->elements[element].parent;
        *vec_add(cleaning->arena, &cleaning->media) = (struct media){.node = node,
                                                                     .element = element,
                                                                     .position = looking->next_block,
                                                                     .block = looking->open_block,
                                                                     .frame = -1};
    } else if (is_within_chosen &&
               (node->tag == TAG_br || node->tag == TAG_wbr || node->name_space == NAMESPACE_MATHML)) {
        mark(node);
    }
}

static void look(struct cleaning *cleaning)
{
    struct node *document = cleaning->blocks->document, *node;
    struct looking looking = {.open_block = -1, .element = -1};

    for (node = document; node; node = node_next(node, document))
        node->mark = MARK_NONE;
    for (node = document; node;) {
        if (node->type == NODE_TEXT)
            look_at_text(cleaning, &looking, node);
        else if (node->type == NODE_ELEMENT)
            look_at_element(cleaning, &looking, node);
        node = node->type == NODE_ELEMENT && block_passes_over(node) ? node_next_skipping(node, document)
                                                                     : node_next(node, document);
    }
}

/* --- which pictures --- */

static int pixels(const struct node *node, const char *name)
{
    int64_t number;
    span value = span_trim(node_attribute(node, name));

    if (value.len > 2 && span_starts_nocase(span_from(value, value.len - 2), S("px")))
        value.len -= 2;
    return span_to_int64(value, &number) && number >= 0 && number < INT32_MAX ? (int)number : -1;
}

static bool is_icon(const struct node *node)
{
    static const char *const anywhere[] = {"/logo", "/icon", "/ads/"};
    static const char *const in_name[] = {"avatar",      "logo.",    "icon.",  "icon-",
                                          "spacer",      "blank.",   "pixel",  "gravatar",
                                          "doubleclick", "tracking", "sprite", "placeholder"};
    int width = pixels(node, "width"), height = pixels(node, "height");
    span source = node_attribute(node, "src");
    size_t slash;

    if ((width >= 0 && height >= 0 && width < SMALLEST_PICTURE && height < SMALLEST_PICTURE) ||
        (width >= 0 && width < SMALLEST_SIDE) || (height >= 0 && height < SMALLEST_SIDE))
        return true;
    if (span_starts_nocase(source, S("data:")))
        return true;
    slash = span_find_last_char(source, '/');
    return words_stand_in(source, anywhere, ARRAY_SIZE(anywhere)) ||
           words_stand_in(slash == SPAN_NONE ? source : span_from(source, slash), in_name,
                          ARRAY_SIZE(in_name));
}

/* A box without a word of the article that links to other pages: a card of another story, a banner */
static bool is_card(const struct cleaning *cleaning, const struct element *element)
{
    return cleaning->cards_before[element->end_block] > cleaning->cards_before[element->first_block];
}

static bool is_unwanted_box(const struct cleaning *cleaning, const struct element *element)
{
    static const uint32_t unwanted = 1u << SIGN_RELATED | 1u << SIGN_NAV | 1u << SIGN_AD |
                                     1u << SIGN_NEWSLETTER | 1u << SIGN_COMMENTS_AREA | 1u << SIGN_FOOT,
                          unless_picture = 1u << SIGN_SHARE | 1u << SIGN_AUTHOR | 1u << SIGN_SIDE;

    switch (element->node->tag) {
    case TAG_nav:
    case TAG_footer:
    case TAG_form:
    case TAG_button:
        return true;
    case TAG_figure:
        return (element->signs & (1u << SIGN_AD | 1u << SIGN_RELATED)) != 0;
    default:
        break;
    }
    if (element->signs & unwanted)
        return true;
    if (element->signs & unless_picture && !(element->signs & (1u << SIGN_CAPTION | 1u << SIGN_VIDEO)))
        return true;
    return is_card(cleaning, element);
}

static span file_name(span url)
{
    size_t slash;

    url = span_sub(url, 0, span_find_char(url, '?'));
    slash = span_find_last_char(url, '/');
    return slash == SPAN_NONE ? url : span_from(url, slash + 1);
}

/* Where blocks are the article's, so is what stands among them; and between the headline and the first of
 * them stands the lead picture. */
static bool is_in_place(const struct cleaning *cleaning, const struct media *media)
{
    const struct choice *choice = cleaning->choice;
    span name = file_name(node_attribute(media->node, "src"));

    if (media->position > choice->last + 1)
        return false;
    if (media->position > choice->first || choice->is_plain)
        return true;
    if (choice->headline >= 0 && choice->headline <= choice->first &&
        choice->first - choice->headline <= HEADLINE_REACH && media->position > choice->headline)
        return true;
    if (name.len > 4 && span_equal(name, file_name(cleaning->page->image)))
        return choice->first - media->position <= HEADLINE_REACH;
    return media->position == choice->first && media->element >= 0 &&
           cleaning->blocks->elements[media->element].depth > 3;
}

static bool is_wanted(const struct cleaning *cleaning, const struct media *media)
{
    const struct blocks *blocks = cleaning->blocks;

    if (media->element < 0 || cleaning->choice->first < 0)
        return false;
    if (cleaning->choice->is_plain)
        return true;
    if (media->node->tag == TAG_img && is_icon(media->node))
        return false;
    if (!is_in_place(cleaning, media))
        return false;
    for (int e = media->element; e >= 0 && chosen_in(cleaning, e) == 0; e = blocks->elements[e].parent)
        if (blocks->elements[e].is_hidden || is_unwanted_box(cleaning, &blocks->elements[e]))
            return false;
    return true;
}

/* --- captions --- */

static bool holds_another(const struct cleaning *cleaning, size_t which, const struct node *box)
{
    const struct media *media = cleaning->media.at;

    for (size_t i = which; i-- > 0;)
        if (media[i].frame >= 0 || media[i].is_in_text) {
            if (node_is_within(media[i].node, box))
                return true;
            break;
        }
    for (size_t i = which + 1; i < cleaning->media.len; i++)
        if (media[i].frame >= 0 || media[i].is_in_text)
            return node_is_within(media[i].node, box);
    return false;
}

/* The largest box that has this picture, none of the others, and no word of the text */
static int frame_of(const struct cleaning *cleaning, size_t which)
{
    const struct blocks *blocks = cleaning->blocks;
    int frame = cleaning->media.at[which].element;
    int e = frame;

    if (blocks->elements[frame].node != cleaning->media.at[which].node && chosen_in(cleaning, frame))
        return frame; /* a film has no element of its own */
    while (e >= 0 && chosen_in(cleaning, e) == 0) {
        const struct element *element = &blocks->elements[e];
        float weight = blocks->sum_weight[element->end_block] - blocks->sum_weight[element->first_block];
        if (element->end_block - element->first_block > FRAME_BLOCKS || weight > longest_caption ||
            element->node->tag == TAG_body || element->node->tag == TAG_td || element->node->tag == TAG_li ||
            holds_another(cleaning, which, element->node))
            break;
        if (element->first_block <= cleaning->choice->headline &&
            cleaning->choice->headline < element->end_block)
            break;
        frame = e;
        if (element->node->tag == TAG_figure)
            break;
        e = element->parent;
    }
    return frame;
}

static bool is_within_tag(const struct blocks *blocks, int element, int above, enum tag tag)
{
    for (int e = element; e >= 0 && e != above; e = blocks->elements[e].parent)
        if (blocks->elements[e].node->tag == tag)
            return true;
    return false;
}

static bool has_sign(const struct blocks *blocks, int element, int above, uint32_t signs)
{
    for (int e = element; e >= 0 && e != above; e = blocks->elements[e].parent)
        if (blocks->elements[e].signs & signs)
            return true;
    return false;
}

/* Does this block, in the box of a picture, speak of the picture? */
static bool speaks_of_picture(const struct cleaning *cleaning, int block, int frame)
{
    const struct blocks *blocks = cleaning->blocks;
    const struct block *words = &blocks->blocks[block];
    const struct node *box = blocks->elements[words->box].node;
    bool has_figcaption = node_find(blocks->elements[frame].node, TAG_figcaption) != NULL;

    if (words->weight > longest_caption || has_sign(blocks, words->box, frame, 1u << SIGN_SHARE))
        return false;
    if (has_figcaption)
        return is_within_tag(blocks, words->box, frame, TAG_figcaption) &&
               !is_within_tag(blocks, words->box, frame, TAG_button);
    if (block_link_density(words) > 0.8f && words->weight > link_card)
        return false;
    return blocks->elements[frame].node->tag == TAG_figure ||
           has_sign(blocks, words->box, frame, 1u << SIGN_CAPTION) || box->tag == TAG_small ||
           (words->first_node->parent != box &&
            (words->first_node->parent->tag == TAG_small || words->first_node->parent->tag == TAG_em));
}

/* The block behind the picture's box, if it is called a caption */
static int caption_behind(const struct cleaning *cleaning, const struct media *media, int frame)
{
    const struct blocks *blocks = cleaning->blocks;
    int next = blocks->elements[frame].end_block;
    const struct element *box;

    if (next <= 0)
        next = media->position;
    if (next >= blocks->block_count || is_chosen(cleaning->choice, next) || cleaning->is_caption[next])
        return -1;
    box = &blocks->elements[blocks->blocks[next].box];
    if (!(box->signs & 1u << SIGN_CAPTION) || blocks->blocks[next].weight > longest_caption ||
        box->parent != blocks->elements[frame].parent)
        return -1;
    return next;
}

static void add_caption_text(struct cleaning *cleaning, int block, struct buf *caption)
{
    span text = cleaning->blocks->blocks[block].text;

    cleaning->is_caption[block] = true;
    if (caption->len && span_ends(buf_span(caption), text))
        return;
    if (caption->len)
        buf_add_char(caption, ' ');
    buf_add(caption, text);
}

static span caption_of(struct cleaning *cleaning, const struct media *media)
{
    const struct blocks *blocks = cleaning->blocks;
    const struct element *frame = &blocks->elements[media->frame];
    struct buf caption = {.max = 16 * KiB};
    int behind;
    span text;

    for (int b = frame->first_block; b < frame->end_block; b++)
        if (!cleaning->is_caption[b] && !is_chosen(cleaning->choice, b) &&
            speaks_of_picture(cleaning, b, media->frame))
            add_caption_text(cleaning, b, &caption);
    behind = caption.len ? -1 : caption_behind(cleaning, media, media->frame);
    if (behind >= 0)
        add_caption_text(cleaning, behind, &caption);
    text = arena_keep(cleaning->arena, buf_span(&caption));
    buf_release(&caption);
    return text;
}

/* The node that a figure takes the place of: the frame, or the picture by itself where words stand beside it
 */
static struct node *place_of(const struct cleaning *cleaning, const struct media *media)
{
    const struct element *frame = &cleaning->blocks->elements[media->frame];

    return chosen_in(cleaning, media->frame) || frame->node->tag == TAG_body ? media->node : frame->node;
}

static struct node *picture_of(struct node *node)
{
    return node->tag == TAG_img && node->parent && node->parent->tag == TAG_picture ? node->parent : node;
}

static void make_figure(struct cleaning *cleaning, struct media *media)
{
    struct node *figure = node_new_element(cleaning->arena, TAG_figure), *words;
    struct node *place = place_of(cleaning, media);
    span caption = caption_of(cleaning, media);

    if (place == media->node)
        place = picture_of(media->node);
    node_insert_before(place, figure);
    node_append(figure, media->node); /* without <picture>: its sources are the same picture again */
    if (caption.len) {
        words = node_new_element(cleaning->arena, TAG_figcaption);
        node_append(words, node_new_text(cleaning->arena, caption));
        node_append(figure, words);
    }
    mark(figure);
}

static void place_media(struct cleaning *cleaning)
{
    struct media *media = cleaning->media.at;

    for (size_t i = 0; i < cleaning->media.len; i++) {
        media[i].is_in_text = media[i].block >= 0 && is_chosen(cleaning->choice, media[i].block);
        if (!media[i].is_in_text && is_wanted(cleaning, &media[i]))
            media[i].frame = media[i].element;
    }
    for (size_t i = 0; i < cleaning->media.len; i++)
        if (media[i].frame >= 0)
            media[i].frame = frame_of(cleaning, i);
    for (size_t i = 0; i < cleaning->media.len; i++) {
        if (media[i].is_in_text)
            mark(picture_of(media[i].node));
        else if (media[i].frame >= 0)
            make_figure(cleaning, &media[i]);
    }
}

/* --- taking away --- */

/* What has no words and no mark of its own, but shapes what has */
static bool is_shape(const struct node *node)
{
    switch (node->tag) {
    case TAG_br:
    case TAG_hr:
    case TAG_wbr:
    case TAG_td:
    case TAG_th:
    case TAG_col:
    case TAG_colgroup:
        return node->name_space == NAMESPACE_HTML;
    default:
        return false;
    }
}

static bool is_cell(const struct node *node)
{
    return node->tag == TAG_td || node->tag == TAG_th;
}

static void take_away(struct node *root)
{
    struct node *node = node_next(root, root);

    while (node) {
        struct node *next;
        if (node->mark == MARK_HOLDS) {
            node = node_next(node, root);
            continue;
        }
        next = node_next_skipping(node, root);
        if (node->mark == MARK_NONE && is_cell(node))
            while (node->first) /* its place is kept, so that the others stay in their columns */
                node_remove(node->first);
        else if (node->mark == MARK_NONE && !is_shape(node))
            node_remove(node);
        node = next;
    }
}

static void count(struct cleaning *cleaning)
{
    const struct blocks *blocks = cleaning->blocks;
    size_t size = (size_t)blocks->block_count + 1;

    cleaning->chosen_before = ARENA_ARRAY(cleaning->arena, int, size);
    cleaning->cards_before = ARENA_ARRAY(cleaning->arena, int, size);
    cleaning->is_caption = ARENA_ARRAY(cleaning->arena, bool, size);
    for (int i = 0; i < blocks->block_count; i++) {
        const struct block *block = &blocks->blocks[i];
        bool is_link = block->weight >= link_card && block_link_density(block) > 0.5f;
        cleaning->chosen_before[i + 1] = cleaning->chosen_before[i] + is_chosen(cleaning->choice, i);
        cleaning->cards_before[i + 1] = cleaning->cards_before[i] + is_link;
    }
}

struct node *clean(struct arena *arena, const struct blocks *blocks, const struct choice *choice,
                   const struct page *page)
{
    struct cleaning cleaning = {.arena = arena, .blocks = blocks, .choice = choice, .page = page};
    struct node *body = node_find(blocks->document, TAG_body), *content;

    if (choice->first < 0)
        return NULL;
    if (!body)
        body = blocks->document;
    count(&cleaning);
    look(&cleaning);
    place_media(&cleaning);
    take_away(body);
    content = ARENA_NEW(arena, struct node);
    content->type = NODE_DOCUMENT;
    while (body->first)
        node_append(content, body->first);
    html_sanitize(arena, content, &(struct sanitize_options){.base = page->base, .charset = page->charset});
    tidy(arena, content);
    return content;
}
