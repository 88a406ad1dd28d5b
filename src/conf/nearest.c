/* SPDX-License-Identifier: MIT */
#include "conf/nearest.h"

enum { LONGEST = 64 };

size_t word_distance(span a, span b)
{
    size_t rows[3][LONGEST + 1], *before = rows[0], *last = rows[1], *row = rows[2];

    a = span_sub(a, 0, LONGEST);
    b = span_sub(b, 0, LONGEST);
    for (size_t k = 0; k <= b.len; k++)
        last[k] = k;
    for (size_t i = 1; i <= a.len; i++) {
        row[0] = i;
        for (size_t k = 1; k <= b.len; k++) {
            bool is_same = a.at[i - 1] == b.at[k - 1];
            row[k] = MIN(MIN(last[k] + 1, row[k - 1] + 1), last[k - 1] + !is_same);
            if (i > 1 && k > 1 && a.at[i - 1] == b.at[k - 2] && a.at[i - 2] == b.at[k - 1])
                row[k] = MIN(row[k], before[k - 2] + 1);
        }
        size_t *oldest = before;
        before = last;
        last = row;
        row = oldest;
    }
    return last[b.len];
}

void nearest_try(struct nearest *nearest, const char *candidate)
{
    size_t distance = word_distance(nearest->word, span_of(candidate));

    if (nearest->found && distance >= nearest->distance)
        return;
    nearest->found = candidate;
    nearest->distance = distance;
}

bool nearest_is_close(const struct nearest *nearest)
{
    return nearest->found && nearest->distance <= 1 + nearest->word.len / 4;
}
