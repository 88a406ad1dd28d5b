/* SPDX-License-Identifier: MIT
 * platforms.c - pages of big platforms, and what their feeds are called
 *
 * A host is compared from its end, "www." and "m." left out; "*." takes one label more, "*" any host. In a
 * path, {x} takes one segment, a "+" behind it allows that more follow, and ?name={x} a parameter of the
 * query. All rows that fit are taken, in order.
 */
#include "feed/discover.h"
#include "text/url.h"

enum { MOST_HINTS = 8, MOST_CAPTURES = 4 };

static const struct platform {
    const char *host, *path, *feed, *what;
} platforms[] = {
    {"youtube.com", "/channel/{a}+", "https://www.youtube.com/feeds/videos.xml?channel_id={a}", "videos"},
    {"youtube.com", "/playlist?list={a}", "https://www.youtube.com/feeds/videos.xml?playlist_id={a}",
     "the playlist"},
    {"youtube.com", "/user/{a}+", "https://www.youtube.com/feeds/videos.xml?user={a}", "videos"},
    {"vimeo.com", "/{a}", "https://vimeo.com/{a}/videos/rss", "videos"},
    {"dailymotion.com", "/{a}", "https://www.dailymotion.com/rss/user/{a}", "videos"},
    {"reddit.com", "/r/{a}/comments/{b}+", "https://www.reddit.com/r/{a}/comments/{b}/.rss", "the thread"},
    {"reddit.com", "/r/{a}+", "https://www.reddit.com/r/{a}/.rss", "posts"},
    {"reddit.com", "/user/{a}+", "https://www.reddit.com/user/{a}/.rss", "posts"},
    {"reddit.com", "/u/{a}+", "https://www.reddit.com/user/{a}/.rss", "posts"},
    {"github.com", "/{a}/{b}/commits/{c}", "https://github.com/{a}/{b}/commits/{c}.atom", "commits"},
    {"github.com", "/{a}/{b}/commits", "https://github.com/{a}/{b}/commits.atom", "commits"},
    {"github.com", "/{a}/{b}/tags", "https://github.com/{a}/{b}/tags.atom", "tags"},
    {"github.com", "/{a}/{b}/discussions", "https://github.com/{a}/{b}/discussions.atom", "discussions"},
    {"github.com", "/{a}/{b}/wiki+", "https://github.com/{a}/{b}/wiki.atom", "the wiki"},
    {"github.com", "/{a}/{b}/releases+", "https://github.com/{a}/{b}/releases.atom", "releases"},
    {"github.com", "/{a}/{b}", "https://github.com/{a}/{b}/releases.atom", "releases"},
    {"github.com", "/{a}/{b}", "https://github.com/{a}/{b}/commits.atom", "commits"},
    {"github.com", "/{a}", "https://github.com/{a}.atom", "activity"},
    {"gitlab.com", "/{a}/{b}/-/tags", "https://gitlab.com/{a}/{b}/-/tags?format=atom", "tags"},
    {"gitlab.com", "/{a}/{b}/-/releases", "https://gitlab.com/{a}/{b}/-/tags?format=atom", "tags"},
    {"gitlab.com", "/{a}/{b}/-/commits/{c}", "https://gitlab.com/{a}/{b}/-/commits/{c}?format=atom",
     "commits"},
    {"gitlab.com", "/{a}/{b}", "https://gitlab.com/{a}/{b}.atom", "activity"},
    {"gitlab.com", "/{a}", "https://gitlab.com/{a}.atom", "activity"},
    {"codeberg.org", "/{a}/{b}/releases", "https://codeberg.org/{a}/{b}/releases.rss", "releases"},
    {"codeberg.org", "/{a}/{b}", "https://codeberg.org/{a}/{b}.rss", "activity"},
    {"codeberg.org", "/{a}", "https://codeberg.org/{a}.rss", "activity"},
    {"sourceforge.net", "/projects/{a}+", "https://sourceforge.net/projects/{a}/rss", "files"},
    {"pypi.org", "/project/{a}+", "https://pypi.org/rss/project/{a}/releases.xml", "releases"},
    {"arxiv.org", "/list/{a}+", "https://rss.arxiv.org/rss/{a}", "papers"},
    {"stackoverflow.com", "/questions/tagged/{a}+", "https://stackoverflow.com/feeds/tag/{a}", "questions"},
    {"*.stackexchange.com", "/questions/tagged/{a}+", "https://{host}/feeds/tag/{a}", "questions"},
    {"*.stackexchange.com", "/+", "https://{host}/feeds", "questions"},
    {"news.ycombinator.com", "/+", "https://news.ycombinator.com/rss", "the front page"},
    {"lobste.rs", "/t/{a}", "https://lobste.rs/t/{a}.rss", "the tag"},
    {"lobste.rs", "/+", "https://lobste.rs/rss", "the front page"},
    {"medium.com", "/@{a}+", "https://medium.com/feed/@{a}", "posts"},
    {"medium.com", "/tag/{a}+", "https://medium.com/feed/tag/{a}", "the tag"},
    {"medium.com", "/{a}", "https://medium.com/feed/{a}", "posts"},
    {"*.medium.com", "/+", "https://{host}/feed", "posts"},
    {"*.substack.com", "/+", "https://{host}/feed", "posts"},
    {"*.tumblr.com", "/tagged/{a}+", "https://{host}/tagged/{a}/rss", "the tag"},
    {"*.tumblr.com", "/+", "https://{host}/rss", "posts"},
    {"tumblr.com", "/{a}+", "https://{a}.tumblr.com/rss", "posts"},
    {"*.blogspot.com", "/search/label/{a}", "https://{host}/feeds/posts/default/-/{a}", "the label"},
    {"*.blogspot.com", "/+", "https://{host}/feeds/posts/default", "posts"},
    {"*.wordpress.com", "/category/{a}+", "https://{host}/category/{a}/feed/", "the category"},
    {"*.wordpress.com", "/tag/{a}+", "https://{host}/tag/{a}/feed/", "the tag"},
    {"*.wordpress.com", "/author/{a}+", "https://{host}/author/{a}/feed/", "the author"},
    {"*.wordpress.com", "/+", "https://{host}/feed/", "posts"},
    {"*.ghost.io", "/+", "https://{host}/rss/", "posts"},
    {"*.livejournal.com", "/+", "https://{host}/data/rss", "posts"},
    {"*.dreamwidth.org", "/+", "https://{host}/data/rss", "posts"},
    {"*.hashnode.dev", "/+", "https://{host}/rss.xml", "posts"},
    {"*.bearblog.dev", "/+", "https://{host}/feed/", "posts"},
    {"*.micro.blog", "/+", "https://{host}/feed.xml", "posts"},
    {"*.hatenablog.com", "/+", "https://{host}/feed", "posts"},
    {"*.bandcamp.com", "/+", "https://{host}/feed", "releases"},
    {"write.as", "/{a}+", "https://write.as/{a}/feed/", "posts"},
    {"dev.to", "/t/{a}+", "https://dev.to/feed/tag/{a}", "the tag"},
    {"dev.to", "/{a}", "https://dev.to/feed/{a}", "posts"},
    {"note.com", "/{a}", "https://note.com/{a}/rss", "posts"},
    {"qiita.com", "/{a}", "https://qiita.com/{a}/feed", "posts"},
    {"zenn.dev", "/{a}", "https://zenn.dev/{a}/feed", "posts"},
    {"cnblogs.com", "/{a}+", "https://www.cnblogs.com/{a}/rss", "posts"},
    {"blog.csdn.net", "/{a}+", "https://blog.csdn.net/{a}/rss/list", "posts"},
    {"pinterest.com", "/{a}/{b}", "https://www.pinterest.com/{a}/{b}.rss", "the board"},
    {"pinterest.com", "/{a}", "https://www.pinterest.com/{a}/feed.rss", "pins"},
    {"deviantart.com", "/{a}+", "https://backend.deviantart.com/rss.xml?q=gallery:{a}", "the gallery"},
    {"store.steampowered.com", "/app/{a}+", "https://store.steampowered.com/feeds/news/app/{a}",
     "the game's news"},
    {"bsky.app", "/profile/{a}+", "https://bsky.app/profile/{a}/rss", "posts"},
    {"*.wikipedia.org", "/wiki/{a}", "https://{host}/w/index.php?title={a}&feed=atom&action=history",
     "changes of the page"},
    /* what anybody may run: Mastodon, Lemmy, Discourse, GitLab, Gitea */
    {"*", "/@{a}", "{origin}/@{a}.rss", "posts"},
    {"*", "/tags/{a}", "{origin}/tags/{a}.rss", "the tag"},
    {"*", "/c/{a}", "{origin}/feeds/c/{a}.xml", "the community"},
    {"*", "/c/{a}/{b}", "{origin}/c/{a}/{b}.rss", "the category"},
    {"*", "/t/{a}/{b}", "{origin}/t/{a}/{b}.rss", "the topic"},
    {"*", "/latest", "{origin}/latest.rss", "topics"},
    {"*", "/{a}/{b}/-/tags", "{origin}/{a}/{b}/-/tags?format=atom", "tags"},
    {"*", "/{a}/{b}/-/commits/{c}", "{origin}/{a}/{b}/-/commits/{c}?format=atom", "commits"},
    {"*", "/{a}/{b}/releases", "{origin}/{a}/{b}/releases.rss", "releases"},
};

