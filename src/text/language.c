/* SPDX-License-Identifier: MIT
 * language.c - by script, then by the words that no text of a language does without
 */
#include "text/language.h"
#include "text/utf8.h"
#include "text/words.h"

#define LOOKED_AT (32 * KiB)

enum script { HAN, KANA, HANGUL, LATIN, CYRILLIC, ARABIC, OTHER_SCRIPT };

static const struct range {
    uint32_t first, last;
    enum script script;
    const char *language; /* where the script has but one of any weight */
} ranges[] = {
    {0x0041, 0x024F, LATIN, NULL},        {0x0370, 0x03FF, OTHER_SCRIPT, "el"},
    {0x0400, 0x052F, CYRILLIC, NULL},     {0x0531, 0x058F, OTHER_SCRIPT, "hy"},
    {0x0590, 0x05FF, OTHER_SCRIPT, "he"}, {0x0600, 0x06FF, ARABIC, NULL},
    {0x0900, 0x097F, OTHER_SCRIPT, "hi"}, {0x0980, 0x09FF, OTHER_SCRIPT, "bn"},
    {0x0A00, 0x0A7F, OTHER_SCRIPT, "pa"}, {0x0A80, 0x0AFF, OTHER_SCRIPT, "gu"},
    {0x0B80, 0x0BFF, OTHER_SCRIPT, "ta"}, {0x0C00, 0x0C7F, OTHER_SCRIPT, "te"},
    {0x0C80, 0x0CFF, OTHER_SCRIPT, "kn"}, {0x0D00, 0x0D7F, OTHER_SCRIPT, "ml"},
    {0x0D80, 0x0DFF, OTHER_SCRIPT, "si"}, {0x0E00, 0x0E7F, OTHER_SCRIPT, "th"},
    {0x0E80, 0x0EFF, OTHER_SCRIPT, "lo"}, {0x0F00, 0x0FFF, OTHER_SCRIPT, "bo"},
    {0x1000, 0x109F, OTHER_SCRIPT, "my"}, {0x10A0, 0x10FF, OTHER_SCRIPT, "ka"},
    {0x1200, 0x137F, OTHER_SCRIPT, "am"}, {0x1780, 0x17FF, OTHER_SCRIPT, "km"},
    {0x1E00, 0x1EFF, LATIN, NULL},        {0x3040, 0x30FF, KANA, NULL},
    {0x3400, 0x9FFF, HAN, NULL},          {0xAC00, 0xD7AF, HANGUL, NULL},
    {0xF900, 0xFAFF, HAN, NULL},          {0xFF66, 0xFF9F, KANA, NULL},
    {0x20000, 0x3FFFF, HAN, NULL},
};

