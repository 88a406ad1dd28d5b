/* SPDX-License-Identifier: MIT
 * timezone.c - zone files and the rules at their ends
 *
 * A zone's file lists the instants at which its offset changed, and ends with a rule for all later ones,
 * written as POSIX writes TZ: "CET-1CEST,M3.5.0,M10.5.0/3". A zone given by its offset is such a rule without
 * a summer.
 */
#include "text/timezone.h"
#include "core/file.h"
#include "text/date.h"

#define FOLDER "/usr/share/zoneinfo/"

enum { HOUR_SECONDS = 3600, DAY_SECONDS = 86400, LARGEST_FILE = 256 * 1024, LONGEST_NAME = 64 };

/* The day on which summer time begins or ends, and when. */
struct change {
    char kind; /* 'M': month.week.day; 'J': day 1-365, 29 February not counted; 'N': day 0-365 */
    int month, week, day;
    int seconds; /* after midnight; may be negative, or days later */
};

struct rule {
    int standard, summer; /* seconds east of UTC; the same where there is no summer time */
    struct change begin, end;
};

struct timezone_rules {
    const unsigned char *times;   /* of 8 bytes, big-endian, ascending: seconds since 1970 */
    const unsigned char *indices; /* into types, one for each time */
    const unsigned char *types;   /* of 6 bytes, the offset first */
    uint32_t time_count, type_count;
    struct rule rule; /* after the last time */
    bool has_rule;
};

/* Zones of many readers that have had no summer time for long: known where the machine has no database. */
static const struct {
    const char *name, *rule;
} known_zones[] = {
    {"UTC", "UTC0"},
    {"GMT", "GMT0"},
    {"Asia/Bangkok", "<+07>-7"},
    {"Asia/Chongqing", "CST-8"},
    {"Asia/Dubai", "<+04>-4"},
    {"Asia/Ho_Chi_Minh", "<+07>-7"},
    {"Asia/Hong_Kong", "HKT-8"},
    {"Asia/Jakarta", "WIB-7"},
    {"Asia/Kolkata", "IST-5:30"},
    {"Asia/Kuala_Lumpur", "<+08>-8"},
    {"Asia/Macau", "CST-8"},
    {"Asia/Manila", "PST-8"},
    {"Asia/Seoul", "KST-9"},
    {"Asia/Shanghai", "CST-8"},
    {"Asia/Singapore", "<+08>-8"},
    {"Asia/Taipei", "CST-8"},
    {"Asia/Tokyo", "JST-9"},
    {"Asia/Urumqi", "<+06>-6"},
    {"Etc/GMT", "GMT0"},
    {"Etc/UTC", "UTC0"},
    {"PRC", "CST-8"},
};

static bool take(span *rest, char c)
{
    if (rest->len == 0 || *rest->at != c)
        return false;
    *rest = span_from(*rest, 1);
    return true;
}

/* A decimal number of at most three digits. */
static bool take_number(span *rest, int *out_number)
{
    size_t len = 0;
    int number = 0;

    while (len < rest->len && len < 3 && rest->at[len] >= '0' && rest->at[len] <= '9')
        number = number * 10 + (rest->at[len++] - '0');
    *rest = span_from(*rest, len);
    *out_number = number;
    return len > 0;
}

/* [+-]hh[:mm[:ss]], in seconds */
static bool take_time(span *rest, int *out_seconds)
{
    bool is_negative = take(rest, '-');
    int hours, minutes = 0, seconds = 0;

    if (!is_negative)
        take(rest, '+');
    if (!take_number(rest, &hours))
        return false;
    if (take(rest, ':') && (!take_number(rest, &minutes) || minutes > 59))
        return false;
    if (take(rest, ':') && (!take_number(rest, &seconds) || seconds > 59))
        return false;
    if (hours > 167) /* a week: RFC 8536 3.3.1 */
        return false;
    seconds += hours * HOUR_SECONDS + minutes * 60;
    *out_seconds = is_negative ? -seconds : seconds;
    return true;
}

/* EST, <+0330> */
static bool skip_abbreviation(span *rest)
{
    size_t len = 0;

    if (take(rest, '<')) {
        len = span_find_char(*rest, '>');
        *rest = span_from(*rest, len == SPAN_NONE ? rest->len : len + 1);
        return len != SPAN_NONE;
    }
    while (len < rest->len && (rest->at[len] | 32) >= 'a' && (rest->at[len] | 32) <= 'z')
        len++;
    *rest = span_from(*rest, len);
    return len >= 3;
}

