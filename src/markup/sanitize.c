/* SPDX-License-Identifier: MIT
 *
 * sanitize.c - HTML from outside made inert: what may stay, by tables
 *
 * Only elements of the table below stay, only with attributes that it names, only with values of the
 * attribute's kind. There is no style, class (but a program's language), id, name, handler, comment or
 * foreign content, and no element whose text is not parsed as HTML; so what is written says to a browser what
 * the tree says here. What is in no table loses its tag and keeps its content.
 */
#include "markup/internal.h"
#include "text/utf8.h"
#include <ctype.h>

enum kind {
    REFUSED,
    TEXT,     /* shown as it is, or on hovering */
    LANGUAGE, /* BCP 47 */
    NUMBER,   /* digits */
    FLAG,     /* there or not */
    WORD,     /* one of `words` */
    LINK,     /* an address to go to */
    DONE,     /* an address already looked at, with its element */
    PROGRAM,  /* class="language-..." */
};

static const struct attribute_rule {
    const char *name;
    enum kind kind;
    const char *words;
} attribute_rules[] = {
    {"abbr", TEXT, NULL},          {"align", WORD, "left right center"},
    {"alt", TEXT, NULL},           {"cite", LINK, NULL},
    {"class", PROGRAM, NULL},      {"colspan", NUMBER, NULL},
    {"controls", FLAG, NULL},      {"datetime", TEXT, NULL},
    {"dir", WORD, "ltr rtl auto"}, {"height", NUMBER, NULL},
    {"href", LINK, NULL},          {"lang", LANGUAGE, NULL},
    {"media", TEXT, NULL},         {"open", FLAG, NULL},
    {"poster", DONE, NULL},        {"reversed", FLAG, NULL},
    {"rowspan", NUMBER, NULL},     {"scope", WORD, "col row colgroup rowgroup"},
    {"sizes", TEXT, NULL},         {"span", NUMBER, NULL},
    {"src", DONE, NULL},           {"srcset", DONE, NULL},
    {"start", NUMBER, NULL},       {"title", TEXT, NULL},
    {"type", TEXT, NULL},          {"value", NUMBER, NULL},
    {"width", NUMBER, NULL},
};

static const char everywhere[] = "dir lang title"; /* attributes that any element may have */

enum fate {
    UNWRAP, /* its content takes its place */
    KEEP,
    DROP,      /* with all in it */
    RENAME,    /* to `to` */
    ANCHOR,    /* keep, if it leads anywhere */
    BARE_SPAN, /* keep, if it says anything */
    SPECIAL,   /* by `treat` */
};

struct policy {
    enum fate fate;
    const char *attributes; /* besides those everywhere */
    enum tag to;
    struct node *(*treat)(const struct sanitizer *sanitizer, struct node *node);
};

#define KEPT(names)                    \
    {                                  \
        KEEP, names, TAG_UNKNOWN, NULL \
    }
#define DROPPED                       \
    {                                 \
        DROP, NULL, TAG_UNKNOWN, NULL \
    }
#define AS(tag)                 \
    {                           \
        RENAME, NULL, tag, NULL \
    }
#define TREATED(names, treat)              \
    {                                      \
        SPECIAL, names, TAG_UNKNOWN, treat \
    }

