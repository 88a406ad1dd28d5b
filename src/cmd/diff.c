/* SPDX-License-Identifier: MIT
 * diff.c - `courant diff ARTICLE [REV REV]`: how an article changed, words marked
 */
#include "text/diff.h"
#include "cmd/cmd.h"
#include "cmd/terminal.h"
#include "cmd/words.h"
#include "markup/markup.h"
#include "store/store.h"
#include "text/json.h"
#include <inttypes.h>

struct side {
    struct article *article;
    span text;
};

static struct error *read_side(struct courant *courant, struct store_reader *reader, uint64_t id,
                               int64_t revision, struct side *out_side)
{
    LOCAL(buf) text = {.max = 64 * MiB};
    struct node *body;

    TRY(store_revision(reader, courant->arena, id, (int)revision, &out_side->article));
    if (!out_side->article)
        return error_new(ERROR_USAGE, "it has no revision %" PRId64, revision);
    TRY(html_parse_fragment(courant->arena, out_side->article->item.html, NULL, &body, NULL));
    text_write(body, &text);
    out_side->text = arena_keep(courant->arena, buf_span(&text));
    return OK;
}

/* --- for people --- */

/* What is the same is shown as far as the paragraph that a change stands in. */
static void write_same(struct buf *out, span text, bool is_first, bool is_last)
{
    size_t first = is_first ? 0 : MIN(span_find_char(text, '\n'), text.len);
    size_t last = is_last ? text.len : span_find_last_char(text, '\n');

    last = last == SPAN_NONE ? 0 : MIN(last + 1, text.len);
    if (first >= last) {
        text_add_printable(out, text);
        return;
    }
    text_add_printable(out, span_sub(text, 0, first));
    buf_add_text(out, is_first ? "[...]\n\n" : is_last ? "\n\n[...]" : "\n\n[...]\n\n");
    text_add_printable(out, span_from(text, last));
}

static void write_changed(struct buf *out, const struct terminal *terminal, const struct diff_piece *piece)
{
    bool is_new = piece->kind == DIFF_NEW;

    if (terminal->has_colour)
        buf_add_text(out, is_new ? "\033[32m" : "\033[31;9m");
    else
        buf_add_text(out, is_new ? "{+" : "[-");
    text_add_printable(out, span_trim_end(piece->text));
    buf_add_text(out, terminal->has_colour ? "\033[0m" : is_new ? "+}" : "-]");
    text_add_printable(out, span_from(piece->text, span_trim_end(piece->text).len));
}

static void write_pieces(struct courant *courant, const struct terminal *terminal, span before, span after,
                         struct buf *out)
{
    struct diff_piece *pieces;
    size_t count;

    text_diff(courant->arena, before, after, &pieces, &count);
    for (size_t i = 0; i < count; i++)
        if (pieces[i].kind == DIFF_SAME)
            write_same(out, pieces[i].text, i == 0, i + 1 == count);
        else
            write_changed(out, terminal, &pieces[i]);
    buf_add_char(out, '\n');
}

static void write_for_people(struct courant *courant, const struct timezone_rules *zone,
                             const struct side *before, const struct side *after, struct buf *out)
{
    struct terminal terminal = terminal_find();

    write_pieces(courant, &terminal, before->article->item.title, after->article->item.title, out);
    buf_printf(out, "revision %d of %.*s, revision %d of %.*s\n\n", before->article->revision,
               SPAN_ARG(time_write(courant->arena, zone, before->article->fetched_at)),
               after->article->revision,
               SPAN_ARG(time_write(courant->arena, zone, after->article->fetched_at)));
    write_pieces(courant, &terminal, before->text, after->text, out);
}

/* --- for programs --- */

