/* SPDX-License-Identifier: MIT
 * css.h - CSS selectors, as the XPath that finds the same
 *
 * So that one engine, with one set of limits, does both. Known: names, *, #id, .class, [attribute] with = ~=
 * |= ^= $= *=, :first-child, :last-child, :only-child, :first-of-type, :last-of-type, :nth-child(),
 * :nth-of-type(), :empty, :not(), :has(), :contains("text"); the combinators, a leading one too; lists. At
 * the end "@name" takes an attribute: "a.more@href".
 */
#pragma once
#include "core/core.h"

/* An XPath 1.0 expression, relative to the node it is evaluated at. ERROR_FORMAT: no such selector; the
 * message names the column. */
struct error *css_to_xpath(struct arena *arena, span css, span *out_xpath) MUST_USE;

/* Begins it like XPath ("/a", "./a", "(//a)[1]", "@href", "string(.)", "count(//a)") rather than CSS? */
bool is_xpath(span expression);
