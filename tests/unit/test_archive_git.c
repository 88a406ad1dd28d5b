/* SPDX-License-Identifier: MIT
 * test_archive_git.c - the tree and its git: whole after any accident, and nobody else's changes in it
 *
 * With the true git program, in folders of its own.
 */
#include "archive/archive.h"
#include "core/file.h"
#include "tests/unit/unit.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

struct room { /* where a test works */
    struct arena *arena;
    struct clock *clock;
    struct log *log;
    const char *folder, *archive;
    struct conf_archive settings;
};

static int enter(void **state)
{
    struct arena *arena = arena_new(16 * MiB);
    struct room *room = ARENA_NEW(arena, struct room);
    const char *parent = getenv("TMPDIR");
    char *folder = arena_string(arena, arena_printf(arena, "%s/archive-XXXXXX", parent ? parent : "/tmp"));

    assert_non_null(mkdtemp(folder));
    *room = (struct room){
        .arena = arena,
        .clock = clock_shifted(0),
        .folder = folder,
        .archive = arena_printf(arena, "%s/archive", folder).at,
        .settings = {.git = true, .author = S("Courant <courant@localhost>")},
    };
    room->log = log_new(room->clock, LOG_PLAIN, LOG_ERROR);
    *state = room;
    return 0;
}

/* Runs a command in the room's folder; what it prints, errors too. Its exit status is in `$?`'s place, or
 * ignored. */
static span run(struct room *room, int *out_status, const char *format, ...)
{
    LOCAL(buf) command = {.max = 64 * KiB};
    LOCAL(buf) said = {.max = 16 * MiB};
    char piece[4096];
    va_list arguments;
    FILE *pipe;
    int status;

    buf_printf(&command, "cd '%s' && exec 2>&1 && ", room->folder);
    va_start(arguments, format);
    buf_vprintf(&command, format, arguments);
    va_end(arguments);
    pipe = popen(command.at, "r");
    assert_non_null(pipe);
    for (size_t got = fread(piece, 1, sizeof piece, pipe); got; got = fread(piece, 1, sizeof piece, pipe))
        buf_add(&said, (span){piece, got});
    status = pclose(pipe);
    if (out_status)
        *out_status = status;
    else if (status != 0)
        fail_msg("%s: %s", command.at, said.at ? said.at : "");
    return span_of(arena_string(room->arena, span_trim(buf_span(&said))));
}

static int leave(void **state)
{
    struct room *room = *state;

    run(room, NULL, "rm -rf '%s'", room->folder);
    log_free(room->log);
    clock_free(room->clock);
    arena_free(room->arena);
    return 0;
}

static struct archive *open_archive(struct room *room)
{
    struct archive_options options = {
        .folder = room->archive, .settings = &room->settings, .clock = room->clock};
    struct archive *archive = NULL;

    assert_ok(archive_open(&options, room->log, &archive));
    return archive;
}

static bool commit(struct archive *archive, const char *message)
{
    bool is_changed = false;

    assert_ok(archive_write_out(archive));
    assert_ok(archive_commit(archive, span_of(message), &is_changed));
    return is_changed;
}

static void stage(struct archive *archive, const char *path, const char *text)
{
    assert_ok(archive_stage(archive, span_of(path), span_of(text)));
}

#define git(room, ...) run((room), NULL, "git -C archive " __VA_ARGS__)

static void assert_clean(struct room *room)
{
    assert_span_equal(git(room, "status --porcelain"), "");
    assert_span_equal(git(room, "fsck --strict --no-dangling --no-progress"), "");
}

static void a_commit_holds_what_was_staged(void **state)
{
    struct room *room = *state;
    OPEN(archive) archive = open_archive(room);

    stage(archive, "README.md", "top\n");
    stage(archive, "voa/2024/11/08-中文.md", "one\n");
    assert_false(file_exists(arena_printf(room->arena, "%s/README.md", room->archive).at));
    assert_true(commit(archive, "voa: 1 new"));
    assert_clean(room);
    assert_span_equal(git(room, "log --format='%%an <%%ae> %%s'"), "Courant <courant@localhost> voa: 1 new");
    assert_span_equal(git(room, "branch --show-current"), "main");
    assert_span_equal(git(room, "show main:voa/2024/11/08-中文.md"), "one");
    assert_span_equal(archive_head(archive, room->arena), git(room, "rev-parse main").at);
}

