/* SPDX-License-Identifier: MIT
 * url_encode.c - percent-encoding, and the sets that say of what
 */
#include "text/url_parts.h"

/* A character's bit in the word for 0x00-0x3F, and in that for 0x40-0x7F. The sets build on one another as
 * they do in the Standard. */
#define LOW(c)  (UINT64_C(1) << (c))
#define HIGH(c) (UINT64_C(1) << ((c)-64))

#define C0_LOW  UINT64_C(0xFFFFFFFF)
#define C0_HIGH HIGH(0x7F)

#define FRAGMENT_LOW  (C0_LOW | LOW(' ') | LOW('"') | LOW('<') | LOW('>'))
#define FRAGMENT_HIGH (C0_HIGH | HIGH('`'))

#define QUERY_LOW  (C0_LOW | LOW(' ') | LOW('"') | LOW('#') | LOW('<') | LOW('>'))
#define QUERY_HIGH C0_HIGH

/* Since 2024 the Standard has '^' here too. Archives hold addresses without it, as Node wrote them, and must
 * not change. */
#define PATH_LOW  (QUERY_LOW | LOW('?'))
#define PATH_HIGH (QUERY_HIGH | HIGH('`') | HIGH('{') | HIGH('}'))

#define USERINFO_LOW  (PATH_LOW | LOW('/') | LOW(':') | LOW(';') | LOW('='))
#define USERINFO_HIGH (PATH_HIGH | HIGH('@') | HIGH('[') | HIGH('\\') | HIGH(']') | HIGH('^') | HIGH('|'))

#define HOST_LOW                                                                                         \
    (LOW(0) | LOW('\t') | LOW('\n') | LOW('\r') | LOW(' ') | LOW('#') | LOW('/') | LOW(':') | LOW('<') | \
     LOW('>') | LOW('?'))
#define HOST_HIGH (HIGH('@') | HIGH('[') | HIGH('\\') | HIGH(']') | HIGH('^') | HIGH('|'))

#define SET(low, high)                            \
    {                                             \
        {                                         \
            low, high, ~(uint64_t)0, ~(uint64_t)0 \
        }                                         \
    }

const struct url_set url_c0_set = SET(C0_LOW, C0_HIGH);
const struct url_set url_fragment_set = SET(FRAGMENT_LOW, FRAGMENT_HIGH);
const struct url_set url_query_set = SET(QUERY_LOW, QUERY_HIGH);
const struct url_set url_special_query_set = SET(QUERY_LOW | LOW('\''), QUERY_HIGH);
const struct url_set url_path_set = SET(PATH_LOW, PATH_HIGH);
const struct url_set url_userinfo_set = SET(USERINFO_LOW, USERINFO_HIGH);
const struct url_set url_forbidden_host_set = {{HOST_LOW, HOST_HIGH, 0, 0}};
const struct url_set url_forbidden_domain_set = SET(HOST_LOW | C0_LOW | LOW('%'), HOST_HIGH | C0_HIGH);

bool url_set_has_any(const struct url_set *set, span s)
{
    uint64_t found = 0;

    for (size_t i = 0; i < s.len; i++)
        found |= set->bits[(unsigned char)s.at[i] >> 6] >> (s.at[i] & 63);
    return found & 1;
}

size_t url_encoded_len(span s, const struct url_set *set)
{
    size_t len = s.len;

    for (size_t i = 0; i < s.len; i++)
        len += 2 * (size_t)url_set_has(set, s.at[i]);
    return len;
}

size_t url_encode_into(char *out, span s, const struct url_set *set)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t len = 0;

    for (size_t i = 0; i < s.len; i++) {
        if (!url_set_has(set, s.at[i])) {
            out[len++] = s.at[i];
            continue;
        }
        out[len++] = '%';
        out[len++] = digits[(unsigned char)s.at[i] >> 4];
        out[len++] = digits[s.at[i] & 15];
    }
    return len;
}

span url_encode(struct arena *arena, span s, const struct url_set *set)
{
    if (!url_set_has_any(set, s))
        return s;
    char *out = arena_alloc(arena, url_encoded_len(s, set) + 1);
    return (span){out, url_encode_into(out, s, set)};
}

span url_percent_decode(struct arena *arena, span s)
{
    if (span_find_char(s, '%') == SPAN_NONE)
        return s;
    char *out = arena_alloc(arena, s.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < s.len; i++) {
        bool is_escape = s.at[i] == '%' && s.len - i > 2 && url_hex_value(s.at[i + 1]) >= 0 &&
                         url_hex_value(s.at[i + 2]) >= 0;
        out[len++] =
            is_escape ? (char)(url_hex_value(s.at[i + 1]) << 4 | url_hex_value(s.at[i + 2])) : s.at[i];
        i += is_escape ? 2 : 0;
    }
    return (span){out, len};
}

span url_lower(struct arena *arena, span s)
{
    size_t i = 0;

    while (i < s.len && !(s.at[i] >= 'A' && s.at[i] <= 'Z'))
        i++;
    if (i == s.len)
        return s;
    char *out = arena_string(arena, s);
    for (; i < s.len; i++)
        if (out[i] >= 'A' && out[i] <= 'Z')
            out[i] |= 0x20;
    return (span){out, s.len};
}
