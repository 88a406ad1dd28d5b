/* SPDX-License-Identifier: MIT
 * test_article_json.c - an extraction as JSON, read back into a struct: nothing is lost
 *
 * Extraction may be done in another process, which says what it found in this JSON alone. A field that is new
 * to struct extraction belongs into read_extraction(), and so into the JSON.
 */
#include "article/article.h"
#include "text/date.h"
#include "text/json.h"
#include "unit.h"
#include <stddef.h>

static span text_of(const struct json *json, const char *key)
{
    return json_text(json_member(json, key));
}

static int64_t number_of(const struct json *json, const char *key)
{
    int64_t number = 0;

    json_to_int64(json_member(json, key), &number); /* null: not known, 0 */
    return number;
}

static int64_t time_of(const struct json *json, const char *key)
{
    struct date date;

    return date_read(text_of(json, key), &date) ? date.at : NO_TIME;
}

static size_t count_of(const struct json *array)
{
    size_t count = 0;

    for (const struct json *one = array->first; one; one = one->next)
        count++;
    return count;
}

static enum page_kind kind_of(span name)
{
    enum page_kind kind = PAGE_ARTICLE;

    while (!span_is(name, page_kind_name(kind)))
        kind++;
    return kind;
}

static void read_lists(struct arena *arena, const struct json *json, struct extraction *e)
{
    const struct json *authors = json_member(json, "authors"), *images = json_member(json, "images"),
                      *links = json_member(json, "links");

    e->authors = ARENA_ARRAY(arena, struct author, count_of(authors));
    for (const struct json *one = authors->first; one; one = one->next)
        e->authors[e->author_count++] = (struct author){.name = text_of(one, "name"),
                                                        .url = text_of(one, "url"),
                                                        .email = text_of(one, "email"),
                                                        .avatar = text_of(one, "avatar")};
    e->images = ARENA_ARRAY(arena, struct extraction_image, count_of(images));
    for (const struct json *one = images->first; one; one = one->next)
        e->images[e->image_count++] = (struct extraction_image){.url = text_of(one, "url"),
                                                                .alt = text_of(one, "alt"),
                                                                .caption = text_of(one, "caption"),
                                                                .width = (int)number_of(one, "width"),
                                                                .height = (int)number_of(one, "height")};
    e->links = ARENA_ARRAY(arena, span, count_of(links));
    for (const struct json *one = links->first; one; one = one->next)
        e->links[e->link_count++] = json_text(one);
}

/* All but the tree, which `html` is. */
static struct extraction read_extraction(struct arena *arena, span text)
{
    struct json_damage damage = {0};
    struct json *json = NULL;
    struct extraction e = {0};

    assert_ok(json_parse(arena, text, &json, &damage));
    assert_null(damage.what);
    e.kind = kind_of(text_of(json, "kind"));
    e.reason = text_of(json, "reason").at ? arena_string(arena, text_of(json, "reason")) : NULL;
    e.title = text_of(json, "title");
    e.byline = text_of(json, "byline");
    e.site_name = text_of(json, "site_name");
    e.language = text_of(json, "language");
    e.image = text_of(json, "image");
    e.excerpt = text_of(json, "excerpt");
    e.published_at = time_of(json, "published");
    e.modified_at = time_of(json, "modified");
    e.published_zone = (int)number_of(json, "published_zone");
    e.published_has_time = json_member(json, "published_has_time")->type == JSON_TRUE;
    e.html = text_of(json, "content_html");
    e.markdown = text_of(json, "content_markdown");
    e.text = text_of(json, "content_text");
    e.word_count = (size_t)number_of(json, "word_count");
    e.rule = text_of(json, "rule");
    e.confidence = strtof(arena_string(arena, text_of(json, "confidence")), NULL);
    e.next_url = text_of(json, "next_url");
    e.single_page_url = text_of(json, "single_page_url");
    read_lists(arena, json, &e);
    return e;
}

static span written(struct arena *arena, const struct extraction *extraction)
{
    LOCAL(buf) out = {.max = 64 * KiB};
    struct json_writer json = {.out = &out};

    extraction_write_json(&json, S("https://a.example/"), extraction);
    return arena_keep(arena, buf_span(&out));
}

static struct author writers[] = {
    {S("Ann \"Lee\""), S("https://a.example/ann"), S("ann@a.example"), S("https://a.example/ann.png")},
    {.name = S("张三")},
};
static struct extraction_image pictures[] = {
    {S("https://a.example/1.jpg"), S("a ferry"), S("The ferry\n1902"), 640, 480},
    {.url = S("https://a.example/2.jpg")},
};
static span addresses[] = {S("https://a.example/x"), S("https://b.example/?a=1&b=2")};

