/* SPDX-License-Identifier: MIT
 * charset_decode.c - the decoders of the Encoding Standard, one step a character, and the table of encodings
 *
 * How many bytes a fault takes is what matters in these: an ASCII byte behind half a character is never part
 * of the fault, else a broken title would swallow the tag behind it.
 */
#include "text/charset_parts.h"
#include "text/utf8.h"

struct decoder {
    const uint32_t *index, *jis0212;
    uint32_t high[128]; /* single bytes: characters of 0x80-0xFF, 0 where there is none */
    iconv_t four_bytes; /* gb18030's longer characters, which are rare; (iconv_t)-1 until one is met */
    enum jis_mode { JIS_ASCII, JIS_ROMAN, JIS_KATAKANA, JIS_PAIRS } jis_mode;
    bool has_switched; /* ISO-2022-JP: an escape sequence, and no character since */
};

static unsigned byte_at(span s, size_t i)
{
    return (unsigned char)s.at[i];
}

static bool is_between(unsigned byte, unsigned first, unsigned last)
{
    return byte >= first && byte <= last;
}

static size_t damaged(uint32_t *out, size_t len)
{
    *out = CHARSET_DAMAGED;
    return len;
}

static size_t found(uint32_t *out, uint32_t character, size_t len)
{
    *out = character;
    return len;
}

static size_t step_single(struct decoder *d, span rest, uint32_t *out)
{
    uint32_t character = d->high[byte_at(rest, 0) & 0x7F];

    return character ? found(out, character, 1) : damaged(out, 1);
}

static size_t step_user_defined(struct decoder *d, span rest, uint32_t *out)
{
    (void)d;
    return found(out, 0xF700 + byte_at(rest, 0), 1);
}

/* Lead and trail; a trail that makes no character is taken with the lead unless it is ASCII. */
static size_t step_pair(struct decoder *d, span rest, uint32_t *out)
{
    if (rest.len < 2 || !is_between(byte_at(rest, 0), 0x81, 0xFE))
        return damaged(out, 1);
    uint32_t character = charset_index_at(d->index, byte_at(rest, 0), byte_at(rest, 1));
    return character ? found(out, character, 2) : damaged(out, byte_at(rest, 1) < 0x80 ? 1 : 2);
}

static size_t step_gb18030_long(struct decoder *d, span rest, uint32_t *out)
{
    wchar_t character = 0;
    char *to = (char *)&character, *from = (char *)rest.at;
    size_t to_len = sizeof character, from_len = 4;

    if (rest.len > 2 && !is_between(byte_at(rest, 2), 0x81, 0xFE))
        return damaged(out, 1);
    if (rest.len < 4) /* the document ends within it */
        return damaged(out, rest.len);
    if (!is_between(byte_at(rest, 3), '0', '9'))
        return damaged(out, 1);
    if (d->four_bytes == (iconv_t)-1)
        d->four_bytes = iconv_open("WCHAR_T", "GB18030");
    if (d->four_bytes == (iconv_t)-1 || iconv(d->four_bytes, &from, &from_len, &to, &to_len) == (size_t)-1)
        return damaged(out, 4);
    return found(out, (uint32_t)character, 4);
}

static size_t step_gb18030(struct decoder *d, span rest, uint32_t *out)
{
    if (byte_at(rest, 0) == 0x80)
        return found(out, 0x20AC, 1);
    if (byte_at(rest, 0) != 0xFF && rest.len > 1 && is_between(byte_at(rest, 1), '0', '9'))
        return step_gb18030_long(d, rest, out);
    return step_pair(d, rest, out);
}

static size_t step_shift_jis(struct decoder *d, span rest, uint32_t *out)
{
    unsigned lead = byte_at(rest, 0);

    if (is_between(lead, 0xA1, 0xDF))
        return found(out, 0xFF61 - 0xA1 + lead, 1);
    if (lead == 0x80)
        return found(out, 0x80, 1);
    return lead == 0xA0 || lead > 0xFC ? damaged(out, 1) : step_pair(d, rest, out);
}

/* The character of JIS X 0208 at row and column (from 0x21), which the index has by its Shift_JIS bytes. */
static uint32_t jis0208_at(const uint32_t *index, unsigned row, unsigned column)
{
    unsigned pointer = (row - 0x21) * 94 + (column - 0x21);
    unsigned lead = pointer / 188, trail = pointer % 188;

    return charset_index_at(index, lead + (lead < 0x1F ? 0x81 : 0xC1), trail + (trail < 0x3F ? 0x40 : 0x41));
}

