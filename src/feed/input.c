/* SPDX-License-Identifier: MIT
 * input.c - bytes become text
 */
#include "bytes/compress.h"
#include "feed/internal.h"
#include "limits/limits.h"
#include "text/charset.h"
#include "text/utf8.h"

/* encoding="..." of an XML declaration; bytes before it do not matter. */
static span declared_encoding(span bytes)
{
    span head = span_sub(bytes, 0, 1024);
    size_t start = span_find(head, S("<?xml"));

    if (start == SPAN_NONE)
        return (span){0};
    head = span_from(head, start);
    head = span_sub(head, 0, span_find_char(head, '>'));
    size_t at = span_find(head, S("encoding"));
    if (at == SPAN_NONE)
        return (span){0};
    head = span_trim(span_from(head, at + 8));
    if (!span_starts(head, S("=")))
        return (span){0};
    head = span_trim(span_from(head, 1));
    if (!head.len || (head.at[0] != '"' && head.at[0] != '\''))
        return (span){0};
    return span_sub(head, 1, span_find_char(span_from(head, 1), head.at[0]));
}

static struct error *unpack(struct feed *feed, span *bytes)
{
    enum coding coding = coding_of_bytes(*bytes);
    struct buf *out = &feed->unpacked;
    bool is_complete = true;

    if (coding == CODING_IDENTITY)
        return OK;
    out->max = MIN(LIMIT_FEED_UNPACKED, 1 * MiB + bytes->len * LIMIT_FEED_RATIO);
    TRY(decompress(coding, *bytes, out, &is_complete));
    if (!is_complete) {
        feed->draft.about.is_well_formed = false;
        feed_warn(feed, 0, 0, "cut", "the compressed body was cut short");
    }
    *bytes = buf_span(out);
    return OK;
}

/* ---- encodings that browsers do not know, or do not look for */

/* By its byte order mark or first character: feeds once used it. */
static const char *utf32_of(span bytes)
{
    if (span_starts(bytes, S("\xFF\xFE\0\0")) || span_starts(bytes, S("<\0\0\0")))
        return "utf-32le";
    if (span_starts(bytes, S("\0\0\xFE\xFF")) || span_starts(bytes, S("\0\0\0<")))
        return "utf-32be";
    return NULL;
}

static span decode_utf32(struct buf *out, span bytes, bool is_big)
{
    out->max = 2 * bytes.len + 16;
    for (size_t i = 0; i + 4 <= bytes.len; i += 4) {
        const uint8_t *b = (const uint8_t *)bytes.at + i;
        uint32_t c = is_big ? (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3]
                            : (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
        if (c != 0xFEFF || i > 0)
            utf8_add(out, c);
    }
    return buf_span(out);
}

/* UTF-16 without a byte order mark, by its first character. */
static const char *utf16_of(span bytes)
{
    if (span_starts(bytes, S("<\0")) || span_starts(bytes, S("{\0")))
        return "utf-16le";
    if (span_starts(bytes, S("\0<")) || span_starts(bytes, S("\0{")))
        return "utf-16be";
    return NULL;
}

/* ---- which encoding it is */

static bool is_label_of(span label, const char *charset)
{
    const char *named = label.len ? charset_of_label(label) : NULL;

    /* a declaration that can be read as ASCII is not in UTF-16, whatever it says */
    return named && (strcmp(named, charset) == 0 || strncmp(named, "utf-16", 6) == 0);
}

/* Was the encoding said, or is it the default? If neither, the publisher said something that is not so. */
static bool is_as_said(const struct charset_hints *hints, const char *charset)
{
    bool is_said = hints->http.len || hints->declared.len;

    if (hints->declared.len && !charset_of_label(hints->declared))
        return false;
    if (is_label_of(hints->http, charset) || is_label_of(hints->declared, charset))
        return true;
    return strcmp(charset, "utf-8") == 0 || (!is_said && strncmp(charset, "utf-16", 6) == 0);
}

static bool is_ascii(span bytes)
{
    uint64_t eight;

    for (; bytes.len >= sizeof eight; bytes = span_from(bytes, sizeof eight)) {
        memcpy(&eight, bytes.at, sizeof eight);
        if (eight & 0x8080808080808080)
            return false;
    }
    for (size_t i = 0; i < bytes.len; i++)
        if ((uint8_t)bytes.at[i] >= 0x80)
            return false;
    return true;
}

static void decode(struct feed *feed, span bytes, const struct charset_hints *hints)
{
    struct feed_about *about = &feed->draft.about;
    size_t bom_len = 0, damaged = 0;

    if (!is_ascii(bytes) && !charset_of_bom(bytes, &bom_len) && utf8_is_valid(bytes)) {
        feed->text = bytes; /* whatever was said */
        about->encoding = S("utf-8");
        return;
    }
    const char *charset = charset_of_bom(bytes, &bom_len);
    bool has_bom = charset != NULL;

    if (!charset)
        charset = utf16_of(bytes);
    if (!charset)
        charset = charset_choose(bytes, hints);
    feed->text = charset_decode(feed->arena, charset, bytes, &damaged);
    about->encoding = span_of(charset);
    if (damaged)
        feed_warn(feed, 0, 0, "bad-encoding", "bytes that are not %s were replaced: %zu", charset, damaged);
    else if (!has_bom && !is_as_said(hints, charset))
        feed_warn(feed, 0, 0, "wrong-encoding", "the text is %s, which was not said", charset);
    else
        return;
    about->is_well_formed = false;
}

struct error *input_read(struct feed *feed, span bytes, const struct feed_headers *headers)
{
    struct charset_hints hints = {.http =
                                      headers ? charset_of_content_type(headers->content_type) : (span){0}};

    TRY(unpack(feed, &bytes));
    const char *utf32 = utf32_of(bytes);
    if (utf32) {
        feed->draft.about.encoding = span_of(utf32);
        feed->text = decode_utf32(&feed->unpacked_text, bytes, strcmp(utf32, "utf-32be") == 0);
        return OK;
    }
    hints.declared = declared_encoding(bytes);
    decode(feed, bytes, &hints);
    return OK;
}
