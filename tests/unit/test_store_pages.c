/* SPDX-License-Identifier: MIT
 * test_store_pages.c - pages of articles: kept, and what came of looking at them
 */
#include "tests/unit/store_room.h"

static const char summary[] = "<p>The bridge is closed.</p>";
static const char whole_text[] =
    "<p>The bridge is closed.</p><p>Two bearings are worn, and a third is cracked.</p>";
static const char later_text[] = "<p>The bridge is open.</p><p>Three bearings were replaced in a night.</p>";

static struct item story(int n, struct arena *arena)
{
    struct item item = room_item(arena_printf(arena, "id-%d", n).at,
                                 arena_printf(arena, "https://a.example/n/%d.html", n).at,
                                 arena_printf(arena, "Story %d", n).at, ROOM_NOW, summary);
    item.is_full = false;
    return item;
}

static struct poll_counts poll(struct room *room, struct item *items, size_t count)
{
    struct poll poll = room_poll(room, "voa", items, count);
    struct poll_counts counts;

    poll.wants_pages = true;
    assert_ok(store_poll(room->store, room->arena, &poll, &counts));
    return counts;
}

static struct task *lease(struct room *room, size_t *out_count)
{
    struct task *tasks;

    assert_ok(store_lease_tasks(room->store, room->arena, S("me"), 5 * MINUTE, 100, &tasks, out_count));
    return tasks;
}

static void room_of_one(struct room *room, struct item *item)
{
    room_make(room);
    room_want(room, "voa", "https://a.example/feed");
    *item = story(1, room->arena);
    assert_int_equal(poll(room, item, 1).new_count, 1);
}

static struct article *read_back(struct room *room, uint64_t id)
{
    OPEN(store_reader) reader = room_reader(room);
    struct article *article;

    assert_ok(store_article(reader, room->arena, id, &article));
    return article;
}

static struct page_verdict take(struct room *room, const struct page_outcome *outcome)
{
    struct page_verdict verdict;

    assert_ok(store_take_pages(room->store, outcome, 1, &verdict));
    return verdict;
}

/* What the harvest would say after it got the article's page, with `html` in it. */
static struct page_verdict take_page(struct room *room, const struct task *task, const char *html,
                                     int64_t recheck_at)
{
    const struct article *article = read_back(room, task->article_id);
    struct item item = article->item;
    struct kept_page page = {.fetched_at = clock_now(room->clock),
                             .url = S("https://a.example/n/1.html"),
                             .content_type = S("text/html"),
                             .bytes = arena_printf(room->arena, "<html><body>%s</body></html>", html)};
    struct page_outcome outcome = {.article_id = task->article_id,
                                   .looked_at = clock_now(room->clock),
                                   .task = task,
                                   .retry_at = NO_TIME,
                                   .recheck_at = recheck_at,
                                   .page = &page,
                                   .item = &item,
                                   .revision = article->revision};

    item.html = span_of(html);
    return take(room, &outcome);
}

static size_t pages(struct room *room, struct kept_page **out_pages)
{
    OPEN(store_reader) reader = room_reader(room);
    size_t count;

    assert_ok(store_pages(reader, room->arena, S("voa"), 0, 100, out_pages, &count));
    return count;
}

static size_t owed(struct room *room)
{
    OPEN(store_reader) reader = room_reader(room);
    struct article *articles;
    size_t count;

    assert_ok(
        store_archive_owed(reader, room->arena, clock_now(room->clock), 0, 0, 1 * MiB, &articles, &count));
    return count;
}

static void a_page_that_comes_in_time_is_no_revision(void **state)
{
    struct room room;
    struct item item;
    struct task *tasks;
    struct article *article;
    struct kept_page *kept;
    size_t count;

    (void)state;
    room_of_one(&room, &item);
    tasks = lease(&room, &count);
    assert_int_equal(owed(&room), 0);
    assert_true(take_page(&room, &tasks[0], whole_text, NO_TIME).is_taken);
    article = read_back(&room, tasks[0].article_id);
    assert_int_equal(article->revision, 1);
    assert_true(article->is_of_page);
    assert_span_equal(article->item.html, whole_text);
    assert_span_equal(article->item.raw_body, summary);
    assert_int_equal(owed(&room), 1);
    assert_int_equal(pages(&room, &kept), 1);
    assert_true(span_has(kept[0].bytes, "a third is cracked"));
    assert_span_equal(kept[0].url, "https://a.example/n/1.html");
    lease(&room, &count);
    assert_int_equal(count, 0);
    assert_int_equal(room_flaws(&room), 0);
    room_remove(&room);
}

