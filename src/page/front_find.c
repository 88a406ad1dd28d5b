/* SPDX-License-Identifier: MIT
 * front_find.c - the news of a page, by its structure
 *
 * Each link gets a score from 0 to 1: is its text as long as a headline, does its address look like an
 * article's, is it a heading, does it stand in a menu? Links in the same kind of box (their elements' names
 * and first classes, some levels up) make a group. A group is news as a whole or not at all, by its mean: so
 * that a short headline among long ones is taken, and a long label in a menu is not. The best group must
 * have three links; others that are as good come with it, as a front page has several sections.
 */
#include "limits/limits.h"
#include "page/front_parts.h"
#include "page/internal.h"
#include "text/url.h"
#include "text/utf8.h"
#include <math.h>

enum {
    SIGNATURE_LEVELS = 5,
    BOX_LEVELS = 10,
    NAMED_LEVELS = 8, /* how far up a class name says what a link is in */
    BESIDE_LEVELS = 4,
    MANY = 3,
};

static const float mean_of_best = 0.45F, mean_of_others = 0.6F, mean_of_single = 0.78F, least_of_link = 0.35F;

struct group {
    size_t count;
    float sum;
    bool is_news;
};

struct found {
    const struct node *node;
    span url, title;
    struct group *group;
    float score;
    struct found *better; /* another link to the same address that says more; NULL: none */
};

struct finder {
    struct front_reader *reader;
    struct url page;
    span site; /* registrable domain of the page */
    struct map groups, by_address;
    struct found *links;
    size_t count;
};

/* --- one link --- */

/* A headline has 8 to 40 Chinese characters, or some words. */
static float score_of_title(span title)
{
    size_t unspaced = 0, others = 0, words = 1;
    uint32_t character, last = 0;

    for (span rest = title; utf8_next(&rest, &character); last = character) {
        unspaced += is_unspaced(character);
        others += !is_unspaced(character);
        words += character == ' ' && last != ' ';
    }
    if (unspaced * 2 >= others) {
        size_t len = unspaced + others / 2;
        return len < 5 ? 0.0F : len < 8 ? 0.5F : len <= 45 ? 1.0F : len <= 90 ? 0.6F : 0.2F;
    }
    if (words < 3)
        return others >= 40 ? 0.4F : others >= 20 ? 0.2F : 0.05F;
    return others < 12    ? 0.1F
           : others < 20  ? 0.5F
           : others < 30  ? 0.8F
           : others < 160 ? 1.0F
           : others < 260 ? 0.6F
                          : 0.2F;
}

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

static const char *const section_words[] = {"/tag/",   "/tags/",   "/category/", "/categories/", "/author/",
                                            "/topic/", "/topics/", "/search",    "/login",       "/user/",
                                            "/about",  "/contact", "/privacy",   "/subscribe",   "/page/"};

/* An article's address has a day, a number or a row of words in its last part. */
static float score_of_address(const struct finder *finder, const struct url *url)
{
    span path = url->path, last;

    for (size_t i = 0; i < ARRAY_SIZE(section_words); i++)
        if (span_find_nocase(path, span_of(section_words[i])) != SPAN_NONE)
            return 0.05F;
    if (span_ends(path, S("/")))
        path.len--;
    last = span_from(path, MIN(span_find_last_char(path, '/') + 1, path.len));
    if (last.len == 0 || span_starts(finder->page.path, url->path))
        return url->query.len && longest_number(url->query) >= 2 ? 0.7F : 0.0F;
    if (longest_number(path) >= 5 || count_char(last, '-') >= 3 || count_char(last, '_') >= 3)
        return 1.0F;
    if (longest_number(last) >= 2 || longest_number(url->query) >= 2)
        return 0.8F;
    return count_char(path, '/') >= 3 || count_char(last, '-') >= 2 || last.len > 24 ? 0.5F : 0.2F;
}

static bool is_in_heading(const struct node *link)
{
    const struct node *node = link;

    for (int up = 0; node && up < 3; up++, node = node->parent)
        if (node->tag >= TAG_h1 && node->tag <= TAG_h6)
            return true;
    for (size_t steps = 0; (node = steps ? node_next(node, link) : link) && steps < 40; steps++)
        if (node->tag >= TAG_h1 && node->tag <= TAG_h6)
            return true;
    return false;
}

