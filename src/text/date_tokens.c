/* SPDX-License-Identifier: MIT
 * date_tokens.c - cuts a written date into numbers, words and marks
 *
 * Everything that differs between scripts and means the same is made the same here: digits of any script,
 * full-width forms, dashes, apostrophes, Chinese numerals, capital letters, forms of Arabic letters. Words
 * are looked up at once; words of several ("tháng mười hai") become one token.
 */
#include "limits/limits.h"
#include "text/date_internal.h"
#include "text/utf8.h"

enum { LONGEST_NUMBER = 18 };

struct lexer {
    span rest; /* of the text */
    span text;
    char folded[2 * LIMIT_DATE + 8];
    size_t folded_len;
    struct date_tokens *tokens;
    bool is_spaced;
};

struct mapping {
    uint16_t from, to; /* 0: dropped */
};

/* Characters that are read as others, in order: marks and spaces, then letters that have several forms. */
static const struct mapping mappings[] = {
    {0x00a0, ' '},    {0x00aa, 0},      {0x00ab, ','},    {0x00ad, 0},      {0x00b0, 0},
    {0x00b7, '.'},    {0x00ba, 0},      {0x00bb, ','},    {0x0130, 'i'},    {0x02bc, '\''},
    {0x055d, ','},    {0x0589, '.'},    {0x05be, '-'},    {0x05f3, 0},      {0x05f4, 0},
    {0x060c, ','},    {0x061b, ','},    {0x0622, 0x0627}, {0x0623, 0x0627}, {0x0625, 0x0627},
    {0x0629, 0x0647}, {0x0640, 0},      {0x0649, 0x064a}, {0x0671, 0x0627}, {0x06a9, 0x0643},
    {0x06c0, 0x0647}, {0x06c1, 0x0647}, {0x06cc, 0x064a}, {0x06d4, '.'},    {0x093c, 0},
    {0x0958, 0x0915}, {0x0959, 0x0916}, {0x095a, 0x0917}, {0x095b, 0x091c}, {0x095c, 0x0921},
    {0x095d, 0x0922}, {0x095e, 0x092b}, {0x095f, 0x092f}, {0x0964, ','},    {0x0970, '.'},
    {0x09bc, 0},      {0x09dc, 0x09a1}, {0x09dd, 0x09a2}, {0x09df, 0x09af}, {0x1680, ' '},
    {0x2022, ','},    {0x2024, '.'},    {0x202f, ' '},    {0x2044, '/'},    {0x205f, ' '},
    {0x2212, '-'},    {0x2215, '/'},    {0x2236, ':'},    {0x22c5, '.'},    {0x3000, ' '},
    {0x3001, ','},    {0x3002, ','},    {0x3007, '0'},    {0x30fb, ','},    {0xfe58, '-'},
    {0xfe63, '-'},    {0xfeff, 0},      {0xfffd, ','},
};

/* Ranges that become one character; 0: dropped. */
static const struct {
    uint16_t first, last, to;
} ranges[] = {
    {0x0000, 0x0008, ','}, {0x0009, 0x000d, ' '}, {0x000e, 0x001f, ','},  {0x007f, 0x009f, ','},
    {0x0300, 0x036f, 0},   {0x0591, 0x05bd, 0},   {0x064b, 0x065f, 0},    {0x2000, 0x200a, ' '},
    {0x200b, 0x200f, 0},   {0x2010, 0x2015, '-'}, {0x2018, 0x201b, '\''}, {0x201c, 0x201f, ','},
    {0x2028, 0x2029, ' '}, {0x202a, 0x202e, 0},   {0x2060, 0x206f, 0},    {0x2190, 0x2bff, ','},
    {0x3008, 0x3020, ','}, {0xfe00, 0xfe0f, 0},   {0xfff9, 0xffff, ','},
};

/* Where the digits of a script begin. */
static const uint16_t zeros[] = {0x0660, 0x06f0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6,
                                 0x0c66, 0x0ce6, 0x0d66, 0x0e50, 0x0ed0, 0x1040, 0x17e0};

static uint32_t map_character(uint32_t c)
{
    size_t low = 0, high = ARRAY_SIZE(mappings);

    if (c >= 0xff01 && c <= 0xff5e) /* full-width forms of ASCII */
        c -= 0xfee0;
    if (c >= 0x1f000 && c < 0x20000) /* pictures */
        return ',';
    if ((c >= ' ' && c < 0x7f) ||
        (c >= 0x3400 && c < 0xfb00)) /* ASCII; Han and hangul, which are never mapped */
        return fold_case(c);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (mappings[middle].from == c)
            return mappings[middle].to;
        if (mappings[middle].from < c)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = 0; i < ARRAY_SIZE(ranges); i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return ranges[i].to;
    for (size_t i = 0; i < ARRAY_SIZE(zeros); i++)
        if (c >= zeros[i] && c < zeros[i] + 10u)
            return '0' + (c - zeros[i]);
    return fold_case(c);
}

