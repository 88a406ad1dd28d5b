/* SPDX-License-Identifier: MIT
 * fuzz_markdown_read.c - any bytes as Markdown: the HTML is bounded, can be made safe, and has the words
 */
#include "markup/markup.h"
#include "text/utf8.h"
#include <ctype.h>
#include <stdlib.h>

static void check(bool is_kept) /* a promise of markup.h */
{
    if (!is_kept)
        abort();
}

/* Where no mark of Markdown stands, all that stands there is said. */
static bool is_plain(span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!isalpha((unsigned char)text.at[i]) && text.at[i] != ' ' && text.at[i] != '\n')
            return false;
    return true;
}

static size_t count_letters(span text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += isalpha((unsigned char)text.at[i]) != 0;
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena) arena = arena_new(512 * MiB);
    const struct sanitize_options options = {.base = S("https://paper.example/news/1")};
    span markdown = {(const char *)data, size}, html = markdown_read(arena, markdown), clean = {0};
    LOCAL(buf) text = {.max = 64 * MiB};
    struct node *root = NULL;

    check(html.len <= 4 * size + 64 * KiB);
    check(!html_clean(arena, utf8_repair(arena, html), &options, &clean));
    check(!html_parse_fragment(arena, clean, NULL, &root, NULL));
    text_write(root, &text);
    if (is_plain(markdown))
        check(count_letters(buf_span(&text)) == count_letters(markdown));
    return 0;
}
