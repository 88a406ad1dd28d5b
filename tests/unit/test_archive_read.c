/* SPDX-License-Identifier: MIT
 * test_archive_read.c - articles' files read back: ours, and each older form
 */
#include "archive/archive.h"
#include "core/file.h"
#include "tests/lib/shared.h"
#include "tests/unit/unit.h"
#include "text/utf8.h"
#include <dirent.h>

static struct archive_reading read_file(struct arena *arena, const char *path, const char *bytes)
{
    struct archive_reading reading;

    assert_ok(archive_read(arena, span_of(path), span_of(bytes), &reading));
    return reading;
}

static void duty_machine_form_is_read(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct archive_reading reading =
        read_file(arena, "articles/voa/1011194.md",
                  "<!--1731033543000-->\n[A title](https://a.example/1)\n------\n\n<p>body</p>\n");

    (void)state;
    assert_int_equal(reading.form, FORM_DUTY_MACHINE);
    assert_true(reading.is_exact);
    assert_span_equal(reading.article.source_id, "voa");
    assert_int_equal(reading.article.number, 1011194);
    assert_span_equal(reading.article.file_name, "");
    assert_int_equal(reading.article.published_at, 1731033543000);
    assert_span_equal(reading.article.item.raw_title, "A title");
    assert_span_equal(reading.article.item.link, "https://a.example/1");
    assert_span_equal(reading.article.item.raw_body, "<p>body</p>");
}

/* What follows the stamp of a file whose body is "x": the title and link read, and whether we would write it
 * so. */
