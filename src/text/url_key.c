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
static const char tracking[] =
    "utm_* fbclid gclid gclsrc dclid gbraid wbraid gad_* msclkid yclid ysclid twclid ttclid igshid "
    "igsh li_fat_id epik rdt_cid srsltid mc_cid mc_eid mkt_tok _ga _gl _hsenc _hsmi __hstc __hssc "
    "__hsfp hsa_* hsctatracking pk_* mtm_* matomo_* piwik_* oly_anon_id oly_enc_id vero_id vero_conv "
    "wickedid _openstat _bta_* bta_* trk_* sc_cid s_cid s_kwcid icid ncid ocid cmpid cmp ns_mchannel "
    "ns_source ns_campaign ns_linkname ns_fee at_medium at_campaign* at_custom* at_link_* at_format "
    "at_ptr_* at_bbc_* xtor maca smid smtyp guccounter guce_* __twitter_impression ftag spm scm "
    "share_token sr_share soc_* itm_* rss_id";

/* Parameters that name a reader's session: by their names, or where what they hold can be nothing else. */
static const char sessions[] = "phpsessid jsessionid aspsessionid* asp.net_sessionid cftoken oscsid zenid";
static const char perhaps_sessions[] = "sid session sessionid session_id sess";

enum { SESSION_MIN = 16 }; /* characters; an article's number is shorter */

/* Is `name`, in any case, one of the words of `list`? */
static bool is_listed(const char *list, span name)
{
    span rest = span_of(list), word;

    while (span_cut(&rest, ' ', &word)) {
        bool is_prefix = span_ends(word, S("*"));
        word.len -= is_prefix;
        if (is_prefix ? span_starts_nocase(name, word) : span_equal_nocase(name, word))
            return true;
    }
    return false;
}

static bool is_session_value(span value)
{
    bool has_digit = false;

    for (size_t i = 0; i < value.len; i++) {
        bool is_digit = value.at[i] >= '0' && value.at[i] <= '9';
        if (!is_digit && !((value.at[i] | 0x20) >= 'a' && (value.at[i] | 0x20) <= 'z'))
            return false;
        has_digit |= is_digit;
    }
    return has_digit && value.len >= SESSION_MIN;
}

static bool is_session(span parameter)
{
    size_t equals = MIN(span_find_char(parameter, '='), parameter.len);
    span name = span_sub(parameter, 0, equals), value = span_from(parameter, equals + 1);

    return is_listed(sessions, name) || (is_listed(perhaps_sessions, name) && is_session_value(value));
}

static bool is_tracking(span parameter)
{
    return is_listed(tracking, span_sub(parameter, 0, span_find_char(parameter, '='))) ||
           is_session(parameter);
}

/* "/a;jsessionid=1A2B" is "/a". */
static span without_session(span path)
{
    size_t semicolon = span_find_last_char(path, ';');

    return semicolon != SPAN_NONE && is_session(span_from(path, semicolon + 1)) ? span_sub(path, 0, semicolon)
                                                                                : path;
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

    if (!url_parse(arena, text, NULL, &url) || !url_is_of_web(&url))
        return (span){0};
    buf_add(&out, without_www(url.host));
    if (url.port >= 0)
        buf_printf(&out, ":%d", url.port);
    url.path = without_session(url.path);
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
static const char safe_schemes[] =
    "http https mailto tel sms ftp ftps sftp magnet tag urn news nntp irc ircs xmpp sip sips geo "
    "webcal gemini gopher matrix bitcoin doi info mid cid rtsp rtmp mms ed2k thunder git";

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
    return len < SCHEME_MAX && is_listed(safe_schemes, (span){scheme, len});
}

span url_plainly_relative(struct arena *arena, span reference)
{
    bool is_scheme = true;
    size_t end;

    for (end = 0; end < reference.len && !memchr(":/?#", reference.at[end], 4); end++) {
        char c = reference.at[end];
        bool is_letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';

        is_scheme &= is_letter || (end && memchr("0123456789+-.", c, 13));
    }
    if (end == reference.len || reference.at[end] != ':' || (end && is_scheme))
        return reference;
    return arena_printf(arena, "./%.*s", SPAN_ARG(reference));
}
