/* SPDX-License-Identifier: MIT
 * fuzz_main.c - a fuzz target as an ordinary test: each file of a corpus once, whole and cut at a few places
 */
#include "core/core.h"
#include "core/file.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In memory of just that size, so that a sanitizer sees a read past the end. */
static void run(span input)
{
    char *exact = malloc(input.len ? input.len : 1);

    if (!exact)
        abort();
    memcpy(exact, input.at, input.len);
    LLVMFuzzerTestOneInput((const uint8_t *)exact, input.len);
    free(exact);
}

static int run_file(const char *folder, const char *name)
{
    OWN(arena) arena = arena_new(64 * MiB);
    span input;
    OWN(error) error = file_read(arena_printf(arena, "%s/%s", folder, name).at, 16 * MiB, arena, &input);

    if (error) {
        fprintf(stderr, "%s/%s cannot be read\n", folder, name);
        return 1;
    }
    run(input);
    for (size_t part = 1; part < 8; part++)
        run(span_sub(input, 0, input.len * part / 8));
    return 0;
}

int main(int argc, char **argv)
{
    DIR *corpus = argc == 2 ? opendir(argv[1]) : NULL;
    struct dirent *entry;
    int files = 0, failures = 0;

    if (!corpus) {
        fprintf(stderr, "%s: there is no corpus in %s\n", argv[0], argc == 2 ? argv[1] : "no folder at all");
        return 2;
    }
    run((span){"", 0});
    while ((entry = readdir(corpus))) {
        if (*entry->d_name == '.')
            continue;
        failures += run_file(argv[1], entry->d_name);
        files++;
    }
    closedir(corpus);
    printf("%d inputs\n", files);
    return failures > 0 || files == 0;
}