static size_t step_euc_jp(struct decoder *d, span rest, uint32_t *out)
{
    unsigned lead = byte_at(rest, 0), trail = rest.len > 1 ? byte_at(rest, 1) : 0;
    bool has_third = lead == 0x8F && is_between(trail, 0xA1, 0xFE);
    uint32_t character = 0;

    if (rest.len < (has_third ? 3 : 2))
        return damaged(out, rest.len);
    if (lead != 0x8E && lead != 0x8F && !is_between(lead, 0xA1, 0xFE))
        return damaged(out, 1);
    if (has_third) {
        character = charset_index_at(d->jis0212, trail, byte_at(rest, 2));
        return character ? found(out, character, 3) : damaged(out, byte_at(rest, 2) < 0x80 ? 2 : 3);
    }
    if (lead == 0x8E && is_between(trail, 0xA1, 0xDF))
        character = 0xFF61 - 0xA1 + trail;
    else if (is_between(lead, 0xA1, 0xFE) && is_between(trail, 0xA1, 0xFE))
        character = jis0208_at(d->index, lead - 0x80, trail - 0x80);
    return character ? found(out, character, 2) : damaged(out, trail < 0x80 ? 1 : 2);
}

static size_t step_jis_escape(struct decoder *d, span rest, uint32_t *out)
{
    static const struct {
        char bytes[3];
        enum jis_mode mode;
    } escapes[] = {
        {"\x1B(B", JIS_ASCII}, {"\x1B(J", JIS_ROMAN}, {"\x1B(I", JIS_KATAKANA},
        {"\x1B$@", JIS_PAIRS}, {"\x1B$B", JIS_PAIRS},
    };

    for (size_t i = 0; i < ARRAY_SIZE(escapes); i++) {
        if (!span_starts(rest, (span){escapes[i].bytes, 3}))
            continue;
        bool is_second = d->has_switched; /* with nothing between: a fault, as it hides text from filters */
        d->jis_mode = escapes[i].mode;
        d->has_switched = true;
        return is_second ? damaged(out, 3) : found(out, CHARSET_SILENT, 3);
    }
    d->has_switched = false;
    return damaged(out, 1);
}

static size_t step_iso_2022_jp(struct decoder *d, span rest, uint32_t *out)
{
    unsigned byte = byte_at(rest, 0);
    uint32_t character = 0;

    if (byte == 0x1B)
        return step_jis_escape(d, rest, out);
    d->has_switched = false;
    switch (d->jis_mode) {
    case JIS_PAIRS:
        if (!is_between(byte, 0x21, 0x7E) || rest.len < 2 || byte_at(rest, 1) == 0x1B)
            return damaged(out, 1);
        if (is_between(byte_at(rest, 1), 0x21, 0x7E))
            character = jis0208_at(d->index, byte, byte_at(rest, 1));
        return character ? found(out, character, 2) : damaged(out, 2);
    case JIS_KATAKANA:
        return is_between(byte, 0x21, 0x5F) ? found(out, 0xFF61 - 0x21 + byte, 1) : damaged(out, 1);
    case JIS_ROMAN:
    case JIS_ASCII:
        break;
    }
    if (byte >= 0x80 || byte == 0x0E || byte == 0x0F)
        return damaged(out, 1);
    if (d->jis_mode == JIS_ROMAN && (byte == 0x5C || byte == 0x7E))
        byte = byte == 0x5C ? 0xA5 : 0x203E;
    return found(out, byte, 1);
}

static unsigned unit_at(span s, size_t i, bool is_big_endian)
{
    return is_big_endian ? byte_at(s, i) << 8 | byte_at(s, i + 1) : byte_at(s, i + 1) << 8 | byte_at(s, i);
}

static size_t step_utf16(span rest, bool is_big_endian, uint32_t *out)
{
    if (rest.len < 2)
        return damaged(out, 1);
    unsigned unit = unit_at(rest, 0, is_big_endian);
    if (!is_between(unit, 0xD800, 0xDFFF))
        return found(out, unit, 2);
    if (unit > 0xDBFF || rest.len < 4)
        return damaged(out, unit > 0xDBFF ? 2 : rest.len);
    unsigned second = unit_at(rest, 2, is_big_endian);
    if (!is_between(second, 0xDC00, 0xDFFF))
        return damaged(out, 2);
    return found(out, 0x10000 + ((unit - 0xD800) << 10) + (second - 0xDC00), 4);
}

static size_t step_utf16le(struct decoder *d, span rest, uint32_t *out)
{
    (void)d;
    return step_utf16(rest, false, out);
}

static size_t step_utf16be(struct decoder *d, span rest, uint32_t *out)
{
    (void)d;
    return step_utf16(rest, true, out);
}

static size_t step_utf8(struct decoder *d, span rest, uint32_t *out)
{
    span after = rest;

    (void)d;
    utf8_next(&after, out);
    if (*out == UTF8_REPLACEMENT && !utf8_len(rest))
        *out = CHARSET_DAMAGED;
    return (size_t)(after.at - rest.at);
}

