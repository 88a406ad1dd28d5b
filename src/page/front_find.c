/* SPDX-License-Identifier: MIT
 * front_find.c - the news of a page, by its structure
 *
 * Each link gets a score from 0 to 1: is its text as long as a headline, does its address look like an
 * article's, is it a heading, does it stand in a menu? Links in the same kind of box (their elements' names
 * and first classes, some levels up) make a group. A group is news as a whole or not at all, by its mean: so
 * that a short headline among long ones is taken, and a long label in a menu is not. The best group must
 * have three links; others that are as good come with it, as a front page has several sections: those at once
 * whose addresses are made like the best group's, as one system gives them out, others only where all speaks
 * for them. So it is within a group: where most addresses are made alike, another must be the better link.
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
    BESIDE_STEPS = 60, /* nodes that are looked at there */
    MANY = 3,
    MANY_TIMES = 5, /* a story may stand in three places, each with its picture and its headline */
};

static const float mean_of_best = 0.45F, least_of_link = 0.35F, least_of_odd_link = 0.6F;
/* [how its addresses are made][it is a single link] */
enum likeness { WITHOUT_NUMBERS /* which the best group's have */, OF_ANOTHER_MAKE, LIKE_THE_BEST };
static const float mean_of_others[][2] = {
    [WITHOUT_NUMBERS] = {0.92F, 0.92F},
    [OF_ANOTHER_MAKE] = {0.78F, 0.92F},
    [LIKE_THE_BEST] = {0.6F, 0.78F},
};
static const float of_borrowed_title = 0.9F, of_label = 0.3F;

struct shape { /* how many addresses of a group are made like this */
    size_t count;
};

struct group {
    size_t count;
    float sum;
    struct map shapes; /* -> struct shape */
    size_t most_alike; /* the largest of their counts */
    size_t like_best;  /* links whose address is made like those of the best group */
    size_t numbered;   /* ... that have a number in it */
    bool is_news;
};

