/* SPDX-License-Identifier: MIT
 * choice.h - is a feed's item the whole article, and if its page was got, which of the two is better? (pure)
 */
#pragma once
#include "article/article.h"

/* Does the item say all there is? What a feed promises as whole text is, unless it ends in "Read more" or the
 * like; a description is if it is as long as an article and in paragraphs. */
bool item_is_whole(const struct item *item);

/* NULL: what was extracted from the page is the better article. Otherwise the item's text stands, for this
 * reason (a sentence). */
const char *page_is_worse(struct arena *arena, const struct item *item, const struct extraction *extraction);

/* The feed's item with the page's text in it, copied into `arena`. What the feed says of title, date, picture
 * and authors stands, for that is what its readers saw; where it says nothing, the page has the word. */
struct item item_with_page(struct arena *arena, const struct item *item, const struct extraction *extraction);
