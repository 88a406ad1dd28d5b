/* SPDX-License-Identifier: MIT
 * measures.c - the measures, group by group
 *
 * Everything about an element's ancestors is computed once an element and shared by its blocks; everything
 * about a container is a difference of two sums. Logarithms tame lengths.
 */
#include "article/measures.h"
#include "core/vec.h"
#include <math.h>
#include <stdlib.h>

const char *const feature_names[FEATURE_COUNT] = {
#define X(name) #name,
    FEATURES(X)
#undef X
};

enum { FARTHEST = 12, CONTAINERS = 4, CONTAINER_FEATURES = F_c1_w - F_c0_w };

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

/* --- small tools --- */

static float squash(float x)
{
    return log1pf(x);
}

static float between(float x, float low, float high)
{
    return x < low ? low : x > high ? high : x;
}

static float part(float of, float whole)
{
    return of / (whole > 1 ? whole : 1);
}

static int heading_level(const struct node *node)
{
    return node->tag >= TAG_h1 && node->tag <= TAG_h6 ? node->tag - TAG_h1 + 1 : 0;
}

static float sum_of(const float *sums, const struct element *element)
{
    return sums[element->end_block] - sums[element->first_block];
}

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

/* The share of a block's runs of three that a text has; `too_short` where the block has none. */
static float share_in(const struct shingles *set, const struct block *block, float too_short)
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

/* --- what is known of the page before its blocks are looked at --- */

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

static void look_at_page(struct measuring *m, const struct page_words *words)
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

/* --- of a block's ancestors: once an element --- */

static void near_signs(const struct blocks *blocks, int element, float *row)
{
    static const struct {
        enum class_sign sign;
        enum feature feature;
    } signs[] = {{SIGN_NAV, F_d_nav},         {SIGN_SHARE, F_d_share},     {SIGN_RELATED, F_d_related},
                 {SIGN_COMMENT, F_d_comment}, {SIGN_NEWSLETTER, F_d_news}, {SIGN_CAPTION, F_d_caption},
                 {SIGN_AUTHOR, F_d_author},   {SIGN_DATE, F_d_date},       {SIGN_TAG, F_d_tag},
                 {SIGN_AD, F_d_ad},           {SIGN_FOOT, F_d_foot},       {SIGN_HEAD, F_d_head},
                 {SIGN_SIDE, F_d_side},       {SIGN_BODY, F_d_body},       {SIGN_CONTENT, F_d_content},
                 {SIGN_TITLE, F_d_title},     {SIGN_LEAD, F_d_lead},       {SIGN_LIST, F_d_list},
                 {SIGN_HIDDEN, F_d_hid},      {SIGN_VIDEO, F_d_video},     {SIGN_QUOTE, F_d_quote},
                 {SIGN_ACTION, F_d_action},   {SIGN_BOX, F_d_box}};
    uint32_t found = 0;

    for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
        row[signs[i].feature] = FARTHEST;
    for (int e = element, distance = 0; e >= 0; e = blocks->elements[e].parent, distance++) {
        const struct element *above = &blocks->elements[e];
        uint32_t fresh = above->signs & ~found;
        if (above->node->tag == TAG_body || above->node->tag == TAG_html || !fresh)
            continue;
        for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
            if (fresh >> signs[i].sign & 1)
                row[signs[i].feature] = (float)MIN(distance, FARTHEST - 1);
        found |= fresh;
    }
}

/* The feature that says how far an element of this tag is; 0, which is none of them: nobody asks */
static const uint8_t near_tags[TAG_COUNT] = {[TAG_nav] = F_a_nav,
                                             [TAG_header] = F_a_header,
                                             [TAG_footer] = F_a_footer,
                                             [TAG_aside] = F_a_aside,
                                             [TAG_article] = F_a_article,
                                             [TAG_main] = F_a_main,
                                             [TAG_section] = F_a_section,
                                             [TAG_ul] = F_a_ul,
                                             [TAG_ol] = F_a_ul,
                                             [TAG_table] = F_a_table,
                                             [TAG_td] = F_a_table,
                                             [TAG_th] = F_a_table,
                                             [TAG_figure] = F_a_figure,
                                             [TAG_form] = F_a_form,
                                             [TAG_blockquote] = F_a_blockquote,
                                             [TAG_button] = F_a_button,
                                             [TAG_a] = F_a_a,
                                             [TAG_dl] = F_a_dl};

static void near_elements(const struct blocks *blocks, int element, float *row)
{
    for (size_t tag = 0; tag < TAG_COUNT; tag++)
        if (near_tags[tag])
            row[near_tags[tag]] = FARTHEST;
    for (int e = element, distance = 0; e >= 0; e = blocks->elements[e].parent, distance++) {
        unsigned feature = near_tags[blocks->elements[e].node->tag];
        if (feature && row[feature] == FARTHEST)
            row[feature] = (float)MIN(distance, FARTHEST - 1);
    }
}

