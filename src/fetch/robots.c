/* SPDX-License-Identifier: MIT */
#include "fetch/robots.h"
#include "core/vec.h"
#include "limits/limits.h"

struct reading {
    struct arena *arena;
    VEC(struct robots_group) groups;
    VEC(span) agents; /* of the group at hand */
    VEC(struct robots_rule) rules;
    VEC(span) sitemaps;
    int64_t delay_ms;
    bool has_rules; /* so the next User-agent begins a new group */
};

/* --- paths --- */

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_unreserved(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~", c);
}

static void add_encoded(struct buf *out, int c)
{
    buf_printf(out, "%%%02X", c);
}

/* One spelling for each byte (RFC 9309 2.2.2): unreserved ones as they are, others encoded if they were, or
 * if they are beyond ASCII. In a path, '*' and '$' are encoded, so that they are never taken for those of a
 * pattern. */
static span uniform(struct arena *arena, span text, bool is_pattern)
{
    LOCAL(buf) out = {.max = 3 * text.len + 1};

    for (size_t i = 0; i < text.len; i++) {
        int c = (unsigned char)text.at[i];
        bool is_escape =
            c == '%' && i + 2 < text.len && hex_value(text.at[i + 1]) >= 0 && hex_value(text.at[i + 2]) >= 0;

        if (is_escape) {
            c = hex_value(text.at[i + 1]) * 16 + hex_value(text.at[i + 2]);
            i += 2;
        }
        if (c != 0 && is_unreserved(c))
            buf_add_char(&out, (char)c);
        else if (is_escape || c >= 0x80 || c <= 0x20 || (!is_pattern && (c == '*' || c == '$')))
            add_encoded(&out, c);
        else
            buf_add_char(&out, (char)c);
    }
    return arena_keep(arena, buf_span(&out));
}

/* --- reading --- */

static void end_group(struct reading *reading)
{
    if (reading->agents.len)
        *vec_add(reading->arena, &reading->groups) =
            (struct robots_group){reading->agents.at, reading->agents.len, reading->rules.at,
                                  reading->rules.len, reading->delay_ms};
    memset(&reading->agents, 0, sizeof reading->agents);
    memset(&reading->rules, 0, sizeof reading->rules);
    reading->delay_ms = -1;
    reading->has_rules = false;
}

/* The name before a version: "Courant" of "Courant/0.1 (+https://...)". */
static span product_token(span agent)
{
    size_t len = 0;

    agent = span_trim(agent);
    while (len < agent.len && (((agent.at[len] | 0x20) >= 'a' && (agent.at[len] | 0x20) <= 'z') ||
                               agent.at[len] == '-' || agent.at[len] == '_'))
        len++;
    return agent.len && *agent.at == '*' ? span_sub(agent, 0, 1) : span_sub(agent, 0, len);
}

static void read_agent(struct reading *reading, span value)
{
    if (reading->has_rules)
        end_group(reading);
    *vec_add(reading->arena, &reading->agents) = product_token(value);
}

static void read_rule(struct reading *reading, span value, bool allows)
{
    reading->has_rules = true;
    if (value.len && reading->agents.len)
        *vec_add(reading->arena, &reading->rules) =
            (struct robots_rule){uniform(reading->arena, value, true), allows};
}

static void read_allow(struct reading *reading, span value)
{
    read_rule(reading, value, true);
}

static void read_disallow(struct reading *reading, span value)
{
    read_rule(reading, value, false);
}

/* Seconds, with a fraction at times. */
static void read_delay(struct reading *reading, span value)
{
    int64_t ms = 0, unit = SECOND;
    bool is_fraction = false;
    size_t i;

    for (i = 0; i < value.len && unit; i++) {
        if (value.at[i] == '.' && !is_fraction) {
            is_fraction = true;
            continue;
        }
        if (value.at[i] < '0' || value.at[i] > '9')
            break;
        if (is_fraction)
            unit /= 10;
        ms = is_fraction ? ms + (value.at[i] - '0') * unit : ms * 10 + (value.at[i] - '0') * SECOND;
        ms = MIN(ms, LIMIT_ROBOTS_DELAY);
    }
    reading->has_rules = true;
    if (i > 0)
        reading->delay_ms = ms;
}

static void read_sitemap(struct reading *reading, span value)
{
    if (value.len && reading->sitemaps.len < LIMIT_ROBOTS_SITEMAPS)
        *vec_add(reading->arena, &reading->sitemaps) = value;
}

