/* SPDX-License-Identifier: MIT
 * test_house.c - the house is as src/README.md draws it
 *
 * Which folder may include which, and which folder knows which library, stand in two tables here; every
 * #include of src/ is held against them.
 */
#include "core/file.h"
#include "tests/unit/unit.h"
#include <dirent.h>
#include <stdio.h>

/* folder -> the folders whose headers it may include, but for core/ and limits/, which are everybody's */
static const struct {
    const char *folder, *may_include;
} graph[] = {
    {"core", ""},
    {"limits", ""},
    {"bytes", ""},
    {"text", "bytes"},
    {"model", ""},
    {"conf", "text bytes"},
    {"markup", "text bytes"},
    {"fetch", "conf model text bytes"},
    {"feed", "model markup text bytes"},
    {"page", "model markup feed text bytes"},
    {"article", "page model markup conf text bytes"},
    {"filter", "conf model markup text bytes"},
    {"store", "conf model text bytes"},
    {"archive", "conf model markup text bytes"},
    {"gather", "fetch feed page article conf model markup text bytes"},
    {"overview", "store archive conf model text"},
    {"harvest", "filter gather overview fetch feed page article store archive conf model markup text bytes"},
    {"keep", "gather overview store archive conf model markup text bytes"},
    {"export", "feed store archive conf model markup text bytes"},
    {"cmd", "export harvest keep filter gather overview fetch feed page article store archive conf model "
            "markup text bytes"},
};

/* start of a header's name -> the one folder that knows this library */
static const struct {
    const char *header, *folder;
} libraries[] = {
    {"curl/", "fetch"},    {"libxml/", "markup"}, {"modest/", "markup"}, {"myhtml/", "markup"},
    {"sqlite3", "store"},  {"unicode/", "text"},  {"utf8proc", "text"},  {"uchardet", "text"},
    {"libpsl", "text"},    {"iconv", "text"},     {"openssl/", "bytes"}, {"xxhash", "bytes"},
    {"zlib", "bytes"},     {"brotli/", "bytes"},  {"zstd", "bytes"},     {"vips/", "images"},
    {"microhttpd", "web"}, {"pcre2", "filter"},   {"opencc/", "store"},  {"systemd/", "cmd"},
};

static const char *source_root(void)
{
    const char *root = getenv("COURANT_ROOT");

    if (!root)
        skip();
    return root;
}

static const char *allowed_of(const char *folder)
{
    for (size_t i = 0; i < ARRAY_SIZE(graph); i++)
        if (strcmp(graph[i].folder, folder) == 0)
            return graph[i].may_include;
    return NULL;
}

static bool has_word(const char *words, span wanted)
{
    span rest = span_of(words), word;

    while (span_cut_word(&rest, &word))
        if (span_equal(word, wanted))
            return true;
    return false;
}

/* The name in an #include line; `*out_is_ours`: in quotes. */
static bool included(span line, span *out_name, bool *out_is_ours)
{
    span rest = span_trim(line);
    size_t end;

    if (!span_starts(rest, S("#include")))
        return false;
    rest = span_trim(span_from(rest, strlen("#include")));
    *out_is_ours = rest.len && *rest.at == '"';
    end = span_find_char(span_from(rest, 1), *out_is_ours ? '"' : '>');
    *out_name = span_sub(rest, 1, end);
    return end != SPAN_NONE;
}

struct visit { /* of one file of src/ */
    const char *folder, *path;
    span text;
};

static int each_file_of(const char *root, const char *folder,
                        void (*visit)(const struct visit *visit, int *faults))
{
    char path[4096];
    struct dirent *entry;
    int faults = 0;
    DIR *opened;

    snprintf(path, sizeof path, "%s/src/%s", root, folder);
    opened = opendir(path);
    assert_non_null(opened);
    while ((entry = readdir(opened))) {
        OWN(arena) arena = arena_new(16 * MiB);
        span name = span_of(entry->d_name), text;
        if (!span_ends(name, S(".c")) && !span_ends(name, S(".h")))
            continue;
        span file = arena_printf(arena, "%s/%s", path, entry->d_name);
        assert_ok(file_read(file.at, 4 * MiB, arena, &text));
        visit(&(struct visit){folder, file.at, text}, &faults);
    }
    closedir(opened);
    return faults;
}

static int each_file(void (*visit)(const struct visit *visit, int *faults))
{
    const char *root = source_root();
    char path[4096];
    struct dirent *entry;
    int faults = 0;
    DIR *source;

    snprintf(path, sizeof path, "%s/src", root);
    source = opendir(path);
    assert_non_null(source);
    while ((entry = readdir(source)))
        if (entry->d_type == DT_DIR && *entry->d_name != '.')
            faults += each_file_of(root, entry->d_name, visit);
    closedir(source);
    return faults;
}

