/* SPDX-License-Identifier: MIT */
#include "fetch/fetch.h"
#include "limits/limits.h"
#include "text/date.h"

int64_t retry_after_ms(span header, int64_t now)
{
    int64_t seconds = 0, at;

    header = span_trim(header);
    for (size_t i = 0; i < header.len; i++) {
        if (header.at[i] < '0' || header.at[i] > '9') {
            at = date_parse_http(header);
            return at == NO_TIME ? -1 : at <= now ? 0 : MIN(at - now, LIMIT_RETRY_AFTER);
        }
        seconds =
            MIN(seconds * 10 + (header.at[i] - '0'), LIMIT_RETRY_AFTER); /* cut before it can overflow */
    }
    return header.len ? MIN(seconds * SECOND, LIMIT_RETRY_AFTER) : -1;
}