static void a_page_that_comes_late_is_a_revision_and_the_feed_s_text_is_kept(void **state)
{
    struct room room;
    struct item item;
    struct task *tasks;
    struct article *article;
    size_t count;

    (void)state;
    room_of_one(&room, &item);
    tasks = lease(&room, &count);
    article = read_back(&room, tasks[0].article_id);
    take(&room, &(struct page_outcome){.article_id = article->id,
                                       .looked_at = ROOM_NOW,
                                       .task = &tasks[0],
                                       .retry_at = ROOM_NOW + HOUR,
                                       .recheck_at = NO_TIME});
    assert_int_equal(owed(&room), 1); /* a page that could not be got holds nothing up */
    clock_advance(room.clock, HOUR);
    tasks = lease(&room, &count);
    assert_int_equal(count, 1);
    assert_true(take_page(&room, &tasks[0], whole_text, NO_TIME).is_revised);
    article = read_back(&room, tasks[0].article_id);
    assert_int_equal(article->revision, 2);
    assert_span_equal(article->item.html, whole_text);
    OPEN(store_reader) reader = room_reader(&room);
    assert_ok(store_revision(reader, room.arena, article->id, 1, &article));
    assert_span_equal(article->item.html, summary);
    assert_false(article->is_of_page);
    assert_int_equal(room_flaws(&room), 0);
    room_remove(&room);
}

static void the_same_item_polled_again_leaves_the_page_s_text(void **state)
{
    struct room room;
    struct item item;
    struct task *tasks;
    struct poll_counts counts;
    size_t count;

    (void)state;
    room_of_one(&room, &item);
    tasks = lease(&room, &count);
    take_page(&room, &tasks[0], whole_text, NO_TIME);
    item.raw_hash++; /* something that is no change: an attribute, a counter */
    counts = poll(&room, &item, 1);
    assert_int_equal(counts.revised_count, 0);
    assert_span_equal(read_back(&room, tasks[0].article_id)->item.html, whole_text);
    lease(&room, &count);
    assert_int_equal(count, 0);
    room_remove(&room);
}

static void a_page_that_says_something_else_later_is_a_revision(void **state)
{
    struct room room;
    struct item item;
    struct task *tasks;
    struct kept_page *kept;
    size_t count;
    uint64_t id;

    (void)state;
    room_of_one(&room, &item);
    tasks = lease(&room, &count);
    id = tasks[0].article_id;
    take_page(&room, &tasks[0], whole_text, ROOM_NOW + HOUR);
    lease(&room, &count);
    assert_int_equal(count, 0);
    clock_advance(room.clock, HOUR);
    tasks = lease(&room, &count);
    assert_int_equal(count, 1);
    assert_int_equal(tasks[0].kind, TASK_RECHECK);
    assert_int_equal(tasks[0].paged_at, ROOM_NOW);
    struct page_verdict verdict = take_page(&room, &tasks[0], whole_text, ROOM_NOW + DAY);
    assert_false(verdict.is_revised || verdict.is_taken);
    assert_int_equal(room_number(&room, "SELECT count(*) FROM page"), 1);
    clock_advance(room.clock, DAY);
    tasks = lease(&room, &count);
    assert_int_equal(count, 1);
    assert_int_equal(tasks[0].attempts, 1);
    assert_true(take_page(&room, &tasks[0], later_text, NO_TIME).is_revised);
    assert_int_equal(read_back(&room, id)->revision, 2);
    assert_int_equal(room_number(&room, "SELECT count(*) FROM page"), 2);
    assert_int_equal(pages(&room, &kept), 1);
    assert_true(span_has(kept[0].bytes, "replaced in a night"));
    lease(&room, &count);
    assert_int_equal(count, 0);
    room_remove(&room);
}

static void a_withdrawn_article_is_kept_with_the_date(void **state)
{
    struct room room;
    struct item item;
    struct task *tasks;
    size_t count;

    (void)state;
    room_of_one(&room, &item);
    tasks = lease(&room, &count);
    take_page(&room, &tasks[0], whole_text, ROOM_NOW + HOUR);
    clock_advance(room.clock, HOUR);
    tasks = lease(&room, &count);
    take(&room, &(struct page_outcome){.article_id = tasks[0].article_id,
                                       .looked_at = ROOM_NOW + HOUR,
                                       .task = &tasks[0],
                                       .retry_at = NO_TIME,
                                       .recheck_at = NO_TIME,
                                       .is_withdrawn = true});
    assert_int_equal(read_back(&room, tasks[0].article_id)->withdrawn_at, ROOM_NOW + HOUR);
    assert_span_equal(read_back(&room, tasks[0].article_id)->item.html, whole_text);
    room_remove(&room);
}

