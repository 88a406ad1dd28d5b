/* SPDX-License-Identifier: MIT
 * byline_chinese.c - bylines as Chinese papers write them
 *
 * Who wrote it stands within the text, in brackets: （记者 张三） behind the place of the first line, or
 * （张三 北京报道） behind the last. Other labels follow on the same line (作者：张三 时间：2005), and places
 * stand behind names.
 */
#include "page/internal.h"
#include "text/utf8.h"

enum {
    LONGEST_BRACKET = 72,  /* bytes: two dozen characters */
    SEARCHED = 400,        /* bytes at either end of a text */
    LONGEST_LEAD = 12,     /* bytes before an editor's label */
    MOST_SEARCHED = 20000, /* nodes */
};

/* what stands around an editor's names */
static const char *const trimmed[] = {"：", ":", "）", ")", "】", "]"};
static const char *const opening[] = {"（", "("}, *const closing[] = {"）", ")"};
/* what says that there are names in the brackets */
static const char *const signs[] = {"记者", "記者", "通讯员", "通訊員", "报道", "報道", "報導", "撰稿"};

static bool has_any(span text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (span_has(text, words[i]))
            return true;
    return false;
}

/* The first short bracket with a sign in it and no sentence. */
static span bracketed(span text)
{
    for (size_t i = 0; i < ARRAY_SIZE(opening); i++) {
        span rest = text;
        for (size_t at; (at = span_find(rest, span_of(opening[i]))) != SPAN_NONE;) {
            rest = span_from(rest, at + strlen(opening[i]));
            size_t end = span_find(span_sub(rest, 0, LONGEST_BRACKET), span_of(closing[i]));
            if (end == SPAN_NONE)
                continue;
            span inside = span_sub(rest, 0, end);
            if (has_any(inside, signs, ARRAY_SIZE(signs)) && !span_has(inside, "。") &&
                !span_has(inside, "，"))
                return inside;
        }
    }
    return (span){0};
}

/* --- names by themselves --- */

/* Nine in ten Chinese names begin with one of these, and have one or two characters more. */
static const char *const surnames =
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖蕭田董"
    "袁"
    "潘于蒋蔣蔡余杜叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鍾谭譚陆陸汪范金石廖贾賈夏韦韋付方白邹鄒孟熊秦邱江尹薛闫"
    "閻"
    "段雷侯龙龍史陶黎贺賀顾顧毛郝龚龔邵万萬钱錢严嚴覃武戴莫孔向汤湯常温溫康施文牛樊葛邢安齐齊易乔喬伍庞龐颜顏"
    "倪"
    "庄莊聂聶章鲁魯岳翟殷詹申欧歐耿关關兰蘭焦俞左柳甘祝包宁寧尚符舒阮柯纪紀梅童凌毕畢单單季裴霍涂成苗谷盛曲翁"
    "冉"
    "骆駱蓝藍路游辛靳欧管柴蒙鲍鮑华華喻祁蒲房滕屈饶饒解牟艾尤阳陽时時穆农農司卓古吉缪繆简簡车車项項连連芦麦麥"
    "褚"
    "娄婁窦竇戚岑景党黨宫宮费費卜冷晏席卫衛米柏宗瞿桂全佟应應臧闵閔苟邬邊边卞姬师師和仇栾隋商刁沙荣榮";

static bool is_chinese_name(span word)
{
    span rest = word;
    uint32_t character;
    size_t count = utf8_count(word), first;

    while (utf8_next(&rest, &character))
        if (!is_cjk(character) || is_punctuation(character))
            return false;
    if (count < 2 || count > 3)
        return false;
    first = word.len / count;
    if (first != 3) /* bytes, as of all Han in the list */
        return false;
    for (const char *surname = surnames; *surname; surname += first)
        if (span_starts(word, (span){surname, first}))
            return true;
    return false;
}

/* 常书香 马丹阳: nothing but names */
static bool is_all_names(span text)
{
    size_t names = 0;
    span word;

    while (text.len) {
        size_t mark = span_find(text, S("、")), space = span_find_char(text, ' ');
        size_t end = MIN(MIN(mark, space), text.len);
        word = span_sub(text, 0, end);
        text = span_from(text, end + (end == mark ? strlen("、") : 1));
        if (!word.len)
            continue;
        if (++names > 5 || !is_chinese_name(word))
            return false;
    }
    return names != 0;
}

/* （常书香 马丹阳） behind the last word; not （完） or （图文） */
static span names_at_end(span text)
{
    text = js_trim(text);
    for (size_t i = 0; i < ARRAY_SIZE(opening); i++) {
        if (!span_ends(text, span_of(closing[i])))
            continue;
        span before = span_sub(text, 0, text.len - strlen(closing[i]));
        span tail = before.len > LONGEST_BRACKET ? span_from(before, before.len - LONGEST_BRACKET) : before;
        size_t at = SPAN_NONE, next = 0, found;
        while ((found = span_find(span_from(tail, next), span_of(opening[i]))) != SPAN_NONE) {
            at = next + found;
            next = at + strlen(opening[i]);
        }
        span inside = at == SPAN_NONE ? (span){0} : js_trim(span_from(tail, next));
        if (is_all_names(inside))
            return inside;
    }
    return (span){0};
}

