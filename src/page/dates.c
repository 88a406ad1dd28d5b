/* SPDX-License-Identifier: MIT
 * dates.c - which of the dates that readers see is the article's
 *
 * A <time> of the article, an element named so near the heading, the first date in the text around the
 * heading, a date anywhere that says "published", and last the day in the address. Where machines were told
 * a date, what readers see mends two things: the zone, and the day of an article that was brought out anew.
 */
#include "page/internal.h"
#include "text/utf8.h"

enum {
    LONGEST_TEXT = 240,
    LONGEST_LABEL = 40,
    BEFORE = 60,
    BEHIND = 260,       /* nodes around the heading */
    UPKEEP_AFTER = 550, /* days */
    ANYWHERE = 20000,   /* nodes: a date that says what it is may stand at the article's end */
};

/* The day that readers see, where the moment is said with its zone */
static int64_t date_day(const struct moment *moment)
{
    int64_t local = moment->at + moment->zone * MINUTE;

    return local / DAY - (local % DAY < 0);
}

/* --- where to look --- */

static const char *const date_names[] = {"date",    "time", "publish", "posted", "datum", "fecha",
                                         "pubtime", "info", "meta",    "byline", "source"};

struct look {
    struct reader *reader;
    bool is_for_shown; /* what readers see, before what machines are told */
    span label;        /* the short text before: "Updated:" */
};

static bool is_named_update(const struct node *node)
{
    static const char *const updates[] = {"updat", "modif"};

    return node_is_named(node, updates, ARRAY_SIZE(updates));
}

static void read_time(const struct look *look, const struct node *time, enum rank rank)
{
    struct reader *reader = look->reader;
    span text = short_text(reader, time, LONGEST_TEXT), value = node_attribute(time, "datetime");
    bool is_update = is_named_update(time) || says_update(text) || says_update(look->label) ||
                     span_is_nocase(node_attribute(time, "itemprop"), "dateModified");
    enum when when = is_update ? MODIFIED : PUBLISHED;

    if (look->is_for_shown && span_find_char(text, ':') != SPAN_NONE && /* with its time */
        say_dates_within(reader, when, rank, look->label, text))
        return;
    if (!value.len || !say_moment(reader, when, rank, value))
        say_dates_within(reader, when, rank, look->label, text);
}

/* In front of the heading or behind it, with nothing between: what such a box is called says little. */
static bool is_beside_heading(const struct reader *reader, const struct node *node)
{
    const struct node *heading = reader->heading;

    for (const struct node *box = node; box && heading; box = box->parent) {
        for (const struct node *near = heading->previous; near; near = near->previous)
            if (near == box)
                return true;
            else if (near->type == NODE_ELEMENT)
                break;
        if (box == node->parent)
            break;
    }
    return false;
}

/* Digits of other scripts are digits, too. */
static bool may_hold_date(span text)
{
    return has_digit(text) || utf8_ascii_len(text) < text.len;
}

static void read_around_heading(struct look *look, const struct node *from, const struct node *body, int room)
{
    struct reader *reader = look->reader;

    for (const struct node *node = from; node && room > 0; room--) {
        if (node->type == NODE_ELEMENT &&
            (tag_is(node->tag, TAG_IS_SKIPPED) || node->tag == TAG_figcaption)) {
            node = node_next_skipping(node, body);
            continue;
        }
        if (node->tag == TAG_time && !is_elsewhere(reader, node))
            read_time(look, node, RANK_WEAK);
        else if (node->type == NODE_ELEMENT && node_is_named(node, date_names, ARRAY_SIZE(date_names)) &&
                 !is_elsewhere(reader, node))
            say_dates_within(reader, is_named_update(node) ? MODIFIED : PUBLISHED, RANK_LAST, look->label,
                             short_text(reader, node, LONGEST_TEXT));
        else if (node->type == NODE_TEXT && node->text.len <= LONGEST_TEXT && may_hold_date(node->text) &&
                 (!is_elsewhere(reader, node->parent) || is_beside_heading(reader, node)))
            say_dates_within(reader, PUBLISHED, RANK_LAST, look->label,
                             text_collapse(reader->arena, node->text));
        if (node->type == NODE_TEXT && span_trim(node->text).len)
            look->label = node->text.len <= LONGEST_LABEL && !has_digit(node->text) ? node->text : (span){0};
        node = node_next(node, body);
    }
}

static const struct node *stepped_back(const struct node *node, const struct node *body, int steps)
{
    while (steps-- > 0 && node && node != body) {
        if (node->previous) {
            node = node->previous;
            while (node->last)
                node = node->last;
        } else {
            node = node->parent;
        }
    }
    return node ? node : body;
}

/* What stands around the heading may be another's date; the day in the address is the article's, if it has
 * one. Where both are as good as the same day, the text has the time, too. */
static void weigh_address(struct reader *reader)
{
    struct moment *published = &reader->moments[PUBLISHED], shown = *published;

    if (shown.at != NO_TIME && shown.rank < RANK_LAST)
        return;
    published->at = NO_TIME;
    read_address(reader);
    if (published->at == NO_TIME ||
        (shown.at != NO_TIME && shown.at - published->at <= 2 * DAY && published->at - shown.at <= DAY))
        *published = shown;
}

/* --- where machines were told --- */

/* How many minutes east of UTC the page's readers are told the moment; false where it is another one.
 * A machine says it in UTC, the page shows it in its own time: 03:00Z and "December 22, 10:00 PM" are the
 * same moment, five hours west. A day alone begins at one place 26 hours before it begins at another. */
