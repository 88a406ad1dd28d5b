/* SPDX-License-Identifier: MIT
 * byline.c - the names in a byline
 *
 * What introduces names goes ("By", 记者, "Автор:"), the line is cut where names end, and of the pieces those
 * are kept that can be a name: no address, no date, no role, not too long.
 */
#include "limits/limits.h"
#include "page/internal.h"
#include "text/escape.h"
#include "text/utf8.h"

enum { LONGEST_NAME = 80 };

/* Longer ones first. Latin ones need something behind them that is no letter. */
static const char *const introductions[] = {
    "reporting and writing by",
    "story and photos by",
    "text and photos by",
    "words and photos by",
    "reported by",
    "reporting by",
    "written by",
    "posted by",
    "published by",
    "submitted by",
    "edited by",
    "story by",
    "article by",
    "analysis by",
    "opinion by",
    "review by",
    "photos by",
    "words by",
    "text by",
    "interview by",
    "authored by",
    "from our correspondent",
    "byline",
    "by",
    "author",
    "authors",
    "reporter",
    "writer",
    "words",
    "text",
    "von",
    "autor",
    "autorin",
    "autoren",
    "par",
    "por",
    "écrit par",
    "publié par",
    "rédigé par",
    "di",
    "da",
    "af",
    "av",
    "door",
    "tekst",
    "escrito por",
    "publicado por",
    "texto",
    "a cura di",
    "scritto da",
    "geschrieben von",
    "verfasst von",
    "ein artikel von",
    "ein gastbeitrag von",
    "ein kommentar von",
    "eine analyse von",
    "skrevet av",
    "skrevet af",
    "skriven av",
    "kirjoittaja",
    "napisał",
    "napisała",
    "autorka",
    "autorzy",
    "przez",
    "przygotował",
    "przygotowała",
    "oprac.",
    "opracował",
    "opracowała",
    "автор",
    "авторы",
    "текст",
    "подготовил",
    "подготовила",
    "беседовал",
    "беседовала",
    "του",
    "της",
    "γράφει ο",
    "γράφει η",
    "γράφουν οι",
    "συντάκτης",
    "από τον",
    "από την",
    "από",
    "بقلم",
    "كتب",
    "كتبت",
    "الكاتب",
    "作者",
    "记者",
    "記者",
    "撰文",
    "文字",
    "文",
    "本报记者",
    "本報記者",
    "通讯员",
    "新华社记者",
    "新华网记者",
    "撰稿",
    "采写",
    "编译",
    "編譯",
    "特约记者",
    "特派记者",
    "执笔",
    "筆者",
    "文/",
    "oleh",
    "tác giả",
    "yazan",
    "haber",
};

/* What follows a name. A line of nothing else ("Guardian staff reporter") is what stands for one. */
static const char *const roles[] = {
    "editor",        "reporter",     "correspondent", "writer",          "staff",
    "columnist",     "contributor",  "producer",      "journalist",      "redaktion",
    "redakteur",     "redakteurin",  "korrespondent", "korrespondentin", "redacción",
    "redazione",     "rédaction",    "redactie",      "redakcja",        "photographer",
    "analyst",       "bureau",       "fellow",        "professor",       "lecturer",
    "team",          "desk",         "newsroom",      "special to",      "redacteur",
    "redaktör",      "journalistin", "journaliste",   "periodista",      "редакция",
    "корреспондент", "编辑部",       "network",       "consultant",
};
/* What is no name at all: buttons, dates */
static const char *const noise[] = {
    "updated",       "published", "posted",    "min read",     "minutes",  "read more", "follow",
    "twitter",       "facebook",  "email",     "subscribe",    "comments", "share",     "admin",
    "administrator", "author",    "sponsored", "getty images", "编辑",     "責任編輯",  "责任编辑",
    "来源",          "來源",      "网站",      "本报讯",       "edited",   "photo",     "photos",
    "image",         "images",    "ist",       "est",          "edt",      "am",        "pm",
};
/* Degrees: behind a name, or for themselves */
static const char *const degrees[] = {
    "ms",   "rd",  "rdn", "ld",  "md",  "m.d", "phd",  "ph.d",
    "fand", "cpa", "jd",  "mba", "mph", "rn",  "cfp®", "cpt",
};