struct found {
    const struct node *node;
    span url, title, shape;
    struct group *group;
    float score;
    bool has_number;      /* the address, as articles' ids and days are */
    bool is_borrowed;     /* the title is not the link's own text */
    bool is_label;        /* it stands on the page again and again: a section, an author */
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

static bool is_hangul(uint32_t character)
{
    return character >= 0xAC00 && character <= 0xD7A3;
}

/* A headline has 8 to 40 Chinese characters, or some words; a Korean one is as short as a Chinese. */
static float score_of_title(span title)
{
    size_t unspaced = 0, others = 0, words = 1;
    uint32_t character, last = 0;

    for (span rest = title; utf8_next(&rest, &character); last = character) {
        bool is_dense = is_unspaced(character) || is_hangul(character);
        unspaced += is_dense;
        others += !is_dense;
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

/* A teaser may have a <header>, too; that of the page stands near its root. */
static bool is_head_of_page(const struct node *node)
{
    const struct node *parent = node->parent;

    return node->tag == TAG_header && parent &&
           (parent->tag == TAG_body || (parent->parent && parent->parent->tag == TAG_body));
}

/* 1: among what readers came for; less in menus, at the foot, beside. */
static float weight_of_place(const struct node *link)
{
    static const char *const words[] = {"nav",   "menu",   "crumb", "foot",    "pagina",   "pager",
                                        "share", "social", "login", "toolbar", "copyright"};
    float weight = 1;
    int up = 0;

    for (const struct node *node = link->parent; node; node = node->parent, up++) {
        if (node->tag == TAG_nav || node->tag == TAG_footer || node->tag == TAG_form || is_head_of_page(node))
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

static float score_of(const struct finder *finder, const struct found *found, const struct url *url)
{
    float of_title = score_of_title(found->title),
          score = 0.6F * of_title + 0.3F * front_address_score(&finder->page, url);
    bool is_ours = span_equal(url_registrable_domain(finder->reader->arena, url->host), finder->site);

    if (of_title <= 0)
        return 0;
    if (is_in_heading(found->node))
        score += 0.15F;
    return MIN(score, 1.0F) * weight_of_place(found->node) * (is_ours ? 1.0F : 0.8F) *
           (found->is_borrowed ? of_borrowed_title : 1.0F) * (found->is_label ? of_label : 1.0F);
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
    if (!*at) {
        struct group *group = ARENA_NEW(finder->reader->arena, struct group);
        group->shapes.arena = finder->reader->arena;
        *at = group;
    }
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

static bool leads_elsewhere(const struct node *heading, const struct node *link)
{
    int steps = 0;

    for (const struct node *node = heading; node && steps < BESIDE_STEPS;
         node = node_next(node, heading), steps++)
        if (node->tag == TAG_a)
            return !span_equal(node_attribute(node, "href"), node_attribute(link, "href"));
    return false;
}

/* The heading beside a link, in the smallest box around it that has one. */
static span title_beside(struct arena *arena, const struct node *link)
{
    const struct node *box = link->parent;

    for (int up = 0; box && box->tag != TAG_body && up < BESIDE_LEVELS; up++, box = box->parent) {
        int steps = 0;
        for (const struct node *node = box; node && steps < BESIDE_STEPS;
             node = node_next(node, box), steps++)
            if (node->tag >= TAG_h1 && node->tag <= TAG_h6)
                return leads_elsewhere(node, link)
                           ? (span){0}
                           : short_text(&(struct reader){.arena = arena}, node, LIMIT_FRONT_TITLE);
    }
    return (span){0};
}

struct use { /* of a title */
    span url;
    size_t places; /* that it leads to, but for those that took turns */
    size_t count;
};

static void count_titles(struct finder *finder, struct map *uses)
{
    for (size_t i = 0; i < finder->count; i++) {
        struct found *found = &finder->links[i];
        void **at = map_at(uses, found->title);
        struct use *use = *at ? *at : ARENA_NEW(finder->reader->arena, struct use);
        *at = use;
        use->places += !span_equal(use->url, found->url);
        use->count++;
        use->url = found->url;
    }
}

/* What several links to several places say ("Read more", "Details") is nobody's headline; nor is what leads
 * to one place again and again. */
static void replace_labels(struct finder *finder)
{
    struct arena *arena = finder->reader->arena;
    struct map uses = {.arena = arena};

    count_titles(finder, &uses);
    for (size_t i = 0; i < finder->count; i++) {
        struct found *found = &finder->links[i];
        const struct use *use = map_get(&uses, found->title);
        found->is_label = use->places == 1 && use->count >= MANY_TIMES;
        if (use->places < MANY)
            continue;
        found->title = title_beside(arena, found->node);
        found->is_borrowed = true;
    }
}

static void score_all(struct finder *finder)
{
    struct url url;

    for (size_t i = 0; i < finder->count; i++) {
        struct found *found = &finder->links[i];
        if (url_parse(finder->reader->arena, found->url, NULL, &url)) {
            found->score = score_of(finder, found, &url);
            found->shape = front_address_shape(finder->reader->arena, &url);
            found->has_number = front_address_has_number(&url);
        }
        found->group = group_of(finder, found->node);
        note_address(finder, found);
    }
}

static float mean_of(const struct group *group)
{
    return group->count ? group->sum / (float)group->count : 0;
}

static void count_link(struct finder *finder, const struct found *found)
{
    struct group *group = found->group;
    void **at = map_at(&group->shapes, found->shape);
    struct shape *shape = *at ? *at : ARENA_NEW(finder->reader->arena, struct shape);

    *at = shape;
    shape->count++;
    group->most_alike = MAX(group->most_alike, shape->count);
    group->numbered += found->has_number;
    group->count++;
    group->sum += found->score;
}

static struct group *best_group(struct finder *finder)
{
    struct group *best = NULL;
    float best_worth = 0;

    for (size_t i = 0; i < finder->count; i++) {
        struct group *group = finder->links[i].group;
        float mean = mean_of(group), worth = mean * mean * log2f((float)group->count + 1);
        if (group->count >= MANY && mean >= mean_of_best && worth > best_worth) {
            best = group;
            best_worth = worth;
        }
    }
    return best;
}

/* Made like those of the best group, of which one in five says how. */
static bool is_like_best(const struct group *best, const struct found *found)
{
    const struct shape *shape = found->better ? NULL : map_get(&best->shapes, found->shape);

    return shape && shape->count * 5 >= best->count;
}

static bool is_numbered(const struct group *group)
{
    return group->numbered * 2 > group->count;
}

static enum likeness likeness_of(const struct group *best, const struct group *group)
{
    return group->like_best * 2 > group->count        ? LIKE_THE_BEST
           : is_numbered(best) && !is_numbered(group) ? WITHOUT_NUMBERS
                                                      : OF_ANOTHER_MAKE;
}

static void choose_groups(struct finder *finder)
{
    struct group *best;

    for (size_t i = 0; i < finder->count; i++)
        if (!finder->links[i].better)
            count_link(finder, &finder->links[i]);
    best = best_group(finder);
    if (!best)
        return;
    for (size_t i = 0; i < finder->count; i++)
        finder->links[i].group->like_best += is_like_best(best, &finder->links[i]);
    for (size_t i = 0; i < finder->count; i++) {
        struct group *group = finder->links[i].group;
        group->is_news =
            group == best || mean_of(group) >= mean_of_others[likeness_of(best, group)][group->count == 1];
    }
}

/* --- items --- */

/* Most of its group have addresses that are made alike, and it has not. */
static bool is_odd(const struct found *found)
{
    const struct group *group = found->group;
    const struct shape *shape = map_get(&group->shapes, found->shape);

    return group->most_alike * 2 > group->count && shape && shape->count < group->most_alike;
}

static bool is_taken(const struct found *found)
{
    return !found->better && found->group->is_news &&
           found->score >= (is_odd(found) ? least_of_odd_link : least_of_link);
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
