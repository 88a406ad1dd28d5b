/* SPDX-License-Identifier: MIT
 * elements.h - the tables of what elements mean, and the readers of those that are more than a value
 */
#pragma once
#include "feed/drafts.h"

extern const struct vocabulary item_vocabulary, item_attributes;   /* into struct item_draft */
extern const struct vocabulary about_vocabulary, about_attributes; /* into struct about_draft */
extern const struct vocabulary source_vocabulary;                  /* into struct source_draft */
extern const struct vocabulary person_vocabulary;                  /* into struct author */

/* people.c: into a struct author_list */
struct author read_author(struct reading *r, const struct mark *mark);
void read_person(struct reading *r, const struct mark *mark, const struct element *row);
void read_credit(struct reading *r, const struct mark *mark, const struct element *row);

/* categories.c: into a struct category_list */
void read_category(struct reading *r, const struct mark *mark, const struct element *row);
void read_keywords(struct reading *r, const struct mark *mark, const struct element *row);
void read_tag(struct reading *r, const struct mark *mark, const struct element *row);

/* links.c: those named after what they are in know its draft; the others fill a field */
void read_item_link(struct reading *r, const struct mark *mark, const struct element *row);
void read_feed_link(struct reading *r, const struct mark *mark, const struct element *row);
void read_source_link(struct reading *r, const struct mark *mark, const struct element *row);
void read_item_address(struct reading *r, const struct mark *mark, const struct element *row);
void read_external(struct reading *r, const struct mark *mark, const struct element *row);
void read_feed_address(struct reading *r, const struct mark *mark, const struct element *row);
void read_guid(struct reading *r, const struct mark *mark, const struct element *row);
void take_feed_link(struct reading *r, struct feed_link link); /* from a header */
void read_cloud(struct reading *r, const struct mark *mark, const struct element *row);

/* media.c: of an item */
void add_attachment(struct reading *r, struct feed_attachment attachment);
int64_t read_length(span text); /* bytes; -1 if it is none */
void read_enclosure(struct reading *r, const struct mark *mark, const struct element *row);
void read_media_content(struct reading *r, const struct mark *mark, const struct element *row);
void read_json_attachment(struct reading *r, const struct mark *mark, const struct element *row);
void read_duration_of_enclosure(struct reading *r, const struct mark *mark, const struct element *row);
void read_picture(struct reading *r, const struct mark *mark, const struct element *row);

/* item.c: of an item */
void read_content(struct reading *r, const struct mark *mark, const struct element *row);
void read_subscription(struct reading *r, const struct mark *mark, const struct element *row);
void read_location(struct reading *r, const struct mark *mark, const struct element *row);
void read_source(struct reading *r, const struct mark *mark, const struct element *row);
void read_publication(struct reading *r, const struct mark *mark, const struct element *row);

/* about.c: of a feed */
void read_feed_picture(struct reading *r, const struct mark *mark, const struct element *row);
void read_feed_image(struct reading *r, const struct mark *mark, const struct element *row);
void read_generator(struct reading *r, const struct mark *mark, const struct element *row);
void read_skip_hours(struct reading *r, const struct mark *mark, const struct element *row);
void read_skip_days(struct reading *r, const struct mark *mark, const struct element *row);
void read_hub(struct reading *r, const struct mark *mark, const struct element *row);
