/* SPDX-License-Identifier: MIT
 * fuzz_timezone.c - any bytes as a zone file, and as the name of a zone
 */
#include "text/timezone.h"
#include <stdlib.h>

static void check(bool is_kept) /* a promise of timezone.h */
{
    if (!is_kept)
        abort();
}

static void check_offsets(const struct timezone_rules *rules)
{
    static const int64_t instants[] = {INT64_MIN + 1, -1, 0, 1573151109000, 4102444800000, INT64_MAX};

    for (size_t i = 0; i < ARRAY_SIZE(instants); i++)
        check(abs(timezone_offset(rules, instants[i])) <= 7 * 86400);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena) arena = arena_new(4 * MiB);
    span bytes = {(const char *)data, size};
    const struct timezone_rules *rules;
    struct error *error = timezone_read(arena, bytes, &rules);

    if (!error)
        check_offsets(rules);
    else
        check(error->kind == ERROR_FORMAT);
    error_free(error);
    error = timezone_load(arena, bytes, &rules);
    if (!error)
        check_offsets(rules);
    else
        check(error->kind == ERROR_USAGE);
    error_free(error);
    return 0;
}
