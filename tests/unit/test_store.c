/* SPDX-License-Identifier: MIT
 * test_store.c - the store as its users see it: sources, numbers and paths, lists, marks, tasks, opening
 */
#include "tests/unit/store_room.h"
#include <pthread.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void room_of_voa(struct room *room)
{
    room_make(room);
    room_want(room, "voa", "https://a.example/feed");
}

static struct item story(struct arena *arena, int n, int64_t published_at)
{
    return room_item(arena_printf(arena, "id-%d", n).at,
                     arena_printf(arena, "https://a.example/n/%d.html", n).at,
                     arena_printf(arena, "Story %d", n).at, published_at, "<p>Two bearings are worn.</p>");
}

static size_t list(struct room *room, const struct article_filter *filter, struct listing **out_listings)
{
    OPEN(store_reader) reader = room_reader(room);
    size_t count;

    assert_ok(store_list(reader, room->arena, filter, out_listings, &count));
    return count;
}

static const struct article_filter by_number = {
    .source_id = {"voa", 3}, .since = NO_TIME, .until = NO_TIME, .by_number = true};
static const struct article_filter newest = {.since = NO_TIME, .until = NO_TIME};

/* --- opening --- */

static void what_was_stored_is_there_after_the_store_was_closed(void **state)
{
    struct room room;
    struct item item =
        room_item("g", "https://a.example/n/1.html", " Brücke & 大桥\t", ROOM_NOW, "<p>x\r\n</p>");
    struct author authors[] = {{.name = S("Lin \"W\" Wei"), .url = S("https://a.example/lin")},
                               {.name = S("Ana")}};
    span tags[] = {{"港", 3}, {"bridges, old", 12}};
    struct listing *listings;
    struct article *article;

    (void)state;
    room_of_voa(&room);
    item.title = S("Brücke & 大桥");
    item.raw_link = S(" /n/1.html");
    item.html = S("<p>x</p>");
    item.summary = S("In short");
    item.language = S("de");
    item.image = S("https://a.example/p.jpg");
    item.modified_at = ROOM_NOW + 5;
    item.authors = authors;
    item.author_count = ARRAY_SIZE(authors);
    item.tags = tags;
    item.tag_count = ARRAY_SIZE(tags);
    assert_int_equal(room_take(&room, "voa", &item, 1).new_count, 1);
    store_close(room.store);
    room_open(&room);

    OPEN(store_reader) reader = room_reader(&room);
    assert_int_equal(list(&room, &newest, &listings), 1);
    assert_ok(store_article(reader, room.arena, listings[0].id, &article));
    assert_span_equal(article->source_id, "voa");
    assert_span_equal(article->item.feed_id, "g");
    assert_span_equal(article->item.raw_title, " Brücke & 大桥\t");
    assert_span_equal(article->item.title, "Brücke & 大桥");
    assert_span_equal(article->item.raw_link, " /n/1.html");
    assert_span_equal(article->item.link, "https://a.example/n/1.html");
    assert_span_equal(article->item.raw_body, "<p>x\r\n</p>");
    assert_span_equal(article->item.html, "<p>x</p>");
    assert_span_equal(article->item.summary, "In short");
    assert_span_equal(article->item.language, "de");
    assert_span_equal(article->item.image, "https://a.example/p.jpg");
    assert_int_equal(article->item.author_count, 2);
    assert_span_equal(article->item.authors[0].name, "Lin \"W\" Wei");
    assert_span_equal(article->item.authors[0].url, "https://a.example/lin");
    assert_span_equal(article->item.authors[1].name, "Ana");
    assert_int_equal(article->item.tag_count, 2);
    assert_span_equal(article->item.tags[1], "bridges, old");
    assert_int_equal(article->published_at, ROOM_NOW);
    assert_int_equal(article->modified_at, ROOM_NOW + 5);
    assert_int_equal(article->number, 1048574);
    assert_span_equal(article->path, "voa/2024/11/08-brücke-大桥.md");
    store_reader_close(MOVE(reader));
    room_remove(&room);
}

