/* SPDX-License-Identifier: MIT
 * tasks.c - work that is owed and that anybody may do
 *
 * Whoever takes a task holds it for a while; its epoch grows with each taking, so that one who comes back too
 * late is told that the task is no longer his.
 */
#include "store/internal.h"

struct error *task_want(struct store *store, enum task_kind kind, int64_t article, span url, int64_t due_at)
{
    return db_run(&store->db, SQL_WANT_TASK,
                  VALUES(number(kind), number(article), text(url), number(due_at)));
}

static struct error *read_due(struct store *store, struct arena *arena, size_t limit, struct task **out_tasks,
                              size_t *out_count)
{
    VEC(struct task) tasks = {0};
    LOCAL(query) query = {0};
    bool has_row;

    TRY(query_open(&query, &store->db, SQL_TASKS_DUE,
                   VALUES(number(clock_now(store->clock)), number((int64_t)limit))));
    while (true) {
        TRY(query_next(&query, &has_row));
        if (!has_row)
            break;
        *vec_add(arena, &tasks) = (struct task){
            .id = query_number(&query, 0),
            .kind = (enum task_kind)query_number(&query, 1),
            .article_id = (uint64_t)query_number(&query, 2),
            .url = query_keep(&query, 3, arena),
            .source_id = query_keep(&query, 4, arena),
            .epoch = query_number(&query, 5) + 1,
            .attempts = (int)query_number(&query, 6) + 1,
            .due_at = query_number(&query, 7),
            .paged_at = query_moment(&query, 8),
        };
    }
    *out_tasks = tasks.at;
    *out_count = tasks.len;
    return OK;
}

static struct error *lease(struct store *store, struct arena *arena, span holder, int64_t lease_ms,
                           size_t limit, struct task **out_tasks, size_t *out_count)
{
    int64_t until = clock_now(store->clock) + lease_ms;

    TRY(read_due(store, arena, limit, out_tasks, out_count));
    for (size_t i = 0; i < *out_count; i++)
        TRY(db_run(&store->db, SQL_LEASE_TASK,
                   VALUES(number((*out_tasks)[i].id), text(holder), number(until))));
    return OK;
}

struct error *store_lease_tasks(struct store *store, struct arena *arena, span holder, int64_t lease_ms,
                                size_t limit, struct task **out_tasks, size_t *out_count)
{
    TRY(db_begin(&store->db));
    return db_end(&store->db, lease(store, arena, holder, lease_ms, limit, out_tasks, out_count));
}

static struct error *finish(struct store *store, const struct task *task, int64_t retry_at, bool *out_is_ours)
{
    int64_t article;

    TRY(db_number(&store->db, SQL_TASK_IS_HELD, VALUES(number(task->id), number(task->epoch)), 0, &article));
    *out_is_ours = article;
    if (!article)
        return OK;
    if (retry_at != NO_TIME)
        return db_run(&store->db, SQL_TASK_LATER, VALUES(number(task->id), number(retry_at)));
    if (task->kind == TASK_PAGE)
        TRY(db_run(&store->db, SQL_WAIT_NO_LONGER, VALUES(number(article))));
    return db_run(&store->db, SQL_TASK_DONE, VALUES(number(task->id)));
}

struct error *store_finish_task(struct store *store, const struct task *task, int64_t retry_at,
                                bool *out_is_ours)
{
    TRY(db_begin(&store->db));
    return db_end(&store->db, finish(store, task, retry_at, out_is_ours));
}

struct error *store_void_leases(struct store *store)
{
    TRY(db_begin(&store->db));
    return db_end(&store->db, db_run(&store->db, SQL_VOID_LEASES, NULL, 0));
}

struct error *store_next_task_at(struct store_reader *reader, int64_t *out_at)
{
    return db_number(&reader->db, SQL_NEXT_TASK, NULL, 0, NO_TIME, out_at);
}
