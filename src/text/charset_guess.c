/* SPDX-License-Identifier: MIT
 * charset_guess.c - which encoding it is, where nobody said or nobody told the truth
 *
 * libuchardet takes short Chinese texts for anything. So the encodings of East Asia are tried first, each by
 * what its text would be made of: in real text, two or three hundred characters are half of all; in bytes
 * read by the wrong table they are rare.
 */
#include "text/charset_parts.h"
#include "text/utf8.h"
#include <uchardet/uchardet.h>

#define LOOKED_AT (256 * KiB)
#define SAMPLE    (64 * KiB) /* enough for counting characters */

static const char common_chinese[] = "的一是不了在人有我他这这個个們们中来來上大为為和国國地到以说說时時要就"
                                     "出会會可也你对對生能而子那得于於着著下自之年过過发發后後作里裡"
                                     "用道行所然家种種事成方多经經么麼去法学學如都同现現当當没沒动動面起看定"
                                     "天分还還进進好小部其些主样樣理心她本前开開但因只从從想实實日军軍"
                                     "者意无無力它与與长長把机機十民第公此已工使情明性知全三又关關点點正业業"
                                     "外将將两兩高间間由问問很最重并並物手应應战戰向头頭文体體政美相见見"
                                     "被利什二等产產或新己制身果加西斯月话話合回特代内內信表化老给給世位次度"
                                     "门門任常先海通教儿兒原东東声聲提立及比员員解水名真论論处處走义義各入"
                                     "几幾口认認条條平系气氣题題活尔爾更别別打女变變四神总總何电電数數安少报"
                                     "報才结結反受目太量再感建务務做接必场場件计計管期市直德资資命山金指"
                                     "克许許统統区區保至队隊形社便空决決治展马馬科司五基眼书書非则則听聽白却"
                                     "卻界达達光放强強即像难難且权權思王象完设設式色路记記南品住告类類求"
                                     "据據程北边邊死张張该該交规規万萬取拉格望觉覺术術领領共确確传傳师師观觀"
                                     "清今切院让讓识識候带帶导導争爭运運京新闻聞首記者近";

static const char common_japanese[] =
    "のにはをたがでてとしれさいあるもなかららりことそうすきくつけめまよどねみせちえおやわばんじだげごアイウエ"
    "オカキクケコサシスセソタチツテトナニ"
    "ネノハヒフヘホマミムメモラリルレロンードグジバビブプッャュョ日本人大年会国中出的一時事者";

static const char common_korean[] = "이다는을의에가를로고은한하지기사도서어인대자시정해나리그일것수있라만과여"
                                    "부들아주전제상보장원성구조우면게적세동공경미안국관무비소신"
                                    "연오위유으음입습니까요등했된됐되말년월명모방문민발분선실업역영였와저중진"
                                    "차체초최추출치크통트특판평표학합행현호화회후";

static const struct candidate {
    const char *charset;
    const char *common;
} candidates[] = {
    {"gb18030", common_chinese}, {"big5", common_chinese},  {"shift_jis", common_japanese},
    {"euc-jp", common_japanese}, {"euc-kr", common_korean},
};

struct census {
    size_t letters, common; /* not ASCII; how many of them are common in the language */
};

static struct census count_common(span text, const char *common)
{
    uint64_t is_common[0x10000 / 64] = {0};
    struct census census = {0};
    uint32_t character;

    for (span rest = span_of(common); utf8_next(&rest, &character);)
        is_common[character / 64] |= UINT64_C(1) << character % 64;
    while (text.len) {
        text = span_from(text, utf8_ascii_len(text));
        if (!utf8_next(&text, &character) || !is_letter_or_digit(character))
            continue;
        census.letters++;
        if (character < 0x10000)
            census.common += is_common[character / 64] >> character % 64 & 1;
    }
    return census;
}

/* How much of it, in thousandths, is what such a text is made of; 0: it is none. */
static unsigned plausibility(const struct candidate *candidate, span sample)
{
    LOCAL(buf) text = {.max = 4 * SAMPLE};
    size_t damage = charset_run(candidate->charset, sample, &text, SIZE_MAX);
    struct census census = count_common(buf_span(&text), candidate->common);

    if (census.letters < 2 ||
        damage * 50 > census.letters + 49) /* one fault is forgiven: the end was cut off */
        return 0;
    return (unsigned)(census.common * 1000 / census.letters);
}

#define PLAUSIBLE 220 /* real text has 350 and more, text of another encoding rarely 100 */

static const char *guess_east_asian(span sample)
{
    const char *best = NULL;
    unsigned best_found = PLAUSIBLE;

    for (size_t i = 0; i < ARRAY_SIZE(candidates); i++) {
        unsigned found = plausibility(&candidates[i], sample);
        if (found > best_found) {
            best_found = found;
            best = candidates[i].charset;
        }
    }
    return best;
}

static size_t count_bytes(span bytes, unsigned first, unsigned last)
{
    size_t count = 0;

    for (size_t i = 0; i < bytes.len; i++)
        count += (unsigned char)bytes.at[i] >= first && (unsigned char)bytes.at[i] <= last;
    return count;
}

/* Markup in UTF-16 without a byte order mark (XML 1.0, appendix F). */
static const char *guess_utf16(span bytes)
{
    if (bytes.len >= 4 && bytes.at[0] == '<' && !bytes.at[1] && bytes.at[2] && !bytes.at[3])
        return "utf-16le";
    if (bytes.len >= 4 && !bytes.at[0] && bytes.at[1] == '<' && !bytes.at[2] && bytes.at[3])
        return "utf-16be";
    return NULL;
}

