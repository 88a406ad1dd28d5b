/* SPDX-License-Identifier: MIT
 * measures_page.c - what is known of a page before its blocks are measured
 *
 * The box that holds most of its prose, its first and last long paragraph, its headline, what it is made
 * like, and the words that it says of itself.
 */
#include "article/measuring.h"
#include "core/vec.h"
#include <stdlib.h>

/* --- sets of words, and of runs of three --- */

static int compare_hashes(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return (left > right) - (left < right);
}

/* Sorted, each once; the number that is left. */
static int make_set(uint32_t *tokens, int count)
{
    int kept = 0;

    if (count == 0)
        return 0;
    qsort(tokens, (size_t)count, sizeof *tokens, compare_hashes);
    for (int i = 1; i < count; i++)
        if (tokens[i] != tokens[kept])
            tokens[++kept] = tokens[i];
    return kept + 1;
}

static uint32_t shingle(const uint32_t *tokens)
{
    uint32_t hash = tokens[0] * 0x9e3779b1u ^ (tokens[1] * 0x85ebca6bu + 0x7f4a7c15u) ^
                    (tokens[2] * 0xc2b2ae35u + 0x165667b1u);

    hash ^= hash >> 15;
    return hash ? hash : 1;
}

static struct shingles shingles_of(struct arena *arena, span text)
{
    int count = 0;
    uint32_t *tokens = blocks_tokens(arena, text, &count);
    struct shingles set = {0};

    if (count < 3)
        return set;
    for (set.slot_count = 16; set.slot_count < (uint32_t)count * 2;)
        set.slot_count *= 2;
    set.slots = ARENA_ARRAY(arena, uint32_t, set.slot_count);
    for (int i = 0; i + 3 <= count; i++) {
        uint32_t hash = shingle(tokens + i), at = hash & (set.slot_count - 1);
        while (set.slots[at] && set.slots[at] != hash)
            at = (at + 1) & (set.slot_count - 1);
        set.slots[at] = hash;
    }
    return set;
}

static bool shingles_have(const struct shingles *set, uint32_t hash)
{
    uint32_t at = hash & (set->slot_count - 1);

    while (set->slots[at] && set->slots[at] != hash)
        at = (at + 1) & (set->slot_count - 1);
    return set->slots[at] == hash;
}

float share_in(const struct shingles *set, const struct block *block, float too_short)
{
    int found = 0, count = block->token_count - 2;

    if (!set->slot_count)
        return -1;
    if (count <= 0)
        return too_short;
    for (int i = 0; i < count; i++)
        found += shingles_have(set, shingle(block->tokens + i));
    return (float)found / (float)count;
}

/* --- the page --- */

/* The node that holds most prose: paragraphs speak for the boxes above them, the nearer the more (as
 * Readability does it). */
static void find_top(struct measuring *m)
{
    const struct blocks *blocks = m->blocks;
    float *scores = ARENA_ARRAY(m->arena, float, (size_t)blocks->element_count), best = 0;

    for (int i = 0; i < blocks->block_count; i++) {
        const struct block *block = &blocks->blocks[i];
        int element = block->box;
        float score = 1 + (float)block->commas + MIN(block->weight / 100, 3);
        if (block->weight < 25 || block_link_density(block) > 0.5f)
            continue;
        switch (blocks->elements[element].node->tag) {
        case TAG_p:
        case TAG_span:
        case TAG_li:
        case TAG_h2:
        case TAG_h3:
        case TAG_pre:
        case TAG_td:
        case TAG_blockquote:
            element = blocks->elements[element].parent;
            break;
        default:
            break;
        }
        for (int level = 0; element >= 0 && level < 5; level++, element = blocks->elements[element].parent)
            scores[element] += score * (level == 0 ? 1.0f : level == 1 ? 0.5f : 1.0f / (float)(3 * level));
    }
    for (int e = 0; e < blocks->element_count; e++) {
        const struct element *element = &blocks->elements[e];
        float score = scores[e] *
                      (1 - part(sum_of(blocks->sum_links, element), sum_of(blocks->sum_characters, element)));
        uint32_t bad =
            1u << SIGN_COMMENT | 1u << SIGN_FOOT | 1u << SIGN_SIDE | 1u << SIGN_RELATED | 1u << SIGN_NAV;
        if (element->signs & bad)
            score *= 0.6f;
        if (element->signs & (1u << SIGN_BODY | 1u << SIGN_CONTENT))
            score *= 1.15f;
        if (score > best) {
            best = score;
            m->top = e;
        }
    }
    for (int e = m->top; e >= 0; e = blocks->elements[e].parent)
        m->is_above_top[e] = true;
}

