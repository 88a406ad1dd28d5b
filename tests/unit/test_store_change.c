/* SPDX-License-Identifier: MIT
 * test_store_change.c - what makes a revision, and what is only new dress
 */
#include "store/internal.h"
#include "tests/unit/store_room.h"

/* --- two bodies, one after the other --- */

#define FOOTER(mirror)                                                                                       \
    "<br><hr><div>获取更多RSS：<br><a href=\"https://feeds.example\" style=\"color:orange\" "           \
    "target=\"_blank\">https://feeds.example</a> <br><a href=\"https://" mirror "\" style=\"color:orange\" " \
    "target=\"_blank\">https://" mirror "</a><br></div>"

static const struct pair {
    const char *name, *before, *after;
    bool is_change;
} pairs[] = {
    {"another word", "<p>Two bearings are worn.</p>", "<p>Three bearings are worn.</p>", true},
    {"another Chinese word", "<p>大桥关闭两周。</p>", "<p>大桥关闭三周。</p>", true},
    {"a word more", "<p>Closed.</p>", "<p>Closed. Now.</p>", true},
    {"a footer that comes", "<p>Closed.</p>", "<p>Closed.</p>" FOOTER("feeds.fun"), false},
    {"a footer of another mirror", "<p>Closed.</p>" FOOTER("feeds.fun"), "<p>Closed.</p>" FOOTER("feeds.run"),
     false},
    {"a footer behind other text", "<p>Closed.</p>" FOOTER("feeds.fun"), "<p>Open.</p>" FOOTER("feeds.fun"),
     true},
    {"a service's footer in other words", "<p>Closed.</p>",
     "<p>Closed.</p><hr/><p>This feed by <a href='https://rss.example'>RSS for all</a></p>", false},
    {"a rule and more news is no footer", "<p>Closed.</p>", "<p>Closed.</p><hr/><p>Ferries run.</p>", true},
    {"white space", "<p>Two  bearings\n are worn.</p>", "<p>\tTwo bearings&nbsp;are worn. </p>\n", false},
    {"an ideographic space", "<p>大桥　关闭</p>", "<p>大桥关闭</p>", false},
    {"a soft hyphen and a byte order mark", "<p>bearings</p>", "<p>bear&shy;ings\xef\xbb\xbf</p>", false},
    {"order and quotes of attributes", "<img src=\"https://p.example/a.jpg\" alt='x' width=100>",
     "<img width='100' alt=\"x\" src=https://p.example/a.jpg />", false},
    {"references or characters", "<p>caf&eacute; &amp; bar</p>", "<p>café &#38; bar</p>", false},
    {"classes, styles, ids", "<p class=\"a\" id=\"b1\">x</p>", "<p style=\"color:red\" data-x=\"7\">x</p>",
     false},
    {"tags that only dress", "<div><b>x</b><br>y</div>", "<p><strong>x</strong> y</p>", false},
    {"a comment, a script", "<p>x</p><!-- served at 10:02 -->", "<p>x</p><script>var t = \"10:03\";</script>",
     false},
    {"a picture's width in its name", "<img src=\"https://p.example/i/3F2A_cx8_cy16_cw89_r1_s_w900.jpg\">",
     "<img src=\"https://p.example/i/3F2A_w250_r1_s.jpg\">", false},
    {"a picture's size in a suffix", "<img src=\"https://p.example/2024/11/bridge-1024x683.jpg\">",
     "<img src=\"https://p.example/2024/11/bridge-300x200.jpg\">", false},
    {"a picture's size in a folder", "<img src=\"https://p.example/news/660/cpsprodpb/10F4/bridge.jpg\">",
     "<img src=\"https://p.example/news/976/cpsprodpb/10F4/bridge.jpg\">", false},
    {"a picture's size in words", "<img src=\"https://p.example/08bridge/08bridge-articleLarge.jpg\">",
     "<img src=\"https://p.example/08bridge/08bridge-superJumbo.jpg\">", false},
    {"a picture's size in parameters", "<img src=\"https://p.example/a.jpg?w=600&amp;quality=75\">",
     "<img src=\"https://p.example/a.jpg?w=900&amp;auto=webp\">", false},
    {"a picture through a proxy", "<img src=\"https://p.example/i/bridge.jpg\">",
     "<img src=\"https://images.weserv.nl/?url=p.example/i/bridge.jpg\">", false},
    {"a picture through an encoding proxy", "<img src=\"https://p.example/i/bridge.jpg\">",
     "<img src=\"https://proxy.example/r?url=https%3A%2F%2Fp.example%2Fi%2Fbridge.jpg&amp;w=500\">", false},
    {"another picture", "<img src=\"https://p.example/i/bridge.jpg\">",
     "<img src=\"https://p.example/i/ferry.jpg\">", true},
    {"another picture of a camera", "<img src=\"https://p.example/i/IMG_1234.jpg\">",
     "<img src=\"https://p.example/i/IMG_1235.jpg\">", true},
    {"another picture by number", "<img src=\"https://p.example/pic.php?id=17&amp;w=90\">",
     "<img src=\"https://p.example/pic.php?id=18&amp;w=90\">", true},
    {"a picture that comes", "<p>x</p>", "<p>x</p><img src=\"https://p.example/i/bridge.jpg\">", true},
    {"a link's tracking", "<a href=\"https://b.example/x?utm_source=a\">x</a>",
     "<a href=\"https://b.example/x?utm_source=b&amp;utm_medium=c\">x</a>", false},
    {"a link's session", "<a href=\"https://b.example/x?PHPSESSID=a1\">x</a>",
     "<a href=\"https://b.example/x?PHPSESSID=b2\">x</a>", false},
    {"a link's session in the path", "<a href=\"https://b.example/x;jsessionid=A1\">x</a>",
     "<a href=\"https://b.example/x;jsessionid=B2\">x</a>", false},
    {"a link that leads elsewhere", "<a href=\"https://b.example/x\">x</a>",
     "<a href=\"https://b.example/y\">x</a>", true},
    {"a counter of readers", "<p>x</p><span>1,204 views</span>", "<p>x</p><span>1,377 views</span>", false},
    {"a Chinese counter", "<p>x</p><span>阅读</span><span>（1.2万）</span>",
     "<p>x</p><span>阅读</span><span>（3万）</span>", false},
    {"a counter of comments", "<p>x</p>Comments (12)", "<p>x</p>Comments (13)", false},
    {"a number that counts no readers", "<p>The storm hits 5 towns.</p>", "<p>The storm hits 6 towns.</p>",
     true},
    {"shares are sold", "<p>He sold 500 shares.</p>", "<p>He sold 600 shares.</p>", true},
};