static void change_file(struct room *room, const char *sql)
{
    char path[128];
    sqlite3 *db;

    store_close(MOVE(room->store));
    snprintf(path, sizeof path, "%s/courant.db", room->folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void overwrite_file(struct room *room, long offset, const char *bytes)
{
    char path[128];
    FILE *file;

    store_close(MOVE(room->store));
    snprintf(path, sizeof path, "%s/courant.db", room->folder);
    file = fopen(path, "r+");
    assert_non_null(file);
    fseek(file, offset, SEEK_SET);
    fputs(bytes, file);
    fclose(file);
}

static void assert_is_refused(struct room *room, const char *word)
{
    struct error *error = store_open(room->folder, &room->options, room->clock, &room->store);
    char *text;

    assert_non_null(error);
    assert_int_equal(error->kind, ERROR_DAMAGED);
    text = error_text(error);
    if (!strstr(text, word))
        fail_msg("\"%s\" does not say \"%s\"", text, word);
    free(text);
    error_free(error);
}

static void a_store_of_a_newer_version_is_left_alone(void **state)
{
    struct room room;

    (void)state;
    room_of_voa(&room);
    change_file(&room, "PRAGMA user_version = 1000");
    assert_is_refused(&room, "newer Courant");
    assert_int_equal(room_number(&room, "PRAGMA user_version"), 1000);
    room_remove(&room);
}

static void a_database_of_something_else_is_left_alone(void **state)
{
    struct room room;

    (void)state;
    room_of_voa(&room);
    change_file(&room, "PRAGMA application_id = 77");
    assert_is_refused(&room, "no store of Courant's");
    room_remove(&room);
}

static void a_file_that_is_no_database_is_named_damaged(void **state)
{
    struct room room;

    (void)state;
    room_of_voa(&room);
    overwrite_file(&room, 0, "these are notes about bridges, and not what SQLite begins with");
    assert_is_refused(&room, "set it aside");
    room_remove(&room);
}

static void a_damaged_text_is_never_given_out(void **state)
{
    struct room room;
    struct item item =
        room_item("g", "https://a.example/n/1", "One", ROOM_NOW, "<p>a body that is short</p>");
    struct listing *listings;
    struct article *article;

    (void)state;
    room_of_voa(&room);
    room_take(&room, "voa", &item, 1);
    change_file(&room, "UPDATE body SET bytes = CAST(replace(bytes, 'short', 'shart') AS BLOB)");
    room_open(&room);
    OPEN(store_reader) reader = room_reader(&room);
    assert_int_equal(list(&room, &newest, &listings), 1);
    assert_fails(store_article(reader, room.arena, listings[0].id, &article), ERROR_DAMAGED);
    store_reader_close(MOVE(reader));
    room_remove(&room);
}

static void a_newsroom_that_was_never_run_reads_as_empty(void **state)
{
    struct room room;
    struct listing *listings;
    struct store_totals totals;

    (void)state;
    room_make(&room);
    store_close(MOVE(room.store));
    char path[128];
    snprintf(path, sizeof path, "%s/courant.db", room.folder);
    unlink(path);
    OPEN(store_reader) reader = room_reader(&room);
    assert_ok(store_count(reader, &totals));
    assert_int_equal(totals.articles, 0);
    assert_int_equal(list(&room, &newest, &listings), 0);
    assert_int_equal(access(path, F_OK), -1);
    store_reader_close(MOVE(reader));
    room_remove(&room);
}

static void a_folder_that_is_not_there_is_an_error_of_files(void **state)
{
    struct store_options options = {0};
    OWN(clock) clock = clock_fixed(ROOM_NOW);
    struct store *store;

    (void)state;
    assert_fails(store_open("/nowhere/at/all", &options, clock, &store), ERROR_IO);
}

/* --- sources --- */

static struct source *source_of(struct room *room, const char *id)
{
    OPEN(store_reader) reader = room_reader(room);
    struct source *source;

    assert_ok(store_source(reader, room->arena, span_of(id), &source));
    return source;
}

static void what_was_learnt_is_as_the_poll_said(void **state)
{
    struct room room;
    struct poll poll;
    struct poll_counts counts;
    struct source *source;

    (void)state;
    room_of_voa(&room);
    poll = room_poll(&room, "voa", NULL, 0);
    poll.source.validators = (struct validators){S("W/\"x-gzip\""), S("Tue, 11 Jun 2024 07:00:00 GMT")};
    poll.source.address = S("https://a.example/moved");
    poll.source.state = SOURCE_FAILING;
    poll.source.failures = 3;
    poll.source.last_error = S("503 from a.example");
    poll.source.last_status = 503;
    poll.source.body_hash = UINT64_C(0xfedcba9876543210);
    poll.source.memory = S("{\"phase\":7}");
    assert_ok(store_poll(room.store, room.arena, &poll, &counts));
    source = source_of(&room, "voa");
    assert_span_equal(source->validators.etag, "W/\"x-gzip\"");
    assert_span_equal(source->validators.last_modified, "Tue, 11 Jun 2024 07:00:00 GMT");
    assert_span_equal(source->address, "https://a.example/moved");
    assert_int_equal(source->state, SOURCE_FAILING);
    assert_int_equal(source->failures, 3);
    assert_int_equal(source->last_status, 503);
    assert_span_equal(source->last_error, "503 from a.example");
    assert_true(source->body_hash == UINT64_C(0xfedcba9876543210));
    assert_span_equal(source->memory, "{\"phase\":7}");
    assert_int_equal(source->next_poll_at, ROOM_NOW + HOUR);
    assert_int_equal(source->last_change_at, NO_TIME);
    room_remove(&room);
}

static void a_new_feed_address_forgets_what_was_learnt_of_the_old_one(void **state)
{
    struct room room;
    struct poll poll;
    struct poll_counts counts;
    struct item item = room_item("g", "https://a.example/n/1", "One", ROOM_NOW, "x");

    (void)state;
    room_of_voa(&room);
    poll = room_poll(&room, "voa", &item, 1);
    poll.source.validators.etag = S("\"1\"");
    poll.source.state = SOURCE_GONE;
    assert_ok(store_poll(room.store, room.arena, &poll, &counts));
    room_want(&room, "voa", "https://a.example/feed");
    assert_int_equal(source_of(&room, "voa")->state, SOURCE_GONE);
    room_want(&room, "voa", "https://b.example/feed");
    assert_int_equal(source_of(&room, "voa")->state, SOURCE_OK);
    assert_span_equal(source_of(&room, "voa")->address, "https://b.example/feed");
    assert_int_equal(source_of(&room, "voa")->validators.etag.len, 0);
    assert_int_equal(source_of(&room, "voa")->next_poll_at, NO_TIME);
    assert_int_equal(source_of(&room, "voa")->article_count, 1);
    /* a poll of the old one that was still under way */
    poll.item_count = 0;
    assert_ok(store_poll(room.store, room.arena, &poll, &counts));
    assert_int_equal(source_of(&room, "voa")->validators.etag.len, 0);
    assert_int_equal(source_of(&room, "voa")->state, SOURCE_OK);
    room_remove(&room);
}

static void a_source_taken_out_keeps_its_articles_and_a_paused_one_its_state(void **state)
{
    struct room room;
    struct item item = room_item("g", "https://a.example/n/1", "One", ROOM_NOW, "x");
    struct wanted_source paused = {
        .id = S("voa"), .name = S("Voice"), .feed = S("https://a.example/feed"), .is_paused = true};
    struct listing *listings;

    (void)state;
    room_of_voa(&room);
    room_take(&room, "voa", &item, 1);
    assert_ok(store_want_sources(room.store, &paused, 1));
    assert_int_equal(source_of(&room, "voa")->state, SOURCE_PAUSED);
    assert_span_equal(source_of(&room, "voa")->name, "Voice");
    assert_ok(store_want_sources(room.store, NULL, 0));
    assert_false(source_of(&room, "voa")->is_wanted);
    assert_int_equal(list(&room, &newest, &listings), 1);
    room_want(&room, "voa", "https://a.example/feed");
    assert_true(source_of(&room, "voa")->is_wanted);
    assert_int_equal(source_of(&room, "voa")->state, SOURCE_OK);
    assert_null(source_of(&room, "none"));
    room_remove(&room);
}

static void a_poll_of_a_source_that_is_not_there_is_refused_whole(void **state)
{
    struct room room;
    struct item item = room_item("g", "https://a.example/n/1", "One", ROOM_NOW, "x");
    struct poll good, bad;
    const struct poll *polls[] = {&good, &bad};
    struct poll_counts counts[2];
    struct listing *listings;

    (void)state;
    room_of_voa(&room);
    good = room_poll(&room, "voa", &item, 1);
    bad = room_poll(&room, "nobody", &item, 1);
    assert_fails(store_polls(room.store, room.arena, polls, 2, counts), ERROR_USAGE);
    assert_int_equal(list(&room, &newest, &listings), 0);
    assert_ok(store_polls(room.store, room.arena, polls, 1, counts));
    assert_int_equal(list(&room, &newest, &listings), 1);
    room_remove(&room);
}

static void an_item_that_is_not_known_after_all_is_asked_for_again(void **state)
{
    struct room room;
    struct item item = room_item("g", "https://a.example/n/1", "One", ROOM_NOW, "x");
    struct poll poll;
    struct poll_counts counts;

    (void)state;
    room_of_voa(&room);
    item.is_known = true;
    poll = room_poll(&room, "voa", &item, 1);
    poll.source.validators.etag = S("\"1\"");
    poll.source.body_hash = 7;
    assert_ok(store_poll(room.store, room.arena, &poll, &counts));
    assert_int_equal(counts.failed_count, 1);
    assert_true(span_has(counts.failures, "https://a.example/n/1"));
    assert_int_equal(source_of(&room, "voa")->validators.etag.len, 0);
    assert_int_equal(source_of(&room, "voa")->body_hash, 0);
    room_remove(&room);
}

static void one_item_that_cannot_be_stored_does_not_stop_the_others(void **state)
{
    struct room room;
    struct item items[3];
    span *tags;
    struct poll_counts counts;
    struct listing *listings;

    (void)state;
    room_of_voa(&room);
    for (int i = 0; i < 3; i++)
        items[i] = story(room.arena, i, ROOM_NOW - i * HOUR);
    tags = ARENA_ARRAY(room.arena, span, 400000); /* a megabyte and more of them */
    for (int i = 0; i < 400000; i++)
        tags[i] = S("x");
    items[1].tags = tags;
    items[1].tag_count = 400000;
    counts = room_take(&room, "voa", items, 3);
    assert_int_equal(counts.new_count, 2);
    assert_int_equal(counts.failed_count, 1);
    assert_true(span_has(counts.failures, "https://a.example/n/1.html"));
    assert_int_equal(list(&room, &by_number, &listings), 2);
    assert_int_equal(listings[0].number, 1048573); /* no number is lost to it */
    assert_int_equal(source_of(&room, "voa")->article_count, 2);
    room_remove(&room);
}

/* --- times --- */

static void a_next_poll_that_a_wrong_clock_set_is_brought_back(void **state)
{
    static const int64_t days[] = {-400, 3, 400};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(days); i++) {
        struct room room;
        struct source *source;
        room_of_voa(&room);
        clock_advance(room.clock, days[i] * DAY);
        room_take(&room, "voa", NULL, 0);
        store_close(MOVE(room.store));
        clock_advance(room.clock, -days[i] * DAY);
        room_open(&room);
        source = source_of(&room, "voa");
        assert_true(source->next_poll_at <= ROOM_NOW + HOUR);
        assert_true(source->last_poll_at <= ROOM_NOW);
        room_remove(&room);
    }
}

static void a_next_poll_a_week_ahead_stays(void **state)
{
    struct room room;
    struct poll poll;
    struct poll_counts counts;

    (void)state;
    room_of_voa(&room);
    poll = room_poll(&room, "voa", NULL, 0);
    poll.source.next_poll_at = ROOM_NOW + 7 * DAY - 1;
    assert_ok(store_poll(room.store, room.arena, &poll, &counts));
    store_close(MOVE(room.store));
    room_open(&room);
    assert_int_equal(source_of(&room, "voa")->next_poll_at, ROOM_NOW + 7 * DAY - 1);
    room_remove(&room);
}

/* --- numbers and paths --- */

static void numbers_count_down_in_order_of_publication_and_then_of_the_document(void **state)
{
    struct room room;
    struct item items[5];
    static const int hours[] = {1, 3, 1, 2, -9}; /* the last lies in the future */
    static const int order[] = {4, 2, 0, 3, 1};  /* newest number first */
    struct listing *listings;

    (void)state;
    room_of_voa(&room);
    for (int i = 0; i < 5; i++)
        items[i] = story(room.arena, i, ROOM_NOW - hours[i] * HOUR);
    room_take(&room, "voa", items, 5);
    assert_int_equal(list(&room, &by_number, &listings), 5);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(listings[i].number, 1048574 - 4 + i);
        assert_int_equal(listings[i].published_at, items[order[i]].published_at);
        assert_true(span_equal(listings[i].title, items[order[i]].title));
    }
    room_remove(&room);
}