/* What could hide a script from a filter is not decoded at all (4.3, "replacement"). */
static size_t step_replacement(struct decoder *d, span rest, uint32_t *out)
{
    (void)d;
    return damaged(out, rest.len);
}

static const struct encoding encodings[] = {
    {"utf-8", NULL, step_utf8, true,
     "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8"},
    {"ibm866", "IBM866", step_single, true, "866 cp866 csibm866 ibm866"},
    {"iso-8859-2", "ISO-8859-2", step_single, true,
     "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2"},
    {"iso-8859-3", "ISO-8859-3", step_single, true,
     "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3"},
    {"iso-8859-4", "ISO-8859-4", step_single, true,
     "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4"},
    {"iso-8859-5", "ISO-8859-5", step_single, true,
     "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988"},
    {"iso-8859-6", "ISO-8859-6", step_single, true,
     "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e "
     "iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987"},
    {"iso-8859-7", "ISO-8859-7", step_single, true,
     "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 "
     "iso_8859-7 iso_8859-7:1987 sun_eu_greek"},
    {"iso-8859-8", "ISO-8859-8", step_single, true,
     "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 "
     "iso_8859-8 iso_8859-8:1988 visual"},
    {"iso-8859-8-i", "ISO-8859-8", step_single, true, "csiso88598i iso-8859-8-i logical"},
    {"iso-8859-10", "ISO-8859-10", step_single, true,
     "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6"},
    {"iso-8859-13", "ISO-8859-13", step_single, true, "iso-8859-13 iso8859-13 iso885913"},
    {"iso-8859-14", "ISO-8859-14", step_single, true, "iso-8859-14 iso8859-14 iso885914"},
    {"iso-8859-15", "ISO-8859-15", step_single, true,
     "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9"},
    {"iso-8859-16", "ISO-8859-16", step_single, true, "iso-8859-16"},
    {"koi8-r", "KOI8-R", step_single, true, "cskoi8r koi koi8 koi8-r koi8_r"},
    {"koi8-u", "KOI8-U", step_single, true, "koi8-ru koi8-u"},
    {"macintosh", "MACINTOSH", step_single, true, "csmacintosh mac macintosh x-mac-roman"},
    {"windows-874", "CP874", step_single, true,
     "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874"},
    {"windows-1250", "CP1250", step_single, true, "cp1250 windows-1250 x-cp1250"},
    {"windows-1251", "CP1251", step_single, true, "cp1251 windows-1251 x-cp1251"},
    {"windows-1252", "CP1252", step_single, true,
     "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 "
     "iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252"},
    {"windows-1253", "CP1253", step_single, true, "cp1253 windows-1253 x-cp1253"},
    {"windows-1254", "CP1254", step_single, true,
     "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 "
     "latin5 windows-1254 x-cp1254"},
    {"windows-1255", "CP1255", step_single, true, "cp1255 windows-1255 x-cp1255"},
    {"windows-1256", "CP1256", step_single, true, "cp1256 windows-1256 x-cp1256"},
    {"windows-1257", "CP1257", step_single, true, "cp1257 windows-1257 x-cp1257"},
    {"windows-1258", "CP1258", step_single, true, "cp1258 windows-1258 x-cp1258"},
    {"x-mac-cyrillic", "MAC-UK", step_single, true, "x-mac-cyrillic x-mac-ukrainian"},
    {"gbk", "CP936", step_gb18030, true,
     "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk"},
    {"gb18030", "GB18030", step_gb18030, true, "gb18030"},
    {"big5", "CP950", step_pair, true, "big5 big5-hkscs cn-big5 csbig5 x-x-big5"},
    {"euc-jp", "EUC-JP-MS", step_euc_jp, true, "cseucpkdfmtjapanese euc-jp x-euc-jp"},
    {"iso-2022-jp", "ISO-2022-JP", step_iso_2022_jp, false, "csiso2022jp iso-2022-jp"},
    {"shift_jis", "CP932", step_shift_jis, true,
     "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis"},
    {"euc-kr", "UHC", step_pair, true,
     "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 "
     "windows-949"},
    {"replacement", NULL, step_replacement, false,
     "csiso2022kr hz-gb-2312 iso-2022-cn iso-2022-cn-ext iso-2022-kr replacement"},
    {"utf-16be", NULL, step_utf16be, false, "unicodefffe utf-16be"},
    {"utf-16le", NULL, step_utf16le, false,
     "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le"},
    {"x-user-defined", NULL, step_user_defined, true, "x-user-defined"},
};

const struct encoding *charset_find(const char *name)
{
    for (size_t i = 0; name && i < ARRAY_SIZE(encodings); i++)
        if (strcmp(encodings[i].name, name) == 0)
            return &encodings[i];
    return &encodings[0];
}