static void check_ours(const struct visit *visit, span name, int *faults)
{
    span folder = span_sub(name, 0, span_find_char(name, '/'));
    bool is_own = span_is(folder, visit->folder);
    const char *allowed = allowed_of(visit->folder);

    if (!allowed) {
        print_error("%s: folder %s is not in the graph\n", visit->path, visit->folder);
        ++*faults;
    } else if (!is_own && !has_word("core limits", folder) && !has_word(allowed, folder)) {
        print_error("%s includes %.*s, which %s may not\n", visit->path, SPAN_ARG(name), visit->folder);
        ++*faults;
    } else if (!is_own && span_ends(name, S("/internal.h"))) {
        print_error("%s includes another folder's private header %.*s\n", visit->path, SPAN_ARG(name));
        ++*faults;
    }
}

static void check_library(const struct visit *visit, span name, int *faults)
{
    for (size_t i = 0; i < ARRAY_SIZE(libraries); i++) {
        if (!span_starts(name, span_of(libraries[i].header)) ||
            strcmp(visit->folder, libraries[i].folder) == 0)
            continue;
        print_error("%s includes <%.*s>, which %s alone knows\n", visit->path, SPAN_ARG(name),
                    libraries[i].folder);
        ++*faults;
    }
}

static void check_includes(const struct visit *visit, int *faults)
{
    span rest = visit->text, line, name;
    bool is_ours;

    while (span_cut(&rest, '\n', &line)) {
        if (!included(line, &name, &is_ours))
            continue;
        if (is_ours)
            check_ours(visit, name, faults);
        else
            check_library(visit, name, faults);
    }
}

static void every_include_goes_down_the_graph_and_each_library_has_one_folder(void **state)
{
    (void)state;
    assert_int_equal(each_file(check_includes), 0);
}

static void check_head(const struct visit *visit, int *faults)
{
    if (span_starts(visit->text, S("/* SPDX-License-Identifier: MIT")))
        return;
    print_error("%s does not begin with its licence\n", visit->path);
    ++*faults;
}

static void every_file_begins_with_its_licence(void **state)
{
    (void)state;
    assert_int_equal(each_file(check_head), 0);
}

static void check_core_size(const struct visit *visit, int *lines)
{
    span rest = visit->text, line;

    while (span_cut(&rest, '\n', &line))
        ++*lines;
}

static void core_is_small(void **state)
{
    (void)state;
    assert_in_range(each_file_of(source_root(), "core", check_core_size), 1, 1999);
}

static void the_graph_is_drawn_in_the_readme(void **state)
{
    OWN(arena) arena = arena_new(4 * MiB);
    span text, path = arena_printf(arena, "%s/src/README.md", source_root());

    (void)state;
    assert_ok(file_read(path.at, 1 * MiB, arena, &text));
    for (size_t i = 0; i < ARRAY_SIZE(graph); i++) {
        span row = arena_printf(arena, "| `%s` |", graph[i].folder);
        span folder = arena_printf(arena, "%s/src/%s/meson.build", source_root(), graph[i].folder);
        if (file_exists(folder.at) && span_find(text, row) == SPAN_NONE) {
            print_error("src/README.md has no row for %s\n", graph[i].folder);
            fail();
        }
    }
}

/* A test that its folder's table does not name is never run, and nobody is told. */
static int count_unnamed(const char *folder, const char *prefix, const char *suffix)
{
    OWN(arena) arena = arena_new(4 * MiB);
    const char *place = arena_printf(arena, "%s/tests/%s", source_root(), folder).at;
    struct dirent *entry;
    int faults = 0;
    span table;
    DIR *opened;

    assert_ok(file_read(arena_printf(arena, "%s/meson.build", place).at, 1 * MiB, arena, &table));
    opened = opendir(place);
    assert_non_null(opened);
    while ((entry = readdir(opened))) {
        span name = span_of(entry->d_name);
        if (!span_starts(name, span_of(prefix)) || !span_ends(name, span_of(suffix)))
            continue;
        name = span_sub(name, strlen(prefix), name.len - strlen(prefix) - strlen(suffix));
        if (span_find(table, arena_printf(arena, "'%.*s'", SPAN_ARG(name))) == SPAN_NONE) {
            print_error("tests/%s/meson.build does not name %.*s\n", folder, SPAN_ARG(name));
            faults++;
        }
    }
    closedir(opened);
    return faults;
}

static void every_test_is_run(void **state)
{
    (void)state;
    assert_int_equal(count_unnamed("unit", "test_", ".c"), 0);
    assert_int_equal(count_unnamed("program", "test_", ".py"), 0);
    assert_int_equal(count_unnamed("fuzz", "fuzz_", ".c"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_include_goes_down_the_graph_and_each_library_has_one_folder),
        cmocka_unit_test(every_file_begins_with_its_licence),
        cmocka_unit_test(core_is_small),
        cmocka_unit_test(the_graph_is_drawn_in_the_readme),
        cmocka_unit_test(every_test_is_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