static void an_adopted_archive_goes_on_with_its_numbers(void **state)
{
    struct room room;
    struct item item;
    struct listing *listings;

    (void)state;
    room_of_voa(&room);
    item = story(room.arena, 1, ROOM_NOW);
    assert_ok(store_adopt_number(room.store, S("voa"), 1011194));
    assert_ok(store_adopt_number(room.store, S("voa"), 1020000)); /* never up again */
    room_take(&room, "voa", &item, 1);
    assert_int_equal(list(&room, &by_number, &listings), 1);
    assert_int_equal(listings[0].number, 1011193);
    room_remove(&room);
}

static void paths_are_of_the_day_in_the_archives_zone(void **state)
{
    struct room room;
    struct item item =
        room_item("g", "https://a.example/n/1", "Late", ROOM_NOW - 2 * HOUR - 11 * MINUTE, "x");
    struct listing *listings;

    (void)state;
    room_of_voa(&room);
    item.published_at -=
        8 * HOUR; /* 16:00 of the 7th in UTC and midnight of the 8th in Shanghai, less a minute */
    room_take(&room, "voa", &item, 1);
    list(&room, &newest, &listings);
    assert_span_equal(listings[0].path, "voa/2024/11/07-late.md");
    room_remove(&room);
}

static void equal_titles_of_a_day_get_numbered_paths(void **state)
{
    struct room room;
    struct item items[7];
    struct listing *listings;

    (void)state;
    room_of_voa(&room);
    for (int i = 0; i < 7; i++) {
        items[i] = story(room.arena, i, ROOM_NOW);
        items[i].title = items[i].raw_title = S("Weather");
    }
    items[6].published_at = ROOM_NOW + DAY;
    room_take(&room, "voa", items, 7);
    assert_int_equal(list(&room, &by_number, &listings), 7);
    for (int i = 0; i < 6; i++) { /* listings[6] is the oldest number */
        span wanted = i ? arena_printf(room.arena, "voa/2024/11/08-weather-%d.md", i + 1)
                        : S("voa/2024/11/08-weather.md");
        assert_true(span_equal(listings[6 - i].path, wanted));
    }
    assert_span_equal(listings[0].path, "voa/2024/11/09-weather.md");
    room_remove(&room);
}

