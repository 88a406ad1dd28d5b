/* SPDX-License-Identifier: MIT
 * dates_text.c - dates within a text that readers see
 *
 * A date is found by its year, and weighed by the words before it: what says "published" is surer than a date
 * by itself, what says "updated" is another date, and what tells of a birth or of a membership is none. A
 * date in a sentence is worth least, and the two ends of a range are nobody's.
 */
#include "page/internal.h"
#include "text/utf8.h"

enum {
    LABEL = 48,     /* bytes before a date in which words tell what it is */
    SENTENCE = 100, /* more bytes than that besides the date are prose */
    MOST_DATES = 6, /* of one text */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

size_t digits_at(span text, size_t at)
{
    size_t len = 0;

    while (at + len < text.len && is_digit(text.at[at + len]))
        len++;
    return len;
}

/* "14:05", "14:05:09", "2.05 pm" right behind a date: its end, or `at` */
static size_t time_end(span text, size_t at)
{
    size_t start = at, len;

    while (start < text.len && start < at + 12 && !is_digit(text.at[start]) && text.at[start] != '\n')
        start++;
    len = digits_at(text, start);
    if (len < 1 || len > 2 || start + len >= text.len ||
        (text.at[start + len] != ':' && text.at[start + len] != 'h'))
        return at;
    size_t end = start + len + 1;
    len = digits_at(text, end);
    if (len != 2)
        return at;
    end += len;
    if (end < text.len && text.at[end] == ':' && digits_at(text, end + 1) == 2)
        end += 3;
    span rest = span_from(text, end);
    span word = span_trim(rest);
    if (span_starts_nocase(word, S("am")) || span_starts_nocase(word, S("pm")))
        end = (size_t)(word.at - text.at) + 2;
    return end;
}

/* 2024-05-06, 2024/5/6, 2024.05.06, 2024年5月6日: where it ends, or 0 */
size_t numeric_end(span text, size_t at)
{
    static const char *const between[] = {"-",    "/",   ".",   "年", "月", " 年 ",
                                          " 月 ", "년 ", "월 ", "년", "월"};
    size_t end = at + 4;

    for (int part = 0; part < 2; part++) {
        size_t skip = 0, len;
        for (size_t i = 0; i < ARRAY_SIZE(between) && !skip; i++)
            if (span_starts(span_from(text, end), span_of(between[i])))
                skip = strlen(between[i]);
        len = skip ? digits_at(text, end + skip) : 0;
        if (len < 1 || len > 2)
            return 0;
        end += skip + len;
    }
    static const char *const days[] = {"日", " 日", "일"};
    for (size_t i = 0; i < ARRAY_SIZE(days); i++)
        if (span_starts(span_from(text, end), span_of(days[i])))
            return end + strlen(days[i]);
    return end;
}

/* --- what the words before it say --- */

struct word_list {
    const char *const *words;
    size_t count;
};
#define WORDS(...)                                                            \
    {                                                                         \
        (const char *const[]){__VA_ARGS__},                                   \
            sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *) \
    }

/* Without their first letter where that may be a capital that is not ASCII's. */
static const struct word_list published_words =
    WORDS("publish", "posted", "released", "ublié", "veröffentlicht", "erschienen", "erstellt am", "publicad",
          "pubblicat", "publicat", "gepubliceerd", "geplaatst", "publicerad", "publisert", "publiceret",
          "opublikowano", "zveřejněno", "julkaistu", "публикован", "yayınlan", "发布", "發布", "发表", "發表",
          "发稿", "發稿", "刊登", "发布于", "时间：", "時間：", "日期：", "公開日", "投稿日", "配信", "掲載",
          "입력", "등록", "نشر");
static const struct word_list updated_words =
    WORDS("updated", "modified", "edited", "aktualisiert", "geändert", "actualizad", "mis à jour", "modifié",
          "aggiornat", "atualizad", "bijgewerkt", "uppdaterad", "oppdatert", "opdateret", "обновлен",
          "aktualizacja", "更新时间", "更新時間", "更新于", "更新於", "最后更新", "最後更新", "最終更新",
          "更新日", "수정", "last ", "letzte änderung");
static const struct word_list other_words =
    WORDS("joined", "member since", "registered", "copyright", "\xC2\xA9", "born", "geboren", "expires",
          "as of ", "建立于", "建立於", "注册", "註冊", "生于", "加入时间");

/* Where the last of the words ends in the text, or 0 */
static size_t word_end(span text, const struct word_list *list)
{
    size_t end = 0;

    for (size_t i = 0; i < list->count; i++) {
        span word = span_of(list->words[i]);
        size_t at = span_find_nocase(text, word);
        if (at != SPAN_NONE)
            end = MAX(end, at + word.len);
    }
    return end;
}

enum meaning { NO_LABEL, SAYS_PUBLISHED, SAYS_UPDATED, SAYS_OTHER };

/* The last of them counts: "published by a member since 2012: updated 6 May 2024" */
static enum meaning meaning_of(span label)
{
    size_t published = word_end(label, &published_words), updated = word_end(label, &updated_words),
           other = word_end(label, &other_words);

    if (other > published && other > updated)
        return SAYS_OTHER;
    if (updated > published)
        return SAYS_UPDATED;
    return published ? SAYS_PUBLISHED : NO_LABEL;
}

bool says_published(span text)
{
    return word_end(text, &published_words) != 0;
}