static void containers(const struct measuring *m, int element, float *row)
{
    const struct blocks *blocks = m->blocks;
    int count = 0, first = -1, end = -1;

    for (int e = blocks->elements[element].parent; e >= 0 && count < CONTAINERS;
         e = blocks->elements[e].parent) {
        const struct element *above = &blocks->elements[e];
        float *at = row + F_c0_w + count * CONTAINER_FEATURES, weight, good;
        if (above->first_block == first && above->end_block == end)
            continue; /* a wrapper, and no more */
        first = above->first_block;
        end = above->end_block;
        weight = MAX(1, sum_of(blocks->sum_weight, above));
        good = sum_of(blocks->sum_good, above);
        at[0] = squash(weight);
        at[1] = part(sum_of(blocks->sum_links, above), sum_of(blocks->sum_characters, above));
        at[2] = good / weight;
        at[3] = good / m->total_good;
        at[4] = sum_of(blocks->sum_long, above);
        at[5] = (float)(end - first);
        at[6] = part(sum_of(blocks->sum_paragraphs, above), (float)(end - first));
        count++;
    }
    for (; count < CONTAINERS; count++)
        for (int i = 0; i < CONTAINER_FEATURES; i++)
            row[F_c0_w + count * CONTAINER_FEATURES + i] = -1;
}

static void relation_to_top(const struct measuring *m, int element, float *row)
{
    const struct blocks *blocks = m->blocks;
    int up = 0, e = element, below = 0;

    row[F_desc_in] = 0;
    row[F_desc_below] = row[F_top_below] = row[F_top_up] = row[F_lca_d] = -1;
    row[F_top_in] = m->top >= 0 ? 0 : -1;
    for (int a = element; a >= 0; a = blocks->elements[a].parent, below++) {
        if (a == m->top) {
            row[F_top_in] = 1;
            row[F_top_below] = (float)below;
        }
        if (a == m->descended) {
            row[F_desc_in] = 1;
            row[F_desc_below] = (float)below;
        }
    }
    if (m->top < 0)
        return;
    while (e >= 0 && !m->is_above_top[e]) {
        e = blocks->elements[e].parent;
        up++;
    }
    row[F_top_up] = e == m->top ? -1 : (float)up;
    row[F_lca_d] = (float)(blocks->elements[m->top].depth - (e >= 0 ? blocks->elements[e].depth : 0));
}

static void articles_above(const struct measuring *m, int element, float *row)
{
    const struct blocks *blocks = m->blocks;
    int innermost = -1, outermost = -1, count = 0;

    row[F_cmt] = row[F_hidden] = row[F_itembody] = 0;
    for (int e = element; e >= 0; e = blocks->elements[e].parent) {
        const struct element *above = &blocks->elements[e];
        row[F_cmt] = row[F_cmt] || above->signs >> SIGN_COMMENTS_AREA & 1;
        row[F_hidden] = row[F_hidden] || above->is_hidden;
        row[F_itembody] = row[F_itembody] || above->is_body_property;
        if (above->node->tag != TAG_article)
            continue;
        if (innermost < 0)
            innermost = e;
        outermost = e;
        count++;
    }
    row[F_depth] = (float)blocks->elements[element].depth;
    row[F_art_n] = (float)count;
    row[F_art_top] = innermost < 0 ? -1 : (float)m->is_above_top[innermost];
    row[F_art_same] = !m->has_headline_article                              ? -1
                      : outermost >= 0 && m->is_headline_article[outermost] ? 1
                      : innermost >= 0 && m->is_headline_article[innermost] ? 0.5f
                                                                            : 0;
}

static void repeats(const struct measuring *m, int element, float *row)
{
    const struct blocks *blocks = m->blocks;
    int parent = blocks->elements[element].parent >= 0 ? blocks->elements[element].parent : element;
    int grand = blocks->elements[parent].parent >= 0 ? blocks->elements[parent].parent : parent;

    row[F_rep_own] = m->pair_counts[element];
    row[F_rep_par] = m->pair_counts[parent];
    row[F_rep_gp] = m->pair_counts[grand];
}

static const float *ancestors(struct measuring *m, int element)
{
    float *row = m->by_element[element];

    if (row)
        return row;
    row = m->by_element[element] = ARENA_ARRAY(m->arena, float, FEATURE_COUNT);
    near_signs(m->blocks, element, row);
    near_elements(m->blocks, element, row);
    containers(m, element, row);
    relation_to_top(m, element, row);
    articles_above(m, element, row);
    repeats(m, element, row);
    return row;
}

