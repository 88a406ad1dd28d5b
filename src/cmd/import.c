/* SPDX-License-Identifier: MIT
 * import.c - `courant import FILE`: what other programs keep becomes the newsroom's
 */
#include "cmd/cmd.h"
#include "cmd/import_archive.h"
#include "cmd/import_opml.h"
#include <inttypes.h>
#include <sys/stat.h>

static bool is_folder(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static struct error *import_run(struct courant *courant, const struct arguments *arguments)
{
    struct opml_counts counts;
    LOCAL(buf) line = {.max = 1 * KiB};

    if (is_folder(arguments->words[0].at))
        return import_folder(courant, arguments->words[0].at, arguments);
    TRY(import_opml(courant, arguments->words[0].at, &counts));
    buf_printf(&line,
               "opml\t%" PRId64 " added\t%" PRId64 " followed already\t%" PRId64 " that cannot be followed\n",
               counts.added_count, counts.known_count, counts.skipped_count);
    return output_write(&line);
}

const struct command cmd_import = {
    .name = "import",
    .arguments = "DIR|FILE",
    .help = "take over an archive, or subscriptions",
    .more =
        "DIR is an archive in either layout or an older form of it: a folder, or a git repository with a "
        "work "
        "tree or bare, whose commits then give the articles' earlier revisions. Numbers, names and paths "
        "stay, "
        "and so do the files' bytes; the newsroom's own archive/ can be adopted so. What was read before is "
        "not read again, so an import that was ended goes on when it is begun anew. Each file that is not "
        "taken is named with the reason. Prints how many files of each form there were and what came of "
        "them.\n\n"
        "FILE is a list of subscriptions (OPML): each that is not followed yet becomes a [source] in "
        "courant.conf; names and categories are kept, nested ones too. - is standard input. Prints how many "
        "were added.",
    .needs = NEEDS_CONF | NEEDS_QUIET | NEEDS_OWNER,
    .options =
        (const struct option[]){
            {"source", 's', "ID", "whose articles they are, where neither path nor file says so"},
            {"json", 'j', NULL, "of a folder: print the counts, and what was not taken, as JSON"},
            {0},
        },
    .run = import_run,
};
