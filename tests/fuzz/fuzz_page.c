/* SPDX-License-Identifier: MIT
 * fuzz_page.c - any bytes as a page: what it says is text, addresses are absolute, names are names
 */
#include "page/page.h"
#include "text/utf8.h"
#include <stdlib.h>

static void check(bool is_true)
{
    if (!is_true)
        abort();
}

static void check_text(span text)
{
    check(utf8_is_valid(text));
}

static void check_address(span url)
{
    check(!url.len || span_starts(url, S("http://")) || span_starts(url, S("https://")));
}

static void check_authors(const struct author *authors, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check(authors[i].name.len > 0);
        check_text(authors[i].name);
    }
}

static void check_pictures(const struct node *root)
{
    for (const struct node *node = root; node; node = node_next(node, root))
        if (node->tag == TAG_img)
            check_address(node_attribute(node, "src"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena) arena = arena_new(64 * MiB);
    span bytes = {(const char *)data, size};
    struct page_bytes input = {.bytes = bytes, .url = S("https://www.a.example/2024/05/06/story_1.html")};
    struct author *authors;
    struct page *page;
    struct error *error;

    size_t count = page_split_byline(arena, bytes, &authors);

    check_authors(authors, count);
    error = page_read(arena, &input, &page);
    if (error) {
        check(error->kind == ERROR_LIMIT);
        error_free(error);
        return 0;
    }
    check(page->charset && page->document);
    const span texts[] = {page->title,   page->site_name,    page->language,         page->section,
                          page->excerpt, page->descriptions, page->headline_in_data, page->body_in_data};
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        check_text(texts[i]);
    const span addresses[] = {page->canonical_url, page->amp_url, page->image, page->next_url,
                              page->single_page_url};
    for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
        check_address(addresses[i]);
    check_authors(page->authors, page->author_count);
    check_pictures(page->document);
    return 0;
}
