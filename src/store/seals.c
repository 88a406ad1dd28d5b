/* SPDX-License-Identifier: MIT
 * seals.c - a hash over all that a row says, so that damage on disk is found
 *
 * SQLite sees that a page is misshapen, but not that a letter in it is another. Rows that hold what a
 * publisher said are sealed when they are written, and looked at when they are read: nothing damaged is
 * passed on as news.
 */
#include "bytes/digest.h"
#include "store/internal.h"

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
