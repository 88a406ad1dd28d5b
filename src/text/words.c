/* SPDX-License-Identifier: MIT
 * words.c - runs of letters, and bigrams
 */
#include "text/words.h"
#include "text/utf8.h"

#define WORD_MAX 255 /* bytes; what is longer is no word, and only its start is given */

enum kind { OTHER, LETTER, UNSPACED };

/* Full-width ASCII is what it looks like. */
static uint32_t narrow(uint32_t character)
{
    return character >= 0xFF01 && character <= 0xFF5E ? character - 0xFF01 + '!' : character;
}

static enum kind kind_of(uint32_t character, bool is_in_word)
{
    if (character < 0x80 || !is_unspaced(character))
        return is_letter_or_digit(character) || (is_in_word && is_mark(character)) ? LETTER : OTHER;
    return is_letter_or_digit(character) || is_mark(character) ? UNSPACED : OTHER;
}

/* Does it have another form to be folded to? Han and kana as commonly written have none. */
static bool has_forms(uint32_t character)
{
    return !(character >= 0x3041 && character <= 0x30FE) && !(character >= 0x3400 && character <= 0x9FFF) &&
           !(character >= 0x0E00 && character <= 0x109F);
}

struct walk {
    void (*each)(void *context, span word, size_t offset);
    void *context;
    struct buf folded;
};

static void give(struct walk *walk, span word, size_t offset, bool is_folded)
{
    if (!is_folded) {
        buf_clear(&walk->folded);
        utf8_fold_into(&walk->folded, utf8_cut(word, WORD_MAX));
        word = buf_span(&walk->folded);
    }
    if (word.len)
        walk->each(walk->context, word, offset);
}

/* A run of letters from the start of `rest`, which is left behind it. */
static void give_word(struct walk *walk, span text, span *rest)
{
    span start = *rest, next = *rest;
    char plain[WORD_MAX];
    size_t len = 0;
    bool is_ascii = true;
    uint32_t character;

    while (utf8_next(&next, &character)) {
        character = narrow(character);
        if (kind_of(character, true) != LETTER)
            break;
        is_ascii &= character < 0x80;
        if (len < WORD_MAX && is_ascii)
            plain[len++] = (char)fold_case(character);
        *rest = next;
    }
    span word = is_ascii ? (span){plain, len} : span_between(start.at, rest->at);
    give(walk, word, (size_t)(start.at - text.at), is_ascii);
}

/* Pairs of neighbours of an unspaced script; one that stands alone by itself. */
static void give_pairs(struct walk *walk, span text, span *rest)
{
    span before = *rest, next = *rest; /* from the character before this one; from the one behind it */
    bool had_forms = false;
    size_t count = 0;
    uint32_t character;

    for (; utf8_next(&next, &character) && kind_of(narrow(character), true) == UNSPACED; count++) {
        if (count)
            give(walk, span_between(before.at, next.at), (size_t)(before.at - text.at),
                 !had_forms && !has_forms(character));
        before = *rest;
        had_forms = has_forms(character);
        *rest = next;
    }
    if (count == 1)
        give(walk, span_between(before.at, rest->at), (size_t)(before.at - text.at), !had_forms);
}

void words_each(span text, void (*each)(void *context, span word, size_t offset), void *context)
{
    struct walk walk = {.each = each, .context = context, .folded = {.max = 32 * WORD_MAX}};
    span rest = text, next = text;
    uint32_t character;

    while (utf8_next(&next, &character)) {
        enum kind kind = kind_of(narrow(character), false);
        if (kind == LETTER)
            give_word(&walk, text, &rest);
        else if (kind == UNSPACED)
            give_pairs(&walk, text, &rest);
        else
            rest = next;
        next = rest;
    }
    buf_release(&walk.folded);
}

size_t words_count(span text)
{
    size_t count = 0;
    bool is_in_word = false;
    uint32_t character;

    while (utf8_next(&text, &character)) {
        enum kind kind = character < 0x80 ? (is_letter_or_digit(character) ? LETTER : OTHER)
                                          : kind_of(narrow(character), is_in_word);
        if (kind == UNSPACED)
            count += is_letter_or_digit(character);
        else if (kind == LETTER)
            count += !is_in_word;
        is_in_word = kind == LETTER;
    }
    return count;
}

static inline unsigned char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : (unsigned char)c;
}

static bool stands_at(span text, size_t at, const char *word)
{
    while (*word && at < text.len && lower(text.at[at]) == lower(*word)) {
        at++;
        word++;
    }
    return !*word;
}

static inline unsigned pair_of(const char *at)
{
    return (lower(at[0]) * 7u + lower(at[1])) % 256;
}

bool words_stand_in(span text, const char *const *words, size_t count)
{
    uint64_t pairs[4] = {0}; /* a bit for each pair of bytes that a word begins with; some pairs share one */

    if (text.len < 2)
        return false;
    for (size_t w = 0; w < count; w++)
        pairs[pair_of(words[w]) / 64] |= UINT64_C(1) << pair_of(words[w]) % 64;
    for (size_t at = 0; at + 1 < text.len; at++) {
        unsigned pair = pair_of(text.at + at);
        for (size_t w = 0; w < count && pairs[pair / 64] >> pair % 64 & 1; w++)
            if (stands_at(text, at, words[w]))
                return true;
    }
    return false;
}