/* 光明日报记者 王建宏 张文攀, as a line of its own */
static span names_of_reporters(span text)
{
    static const char *const reporters[] = {"记者", "記者", "通讯员", "通訊員"};

    text = js_trim(text);
    if (text.len > LONGEST_BRACKET)
        return (span){0};
    for (size_t i = 0; i < ARRAY_SIZE(reporters); i++) {
        size_t at = span_find(text, span_of(reporters[i]));
        span names = at == SPAN_NONE ? (span){0} : js_trim(span_from(text, at + strlen(reporters[i])));
        if (is_all_names(names))
            return names;
    }
    return (span){0};
}

/* 责任编辑：张三: who edited it, where nobody is said to have written it */
static span editor_in(span text)
{
    static const char *const labels[] = {"责任编辑", "責任編輯", "责编", "責編", "编辑：", "編輯：", "编辑:"};

    text = js_trim(text);
    for (size_t i = 0; text.len <= LONGEST_BRACKET && i < ARRAY_SIZE(labels); i++) {
        size_t at = span_find(text, span_of(labels[i]));
        if (at == SPAN_NONE || at > LONGEST_LEAD)
            continue;
        span names = js_trim(span_from(text, at + strlen(labels[i])));
        for (size_t k = 0; k < ARRAY_SIZE(trimmed); k++) {
            if (span_starts(names, span_of(trimmed[k])))
                names = js_trim(span_from(names, strlen(trimmed[k])));
            if (span_ends(names, span_of(trimmed[k])))
                names = js_trim(span_sub(names, 0, names.len - strlen(trimmed[k])));
        }
        if (is_all_names(names))
            return names;
    }
    return (span){0};
}

/* 文：张三 on a line of its own */
static bool is_line_of_its_own(span text)
{
    static const char *const starts[] = {"文：", "文:", "文／", "文/", "作者：", "作者:", "撰文："};

    text = js_trim(text);
    for (size_t i = 0; text.len <= LONGEST_BRACKET && i < ARRAY_SIZE(starts); i++)
        if (text.len > strlen(starts[i]) && span_starts(text, span_of(starts[i])))
            return true;
    return false;
}

static span byline_in(span text)
{
    span found;

    if (utf8_ascii_len(text) == text.len) /* none of the words that are looked for */
        return (span){0};
    found = bracketed(span_sub(text, 0, SEARCHED));
    if (!found.len && text.len > SEARCHED)
        found = bracketed(span_from(text, text.len - SEARCHED));
    return found.len || !is_line_of_its_own(text) ? found : text;
}

/* Names with spaces between them, or a byline like any other */
static void say_names(struct reader *reader, enum rank rank, span found)
{
    LOCAL(buf) names = {.max = LIMIT_PAGE_BYLINE};
    span word;

    if (!is_all_names(found)) {
        say_byline(reader, rank, found);
        return;
    }
    while (span_cut_word(&found, &word))
        buf_printf(&names, "%s%.*s", names.len ? "、" : "", SPAN_ARG(word));
    say_byline(reader, rank, arena_keep(reader->arena, buf_span(&names)));
}

void find_chinese_bylines(struct reader *reader)
{
    const struct node *body = node_find(reader->document, TAG_body);
    const struct node *node = reader->heading ? reader->heading : body;

    for (int seen = 0; node && seen < MOST_SEARCHED && reader->author_rank > RANK_LAST;
         node = node_next(node, body), seen++) {
        if (node->type != NODE_TEXT)
            continue;
        if (utf8_ascii_len(node->text) == node->text.len)
            continue;
        enum rank rank = RANK_LAST;
        span found = byline_in(node->text);
        if (!found.len)
            found = names_of_reporters(node->text);
        if (!found.len)
            found = names_at_end(node->text);
        if (!found.len) {
            found = editor_in(node->text);
            rank = RANK_SPARE;
        }
        if (found.len && !is_elsewhere(reader, node))
            say_names(reader, rank, found);
    }
}

/* 张三 时间：2005 is 张三: a word with a colon behind it is the next label. */
static span without_label(span text)
{
    size_t at = span_find(text, S("："));

    if (at == SPAN_NONE)
        at = span_find_char(text, ':');
    if (at == SPAN_NONE || at == 0)
        return text;
    size_t space = span_find_last_char(span_sub(text, 0, at), ' ');
    return space == SPAN_NONE ? text : span_sub(text, 0, space);
}

/* 张三 北京报道: where it was reported from is no name. */
static span without_place(span text)
{
    static const char *const endings[] = {"报道", "報道", "報導", "摄影", "攝影", "发自", "編譯"};
    size_t space;

    text = span_trim_end(text);
    for (size_t i = 0; i < ARRAY_SIZE(endings); i++)
        if (span_ends(text, span_of(endings[i])) && (space = span_find_last_char(text, ' ')) != SPAN_NONE)
            return span_sub(text, 0, space);
    return text;
}

span without_chinese_ending(span text)
{
    span rest = text;
    uint32_t character;
    bool is_chinese = false;

    while (!is_chinese && utf8_next(&rest, &character))
        is_chinese = is_cjk(character);
    return is_chinese ? without_place(without_label(text)) : text;
}