static const char *const separators[] = {
    ",",     ";",     "|",     "/",      "·",     "•",    "、",    "，",   "；",   "　",    "\n",
    " and ", " & ",   " und ", " et ",   " y ",   " og ", " och ", " en ", " e ",  " i ",   " oraz ",
    " и ",   " και ", " ja ",  " with ", " mit ", " - ",  " – ",   " — ",  "—",    "｜",    "／",
    " και ", " و ",   " dan ", " va ",   " și ",  " és ", " for ", " in ", " at ", " via ", " aus ",
};
/* What stands behind these is no other name, but says more of the one before */
static const char *const endings[] = {" in ", " for ", " at ", " - ", " – ", " — ", " via ", " aus "};

static bool is_word_char(uint32_t character)
{
    return is_letter_or_digit(character) || is_mark(character);
}

static bool starts_word(span text, size_t at) /* no letter there */
{
    span rest = span_from(text, at);
    uint32_t character;

    return !utf8_next(&rest, &character) || !is_word_char(character);
}

static bool is_wide(const char *word)
{
    span rest = span_of(word);
    uint32_t character;

    return utf8_next(&rest, &character) && is_cjk(character);
}

static span trim_marks(span text)
{
    static const char *const marks[] = {":", "-", ",", ".",  "|", "/",  "(",  ")",  "[",  "]",  "\"", "'",
                                        "*", "_", "#", "：", "–", "—",  "（", "）", "【", "】", "　", "·",
                                        "•", "»", "«", "“",  "”", "／", "｜", ";",  "、", "，", "。"};
    bool has_changed = true;

    while (has_changed) {
        size_t len = text.len;
        text = js_trim(text);
        for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
            span mark = span_of(marks[i]);
            if (text.len >= mark.len && span_starts(text, mark))
                text = span_from(text, mark.len);
            if (mark.at[0] != '.' && span_ends(text, mark)) /* "Jr." */
                text.len -= mark.len;
        }
        has_changed = text.len != len;
    }
    return text;
}

/* Nothing but its case is to be thought of in a letter of ASCII, unless a mark follows: then it becomes no
 * letter of ASCII. */
static bool differs_at_once(span text, span word)
{
    return text.len == 0 || ((unsigned char)*text.at < 0x80 && (unsigned char)*word.at < 0x80 &&
                             fold_case((unsigned char)*text.at) != (unsigned char)*word.at);
}

/* "By: " off the start of `text`, again and again */
static span without_introduction(struct arena *arena, span text)
{
    for (int round = 0; round < 3; round++) {
        size_t longest = 0;
        text = trim_marks(text);
        span folded = span_sub(text, 0, 64);
        for (size_t i = 0; i < ARRAY_SIZE(introductions); i++) {
            span word = span_of(introductions[i]);
            if (word.len <= longest || differs_at_once(folded, word))
                continue;
            /* the table is in lower case: letters of other alphabets are folded, if that keeps their length
             */
            if (!span_equal(utf8_fold(arena, utf8_cut(folded, word.len)), word))
                continue;
            if (is_wide(introductions[i]) || starts_word(text, word.len))
                longest = word.len;
        }
        if (!longest)
            break;
        text = span_from(text, longest);
    }
    return trim_marks(text);
}

static bool has_word(struct arena *arena, span name, const char *const *words, size_t count)
{
    span folded = utf8_fold(arena, name);

    for (size_t i = 0; i < count; i++) {
        span role = span_of(words[i]);
        size_t at = span_find(folded, role);
        if (at == SPAN_NONE)
            continue;
        if (is_wide(words[i]) ||
            ((at == 0 || folded.at[at - 1] == ' ') && starts_word(folded, at + role.len)))
            return true;
    }
    return false;
}

/* "Ann Lee (Reuters)" and "Ann Lee <ann@a.example>" are Ann Lee. */
static span without_brackets(span text)
{
    static const char *const opening[] = {"(", "<", "[", "（", "【"};

    for (size_t i = 0; i < ARRAY_SIZE(opening); i++) {
        size_t at = span_find(text, span_of(opening[i]));
        if (at != SPAN_NONE && at > 0)
            text = span_sub(text, 0, at);
    }
    return text;
}

