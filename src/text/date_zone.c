/* SPDX-License-Identifier: MIT
 * date_zone.c - zones, within a written date
 *
 * A zone stands behind a time, or behind another zone: "15:04 CEST+0200", "15:04 +0800 (CST)". Of several, a
 * numeric one counts.
 */
#include "text/date_internal.h"

static void set_zone(struct date_draft *draft, int64_t minutes, bool is_numeric)
{
    if (draft->has_numeric_zone) {
        draft->is_refused |= is_numeric && draft->zone_minutes != minutes;
        return;
    }
    draft->has_zone = true;
    draft->has_numeric_zone = is_numeric;
    draft->zone_minutes = (int)minutes;
    draft->civil_zone = (span){0};
}

/* May a zone stand here? Behind a time, or what belongs to one. */
static bool is_behind_time(const struct date_draft *draft, const struct token *at)
{
    return (size_t)(at - draft->tokens) == draft->time_end;
}

static bool is_behind_date(const struct date_draft *draft, const struct token *at)
{
    return (size_t)(at - draft->tokens) == draft->date_end;
}

static size_t end_zone(struct date_draft *draft, const struct token *at, size_t taken)
{
    draft->time_end = (size_t)(at - draft->tokens) + taken;
    return taken;
}

/* +08:00, +0800, +8, -0330 */
size_t date_take_numeric_zone(struct date_draft *draft, const struct token *at)
{
    bool is_east = is_sign(at, '+');
    int64_t hours, minutes = 0;
    size_t taken = 2;

    if (!is_behind_time(draft, at) && !(is_east && is_behind_date(draft, at)))
        return 0;
    if ((!is_east && !is_sign(at, '-')) || at[1].is_spaced)
        return 0;
    if (!is_number(&at[1])) {
        draft->is_refused = at[1].kind == TOKEN_WORD && !at->is_spaced; /* 10:00+xx */
        return 0;
    }
    hours = at[1].digits > 2 ? at[1].number / 100 : at[1].number;
    if (at[1].digits > 2)
        minutes = at[1].number % 100;
    if (is_sign(&at[2], ':') && !at[2].is_spaced) {
        minutes = at[3].number;
        draft->is_refused |= at[1].digits > 2 || !is_number(&at[3]) || at[3].digits != 2;
        taken = 4;
    }
    draft->is_refused |= at[1].digits > 4 || hours > 15 || minutes > 59 || is_sign(&at[taken], ':') ||
                         is_half_of_day(use_of(&at[taken])); /* 5:00am-6:00am */
    set_zone(draft, (is_east ? 1 : -1) * (hours * 60 + minutes), true);
    return end_zone(draft, at, taken);
}

/* "Europe/Berlin", as it stands in the text: the zones' names are not folded. */
static span civil_name(span text, const struct token *at)
{
    span rest = span_from(text, at->source);
    size_t len = 0;

    while (len < rest.len && (rest.at[len] > ' ' && rest.at[len] < 0x7f) && !strchr("()[],;", rest.at[len]))
        len++;
    return span_sub(rest, 0, len);
}

size_t date_take_civil_zone(struct date_draft *draft, const struct token *at)
{
    size_t taken = 1;
    span name;

    if (!is_behind_time(draft, at) || at->kind != TOKEN_WORD || at->is_cjk)
        return 0;
    if (!is_sign(&at[1], '/') || at[1].is_spaced || at[2].kind != TOKEN_WORD || at[2].is_spaced)
        return 0;
    name = civil_name(draft->text, at);
    while (at[taken].kind != TOKEN_END && at[taken].source < at->source + name.len)
        taken++;
    if (!draft->has_numeric_zone) {
        draft->has_zone = true;
        draft->civil_zone = name;
    }
    return end_zone(draft, at, taken);
}

static bool zone_is_believed(const struct date_draft *draft, const struct token *at)
{
    enum word_use use = use_of(at);
    bool is_universal = use == WORD_ZONE && at->word->value == 0;
    bool is_last = at[1].kind == TOKEN_END || (is_sign(&at[1], ')') && at[2].kind == TOKEN_END);

    if (use == WORD_ZONE_PHRASE || use == WORD_ZONE_PHRASE_CIVIL)
        return true;
    if (use != WORD_ZONE && use != WORD_ZONE_US && use != WORD_ZONE_CIVIL)
        return false;
    if (!at->is_capital && !is_universal && (use == WORD_ZONE_CIVIL || !draft->is_all_small))
        return false;
    return is_behind_time(draft, at) || is_behind_date(draft, at) || (is_last && at > draft->tokens);
}

size_t date_take_zone_name(struct date_draft *draft, const struct token *at)
{
    enum word_use use = use_of(at);

    if (!zone_is_believed(draft, at))
        return 0;
    if (draft->has_numeric_zone)
        return end_zone(draft, at, 1);
    set_zone(draft, at->word->value, false);
    draft->is_month_first |= use == WORD_ZONE_US;
    if (use == WORD_ZONE_CIVIL || use == WORD_ZONE_PHRASE_CIVIL)
        draft->civil_zone = span_of(date_civil_zones[at->word->value]);
    return end_zone(draft, at, 1);
}
