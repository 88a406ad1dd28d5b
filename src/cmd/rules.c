/* SPDX-License-Identifier: MIT
 * rules.c - `courant rules test`: what the rules would do with the articles that are stored
 */
#include "cmd/cmd.h"
#include "cmd/terminal.h"
#include "cmd/words.h"
#include "core/vec.h"
#include "filter/filter.h"
#include "store/store.h"
#include "text/json.h"
#include <inttypes.h>

struct hit { /* an article that a rule is about */
    span article, source_id, title, rules;
    bool is_dropped;
};

struct trial {
    struct courant *courant;
    const struct filter *filter;     /* what is tried */
    const struct filter_rule *alone; /* one rule by itself; NULL: all, in order */
    bool is_expression;              /* ... which is none yet, and does nothing */
    int64_t *matched;                /* of each rule of the filter */
    int64_t looked_at, fitting, dropped, limited;
    VEC(struct hit) hits; /* no more than `most` */
    size_t most;
};

/* --- one article --- */

static span rule_names(struct arena *arena, const struct filter_verdict *verdict)
{
    LOCAL(buf) names = {.max = 64 * KiB};

    for (size_t i = 0; i < verdict->matched_count; i++)
        buf_printf(&names, "%s%.*s", i ? ", " : "", SPAN_ARG(verdict->matched[i]->name));
    return arena_keep(arena, buf_span(&names));
}

static void note_hit(struct trial *trial, const struct article *article, const struct filter_verdict *verdict)
{
    struct arena *arena = trial->courant->arena;
    struct hit *hit;

    trial->fitting++;
    trial->dropped += verdict->is_dropped;
    for (size_t i = 0; i < verdict->matched_count; i++)
        trial->matched[verdict->matched[i] - trial->filter->rules]++;
    if (trial->hits.len == trial->most)
        return;
    hit = vec_add(arena, &trial->hits);
    hit->article = article->number && !article->file_name.len
                       ? arena_printf(arena, "%.*s/%" PRId64, SPAN_ARG(article->source_id), article->number)
                       : arena_printf(arena, "%016" PRIx64, article->id);
    hit->source_id = arena_keep(arena, article->source_id);
    hit->title = arena_keep(arena, article->item.title);
    hit->rules = rule_names(arena, verdict);
    hit->is_dropped = verdict->is_dropped;
}

static void judge_alone(const struct trial *trial, const struct filter_subject *subject, struct arena *arena,
                        struct filter_verdict *verdict)
{
    *verdict = (struct filter_verdict){0};
    if (!filter_match_fits(trial->alone->match, subject))
        return;
    verdict->matched = ARENA_NEW(arena, const struct filter_rule *);
    verdict->matched[0] = trial->alone;
    verdict->matched_count = 1;
    verdict->is_dropped = trial->alone->action == FILTER_DO_DROP;
}

static void try_article(struct trial *trial, struct arena *arena, const struct article *article)
{
    const struct filter_subject subject = {
        .source = conf_find_source(trial->courant->conf, article->source_id),
        .source_id = article->source_id,
        .item = &article->item,
    };
    struct filter_verdict verdict;

    trial->looked_at++;
    if (trial->alone)
        judge_alone(trial, &subject, arena, &verdict);
    else
        filter_judge(arena, trial->filter, &subject, &verdict);
    trial->limited += verdict.reached_limit;
    if (verdict.matched_count)
        note_hit(trial, article, &verdict);
}

static struct error *try_all(struct trial *trial, const struct article_filter *which)
{
    OWN(arena) arena = arena_new(256 * MiB);
    OPEN(store_reader) reader = NULL;
    struct listing *listings = NULL;
    size_t count = 0;

    TRY(newsroom_open_store(trial->courant, &reader));
    if (reader)
        TRY(store_list(reader, trial->courant->arena, which, &listings, &count));
    for (size_t i = 0; i < count && !trial->courant->signal; i++, arena_reset(arena)) {
        struct article *article;
        TRY(store_article(reader, arena, listings[i].id, &article));
        if (article) /* it was there a moment ago */
            try_article(trial, arena, article);
    }
    return OK;
}

/* --- what is told --- */

