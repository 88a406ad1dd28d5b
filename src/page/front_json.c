/* SPDX-License-Identifier: MIT
 * front_json.c - news in a page that is JSON, by paths
 *
 * A path is a row of names with dots between, a leading "$" allowed: "data.list", "$.items[0].posts". A
 * number in brackets takes one of an array, [*] stands for what a path at an array means anyway: all of it.
 */
#include "limits/limits.h"
#include "page/front_parts.h"
#include "page/internal.h"
#include "text/json.h"
#include "text/utf8.h"

/* The next step off `*rest`: a name, or what stands in brackets. False: the end, or no path. */
static bool next_step(span *rest, span *out_step, bool *out_is_index)
{
    size_t end = 0;

    if (span_starts(*rest, S(".")))
        *rest = span_from(*rest, 1);
    *out_is_index = span_starts(*rest, S("["));
    if (*out_is_index) {
        end = span_find_char(*rest, ']');
        if (end == SPAN_NONE || end == 1)
            return false;
        *out_step = span_sub(*rest, 1, end - 1);
        *rest = span_from(*rest, end + 1);
        if (out_step->len > 2 && (*out_step->at == '"' || *out_step->at == '\'')) { /* ['a name'] */
            *out_step = span_sub(*out_step, 1, out_step->len - 2);
            *out_is_index = false;
        }
        return true;
    }
    while (end < rest->len && rest->at[end] != '.' && rest->at[end] != '[')
        end++;
    *out_step = span_sub(*rest, 0, end);
    *rest = span_from(*rest, end);
    return end > 0;
}

static span without_root(span path)
{
    path = span_trim(path);
    return span_starts(path, S("$")) ? span_from(path, 1) : path;
}

static bool is_name(span step)
{
    for (size_t i = 0; i < step.len; i++)
        if (strchr(" \t>+~#:@=()[],/\"'{}*", step.at[i]))
            return false;
    return step.len > 0;
}

bool front_path_is_valid(span path)
{
    span rest = without_root(path), step;
    bool is_index;
    int64_t number;

    if (path.len > LIMIT_JSON_PATH)
        return false;
    for (size_t open; (open = span_find_char(path, '{')) != SPAN_NONE;) { /* "/news/{id}" */
        size_t close = span_find_char(path, '}');
        if (close == SPAN_NONE || close < open ||
            !front_path_is_valid(span_sub(path, open + 1, close - open - 1)))
            return false;
        path = span_from(path, close + 1);
        rest = (span){0};
    }
    while (rest.len) {
        if (!next_step(&rest, &step, &is_index))
            return false;
        if (is_index ? !span_is(step, "*") && !span_to_int64(step, &number) : !is_name(step))
            return false;
    }
    return true;
}

static const struct json *member_of(const struct json *object, span name)
{
    const struct json *member = object->type == JSON_OBJECT ? object->first : NULL;

    while (member && !span_equal(member->key, name))
        member = member->next;
    return member;
}

static const struct json *element_of(const struct json *array, span index)
{
    const struct json *element = array->type == JSON_ARRAY ? array->first : NULL;
    int64_t number = 0;

    span_to_int64(index, &number);
    for (; element && number > 0; number--)
        element = element->next;
    return element;
}

static const struct json *at_path(const struct json *value, span path)
{
    span rest = without_root(path), step;
    bool is_index;

    while (value && rest.len) {
        if (!next_step(&rest, &step, &is_index))
            return NULL;
        if (is_index && span_is(step, "*"))
            continue;
        value = is_index ? element_of(value, step) : member_of(value, step);
    }
    return value;
}

/* A path's text, or a text with paths in braces. */
static span text_at(struct front_reader *reader, const struct json *item, span path)
{
    LOCAL(buf) out = {.max = 8 * KiB};
    span text, name;

    if (span_find_char(path, '{') == SPAN_NONE)
        return path.len ? json_text(at_path(item, path)) : (span){0};
    while (span_cut(&path, '{', &text)) {
        buf_add(&out, text);
        if (!span_cut(&path, '}', &name))
            break;
        span value = json_text(at_path(item, name));
        if (!value.len)
            return (span){0};
        buf_add(&out, value);
    }
    return arena_keep(reader->arena, buf_span(&out));
}

/* The first of these members that is there, where the rule names none. */
static span usual_member(const struct json *item, const char *const *names)
{
    span text = {0};

    for (; !text.len && *names; names++)
        text = json_text(json_member(item, *names));
    return text;
}

static const char *const links[] = {"url", "link", "href", "permalink", "web_url", "docurl", NULL};
static const char *const titles[] = {"title", "headline", "name", NULL};
static const char *const dates[] = {"published_at", "publish_time", "pubDate",   "published", "date",
                                    "created_at",   "ctime",        "timestamp", "time",      NULL};
static const char *const summaries[] = {"summary", "description", "intro", "digest", "abstract", NULL};

/* Seconds or milliseconds since 1970, as programs write them, or a date. */
static int64_t date_at(struct front_reader *reader, span text)
{
    int64_t number;

    if (!span_to_int64(text, &number))
        return date_within(reader->arena, text);
    if (number > 100000000000 && number < 4102444800000)
        return number;
    return number > 100000000 && number < 4102444800 ? number * SECOND : date_within(reader->arena, text);
}

static span choose(struct front_reader *reader, const struct json *item, span path, const char *const *usual)
{
    return path.len ? text_at(reader, item, path) : usual_member(item, usual);
}

static void read_item(struct front_reader *reader, const struct json *item, const struct front_rule *rule)
{
    struct front_item result = {0};

    result.link = front_link(reader, choose(reader, item, rule->link, links));
    result.title = choose(reader, item, rule->title, titles);
    result.published_at = date_at(reader, choose(reader, item, rule->date, dates));
    result.summary = choose(reader, item, rule->summary, summaries);
    front_add(reader, result);
}

struct error *front_by_paths(struct front_reader *reader, span text, const struct front_rule *rule)
{
    struct json_damage damage = {0};
    struct json *root;
    const struct json *list;

    if (!front_path_is_valid(rule->items))
        return error_new(ERROR_FORMAT, "the page is JSON, and items = %.*s is no path",
                         SPAN_ARG(rule->items));
    TRY(json_parse(reader->arena, text, &root, &damage));
    list = at_path(root, rule->items);
    if (!list || (list->type != JSON_ARRAY && list->type != JSON_OBJECT))
        return error_new(ERROR_FORMAT, "items = %.*s: there is no list in this JSON", SPAN_ARG(rule->items));
    for (const struct json *item = list->first; item; item = item->next)
        read_item(reader, item, rule);
    return OK;
}
