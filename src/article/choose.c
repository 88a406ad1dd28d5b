/* SPDX-License-Identifier: MIT
 * choose.c - which blocks are the article's: the table's word, and a few rules with reasons
 *
 * The table judges each block by itself, so a rule is wanted where blocks depend on each other. Each was kept
 * for what it does to pages of domains that the table never saw (docs/extraction.md). Tried and dropped:
 * mixing a block's chance with its kind's (helps one set, harms two), taking the next best blocks where
 * little was chosen, smoothing over neighbours, cutting at a gap.
 */
#include "article/forest.h"
#include "article/internal.h"

#define THRESHOLD 0.5f

static const float most_comment_rest = 200; /* weight that must be left for comments to be cut */
static const float long_weight = 100;       /* of the siblings around a gap, and of a heading that is none */
static const float sure_chance = 0.85f;     /* of such a heading */
static const float least_chance = 0.2f;     /* of what fills it */
static const float least_taken = 0.5f;      /* of a list's weight, for the rest to follow */
static const float least_expected = 0.3f;   /* ... and its mean chance */
static const float most_links = 0.5f;       /* ... and its link density */
static const float repeated_weight = 40;    /* of a text that is no accident when it stands there again */
static const float repeated_share = 0.25f;  /* of what was chosen, for it to be a second copy */
static const float same_title = 0.8f;       /* share of words in common */
enum {
    LONGEST_GAP = 3,
    LARGEST_STRUCTURE = 200,
    HEADING_REACH = 3,
    HEADING_SEARCH = 100,
    FARTHEST_FIGURE = 12
};

const char *verdict_reason(enum verdict verdict)
{
    static const char *const reasons[] = {
#define X(name, reason) reason,
        VERDICTS(X)
#undef X
    };
    return reasons[verdict];
}

struct choosing {
    const struct blocks *blocks;
    const float *rows;
    struct choice *choice;
};

static const float *row_of(const struct choosing *choosing, int block)
{
    return choosing->rows + (size_t)block * FEATURE_COUNT;
}

static float weight_of(const struct choosing *choosing, int block)
{
    return choosing->blocks->blocks[block].weight;
}

static bool chosen(const struct choosing *choosing, int block)
{
    return is_chosen(choosing->choice, block);
}

static void ask_table(const struct choosing *choosing)
{
    for (int i = 0; i < choosing->blocks->block_count; i++)
        choosing->choice->verdicts[i] =
            choosing->choice->chances[i] >= THRESHOLD ? VERDICT_IN_TABLE : VERDICT_OUT_TABLE;
}

/* Readers write prose, too: what stands in a box called comments is theirs, unless hardly anything else is
 * left, as in a forum. */
static void drop_comments(const struct choosing *choosing)
{
    float rest = 0;

    for (int i = 0; i < choosing->blocks->block_count; i++)
        if (chosen(choosing, i) && row_of(choosing, i)[F_cmt] == 0)
            rest += weight_of(choosing, i);
    for (int i = 0; rest >= most_comment_rest && i < choosing->blocks->block_count; i++)
        if (chosen(choosing, i) && row_of(choosing, i)[F_cmt] > 0)
            choosing->choice->verdicts[i] = VERDICT_OUT_COMMENT;
}

/* Between two paragraphs of one box, what the table doubts but does not deny is a short answer, a line of a
 * poem, an item. */
static void fill_gap(const struct choosing *choosing, int before, int after)
{
    const struct blocks *blocks = choosing->blocks;
    int parent = blocks->elements[blocks->blocks[before].box].parent;

    if (after - before - 1 > LONGEST_GAP || blocks->elements[blocks->blocks[after].box].parent != parent)
        return;
    for (int i = before + 1; i < after; i++)
        if (!chosen(choosing, i) && choosing->choice->verdicts[i] == VERDICT_OUT_TABLE &&
            choosing->choice->chances[i] >= least_chance &&
            blocks->elements[blocks->blocks[i].box].parent == parent &&
            block_link_density(&blocks->blocks[i]) < 0.5f)
            choosing->choice->verdicts[i] = VERDICT_IN_BETWEEN;
}

static bool is_row_of_items(const struct node *node)
{
    return node->tag == TAG_ul || node->tag == TAG_ol || node->tag == TAG_dl || node->tag == TAG_table;
}

/* A listing, a table, a list right between two paragraphs of the article: it may look like nothing that
 * people write, but a template has no reason to put anything there; unless it leads elsewhere, or its box
 * says what it is. */
static bool is_unwanted(const struct element *element)
{
    static const uint32_t unwanted = 1u << SIGN_RELATED | 1u << SIGN_NEWSLETTER | 1u << SIGN_AD |
                                     1u << SIGN_SHARE | 1u << SIGN_NAV | 1u << SIGN_COMMENT |
                                     1u << SIGN_AUTHOR | 1u << SIGN_TAG;

    return element->is_hidden || (element->signs & unwanted) || element->node->tag == TAG_aside ||
           element->node->tag == TAG_nav || element->node->tag == TAG_form ||
           element->node->tag == TAG_figure;
}

