/* SPDX-License-Identifier: MIT
 * front_address.c - what an address says of the page behind it
 */
#include "page/front_parts.h"

enum { LONG_NUMBER = 5, NUMBER = 3, MANY_WORDS = 3, LONG_NAME = 24, LONGEST_SHAPE = 512 };

static size_t longest_number(span text)
{
    size_t longest = 0, run = 0;

    for (size_t i = 0; i < text.len; i++) {
        run = text.at[i] >= '0' && text.at[i] <= '9' ? run + 1 : 0;
        longest = MAX(longest, run);
    }
    return longest;
}

static size_t count_char(span text, char c)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += text.at[i] == c;
    return count;
}

/* Sections, people, and what a paper sells or has to say of itself. */
static const char *const section_words[] = {
    "/tag/",       "/tags/",     "/category/", "/categories/", "/author/", "/authors/", "/topic/",
    "/topics/",    "/search",    "/login",     "/user/",       "/about",   "/contact",  "/privacy",
    "/people/",    "/subscribe", "/profile/",  "/profiles/",   "/autor/",  "/autoren/", "/page/",
    "/newsletter", "/shop/",     "/offer/",    "/offers/",     "/abo/",    "/games/",   "/jobs/",
    "/career",     "/terms",     "/help/",     "/cookie"};

/* An article's address has a day, a number or a row of words in its last part. */
float front_address_score(const struct url *page, const struct url *url)
{
    span path = url->path, last;

    for (size_t i = 0; i < ARRAY_SIZE(section_words); i++)
        if (span_find_nocase(path, span_of(section_words[i])) != SPAN_NONE)
            return 0.05F;
    if (span_ends(path, S("/")))
        path.len--;
    last = span_from(path, MIN(span_find_last_char(path, '/') + 1, path.len));
    if (last.len == 0 || span_starts(page->path, url->path))
        return url->query.len && longest_number(url->query) >= 2 ? 0.7F : 0.0F;
    if (longest_number(path) >= LONG_NUMBER || count_char(last, '-') >= MANY_WORDS ||
        count_char(last, '_') >= MANY_WORDS)
        return 1.0F;
    if (longest_number(last) >= 2 || longest_number(url->query) >= 2)
        return 0.8F;
    return count_char(path, '/') >= 3 || count_char(last, '-') >= 2 || last.len > LONG_NAME ? 0.5F : 0.2F;
}

/* d: digits; S, s: many words, with a number or without; n: a name with a number; w: a name */
static char shape_of_part(span part)
{
    bool is_long =
        count_char(part, '-') >= MANY_WORDS || count_char(part, '_') >= MANY_WORDS || part.len > LONG_NAME;
    size_t number = longest_number(part);

    if (part.len && number == part.len)
        return 'd';
    if (is_long)
        return number >= NUMBER ? 'S' : 's';
    return number >= NUMBER ? 'n' : 'w';
}

span front_address_shape(struct arena *arena, const struct url *url)
{
    LOCAL(buf) shape = {.max = LONGEST_SHAPE};
    span path = url->path, query = url->query, part, name;
    size_t dot;

    while (span_cut(&path, '/', &part)) {
        buf_add_char(&shape, '/');
        if (!part.len)
            continue;
        dot = path.len ? SPAN_NONE : span_find_last_char(part, '.');
        buf_add_char(&shape, shape_of_part(span_sub(part, 0, MIN(dot, part.len))));
        if (dot != SPAN_NONE && part.len - dot <= 6)
            buf_add(&shape, span_from(part, dot));
    }
    while (span_cut(&query, '&', &part)) {
        span_cut(&part, '=', &name);
        buf_add_char(&shape, '?');
        buf_add(&shape, name);
    }
    return arena_keep(arena, buf_span(&shape));
}

bool front_address_has_number(const struct url *url)
{
    return longest_number(url->path) >= 2 || longest_number(url->query) >= 2;
}
