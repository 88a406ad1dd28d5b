/* SPDX-License-Identifier: MIT
 * myhtml.c - what MyHTML alone takes for the pages that `courant extract --batch` reads
 *
 *     bench-myhtml < LIST
 *
 * The same lines, PATH<TAB>URL. Each page is read, parsed into a tree and dropped, and nothing else: no other
 * charset, no limit, no copy of the tree. One parser does them all, which is the cheapest way. Prints how
 * many pages and bytes it was.
 */
#include <malloc.h>
#include <myhtml/myhtml.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

/* The whole file in `*room`, which grows. */
static size_t read_file(const char *path, char **room, size_t *size)
{
    FILE *file = fopen(path, "rb");
    size_t len = 0;

    if (!file)
        fail(path);
    for (size_t got; (got = fread(*room + len, 1, *size - len, file)) > 0;) {
        len += got;
        if (len < *size)
            continue;
        *room = realloc(*room, *size *= 2);
        if (!*room)
            fail(path);
    }
    fclose(file);
    return len;
}

int main(void)
{
    myhtml_t *myhtml = myhtml_create();
    myhtml_tree_t *tree = myhtml_tree_create();
    size_t line_size = 0, size = 1 << 20, pages = 0, bytes = 0;
    char *line = NULL, *room = malloc(size);

    mallopt(M_MMAP_THRESHOLD, 16 << 20); /* as `extract --batch` has it */
    mallopt(M_TRIM_THRESHOLD, 16 << 20);
    if (!room || !tree || myhtml_init(myhtml, MyHTML_OPTIONS_PARSE_MODE_SINGLE, 1, 0) ||
        myhtml_tree_init(tree, myhtml))
        fail("MyHTML");
    while (getline(&line, &line_size, stdin) > 0) {
        size_t len;

        line[strcspn(line, "\t\n")] = 0;
        len = read_file(line, &room, &size);
        if (myhtml_parse(tree, MyENCODING_UTF_8, room, len))
            fail(line);
        myhtml_tree_clean(tree);
        pages++;
        bytes += len;
    }
    printf("%zu pages, %zu bytes\n", pages, bytes);
    myhtml_tree_destroy(tree);
    myhtml_destroy(myhtml);
    free(room);
    free(line);
    return 0;
}
