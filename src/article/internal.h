/* SPDX-License-Identifier: MIT
 * internal.h - the steps from blocks to an article, shared by the files of article/
 *
 * choose.c says which blocks are the article's and why; clean.c makes a tree of them, with the pictures that
 * stand among them; tidy.c gives that tree the few shapes that a text needs; judge.c says whether it is an
 * article at all.
 */
#pragma once
#include "article/article.h"
#include "article/measures.h"

/* --- choose.c --- */

#define VERDICTS(X)                                                         \
    X(OUT_TABLE, "the table says no")                                       \
    X(OUT_BEYOND, "far behind the end, and doubtful")                       \
    X(OUT_COMMENT, "what readers said of it")                               \
    X(OUT_TITLE, "the headline once more")                                  \
    X(OUT_CAPTION, "it says what a picture shows")                          \
    X(OUT_HEADING, "a heading with nothing under it")                       \
    X(OUT_LINK, "a link to another story")                                  \
    X(OUT_COPY, "the same words as above")                                  \
    X(IN_TABLE, "the table says yes")                                       \
    X(IN_BETWEEN, "between two paragraphs of the article, in the same box") \
    X(IN_BOX, "a paragraph in the box that holds the article")              \
    X(IN_LIST, "in a list that is mostly the article's")                    \
    X(IN_HEADING, "a heading of what was taken, made like the others")      \
    X(IN_PLAIN, "on a page that has text and nothing else")                 \
    X(IN_RULE, "the site rule says so")

enum verdict {
#define X(name, reason) VERDICT_##name,
    VERDICTS(X)
#undef X
};

struct choice {
    float *chances;    /* by block */
    uint8_t *verdicts; /* by block: enum verdict */
    bool is_plain;     /* a page without furniture: nobody's template */
    int headline;      /* block; -1: none */
    int first, last;   /* blocks chosen; -1: none */
};

static inline bool is_chosen(const struct choice *choice, int block)
{
    return choice->verdicts[block] >= VERDICT_IN_TABLE;
}
const char *verdict_reason(enum verdict verdict);
void choose(const struct blocks *blocks, const float *rows, struct choice *out_choice);

/* --- edges.c --- */

/* Out: what the table was hardly sure of, behind the last block that it was sure of. */
void drop_beyond_end(const struct blocks *blocks, struct choice *choice);
/* In: paragraphs that it doubted, in the box that holds nearly all of the article. */
void take_rest_of_box(const struct blocks *blocks, struct choice *choice);

/* --- clean.c --- */

/* The chosen blocks and what stands among them, as a tree of its own: sanitised and tidy. The document is
 * used up. NULL: nothing was chosen. */
struct node *clean(struct arena *arena, const struct blocks *blocks, const struct choice *choice,
                   const struct page *page);

/* --- tidy.c --- */

/* What is below `root`, which was sanitised, becomes a row of paragraphs, headings, lists, tables,
 * quotations, listings and figures: wrappers go, lines in a row become paragraphs, layout tables come apart.
 * Serialised and parsed again it is the same tree, and it stays the same when made tidy again. */
void tidy(struct arena *arena, struct node *root);

/* --- judge.c --- */

struct evidence {
    const struct page *page;
    const struct blocks *blocks;
    const struct choice *choice; /* NULL: taken by a site rule */
    span text;                   /* what was taken */
    bool asks_for_password;      /* judge_asks_for_password(), of the page when it was whole */
};
bool judge_asks_for_password(const struct node *document);
/* Sets kind, reason and confidence. */
void judge(struct arena *arena, const struct evidence *evidence, struct extraction *extraction);

/* --- explain.c --- */

/* As lines, or as a page of our own that shows the blocks, marked. */
void explain(const struct blocks *blocks, const float *rows, const struct choice *choice, bool as_html,
             struct buf *out);
void explain_features(const struct blocks *blocks, const float *rows, struct json_writer *json);
