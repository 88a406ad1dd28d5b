/* SPDX-License-Identifier: MIT
 * fuzz_conf.c - any bytes as courant.conf: read, refused with a line number, or edited and read again
 */
#include "conf/conf.h"
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena) arena = arena_new(64 * MiB);
    span text = {(const char *)data, size};
    struct conf *conf = NULL;
    OWN(error) error = conf_parse(arena, text, "input", &conf);

    check_errors(error);
    if (error)
        return 0;
    check_conf(conf);
    if (conf->source_count)
        check_edit(text, conf, span_sub(text, size / 2, 40));
    return 0;
}
