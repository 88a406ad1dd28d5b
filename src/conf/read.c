/* SPDX-License-Identifier: MIT
 * read.c - the file's lines become struct conf
 *
 * In three walks, since a [source] takes over what [fetch] says, wherever that stands: lines are sorted into
 * sections, then the newsroom's own keys are read, then those of the sources over copies of [fetch]. Mistakes
 * are gathered on the way, and told in the order of their lines.
 */
#include "conf/internal.h"
#include "conf/nearest.h"
#include "core/file.h"
#include "text/utf8.h"
#include <stdlib.h>

enum { MOST_MISTAKES = 50, LONGEST_SHOWN = 100 };
static const size_t largest_file = 16 * MiB;

struct setting {
    const struct key *key;
    span value;
    int line, column; /* in characters, from 1 */
};

struct section { /* one group of the file; an unnamed one that stands several times is one section */
    const struct group *group;
    span name;
    int line;
    VEC(struct setting) settings;
    char *base;       /* the struct that its keys are read into */
    char *fetch_base; /* [source]: its struct conf_fetch */
};

struct mistake {
    int line;
    span text;
};

struct reading {
    struct arena *arena;
    const char *name;
    struct conf *conf;
    struct value_reader values;
    VEC(struct section *) sections;
    struct map by_title; /* "source voa" -> its section */
    VEC(struct mistake) mistakes;
    VEC(span) warnings;
};

static bool is_sated(const struct reading *reading) /* enough mistakes: the rest need not be looked for */
{
    return reading->mistakes.len >= MOST_MISTAKES;
}

static void mistake(struct reading *reading, int line, const char *format, ...) PRINTF(3, 4);
static void mistake(struct reading *reading, int line, const char *format, ...)
{
    LOCAL(buf) text = {.max = 4 * KiB};
    va_list arguments;

    if (is_sated(reading))
        return;
    va_start(arguments, format);
    buf_printf(&text, "%s:%d: ", reading->name, line);
    buf_vprintf(&text, format, arguments);
    va_end(arguments);
    *vec_add(reading->arena, &reading->mistakes) =
        (struct mistake){line, arena_keep(reading->arena, buf_span(&text))};
}

static span shown(span value) /* no more of it than a message bears */
{
    return utf8_cut(value, LONGEST_SHOWN);
}

bool conf_id_is_valid(span id)
{
    for (size_t i = 0; i < id.len; i++)
        if (!(id.at[i] >= 'a' && id.at[i] <= 'z') && !(id.at[i] >= '0' && id.at[i] <= '9') && id.at[i] != '-')
            return false;
    return id.len > 0 && id.len <= 64;
}

/* --- first walk: sections --- */

static bool name_is_valid(const struct group *group, span name)
{
    if (strcmp(group->name, "source") == 0)
        return conf_id_is_valid(name);
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.at[i] <= ' ' || strchr("[]\"#,", name.at[i]))
            return false;
    return name.len > 0 && name.len <= 64 && *name.at != '-';
}

static const struct group *check_group(struct reading *reading, const struct line *line)
{
    const struct group *group = conf_find_group(line->group);
    struct nearest nearest = {.word = line->group};

    if (!group) {
        for (group = conf_groups; group->name; group++)
            nearest_try(&nearest, group->name);
        mistake(reading, line->number, "unknown group [%.*s]; the nearest is [%s]",
                SPAN_ARG(shown(line->group)), nearest.found);
        return NULL;
    }
    if (!group->argument && line->argument.len) {
        mistake(reading, line->number, "group [%s] takes no name", group->name);
        return NULL;
    }
    if (group->argument && !line->argument.len) {
        mistake(reading, line->number, "%s is missing: [%s %s]",
                strcmp(group->name, "source") ? "a name" : "an id", group->name,
                strcmp(group->name, "source") ? "NAME" : "ID");
        return NULL;
    }
    if (group->argument && !name_is_valid(group, line->argument)) {
        mistake(reading, line->number, "[%s %.*s]: %s is made of %s", group->name,
                SPAN_ARG(shown(line->argument)), strcmp(group->name, "source") ? "the name" : "the id",
                strcmp(group->name, "source") ? "at most 64 letters, digits, \"-\", \"_\" and \".\""
                                              : "at most 64 of a-z, 0-9 and \"-\"");
        return NULL;
    }
    return group;
}

/* The section that the lines after this group's head belong to; NULL: they are not looked at. */
static struct section *open_section(struct reading *reading, const struct line *line)
{
    const struct group *group = check_group(reading, line);
    span title;
    void **at;

