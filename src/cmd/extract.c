/* SPDX-License-Identifier: MIT
 * extract.c - `courant extract`: the article in a page, or in many pages
 *
 * With --batch several threads may work: each takes the next line of standard input, and waits for its turn
 * to print, so what comes out is in the order of what went in, and no more pages are in memory than there are
 * threads.
 */
#include "article/article.h"
#include "cmd/cmd.h"
#include "cmd/line.h"
#include "cmd/session.h"
#include "core/file.h"
#include "gather/take.h"
#include "limits/limits.h"
#include "text/json.h"
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static const size_t output_room = 256 * MiB;
enum { MOST_JOBS = 64 };

enum format { AS_JSON, AS_HTML, AS_MARKDOWN, AS_TEXT };
static const char *const format_names[] = {"json", "html", "markdown", "text"};

struct extractor {
    struct courant *courant;
    const struct conf *conf;
    const struct rules *rules; /* NULL: none */
    enum format format;
    bool explains, explains_as_html, shows_features;
};

struct input {
    const char *name; /* for messages */
    struct page_bytes bytes;
};

/* --- one page --- */

static span content_of(const struct extraction *extraction, enum format format)
{
    switch (format) {
    case AS_HTML:
        return extraction->html;
    case AS_MARKDOWN:
        return extraction->markdown;
    default:
        return extraction->text;
    }
}

static void write_extraction(const struct extractor *extractor, span url, const struct extraction *extraction,
                             bool in_batch, struct buf *out)
{
    struct json_writer json = {.out = out};

    if (extractor->format == AS_JSON)
        extraction_write_json(&json, url, extraction);
    else if (in_batch && extraction->kind == PAGE_ARTICLE)
        json_string(&json, content_of(extraction, extractor->format));
    else if (in_batch)
        json_null(&json);
    else
        buf_add(out, content_of(extraction, extractor->format));
    if (out->len && out->at[out->len - 1] != '\n')
        buf_add_char(out, '\n');
}

static struct error *show_features(struct arena *arena, const struct page_bytes *bytes, struct buf *out)
{
    struct json_writer json = {.out = out};
    struct page *page;

    TRY(page_read(arena, bytes, &page));
    TRY(article_write_features(arena, page, &json));
    buf_add_char(out, '\n');
    return OK;
}

/* `*out_is_article`: false where the page has none, which is no error. */
static struct error *extract(const struct extractor *extractor, struct arena *arena,
                             const struct page_bytes *bytes, bool in_batch, struct buf *out,
                             bool *out_is_article)
{
    struct extract_options options = {.rules = extractor->rules,
                                      .explain = extractor->explains ? out : NULL,
                                      .explains_as_html = extractor->explains_as_html};
    struct extraction *extraction;

    *out_is_article = true;
    if (extractor->shows_features)
        return show_features(arena, bytes, out);
    TRY(article_from(arena, bytes, &options, &extraction));
    *out_is_article = extraction->kind == PAGE_ARTICLE;
    if (!extractor->explains)
        write_extraction(extractor, bytes->url, extraction, in_batch, out);
    return out->overflowed ? error_new(ERROR_LIMIT, "the article is too long") : OK;
}

static bool is_web_address(span word)
{
    return span_starts_nocase(word, S("http://")) || span_starts_nocase(word, S("https://"));
}

static struct error *extract_file(const struct extractor *extractor, const struct arguments *arguments,
                                  struct buf *out, bool *out_is_article)
{
    OWN(arena) arena = arena_new(LIMIT_EXTRACT_ROOM);
    struct page_bytes bytes = {.url = option_value(arguments, "url")};

    TRY(file_read(arguments->words[0].at, LIMIT_PAGE_FILE, arena, &bytes.bytes));
    return extract(extractor, arena, &bytes, false, out, out_is_article);
}

/* With the further pages of the article. What only looks at the page itself needs no more than that. */
static struct error *extract_address(const struct extractor *extractor, const struct arguments *arguments,
                                     struct buf *out, bool *out_is_article)
{
    OWN(arena) arena = arena_new(LIMIT_EXTRACT_ROOM);
    OPEN(session) session = NULL;
    struct extract_options options = {.rules = extractor->rules,
                                      .explain = extractor->explains ? out : NULL,
                                      .explains_as_html = extractor->explains_as_html};
    struct gatherer gatherer = {
        .settings = &extractor->conf->fetch, .arena = arena, .log = extractor->courant->log};
    struct taken taken;

