/* SPDX-License-Identifier: MIT
 * rules.c - folders of site rules, in the format of ftr-site-config
 *
 * A file is named after a host: example.com.txt is for example.com and www.example.com, .example.com.txt for
 * all hosts below it. global.txt is for all that have a file: its lines are put behind theirs, unless theirs
 * say `autodetect_on_failure: no`. A line is `directive: value` or `directive(argument): value`; # begins a
 * comment. Directives that are about another program's ways (its parser, its own detection) are known and
 * passed over.
 */
#include "article/rules.h"
#include "core/file.h"
#include "core/vec.h"
#include "limits/limits.h"
#include "text/url.h"
#include <dirent.h>
#include <stdlib.h>

struct rules {
    struct map by_host; /* file name without ".txt" -> struct rule */
    VEC(struct rule *) all;
};

static const struct directive_name {
    const char *name;
    enum directive directive;
} directive_names[] = {
    {"title", RULE_TITLE},
    {"body", RULE_BODY},
    {"date", RULE_DATE},
    {"author", RULE_AUTHOR},
    {"strip", RULE_STRIP},
    {"strip_attr", RULE_STRIP_ATTRIBUTE},
    {"strip_id_or_class", RULE_STRIP_NAME},
    {"strip_image_src", RULE_STRIP_IMAGE},
    {"single_page_link", RULE_SINGLE_PAGE},
    {"next_page_link", RULE_NEXT_PAGE},
    {"find_string", RULE_FIND},
    {"replace_string", RULE_REPLACE},
    {"http_header", RULE_HEADER},
    {"test_url", RULE_TEST_URL},
    {"test_contains", RULE_TEST_CONTAINS},
    {"if_page_contains", RULE_IF_PAGE_CONTAINS},
    {"dissolve", RULE_DISSOLVE},
    {"wrap_in", RULE_WRAP},
    {"src_lazy_load_attr", RULE_LAZY},
    /* what our own reading of a page does anyway, or decides for each page */
    {"autodetect_next_page", RULE_PASSED_OVER},
    {"autodetect_on_failure", RULE_DETECTION},
    {"convert_double_br_tags", RULE_PASSED_OVER},
    {"footnotes", RULE_PASSED_OVER},
    {"insert_detected_image", RULE_PASSED_OVER},
    {"parser", RULE_PASSED_OVER},
    {"prune", RULE_PASSED_OVER},
    {"skip_json_ld", RULE_PASSED_OVER},
    {"strip_comments", RULE_PASSED_OVER},
    {"tidy", RULE_PASSED_OVER},
    /* attributes of the finished article: it has only those that we write */
    {"post_strip_attr", RULE_PASSED_OVER},
    /* nothing here is like it */
    {"move_into", RULE_PASSED_OVER},
    {"native_ad_clue", RULE_PASSED_OVER},
    {"single_page_link_in_feed", RULE_PASSED_OVER},
    {"skip_id_or_class", RULE_PASSED_OVER},
    /* we have no accounts at publishers */
    {"login_extra_fields", RULE_PASSED_OVER},
    {"login_password_field", RULE_PASSED_OVER},
    {"login_uri", RULE_PASSED_OVER},
    {"login_username_field", RULE_PASSED_OVER},
    {"not_logged_in_xpath", RULE_PASSED_OVER},
    {"requires_login", RULE_PASSED_OVER},
    /* for whoever keeps the rules */
    {"test_author", RULE_PASSED_OVER},
    {"test_content", RULE_PASSED_OVER},
    {"test_date", RULE_PASSED_OVER},
    {"test_title", RULE_PASSED_OVER},
    {"test_urls", RULE_PASSED_OVER},
};

static bool find_directive(span name, enum directive *out_directive)
{
    for (size_t i = 0; i < ARRAY_SIZE(directive_names); i++)
        if (span_is_nocase(name, directive_names[i].name)) {
            *out_directive = directive_names[i].directive;
            return true;
        }
    return false;
}

/* "name: value", "name(argument): value" */
static bool read_line(span text, struct rule_line *out_line)
{
    size_t colon = span_find(text, S("):")), open = span_find_char(text, '(');
    bool has_argument = colon != SPAN_NONE && open < colon && open < span_find_char(text, ':');
    span name;

    if (has_argument) {
        name = span_sub(text, 0, open);
        out_line->argument = span_sub(text, open + 1, colon - open - 1);
        out_line->value = span_trim(span_from(text, colon + 2));
    } else {
        colon = span_find_char(text, ':');
        if (colon == SPAN_NONE)
            return false;
        name = span_sub(text, 0, colon);
        out_line->argument = (span){0};
        out_line->value = span_trim(span_from(text, colon + 1));
    }
    return find_directive(span_trim(name), &out_line->directive);
}

