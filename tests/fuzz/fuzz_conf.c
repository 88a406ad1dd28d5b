/* SPDX-License-Identifier: MIT
 * fuzz_conf.c - any bytes as courant.conf: read, refused with a line number, or edited and read again
 */
#include "conf/conf.h"
#include "text/utf8.h"
#include <stdlib.h>

static void check(bool is_kept) /* a promise of conf.h */
{
    if (!is_kept)
        abort();
}

static void check_errors(const struct error *error)
{
    for (; error; error = error->cause) {
        check(error->kind == ERROR_USAGE || error->kind == ERROR_LIMIT);
        check(*error->message != '\0' && !strchr(error->message, '\n'));
    }
}

static void check_conf(const struct conf *conf)
{
    for (size_t i = 0; i < conf->source_count; i++) {
        const struct conf_source *source = &conf->sources[i];
        check(conf_id_is_valid(source->id) && source->name.len);
        check(conf_find_source(conf, source->id) == source);
        check(source->feed.len || source->page.len);
        check(source->fetch.interval >= source->fetch.min_interval);
        check(source->fetch.max_interval >= source->fetch.min_interval);
        check(source->fetch.port_count > 0 && source->fetch.per_host > 0 && source->fetch.max_size > 0);
    }
}

/* A name of the input's own choosing, set and read back: the same bytes, or refused. */
static void check_edit(span text, const struct conf *conf, span name)
{
    OWN(arena) arena = arena_new(64 * MiB);
    span id = conf->sources[0].id, edited = {0};
    struct conf_setting setting = {S("name"), name};
    struct conf *after;
    OWN(error) error = conf_edit_source(arena, text, id, &setting, 1, &edited);
    OWN(error) again = error ? OK : conf_parse(arena, edited, "edited", &after);

    check_errors(error);
    check_errors(again);
    if (error)
        return;
    check(!again && after->source_count == conf->source_count);
    check(span_equal(conf_find_source(after, id)->name, name.len ? name : id));
    error_free(conf_remove_source(arena, edited, id, &edited));
    check(!conf_group(arena, edited, id).at);
}

/* Several settings at once, one of them twice, one taken out: what was set is what is read. */
static void check_settings(span text, const struct conf *conf, span key)
{
    OWN(arena) arena = arena_new(64 * MiB);
    span id = conf->sources[0].id, edited = {0};
    struct conf_setting settings[] = {
        {S("header"), S("A: 1")}, {S("header"), S("B: 2")}, {S("name"), {0}}, {key, S("1h")}};
    size_t count = ARRAY_SIZE(settings) - (key.len == 0);
    struct conf *after;
    OWN(error) error = conf_edit_source(arena, text, id, settings, count, &edited);

    check_errors(error);
    if (error)
        return;
    check(!conf_parse(arena, edited, "edited", &after));
    check(conf_find_source(after, id)->fetch.header_count == 2);
    check(span_equal(conf_find_source(after, id)->name, id));
}

/* A source added is the last one, and taken out again leaves the others as they were. */
static void check_addition(span text, const struct conf *conf, span id)
{
    OWN(arena) arena = arena_new(64 * MiB);
    struct conf_setting setting = {S("feed"), S("https://added.example/")};
    span edited = {0};
    struct conf *after;
    OWN(error) error = conf_add_source(arena, text, id, &setting, 1, &edited);

    check_errors(error);
    check(!error || !conf_id_is_valid(id) || conf_find_source(conf, id));
    if (error)
        return;
    check(!conf_parse(arena, edited, "edited", &after) && after->source_count == conf->source_count + 1);
    check(span_equal(after->sources[conf->source_count].id, id));
    check(!conf_remove_source(arena, edited, id, &edited));
    check(!conf_parse(arena, edited, "edited", &after) && after->source_count == conf->source_count);
}

/* Whatever a newsroom is called, what `init` writes can be read. */
static void check_default(span title)
{
    OWN(arena) arena = arena_new(64 * MiB);
    LOCAL(buf) text = {.max = 1 * MiB};
    struct conf *conf;

    conf_write_default(&text, title);
    OWN(error) error = conf_parse(arena, buf_span(&text), "default", &conf);
    check(!error || !utf8_is_valid(title));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena) arena = arena_new(64 * MiB);
    span text = {(const char *)data, size}, some = span_sub(text, size / 2, 40), rest = some, word = {0};
    struct conf *conf = NULL;
    OWN(error) error = conf_parse(arena, text, "input", &conf);

    check_errors(error);
    check_default(some);
    if (error)
        return 0;
    check_conf(conf);
    span_cut_word(&rest, &word);
    if (span_is(word, "name") || span_is(word, "header"))
        word = (span){0}; /* those are set in any case */
    check_addition(text, conf, word);
    check_addition(text, conf, S("added"));
    if (conf->source_count == 0)
        return 0;
    check_edit(text, conf, some);
    check_settings(text, conf, word);
    check_settings(text, conf, (span){0});
    return 0;
}
