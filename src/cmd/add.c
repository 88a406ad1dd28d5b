/* SPDX-License-Identifier: MIT
 * add.c - `courant add URL`: finds the feed behind an address and follows it
 */
#include "cmd/cmd.h"
#include "cmd/session.h"
#include "core/file.h"
#include "gather/gather.h"
#include "text/slug.h"
#include "text/url.h"
#include <stdlib.h>

enum { LONGEST_ID = 32 };

struct addition {
    const struct arguments *arguments;
    const struct found_feed *feed;
    span id, name;
};

static bool is_taken(struct arena *arena, span text, span id)
{
    return conf_group(arena, text, id).at != NULL;
}

/* What of `text` may stand in an id, as it comes: runs of anything else become one "-". */
static span id_of(struct arena *arena, span text)
{
    LOCAL(buf) id = {.max = LONGEST_ID};

    for (size_t i = 0; i < text.len && id.len < LONGEST_ID; i++) {
        char c = text.at[i] >= 'A' && text.at[i] <= 'Z' ? (char)(text.at[i] | 0x20) : text.at[i];
        bool is_kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (is_kept)
            buf_add_char(&id, c);
        else if (id.len && id.at[id.len - 1] != '-')
            buf_add_char(&id, '-');
    }
    while (id.len && id.at[id.len - 1] == '-')
        buf_truncate(&id, id.len - 1);
    return arena_keep(arena, buf_span(&id));
}

static bool is_ascii(span text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.at[i] >= 0x80)
            return false;
    return true;
}

/* "news" of https://www.news.example/feed */
static span site_name(struct arena *arena, span address)
{
    struct url url;
    span domain;

    if (!url_parse(arena, address, NULL, &url))
        return (span){0};
    domain = url_registrable_domain(arena, url.host);
    return url.host_kind == URL_HOST_DOMAIN ? span_sub(domain, 0, span_find_char(domain, '.')) : url.host;
}

/* From the feed's title if that is short and in Latin letters, else from the site's name; one that is free.
 */
static span choose_id(struct arena *arena, span text, const struct found_feed *feed)
{
    span id = {0}, base;

    if (is_ascii(feed->title) && feed->title.len <= LONGEST_ID)
        id = id_of(arena, feed->title);
    if (!id.len)
        id = id_of(arena, site_name(arena, feed->url));
    if (!id.len)
        id = S("source");
    base = id;
    for (int n = 2; is_taken(arena, text, id); n++)
        id = arena_printf(arena, "%.*s-%d", SPAN_ARG(base), n);
    return id;
}

/* The source that follows this feed already; NULL: none does. */
static const struct conf_source *find_same(struct arena *arena, const struct conf *conf, span feed)
{
    span key = url_canonical_key(arena, feed);

    for (size_t i = 0; i < conf->source_count; i++)
        if (span_equal(url_canonical_key(arena, conf->sources[i].feed), key))
            return &conf->sources[i];
    return NULL;
}

static struct error *append_source(void *context, struct arena *arena, span text, span *out_text)
{
    struct addition *addition = context;
    const struct conf_source *same;
    struct conf_setting settings[] = {{S("name"), addition->name}, {S("feed"), addition->feed->url}};
    size_t skipped = addition->name.len ? 0 : 1;
    struct conf *conf;

    TRY(conf_parse(arena, text, "courant.conf", &conf));
    same = find_same(arena, conf, addition->feed->url);
    if (same)
        return error_new(ERROR_USAGE, "%.*s is followed already, as \"%.*s\"", SPAN_ARG(addition->feed->url),
                         SPAN_ARG(same->id));
    if (!addition->id.len)
        addition->id = choose_id(arena, text, addition->feed);
    return conf_add_source(arena, text, addition->id, settings + skipped, ARRAY_SIZE(settings) - skipped,
                           out_text);
}