    TRY(session_open(extractor->courant, &extractor->conf->fetch, &session));
    gatherer.fetcher = session_fetcher(session);
    TRY(gather_take(&gatherer, &options, arguments->words[0], &taken));
    *out_is_article = taken.extraction->kind == PAGE_ARTICLE;
    if (extractor->shows_features)
        return show_features(arena,
                             &(struct page_bytes){.bytes = taken.response->body,
                                                  .url = taken.response->url,
                                                  .content_type = taken.response->content_type},
                             out);
    if (!extractor->explains)
        write_extraction(extractor, taken.response->url, taken.extraction, false, out);
    return OK;
}

static struct error *extract_one(const struct extractor *extractor, const struct arguments *arguments)
{
    LOCAL(buf) out = {.max = output_room};
    bool is_article = false;
    span word;

    if (arguments->word_count == 0)
        return error_new(ERROR_USAGE, "extract needs FILE or URL, or --batch");
    word = arguments->words[0];
    TRY_OR(is_web_address(word) ? extract_address(extractor, arguments, &out, &is_article)
                                : extract_file(extractor, arguments, &out, &is_article),
           "could not read \"%.*s\"", SPAN_ARG(word));
    if (!is_article) {
        extractor->courant->has_failed = true;
        log_warn(extractor->courant->log, NULL, "%.*s: no article was found", SPAN_ARG(word));
    }
    return output_write(&out);
}

/* --- a batch --- */

struct batch {
    const struct extractor *extractor;
    pthread_mutex_t lock; /* of all below, and of standard input and output */
    pthread_cond_t turn_came;
    int64_t taken, printed; /* lines */
    bool is_over, has_failed;
    struct error *error;       /* of the output: nothing more is printed */
    struct error *input_error; /* what was taken before is still done */
};

static void write_failure(span path, span url, const struct error *error, struct buf *out)
{
    struct json_writer json = {.out = out};
    char *text = error_text(error);

    buf_clear(out);
    json_open_object(&json);
    json_pair(&json, "file", path);
    json_pair_if(&json, "url", url);
    json_key(&json, "content_text");
    json_null(&json);
    json_pair(&json, "error", span_of(text));
    json_close_object(&json);
    buf_add_char(out, '\n');
    free(text);
}

/* PATH<TAB>URL. What is wrong with that page stands in its place. */
static bool extract_line(const struct extractor *extractor, struct arena *arena, span line, struct buf *out)
{
    struct page_bytes bytes = {0};
    struct error *error;
    bool is_article = false;
    span path = {0};

    span_cut(&line, '\t', &path);
    span_cut(&line, '\t', &bytes.url);
    error = file_read(arena_string(arena, path), LIMIT_PAGE_FILE, arena, &bytes.bytes);
    if (!error)
        error = extract(extractor, arena, &bytes, true, out, &is_article);
    if (error)
        write_failure(path, bytes.url, error, out);
    error_free(error);
    return is_article;
}

/* The next line, without its end; false at the end of the input. */
static bool take_line(struct batch *batch, struct buf *line, int64_t *out_number)
{
    bool is_taken;

    pthread_mutex_lock(&batch->lock);
    buf_clear(line);
    while (!batch->is_over && line->len == 0) {
        batch->input_error = line_read(line, &batch->is_over);
        batch->is_over |= batch->input_error != OK;
    }
    is_taken = !batch->is_over;
    if (is_taken)
        *out_number = batch->taken++;
    pthread_mutex_unlock(&batch->lock);
    return is_taken;
}

static void print_in_turn(struct batch *batch, int64_t number, const struct buf *out, bool is_article)
{
    struct error *error;

    pthread_mutex_lock(&batch->lock);
    while (batch->printed != number)
        pthread_cond_wait(&batch->turn_came, &batch->lock);
    error = batch->error ? OK : output_write(out);
    if (error) {
        batch->error = error;
        batch->is_over = true;
    }
    batch->has_failed |= !is_article;
    batch->printed++;
    pthread_cond_broadcast(&batch->turn_came);
    pthread_mutex_unlock(&batch->lock);
}

static void *work(void *context)
{
    struct batch *batch = context;
    OWN(arena) arena = arena_new(LIMIT_EXTRACT_ROOM);
    LOCAL(buf) out = {.max = output_room};
    LOCAL(buf) line = {0};
    int64_t number;

    while (take_line(batch, &line, &number)) {
        bool is_article = extract_line(batch->extractor, arena, buf_span(&line), &out);
        print_in_turn(batch, number, &out, is_article);
        buf_clear(&out);
        arena_reset(arena);
    }
    return NULL;
}