/* From the root down, as long as one child has most of the prose. */
static void descend(struct measuring *m)
{
    const struct blocks *blocks = m->blocks;
    int *heaviest = ARENA_ARRAY(
        m->arena, int, (size_t)blocks->element_count); /* child with >= 60 % of the good weight, + 1 */

    for (int e = 1; e < blocks->element_count; e++) {
        int parent = blocks->elements[e].parent;
        float whole = parent >= 0 ? sum_of(blocks->sum_good, &blocks->elements[parent]) : 0;
        if (whole > 0 && sum_of(blocks->sum_good, &blocks->elements[e]) >= 0.6f * whole)
            heaviest[parent] = e + 1;
    }
    m->descended = blocks->element_count ? 0 : -1;
    while (m->descended >= 0) {
        int child = heaviest[m->descended] - 1;
        if (child < 0 || blocks->elements[child].end_block - blocks->elements[child].first_block < 2)
            return;
        m->descended = child;
    }
}

static void find_long(struct measuring *m)
{
    const struct blocks *blocks = m->blocks;
    int first = m->top >= 0 ? blocks->elements[m->top].first_block : 0;
    int end = m->top >= 0 ? blocks->elements[m->top].end_block : blocks->block_count;

    m->first_long = -1;
    for (int i = first; i < end; i++) {
        if (!block_is_long(&blocks->blocks[i]))
            continue;
        if (m->first_long < 0)
            m->first_long = i;
        m->last_long = i;
    }
    if (m->first_long < 0) {
        m->first_long = first;
        m->last_long = MAX(first, end - 1);
    }
}

