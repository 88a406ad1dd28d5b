/* SPDX-License-Identifier: MIT
 *
 * markdown_emphasis.c - would a reader of Markdown see the emphasis that we meant?
 *
 * Whether "**" begins or ends anything depends on the characters around it (CommonMark 6.2), and beside
 * Chinese letters and punctuation it often does neither. Rather than to guess, what was written is read here
 * as the specification says, and what does not come out as meant is written in another form: "_" for "*",
 * else HTML. CommonMark counts symbols as punctuation since 0.31, and many readers do not yet: it must hold
 * both ways.
 */
#include "limits/limits.h"
#include "markup/markdown.h"
#include "text/utf8.h"

struct run { /* a delimiter as a reader sees it */
    const struct delimiter *delimiter;
    char character;
    bool can_open, can_close;
    bool is_used; /* it has met its counterpart, or cannot any more */
};

struct reading {
    span text;
    struct run *runs;
    size_t count;
    struct emphasis *emphases;
    bool *is_changed; /* for each of them */
    bool holds;
};

static uint32_t character_before(span text, size_t offset)
{
    size_t start = offset;
    span s;
    uint32_t character = 0;

    while (start > 0 && offset - start < 4) {
        start--;
        if ((text.at[start] & 0xC0) != 0x80)
            break;
    }
    s = span_sub(text, start, offset - start);
    utf8_next(&s, &character);
    return character;
}

static uint32_t character_at(span text, size_t offset)
{
    span s = span_from(text, offset);
    uint32_t character = 0;

    utf8_next(&s, &character);
    return character;
}

static bool is_space(uint32_t c)
{
    return c == 0 || is_unicode_space(c);
}

/* Symbols, general categories S*, among what is_punctuation() names: roughly, by blocks */
static bool is_symbol(uint32_t c)
{
    static const uint32_t ranges[][2] = {
        {0xA2, 0xA6},     {0xA8, 0xA9},       {0xAC, 0xB4},     {0xB8, 0xB8},     {0xD7, 0xF7},
        {0x2C2, 0x3F6},   {0x2044, 0x2044},   {0x2052, 0x2052}, {0x207A, 0x208C}, {0x20A0, 0x2307},
        {0x230C, 0x2328}, {0x232B, 0x2767},   {0x2776, 0x2BFF}, {0x3004, 0x3004}, {0x3012, 0x3013},
        {0x3020, 0x3020}, {0x3036, 0x303F},   {0x309B, 0x309C}, {0x3190, 0x33FF}, {0xFF04, 0xFF04},
        {0xFF0B, 0xFF0B}, {0xFF1C, 0xFF1E},   {0xFF3E, 0xFF40}, {0xFF5C, 0xFF5C}, {0xFF5E, 0xFF5E},
        {0xFFE0, 0xFFFD}, {0x1F000, 0x1FBFF},
    };

    for (size_t i = 0; i < ARRAY_SIZE(ranges); i++)
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return true;
    return false;
}

/* General categories P*, and S* where `with_symbols`; ASCII's punctuation is always both. */
static bool counts(uint32_t c, bool with_symbols)
{
    if (c < 0x80)
        return c > 0x20 && c < 0x7F && !is_letter_or_digit(c);
    return with_symbols ? is_punctuation(c) : is_punctuation(c) && !is_symbol(c);
}

static void set_flanking(struct run *run, span text, bool with_symbols)
{
    uint32_t before = character_before(text, run->delimiter->offset);
    uint32_t after = character_at(text, run->delimiter->offset + run->delimiter->len);
    bool mark_before = counts(before, with_symbols), mark_after = counts(after, with_symbols);
    bool is_left = !is_space(after) && (!mark_after || is_space(before) || mark_before);
    bool is_right = !is_space(before) && (!mark_before || is_space(after) || mark_after);

    run->can_open = is_left && (run->character != '_' || !is_right || mark_before);
    run->can_close = is_right && (run->character != '_' || !is_left || mark_after);
}

