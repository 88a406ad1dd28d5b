/* SPDX-License-Identifier: MIT
 * fuzz_words.c - any bytes as a title and as an article: file names, words, languages
 */
#include "text/language.h"
#include "text/slug.h"
#include "text/utf8.h"
#include "text/words.h"
#include <stdlib.h>

static void check(bool is_kept) /* a promise of slug.h, words.h or language.h */
{
    if (!is_kept)
        abort();
}

struct walk {
    span text;
    size_t last; /* where the word before began */
};

static void check_word(void *context, span word, size_t offset)
{
    struct walk *walk = context;

    check(word.len > 0 && utf8_is_valid(word));
    check(offset < walk->text.len && offset >= walk->last);
    walk->last = offset;
}

static void check_slug(span slug, size_t max_bytes)
{
    check(slug.len > 0 && slug.len <= max_bytes && utf8_is_valid(slug));
    check(slug.at[0] != '-' && slug.at[0] != '.' && slug.at[slug.len - 1] != '-');
    for (size_t i = 0; i < slug.len; i++)
        check((unsigned char)slug.at[i] > ' ' && slug.at[i] != 0x7F &&
              !strchr("/\\:*?\"<>|.%#&'`$", slug.at[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena) arena = arena_new(64 * MiB);
    span text = {(const char *)data, size};
    struct walk walk = {.text = text};
    size_t max_bytes = 8 + size % 100;

    check_slug(slug_of_title(arena, text, max_bytes), max_bytes);
    words_each(text, check_word, &walk);
    check(words_count(text) <= size);
    const char *language = language_guess(text);
    check(!language || strlen(language) == 2);
    span tag = language_tag(arena, text);
    check(tag.len <= size && span_equal(language_tag(arena, tag), tag));
    return 0;
}