static const struct policy policies[TAG_COUNT] = {
    [TAG_a] = {ANCHOR, "href", TAG_UNKNOWN, NULL},
    [TAG_abbr] = KEPT(""),
    [TAG_acronym] = AS(TAG_abbr),
    [TAG_address] = KEPT(""),
    [TAG_applet] = DROPPED,
    [TAG_area] = DROPPED,
    [TAG_article] = KEPT(""),
    [TAG_aside] = KEPT(""),
    [TAG_audio] = TREATED("src controls", sanitize_player),
    [TAG_b] = KEPT(""),
    [TAG_base] = DROPPED,
    [TAG_basefont] = DROPPED,
    [TAG_bdi] = KEPT(""),
    [TAG_bdo] = KEPT(""),
    [TAG_bgsound] = DROPPED,
    [TAG_blockquote] = KEPT("cite"),
    [TAG_br] = KEPT(""),
    [TAG_button] = DROPPED,
    [TAG_caption] = KEPT(""),
    [TAG_center] = AS(TAG_div),
    [TAG_cite] = KEPT(""),
    [TAG_code] = KEPT("class"),
    [TAG_col] = KEPT("span align"),
    [TAG_colgroup] = KEPT("span align"),
    [TAG_command] = DROPPED,
    [TAG_datalist] = DROPPED,
    [TAG_dd] = KEPT(""),
    [TAG_del] = KEPT("cite datetime"),
    [TAG_details] = KEPT("open"),
    [TAG_dfn] = KEPT(""),
    [TAG_dialog] = AS(TAG_div),
    [TAG_dir] = AS(TAG_ul),
    [TAG_div] = KEPT(""),
    [TAG_dl] = KEPT(""),
    [TAG_dt] = KEPT(""),
    [TAG_em] = KEPT(""),
    [TAG_embed] = TREATED("", sanitize_frame),
    [TAG_fieldset] = AS(TAG_div),
    [TAG_figcaption] = KEPT(""),
    [TAG_figure] = KEPT(""),
    [TAG_footer] = KEPT(""),
    [TAG_form] = AS(TAG_div),
    [TAG_frame] = DROPPED,
    [TAG_frameset] = DROPPED,
    [TAG_h1] = KEPT(""),
    [TAG_h2] = KEPT(""),
    [TAG_h3] = KEPT(""),
    [TAG_h4] = KEPT(""),
    [TAG_h5] = KEPT(""),
    [TAG_h6] = KEPT(""),
    [TAG_head] = DROPPED,
    [TAG_header] = KEPT(""),
    [TAG_hgroup] = AS(TAG_div),
    [TAG_hr] = KEPT(""),
    [TAG_i] = KEPT(""),
    [TAG_iframe] = TREATED("", sanitize_frame),
    [TAG_image] = TREATED("alt src srcset sizes width height", sanitize_img),
    [TAG_img] = TREATED("alt src srcset sizes width height", sanitize_img),
    [TAG_input] = DROPPED,
    [TAG_ins] = KEPT("cite datetime"),
    [TAG_isindex] = DROPPED,
    [TAG_kbd] = KEPT(""),
    [TAG_keygen] = DROPPED,
    [TAG_legend] = AS(TAG_p),
    [TAG_li] = KEPT("value"),
    [TAG_link] = DROPPED,
    [TAG_listing] = AS(TAG_pre),
    [TAG_main] = KEPT(""),
    [TAG_mark] = KEPT(""),
    [TAG_menu] = AS(TAG_ul),
    [TAG_menuitem] = DROPPED,
    [TAG_meta] = DROPPED,
    [TAG_nav] = KEPT(""),
    [TAG_noembed] = DROPPED,
    [TAG_noframes] = DROPPED,
    [TAG_object] = TREATED("", sanitize_object),
    [TAG_ol] = KEPT("start reversed type"),
    [TAG_optgroup] = DROPPED,
    [TAG_option] = DROPPED,
    [TAG_p] = KEPT(""),
    [TAG_param] = DROPPED,
    [TAG_picture] = KEPT(""),
    [TAG_plaintext] = AS(TAG_pre),
    [TAG_pre] = KEPT("class"),
    [TAG_q] = KEPT("cite"),
    [TAG_rb] = KEPT(""),
    [TAG_rp] = KEPT(""),
    [TAG_rt] = KEPT(""),
    [TAG_rtc] = KEPT(""),
    [TAG_ruby] = KEPT(""),
    [TAG_s] = KEPT(""),
    [TAG_samp] = KEPT(""),
    [TAG_script] = DROPPED,
    [TAG_search] = AS(TAG_div),
    [TAG_section] = KEPT(""),
    [TAG_select] = DROPPED,
    [TAG_small] = KEPT(""),
    [TAG_source] = TREATED("src srcset sizes media type width height", sanitize_source),
    [TAG_span] = {BARE_SPAN, "", TAG_UNKNOWN, NULL},
    [TAG_strike] = AS(TAG_s),
    [TAG_strong] = KEPT(""),
    [TAG_style] = DROPPED,
    [TAG_sub] = KEPT(""),
    [TAG_summary] = KEPT(""),
    [TAG_sup] = KEPT(""),
    [TAG_svg] = DROPPED,
    [TAG_table] = KEPT(""),
    [TAG_tbody] = KEPT(""),
    [TAG_td] = KEPT("colspan rowspan align"),
    [TAG_template] = DROPPED,
    [TAG_textarea] = DROPPED,
    [TAG_tfoot] = KEPT(""),
    [TAG_th] = KEPT("colspan rowspan align scope abbr"),
    [TAG_thead] = KEPT(""),
    [TAG_time] = KEPT("datetime"),
    [TAG_title] = DROPPED,
    [TAG_tr] = KEPT(""),
    [TAG_track] = DROPPED,
    [TAG_tt] = AS(TAG_code),
    [TAG_u] = KEPT(""),
    [TAG_ul] = KEPT(""),
    [TAG_var] = KEPT(""),
    [TAG_video] = TREATED("src poster controls width height", sanitize_player),
    [TAG_wbr] = KEPT(""),
    [TAG_xmp] = AS(TAG_pre),
};

