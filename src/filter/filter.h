/* SPDX-License-Identifier: MIT
 * filter.h - the user's rules: what is done with some articles
 *
 * [rule] groups of courant.conf, compiled: which articles (`match`), and what is done with them (`do`). They
 * are asked in order, the source's own if it names some, else all. `keep` and `drop` decide: the first of
 * them that matches ends it, and what none of them matches is kept. `mark` and `category NAME` add tags to
 * the article (a mark is the tag "marked") and go on. Pure; patterns are matched within limits, so that none
 * can hang us: one that reaches them matches nothing, and that is told.
 *
 *     match   = either, { "or", either }          either = one, { "and", one }
 *     one     = ["not"], ( "(", match, ")" | field, test )
 *     field   = title | text | any (title or text) | author | category | link | source | language
 *     test    = "~" /pattern/ims | "!~" ... | "=" value | "!=" value | "has" "some words"
 *
 * `=` compares the whole value, `has` looks for words in a row; both without regard to case, width and the
 * like. Authors and categories are many: one that fits is enough. A category fits those within it ("News"
 * also "News/Asia"); a source's own count for its articles.
 */
#pragma once
#include "conf/conf.h"
#include "model/item.h"

#define FILTER_MARK "marked" /* the tag that `mark` adds */

enum filter_action { FILTER_DO_KEEP, FILTER_DO_DROP, FILTER_DO_MARK, FILTER_DO_CATEGORY };

struct filter_match; /* an expression, compiled */

/* ERROR_USAGE: `column 7: ...`, counted from 1 in `text`. Lives in `arena`. */
struct error *filter_match_parse(struct arena *arena, span text, struct filter_match **out_match) MUST_USE;

struct filter_rule {
    span name;
    enum filter_action action;
    span category; /* of FILTER_DO_CATEGORY */
    const struct filter_match *match;
};

struct filter { /* all rules, in the order of the file */
    struct filter_rule *rules;
    size_t count;
    struct map by_name;
};

/* ERROR_USAGE: each mistake a link of the chain, `NAME:12:7: ...` with line and column of the file. Lives in
 * `arena`; may be asked from any thread. */
struct error *filter_read(struct arena *arena, const struct conf *conf, const char *name,
                          struct filter **out_filter) MUST_USE;

/* What is asked: an item that was made clean, and where it is from. */
struct filter_subject {
    const struct conf_source *source; /* NULL: not in the configuration any more */
    span source_id;
    const struct item *item;
};

bool filter_match_fits(const struct filter_match *match, const struct filter_subject *subject);

struct filter_verdict {
    const struct filter_rule *decided_by; /* `keep` or `drop`; NULL: none matched, it is kept */
    bool is_dropped;
    const struct filter_rule **matched; /* all that did, in order */
    size_t matched_count;
    bool reached_limit; /* a pattern did: it matched nothing */
};

/* Texts made for it are in `arena`. */
void filter_judge(struct arena *arena, const struct filter *filter, const struct filter_subject *subject,
                  struct filter_verdict *out_verdict);

/* Gives the item the tags of the rules that matched, in `arena`. */
void filter_add_tags(struct arena *arena, const struct filter_verdict *verdict, struct item *item);

const char *filter_action_name(enum filter_action action); /* "keep", "drop", "mark", "category" */