    if (!group)
        return NULL;
    title = arena_printf(reading->arena, "%s %.*s", group->name, SPAN_ARG(line->argument));
    at = map_at(&reading->by_title, title);
    if (!*at) {
        struct section *section = ARENA_NEW(reading->arena, struct section);
        *section = (struct section){
            .group = group, .name = arena_keep(reading->arena, line->argument), .line = line->number};
        *vec_add(reading->arena, &reading->sections) = *at = section;
    } else if (group->argument) {
        mistake(reading, line->number, "[%.*s] stands in line %d already", SPAN_ARG(title),
                ((struct section *)*at)->line);
        return NULL;
    }
    return *at;
}

static void unknown_key(struct reading *reading, const struct group *group, const struct line *line)
{
    struct nearest nearest = {.word = line->key};

    for (const struct key *key = conf_key_table; key->name; key++) {
        if (conf_key_is_in(key, group->name))
            nearest_try(&nearest, key->name);
        if (span_is(line->key, key->name)) {
            mistake(reading, line->number, "unknown key \"%s\" in [%s]; it belongs in [%s]", key->name,
                    group->name, key->group);
            return;
        }
    }
    mistake(reading, line->number, "unknown key \"%.*s\" in [%s]; the nearest is \"%s\"",
            SPAN_ARG(shown(line->key)), group->name, nearest.found);
}

static const struct setting *find_setting(const struct section *section, const char *key_name)
{
    for (size_t i = 0; i < section->settings.len; i++)
        if (strcmp(section->settings.at[i].key->name, key_name) == 0)
            return &section->settings.at[i];
    return NULL;
}

static void take_setting(struct reading *reading, struct section *section, const struct line *line)
{
    const struct key *key = conf_find_key(section->group->name, line->key);
    const struct setting *before;

    if (!key) {
        unknown_key(reading, section->group, line);
        return;
    }
    before = key->type->is_repeatable || is_sated(reading) ? NULL : find_setting(section, key->name);
    if (before) {
        mistake(reading, line->number, "\"%s\" is set in line %d already", key->name, before->line);
        return;
    }
    *vec_add(reading->arena, &section->settings) = (struct setting){
        key, line->value, line->number, (int)utf8_count(span_between(line->whole.at, line->value.at)) + 1};
    if (key->planned && !(key->works_already && span_is(line->value, key->works_already)))
        *vec_add(reading->arena, &reading->warnings) =
            arena_printf(reading->arena, "%s:%d: %s has no effect: %s", reading->name, line->number,
                         key->name, key->planned);
}

static void sort_lines(struct reading *reading, span text)
{
    struct line_reader lines = {.rest = text};
    struct section *section = NULL;
    bool is_in_group = false;
    struct line line;

    while (!is_sated(reading) && !arena_is_full(reading->arena) && line_next(&lines, &line)) {
        if (line.kind == LINE_MISTAKE) {
            mistake(reading, line.number, "%s", line.mistake);
        } else if (line.kind == LINE_GROUP) {
            section = open_section(reading, &line);
            is_in_group = true;
        } else if (line.kind == LINE_SETTING && section) {
            take_setting(reading, section, &line);
        } else if (line.kind == LINE_SETTING && !is_in_group) {
            mistake(reading, line.number, "key \"%.*s\" stands before any [group]",
                    SPAN_ARG(shown(line.key)));
        }
    }
}

/* --- second and third walk: values --- */

static char *base_of(const struct section *section, const struct key *key)
{
    return strcmp(key->group, "fetch") == 0 ? section->fetch_base : section->base;
}

static void read_setting(struct reading *reading, const struct setting *setting, char *base)
{
    const struct key *key = setting->key;

    reading->values.reason = (span){0};
    if (key->type->read(&reading->values, key, setting->value, base))
        return;
    if (!reading->values.reason.len)
        reading->values.reason = arena_printf(reading->arena, "this is not %s", key->type->wanted);
    mistake(reading, setting->line, "%s = %.*s: %.*s", key->name, SPAN_ARG(shown(setting->value)),
            SPAN_ARG(reading->values.reason));
}

/* Our own words: what they say is right. */
static void read_fallbacks(struct reading *reading, const char *group, char *base)
{
    for (const struct key *key = conf_key_table; key->name; key++)
        if (key->fallback && strcmp(key->group, group) == 0)
            read_setting(reading, &(struct setting){key, span_of(key->fallback), 0, 0}, base);
}

static void read_section(struct reading *reading, const struct section *section)
{
    for (size_t i = 0; i < section->settings.len; i++) {
        const struct setting *setting = &section->settings.at[i];
        char *base = base_of(section, setting->key);
        if (setting->key->type->is_repeatable && find_setting(section, setting->key->name) == setting)
            *(size_t *)(void *)(base + setting->key->count) =
                0; /* its own stand in place of those of [fetch] */
        read_setting(reading, setting, base);
    }
}