static void without_a_change_there_is_no_commit(void **state)
{
    struct room *room = *state;
    OPEN(archive) archive = open_archive(room);

    stage(archive, "a/1.md", "one\n");
    assert_true(commit(archive, "first"));
    stage(archive, "a/1.md", "one\n");
    assert_false(commit(archive, "second"));
    assert_false(commit(archive, "third"));
    assert_span_equal(git(room, "rev-list --count main"), "1");
    assert_span_equal(git(room, "fsck --no-progress"), ""); /* nothing dangles */
    assert_span_equal(run(room, NULL, "ls archive/.git | grep -c crash || true"), "0");
}

static void changes_and_removals_follow(void **state)
{
    struct room *room = *state;
    OPEN(archive) archive = open_archive(room);

    stage(archive, "a/1.md", "one\n");
    stage(archive, "a/2.md", "two\n");
    stage(archive, "b/3.md", "three\n");
    assert_true(commit(archive, "first"));
    stage(archive, "a/1.md", "one, revised\n");
    stage(archive, "a/1.md", "one, revised again\n");
    assert_ok(archive_stage_removal(archive, S("b/3.md")));
    assert_true(commit(archive, "second"));
    assert_clean(room);
    assert_span_equal(git(room, "show --format=%%s --name-status main"), "second\n\nM\ta/1.md\nD\tb/3.md");
    assert_span_equal(git(room, "show main:a/1.md"), "one, revised again");
    assert_false(file_exists(arena_printf(room->arena, "%s/b/3.md", room->archive).at));
}

static void odd_names_are_committed_as_they_are(void **state)
{
    static const char *const names[] = {"a/two\nlines.md", "a/\"quoted\".md", "a/back\\slash.md",
                                        "a/ space .md",    "a/-rf",           "a/$(touch x)",
                                        "a/e\xcc\x81.md",  "a/git~1.md",      "a/%2e%2e%2f"};
    struct room *room = *state;
    OPEN(archive) archive = open_archive(room);

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        stage(archive, names[i], "x\n");
    assert_true(commit(archive, "odd\nnames"));
    assert_clean(room);
    assert_span_equal(git(room, "log -1 --format=%%B"), "odd names");
    assert_span_equal(git(room, "ls-tree -r -z main | tr -dc '\\000' | wc -c"), "9");
}

static void no_path_leaves_the_archive_or_enters_its_git(void **state)
{
    static const char *const paths[] = {
        "../x", "/x",          "a//b",           "a/../b",         ".",       "..",      "",
        "a/",   ".git/config", "a/.git/hooks/x", ".gitattributes", "a/GIT~1", "a/.tmp-x"};
    struct room *room = *state;
    OPEN(archive) archive = open_archive(room);

    for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
        assert_fails(archive_stage(archive, span_of(paths[i]), S("x")), ERROR_REFUSED);
        assert_fails(archive_stage_removal(archive, span_of(paths[i])), ERROR_REFUSED);
    }
    assert_fails(archive_stage(archive, S("a\0b"), S("x")), ERROR_REFUSED);
}

static void changes_of_others_are_left_alone(void **state)
{
    struct room *room = *state;
    OPEN(archive) archive = open_archive(room);

    stage(archive, "a/1.md", "one\n");
    stage(archive, "a/2.md", "two\n");
    commit(archive, "first");
    run(room, NULL,
        "echo edited > archive/a/1.md; echo own > archive/own.txt; echo new > archive/staged.txt");
    git(room, "add staged.txt");
    stage(archive, "a/2.md", "two, revised\n");
    assert_true(commit(archive, "second"));
    assert_span_equal(git(room, "show --format= --name-only main"), "a/2.md");
    assert_span_equal(git(room, "status --porcelain"), "M a/1.md\nA  staged.txt\n?? own.txt");
}

static void a_commit_of_the_user_is_built_upon(void **state)
{
    struct room *room = *state;
    OPEN(archive) archive = open_archive(room);

    stage(archive, "a/1.md", "one\n");
    commit(archive, "first");
    run(room, NULL, "echo own > archive/own.txt");
    git(room, "add own.txt");
    git(room, "-c user.name=U -c user.email=u@a.example commit -qm own");
    stage(archive, "a/2.md", "two\n");
    assert_true(commit(archive, "third"));
    assert_clean(room);
    assert_span_equal(git(room, "log --format=%%s"), "third\nown\nfirst");
    assert_span_equal(git(room, "ls-files"), "a/1.md\na/2.md\nown.txt");
}

