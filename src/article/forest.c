/* SPDX-License-Identifier: MIT */
#include "article/forest.h"
#include <math.h>

enum { LEAF = 255 };

struct forest_node {
    float threshold; /* of a leaf: its value */
    uint8_t feature; /* index in forest_features, or LEAF */
    uint16_t right;  /* how far on the right child stands; the left one is the next */
};

#include "article/forest.inc"

static float score(const float *row)
{
    float sum = forest_base;

    for (size_t t = 0; t < ARRAY_SIZE(forest_roots); t++) {
        const struct forest_node *node = &forest_nodes[forest_roots[t]];
        while (node->feature != LEAF)
            node += row[node->feature] <= node->threshold ? 1 : node->right;
        sum += node->threshold;
    }
    return sum;
}

void forest_judge(const float *rows, int count, float *out_chances)
{
    float row[ARRAY_SIZE(forest_features)];

    for (int i = 0; i < count; i++) {
        for (size_t f = 0; f < ARRAY_SIZE(forest_features); f++)
            row[f] = rows[(size_t)i * FEATURE_COUNT + forest_features[f]];
        out_chances[i] = 1 / (1 + expf(-score(row)));
    }
}

/* The mean value of the leaves below, weighted alike: what a walk that stopped here would have said. */
static float mean_below(const struct forest_node *node)
{
    if (node->feature == LEAF)
        return node->threshold;
    return (mean_below(node + 1) + mean_below(node + node->right)) / 2;
}

void forest_explain(const float *row, float *out_shares)
{
    memset(out_shares, 0, sizeof *out_shares * FEATURE_COUNT);
    for (size_t t = 0; t < ARRAY_SIZE(forest_roots); t++) {
        const struct forest_node *node = &forest_nodes[forest_roots[t]];
        float here = mean_below(node);
        while (node->feature != LEAF) {
            unsigned feature = forest_features[node->feature];
            node += row[feature] <= node->threshold ? 1 : node->right;
            float next = mean_below(node);
            out_shares[feature] += next - here;
            here = next;
        }
    }
}