/* 1: among what readers came for; less in menus, at the foot, beside. */
static float weight_of_place(const struct node *link)
{
    static const char *const words[] = {"nav",   "menu",   "crumb", "foot",    "pagina",   "pager",
                                        "share", "social", "login", "toolbar", "copyright"};
    float weight = 1;
    int up = 0;

    for (const struct node *node = link->parent; node; node = node->parent, up++) {
        if (node->tag == TAG_nav || node->tag == TAG_footer || node->tag == TAG_form)
            return 0.15F;
        if (node->tag == TAG_body || node->tag == TAG_main || node->tag == TAG_article)
            break;
        if (node->tag == TAG_aside)
            weight = 0.7F;
        if (up < NAMED_LEVELS && node_is_named(node, words, ARRAY_SIZE(words)))
            return 0.3F;
    }
    return weight;
}

static float score_of(const struct finder *finder, const struct node *link, span title, const struct url *url)
{
    float of_title = score_of_title(title), score = 0.6F * of_title + 0.3F * score_of_address(finder, url);
    bool is_ours = span_equal(url_registrable_domain(finder->reader->arena, url->host), finder->site);

    if (of_title <= 0)
        return 0;
    if (is_in_heading(link))
        score += 0.15F;
    return MIN(score, 1.0F) * weight_of_place(link) * (is_ours ? 1.0F : 0.8F);
}

/* --- groups --- */

static void add_level(struct buf *out, const struct node *node)
{
    span name = node->name, classes = node_attribute(node, "class"), first = {0};

    buf_add(out, name);
    span_cut_word(&classes, &first);
    for (size_t i = 0; i < first.len; i++)
        if (first.at[i] < '0' || first.at[i] > '9') /* "item-17" is like "item-18" */
            buf_add_char(out, first.at[i]);
    buf_add_char(out, '<');
}

static struct group *group_of(struct finder *finder, const struct node *link)
{
    LOCAL(buf) signature = {.max = 2 * KiB};
    const struct node *node = link;
    void **at;

    for (const struct node *child = link->first; child; child = child->next)
        if (child->type ==
            NODE_ELEMENT) { /* a link around a heading is another thing than a name in the same box */
            buf_add(&signature, child->name);
            break;
        }
    for (int up = 0; node && node->tag != TAG_body && up < SIGNATURE_LEVELS; up++, node = node->parent)
        add_level(&signature, node);
    at = map_at(&finder->groups, arena_keep(finder->reader->arena, buf_span(&signature)));
    if (!*at)
        *at = ARENA_NEW(finder->reader->arena, struct group);
    return *at;
}

/* Of several links to one address (its picture, its headline, "more") the best speaks for it. */
static void note_address(struct finder *finder, struct found *found)
{
    void **at = map_at(&finder->by_address, found->url);
    struct found *other = *at;

    if (other && other->score >= found->score) {
        found->better = other;
        return;
    }
    if (other)
        other->better = found;
    *at = found;
}

static void note_link(struct finder *finder, const struct node *node)
{
    struct arena *arena = finder->reader->arena;
    span address = front_link(finder->reader, node_attribute(node, "href"));

    if (address.len)
        finder->links[finder->count++] =
            (struct found){.node = node, .url = address, .title = front_title_of(arena, node)};
}

/* The heading beside a link, in the smallest box around it that has one. */
static span title_beside(struct arena *arena, const struct node *link)
{
    const struct node *box = link->parent;

    for (int up = 0; box && box->tag != TAG_body && up < BESIDE_LEVELS; up++, box = box->parent) {
        size_t steps = 0;
        for (const struct node *node = box; node && steps < 60; node = node_next(node, box), steps++)
            if (node->tag >= TAG_h1 && node->tag <= TAG_h6)
                return node_text(arena, node);
    }
    return (span){0};
}

