/* SPDX-License-Identifier: MIT
 * opml.c - sources become outlines
 *
 * First a tree of folders in the order in which they are first named, then that tree is written.
 */
#include "export/opml.h"
#include "core/vec.h"
#include "feed/opml.h"
#include "text/category.h"
#include "text/escape.h"

enum { DEEPEST = 64 };

struct folder {
    span name;
    VEC(struct folder *) folders;
    VEC(const struct conf_source *) sources;
};

struct writer {
    struct arena *arena;
    struct map folders; /* path -> its folder */
    struct buf *out;
};

/* --- the tree --- */

/* The folder of a category, with those above it; the root's path is empty. */
static struct folder *folder_at(struct writer *writer, struct folder *root, span category)
{
    LOCAL(buf) path = {.max = category.len * 2 + 16};
    struct folder *folder = root;
    span name;

    for (int depth = 0; depth < DEEPEST && category_cut(writer->arena, &category, &name); depth++) {
        category_add(&path, name);
        void **at = map_at(&writer->folders, arena_keep(writer->arena, buf_span(&path)));
        if (!*at) {
            struct folder *made = ARENA_NEW(writer->arena, struct folder);
            made->name = name;
            *vec_add(writer->arena, &folder->folders) = *at = made;
        }
        folder = *at;
    }
    return folder;
}

static struct folder *sort(struct writer *writer, const struct conf *conf)
{
    struct folder *root = ARENA_NEW(writer->arena, struct folder);

    for (size_t i = 0; i < conf->source_count; i++) {
        const struct conf_source *source = &conf->sources[i];
        for (size_t k = 0; k < MAX(source->category_count, (size_t)1); k++) {
            span category = source->category_count ? source->categories[k] : (span){0};
            struct folder *folder = folder_at(writer, root, category);
            *vec_add(writer->arena, &folder->sources) = source;
        }
    }
    return root;
}

/* --- writing --- */

static void indent(struct writer *writer, int depth)
{
    for (int i = 0; i < depth + 2; i++)
        buf_add_text(writer->out, "  ");
}

static void attribute(struct writer *writer, const char *name, span value)
{
    buf_printf(writer->out, " %s=\"", name);
    escape_attribute(writer->out, value);
    buf_add_char(writer->out, '"');
}

static void attribute_if(struct writer *writer, const char *name, span value)
{
    if (value.len)
        attribute(writer, name, value);
}

/* "/World/Asia,/Sea"; nothing where a name holds what only stands between names there. */
static span category_list(struct writer *writer, const struct conf_source *source)
{
    LOCAL(buf) out = {.max = 64 * KiB};

    for (size_t i = 0; i < source->category_count; i++) {
        span rest = source->categories[i], name;
        buf_add_text(&out, i ? "," : "");
        while (category_cut(writer->arena, &rest, &name)) {
            if (span_find_char(name, '/') != SPAN_NONE || span_find_char(name, ',') != SPAN_NONE)
                return (span){0};
            buf_printf(&out, "/%.*s", SPAN_ARG(name));
        }
    }
    return arena_keep(writer->arena, buf_span(&out));
}

static void write_source(struct writer *writer, const struct conf_source *source, int depth)
{
    const span parts[OPML_PARTS] = {source->items, source->link, source->title, source->date,
                                    source->summary};
    bool is_page = !source->feed.len;

    indent(writer, depth);
    buf_add_text(writer->out, "<outline");
    attribute(writer, "text", source->name);
    attribute(writer, "title", source->name);
    attribute(writer, "type", is_page ? S("link") : S("rss"));
    attribute(writer, is_page ? "url" : "xmlUrl", is_page ? source->page : source->feed);
    if (!is_page)
        attribute_if(writer, "htmlUrl", source->page);
    if (source->category_count > 1)
        attribute_if(writer, "category", category_list(writer, source));
    attribute(writer, "courant:id", source->id);
    if (is_page)
        attribute(writer, "courant:page", S("true"));
    for (size_t i = 0; i < OPML_PARTS; i++) {
        LOCAL(buf) name = {.max = 64};
        buf_printf(&name, "courant:%s", opml_parts[i]);
        attribute_if(writer, name.at, parts[i]);
    }
    buf_add_text(writer->out, "/>\n");
}

static void write_folder(struct writer *writer, const struct folder *folder, int depth)
{
    for (size_t i = 0; i < folder->sources.len; i++)
        write_source(writer, folder->sources.at[i], depth);
    for (size_t i = 0; i < folder->folders.len; i++) {
        indent(writer, depth);
        buf_add_text(writer->out, "<outline");
        attribute(writer, "text", folder->folders.at[i]->name);
        buf_add_text(writer->out, ">\n");
        write_folder(writer, folder->folders.at[i], depth + 1); /* no deeper than DEEPEST */
        indent(writer, depth);
        buf_add_text(writer->out, "</outline>\n");
    }
}

void opml_write(const struct conf *conf, struct buf *out)
{
    OWN(arena) arena = arena_new(SIZE_MAX); /* as large as the configuration asks for */
    struct writer writer = {.arena = arena, .folders = {.arena = arena}, .out = out};

    buf_add_text(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\" xmlns:courant=\"" OPML_NAMESPACE
        "\">\n  <head>\n    <title>");
    escape_text(out, conf->title);
    buf_add_text(out, "</title>\n    <docs>http://opml.org/spec2.opml</docs>\n  </head>\n  <body>\n");
    write_folder(&writer, sort(&writer, conf), 0);
    buf_add_text(out, "  </body>\n</opml>\n");
}