static void an_adopted_repository_keeps_its_branch(void **state)
{
    struct room *room = *state;

    run(room, NULL,
        "git init -q -b master archive && cd archive && echo one > 1.md && git add . && "
        "git -c user.name=U -c user.email=u@a.example commit -qm own");
    OPEN(archive) archive = open_archive(room);
    stage(archive, "a/2.md", "two\n");
    assert_true(commit(archive, "ours"));
    assert_clean(room);
    assert_span_equal(git(room, "log --format=%%s master"), "ours\nown");
}

static void within_another_repository_it_has_its_own(void **state)
{
    struct room *room = *state;

    run(room, NULL, "git init -q -b main .");
    OPEN(archive) archive = open_archive(room);
    stage(archive, "a/1.md", "one\n");
    assert_true(commit(archive, "ours"));
    assert_clean(room);
    assert_true(file_exists(arena_printf(room->arena, "%s/.git", room->archive).at));
    assert_span_equal(run(room, NULL, "git log --oneline 2>/dev/null | wc -l"), "0");
}

/* A repository may carry what runs programs or changes bytes: it is the archive's, not the master of it. */
static void hooks_and_attributes_of_the_repository_do_nothing(void **state)
{
    struct room *room = *state;
    OPEN(archive) archive = open_archive(room);

    stage(archive, "a/1.md", "one\n");
    commit(archive, "first");
    run(room, NULL,
        "cd archive && mkdir -p .git/hooks && for h in post-commit post-index-change reference-transaction "
        "pre-push; do printf '#!/bin/sh\\ntouch %s/ran\\n' > .git/hooks/$h; chmod +x .git/hooks/$h; done; "
        "git config core.fsmonitor 'touch %s/ran'; git config filter.x.clean 'touch %s/ran; tr o 0'; "
        "echo '*.md filter=x text eol=crlf' > .gitattributes",
        room->folder, room->folder, room->folder);
    stage(archive, "a/2.md", "two\r\nlines\n");
    assert_true(commit(archive, "second"));
    assert_span_equal(run(room, NULL, "ls"), "archive");
    assert_span_equal(git(room, "cat-file -p main:a/2.md | od -c | head -1 | tr -s ' '"),
                      "0000000 t w o \\r \\n l i n e s \\n");
}

static void what_an_interrupted_run_wrote_is_committed_by_the_next(void **state)
{
    struct room *room = *state;
    struct archive *archive = open_archive(room);

    stage(archive, "a/1.md", "one\n");
    commit(archive, "first");
    stage(archive, "a/1.md", "one, revised\n");
    stage(archive, "a/2.md", "two\n");
    assert_ok(archive_write_out(archive));
    archive_close(archive); /* as if killed */
    archive = open_archive(room);
    assert_true(commit(archive, "second"));
    assert_clean(room);
    assert_span_equal(git(room, "show --format= --name-only main"), "a/1.md\na/2.md");
    archive_close(archive);
}

static void leftovers_of_a_killed_run_are_gone_at_the_next(void **state)
{
    struct room *room = *state;
    struct archive *archive = open_archive(room);

    stage(archive, "a/1.md", "one\n");
    commit(archive, "first");
    archive_close(archive);
    run(room, NULL,
        "cd archive && touch .tmp-batch a/.tmp-1-1 .git/index.lock .git/HEAD.lock .git/refs/heads/main.lock "
        ".git/objects/pack/tmp_pack_x .git/fast_import_crash_1");
    archive = open_archive(room);
    stage(archive, "a/2.md", "two\n");
    assert_true(commit(archive, "second"));
    assert_clean(room);
    assert_span_equal(
        run(room, NULL, "find archive -name '.tmp-*' -o -name '*.lock' -o -name 'tmp_*' -o -name '*crash*'"),
        "");
    archive_close(archive);
}

