/* SPDX-License-Identifier: MIT
 * test_words.c - words, bigrams, and how many there are
 */
#include "text/words.h"
#include "unit.h"

static void add_word(void *context, span word, size_t offset)
{
    struct buf *out = context;

    buf_printf(out, "%s%.*s@%zu", out->len ? " " : "", SPAN_ARG(word), offset);
}

static void words_are_folded_and_unspaced_scripts_give_pairs(void **state)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"Hello, wORLD 42", "hello@0 world@7 42@13"},
        {"中国新闻", "中国@0 国新@3 新闻@6"},
        {"中", "中@0"},
        {"abc中国x", "abc@0 中国@3 x@9"},
        {"中。国", "中@0 国@6"},
        {"Ünï E\u0301TE\u0301", "ünï@0 été@6"},
        {"ＡＢＣ１", "abc1@0"},
        {"ひらがなカタ", "ひら@0 らが@3 がな@6 なカ@9 カタ@12"},
        {"ﾆｭｰｽ", "ニュ@0 ュー@3 ース@6"},
        {"한국 뉴스", "한국@0 뉴스@7"},
        {"กขค", "กข@0 ขค@3"},
        {"हिन्दी", "हिन्दी@0"},
        {"don't", "don@0 t@4"},
        {"\xff\xfe a\xff", "a@3"},
        {"", ""},
        {" , ", ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        LOCAL(buf) out = {.max = 1 * KiB};
        words_each(span_of(cases[i].text), add_word, &out);
        assert_span_equal(buf_span(&out), cases[i].words);
    }
}

static void check_word(void *context, span word, size_t offset)
{
    size_t *count = context;

    (void)offset;
    assert_in_range(word.len, 1, 255);
    ++*count;
}

static void an_endless_word_is_given_once_and_cut(void **state)
{
    OWN(arena) arena = arena_new(4 * MiB);
    char *text = arena_alloc(arena, 1 * MiB);
    size_t count = 0;

    (void)state;
    memset(text, 'a', 1 * MiB);
    words_each((span){text, 1 * MiB}, check_word, &count);
    assert_int_equal(count, 1);
    for (size_t i = 0; i + 2 <= 1 * MiB; i += 2)
        memcpy(text + i, "ß", 2);
    words_each((span){text, 1 * MiB}, check_word, &count);
    assert_int_equal(count, 2);
}

static void a_reader_counts_words_and_unspaced_characters(void **state)
{
    static const struct {
        const char *text;
        size_t count;
    } cases[] = {
        {"", 0},          {"one two, three", 3}, {"中国新闻。", 4}, {"iPhone 的价格 100", 5},
        {"한국 뉴스", 2}, {"Ａｂ", 1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(words_count(span_of(cases[i].text)), cases[i].count);
}

static void words_are_found_anywhere_and_in_either_case(void **state)
{
    static const char *const words[] = {"more-", "über", "AD"};
    static const struct {
        const char *text;
        bool is_found;
    } cases[] = {
        {"", false},         {"m", false},    {"more", false}, {"read MORE-here", true}, {"über", true},
        {"gegenüber", true}, {"ÜBER", false}, {"x ad", true},  {"a d", false},           {"morE-", true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(words_stand_in(span_of(cases[i].text), words, ARRAY_SIZE(words)), cases[i].is_found);
    assert_false(words_stand_in((span){0}, words, ARRAY_SIZE(words)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_folded_and_unspaced_scripts_give_pairs),
        cmocka_unit_test(an_endless_word_is_given_once_and_cut),
        cmocka_unit_test(a_reader_counts_words_and_unspaced_characters),
        cmocka_unit_test(words_are_found_anywhere_and_in_either_case),
    };

    return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
