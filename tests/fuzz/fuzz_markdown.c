/* SPDX-License-Identifier: MIT
 * fuzz_markdown.c - any HTML as Markdown: whatever stands in it comes out, and no line begins what it should
 * not
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

/* The letters and digits of ASCII in what a reader sees, in order */
static void add_letters(const struct node *root, struct buf *out)
{
    for (const struct node *node = root; node; node = node_next(node, root))
        for (size_t i = 0; node->type == NODE_TEXT && i < node->text.len; i++)
            if (isalnum((unsigned char)node->text.at[i]))
                buf_add_char(out, node->text.at[i]);
}

/* Are all of `letters` in `text`, in order? */
static bool has_letters(span text, span letters)
{
    size_t found = 0;

    for (size_t i = 0; i < text.len && found < letters.len; i++)
        found += text.at[i] == letters.at[found];
    return found == letters.len;
}

/* What is left out, or told in another order, on purpose: numbers of lines, fallbacks, summaries */
static bool is_rearranged(const struct node *root)
{
    return node_find(root, TAG_video) || node_find(root, TAG_audio) || node_find(root, TAG_table) ||
           node_find(root, TAG_details);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena) arena = arena_new(512 * MiB);
    LOCAL(buf) markdown = {.max = 64 * MiB};
    LOCAL(buf) letters = {.max = 64 * MiB};
    LOCAL(buf) title = {.max = 64 * MiB};
    span html = utf8_repair(arena, (span){(const char *)data, size});
    const struct sanitize_options options = {.base = S("https://paper.example/news/1")};
    struct picture_mention *pictures = NULL;
    struct node *root = NULL;
    span *links = NULL;

    check(!html_parse_fragment(arena, html, NULL, &root, NULL));
    html_sanitize(arena, root, &options);
    markdown_write(root, &markdown);
    check(markdown.len == 0 || markdown.at[markdown.len - 1] == '\n');
    check(utf8_is_valid(buf_span(&markdown)));
    add_letters(root, &letters);
    if (!is_rearranged(root))
        check(has_letters(buf_span(&markdown), buf_span(&letters)));
    markdown_escape(&title, html);
    check(!memchr(buf_span(&title).at, '\n', title.len));
    (void)html_pictures(arena, root, &pictures);
    (void)html_links(arena, root, &links);
    return 0;
}
