/* SPDX-License-Identifier: MIT
 * likeness.h - how much two texts have in common, from a signature of each (MinHash)
 *
 * A text is the set of its pairs of neighbouring words; of scripts written without spaces, whose words are
 * pairs of characters already, of its runs of three characters. Only the beginning counts, since copies are
 * cut at the end. Of each of many hash functions the signature keeps the smallest value over the set: the
 * share of places in which two signatures agree is the share of the pairs that the texts have in common, give
 * or take four in a hundred. (A. Broder, "On the resemblance and containment of documents", 1997.)
 */
#pragma once
#include "core/core.h"

enum {
    LIKENESS_PLACES = 128,
    LIKENESS_BANDS = 24,  /* of two places each: texts alike by 3 in 10 share one, 9 times in 10 */
    LIKENESS_WORDS = 160, /* so many from the start */
    LIKENESS_FEWEST = 12, /* pairs; below that a text says too little to be compared */
};

struct likeness {
    uint16_t at[LIKENESS_PLACES];
    uint32_t pairs; /* 0: nothing can be said of it */
};

void likeness_of(span text, struct likeness *out_likeness);
int likeness_percent(const struct likeness *a, const struct likeness *b);
/* What texts that are alike are found by: equal in one band at least. */
uint64_t likeness_band(const struct likeness *likeness, size_t band);
