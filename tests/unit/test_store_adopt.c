/* SPDX-License-Identifier: MIT
 * test_store_adopt.c - articles of an archive's files: their places, revisions and keys, and the feed after
 * them
 */
#include "tests/unit/store_room.h"

#define PUBLISHED INT64_C(1593300000000)

struct file { /* one that is adopted, in a few words */
    int64_t number;
    const char *name, *link, *title, *body;
};

static struct adoption adopt_versions(struct room *room, const struct file *files, size_t count)
{
    struct article *revisions = ARENA_ARRAY(room->arena, struct article, count);
    uint64_t *hashes = ARENA_ARRAY(room->arena, uint64_t, count);
    struct adoption adoption = {.revisions = revisions,
                                .hashes = hashes,
                                .revision_count = count,
                                .number = files->number,
                                .file_name = span_of(files->name ? files->name : "")};

    for (size_t i = 0; i < count; i++) {
        struct item item = room_item(NULL, files[i].link, files[i].title, PUBLISHED, files[i].body);
        item.raw_hash = 0;
        revisions[i] = (struct article){.source_id = S("voa"),
                                        .fetched_at = PUBLISHED,
                                        .published_at = PUBLISHED,
                                        .modified_at = NO_TIME,
                                        .item = item};
        hashes[i] = span_hash(span_of(files[i].body)) | 1;
    }
    assert_ok(store_adopt(room->store, room->arena, &adoption, 1));
    return adoption;
}

static struct adoption adopt_file(struct room *room, int64_t number, const char *name, const char *link,
                                  const char *title, const char *body)
{
    return adopt_versions(room, &(struct file){number, name, link, title, body}, 1);
}

static void room_adopt_source(struct room *room, const char *id)
{
    struct adopted_source source = {.source = {.id = span_of(id), .name = span_of(id)}};

    assert_ok(store_adopt_sources(room->store, &source, 1));
}

static struct article *find(struct room *room, struct store_reader *reader, const char *name)
{
    struct article *article = NULL;
    uint64_t ids[2];
    size_t count;

    assert_ok(store_find(reader, room->arena, span_of(name), ids, 2, &count));
    assert_int_equal(count, 1);
    assert_ok(store_article(reader, room->arena, ids[0], &article));
    return article;
}

static void a_file_keeps_its_place_and_its_bytes(void **state)
{
    struct room room;
    struct article article = {.source_id = S("voa"),
                              .fetched_at = PUBLISHED,
                              .published_at = NO_TIME,
                              .modified_at = NO_TIME,
                              .file_text = S("bytes\r\n")};
    uint64_t hash = 7;
    struct adoption adoption = {.revisions = &article,
                                .hashes = &hash,
                                .revision_count = 1,
                                .number = 1047440,
                                .file_name = S("1047440_a title.md")};

    (void)state;
    room_make(&room);
    article.item = room_item(NULL, "https://a.example/1", "Tide", NO_TIME, "body");
    room_adopt_source(&room, "voa");
    assert_ok(store_adopt(room.store, room.arena, &adoption, 1));
    assert_int_equal(adoption.outcome, ADOPT_NEW);
    OPEN(store_reader) reader = room_reader(&room);
    const struct article *stored = find(&room, reader, "voa/1047440");
    assert_span_equal(stored->file_name, "1047440_a title.md");
    assert_span_equal(stored->file_text, "bytes\r\n");
    assert_false(stored->is_dated);
    assert_int_equal(room_flaws(&room), 0);
    room_remove(&room);
}

static void what_was_read_before_is_the_same_until_it_changes(void **state)
{
    struct room room;
    struct adoption adoption;

    (void)state;
    room_make(&room);
    room_adopt_source(&room, "voa");
    adoption = adopt_file(&room, 1048574, NULL, "https://a.example/1", "Tide", "one");
    assert_int_equal(adoption.outcome, ADOPT_NEW);
    adoption = adopt_file(&room, 1048574, NULL, "https://a.example/1", "Tide", "one");
    assert_int_equal(adoption.outcome, ADOPT_SAME);
    adoption = adopt_file(&room, 1048574, NULL, "https://a.example/1", "Tide", "two");
    assert_int_equal(adoption.outcome, ADOPT_REVISED);
    adoption = adopt_file(&room, 1048574, NULL, "https://a.example/1", "Tide", "one"); /* an older copy */
    assert_int_equal(adoption.outcome, ADOPT_SAME);
    assert_int_equal(room_number(&room, "SELECT count(*) FROM revision"), 2);
    assert_int_equal(room_flaws(&room), 0);
    room_remove(&room);
}

