/* SPDX-License-Identifier: MIT
 * url_key.c - addresses compared and judged: what names the same article, who owns a host, what may be a link
 */
#include "text/url_parts.h"
#include <libpsl.h>

#define HOST_MAX 253 /* bytes of a name in the DNS; the list is searched once a label */

span url_registrable_domain(struct arena *arena, span host)
{
    span name = url_lower(arena, host);

    if (span_ends(name, S(".")))
        name.len--;
    if (name.len == 0 || name.len > HOST_MAX || name.at[0] == '[' || url_host_ends_in_number(name))
        return host;
    const char *text = arena_string(arena, name);
    const char *domain = psl_registrable_domain(psl_builtin(), text);
    return domain ? span_of(domain) : host;
}

/* Parameters that say by which way a reader came, not what he reads; '*' at the end: whatever begins so. */
static const span tracking[] = {S("utm_*"),
                                S("fbclid"),
                                S("gclid"),
                                S("gclsrc"),
                                S("dclid"),
                                S("gbraid"),
                                S("wbraid"),
                                S("gad_*"),
                                S("msclkid"),
                                S("yclid"),
                                S("ysclid"),
                                S("twclid"),
                                S("ttclid"),
                                S("igshid"),
                                S("igsh"),
                                S("li_fat_id"),
                                S("epik"),
                                S("rdt_cid"),
                                S("srsltid"),
                                S("mc_cid"),
                                S("mc_eid"),
                                S("mkt_tok"),
                                S("_ga"),
                                S("_gl"),
                                S("_hsenc"),
                                S("_hsmi"),
                                S("__hstc"),
                                S("__hssc"),
                                S("__hsfp"),
                                S("hsa_*"),
                                S("hsctatracking"),
                                S("pk_*"),
                                S("mtm_*"),
                                S("matomo_*"),
                                S("piwik_*"),
                                S("oly_anon_id"),
                                S("oly_enc_id"),
                                S("vero_id"),
                                S("vero_conv"),
                                S("wickedid"),
                                S("_openstat"),
                                S("_bta_*"),
                                S("bta_*"),
                                S("trk_*"),
                                S("sc_cid"),
                                S("s_cid"),
                                S("s_kwcid"),
                                S("icid"),
                                S("ncid"),
                                S("ocid"),
                                S("cmpid"),
                                S("cmp"),
                                S("ns_mchannel"),
                                S("ns_source"),
                                S("ns_campaign"),
                                S("ns_linkname"),
                                S("ns_fee"),
                                S("at_medium"),
                                S("at_campaign*"),
                                S("at_custom*"),
                                S("at_link_*"),
                                S("at_format"),
                                S("at_ptr_*"),
                                S("at_bbc_*"),
                                S("xtor"),
                                S("maca"),
                                S("smid"),
                                S("smtyp"),
                                S("guccounter"),
                                S("guce_*"),
                                S("__twitter_impression"),
                                S("ftag"),
                                S("spm"),
                                S("scm"),
                                S("share_token"),
                                S("sr_share"),
                                S("soc_*"),
                                S("itm_*"),
                                S("rss_id")};

static bool is_tracking(span parameter)
{
    span name = {parameter.at, MIN(span_find_char(parameter, '='), parameter.len)};

    for (size_t i = 0; i < ARRAY_SIZE(tracking); i++) {
        span known = tracking[i];
        if (!span_ends(known, S("*"))) {
            if (span_equal_nocase(name, known))
                return true;
            continue;
        }
        known.len--;
        if (span_starts_nocase(name, known))
            return true;
    }
    return false;
}

static bool is_unreserved(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

/* What is equal by RFC 3986, 6.2.2, becomes the same bytes: "%e4" and "%E4", "%41" and "A". */
static void add_normalized(struct buf *out, span s)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t percent; (percent = span_find_char(s, '%')) != SPAN_NONE;) {
        int high = s.len - percent > 2 ? url_hex_value(s.at[percent + 1]) : -1;
        int low = high >= 0 ? url_hex_value(s.at[percent + 2]) : -1;
        char c = low >= 0 ? (char)(high << 4 | low) : '%';
        buf_add(out, (span){s.at, percent});
        if (low < 0 || is_unreserved(c))
            buf_add_char(out, c);
        else
            buf_add(out, (span){(char[]){'%', digits[high], digits[low]}, 3});
        s = span_from(s, percent + (low < 0 ? 1 : 3));
    }
    buf_add(out, s);
}

static span without_www(span host)
{
    span rest = span_from(host, 4);

    return span_starts(host, S("www.")) && span_find_char(rest, '.') != SPAN_NONE ? rest : host;
}

span url_canonical_key(struct arena *arena, span text)
{
    LOCAL(buf) out = {.max = SIZE_MAX / 2}; /* never longer than the address itself */
    struct url url;
    span parameter;
    bool has_parameter = false;

    if (!url_parse(arena, text, NULL, &url) || !(span_is(url.scheme, "http") || span_is(url.scheme, "https")))
        return (span){0};
    buf_add(&out, without_www(url.host));
    if (url.port >= 0)
        buf_printf(&out, ":%d", url.port);
    while (span_ends(url.path, S("/")))
        url.path.len--;
    add_normalized(&out, url.path);
    while (span_cut(&url.query, '&', &parameter)) {
        if (parameter.len == 0 || is_tracking(parameter))
            continue;
        buf_add_char(&out, has_parameter ? '&' : '?');
        add_normalized(&out, parameter);
        has_parameter = true;
    }
    return arena_keep(arena, buf_span(&out));
}

/* Schemes that fetch, call or name something. A list of what is dangerous would never be whole: systems add
 * schemes that start programs. */
static const span safe_schemes[] = {
    S("http"),   S("https"),  S("mailto"),  S("tel"),  S("sms"),     S("ftp"),    S("ftps"),
    S("sftp"),   S("magnet"), S("tag"),     S("urn"),  S("news"),    S("nntp"),   S("irc"),
    S("ircs"),   S("xmpp"),   S("sip"),     S("sips"), S("geo"),     S("webcal"), S("gemini"),
    S("gopher"), S("matrix"), S("bitcoin"), S("doi"),  S("info"),    S("mid"),    S("cid"),
    S("rtsp"),   S("rtmp"),   S("mms"),     S("ed2k"), S("thunder"), S("git")};

#define SCHEME_MAX 16

bool url_is_safe_link(span url)
{
    char scheme[SCHEME_MAX];
    size_t len = 0, i = 0;

    while (i < url.len && (unsigned char)url.at[i] <= ' ')
        i++;
    for (; i < url.len && url.at[i] != ':'; i++) {
        char c = url.at[i];
        bool is_letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        if (c == '\t' || c == '\n' || c == '\r') /* browsers drop these before they look */
            continue;
        if ((unsigned char)c < ' ')
            return false; /* some of them drop these too */
        if (!is_letter && (len == 0 || !strchr("0123456789+-.", c)))
            return true; /* no scheme, so it is relative */
        if (len < SCHEME_MAX)
            scheme[len] = c;
        len++;
    }
    if (i == url.len || len == 0)
        return true;
    for (size_t known = 0; known < ARRAY_SIZE(safe_schemes); known++)
        if (len < SCHEME_MAX && span_equal_nocase((span){scheme, len}, safe_schemes[known]))
            return true;
    return false;
}