static void write_pieces_json(struct courant *courant, struct json_writer *json, const char *key, span before,
                              span after)
{
    static const char *const names[] = {[DIFF_SAME] = "same", [DIFF_GONE] = "gone", [DIFF_NEW] = "new"};
    struct diff_piece *pieces;
    size_t count;

    text_diff(courant->arena, before, after, &pieces, &count);
    json_key(json, key);
    json_open_array(json);
    for (size_t i = 0; i < count; i++) {
        json_open_object(json);
        json_pair(json, names[pieces[i].kind], pieces[i].text);
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_for_programs(struct courant *courant, const struct side *before, const struct side *after,
                               struct buf *out)
{
    struct json_writer json = {.out = out};

    json_open_object(&json);
    json_pair(&json, "id", arena_printf(courant->arena, "%016" PRIx64, after->article->id));
    json_pair_integer(&json, "from", before->article->revision);
    json_pair_date(&json, "from_fetched", before->article->fetched_at);
    json_pair_integer(&json, "to", after->article->revision);
    json_pair_date(&json, "to_fetched", after->article->fetched_at);
    write_pieces_json(courant, &json, "title", before->article->item.title, after->article->item.title);
    write_pieces_json(courant, &json, "text", before->text, after->text);
    json_close_object(&json);
    buf_add_char(out, '\n');
}

/* --- the command --- */

/* An archive that was imported did not hold every revision: the last before it that is there; itself, if
 * none. */
static struct error *find_before(struct courant *courant, struct store_reader *reader,
                                 const struct article *article, int64_t *out_revision)
{
    struct article *before = NULL;

    for (*out_revision = article->revision - 1; *out_revision > 0; --*out_revision) {
        TRY(store_revision(reader, courant->arena, article->id, (int)*out_revision, &before));
        if (before)
            return OK;
    }
    *out_revision = article->revision;
    return OK;
}

/* The last two where none are said. */
static struct error *read_revisions(struct courant *courant, struct store_reader *reader,
                                    const struct arguments *arguments, const struct article *article,
                                    int64_t revisions[2])
{
    revisions[1] = article->revision;
    if (arguments->word_count < 2)
        return find_before(courant, reader, article, &revisions[0]);
    if (arguments->word_count == 2)
        return error_new(ERROR_USAGE, "two revisions are compared, and one was given");
    for (size_t i = 1; i < arguments->word_count; i++)
        if (!span_to_int64(arguments->words[i], &revisions[i - 1]) || revisions[i - 1] < 1 ||
            revisions[i - 1] > article->revision)
            return error_new(ERROR_USAGE, "\"%.*s\" is no revision of it: there are 1 to %d",
                             SPAN_ARG(arguments->words[i]), article->revision);
    return OK;
}

static struct error *diff_run(struct courant *courant, const struct arguments *arguments)
{
    OPEN(store_reader) reader = NULL;
    LOCAL(buf) out = {.max = 256 * MiB};
    const struct timezone_rules *zone;
    struct article *article;
    struct side before, after;
    int64_t revisions[2];

    TRY(timezone_load(courant->arena, courant->conf->archive.timezone, &zone));
    TRY(newsroom_open_store(courant, &reader));
    TRY(newsroom_find_article(courant, reader, arguments->words[0], &article));
    TRY(read_revisions(courant, reader, arguments, article, revisions));
    TRY(read_side(courant, reader, article->id, revisions[0], &before));
    TRY(read_side(courant, reader, article->id, revisions[1], &after));
    if (option_is_given(arguments, "json"))
        write_for_programs(courant, &before, &after, &out);
    else if (article->revision == 1)
        buf_add_text(&out, "It has not changed since it came.\n");
    else if (revisions[0] == revisions[1])
        buf_add_text(&out, "What it said before is not in the store.\n");
    else
        write_for_people(courant, zone, &before, &after, &out);
    return output_write(&out);
}

static const struct option options[] = {
    {"json", 0, NULL, "print pieces that are the same, gone or new, as JSON"}, {0}};

const struct command cmd_diff = {
    .name = "diff",
    .arguments = "ARTICLE [REV REV]",
    .help = "show how an article changed, words marked",
    .more = "Compares the last two revisions, or those given by number. What went is red and struck through, "
            "what came green; where there is no colour they stand in [-...-] and {+...+}.",
    .needs = NEEDS_CONF | NEEDS_QUIET,
    .options = options,
    .run = diff_run,
};
