/* SPDX-License-Identifier: MIT
 * revisions.c - the rows that hold what an article said, one for each time that it said something else
 */
#include "limits/limits.h"
#include "store/internal.h"

static struct error *write_row(struct store *store, const struct revision *revision, const struct item *item,
                               const struct form *form, span authors, span tags)
{
    struct value values[] = {
        number(revision->article),
        number(revision->number),
        number(revision->fetched_at),
        number(revision->published_at),
        number(revision->is_dated),
        moment(item->modified_at),
        number(revision->body),
        number((int64_t)item->raw_hash),
        number((int64_t)form->whole),
        number((int64_t)form->body),
        number(item->is_full),
        text(item->feed_id),
        text(item->link),
        text_unless(item->raw_link.len ? item->raw_link : item->link, item->link),
        text(item->title),
        text_unless(item->raw_title, item->title),
        text(item->language),
        text(item->image),
        text(authors),
        text(tags),
        {0},
    };

    values[ARRAY_SIZE(values) - 1] = number(seal(values, SEALED_OF_REVISION));
    return db_run(&store->db, SQL_ADD_REVISION, values, ARRAY_SIZE(values));
}

struct error *revision_add(struct store *store, struct revision *revision, const struct item *item,
                           const struct form *form)
{
    struct body body = {.raw = item->raw_body, .html = item->html, .summary = item->summary};
    LOCAL(buf) authors = {.max = LIMIT_STORED_PEOPLE};
    LOCAL(buf) tags = {.max = LIMIT_STORED_PEOPLE};

    authors_write(&authors, item);
    tags_write(&tags, item);
    if (authors.overflowed || tags.overflowed)
        return error_new(ERROR_LIMIT, "it has too many authors or tags");
    TRY(body_write(store, revision->number > 1 ? revision->article : 0, &body, &revision->body));
    return write_row(store, revision, item, form, buf_span(&authors), buf_span(&tags));
}
