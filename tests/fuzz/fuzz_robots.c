/* SPDX-License-Identifier: MIT
 * fuzz_robots.c - a robots.txt: anything is one, and an answer is one answer
 */
#include "fetch/robots.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const span agents[] = {S("Courant/0.1 (+https://example.org/bot)"), S("*"), S("")};
    OWN(arena) arena = arena_new(64 * MiB);
    span text = {(const char *)data, size};
    const struct robots *robots = robots_parse(arena, text);

    for (size_t i = 0; i < ARRAY_SIZE(agents); i++) {
        int64_t delay_ms = robots_delay_ms(robots, agents[i]);
        if (delay_ms < -1 || delay_ms > DAY)
            abort();
        if (!robots_allows(robots, agents[i], S("/robots.txt")))
            abort();
        robots_allows(robots, agents[i], span_sub(text, size / 2, 200)); /* patterns that nearly match */
        robots_allows(robots, agents[i], S("/a/b%2Fc?d=*$"));
    }
    for (size_t i = 0; i < robots->group_count; i++)
        if (robots->groups[i].agent_count == 0)
            abort();
    return 0;
}