/* First segments of platforms that are no names of anybody. */
static const char *const no_names[] = {"about",   "explore", "features", "settings",  "login", "signup",
                                       "join",    "search",  "topics",   "trending",  "help",  "pricing",
                                       "contact", "jobs",    "privacy",  "directory", "tag",   "tags"};

struct match {
    struct arena *arena;
    struct url url;
    span host; /* without "www.", "m.", "old." */
    span captures[MOST_CAPTURES];
};

static span bare_host(span host)
{
    static const char *const prefixes[] = {"www.", "m.", "old.", "mobile."};

    for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
        if (span_starts(host, span_of(prefixes[i])))
            return span_from(host, strlen(prefixes[i]));
    return host;
}

static bool host_fits(const struct match *match, const char *wanted)
{
    span suffix = span_of(wanted);

    if (span_is(suffix, "*"))
        return match->url.host_kind == URL_HOST_DOMAIN || match->url.port > 0;
    if (!span_starts(suffix, S("*.")))
        return span_equal(match->host, suffix);
    suffix = span_from(suffix, 1);
    return match->host.len > suffix.len && span_ends(match->host, suffix);
}

static bool is_name(span segment)
{
    for (size_t i = 0; i < ARRAY_SIZE(no_names); i++)
        if (span_is(segment, no_names[i]))
            return false;
    return segment.len > 0;
}

