/* SPDX-License-Identifier: MIT
 * add.c - `courant add URL`: finds the feed behind an address and follows it
 */
#include "cmd/cmd.h"
#include "cmd/line.h"
#include "cmd/session.h"
#include "cmd/source_id.h"
#include "core/file.h"
#include "gather/gather.h"
#include "text/date.h"
#include "text/url.h"
#include "text/utf8.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct addition {
    const struct candidate *chosen; /* was asked, and can be followed */
    span id, name;
};

/* The source that follows this address already; NULL: none does. */
static const struct conf_source *find_same(struct arena *arena, const struct conf *conf, span address)
{
    span key = url_canonical_key(arena, address);

    for (size_t i = 0; i < conf->source_count; i++)
        if (span_equal(url_canonical_key(arena, gather_address(&conf->sources[i])), key))
            return &conf->sources[i];
    return NULL;
}

static struct error *append_source(void *context, struct arena *arena, span text, span *out_text)
{
    struct addition *addition = context;
    const struct found *found = addition->chosen->found;
    span key = addition->chosen->rung == RUNG_PAGE ? S("page") : S("feed");
    const struct conf_source *same;
    struct conf_setting settings[] = {{S("name"), addition->name}, {key, found->url}};
    size_t skipped = addition->name.len ? 0 : 1;
    struct source_ids ids;
    struct conf *conf;

    TRY(conf_parse(arena, text, "courant.conf", &conf));
    same = find_same(arena, conf, found->url);
    if (same)
        return error_new(ERROR_USAGE, "%.*s is followed already, as \"%.*s\"", SPAN_ARG(found->url),
                         SPAN_ARG(same->id));
    if (!addition->id.len) {
        source_ids_begin(&ids, arena, conf);
        addition->id = source_ids_choose(&ids, (span){0}, found->title, found->url);
    }
    return conf_add_source(arena, text, addition->id, settings + skipped, ARRAY_SIZE(settings) - skipped,
                           out_text);
}

/* --- what was found --- */

static const char *format_name(const struct candidate *candidate)
{
    return candidate->rung == RUNG_PAGE ? "front page" : feed_format_name(candidate->found->format);
}

static void show_items(const struct courant *courant, const struct found *found)
{
    for (size_t i = 0; i < found->shown_count; i++) {
        const struct found_item *item = &found->items[i];
        span title = item->title.len ? item->title : item->link;
        char date[DATE_TEXT_SIZE] = "no date";
        if (item->published_at != NO_TIME)
            date_format_rfc3339(item->published_at, date);
        log_info(courant->log, NULL, "  %.10s  %.*s", date, SPAN_ARG(title));
    }
    if (found->item_count > found->shown_count)
        log_info(courant->log, NULL, "  and %zu more", found->item_count - found->shown_count);
}

static void show_chosen(const struct courant *courant, const struct candidate *chosen)
{
    const struct found *found = chosen->found;

    log_info(courant->log, NULL, "found %.*s: %.*s (%s), %zu item%s%s%s", SPAN_ARG(found->url),
             SPAN_ARG(found->title), format_name(chosen), found->item_count,
             found->item_count == 1 ? "" : "s",
             found->left_out
                 ? arena_printf(courant->arena, ", the newest of %zu", found->item_count + found->left_out).at
                 : "",
             found->shown_count ? "; the first that will come:" : "");
    show_items(courant, found);
    if (chosen->rung == RUNG_PAGE)
        log_info(courant->log, NULL,
                 "this page has no feed: its links are read as news; items, link, title, date and summary in "
                 "its [source] say it better where that is wrong");
}

static const char *how_found(const struct candidate *candidate)
{
    static const char *const words[] = {
        [HINT_LINK] = "named by the page",    [HINT_HEADER] = "named by the answer",
        [HINT_ANCHOR] = "linked in the page", [HINT_PLATFORM] = "the platform's",
        [HINT_PLACE] = "in a usual place",    [HINT_ITSELF] = "this address",
    };

    return words[candidate->hint.how];
}

/* One line a candidate; `chosen` has a star. */
static void show_candidates(const struct courant *courant, const struct finding *finding, size_t chosen)
{
    for (size_t i = 0; i < finding->count; i++) {
        const struct candidate *candidate = &finding->candidates[i];
        bool is_dead = candidate->reason.len && !candidate->found;
        span title =
            candidate->found && candidate->found->title.len ? candidate->found->title : candidate->hint.title;
        log_info(courant->log, NULL, "%s%zu  %.*s  %.*s (%s%s%s%.*s)", i == chosen ? "*" : " ", i + 1,
                 SPAN_ARG(candidate->hint.url), SPAN_ARG(title), how_found(candidate),
                 candidate->hint.is_comments ? ", comments" : "", is_dead ? "; " : "",
                 SPAN_ARG(is_dead ? candidate->reason : (span){0}));
    }
}

/* --- choosing --- */

static struct error *read_choice(span word, size_t count, size_t *out_choice)
{
    int64_t number;

    if (!span_to_int64(word, &number) || number < 1 || number > (int64_t)count)
        return error_new(ERROR_USAGE, "\"%.*s\" is none of the %zu choices", SPAN_ARG(word), count);
    *out_choice = (size_t)number - 1;
    return OK;
}