/* KOI8-U is KOI8-R with letters in place of some box drawings, which running text does not have. */
static bool has_ukrainian_letters(span bytes)
{
    static const char letters[] = "\xA4\xA6\xA7\xAD\xAE\xB4\xB6\xB7\xBD\xBE";

    for (size_t i = 0; i + 1 < sizeof letters; i++)
        if (memchr(bytes.at, letters[i], bytes.len))
            return true;
    return false;
}

/* libuchardet's answer, by the Standard's name. The Windows encodings are the ISO ones with letters and
 * quotes in place of the C1 controls, which no text has. */
static const char *guess_by_library(span bytes, bool has_c1)
{
    static const struct {
        const char *said, *meant;
    } mends[] = {
        {"UHC", "euc-kr"},
        {"MAC-CYRILLIC", "x-mac-cyrillic"},
        {"TIS-620", "windows-874"},
        {"ISO-8859-11", "windows-874"},
    };
    static const struct {
        const char *iso, *windows;
    } twins[] = {
        {"iso-8859-2", "windows-1250"},  {"iso-8859-5", "windows-1251"}, {"iso-8859-7", "windows-1253"},
        {"iso-8859-8", "windows-1255"},  {"iso-8859-6", "windows-1256"}, {"iso-8859-13", "windows-1257"},
        {"iso-8859-15", "windows-1252"}, {"iso-8859-4", "windows-1257"},
    };
    uchardet_t detector = uchardet_new();
    const char *name = NULL;

    if (uchardet_handle_data(detector, bytes.at, bytes.len) == 0) {
        uchardet_data_end(detector);
        name = charset_of_label(span_of(uchardet_get_charset(detector)));
        for (size_t i = 0; i < ARRAY_SIZE(mends); i++)
            if (strcmp(uchardet_get_charset(detector), mends[i].said) == 0)
                name = mends[i].meant;
    }
    uchardet_delete(detector);
    if (name && strcmp(name, "koi8-r") == 0 && has_ukrainian_letters(bytes))
        return "koi8-u";
    for (size_t i = 0; name && has_c1 && i < ARRAY_SIZE(twins); i++)
        if (strcmp(name, twins[i].iso) == 0)
            return twins[i].windows;
    return name;
}

const char *charset_guess(span bytes)
{
    bytes.len = MIN(bytes.len, LOOKED_AT);
    span sample = {bytes.at, MIN(bytes.len, SAMPLE)};
    const char *guess = charset_of_bom(bytes, NULL);
    size_t high_bytes = count_bytes(bytes, 0x80, 0xFF);

    if (!guess)
        guess = guess_utf16(bytes);
    /* UTF-8 with a fault here and there, or cut off: hardly anything else looks like it for long */
    if (!guess && high_bytes && charset_run("utf-8", bytes, NULL, SIZE_MAX) * 20 <= high_bytes)
        guess = "utf-8";
    if (!guess && high_bytes)
        guess = guess_east_asian(sample);
    if (guess || bytes.len == 0)
        return guess;
    guess = guess_by_library(bytes, count_bytes(bytes, 0x80, 0x9F) > 0);
    bool is_damaged = guess && charset_run(guess, sample, NULL, SIZE_MAX) * 20 > high_bytes;
    if (guess && !is_damaged)
        return guess;
    return high_bytes * 4 < bytes.len ? "windows-1252" : NULL; /* letters with an accent now and then */
}

/* Text without a single NUL byte in it is not UTF-16, whatever the header says: markup would have many. */
static bool fits(const char *charset, span bytes) /* which are not empty */
{
    bool is_utf16 = charset && strncmp(charset, "utf-16", 6) == 0;

    return charset && !(is_utf16 && !memchr(bytes.at, 0, bytes.len)) && charset_is_valid(charset, bytes);
}

/* Nearly valid in what was declared: a fault or two do not make it another encoding. Least of all of UTF-8,
 * which text of another hardly ever looks like. */
static bool nearly_fits(const char *charset, span bytes)
{
    bool is_utf8 = charset && strcmp(charset, "utf-8") == 0;
    size_t allowed = count_bytes(bytes, 0x80, 0xFF) / (is_utf8 ? 5 : 50);

    return charset && charset_run(charset, bytes, NULL, allowed) <= allowed;
}

const char *charset_choose(span bytes, const struct charset_hints *hints)
{
    const char *bom = charset_of_bom(bytes, NULL);
    const char *http = charset_of_label(hints->http);
    const char *declared = charset_of_label(hints->declared);
    const char *first = http ? http : declared;
    bool is_ascii = utf8_ascii_len(bytes) == bytes.len;

    if (bom || bytes.len == 0)
        return bom ? bom : "utf-8";
    if (!is_ascii && utf8_is_valid(bytes))
        return "utf-8";
    if (fits(http, bytes))
        return http;
    if (fits(declared, bytes))
        return declared;
    if (is_ascii && !memchr(bytes.at, 0, bytes.len))
        return "utf-8";
    const char *guess = nearly_fits(first, bytes) ? first : charset_guess(bytes);
    if (fits(guess, bytes) || (guess && !first))
        return guess;
    return first ? first : hints->last ? hints->last : "utf-8";
}
