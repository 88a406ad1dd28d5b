/* SPDX-License-Identifier: MIT
 * edges.c - where an article ends: rules that look at all that was chosen
 *
 * The table sees a block and its surroundings, not what was made of the others. Two of its errors stand at
 * the edges: teasers of other stories far behind the end, which it takes by a hair, and the last paragraphs
 * of the article, which it doubts as the page's foot comes near. Measured over domains that the table never
 * saw: the mean of the news sets .9322, behind the end .9343, and with the rest of the box .9360. What is
 * made like the article's sure paragraphs is no teaser, and stays (whole way, without .9427, with .9432).
 *
 * Tried and dropped: the same before the first sure block (standfirsts go: scrapinghub -.5), thresholds
 * inside and outside the best box (-.2 to -.4).
 */
#include "article/internal.h"

static const float threshold_sure = 0.85f; /* chance of a block that is the article's core */
static const float least_core = 0.5f;      /* share of what was chosen, for a core to tell the end */
static const float least_beyond = 0.8f;    /* chance of what stands behind it */
static const float least_in_box = 0.2f;    /* chance of a paragraph in the article's own box */
static const float most_box_links = 0.3f;
static const float least_share = 0.6f; /* of what was chosen, for a box to be the article's */
static const float box_paragraph = 60; /* weight */
static const float box_long_paragraph = 100;
enum { REACH = 2, FEWEST_SURE = 2, FEWEST_OF_KIND = 3, FEWEST_LONG = 3 };

static float chosen_weight(const struct blocks *blocks, const struct choice *choice)
{
    float weight = 0;

    for (int i = 0; i < blocks->block_count; i++)
        weight += is_chosen(choice, i) ? blocks->blocks[i].weight : 0;
    return weight;
}

static bool is_sure(const struct choice *choice, int block)
{
    return is_chosen(choice, block) && choice->chances[block] >= threshold_sure;
}

/* How many sure blocks are made like this one */
static int *count_of_kind(const struct blocks *blocks, struct map *kinds, int block)
{
    const uint32_t *signature = &blocks->elements[blocks->blocks[block].box].signature;
    void **at = map_at(kinds, (span){(const char *)signature, sizeof *signature});

    if (!*at)
        *at = ARENA_NEW(blocks->arena, int);
    return *at;
}

void drop_beyond_end(const struct blocks *blocks, struct choice *choice)
{
    struct map kinds = {.arena = blocks->arena};
    float core = 0;
    int last = -1, count = 0;

    for (int i = 0; i < blocks->block_count; i++)
        if (is_sure(choice, i)) {
            core += blocks->blocks[i].weight;
            last = i;
            count++;
            ++*count_of_kind(blocks, &kinds, i);
        }
    if (count < FEWEST_SURE || core < least_core * chosen_weight(blocks, choice))
        return;
    for (int i = last + REACH + 1; i < blocks->block_count; i++)
        if (is_chosen(choice, i) && choice->chances[i] < least_beyond &&
            *count_of_kind(blocks, &kinds, i) < FEWEST_OF_KIND)
            choice->verdicts[i] = VERDICT_OUT_BEYOND;
}

static int parent_of(const struct blocks *blocks, int block)
{
    return blocks->elements[blocks->blocks[block].box].parent;
}

/* The element whose children are most of what was chosen; -1: none */
static int article_box(const struct blocks *blocks, const struct choice *choice)
{
    float *weights = ARENA_ARRAY(blocks->arena, float, (size_t)blocks->element_count + 1);
    int *long_counts = ARENA_ARRAY(blocks->arena, int, (size_t)blocks->element_count + 1);
    int best = -1;

    for (int i = 0; i < blocks->block_count; i++) {
        int parent = parent_of(blocks, i);
        if (!is_chosen(choice, i) || parent < 0)
            continue;
        weights[parent] += blocks->blocks[i].weight;
        long_counts[parent] += blocks->blocks[i].weight >= box_long_paragraph;
        if (best < 0 || weights[parent] > weights[best])
            best = parent;
    }
    if (best < 0 || long_counts[best] < FEWEST_LONG ||
        weights[best] < least_share * chosen_weight(blocks, choice))
        return -1;
    return best;
}

void take_rest_of_box(const struct blocks *blocks, struct choice *choice)
{
    int box = article_box(blocks, choice);
    bool has_begun = false;

    for (int i = 0; box >= 0 && i < blocks->block_count; i++) {
        const struct block *block = &blocks->blocks[i];
        if (parent_of(blocks, i) != box)
            continue;
        has_begun |= is_chosen(choice, i);
        if (has_begun && choice->verdicts[i] <= VERDICT_OUT_BEYOND && choice->chances[i] >= least_in_box &&
            block->weight >= box_paragraph && block->ends_sentence &&
            block_link_density(block) < most_box_links)
            choice->verdicts[i] = VERDICT_IN_BOX;
    }
}
