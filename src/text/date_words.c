/* SPDX-License-Identifier: MIT
 * date_words.c - looks up the words that dates are written with
 */
#include "text/date_internal.h"

struct other_month {
    uint16_t word;
    uint8_t month;
    uint64_t languages;
};

#include "text/date_words.inc"

enum { LONGEST_CJK_WORD = 24 /* bytes */ };

static span text_of(const struct date_word *word)
{
    return (span){word_texts + word->start, word->len};
}

/* The first word that is not before `folded`; ARRAY_SIZE(words) past the last. */
static size_t lower_bound(span folded)
{
    size_t low = 0, high = ARRAY_SIZE(words);

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (span_compare(text_of(&words[middle]), folded) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t letter_count(span folded)
{
    size_t count = 0;

    for (size_t i = 0; i < folded.len; i++)
        count += (folded.at[i] & 0xc0) != 0x80;
    return count;
}

/* The name that this is the beginning of, if all names with that beginning mean the same. */
static const struct date_word *find_shortened(span folded)
{
    const struct date_word *found = NULL;

    if (letter_count(folded) < 3)
        return NULL;
    for (size_t i = lower_bound(folded); i < ARRAY_SIZE(words) && span_starts(text_of(&words[i]), folded);
         i++) {
        const struct date_word *word = &words[i];
        if (!word->month && !word->weekdays)
            continue;
        if (found && (found->month != word->month || found->weekdays != word->weekdays))
            return NULL;
        found = word;
    }
    return found;
}

const struct date_word *date_word_exact(span folded)
{
    size_t first = lower_bound(folded);

    return first < ARRAY_SIZE(words) && span_equal(text_of(&words[first]), folded) ? &words[first] : NULL;
}

const struct date_word *date_word_find(span folded)
{
    const struct date_word *word = date_word_exact(folded);

    return word ? word : find_shortened(folded);
}

const struct date_word *date_word_at_start(span folded)
{
    const struct date_word *word = NULL;

    for (size_t len = MIN(folded.len, (size_t)LONGEST_CJK_WORD); len && !word; len--)
        if (len == folded.len || (folded.at[len] & 0xc0) != 0x80) /* not within a character */
            word = date_word_exact(span_sub(folded, 0, len));
    return word;
}

int date_word_month(const struct date_word *word, uint64_t languages)
{
    for (size_t i = 0; i < ARRAY_SIZE(other_months); i++)
        if (&words[other_months[i].word] == word && languages && !(languages & ~other_months[i].languages))
            return other_months[i].month;
    return word->month;
}
