/* SPDX-License-Identifier: MIT
 * title.c - the article's title
 *
 * Readers see the heading; machines are told a headline, which is often shortened or dressed for search. So a
 * heading that is confirmed (it is what a headline says, or part of <title>) wins; else the page's only <h1>,
 * if it tells the same story in other words; else the part of the headline or of <title> that the page
 * repeats by itself; else the best headline, else what <title> holds but for the site's name, else the first
 * heading.
 */
#include "limits/limits.h"
#include "page/internal.h"
#include "text/url.h"
#include "text/utf8.h"
#include "text/words.h"

enum { LONGEST_TITLE = 400 };

static span title_element(struct reader *reader)
{
    const struct node *title = node_find(reader->document, TAG_title);

    return title && title->first ? line_of(reader, title->first->text) : (span){0};
}

/* --- headings --- */

struct heading {
    const struct node *node;
    span text, essence;
};

/* Where the reader is (Home > Town > The mill), not what is told there: in the site's navigation, or the last
 * of a row of links. */
static bool is_breadcrumb(const struct node *heading)
{
    static const char *const names[] = {"breadcrumb"};
    const struct node *node = heading;

    for (int up = 0; node && up < 5; node = node->parent, up++) {
        if (node->tag == TAG_nav || node_is_named(node, names, ARRAY_SIZE(names)))
            return true;
        if (node->tag == TAG_li && up <= 1)
            for (const struct node *before = node->previous; before; before = before->previous)
                if (before->tag == TAG_li)
                    return true;
    }
    return false;
}

static size_t read_headings(struct reader *reader, struct heading *headings, size_t room)
{
    const struct node *body = node_find(reader->document, TAG_body);
    size_t count = 0;

    for (enum tag tag = TAG_h1; tag <= TAG_h2; tag++)
        for (const struct node *node = body; node && count < room; node = node_next(node, body)) {
            if (node->tag != tag)
                continue;
            span text = short_text(reader, node, LONGEST_TITLE);
            if (text.len && text.len <= LONGEST_TITLE && !is_breadcrumb(node))
                headings[count++] = (struct heading){node, text, essence_of(reader->arena, text)};
        }
    return count;
}

/* Is the heading what a headline, or <title>, says? 2: just that; 1: a good part of it */
static int confirmed(const struct heading *heading, const span *said, size_t count)
{
    int most = 0;

    for (size_t i = 0; i < count; i++) {
        if (!said[i].len || heading->essence.len < 8)
            continue;
        if (span_equal(heading->essence, said[i]))
            return 2;
        if (span_find(said[i], heading->essence) != SPAN_NONE && heading->essence.len * 2 >= said[i].len)
            most = 1;
        else if (span_find(heading->essence, said[i]) != SPAN_NONE && said[i].len * 2 >= heading->essence.len)
            most = 1;
    }
    return most;
}

/* --- one headline for readers, another for search engines --- */

enum { FEWEST_WORDS = 4, FEWEST_COMMON = 2, SHORTEST_TELLING = 4, MOST_COMPARED = 32 };

struct telling { /* words long enough to tell one story from another, by hash */
    uint64_t words[MOST_COMPARED];
    size_t count;
};

static void note_telling(void *context, span word, size_t offset)
{
    struct telling *telling = context;

    (void)offset;
    if (word.len >= SHORTEST_TELLING && telling->count < MOST_COMPARED)
        telling->words[telling->count++] = span_hash(word);
}

static bool tells_the_same(span heading, span headline)
{
    struct telling ours = {0}, theirs = {0};
    size_t common = 0;

    words_each(heading, note_telling, &ours);
    words_each(headline, note_telling, &theirs);
    for (size_t i = 0; i < ours.count; i++)
        for (size_t k = 0; k < theirs.count; k++)
            if (ours.words[i] == theirs.words[k]) {
                common++;
                break;
            }
    return common >= FEWEST_COMMON && common * 4 >= MIN(ours.count, theirs.count);
}

/* "The mill -" was cut by a quotation mark in it, "The mill of…" by a machine. */
static bool is_cut_short(span headline, span whole)
{
    static const char *const ends[] = {"-", ":", "…", "...", "–", "\"", "„", "«"};

    for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
        if (span_ends(headline, span_of(ends[i])))
            return whole.len > headline.len &&
                   span_starts(whole, js_trim(span_sub(headline, 0, headline.len - strlen(ends[i]))));
    return false;
}

/* One headline for all the pages of a site, and a heading that <title> confirms */
static bool is_of_another(struct reader *reader, const struct heading *heading, span headline)
{
    span said = essence_of(reader->arena, headline);

    return names_site(reader, headline) ||
           (span_find(said, heading->essence) == SPAN_NONE &&
            span_find(heading->essence, said) == SPAN_NONE && words_count(headline) >= FEWEST_WORDS &&
            !tells_the_same(heading->text, headline));
}

