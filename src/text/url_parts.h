/* SPDX-License-Identifier: MIT
 * url_parts.h - what url*.c share; no other file includes it
 */
#pragma once
#include "text/url.h"

/* A set of bytes. Those from 0x80 are in every set here: the Standard percent-encodes all that is not ASCII.
 */
struct url_set {
    uint64_t bits[4];
};

/* The Standard's percent-encode sets (1.3) and forbidden code points (3.1), by its names */
extern const struct url_set url_c0_set, url_fragment_set, url_query_set, url_special_query_set, url_path_set,
    url_userinfo_set, url_forbidden_host_set, url_forbidden_domain_set;

static inline bool url_set_has(const struct url_set *set, char c)
{
    return set->bits[(unsigned char)c >> 6] >> (c & 63) & 1;
}

static inline int url_hex_value(char c) /* -1: no hexadecimal digit */
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool url_set_has_any(const struct url_set *set, span s); /* is any byte of it in the set? */

/* `s` with the bytes of `set` percent-encoded; `s` itself where there are none. */
span url_encode(struct arena *arena, span s, const struct url_set *set);
size_t url_encoded_len(span s, const struct url_set *set);
size_t url_encode_into(char *out, span s, const struct url_set *set); /* bytes written */

span url_lower(struct arena *arena, span s); /* ASCII letters; `s` itself where it is lower-case already */

/* The host parser (3.5), and the serialisation of what it found. False: failure. */
bool url_host_parse(struct arena *arena, span text, bool is_special, span *out_host, enum url_host *out_kind);

/* Does it end in a number, so that it is an IPv4 address or nothing (3.5)? */
bool url_host_ends_in_number(span host);
