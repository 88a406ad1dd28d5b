/* SPDX-License-Identifier: MIT
 * fuzz_import.c - any bytes as a file of an archive: whatever is made of it gives the same bytes again
 */
#include "keep/importing.h"
#include "text/utf8.h"
#include <stdlib.h>

static void check(bool is_kept) /* a promise of importing.h */
{
    if (!is_kept)
        abort();
}

static void check_given_back(const struct article *read, span bytes)
{
    LOCAL(buf) file = {.max = bytes.len + 1};
    struct article stored = *read;
    struct error *error;

    if (stored.published_at == NO_TIME) /* as the store has it */
        stored.published_at = stored.fetched_at;
    error = archive_render(stored.is_dated_file ? LAYOUT_DATED : LAYOUT_DUTY_MACHINE, &stored, &file);
    check(!error);
    check(span_equal(buf_span(&file), bytes));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const paths[] = {"articles/voa/1011194.md", "voa/2024/11/08-x.md",
                                        "_posts/2020-01-02-x.md"};
    span bytes = {(const char *)data, size};

    for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
        OWN(arena) arena = arena_new(256 * MiB);
        struct import_reading reading;
        OWN(error) error = import_read_article(arena, span_of(paths[i]), bytes, &reading);
        check(!error || error->kind == ERROR_LIMIT);
        if (error || !reading.is_article)
            continue;
        error = import_finish_article(arena, &reading, bytes, 1594942860000);
        check(!error || error->kind == ERROR_LIMIT);
        if (error)
            continue;
        check(utf8_is_valid(reading.article.item.title) && utf8_is_valid(reading.article.item.html));
        check(reading.article.fetched_at != NO_TIME && reading.hash != 0);
        check_given_back(&reading.article, bytes);
    }
    return 0;
}
