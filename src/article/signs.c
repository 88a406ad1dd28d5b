/* SPDX-License-Identifier: MIT
 * signs.c - the tables, and finding all their words in one pass over a text
 *
 * Words are chained by a hash of their first two bytes; at each place of the text few are compared. A word
 * may ask to begin or end at a boundary (marked '<' and '>' in the tables); others may stand anywhere, as
 * "article" in "articlebody".
 */
#include "article/signs.h"
#include "core/vec.h"

enum { HEADS = 1024, NO_WORD = 0xffff, NAMES_MAX = 400 /* bytes of class names that are looked at */ };

struct word {
    span text;
    uint16_t next;
    uint8_t sign;
    bool from_boundary, to_boundary;
    uint32_t start, start_mask; /* its first four bytes, and those of them that it has */
};

struct word_table {
    uint16_t heads[HEADS];
    VEC(struct word) words;
};

struct signs {
    struct arena *arena;
    struct word_table classes, texts;
};

static const struct {
    enum class_sign sign;
    const char *words; /* '<' and '>': at a boundary */
} class_words[] = {
    {SIGN_NAV, "<nav menu breadcrumb crumb pagination pager <toc> <tab> <tabs> navbar toolbar"},
    {SIGN_SHARE,
     "share sharing social facebook twitter whatsapp follow <like> <likes> addthis bdshare jiathis"},
    {SIGN_RELATED, "relat recommend <more also readnext read-next readmore read-more suggest similar popular "
                   "trending most-read mostread most-viewed latest "
                   "outbrain taboola teaser promo <hot> rank seealso see-also linked xiangguan tuijian"},
    {SIGN_COMMENT,
     "comment disqus <reply replies respond discuss kommentar pinglun livefyre guestbook talkback"},
    {SIGN_NEWSLETTER, "newsletter subscri signup sign-up signin <login regist premium <abo> donat "
                      "membership piano regwall <app>"},
    {SIGN_CAPTION,
     "caption credit photo image <img picture gallery slideshow carousel thumb media figure lightbox"},
    {SIGN_AUTHOR, "author byline <bio> contributor writer signature profile avatar reporter editor autor"},
    {SIGN_DATE, "date <time publish <posted timestamp <meta <info> source laiyuan pubtime dateline"},
    {SIGN_TAG,
     "<tag> <tags> categor topic keyword label kicker eyebrow sectionname section-name rubric subject"},
    {SIGN_AD, "<ad> <ads> advert sponsor banner <gpt> dfp adslot <adv promotion werbung anzeige affiliate "
              "commerce product"},
    {SIGN_FOOT, "foot copyright legal disclaim colophon impressum bottom privacy terms"},
    {SIGN_HEAD, "<head> <header> masthead <top siteheader site-header pageheader page-header logo brand"},
    {SIGN_SIDE,
     "side aside widget <rail> <right> <left> secondary complementary <col-2> <col-3> <col2> <col3>"},
    {SIGN_BODY, "articlebody article-body article-content article-text article-main storybody story-body "
                "story-content story-text postbody post-body "
                "post-content post-text entry-content entry-body entry-text news-body news-content news-text "
                "newsbody newscontent content-body "
                "content-text content-main content-inner contentbody page-content page-body page-text "
                "text-body text-content main-content main-text "
                "main-body main-copy single-content article-copy story-copy body-copy article-detail <body "
                "richtext rich-text prose wysiwyg paragraph <text> "
                "zhengwen <endtext art-text art-body art-content con-text"},
    {SIGN_CONTENT,
     "content article story <post entry <main detail artikel beitrag articulo neirong wenzhang"},
    {SIGN_TITLE, "title headline heading <hed> titre titel biaoti"},
    {SIGN_LEAD, "lead standfirst summary intro <dek> deck subtitle sub-title subhead sub-head excerpt "
                "abstract chapo anriss <lede> synopsis zhaiyao"},
    {SIGN_LIST, "<list <card <item <grid <row> tile feed stream <cell"},
    {SIGN_HIDDEN,
     "hidden modal popup overlay cookie consent gdpr <hide> tooltip dropdown collapse invisible "
     "sronly sr-only screenreader screen-reader "
     "visually offscreen noprint printonly print-only dialog onetrust <ot-pc didomi usercentrics <cmp"},
    {SIGN_VIDEO, "video player audio podcast youtube <play"},
    {SIGN_QUOTE, "quote embed tweet instagram pull"},
    {SIGN_ACTION, "button <btn <cta> action tool print email mail <icon save bookmark"},
    {SIGN_BOX, "infobox <box fact sidebar module component insert inset aside timeline correction <note> "
               "footnote appendix"},
    {SIGN_COMMENTS_AREA, "<comment> <comments> <comment-list <comments-list <comment-body <comment-content "
                         "<comment-text <comments-area <comment-area <comments-section "
                         "<comments-container <comments-wrapper <comment-thread <comment-item "
                         "<comments-inner <comment-respond <comment-form commentlist disqus livefyre "
                         "<respond> <replies> <reply-list <discussion> <pinglun kommentare> <kommentar>"},
};

