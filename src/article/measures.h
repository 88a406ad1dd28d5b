/* SPDX-License-Identifier: MIT
 * measures.h - each block in numbers
 *
 * What hand-made measures know of a block: its text, its tag, what its boxes are called, how its template's
 * kind does on the page, where it stands to the node that holds most prose, to the title, to its neighbours.
 * They are computed here only; the table that was learned from them (forest.c) and the script that learns it
 * (data/train-extraction.py) both take them from here.
 */
#pragma once
#include "article/blocks.h"

/* clang-format off */
#define FEATURES(X)                                                                                          \
    /* the text */                                                                                           \
    X(nch)                                                                                                   \
    X(wl)                                                                                                    \
    X(ntok)                                                                                                  \
    X(ld)                                                                                                    \
    X(nl)                                                                                                    \
    X(ns) X(nsd) X(ncd) X(endp) X(endcolon) X(lower0) X(caps) X(capw) X(dig) X(date) X(time) X(pipe) X(lab)  \
        X(lab0) X(src) X(byl) X(cta) X(at) X(quote) X(dash0) X(paren) X(cj) X(strong)                        \
            X(em) /* its own box */                                                                          \
        X(t_p) X(t_div) X(t_li) X(t_td) X(t_blockquote) X(t_pre) X(t_figcaption) X(t_other)                  \
            X(hl) /* how near a box with such a name is, upwards */                                          \
        X(d_nav) X(d_share) X(d_related) X(d_comment) X(d_news) X(d_caption) X(d_author) X(d_date) X(d_tag)  \
            X(d_ad) X(d_foot) X(d_head) X(d_side) X(d_body) X(d_content) X(d_title) X(d_lead) X(d_list)      \
                X(d_hid) X(d_video) X(d_quote) X(d_action)                                                   \
                    X(d_box) /* how near such an element is, upwards */                                      \
        X(a_nav) X(a_header) X(a_footer) X(a_aside) X(a_article) X(a_main) X(a_section) X(a_ul) X(a_table)   \
            X(a_figure) X(a_form) X(a_blockquote) X(a_button) X(a_a) X(a_dl) X(cmt) X(hidden) X(itembody)    \
                X(depth) X(art_n) X(art_same) X(art_top) /* the four next containers of another extent */    \
        X(c0_w) X(c0_ld) X(c0_g) X(c0_gs) X(c0_lp) X(c0_nb) X(c0_p) X(c1_w) X(c1_ld) X(c1_g) X(c1_gs)        \
            X(c1_lp) X(c1_nb) X(c1_p) X(c2_w) X(c2_ld) X(c2_g) X(c2_gs) X(c2_lp) X(c2_nb) X(c2_p) X(c3_w)    \
                X(c3_ld) X(c3_g) X(c3_gs) X(c3_lp) X(c3_nb) X(c3_p) X(rep_own) X(rep_par)                    \
                    X(rep_gp) /* the node that holds most prose, and the one reached by following it down */ \
        X(top_up) X(top_in) X(top_below) X(lca_d) X(desc_in) X(desc_below) /* where it stands */             \
        X(idx) X(idxn) X(fromend) X(pos) X(gpos) X(lpbefore) X(lpafter) X(vs_ft) X(vs_lt) X(w_vs_lt)         \
            X(w_vs_ft) X(h1d) X(h1w) X(ish1) X(nh1) X(headd) /* the page's own words about the article */    \
        X(tin) X(tjac) X(desc) X(ab)                         /* said before, said again */                   \
        X(dup) X(dupprev)                                    /* its template's kind on this page */          \
        X(sg_n) X(sg_w) X(sg_g) X(sg_gd) X(sg_ld) X(sg_avg)  /* the page */                                  \
        X(pg_w) X(pg_g) X(pg_ld) X(pg_n) X(pg_lp) X(pg_cj) X(pg_art) X(pg_topg)                              \
            X(pg_ab) /* neighbours: two before, one before, one after, two after */                          \
        X(m2_wl) X(m2_ld) X(m2_endp) X(m2_p) X(m2_ss) X(m2_hl) X(m1_wl) X(m1_ld) X(m1_endp) X(m1_p) X(m1_sb) \
            X(m1_ss) X(m1_hl) X(p1_wl) X(p1_ld) X(p1_endp) X(p1_p) X(p1_sb) X(p1_ss) X(p1_hl) X(p2_wl)       \
                X(p2_ld) X(p2_endp) X(p2_p) X(p2_ss) X(p2_hl)
/* clang-format on */

enum feature {
#define X(name) F_##name,
    FEATURES(X)
#undef X
        FEATURE_COUNT
};

extern const char *const feature_names[FEATURE_COUNT];

struct page_words {   /* what the page says of the article, for comparison; each may be {0} */
    span title;       /* og:title or <title> */
    span description; /* all descriptions, joined */
    span body;        /* articleBody of its JSON-LD */
};

/* block_count rows of FEATURE_COUNT. */
float *features_read(const struct blocks *blocks, const struct page_words *words);
