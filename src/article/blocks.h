/* SPDX-License-Identifier: MIT
 * blocks.h - a page as a row of blocks: what scoring looks at
 *
 * A block is the longest run of inline content within one block-level element; two <br> in a row divide it,
 * and so does one before an ideographic space, the way Chinese pages begin a paragraph. Elements keep which
 * blocks lie within them, so that every figure of a container is a difference of two sums. One pass over the
 * tree; times and room follow its size.
 *
 * "Weight" is the length that all limits use: characters that are no spaces, those of scripts written without
 * spaces counted three times, since a Chinese clause of ten characters says what an English one of thirty
 * does.
 */
#pragma once
#include "article/signs.h"
#include "markup/html.h"

struct element {
    struct node *node;
    int parent; /* index; -1: none */
    int depth;
    int first_block, end_block;       /* blocks within: [first, end) */
    uint32_t signs;                   /* bits of enum class_sign */
    uint32_t own_signature;           /* hash of tag and first class */
    uint32_t pair_signature;          /* with the parent's */
    uint32_t signature;               /* with the grandparent's too: how a template makes its kind */
    bool is_hidden, is_body_property; /* hidden or aria-hidden · itemprop=articleBody */
};

struct block {
    int box;                             /* the block-level element it stands in: index of element */
    span text;                           /* white space collapsed, as it stands */
    span folded;                         /* the same in lower case */
    struct node *first_node, *last_node; /* its first and last text nodes */
    uint32_t *tokens;                    /* hashes of words in lower case, each unspaced character one */
    int token_count;
    float characters, weight; /* without spaces */
    float link_characters, strong_characters, em_characters;
    int links;
    int sentences, commas, digits, bars; /* ends of sentences · , ， 、 · digits · | » › · • */
    int letters, capitals, words, capital_words, unspaced;
    bool ends_sentence, ends_colon, starts_lower, starts_quote, starts_dash, starts_bracket, has_at;
    bool has_year, has_clock;
    struct sign_count signs;
};

struct blocks {
    struct arena *arena;
    struct node *document;
    struct element *elements;
    int element_count;
    struct block *blocks;
    int block_count;
    const struct signs *signs;
    /* sums over blocks before the n-th: block_count + 1 each */
    float *sum_characters, *sum_links, *sum_weight, *sum_good, *sum_long, *sum_paragraphs, *sum_sentences;
};

/* ERROR_LIMIT: more than a page can have (the arena is full). */
struct error *blocks_read(struct arena *arena, struct node *document, struct blocks **out_blocks) MUST_USE;

static inline float block_link_density(const struct block *block)
{
    float density = block->characters > 0 ? block->link_characters / block->characters : 0;

    return density > 1 ? 1 : density;
}
float block_good(
    const struct block *block); /* its weight as prose; 0: too short, too many links, or no sentence */
bool block_is_long(const struct block *block); /* a paragraph beyond doubt */
/* Elements whose content is nobody's block: frames, players, forms' parts, what is never seen */
bool block_passes_over(const struct node *node);
/* The tokens of a text, as blocks have them */
uint32_t *blocks_tokens(struct arena *arena, span text, int *out_count);