/* The next character as it is read, without taking it: 0 at the end. `*out_behind`: what comes after it. */
static uint32_t peek(span rest, span *out_behind)
{
    uint32_t c = rest.len && *rest.at >= ' ' && *rest.at < 0x7f ? (uint32_t)*rest.at : 0;

    if (c) { /* nearly all of most dates */
        *out_behind = span_from(rest, 1);
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    }

    while (!c && utf8_next(&rest, &c))
        c = map_character(c);
    *out_behind = rest;
    return c;
}

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || c >= 0x80;
}

/* Han, kana, hangul: written without spaces, and known by their longest match. */
static bool is_joined_script(uint32_t c)
{
    return (c >= 0x3005 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3) ||
           (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff);
}

static struct token *add_token(struct lexer *lexer, enum token_kind kind)
{
    struct date_tokens *tokens = lexer->tokens;
    struct token *token = &tokens->at[MIN(tokens->count, (size_t)DATE_TOKENS - 1)];

    tokens->count++; /* past DATE_TOKENS: too many, and the lexer ends */
    *token = (struct token){.kind = kind,
                            .is_spaced = lexer->is_spaced,
                            .source = (uint16_t)(lexer->text.len - lexer->rest.len),
                            .start = (uint16_t)lexer->folded_len};
    lexer->is_spaced = false;
    return token;
}

static void add_folded(struct lexer *lexer, uint32_t c)
{
    char bytes[4];
    size_t len = utf8_encode(c, bytes);

    if (lexer->folded_len + len > sizeof lexer->folded)
        return; /* LIMIT_DATE bytes never fold to so many */
    memcpy(lexer->folded + lexer->folded_len, bytes, len);
    lexer->folded_len += len;
}

static bool take_number(struct lexer *lexer)
{
    struct token *token = add_token(lexer, TOKEN_NUMBER);
    span behind;
    uint32_t c;

    while (is_digit(c = peek(lexer->rest, &behind))) {
        if (++token->digits > LONGEST_NUMBER)
            return false;
        token->number = token->number * 10 + (c - '0');
        lexer->rest = behind;
    }
    add_folded(lexer, '0'); /* no name reaches over it */
    return true;
}

/* Letters in a row from `rest` on, counted to three. */
static int count_letters(span rest)
{
    int count = 0;

    for (uint32_t c = peek(rest, &rest); count < 3 && is_letter(c) && !is_joined_script(c);
         c = peek(rest, &rest))
        count++;
    return count;
}

/* "a.m.", "พ.ศ.": a dot between groups of one or two letters is no part of the word; nor is the space in "p.
 * m.". */
static bool skip_inner_dot(struct lexer *lexer, int group)
{
    span behind, next;
    int letters;

    if (group > 2 || peek(lexer->rest, &behind) != '.')
        return false;
    letters = count_letters(behind);
    if (letters == 0 && group == 1 && strchr("ap", lexer->folded[lexer->folded_len - 1]) &&
        peek(behind, &next) == ' ' && peek(next, &behind) == 'm') {
        behind = next;
        letters = count_letters(behind);
    }
    if (letters == 0 || letters > 2)
        return false;
    lexer->rest = behind;
    return true;
}

static bool has_small_letter(span written)
{
    for (size_t i = 0; i < written.len; i++)
        if (written.at[i] >= 'a' && written.at[i] <= 'z')
            return true;
    return false;
}

static void take_word(struct lexer *lexer)
{
    struct token *token = add_token(lexer, TOKEN_WORD);
    const char *written = lexer->rest.at;
    int group;

    do {
        span behind;
        uint32_t c;
        group = 0;
        while (is_letter(c = peek(lexer->rest, &behind)) && !is_joined_script(c)) {
            add_folded(lexer, c);
            lexer->rest = behind;
            group++;
        }
    } while (skip_inner_dot(lexer, group));
    token->len = (uint16_t)(lexer->folded_len - token->start);
    token->is_capital = !has_small_letter(span_between(written, lexer->rest.at));
    token->word = date_word_find((span){lexer->folded + token->start, token->len});
}

/* What a numeral of Chinese counts: 1-9, 10, 20, 30; -1: it is none. */
static int numeral_value(uint32_t c)
{
    static const struct {
        uint16_t c, value;
    } numerals[] = {{0x96f6, 0}, {0x4e00, 1},  {0x5143, 1},  {0x4e8c, 2},  {0x4e24, 2}, {0x5169, 2},
                    {0x4e09, 3}, {0x56db, 4},  {0x4e94, 5},  {0x516d, 6},  {0x4e03, 7}, {0x516b, 8},
                    {0x4e5d, 9}, {0x5341, 10}, {0x5eff, 20}, {0x5344, 20}, {0x5345, 30}};

    if (is_digit(c)) /* U+3007, the round zero, among them */
        return (int)(c - '0');
    for (size_t i = 0; i < ARRAY_SIZE(numerals); i++)
        if (numerals[i].c == c)
            return numerals[i].value;
    return -1;
}

