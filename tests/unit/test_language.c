/* SPDX-License-Identifier: MIT
 * test_language.c - languages by their scripts and words, and their tags
 */
#include "text/language.h"
#include "unit.h"

static void a_sentence_tells_its_language(void **state)
{
    static const struct {
        const char *language, *text;
    } cases[] = {
        {"en", "The minister said on Tuesday that the new law will be put to the vote before the end of this "
               "year."},
        {"de",
         "Der Minister sagte am Dienstag, dass über das neue Gesetz noch in diesem Jahr abgestimmt wird."},
        {"fr",
         "Le ministre a dit mardi que la nouvelle loi sera soumise au vote avant la fin de cette année."},
        {"es",
         "El ministro dijo el martes que la nueva ley se someterá a votación antes de que termine el año."},
        {"it",
         "Il ministro ha detto martedì che la nuova legge sarà messa ai voti prima della fine dell'anno."},
        {"pt", "O ministro disse na terça-feira que a nova lei não será votada antes do fim do ano, mas "
               "também em breve."},
        {"nl", "De minister zei dinsdag dat de nieuwe wet nog voor het einde van dit jaar in stemming wordt "
               "gebracht."},
        {"sv", "Ministern sade på tisdagen att den nya lagen ska tas upp till omröstning före årets slut och "
               "inte efter."},
        {"da", "Ministeren sagde tirsdag, at den nye lov også skal til afstemning efter valget, og at det "
               "ikke er af nød."},
        {"no", "Ministeren sa tirsdag at den nye loven også skal opp til avstemning etter valget, og at det "
               "ikke er av nød."},
        {"fi", "Ministeri sanoi tiistaina, että uusi laki ei ole valmis, mutta se on jo eduskunnan "
               "käsittelyssä ja hän oli iloinen."},
        {"pl", "Minister powiedział we wtorek, że nowa ustawa zostanie poddana pod głosowanie do końca roku, "
               "ale nie jest to pewne."},
        {"cs", "Ministr v úterý řekl, že o novém zákonu se bude hlasovat ještě do konce roku, ale není to "
               "jisté a také se to může změnit."},
        {"ro", "Ministrul a spus marți că noua lege va fi supusă la vot și că nu este sigur dacă o să fie "
               "aprobată în acest an."},
        {"hu", "A miniszter kedden azt mondta, hogy az új törvényről még az év vége előtt szavaznak, de ez "
               "nem biztos."},
        {"tr", "Bakan salı günü yeni yasanın bu yıl sonuna kadar oylanacağını söyledi ve bunun çok önemli "
               "olduğunu da ekledi."},
        {"vi", "Bộ trưởng cho biết luật mới sẽ được đưa ra bỏ phiếu trong năm nay và không có gì thay đổi "
               "với các đảng."},
        {"id", "Menteri itu mengatakan pada hari Selasa bahwa undang-undang yang baru akan dipilih dan tidak "
               "untuk ditunda."},
        {"ru", "Министр сказал во вторник, что новый закон будет вынесен на голосование до конца года, но "
               "это ещё не решено."},
        {"uk", "Міністр сказав у вівторок, що новий закон буде винесено на голосування до кінця року, але це "
               "ще не вирішено."},
        {"ar", "قال الوزير يوم الثلاثاء إن القانون الجديد سيطرح على التصويت قبل نهاية هذا العام في البرلمان، "
               "وإن ذلك من الأولويات."},
        /* clang-format off */
        {"fa", "وزیر روز سه‌شنبه گفت که قانون جدید تا پایان سال به رأی گذاشته می شود و این کار برای مردم "
               "مهم است."},
        /* clang-format on */
        {"he", "השר אמר ביום שלישי כי החוק החדש יובא להצבעה לפני סוף השנה."},
        {"el", "Ο υπουργός είπε την Τρίτη ότι ο νέος νόμος θα τεθεί σε ψηφοφορία."},
        {"zh", "部长星期二说，新法律将在年底前付诸表决。"},
        {"zh", "部長星期二說，iPhone 的新法律將在年底前付諸表決。"},
        {"ja", "大臣は火曜日、新しい法律が年末までに採決されると述べた。"},
        {"ko", "장관은 화요일 새 법이 연말 전에 표결에 부쳐질 것이라고 말했다."},
        {"th", "รัฐมนตรีกล่าวเมื่อวันอังคารว่ากฎหมายใหม่จะถูกนำมาลงคะแนน"},
        {NULL, ""},
        {NULL, "OK"},
        {NULL, "12345 67890 --- !!!"},
        {NULL, "Lorem ipsum dolor sit amet consectetur adipiscing elit"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const char *guess = language_guess(span_of(cases[i].text));
        if (!guess || !cases[i].language ? guess != cases[i].language : strcmp(guess, cases[i].language))
            fail_msg("\"%s\" is taken for %s", cases[i].text, guess ? guess : "nothing");
    }
}

static void a_tag_is_kept_as_given(void **state)
{
    static const struct {
        const char *text, *tag;
    } cases[] = {
        {"en", "en"},
        {" zh-Hans-CN\n", "zh-Hans-CN"},
        {"zh_TW", "zh-TW"},
        {"de_DE.UTF-8", "de-DE"},
        {"x-klingon", "x-klingon"},
        {"i-default", "i-default"},
        {"", ""},
        {"english", ""},
        {"e", ""},
        {"en-", ""},
        {"-en", ""},
        {"en--us", ""},
        {"en us", ""},
        {"<b>", ""},
        {"中文", ""},
        {"12", ""},
        {"en-toolongsubtag", ""},
    };
    OWN(arena) arena = arena_new(1 * MiB);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_span_equal(language_tag(arena, span_of(cases[i].text)), cases[i].tag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sentence_tells_its_language),
        cmocka_unit_test(a_tag_is_kept_as_given),
    };

    return cmocka_run_group_tests_name("language", tests, NULL, NULL);
}
