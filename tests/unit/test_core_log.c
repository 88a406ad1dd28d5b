/* SPDX-License-Identifier: MIT
 * test_core_log.c - one line each, that nothing from outside can forge
 */
#include "core/log.h"
#include "unit.h"
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

enum { LARGEST_LOG = 8 * 1024 * 1024 };

/* What is written to standard error until it is put back goes to a file without name. */
struct capture {
    int standard_error;
    FILE *file;
};

static struct capture capture_begin(void)
{
    struct capture capture = {dup(STDERR_FILENO), tmpfile()};

    assert_non_null(capture.file);
    dup2(fileno(capture.file), STDERR_FILENO);
    return capture;
}

static span capture_end(struct capture *capture, struct arena *arena)
{
    char *text = arena_alloc(arena, LARGEST_LOG);
    size_t len;

    dup2(capture->standard_error, STDERR_FILENO);
    close(capture->standard_error);
    rewind(capture->file);
    len = fread(text, 1, LARGEST_LOG, capture->file);
    fclose(capture->file);
    return (span){text, len};
}

static span line_of(struct arena *arena, enum log_format format, const char *subject, const char *message)
{
    OWN(clock) clock = clock_fixed(1573151109042);
    OWN(log) log = log_new(clock, LOG_PLAIN, LOG_INFO);
    struct capture capture = capture_begin();

    log_set_format(log, format);
    log_line(log, LOG_WARNING, subject, "%s", message);
    return capture_end(&capture, arena);
}

static void a_line_is_plain_logfmt_or_json(void **state)
{
    OWN(arena) arena = arena_new(SIZE_MAX);

    (void)state;
    assert_span_equal(line_of(arena, LOG_PLAIN, "voa", "feed is empty"), "courant: voa: feed is empty\n");
    assert_span_equal(line_of(arena, LOG_PLAIN, NULL, "feed is empty"), "courant: feed is empty\n");
    assert_span_equal(line_of(arena, LOG_LOGFMT, "voa", "feed is empty"),
                      "time=2019-11-07T18:25:09.042Z level=warning about=\"voa\" msg=\"feed is empty\"\n");
    assert_span_equal(line_of(arena, LOG_LOGFMT, NULL, "feed is empty"),
                      "time=2019-11-07T18:25:09.042Z level=warning msg=\"feed is empty\"\n");
    assert_span_equal(line_of(arena, LOG_JSON, "voa", "feed is empty"),
                      "{\"time\":\"2019-11-07T18:25:09.042Z\",\"level\":\"warning\",\"about\":\"voa\","
                      "\"msg\":\"feed is empty\"}\n");
}

static void a_value_cannot_forge_another_field_or_line(void **state)
{
    static const char hostile[] = "x\n\" level=error msg=\"y\\\" \x1b[2J";
    OWN(arena) arena = arena_new(SIZE_MAX);

    (void)state;
    assert_span_equal(line_of(arena, LOG_PLAIN, "a\rb", hostile),
                      "courant: a\\x0db: x\\x0a\" level=error msg=\"y\\\" \\x1b[2J\n");
    assert_span_equal(line_of(arena, LOG_LOGFMT, NULL, hostile),
                      "time=2019-11-07T18:25:09.042Z level=warning "
                      "msg=\"x\\\\x0a\\\" level=error msg=\\\"y\\\\\\\" \\\\x1b[2J\"\n");
    assert_span_equal(line_of(arena, LOG_JSON, NULL, hostile),
                      "{\"time\":\"2019-11-07T18:25:09.042Z\",\"level\":\"warning\","
                      "\"msg\":\"x\\\\x0a\\\" level=error msg=\\\"y\\\\\\\" \\\\x1b[2J\"}\n");
}

static void what_could_drive_a_terminal_is_escaped(void **state)
{
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"plain 港é😀", "plain 港é😀"},
        {"\t\n\r\x1b\x7f", "\\x09\\x0a\\x0d\\x1b\\x7f"},
        {"\xc2\x9b[2J", "\\xc2\\x9b[2J"},                     /* a C1 control */
        {"a\u202eb\u2069c\u061c\u200fd\u2010", "abcd\u2010"}, /* controls of direction */
        {"\xff\xc0\x80", "\\xff\\xc0\\x80"},                  /* no UTF-8 */
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},                  /* a surrogate */
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},         /* past Unicode's end */
        {"\xe6\xb8", "\\xe6\\xb8"},                           /* cut */
        {"\xe0\xa0\x80\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", "\xe0\xa0\x80\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        LOCAL(buf) got = {.max = 1 * KiB};
        log_escape(&got, span_of(cases[i].text));
        assert_span_equal(buf_span(&got), cases[i].wanted);
    }
}

static void lines_below_the_level_are_left_out(void **state)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    OWN(clock) clock = clock_fixed(0);
    OWN(log) log = log_new(clock, LOG_PLAIN, LOG_WARNING);
    OWN(error) error = error_new(ERROR_IO, "disk is full");
    struct capture capture = capture_begin();

    (void)state;
    log_info(log, NULL, "%s", "not said");
    log_warn(log, NULL, "%s", "said");
    log_failure(log, "voa", error);
    log_warn(NULL, NULL, "%s", "nobody listens");
    assert_span_equal(capture_end(&capture, arena), "courant: said\ncourant: voa: disk is full\n");
}

static void draw(void *context)
{
    if (write(STDERR_FILENO, context, strlen(context)) < 0)
        abort();
}

static void a_line_takes_the_bar_away_and_draws_it_again(void **state)
{
    static char bar[] = "[###   ]";
    OWN(arena) arena = arena_new(SIZE_MAX);
    OWN(clock) clock = clock_fixed(0);
    OWN(log) log = log_new(clock, LOG_PLAIN, LOG_INFO);
    struct capture capture = capture_begin();

    (void)state;
    log_set_status(log, draw, bar);
    log_info(log, NULL, "%s", "voa: 3 new");
    log_set_status(log, NULL, NULL);
    log_info(log, NULL, "%s", "done");
    assert_span_equal(capture_end(&capture, arena), "\r\033[Kvoa: 3 new\n[###   ]done\n");
}

static void *write_lines(void *log)
{
    for (int i = 0; i < 500; i++)
        log_info(log, "thread", "%060d", i);
    return NULL;
}

static void lines_of_many_threads_do_not_mix(void **state)
{
    OWN(arena) arena = arena_new(SIZE_MAX);
    OWN(clock) clock = clock_fixed(0);
    OWN(log) log = log_new(clock, LOG_PLAIN, LOG_INFO);
    struct capture capture = capture_begin();
    pthread_t threads[4];
    span text, line;
    int lines = 0;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
        pthread_create(&threads[i], NULL, write_lines, log);
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
        pthread_join(threads[i], NULL);
    text = capture_end(&capture, arena);
    for (; span_cut(&text, '\n', &line); lines++)
        assert_int_equal(line.len, strlen("thread: ") + 60);
    assert_int_equal(lines, 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_plain_logfmt_or_json),
        cmocka_unit_test(a_value_cannot_forge_another_field_or_line),
        cmocka_unit_test(what_could_drive_a_terminal_is_escaped),
        cmocka_unit_test(lines_below_the_level_are_left_out),
        cmocka_unit_test(a_line_takes_the_bar_away_and_draws_it_again),
        cmocka_unit_test(lines_of_many_threads_do_not_mix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