static bool is_unit(const struct date_word *word)
{
    return word && word->use >= WORD_YEAR && word->use <= WORD_SECOND;
}

/* The known word at the start of a script without spaces. */
static const struct date_word *joined_word(span rest)
{
    char window[32];
    size_t len = 0;

    for (uint32_t c = peek(rest, &rest); is_joined_script(c) && len + 4 <= sizeof window;
         c = peek(rest, &rest))
        len += utf8_encode(c, window + len);
    return date_word_at_start((span){window, len});
}

/* 十二, 二十五, 二零二四: a number where a unit follows. Tens and ones, or digits as they stand. */
static bool take_numerals(struct lexer *lexer)
{
    int tens = 0, ones = 0, digits = 0, value;
    span rest = lexer->rest, behind;
    struct token *token;

    for (; (value = numeral_value(peek(rest, &behind))) >= 0; rest = behind, digits++) {
        if (digits == 4)
            return false;
        if (value >= 10) {
            tens += value * (value == 10 && ones ? ones : 1);
            ones = 0;
        } else {
            ones = ones * 10 + value;
        }
    }
    if (digits == 0 || !is_unit(joined_word(rest)))
        return false;
    token = add_token(lexer, TOKEN_NUMBER);
    token->number = tens + ones;
    token->digits = tens ? 2 : digits;
    lexer->rest = rest;
    add_folded(lexer, '0');
    return true;
}

/* A known word, or all that is unknown until the next known one. */
static void take_joined(struct lexer *lexer)
{
    size_t count = lexer->tokens->count, taken = 0;
    const struct token *before = count ? &lexer->tokens->at[count - 1] : NULL;
    const struct date_word *word = joined_word(lexer->rest);
    struct token *token;

    if (!word && take_numerals(lexer))
        return;
    if (!word && before && before->is_cjk && !before->word && !lexer->is_spaced) {
        peek(lexer->rest, &lexer->rest);
        return;
    }
    token = add_token(lexer, TOKEN_WORD);
    token->is_cjk = true;
    token->word = word;
    while (taken < (word ? word->len : 1u)) {
        char bytes[4];
        taken += utf8_encode(peek(lexer->rest, &lexer->rest), bytes);
    }
}

/* The next token, or white space. */
static bool take_token(struct lexer *lexer)
{
    span behind;
    uint32_t c = peek(lexer->rest, &behind);

    if (is_digit(c))
        return take_number(lexer);
    if (is_joined_script(c)) {
        take_joined(lexer);
    } else if (is_letter(c)) {
        take_word(lexer);
    } else {
        if (c == ' ')
            lexer->is_spaced = true;
        else
            add_token(lexer, TOKEN_MARK)->mark = (char)c;
        add_folded(lexer, c);
        lexer->rest = behind;
    }
    return true;
}

/* How many tokens from `first` on are one known name of several words; 1 if they are none. */
static size_t phrase_len(const struct lexer *lexer, size_t first, const struct date_word **out_word)
{
    const struct token *token = &lexer->tokens->at[first], *last = token;
    const struct date_word *word;
    size_t end;

    if (token[0].kind != TOKEN_WORD || token[1].kind != TOKEN_WORD || token->is_cjk || token[1].is_cjk)
        return 1;
    word = date_word_at_start(span_between(lexer->folded + token->start, lexer->folded + lexer->folded_len));
    if (!word || word->len <= token->len)
        return 1;
    end = (size_t)token->start + word->len;
    while (last->kind == TOKEN_WORD && last->start + last->len < end)
        last++;
    if (last->kind != TOKEN_WORD || last->start + last->len != end)
        return 1; /* it ends within a word */
    *out_word = word;
    return (size_t)(last - token) + 1;
}

/* Makes one token of words that are one name. */
static void join_phrases(struct lexer *lexer)
{
    struct date_tokens *tokens = lexer->tokens;
    size_t kept = 0, taken;

    for (size_t i = 0; i < tokens->count; i += taken) {
        struct token token = tokens->at[i];
        taken = phrase_len(lexer, i, &token.word);
        tokens->at[kept++] = token;
    }
    tokens->count = kept;
}

static bool is_all_small(span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] >= 'A' && text.at[i] <= 'Z')
            return false;
    return true;
}

bool date_tokens(span text, struct date_tokens *out_tokens)
{
    struct lexer lexer = {.rest = text, .text = text, .tokens = out_tokens};

    if (text.len > LIMIT_DATE)
        return false;
    out_tokens->count = 0;
    out_tokens->is_all_small = is_all_small(text);
    while (peek(lexer.rest, &(span){0}))
        if (!take_token(&lexer) || out_tokens->count > DATE_TOKENS - 1)
            return false;
    out_tokens->at[out_tokens->count] = (struct token){.kind = TOKEN_END}; /* for phrase_len() */
    join_phrases(&lexer);
    for (size_t i = 0; i < DATE_LOOKAHEAD; i++)
        out_tokens->at[out_tokens->count + i] = (struct token){.kind = TOKEN_END};
    return true;
}
