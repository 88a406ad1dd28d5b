/* SPDX-License-Identifier: MIT */
#include "text/likeness.h"
#include "bytes/digest.h"
#include "text/words.h"

/* Multipliers of the hash functions: the first odd outcomes of a fixed generator (splitmix64), so that
 * signatures can be stored. */
static uint64_t next_number(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

struct gathering {
    uint64_t before; /* hash of the word before; 0: none */
    uint64_t smallest[LIKENESS_PLACES];
    uint64_t multiplier[LIKENESS_PLACES];
    size_t words;
    uint32_t pairs;
};

static void take_pair(struct gathering *gathering, uint64_t pair)
{
    gathering->pairs++;
    for (size_t i = 0; i < LIKENESS_PLACES; i++) {
        uint64_t value = (pair ^ pair >> 29) * gathering->multiplier[i];
        if (value < gathering->smallest[i])
            gathering->smallest[i] = value;
    }
}

static void take_word(void *context, span word, size_t offset)
{
    struct gathering *gathering = context;
    uint64_t hash = digest_fast(word) | 1;

    (void)offset;
    if (gathering->words++ >= LIKENESS_WORDS)
        return;
    if (gathering->before)
        take_pair(gathering, (gathering->before << 7 | gathering->before >> 57) ^ hash * 0x9e3779b97f4a7c15u);
    gathering->before = hash;
}

enum { LONGEST_START = LIKENESS_WORDS * 16 }; /* bytes that so many words are likely to be in */

void likeness_of(span text, struct likeness *out_likeness)
{
    struct gathering gathering = {0};
    uint64_t state = 1;

    for (size_t i = 0; i < LIKENESS_PLACES; i++) {
        gathering.smallest[i] = UINT64_MAX;
        gathering.multiplier[i] = next_number(&state) | 1;
    }
    words_each(span_sub(text, 0, LONGEST_START), take_word, &gathering);
    *out_likeness = (struct likeness){.pairs = gathering.pairs < LIKENESS_FEWEST ? 0 : gathering.pairs};
    for (size_t i = 0; i < LIKENESS_PLACES && out_likeness->pairs; i++)
        out_likeness->at[i] = (uint16_t)(gathering.smallest[i] >> 20 ^ gathering.smallest[i] >> 40);
}

int likeness_percent(const struct likeness *a, const struct likeness *b)
{
    int equal = 0;

    if (!a->pairs || !b->pairs)
        return 0;
    for (size_t i = 0; i < LIKENESS_PLACES; i++)
        equal += a->at[i] == b->at[i];
    return equal * 100 / LIKENESS_PLACES;
}

uint64_t likeness_band(const struct likeness *likeness, size_t band)
{
    const uint16_t *at = likeness->at + 2 * band;

    return (uint64_t)(band + 1) << 32 | (uint64_t)at[0] << 16 | at[1];
}
