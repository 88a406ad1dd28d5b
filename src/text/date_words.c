/* SPDX-License-Identifier: MIT
 * date_words.c - looks up the words that dates are written with
 */
#include "text/date_internal.h"

struct other_month {
    uint16_t word;
    uint8_t month;
    uint64_t languages, believed_languages; /* in which the word means this month, and the one of its entry */
};

#include "text/date_words.inc"

static span text_of(const struct date_word *word)
{
    return (span){word_texts + word->start, word->len};
}

/* The first word that is not before `folded`; ARRAY_SIZE(words) past the last. */
static size_t lower_bound(span folded)
{
    unsigned char first = folded.len ? (unsigned char)*folded.at : 0;
    size_t low = word_starts[first], high = word_starts[first + 1];

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
static const struct date_word *find_shortened(span folded, size_t first)
{
    const struct date_word *found = NULL;

    if (letter_count(folded) < 3)
        return NULL;
    for (size_t i = first; i < ARRAY_SIZE(words) && span_starts(text_of(&words[i]), folded); i++) {
        const struct date_word *word = &words[i];
        if (!word->month && !word->weekdays)
            continue;
        if (found && (found->month != word->month || found->weekdays != word->weekdays))
            return NULL;
        found = word;
    }
    return found;
}

const struct date_word *date_word_find(span folded)
{
    size_t first = lower_bound(folded);

    if (first < ARRAY_SIZE(words) && span_equal(text_of(&words[first]), folded))
        return &words[first];
    return find_shortened(folded, first);
}

static size_t common_len(span a, span b)
{
    size_t len = 0;

    while (len < a.len && len < b.len && a.at[len] == b.at[len])
        len++;
    return len;
}

/* What starts `folded` stands before it in the table, but something longer may stand between: then only the
 * part that the two share can be a word. */
const struct date_word *date_word_at_start(span folded)
{
    while (folded.len) {
        size_t first = lower_bound(folded);
        if (first < ARRAY_SIZE(words) && span_equal(text_of(&words[first]), folded))
            return &words[first];
        if (first == 0)
            return NULL;
        folded.len = common_len(text_of(&words[first - 1]), folded);
    }
    return NULL;
}

bool date_word_is_day_first(const struct date_word *word)
{
    return word->languages && !(word->languages & month_first_languages);
}

int date_word_month(const struct date_word *word, uint64_t languages)
{
    for (size_t i = 0; i < ARRAY_SIZE(other_months); i++) {
        const struct other_month *other = &other_months[i];
        if (&words[other->word] == word && (languages & other->languages) &&
            !(languages & other->believed_languages))
            return other->month;
    }
    return word->month;
}