static void a_sweep_that_was_killed_goes_on_at_the_next_start(void **state)
{
    struct room *room = *state;
    struct archive *archive = open_archive(room);

    stage(archive, "a/1.md", "one\n");
    commit(archive, "first");
    archive_close(archive);
    run(room, NULL, "cd archive && touch .sweeping a/.tmp-1-1"); /* its marker had gone first */
    archive = open_archive(room);
    assert_clean(room);
    assert_span_equal(run(room, NULL, "find archive -name '.tmp-*' -o -name .sweeping"), "");
    archive_close(archive);
}

/* `git init` makes one file and folder after the other. */
static void a_repository_that_was_killed_while_it_was_made_is_made_whole(void **state)
{
    static const char *const missing[] = {"HEAD", "objects", "refs", "config", "HEAD objects refs config"};

    for (size_t i = 0; i < ARRAY_SIZE(missing); i++) {
        struct room *room = *state;
        struct archive *archive;
        run(room, NULL,
            "rm -rf archive && mkdir archive && cd archive && git init -q && cd .git && rm -r %s && touch "
            "HEAD.lock",
            missing[i]);
        archive = open_archive(room);
        stage(archive, "a/1.md", "one\n");
        assert_true(commit(archive, "first"));
        archive_close(archive);
        assert_clean(room);
    }
}

/* Everything that is to be there at the end, staged anew whatever was done before. */
static struct error *harvest(struct room *room)
{
    struct archive_options options = {
        .folder = room->archive, .settings = &room->settings, .clock = room->clock};
    OPEN(archive) archive = NULL;
    bool is_changed;

    TRY(archive_open(&options, room->log, &archive));
    TRY(archive_stage(archive, S("a/1.md"), S("one\n")));
    TRY(archive_stage(archive, S("a/2.md"), S("two\n")));
    TRY(archive_write_out(archive));
    TRY(archive_stage(archive, S("a/1.md"), S("one, revised\n")));
    TRY(archive_stage(archive, S("README.md"), S("top\n")));
    TRY(archive_write_out(archive));
    return archive_commit(archive, S("harvest"), &is_changed);
}

/* A child's end, by becoming another program: a memory checker would take what it leaves behind for leaks. */
static _Noreturn void end_child(bool is_good)
{
    execlp(is_good ? "true" : "false", "end", (char *)NULL);
    abort();
}

