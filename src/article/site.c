/* SPDX-License-Identifier: MIT
 * site.c - what a site rule does to a page
 *
 * First what is asked of the whole page (title, author, date, links), then what is taken out, then the body.
 * An expression that is none, or takes too long, finds nothing; the others of the rule are still asked.
 */
#include "article/internal.h"
#include "article/rules.h"
#include "limits/limits.h"
#include "markup/markup.h"
#include "markup/select.h"
#include "text/date.h"
#include "text/url.h"
#include "text/utf8.h"

enum {
    LEAST_BODY = 25,        /* characters, for a body to be one */
    LONGEST_CAPTION = 2000, /* bytes */
    MOST_BOX_NODES = 200,
    MOST_BOXES = 4, /* around a caption */
};

struct applying {
    struct arena *arena;
    const struct rule *rule;
    struct page *page;
    struct extraction *extraction;
    struct selector *selector;
    int asked;
};

static size_t find(struct applying *applying, span xpath, struct selected **out_selected)
{
    struct error *error;
    size_t count = 0;

    *out_selected = NULL;
    if (applying->asked++ >= LIMIT_RULE_EXPRESSIONS)
        return 0;
    error = select_xpath(applying->selector, xpath, out_selected, &count);
    if (error)
        count = 0;
    error_free(error);
    return count;
}

static span text_of(const struct applying *applying, const struct selected *selected)
{
    return selected->node ? node_text(applying->arena, selected->node)
                          : text_collapse(applying->arena, selected->text);
}

/* Does the condition behind this line hold, or is there none? */
static bool holds(struct applying *applying, size_t line)
{
    const struct rule *rule = applying->rule;
    struct selected *selected;

    return line + 1 >= rule->line_count || rule->lines[line + 1].directive != RULE_IF_PAGE_CONTAINS ||
           find(applying, rule->lines[line + 1].value, &selected) > 0;
}

/* The text that the first successful expression of a kind finds; {0}: none */
static span first_text(struct applying *applying, enum directive directive)
{
    for (size_t i = 0; i < applying->rule->line_count; i++) {
        const struct rule_line *line = &applying->rule->lines[i];
        struct selected *selected;
        size_t count;
        if (line->directive != directive || !holds(applying, i))
            continue;
        count = find(applying, line->value, &selected);
        for (size_t k = 0; k < count; k++) {
            span text = text_of(applying, &selected[k]);
            if (text.len)
                return text;
        }
    }
    return (span){0};
}

static span first_link(struct applying *applying, enum directive directive)
{
    for (size_t i = 0; i < applying->rule->line_count; i++) {
        const struct rule_line *line = &applying->rule->lines[i];
        struct selected *selected;
        size_t count;
        if (line->directive != directive || !holds(applying, i))
            continue;
        count = find(applying, line->value, &selected);
        for (size_t k = 0; k < count; k++) {
            span link = selected[k].node ? node_attribute(selected[k].node, "href") : selected[k].text;
            span url = link.len ? url_resolve(applying->arena, applying->page->base, link) : (span){0};
            if (span_starts(url, S("http")) && !span_equal(url, applying->page->url))
                return url;
        }
    }
    return (span){0};
}

/* The day alone says less than the moment that the page gave anyway. */
static bool is_day_of(const struct date *date, const struct extraction *extraction)
{
    int64_t local = extraction->published_at + extraction->published_zone * MINUTE;

    return !date->has_time && extraction->published_at != NO_TIME && extraction->published_has_time &&
           date->at <= local && local < date->at + DAY;
}

static void take_head(struct applying *applying)
{
    struct extraction *extraction = applying->extraction;
    span title = first_text(applying, RULE_TITLE), author = first_text(applying, RULE_AUTHOR),
         when = first_text(applying, RULE_DATE), url;
    struct date date;

    if (title.len)
        extraction->title = title;
    if (author.len)
        extraction->author_count = page_split_byline(applying->arena, author, &extraction->authors);
    if (when.len && date_read(when, &date) && !is_day_of(&date, extraction)) {
        extraction->published_at = date.at;
        extraction->published_zone = date.has_zone ? date.zone_minutes : 0;
        extraction->published_has_time = date.has_time;
    }
    url = first_link(applying, RULE_SINGLE_PAGE);
    if (url.len)
        extraction->single_page_url = url;
    url = first_link(applying, RULE_NEXT_PAGE);
    if (url.len)
        extraction->next_url = url;
}

