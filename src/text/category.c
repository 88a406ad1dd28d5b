/* SPDX-License-Identifier: MIT */
#include "text/category.h"
#include "limits/limits.h"
#include "text/utf8.h"

void category_add(struct buf *out, span name)
{
    LOCAL(buf) line = {.max = LIMIT_CATEGORY};
    bool has_space = false;

    for (size_t i = 0; i < name.len && line.len + 2 < LIMIT_CATEGORY; i++) {
        if (strchr(" \t\r\n\f", name.at[i])) { /* NUL, too, is none of a name */
            has_space = line.len > 0;
            continue;
        }
        if (has_space)
            buf_add_char(&line, ' ');
        if (strchr("/,\\", name.at[i]))
            buf_add_char(&line, '\\');
        buf_add_char(&line, name.at[i]);
        has_space = false;
    }
    if (line.len && out->len)
        buf_add_char(out, '/');
    buf_add(out, utf8_cut(buf_span(&line), LIMIT_CATEGORY));
}

/* Up to the next `separator` that stands behind no backslash. */
static bool cut(span *rest, char separator, span *out_piece)
{
    size_t end = 0;

    if (rest->len == 0)
        return false;
    while (end < rest->len && rest->at[end] != separator)
        end += rest->at[end] == '\\' ? 2 : 1;
    end = MIN(end, rest->len);
    *out_piece = span_sub(*rest, 0, end);
    *rest = span_from(*rest, end + 1);
    return true;
}

bool category_cut(struct arena *arena, span *rest, span *out_name)
{
    LOCAL(buf) name = {.max = rest->len + 1};
    span piece;

    do
        if (!cut(rest, '/', &piece))
            return false;
    while (span_trim(piece).len == 0);
    piece = span_trim(piece);
    for (size_t i = 0; i < piece.len; i++) {
        if (piece.at[i] == '\\' && i + 1 < piece.len)
            i++;
        buf_add_char(&name, piece.at[i]);
    }
    *out_name = arena_keep(arena, buf_span(&name));
    return true;
}

bool category_list_cut(span *rest, span *out_category)
{
    while (cut(rest, ',', out_category)) {
        *out_category = span_trim(*out_category);
        if (out_category->len)
            return true;
    }
    return false;
}

span category_shown(struct arena *arena, span category)
{
    LOCAL(buf) out = {.max = 3 * category.len + 1};
    span name;

    while (category_cut(arena, &category, &name))
        buf_printf(&out, "%s%.*s", out.len ? " / " : "", SPAN_ARG(name));
    return arena_keep(arena, buf_span(&out));
}
