/* SPDX-License-Identifier: MIT
 * test_verify.c - what verify says of each thing that may be wrong, in a newsroom without git; program tests
 * look at those with one
 */
#include "core/file.h"
#include "keep/verifying.h"
#include "overview/overview.h"
#include "tests/unit/store_room.h"
#include <sys/stat.h>

enum { STORIES = 5 };

struct newsroom {
    struct room room;
    struct conf *conf;
    char archive[128];
    span article, month; /* paths: of one, and of its month's README */
    VEC(struct finding) found;
    VEC(span) done; /* "where: what" */
};

static struct newsroom *newsroom_of(void *context)
{
    return context;
}

/* --- a newsroom and its archive --- */

static span full(struct newsroom *newsroom, span path)
{
    return arena_printf(newsroom->room.arena, "%s/%.*s", newsroom->archive, SPAN_ARG(path));
}

static void write_file(struct newsroom *newsroom, span path, span bytes)
{
    span name = full(newsroom, path);

    assert_ok(file_make_folder(
        arena_printf(newsroom->room.arena, "%.*s", (int)span_find_last_char(name, '/'), name.at).at));
    assert_ok(file_write(name.at, bytes));
}

static struct error *write_page(void *context, const struct overview_page *page)
{
    write_file(context, page->path, page->bytes);
    return OK;
}

static void write_pages(struct newsroom *newsroom, struct store_reader *reader)
{
    struct arena *arena = newsroom->room.arena;
    struct overview overview = {reader, newsroom->conf, newsroom->room.options.timezone};
    struct archive_source *sources;
    size_t count;

    assert_ok(overview_sources(&overview, arena, &sources, &count));
    assert_ok(overview_newsroom(&overview, sources, count, write_page, newsroom));
    for (size_t i = 0; i < count; i++) {
        assert_ok(overview_complete(&overview, arena, &sources[i]));
        assert_ok(overview_source(&overview, &sources[i], write_page, newsroom));
        for (size_t k = 0; k < sources[i].month_count && newsroom->conf->archive.layout == LAYOUT_DATED; k++)
            assert_ok(overview_month(&overview, &sources[i], sources[i].months[k].year,
                                     sources[i].months[k].month, write_page, newsroom));
    }
}

/* As the archiver does, but for the batch and the commit */
static void write_archive(struct newsroom *newsroom)
{
    struct room *room = &newsroom->room;
    OPEN(store_reader) reader = room_reader(room);
    struct article *owed = NULL;
    size_t count = 0;

    assert_ok(store_archive_owed(reader, room->arena, ROOM_NOW, 0, 100, 1 * MiB, &owed, &count));
    for (size_t i = 0; i < count; i++) {
        LOCAL(buf) text = {0};
        assert_ok(archive_render(newsroom->conf->archive.layout, &owed[i], &text));
        newsroom->article = archive_path(room->arena, newsroom->conf->archive.layout, &owed[i]);
        write_file(newsroom, newsroom->article, buf_span(&text));
    }
    assert_ok(store_archive_done(room->store, owed, count));
    write_pages(newsroom, reader);
}

static void make(struct newsroom *newsroom, const char *layout)
{
    struct room *room = &newsroom->room;
    struct item items[STORIES];
    int year, month;

    room_make(room);
    room_want(room, "voa", "https://a.example/feed");
    for (int i = 0; i < STORIES; i++)
        items[i] = room_item(arena_printf(room->arena, "id-%d", i).at,
                             arena_printf(room->arena, "https://a.example/n/%d.html", i).at,
                             arena_printf(room->arena, "Bridge %d 大桥", i).at, ROOM_NOW - i * HOUR,
                             "<p>It is closed.</p>");
    assert_int_equal(room_take(room, "voa", items, STORIES).new_count, STORIES);
    assert_ok(conf_parse(room->arena,
                         arena_printf(room->arena,
                                      "[archive]\nlayout = %s\ngit = false\n[source voa]\n"
                                      "feed = https://a.example/feed\n",
                                      layout),
                         "courant.conf", &newsroom->conf));
    snprintf(newsroom->archive, sizeof newsroom->archive, "%s/archive", room->folder);
    write_archive(newsroom);
    if (archive_month_of_path(newsroom->article, &year, &month))
        newsroom->month = archive_month_path(room->arena, S("voa"), year, month);
    store_close(room->store);
    room->store = NULL;
}

static void destroy(struct newsroom *newsroom)
{
    char command[160];

    snprintf(command, sizeof command, "rm -rf '%s/'*", newsroom->room.folder);
    assert_int_equal(system(command), 0);
    room_remove(&newsroom->room);
}

/* --- a look --- */

static void take_finding(void *context, const struct finding *finding)
{
    struct newsroom *newsroom = newsroom_of(context);
    struct arena *arena = newsroom->room.arena;

    *vec_add(arena, &newsroom->found) =
        (struct finding){finding->kind, arena_keep(arena, finding->where), arena_keep(arena, finding->what)};
}