/* --- of the block itself --- */

static void text_features(const struct block *block, float *row)
{
    float characters = MAX(1, block->characters);

    row[F_nch] = squash(block->characters);
    row[F_ntok] = squash((float)block->token_count);
    row[F_ld] = block_link_density(block);
    row[F_nl] = (float)block->links;
    row[F_ns] = (float)block->sentences;
    row[F_nsd] = (float)block->sentences / characters * 100;
    row[F_ncd] = (float)block->commas / characters * 100;
    row[F_endp] = block->ends_sentence;
    row[F_endcolon] = block->ends_colon;
    row[F_lower0] = block->starts_lower;
    row[F_caps] = part((float)block->capitals, (float)block->letters);
    row[F_capw] = part((float)block->capital_words, (float)block->words);
    row[F_dig] = (float)block->digits / characters;
    row[F_date] = block->has_year || block->signs.count[TEXT_MONTH] > 0;
    row[F_time] = block->has_clock;
    row[F_pipe] = (float)block->bars;
    row[F_lab] = block->signs.count[TEXT_OTHER_STORY] > 0;
    row[F_lab0] = block->signs.at_start[TEXT_OTHER_STORY];
    row[F_src] = (float)block->signs.count[TEXT_SOURCE_LINE];
    row[F_byl] = block->signs.at_start[TEXT_BYLINE];
    row[F_cta] = (float)block->signs.count[TEXT_CALL];
    row[F_at] = block->has_at;
    row[F_quote] = block->starts_quote;
    row[F_dash0] = block->starts_dash;
    row[F_paren] = block->starts_bracket;
    row[F_cj] = (float)block->unspaced / characters;
    row[F_strong] = MIN(1, block->strong_characters / characters);
    row[F_em] = MIN(1, block->em_characters / characters);
}

static void tag_features(const struct node *node, float *row)
{
    int level = heading_level(node);

    row[F_t_p] = node->tag == TAG_p;
    row[F_t_div] = node->tag == TAG_div;
    row[F_t_li] = node->tag == TAG_li;
    row[F_t_td] = node->tag == TAG_td;
    row[F_t_blockquote] = node->tag == TAG_blockquote;
    row[F_t_pre] = node->tag == TAG_pre;
    row[F_t_figcaption] = node->tag == TAG_figcaption;
    row[F_hl] = (float)level;
    row[F_t_other] = !(row[F_t_p] || row[F_t_div] || row[F_t_li] || row[F_t_td] || row[F_t_blockquote] ||
                       row[F_t_pre] || row[F_t_figcaption] || level || node->tag == TAG_dd ||
                       node->tag == TAG_section || node->tag == TAG_article);
}

static float signed_gap(const float *sums, int from, int to)
{
    float gap = squash(fabsf(sums[from] - sums[to]));

    return from < to ? -gap : gap;
}

static void place_features(const struct measuring *m, int i, int last_heading, int h1_count, float *row)
{
    const struct blocks *blocks = m->blocks;
    int count = blocks->block_count;

    row[F_idx] = (float)i / (float)count;
    row[F_idxn] = (float)MIN(i, 200);
    row[F_fromend] = (float)MIN(count - i, 200);
    row[F_pos] = blocks->sum_weight[i] / m->total_weight;
    row[F_gpos] = blocks->sum_good[i] / m->total_good;
    row[F_lpbefore] = blocks->sum_long[i];
    row[F_lpafter] = blocks->sum_long[count] - blocks->sum_long[i + 1];
    row[F_vs_ft] = between((float)(i - m->first_long), -30, 30);
    row[F_vs_lt] = between((float)(i - m->last_long), -30, 30);
    row[F_w_vs_ft] = signed_gap(blocks->sum_weight, i, m->first_long);
    row[F_w_vs_lt] = signed_gap(blocks->sum_weight, i, m->last_long);
    row[F_h1d] = m->headline < 0 ? 99 : between((float)(i - m->headline), -50, 50);
    row[F_h1w] = m->headline < 0 ? 99 : signed_gap(blocks->sum_weight, i, m->headline);
    row[F_ish1] = i == m->headline;
    row[F_nh1] = (float)MIN(h1_count, 6);
    row[F_headd] = (float)MIN(i - last_heading, 30);
}

static void word_features(const struct measuring *m, int i, float *row)
{
    const struct block *block = &m->blocks->blocks[i];
    const struct title_words *words = &m->title_words[i];

    row[F_tjac] = m->title_count ? words->likeness : -1;
    row[F_tin] = m->title_count ? (float)words->shared / (float)MAX(1, words->own) : -1;
    row[F_desc] = share_in(&m->description, block, -1);
    row[F_ab] = share_in(&m->body, block, 0.5f);
}

