/* SPDX-License-Identifier: MIT
 * diff.c - how one text became another: paragraphs first, then the words of those that changed
 */
#include "text/diff.h"
#include "core/vec.h"
#include "limits/limits.h"
#include "text/utf8.h"

struct tokens {
    VEC(span) list;
};

struct pieces {
    struct arena *arena;
    int edits_left;
    VEC(struct diff_piece) list;
};

/* --- tokens: what is compared as one --- */

/* A paragraph with the line feeds behind it */
static span cut_paragraph(span *rest)
{
    size_t end = span_find_char(*rest, '\n');
    span token;

    end = end == SPAN_NONE ? rest->len : end;
    while (end < rest->len && rest->at[end] == '\n')
        end++;
    token = span_sub(*rest, 0, end);
    *rest = span_from(*rest, end);
    return token;
}

/* A word; or white space; or any other character by itself */
static span cut_word(span *rest)
{
    span start = *rest, before;
    uint32_t character = 0;
    bool is_word, is_space;

    utf8_next(rest, &character);
    is_word = is_letter_or_digit(character) && !is_unspaced(character);
    is_space = is_unicode_space(character);
    for (before = *rest; (is_word || is_space) && utf8_next(rest, &character); before = *rest)
        if (is_word ? !is_mark(character) && (!is_letter_or_digit(character) || is_unspaced(character))
                    : !is_unicode_space(character))
            break;
    *rest = before;
    return span_sub(start, 0, start.len - before.len);
}

static struct tokens tokens_of(struct arena *arena, span text, span (*cut)(span *rest))
{
    struct tokens tokens = {0};

    while (text.len)
        *vec_add(arena, &tokens.list) = cut(&text);
    return tokens;
}

/* --- pieces --- */

static void add_piece(struct pieces *pieces, enum diff_kind kind, span text)
{
    struct diff_piece *last = pieces->list.len ? &pieces->list.at[pieces->list.len - 1] : NULL;

    if (!text.len)
        return;
    if (last && last->kind == kind && last->text.at + last->text.len == text.at)
        last->text.len += text.len;
    else
        *vec_add(pieces->arena, &pieces->list) = (struct diff_piece){kind, text};
}

static span joined(const span *tokens, size_t count) /* they are neighbours in one text */
{
    return count ? span_between(tokens[0].at, tokens[count - 1].at + tokens[count - 1].len) : (span){0};
}

/* --- the shortest way from one to the other (Myers) --- */

struct ways { /* ways[d] are the furthest places reached with d edits, by diagonal from -d to d */
    int **at;
    int count; /* ways kept; the last one reached the end */
};

/* False: more edits than LIMIT_DIFF_EDITS or `limit` would be needed. */
static bool find_way(struct arena *arena, const span *a, int a_count, const span *b, int b_count, int limit,
                     struct ways *ways)
{
    int most = MIN(MIN(a_count + b_count, LIMIT_DIFF_EDITS), limit);

    ways->at = ARENA_ARRAY(arena, int *, (size_t)most + 1);
    for (int d = 0; d <= most; d++) {
        int *now = ARENA_ARRAY(arena, int, 2 * (size_t)d + 1) + d;
        const int *last = d ? ways->at[d - 1] : NULL;
        ways->at[d] = now;
        ways->count = d + 1;
        for (int k = -d; k <= d; k += 2) {
            int x = d == 0                                             ? 0
                    : k == -d || (k != d && last[k - 1] < last[k + 1]) ? last[k + 1]
                                                                       : last[k - 1] + 1;
            while (x < a_count && x - k < b_count && span_equal(a[x], b[x - k]))
                x++;
            now[k] = x;
            if (x >= a_count && x - k >= b_count)
                return true;
        }
    }
    return false;
}

/* Walks the way back from its end; `a_gone` and `b_new` say of each token whether it was left out. */
static void walk_back(const struct ways *ways, int a_count, int b_count, bool *a_gone, bool *b_new)
{
    int x = a_count, y = b_count;

    for (int d = ways->count - 1; d > 0; d--) {
        const int *last = ways->at[d - 1];
        int k = x - y;
        bool is_down = k == -d || (k != d && last[k - 1] < last[k + 1]);
        int from = is_down ? last[k + 1] : last[k - 1];
        if (is_down)
            b_new[from - k - 1] = true;
        else
            a_gone[from] = true;
        x = from;
        y = from - (is_down ? k + 1 : k - 1);
    }
}

/* --- comparing --- */

typedef void each_change(struct pieces *pieces, span gone, span come);

static void tell_change(struct pieces *pieces, span gone, span come)
{
    add_piece(pieces, DIFF_GONE, gone);
    add_piece(pieces, DIFF_NEW, come);
}

static void compare(struct pieces *pieces, const struct tokens *before, const struct tokens *after,
                    each_change *change)
{
    const span *a = before->list.at, *b = after->list.at;
    size_t a_count = before->list.len, b_count = after->list.len, head = 0, tail = 0, i, k;
    OWN(arena) room = arena_new(256 * MiB);
    struct ways ways;
    bool *a_gone, *b_new;

    while (head < a_count && head < b_count && span_equal(a[head], b[head]))
        head++;
    while (tail < a_count - head && tail < b_count - head &&
           span_equal(a[a_count - tail - 1], b[b_count - tail - 1]))
        tail++;
    add_piece(pieces, DIFF_SAME, joined(b, head));
    a += head, a_count -= head + tail;
    b += head, b_count -= head + tail;
    a_gone = ARENA_ARRAY(room, bool, a_count + 1);
    b_new = ARENA_ARRAY(room, bool, b_count + 1);
    if (find_way(room, a, (int)a_count, b, (int)b_count, pieces->edits_left, &ways)) {
        pieces->edits_left -= ways.count - 1;
        walk_back(&ways, (int)a_count, (int)b_count, a_gone, b_new);
    } else {
        memset(a_gone, true, a_count);
        memset(b_new, true, b_count);
    }
    for (i = k = 0; i < a_count || k < b_count;) {
        size_t i_from = i, k_from = k;
        while (i < a_count && a_gone[i])
            i++;
        while (k < b_count && b_new[k])
            k++;
        if (i > i_from || k > k_from)
            change(pieces, joined(a + i_from, i - i_from), joined(b + k_from, k - k_from));
        for (; i < a_count && k < b_count && !a_gone[i] && !b_new[k]; i++, k++)
            add_piece(pieces, DIFF_SAME, b[k]);
    }
    add_piece(pieces, DIFF_SAME, joined(b + b_count, tail));
}

/* What changed among paragraphs, word by word */
static void compare_words(struct pieces *pieces, span gone, span come)
{
    struct tokens before = tokens_of(pieces->arena, gone, cut_word);
    struct tokens after = tokens_of(pieces->arena, come, cut_word);

    compare(pieces, &before, &after, tell_change);
}

void text_diff(struct arena *arena, span before, span after, struct diff_piece **out_pieces,
               size_t *out_count)
{
    struct pieces pieces = {.arena = arena, .edits_left = LIMIT_DIFF_ALL_EDITS};
    struct tokens a = tokens_of(arena, before, cut_paragraph), b = tokens_of(arena, after, cut_paragraph);

    compare(&pieces, &a, &b, compare_words);
    *out_pieces = pieces.list.at;
    *out_count = pieces.list.len;
}
