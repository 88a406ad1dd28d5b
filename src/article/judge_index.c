/* SPDX-License-Identifier: MIT
 * judge_index.c - pages that list others: tags, searches, authors, front pages
 *
 * A card is a link, short as a headline is, and a short text behind it. What a template made many times over
 * is a list of cards; an article may have such a list beside it, but is not made of cards.
 */
#include "article/judge.h"

enum { CARDS = 6, MOST_KINDS = 64, BEFORE = 2 /* blocks between the link and the text */ };

/* Weight of text that is no card's: an article, whatever is around it */
static const float enough_prose = 500;
static const float shortest_head = 12, longest_head = 240, longest_text = 320, mostly = 0.8f;

static bool is_head(const struct block *block)
{
    return block->weight >= shortest_head && block->weight <= longest_head &&
           block_link_density(block) > mostly;
}

/* How the template makes the text of the card that ends with this block; 0: it is no card's. */
static uint32_t card_at(const struct blocks *blocks, int at)
{
    const struct block *text = &blocks->blocks[at];

    if (is_head(text) || text->weight > longest_text)
        return 0;
    for (int i = at - 1; i >= 0 && i >= at - BEFORE; i--)
        if (is_head(&blocks->blocks[i]))
            return blocks->elements[text->box].signature;
    return 0;
}

struct cards {
    uint32_t kinds[MOST_KINDS];
    int counts[MOST_KINDS];
    int kind_count;
};

static int *count_of(struct cards *cards, uint32_t kind, bool is_made)
{
    for (int i = 0; i < cards->kind_count; i++)
        if (cards->kinds[i] == kind)
            return &cards->counts[i];
    if (!is_made || cards->kind_count == MOST_KINDS)
        return NULL;
    cards->kinds[cards->kind_count] = kind;
    return &cards->counts[cards->kind_count++];
}

static void count_cards(const struct blocks *blocks, struct cards *cards)
{
    for (int i = 0; i < blocks->block_count; i++) {
        uint32_t kind = card_at(blocks, i);
        int *count = kind ? count_of(cards, kind, true) : NULL;
        if (count)
            ++*count;
    }
}

bool judge_leads_elsewhere(const struct evidence *evidence)
{
    const struct blocks *blocks = evidence->blocks;
    struct cards cards = {0};
    float whole = 0, of_cards = 0, prose = 0, characters = 0, links = 0;
    int chosen = 0;

    if (!evidence->choice || evidence->choice->is_plain || evidence->page->says_article)
        return false;
    count_cards(blocks, &cards);
    for (int i = 0; i < blocks->block_count; i++) {
        const struct block *block = &blocks->blocks[i];
        if (!is_chosen(evidence->choice, i))
            continue;
        uint32_t kind = card_at(blocks, i);
        const int *count = kind ? count_of(&cards, kind, false) : NULL;
        bool is_of_card = is_head(block) || (count && *count >= CARDS);
        whole += block->weight;
        of_cards += is_of_card ? block->weight : 0;
        prose += is_of_card || block_link_density(block) > 0.5f ? 0 : block->weight;
        characters += block->characters;
        links += block->link_characters;
        chosen++;
    }
    return whole > 0 && prose < enough_prose &&
           (of_cards >= mostly * whole || (chosen >= CARDS && links > characters / 2));
}