/* "Ann Lee MS" is Ann Lee. */
static span without_degree(struct arena *arena, span name)
{
    size_t space = span_find_last_char(name, ' ');

    return space != SPAN_NONE && has_word(arena, span_from(name, space + 1), degrees, ARRAY_SIZE(degrees))
               ? span_trim_end(span_sub(name, 0, space))
               : name;
}

static bool is_name(span name)
{
    span rest = name;
    uint32_t character;
    size_t letters = 0, words = 1;

    if (name.len > LONGEST_NAME || span_has(name, "http") || span_has(name, "www.") || span_has(name, "@") ||
        span_has(name, ":") || span_has(name, "{") || span_has(name, "?"))
        return false;
    while (utf8_next(&rest, &character)) {
        if (character < 0x80 && character >= '0' && character <= '9')
            return false;
        letters += is_letter_or_digit(character);
        words += character == ' ';
    }
    return letters >= 2 && words <= 6;
}

/* "her knowledge of training": small letters throughout, as no three words of a name are. */
static bool is_prose(span name)
{
    size_t words = 1;

    for (size_t i = 0; i < name.len; i++) {
        if ((name.at[i] >= 'A' && name.at[i] <= 'Z') || (unsigned char)name.at[i] >= 0x80)
            return false;
        words += name.at[i] == ' ';
    }
    return words >= 3;
}

/* The name before the next separator is taken off `*rest`. `*out_is_more`: it says more of the one before. */
static span cut_name(span *rest, bool *is_more)
{
    size_t end = rest->len, skip = 0;
    bool was_more = *is_more;
    span name;

    *is_more = false;
    for (size_t i = 0; i < ARRAY_SIZE(separators); i++) {
        span separator = span_of(separators[i]);
        size_t at = span_find_nocase(span_sub(*rest, 0, end + separator.len - 1), separator);
        if (at == SPAN_NONE || at >= end)
            continue;
        end = at;
        skip = separator.len;
        *is_more = false;
        for (size_t e = 0; e < ARRAY_SIZE(endings); e++)
            *is_more |= span_is(separator, endings[e]);
    }
    name = was_more ? (span){0} : span_sub(*rest, 0, end);
    *rest = span_from(*rest, end + skip);
    return name;
}

/* "Ann Lee | annlee": where one begins with a capital, a word in small letters is nobody else. */
static size_t without_handles(struct author *authors, size_t count)
{
    bool has_capital = false;
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        has_capital |= authors[i].name.at[0] >= 'A' && authors[i].name.at[0] <= 'Z';
    for (size_t i = 0; i < count; i++)
        if (!has_capital || authors[i].name.at[0] < 'a' || authors[i].name.at[0] > 'z' ||
            span_find_char(authors[i].name, ' ') != SPAN_NONE)
            authors[kept++] = authors[i];
    return kept;
}

/* Words with an @ in them are addresses, or handles. */
static span without_addresses(struct arena *arena, span text)
{
    LOCAL(buf) out = {.max = 2 * LIMIT_PAGE_BYLINE};
    span word;

    if (!span_has(text, "@"))
        return text;
    while (span_cut_word(&text, &word)) {
        if (!span_has(word, "@"))
            buf_printf(&out, "%s%.*s", out.len ? " " : "", SPAN_ARG(word));
    }
    return arena_keep(arena, buf_span(&out));
}

/* Each line names others, or says more of those before. */
static span with_lines_apart(struct arena *arena, span text)
{
    LOCAL(buf) out = {.max = 2 * LIMIT_PAGE_BYLINE};
    span line;

    text = span_trim(text);
    if (span_find_char(text, '\n') == SPAN_NONE)
        return text;
    while (span_cut(&text, '\n', &line))
        if (span_trim(line).len)
            buf_printf(&out, "%s%.*s", out.len ? " | " : "", SPAN_ARG(span_trim(line)));
    return arena_keep(arena, buf_span(&out));
}

static bool is_among(const struct author *authors, size_t count, span name)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal_nocase(authors[i].name, name))
            return true;
    return false;
}

/* 光明日报记者 王五: whose reporter they are stands before. */
static span without_paper(span text)
{
    static const char *const reporters[] = {"记者", "記者"};

    for (size_t i = 0; i < ARRAY_SIZE(reporters); i++) {
        size_t at = span_find(text, span_of(reporters[i]));
        if (at != SPAN_NONE && at <= 60)
            return span_from(text, at);
    }
    return text;
}