/* "x" of "{x}"; what stands before it (the "@" of Mastodon's "/@{a}") must stand before the segment, too. */
static bool take_segment(struct match *match, span pattern, span segment, bool is_first)
{
    size_t open = span_find_char(pattern, '{');

    if (open == SPAN_NONE)
        return span_equal(pattern, segment);
    if (!span_starts(segment, span_sub(pattern, 0, open)))
        return false;
    segment = span_from(segment, open);
    if (!segment.len || (is_first && open == 0 && !is_name(segment)))
        return false;
    match->captures[(size_t)(pattern.at[open + 1] - 'a')] = segment;
    return true;
}

static bool take_query(struct match *match, span pattern)
{
    span name = {0}, rest = match->url.query, pair;

    span_cut(&pattern, '=', &name);
    while (span_cut(&rest, '&', &pair)) {
        span key = {0};
        span_cut(&pair, '=', &key);
        if (span_equal(key, name) && pair.len) {
            match->captures[0] = pair;
            return true;
        }
    }
    return false;
}

static bool path_fits(struct match *match, const char *wanted)
{
    span pattern = span_of(wanted), path = match->url.path, part, segment;
    size_t question = span_find_char(pattern, '?');
    bool may_go_on = span_ends(pattern, S("+"));
    bool is_first = true;

    if (question != SPAN_NONE && !take_query(match, span_from(pattern, question + 1)))
        return false;
    pattern = span_sub(pattern, 1, MIN(question, pattern.len - may_go_on) - 1);
    path = span_from(path, 1);
    for (; span_cut(&pattern, '/', &part); is_first = false)
        if (!span_cut(&path, '/', &segment) || !take_segment(match, part, segment, is_first))
            return false;
    return may_go_on || path.len == 0;
}

static span fill_in(const struct match *match, const char *form)
{
    LOCAL(buf) out = {.max = 8 * KiB};
    span rest = span_of(form), text, name = {0};

    while (span_cut(&rest, '{', &text)) {
        buf_add(&out, text);
        if (!span_cut(&rest, '}', &name))
            break;
        if (span_is(name, "host"))
            buf_add(&out, match->url.host);
        else if (span_is(name, "origin"))
            buf_add(&out, url_origin(match->arena, &match->url));
        else
            buf_add(&out, match->captures[(size_t)(name.at[0] - 'a')]);
    }
    return url_resolve(match->arena, (span){0}, buf_span(&out));
}

size_t discover_by_address(struct arena *arena, span url, struct feed_hint **out_hints)
{
    struct match match = {.arena = arena};
    size_t count = 0;

    *out_hints = ARENA_ARRAY(arena, struct feed_hint, MOST_HINTS);
    if (!url_parse(arena, url, NULL, &match.url) || !url_is_of_web(&match.url))
        return 0;
    match.host = bare_host(match.url.host);
    for (size_t i = 0; i < ARRAY_SIZE(platforms) && count < MOST_HINTS; i++) {
        const struct platform *row = &platforms[i];
        if (*row->host == '*' && row->host[1] == '\0' && count)
            break; /* the platform is known */
        if (!host_fits(&match, row->host) || !path_fits(&match, row->path))
            continue;
        span feed = fill_in(&match, row->feed);
        if (feed.len)
            (*out_hints)[count++] = (struct feed_hint){
                .url = feed, .title = span_of(row->what), .how = HINT_PLATFORM, .is_guess = true};
    }
    return count;
}