static const struct {
    const char *name;
    void (*read)(struct reading *, span value);
} lines[] = {
    {"user-agent", read_agent},  {"allow", read_allow},     {"disallow", read_disallow},
    {"crawl-delay", read_delay}, {"sitemap", read_sitemap},
};

static void read_line(struct reading *reading, span line)
{
    span name, value;
    size_t colon;

    line = span_sub(line, 0, span_find_char(line, '#'));
    colon = span_find_char(line, ':');
    if (colon == SPAN_NONE)
        return;
    name = span_trim(span_sub(line, 0, colon));
    value = span_trim(span_from(line, colon + 1));
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
        if (span_is_nocase(name, lines[i].name))
            lines[i].read(reading, value);
}

const struct robots *robots_parse(struct arena *arena, span text)
{
    struct robots *robots = ARENA_NEW(arena, struct robots);
    struct reading reading = {.arena = arena, .delay_ms = -1};
    span line, piece;

    text = arena_keep(arena, span_sub(text, 0, LIMIT_ROBOTS));
    if (span_starts(text, S("\xef\xbb\xbf")))
        text = span_from(text, 3);
    while (span_cut(&text, '\n', &line))
        while (span_cut(&line, '\r', &piece)) /* a CR alone ends a line, too */
            read_line(&reading, piece);
    end_group(&reading);
    robots->groups = reading.groups.at;
    robots->group_count = reading.groups.len;
    robots->sitemaps = reading.sitemaps.at;
    robots->sitemap_count = reading.sitemaps.len;
    return robots;
}

/* --- answers --- */

/* Each piece between two '*' is looked for once, at its first place after the piece before: no going back, so
 * it takes linear time whatever the pattern. */
static bool matches(span pattern, span path)
{
    bool is_anchored = span_ends(pattern, S("$")), is_first = true;
    size_t star;

    pattern.len -= is_anchored;
    while ((star = span_find_char(pattern, '*')) != SPAN_NONE) {
        span piece = span_sub(pattern, 0, star);
        size_t at = is_first ? (span_starts(path, piece) ? 0 : SPAN_NONE) : span_find(path, piece);
        if (at == SPAN_NONE)
            return false;
        path = span_from(path, at + piece.len);
        pattern = span_from(pattern, star + 1);
        is_first = false;
    }
    if (is_anchored)
        return is_first ? span_equal(path, pattern) : span_ends(path, pattern);
    return is_first ? span_starts(path, pattern) : span_find(path, pattern) != SPAN_NONE;
}

static bool is_for(const struct robots_group *group, span token)
{
    for (size_t i = 0; i < group->agent_count; i++)
        if (token.len && span_equal_nocase(group->agents[i], token))
            return true;
    return false;
}

/* Whom the groups that count are for: the agent if it has one of its own, else everybody. */
static span addressed(const struct robots *robots, span agent)
{
    span token = product_token(agent);

    for (size_t i = 0; i < robots->group_count; i++)
        if (is_for(&robots->groups[i], token))
            return token;
    return S("*");
}

static bool decide(const struct robots *robots, span token, span path)
{
    size_t longest = 0;
    bool allows = true;

    for (size_t i = 0; i < robots->group_count; i++) {
        const struct robots_group *group = &robots->groups[i];
        if (!is_for(group, token))
            continue;
        for (size_t k = 0; k < group->rule_count; k++) {
            const struct robots_rule *rule = &group->rules[k];
            if (rule->pattern.len < longest || (rule->pattern.len == longest && !rule->allows) ||
                !matches(rule->pattern, path))
                continue;
            longest = rule->pattern.len;
            allows = rule->allows;
        }
    }
    return allows;
}

bool robots_allows(const struct robots *robots, span agent, span path)
{
    OWN(arena) arena = arena_new(64 * KiB);

    path = path.len ? uniform(arena, span_sub(path, 0, LIMIT_ROBOTS_PATH), false) : S("/");
    if (span_is(path, "/robots.txt"))
        return true;
    return decide(robots, addressed(robots, agent), path);
}

int64_t robots_delay_ms(const struct robots *robots, span agent)
{
    span token = addressed(robots, agent);
    int64_t delay_ms = -1;

    for (size_t i = 0; i < robots->group_count; i++)
        if (is_for(&robots->groups[i], token))
            delay_ms = MAX(delay_ms, robots->groups[i].delay_ms);
    return delay_ms;
}
