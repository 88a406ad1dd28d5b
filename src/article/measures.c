/* SPDX-License-Identifier: MIT
 * measures.c - the measures, group by group
 *
 * Everything about an element's ancestors is computed once an element and shared by its blocks; everything
 * about a container is a difference of two sums. Logarithms tame lengths.
 */
#include "article/measuring.h"

const char *const feature_names[FEATURE_COUNT] = {
#define X(name) #name,
    FEATURES(X)
#undef X
};

enum { FARTHEST = 12, CONTAINERS = 4, CONTAINER_FEATURES = F_c1_w - F_c0_w };

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