/* Both structs have spans at these places. */
static void check_spans(const void *got, const void *wanted, const size_t *places, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        span one, other;
        memcpy(&one, (const char *)got + places[i], sizeof one);
        memcpy(&other, (const char *)wanted + places[i], sizeof other);
        assert_true(span_equal(one, other));
    }
}

#define PLACE(field) offsetof(struct extraction, field)

static void check_same(const struct extraction *got, const struct extraction *wanted)
{
    static const size_t texts[] = {PLACE(title), PLACE(byline),   PLACE(site_name), PLACE(language),
                                   PLACE(image), PLACE(excerpt),  PLACE(html),      PLACE(markdown),
                                   PLACE(text),  PLACE(next_url), PLACE(rule),      PLACE(single_page_url)};
    static const size_t of_author[] = {offsetof(struct author, name), offsetof(struct author, url),
                                       offsetof(struct author, email), offsetof(struct author, avatar)};
    static const size_t of_image[] = {offsetof(struct extraction_image, url),
                                      offsetof(struct extraction_image, alt),
                                      offsetof(struct extraction_image, caption)};

    check_spans(got, wanted, texts, ARRAY_SIZE(texts));
    assert_int_equal(got->kind, wanted->kind);
    assert_int_equal(got->published_at, wanted->published_at);
    assert_int_equal(got->modified_at, wanted->modified_at);
    assert_int_equal(got->published_zone, wanted->published_zone);
    assert_int_equal(got->published_has_time, wanted->published_has_time);
    assert_int_equal(got->word_count, wanted->word_count);
    assert_true(got->confidence == wanted->confidence);
    assert_int_equal(got->author_count, wanted->author_count);
    for (size_t i = 0; i < wanted->author_count; i++)
        check_spans(&got->authors[i], &wanted->authors[i], of_author, ARRAY_SIZE(of_author));
    assert_int_equal(got->image_count, wanted->image_count);
    for (size_t i = 0; i < wanted->image_count; i++) {
        check_spans(&got->images[i], &wanted->images[i], of_image, ARRAY_SIZE(of_image));
        assert_int_equal(got->images[i].width, wanted->images[i].width);
        assert_int_equal(got->images[i].height, wanted->images[i].height);
    }
    assert_int_equal(got->link_count, wanted->link_count);
    for (size_t i = 0; i < wanted->link_count; i++)
        assert_true(span_equal(got->links[i], wanted->links[i]));
}

static void an_article_is_read_back_from_its_json_as_it_was(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    struct extraction article = {
        .kind = PAGE_ARTICLE,
        .title = S("The \\ ferry"),
        .byline = S("Ann \"Lee\", 张三"),
        .site_name = S("The Post"),
        .language = S("en-GB"),
        .image = S("https://a.example/lead.jpg"),
        .excerpt = S("It came.\tLate."),
        .authors = writers,
        .author_count = ARRAY_SIZE(writers),
        .published_at = INT64_C(1700000000000),
        .modified_at = INT64_C(1700003600000),
        .published_zone = -330,
        .published_has_time = true,
        .html = S("<p>It came.</p>"),
        .markdown = S("It came.\n"),
        .text = S("It came."),
        .images = pictures,
        .image_count = ARRAY_SIZE(pictures),
        .links = addresses,
        .link_count = ARRAY_SIZE(addresses),
        .word_count = 2,
        .rule = S("a.example.txt"),
        .confidence = 0.875f,
        .next_url = S("https://a.example/?page=2"),
        .single_page_url = S("https://a.example/?all"),
    };
    struct extraction got = read_extraction(arena, written(arena, &article));

    (void)state;
    check_same(&got, &article);
}

static void what_is_no_article_is_read_back_with_its_reason(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);

    (void)state;
    for (enum page_kind kind = PAGE_ARTICLE + 1; kind <= PAGE_EMPTY; kind++) {
        struct extraction none = {.kind = kind,
                                  .reason = "there is \"nothing\"",
                                  .published_at = NO_TIME,
                                  .modified_at = NO_TIME,
                                  .confidence = 0.5f};
        struct extraction got = read_extraction(arena, written(arena, &none));

        check_same(&got, &none);
        assert_string_equal(got.reason, none.reason);
        assert_null(got.html.at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_article_is_read_back_from_its_json_as_it_was),
        cmocka_unit_test(what_is_no_article_is_read_back_with_its_reason),
    };

    return cmocka_run_group_tests_name("article_json", tests, NULL, NULL);
}