static void take_done(void *context, span where, span what)
{
    struct newsroom *newsroom = newsroom_of(context);

    *vec_add(newsroom->room.arena, &newsroom->done) =
        arena_printf(newsroom->room.arena, "%.*s: %.*s", SPAN_ARG(where), SPAN_ARG(what));
}

static struct verify_options options_of(struct newsroom *newsroom)
{
    return (struct verify_options){.folder = newsroom->room.folder,
                                   .conf = newsroom->conf,
                                   .timezone = newsroom->room.options.timezone,
                                   .clock = newsroom->room.clock,
                                   .tell = take_finding,
                                   .done = take_done,
                                   .context = newsroom};
}

static struct verify_totals look(struct newsroom *newsroom)
{
    struct verify_options options = options_of(newsroom);
    struct verify_totals totals;

    newsroom->found.len = 0;
    assert_ok(verify_newsroom(&options, &totals));
    return totals;
}

static void repair(struct newsroom *newsroom)
{
    struct verify_options options = options_of(newsroom);

    newsroom->done.len = 0;
    assert_ok(verify_repair(&options));
    room_open(&newsroom->room);
    write_archive(newsroom);
    store_close(newsroom->room.store);
    newsroom->room.store = NULL;
}

static bool is_done(struct newsroom *newsroom, const char *words)
{
    for (size_t i = 0; i < newsroom->done.len; i++)
        if (span_has(newsroom->done.at[i], words))
            return true;
    return false;
}

/* --- what may be wrong --- */

static void remove_it(struct newsroom *newsroom, span path)
{
    assert_int_equal(unlink(full(newsroom, path).at), 0);
}

static void edit_it(struct newsroom *newsroom, span path)
{
    write_file(newsroom, path, S("mine now\n"));
}

static void make_it_a_folder(struct newsroom *newsroom, span path)
{
    remove_it(newsroom, path);
    assert_int_equal(mkdir(full(newsroom, path).at, 0777), 0);
}

static void make_it_a_link(struct newsroom *newsroom, span path)
{
    remove_it(newsroom, path);
    assert_int_equal(symlink("/etc/hostname", full(newsroom, path).at), 0);
}

static void make_it_a_pipe(struct newsroom *newsroom, span path)
{
    remove_it(newsroom, path);
    assert_int_equal(mkfifo(full(newsroom, path).at, 0666), 0);
}

enum which { ARTICLE, MONTH, SOURCE, NEWSROOM, NOTES };

static span path_of(const struct newsroom *newsroom, enum which which)
{
    bool is_dated = newsroom->conf->archive.layout == LAYOUT_DATED;

    switch (which) {
    case ARTICLE:
        return newsroom->article;
    case MONTH:
        return newsroom->month;
    case SOURCE:
        return is_dated ? S("voa/README.md") : S("lists/voa.md");
    case NEWSROOM:
        return S("README.md");
    case NOTES:
        break;
    }
    return S("notes.txt");
}

static const struct accident {
    const char *name;
    enum which which;
    void (*happens)(struct newsroom *newsroom, span path);
    enum finding_kind kind;
    bool is_set_aside;
} accidents[] = {
    {"an article is gone", ARTICLE, remove_it, FOUND_FILE_MISSING, false},
    {"an article is edited", ARTICLE, edit_it, FOUND_FILE_DIFFERS, true},
    {"a folder has an article's name", ARTICLE, make_it_a_folder, FOUND_FILE_IN_THE_WAY, true},
    {"a link has an article's name", ARTICLE, make_it_a_link, FOUND_FILE_IN_THE_WAY, true},
    {"a pipe has an article's name", ARTICLE, make_it_a_pipe, FOUND_FILE_IN_THE_WAY, true},
    {"a month's README is gone", MONTH, remove_it, FOUND_PAGE_MISSING, false},
    {"a month's README is edited", MONTH, edit_it, FOUND_PAGE_DIFFERS, true},
    {"a source's page is gone", SOURCE, remove_it, FOUND_PAGE_MISSING, false},
    {"a source's page is edited", SOURCE, edit_it, FOUND_PAGE_DIFFERS, true},
    {"a link has the name of a source's page", SOURCE, make_it_a_link, FOUND_PAGE_DIFFERS, true},
    {"the newsroom's README is edited", NEWSROOM, edit_it, FOUND_PAGE_DIFFERS, true},
    {"a folder has the README's name", NEWSROOM, make_it_a_folder, FOUND_PAGE_DIFFERS, true},
    {"somebody has notes there", NOTES, edit_it, FOUND_FILE_FOREIGN, false},
};

static void check_accident(const struct accident *accident, const char *layout)
{
    struct newsroom newsroom = {0};
    span path;

    make(&newsroom, layout);
    path = path_of(&newsroom, accident->which);
    if (!path.len) { /* no such page in this layout */
        destroy(&newsroom);
        return;
    }
    assert_int_equal(look(&newsroom).wrong_count, 0);
    accident->happens(&newsroom, path);
    look(&newsroom);
    if (newsroom.found.len != 1 || newsroom.found.at[0].kind != accident->kind)
        fail_msg("%s, %s: %zu findings, the first is %s", layout, accident->name, newsroom.found.len,
                 newsroom.found.len ? finding_words[newsroom.found.at[0].kind].name : "none");
    assert_span_equal(newsroom.found.at[0].where,
                      arena_printf(newsroom.room.arena, "archive/%.*s", SPAN_ARG(path)).at);
    repair(&newsroom);
    assert_int_equal(is_done(&newsroom, "set aside as set-aside/2024"), accident->is_set_aside);
    if (look(&newsroom).wrong_count)
        fail_msg("%s, %s: it is not mended", layout, accident->name);
    destroy(&newsroom);
}

