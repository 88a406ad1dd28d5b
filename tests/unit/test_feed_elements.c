/* SPDX-License-Identifier: MIT
 * test_feed_elements.c - the tables of elements are searched by halves: they must be in order
 */
#include "feed/elements.h"
#include "tests/unit/unit.h"

static void tables_are_in_order_and_in_lower_case(void **state)
{
    static const struct vocabulary *const all[] = {&item_vocabulary,  &item_attributes,   &about_vocabulary,
                                                   &about_attributes, &source_vocabulary, &person_vocabulary};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
        for (size_t k = 0; k < all[i]->count; k++) {
            const struct element *row = &all[i]->rows[k];
            for (const char *c = row->name; *c; c++)
                assert_false(*c >= 'A' && *c <= 'Z');
            assert_ptr_equal(vocabulary_find(all[i], row->space, span_of(row->name)), row);
        }
    }
}

static void every_namespace_is_found_however_it_is_written(void **state)
{
    static const struct {
        const char *uri;
        enum space space;
    } cases[] = {
        {"", SPACE_NONE},
        {"urn:of-a-shop", SPACE_OTHER},
        {"http://www.w3.org/2005/Atom", SPACE_ATOM},
        {"https://www.w3.org/2005/atom/", SPACE_ATOM},
        {"http://purl.org/dc/elements/1.1", SPACE_DC},
        {" http://search.yahoo.com/mrss/ ", SPACE_MEDIA},
        {"http://www.itunes.com/DTDs/Podcast-1.0.dtd", SPACE_ITUNES},
        {"http://itunes.com/dtds/podcast-1.0.dtd", SPACE_ITUNES},
        {"https://www.search.yahoo.com/mrss/1.0", SPACE_MEDIA},
        {"http://www.w3.org/1999/02/22-rdf-syntax-ns#", SPACE_RDF},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(space_of_uri(span_of(cases[i].uri)), cases[i].space);
    for (const struct space_prefix *p = space_prefixes; p->prefix; p++)
        assert_true(space_of_prefix(span_of(p->prefix)) > SPACE_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_in_order_and_in_lower_case),
        cmocka_unit_test(every_namespace_is_found_however_it_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
