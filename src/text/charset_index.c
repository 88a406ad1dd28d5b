/* SPDX-License-Identifier: MIT
 * charset_index.c - the Standard's indexes of two-byte characters, made from iconv's tables and mended
 *
 * iconv alone would not do: it differs from the Standard in how many bytes a fault takes, so that a broken
 * character could swallow the "<" behind it; and asking it for each character anew is slow where many are
 * broken. The differences in the tables themselves were found by comparing every cell with what a browser
 * decodes.
 */
#include "text/charset_parts.h"
#include <pthread.h>

/* Cell, character; cell, character ... */
static const uint16_t gb18030_mends[] = {0xA3A0, 0x3000};

/* Punctuation of plain Big5 and pictures of the controls (A145-A3E1), then what HKSCS took out because Big5
 * has it elsewhere, and old documents still use. */
static const uint16_t big5_mends[] = {
    0xA145, 0x2027, 0xA14E, 0xFE51, 0xA15A, 0x2574, 0xA1C2, 0x00AF, 0xA1C3, 0xFFE3, 0xA1C5, 0x02CD, 0xA1E3,
    0xFF5E, 0xA1F2, 0x2295, 0xA1F3, 0x2299, 0xA1FE, 0xFF0F, 0xA240, 0xFF3C, 0xA241, 0x2215, 0xA242, 0xFE68,
    0xA244, 0xFFE5, 0xA246, 0xFFE0, 0xA247, 0xFFE1, 0xA2CC, 0x5341, 0xA2CE, 0x5345, 0xA3C0, 0x2400, 0xA3C1,
    0x2401, 0xA3C2, 0x2402, 0xA3C3, 0x2403, 0xA3C4, 0x2404, 0xA3C5, 0x2405, 0xA3C6, 0x2406, 0xA3C7, 0x2407,
    0xA3C8, 0x2408, 0xA3C9, 0x2409, 0xA3CA, 0x240A, 0xA3CB, 0x240B, 0xA3CC, 0x240C, 0xA3CD, 0x240D, 0xA3CE,
    0x240E, 0xA3CF, 0x240F, 0xA3D0, 0x2410, 0xA3D1, 0x2411, 0xA3D2, 0x2412, 0xA3D3, 0x2413, 0xA3D4, 0x2414,
    0xA3D5, 0x2415, 0xA3D6, 0x2416, 0xA3D7, 0x2417, 0xA3D8, 0x2418, 0xA3D9, 0x2419, 0xA3DA, 0x241A, 0xA3DB,
    0x241B, 0xA3DC, 0x241C, 0xA3DD, 0x241D, 0xA3DE, 0x241E, 0xA3DF, 0x241F, 0xA3E0, 0x2421, 0xA3E1, 0x20AC,
    0x8E69, 0x7BB8, 0x8E6F, 0x7C06, 0x8E7E, 0x7CCE, 0x8EAB, 0x7DD2, 0x8EB4, 0x7E1D, 0x8ECD, 0x8005, 0x8ED0,
    0x8028, 0x8F57, 0x83C1, 0x8F69, 0x84A8, 0x8F6E, 0x840F, 0x8FCB, 0x89A6, 0x8FCC, 0x89A9, 0x8FFE, 0x8D77,
    0x906D, 0x90FD, 0x907A, 0x92B9, 0x90DC, 0x975C, 0x90F1, 0x97FF, 0x91BF, 0x9F16, 0x9244, 0x8503, 0x92AF,
    0x5159, 0x92B0, 0x515B, 0x92B1, 0x515D, 0x92B2, 0x515E, 0x92C8, 0x936E, 0x92D1, 0x7479, 0x9447, 0x6D67,
    0x94CA, 0x799B, 0x95D9, 0x9097, 0x9644, 0x975D, 0x96ED, 0x701E, 0x96FC, 0x5B28, 0x9B76, 0x7201, 0x9B78,
    0x77D7, 0x9B7B, 0x7E87, 0x9BC6, 0x99D6, 0x9BDE, 0x91D4, 0x9BEC, 0x60DE, 0x9BF6, 0x6FB6, 0x9C42, 0x8F36,
    0x9C53, 0x4FBB, 0x9C62, 0x71DF, 0x9C68, 0x9104, 0x9C6B, 0x9DF0, 0x9C77, 0x83CF, 0x9CBC, 0x5C10, 0x9CBD,
    0x79E3, 0x9CD0, 0x5A67, 0x9D57, 0x8F0B, 0x9D5A, 0x7B51, 0x9DC4, 0x62D0, 0x9EA9, 0x6062, 0x9EEF, 0x75F9,
    0x9EFD, 0x6C4A, 0x9F60, 0x9B2E, 0x9F66, 0x9F17, 0x9FCB, 0x50ED, 0x9FD8, 0x5F0C, 0xA063, 0x880F, 0xA077,
    0x62CE, 0xA0D5, 0x7468, 0xA0DF, 0x7162, 0xA0E4, 0x7250, 0xC6CF, 0x5EF4, 0xC6D3, 0x65E0, 0xC6D5, 0x7676,
    0xC6D7, 0x96B6, 0xC6DE, 0x3003, 0xC6DF, 0x4EDD, 0xFA5F, 0x5029, 0xFA66, 0x507D, 0xFABD, 0x5305, 0xFAC5,
    0x5344, 0xFAD5, 0x537F, 0xFB48, 0x5605, 0xFBB8, 0x5A77, 0xFBF3, 0x5E75, 0xFBF9, 0x5ED0, 0xFC4F, 0x5F58,
    0xFC6C, 0x60A4, 0xFCB9, 0x6490, 0xFCE2, 0x6674, 0xFCF1, 0x675E, 0xFDB7, 0x6C9C, 0xFDB8, 0x6E1D, 0xFDBB,
    0x6E2F, 0xFDF1, 0x716E, 0xFE52, 0x732A, 0xFE6F, 0x745C, 0xFEAA, 0x74E9, 0xFEDD, 0x7809};