static void a_change_is_what_a_reader_would_notice(void **state)
{
    int failed = 0;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        struct item before = {.raw_body = span_of(pairs[i].before)},
                    after = {.raw_body = span_of(pairs[i].after)};
        struct form one, other;
        item_form(arena, &before, &one);
        item_form(arena, &after, &other);
        if ((one.whole != other.whole) == pairs[i].is_change)
            continue;
        print_error("%s: should %sbe a change\n", pairs[i].name, pairs[i].is_change ? "" : "not ");
        failed++;
    }
    assert_int_equal(failed, 0);
}

/* The hashes stand in stores: other ones would make a revision of every article that is touched again. */
static void forms_are_what_they_were_when_they_were_stored(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct author authors[] = {{.name = S("Lin Wei")}};
    struct item item = {
        .raw_title = S("Bridge &amp; ferry"),
        .raw_body =
            S("<p>大桥 closed, 12 views</p><img src='https://p.example/a_w900.jpg'><a href='/x'>x</a>"),
        .image = S("https://p.example/b.jpg"),
        .authors = authors,
        .author_count = 1,
    };
    struct form form;
    LOCAL(buf) body = {.max = 1 * MiB};

    (void)state;
    normal_body(arena, item.raw_body, &body);
    assert_span_equal(buf_span(&body), "大桥closed,viewsx\na\n/x\n");
    item_form(arena, &item, &form);
    assert_int_equal(form.body, UINT64_C(0x915caf96fac02ec3));
    assert_int_equal(form.whole, UINT64_C(0x52d7b407057adf9d));
}

/* --- through the store --- */

static const char *const harbours[] = {"first", "second", "third", "fourth"};

static struct poll_counts take_one(struct room *room, const char *title, int64_t published_at,
                                   const char *body)
{
    struct item item = room_item("77", "https://a.example/n/1", title, published_at, body);

    clock_advance(room->clock, HOUR);
    return room_take(room, "a", &item, 1);
}