/* An empty find_string or replace_string holds its place among the others, and is something to replace by. */
static bool is_kept(const struct rule_line *line)
{
    return line->directive == RULE_FIND || line->directive == RULE_REPLACE ||
           (line->directive != RULE_PASSED_OVER && line->value.len + line->argument.len);
}

/* The n-th find_string goes with the n-th replace_string, so that one too many would shift the others. */
static void pair(struct rule *rule, struct buf *warnings)
{
    size_t finds = 0, replaces = 0;

    for (size_t i = 0; i < rule->line_count; i++) {
        const struct rule_line *line = &rule->lines[i];
        finds += line->directive == RULE_FIND;
        replaces += line->directive == RULE_REPLACE && !line->argument.len;
    }
    rule->is_paired = finds == replaces;
    if (!rule->is_paired && warnings)
        buf_printf(warnings, "rule %.*s: %zu find_string, but %zu replace_string: none is followed\n",
                   SPAN_ARG(rule->name), finds, replaces);
}

struct rule *rule_parse(struct arena *arena, span name, span text, struct buf *warnings)
{
    struct rule *rule = ARENA_NEW(arena, struct rule);
    VEC(struct rule_line) lines = {0};
    int number = 0;
    span line;

    rule->name = name;
    while (span_cut(&text, '\n', &line)) {
        struct rule_line read = {0};
        number++;
        line = span_trim(line);
        if (!line.len || *line.at == '#')
            continue;
        if (read_line(line, &read)) {
            if (is_kept(&read))
                *vec_add(arena, &lines) = read;
        } else if (warnings) {
            buf_printf(warnings, "rule %.*s: line %d is no directive\n", SPAN_ARG(name), number);
        }
    }
    rule->lines = lines.at;
    rule->line_count = lines.len;
    pair(rule, warnings);
    return rule;
}

static void read_file(struct arena *arena, struct rules *rules, const char *folder, const char *file,
                      struct buf *warnings)
{
    span name = arena_keep(arena, span_of(file)), path, text = {0};
    struct error *error;
    void **at;

    if (!span_ends(name, S(".txt")) || name.len < 6)
        return;
    name.len -= 4;
    at = map_at(&rules->by_host, name);
    if (*at)
        return; /* the first folder wins */
    path = arena_printf(arena, "%s/%s", folder, file);
    error = file_read(path.at, LIMIT_RULE_FILE, arena, &text);
    if (error) {
        char *message = error_text(error);
        buf_printf(warnings, "%s\n", message);
        free(message);
        error_free(error);
        return;
    }
    struct rule *rule = rule_parse(arena, name, text, warnings);
    *vec_add(arena, &rules->all) = rule;
    *at = rule;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In order of names, so that the same folder says the same whatever the file system's order is. */
static struct error *read_folder(struct arena *arena, struct rules *rules, const char *folder,
                                 struct buf *warnings)
{
    DIR *directory = opendir(folder);
    VEC(char *) names = {0};
    struct dirent *entry;

    if (!directory)
        return error_new(ERROR_IO, "could not read the rules in \"%s\"", folder);
    while ((entry = readdir(directory)) && names.len < LIMIT_RULE_FILES)
        if (span_ends(span_of(entry->d_name), S(".txt")))
            *vec_add(arena, &names) = arena_string(arena, span_of(entry->d_name));
    closedir(directory);
    if (names.len)
        qsort(names.at, names.len, sizeof *names.at, compare_names);
    for (size_t i = 0; i < names.len; i++)
        read_file(arena, rules, folder, names.at[i], warnings);
    return OK;
}

static bool wants_global(const struct rule *rule)
{
    for (size_t i = 0; i < rule->line_count; i++)
        if (rule->lines[i].directive == RULE_DETECTION && span_is_nocase(rule->lines[i].value, "no"))
            return false;
    return true;
}

/* What holds everywhere is said once, and asked after what holds for the site. By itself it is no rule: a
 * page without a rule of its own is scored. */
static void join_global(struct arena *arena, struct rules *rules, struct buf *warnings)
{
    const struct rule *global = map_get(&rules->by_host, S("global"));

    if (global && global->line_count > LIMIT_RULE_GLOBAL_LINES) {
        buf_printf(warnings, "rule global: more than %d lines: none is followed\n", LIMIT_RULE_GLOBAL_LINES);
        return;
    }
    for (size_t i = 0; global && global->line_count && i < rules->all.len; i++) {
        struct rule *rule = rules->all.at[i];
        if (rule == global || !wants_global(rule))
            continue;
        struct rule_line *lines = ARENA_ARRAY(arena, struct rule_line, rule->line_count + global->line_count);
        if (rule->line_count)
            memcpy(lines, rule->lines, rule->line_count * sizeof *lines);
        memcpy(lines + rule->line_count, global->lines, global->line_count * sizeof *lines);
        rule->lines = lines;
        rule->line_count += global->line_count;
        rule->is_paired &= global->is_paired; /* whichever is not: none is followed, as was told */
    }
}

struct error *rules_read(struct arena *arena, const char *const *folders, size_t count,
                         struct rules **out_rules, span *out_warnings)
{
    struct rules *rules = ARENA_NEW(arena, struct rules);
    LOCAL(buf) warnings = {.max = 64 * KiB};

