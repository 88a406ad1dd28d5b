/* SPDX-License-Identifier: MIT
 * people.c - who wrote it
 *
 * Atom and JSON Feed have fields for it. RSS wants an address for mail, and gets "a@b.example (Ann Li)",
 * "Ann Li <a@b.example>", "Ann Li" and all that lies between.
 */
#include "feed/drafts.h"
#include "feed/elements.h"
#include "text/utf8.h"

static bool is_mail_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr(".!#$%&'*+-/=?^_`{|}~", c));
}

/* The first thing that looks like user@host. */
static span find_mail(span text)
{
    for (size_t at = 0; at < text.len; at++) {
        size_t start = at, end = at + 1;
        if (text.at[at] != '@')
            continue;
        while (start > 0 && is_mail_char(text.at[start - 1]))
            start--;
        while (end < text.len && (is_mail_char(text.at[end]) || (uint8_t)text.at[end] >= 0x80))
            end++;
        span host = span_sub(text, at + 1, end - at - 1);
        while (span_ends(host, S(".")))
            host.len--;
        if (start < at && host.len)
            return span_between(text.at + start, host.at + host.len);
        at = end - 1;
    }
    return (span){0};
}

static span trim_any(span s, const char *unwanted)
{
    while (s.len && s.at[0] && strchr(unwanted, s.at[0]))
        s = span_from(s, 1);
    while (s.len && s.at[s.len - 1] && strchr(unwanted, s.at[s.len - 1]))
        s.len--;
    return s;
}

/* "(Ann Li)" is Ann Li; "Ann (Reuters)" stays. */
static span without_brackets(span name)
{
    static const char *const pairs[] = {"()", "<>", "[]"};

    name = trim_any(name, " \t\r\n,;|\"");
    for (size_t i = 0; i < ARRAY_SIZE(pairs) && name.len > 1; i++)
        if (name.at[0] == pairs[i][0] && span_find_char(name, pairs[i][1]) == name.len - 1)
            name = span_sub(name, 1, name.len - 2);
    return trim_any(name, " \t\r\n,;|\"");
}

static struct author author_of_line(struct arena *arena, span line)
{
    span mail = find_mail(line);

    if (!mail.len)
        return (struct author){.name = without_brackets(line)};
    span before = span_between(line.at, mail.at);
    span after = span_from(line, (size_t)(mail.at + mail.len - line.at));
    if (span_starts_nocase(span_from(before, before.len > 7 ? before.len - 7 : 0), S("mailto:")))
        before.len -= 7;
    if (span_starts_nocase(mail, S("mailto:")))
        mail = span_from(mail, 7);
    before = trim_any(before, " \t\r\n,;:|-");
    after = trim_any(after, " \t\r\n,;:|-");
    while (before.len && strchr("<([", before.at[before.len - 1]) && after.len &&
           strchr(">)]", after.at[0])) {
        before = trim_any(span_sub(before, 0, before.len - 1), " \t"); /* they held the address */
        after = trim_any(span_from(after, 1), " \t");
    }
    struct author author = {.email = mail};
    if (before.len && after.len)
        author.name = without_brackets(arena_printf(arena, "%.*s %.*s", SPAN_ARG(before), SPAN_ARG(after)));
    else
        author.name = without_brackets(before.len ? before : after);
    return author;
}

static bool says_something(const struct author *author)
{
    return author->name.len || author->url.len || author->email.len;
}

struct author read_author(struct reading *r, const struct mark *mark)
{
    struct author author = {0};

    if (mark->kind == MARK_ELEMENT)
        read_into(r, mark, &person_vocabulary, &author);
    if (!says_something(&author) && mark->space != SPACE_JSON) {
        struct value value = read_value(r, mark);
        span line = value_line(r, &value);
        if (!line.len) /* admin:errorReportsTo */
            line = mark_attribute_in(r, mark, SPACE_RDF, "resource");
        author = author_of_line(r->arena, line);
    } else if (author.name.len && !author.email.len && span_find_char(author.name, '@') != SPAN_NONE) {
        struct author inner = author_of_line(r->arena, author.name);
        author.name = inner.name;
        author.email = inner.email;
    }
    return author;
}

void read_person(struct reading *r, const struct mark *mark, const struct element *row)
{
    struct author_list *list = field_of(r, row);
    struct author author = read_author(r, mark);

    if (says_something(&author) && list_takes(r, row, &list->len))
        *vec_add(r->arena, list) = author;
}

/* Media RSS 2: those who wrote, not those who lit the scene. */
void read_credit(struct reading *r, const struct mark *mark, const struct element *row)
{
    static const char *const roles[] = {"", "author", "creator", "writer", "journalist", "reporter"};
    span role = span_trim(mark_attribute(r, mark, "role"));

    for (size_t i = 0; i < ARRAY_SIZE(roles); i++)
        if (span_is_nocase(role, roles[i]))
            read_person(r, mark, row);
}