static void years_out_of_reach_stay_four_digits(void **state)
{
    static const int64_t moments[] = {INT64_MIN + 1, -70000000000000000, 0, 8640000000000000, INT64_MAX};
    struct room room;
    struct listing *listings;

    (void)state;
    room_of_voa(&room);
    for (size_t i = 0; i < ARRAY_SIZE(moments); i++) {
        struct item item = story(room.arena, (int)i, moments[i]);
        assert_int_equal(room_take(&room, "voa", &item, 1).new_count, 1);
    }
    assert_int_equal(list(&room, &newest, &listings), ARRAY_SIZE(moments));
    for (size_t i = 0; i < ARRAY_SIZE(moments); i++)
        assert_int_equal(listings[i].path.at[8], '/'); /* "voa/YYYY/" */
    room_remove(&room);
}

static void a_date_in_the_future_is_kept_and_sorts_by_sighting(void **state)
{
    struct room room;
    struct item future, present;
    struct listing *listings;

    (void)state;
    room_of_voa(&room);
    future = story(room.arena, 1, ROOM_NOW + 900 * DAY);
    present = story(room.arena, 2, ROOM_NOW + HOUR);
    room_take(&room, "voa", &future, 1);
    clock_advance(room.clock, 2 * HOUR);
    room_take(&room, "voa", &present, 1);
    assert_int_equal(list(&room, &newest, &listings), 2);
    assert_span_equal(listings[0].title, "Story 2");
    assert_int_equal(listings[1].published_at, ROOM_NOW + 900 * DAY);
    room_remove(&room);
}