static struct error *print_feature_names(void)
{
    LOCAL(buf) out = {.max = 64 * KiB};
    struct json_writer json = {.out = &out};

    article_write_feature_names(&json);
    buf_add_char(&out, '\n');
    return output_write(&out);
}

static struct error *extract_batch(const struct extractor *extractor, int64_t jobs)
{
    struct batch batch = {
        .extractor = extractor, .lock = PTHREAD_MUTEX_INITIALIZER, .turn_came = PTHREAD_COND_INITIALIZER};
    pthread_t threads[MOST_JOBS];
    int started = 0;

    /* Else what one page needed is given back to the system, and asked for again by the next. */
    mallopt(M_MMAP_THRESHOLD, (int)(16 * MiB));
    mallopt(M_TRIM_THRESHOLD, (int)(16 * MiB));
    if (extractor->shows_features)
        TRY(print_feature_names());
    for (; started < jobs - 1; started++)
        if (pthread_create(&threads[started], NULL, work, &batch) != 0)
            break; /* fewer do it, too */
    work(&batch);
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    if (batch.has_failed && !extractor->shows_features)
        extractor->courant->has_failed = true;
    if (batch.error)
        error_free(batch.input_error);
    return batch.error ? batch.error : batch.input_error;
}

/* --- the command --- */

static struct error *read_options(const struct arguments *arguments, struct extractor *extractor,
                                  int64_t *out_jobs)
{
    span format = option_value(arguments, "format"), explain = option_value(arguments, "explain");
    size_t i = 0;

    *out_jobs = 1;
    while (format.len && i < ARRAY_SIZE(format_names) && !span_is(format, format_names[i]))
        i++;
    if (i == ARRAY_SIZE(format_names))
        return error_new(ERROR_USAGE, "--format %.*s: it is json, html, markdown or text", SPAN_ARG(format));
    extractor->format = (enum format)i;
    extractor->explains = option_is_given(arguments, "explain");
    extractor->explains_as_html = span_is(explain, "html");
    if (explain.len && !extractor->explains_as_html)
        return error_new(ERROR_USAGE, "--explain=%.*s: it is --explain or --explain=html", SPAN_ARG(explain));
    extractor->shows_features = option_is_given(arguments, "features");
    if (option_is_given(arguments, "jobs") &&
        (!span_to_int64(option_value(arguments, "jobs"), out_jobs) || *out_jobs < 1 || *out_jobs > MOST_JOBS))
        return error_new(ERROR_USAGE, "--jobs is a number from 1 to %d", MOST_JOBS);
    return OK;
}

/* The newsroom's configuration if there is one, else the defaults. */
static struct error *read_conf(struct extractor *extractor)
{
    struct courant *courant = extractor->courant;
    struct conf *conf;

    TRY(file_exists(newsroom_conf_path(courant)) ? newsroom_read_conf(courant, courant->arena, &conf)
                                                 : conf_parse(courant->arena, S(""), "defaults", &conf));
    extractor->conf = conf;
    return gather_rules(courant->arena, courant->folder, conf, courant->log, &extractor->rules);
}

static struct error *extract_run(struct courant *courant, const struct arguments *arguments)
{
    struct extractor extractor = {.courant = courant};
    int64_t jobs;

    TRY(read_options(arguments, &extractor, &jobs));
    TRY(read_conf(&extractor));
    if (!option_is_given(arguments, "batch"))
        return extract_one(&extractor, arguments);
    if (arguments->word_count)
        return error_new(ERROR_USAGE, "--batch reads names from standard input, and takes none here");
    return extract_batch(&extractor, jobs);
}

const struct command cmd_extract = {
    .name = "extract",
    .arguments = "[FILE|URL]",
    .help = "take the article out of a page",
    .more = "FILE is the page as it came over the wire; - is standard input. With --batch, lines "
            "PATH<TAB>URL are "
            "read from standard input, and one line of JSON is printed for each, in that order. Exit status "
            "1: the "
            "page has no article; what is printed then has null for its content, and says why.",
    .options =
        (const struct option[]){
            {"url", 'u', "BASE", "where it came from: relative links are resolved against it"},
            {"format", 'f', "FORMAT", "json (the default), html, markdown or text"},
            {"batch", 'b', NULL, "read many files, named on standard input"},
            {"jobs", 'j', "N", "with --batch: work on N pages at a time"},
            {"explain", 'e', "[=html]", "say of each block of the page why it was taken or not"},
            {"features", 0, NULL, "print what the learned table sees of the page"},
            {0},
        },
    .run = extract_run,
};