/* The child of `parent` that holds a block, if the way there is a structure's; -1 */
static bool is_structure(const struct blocks *blocks, int block, int parent)
{
    bool found = false;

    for (int e = blocks->blocks[block].box; e != parent; e = blocks->elements[e].parent) {
        if (e < 0 || is_unwanted(&blocks->elements[e]))
            return false;
        found |= is_row_of_items(blocks->elements[e].node) || blocks->elements[e].node->tag == TAG_pre;
    }
    return found;
}

/* A box that is called the text, and nothing else, right in `parent`; perhaps with paragraphs of its own */
static bool is_in_text_box(const struct blocks *blocks, int block, int parent)
{
    static const uint32_t text = 1u << SIGN_BODY | 1u << SIGN_CONTENT;
    uint32_t signs = 0;
    int e = blocks->blocks[block].box;

    for (int up = 0; up < 2 && e >= 0 && e != parent; up++, e = blocks->elements[e].parent) {
        if (is_unwanted(&blocks->elements[e]))
            return false;
        signs |= blocks->elements[e].signs;
    }
    return e == parent && signs && !(signs & ~text);
}

static void fill_structures(const struct choosing *choosing, int before, int after)
{
    const struct blocks *blocks = choosing->blocks;
    int parent = blocks->elements[blocks->blocks[before].box].parent;
    float links = blocks->sum_links[after] - blocks->sum_links[before + 1],
          all = blocks->sum_characters[after] - blocks->sum_characters[before + 1];

    if (after - before - 1 > LARGEST_STRUCTURE ||
        blocks->elements[blocks->blocks[after].box].parent != parent || links > 0.25f * all)
        return;
    for (int i = before + 1; i < after; i++)
        if (choosing->choice->verdicts[i] == VERDICT_OUT_TABLE &&
            (is_structure(blocks, i, parent) || (links == 0 && is_in_text_box(blocks, i, parent))))
            choosing->choice->verdicts[i] = VERDICT_IN_BETWEEN;
}

static void fill(const struct choosing *choosing, int before, int after)
{
    fill_gap(choosing, before, after);
    fill_structures(choosing, before, after);
}

static void fill_gaps(const struct choosing *choosing)
{
    int before = -1;

    for (int i = 0; i < choosing->blocks->block_count; i++) {
        if (!chosen(choosing, i) || weight_of(choosing, i) < long_weight)
            continue;
        if (before >= 0)
            fill(choosing, before, i);
        before = i;
    }
}

/* A heading over a chosen text, made like others that were chosen, is its heading, whatever its words are. */
static void complete_headings(const struct choosing *choosing)
{
    const struct blocks *blocks = choosing->blocks;

    for (int i = 0; i + 1 < blocks->block_count; i++) {
        uint32_t kind = blocks->elements[blocks->blocks[i].box].signature;
        if (chosen(choosing, i) || row_of(choosing, i)[F_hl] == 0 || !chosen(choosing, i + 1) ||
            block_link_density(&blocks->blocks[i]) > 0.5f ||
            choosing->choice->verdicts[i] != VERDICT_OUT_TABLE)
            continue;
        for (int k = MAX(0, i - HEADING_SEARCH); k < MIN(blocks->block_count, i + HEADING_SEARCH); k++)
            if (k != i && chosen(choosing, k) && row_of(choosing, k)[F_hl] > 0 &&
                blocks->elements[blocks->blocks[k].box].signature == kind)
                choosing->choice->verdicts[i] = VERDICT_IN_HEADING;
    }
}

/* A table with paragraphs in it arranges a page. */
static bool has_prose(const struct blocks *blocks, const struct element *element)
{
    return blocks->sum_long[element->end_block] > blocks->sum_long[element->first_block];
}

/* A list or table among paragraphs of the article stands or falls as a whole: the table is unsure of its
 * short items, one by one, though together they are an answer, a recipe, a score. */
static void complete_list(const struct choosing *choosing, const struct element *list)
{
    const struct blocks *blocks = choosing->blocks;
    float whole = 0, taken = 0, expected = 0, links = 0, all = 0;

    for (int i = list->first_block; i < list->end_block; i++) {
        const struct block *block = &blocks->blocks[i];
        whole += block->weight;
        taken += chosen(choosing, i) ? block->weight : 0;
        expected += block->weight * choosing->choice->chances[i];
        links += block->link_characters;
        all += block->characters;
    }
    if (whole <= 0 || taken >= whole || taken < least_taken * whole || expected < least_expected * whole ||
        links > most_links * all)
        return;
    for (int i = list->first_block; i < list->end_block; i++)
        if (choosing->choice->verdicts[i] == VERDICT_OUT_TABLE)
            choosing->choice->verdicts[i] = VERDICT_IN_LIST;
}