static bool is_in_title(const struct measuring *m, uint32_t token)
{
    int low = 0, high = m->title_count;

    while (low < high) {
        int middle = (low + high) / 2;
        if (m->title[middle] == token)
            return true;
        if (m->title[middle] < token)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* Of the block's first tokens, each counted once: how many there are, and how many the title has, too */
static void compare_with_title(const struct measuring *m, const struct block *block, struct title_words *out)
{
    enum { LOOKED_AT = 256, SLOTS = 2 * LOOKED_AT };
    uint32_t slots[SLOTS] = {0};
    bool has_zero = false;

    *out = (struct title_words){0};
    for (int i = 0; i < MIN(block->token_count, LOOKED_AT); i++) {
        uint32_t token = block->tokens[i], at = token % SLOTS;
        while (slots[at] && slots[at] != token)
            at = (at + 1) % SLOTS;
        if (token ? slots[at] == token : has_zero)
            continue;
        slots[at] = token;
        has_zero |= token == 0;
        out->own++;
        out->shared += is_in_title(m, token);
    }
    out->likeness = (float)out->shared / (float)MAX(1, out->own + m->title_count - out->shared);
}

static void find_headline(struct measuring *m)
{
    const struct blocks *blocks = m->blocks;
    float best = 0;

    for (int i = 0; i < blocks->block_count && m->title_count; i++) {
        const struct block *block = &blocks->blocks[i];
        int level = heading_level(blocks->elements[block->box].node);
        float like;
        compare_with_title(m, block, &m->title_words[i]);
        if (block->token_count == 0 || block->token_count > 4 * m->title_count + 8)
            continue;
        like = m->title_words[i].likeness;
        if (like > 0.4f && like + (level == 1 ? 0.3f : level == 2 || level == 3 ? 0.1f : 0) > best + 0.01f) {
            best = like + (level == 1 ? 0.3f : level == 2 || level == 3 ? 0.1f : 0);
            m->headline = i;
        }
    }
    for (int e = m->headline >= 0 ? blocks->blocks[m->headline].box : -1; e >= 0;
         e = blocks->elements[e].parent)
        if (blocks->elements[e].node->tag == TAG_article)
            m->is_headline_article[e] = m->has_headline_article = true;
}

static span hash_key(const uint32_t *hash) /* which stays where it is */
{
    return (span){(const char *)hash, sizeof *hash};
}

static void count_kinds(struct measuring *m)
{
    const struct blocks *blocks = m->blocks;
    struct map kinds = {.arena = m->arena}, texts = {.arena = m->arena};

    for (int i = 0; i < blocks->block_count; i++) {
        const struct block *block = &blocks->blocks[i];
        void **kind_at = map_at(&kinds, hash_key(&blocks->elements[block->box].signature));
        void **seen_at = map_at(&texts, block->text);
        struct kind *kind = *kind_at ? *kind_at : (*kind_at = ARENA_NEW(m->arena, struct kind));
        struct text_seen *seen = *seen_at ? *seen_at : (*seen_at = ARENA_NEW(m->arena, struct text_seen));
        kind->count++;
        kind->weight += block->weight;
        kind->good += block_good(block);
        kind->links += block->link_characters;
        kind->characters += block->characters;
        seen->total++;
        m->kind_of[i] = kind;
        m->seen[i] = seen;
    }
    for (int i = 0; i < blocks->block_count; i++) {
        struct kind *kind = m->kind_of[i];
        if (kind->squashed_count > 0)
            continue;
        kind->squashed_count = squash(kind->count);
        kind->squashed_mean = squash(kind->weight / kind->count);
    }
}

static void count_repeats(struct measuring *m)
{
    const struct blocks *blocks = m->blocks;
    struct map counts = {.arena = m->arena};
    float **of = ARENA_ARRAY(m->arena, float *, (size_t)blocks->element_count);

    for (int e = 0; e < blocks->element_count; e++) {
        void **at = map_at(&counts, hash_key(&blocks->elements[e].pair_signature));
        float *count = *at ? *at : (*at = ARENA_NEW(m->arena, float));
        *count += node_is_block(blocks->elements[e].node);
        of[e] = count;
    }
    m->pair_counts = ARENA_ARRAY(m->arena, float, (size_t)blocks->element_count);
    for (int e = 0; e < blocks->element_count; e++)
        m->pair_counts[e] = squash(*of[e]);
}

void look_at_page(struct measuring *m, const struct page_words *words)
{
    const struct blocks *blocks = m->blocks;
    float unspaced = 0, tokens = 0;
    int body_tokens = 0, last = blocks->block_count;

    m->total_weight = MAX(1, blocks->sum_weight[last]);
    m->squashed_total = squash(m->total_weight);
    m->squashed_count = squash((float)last);
    m->total_good = MAX(1, blocks->sum_good[last]);
    m->total_long = MAX(1, blocks->sum_long[last]);
    m->page_density = part(blocks->sum_links[last], blocks->sum_characters[last]);
    for (int i = 0; i < last; i++) {
        unspaced += (float)blocks->blocks[i].unspaced;
        tokens += (float)blocks->blocks[i].token_count;
    }
    m->page_unspaced = part(unspaced, tokens);
    for (int e = 0; e < blocks->element_count; e++)
        m->articles += blocks->elements[e].node->tag == TAG_article;
    m->title = blocks_tokens(m->arena, words->title, &m->title_count);
    m->title_count = make_set(m->title, m->title_count);
    m->description = shingles_of(m->arena, words->description);
    blocks_tokens(m->arena, words->body, &body_tokens);
    if (body_tokens > 60)
        m->body = shingles_of(m->arena, words->body);
    find_top(m);
    descend(m);
    find_long(m);
    find_headline(m);
    count_kinds(m);
    count_repeats(m);
}