static bool take_change(span *rest, struct change *out_change)
{
    struct change change = {.kind = 'N', .seconds = 2 * HOUR_SECONDS};

    if (take(rest, 'M')) {
        change.kind = 'M';
        if (!take_number(rest, &change.month) || !take(rest, '.') || !take_number(rest, &change.week) ||
            !take(rest, '.') || !take_number(rest, &change.day))
            return false;
        if (change.month < 1 || change.month > 12 || change.week < 1 || change.week > 5 || change.day > 6)
            return false;
    } else {
        if (take(rest, 'J'))
            change.kind = 'J';
        if (!take_number(rest, &change.day) || change.day > 365 || (change.kind == 'J' && change.day < 1))
            return false;
    }
    if (take(rest, '/') && !take_time(rest, &change.seconds))
        return false;
    *out_change = change;
    return true;
}

/* The TZ string of POSIX, with RFC 8536's extensions. */
static bool rule_read(span text, struct rule *out_rule)
{
    struct rule rule = {0};
    int west;

    if (!skip_abbreviation(&text) || !take_time(&text, &west))
        return false;
    rule.standard = rule.summer = -west;
    if (text.len > 0) {
        if (!skip_abbreviation(&text))
            return false;
        rule.summer = rule.standard + HOUR_SECONDS;
        if (text.len && *text.at != ',') {
            if (!take_time(&text, &west))
                return false;
            rule.summer = -west;
        }
        if (!take(&text, ',') || !take_change(&text, &rule.begin) || !take(&text, ',') ||
            !take_change(&text, &rule.end))
            return false;
    }
    *out_rule = rule;
    return text.len == 0;
}

/* The instant of a change in `year`, in seconds of a clock that shows UTC. */
static int64_t change_at(const struct change *change, int year)
{
    int64_t day = date_days(year, 1, 1);

    if (change->kind == 'N') {
        day += change->day;
    } else if (change->kind == 'J') {
        bool has_leap_day = date_days(year, 3, 1) - day == 60;
        day += change->day - 1 + (has_leap_day && change->day >= 60);
    } else {
        int next_year = change->month == 12 ? year + 1 : year, next_month = change->month % 12 + 1;
        int64_t first = date_days(year, change->month, 1), last = date_days(next_year, next_month, 1) - 1;
        int64_t weekday = ((first + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
        day = first + (change->day - weekday + 7) % 7 + 7 * (change->week - 1);
        while (day > last)
            day -= 7;
    }
    return day * DAY_SECONDS + change->seconds;
}

static int rule_offset(const struct rule *rule, int64_t at)
{
    int year;
    int64_t begin, end;

    if (rule->standard == rule->summer)
        return rule->standard;
    at = MIN(MAX(at, INT64_MIN + 8 * DAY), INT64_MAX - 8 * DAY); /* more than any offset */
    year = date_split(at + rule->standard * SECOND).year;
    begin = change_at(&rule->begin, year) - rule->standard;
    end = change_at(&rule->end, year) - rule->summer;
    at = at / SECOND - (at % SECOND < 0);
    if (begin < end)
        return at >= begin && at < end ? rule->summer : rule->standard;
    return at >= end && at < begin ? rule->standard : rule->summer; /* south of the equator */
}

static int64_t big_endian(const unsigned char *at, int size)
{
    uint64_t value = at[0] & 0x80 ? UINT64_MAX : 0;

    for (int i = 0; i < size; i++)
        value = value << 8 | at[i];
    return (int64_t)value;
}

/* RFC 8536 3.1: 44 bytes, then six counts say how long what follows is. */
struct header {
    uint32_t is_utc, is_standard, leap, time, type, abbreviation;
};
enum { HEADER_SIZE = 44 };

static bool header_read(span bytes, struct header *out_header)
{
    const unsigned char *at = (const unsigned char *)bytes.at;
    uint32_t counts[6];

    if (bytes.len < HEADER_SIZE || !span_starts(bytes, S("TZif")) || at[4] < '2')
        return false;
    for (int i = 0; i < 6; i++) {
        counts[i] = (uint32_t)big_endian(at + 20 + 4 * i, 4);
        if (counts[i] > LARGEST_FILE)
            return false;
    }
    *out_header = (struct header){counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]};
    return true;
}

static size_t body_size(const struct header *header, size_t time_size)
{
    return header->time * (time_size + 1) + header->type * 6 + header->abbreviation +
           header->leap * (time_size + 4) + header->is_standard + header->is_utc;
}

static bool types_are_sane(const struct timezone_rules *rules)
{
    for (uint32_t i = 0; i < rules->time_count; i++) {
        if (rules->indices[i] >= rules->type_count)
            return false;
        if (i && big_endian(rules->times + 8 * i, 8) <= big_endian(rules->times + 8 * (i - 1), 8))
            return false;
    }
    for (uint32_t i = 0; i < rules->type_count; i++) {
        int64_t offset = big_endian(rules->types + 6 * i, 4);
        if (offset < -2 * DAY_SECONDS || offset > 2 * DAY_SECONDS)
            return false;
    }
    return rules->type_count > 0;
}

struct error *timezone_read(struct arena *arena, span bytes, const struct timezone_rules **out_rules)
{
    struct timezone_rules *rules = ARENA_NEW(arena, struct timezone_rules);
    struct header header;
    size_t size;
    span footer;

    if (!header_read(bytes, &header)) /* the first block has times of 4 bytes, for readers of old */
        return error_new(ERROR_FORMAT, "no zone file of version 2 or later");
    bytes = span_from(bytes, HEADER_SIZE + body_size(&header, 4));
    if (!header_read(bytes, &header))
        return error_new(ERROR_FORMAT, "zone file ends early");
    size = body_size(&header, 8);
    bytes = span_from(bytes, HEADER_SIZE);
    if (bytes.len < size || header.leap > 0)
        return error_new(ERROR_FORMAT,
                         header.leap ? "zone file counts leap seconds" : "zone file ends early");
    rules->times = (const unsigned char *)bytes.at;
    rules->indices = rules->times + 8 * (size_t)header.time;
    rules->types = rules->indices + header.time;
    rules->time_count = header.time;
    rules->type_count = header.type;
    if (!types_are_sane(rules))
        return error_new(ERROR_FORMAT, "zone file contradicts itself");
    footer = span_from(bytes, size);
    if (take(&footer, '\n') && footer.len && *footer.at != '\n')
        rules->has_rule = rule_read(span_sub(footer, 0, span_find_char(footer, '\n')), &rules->rule);
    *out_rules = rules;
    return OK;
}

static bool name_is_safe(span name)
{
    span rest = name, part;

    if (name.len == 0 || name.len > LONGEST_NAME || name.at[name.len - 1] == '/')
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        bool is_letter = (c | 32) >= 'a' && (c | 32) <= 'z';
        if (!is_letter && !(c >= '0' && c <= '9') &&
            !memchr("/_+-", c, 4)) /* no dot: nothing hidden, no way up */
            return false;
    }
    while (span_cut(&rest, '/', &part))
        if (part.len == 0)
            return false;
    return true;
}

