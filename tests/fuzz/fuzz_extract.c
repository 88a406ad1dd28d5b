/* SPDX-License-Identifier: MIT
 * fuzz_extract.c - any bytes as a page: an article or a reason why not, and never both
 */
#include "article/article.h"
#include "text/utf8.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena) arena = arena_new(256 * MiB);
    struct page_bytes bytes = {.bytes = {(const char *)data, size}, .url = S("https://a.example/b/c.html")};
    struct extraction *extraction = NULL;
    struct page *page = NULL;
    OWN(error) error = page_read(arena, &bytes, &page);

    if (!error)
        error = article_extract(arena, page, NULL, &extraction);
    if (error)
        return 0;
    if ((extraction->kind == PAGE_ARTICLE) != (extraction->content != NULL) ||
        (extraction->kind == PAGE_ARTICLE) != (extraction->reason == NULL))
        abort();
    if (!utf8_is_valid(extraction->html) || !utf8_is_valid(extraction->text))
        abort();
    if (!(extraction->confidence >= 0 && extraction->confidence <= 1))
        abort();
    return 0;
}
