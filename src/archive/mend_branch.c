/* SPDX-License-Identifier: MIT
 * mend_branch.c - the branch leads to a commit that is whole; a history that has a hole ends before it
 */
#include "archive/mending.h"
#include "core/fault.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { MOST_CANDIDATES = 200 };

/* Is all there that the commit's tree names? */
static struct error *is_whole(const struct mending *mending, span commit, bool *out_is_whole)
{
    const char *name = arena_string(mending->arena, commit);

    return mend_ask(mending, GIT("rev-list", "--objects", "-n", "1", "--quiet", name), (span){0},
                    out_is_whole, NULL);
}

/* --- a branch that leads nowhere --- */

struct candidates {
    VEC(span) list;
};

static void add_names(const struct mending *mending, span text, size_t word, struct candidates *candidates)
{
    span line, name = {0};

    while (span_cut(&text, '\n', &line)) {
        name = (span){0};
        for (size_t i = 0; i <= word; i++)
            if (!span_cut_word(&line, &name))
                name = (span){0};
        if (name.len >= 40 && candidates->list.len < MOST_CANDIDATES)
            *vec_add(mending->arena, &candidates->list) = name;
    }
}

/* Commits that no branch leads to, children before their parents. */
static struct error *find_commits(const struct mending *mending, struct candidates *out_candidates)
{
    struct candidates found = {0};
    LOCAL(buf) names = {.max = 64 * KiB};
    span said = {0}, sorted = {0}, line;
    bool is_fine;

    TRY(mend_ask(mending, GIT("fsck", "--full", "--unreachable", "--no-reflogs", "--no-progress"), (span){0},
                 &is_fine, &said));
    while (span_cut(&said, '\n', &line))
        if (span_starts(line, S("unreachable commit ")) || span_starts(line, S("dangling commit ")))
            add_names(mending, line, 2, &found);
    for (size_t i = 0; i < found.list.len; i++)
        buf_printf(&names, "%.*s\n", SPAN_ARG(found.list.at[i]));
    TRY(mend_ask(mending, GIT("rev-list", "--topo-order", "--stdin"), buf_span(&names), &is_fine, &sorted));
    add_names(mending, sorted, 0, out_candidates);
    for (size_t i = 0; i < found.list.len; i++) /* where one cannot be read, none is sorted */
        *vec_add(mending->arena, &out_candidates->list) = found.list.at[i];
    return OK;
}

/* Where the branch has been, last first. */
static void read_log(const struct mending *mending, struct candidates *candidates)
{
    span path = arena_printf(mending->arena, "%s/logs/%.*s", mending->git.dir, SPAN_ARG(mending->git.branch));
    struct candidates seen = {0};
    span log = {0};
    OWN(error) error = file_read(path.at, 16 * MiB, mending->arena, &log);

    if (error)
        return;
    log = span_from(log, log.len > 64 * KiB ? log.len - 64 * KiB : 0);
    add_names(mending, log, 1, &seen);
    for (size_t i = seen.list.len; i-- > 0;)
        *vec_add(mending->arena, &candidates->list) = seen.list.at[i];
}

static struct error *point_to(const struct mending *mending, span commit)
{
    const char *branch = mending->git.branch.at;

    TRY(mend_set_aside(mending, branch));
    TRY(fault_error("mend.ref"));
    TRY(git_run(&mending->git, mending->arena,
                GIT("update-ref", branch, arena_string(mending->arena, commit)), (span){0}, NULL));
    TRY(mend_set_aside(mending, "logs")); /* they lead to what is lost */
    mend_tell(mending, branch, "leads to commit %.*s, the newest that is whole", SPAN_ARG(commit));
    return OK;
}

static struct error *find_tip(const struct mending *mending)
{
    struct candidates candidates = {0};

    read_log(mending, &candidates);
    TRY(find_commits(mending, &candidates));
    for (size_t i = 0; i < candidates.list.len; i++) {
        bool is_fine;
        TRY(is_whole(mending, candidates.list.at[i], &is_fine));
        if (is_fine)
            return point_to(mending, candidates.list.at[i]);
    }
    if (file_exists(arena_printf(mending->arena, "%s/%s", mending->git.dir, mending->git.branch.at).at))
        mend_tell(mending, mending->git.branch.at, "set aside: no commit is whole; the next one begins anew");
    return mend_set_aside(mending, mending->git.branch.at);
}

/* --- a history with a hole --- */

static struct error *write_shallow(const struct mending *mending, span commit)
{
    return file_write(arena_printf(mending->arena, "%s/shallow", mending->git.dir).at,
                      arena_printf(mending->arena, "%.*s\n", SPAN_ARG(commit)));
}

