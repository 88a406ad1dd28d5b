/* SPDX-License-Identifier: MIT
 * pattern.c - regular expressions, by PCRE2 with limits
 *
 * Steps of the matcher are counted, not time, so that the same pattern gives the same answer on any machine;
 * the just-in-time compiler counts others, and is not used.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "filter/internal.h"
#include "limits/limits.h"
#include "text/utf8.h"
#include <pcre2.h>

struct pattern {
    pcre2_code *code;
    pcre2_match_context *limits;
};

static void release(void *object)
{
    struct pattern *pattern = object;

    pcre2_code_free(pattern->code);
    pcre2_match_context_free(pattern->limits);
}

static uint32_t options_of(span flags)
{
    uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C;

    for (size_t i = 0; i < flags.len; i++)
        options |= flags.at[i] == 'i'   ? PCRE2_CASELESS
                   : flags.at[i] == 'm' ? PCRE2_MULTILINE
                   : flags.at[i] == 's' ? PCRE2_DOTALL
                                        : PCRE2_EXTENDED;
    return options;
}

static pcre2_code *compile(span text, span flags, int *number, size_t *offset)
{
    pcre2_compile_context *limits = pcre2_compile_context_create(NULL);
    pcre2_code *code;

    if (!limits)
        memory_exhausted();
    pcre2_set_max_pattern_length(limits, LIMIT_PATTERN);
    pcre2_set_parens_nest_limit(limits, LIMIT_PATTERN_DEPTH);
    code = pcre2_compile((PCRE2_SPTR)text.at, text.len, options_of(flags), number, offset, limits);
    pcre2_compile_context_free(limits);
    return code;
}

bool pattern_compile(struct arena *arena, span text, span flags, struct pattern **out_pattern,
                     size_t *out_offset, span *out_what)
{
    struct pattern *pattern = ARENA_NEW(arena, struct pattern);
    PCRE2_UCHAR what[256] = "";
    int number = 0;

    pattern->code = compile(text, flags, &number, out_offset);
    if (!pattern->code) {
        pcre2_get_error_message(number, what, sizeof what);
        *out_what = arena_keep(arena, span_of((const char *)what));
        return false;
    }
    pattern->limits = pcre2_match_context_create(NULL);
    if (!pattern->limits)
        memory_exhausted();
    arena_defer(arena, release, pattern);
    pcre2_set_match_limit(pattern->limits, LIMIT_PATTERN_STEPS);
    pcre2_set_depth_limit(pattern->limits, LIMIT_PATTERN_STEPS);
    pcre2_set_heap_limit(pattern->limits, LIMIT_PATTERN_HEAP / KiB);
    *out_pattern = pattern;
    return true;
}

bool pattern_fits(const struct pattern *pattern, span text, bool *out_is_limited)
{
    pcre2_match_data *found = pcre2_match_data_create(1, NULL); /* threads share patterns, not this */
    int result;

    if (!found)
        memory_exhausted();
    text = utf8_cut(text, LIMIT_FILTER_TEXT);
    result = pcre2_match(pattern->code, (PCRE2_SPTR)(text.at ? text.at : ""), text.len, 0, 0, found,
                         pattern->limits);
    pcre2_match_data_free(found);
    if (result < 0 && result != PCRE2_ERROR_NOMATCH)
        *out_is_limited = true;
    return result >= 0;
}