    rules->by_host.arena = arena;
    for (size_t i = 0; i < count; i++)
        TRY(read_folder(arena, rules, folders[i], &warnings));
    join_global(arena, rules, &warnings);
    if (out_warnings)
        *out_warnings = warnings.len ? arena_keep(arena, buf_span(&warnings)) : (span){0};
    *out_rules = rules;
    return OK;
}

const struct rule *rules_find(struct arena *arena, const struct rules *rules, span host)
{
    const struct rule *rule;
    span bare = span_starts(host, S("www.")) ? span_from(host, 4) : host;

    rule = map_get(&rules->by_host, bare);
    for (span rest = bare; !rule && rest.len;) {
        size_t dot = span_find_char(rest, '.');
        if (dot == SPAN_NONE)
            break;
        rest = span_from(rest, dot); /* ".example.com" of "news.example.com" */
        rule = map_get(&rules->by_host, arena_keep(arena, rest));
        rest = span_from(rest, 1);
    }
    return rule;
}

size_t rules_headers(struct arena *arena, const struct rules *rules, span url, span **out_headers)
{
    VEC(span) headers = {0};
    const struct rule *rule = NULL;
    struct url parsed;

    if (url_parse(arena, url, NULL, &parsed))
        rule = rules_find(arena, rules, parsed.host);
    for (size_t i = 0; rule && i < rule->line_count; i++) {
        const struct rule_line *line = &rule->lines[i];
        if (line->directive != RULE_HEADER)
            continue;
        *vec_add(arena, &headers) =
            line->argument.len
                ? arena_printf(arena, "%.*s: %.*s", SPAN_ARG(line->argument), SPAN_ARG(line->value))
                : line->value;
    }
    *out_headers = headers.at;
    return headers.len;
}

/* --- in the source --- */

/* Puts `by` for all places of `what`. False: it would be too much. */
static bool replace_all(struct buf *text, span what, span by)
{
    struct buf out = {.max = LIMIT_RULE_SOURCE};
    span rest = buf_span(text);
    size_t at;

    if (!what.len || span_find(rest, what) == SPAN_NONE)
        return true;
    while (!out.overflowed && (at = span_find(rest, what)) != SPAN_NONE) {
        buf_add(&out, span_sub(rest, 0, at));
        buf_add(&out, by);
        rest = span_from(rest, at + what.len);
    }
    buf_add(&out, rest);
    buf_release(text);
    *text = out;
    return !out.overflowed;
}

/* The next find_string from `*at` on. */
static span next_find(const struct rule *rule, size_t *at)
{
    while (*at < rule->line_count) {
        const struct rule_line *line = &rule->lines[(*at)++];
        if (line->directive == RULE_FIND)
            return line->value;
    }
    return (span){0};
}

span rule_edit_source(struct arena *arena, const struct rule *rule, span source)
{
    LOCAL(buf) text = {.max = LIMIT_RULE_SOURCE};
    size_t find = 0, made = 0;

    for (size_t i = 0; i < rule->line_count && made < LIMIT_RULE_REPLACEMENTS; i++) {
        const struct rule_line *line = &rule->lines[i];
        span what = line->argument;
        if (line->directive != RULE_REPLACE || (!what.len && !rule->is_paired))
            continue;
        if (!made++)
            buf_add(&text, source);
        if (!replace_all(&text, what.len ? what : next_find(rule, &find), line->value) || text.overflowed)
            return source;
    }
    return made ? arena_keep(arena, buf_span(&text)) : source;
}

span rules_edit_source(struct arena *arena, const struct rules *rules, span url, span source)
{
    const struct rule *rule = NULL;
    struct url parsed;

    if (url_parse(arena, url, NULL, &parsed))
        rule = rules_find(arena, rules, parsed.host);
    return rule ? rule_edit_source(arena, rule, source) : source;
}