/* Writes it in another form from now on. */
static void change(struct reading *reading, size_t pair)
{
    struct emphasis *emphasis = &reading->emphases[pair];

    reading->holds = false;
    if (reading->is_changed[pair])
        return;
    reading->is_changed[pair] = true;
    if (emphasis->kind == DELIMITER_EMPHASIS && emphasis->form == FORM_STARS)
        emphasis->form = FORM_UNDERSCORE;
    else
        emphasis->form = FORM_HTML;
}

/* Of two that cannot stand so, the one that has another form left */
static void change_one(struct reading *reading, const struct run *a, const struct run *b)
{
    const struct emphasis *emphasis = &reading->emphases[a->delimiter->pair];
    bool is_a = emphasis->kind == DELIMITER_EMPHASIS && emphasis->form == FORM_STARS;

    if (!reading->is_changed[a->delimiter->pair] && !reading->is_changed[b->delimiter->pair])
        change(reading, is_a ? a->delimiter->pair : b->delimiter->pair);
}

/* What each delimiter could do where it stands, and whether that is what it is for */
static void look(struct reading *reading, const struct delimiter *delimiters, bool with_symbols)
{
    for (size_t i = 0; i < reading->count; i++) {
        struct run *run = &reading->runs[i];
        size_t offset = delimiters[i].offset;

        *run = (struct run){.delimiter = &delimiters[i], .character = reading->text.at[offset]};
        set_flanking(run, reading->text, with_symbols);
        if (!(delimiters[i].is_open ? run->can_open : run->can_close))
            change(reading, delimiters[i].pair);
        else if (i > 0 && delimiters[i - 1].offset + delimiters[i - 1].len == offset &&
                 run[-1].character == run->character)
            change_one(reading, run - 1, run); /* the two would be one */
    }
}

static bool fits(const struct run *opener, const struct run *closer)
{
    size_t sum = opener->delimiter->len + closer->delimiter->len;

    if (opener->is_used || !opener->can_open || opener->character != closer->character)
        return false;
    if (opener->character == '~' || sum % 3 != 0)
        return true;
    return !(opener->can_open && opener->can_close) && !(closer->can_open && closer->can_close);
}

/* Reads as CommonMark's "process emphasis": each that can close meets the nearest before it that can open. */
static void read_through(struct reading *reading)
{
    for (size_t i = 0; i < reading->count; i++) {
        struct run *closer = &reading->runs[i];
        size_t at = i;

        if (!closer->can_close)
            continue;
        while (at > 0 && !fits(&reading->runs[at - 1], closer))
            at--;
        if (at == 0)
            continue;
        if (reading->runs[at - 1].delimiter->pair != closer->delimiter->pair)
            change_one(reading, &reading->runs[at - 1], closer);
        for (; at <= i + 1; at++)
            reading->runs[at - 1].is_used = true;
    }
    for (size_t i = 0; i < reading->count; i++)
        if (!reading->runs[i].is_used)
            change(reading, reading->runs[i].delimiter->pair);
}

static void read_as(struct reading *reading, const struct delimiter *delimiters, bool with_symbols)
{
    look(reading, delimiters, with_symbols);
    if (reading->holds)
        read_through(reading);
}

bool emphasis_holds(span text, const struct delimiter *delimiters, size_t count, struct emphasis *emphases,
                    size_t emphasis_count, struct arena *arena)
{
    struct reading reading = {.text = text, .emphases = emphases, .holds = true};

    for (size_t i = 0; i < count && count > LIMIT_MARKDOWN_DELIMITERS; i++)
        emphases[delimiters[i].pair].form = FORM_HTML;
    if (count > LIMIT_MARKDOWN_DELIMITERS)
        return false;
    reading.count = count;
    reading.runs = ARENA_ARRAY(arena, struct run, count + 1);
    reading.is_changed = ARENA_ARRAY(arena, bool, emphasis_count);
    read_as(&reading, delimiters, true);
    if (reading.holds)
        read_as(&reading, delimiters, false);
    return reading.holds;
}