static void write_hits(const struct trial *trial, struct buf *out)
{
    static const struct column columns[] = {{"ARTICLE", COLUMN_TEXT, false},
                                            {"RULES", COLUMN_TEXT, false},
                                            {"", COLUMN_TEXT, false},
                                            {"TITLE", COLUMN_TEXT, true},
                                            {0}};
    struct terminal terminal = terminal_find();
    span *cells = ARENA_ARRAY(trial->courant->arena, span, trial->hits.len * 4), *cell = cells;

    for (size_t i = 0; i < trial->hits.len; i++) {
        const struct hit *hit = &trial->hits.at[i];
        *cell++ = hit->article;
        *cell++ = hit->rules;
        *cell++ = hit->is_dropped ? S("dropped") : S("kept");
        *cell++ = hit->title;
    }
    table_write(out, &terminal, columns, cells, trial->hits.len);
    if (trial->fitting > (int64_t)trial->hits.len)
        buf_printf(out, "and %" PRId64 " more\n", trial->fitting - (int64_t)trial->hits.len);
}

static void write_rules(const struct trial *trial, struct buf *out)
{
    static const struct column columns[] = {
        {"RULE", COLUMN_TEXT, false}, {"DO", COLUMN_TEXT, false}, {"ARTICLES", COLUMN_NUMBER, false}, {0}};
    struct terminal terminal = terminal_find();
    struct arena *arena = trial->courant->arena;
    span *cells = ARENA_ARRAY(arena, span, trial->filter->count * 3), *cell = cells;
    size_t rows = 0;

    for (size_t i = 0; i < trial->filter->count; i++) {
        const struct filter_rule *rule = &trial->filter->rules[i];
        if (trial->alone && rule != trial->alone)
            continue;
        *cell++ = rule->name;
        *cell++ = trial->is_expression
                      ? S("-")
                      : arena_printf(arena, "%s%s%.*s", filter_action_name(rule->action),
                                     rule->category.len ? " " : "", SPAN_ARG(rule->category));
        *cell++ = arena_printf(arena, "%" PRId64, trial->matched[i]);
        rows++;
    }
    table_write(out, &terminal, columns, cells, rows);
}

static void write_text(const struct trial *trial, struct buf *out)
{
    if (trial->hits.len) {
        write_hits(trial, out);
        buf_add_char(out, '\n');
    }
    write_rules(trial, out);
    buf_printf(out, "\nof %" PRId64 " articles %" PRId64 " fit, %" PRId64 " would be dropped\n",
               trial->looked_at, trial->fitting, trial->dropped);
    if (trial->limited)
        buf_printf(out, "%" PRId64 " have a text that some pattern takes too long for\n", trial->limited);
}

static void write_json(const struct trial *trial, struct buf *out)
{
    struct json_writer json = {.out = out};

    json_open_object(&json);
    json_pair_integer(&json, "articles", trial->looked_at);
    json_pair_integer(&json, "matched", trial->fitting);
    json_pair_integer(&json, "dropped", trial->dropped);
    json_pair_integer(&json, "limited", trial->limited);
    json_key(&json, "rules");
    json_open_array(&json);
    for (size_t i = 0; i < trial->filter->count; i++) {
        const struct filter_rule *rule = &trial->filter->rules[i];
        if (trial->alone && rule != trial->alone)
            continue;
        json_open_object(&json);
        json_pair(&json, "name", rule->name);
        json_pair_or_null(&json, "do",
                          trial->is_expression ? (span){0} : span_of(filter_action_name(rule->action)));
        json_pair_if(&json, "category", rule->category);
        json_pair_integer(&json, "matched", trial->matched[i]);
        json_close_object(&json);
    }
    json_close_array(&json);
    json_key(&json, "hits");
    json_open_array(&json);
    for (size_t i = 0; i < trial->hits.len; i++) {
        const struct hit *hit = &trial->hits.at[i];
        json_open_object(&json);
        json_pair(&json, "article", hit->article);
        json_pair(&json, "source", hit->source_id);
        json_pair(&json, "title", hit->title);
        json_pair(&json, "rules", hit->rules);
        json_pair_boolean(&json, "dropped", hit->is_dropped);
        json_close_object(&json);
    }
    json_close_array(&json);
    json_close_object(&json);
    buf_add_char(out, '\n');
}

/* --- the command --- */

/* A rule's name, or an expression that none has yet. */
static struct error *choose_tried(struct trial *trial, span word)
{
    struct arena *arena = trial->courant->arena;
    struct filter *filter;
    struct filter_match *match;

