/* SPDX-License-Identifier: MIT
 * judge.c - the user's rules, between reading and storing
 *
 * Items that are known are not asked about again: a rule that is changed is about what comes from then on.
 */
#include "harvest/internal.h"

void judge_page(struct job *job, const struct article *article, struct item *item)
{
    const struct configuration *configuration = atomic_load(&job->harvest->configuration);
    const struct filter_subject subject = {.source =
                                               conf_find_source(configuration->conf, article->source_id),
                                           .source_id = article->source_id,
                                           .item = item};
    struct filter_verdict verdict;

    if (configuration->filter->count == 0)
        return;
    filter_judge(job->arena, configuration->filter, &subject, &verdict);
    filter_add_tags(job->arena, &verdict, item);
}

bool judge_item(struct job *job, struct item *item)
{
    const struct filter_subject subject = {.source = job->wanted, .source_id = job->source.id, .item = item};
    struct filter_verdict verdict;

    if (item->is_known || item->is_deleted || job->filter->count == 0)
        return true;
    filter_judge(job->arena, job->filter, &subject, &verdict);
    if (verdict.reached_limit)
        job->report.warning = S("a rule's pattern takes too long; it counts as one that does not fit");
    if (verdict.is_dropped) {
        job->report.dropped_count++;
        return false;
    }
    filter_add_tags(job->arena, &verdict, item);
    return true;
}
