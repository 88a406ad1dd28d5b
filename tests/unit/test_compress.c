/* SPDX-License-Identifier: MIT
 * test_compress.c - content codings: whole, cut short, hostile
 */
#include "bytes/compress.h"
#include "bytes/dictionary.h"
#include "unit.h"
#include <zlib.h>

static const char plain[] = "the ferry is late\nthe ferry is late\nthe ferry is late\n";

enum form { FORM_GZIP = MAX_WBITS + 16, FORM_ZLIB = MAX_WBITS, FORM_RAW = -MAX_WBITS };

static void deflate_as(enum form form, span text, struct buf *out)
{
    z_stream stream = {.next_in = (Bytef *)text.at, .avail_in = (uInt)text.len};

    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, form, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.avail_out = (uInt)deflateBound(&stream, stream.avail_in);
    stream.next_out = (Bytef *)buf_reserve(out, stream.avail_out);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out->len += stream.total_out;
    deflateEnd(&stream);
}

static void make(enum coding coding, enum form form, struct buf *out)
{
    static const char brotli[] =
        "\x1b\x35\x00\xf8\x9d\x09\x76\xac\x93\xc9\x2c\x1b\x26\x5e\xd3\x29\xc8\x81\x4c\xb3"
        "\x34\xb6\x0e\x2b\x43\x9b\xd3\x20\x65\x72\x79\xa2\xaa\x08\x21\x95\xe3\x9b\x66\x18";

    if (coding == CODING_BROTLI)
        buf_add(out, (span){brotli, sizeof brotli - 1});
    else if (coding == CODING_ZSTD)
        assert_ok(compress_zstd(span_of(plain), 3, out));
    else
        deflate_as(form, span_of(plain), out);
}

static const struct {
    enum coding coding;
    enum form form;
} codings[] = {{CODING_GZIP, FORM_GZIP},
               {CODING_DEFLATE, FORM_ZLIB},
               {CODING_DEFLATE, FORM_RAW},
               {CODING_BROTLI, 0},
               {CODING_ZSTD, 0}};

static void each_coding_is_undone(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(codings); i++) {
        LOCAL(buf) small = {.max = 1 * MiB};
        LOCAL(buf) out = {.max = sizeof plain - 1}; /* just enough */
        bool is_complete = false;
        make(codings[i].coding, codings[i].form, &small);
        assert_ok(decompress(codings[i].coding, buf_span(&small), &out, &is_complete));
        assert_span_equal(buf_span(&out), plain);
        assert_true(is_complete);
    }
}

static void a_stream_cut_anywhere_gives_its_start_and_is_not_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(codings); i++) {
        LOCAL(buf) small = {.max = 1 * MiB};
        make(codings[i].coding, codings[i].form, &small);
        for (size_t len = 0; len < small.len; len++) {
            LOCAL(buf) out = {.max = 1 * MiB};
            bool is_complete = true;
            error_free(decompress(codings[i].coding, span_sub(buf_span(&small), 0, len), &out, &is_complete));
            assert_false(is_complete);
            assert_true(span_starts(span_of(plain), buf_span(&out)));
        }
    }
}

static void a_wrong_checksum_is_not_complete(void **state)
{
    static const size_t from_end[] = {5, 3, 0, 0,
                                      2}; /* a byte of the checksum; raw deflate and brotli have none */

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(codings); i++) {
        LOCAL(buf) small = {.max = 1 * MiB};
        LOCAL(buf) out = {.max = 1 * MiB};
        bool is_complete = true;
        if (!from_end[i])
            continue;
        make(codings[i].coding, codings[i].form, &small);
        small.at[small.len - from_end[i]] ^= 1;
        assert_ok(decompress(codings[i].coding, buf_span(&small), &out, &is_complete));
        assert_false(is_complete);
        assert_true(span_starts(span_of(plain), buf_span(&out)));
    }
}

static void members_of_gzip_are_one_stream(void **state)
{
    LOCAL(buf) small = {.max = 1 * MiB};
    LOCAL(buf) out = {.max = 1 * MiB};
    bool is_complete = false;

    (void)state;
    deflate_as(FORM_GZIP, S("one "), &small);
    deflate_as(FORM_GZIP, S(""), &small);
    deflate_as(FORM_GZIP, S("two"), &small);
    assert_ok(decompress(CODING_GZIP, buf_span(&small), &out, &is_complete));
    assert_span_equal(buf_span(&out), "one two");
    assert_true(is_complete);
    buf_clear(&out);
    assert_ok(decompress(CODING_GZIP, span_sub(buf_span(&small), 0, small.len - 1), &out, &is_complete));
    assert_span_equal(buf_span(&out), "one two");
    assert_false(is_complete);
}

static void what_follows_the_last_member_is_no_part_of_it(void **state)
{
    static const char *const tails[] = {"garbage", "\x1f", "\x1f\x8b", "<!-- served in 7 ms -->"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(tails); i++) {
        LOCAL(buf) small = {.max = 1 * MiB};
        LOCAL(buf) out = {.max = 1 * MiB};
        bool is_complete = false;
        deflate_as(FORM_GZIP, span_of(plain), &small);
        buf_add_text(&small, tails[i]);
        assert_ok(decompress(CODING_GZIP, buf_span(&small), &out, &is_complete));
        assert_span_equal(buf_span(&out), plain);
        assert_true(is_complete);
    }
}