/* Ann Lee: two words and more, each with its capital */
static bool is_in_capitals(span name)
{
    size_t words = 0;
    span word;

    for (; span_cut_word(&name, &word); words++)
        if (word.at[0] >= 'a' && word.at[0] <= 'z')
            return false;
    return words >= 2;
}

/* "Ann Lee 6 May 2024" is Ann Lee. */
static span without_day(span name)
{
    for (size_t at = 1; at + 2 < name.len; at++) {
        size_t digits = digits_at(name, at);
        if (digits && digits <= 2 && name.at[at - 1] == ' ' && at + digits < name.len &&
            name.at[at + digits] == ' ')
            return is_in_capitals(span_sub(name, 0, at)) ? span_trim_end(span_sub(name, 0, at)) : name;
        at += digits;
    }
    return name;
}

/* 赵 培 is one name: a character by itself is none. */
static span without_inner_space(struct arena *arena, span name)
{
    uint32_t character;
    span rest = name;
    size_t space = span_find_char(name, ' ');

    if (space == SPAN_NONE || space > 4 || utf8_count(span_from(name, space + 1)) > 2)
        return name;
    if (!utf8_next(&rest, &character) || !is_cjk(character) || rest.at[0] != ' ')
        return name;
    LOCAL(buf) out = {.max = LIMIT_PAGE_BYLINE};
    buf_printf(&out, "%.*s%.*s", (int)space, name.at, SPAN_ARG(span_from(name, space + 1)));
    return arena_keep(arena, buf_span(&out));
}

/* Chinese reporters' names are written with spaces between them, and have none within. */
static size_t add_names(span name, bool is_reporters, struct author *names, size_t room)
{
    size_t count = 0;
    span rest = name, word;
    uint32_t character;

    for (span looked = name; utf8_next(&looked, &character);)
        if (!is_reporters || (!is_cjk(character) && character != ' '))
            rest.len = 0;
    while (count < room && span_cut_word(&rest, &word)) {
        if (utf8_count(word) < 2 || utf8_count(word) > 5) {
            count = 0;
            break;
        }
        names[count++] = (struct author){.name = word};
    }
    if (!count && room)
        names[count++] = (struct author){.name = name};
    return count;
}

bool is_role(struct arena *arena, span name)
{
    return has_word(arena, name, roles, ARRAY_SIZE(roles));
}

size_t page_split_byline(struct arena *arena, span byline, struct author **out_authors)
{
    VEC(struct author) authors = {0};
    span rest = utf8_repair(arena, utf8_cut(byline, LIMIT_PAGE_BYLINE)), role = {0};
    bool is_more = false;

    *out_authors = NULL;
    for (int i = 0; i < 2 && has_reference(rest); i++) /* twice encoded: O&amp;#39;Neil */
        rest = unescape_html(arena, rest);
    rest = without_addresses(arena, text_collapse(arena, with_lines_apart(arena, rest)));
    if (span_starts_nocase(rest, S("http://")) || span_starts_nocase(rest, S("https://")))
        return 0;
    span reporters = without_paper(rest);
    bool is_reporters =
        reporters.len != rest.len || span_starts(rest, S("记者")) || span_starts(rest, S("記者"));
    rest = without_chinese_ending(without_introduction(arena, reporters));
    while (rest.len && authors.len < LIMIT_PAGE_NAMES) {
        span name = without_introduction(arena, without_brackets(cut_name(&rest, &is_more)));
        name = without_inner_space(arena, without_degree(arena, without_day(name)));
        struct author names[LIMIT_PAGE_NAMES];
        if (is_prose(name))
            break;
        if (!is_name(name) || has_word(arena, name, noise, ARRAY_SIZE(noise)) ||
            has_word(arena, name, degrees, ARRAY_SIZE(degrees)))
            continue;
        if (is_role(arena, name)) {
            role = role.len ? role : name;
            continue;
        }
        for (size_t i = 0, count = add_names(name, is_reporters, names, LIMIT_PAGE_NAMES); i < count; i++)
            if (!is_among(authors.at, authors.len, names[i].name))
                *vec_add(arena, &authors) = names[i];
    }
    if (!authors.len && role.len)
        *vec_add(arena, &authors) = (struct author){.name = role};
    *out_authors = authors.at;
    return without_handles(authors.at, authors.len);
}