/* Raises `*interval` to the floor; where the user set it himself, that is a mistake instead. */
static void hold_floor(struct reading *reading, const struct section *section, const char *key_name,
                       int64_t *interval, int64_t floor)
{
    const struct setting *setting = section ? find_setting(section, key_name) : NULL;

    if (*interval >= floor)
        return;
    *interval = floor;
    for (size_t i = 0; setting && i < reading->mistakes.len; i++)
        if (reading->mistakes.at[i].line == setting->line)
            return; /* it could not be read at all */
    if (!setting && section && find_setting(section, "min_interval") && !reading->mistakes.len)
        *vec_add(reading->arena, &reading->warnings) =
            arena_printf(reading->arena,
                         "%s:%d: min_interval is longer than %s, which is not set and is taken to be as long",
                         reading->name, find_setting(section, "min_interval")->line, key_name);
    if (setting)
        mistake(reading, setting->line, "%s = %.*s: it is shorter than min_interval, which is %.*s", key_name,
                SPAN_ARG(shown(setting->value)), SPAN_ARG(value_write_duration(reading->arena, floor)));
}

static void check_intervals(struct reading *reading, const struct section *section, struct conf_fetch *fetch)
{
    hold_floor(reading, section, "interval", &fetch->interval, fetch->min_interval);
    hold_floor(reading, section, "max_interval", &fetch->max_interval, fetch->min_interval);
}

static size_t count_sections(const struct reading *reading, const char *group)
{
    size_t count = 0;

    for (size_t i = 0; i < reading->sections.len; i++)
        count += strcmp(reading->sections.at[i]->group->name, group) == 0;
    return count;
}

static void make_room(struct reading *reading)
{
    struct conf *conf = reading->conf;

    conf->sources = ARENA_ARRAY(reading->arena, struct conf_source, count_sections(reading, "source"));
    conf->remotes = ARENA_ARRAY(reading->arena, struct conf_remote, count_sections(reading, "remote"));
    conf->rules = ARENA_ARRAY(reading->arena, struct conf_rule, count_sections(reading, "rule"));
}

static void need(struct reading *reading, const struct section *section, const char *key_name, span value)
{
    if (value.len == 0 && !find_setting(section, key_name))
        mistake(reading, section->line, "[%s %.*s] has no %s", section->group->name, SPAN_ARG(section->name),
                key_name);
}

static void read_remote(struct reading *reading, struct section *section)
{
    struct conf_remote *remote = &reading->conf->remotes[reading->conf->remote_count++];

    remote->name = section->name;
    section->base = (char *)remote;
    read_fallbacks(reading, "remote", section->base);
    read_section(reading, section);
    need(reading, section, "url", remote->url);
}

static void read_rule(struct reading *reading, struct section *section)
{
    struct conf_rule *rule = &reading->conf->rules[reading->conf->rule_count++];
    const struct setting *match = find_setting(section, "match");

    rule->match_line = match ? match->line : section->line;
    rule->match_column = match ? match->column : 1;
    rule->name = section->name;
    section->base = (char *)rule;
    read_section(reading, section);
    need(reading, section, "match", rule->match);
    need(reading, section, "do", rule->action);
}

static void read_source(struct reading *reading, struct section *section)
{
    struct conf *conf = reading->conf;
    struct conf_source *source = &conf->sources[conf->source_count++];

    *source = (struct conf_source){.id = section->name, .line = section->line, .fetch = conf->fetch};
    *map_at(&conf->source_by_id, source->id) = source;
    section->base = (char *)source;
    section->fetch_base = (char *)&source->fetch;
    read_fallbacks(reading, "source", section->base);
    read_section(reading, section);
    source->fetch.interval_is_set = find_setting(section, "interval") != NULL;
    check_intervals(reading, section, &source->fetch);
    if (source->name.len == 0)
        source->name = source->id;
    if (source->page.len == 0)
        need(reading, section, "feed", source->feed);
}

/* The rules that sources name are there, wherever they stand. */
static void check_rule_names(struct reading *reading, const struct section *section,
                             const struct conf_source *source)
{
    const struct conf *conf = reading->conf;

    for (size_t i = 0; i < source->rule_count; i++) {
        struct nearest nearest = {.word = source->rules[i]};
        if (map_get(&reading->by_title,
                    arena_printf(reading->arena, "rule %.*s", SPAN_ARG(source->rules[i]))))
            continue;
        for (size_t k = 0; k < conf->rule_count; k++)
            nearest_try(&nearest, arena_string(reading->arena, conf->rules[k].name));
        mistake(reading, find_setting(section, "rules")->line, "there is no [rule %.*s]%s%s",
                SPAN_ARG(shown(source->rules[i])), nearest_is_close(&nearest) ? "; the nearest is " : "",
                nearest_is_close(&nearest) ? nearest.found : "");
    }
}

