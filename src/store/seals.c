/* SPDX-License-Identifier: MIT
 * seals.c - a hash over all that a row says, so that damage on disk is found
 *
 * SQLite sees that a page is misshapen, but not that a letter in it is another. Rows that hold what a
 * publisher said are sealed when they are written, and looked at when they are read: nothing damaged is
 * passed on as news.
 */
#include "bytes/digest.h"
#include "store/internal.h"

/* --- rows of articles and revisions --- */

/* Kind, number and length of each before its bytes, so that no two rows run into one another. */
static void add_value(struct buf *all, const struct value *value)
{
    bool is_number = value->type == VALUE_NUMBER;
    span bytes = is_number || value->type == VALUE_NULL ? (span){0} : value->bytes;
    int64_t head[] = {value->type, is_number ? value->number : 0, (int64_t)bytes.len};

    buf_add(all, (span){(const char *)head, sizeof head});
    buf_add(all, bytes);
}

int64_t seal(const struct value *values, size_t count)
{
    LOCAL(buf) all = {.max = 64 * MiB};

    for (size_t i = 0; i < count; i++)
        add_value(&all, &values[i]);
    return (int64_t)digest_fast(buf_span(&all));
}

bool is_sealed(const struct query *query, int first, int count)
{
    LOCAL(buf) all = {.max = 64 * MiB};

    for (int column = first; column < first + count; column++) {
        struct value value = query_value(query, column);
        add_value(&all, &value);
    }
    return (int64_t)digest_fast(buf_span(&all)) == query_number(query, first + count);
}

/* --- rows of `known` ---
 *
 * They are many and short, and SQL writes them: the seal is half a hash, by a function of ours.
 */

static int64_t known_seal(const int64_t fields[SEALED_OF_KNOWN])
{
    return (int32_t)digest_fast((span){(const char *)fields, SEALED_OF_KNOWN * sizeof *fields});
}

bool is_known_sealed(const struct query *query)
{
    int64_t fields[SEALED_OF_KNOWN];

    for (int column = 0; column < SEALED_OF_KNOWN; column++)
        fields[column] = query_number(query, column);
    return known_seal(fields) == query_number(query, SEALED_OF_KNOWN);
}

static void answer_known_seal(sqlite3_context *context, int count, sqlite3_value **values)
{
    int64_t fields[SEALED_OF_KNOWN];

    (void)count;
    for (int i = 0; i < SEALED_OF_KNOWN; i++)
        fields[i] = sqlite3_value_int64(values[i]);
    sqlite3_result_int64(context, known_seal(fields));
}

struct error *db_add_functions(struct db *db)
{
    int code = sqlite3_create_function_v2(db->handle, "known_seal", SEALED_OF_KNOWN,
                                          SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL,
                                          answer_known_seal, NULL, NULL, NULL);

    return code == SQLITE_OK ? OK : db_failure(db, code, "set up");
}