    TRY(filter_read(arena, trial->courant->conf, "courant.conf", &filter));
    trial->filter = filter;
    trial->alone = word.at ? map_get(&filter->by_name, word) : NULL;
    if (!word.at || trial->alone)
        return OK;
    TRY_OR(filter_match_parse(arena, word, &match), "\"%.*s\" is neither a rule's name nor an expression",
           SPAN_ARG(word));
    filter = ARENA_NEW(arena, struct filter);
    filter->rules = ARENA_NEW(arena, struct filter_rule);
    filter->rules[0] = (struct filter_rule){.name = S("-"), .action = FILTER_DO_KEEP, .match = match};
    filter->count = 1;
    trial->filter = filter;
    trial->alone = &filter->rules[0];
    trial->is_expression = true;
    return OK;
}

static struct error *read_which(struct trial *trial, const struct arguments *arguments,
                                struct article_filter *which)
{
    span since = option_value(arguments, "since"), limit = option_value(arguments, "limit");
    const struct timezone_rules *zone;
    int64_t most = 100;

    *which = (struct article_filter){
        .source_id = option_value(arguments, "source"), .since = NO_TIME, .until = NO_TIME};
    if (which->source_id.at && !conf_find_source(trial->courant->conf, which->source_id))
        return error_new(ERROR_USAGE, "there is no source \"%.*s\"", SPAN_ARG(which->source_id));
    if (since.at) {
        TRY(timezone_load(trial->courant->arena, trial->courant->conf->archive.timezone, &zone));
        which->since = time_read(since, zone, clock_now(trial->courant->clock));
        if (which->since == NO_TIME)
            return error_new(ERROR_USAGE,
                             "--since %.*s: this is neither a date (2024-11-08) nor how long ago (3d)",
                             SPAN_ARG(since));
    }
    if (limit.at && (!span_to_int64(limit, &most) || most < 0))
        return error_new(ERROR_USAGE, "--limit %.*s: this is no number of articles", SPAN_ARG(limit));
    trial->most = (size_t)most;
    return OK;
}

static struct error *rules_run(struct courant *courant, const struct arguments *arguments)
{
    struct trial trial = {.courant = courant};
    LOCAL(buf) out = {.max = 1 * GiB};
    struct article_filter which;

    if (!span_is(arguments->words[0], "test"))
        return error_new(ERROR_USAGE, "\"%.*s\" is nothing that is done with rules; test is",
                         SPAN_ARG(arguments->words[0]));
    TRY(choose_tried(&trial, arguments->word_count > 1 ? arguments->words[1] : (span){0}));
    TRY(read_which(&trial, arguments, &which));
    if (trial.filter->count == 0)
        return error_new(ERROR_USAGE,
                         "there is no [rule] in courant.conf yet; give an expression to try one");
    trial.matched = ARENA_ARRAY(courant->arena, int64_t, trial.filter->count);
    TRY(try_all(&trial, &which));
    if (option_is_given(arguments, "json"))
        write_json(&trial, &out);
    else
        write_text(&trial, &out);
    return output_write(&out);
}

const struct command cmd_rules = {
    .name = "rules",
    .arguments = "test [RULE|EXPRESSION]",
    .help = "try rules on the articles that are stored",
    .more = "Shows which stored articles the [rule] groups of courant.conf are about and what they would do, "
            "with counts; "
            "nothing is changed. With RULE, that one by itself; with EXPRESSION, what a new one would be "
            "about.\n\n"
            "An expression asks title, text, any (either), author, category, link, source or language: ~ "
            "/pattern/ with "
            "flags i, m, s and x, !~ its opposite, = \"a whole value\", != its opposite, has \"words in a "
            "row\"; joined by "
            "and, or, not and parentheses. Case counts in patterns alone. Rules are asked in order; the "
            "first keep or drop "
            "that fits decides, mark adds the tag \"marked\" (list shows it), category NAME adds NAME, and "
            "both go on. What "
            "is dropped is "
            "counted and not stored. A text that comes from the article's page is asked about as well, but "
            "nothing is dropped any more "
            "by then. A pattern that would take too long fits nothing.",
    .needs = NEEDS_CONF | NEEDS_QUIET,
    .options =
        (const struct option[]){
            {"source", 's', "ID", "only this source's articles"},
            {"since", 0, "WHEN", "only what was published then or later"},
            {"limit", 'n', "NUMBER", "show no more than so many (100); all are counted"},
            {"json", 'j', NULL, "print JSON instead of tables"},
            {0},
        },
    .run = rules_run,
};