static void a_text_made_of_an_older_revision_is_let_go_and_made_again(void **state)
{
    struct room room;
    struct item item;
    struct task *tasks;
    struct article *article;
    struct item stale;
    struct page_verdict verdict;
    size_t count;

    (void)state;
    room_of_one(&room, &item);
    tasks = lease(&room, &count);
    article = read_back(&room, tasks[0].article_id);
    stale = article->item;
    stale.html = span_of(whole_text);
    item = room_item("id-1", "https://a.example/n/1.html", "Story 1, corrected", ROOM_NOW, summary);
    item.is_full = false;
    assert_int_equal(poll(&room, &item, 1).revised_count, 1);
    verdict = take(&room, &(struct page_outcome){.article_id = article->id,
                                                 .looked_at = ROOM_NOW,
                                                 .task = &tasks[0],
                                                 .retry_at = NO_TIME,
                                                 .recheck_at = NO_TIME,
                                                 .item = &stale,
                                                 .revision = article->revision});
    assert_true(verdict.is_ours);
    assert_false(verdict.is_taken || verdict.is_revised);
    assert_span_equal(read_back(&room, article->id)->item.title, "Story 1, corrected");
    lease(&room, &count);
    assert_int_equal(count, 1);
    room_remove(&room);
}

static void an_outcome_under_a_lease_that_ran_out_changes_nothing(void **state)
{
    struct room room;
    struct item item;
    struct task *first, *second;
    size_t count;

    (void)state;
    room_of_one(&room, &item);
    first = lease(&room, &count);
    clock_advance(room.clock, 6 * MINUTE);
    second = lease(&room, &count);
    assert_false(take_page(&room, first, later_text, NO_TIME).is_ours);
    assert_span_equal(read_back(&room, first->article_id)->item.html, summary);
    assert_true(take_page(&room, second, whole_text, NO_TIME).is_taken);
    room_remove(&room);
}

/* Enough pages, and more: those before the dictionary and those after are read alike. */
static void pages_of_a_source_share_a_dictionary(void **state)
{
    enum { COUNT = 24 };
    struct room room;
    struct item items[COUNT];
    struct task *tasks;
    struct kept_page *kept;
    LOCAL(buf) furniture = {.max = 1 * MiB};
    size_t count;

    (void)state;
    room_make(&room);
    room_want(&room, "voa", "https://a.example/feed");
    for (int i = 0; i < 200; i++)
        buf_printf(&furniture, "<li class='m-%08x'>%08x</li>", 2654435761u * (unsigned)i,
                   2246822519u * (unsigned)i);
    for (int i = 0; i < COUNT; i++)
        items[i] = story(i, room.arena);
    poll(&room, items, COUNT);
    tasks = lease(&room, &count);
    assert_int_equal(count, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        take_page(&room, &tasks[i],
                  arena_printf(room.arena, "<nav>%.*s</nav><p>Story of day %d.</p>",
                               SPAN_ARG(buf_span(&furniture)), (int)i)
                      .at,
                  NO_TIME);
    assert_int_equal(pages(&room, &kept), COUNT);
    for (size_t i = 0; i < COUNT; i++)
        assert_true(span_has(kept[i].bytes, arena_printf(room.arena, "Story of day %d.", (int)i).at));
    assert_int_equal(room_number(&room, "SELECT count(*) FROM dictionary"), 1);
    assert_true(room_number(&room, "SELECT 2 * max(length(bytes)) < (SELECT min(length(bytes)) FROM page"
                                   " WHERE dictionary IS NULL) FROM page WHERE dictionary IS NOT NULL"));
    assert_int_equal(room_flaws(&room), 0);
    room_remove(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_that_comes_in_time_is_no_revision),
        cmocka_unit_test(a_page_that_comes_late_is_a_revision_and_the_feed_s_text_is_kept),
        cmocka_unit_test(the_same_item_polled_again_leaves_the_page_s_text),
        cmocka_unit_test(a_page_that_says_something_else_later_is_a_revision),
        cmocka_unit_test(a_withdrawn_article_is_kept_with_the_date),
        cmocka_unit_test(a_text_made_of_an_older_revision_is_let_go_and_made_again),
        cmocka_unit_test(an_outcome_under_a_lease_that_ran_out_changes_nothing),
        cmocka_unit_test(pages_of_a_source_share_a_dictionary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
