/* SPDX-License-Identifier: MIT
 * wall.c - why a page is no source of news
 */
#include "article/article.h"
#include "gather/internal.h"

static const struct {
    int status;
    const char *meaning;
} statuses[] = {
    {401, "it wants a login"},
    {402, "it wants to be paid"},
    {403, "it refuses us"},
    {404, "there is no such page"},
    {410, "the page is gone for good"},
    {429, "it wants to be asked less often"},
    {451, "the law forbids it there"},
    {503, "it cannot answer now"},
};

static const char *meaning_of(int status)
{
    for (size_t i = 0; i < ARRAY_SIZE(statuses); i++)
        if (statuses[i].status == status)
            return statuses[i].meaning;
    return NULL;
}

/* The judge of articles knows walls; that a page of links is no article is no wall. */
static const char *wall_in(struct arena *arena, const struct response *response)
{
    const struct page_bytes input = {response->body, response->url, response->content_type};
    struct extraction *extraction;
    struct page *page;

    if (is_parked(response->body))
        return "a parked domain: there is no site any more";
    OWN(error) error = page_read(arena, &input, &page);
    if (error)
        return NULL;
    OWN(error) other = article_extract(arena, page, &(struct extract_options){0}, &extraction);
    if (other || (extraction->kind != PAGE_BOT_WALL && extraction->kind != PAGE_LOGIN &&
                  extraction->kind != PAGE_COOKIE_WALL && extraction->kind != PAGE_SOFT_404))
        return NULL;
    return extraction->reason;
}

span gather_wall(struct arena *arena, const struct response *response)
{
    OWN(arena) scratch = arena_new(256 * MiB);
    bool is_html = span_find_nocase(response->content_type, S("html")) != SPAN_NONE ||
                   span_find_nocase(span_sub(response->body, 0, 1024), S("<html")) != SPAN_NONE;
    const char *wall = is_html ? wall_in(scratch, response) : NULL;
    const char *meaning = response->status == 200 ? NULL : meaning_of(response->status);

    if (response->status == 200)
        return arena_keep(arena, span_of(wall));
    return arena_printf(arena, "the server answered with status %d%s%s%s%s", response->status,
                        meaning ? ": " : "", meaning ? meaning : "", wall ? "; " : "", wall ? wall : "");
}