bool says_update(span text)
{
    return meaning_of(span_sub(text, 0, LABEL)) == SAYS_UPDATED;
}

/* --- the dates --- */

/* The end of a zone's name behind a time ("11:00 pm EST", "14:05 MSK"), or `at` */
static size_t zone_end(span text, size_t at)
{
    size_t start = at, end;

    while (start < text.len && (text.at[start] == ' ' || text.at[start] == '('))
        start++;
    for (end = start; end < text.len && text.at[end] >= 'A' && text.at[end] <= 'Z'; end++)
        ;
    return end - start >= 2 && end - start <= 5 ? end : at;
}

struct found {
    struct reader *reader;
    enum when when;
    enum rank rank;
};

/* As much as can be read: with the zone, with the time, or the day alone */
static bool say_found(const struct found *found, span text, size_t start, size_t end)
{
    size_t with_time = time_end(text, end), ends[] = {zone_end(text, with_time), with_time, end};

    for (size_t i = with_time > end ? 0 : 2; i < ARRAY_SIZE(ends); i++)
        if (say_moment(found->reader, found->when, found->rank, span_sub(text, start, ends[i] - start)))
            return true;
    return false;
}

/* Where the word before `at` begins */
static size_t word_before(span text, size_t at)
{
    while (at && text.at[at - 1] == ' ')
        at--;
    while (at && text.at[at - 1] != ' ' && text.at[at - 1] != '\n' && text.at[at - 1] != '|' &&
           text.at[at - 1] != '(')
        at--;
    return at;
}

bool has_digit(span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (is_digit(text.at[i]))
            return true;
    return false;
}

/* 6 May 2024, May 6th, 2024, 06.05.2024: the year is last, and a few words before it are the rest. */
static bool say_day_and_month(const struct found *found, span text, size_t first, size_t year)
{
    size_t starts[5] = {word_before(text, year + 1)};

    for (size_t i = 1; i < ARRAY_SIZE(starts); i++)
        starts[i] = word_before(text, starts[i - 1]);
    for (size_t i = ARRAY_SIZE(starts); i-- > 0;)
        if (starts[i] >= first &&
            has_digit(span_sub(text, starts[i], year - starts[i])) && /* a month and a year are no day */
            say_found(found, text, starts[i], year + 4))
            return true;
    return false;
}

/* 01/01/2005 - 02/01/2005: where the other end of the range ends, or `end` */
static size_t range_end(span text, size_t end)
{
    span rest = span_trim(span_from(text, end)), after = rest;
    size_t year;

    if (span_starts(rest, S("-")))
        after = span_from(rest, 1);
    else if (span_starts(rest, S("\xE2\x80\x93")) || span_starts(rest, S("\xE2\x80\x94")))
        after = span_from(rest, 3);
    if (after.len == rest.len)
        return end;
    after = span_sub(span_trim(after), 0, 20);
    for (year = 0; year < after.len && digits_at(after, year) != 4; year++)
        year += digits_at(after, year);
    return year < after.len && is_digit(after.at[0]) ? (size_t)(after.at - text.at) + year + 4 : end;
}

/* Arabic, Persian, Devanagari, Bengali and full-width digits as ASCII's */
static span with_plain_digits(struct arena *arena, span text)
{
    static const uint32_t zeros[] = {0x660, 0x6F0, 0x966, 0x9E6, 0xFF10};
    LOCAL(buf) out = {.max = LIMIT_PAGE_LINE};
    span rest = text;
    uint32_t character;
    bool is_other = false;

    if (utf8_ascii_len(text) == text.len)
        return text;
    while (utf8_next(&rest, &character)) {
        for (size_t i = 0; i < ARRAY_SIZE(zeros); i++)
            if (character >= zeros[i] && character <= zeros[i] + 9) {
                character = '0' + (character - zeros[i]);
                is_other = true;
            }
        utf8_add(&out, character);
    }
    return is_other ? arena_keep(arena, buf_span(&out)) : text;
}

static bool may_be_year(span text, size_t at)
{
    return digits_at(text, at) == 4 && (text.at[at] == '2' || text.at[at] == '1');
}

bool say_dates_within(struct reader *reader, enum when when, enum rank rank, span label, span text)
{
    size_t first = 0, dates = 0;
    bool is_found = false;

    text = with_plain_digits(reader->arena, text);
    for (size_t at = 0, len; at < text.len && dates < MOST_DATES; at += MAX(len, (size_t)1)) {
        len = digits_at(text, at);
        if (!may_be_year(text, at))
            continue;
        struct found found = {reader, when, text.len > SENTENCE ? MAX(rank, RANK_SPARE) : rank};
        size_t from = MAX(first, at > LABEL ? at - LABEL : 0), end = numeric_end(text, at);
        size_t range = range_end(text, end ? end : at + 4);
        enum meaning meaning = meaning_of(span_sub(text, from, at - from));
        if (meaning == NO_LABEL && !dates && label.len)
            meaning = meaning_of(label);
        if (meaning == SAYS_UPDATED)
            found.when = MODIFIED;
        if (meaning == SAYS_PUBLISHED)
            found.rank = reader->heading ? MIN(rank, RANK_WEAK) : rank;
        if (range == (end ? end : at + 4) && meaning != SAYS_OTHER)
            is_found |= end ? say_found(&found, text, at, end) : say_day_and_month(&found, text, first, at);
        len = range - at;
        first = range;
        dates++;
    }
    return is_found;
}
