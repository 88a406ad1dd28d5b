/* SPDX-License-Identifier: MIT
 * measuring.h - what measures.c and measures_page.c share: what is known of the page, and small tools
 */
#pragma once
#include "article/measures.h"
#include <math.h>

struct kind { /* blocks of one signature */
    uint32_t signature;
    float count, weight, good, links, characters;
    float squashed_count, squashed_mean; /* of weights */
};

struct text_seen {
    int total, so_far;
};

struct shingles {    /* hashes of runs of three tokens */
    uint32_t *slots; /* 0: free */
    uint32_t slot_count;
};

struct title_words { /* of a block */
    int own, shared;
    float likeness;
};

struct measuring {
    const struct blocks *blocks;
    struct arena *arena;
    float *rows;
    float total_weight, total_good, total_long, page_density, page_unspaced;
    float squashed_total, squashed_count; /* of weights, of blocks */
    int articles;
    int top, descended;        /* elements; -1: none */
    int first_long, last_long; /* blocks, within top */
    int headline;              /* block; -1: none */
    bool *is_above_top;        /* by element: top itself or an ancestor of it */
    bool *is_headline_article;
    bool has_headline_article;
    struct kind *kinds, **kind_of; /* by block */
    struct text_seen **seen;       /* by block */
    uint32_t *title;
    int title_count;
    struct title_words *title_words; /* by block */
    float *weights;                  /* by block, squashed */
    struct shingles description, body;
    float **by_element; /* ancestors' features, made when first asked for */
    float *pair_counts;
};

/* measures_page.c: all above but the rows and what is made when first asked for */
void look_at_page(struct measuring *m, const struct page_words *words);

/* The share of a block's runs of three tokens that a text has; `too_short` where the block has none. */
float share_in(const struct shingles *set, const struct block *block, float too_short);

static inline float squash(float x)
{
    return log1pf(x);
}

static inline float between(float x, float low, float high)
{
    return x < low ? low : x > high ? high : x;
}

static inline float part(float of, float whole)
{
    return of / (whole > 1 ? whole : 1);
}

static inline int heading_level(const struct node *node)
{
    return node->tag >= TAG_h1 && node->tag <= TAG_h6 ? node->tag - TAG_h1 + 1 : 0;
}

static inline float sum_of(const float *sums, const struct element *element)
{
    return sums[element->end_block] - sums[element->first_block];
}