/* In a child, with the n-th point of failure doing what `action` says; how it ended. */
static int harvest_with_fault(struct room *room, int n, const char *action)
{
    pid_t pid = fork();
    int status = 0;

    if (pid == 0) {
        setenv("COURANT_TEST_FAULT", arena_printf(room->arena, "*:%d%s", n, action).at, 1);
        struct error *error = harvest(room);
        end_child(!error);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void wherever_it_fails_the_next_run_makes_it_good(void **state)
{
    static const char *const actions[] = {"", ":kill"};
    struct room *room = *state;
    int rounds = 0;

    for (size_t action = 0; action < ARRAY_SIZE(actions); action++) {
        int n = 1;
        for (bool is_over = false; !is_over; n++) {
            int status = harvest_with_fault(room, n, actions[action]);
            is_over = status == 0 && n > 30;
            assert_ok(harvest(room));
            assert_clean(room);
            assert_span_equal(git(room, "ls-files"), "README.md\na/1.md\na/2.md");
            assert_span_equal(git(room, "show main:a/1.md"), "one, revised");
            assert_span_equal(run(room, NULL, "find archive -name '.tmp-*' -o -name 'tmp_*'"), "");
            run(room, NULL, "rm -rf archive");
            rounds++;
        }
    }
    assert_true(rounds > 40);
}

static void packs_are_gathered_where_there_are_too_many(void **state)
{
    struct room *room = *state;
    OPEN(archive) archive = open_archive(room);

    for (int i = 0; i < 60; i++) {
        stage(archive, arena_printf(room->arena, "a/%d.md", i).at,
              arena_printf(room->arena, "%d%0500d\n", i, 0).at); /* articles much like each other, for once */
        assert_true(commit(archive, "one more"));
    }
    assert_clean(room);
    assert_true(atoi(run(room, NULL, "ls archive/.git/objects/pack/*.pack | wc -l").at) <= 51);
    assert_span_equal(git(room, "rev-list --count main"), "60");
    /* What is kept as a difference of something else: no article, since to look for that takes long. */
    assert_span_equal(git(room, "cat-file --batch-all-objects --batch-check='%%(objecttype) %%(deltabase)' | "
                                "grep -v ' 0000' | cut -d ' ' -f 1 | uniq"),
                      "tree");
}

static void without_git_there_are_files_alone(void **state)
{
    struct room *room = *state;

    room->settings.git = false;
    OPEN(archive) archive = open_archive(room);
    struct conf_remote remote = {.name = S("origin"), .url = S("x")};
    stage(archive, "a/1.md", "one\n");
    assert_false(commit(archive, "first"));
    assert_span_equal(run(room, NULL, "cat archive/a/1.md; ls -A archive"), "one\na");
    assert_span_equal(archive_head(archive, room->arena), "");
    assert_fails(archive_push(archive, &remote), ERROR_USAGE);
}

/* Another git at work in the archive holds the index: the commit is made, and the index mended by the next.
 */
static void an_index_held_by_another_is_mended_later(void **state)
{
    struct room *room = *state;
    OPEN(archive) archive = open_archive(room);

    stage(archive, "a/1.md", "one\n");
    assert_true(commit(archive, "first"));
    run(room, NULL, "touch archive/.git/index.lock");
    stage(archive, "a/2.md", "two\n");
    assert_true(commit(archive, "second"));
    assert_span_equal(git(room, "show --format= --name-only main"), "a/2.md");
    run(room, NULL, "test -e archive/.git/index.lock && rm archive/.git/index.lock");
    assert_false(commit(archive, "third"));
    assert_clean(room);
}

/* In place of git, a script: `body`; its folder is the room's bin/. */
static void set_false_git(struct room *room, const char *body)
{
    run(room, NULL, "mkdir -p bin && mkfifo life && printf '#!/bin/sh\\n%s\\n' > bin/git && chmod +x bin/git",
        body);
    setenv("PATH", arena_printf(room->arena, "%s/bin:%s", room->folder, getenv("PATH")).at, 1);
}

static void a_git_that_fails_is_quoted(void **state)
{
    struct room *room = *state;
    struct archive_options options = {
        .folder = room->archive, .settings = &room->settings, .clock = room->clock};
    char *path = arena_string(room->arena, span_of(getenv("PATH")));
    struct archive *archive = NULL;
    struct error *error;
    char *text;

    set_false_git(room, "echo warning: x >&2; echo fatal: the moon is full >&2; echo hint: y >&2; exit 3");
    error = archive_open(&options, room->log, &archive);
    setenv("PATH", path, 1);
    assert_non_null(error);
    text = error_text(error);
    assert_non_null(strstr(text, "git init: the moon is full"));
    free(text);
    error_free(error);
}

/* The false git holds one end of a fifo as long as it lives; reading the other end ends with it. */
static void git_dies_with_us(void **state)
{
    struct room *room = *state;
    char *path = arena_string(room->arena, span_of(getenv("PATH")));
    char byte;
    pid_t pid;
    int life;

    set_false_git(room, "exec 3> ../life; echo alive >&3; exec sleep 1000");
    pid = fork();
    if (pid == 0) {
        error_free(harvest(room));
        end_child(true);
    }
    setenv("PATH", path, 1);
    life = open(arena_printf(room->arena, "%s/life", room->folder).at, O_RDONLY | O_CLOEXEC);
    assert_int_equal(read(life, &byte, 1), 1);
    kill(pid, SIGKILL);
    while (read(life, &byte, 1) > 0) {}
    close(life);
    waitpid(pid, NULL, 0);
}

/* A fast-import that is killed while it finishes a pack leaves a file that keeps the next from making the
 * same pack. Such a file that somebody made is none of ours. */
static void what_a_killed_import_leaves_is_in_nobodys_way(void **state)
{
    struct room *room = *state;

    assert_ok(harvest(room));
    run(room, NULL,
        "cd archive/.git/objects/pack && ls *.pack > ../../../../packs && for p in *.pack; do "
        "printf fast-import > ${p%%.pack}.keep; done && rm *.pack *.idx ../../index && "
        "rm ../../refs/heads/main");
    assert_ok(harvest(room));
    run(room, NULL,
        "cd archive/.git/objects/pack && ls *.pack | cmp - ../../../../packs && ! ls *.keep && "
        "for p in *.pack; do : > ${p%%.pack}.keep; done");
    assert_ok(harvest(room));
    run(room, NULL,
        "cd archive/.git/objects/pack && for p in $(cat ../../../../packs); do test -e ${p%%.pack}.keep; "
        "done");
    git(room, "fsck --strict");
}

/* As git's own handling of the signal can, when it comes in the moment in which that is set up. The commit is
 * made; the index is the next one's to mend. */
static void a_git_that_does_not_end_when_asked_is_ended(void **state)
{
    struct room *room = *state;
    char *path = arena_string(room->arena, span_of(getenv("PATH")));
    pid_t pid;
    int status = 0;

    set_false_git(room, "case \"$*\" in *update-index*) trap \"\" TERM; while :; do sleep 1; done;; esac\n"
                        "PATH=${PATH#*:} exec git \"$@\"");
    pid = fork();
    if (pid == 0) {
        setenv("COURANT_TEST_FAULT", "git.index:1", 1);
        end_child(!harvest(room));
    }
    setenv("PATH", path, 1);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_span_equal(git(room, "log --format=%%s main"), "harvest");
}

static void a_missing_git_is_named_at_once(void **state)
{
    struct room *room = *state;
    struct archive_options options = {
        .folder = room->archive, .settings = &room->settings, .clock = room->clock};
    char *path = arena_string(room->arena, span_of(getenv("PATH")));
    struct archive *archive = NULL;
    struct error *error;
    char *text;

    setenv("PATH", room->folder, 1);
    error = archive_open(&options, room->log, &archive);
    setenv("PATH", path, 1);
    assert_non_null(error);
    assert_int_equal(error->kind, ERROR_USAGE);
    text = error_text(error);
    assert_non_null(strstr(text, "install the package \"git\""));
    free(text);
    error_free(error);
}

static struct conf_remote remote_of(struct room *room)
{
    return (struct conf_remote){.name = S("backup"),
                                .url = arena_printf(room->arena, "%s/remote.git", room->folder),
                                .branch = S("news")};
}

static void a_push_brings_the_branch_to_the_remote(void **state)
{
    struct room *room = *state;
    OPEN(archive) archive = open_archive(room);
    struct conf_remote remote = remote_of(room);

    run(room, NULL, "git init -q --bare remote.git");
    stage(archive, "a/1.md", "one\n");
    commit(archive, "first");
    assert_ok(archive_push(archive, &remote));
    assert_ok(archive_push(archive, &remote)); /* nothing to do is no failure */
    assert_span_equal(run(room, NULL, "git --git-dir remote.git rev-parse news"),
                      archive_head(archive, room->arena).at);
    assert_clean(room);
}

static void assert_push_fails(struct archive *archive, const struct conf_remote *remote, const char *reason)
{
    struct error *error = archive_push(archive, remote);
    char *text = error ? error_text(error) : NULL;

    assert_non_null(error);
    assert_int_equal(error->kind, ERROR_NETWORK);
    if (!strstr(text, reason))
        fail_msg("\"%s\" does not say \"%s\"", text, reason);
    assert_null(strstr(text, "secret"));
    free(text);
    error_free(error);
}

struct hung_push {
    const char *life; /* a fifo that the hanging git holds open */
    struct clock *clock;
};

static void *let_time_pass(void *context)
{
    struct hung_push *push = context;
    int life = open(push->life, O_RDONLY | O_CLOEXEC); /* waits for git */
    char byte;

    clock_advance(push->clock, 1 * DAY);
    while (read(life, &byte, 1) > 0) {}
    close(life); /* it is gone */
    return NULL;
}

static void a_push_that_hangs_is_stopped(void **state)
{
    struct room *room = *state;
    OWN(clock) clock = clock_fixed(1731033543000);
    struct archive_options options = {.folder = room->archive, .settings = &room->settings, .clock = clock};
    char *path = arena_string(room->arena, span_of(getenv("PATH")));
    struct hung_push push = {arena_printf(room->arena, "%s/life", room->folder).at, clock};
    struct conf_remote remote = remote_of(room);
    OPEN(archive) archive = NULL;
    pthread_t thread;

    assert_ok(archive_open(&options, room->log, &archive));
    set_false_git(room, "exec 3> ../life; exec sleep 1000");
    assert_int_equal(pthread_create(&thread, NULL, let_time_pass, &push), 0);
    assert_push_fails(archive, &remote, "git push took too long and was stopped");
    pthread_join(thread, NULL);
    setenv("PATH", path, 1);
}

static void a_remote_that_went_its_own_way_is_never_forced(void **state)
{
    struct room *room = *state;
    OPEN(archive) archive = open_archive(room);
    struct conf_remote remote = remote_of(room);
    span theirs;

    run(room, NULL,
        "git init -q --bare remote.git && git init -q other && cd other && echo x > x && git add x && "
        "git -c user.name=U -c user.email=u@a.example commit -qm own && git push -q ../remote.git HEAD:news");
    theirs = run(room, NULL, "git --git-dir remote.git rev-parse news");
    stage(archive, "a/1.md", "one\n");
    commit(archive, "first");
    assert_push_fails(archive, &remote, "could not push: [rejected]");
    assert_span_equal(run(room, NULL, "git --git-dir remote.git rev-parse news"), theirs.at);
}

static void a_failing_push_says_why_and_keeps_secrets(void **state)
{
    struct room *room = *state;
    OPEN(archive) archive = open_archive(room);
    struct conf_remote remote = remote_of(room);

    stage(archive, "a/1.md", "one\n");
    commit(archive, "first");
    assert_push_fails(archive, &remote, "does not appear to be a git repository");
    remote.url = S("http://user:secret@127.0.0.1:1/x.git");
    assert_push_fails(archive, &remote, "http://127.0.0.1:1/x.git");
    remote.url = S("ext::sh -c touch% ran");
    assert_push_fails(archive, &remote, "not allowed");
    remote.url = S("--upload-pack=touch ran");
    assert_push_fails(archive, &remote, "");
    assert_span_equal(run(room, NULL, "ls"), "archive");
}

static void the_lowest_number_of_a_folder_is_found(void **state)
{
    struct room *room = *state;
    int64_t number = -1;

    assert_ok(archive_lowest_number(room->archive, S("voa"), &number));
    assert_int_equal(number, 0);
    run(room, NULL,
        "mkdir -p archive/articles/voa && cd archive/articles/voa && "
        "touch 1000000.md 999999.md 0.md '1047440_x.md' .gitkeep 5.txt note.md 12x.md");
    run(room, NULL, "rm archive/articles/voa/12x.md");
    assert_ok(archive_lowest_number(room->archive, S("voa"), &number));
    assert_int_equal(number, 999999);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)
    static const struct CMUnitTest tests[] = {
        TEST(a_commit_holds_what_was_staged),
        TEST(without_a_change_there_is_no_commit),
        TEST(changes_and_removals_follow),
        TEST(odd_names_are_committed_as_they_are),
        TEST(no_path_leaves_the_archive_or_enters_its_git),
        TEST(changes_of_others_are_left_alone),
        TEST(a_commit_of_the_user_is_built_upon),
        TEST(an_adopted_repository_keeps_its_branch),
        TEST(within_another_repository_it_has_its_own),
        TEST(hooks_and_attributes_of_the_repository_do_nothing),
        TEST(what_an_interrupted_run_wrote_is_committed_by_the_next),
        TEST(leftovers_of_a_killed_run_are_gone_at_the_next),
        TEST(a_sweep_that_was_killed_goes_on_at_the_next_start),
        TEST(a_repository_that_was_killed_while_it_was_made_is_made_whole),
        TEST(wherever_it_fails_the_next_run_makes_it_good),
        TEST(packs_are_gathered_where_there_are_too_many),
        TEST(without_git_there_are_files_alone),
        TEST(an_index_held_by_another_is_mended_later),
        TEST(a_missing_git_is_named_at_once),
        TEST(a_git_that_fails_is_quoted),
        TEST(git_dies_with_us),
        TEST(what_a_killed_import_leaves_is_in_nobodys_way),
        TEST(a_git_that_does_not_end_when_asked_is_ended),
        TEST(a_push_brings_the_branch_to_the_remote),
        TEST(a_remote_that_went_its_own_way_is_never_forced),
        TEST(a_push_that_hangs_is_stopped),
        TEST(a_failing_push_says_why_and_keeps_secrets),
        TEST(the_lowest_number_of_a_folder_is_found),
    };

    return cmocka_run_group_tests_name("archive_git", tests, NULL, NULL);
}
