/* SPDX-License-Identifier: MIT
 * internal.h - what the files of page/ share among themselves
 *
 * A page says the same thing in several places, and they contradict each other. Each place has a rank
 * (enum rank); of each fact (enum fact) the value with the best rank that can be read is kept, the first one
 * in the document where two have the same rank.
 */
#pragma once
#include "limits/limits.h"
#include "page/page.h"

enum fact {
    FACT_HEADLINE, /* as JSON-LD, OpenGraph or a meta element say it; title.c decides */
    FACT_SITE,
    FACT_LANGUAGE,
    FACT_CANONICAL,
    FACT_AMP,
    FACT_IMAGE,
    FACT_SECTION,
    FACT_EXCERPT,
    FACT_NEXT,
    FACT_SINGLE_PAGE,
    FACT_COUNT
};

enum when { PUBLISHED, MODIFIED, WHEN_COUNT };

/* Best first. The reasons stand beside the tables that use them. */
enum rank { RANK_SURE = 1, RANK_GOOD, RANK_FAIR, RANK_WEAK, RANK_LAST, RANK_SPARE, RANK_NONE };

struct moment {
    int64_t at;
    int zone; /* minutes east of UTC */
    bool has_time;
    enum rank rank;
};

struct reader {
    struct arena *arena;
    struct page *page;
    struct node *document;
    struct said {
        span value;
        enum rank rank;
    } said[FACT_COUNT];
    struct moment moments[WHEN_COUNT];
    VEC(struct author) authors;
    enum rank author_rank;
    bool is_byline_next; /* a meta element said that the next one names who wrote it */
    size_t bylines_read; /* a page may have a million: those past a limit are not looked at */
    VEC(span) tags;
    VEC(span) headlines; /* all that were said, best or not: they vote for a heading */
    struct buf descriptions;
    span host;                  /* letters of the host's own name: "alderport" of www.alder-port.example */
    span section_host;          /* of the part before: "county" of county.alder-post.example, or {0} */
    const struct node *heading; /* the <h1> that is the title, or NULL */
    const struct node *around_heading[LIMIT_PAGE_HEADING_DEPTH]; /* it and its ancestors */
    size_t around_count;
};

/* said.c */
void say(struct reader *reader, enum fact fact, enum rank rank, span value);
void say_url(struct reader *reader, enum fact fact, enum rank rank, span value);
/* A date that cannot be read, or that no article can have, says nothing. */
bool say_moment(struct reader *reader, enum when when, enum rank rank, span text);
void say_author(struct reader *reader, enum rank rank, struct author author);
/* How many names it has; 0 also where something better was said. */
size_t split_byline(struct reader *reader, enum rank rank, span text, struct author **out_authors);
void say_byline(struct reader *reader, enum rank rank, span text);
void say_tags(struct reader *reader, span text, bool is_list); /* a list: separated by commas */
void say_description(struct reader *reader, span text);
void say_headline(struct reader *reader, enum rank rank, span text);
span line_of(struct reader *reader, span text); /* references decoded, white space collapsed */

/* Letters and digits alone, folded: what makes two names the same */
span essence_of(struct arena *arena, span text);
bool is_role(struct arena *arena, span name); /* "Senior Writer": what stands beside a name, or for one */
bool is_site_name(struct reader *reader, span name); /* nobody's name, but the site's own */

/* Beside the article: comments, related stories, the page's foot. What holds the heading never is. */
bool is_elsewhere(const struct reader *reader, const struct node *node);

void read_site_name(struct reader *reader); /* before anything else: others are compared with it */
void read_metadata(struct reader *reader);
void read_json_ld(struct reader *reader);
void read_microdata(struct reader *reader);
/* Microdata within the article's that is about what it cites or shows */
bool is_of_another_work(const struct node *property);
void settle_title(struct reader *reader); /* sets `heading`, too */
span without_site(struct reader *reader, span title);
bool names_site(struct reader *reader, span part); /* of a title: the site, or nothing */
/* The parts of a title, between separators, that stand in the page as a text of their own; or {0}. */
span part_in_text(struct reader *reader, span title);
void find_bylines(struct reader *reader);
void find_chinese_bylines(struct reader *reader); /* where nothing better was found */
span without_chinese_ending(span byline);         /* labels and places behind names */
void find_dates(struct reader *reader);
void find_next(struct reader *reader);

/* dates_text.c: dates that readers see */
/* The words before a date overrule `when` and mend its rank; `label` is what stands before the text. */
bool say_dates_within(struct reader *reader, enum when when, enum rank rank, span label, span text);
bool says_published(span text);
bool says_update(span text); /* at its start */
bool has_digit(span text);
size_t digits_at(span text, size_t at);
size_t numeric_end(span text, size_t year); /* of 2024-05-06 and the like, or 0 */
void read_address(struct reader *reader);
/* The first date in a text, and the day that stands in an address; NO_TIME: none. */
int64_t date_within(struct arena *arena, span text);
int64_t date_of_address(struct arena *arena, span address);

/* The element's text if it is no longer than that; {0} for a box with much in it, which costs nothing. */
span short_text(struct reader *reader, const struct node *node, size_t longest);

/* Does the element's class or id hold one of `words` (each matched within, as a run of lower-case letters)?
 */
bool node_is_named(const struct node *node, const char *const *words, size_t count);
