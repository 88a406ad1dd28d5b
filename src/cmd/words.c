/* SPDX-License-Identifier: MIT */
#include "cmd/words.h"
#include "text/date.h"
#include <inttypes.h>

static const struct {
    int64_t size;
    const char *name;
    char letter; /* as it is typed */
} units[] = {{DAY, "d", 'd'}, {HOUR, "h", 'h'}, {MINUTE, "min", 'm'}, {SECOND, "s", 's'}};

span time_ago(struct arena *arena, int64_t at, int64_t now)
{
    int64_t distance;

    if (at == NO_TIME)
        return S("-");
    distance = at > now ? at - now : now - at;
    for (size_t i = 0; i < ARRAY_SIZE(units); i++)
        if (distance >= units[i].size)
            return at > now
                       ? arena_printf(arena, "in %" PRId64 " %s", distance / units[i].size, units[i].name)
                       : arena_printf(arena, "%" PRId64 " %s ago", distance / units[i].size, units[i].name);
    return S("now");
}

static int64_t offset_at(const struct timezone_rules *zone, int64_t at)
{
    return timezone_offset(zone, at) * SECOND;
}

int64_t time_read(span text, const struct timezone_rules *zone, int64_t now)
{
    int64_t count, distance;
    struct date date;

    for (size_t i = 0; text.len && i < ARRAY_SIZE(units); i++)
        if (text.at[text.len - 1] == units[i].letter &&
            span_to_int64(span_sub(text, 0, text.len - 1), &count) && count >= 0 &&
            !__builtin_mul_overflow(count, units[i].size, &distance) && distance < now)
            return now - distance;
    if (!date_read(text, &date))
        return NO_TIME;
    return date.has_zone ? date.at : date.at - offset_at(zone, date.at);
}

span time_write(struct arena *arena, const struct timezone_rules *zone, int64_t at)
{
    struct date_parts parts;

    if (at == NO_TIME)
        return S("-");
    parts = date_split(at + offset_at(zone, at));
    return arena_printf(arena, "%04d-%02d-%02d %02d:%02d", parts.year, parts.month, parts.day, parts.hour,
                        parts.minute);
}