static void show_found(const struct courant *courant, const struct found_feed *feed)
{
    log_info(courant->log, NULL, "found %.*s: %.*s (%s), %zu items", SPAN_ARG(feed->url),
             SPAN_ARG(feed->title), feed_format_name(feed->format), feed->item_count);
    for (size_t i = 0; i < feed->first_title_count; i++)
        log_info(courant->log, NULL, "  %.*s", SPAN_ARG(feed->first_titles[i]));
    if (feed->item_count > feed->first_title_count)
        log_info(courant->log, NULL, "  and %zu more", feed->item_count - feed->first_title_count);
}

static void show_others(const struct courant *courant, const struct finding *finding)
{
    for (size_t i = 0; i < finding->hint_count; i++)
        if (!finding->feed || !span_equal(finding->hints[i].url, finding->feed->url))
            log_info(courant->log, NULL, "the page also names %.*s (%.*s)", SPAN_ARG(finding->hints[i].url),
                     SPAN_ARG(finding->hints[i].title));
}

/* "example.org/news" is meant as a web address. */
static struct error *read_address(struct arena *arena, span word, span *out_url)
{
    struct url url;
    span whole =
        span_find(word, S("://")) == SPAN_NONE ? arena_printf(arena, "https://%.*s", SPAN_ARG(word)) : word;

    if (!url_parse(arena, whole, NULL, &url) ||
        (!span_is(url.scheme, "http") && !span_is(url.scheme, "https")))
        return error_new(ERROR_USAGE, "\"%.*s\" is no web address", SPAN_ARG(word));
    *out_url = url_serialize(arena, &url);
    return OK;
}

static struct error *find(struct courant *courant, span url, struct finding *out_finding)
{
    OPEN(session) session = NULL;

    TRY(session_open(courant, &courant->conf->fetch, &session));
    return gather_find_feed(session_fetcher(session), &courant->conf->fetch, courant->arena, url,
                            courant->log, out_finding);
}

static struct error *add_run(struct courant *courant, const struct arguments *arguments)
{
    struct addition addition = {.id = option_value(arguments, "id"), .name = option_value(arguments, "name")};
    LOCAL(buf) line = {.max = 64 * KiB};
    struct finding finding;
    span url;

    TRY(read_address(courant->arena, arguments->words[0], &url));
    if (option_is_given(arguments, "id") && !conf_id_is_valid(addition.id))
        return error_new(ERROR_USAGE, "\"%.*s\" cannot be an id: at most 64 of a-z, 0-9 and \"-\"",
                         SPAN_ARG(addition.id));
    TRY(find(courant, url, &finding));
    if (!finding.feed) {
        show_others(courant, &finding);
        return error_new(ERROR_FORMAT, "no feed was found behind %.*s: %.*s", SPAN_ARG(url),
                         SPAN_ARG(finding.reason));
    }
    show_found(courant, finding.feed);
    show_others(courant, &finding);
    addition.feed = finding.feed;
    if (!addition.name.len)
        addition.name = finding.feed->title;
    TRY(newsroom_edit_conf(courant, append_source, &addition));
    buf_printf(&line, "%.*s\t", SPAN_ARG(addition.id));
    log_escape(&line, addition.name);
    buf_printf(&line, "\t%.*s\n", SPAN_ARG(finding.feed->url));
    return output_write(&line);
}

const struct command cmd_add = {
    .name = "add",
    .arguments = "URL",
    .help = "follow the feed behind an address",
    .more = "URL is a feed, or a page that links to one, or a site that has one in a usual place. It is read "
            "once, and shown "
            "with its first titles; then a [source] is appended to courant.conf, whose comments are kept. "
            "Prints the source's "
            "line: id, name and feed, with tabs between.",
    .needs = NEEDS_CONF,
    .options =
        (const struct option[]){
            {"id", 'i', "ID",
             "the source's id (a-z, 0-9, -): its folder in the archive; else made from the title"},
            {"name", 'n', "NAME", "the source's name; else the feed's title"},
            {0},
        },
    .run = add_run,
};