/* What several links to several places say ("Read more", "Details") is nobody's headline. */
static void replace_labels(struct finder *finder)
{
    struct arena *arena = finder->reader->arena;
    struct map uses = {.arena = arena};
    struct use {
        span url;
        size_t count;
    };

    for (size_t i = 0; i < finder->count; i++) {
        struct found *found = &finder->links[i];
        void **at = map_at(&uses, found->title);
        struct use *use = *at ? *at : ARENA_NEW(arena, struct use);
        *at = use;
        use->count += !span_equal(use->url, found->url);
        use->url = found->url;
    }
    for (size_t i = 0; i < finder->count; i++) {
        struct found *found = &finder->links[i];
        const struct use *use = map_get(&uses, found->title);
        if (use->count >= MANY)
            found->title = title_beside(arena, found->node);
    }
}

static void score_all(struct finder *finder)
{
    struct url url;

    for (size_t i = 0; i < finder->count; i++) {
        struct found *found = &finder->links[i];
        if (url_parse(finder->reader->arena, found->url, NULL, &url))
            found->score = score_of(finder, found->node, found->title, &url);
        found->group = group_of(finder, found->node);
        note_address(finder, found);
    }
}

static float mean_of(const struct group *group)
{
    return group->count ? group->sum / (float)group->count : 0;
}

static void choose_groups(struct finder *finder)
{
    struct group *best = NULL;
    float best_worth = 0;

    for (size_t i = 0; i < finder->count; i++) {
        const struct found *found = &finder->links[i];
        if (found->better)
            continue;
        found->group->count++;
        found->group->sum += found->score;
    }
    for (size_t i = 0; i < finder->count; i++) {
        struct group *group = finder->links[i].group;
        float mean = mean_of(group), worth = mean * mean * log2f((float)group->count + 1);
        if (group->count >= MANY && mean >= mean_of_best && worth > best_worth) {
            best = group;
            best_worth = worth;
        }
    }
    if (!best)
        return;
    for (size_t i = 0; i < finder->count; i++) {
        struct group *group = finder->links[i].group;
        group->is_news =
            group == best || mean_of(group) >= (group->count > 1 ? mean_of_others : mean_of_single);
    }
}

/* --- items --- */

static bool is_taken(const struct found *found)
{
    return !found->better && found->group->is_news && found->score >= least_of_link;
}

/* The largest box around a link that holds neither the link before nor the one after. */
static const struct node *box_of(const struct found *found, const struct node *before,
                                 const struct node *after)
{
    const struct node *box = found->node;

    for (int up = 0; up < BOX_LEVELS; up++) {
        const struct node *parent = box->parent;
        if (!parent || parent->tag == TAG_body || parent->type != NODE_ELEMENT ||
            (before && node_is_within(before, parent)) || (after && node_is_within(after, parent)))
            break;
        box = parent;
    }
    return box;
}

static void take_all(struct finder *finder)
{
    const struct found *before = NULL, *current = NULL;

    for (size_t i = 0; i <= finder->count; i++) {
        const struct found *next = i < finder->count ? &finder->links[i] : NULL;
        if (next && !is_taken(next))
            continue;
        if (current) {
            struct front_item item = {.link = current->url, .title = current->title, .published_at = NO_TIME};
            const struct node *box = box_of(current, before ? before->node : NULL, next ? next->node : NULL);
            front_read_teaser(finder->reader, box, current->node, &item);
            front_add(finder->reader, item);
        }
        before = current;
        current = next;
    }
}

void front_by_structure(struct front_reader *reader, struct page *page)
{
    struct finder finder = {.reader = reader,
                            .groups = {.arena = reader->arena},
                            .by_address = {.arena = reader->arena},
                            .links = ARENA_ARRAY(reader->arena, struct found, LIMIT_FRONT_LINKS)};

    if (url_parse(reader->arena, page->url, NULL, &finder.page))
        finder.site = url_registrable_domain(reader->arena, finder.page.host);
    for (const struct node *node = page->document; node && finder.count < LIMIT_FRONT_LINKS;
         node = node_next(node, page->document))
        if (node->tag == TAG_a)
            note_link(&finder, node);
    replace_labels(&finder);
    score_all(&finder);
    choose_groups(&finder);
    take_all(&finder);
}