/* Attributes */

static bool is_among(span name, const char *words)
{
    span rest = span_of(words), word;

    while (span_cut(&rest, ' ', &word))
        if (span_equal(word, name))
            return true;
    return false;
}

static bool is_language(span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!isalnum((unsigned char)s.at[i]) && s.at[i] != '-')
            return false;
    return s.len > 0 && s.len <= 35;
}

static bool is_number(span s)
{
    if (span_starts(s, S("-")))
        s = span_from(s, 1);
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
    return s.len > 0 && s.len <= 6;
}

static span lower_case(struct arena *arena, span s)
{
    char *copy = arena_string(arena, s);

    for (size_t i = 0; i < s.len; i++)
        copy[i] = (char)tolower((unsigned char)copy[i]);
    return (span){copy, s.len};
}

/* The one class that means something to a reader: the language that a listing is in */
static span program_class(struct arena *arena, span classes)
{
    span class;

    while (span_cut_word(&classes, &class)) {
        size_t prefix = span_starts(class, S("language-")) ? 9 : span_starts(class, S("lang-")) ? 5 : 0;
        span name = span_from(class, prefix);
        bool is_name = prefix && name.len > 0 && name.len <= 32;

        for (size_t i = 0; i < name.len && is_name; i++)
            is_name = isalnum((unsigned char)name.at[i]) || strchr("+#-_.", name.at[i]);
        if (is_name)
            return arena_printf(arena, "language-%.*s", SPAN_ARG(name));
    }
    return (span){0};
}

/* The value that may stay; {0}: none */
static span clean_value(const struct sanitizer *sanitizer, const struct attribute_rule *rule, span value)
{
    span trimmed = span_trim(value);

    switch (rule->kind) {
    case TEXT:
        value = text_collapse(sanitizer->arena, value);
        return value.len ? value : S("");
    case DONE:
        return value;
    case LANGUAGE:
        return is_language(trimmed) ? trimmed : (span){0};
    case NUMBER:
        return is_number(trimmed) ? trimmed : (span){0};
    case FLAG:
        return S("");
    case WORD:
        trimmed = lower_case(sanitizer->arena, trimmed);
        return is_among(trimmed, rule->words) ? trimmed : (span){0};
    case LINK:
        return sanitize_link(sanitizer, value);
    case PROGRAM:
        return program_class(sanitizer->arena, value);
    case REFUSED:
        break;
    }
    return (span){0};
}

static const struct attribute_rule *find_rule(span name)
{
    for (size_t i = 0; i < ARRAY_SIZE(attribute_rules); i++)
        if (span_is(name, attribute_rules[i].name))
            return &attribute_rules[i];
    return NULL;
}

static void clean_attributes(const struct sanitizer *sanitizer, struct node *node, const char *allowed)
{
    size_t kept = 0;

    for (size_t i = 0; i < node->attribute_count; i++) {
        span name = node->attributes[i].name, value;

        if (!is_among(name, everywhere) && !(allowed && is_among(name, allowed)))
            continue;
        value = clean_value(sanitizer, find_rule(name), node->attributes[i].value);
        if (!value.at || (value.len == 0 && span_is(name, "title")))
            continue;
        node->attributes[kept++] = (struct attribute){name, value};
    }
    node->attribute_count = (uint16_t)kept;
}

void sanitize_keep_common(struct node *node)
{
    size_t kept = 0;

    for (size_t i = 0; i < node->attribute_count; i++)
        if (is_among(node->attributes[i].name, everywhere))
            node->attributes[kept++] = node->attributes[i];
    node->attribute_count = (uint16_t)kept;
}

/* A listing's language is told by attributes and on elements of many kinds; it ends up as HTML itself has it.
 */
static void find_program_language(struct arena *arena, struct node *node)
{
    static const char *const names[] = {"data-lang", "data-language"};

    if (node->tag != TAG_code && node->tag != TAG_pre)
        return;
    if (program_class(arena, node_attribute(node, "class")).len)
        return;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        span value = node_attribute(node, names[i]);

        if (value.len)
            node_set_attribute(arena, node, "class", arena_printf(arena, "language-%.*s", SPAN_ARG(value)));
    }
}