static void frames_of_zstd_are_one_stream(void **state)
{
    LOCAL(buf) small = {.max = 1 * MiB};
    LOCAL(buf) out = {.max = 1 * MiB};
    bool is_complete = false;

    (void)state;
    buf_add(&small, S("\x50\x2a\x4d\x18\x03\0\0\0abc")); /* a frame to be skipped */
    assert_ok(compress_zstd(S("one "), 1, &small));
    buf_add(&small, S("\x5f\x2a\x4d\x18\0\0\0\0"));
    assert_ok(compress_zstd(S("two"), 19, &small));
    assert_ok(decompress(CODING_ZSTD, buf_span(&small), &out, &is_complete));
    assert_span_equal(buf_span(&out), "one two");
    assert_true(is_complete);
}

static void a_bomb_stops_at_the_limit(void **state)
{
    enum { UNFOLDED = 64 * 1024 * 1024, LIMIT = 100000 };
    LOCAL(buf) zeros = {.max = UNFOLDED};
    LOCAL(buf) small = {.max = 1 * MiB};
    LOCAL(buf) out = {.max = LIMIT};
    bool is_complete = true;

    (void)state;
    memset(buf_reserve(&zeros, UNFOLDED), 0, UNFOLDED);
    zeros.len = UNFOLDED;
    assert_ok(compress_gzip(buf_span(&zeros), &small));
    assert_fails(decompress(CODING_GZIP, buf_span(&small), &out, &is_complete), ERROR_LIMIT);
    assert_false(is_complete);
    assert_int_equal(out.len, LIMIT);
    assert_true(out.capacity <= LIMIT + 1);
    buf_clear(&small);
    buf_clear(&out);
    assert_ok(compress_zstd(buf_span(&zeros), 1, &small));
    assert_fails(decompress(CODING_ZSTD, buf_span(&small), &out, &is_complete), ERROR_LIMIT);
    assert_true(out.capacity <= LIMIT + 1);
}

static void the_limit_is_of_all_that_is_in_the_buffer(void **state)
{
    LOCAL(buf) small = {.max = 1 * MiB};
    LOCAL(buf) out = {.max = sizeof plain + 4};
    bool is_complete = true;

    (void)state;
    deflate_as(FORM_GZIP, span_of(plain), &small);
    buf_add(&out, S("12345"));
    assert_ok(decompress(CODING_GZIP, buf_span(&small), &out, &is_complete));
    assert_true(span_starts(buf_span(&out), S("12345the ferry")));
    buf_clear(&out);
    buf_add(&out, S("123456"));
    assert_fails(decompress(CODING_GZIP, buf_span(&small), &out, &is_complete), ERROR_LIMIT);
}

static void other_bytes_are_refused(void **state)
{
    static const enum coding refusing[] = {CODING_GZIP, CODING_DEFLATE, CODING_ZSTD, CODING_UNKNOWN};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(refusing); i++) {
        LOCAL(buf) out = {.max = 1 * MiB};
        bool is_complete = true;
        assert_fails(decompress(refusing[i], S("<html><p>plain</p></html>"), &out, &is_complete),
                     ERROR_FORMAT);
        assert_false(is_complete);
        assert_int_equal(out.len, 0);
    }
}

static void nothing_compressed_is_a_stream_cut_short(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(codings); i++) {
        LOCAL(buf) out = {.max = 1 * MiB};
        bool is_complete = true;
        assert_ok(decompress(codings[i].coding, (span){0}, &out, &is_complete));
        assert_false(is_complete);
        assert_int_equal(out.len, 0);
    }
}

static void identity_is_complete_as_it_is(void **state)
{
    LOCAL(buf) out = {.max = 5};
    bool is_complete = false;

    (void)state;
    assert_ok(decompress(CODING_IDENTITY, S("12345"), &out, &is_complete));
    assert_true(is_complete);
    assert_fails(decompress(CODING_IDENTITY, S("6"), &out, &is_complete), ERROR_LIMIT);
}

static void what_is_too_long_compressed_is_refused(void **state)
{
    LOCAL(buf) gzip = {.max = 20};
    LOCAL(buf) zstd = {.max = 10};

    (void)state;
    assert_fails(compress_gzip(span_of(plain), &gzip), ERROR_LIMIT);
    assert_fails(compress_zstd(span_of(plain), 3, &zstd), ERROR_LIMIT);
    assert_true(gzip.len <= 20 && zstd.len <= 10);
}

