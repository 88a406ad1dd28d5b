/* SPDX-License-Identifier: MIT
 * test_store_statements.c - no question reads a table from end to end that grows with the news
 */
#include "store/internal.h"
#include "tests/unit/store_room.h"

static const struct statement {
    const char *name, *text;
} statements[] = {
#define STATEMENT(name, text) {#name, text},
#include "store/statements.def"
#undef STATEMENT
};

/* Those that are about all there is */
static const char *const whole[] = {"TOTALS",         "ARCHIVE_OWE_ALL", "VOID_LEASES",    "TABLE_COUNT",
                                    "EVERY_REVISION", "EVERY_ARTICLE",   "DROP_DICTIONARY"};

/* What SQLite says it would do: "SCAN article", "SEARCH a USING INDEX ...". Small tables may be read whole.
 * An index read in its order, with a limit, is no scan of ours; nor is what a foreign key would ask if it
 * were broken. */
static bool is_scan(const char *plan)
{
    static const char *const fine[] = {"SCAN source", "SCAN newsroom", "SCAN CONSTANT ROW", "SCAN revision",
                                       "SCAN task USING COVERING INDEX task_ready" /* its first */};

    if (!strstr(plan, "SCAN ") || strstr(plan, "USING INDEX article_of_all"))
        return false;
    for (size_t i = 0; i < ARRAY_SIZE(fine); i++)
        if (strcmp(plan, fine[i]) == 0)
            return false;
    return true;
}

static bool is_about_all(const char *name)
{
    if (strncmp(name, "CHECK_", strlen("CHECK_")) == 0)
        return true;
    for (size_t i = 0; i < ARRAY_SIZE(whole); i++)
        if (strcmp(name, whole[i]) == 0)
            return true;
    return false;
}

static int count_scans(sqlite3 *db, const struct statement *statement)
{
    OWN(arena) arena = arena_new(64 * KiB);
    span sql = arena_printf(arena, "EXPLAIN QUERY PLAN %s", statement->text);
    sqlite3_stmt *plan;
    int scans = 0;

    assert_int_equal(sqlite3_prepare_v2(db, sql.at, -1, &plan, NULL), SQLITE_OK);
    while (sqlite3_step(plan) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(plan, 3);
        if (!is_scan(detail) || is_about_all(statement->name))
            continue;
        print_error("%s: %s\n", statement->name, detail);
        scans++;
    }
    sqlite3_finalize(plan);
    return scans;
}

static void no_question_reads_a_growing_table_whole(void **state)
{
    struct room room;
    int scans = 0;

    (void)state;
    room_make(&room);
    for (size_t i = 0; i < ARRAY_SIZE(statements); i++)
        scans += count_scans(room.store->db.handle, &statements[i]);
    assert_int_equal(scans, 0);
    room_remove(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_question_reads_a_growing_table_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