static struct article *read_article(struct room *room, int revision)
{
    OPEN(store_reader) reader = room_reader(room);
    struct listing *listings;
    struct article *article;
    size_t count;

    assert_ok(store_list(reader, room->arena, &(struct article_filter){.since = NO_TIME, .until = NO_TIME},
                         &listings, &count));
    assert_int_equal(count, 1);
    if (revision)
        assert_ok(store_revision(reader, room->arena, listings[0].id, revision, &article));
    else
        assert_ok(store_article(reader, room->arena, listings[0].id, &article));
    return article;
}

static struct source *read_source(struct room *room)
{
    OPEN(store_reader) reader = room_reader(room);
    struct source *source;

    assert_ok(store_source(reader, room->arena, S("a"), &source));
    return source;
}

static void each_revision_is_kept_as_it_was(void **state)
{
    struct room room;

    (void)state;
    room_make(&room);
    room_want(&room, "a", "https://a.example/feed");
    for (size_t i = 0; i < ARRAY_SIZE(harbours); i++)
        take_one(&room, harbours[i], ROOM_NOW, harbours[i]);
    for (size_t i = 0; i < ARRAY_SIZE(harbours); i++) {
        struct article *article = read_article(&room, (int)i + 1);
        assert_span_equal(article->item.raw_body, harbours[i]);
        assert_span_equal(article->item.title, harbours[i]);
        assert_int_equal(article->fetched_at, ROOM_NOW + (int64_t)(i + 1) * HOUR);
    }
    assert_int_equal(read_article(&room, 0)->revision, 4);
    assert_null(read_article(&room, 5));
    room_remove(&room);
}

static void a_text_that_goes_back_and_forth_is_followed_once(void **state)
{
    struct room room;
    int64_t revised = 0;

    (void)state;
    room_make(&room);
    room_want(&room, "a", "https://a.example/feed");
    for (int i = 0; i < 8; i++) {
        struct poll_counts counts =
            take_one(&room, "notes", ROOM_NOW, i % 2 ? "Updated Jul 25" : "Updated Jul 24");
        assert_int_equal(counts.new_count, i == 0);
        revised += counts.revised_count;
    }
    assert_int_equal(revised, 2);
    assert_int_equal(read_article(&room, 0)->revision, 3);
    assert_true(read_source(&room)->traits & SOURCE_FLIPS);
    assert_int_equal(take_one(&room, "notes", ROOM_NOW, "Something new").revised_count, 1);
    room_remove(&room);
}

static void texts_that_come_back_are_stored_once(void **state)
{
    struct room room;
    struct article *first, *third;

    (void)state;
    room_make(&room);
    room_want(&room, "a", "https://a.example/feed");
    take_one(&room, "notes", ROOM_NOW, "one");
    take_one(&room, "notes", ROOM_NOW, "other");
    take_one(&room, "notes", ROOM_NOW, "one");
    first = read_article(&room, 1);
    third = read_article(&room, 3);
    assert_span_equal(third->item.raw_body, "one");
    assert_span_equal(first->item.raw_body, "one");
    assert_int_equal(room_number(&room, "SELECT count(*) FROM body"), 2);
    room_remove(&room);
}

static void a_text_that_is_another_at_every_poll_is_bounded(void **state)
{
    struct room room;
    int64_t revised = 0;

    (void)state;
    room_make(&room);
    room_want(&room, "a", "https://a.example/feed");
    for (int i = 0; i < 24 * 14; i++) { /* two weeks of hours */
        OWN(arena) arena = arena_new(64 * KiB);
        revised += take_one(&room, "notes", ROOM_NOW, arena_printf(arena, "number %d", i).at).revised_count;
    }
    assert_in_range(revised, 30, 40);
    assert_true(read_source(&room)->traits & SOURCE_RESTLESS);
    room_remove(&room);
}

static void a_date_that_moves_alone_makes_one_revision(void **state)
{
    struct room room;

    (void)state;
    room_make(&room);
    room_want(&room, "a", "https://a.example/feed");
    take_one(&room, "notes", ROOM_NOW - HOUR, "x");
    assert_int_equal(take_one(&room, "notes", ROOM_NOW, "x").revised_count, 1);
    assert_int_equal(read_article(&room, 0)->published_at, ROOM_NOW);
    for (int i = 1; i < 5; i++)
        assert_int_equal(take_one(&room, "notes", ROOM_NOW + i * HOUR, "x").revised_count, 0);
    room_remove(&room);
}

