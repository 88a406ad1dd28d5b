/* SPDX-License-Identifier: MIT
 * url_host.c - the host parser (URL Standard, 3.5): domains, IPv4, IPv6, opaque hosts
 */
#include "limits/limits.h"
#include "text/url_parts.h"
#include "text/utf8.h"
#include <pthread.h>
#include <unicode/uidna.h>

/* One UIDNA serves all threads: it is constant once made. Made when the first name needs it, since ICU then
 * loads its tables. */
static pthread_once_t idna_once = PTHREAD_ONCE_INIT;
static const UIDNA *idna;

static void idna_open(void)
{
    UErrorCode status = U_ZERO_ERROR;

    idna = uidna_openUTS46(UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII |
                               UIDNA_NONTRANSITIONAL_TO_UNICODE,
                           &status);
    if (U_FAILURE(status))
        idna = NULL;
}

/* CheckHyphens and VerifyDnsLength are false in the Standard; ICU always looks. */
#define IDNA_IGNORED                                                                           \
    (UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG | UIDNA_ERROR_DOMAIN_NAME_TOO_LONG | \
     UIDNA_ERROR_LEADING_HYPHEN | UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4)

/* What Unicode 15.1 and 16 map or drop and the ICU of older systems refuses or maps otherwise: an address
 * must have one form, whichever ICU is there. */
static const struct {
    uint32_t first, last, mapped; /* 0: dropped; else what `first` becomes, and the others after it */
} idna_news[] = {
    {0x04C0, 0x04C0, 0x04CF},   {0x10A0, 0x10C5, 0x2D00},   {0x115F, 0x1160, 0},
    {0x17B4, 0x17B5, 0},        {0x180E, 0x180E, 0},        {0x1E9E, 0x1E9E, 0x00DF},
    {0x206A, 0x206F, 0},        {0x2132, 0x2132, 0x214E},   {0x2183, 0x2183, 0x2184},
    {0x3164, 0x3164, 0},        {0xFFA0, 0xFFA0, 0},        {0x1D173, 0x1D17A, 0},
    {0x2F868, 0x2F868, 0x36FC}, {0x2F874, 0x2F874, 0x5F53}, {0x2F91F, 0x2F91F, 0x243AB},
    {0x2F95F, 0x2F95F, 0x7AEE}, {0x2F9BF, 0x2F9BF, 0x45D7},
};

/* False: it is dropped. */
static bool idna_map_new(uint32_t *character)
{
    for (size_t i = 0; i < ARRAY_SIZE(idna_news); i++) {
        if (*character < idna_news[i].first || *character > idna_news[i].last)
            continue;
        *character += idna_news[i].mapped - idna_news[i].first;
        return idna_news[i].mapped;
    }
    return true;
}

static span idna_map_news(struct arena *arena, span domain)
{
    LOCAL(buf) out = {.max = 2 * LIMIT_DOMAIN};
    uint32_t character;

    while (utf8_next(&domain, &character))
        if (idna_map_new(&character))
            utf8_add(&out, character);
    return arena_keep(arena, buf_span(&out));
}

static span idna_to_ascii(struct arena *arena, span domain)
{
    UErrorCode status = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    const int32_t capacity = 4 * LIMIT_DOMAIN;

    if (domain.len > LIMIT_DOMAIN || pthread_once(&idna_once, idna_open) || !idna)
        return (span){0};
    domain = idna_map_news(arena, domain);
    char *ascii = arena_alloc(arena, (size_t)capacity);
    int32_t len =
        uidna_nameToASCII_UTF8(idna, domain.at, (int32_t)domain.len, ascii, capacity, &info, &status);
    if (U_FAILURE(status) || len > capacity || (info.errors & ~(uint32_t)IDNA_IGNORED))
        return (span){0};
    return (span){ascii, (size_t)len};
}

span url_domain_to_ascii(struct arena *arena, span domain)
{
    bool is_ascii = utf8_ascii_len(domain) == domain.len;
    span ascii = is_ascii ? url_lower(arena, domain) : idna_to_ascii(arena, utf8_repair(arena, domain));

    return ascii.len && !url_set_has_any(&url_forbidden_domain_set, ascii) ? ascii : (span){0};
}

/* What stands after the last dot; a dot at the very end does not count. */
static span last_label(span host)
{
    if (host.len > 1 && host.at[host.len - 1] == '.')
        host.len--;
    size_t dot = span_find_last_char(host, '.');
    return dot == SPAN_NONE ? host : span_from(host, dot + 1);
}

/* Decimal, octal ("0...") or hexadecimal ("0x..."); what is too large for an address becomes 2^32. False if
 * it is none (the IPv4 number parser). */
static bool ipv4_number(span s, uint64_t *out_number)
{
    int base = 10;

    if (s.len == 0)
        return false;
    if (s.len >= 2 && s.at[0] == '0') {
        base = (s.at[1] | 0x20) == 'x' ? 16 : 8;
        s = span_from(s, base == 16 ? 2 : 1);
    }
    *out_number = 0;
    for (size_t i = 0; i < s.len; i++) {
        int digit = url_hex_value(s.at[i]);
        if (digit < 0 || digit >= base)
            return false;
        *out_number = MIN(*out_number * (uint64_t)base + (uint64_t)digit, UINT64_C(1) << 32);
    }
    return true;
}

/* Decimal digits alone; at least one. */
static bool is_digits(span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
    return s.len > 0;
}

bool url_host_ends_in_number(span host)
{
    span label = last_label(host);
    uint64_t number;

    if (label.len == 0 || label.at[0] < '0' || label.at[0] > '9') /* most hosts end here */
        return false;
    return is_digits(label) || ipv4_number(label, &number);
}