static const struct {
    enum text_sign sign;
    const char *const *phrases;
} text_phrases[] = {
    {TEXT_OTHER_STORY,
     (const char *const[]){
         "<read more",   "<read also", "<also read",   "<read next", "<see also",   "<related",
         "<recommended", "<more from", "<more on",     "<more:",     "<don't miss", "<you may",
         "<you might",   "<most read", "<trending",    "<lesen sie", "<mehr zum",   "<mehr:",
         "<lire aussi",  "à lire",     "<lee también", "<leer más",  "<te puede",   "<leggi anche",
         "<zobacz",      "<czytaj",    "читайте",      "по теме",    "延伸阅读",    "延伸閱讀",
         "相关",         "相關",       "推荐阅读",     "更多",       "关键词",      "关联",
         "関連",         "記事",       "διαβάστε",     "σχετικ",     NULL}},
    {TEXT_SOURCE_LINE,
     (const char *const[]){
         "来源",   "來源",     "责任编辑", "责编",   "编辑:", "编辑：", "作者:", "作者：", "记者",
         "本报讯", "发布时间", "时间:",    "时间：", "字号",  "打印",   "评论",  "收藏",   "转载",
         "版权",   "【",       "】",       "点击",   "浏览",  "阅读",   NULL}},
    {TEXT_BYLINE, (const char *const[]){"<by>",         "<von>",        "<par>",        "<por>",
                                        "<di>",         "<od>",         "<от>",         "<автор>",
                                        "<autor>",      "<author>",     "<text>",       "<foto>",
                                        "<photo>",      "<image>",      "<credit>",     "<reporting by>",
                                        "<writing by>", "<editing by>", "<written by>", "<posted by>",
                                        "<source>",     "<quelle>",     "<fuente>",     "<источник>",
                                        "<фото>",       "<φωτο>",       "<πηγή>",       NULL}},
    {TEXT_CALL,
     (const char *const[]){"subscri",  "sign up",   "newsletter", "log in",     "login",     "register",
                           "cookie",   "privacy",   "terms of",   "all rights", "copyright", "©",
                           "download", "follow us", "click here", "share this", "whatsapp",  "facebook",
                           "twitter",  "telegram",  "advertis",   "anzeige",    "werbung",   "donate",
                           "e-mail",   "email",     "abonn",      "kommentar",  "comment",   NULL}},
    {TEXT_MONTH, (const char *const[]){"<jan", "<feb", "<mar", "<apr", "<may", "<jun", "<jul", "<aug", "<sep",
                                       "<oct", "<nov", "<dec", NULL}},
};

static inline unsigned head_of(const char *at)
{
    unsigned char first = (unsigned char)at[0], second = (unsigned char)at[1];

    return (first * 31u + second * 7u) % HEADS;
}

static uint32_t first_bytes(span text, size_t at)
{
    uint32_t bytes = 0;

    if (text.len - at >= sizeof bytes)
        memcpy(&bytes, text.at + at, sizeof bytes);
    else
        memcpy(&bytes, text.at + at, text.len - at);
    return bytes;
}

static void add_word(struct arena *arena, struct word_table *table, span word, unsigned sign)
{
    span ones = S("\xff\xff\xff\xff");
    bool from = word.len && *word.at == '<';
    bool to;
    unsigned head;

    word = span_from(word, from);
    to = word.len && word.at[word.len - 1] == '>';
    word = span_sub(word, 0, word.len - to);
    ones.len = MIN(word.len, ones.len);
    head = head_of(word.at); /* a word of one byte has its NUL or a space behind it: never one of two bytes'
                                hash, so none is that short */
    *vec_add(arena, &table->words) = (struct word){.text = word,
                                                   .next = table->heads[head],
                                                   .sign = (uint8_t)sign,
                                                   .from_boundary = from,
                                                   .to_boundary = to,
                                                   .start = first_bytes(word, 0),
                                                   .start_mask = first_bytes(ones, 0)};
    table->heads[head] = (uint16_t)(table->words.len - 1);
}