static void dates_that_all_move_are_the_feeds_doing(void **state)
{
    struct room room;

    (void)state;
    room_make(&room);
    room_want(&room, "a", "https://a.example/feed");
    for (int i = 0; i < 4; i++) {
        struct item items[] = {
            room_item("1", "https://a.example/n/1", "One", ROOM_NOW + i * HOUR, "x"),
            room_item("2", "https://a.example/n/2", "Two", ROOM_NOW + i * HOUR, "y"),
            room_item("3", "https://a.example/n/3", "Three", ROOM_NOW + i * HOUR, "z"),
        };
        assert_int_equal(room_take(&room, "a", items, 3).revised_count, 0);
    }
    room_remove(&room);
}

static void an_item_without_a_date_keeps_that_of_its_first_sighting(void **state)
{
    struct room room;
    struct article *article;

    (void)state;
    room_make(&room);
    room_want(&room, "a", "https://a.example/feed");
    take_one(&room, "notes", NO_TIME, "x");
    take_one(&room, "notes", NO_TIME, "y");
    article = read_article(&room, 0);
    assert_int_equal(article->revision, 2);
    assert_int_equal(article->published_at, ROOM_NOW + HOUR);
    assert_false(article->is_dated);
    take_one(&room, "notes", ROOM_NOW - DAY, "z");
    article = read_article(&room, 0);
    assert_int_equal(article->published_at, ROOM_NOW - DAY);
    assert_true(article->is_dated);
    take_one(&room, "notes", NO_TIME, "w");
    assert_int_equal(read_article(&room, 0)->published_at, ROOM_NOW - DAY);
    room_remove(&room);
}

static void what_the_publisher_takes_away_is_noted_and_kept(void **state)
{
    struct room room;
    struct item deleted = {
        .feed_id = S("77"), .is_deleted = true, .published_at = NO_TIME, .modified_at = NO_TIME};
    struct item unknown = {
        .feed_id = S("78"), .is_deleted = true, .published_at = NO_TIME, .modified_at = NO_TIME};
    struct item both[] = {deleted, unknown};
    struct poll_counts counts;

    (void)state;
    room_make(&room);
    room_want(&room, "a", "https://a.example/feed");
    take_one(&room, "notes", ROOM_NOW, "x");
    assert_int_equal(read_article(&room, 0)->withdrawn_at, NO_TIME);
    clock_advance(room.clock, HOUR);
    counts = room_take(&room, "a", both, 2);
    assert_int_equal(counts.new_count + counts.revised_count + counts.failed_count, 0);
    assert_int_equal(read_article(&room, 0)->withdrawn_at, ROOM_NOW + 2 * HOUR);
    assert_span_equal(read_article(&room, 0)->item.raw_body, "x");
    room_remove(&room);
}

static void a_later_title_or_date_moves_no_file(void **state)
{
    struct room room;
    struct article *before, *after;

    (void)state;
    room_make(&room);
    room_want(&room, "a", "https://a.example/feed");
    take_one(&room, "Bridge closes", ROOM_NOW, "x");
    before = read_article(&room, 0);
    take_one(&room, "Bridge stays open", ROOM_NOW + 40 * DAY, "y");
    after = read_article(&room, 0);
    assert_int_equal(after->revision, 2);
    assert_true(span_equal(before->path, after->path));
    assert_int_equal(before->number, after->number);
    assert_int_equal(before->id, after->id);
    room_remove(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_is_what_a_reader_would_notice),
        cmocka_unit_test(forms_are_what_they_were_when_they_were_stored),
        cmocka_unit_test(each_revision_is_kept_as_it_was),
        cmocka_unit_test(a_text_that_goes_back_and_forth_is_followed_once),
        cmocka_unit_test(texts_that_come_back_are_stored_once),
        cmocka_unit_test(a_text_that_is_another_at_every_poll_is_bounded),
        cmocka_unit_test(a_date_that_moves_alone_makes_one_revision),
        cmocka_unit_test(dates_that_all_move_are_the_feeds_doing),
        cmocka_unit_test(an_item_without_a_date_keeps_that_of_its_first_sighting),
        cmocka_unit_test(what_the_publisher_takes_away_is_noted_and_kept),
        cmocka_unit_test(a_later_title_or_date_moves_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
