/* SPDX-License-Identifier: MIT
 * test_discover.c - where a page's feed could be
 */
#include "feed/discover.h"
#include "tests/unit/unit.h"

static void pages_of_platforms_have_feeds_that_need_no_asking(void **state)
{
    static const struct {
        const char *page, *feed; /* NULL: none is known */
    } cases[] = {
        {"https://www.youtube.com/channel/UC123/videos",
         "https://www.youtube.com/feeds/videos.xml?channel_id=UC123"},
        {"https://youtube.com/playlist?si=x&list=PL9",
         "https://www.youtube.com/feeds/videos.xml?playlist_id=PL9"},
        {"https://www.youtube.com/watch?v=abc", NULL},
        {"https://old.reddit.com/r/news/", "https://www.reddit.com/r/news/.rss"},
        {"https://www.reddit.com/r/news/top", "https://www.reddit.com/r/news/.rss"},
        {"https://www.reddit.com/r/c/comments/1a/title/", "https://www.reddit.com/r/c/comments/1a/.rss"},
        {"https://github.com/org/tool", "https://github.com/org/tool/releases.atom"},
        {"https://github.com/org/tool/releases/tag/v1", "https://github.com/org/tool/releases.atom"},
        {"https://github.com/org/tool/commits/main", "https://github.com/org/tool/commits/main.atom"},
        {"https://github.com/org", "https://github.com/org.atom"},
        {"https://github.com/explore", NULL},
        {"https://github.com/", NULL},
        {"https://gitlab.com/a/b", "https://gitlab.com/a/b.atom"},
        {"https://git.example/a/b/-/tags", "https://git.example/a/b/-/tags?format=atom"},
        {"https://social.example/@ann", "https://social.example/@ann.rss"},
        {"https://social.example:8443/@ann", "https://social.example:8443/@ann.rss"},
        {"https://medium.com/@ann/some-story-1a2b", "https://medium.com/feed/@ann"},
        {"https://ann.medium.com/", "https://ann.medium.com/feed"},
        {"https://letter.substack.com/p/one", "https://letter.substack.com/feed"},
        {"https://ann.tumblr.com/", "https://ann.tumblr.com/rss"},
        {"https://ann.blogspot.com/2024/01/x.html", "https://ann.blogspot.com/feeds/posts/default"},
        {"https://ann.wordpress.com/category/sea/", "https://ann.wordpress.com/category/sea/feed/"},
        {"https://bsky.app/profile/ann.example", "https://bsky.app/profile/ann.example/rss"},
        {"https://notyoutube.com/channel/UC123", NULL},
        {"https://example.org/news", NULL},
        {"mailto:ann@example.org", NULL},
        {"", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        struct feed_hint *hints;
        size_t count = discover_by_address(arena, span_of(cases[i].page), &hints);
        if ((count > 0) != (cases[i].feed != NULL) || (count && !span_is(hints[0].url, cases[i].feed)))
            fail_msg("%s: %.*s", cases[i].page, SPAN_ARG(count ? hints[0].url : S("none")));
    }
}

static void the_system_that_made_a_page_tells_its_places(void **state)
{
    static const struct {
        const char *page, *text, *first, *second;
    } cases[] = {
        {"https://a.example/sea/", "<link href='/wp-content/x.css'>", "https://a.example/sea/feed/",
         "https://a.example/feed/"},
        {"https://a.example/", "<meta name=generator content=\"Ghost 5.8\">", "https://a.example/rss/",
         "https://a.example/feed"},
        {"https://a.example/posts/index.html", "<meta name=generator content=\"Hugo 0.1\">",
         "https://a.example/posts/index.xml", "https://a.example/index.xml"},
        {"https://a.example/c", "<meta name=generator content=\"Discourse 3\">",
         "https://a.example/latest.rss", "https://a.example/posts.rss"},
        {"https://a.example/x", "", "https://a.example/x/feed", "https://a.example/x/rss.xml"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        struct feed_hint *hints;
        size_t count = discover_places(arena, span_of(cases[i].page), span_of(cases[i].text), &hints);
        assert_in_range(count, 3, 12);
        assert_span_equal(hints[0].url, cases[i].first);
        assert_span_equal(hints[1].url, cases[i].second);
        assert_true(hints[0].is_guess);
    }
}

#define LINK(title, href) "<link rel=alternate type=application/rss+xml title='" title "' href='" href "'>"

static void the_sections_own_feed_comes_before_the_sites_and_comments_last(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct feed_hint *hints;
    span page = S(LINK("评论", "/sport/x/feed/") LINK("All", "/feed/") LINK("Sport", "/sport/feed/")
                      LINK("Comments", "/sport/comments/feed/") "<a href=/other.rss>RSS</a>");

    (void)state;
    assert_int_equal(feed_hints(arena, page, S("https://a.example/sport/"), &hints), 5);
    assert_span_equal(hints[0].url, "https://a.example/sport/feed/");
    assert_span_equal(hints[1].url, "https://a.example/feed/");
    assert_span_equal(hints[2].url, "https://a.example/other.rss");
    assert_true(hints[3].is_comments && hints[4].is_comments);
}

static void ordinary_links_that_look_like_feeds_are_hints(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct feed_hint *hints;
    span page = S("<a href='/news/rss.xml'>Subscribe</a><a href=/x>RSS</a><a href=/feedback>Feedback</a>"
                  "<a href='javascript:go()'>RSS</a><a href='/b.atom'><img src=x></a>");

    (void)state;
    assert_int_equal(feed_hints(arena, page, S("https://a.example/"), &hints), 3);
    assert_span_equal(hints[0].url, "https://a.example/news/rss.xml");
    assert_span_equal(hints[1].url, "https://a.example/b.atom");
    assert_span_equal(hints[2].url, "https://a.example/x");
    assert_int_equal(hints[0].how, HINT_ANCHOR);
}

static void link_headers_name_feeds(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct feed_hint *hints;
    span links[] = {
        S("</style.css>; rel=preload, <feed.xml>; rel=\"alternate\"; type=\"application/rss+xml\"; "
          "title=\"A, b\""),
        S("<https://b.example/j>;rel=alternate;type=application/feed+json"),
        S("<broken; rel=alternate"),
        S("<javascript:x>; rel=alternate; type=application/rss+xml"),
    };
    size_t count = discover_by_headers(arena, links, ARRAY_SIZE(links), S("https://a.example/n/"), &hints);

    (void)state;
    assert_int_equal(count, 2);
    assert_span_equal(hints[0].url, "https://a.example/n/feed.xml");
    assert_span_equal(hints[0].title, "A, b");
    assert_span_equal(hints[1].url, "https://b.example/j");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_of_platforms_have_feeds_that_need_no_asking),
        cmocka_unit_test(the_system_that_made_a_page_tells_its_places),
        cmocka_unit_test(the_sections_own_feed_comes_before_the_sites_and_comments_last),
        cmocka_unit_test(ordinary_links_that_look_like_feeds_are_hints),
        cmocka_unit_test(link_headers_name_feeds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