static bool is_shown(const struct moment *shown, const struct moment *said, int *out_zone)
{
    int64_t shift = shown->at / MINUTE + shown->zone - said->at / MINUTE;

    *out_zone = said->zone;
    if (shown->at == NO_TIME || said->at == NO_TIME)
        return false;
    if (!shown->has_time || !said->has_time)
        return said->zone ? date_day(shown) == date_day(said) : shift >= -36 * 60 && shift <= 14 * 60;
    if (said->zone)
        return shift == said->zone;
    *out_zone = (int)shift;
    return shift >= -12 * 60 && shift <= 14 * 60 && shift % 15 == 0;
}

/* Articles are brought out anew: a list of presents each autumn, a running story each hour. Then the only day
 * that readers see is that of the new version, and the first one's is left in the data. Where the page calls
 * it an update, that of a text years old is its upkeep. */
static void compare_with_shown(struct reader *reader, const struct node *body)
{
    struct look look = {.reader = reader, .is_for_shown = true};
    struct moment said[WHEN_COUNT], shown[WHEN_COUNT];
    int zone;

    memcpy(said, reader->moments, sizeof said);
    for (size_t i = 0; i < WHEN_COUNT; i++)
        reader->moments[i] = (struct moment){.at = NO_TIME};
    read_around_heading(&look, reader->heading, body, BEHIND);
    if (reader->moments[PUBLISHED].at == NO_TIME && reader->moments[MODIFIED].at == NO_TIME)
        read_around_heading(&look, stepped_back(reader->heading, body, BEFORE), body, BEFORE);
    memcpy(shown, reader->moments, sizeof shown);
    memcpy(reader->moments, said, sizeof said);

    const struct moment *day = shown[PUBLISHED].at != NO_TIME ? &shown[PUBLISHED] : &shown[MODIFIED];
    struct moment *published = &reader->moments[PUBLISHED];
    if (is_shown(day, &said[PUBLISHED], &zone)) {
        published->zone = zone;
    } else if (is_shown(day, &said[MODIFIED], &zone) &&
               (day == &shown[PUBLISHED] || said[MODIFIED].at - said[PUBLISHED].at < UPKEEP_AFTER * DAY)) {
        *published = said[MODIFIED];
        published->zone = zone;
    } else if (shown[PUBLISHED].has_time && shown[PUBLISHED].at > said[PUBLISHED].at + DAY &&
               shown[PUBLISHED].at < said[MODIFIED].at + DAY && said[MODIFIED].at != NO_TIME) {
        *published = shown[PUBLISHED]; /* and was mended again since */
        published->rank = said[PUBLISHED].rank;
    }
}

/* Another day was said to be that of the last change, or a time whose zone is not known. */
static bool is_worth_a_look(const struct reader *reader)
{
    const struct moment *published = &reader->moments[PUBLISHED], *modified = &reader->moments[MODIFIED];

    return reader->heading && ((published->has_time && !published->zone) ||
                               (modified->at != NO_TIME && date_day(modified) != date_day(published)));
}

/* --- */

static void look_anywhere(struct look *look, const struct node *body)
{
    const struct node *node = body;

    for (int seen = 0; node && seen < ANYWHERE; seen++) {
        span text = node->type == NODE_TEXT ? node->text : (span){0};
        if (text.len && text.len <= LONGEST_TEXT && may_hold_date(text) && says_published(text) &&
            !is_elsewhere(look->reader, node))
            say_dates_within(look->reader, PUBLISHED, RANK_SPARE, (span){0},
                             text_collapse(look->reader->arena, text));
        node = node->type == NODE_ELEMENT && tag_is(node->tag, TAG_IS_SKIPPED)
                   ? node_next_skipping(node, body)
                   : node_next(node, body);
    }
}

void find_dates(struct reader *reader)
{
    const struct node *body = node_find(reader->document, TAG_body);
    const struct node *heading = reader->heading;
    struct look look = {.reader = reader};

    const struct moment *published = &reader->moments[PUBLISHED];
    if (published->rank && published->rank <= RANK_FAIR) {
        if (is_worth_a_look(reader))
            compare_with_shown(reader, body);
        return;
    }
    if (heading) {
        read_around_heading(&look, heading, body, BEHIND);
        look.label = (span){0};
        read_around_heading(&look, stepped_back(heading, body, BEFORE), body, BEFORE);
    }
    for (const struct node *node = body; node; node = node_next(node, body))
        if (node->tag == TAG_time && node_attribute(node, "datetime").len && !is_elsewhere(reader, node))
            read_time(&look, node, RANK_LAST);
    weigh_address(reader);
    look.label = (span){0};
    if (!heading)
        read_around_heading(&look, body, body, 4000);
    if (published->at == NO_TIME)
        look_anywhere(&look, body);
    if (published->at == NO_TIME) /* the only day there is */
        reader->moments[PUBLISHED] = reader->moments[MODIFIED];
}

/* --- for pages that list others --- */

int64_t date_within(struct arena *arena, span text)
{
    struct page page = {0};
    struct reader reader = {.arena = arena, .page = &page};

    reader.moments[PUBLISHED].at = NO_TIME;
    if (!say_moment(&reader, PUBLISHED, RANK_SURE, text))
        say_dates_within(&reader, PUBLISHED, RANK_SURE, (span){0}, text);
    return reader.moments[PUBLISHED].at;
}