static void versions_become_revisions_once(void **state)
{
    static const struct file versions[] = {{1048574, NULL, "https://a.example/1", "Tide", "one"},
                                           {1048574, NULL, "https://a.example/1", "Tide", "two"},
                                           {1048574, NULL, "https://a.example/1", "Tide", "three"}};
    struct room room;
    struct adoption adoption;

    (void)state;
    room_make(&room);
    room_adopt_source(&room, "voa");
    adoption = adopt_versions(&room, versions, 2);
    assert_int_equal(adoption.taken_count, 2);
    adoption = adopt_versions(&room, versions, 3);
    assert_int_equal(adoption.outcome, ADOPT_REVISED);
    assert_int_equal(adoption.taken_count, 1);
    assert_int_equal(room_number(&room, "SELECT max(revision) FROM article"), 3);
    assert_int_equal(room_flaws(&room), 0);
    room_remove(&room);
}

static void two_files_of_one_number_or_link_are_two_articles(void **state)
{
    struct room room;

    (void)state;
    room_make(&room);
    room_adopt_source(&room, "voa");
    adopt_file(&room, 400166, "400166_one.md", "https://a.example/7000001.html", "One", "a");
    adopt_file(&room, 400166, "400166_two.md", "https://a.example/7000001.html", "Two", "b");
    adopt_file(&room, 400166, NULL, "https://a.example/7000001.html", "Two", "c");
    assert_int_equal(room_number(&room, "SELECT count(*) FROM article"), 3);
    assert_int_equal(room_number(&room, "SELECT next_number FROM source"), 400165);
    assert_int_equal(room_flaws(&room), 0);
    room_remove(&room);
}

/* Of two files of one story the later is the one that a feed's item says anew. */
static void the_feed_goes_on_with_the_later_of_two(void **state)
{
    struct room room;
    struct item item = room_item("guid-1", "https://a.example/new-words/7000001.html", "Tide", PUBLISHED,
                                 "<p>b, corrected</p>");
    struct poll_counts counts;

    (void)state;
    room_make(&room);
    room_adopt_source(&room, "voa");
    adopt_file(&room, 1048574, NULL, "https://a.example/7000001.html", "Tide", "<p>a</p>");
    adopt_file(&room, 1048573, NULL, "https://a.example/7000001.html", "Tide", "<p>b</p>");
    counts = room_take(&room, "voa", &item, 1);
    assert_int_equal(counts.new_count, 0);
    assert_int_equal(counts.revised_count, 1);
    OPEN(store_reader) reader = room_reader(&room);
    assert_int_equal(find(&room, reader, "voa/1048573")->revision, 2);
    assert_int_equal(find(&room, reader, "voa/1048574")->revision, 1);
    assert_int_equal(find(&room, reader, "voa/1048573")->file_text.len, 0);
    room_remove(&room);
}

/* An archive holds no authors, no picture, and the body's lines are glued in it. */
static void an_item_that_says_what_the_file_says_is_no_change(void **state)
{
    struct author author = {.name = S("Wren")};
    struct item item = room_item("guid-1", "https://a.example/7000001.html", "Tide", PUBLISHED,
                                 "<p>One\n  two.</p>\n<img\n src=\"x\">");
    struct room room;
    struct poll_counts counts;

    (void)state;
    item.authors = &author;
    item.author_count = 1;
    item.image = S("https://a.example/p.jpg");
    room_make(&room);
    room_adopt_source(&room, "voa");
    adopt_file(&room, 1048574, NULL, "https://a.example/7000001.html", "Tide",
               "<p>Onetwo.</p><imgsrc=\"x\">");
    counts = room_take(&room, "voa", &item, 1);
    assert_int_equal(counts.new_count + counts.revised_count, 0);
    counts = room_take(&room, "voa", &item, 1);
    assert_int_equal(counts.unchanged_count, 1);
    item = room_item("guid-1", "https://a.example/7000001.html", "Tide", PUBLISHED, "<p>Three.</p>");
    counts = room_take(&room, "voa", &item, 1);
    assert_int_equal(counts.revised_count, 1);
    room_remove(&room);
}