/* --- taking out --- */

static void strip_named(struct applying *applying, enum directive directive, span part)
{
    struct node *root = applying->page->document;

    for (struct node *node = node_next(root, root), *next; node; node = next) {
        bool is_named;
        next = node_next(node, root);
        if (node->type != NODE_ELEMENT || node->tag == TAG_body || node->tag == TAG_html)
            continue;
        is_named = directive == RULE_STRIP_IMAGE
                       ? node->tag == TAG_img && span_find(node_attribute(node, "src"), part) != SPAN_NONE
                       : span_find(node_attribute(node, "class"), part) != SPAN_NONE ||
                             span_find(node_attribute(node, "id"), part) != SPAN_NONE;
        if (!is_named)
            continue;
        next = node_next_skipping(node, root);
        node_remove(node);
    }
}

static bool is_removable(const struct node *node)
{
    return node && node->parent && node->type == NODE_ELEMENT && node->tag != TAG_html &&
           node->tag != TAG_body;
}

static void strip_found(struct applying *applying, const struct rule_line *line)
{
    struct selected *selected;
    size_t count = find(applying, line->value, &selected);

    for (size_t i = 0; i < count; i++) {
        if (selected[i].owner && (line->directive == RULE_STRIP || line->directive == RULE_STRIP_ATTRIBUTE))
            node_remove_attribute(selected[i].owner, selected[i].attribute);
        if (!is_removable(selected[i].node) || line->directive == RULE_STRIP_ATTRIBUTE)
            continue;
        if (line->directive == RULE_DISSOLVE)
            node_unwrap(selected[i].node);
        else if (line->directive == RULE_STRIP)
            node_remove(selected[i].node);
        else if (tag_of_name(line->argument) != TAG_UNKNOWN &&
                 tag_is(tag_of_name(line->argument), TAG_IS_BLOCK))
            node_rename(selected[i].node, tag_of_name(line->argument));
    }
}

static void load_lazily(struct applying *applying, span attribute)
{
    struct node *root = applying->page->document;
    const char *name = arena_string(applying->arena, attribute);

    for (struct node *node = root; node; node = node_next(node, root))
        if (node->type == NODE_ELEMENT && node->tag == TAG_img && node_attribute(node, name).len)
            node_set_attribute(applying->arena, node, "src", node_attribute(node, name));
}

static void take_out(struct applying *applying)
{
    for (size_t i = 0; i < applying->rule->line_count; i++) {
        const struct rule_line *line = &applying->rule->lines[i];
        switch (line->directive) {
        case RULE_STRIP:
        case RULE_STRIP_ATTRIBUTE:
        case RULE_DISSOLVE:
        case RULE_WRAP:
            if (holds(applying, i))
                strip_found(applying, line);
            break;
        case RULE_STRIP_NAME:
        case RULE_STRIP_IMAGE: {
            span part = line->value;
            while (part.len && strchr("\"'", *part.at))
                part = span_from(part, 1);
            while (part.len && strchr("\"'", part.at[part.len - 1]))
                part.len--;
            if (part.len)
                strip_named(applying, line->directive, part);
            break;
        }
        case RULE_LAZY:
            load_lazily(applying, line->value);
            break;
        default:
            break;
        }
    }
}

/* --- pictures and what is said of them --- */

static bool is_caption(const struct node *node)
{
    return node->type == NODE_ELEMENT &&
           (node->tag == TAG_figcaption ||
            (span_find_nocase(node_attribute(node, "class"), S("caption")) != SPAN_NONE &&
             !tag_is(node->tag, TAG_IS_SKIPPED)));
}

/* The same one twice is a lazy picture and its twin for those without scripts. */
static size_t count_pictures(const struct node *root)
{
    span last = {0};
    size_t count = 0;

    for (const struct node *node = root; node; node = node_next(node, root)) {
        if (node->type != NODE_ELEMENT || node->tag != TAG_img)
            continue;
        count += !count || !span_equal(last, node_attribute(node, "src"));
        last = node_attribute(node, "src");
    }
    return count;
}