static void codings_are_known_by_name_and_by_their_first_bytes(void **state)
{
    static const struct {
        const char *name;
        enum coding wanted;
    } cases[] = {
        {"gzip", CODING_GZIP},        {"X-GZip", CODING_GZIP},      {" br ", CODING_BROTLI},
        {"deflate", CODING_DEFLATE},  {"zstd", CODING_ZSTD},        {"identity", CODING_IDENTITY},
        {"compress", CODING_UNKNOWN}, {"gzip, br", CODING_UNKNOWN}, {"", CODING_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(coding_of_name(span_of(cases[i].name)), cases[i].wanted);
    assert_int_equal(coding_of_bytes(S("\x1f\x8b\x08\0")), CODING_GZIP);
    assert_int_equal(coding_of_bytes(S("\x28\xb5\x2f\xfd\0")), CODING_ZSTD);
    assert_int_equal(coding_of_bytes(S("\x1f\x8b")), CODING_IDENTITY);
    assert_int_equal(coding_of_bytes(S("<rss/>")), CODING_IDENTITY);
}

/* Pages of one site: the same furniture, another story. */
static span sample_page(struct arena *arena, int n)
{
    LOCAL(buf) page = {.max = 1 * MiB};

    buf_add_text(&page, "<html><head><link rel='stylesheet' href='/style/paper-2024.css'></head><body><nav>");
    for (int i = 0; i < 60; i++)
        buf_printf(&page, "<li class='menu-%08x'><a href='/%08x/'>Part %d</a></li>",
                   2654435761u * (unsigned)i, 2246822519u * (unsigned)i, i);
    buf_printf(&page, "</nav><h1>Ferry %d is late</h1><p>It came %d minutes after noon.</p></body>", n,
               n * 13);
    return arena_keep(arena, buf_span(&page));
}

static void pages_of_one_site_take_less_with_a_dictionary_of_theirs(void **state)
{
    OWN(arena) arena = arena_new(16 * MiB);
    LOCAL(buf) dictionary = {.max = 1 * MiB};
    LOCAL(buf) with = {.max = 1 * MiB};
    LOCAL(buf) without = {.max = 1 * MiB};
    LOCAL(buf) again = {.max = 1 * MiB};
    span samples[20], page = sample_page(arena, 77);

    (void)state;
    for (int i = 0; i < 20; i++)
        samples[i] = sample_page(arena, i);
    assert_true(dictionary_learn(samples, 20, 16 * 1024, &dictionary));
    assert_ok(dictionary_compress(buf_span(&dictionary), page, 3, &with));
    assert_ok(dictionary_compress((span){0}, page, 3, &without));
    assert_true(with.len * 2 < without.len);
    assert_ok(dictionary_decompress(buf_span(&dictionary), buf_span(&with), page.len, &again));
    assert_true(span_equal(buf_span(&again), page));
}

static void a_page_is_not_undone_with_another_dictionary_or_size(void **state)
{
    OWN(arena) arena = arena_new(16 * MiB);
    LOCAL(buf) dictionary = {.max = 1 * MiB};
    LOCAL(buf) small = {.max = 1 * MiB};
    LOCAL(buf) again = {.max = 1 * MiB};
    span samples[20], page = sample_page(arena, 77);

    (void)state;
    for (int i = 0; i < 20; i++)
        samples[i] = sample_page(arena, i);
    assert_true(dictionary_learn(samples, 20, 16 * 1024, &dictionary));
    assert_ok(dictionary_compress(buf_span(&dictionary), page, 3, &small));
    assert_fails(dictionary_decompress((span){0}, buf_span(&small), page.len, &again), ERROR_FORMAT);
    assert_fails(dictionary_decompress(buf_span(&dictionary), buf_span(&small), page.len + 1, &again),
                 ERROR_FORMAT);
    for (size_t i = 0; i < small.len; i++) {
        small.at[i] ^= 0x55;
        buf_clear(&again);
        assert_fails(dictionary_decompress(buf_span(&dictionary), buf_span(&small), page.len, &again),
                     ERROR_FORMAT);
        small.at[i] ^= 0x55;
    }
    assert_false(dictionary_learn(samples, 1, 16 * 1024, &dictionary));
    assert_false(dictionary_learn(NULL, 0, 16 * 1024, &dictionary));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_coding_is_undone),
        cmocka_unit_test(a_stream_cut_anywhere_gives_its_start_and_is_not_complete),
        cmocka_unit_test(a_wrong_checksum_is_not_complete),
        cmocka_unit_test(members_of_gzip_are_one_stream),
        cmocka_unit_test(what_follows_the_last_member_is_no_part_of_it),
        cmocka_unit_test(frames_of_zstd_are_one_stream),
        cmocka_unit_test(a_bomb_stops_at_the_limit),
        cmocka_unit_test(the_limit_is_of_all_that_is_in_the_buffer),
        cmocka_unit_test(other_bytes_are_refused),
        cmocka_unit_test(nothing_compressed_is_a_stream_cut_short),
        cmocka_unit_test(identity_is_complete_as_it_is),
        cmocka_unit_test(what_is_too_long_compressed_is_refused),
        cmocka_unit_test(codings_are_known_by_name_and_by_their_first_bytes),
        cmocka_unit_test(pages_of_one_site_take_less_with_a_dictionary_of_theirs),
        cmocka_unit_test(a_page_is_not_undone_with_another_dictionary_or_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