static struct error *all_is_there(const struct mending *mending, bool *out_is_there)
{
    return mend_ask(mending, GIT("rev-list", "--objects", "--quiet", "HEAD"), (span){0}, out_is_there, NULL);
}

/* The longest piece from the tip on that is whole: git takes `shallow` for the history's beginning. */
static struct error *cut_history(const struct mending *mending)
{
    struct candidates chain = {0};
    size_t good = 0, bad;
    span said = {0};
    bool is_fine;

    TRY(mend_ask(mending, GIT("rev-list", "--first-parent", "HEAD"), (span){0}, &is_fine, &said));
    for (span line; span_cut(&said, '\n', &line);)
        *vec_add(mending->arena, &chain.list) = line;
    if (!chain.list.len)
        return OK;
    for (bad = chain.list.len; bad - good > 1;) {
        size_t middle = good + (bad - good) / 2;
        TRY(write_shallow(mending, chain.list.at[middle]));
        TRY(all_is_there(mending, &is_fine));
        *(is_fine ? &good : &bad) = middle;
    }
    TRY(fault_error("mend.shallow"));
    TRY(write_shallow(mending, chain.list.at[good]));
    TRY(mend_set_aside(mending, "logs")); /* they lead to what was cut off */
    mend_tell(mending, "shallow", "the history is cut before commit %.*s: what it names beyond is lost",
              SPAN_ARG(chain.list.at[good]));
    return OK;
}

/* --- the whole --- */

static struct error *read_branch(struct mending *mending)
{
    span head = {0};

    TRY(file_read(arena_printf(mending->arena, "%s/HEAD", mending->git.dir).at, 64 * KiB, mending->arena,
                  &head));
    head = span_trim_end(span_from(head, MIN(head.len, strlen("ref: "))));
    mending->git.branch = span_of(memory_string(head));
    return OK;
}

/* HEAD may have come to name a branch that never was. */
static struct error *find_other_branch(struct mending *mending, bool *out_is_found)
{
    span said = {0}, name = {0};
    bool is_fine;

    *out_is_found = false;
    TRY(mend_ask(mending, GIT("for-each-ref", "--format=%(refname)", "refs/heads"), (span){0}, &is_fine,
                 &said));
    if (file_exists(arena_printf(mending->arena, "%s/%s", mending->git.dir, mending->git.branch.at).at) ||
        file_exists(arena_printf(mending->arena, "%s/logs/%s", mending->git.dir, mending->git.branch.at).at))
        return OK;
    for (span line; span_cut(&said, '\n', &line);)
        if (!name.len || span_is(line, "refs/heads/main"))
            name = line;
    if (!name.len)
        return OK;
    TRY(mend_set_aside(mending, "HEAD"));
    TRY(file_write(arena_printf(mending->arena, "%s/HEAD", mending->git.dir).at,
                   arena_printf(mending->arena, "ref: %.*s\n", SPAN_ARG(name))));
    mend_tell(mending, "HEAD", "names %.*s again", SPAN_ARG(name));
    *out_is_found = true;
    return OK;
}

static struct error *mend_tip(struct mending *mending)
{
    bool is_fine, is_found = false;

    TRY(is_whole(mending, S("HEAD"), &is_fine));
    if (is_fine)
        return OK;
    TRY(find_other_branch(mending, &is_found));
    return is_found ? OK : find_tip(mending);
}

/* A damaged ref of the user's makes git complain for ever, and is no use to anybody. */
static struct error *set_refs_aside(const struct mending *mending)
{
    int status = 0;
    span complaints, line;

    TRY(git_fsck(&mending->git, mending->arena, &status, &complaints));
    while (status && span_cut(&complaints, '\n', &line)) {
        size_t at = span_find(line, S("refs/"));
        span name = span_sub(span_from(line, at), 0, span_find_char(span_from(line, at), ':'));
        if (at == SPAN_NONE || !span_has(line, "invalid sha1 pointer") ||
            span_equal(name, mending->git.branch) || span_has(name, ".."))
            continue;
        TRY(mend_set_aside(mending, arena_string(mending->arena, name)));
        mend_tell(mending, arena_string(mending->arena, name), "set aside: it leads to nothing");
    }
    return OK;
}

struct error *mend_branch(struct mending *mending)
{
    bool is_fine, has_commit;

    TRY(read_branch(mending));
    TRY(mend_tip(mending));
    TRY(set_refs_aside(mending));
    TRY(mend_ask(mending, GIT("rev-parse", "-q", "--verify", "HEAD^{tree}"), (span){0}, &has_commit, NULL));
    if (!has_commit)
        return OK;
    TRY(all_is_there(mending, &is_fine));
    return is_fine ? OK : cut_history(mending);
}
