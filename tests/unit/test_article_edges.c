/* SPDX-License-Identifier: MIT
 * test_article_edges.c - where an article ends, by what the table was sure of
 */
#include "article/internal.h"
#include "tests/unit/unit.h"

enum { MOST = 16 };

#define SENTENCE                                                                                           \
    "The board of the harbour has looked at forty years of tide books, and found that the highest water, " \
    "which nobody had noticed, comes two hours later."

static struct blocks *read_blocks(struct arena *arena, const char *html)
{
    struct blocks *blocks = NULL;
    struct node *document;

    assert_ok(html_parse(arena, span_of(html), NULL, &document, NULL));
    assert_ok(blocks_read(arena, document, &blocks));
    return blocks;
}

/* The table's word on each block, and its verdict at one half */
static struct choice judged(struct arena *arena, const float *chances, int count)
{
    struct choice choice = {.chances = ARENA_ARRAY(arena, float, MOST),
                            .verdicts = ARENA_ARRAY(arena, uint8_t, MOST)};

    for (int i = 0; i < count; i++) {
        choice.chances[i] = chances[i];
        choice.verdicts[i] = chances[i] >= 0.5f ? VERDICT_IN_TABLE : VERDICT_OUT_TABLE;
    }
    return choice;
}

static void what_is_doubtful_far_behind_the_end_is_another_story(void **state)
{
    static const char html[] =
        "<div><p>" SENTENCE "<p>" SENTENCE "<p>" SENTENCE "</div>"
        "<i>More</i><hr><i>Port</i><hr><section><p>" SENTENCE "</section><section><p>" SENTENCE "</section>";
    static const float sure[] = {0.9f, 0.95f, 0.9f, 0.6f, 0.1f, 0.6f, 0.82f};
    static const float unsure[] = {0.7f, 0.8f, 0.6f, 0.1f, 0.1f, 0.6f, 0.82f};
    OWN(arena) arena = arena_new(16 * MiB);
    struct blocks *blocks = read_blocks(arena, html);

    (void)state;
    assert_int_equal(blocks->block_count, ARRAY_SIZE(sure));
    struct choice choice = judged(arena, sure, blocks->block_count);
    drop_beyond_end(blocks, &choice);
    assert_true(is_chosen(&choice, 3)); /* near the end: a last line */
    assert_int_equal(choice.verdicts[5], VERDICT_OUT_BEYOND);
    assert_true(is_chosen(&choice, 6)); /* the table is sure enough */
    choice = judged(arena, unsure, blocks->block_count);
    drop_beyond_end(blocks, &choice);
    assert_true(is_chosen(&choice, 5)); /* where nothing is sure, nothing tells the end */
}

static void what_is_made_like_the_articles_paragraphs_is_no_other_story(void **state)
{
    static const char html[] =
        "<div><p>" SENTENCE "<p>" SENTENCE "<p>" SENTENCE "</div>"
        "<i>Advertisement</i><hr><i>Port</i><hr><div><p>" SENTENCE "</div><section><p>" SENTENCE "</section>";
    static const float chances[] = {0.9f, 0.95f, 0.9f, 0.1f, 0.1f, 0.6f, 0.6f};
    OWN(arena) arena = arena_new(16 * MiB);
    struct blocks *blocks = read_blocks(arena, html);
    struct choice choice = judged(arena, chances, blocks->block_count);

    (void)state;
    assert_int_equal(blocks->block_count, ARRAY_SIZE(chances));
    drop_beyond_end(blocks, &choice);
    assert_true(is_chosen(&choice, 5));
    assert_int_equal(choice.verdicts[6], VERDICT_OUT_BEYOND);
}

static void paragraphs_in_the_articles_own_box_are_its_paragraphs(void **state)
{
    static const char html[] = "<div><p>By Ann Lee.<p>" SENTENCE "<p>" SENTENCE "<p>" SENTENCE
                               "<p>Get our app.<p>" SENTENCE "<p><a href=/b>" SENTENCE "</a></div>"
                               "<div><p>" SENTENCE "</div>";
    static const float chances[] = {0.3f, 0.9f, 0.8f, 0.7f, 0.3f, 0.25f, 0.3f, 0.3f};
    static const int taken[] = {0, 1, 1, 1, 0, 1, 0, 0};
    OWN(arena) arena = arena_new(16 * MiB);
    struct blocks *blocks = read_blocks(arena, html);
    struct choice choice = judged(arena, chances, blocks->block_count);

    (void)state;
    assert_int_equal(blocks->block_count, ARRAY_SIZE(chances));
    take_rest_of_box(blocks, &choice);
    for (int i = 0; i < blocks->block_count; i++)
        assert_int_equal(is_chosen(&choice, i), taken[i]);
    assert_int_equal(choice.verdicts[5], VERDICT_IN_BOX);
}

static void an_anchor_that_leads_nowhere_is_no_link(void **state)
{
    OWN(arena) arena = arena_new(16 * MiB);

    (void)state;
    struct blocks *blocks = read_blocks(arena, "<a name=top><p>" SENTENCE "<p><a href=/b>" SENTENCE "</a>");
    assert_int_equal(blocks->block_count, 2);
    assert_true(block_link_density(&blocks->blocks[0]) == 0);
    assert_true(block_link_density(&blocks->blocks[1]) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_doubtful_far_behind_the_end_is_another_story),
        cmocka_unit_test(what_is_made_like_the_articles_paragraphs_is_no_other_story),
        cmocka_unit_test(paragraphs_in_the_articles_own_box_are_its_paragraphs),
        cmocka_unit_test(an_anchor_that_leads_nowhere_is_no_link),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