static void two_harvests_of_one_feed_give_the_same_ids(void **state)
{
    uint64_t ids[2][3];

    (void)state;
    for (int harvest = 0; harvest < 2; harvest++) {
        struct room room;
        struct item items[3];
        struct listing *listings;
        room_of_voa(&room);
        for (int i = 0; i < 3; i++) {
            items[i] = story(room.arena, i, ROOM_NOW - i * HOUR);
            items[i].feed_id = S("the same for all");
        }
        if (harvest) { /* the feed grows */
            room_take(&room, "voa", items + 2, 1);
            room_take(&room, "voa", items + 1, 2);
        }
        room_take(&room, "voa", items, 3);
        assert_int_equal(list(&room, &by_number, &listings), 3);
        for (int i = 0; i < 3; i++)
            ids[harvest][i] = listings[i].id;
        room_remove(&room);
    }
    assert_memory_equal(ids[0], ids[1], sizeof ids[0]);
    assert_true(ids[0][0] != ids[0][1]);
}

/* --- lists --- */

static void lists_are_cut_to_source_time_and_number(void **state)
{
    struct room room;
    struct item items[6];
    struct listing *listings;
    struct article_filter filter = {.source_id = S("voa"), .since = ROOM_NOW - 3 * HOUR, .until = ROOM_NOW};

    (void)state;
    room_of_voa(&room);
    for (int i = 0; i < 6; i++)
        items[i] = story(room.arena, i, ROOM_NOW - i * HOUR);
    room_take(&room, "voa", items, 6);
    assert_int_equal(list(&room, &filter, &listings), 3); /* 1, 2 and 3 hours old */
    assert_span_equal(listings[0].title, "Story 1");
    filter.limit = 2;
    assert_int_equal(list(&room, &filter, &listings), 2);
    filter.by_number = true;
    filter.since = filter.until = NO_TIME;
    assert_int_equal(list(&room, &filter, &listings), 2);
    assert_span_equal(listings[0].title, "Story 0");
    filter.source_id = S("none");
    assert_int_equal(list(&room, &filter, &listings), 0);
    room_remove(&room);
}

static void months_count_what_lies_in_their_folders(void **state)
{
    struct room room;
    struct item items[5];
    static const int days[] = {0, 3, 8, 9, 400}; /* before 8 November 2024 */
    struct month_count *months;
    struct listing *listings;
    size_t count;

    (void)state;
    room_of_voa(&room);
    for (int i = 0; i < 5; i++)
        items[i] = story(room.arena, i, ROOM_NOW - days[i] * DAY);
    room_take(&room, "voa", items, 5);
    OPEN(store_reader) reader = room_reader(&room);
    assert_ok(store_months(reader, room.arena, S("voa"), &months, &count));
    assert_int_equal(count, 3);
    assert_int_equal(months[0].year, 2024);
    assert_int_equal(months[0].month, 11);
    assert_int_equal(months[0].article_count, 2);
    assert_int_equal(months[1].month, 10);
    assert_int_equal(months[1].article_count, 2);
    assert_int_equal(months[2].year, 2023);
    assert_ok(store_month(reader, room.arena, S("voa"), 2024, 10, &listings, &count));
    assert_int_equal(count, 2);
    assert_span_equal(listings[0].title, "Story 2");
    store_reader_close(MOVE(reader));
    room_remove(&room);
}

static void an_article_is_found_by_id_number_path_and_link(void **state)
{
    struct room room;
    struct item items[2];
    struct listing *listings;
    uint64_t ids[4];
    size_t count;

    (void)state;
    room_of_voa(&room);
    for (int i = 0; i < 2; i++)
        items[i] = story(room.arena, i, ROOM_NOW - i * HOUR);
    room_take(&room, "voa", items, 2);
    list(&room, &newest, &listings);
    OPEN(store_reader) reader = room_reader(&room);
    char hex[17];
    snprintf(hex, sizeof hex, "%016" PRIx64, listings[0].id);
    const char *words[] = {hex, "voa/1048573", "voa/2024/11/08-story-0.md",
                           "http://www.a.example/n/0.html?utm_source=x", (hex[12] = '\0', hex)};
    snprintf(hex, sizeof hex, "%016" PRIx64, listings[0].id);
    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        assert_ok(store_find(reader, room.arena, span_of(words[i]), ids, ARRAY_SIZE(ids), &count));
        assert_int_equal(count, 1);
        assert_true(ids[0] == listings[0].id);
    }
    assert_ok(store_find(reader, room.arena, S("ffff"), ids, ARRAY_SIZE(ids), &count));
    assert_int_equal(count, 0);
    assert_ok(store_find(reader, room.arena, S(""), ids, ARRAY_SIZE(ids), &count));
    assert_int_equal(count, 0);
    store_reader_close(MOVE(reader));
    room_remove(&room);
}

/* --- what the archive is behind with --- */

static size_t owed(struct room *room, int64_t after_mark, size_t limit, size_t max_bytes,
                   struct article **out_articles)
{
    OPEN(store_reader) reader = room_reader(room);
    size_t count;