const char *charset_of_label(span label)
{
    label = span_trim(label);
    for (size_t i = 0; i < ARRAY_SIZE(encodings); i++) {
        span labels = span_of(encodings[i].labels), known;
        while (span_cut(&labels, ' ', &known))
            if (span_equal_nocase(known, label))
                return encodings[i].name;
    }
    return NULL;
}

/* Where iconv's table of single bytes differs from the Standard's */
static const struct {
    const char *name;
    uint8_t byte;
    uint16_t character;
} single_mends[] = {
    {"koi8-u", 0xAE, 0x045E},    {"koi8-u", 0xBE, 0x040E},       {"macintosh", 0xC6, 0x2206},
    {"macintosh", 0xF0, 0xF8FF}, {"windows-1255", 0xCA, 0x05BA}, {"x-mac-cyrillic", 0xFF, 0x20AC},
};

/* Byte by byte, as some of iconv's converters would join a letter with the mark behind it. */
static void read_single_bytes(const struct encoding *encoding, uint32_t high[128])
{
    iconv_t converter = iconv_open("WCHAR_T", encoding->iconv_name);

    for (unsigned byte = 0x80; byte <= 0xFF && converter != (iconv_t)-1; byte++) {
        wchar_t character = 0;
        char c = (char)byte, *from = &c, *to = (char *)&character;
        size_t from_len = 1, to_len = sizeof character;
        iconv(converter, NULL, NULL, NULL, NULL);
        bool is_none = iconv(converter, &from, &from_len, &to, &to_len) == (size_t)-1;
        if (!is_none && to_len) /* kept back, to be joined with what follows */
            iconv(converter, NULL, NULL, &to, &to_len);
        /* What vendors left open among the controls is that control; elsewhere it is nothing. */
        high[byte - 0x80] = !is_none ? (uint32_t)character : byte < 0xA0 ? byte : 0;
    }
    if (converter != (iconv_t)-1)
        iconv_close(converter);
    for (size_t i = 0; i < ARRAY_SIZE(single_mends); i++)
        if (strcmp(single_mends[i].name, encoding->name) == 0)
            high[single_mends[i].byte - 0x80] = single_mends[i].character;
}

static void prepare(struct decoder *d, const struct encoding *encoding)
{
    static const struct {
        const char *name;
        enum charset_index index;
    } indexes[] = {
        {"gbk", INDEX_GB18030},         {"gb18030", INDEX_GB18030},   {"big5", INDEX_BIG5},
        {"euc-kr", INDEX_EUC_KR},       {"shift_jis", INDEX_JIS0208}, {"euc-jp", INDEX_JIS0208},
        {"iso-2022-jp", INDEX_JIS0208},
    };

    for (size_t i = 0; i < ARRAY_SIZE(indexes); i++)
        if (strcmp(encoding->name, indexes[i].name) == 0)
            d->index = charset_index(indexes[i].index);
    if (encoding->step == step_euc_jp)
        d->jis0212 = charset_index(INDEX_JIS0212);
    if (encoding->step == step_single)
        read_single_bytes(encoding, d->high);
}

#define CHUNK 1024 /* bytes of output gathered before they go to the buffer */

static size_t put_character(char *at, uint32_t character)
{
    if (!(character & CHARSET_PAIR) || character == CHARSET_DAMAGED)
        return utf8_encode(character, at); /* what is damaged is past the last character: U+FFFD */
    size_t len = utf8_encode(character >> 16 & 0xFF, at);
    return len + utf8_encode(character & 0xFFFF, at + len);
}

size_t charset_run(const char *charset, span bytes, struct buf *out, size_t damage_max)
{
    const struct encoding *encoding = charset_find(charset);
    struct decoder d = {.four_bytes = (iconv_t)-1};
    char chunk[CHUNK + 8];
    size_t damage = 0, len = 0;

    prepare(&d, encoding);
    while (bytes.len && damage <= damage_max) {
        uint32_t character;
        if (encoding->is_ascii_based && byte_at(bytes, 0) < 0x80) {
            span ascii = {bytes.at, utf8_ascii_len(bytes)};
            bytes = span_from(bytes, ascii.len);
            if (out) {
                buf_add(out, (span){chunk, len});
                buf_add(out, ascii);
            }
            len = 0;
            continue;
        }
        bytes = span_from(bytes, encoding->step(&d, bytes, &character));
        damage += character == CHARSET_DAMAGED;
        if (out && character != CHARSET_SILENT)
            len += put_character(chunk + len, character);
        if (len >= CHUNK) {
            buf_add(out, (span){chunk, len});
            len = 0;
        }
    }
    if (out)
        buf_add(out, (span){chunk, len});
    if (d.four_bytes != (iconv_t)-1)
        iconv_close(d.four_bytes);
    return damage;
}