/* Nothing else is looked at: a page may hold a million boxes that are called captions, within one another. */
static bool is_small(const struct node *root)
{
    size_t nodes = 0, bytes = 0;

    for (const struct node *node = root; node; node = node_next(node, root)) {
        bytes += node->type == NODE_TEXT ? node->text.len : 0;
        if (++nodes > MOST_BOX_NODES || bytes > LONGEST_CAPTION)
            return false;
    }
    return true;
}

/* The box that holds one picture and this caption, and nothing more to read; NULL: there is none. */
static struct node *box_of_picture(struct applying *applying, const struct node *root, struct node *caption)
{
    span said = is_small(caption) ? node_text(applying->arena, caption) : (span){0};
    struct node *box = caption->parent;

    if (!said.len || count_pictures(caption))
        return NULL;
    for (int up = 0; box && box != root && box->tag != TAG_figure && up < MOST_BOXES;
         box = box->parent, up++) {
        if (!is_small(box))
            break;
        size_t pictures = count_pictures(box);
        if (pictures)
            return pictures == 1 && node_text(applying->arena, box).len == said.len ? box : NULL;
    }
    return NULL;
}

/* "A mill<small>Photo: Lee</small>" */
static void set_credits_apart(struct applying *applying, struct node *caption)
{
    for (struct node *node = caption->first; node; node = node->next) {
        const struct node *before = node->previous;
        bool is_credit = node->tag == TAG_small || node->tag == TAG_cite || node->tag == TAG_span;
        if (is_credit && before && before->type == NODE_TEXT && before->text.len &&
            (unsigned char)before->text.at[before->text.len - 1] > ' ')
            node_insert_before(node, node_new_text(applying->arena, S(" ")));
    }
}

/* Many systems frame a picture in a box of their own; what a rule took is no longer looked at for that. */
static void frame_pictures(struct applying *applying, struct node *root)
{
    for (struct node *node = root, *next; node; node = next) {
        next = node_next(node, root);
        if (!is_caption(node))
            continue;
        struct node *box = node->tag == TAG_figcaption && node->parent && node->parent->tag == TAG_figure
                               ? NULL
                               : box_of_picture(applying, root, node);
        if (box) {
            node_rename(box, TAG_figure);
            node_rename(node, TAG_figcaption);
        }
        if (node->tag == TAG_figcaption)
            set_credits_apart(applying, node);
    }
}

/* --- the body --- */

static struct node *gather(struct applying *applying, const struct selected *selected, size_t count)
{
    struct node *content = ARENA_NEW(applying->arena, struct node);
    const struct node *root = applying->page->document;
    LOCAL(buf) text = {.max = 64 * MiB};

    content->type = NODE_DOCUMENT;
    for (size_t i = 0; i < count; i++)
        if (is_removable(selected[i].node) && node_is_within(selected[i].node, root))
            node_append(content, selected[i].node); /* what is within one is no more within the page */
        else if (selected[i].node && selected[i].node->tag == TAG_body)
            while (selected[i].node->first)
                node_append(content, selected[i].node->first);
    node_add_text(content, &text);
    return span_trim(buf_span(&text)).len >= LEAST_BODY ? content : NULL;
}

static struct node *find_body(struct applying *applying)
{
    for (size_t i = 0; i < applying->rule->line_count; i++) {
        const struct rule_line *line = &applying->rule->lines[i];
        struct selected *selected;
        struct node *content;
        size_t count;
        if (line->directive != RULE_BODY || !holds(applying, i))
            continue;
        count = find(applying, line->value, &selected);
        content = count ? gather(applying, selected, count) : NULL;
        if (content)
            return content;
    }
    return NULL;
}

struct error *rule_apply(struct arena *arena, const struct rule *rule, struct page *page,
                         struct extraction *extraction)
{
    struct applying applying = {.arena = arena, .rule = rule, .page = page, .extraction = extraction};
    struct node *content;

    applying.selector = select_new(arena, page->document);
    take_head(&applying);
    take_out(&applying);
    content = find_body(&applying);
    if (!content)
        return OK;
    frame_pictures(&applying, content);
    html_sanitize(arena, content, &(struct sanitize_options){.base = page->base, .charset = page->charset});
    tidy(arena, content);
    if (content->first)
        extraction->content = content;
    return OK;
}
