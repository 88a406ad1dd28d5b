/* SPDX-License-Identifier: MIT
 * markup.h - what is done with HTML: made safe, and written as Markdown or plain text
 */
#pragma once
#include "markup/html.h"

struct sanitize_options {
    span base;           /* absolute URL that references are resolved against; {0}: they stay as they are */
    const char *charset; /* the document's, for the query of its links; NULL: UTF-8 */
};

/* Makes what is below `root` inert in a browser by construction: an allow-list of elements, attributes and
 * URL schemes. Scripts, styles, forms, frames, plug-ins, handlers, ids that shadow, overlays go; an embedded
 * player or frame becomes a link to its address. What carries news stays: paragraphs, headings, lists,
 * tables, quotations, figures, pictures (srcset too), audio, video, links, code, ruby, emphasis. References
 * are made absolute. Serialised and parsed again it is the same tree. */
void html_sanitize(struct arena *arena, struct node *root, const struct sanitize_options *options);

/* Parse a fragment, sanitise, serialise: for feeds' HTML. `out` has its limit. */
struct error *html_clean(struct arena *arena, span raw_html, const struct sanitize_options *options,
                         span *out_html) MUST_USE;

/* CommonMark 0.31 with GFM tables and strikethrough that renders to the same thing; one paragraph a line;
 * HTML only where Markdown cannot say it. `root` must have been sanitised. */
void markdown_write(const struct node *root, struct buf *out);

/* Markdown back into HTML, not sanitised: what markdown_write() writes and what people commonly do, for
 * archives that are read again. No more than four times as long, and 64 KiB. */
span markdown_read(struct arena *arena, span markdown) MUST_USE;

/* Text as Markdown that says just that text, in the middle of a line: for titles and the like. */
void markdown_escape(struct buf *out, span text);

/* Paragraphs separated by one blank line; list items and table rows on lines of their own; no words glued at
 * inline tags, none split at <br>. */
void text_write(const struct node *root, struct buf *out);

/* Text of a title or name that may hold markup: tags dropped, references decoded once, white space collapsed.
 */
span html_to_line(struct arena *arena, span html);

/* Pictures and links in document order, of a sanitised tree */
struct picture_mention {
    span url, alt, caption;
    int width, height; /* 0: not said */
};
size_t html_pictures(struct arena *arena, const struct node *root, struct picture_mention **out_pictures);
size_t html_links(struct arena *arena, const struct node *root, span **out_urls);
