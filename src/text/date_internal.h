/* SPDX-License-Identifier: MIT
 * date_internal.h - the words and tokens of a written date; private to date*.c
 */
#pragma once
#include "text/date.h"

enum word_use {
    WORD_NAME, /* of a month or weekday, and nothing else */
    WORD_AM,
    WORD_PM,
    WORD_EVENING, /* before midnight from five on */
    WORD_NOON,
    WORD_AM_AFTER, /* believed directly behind a time alone */
    WORD_PM_AFTER,
    WORD_YEAR, /* what the number before it is */
    WORD_MONTH,
    WORD_DAY,
    WORD_HOUR,
    WORD_HOUR_CJK,
    WORD_MINUTE,
    WORD_SECOND,
    WORD_HALF,         /* half past */
    WORD_MONTH_BEFORE, /* what the number behind it is */
    WORD_WEEKDAY_BEFORE,
    WORD_ISO_TIME, /* T */
    WORD_ISO_WEEK, /* W */
    WORD_ORDINAL,
    WORD_ENDING,
    WORD_FILLER,
    WORD_CONNECTOR, /* may stand between the parts of a date */
    WORD_ERA,
    WORD_REFUSE, /* makes it a date that we cannot reckon */
    WORD_DAY_FIRST,
    WORD_ZONE,    /* believed next to a time, in capitals */
    WORD_ZONE_US, /* the same, of a country that writes the month first */
    WORD_ZONE_CIVIL,
    WORD_ZONE_PHRASE, /* believed anywhere */
    WORD_ZONE_PHRASE_CIVIL,
};

enum calendar { CALENDAR_COMMON, CALENDAR_JALALI, CALENDAR_THAI };

struct date_word {
    uint64_t languages; /* that have it as a name, a bit each */
    uint16_t start;     /* its text in date_words.inc */
    uint8_t len;
    uint8_t month;              /* 0: it names no month */
    uint8_t weekdays;           /* a bit each, bit 0: Sunday */
    enum calendar calendar : 8; /* of its month */
    enum word_use use : 8;
    int16_t value; /* an era's first year - 1; a zone's minutes, or its place in date_civil_zones */
};

extern const char *const date_civil_zones[];

/* `folded`: as date_tokens() folds. Three letters that begin names of one month, or of one weekday, alone are
 * enough. NULL: not known. */
const struct date_word *date_word_find(span folded);
/* The month that a word names where the text is in one of `languages`: "mar" is March, but November in
 * Finnish. */
int date_word_month(const struct date_word *word, uint64_t languages);
/* Is it a name of languages all of which write the day before the month? */
bool date_word_is_day_first(const struct date_word *word);
/* The longest known word at the start of `folded`: for scripts without spaces, and words of several. */
const struct date_word *date_word_at_start(span folded);

enum { DATE_TOKENS = 80, DATE_LOOKAHEAD = 8 };

enum token_kind { TOKEN_END, TOKEN_NUMBER, TOKEN_WORD, TOKEN_MARK };

struct token {
    enum token_kind kind;
    bool is_spaced;  /* white space before it */
    bool is_capital; /* a word: no small letter in it, as written */
    bool is_cjk;     /* a word of a script without spaces: may touch a number and be junk */
    char mark;       /* one of ASCII; others became the nearest, or a comma */
    int digits;      /* of a number, at most 18 */
    int64_t number;
    const struct date_word *word; /* NULL: not known */
    uint16_t source;              /* offset in the text */
    uint16_t start, len;          /* a word's folded text */
};

struct date_tokens {
    struct token at[DATE_TOKENS + DATE_LOOKAHEAD]; /* TOKEN_END behind the last */
    size_t count;
    bool is_all_small; /* no capital letter of ASCII in the text */
};

/* What stands at a token; all may look at the DATE_LOOKAHEAD behind any. */
static inline bool is_number(const struct token *token)
{
    return token->kind == TOKEN_NUMBER;
}

static inline bool is_sign(const struct token *token, char mark)
{
    return token->kind == TOKEN_MARK && token->mark == mark;
}

static inline enum word_use use_of(const struct token *token)
{
    return token->kind == TOKEN_WORD && token->word ? token->word->use : WORD_NAME;
}

static inline bool is_half_of_day(enum word_use use)
{
    return use >= WORD_AM && use <= WORD_NOON;
}

/* A number behind one of `marks`, nothing between. */
static inline bool goes_on(const struct token *mark, const char *marks)
{
    return mark->kind == TOKEN_MARK && strchr(marks, mark->mark) && !mark->is_spaced && is_number(&mark[1]) &&
           !mark[1].is_spaced;
}

/* False: no date can come of it (too long, too many pieces, a number too large). */
bool date_tokens(span text, struct date_tokens *out_tokens);

struct date_number {
    int64_t value;
    int digits;
    bool is_year, is_day; /* '70 and 2nd say so */
    int unknown_before;   /* unknown words between the start of the text and it */
};

/* Numbers with one kind of mark between them. */
struct date_group {
    struct date_number at[3];
    size_t count;
    char separator; /* 0: written as one number, year first */
};

struct date_name {
    const struct date_word *word;
    int unknown_before;
};

enum { DATE_NAMES = 6, DATE_LOOSE = 3, DATE_GROUPS = 2 };

/* What the tokens say, before it is known which number is what. */
struct date_draft {
    const struct token *tokens;
    span text;
    bool is_all_small;

    struct date_group groups[DATE_GROUPS];
    struct date_number loose[DATE_LOOSE]; /* in order */
    struct date_name names[DATE_NAMES];
    size_t group_count, loose_count, name_count;
    int year, month, day; /* said outright, by a unit or an era; 0: not */
    int part_unknown;     /* the unknown words before these: the same for all */
    bool has_era;         /* the year is one of the common calendar already */
    unsigned weekdays;    /* besides those of names */

    bool has_time;
    int hour, minute, second, millisecond; /* hour 24 and second 60 are possible */
    size_t time_end; /* the token behind the time and what belongs to it; SIZE_MAX: none */
    size_t date_end; /* the same for a numeric date */

    bool has_zone, has_numeric_zone;
    int zone_minutes;
    span civil_zone; /* of the IANA database */

    bool has_instant; /* seconds since 1970, or smaller units */
    int64_t instant;

    int unknown_count; /* words that say nothing to us */
    bool is_day_first, is_month_first, is_chinese;
    bool has_english_half; /* 3:04:05 PM */
    bool is_refused;       /* there is something that would make whatever we read wrong */
};

/* Takers: each reads its construct at a token into the draft, and says how many tokens that was; 0 if it is
 * not there. */
size_t date_take_time(struct date_draft *draft, const struct token *at);
size_t date_take_iso_time(struct date_draft *draft, const struct token *at);
size_t date_take_numeric_zone(struct date_draft *draft, const struct token *at);
size_t date_take_civil_zone(struct date_draft *draft, const struct token *at);
size_t date_take_zone_name(struct date_draft *draft, const struct token *at);
bool date_starts_time(const struct token *at);

/* Which number is what; the day in the common calendar. False if that is not certain. */
struct date_day {
    int year, month, day;
};
bool date_settle(struct date_draft *draft, struct date_day *out_day);

/* Fills in the time, or refuses. */
void date_set_time(struct date_draft *draft, int64_t hour, int64_t minute, int64_t second,
                   int64_t millisecond);
