/* SPDX-License-Identifier: MIT
 * opml.h - the sources of a newsroom as a list of subscriptions (OPML 2.0)
 *
 * Categories become nested outlines; a source with several stands in each of them, as other readers have it,
 * with all of them in its `category` attribute. What OPML has no word for (id, the rule of a front page) is
 * in a namespace of ours, so that what opml_read() reads makes the same sources again. No dates: the same
 * sources are the same bytes.
 */
#pragma once
#include "conf/conf.h"

void opml_write(const struct conf *conf, struct buf *out);
