/* SPDX-License-Identifier: MIT
 * test_limits.c - the table of limits, and the page that shows it
 */
#include "core/file.h"
#include "limits/limits.h"
#include "tests/unit/unit.h"
#include <inttypes.h>

enum unit { BYTES, COUNT, TIME };

/* A heading of the page (no `what`), or a row. */
static const struct row {
    const char *name, *what, *then;
    int64_t value;
    enum unit unit;
} rows[] = {
#define LIMITS_PART(title)                   {.name = title},
#define LIMIT(name, value, unit, what, then) {#name, what, then, value, unit},
#include "limits/limits.def"
#undef LIMIT
};

static const struct scale {
    int64_t size;
    const char *name;
} sizes[] = {{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}, {1, "bytes"}},
  times[] = {{DAY, "d"}, {HOUR, "h"}, {MINUTE, "min"}, {SECOND, "s"}, {1, "ms"}};

static void write_scaled(struct buf *out, int64_t value, const struct scale *scale)
{
    while (value % scale->size)
        scale++;
    buf_printf(out, "%" PRId64 " %s", value / scale->size, scale->name);
}

/* 1,000,000 */
static void write_count(struct buf *out, int64_t value)
{
    if (value >= 1000)
        write_count(out, value / 1000);
    buf_printf(out, value >= 1000 ? ",%03" PRId64 : "%" PRId64, value % 1000);
}

static void write_row(struct buf *out, const struct row *row)
{
    if (!row->what) {
        buf_printf(out, "\n## %s\n\n| of what | limit | what happens at it |\n| --- | --: | --- |\n",
                   row->name);
        return;
    }
    buf_printf(out, "| %s | ", row->what);
    if (row->unit == COUNT)
        write_count(out, row->value);
    else
        write_scaled(out, row->value, row->unit == BYTES ? sizes : times);
    buf_printf(out, " | %s |\n", row->then);
}

static span page(struct arena *arena)
{
    LOCAL(buf) out = {.max = 1 * MiB};

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        write_row(&out, &rows[i]);
    return arena_keep(arena, buf_span(&out));
}

static void the_page_of_limits_shows_the_table(void **state)
{
    OWN(arena) arena = arena_new(4 * MiB);
    const char *root = getenv("COURANT_ROOT");
    span text, wanted = page(arena);
    bool is_same;
    size_t at;

    (void)state;
    if (!root)
        skip();
    assert_ok(file_read(arena_printf(arena, "%s/docs/limits.md", root).at, 1 * MiB, arena, &text));
    at = span_find(text, S("\n## "));
    assert_true(at != SPAN_NONE);
    is_same = span_equal(span_from(text, at), wanted);
    for (span line; !is_same && span_cut(&wanted, '\n', &line);)
        print_error("%.*s\n", SPAN_ARG(line)); /* what the page should end in */
    assert_true(is_same);
}

static void every_limit_is_one_and_says_what_happens_at_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        if (!rows[i].what)
            continue;
        assert_true(rows[i].value > 0);
        assert_true(*rows[i].what && *rows[i].then);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(rows[i].name, rows[k].name);
    }
}

/* What holds what: a limit that another makes useless is a mistake. */
static void limits_that_lie_within_each_other_do(void **state)
{
    (void)state;
    assert_true(LIMIT_XML_DEPTH < LIMIT_XML_OPEN);
    assert_true(LIMIT_XML_DEPTH < LIMIT_FEED_UNIT_DEPTH);
    assert_true(LIMIT_REDIRECTS <= LIMIT_PICTURE_REDIRECTS);
    assert_true(LIMIT_ROBOTS <= LIMIT_ROBOTS_FETCHED);
    assert_true(LIMIT_FEED_UNIT < LIMIT_FEED_ITEM_ROOM);
    assert_true(LIMIT_FEED_UNIT < LIMIT_JOB_ROOM);
    assert_true(LIMIT_ARTICLE_FORM < LIMIT_STORED_TEXT);
    assert_true(LIMIT_ARTICLE_FILE < LIMIT_COMPARED_FILE);
    assert_true(LIMIT_COMPARED_FILE < LIMIT_TREE_FILE);
    assert_true(LIMIT_XPATH_STEPS < LIMIT_XPATH_ALL_STEPS);
    assert_true(LIMIT_DIFF_EDITS < LIMIT_DIFF_ALL_EDITS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_of_limits_shows_the_table),
        cmocka_unit_test(every_limit_is_one_and_says_what_happens_at_it),
        cmocka_unit_test(limits_that_lie_within_each_other_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