static bool ipv4_parse(struct arena *arena, span host, span *out_host)
{
    uint64_t numbers[4], address = 0;
    size_t count = 0;
    span label;

    while (span_cut(&host, '.', &label)) { /* a dot at the end begins no further label */
        if (count == 4 || !ipv4_number(label, &numbers[count++]))
            return false;
    }
    for (size_t i = 0; i + 1 < count; i++) {
        if (numbers[i] > 255)
            return false;
        address |= numbers[i] << (24 - 8 * i);
    }
    if (numbers[count - 1] >> (8 * (5 - count)))
        return false;
    address |= numbers[count - 1];
    *out_host = arena_printf(arena, "%u.%u.%u.%u", (unsigned)(address >> 24), (unsigned)(address >> 16 & 255),
                             (unsigned)(address >> 8 & 255), (unsigned)(address & 255));
    return true;
}

/* The four decimal numbers at the end of an IPv6 address: no octal, no leading zero. */
static bool ipv6_read_ipv4(span s, uint16_t pieces[2])
{
    span label;
    uint64_t numbers[4];
    size_t count = 0;

    if (span_ends(s, S(".")))
        return false;
    while (span_cut(&s, '.', &label)) {
        if (count == 4 || !is_digits(label) || (label.at[0] == '0' && label.len > 1))
            return false;
        if (!ipv4_number(label, &numbers[count]) || numbers[count++] > 255)
            return false;
    }
    if (count != 4)
        return false;
    pieces[0] = (uint16_t)(numbers[0] << 8 | numbers[1]);
    pieces[1] = (uint16_t)(numbers[2] << 8 | numbers[3]);
    return true;
}

static span ipv6_hex_digits(span s) /* up to four of them at the start */
{
    size_t len = 0;

    while (len < MIN(s.len, 4) && url_hex_value(s.at[len]) >= 0)
        len++;
    return (span){s.at, len};
}

/* What stands between the brackets (3.5, the IPv6 parser). */
static bool ipv6_read(span s, uint16_t pieces[8])
{
    size_t count = 0, gap = SPAN_NONE; /* pieces read; where "::" stood among them */

    if (span_starts(s, S(":"))) {
        if (!span_starts(s, S("::")))
            return false;
        s = span_from(s, 1); /* the second colon is read like any that follows another */
    }
    while (s.len) {
        if (count == 8)
            return false;
        if (s.at[0] == ':') {
            if (gap != SPAN_NONE)
                return false;
            s = span_from(s, 1);
            gap = ++count; /* it stands for one zero at least */
            continue;
        }
        span digits = ipv6_hex_digits(s), rest = span_from(s, digits.len);
        if (span_starts(rest, S("."))) {
            if (count > 6 || !ipv6_read_ipv4(s, &pieces[count]))
                return false;
            count += 2;
            break;
        }
        if (rest.len && (rest.at[0] != ':' || rest.len == 1))
            return false;
        for (size_t i = 0; i < digits.len; i++)
            pieces[count] = (uint16_t)(pieces[count] << 4 | url_hex_value(digits.at[i]));
        count++;
        s = span_from(rest, 1);
    }
    if (gap == SPAN_NONE)
        return count == 8;
    memmove(&pieces[8 - (count - gap)], &pieces[gap], (count - gap) * sizeof *pieces);
    memset(&pieces[gap], 0, (8 - count) * sizeof *pieces);
    return true;
}

/* In brackets; the first longest run of two or more zeros becomes "::". */
static span ipv6_print(struct arena *arena, const uint16_t pieces[8])
{
    size_t gap = 8, gap_len = 1;
    LOCAL(buf) out = {.max = 64};

    for (size_t i = 0, len; i < 8; i += len + 1) {
        for (len = 0; i + len < 8 && pieces[i + len] == 0;)
            len++;
        if (len > gap_len) {
            gap = i;
            gap_len = len;
        }
    }
    buf_add_char(&out, '[');
    for (size_t i = 0; i < 8; i++) {
        if (i == gap) {
            buf_add_text(&out, i == 0 ? "::" : ":");
            i += gap_len - 1;
            continue;
        }
        buf_printf(&out, i < 7 ? "%x:" : "%x", pieces[i]);
    }
    buf_add_char(&out, ']');
    return arena_keep(arena, buf_span(&out));
}

/* Most hosts are written as they are meant, and need no copy. */
static bool is_plain_domain(span s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-'))
            return false;
    }
    return s.len > 0;
}

static bool domain_parse(struct arena *arena, span text, span *out_host, enum url_host *out_kind)
{
    *out_kind = URL_HOST_DOMAIN;
    *out_host = is_plain_domain(text) ? text : url_domain_to_ascii(arena, url_percent_decode(arena, text));
    if (out_host->len == 0)
        return false;
    if (!url_host_ends_in_number(*out_host))
        return true;
    *out_kind = URL_HOST_IPV4;
    return ipv4_parse(arena, *out_host, out_host);
}

bool url_host_parse(struct arena *arena, span text, bool is_special, span *out_host, enum url_host *out_kind)
{
    if (span_starts(text, S("["))) {
        uint16_t pieces[8] = {0};
        if (!span_ends(text, S("]")) || !ipv6_read(span_sub(text, 1, text.len - 2), pieces))
            return false;
        *out_kind = URL_HOST_IPV6;
        *out_host = ipv6_print(arena, pieces);
        return true;
    }
    if (is_special)
        return domain_parse(arena, text, out_host, out_kind);
    *out_kind = text.len ? URL_HOST_OPAQUE : URL_HOST_EMPTY;
    *out_host = url_encode(arena, text, &url_c0_set);
    return !url_set_has_any(&url_forbidden_host_set, text);
}