static void kind_features(const struct measuring *m, int i, float *row)
{
    const struct kind *kind = m->kind_of[i];

    row[F_sg_n] = kind->squashed_count;
    row[F_sg_w] = kind->weight / m->total_weight;
    row[F_sg_g] = kind->good / m->total_good;
    row[F_sg_gd] = part(kind->good, kind->weight);
    row[F_sg_ld] = part(kind->links, kind->characters);
    row[F_sg_avg] = kind->squashed_mean;
    row[F_dup] = (float)MIN(m->seen[i]->total, 5);
    row[F_dupprev] = (float)MIN(m->seen[i]->so_far, 3);
    m->seen[i]->so_far++;
}

static void page_features(const struct measuring *m, float *row)
{
    const struct blocks *blocks = m->blocks;

    row[F_pg_w] = m->squashed_total;
    row[F_pg_g] = m->total_good / m->total_weight;
    row[F_pg_ld] = m->page_density;
    row[F_pg_n] = m->squashed_count;
    row[F_pg_lp] = m->total_long;
    row[F_pg_cj] = m->page_unspaced;
    row[F_pg_art] = (float)MIN(m->articles, 20);
    row[F_pg_topg] = m->top >= 0 ? sum_of(blocks->sum_good, &blocks->elements[m->top]) / m->total_good : 0;
    row[F_pg_ab] = m->body.slot_count > 0;
}

static void neighbour(const struct measuring *m, int i, int k, float *at, bool with_box)
{
    const struct blocks *blocks = m->blocks;
    const struct block *own = &blocks->blocks[i], *other;
    int next = 4;

    if (k < 0 || k >= blocks->block_count) {
        for (int f = 0; f < (with_box ? 7 : 6); f++)
            at[f] = -1;
        return;
    }
    other = &blocks->blocks[k];
    at[0] = m->weights[k];
    at[1] = block_link_density(other);
    at[2] = other->ends_sentence;
    at[3] = blocks->elements[other->box].node->tag == TAG_p;
    if (with_box)
        at[next++] = other->box == own->box ||
                     blocks->elements[other->box].parent == blocks->elements[own->box].parent;
    at[next++] = m->kind_of[k] == m->kind_of[i];
    at[next] = (float)heading_level(blocks->elements[other->box].node);
}

static void set_up(struct measuring *m)
{
    size_t elements = (size_t)m->blocks->element_count, blocks = (size_t)m->blocks->block_count;

    m->top = m->descended = m->headline = -1;
    m->is_above_top = ARENA_ARRAY(m->arena, bool, elements);
    m->is_headline_article = ARENA_ARRAY(m->arena, bool, elements);
    m->by_element = ARENA_ARRAY(m->arena, float *, elements);
    m->kind_of = ARENA_ARRAY(m->arena, struct kind *, blocks);
    m->seen = ARENA_ARRAY(m->arena, struct text_seen *, blocks);
    m->title_words = ARENA_ARRAY(m->arena, struct title_words, blocks);
    m->weights = ARENA_ARRAY(m->arena, float, blocks);
    for (size_t i = 0; i < blocks; i++)
        m->weights[i] = squash(m->blocks->blocks[i].weight);
    m->rows = ARENA_ARRAY(m->arena, float, blocks *FEATURE_COUNT);
}

float *features_read(const struct blocks *blocks, const struct page_words *words)
{
    struct measuring m = {.blocks = blocks, .arena = blocks->arena};
    int last_heading = -99, h1_count = 0;

    set_up(&m);
    look_at_page(&m, words);
    for (int i = 0; i < blocks->block_count; i++) {
        const struct block *block = &blocks->blocks[i];
        const struct node *node = blocks->elements[block->box].node;
        float *row = m.rows + (size_t)i * FEATURE_COUNT;
        memcpy(row, ancestors(&m, block->box), sizeof(float) * FEATURE_COUNT);
        h1_count += node->tag == TAG_h1;
        text_features(block, row);
        row[F_wl] = m.weights[i];
        tag_features(node, row);
        place_features(&m, i, last_heading, h1_count, row);
        word_features(&m, i, row);
        kind_features(&m, i, row);
        page_features(&m, row);
        neighbour(&m, i, i - 2, row + F_m2_wl, false);
        neighbour(&m, i, i - 1, row + F_m1_wl, true);
        neighbour(&m, i, i + 1, row + F_p1_wl, true);
        neighbour(&m, i, i + 2, row + F_p2_wl, false);
        if (heading_level(node))
            last_heading = i;
    }
    return m.rows;
}
