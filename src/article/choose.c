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

static const float most_comment_rest = 200, /* weight that must be left for comments to be cut */
    long_weight = 100,                      /* of the siblings around a gap */
    least_chance = 0.2f,                    /* of what fills it */
    same_title = 0.8f;                      /* share of words in common */
enum { LONGEST_GAP = 3, HEADING_REACH = 3 };

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

static void fill_gaps(const struct choosing *choosing)
{
    int before = -1;

    for (int i = 0; i < choosing->blocks->block_count; i++) {
        if (!chosen(choosing, i) || weight_of(choosing, i) < long_weight)
            continue;
        if (before >= 0)
            fill_gap(choosing, before, i);
        before = i;
    }
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

/* "Related stories", "About us": what such a heading announced was not chosen. */
static void drop_headings(const struct choosing *choosing)
{
    int count = choosing->blocks->block_count;

    for (int i = count - 1; i >= 0; i--) {
        bool has_text = false;
        if (!chosen(choosing, i) || row_of(choosing, i)[F_hl] == 0)
            continue;
        for (int k = i + 1; k < count && k <= i + HEADING_REACH; k++)
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

/* No class, no id, no style, no script, no form, no navigation: nobody's template made this, it is a text,
 * such as we write ourselves. */
static bool is_plain_page(const struct blocks *blocks)
{
    const struct node *body = node_find(blocks->document, TAG_body);
    float links = blocks->sum_links[blocks->block_count], all = blocks->sum_characters[blocks->block_count];

    if (!body || blocks->block_count == 0 || links > all / 2)
        return false;
    for (const struct node *node = body; node; node = node_next(node, body))
        if (node->type == NODE_ELEMENT && !is_plain_element(node))
            return false;
    return true;
}

static void choose_all(const struct choosing *choosing)
{
    for (int i = 0; i < choosing->blocks->block_count; i++)
        choosing->choice->verdicts[i] = VERDICT_IN_PLAIN;
    drop_title(choosing);
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
        drop_comments(&choosing);
        fill_gaps(&choosing);
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
