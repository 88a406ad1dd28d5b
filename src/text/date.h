/* SPDX-License-Identifier: MIT
 * date.h - what publishers write for a point in time
 *
 * Pure, but for names of the IANA database ("Europe/Berlin"), which are looked up there: no clock, no locale,
 * no time zone of the host. A wrong instant is worse than none. Rules: no zone means UTC; a numeric zone
 * beats a name and any zone beats a weekday; with dots the day comes first; two-digit years 00-68 are 20xx;
 * 24:00 is the next day; second 60 is the next minute; no relative dates, no guessed year.
 */
#pragma once
#include "core/core.h"

/* RFC 822/2822/5322, RFC 3339, ISO 8601, W3CDTF, ctime, RFC 850, and what is met in feeds: names of months
 * and days in many languages, Chinese, Japanese and Korean forms. Milliseconds since 1970 UTC, or NO_TIME. */
int64_t date_parse(span text);

/* The same, telling more; false where date_parse() gives NO_TIME. */
struct date {
    int64_t at;
    bool has_time, has_zone;
    int zone_minutes; /* offset east of UTC, if has_zone */
};
bool date_read(span text, struct date *out_date);

/* HTTP-date (RFC 9110 5.6.7), its three forms and nothing else. */
int64_t date_parse_http(span text);

struct date_parts {
    int year, month, day; /* month and day from 1 */
    int hour, minute, second, millisecond;
    int weekday; /* 0: Sunday */
};
struct date_parts date_split(int64_t at); /* in UTC; any int64 but NO_TIME */
int64_t
date_join(const struct date_parts *parts);       /* proleptic Gregorian; NO_TIME if a part is out of range */
int64_t date_days(int year, int month, int day); /* days since 1970-01-01 */

#define DATE_TEXT_SIZE 40
char *date_format_rfc3339(int64_t at, char out[DATE_TEXT_SIZE]); /* 2004-01-01T19:48:21Z: whole seconds */
char *date_format_http(int64_t at, char out[DATE_TEXT_SIZE]);    /* Sun, 06 Nov 1994 08:49:37 GMT */