static void what_a_feed_brought_is_not_touched(void **state)
{
    struct item item =
        room_item("guid-1", "https://a.example/7000001.html", "Tide", PUBLISHED, "<p>New.</p>");
    struct room room;
    struct adoption adoption;

    (void)state;
    room_make(&room);
    room_want(&room, "voa", "https://a.example/feed");
    room_take(&room, "voa", &item, 1);
    adoption = adopt_file(&room, 1048574, NULL, "https://a.example/7000001.html", "Tide", "<p>Old.</p>");
    assert_int_equal(adoption.outcome, ADOPT_SAME);
    adoption = adopt_file(&room, 1040000, NULL, "https://a.example/7000001.html", "Tide", "<p>Old.</p>");
    assert_int_equal(adoption.outcome, ADOPT_KNOWN);
    adoption = adopt_file(&room, 1048574, NULL, "https://a.example/7000009.html", "Another", "<p>Old.</p>");
    assert_int_equal(adoption.outcome, ADOPT_NEW);
    assert_span_equal(adoption.file_name_now, "1048574_2.md");
    assert_int_equal(room_number(&room, "SELECT count(*) FROM article"), 2);
    assert_int_equal(room_flaws(&room), 0);
    room_remove(&room);
}

/* Notes without link, date or title of their own: nothing but their places tells them apart. */
static void files_that_say_the_same_are_as_many_articles(void **state)
{
    struct room room;

    (void)state;
    room_make(&room);
    room_adopt_source(&room, "voa");
    for (int i = 0; i < 40; i++)
        assert_int_equal(adopt_file(&room, 1048574 - i, NULL, NULL, "", "a note").outcome, ADOPT_NEW);
    assert_int_equal(room_number(&room, "SELECT count(*) FROM article"), 40);
    assert_int_equal(room_flaws(&room), 0);
    room_remove(&room);
}

/* Of a dated file that says "revision: 3" the first two are nowhere. */
static void revisions_that_nobody_has_are_no_flaw(void **state)
{
    struct room room;
    struct article article = {.source_id = S("voa"),
                              .revision = 3,
                              .fetched_at = PUBLISHED,
                              .published_at = PUBLISHED,
                              .modified_at = NO_TIME,
                              .is_dated_file = true};
    uint64_t hash = 7;
    struct adoption adoption = {.revisions = &article,
                                .hashes = &hash,
                                .revision_count = 1,
                                .id = 0xdeadbeef,
                                .path = S("voa/2020/06/28-tide.md")};

    (void)state;
    room_make(&room);
    article.item = room_item(NULL, "https://a.example/1", "Tide", PUBLISHED, "<p>body</p>");
    room_adopt_source(&room, "voa");
    assert_ok(store_adopt(room.store, room.arena, &adoption, 1));
    OPEN(store_reader) reader = room_reader(&room);
    const struct article *stored = find(&room, reader, "00000000deadbeef");
    assert_int_equal(stored->revision, 3);
    assert_int_equal(stored->number, 1048574);
    assert_span_equal(stored->path, "voa/2020/06/28-tide.md");
    assert_int_equal(room_flaws(&room), 0);
    room_remove(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_keeps_its_place_and_its_bytes),
        cmocka_unit_test(what_was_read_before_is_the_same_until_it_changes),
        cmocka_unit_test(versions_become_revisions_once),
        cmocka_unit_test(two_files_of_one_number_or_link_are_two_articles),
        cmocka_unit_test(the_feed_goes_on_with_the_later_of_two),
        cmocka_unit_test(an_item_that_says_what_the_file_says_is_no_change),
        cmocka_unit_test(what_a_feed_brought_is_not_touched),
        cmocka_unit_test(files_that_say_the_same_are_as_many_articles),
        cmocka_unit_test(revisions_that_nobody_has_are_no_flaw),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
