/* SPDX-License-Identifier: MIT
 * choice.c - the feed's text or the page's
 *
 * Lengths are counted as a reader counts: words, and characters of scripts without spaces.
 */
#include "article/choice.h"
#include "markup/markup.h"
#include "text/utf8.h"
#include "text/words.h"

enum {
    FEWEST_WORDS_OF_ALL = 250, /* a description with fewer is a summary, */
    FEWEST_PARAGRAPHS = 3,     /* and so is one in one piece */
    WORDS_TO_COMPARE = 20,     /* with fewer the feed says too little to tell another article by */
};

static const float least_confidence = 0.25f;

/* --- is it whole? --- */

static bool ends_as_if_there_were_more(span text)
{
    static const char *const endings[] = {
        "…",          "...",           "[…]",        "[...]",        "(…)",
        "(...)",      "read more",     "read on",    "more »",       "continue reading",
        "full story", "阅读全文",      "阅读更多",   "查看全文",     "全文",
        "閱讀全文",   "閱讀更多",      "続きを読む", "続きを読む…",  "weiterlesen",
        "mehr »",     "lire la suite", "leer más",   "читать далее",
    };

    text = span_trim_end(text);
    for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
        span ending = span_of(endings[i]);
        if (text.len >= ending.len && span_is_nocase(span_from(text, text.len - ending.len), endings[i]))
            return true;
    }
    return false;
}

/* "->", "»" and what else points on */
static span without_pointer(span text)
{
    static const char *const pointers[] = {"→", "»", "&gt;", ">", "-", ".", " ", "\n"};
    bool is_cut = true;

    while (is_cut) {
        is_cut = false;
        for (size_t i = 0; i < ARRAY_SIZE(pointers) && !is_cut; i++)
            if (text.len > strlen(pointers[i]) && span_ends(text, span_of(pointers[i]))) {
                text.len -= strlen(pointers[i]);
                is_cut = true;
            }
    }
    return text;
}

static size_t count_paragraphs(span text)
{
    size_t count = 0;
    span line;

    while (span_cut(&text, '\n', &line))
        count += words_count(line) >= 8;
    return count;
}

static span plain(struct arena *arena, span html)
{
    LOCAL(buf) text = {.max = 16 * MiB};
    struct node *body;
    struct error *error = html_parse_fragment(arena, html, NULL, &body, NULL);

    if (error) {
        error_free(error);
        return (span){0};
    }
    text_write(body, &text);
    return arena_keep(arena, buf_span(&text));
}

/* The last words, without a parser: of what a feed promises to be whole nothing else is looked at. */
static span last_words(struct arena *arena, span html)
{
    enum { TAIL = 400 };

    return html_to_line(arena, span_from(html, html.len - MIN(html.len, (size_t)TAIL)));
}

bool item_is_whole(const struct item *item)
{
    OWN(arena) arena = arena_new(64 * MiB);
    span text, end;

    if (!item->is_full && item->html.len < FEWEST_WORDS_OF_ALL) /* bytes; a word is no less than one */
        return false;
    end = last_words(arena, item->html);
    if (end.len == 0 || ends_as_if_there_were_more(end) || ends_as_if_there_were_more(without_pointer(end)))
        return false;
    if (item->is_full)
        return true;
    text = plain(arena, item->html);
    return words_count(text) >= FEWEST_WORDS_OF_ALL && count_paragraphs(text) >= FEWEST_PARAGRAPHS;
}

/* --- which is better? --- */

enum { SLOTS = 1 << 16 };

struct overlap {
    uint8_t *slots; /* words of the page, by hash: a few are taken for others, which does not matter here */
    size_t count, found;
};

static size_t slot_of(span word)
{
    return span_hash(word) % SLOTS;
}

static void note_word(void *context, span word, size_t offset)
{
    struct overlap *overlap = context;

    (void)offset;
    overlap->slots[slot_of(word)] = 1;
}

static void find_word(void *context, span word, size_t offset)
{
    struct overlap *overlap = context;

    (void)offset;
    overlap->count++;
    overlap->found += overlap->slots[slot_of(word)];
}

/* Do words enough of the feed's text stand in the page's? Where it has few, the title has a say; the page's
 * own title proves nothing, for a wall has it, too. */
static bool is_about_the_same(struct arena *arena, const struct item *item, span feed_text,
                              const struct extraction *extraction)
{
    struct overlap overlap = {.slots = ARENA_ARRAY(arena, uint8_t, SLOTS)};

    words_each(extraction->text, note_word, &overlap);
    words_each(feed_text, find_word, &overlap);
    if (overlap.count < WORDS_TO_COMPARE)
        words_each(item->title, find_word, &overlap);
    return overlap.count < 4 || overlap.found * 10 >= overlap.count * 4;
}

const char *page_is_worse(struct arena *arena, const struct item *item, const struct extraction *extraction)
{
    span feed_text;
    size_t of_feed, of_page;

    if (extraction->kind != PAGE_ARTICLE)
        return extraction->reason;
    if (extraction->confidence < least_confidence)
        return "it is not clear what on the page is the article";
    feed_text = plain(arena, item->html);
    of_feed = words_count(feed_text);
    of_page = words_count(extraction->text);
    if (!is_about_the_same(arena, item, feed_text, extraction))
        return "the page is about something else";
    if (of_page * 10 < of_feed * 8)
        return "the page has less text than the feed";
    if (of_page * 10 <= of_feed * 11 && extraction->image_count == 0)
        return "the page says the same as the feed";
    return NULL;
}

/* --- both together --- */

static void take_authors(struct arena *arena, struct item *item, const struct extraction *extraction)
{
    item->authors = ARENA_ARRAY(arena, struct author, extraction->author_count);
    item->author_count = extraction->author_count;
    for (size_t i = 0; i < extraction->author_count; i++)
        item->authors[i] = (struct author){.name = arena_keep(arena, extraction->authors[i].name),
                                           .url = arena_keep(arena, extraction->authors[i].url)};
}

struct item item_with_page(struct arena *arena, const struct item *item, const struct extraction *extraction)
{
    struct item both = *item;

    both.html = arena_keep(arena, extraction->html);
    both.is_full = true;
    if (!both.title.len)
        both.title = arena_keep(arena, extraction->title);
    if (!both.image.len)
        both.image = arena_keep(arena, extraction->image);
    if (!both.language.len)
        both.language = arena_keep(arena, extraction->language);
    if (!both.author_count)
        take_authors(arena, &both, extraction);
    return both;
}
