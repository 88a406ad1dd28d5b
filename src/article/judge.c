/* SPDX-License-Identifier: MIT
 * judge.c - is it an article at all, and how sure are we
 *
 * Walls and error pages say what they are (judge_walls.c), pages that list others are made of cards
 * (judge_index.c). A long text is an article whatever words are in it.
 */
#include "article/judge.h"
#include "text/url.h"
#include "text/utf8.h"

static const float little = 600, /* weight of text below which a page may lead elsewhere */
    stub = 400,                  /* ... and below which the start of an article behind a wall is only that */
    index_share = 0.12f,         /* of the page's weight: less is not what the page is about */
    sure_weight = 600;           /* from here on length speaks for an article fully */
enum { INDEX_LINKS = 60 };

const char *page_kind_name(enum page_kind kind)
{
    static const char *const names[] = {
        [PAGE_ARTICLE] = "article",           [PAGE_INDEX] = "index",
        [PAGE_BOT_WALL] = "bot-wall",         [PAGE_LOGIN] = "login",
        [PAGE_COOKIE_WALL] = "cookie-wall",   [PAGE_SOFT_404] = "soft-404",
        [PAGE_PAYWALL_STUB] = "paywall-stub", [PAGE_EMPTY] = "empty",
    };
    return names[kind];
}

bool judge_asks_for_password(const struct node *document)
{
    for (const struct node *node = document; node; node = node_next(node, document))
        if (node->type == NODE_ELEMENT && node->tag == TAG_input &&
            span_is_nocase(node_attribute(node, "type"), "password"))
            return true;
    return false;
}

static float weight_of(span text)
{
    float weight = 0;

    for (uint32_t c; utf8_next(&text, &c);)
        weight += is_js_space(c) ? 0 : is_unspaced(c) && is_letter_or_digit(c) ? 3 : 1;
    return weight;
}

static bool is_front_page(struct arena *arena, const struct page *page)
{
    struct url url;

    return url_parse(arena, page->url, NULL, &url) && (span_is(url.path, "/") || !url.path.len) &&
           (!url.query.at || !url.query.len);
}

/* A page that leads elsewhere: it is a site's first, or says that it is no article; nothing on it stands
 * there as the headline of what the page is called, and it has little text among many links. */
static bool is_index(struct arena *arena, const struct evidence *evidence, float weight)
{
    const struct blocks *blocks = evidence->blocks;
    float whole = blocks->sum_weight[blocks->block_count];
    int links = 0;

    if (evidence->page->published_at != NO_TIME || weight >= little || weight >= index_share * whole)
        return false;
    if (evidence->choice && evidence->choice->headline >= 0)
        return false;
    if (!evidence->page->is_index && !is_front_page(arena, evidence->page))
        return false;
    for (int i = 0; i < blocks->block_count; i++)
        links += block_link_density(&blocks->blocks[i]) > 0.5f;
    return links >= INDEX_LINKS;
}

/* How sure the table was of what it chose, less where it doubted as much as it chose or found little */
static float confidence_of(const struct evidence *evidence, float weight)
{
    const struct choice *choice = evidence->choice;
    float sure = 0, whole = 0, doubtful = 0, size = MIN(1, weight / sure_weight);

    if (!choice || choice->is_plain)
        return 0.5f + 0.45f * size;
    for (int i = 0; i < evidence->blocks->block_count; i++) {
        float own = evidence->blocks->blocks[i].weight, chance = choice->chances[i];
        if (is_chosen(choice, i)) {
            sure += own * chance;
            whole += own;
        }
        if (chance > 0.25f && chance < 0.75f)
            doubtful += own;
    }
    if (whole <= 0)
        return 0;
    return sure / whole * (0.4f + 0.6f * size) * (1 - 0.5f * MIN(1, doubtful / whole));
}

void judge(struct arena *arena, const struct evidence *evidence, struct extraction *extraction)
{
    float weight = weight_of(evidence->text);
    const struct wall *wall = judge_wall(arena, evidence, weight);

    extraction->kind = PAGE_ARTICLE;
    extraction->confidence = confidence_of(evidence, weight);
    if (wall) {
        extraction->kind = wall->kind;
        extraction->reason = wall->reason;
    } else if (weight == 0) {
        extraction->kind = PAGE_EMPTY;
        extraction->reason = "there is no text to be found";
    } else if (evidence->page->is_free == 0 && weight < stub) {
        extraction->kind = PAGE_PAYWALL_STUB;
        extraction->reason = "the page says that it is not free, and gives only its beginning";
    } else if (is_index(arena, evidence, weight) || judge_leads_elsewhere(evidence)) {
        extraction->kind = PAGE_INDEX;
        extraction->reason = "the page leads to articles and is none";
    }
    if (extraction->kind != PAGE_ARTICLE)
        extraction->confidence = 0;
}