static void complete_lists(const struct choosing *choosing)
{
    for (int e = 0; e < choosing->blocks->element_count; e++) {
        const struct element *element = &choosing->blocks->elements[e];
        if (is_row_of_items(element->node) && element->end_block - element->first_block > 1 &&
            (element->node->tag != TAG_table || !has_prose(choosing->blocks, element)))
            complete_list(choosing, element);
    }
}

static int box_around(const struct blocks *blocks, const struct block *block)
{
    return blocks->elements[block->box].parent;
}

/* The whole article a second time, for another size of screen or for printing, stands in another box, and is
 * dropped; a refrain or a repeated answer is not. */
static void drop_second_copy(const struct choosing *choosing)
{
    const struct blocks *blocks = choosing->blocks;
    struct map seen = {.arena = blocks->arena};
    bool *is_again = ARENA_ARRAY(blocks->arena, bool, (size_t)blocks->block_count);
    float again = 0, whole = 0;

    for (int i = 0; i < blocks->block_count; i++) {
        struct block *block = &blocks->blocks[i];
        void **at;
        if (!chosen(choosing, i) || weight_of(choosing, i) < repeated_weight)
            continue;
        at = map_at(&seen, block->text);
        is_again[i] = *at && box_around(blocks, *at) != box_around(blocks, block);
        *at = *at ? *at : block;
        whole += weight_of(choosing, i);
        again += is_again[i] ? weight_of(choosing, i) : 0;
    }
    for (int i = 0; again > repeated_share * whole && i < blocks->block_count; i++)
        if (is_again[i])
            choosing->choice->verdicts[i] = VERDICT_OUT_COPY;
}

/* What is said of a picture goes with the picture. A figure that holds a table or a listing is part of the
 * text, and so is what stands under it. */
static bool has_picture_alone(const struct node *figure)
{
    bool has_picture = false;

    for (const struct node *node = figure; node; node = node_next(node, figure)) {
        if (node->type != NODE_ELEMENT)
            continue;
        if (node->tag == TAG_table || node->tag == TAG_pre || node->tag == TAG_blockquote)
            return false;
        has_picture |= node->tag == TAG_img || node->tag == TAG_video || node->tag == TAG_audio ||
                       node->tag == TAG_iframe;
    }
    return has_picture;
}

static bool is_caption(const struct blocks *blocks, int block)
{
    int e = blocks->blocks[block].box;

    while (e >= 0 && blocks->elements[e].node->tag != TAG_figcaption)
        e = blocks->elements[e].parent;
    while (e >= 0 && blocks->elements[e].node->tag != TAG_figure)
        e = blocks->elements[e].parent;
    if (e < 0)
        return false;
    return has_picture_alone(blocks->elements[e].node);
}

static void drop_captions(const struct choosing *choosing)
{
    for (int i = 0; i < choosing->blocks->block_count; i++)
        if (chosen(choosing, i) && row_of(choosing, i)[F_a_figure] < FARTHEST_FIGURE &&
            is_caption(choosing->blocks, i))
            choosing->choice->verdicts[i] = VERDICT_OUT_CAPTION;
}

/* The headline is told apart from the text: it has its own place. */
static void drop_title(const struct choosing *choosing)
{
    for (int i = 0; i < choosing->blocks->block_count; i++) {
        const float *row = row_of(choosing, i);
        if (row[F_ish1] > 0)
            choosing->choice->headline = i;
        if (chosen(choosing, i) && (row[F_ish1] > 0 || row[F_tjac] > same_title))
            choosing->choice->verdicts[i] = VERDICT_OUT_TITLE;
    }
}

/* Some pages set their paragraphs as headings. */
static bool is_prose(const struct choosing *choosing, int block)
{
    return choosing->blocks->blocks[block].ends_sentence && weight_of(choosing, block) >= long_weight &&
           choosing->choice->chances[block] >= sure_chance;
}

/* Where the box ends in which something follows a heading: what stands behind that is not under it. */
static int end_of_section(const struct blocks *blocks, int heading)
{
    int e = blocks->blocks[heading].box;

    while (e >= 0 && blocks->elements[e].end_block <= heading + 1)
        e = blocks->elements[e].parent;
    return e >= 0 ? blocks->elements[e].end_block : blocks->block_count;
}