/* Elements */

static struct node *drop(const struct sanitizer *sanitizer, struct node *node)
{
    struct node *next = node_next_skipping(node, sanitizer->root);

    node_remove(node);
    return next;
}

static struct node *unwrap(const struct sanitizer *sanitizer, struct node *node)
{
    struct node *next = node->first ? node->first : node_next_skipping(node, sanitizer->root);

    node_unwrap(node);
    return next;
}

static bool is_inline(const struct node *node)
{
    if (!node || node->type == NODE_COMMENT)
        return false;
    return node->type == NODE_TEXT ? span_trim(node->text).len > 0
                                   : !node_is_block(node) && node->tag != TAG_br;
}

/* An element that HTML does not know is a block if it stands like one. */
static bool stands_alone(const struct node *node)
{
    return node_is_block(node) && !is_inline(node->previous) && !is_inline(node->next) && node->parent &&
           (node->parent->type == NODE_DOCUMENT ||
            (node_is_block(node->parent) && node->parent->tag != TAG_p));
}

static struct node *keep(const struct sanitizer *sanitizer, struct node *node, const char *attributes)
{
    find_program_language(sanitizer->arena, node);
    clean_attributes(sanitizer, node, attributes);
    return node_next(node, sanitizer->root);
}

static struct node *treat(const struct sanitizer *sanitizer, struct node *node, const struct policy *policy)
{
    struct node *parent = node->parent, *next = policy->treat(sanitizer, node);

    if (node->parent == parent) /* still there */
        clean_attributes(sanitizer, node, policy->attributes);
    return next;
}

static struct node *treat_element(const struct sanitizer *sanitizer, struct node *node)
{
    const struct policy *policy = &policies[node->tag];

    if (node->name_space != NAMESPACE_HTML)
        return span_is(node->name, "math") ? sanitize_math(sanitizer, node) : drop(sanitizer, node);
    if (sanitize_is_double(node))
        return drop(sanitizer, node);
    switch (policy->fate) {
    case DROP:
        return drop(sanitizer, node);
    case RENAME:
        if (node->tag == TAG_form && !node->first)
            return drop(sanitizer, node); /* where it stands in a table, nothing else could */
        node_rename(node, policy->to);
        return keep(sanitizer, node, policies[policy->to].attributes);
    case KEEP:
        return keep(sanitizer, node, policy->attributes);
    case SPECIAL:
        return treat(sanitizer, node, policy);
    case ANCHOR:
        clean_attributes(sanitizer, node, policy->attributes);
        return node_attribute(node, "href").len ? node_next(node, sanitizer->root) : unwrap(sanitizer, node);
    case BARE_SPAN:
        clean_attributes(sanitizer, node, policy->attributes);
        return node->attribute_count ? node_next(node, sanitizer->root) : unwrap(sanitizer, node);
    case UNWRAP:
        break;
    }
    if (node->tag != TAG_UNKNOWN || !stands_alone(node))
        return unwrap(sanitizer, node);
    node_rename(node, TAG_div);
    return keep(sanitizer, node, NULL);
}

struct error *html_clean(struct arena *arena, span raw_html, const struct sanitize_options *options,
                         span *out_html)
{
    struct buf html = {.max = LIMIT_HTML_CLEAN};
    struct node *root;
    bool is_cut;

    TRY(html_parse_borrowed(arena, raw_html, NULL, &root, NULL));
    html_sanitize(arena, root, options);
    html_write(root, &html);
    is_cut = html.overflowed; /* perhaps in the middle of a tag */
    *out_html = is_cut ? (span){0} : arena_keep(arena, buf_span(&html));
    buf_release(&html);
    return is_cut || arena_is_full(arena) ? error_new(ERROR_LIMIT, "the HTML is too large") : OK;
}

void html_sanitize(struct arena *arena, struct node *root, const struct sanitize_options *options)
{
    struct sanitizer sanitizer = {.arena = arena, .root = root, .charset = options->charset};
    struct node *node = node_next(root, root);

    sanitizer.has_base = options->base.len && url_parse(arena, options->base, NULL, &sanitizer.base);
    while (node) {
        node->mark = 0;
        if (node->type == NODE_ELEMENT)
            node = treat_element(&sanitizer, node);
        else if (node->type == NODE_COMMENT)
            node = drop(&sanitizer, node);
        else
            node = node_next(node, root);
    }
    sanitize_settle(arena, root);
}