/* "+08:00", "-5" */
static bool offset_read(span name, struct rule *out_rule)
{
    int seconds;

    if (name.len == 0 || (*name.at != '+' && *name.at != '-'))
        return false;
    if (!take_time(&name, &seconds) || name.len || seconds < -DAY_SECONDS || seconds > DAY_SECONDS)
        return false;
    *out_rule = (struct rule){.standard = seconds, .summer = seconds};
    return true;
}

static bool known_read(span name, struct rule *out_rule)
{
    for (size_t i = 0; i < ARRAY_SIZE(known_zones); i++)
        if (span_is(name, known_zones[i].name))
            return rule_read(span_of(known_zones[i].rule), out_rule);
    return false;
}

struct error *timezone_load(struct arena *arena, span name, const struct timezone_rules **out_rules)
{
    struct timezone_rules *fixed = ARENA_NEW(arena, struct timezone_rules);
    struct error *error;
    span bytes;

    fixed->has_rule = true;
    if (offset_read(name, &fixed->rule)) {
        *out_rules = fixed;
        return OK;
    }
    if (!name_is_safe(name))
        return error_new(ERROR_USAGE, "\"%.*s\" is no name of a time zone", SPAN_ARG(name));
    error = file_read(arena_printf(arena, FOLDER "%.*s", SPAN_ARG(name)).at, LARGEST_FILE, arena, &bytes);
    if (!error)
        error = timezone_read(arena, bytes, out_rules);
    if (!error)
        return OK;
    error_free(error);
    if (!known_read(name, &fixed->rule))
        return error_new(ERROR_USAGE, "there is no time zone \"%.*s\"", SPAN_ARG(name));
    *out_rules = fixed;
    return OK;
}

int timezone_offset(const struct timezone_rules *rules, int64_t at)
{
    int64_t seconds = at / SECOND - (at % SECOND < 0);
    uint32_t low = 0, high = rules->time_count;

    while (low < high) { /* the number of changes until then */
        uint32_t middle = (low + high) / 2;
        if (big_endian(rules->times + 8 * (size_t)middle, 8) <= seconds)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == rules->time_count && rules->has_rule)
        return rule_offset(&rules->rule, at);
    return (int)big_endian(rules->types + (low ? 6 * rules->indices[low - 1] : 0), 4);
}