static void check_sources(struct reading *reading)
{
    for (size_t i = 0, n = 0; i < reading->sections.len; i++)
        if (strcmp(reading->sections.at[i]->group->name, "source") == 0)
            check_rule_names(reading, reading->sections.at[i], &reading->conf->sources[n++]);
}

static void read_newsroom(struct reading *reading)
{
    struct conf *conf = reading->conf;
    struct section *fetch = map_get(&reading->by_title, S("fetch "));

    for (const struct group *group = conf_groups; group->name; group++)
        if (!group->argument)
            read_fallbacks(reading, group->name,
                           strcmp(group->name, "fetch") == 0 ? (char *)&conf->fetch : (char *)conf);
    for (size_t i = 0; i < reading->sections.len; i++) {
        struct section *section = reading->sections.at[i];
        if (section->group->argument)
            continue;
        section->base = (char *)conf;
        section->fetch_base = (char *)&conf->fetch;
        read_section(reading, section);
    }
    check_intervals(reading, fetch, &conf->fetch);
}

static void read_named(struct reading *reading)
{
    static const struct {
        const char *group;
        void (*read)(struct reading *reading, struct section *section);
    } readers[] = {{"remote", read_remote}, {"rule", read_rule}, {"source", read_source}};

    for (size_t i = 0; i < reading->sections.len; i++)
        for (size_t k = 0; k < ARRAY_SIZE(readers); k++)
            if (strcmp(reading->sections.at[i]->group->name, readers[k].group) == 0)
                readers[k].read(reading, reading->sections.at[i]);
}

/* --- mistakes --- */

static int by_line(const void *a, const void *b)
{
    const struct mistake *first = a, *second = b;

    return (first->line > second->line) - (first->line < second->line);
}

/* A chain with a mistake in each link, in the order of their lines. */
static struct error *tell_mistakes(struct reading *reading)
{
    struct error *chain = OK;

    if (reading->mistakes.len == 0)
        return OK;
    if (is_sated(reading))
        chain = error_new(ERROR_USAGE, "%s: there are more mistakes than these", reading->name);
    qsort(reading->mistakes.at, reading->mistakes.len, sizeof *reading->mistakes.at, by_line);
    for (size_t i = reading->mistakes.len; i-- > 0;) {
        span text = reading->mistakes.at[i].text;
        chain = chain ? error_wrap(chain, "%.*s", SPAN_ARG(text))
                      : error_new(ERROR_USAGE, "%.*s", SPAN_ARG(text));
    }
    return chain;
}

static struct error *parse(struct arena *arena, span text, const char *name, const char *folder,
                           struct conf **out_conf)
{
    struct conf *conf = ARENA_NEW(arena, struct conf);
    struct reading reading = {.arena = arena, .name = name, .conf = conf};

    if (text.len > largest_file)
        return error_new(ERROR_USAGE, "%s is larger than %zu MiB", name, largest_file / MiB);
    if (!utf8_is_valid(text))
        return error_new(ERROR_USAGE, "%s is not UTF-8 text", name);
    reading.values = (struct value_reader){.arena = arena, .folder = folder};
    reading.by_title.arena = conf->source_by_id.arena = arena;
    sort_lines(&reading, text);
    make_room(&reading);
    read_newsroom(&reading);
    read_named(&reading);
    check_sources(&reading);
    conf->warnings = reading.warnings.at;
    conf->warning_count = reading.warnings.len;
    TRY(tell_mistakes(&reading));
    if (arena_is_full(arena))
        return error_new(ERROR_LIMIT, "%s needs more memory than a configuration may", name);
    *out_conf = conf;
    return OK;
}

struct error *conf_parse(struct arena *arena, span text, const char *name, struct conf **out_conf)
{
    return parse(arena, text, name, NULL, out_conf);
}

struct error *conf_read(struct arena *arena, const char *path, struct conf **out_conf)
{
    size_t slash = span_find_last_char(span_of(path), '/');
    const char *folder =
        slash == SPAN_NONE ? "." : arena_string(arena, span_sub(span_of(path), 0, slash ? slash : 1));
    span text;

    TRY(file_read(path, largest_file, arena, &text));
    return parse(arena, text, path, folder, out_conf);
}

const struct conf_source *conf_find_source(const struct conf *conf, span id)
{
    return map_get(&conf->source_by_id, id);
}
