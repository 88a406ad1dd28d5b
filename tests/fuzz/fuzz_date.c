/* SPDX-License-Identifier: MIT
 * fuzz_date.c - any bytes as a date: what is read can be written and read again
 */
#include "text/date.h"
#include <stdlib.h>

static void check(bool is_kept) /* a promise of date.h */
{
    if (!is_kept)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span text = {(const char *)data, size};
    char written[DATE_TEXT_SIZE];
    struct date date;
    int64_t http = date_parse_http(text);

    check(date_read(text, &date) == (date_parse(text) != NO_TIME));
    if (date_read(text, &date)) {
        check(date.at == date_parse(text));
        check(date.at > 0 || date_split(date.at).year >= 1599);
        check(date.zone_minutes > -16 * 60 && date.zone_minutes < 16 * 60);
        check(date.has_zone || date.zone_minutes == 0);
        int64_t again = date_parse(span_of(date_format_rfc3339(date.at, written)));
        check(again == NO_TIME || again / SECOND == date.at / SECOND - (date.at % SECOND < 0));
    }
    if (http != NO_TIME) {
        check(date_parse_http(span_of(date_format_http(http, written))) == http);
        check(date_parse(text) == http || date_split(http).year < 1600 || date_split(http).year > 2400);
    }
    return 0;
}