    assert_ok(store_archive_owed(reader, room->arena, clock_now(room->clock), after_mark, limit, max_bytes,
                                 out_articles, &count));
    return count;
}

static void what_is_owed_is_owed_until_it_is_done(void **state)
{
    struct room room;
    struct item items[4];
    struct article *articles, *more;

    (void)state;
    room_of_voa(&room);
    for (int i = 0; i < 4; i++)
        items[i] = story(room.arena, i, ROOM_NOW - i * HOUR);
    room_take(&room, "voa", items, 4);
    assert_int_equal(owed(&room, 0, 0, 1 * MiB, &articles), 4);
    assert_int_equal(owed(&room, 0, 3, 1 * MiB, &articles), 3);
    assert_int_equal(owed(&room, articles[2].archive_mark, 3, 1 * MiB, &more), 1);
    assert_int_equal(owed(&room, 0, 0, 1, &more), 1); /* however small the room */
    /* one of them changes while the archive is written */
    items[3].raw_body = S("<p>Three bearings are worn.</p>");
    items[3].raw_hash++;
    assert_int_equal(room_take(&room, "voa", items, 4).revised_count, 1);
    assert_ok(store_archive_done(room.store, articles, 3));
    assert_int_equal(owed(&room, 0, 0, 1 * MiB, &more), 2);
    assert_ok(store_archive_done(room.store, more, 2));
    assert_int_equal(owed(&room, 0, 0, 1 * MiB, &more), 0);
    assert_ok(store_archive_owe_all(room.store));
    assert_int_equal(owed(&room, 0, 0, 1 * MiB, &more), 4);
    for (int i = 1; i < 4; i++)
        assert_true(more[i].archive_mark > more[i - 1].archive_mark);
    room_remove(&room);
}

static struct task *lease(struct room *room, size_t *out_count)
{
    struct task *tasks;

    assert_ok(store_lease_tasks(room->store, room->arena, S("me"), 5 * MINUTE, 10, &tasks, out_count));
    return tasks;
}

static void take_with_page(struct room *room)
{
    struct item item = story(room->arena, 1, ROOM_NOW);
    struct poll poll;
    struct poll_counts counts;

    item.is_full = false;
    poll = room_poll(room, "voa", &item, 1);
    poll.wants_pages = true;
    assert_ok(store_poll(room->store, room->arena, &poll, &counts));
    assert_int_equal(counts.new_count, 1);
}

static void the_next_task_is_the_soonest_and_none_where_there_is_none(void **state)
{
    OPEN(store_reader) reader = NULL;
    struct room room;
    struct task *tasks;
    size_t count;
    int64_t at = 0;
    bool is_ours;

    (void)state;
    room_of_voa(&room);
    assert_ok(store_reader_open(room.folder, &reader));
    assert_ok(store_next_task_at(reader, &at));
    assert_true(at == NO_TIME);
    take_with_page(&room);
    assert_ok(store_next_task_at(reader, &at));
    assert_true(at == clock_now(room.clock));
    tasks = lease(&room, &count);
    assert_ok(store_next_task_at(reader, &at));
    assert_true(at == clock_now(room.clock) + 5 * MINUTE);
    assert_ok(store_finish_task(room.store, &tasks[0], NO_TIME, &is_ours));
    assert_ok(store_next_task_at(reader, &at));
    assert_true(at == NO_TIME);
    room_remove(&room);
}

static void an_article_waits_for_its_page_but_not_for_ever(void **state)
{
    struct room room;
    struct article *articles;
    struct task *tasks;
    size_t count;
    bool is_ours;

    (void)state;
    room_of_voa(&room);
    take_with_page(&room);
    assert_int_equal(owed(&room, 0, 0, 1 * MiB, &articles), 0);
    clock_advance(room.clock, 10 * MINUTE);
    assert_int_equal(owed(&room, 0, 0, 1 * MiB, &articles), 1);
    clock_advance(room.clock, -10 * MINUTE);
    tasks = lease(&room, &count);
    assert_int_equal(count, 1);
    assert_int_equal(tasks[0].kind, TASK_PAGE);
    assert_span_equal(tasks[0].url, "https://a.example/n/1.html");
    assert_span_equal(tasks[0].source_id, "voa");
    assert_ok(store_finish_task(room.store, &tasks[0], NO_TIME, &is_ours));
    assert_true(is_ours);
    assert_int_equal(owed(&room, 0, 0, 1 * MiB, &articles), 1);
    lease(&room, &count);
    assert_int_equal(count, 0);
    room_remove(&room);
}

static void a_lease_that_ran_out_is_another_s(void **state)
{
    struct room room;
    struct task *first, *second;
    size_t count;
    bool is_ours;

    (void)state;
    room_of_voa(&room);
    take_with_page(&room);
    first = lease(&room, &count);
    assert_int_equal(count, 1);
    lease(&room, &count);
    assert_int_equal(count, 0);
    clock_advance(room.clock, 5 * MINUTE);
    second = lease(&room, &count);
    assert_int_equal(count, 1);
    assert_int_equal(second[0].attempts, 2);
    assert_ok(store_finish_task(room.store, &first[0], NO_TIME, &is_ours));
    assert_false(is_ours);
    assert_ok(store_finish_task(room.store, &second[0], clock_now(room.clock) + HOUR, &is_ours));
    assert_true(is_ours);
    lease(&room, &count);
    assert_int_equal(count, 0);
    clock_advance(room.clock, HOUR);
    lease(&room, &count);
    assert_int_equal(count, 1);
    room_remove(&room);
}

