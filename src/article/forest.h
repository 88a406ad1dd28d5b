/* SPDX-License-Identifier: MIT
 * forest.h - the learned table: from a block's measures to the chance that it is the article's
 *
 * Gradient-boosted trees, learned by data/train-extraction.py and compiled in (forest.inc);
 * docs/extraction.md tells from what, and how well.
 */
#pragma once
#include "article/measures.h"

/* Fills `out_chances` (0..1) for `count` rows of features_read(). */
void forest_judge(const float *rows, int count, float *out_chances);

/* What each feature added to a row's score (log-odds), over all trees: for --explain. `out_shares`:
 * FEATURE_COUNT. */
void forest_explain(const float *row, float *out_shares);