static void titles_and_links_are_told_apart(void **state)
{
    static const struct {
        const char *head, *title, *link;
        bool is_exact;
    } cases[] = {
        {"[t](https://a.example/)", "t", "https://a.example/", true},
        {"[t]()", "t", "", true},
        {"[]()", "", "", true},
        {"[[video] t](https://a.example/)", "[video] t", "https://a.example/", true},
        {"[a \\] b](https://a.example/)", "a ] b", "https://a.example/", true},
        {"[a \\\\](https://a.example/)", "a \\", "https://a.example/", true},
        {"[[x]\\(y)](https://a.example/)", "[x](y)", "https://a.example/", true},
        {"[t](https://a.example/a](b)c)", "t", "https://a.example/a](b)c", true},
        {"[two\nlines](https://a.example/)", "two\nlines", "https://a.example/", true},
        {"[dashes)\n------\n](https://a.example/)", "dashes)\n------\n", "https://a.example/", false},
        /* as the makers of the format wrote them: nothing escaped */
        {"[[x](y)](https://a.example/)", "[x](y)", "https://a.example/", false},
        {"[see [x](http://b.example/) now](https://a.example/)", "see [x](http://b.example/) now",
         "https://a.example/", false},
        {"[lonely ](https://a.example/)", "lonely ", "https://a.example/", false},
        {"[a ] b](https://a.example/)", "a ] b", "https://a.example/", false},
        {"[`x`](https://a.example/)", "`x`", "https://a.example/", false},
        {"[a\\_b](https://a.example/)", "a\\_b", "https://a.example/", false},
        {"[t](https://a.example/a)b)", "t", "https://a.example/a)b", false},
        {"[ t\n\n](https://a.example/)", " t\n\n", "https://a.example/", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        struct archive_reading reading = read_file(
            arena, "articles/a/1.md", arena_printf(arena, "<!--1-->\n%s\n------\n\nx\n", cases[i].head).at);
        assert_int_equal(reading.form, FORM_DUTY_MACHINE);
        assert_span_equal(reading.article.item.raw_title, cases[i].title);
        assert_span_equal(reading.article.item.link, cases[i].link);
        assert_span_equal(reading.article.item.raw_body, "x");
        if (reading.is_exact != cases[i].is_exact)
            fail_msg("%s is %sexact", cases[i].head, reading.is_exact ? "" : "not ");
    }
}

static void names_of_2020_are_kept(void **state)
{
    static const struct {
        const char *path, *source, *file_name, *title;
        int64_t number;
    } cases[] = {
        {"articles/voa/1047440_A title.md", "voa", "1047440_A title.md", "A title", 1047440},
        {"articles/1047440_A title.md", "", "1047440_A title.md", "A title", 1047440},
        {"articles/cdt/0.md", "cdt", "0.md", "0.md", 0},
        {"articles/cdt/007.md", "cdt", "007.md", "007.md", 7},
        {"articles/rfi/999999.md", "rfi", "", "999999.md", 999999},
        {"articles/x/note.md", "x", "note.md", "note", 0},
        {"articles/x/99999999999999999999.md", "x", "99999999999999999999.md", "99999999999999999999.md", 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWN(arena) arena = arena_new(1 * MiB);
        struct archive_reading reading = read_file(arena, cases[i].path, "no head at all\n");
        assert_int_equal(reading.form, FORM_OTHER);
        assert_span_equal(reading.article.source_id, cases[i].source);
        assert_span_equal(reading.article.file_name, cases[i].file_name);
        assert_int_equal(reading.article.number, cases[i].number);
    }
}

static void the_oldest_form_has_its_date_below_the_title(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct archive_reading reading =
        read_file(arena, "articles/399597_x.md",
                  "[t](https://a.example/1)\n------\n日期：Thu, 02 Jul 2020 17:35:59 +0000\n\n<p>b</p>\n");

    (void)state;
    assert_int_equal(reading.form, FORM_OLD_CDT);
    assert_false(reading.is_exact);
    assert_int_equal(reading.article.published_at, 1593711359000);
    assert_span_equal(reading.article.item.raw_title, "t");
    assert_span_equal(reading.article.item.raw_body, "<p>b</p>");
}

static void jekyll_form_has_front_matter_above_the_head(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct archive_reading reading = read_file(
        arena, "_posts/2020-09-23-t.md",
        "---\nlayout: post\ntitle: \"a \\\"t\\\"\"\ndate: 2020-09-23T21:40:00.000Z\nauthor: Somebody\n"
        "from: https://a.example/1\ntags: [ Site ]\ncategories: [ news, Site ]\n---\n"
        "<!--1600897200000-->\n[a \"t\"](https://a.example/1)\n------\n\n<div>\n<p>b</p>\n</div>\n");

    (void)state;
    assert_int_equal(reading.form, FORM_JEKYLL);
    assert_int_equal(reading.article.published_at, 1600897200000);
    assert_span_equal(reading.article.source_name, "Site");
    assert_span_equal(reading.article.item.raw_title, "a \"t\"");
    assert_int_equal(reading.article.item.author_count, 1);
    assert_span_equal(reading.article.item.authors[0].name, "Somebody");
    assert_span_equal(reading.article.item.raw_body, "<p>b</p>");
}

static void jekyll_form_may_have_no_head(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct archive_reading reading =
        read_file(arena, "_posts/2020-05-07-t.md",
                  "---\ntitle: 't'\ndate: 2020-05-07T05:38:09+01:00\nfrom: https://a.example/1\n"
                  "categories:\n- Site\n---\n\n<article>\n<p>b</p></article>\n");

    (void)state;
    assert_int_equal(reading.form, FORM_JEKYLL);
    assert_int_equal(reading.article.published_at, 1588826289000);
    assert_span_equal(reading.article.source_name, "Site");
    assert_span_equal(reading.article.item.raw_title, "t");
    assert_span_equal(reading.article.item.link, "https://a.example/1");
    assert_span_equal(reading.article.item.raw_body, "<article>\n<p>b</p></article>");
}

static void what_the_dated_layout_writes_is_read_back(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    LOCAL(buf) file = {0};
    struct author authors[] = {{.name = S("A, \"B\" C")}, {.name = S("[D]")}};
    struct article article = {
        .id = 0xfedcba9876543210,
        .source_id = S("voa"),
        .revision = 12,
        .published_at = 1731033543007,
        .modified_at = 1731033544000,
        .fetched_at = 1731033545000,
        .item = {.title = S("a\n---\nb: \"c\" \\ \u2028 '#"),
                 .link = S("https://a.example/1"),
                 .language = S("zh"),
                 .image = S("https://a.example/1.jpg"),
                 .html = S("<p>b</p>"),
                 .authors = authors,
                 .author_count = ARRAY_SIZE(authors)},
    };
    struct archive_reading reading;

    (void)state;
    assert_ok(archive_render(LAYOUT_DATED, &article, &file));
    assert_ok(archive_read(arena, S("voa/2024/11/08-a.md"), buf_span(&file), &reading));
    assert_int_equal(reading.form, FORM_DATED);
    assert_true(reading.article.id == article.id);
    assert_int_equal(reading.article.revision, 12);
    assert_span_equal(reading.article.source_id, "voa");
    assert_span_equal(reading.article.path, "voa/2024/11/08-a.md");
    assert_int_equal(reading.article.published_at, article.published_at);
    assert_int_equal(reading.article.modified_at, article.modified_at);
    assert_int_equal(reading.article.fetched_at, article.fetched_at);
    assert_true(span_equal(reading.article.item.title, article.item.title));
    assert_span_equal(reading.article.item.language, "zh");
    assert_span_equal(reading.article.item.image, "https://a.example/1.jpg");
    assert_int_equal(reading.article.item.author_count, 2);
    assert_span_equal(reading.article.item.authors[0].name, "A, \"B\" C");
    assert_span_equal(reading.article.item.authors[1].name, "[D]");
    assert_true(reading.markdown.len > 0);
}

static void whatever_the_item_its_file_reads_back_exactly(void **state)
{
    static const char *const pieces[] = {"[",  "]",  "(",  ")", "\\",         "`",  "<",    "<b>", "!", "\n",
                                         "\t", "](", "[a", "-", "\n------\n", "中", "&lt;", "\"",  " ", "x"};
    unsigned random = 1;

    (void)state;
    for (size_t round = 0; round < 20000; round++) {
        OWN(arena) arena = arena_new(1 * MiB);
        LOCAL(buf) title = {.max = 1 * KiB};
        LOCAL(buf) link = {.max = 1 * KiB};
        LOCAL(buf) file = {0};
        struct article article = {.source_id = S("a"), .number = 7, .published_at = (int64_t)round - 100};
        struct archive_reading reading;
        buf_add(&link, S("https://a.example/"));
        for (size_t i = 0; i < round % 12; i++) {
            random = random * 1103515245 + 12345;
            buf_add_text(&title, pieces[(random >> 16) % ARRAY_SIZE(pieces)]);
            buf_add_char(&link, "()[]!x"[(random >> 8) % 6]);
        }
        article.item.raw_title = buf_span(&title);
        article.item.link = buf_span(&link);
        article.item.raw_body = S("<p>)\n------\n\nb</p>");
        assert_ok(archive_render(LAYOUT_DUTY_MACHINE, &article, &file));
        assert_ok(archive_read(arena, S("articles/a/7.md"), buf_span(&file), &reading));
        if (!reading.is_exact || reading.form != FORM_DUTY_MACHINE)
            fail_msg("not read back: %.*s", SPAN_ARG(buf_span(&file)));
    }
}

struct tally {
    size_t files, forms[FORM_OTHER + 1];
};

/* Whatever has the form of today is written anew with the same bytes. (Some of 2020 have white space around
 * their title: that was the form of then.) */
static void tally_file(const char *path, const char *relative, struct tally *tally)
{
    OWN(arena) arena = arena_new(16 * MiB);
    struct archive_reading reading;
    span bytes;

    assert_ok(file_read(path, 4 * MiB, arena, &bytes));
    assert_ok(archive_read(arena, span_of(relative), bytes, &reading));
    tally->files++;
    tally->forms[reading.form]++;
    if (reading.form == FORM_DUTY_MACHINE && !reading.is_exact) {
        span title = reading.article.item.raw_title;
        if (span_equal(title, js_trim(title)))
            fail_msg("%s is not written anew as it was", relative);
    }
    if (reading.form != FORM_OTHER)
        assert_true(reading.article.item.raw_title.len > 0 && reading.article.item.link.len > 0);
}

static void tally_folder(const char *root, const char *relative, struct tally *tally)
{
    OWN(arena) arena = arena_new(16 * MiB);
    DIR *folder = opendir(arena_printf(arena, "%s/%s", root, relative).at);
    struct dirent *entry;

    assert_non_null(folder);
    while ((entry = readdir(folder))) {
        span below = arena_printf(arena, "%s/%s", relative, entry->d_name);
        if (*entry->d_name == '.')
            continue;
        if (entry->d_type == DT_DIR)
            tally_folder(root, below.at, tally);
        else
            tally_file(arena_printf(arena, "%s/%s", root, below.at).at, below.at, tally);
    }
    closedir(folder);
}

static struct tally tally_shared(const char *relative, const char *below)
{
    const char *root = shared_path(relative);
    struct tally tally = {0};

    if (!root)
        skip(); /* before anything is made: it does not come back to free it */
    OWN(arena) arena = arena_new(64 * KiB);
    tally_folder(arena_string(arena, span_of(root)), below, &tally);
    return tally;
}

static void articles_of_the_lineage_keep_their_bytes(void **state)
{
    struct tally tally = tally_shared("corpus/duty-machine-news", "articles");

    (void)state;
    assert_true(tally.forms[FORM_DUTY_MACHINE] > 50);
    assert_int_equal(tally.forms[FORM_DUTY_MACHINE] + tally.forms[FORM_OLD_CDT], tally.files);
    tally = tally_shared("corpus/seed", ".");
    assert_int_equal(tally.forms[FORM_DUTY_MACHINE], tally.files);
}

static void articles_of_the_relatives_are_recognised(void **state)
{
    struct tally tally = tally_shared("corpus/family", ".");

    (void)state;
    assert_true(tally.forms[FORM_JEKYLL] > 10 && tally.forms[FORM_OLD_CDT] > 0);
    assert_true(tally.forms[FORM_OTHER] <= 1); /* a README */
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(duty_machine_form_is_read),
        cmocka_unit_test(titles_and_links_are_told_apart),
        cmocka_unit_test(names_of_2020_are_kept),
        cmocka_unit_test(the_oldest_form_has_its_date_below_the_title),
        cmocka_unit_test(jekyll_form_has_front_matter_above_the_head),
        cmocka_unit_test(jekyll_form_may_have_no_head),
        cmocka_unit_test(what_the_dated_layout_writes_is_read_back),
        cmocka_unit_test(whatever_the_item_its_file_reads_back_exactly),
        cmocka_unit_test(articles_of_the_lineage_keep_their_bytes),
        cmocka_unit_test(articles_of_the_relatives_are_recognised),
    };

    return cmocka_run_group_tests_name("archive_read", tests, NULL, NULL);
}