static void leases_of_a_process_that_is_gone_are_void(void **state)
{
    struct room room;
    struct task *gone;
    size_t count;
    bool is_ours;

    (void)state;
    room_of_voa(&room);
    take_with_page(&room);
    gone = lease(&room, &count);
    assert_ok(store_void_leases(room.store));
    assert_ok(store_finish_task(room.store, &gone[0], NO_TIME, &is_ours));
    assert_false(is_ours);
    lease(&room, &count);
    assert_int_equal(count, 1);
    room_remove(&room);
}

static int64_t log_size(const struct room *room)
{
    char path[128];
    struct stat about;

    snprintf(path, sizeof path, "%s/courant.db-wal", room->folder);
    return stat(path, &about) ? 0 : (int64_t)about.st_size;
}

/* Writes while a reader keeps SQLite from using the log anew, and ends as if killed. */
static void write_and_die(struct room *room)
{
    static char text[1024 * 1024];
    char path[128];
    sqlite3 *reader;
    bool is_well;

    snprintf(path, sizeof path, "%s/courant.db", room->folder);
    is_well = sqlite3_open(path, &reader) == SQLITE_OK &&
              sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM source", NULL, NULL, NULL) == SQLITE_OK &&
              !store_open(room->folder, &room->options, room->clock, &room->store);
    memset(text, 'x', sizeof text);
    for (int i = 0; i < 36 && is_well; i++)
        is_well = !store_put(room->store, arena_printf(room->arena, "key.%d", i), (span){text, sizeof text});
    _exit(is_well ? 0 : 1);
}

static void the_long_log_of_a_process_that_was_killed_is_taken_in(void **state)
{
    struct room room;
    int status = 1;
    pid_t child;

    (void)state;
    room_make(&room);
    store_close(MOVE(room.store));
    child = fork();
    if (child == 0)
        write_and_die(&room);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_true(log_size(&room) > 32 * 1024 * 1024);
    room_open(&room);
    assert_true(log_size(&room) < 64 * 1024);
    OPEN(store_reader) reader = room_reader(&room);
    span value;
    assert_ok(store_get(reader, room.arena, S("key.35"), &value));
    assert_int_equal(value.len, 1024 * 1024);
    store_reader_close(MOVE(reader));
    room_remove(&room);
}

static void small_values_are_kept_replaced_and_dropped(void **state)
{
    struct room room;
    span value;

    (void)state;
    room_make(&room);
    OPEN(store_reader) reader = room_reader(&room);
    assert_ok(store_get(reader, room.arena, S("remote.origin"), &value));
    assert_null(value.at);
    assert_ok(store_put(room.store, S("remote.origin"), S("one")));
    assert_ok(store_put(room.store, S("remote.origin"), S("")));
    assert_ok(store_get(reader, room.arena, S("remote.origin"), &value));
    assert_non_null(value.at);
    assert_int_equal(value.len, 0);
    assert_ok(store_put(room.store, S("remote.origin"), (span){0}));
    assert_ok(store_get(reader, room.arena, S("remote.origin"), &value));
    assert_null(value.at);
    store_reader_close(MOVE(reader));
    room_remove(&room);
}

/* --- readers beside the writer --- */

struct reading {
    const char *folder;
    _Atomic bool is_over;
    int64_t seen;
};

/* Each poll brings its articles all at once: a reader never sees a part of one. */
static void *read_on(void *context)
{
    struct reading *reading = context;
    OPEN(store_reader) reader = NULL;
    struct store_totals totals;

    assert_ok(store_reader_open(reading->folder, &reader));
    while (!reading->is_over) {
        assert_ok(store_count(reader, &totals));
        assert_int_equal(totals.articles % 10, 0);
        assert_true(totals.articles >= reading->seen);
        reading->seen = totals.articles;
    }
    return NULL;
}

static void readers_see_whole_polls_while_the_writer_writes(void **state)
{
    struct room room;
    struct reading readings[2];
    pthread_t threads[2];

    (void)state;
    room_of_voa(&room);
    for (int i = 0; i < 2; i++) {
        readings[i] = (struct reading){.folder = room.folder};
        assert_int_equal(pthread_create(&threads[i], NULL, read_on, &readings[i]), 0);
    }
    for (int poll = 0; poll < 30; poll++) {
        struct item items[10];
        for (int i = 0; i < 10; i++)
            items[i] = story(room.arena, poll * 10 + i, ROOM_NOW);
        assert_int_equal(room_take(&room, "voa", items, 10).new_count, 10);
    }
    for (int i = 0; i < 2; i++) {
        readings[i].is_over = true;
        pthread_join(threads[i], NULL);
    }
    room_remove(&room);
}

/* --- floods --- */