static void each_accident_is_named_and_mended(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(accidents); i++) {
        check_accident(&accidents[i], "dated");
        check_accident(&accidents[i], "duty-machine");
    }
}

/* --- how it is told --- */

static void a_difference_is_told_by_its_first_line(void **state)
{
    static const struct {
        const char *wanted, *found, *what;
    } cases[] = {
        {"a\nb\n", "a\nc\n", "line 2 is \"c\" and should be \"b\""},
        {"a\nb\n", "a\n", "line 2 is \"\" and should be \"b\""},
        {"", "more", "line 1 is \"more\" and should be \"\""},
        {"x\n", /* cut between characters */
         "大桥大桥大桥大桥大桥大桥大桥大桥大桥大桥大桥\n",
         "line 1 is \"大桥大桥大桥大桥大桥大桥大桥大桥大桥大桥...\" and should be \"x\""},
    };
    struct newsroom newsroom = {0};
    struct verify_options options;
    struct verify_totals totals;
    struct verifying verifying = {0};

    (void)state;
    make(&newsroom, "dated");
    options = options_of(&newsroom);
    assert_ok(verify_begin(&verifying, &options, &totals));
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        enum outcome outcome;
        span what;
        write_file(&newsroom, S("x"), span_of(cases[i].found));
        assert_ok(verify_compare(&verifying, newsroom.room.arena, S("x"), span_of(cases[i].wanted), &outcome,
                                 &what));
        assert_int_equal(outcome, FILE_DIFFERS);
        assert_span_equal(what, cases[i].what);
    }
    verify_end(&verifying);
    destroy(&newsroom);
}

static void each_kind_of_finding_has_its_words(void **state)
{
    (void)state;
    for (int kind = 0; kind < FINDING_KINDS; kind++) {
        const struct finding_words *words = &finding_words[kind];
        assert_non_null(words->name);
        assert_non_null(words->meaning);
        assert_non_null(words->remedy);
        assert_int_equal(strspn(words->name, "abcdefghijklmnopqrstuvwxyz-"), strlen(words->name));
        for (int other = 0; other < kind; other++)
            assert_string_not_equal(finding_words[other].name, words->name);
    }
}

/* --- who is asked --- */

static void while_another_process_writes_pages_are_left_out(void **state)
{
    struct newsroom newsroom = {0};
    OPEN(file_lock) lock = NULL;
    struct verify_options options;
    struct verify_totals totals;

    (void)state;
    make(&newsroom, "dated");
    edit_it(&newsroom, S("README.md"));
    remove_it(&newsroom, newsroom.article);
    assert_ok(file_lock_open(arena_printf(newsroom.room.arena, "%s/courant.lock", newsroom.room.folder).at,
                             false, &lock));
    totals = look(&newsroom);
    assert_true(totals.is_moving);
    assert_int_equal(newsroom.found.len, 1);
    assert_int_equal(newsroom.found.at[0].kind, FOUND_FILE_MISSING);
    options = options_of(&newsroom);
    assert_fails(verify_repair(&options), ERROR_LOCKED);
    destroy(&newsroom);
}

static bool yes(void *context)
{
    (void)context;
    return true;
}

static void a_look_can_be_stopped(void **state)
{
    struct newsroom newsroom = {0};
    struct verify_options options;
    struct verify_totals totals;

    (void)state;
    make(&newsroom, "dated");
    options = options_of(&newsroom);
    options.is_cancelled = yes;
    assert_fails(verify_newsroom(&options, &totals), ERROR_CANCELLED);
    assert_fails(verify_repair(&options), ERROR_CANCELLED);
    destroy(&newsroom);
}

static void articles_that_the_archive_is_owed_are_no_fault(void **state)
{
    struct newsroom newsroom = {0};

    (void)state;
    make(&newsroom, "dated");
    room_open(&newsroom.room);
    assert_ok(store_archive_owe_all(newsroom.room.store));
    store_close(newsroom.room.store);
    newsroom.room.store = NULL;
    edit_it(&newsroom, S("README.md"));
    remove_it(&newsroom, newsroom.article);
    assert_int_equal(look(&newsroom).owed_count, STORIES);
    assert_int_equal(newsroom.found.len, 0);
    destroy(&newsroom);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_accident_is_named_and_mended),
        cmocka_unit_test(a_difference_is_told_by_its_first_line),
        cmocka_unit_test(each_kind_of_finding_has_its_words),
        cmocka_unit_test(while_another_process_writes_pages_are_left_out),
        cmocka_unit_test(a_look_can_be_stopped),
        cmocka_unit_test(articles_that_the_archive_is_owed_are_no_fault),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