static struct error *ask_user(size_t count, size_t best, size_t *out_choice)
{
    LOCAL(buf) line = {0};
    bool is_over = false;
    span word;

    fprintf(stderr, "Which one? [%zu] ", MIN(best, count - 1) + 1);
    fflush(stderr);
    TRY(line_read(&line, &is_over));
    if (is_over)
        return error_new(ERROR_CANCELLED, "nothing was chosen");
    word = span_trim(buf_span(&line));
    *out_choice = MIN(best, count - 1);
    return word.len ? read_choice(word, count, out_choice) : OK;
}

static bool is_at_terminal(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* The user's word, else the best. */
static struct error *choose(struct courant *courant, const struct arguments *arguments,
                            const struct finding *finding, size_t *out_choice)
{
    *out_choice = finding->best;
    if (option_is_given(arguments, "choose"))
        return read_choice(option_value(arguments, "choose"), finding->count, out_choice);
    if (finding->count < 2 || finding->best == finding->count)
        return OK;
    show_candidates(courant, finding, finding->best);
    if (is_at_terminal())
        return ask_user(finding->count, finding->best, out_choice);
    log_info(courant->log, NULL, "there are several; --choose N takes another than number %zu",
             finding->best + 1);
    return OK;
}

/* "example.org/news" is meant as a web address. */
static struct error *read_address(struct arena *arena, span word, span *out_url)
{
    struct url url;
    span whole =
        span_find(word, S("://")) == SPAN_NONE ? arena_printf(arena, "https://%.*s", SPAN_ARG(word)) : word;

    if (!url_parse(arena, whole, NULL, &url) || !url_is_of_web(&url))
        return error_new(ERROR_USAGE, "\"%.*s\" is no web address", SPAN_ARG(word));
    *out_url = url_serialize(arena, &url);
    return OK;
}

static struct error *find(struct courant *courant, const struct arguments *arguments, span url,
                          const struct candidate **out_chosen)
{
    OPEN(session) session = NULL;
    struct gatherer gatherer = {
        .settings = &courant->conf->fetch, .arena = courant->arena, .log = courant->log};
    struct finding finding;
    size_t choice;

    TRY(session_open(courant, &courant->conf->fetch, &session));
    gatherer.fetcher = session_fetcher(session);
    TRY(gather_find(&gatherer, url, &finding));
    TRY(choose(courant, arguments, &finding, &choice));
    if (choice == finding.count) {
        show_candidates(courant, &finding, choice);
        return error_new(ERROR_FORMAT, "nothing to follow was found behind %.*s: %.*s", SPAN_ARG(url),
                         SPAN_ARG(finding.reason));
    }
    TRY(gather_look(&gatherer, &finding.candidates[choice]));
    *out_chosen = &finding.candidates[choice];
    if (!(*out_chosen)->found)
        return error_new(ERROR_FORMAT, "%.*s cannot be followed: %.*s", SPAN_ARG((*out_chosen)->hint.url),
                         SPAN_ARG((*out_chosen)->reason));
    return OK;
}

static struct error *add_run(struct courant *courant, const struct arguments *arguments)
{
    struct addition addition = {.id = option_value(arguments, "id"), .name = option_value(arguments, "name")};
    LOCAL(buf) line = {.max = 64 * KiB};
    span url;

    TRY(read_address(courant->arena, arguments->words[0], &url));
    if (option_is_given(arguments, "id") && !conf_id_is_valid(addition.id))
        return error_new(ERROR_USAGE, "\"%.*s\" cannot be an id: at most 64 of a-z, 0-9 and \"-\"",
                         SPAN_ARG(addition.id));
    if (!utf8_is_valid(addition.name))
        return error_new(ERROR_USAGE, "--name is not UTF-8");
    TRY(find(courant, arguments, url, &addition.chosen));
    show_chosen(courant, addition.chosen);
    if (!addition.name.len)
        addition.name = text_without_bidi(courant->arena, addition.chosen->found->title);
    TRY(newsroom_edit_conf(courant, append_source, &addition));
    buf_printf(&line, "%.*s\t", SPAN_ARG(addition.id));
    log_escape(&line, addition.name);
    buf_printf(&line, "\t%.*s\n", SPAN_ARG(addition.chosen->found->url));
    return output_write(&line);
}

const struct command cmd_add = {
    .name = "add",
    .arguments = "URL",
    .help = "follow the news behind an address",
    .more =
        "URL is a feed, a page that names one, or a page whose feed can be known: by the platform it is on, "
        "or the "
        "system that made it. Where there is none, the site's sitemaps are looked at, and the page itself, "
        "whose "
        "list of news is told from the rest by its structure. What is found is shown with the first items "
        "that "
        "will come; of several, a terminal is asked, and --choose takes one elsewhere. Then a [source] is "
        "appended to courant.conf, whose comments are kept. Prints the source's line: id, name and address, "
        "with "
        "tabs between. Where nothing can be followed, it is said why, and the exit status is 1.",
    .needs = NEEDS_CONF,
    .options =
        (const struct option[]){
            {"id", 'i', "ID",
             "the source's id (a-z, 0-9, -): its folder in the archive; else made from the title"},
            {"name", 'n', "NAME", "the source's name; else the feed's title"},
            {"choose", 'c', "N", "take the N-th of what is found, without asking"},
            {0},
        },
    .run = add_run,
};