const struct signs *signs_new(struct arena *arena)
{
    struct signs *signs = ARENA_NEW(arena, struct signs);

    for (size_t i = 0; i < HEADS; i++)
        signs->classes.heads[i] = signs->texts.heads[i] = NO_WORD;
    for (size_t i = 0; i < ARRAY_SIZE(class_words); i++) {
        span rest = span_of(class_words[i].words), word;
        while (span_cut_word(&rest, &word))
            add_word(arena, &signs->classes, word, class_words[i].sign);
    }
    for (size_t i = 0; i < ARRAY_SIZE(text_phrases); i++)
        for (const char *const *phrase = text_phrases[i].phrases; *phrase; phrase++)
            add_word(arena, &signs->texts, span_of(*phrase), text_phrases[i].sign);
    return signs;
}

/* A letter or digit, or part of a character beyond ASCII: what may not stand beside a word at its boundary */
static inline bool continues_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (unsigned char)c >= 0x80;
}

/* The first word of the chain from `w` on that begins as the text does at `at`, as far as four bytes say */
static inline unsigned next_alike(const struct word_table *table, unsigned w, span text, size_t at)
{
    uint32_t bytes;

    if (w == NO_WORD)
        return w;
    bytes = first_bytes(text, at);
    while (w != NO_WORD && (bytes & table->words.at[w].start_mask) != table->words.at[w].start)
        w = table->words.at[w].next;
    return w;
}

static inline unsigned word_at(const struct word_table *table, span text, size_t at)
{
    return next_alike(table, table->heads[head_of(text.at + at)], text, at);
}

static bool stands_at(const struct word *word, span text, size_t at)
{
    size_t end = at + word->text.len;

    if (end > text.len || memcmp(text.at + at, word->text.at, word->text.len) != 0)
        return false;
    if (word->from_boundary && at > 0 && continues_word(text.at[at - 1]))
        return false;
    return !word->to_boundary || end == text.len || !continues_word(text.at[end]);
}

/* Class names in one spelling: camelCase and '_' become '-', lower case. */
static span normal_names(span names, char out[2 * NAMES_MAX])
{
    size_t len = 0;

    names = span_sub(names, 0, NAMES_MAX);

    for (size_t i = 0; i < names.len; i++) {
        char c = names.at[i];
        bool is_upper = c >= 'A' && c <= 'Z';
        char before = i ? names.at[i - 1] : ' ';
        if (is_upper && ((before >= 'a' && before <= 'z') || (before >= '0' && before <= '9')))
            out[len++] = '-';
        out[len++] = is_upper ? (char)(c + 32) : c == '_' ? '-' : c;
    }
    return (span){out, len};
}

/* "comment-count", "no-comments", "comments-open": of a link or state, not the comments themselves */
static bool is_only_about_comments(span names)
{
    static const char *const others[] = {
        "comment-open",   "comments-open",   "comment-closed", "comments-closed", "comment-count",
        "comments-count", "comment-link",    "comments-link",  "comment-icon",    "comment-button",
        "comment-number", "comments-number", "no-comment",     "has-comment",     "with-comment"};

    for (size_t i = 0; i < ARRAY_SIZE(others); i++)
        if (span_has(names, others[i]))
            return true;
    return false;
}

uint32_t signs_of_class(const struct signs *signs, span names)
{
    char room[2 * NAMES_MAX];
    const struct word_table *table = &signs->classes;
    span text = normal_names(names, room);
    uint32_t bits = 0;

    for (size_t i = 0; i + 1 < text.len; i++)
        for (unsigned w = word_at(table, text, i); w != NO_WORD;
             w = next_alike(table, table->words.at[w].next, text, i))
            if (!(bits >> table->words.at[w].sign & 1) && stands_at(&table->words.at[w], text, i))
                bits |= 1u << table->words.at[w].sign;
    if (bits >> SIGN_COMMENTS_AREA & 1 && is_only_about_comments(text))
        bits &= ~(1u << SIGN_COMMENTS_AREA);
    return bits;
}

void signs_of_text(const struct signs *signs, span folded, struct sign_count *out_count)
{
    const struct word_table *table = &signs->texts;
    size_t start = 0;

    *out_count = (struct sign_count){0};
    while (start < folded.len && !continues_word(folded.at[start]))
        start++;
    for (size_t i = 0; i + 1 < folded.len; i++)
        for (unsigned w = word_at(table, folded, i); w != NO_WORD;
             w = next_alike(table, table->words.at[w].next, folded, i)) {
            const struct word *word = &table->words.at[w];
            if (!stands_at(word, folded, i))
                continue;
            if (out_count->count[word->sign] < UINT8_MAX)
                out_count->count[word->sign]++;
            out_count->at_start[word->sign] |= i == start;
        }
}
