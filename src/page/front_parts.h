/* SPDX-License-Identifier: MIT
 * front_parts.h - what the ways of reading a front page share
 */
#pragma once
#include "core/vec.h"
#include "page/front.h"
#include "text/url.h"

struct front_reader {
    struct arena *arena;
    span base;       /* what links are resolved against */
    span page_key;   /* the page's own address, made comparable: it is no news of itself */
    struct map seen; /* addresses, made comparable */
    VEC(struct front_item) items;
};

/* The link as it is followed: absolute, http or https, without a fragment; {0}: it leads nowhere. */
span front_link(struct front_reader *reader, span href);
/* Takes an item unless it has no link or title, or was there before. Texts are brought to a line. */
void front_add(struct front_reader *reader, struct front_item item);

/* front_rule.c, front_json.c: by the user's rule; front_find.c: by structure */
struct error *front_by_rule(struct front_reader *reader, struct page *page,
                            const struct front_rule *rule) MUST_USE;
struct error *front_by_paths(struct front_reader *reader, span text, const struct front_rule *rule) MUST_USE;
void front_by_structure(struct front_reader *reader, struct page *page);
bool front_path_is_valid(span path);

/* front_address.c: from 0 to 1, how much it looks like an article's; and how it is made, as a text that is
 * the same for those of one system */
float front_address_score(const struct url *page, const struct url *url);
span front_address_shape(struct arena *arena, const struct url *url);
bool front_address_has_number(const struct url *url);

/* front_teaser.c: what stands around a link, in the box that holds no other item */
void front_read_teaser(struct front_reader *reader, const struct node *box, const struct node *link,
                       struct front_item *item);
/* The headline of a link: its heading, else its text, else what its picture is called. */
span front_title_of(struct arena *arena, const struct node *link);
span front_date_of(struct arena *arena,
                   const struct node *node); /* datetime, content, title, else its text */