/* The four cells of two characters */
static const struct {
    uint16_t cell, letter, mark;
} big5_pairs[] = {{0x8862, 0xCA, 0x304}, {0x8864, 0xCA, 0x30C}, {0x88A3, 0xEA, 0x304}, {0x88A5, 0xEA, 0x30C}};

#define MENDS(list) list, ARRAY_SIZE(list)

static const struct source {
    const char *iconv_name;
    char prefix; /* a byte before each pair; 0: none */
    const uint16_t *mends;
    size_t mend_count; /* numbers in it */
} sources[INDEX_COUNT] = {
    [INDEX_GB18030] = {"GB18030", 0, MENDS(gb18030_mends)},
    [INDEX_BIG5] = {"BIG5-HKSCS", 0, MENDS(big5_mends)},
    [INDEX_JIS0208] = {"CP932", 0, NULL, 0}, /* in the bytes of Shift_JIS */
    [INDEX_JIS0212] = {"EUC-JP", '\x8F', NULL, 0},
    [INDEX_EUC_KR] = {"UHC", 0, NULL, 0},
};

static uint32_t *cell_at(uint32_t *index, unsigned cell)
{
    return &index[((cell >> 8) - INDEX_FIRST_LEAD) * INDEX_TRAILS + ((cell & 0xFF) - INDEX_FIRST_TRAIL)];
}

/* One row: all its cells with a line feed behind each, so that a fault leaves the others in their places. */
static void read_row(iconv_t converter, const struct source *source, unsigned lead, uint32_t *row)
{
    char bytes[INDEX_TRAILS * 4];
    char *in = bytes;
    size_t in_len = 0, cell = 0, count = 0; /* characters in this cell */

    for (unsigned trail = INDEX_FIRST_TRAIL; trail <= 0xFE; trail++) {
        if (source->prefix)
            bytes[in_len++] = source->prefix;
        bytes[in_len++] = (char)lead;
        bytes[in_len++] = (char)trail;
        bytes[in_len++] = '\n';
    }
    while (in_len) {
        wchar_t wide[INDEX_TRAILS * 4];
        char *out = (char *)wide, *end = in + in_len;
        size_t out_len = sizeof wide;
        bool is_fault = iconv(converter, &in, &in_len, &out, &out_len) == (size_t)-1;
        for (const wchar_t *c = wide; c < (wchar_t *)(void *)out; c++) {
            if (*c == '\n') {
                cell++;
                count = 0;
            } else {
                row[cell] = count++ ? 0 : (uint32_t)*c;
            }
        }
        if (!is_fault)
            break;
        iconv(converter, NULL, NULL, NULL, NULL);
        row[cell] = 0;
        in = memchr(in, '\n', in_len);
        in_len = (size_t)(end - in);
    }
}

static uint32_t *make_index(const struct source *source)
{
    uint32_t *index = memory_new(INDEX_CELLS * sizeof *index);
    iconv_t converter = iconv_open("WCHAR_T", source->iconv_name);

    if (converter == (iconv_t)-1) /* without iconv's modules, all of it is damaged */
        return index;
    for (unsigned lead = INDEX_FIRST_LEAD; lead <= 0xFE; lead++)
        read_row(converter, source, lead, &index[(lead - INDEX_FIRST_LEAD) * INDEX_TRAILS]);
    iconv_close(converter);
    for (size_t i = 0; i < source->mend_count; i += 2)
        *cell_at(index, source->mends[i]) = source->mends[i + 1];
    for (size_t i = 0; source->mends == big5_mends && i < ARRAY_SIZE(big5_pairs); i++)
        *cell_at(index, big5_pairs[i].cell) =
            CHARSET_PAIR | (uint32_t)big5_pairs[i].letter << 16 | big5_pairs[i].mark;
    return index;
}

const uint32_t *charset_index(enum charset_index which)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static uint32_t *made[INDEX_COUNT]; /* never changed once made, so the lock is for making */

    pthread_mutex_lock(&lock);
    if (!made[which])
        made[which] = make_index(&sources[which]);
    const uint32_t *index = made[which];
    pthread_mutex_unlock(&lock);
    return index;
}
