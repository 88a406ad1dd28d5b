/* SPDX-License-Identifier: MIT
 * filter.c - the rules of a configuration, and what they say of an article
 */
#include "filter/filter.h"
#include "core/vec.h"
#include "filter/internal.h"
#include "limits/limits.h"
#include "text/utf8.h"

const char *filter_action_name(enum filter_action action)
{
    static const char *const names[] = {"keep", "drop", "mark", "category"};

    return names[action];
}

/* --- reading --- */

/* conf/ has seen that it is one of these. */
static void read_action(span text, struct filter_rule *rule)
{
    span word = {0}, rest = text;

    span_cut_word(&rest, &word);
    for (int action = FILTER_DO_KEEP; action <= FILTER_DO_CATEGORY; action++)
        if (span_is(word, filter_action_name((enum filter_action)action)))
            rule->action = (enum filter_action)action;
    rule->category = rule->action == FILTER_DO_CATEGORY ? span_trim(rest) : (span){0};
}

/* "column 7: ..." of the expression, at its place in the file. */
static struct error *placed(struct error *error, const struct conf_rule *rule, const char *name)
{
    span rest = span_of(error->message), column = {0};
    int64_t number = 1;
    struct error *told;

    span_cut(&rest, ':', &column);
    span_to_int64(span_from(column, strlen("column ")), &number);
    told = error_new(ERROR_USAGE, "%s:%d:%lld: match of [rule %.*s]:%.*s", name, rule->match_line,
                     (long long)(number + rule->match_column - 1), SPAN_ARG(rule->name), SPAN_ARG(rest));
    error_free(error);
    return told;
}

static struct error *joined(struct error *chain, struct error *next)
{
    struct error *last = chain;

    if (!chain)
        return next;
    while (last->cause)
        last = last->cause;
    last->cause = next;
    return chain;
}

struct error *filter_read(struct arena *arena, const struct conf *conf, const char *name,
                          struct filter **out_filter)
{
    struct filter *filter = ARENA_NEW(arena, struct filter);
    struct error *mistakes = OK;

    if (conf->rule_count > LIMIT_FILTER_RULES)
        return error_new(ERROR_USAGE, "%s has more than %d rules", name, LIMIT_FILTER_RULES);
    filter->rules = ARENA_ARRAY(arena, struct filter_rule, conf->rule_count);
    filter->by_name.arena = arena;
    for (size_t i = 0; i < conf->rule_count; i++) {
        struct filter_rule *rule = &filter->rules[filter->count++];
        struct filter_match *match = NULL;
        struct error *error = filter_match_parse(arena, conf->rules[i].match, &match);
        if (error)
            mistakes = joined(mistakes, placed(error, &conf->rules[i], name));
        rule->name = conf->rules[i].name;
        rule->match = match;
        read_action(conf->rules[i].action, rule);
        *map_at(&filter->by_name, rule->name) = rule;
    }
    TRY(mistakes);
    *out_filter = filter;
    return OK;
}

/* --- judging --- */

static bool is_decision(const struct filter_rule *rule)
{
    return rule->action == FILTER_DO_KEEP || rule->action == FILTER_DO_DROP;
}

/* The n-th rule that is asked for this source; NULL: there are no more. */
static const struct filter_rule *rule_of(const struct filter *filter, const struct conf_source *source,
                                         size_t n)
{
    if (!source || source->rule_count == 0)
        return n < filter->count ? &filter->rules[n] : NULL;
    return n < source->rule_count ? map_get(&filter->by_name, source->rules[n]) : NULL;
}

void filter_judge(struct arena *arena, const struct filter *filter, const struct filter_subject *subject,
                  struct filter_verdict *out_verdict)
{
    OWN(arena) scratch = arena_new(64 * MiB);
    struct question question = {.arena = scratch, .subject = subject};
    VEC(const struct filter_rule *) matched = {0};
    const struct filter_rule *rule;

    *out_verdict = (struct filter_verdict){0};
    for (size_t n = 0; !out_verdict->decided_by && (rule = rule_of(filter, subject->source, n)); n++) {
        if (!match_fits(rule->match, &question))
            continue;
        *vec_add(arena, &matched) = rule;
        if (is_decision(rule))
            out_verdict->decided_by = rule;
    }
    out_verdict->is_dropped = out_verdict->decided_by && out_verdict->decided_by->action == FILTER_DO_DROP;
    out_verdict->matched = matched.at;
    out_verdict->matched_count = matched.len;
    out_verdict->reached_limit = question.reached_limit;
}

static void add_tag(struct item *item, span tag)
{
    for (size_t i = 0; i < item->tag_count; i++)
        if (span_equal(item->tags[i], tag))
            return;
    item->tags[item->tag_count++] = tag;
}

void filter_add_tags(struct arena *arena, const struct filter_verdict *verdict, struct item *item)
{
    span *tags = ARENA_ARRAY(arena, span, item->tag_count + verdict->matched_count);

    if (item->tag_count)
        memcpy(tags, item->tags, item->tag_count * sizeof *tags);
    item->tags = tags;
    for (size_t i = 0; i < verdict->matched_count; i++)
        if (!is_decision(verdict->matched[i]))
            add_tag(item, verdict->matched[i]->action == FILTER_DO_MARK ? S(FILTER_MARK)
                                                                        : verdict->matched[i]->category);
}
