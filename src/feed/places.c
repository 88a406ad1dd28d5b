/* SPDX-License-Identifier: MIT
 * places.c - where the systems that sites are made with keep their feeds
 *
 * {page} is the page's own folder, {site} the site's root. A system is known by a word in the first part of
 * the page: its generator element, or a folder that no other has.
 */
#include "feed/discover.h"
#include "text/url.h"

enum { MOST_PLACES = 12, PLACES_OF_ONE = 4, LOOKED_AT = 128 * 1024 };

static const struct system {
    const char *sign;
    const char *places[PLACES_OF_ONE];
} systems[] = {
    {"wp-content/", {"{page}feed/", "{site}feed/", "{site}?feed=rss2"}},
    {"content=\"wordpress", {"{page}feed/", "{site}feed/", "{site}?feed=rss2"}},
    {"content=\"ghost", {"{page}rss/", "{site}rss/"}},
    {"content=\"hugo", {"{page}index.xml", "{site}index.xml"}},
    {"content=\"jekyll", {"{site}feed.xml", "{site}atom.xml"}},
    {"content=\"hexo", {"{site}atom.xml", "{site}rss2.xml"}},
    {"content=\"drupal", {"{page}rss.xml", "{site}rss.xml", "{page}feed"}},
    {"content=\"discourse", {"{site}latest.rss", "{site}posts.rss"}},
    {"content=\"blogger", {"{site}feeds/posts/default"}},
    {"content=\"mediawiki",
     {"{site}index.php?title=Special:RecentChanges&feed=atom",
      "{site}w/index.php?title=Special:RecentChanges&feed=atom"}},
    {"content=\"joomla", {"{page}?format=feed&type=rss", "{site}?format=feed&type=rss"}},
    {"content=\"typo3", {"{site}rss.xml", "{site}?type=9818"}},
    {"squarespace", {"{page}?format=rss", "{site}?format=rss", "{site}blog?format=rss"}},
    {"content=\"wix", {"{site}blog-feed.xml", "{site}feed.xml"}},
    {"cdn.shopify.com", {"{page}.atom", "{site}blogs/news.atom"}},
    {"content=\"gatsby", {"{site}rss.xml", "{site}blog/rss.xml"}},
    {"content=\"astro", {"{site}rss.xml", "{site}blog/rss.xml"}},
    {"content=\"eleventy", {"{site}feed/feed.xml", "{site}feed.xml"}},
    {"content=\"docusaurus", {"{site}blog/rss.xml", "{site}blog/atom.xml"}},
    {"content=\"pelican", {"{site}feeds/all.atom.xml", "{site}feeds/all.rss.xml"}},
    {"content=\"nikola", {"{page}rss.xml", "{site}rss.xml"}},
    {"content=\"movable type", {"{site}atom.xml", "{site}index.xml"}},
    {"content=\"typecho", {"{page}feed/", "{site}feed/"}},
    {"content=\"z-blog", {"{site}feed.php"}},
    {"content=\"dokuwiki", {"{site}feed.php"}},
    {"content=\"discuz", {"{site}forum.php?mod=rss"}},
    {"content=\"writefreely", {"{page}feed/", "{site}feed/"}},
    {"content=\"mastodon", {"{page}.rss"}},
    {"content=\"xenforo", {"{site}forums/-/index.rss"}},
    {"content=\"vbulletin", {"{site}external.php?type=RSS2"}},
    {"phpbb", {"{site}feed", "{site}app.php/feed", "{site}feed.php"}},
};

static const char *const usual[] = {"{page}feed",      "{page}rss.xml",  "{site}feed",
                                    "{site}rss.xml",   "{site}atom.xml", "{site}feed.xml",
                                    "{site}index.xml", "{site}rss",      "{site}feed.json"};

struct places {
    struct arena *arena;
    span page, site; /* both end in "/" */
    struct feed_hint *hints;
    size_t count;
};

static bool is_there(const struct places *places, span url)
{
    for (size_t i = 0; i < places->count; i++)
        if (span_equal(places->hints[i].url, url))
            return true;
    return false;
}

static void add_place(struct places *places, const char *form)
{
    span text = span_of(form), folder = span_starts(text, S("{page}")) ? places->page : places->site;

    text = span_from(text, strlen("{page}"));
    if (*text.at == '.') /* "{page}.atom": no folder, but a name */
        folder.len--;
    text = url_resolve(places->arena, (span){0},
                       arena_printf(places->arena, "%.*s%.*s", SPAN_ARG(folder), SPAN_ARG(text)));
    if (text.len && places->count < MOST_PLACES && !is_there(places, text))
        places->hints[places->count++] = (struct feed_hint){.url = text, .how = HINT_PLACE, .is_guess = true};
}

/* "/news/" of "/news", "/news/" and "/news/index.html" */
static span folder_of(struct arena *arena, const struct url *url)
{
    span path = url->path, name = span_from(path, span_find_last_char(path, '/') + 1);
    bool is_file = span_find_char(name, '.') != SPAN_NONE;

    if (is_file)
        path.len -= name.len;
    return arena_printf(arena, "%.*s%.*s%s", SPAN_ARG(url_origin(arena, url)), SPAN_ARG(path),
                        span_ends(path, S("/")) ? "" : "/");
}

size_t discover_places(struct arena *arena, span url, span bytes, struct feed_hint **out_hints)
{
    struct places places = {.arena = arena, .hints = ARENA_ARRAY(arena, struct feed_hint, MOST_PLACES)};
    span head = span_sub(bytes, 0, LOOKED_AT);
    bool is_known = false;
    struct url parsed;

    *out_hints = places.hints;
    if (!url_parse(arena, url, NULL, &parsed) || !url_is_of_web(&parsed))
        return 0;
    places.page = folder_of(arena, &parsed);
    places.site = arena_printf(arena, "%.*s/", SPAN_ARG(url_origin(arena, &parsed)));
    for (size_t i = 0; i < ARRAY_SIZE(systems) && !is_known; i++) {
        is_known = span_find_nocase(head, span_of(systems[i].sign)) != SPAN_NONE;
        for (size_t k = 0; is_known && k < PLACES_OF_ONE && systems[i].places[k]; k++)
            add_place(&places, systems[i].places[k]);
    }
    for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
        add_place(&places, usual[i]);
    return places.count;
}