static const struct range *range_of(uint32_t character)
{
    size_t low = 0, high = ARRAY_SIZE(ranges);

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (character > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < ARRAY_SIZE(ranges) && character >= ranges[low].first ? &ranges[low] : NULL;
}

/* Words of grammar, the most frequent ones first, and as words_each() gives them. Those of neighbouring
 * languages are chosen for where they differ. */
static const struct function_words {
    const char *language;
    enum script script;
    const char *words;
} languages[] = {
    {"en", LATIN,
     "the of and to in is that for it was on with as be by at this are from have not but which an they were "
     "will has said"},
    {"de", LATIN,
     "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus "
     "er hat dass sie nach wird bei einer um am sind noch wie einem über"},
    {"fr", LATIN,
     "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec son "
     "aux d l qu cette ont mais comme ou"},
    {"es", LATIN,
     "de la que el en y a los del se las por un para con no una su al lo como más pero sus le ya o este sí "
     "porque esta entre cuando muy sin sobre también fue"},
    {"it", LATIN,
     "di e che la il un a per in una mi sono ho non ma lo ha le si ti i con cosa se io come da ci no questo "
     "del della nel alla dei più anche gli è dal delle al l"},
    {"pt", LATIN,
     "de a o que e do da em um para com não uma os no se na por mais as dos como mas ao ele das à seu sua ou "
     "quando muito nos já também pelo pela até foi são"},
    {"nl", LATIN,
     "de van het een en in is dat op te zijn met voor niet aan er om ook als dan maar bij of uit nog naar "
     "heeft ze worden door over tot deze die wordt"},
    {"sv", LATIN,
     "och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan "
     "när år säger under också efter eller nu"},
    {"da", LATIN,
     "og i at det er en til af på der for med den de ikke han som har var et fra jeg vi om sig kan men så "
     "også blev efter ved hvor siger mere eller nu være"},
    {"no", LATIN,
     "og i det er på en til som av for at har med de ikke den var om et fra jeg vi han så men seg kan også "
     "ble etter ved hvor sier mer eller nå være ut skal"},
    {"fi", LATIN,
     "ja on ei että se hän oli joka mutta ovat myös kun niin ollut mukaan kuin sen hänen jos tai mitä nyt "
     "vain olla sekä ole jo voi sitä vuoden jälkeen"},
    {"pl", LATIN,
     "i w z na do się nie jest to że o a po od za przez dla jak co oraz ale są tym który był jego które ze "
     "tego czy tylko jej może już także być"},
    {"cs", LATIN,
     "a se v na je že o s z do i to k ve pro za by ale si po jako podle od jsou které který byl jeho už nebo "
     "také není aby při tak jsem jen bude"},
    {"ro", LATIN,
     "de și în a la care cu pe nu din o un mai ce să pentru este au prin fost sunt lui ca fi dar sau după "
     "iar acest această între cel le i al ale"},
    {"hu", LATIN,
     "a az és hogy nem is egy ez van volt meg csak de ha már mint azt el még kell ezt lesz vagy után szerint "
     "között minden aki pedig amely való"},
    {"tr", LATIN,
     "ve bir bu da de için ile olarak çok daha olan gibi en kadar ne sonra var o ki ama dedi olduğu değil "
     "her şey yeni türkiye oldu ya etti göre"},
    {"vi", LATIN,
     "và của là có các được cho trong một không với những này để người đã ở đến khi từ ra vào cũng như về "
     "nhiều tại theo đó nhưng sẽ năm"},
    {"id", LATIN,
     "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga ke saya adalah karena ada mereka bisa "
     "telah oleh kata tersebut sebagai atau lebih bahwa"},
    {"ru", CYRILLIC,
     "и в не на что с он как это по но из у за от о к так же для до все бы его был только или еще ее мы "
     "когда уже их если году также было чтобы при"},
    {"uk", CYRILLIC,
     "і в не на що з у як це та до за про від але він із по для його й також є був які або ще так вже "
     "при їх було щоб року після під має"},
    {"bg", CYRILLIC,
     "на и да се от за в е с не че по са ще като до това си при които след или но беше го има те който "
     "няма му към през още само"},
    {"ar", ARABIC,
     "في من على إلى أن التي الذي عن مع هذا كان هذه ما لا بعد ذلك قد كما بين أو كل وقال خلال إن بن وفي ولم "
     "عام "
     "لم قبل"},
    {"fa", ARABIC,
     "و در به از که این را با است برای آن یک تا خود می بر هم شد شده کرد ها باید اما نیز دارد یا کرده های "
     "بود اند پس سال"},
    {"ur", ARABIC, "کے میں کی ہے اور سے کا کو اس نے پر یہ کہ ہیں بھی ایک تھا کر ہو جو ان نہیں کہا گیا تھے"},
};

struct scores {
    struct map masks; /* word -> a bit for each language that has it */
    size_t word_count;
    unsigned hits[ARRAY_SIZE(languages)];
};

static void score_word(void *context, span word, size_t offset)
{
    struct scores *scores = context;
    uintptr_t mask = (uintptr_t)map_get(&scores->masks, word);

    (void)offset;
    scores->word_count++;
    for (size_t i = 0; mask; i++, mask >>= 1) {
        if (mask & 1)
            scores->hits[i]++;
    }
}

/* By words; at least one in ten must be one of grammar, and the second best must be behind. */
static const char *guess_by_words(span text, enum script script)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct scores scores = {.masks = {.arena = arena}};
    size_t best = 0, second = 0;

    for (size_t i = 0; i < ARRAY_SIZE(languages); i++) {
        span words = span_of(languages[i].words), word;
        while (languages[i].script == script && span_cut(&words, ' ', &word)) {
            void **mask = map_at(&scores.masks, utf8_fold(arena, word));
            *mask = (void *)((uintptr_t)*mask | (uintptr_t)1 << i);
        }
    }
    words_each(text, score_word, &scores);
    for (size_t i = 1; i < ARRAY_SIZE(languages); i++) {
        if (scores.hits[i] > scores.hits[best]) {
            second = scores.hits[best];
            best = i;
        } else {
            second = MAX(second, scores.hits[i]);
        }
    }
    bool is_clear =
        scores.hits[best] >= 3 && scores.hits[best] * 10 >= scores.word_count && scores.hits[best] > second;
    return is_clear ? languages[best].language : NULL;
}

const char *language_guess(span text)
{
    size_t counts[ARRAY_SIZE(ranges)] = {0}, scripts[OTHER_SCRIPT + 1] = {0}, total = 0, best = 0;
    uint32_t character;

    text = utf8_cut(text, LOOKED_AT);
    for (span rest = text; utf8_next(&rest, &character);) {
        const struct range *range =
            is_letter_or_digit(character) && character > '9' ? range_of(character) : NULL;
        if (!range)
            continue;
        counts[range - ranges]++;
        scripts[range->script]++;
        total++;
    }
    size_t east_asian = scripts[HAN] + scripts[KANA] + scripts[HANGUL];
    if (east_asian >= 4 && east_asian * 3 > total) { /* a character of these says as much as three letters */
        if (scripts[HANGUL] * 2 > east_asian)
            return "ko";
        return scripts[KANA] * 10 > east_asian ? "ja" : "zh";
    }
    for (size_t i = 1; i < ARRAY_SIZE(ranges); i++)
        if (counts[i] > counts[best])
            best = i;
    if (total < 10 || counts[best] * 2 < total)
        return NULL;
    return ranges[best].language ? ranges[best].language : guess_by_words(text, ranges[best].script);
}

static bool is_subtag(span s, size_t max)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.at[i] >= 0x80 || !is_letter_or_digit((unsigned char)s.at[i]))
            return false;
    return s.len >= 1 && s.len <= max;
}

span language_tag(struct arena *arena, span text)
{
    span tag = js_trim(text), rest, subtag;
    bool is_first = true;

    tag.len = MIN(tag.len, MIN(span_find_char(tag, '.'), span_find_char(tag, '@'))); /* "de_DE.UTF-8" */
    if (tag.len == 0 || tag.len > 64)
        return (span){0};
    char *copy = arena_string(arena, tag);
    for (size_t i = 0; i < tag.len; i++)
        copy[i] = copy[i] == '_' ? '-' : copy[i];
    for (rest = tag = (span){copy, tag.len}; span_cut(&rest, '-', &subtag); is_first = false) {
        bool is_primary = is_first && (subtag.len >= 2 || (copy[0] | 0x20) == 'x' || (copy[0] | 0x20) == 'i');
        if (!is_subtag(subtag, is_first ? 3 : 8) || (is_first && (!is_primary || subtag.at[0] <= '9')))
            return (span){0};
    }
    return span_ends(tag, S("-")) ? (span){0} : tag;
}