/* What stands above the headline in the same heading ("Opinion", the name of a series) in an element of its
 * own is no part of it, where machines are told the headline alone. */
static span without_kicker(struct reader *reader, const struct heading *heading)
{
    const struct node *kicker = heading->node->first;

    while (kicker && kicker->type != NODE_TEXT)
        kicker = node_next(kicker, heading->node);
    if (!kicker || kicker->parent == heading->node)
        return heading->text;
    span above = essence_of(reader->arena, kicker->text);
    if (!above.len || !span_starts(heading->essence, above))
        return heading->text;
    for (size_t i = 0; i < reader->headlines.len; i++)
        if (span_equal(essence_of(reader->arena, reader->headlines.at[i]),
                       span_from(heading->essence, above.len)))
            return reader->headlines.at[i];
    return heading->text;
}

/* A page has one <h1> for its article; with several, one is the site's, a shelf's or a neighbour's. */
static const struct heading *reworded(struct reader *reader, const struct heading *headings, size_t count,
                                      span headline)
{
    const struct heading *only = count && headings[0].node->tag == TAG_h1 ? &headings[0] : NULL;

    if (!only || (count > 1 && headings[1].node->tag == TAG_h1) || names_site(reader, only->text) ||
        words_count(only->text) < FEWEST_WORDS || !tells_the_same(only->text, headline))
        return NULL;
    return only;
}

/* Where a heading may be broken is for whoever lays it out: U+00AD, 200B, 2060, FEFF. Joiners (200C, 200D)
 * are letters' own. */
static span without_breaks(struct arena *arena, span title)
{
    static const char *const breaks[] = {"\u00AD", "\u200B", "\u2060", "\uFEFF"};
    LOCAL(buf) out = {.max = LIMIT_PAGE_LINE};
    bool has_any = false;

    for (size_t i = 0; i < ARRAY_SIZE(breaks); i++)
        has_any |= span_find(title, span_of(breaks[i])) != SPAN_NONE;
    if (!has_any)
        return title;
    for (size_t i = 0, skip; i < title.len; i += skip ? skip : 1) {
        skip = 0;
        for (size_t k = 0; k < ARRAY_SIZE(breaks) && !skip; k++)
            if (span_starts(span_from(title, i), span_of(breaks[k])))
                skip = strlen(breaks[k]);
        if (!skip)
            buf_add_char(&out, title.at[i]);
    }
    return arena_keep(arena, js_trim(buf_span(&out)));
}

static void keep_path(struct reader *reader)
{
    for (const struct node *node = reader->heading; node && reader->around_count < LIMIT_PAGE_HEADING_DEPTH;
         node = node->parent)
        reader->around_heading[reader->around_count++] = node;
}

void settle_title(struct reader *reader)
{
    struct heading headings[LIMIT_PAGE_HEADINGS];
    size_t heading_count = read_headings(reader, headings, LIMIT_PAGE_HEADINGS), said_count = 0;
    span element = title_element(reader), said[24], headline = reader->said[FACT_HEADLINE].value, part = {0};
    const struct heading *chosen = NULL;
    int best = 0;

    for (size_t i = 0; i < reader->headlines.len && said_count < ARRAY_SIZE(said) - 1; i++)
        said[said_count++] = essence_of(reader->arena, without_site(reader, reader->headlines.at[i]));
    said[said_count++] = essence_of(reader->arena, without_site(reader, element));
    for (size_t i = 0; i < heading_count; i++) {
        int worth = names_site(reader, headings[i].text) ? 0 : confirmed(&headings[i], said, said_count);
        if (worth > best) {
            best = worth;
            chosen = &headings[i];
        }
    }
    if (!chosen && headline.len) {
        chosen = reworded(reader, headings, heading_count, headline);
        best = chosen ? 2 : 0;
    }
    reader->page->headline_in_data = headline;
    reader->heading = chosen                                             ? chosen->node
                      : heading_count && headings[0].node->tag == TAG_h1 ? headings[0].node
                                                                         : NULL;
    keep_path(reader);
    if (best < 2)
        part = part_in_text(reader, headline.len && !names_site(reader, headline) ? headline : element);
    if (part.len)
        reader->page->title = part;
    else if (chosen && (best == 2 || !headline.len || is_cut_short(headline, chosen->text) ||
                        is_of_another(reader, chosen, headline)))
        reader->page->title = without_kicker(reader, chosen);
    else if (headline.len)
        reader->page->title = without_site(reader, headline);
    else if (element.len)
        reader->page->title = without_site(reader, element);
    else if (heading_count)
        reader->page->title = headings[0].text;
    reader->page->title = without_breaks(reader->arena, reader->page->title);
}
