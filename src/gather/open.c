/* SPDX-License-Identifier: MIT
 * open.c - a source's answer, as a reader of items
 */
#include "gather/gather.h"
#include "gather/internal.h"
#include "limits/limits.h"

const char *rung_name(enum rung rung)
{
    static const char *const names[] = {"feed", "sitemap", "front page", "nothing"};

    return names[rung];
}

enum rung gather_rung(const struct conf_source *source)
{
    return source->feed.len ? RUNG_FEED : source->page.len ? RUNG_PAGE : RUNG_NONE;
}

span gather_address(const struct conf_source *source)
{
    return source->feed.len ? source->feed : source->page;
}

/* --- a front page, as a feed --- */

static struct feed_item *items_of(struct arena *arena, const struct front *front)
{
    struct feed_item *items = ARENA_ARRAY(arena, struct feed_item, front->count);

    for (size_t i = 0; i < front->count; i++)
        items[i] = (struct feed_item){.link = front->items[i].link,
                                      .title = front->items[i].title,
                                      .summary = front->items[i].summary,
                                      .image = front->items[i].image,
                                      .language = front->language,
                                      .published_at = front->items[i].published_at};
    return items;
}

static struct error *open_page(const struct response *response, const struct front_rule *rule,
                               struct feed **out_feed)
{
    const struct page_bytes input = {
        .bytes = response->body, .url = response->url, .content_type = response->content_type};
    OWN(arena) arena = arena_new(LIMIT_PAGE_ROOM);
    struct feed_about about = {.format = FEED_PAGE,
                               .home_page_url = response->url,
                               .ttl_minutes = -1,
                               .update_frequency = -1,
                               .published_at = NO_TIME,
                               .updated_at = NO_TIME,
                               .update_base_at = NO_TIME};
    struct front *front;

    TRY(front_read(arena, &input, rule, &front));
    about.title = front->title.len ? front->title : front->site_name;
    about.language = front->language;
    about.home_page_url = arena_keep(arena, response->url);
    const struct feed_item *items = items_of(arena, front);
    *out_feed = feed_of_items(MOVE(arena), &about, items, front->count);
    return OK;
}

/* --- whatever it is --- */

struct error *open_answer(const struct response *response, enum rung rung, const struct front_rule *rule,
                          struct feed **out_feed)
{
    const struct feed_headers headers = {.content_type = response->content_type,
                                         .content_location = response->content_location,
                                         .content_language = response->content_language,
                                         .links = response->links,
                                         .link_count = response->link_count};

    if (rung == RUNG_PAGE)
        return open_page(response, rule, out_feed);
    return feed_open(response->body, response->url, &headers, out_feed);
}

struct error *open_news(const struct response *response, enum rung rung, const struct front_rule *rule,
                        struct feed **out_feed, size_t *out_left_out)
{
    OPEN(feed) feed = NULL;

    *out_left_out = 0;
    TRY(open_answer(response, rung, rule, &feed));
    if (feed_about(feed)->format == FEED_SITEMAP)
        TRY(choose_newest(response, feed, out_left_out));
    *out_feed = MOVE(feed);
    return OK;
}

static struct front_rule rule_of(const struct conf_source *source)
{
    return (struct front_rule){.items = source->items,
                               .link = source->link,
                               .title = source->title,
                               .date = source->date,
                               .summary = source->summary};
}

struct error *gather_open(const struct conf_source *source, enum rung rung, const struct response *response,
                          struct feed **out_feed)
{
    /* A rule is for the page that the user named, and for no other that took its place. */
    const struct front_rule rule = source->page.len ? rule_of(source) : (struct front_rule){0};
    size_t left_out;

    return open_news(response, rung, &rule, out_feed, &left_out);
}

struct error *gather_check_rule(const struct conf_source *source)
{
    const struct front_rule rule = rule_of(source);

    return front_rule_check(&rule);
}