/* "Related stories", "About us": what such a heading announced was not chosen. */
static void drop_headings(const struct choosing *choosing)
{
    int count = choosing->blocks->block_count;

    for (int i = count - 1; i >= 0; i--) {
        bool has_text = false;
        if (!chosen(choosing, i) || row_of(choosing, i)[F_hl] == 0 || is_prose(choosing, i))
            continue;
        int end = MIN(end_of_section(choosing->blocks, i), i + 1 + HEADING_REACH);
        for (int k = i + 1; k < end; k++)
            has_text |= chosen(choosing, k);
        if (!has_text)
            choosing->choice->verdicts[i] = VERDICT_OUT_HEADING;
    }
}

/* --- pages without furniture --- */

static bool is_among(span name, const char *names)
{
    span rest = span_of(names), one;

    while (span_cut_word(&rest, &one))
        if (span_equal(one, name))
            return true;
    return false;
}

static bool is_plain_attribute(const struct attribute *attribute)
{
    static const char plain[] =
        "abbr align alt cite colspan controls datetime dir height href lang media open "
        "poster reversed rowspan scope sizes span src srcset start title type value "
        "width";

    return is_among(attribute->name, plain) ||
           (span_is(attribute->name, "class") && span_starts(attribute->value, S("language-")));
}

static bool is_plain_element(const struct node *node)
{
    static const char plain[] = "a abbr address article audio b bdi bdo blockquote body br caption cite code "
                                "col colgroup dd del details "
                                "dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr html i img ins kbd "
                                "li main mark ol p picture pre q "
                                "rb rp rt rtc ruby s samp section small source span strong sub summary sup "
                                "table tbody td tfoot th thead "
                                "time tr u ul var video wbr";

    if (node->name_space != NAMESPACE_HTML || !is_among(node->name, plain))
        return false;
    for (size_t i = 0; i < node->attribute_count; i++)
        if (!is_plain_attribute(&node->attributes[i]))
            return false;
    return true;
}

static bool is_in_figure(const struct blocks *blocks, const struct block *block)
{
    int e = block->box;

    while (e >= 0 && blocks->elements[e].node->tag != TAG_figure)
        e = blocks->elements[e].parent;
    return e >= 0;
}

static bool is_mostly_links(const struct blocks *blocks)
{
    float links = blocks->sum_links[blocks->block_count], all = blocks->sum_characters[blocks->block_count];

    for (int i = 0; links > all / 2 && i < blocks->block_count; i++)
        if (is_in_figure(blocks, &blocks->blocks[i])) {
            links -= blocks->blocks[i].link_characters;
            all -= blocks->blocks[i].characters;
        }
    return links > all / 2;
}

/* No class, no id, no style, no script, no form, no navigation: nobody's template made this, it is a text,
 * such as we write ourselves. Links to players, which are figures there, do not make it a list of links. */
static bool is_plain_page(const struct blocks *blocks)
{
    const struct node *body = node_find(blocks->document, TAG_body);

    if (!body || blocks->block_count == 0 || is_mostly_links(blocks))
        return false;
    for (const struct node *node = body; node; node = node_next(node, body))
        if (node->type == NODE_ELEMENT && !is_plain_element(node))
            return false;
    return true;
}

/* Such a page may well have no title, and the first heading serves as one; only an <h1> is it beyond doubt.
 */
static void choose_all(const struct choosing *choosing)
{
    const struct blocks *blocks = choosing->blocks;

    for (int i = 0; i < choosing->blocks->block_count; i++)
        choosing->choice->verdicts[i] =
            row_of(choosing, i)[F_ish1] > 0 && blocks->elements[blocks->blocks[i].box].node->tag == TAG_h1
                ? VERDICT_OUT_TITLE
                : VERDICT_IN_PLAIN;
    drop_captions(choosing);
}

void choose(const struct blocks *blocks, const float *rows, struct choice *out_choice)
{
    struct choice *choice = out_choice;
    struct choosing choosing = {.blocks = blocks, .rows = rows, .choice = choice};

    *choice = (struct choice){.headline = -1, .first = -1, .last = -1};
    choice->chances = ARENA_ARRAY(blocks->arena, float, (size_t)blocks->block_count);
    choice->verdicts = ARENA_ARRAY(blocks->arena, uint8_t, (size_t)blocks->block_count);
    choice->is_plain = is_plain_page(blocks);
    forest_judge(rows, blocks->block_count, choice->chances);
    if (choice->is_plain) {
        choose_all(&choosing);
    } else {
        ask_table(&choosing);
        drop_beyond_end(blocks, choice);
        take_rest_of_box(blocks, choice);
        drop_comments(&choosing);
        fill_gaps(&choosing);
        complete_lists(&choosing);
        complete_headings(&choosing);
        drop_second_copy(&choosing);
        drop_captions(&choosing);
        drop_title(&choosing);
        drop_headings(&choosing);
    }
    for (int i = 0; i < blocks->block_count; i++) {
        if (!is_chosen(choice, i))
            continue;
        if (choice->first < 0)
            choice->first = i;
        choice->last = i;
    }
}