static void ten_thousand_items_of_one_title_end_in_bounded_time(void **state)
{
    enum { MANY = 10000 };
    struct room room;
    struct item *items;
    struct store_totals totals;

    (void)state;
    room_of_voa(&room);
    items = ARENA_ARRAY(room.arena, struct item, MANY);
    for (int i = 0; i < MANY; i++) {
        items[i] = room_item("same", "https://a.example/", "Same", ROOM_NOW, "same");
        items[i].raw_body = arena_printf(room.arena, "body %d", i);
        items[i].raw_hash = (uint64_t)i + 1;
    }
    assert_int_equal(room_take(&room, "voa", items, MANY).new_count, MANY);
    assert_int_equal(room_take(&room, "voa", items, MANY).unchanged_count, MANY);
    OPEN(store_reader) reader = room_reader(&room);
    assert_ok(store_count(reader, &totals));
    assert_int_equal(totals.articles, MANY);
    assert_true(source_of(&room, "voa")->traits & SOURCE_REPEATS_IDS);
    store_reader_close(MOVE(reader));
    room_remove(&room);
}

static void an_article_whose_place_is_taken_gets_the_next(void **state)
{
    struct room room;
    struct item items[] = {room_item("1", "https://a.example/1", "Top 10", ROOM_NOW, "One."),
                           room_item("2", "https://a.example/2", "Top 10", ROOM_NOW, "Two.")};
    struct article *article = NULL;
    uint64_t ids[2];
    size_t count;
    struct store_reader *reader;

    (void)state;
    room_make(&room);
    room_want(&room, "a", "https://a.example/feed");
    room_take(&room, "a", items, 2);
    reader = room_reader(&room);
    assert_ok(store_find(reader, room.arena, S("https://a.example/1"), ids, 2, &count));
    assert_int_equal(count, 1);
    assert_ok(store_article(reader, room.arena, ids[0], &article));
    assert_span_equal(article->path, "a/2024/11/08-top-10.md");
    assert_ok(store_replace(room.store, LAYOUT_DATED, article));
    assert_ok(store_article(reader, room.arena, ids[0], &article));
    assert_span_equal(article->path, "a/2024/11/08-top-10-3.md"); /* -2 is the other's */
    assert_int_equal(article->number, 1048574);
    assert_ok(store_replace(room.store, LAYOUT_DUTY_MACHINE, article));
    assert_ok(store_article(reader, room.arena, ids[0], &article));
    assert_int_equal(article->number, 1048572);
    assert_span_equal(article->path, "a/2024/11/08-top-10-3.md");
    store_reader_close(reader);
    room_remove(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_stored_is_there_after_the_store_was_closed),
        cmocka_unit_test(an_article_whose_place_is_taken_gets_the_next),
        cmocka_unit_test(a_store_of_a_newer_version_is_left_alone),
        cmocka_unit_test(a_database_of_something_else_is_left_alone),
        cmocka_unit_test(a_file_that_is_no_database_is_named_damaged),
        cmocka_unit_test(a_damaged_text_is_never_given_out),
        cmocka_unit_test(a_newsroom_that_was_never_run_reads_as_empty),
        cmocka_unit_test(a_folder_that_is_not_there_is_an_error_of_files),
        cmocka_unit_test(what_was_learnt_is_as_the_poll_said),
        cmocka_unit_test(a_new_feed_address_forgets_what_was_learnt_of_the_old_one),
        cmocka_unit_test(a_source_taken_out_keeps_its_articles_and_a_paused_one_its_state),
        cmocka_unit_test(a_poll_of_a_source_that_is_not_there_is_refused_whole),
        cmocka_unit_test(an_item_that_is_not_known_after_all_is_asked_for_again),
        cmocka_unit_test(one_item_that_cannot_be_stored_does_not_stop_the_others),
        cmocka_unit_test(a_next_poll_that_a_wrong_clock_set_is_brought_back),
        cmocka_unit_test(a_next_poll_a_week_ahead_stays),
        cmocka_unit_test(numbers_count_down_in_order_of_publication_and_then_of_the_document),
        cmocka_unit_test(an_adopted_archive_goes_on_with_its_numbers),
        cmocka_unit_test(paths_are_of_the_day_in_the_archives_zone),
        cmocka_unit_test(equal_titles_of_a_day_get_numbered_paths),
        cmocka_unit_test(years_out_of_reach_stay_four_digits),
        cmocka_unit_test(a_date_in_the_future_is_kept_and_sorts_by_sighting),
        cmocka_unit_test(two_harvests_of_one_feed_give_the_same_ids),
        cmocka_unit_test(lists_are_cut_to_source_time_and_number),
        cmocka_unit_test(months_count_what_lies_in_their_folders),
        cmocka_unit_test(an_article_is_found_by_id_number_path_and_link),
        cmocka_unit_test(what_is_owed_is_owed_until_it_is_done),
        cmocka_unit_test(the_next_task_is_the_soonest_and_none_where_there_is_none),
        cmocka_unit_test(an_article_waits_for_its_page_but_not_for_ever),
        cmocka_unit_test(a_lease_that_ran_out_is_another_s),
        cmocka_unit_test(leases_of_a_process_that_is_gone_are_void),
        cmocka_unit_test(the_long_log_of_a_process_that_was_killed_is_taken_in),
        cmocka_unit_test(small_values_are_kept_replaced_and_dropped),
        cmocka_unit_test(readers_see_whole_polls_while_the_writer_writes),
        cmocka_unit_test(ten_thousand_items_of_one_title_end_in_bounded_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
