/* SPDX-License-Identifier: MIT
 * test_core_file.c - files written whole, or not at all
 */
#include "core/file.h"
#include "unit.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Each test has a folder of its own, which is the working folder. */
static int enter_folder(void **state)
{
    char *folder = memory_string(S("/tmp/courant-test-XXXXXX"));

    if (!mkdtemp(folder) || chdir(folder))
        return -1;
    *state = folder;
    return 0;
}

static int leave_folder(void **state)
{
    char command[100];

    snprintf(command, sizeof command, "rm -rf '%s'", (char *)*state);
    free(*state);
    return chdir("/") || system(command);
}

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void assert_file(const char *path, const char *wanted)
{
    OWN(arena) arena = arena_new(1 * MiB);
    span bytes = {0};

    assert_ok(file_read(path, 1 * MiB, arena, &bytes));
    assert_span_equal(bytes, wanted);
}

/* Files below `path`, without those of Git's kind; those written beside their place count too. */
static int count_files(const char *path)
{
    OWN(arena) arena = arena_new(1 * MiB);
    DIR *folder = opendir(path);
    struct dirent *entry;
    int files = 0;

    while (folder && (entry = readdir(folder))) {
        if (entry->d_type == DT_REG)
            files++;
        else if (entry->d_type == DT_DIR && *entry->d_name != '.')
            files += count_files(arena_printf(arena, "%s/%s", path, entry->d_name).at);
    }
    if (folder)
        closedir(folder);
    return files;
}

static void a_file_is_read_up_to_a_limit(void **state)
{
    OWN(arena) arena = arena_new(1 * MiB);
    span bytes = {0};

    (void)state;
    put("ten", "0123456789");
    put("none", "");
    assert_ok(file_read("ten", 10, arena, &bytes));
    assert_span_equal(bytes, "0123456789");
    assert_ok(file_read("ten", SIZE_MAX, arena, &bytes));
    assert_span_equal(bytes, "0123456789");
    assert_fails(file_read("ten", 9, arena, &bytes), ERROR_LIMIT);
    assert_fails(file_read("ten", 0, arena, &bytes), ERROR_LIMIT);
    assert_ok(file_read("none", 0, arena, &bytes));
    assert_span_equal(bytes, "");
    assert_fails(file_read("missing", 10, arena, &bytes), ERROR_IO);
    assert_fails(file_read(".", 10, arena, &bytes), ERROR_IO);
    assert_fails(file_read("/dev/zero", 100000, arena, &bytes), ERROR_LIMIT); /* which has no size */
}

static void a_large_file_is_read_whole(void **state)
{
    OWN(arena) arena = arena_new(64 * MiB);
    LOCAL(buf) text = {.max = 3000000};
    span bytes = {0};

    (void)state;
    for (int i = 0; text.len + 10 <= text.max; i++)
        buf_printf(&text, "%09d\n", i);
    assert_ok(file_write("large", buf_span(&text)));
    assert_ok(file_read("large", text.len, arena, &bytes));
    assert_true(span_equal(bytes, buf_span(&text)));
}

static void a_file_is_written_over_and_keeps_its_mode(void **state)
{
    struct stat about;

    (void)state;
    assert_ok(file_write("secret", S("old")));
    assert_int_equal(chmod("secret", 0600), 0);
    assert_ok(file_write("secret", S("new")));
    assert_file("secret", "new");
    assert_int_equal(stat("secret", &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_equal(count_files("."), 1);
    assert_fails(file_write("missing/file", S("x")), ERROR_IO);
}

static void writing_a_link_writes_what_it_points_to(void **state)
{
    struct stat about;

    (void)state;
    assert_ok(file_make_folder("elsewhere"));
    put("elsewhere/conf", "old");
    assert_int_equal(symlink("elsewhere/conf", "conf"), 0);
    assert_ok(file_write("conf", S("new")));
    assert_file("elsewhere/conf", "new");
    assert_int_equal(lstat("conf", &about), 0);
    assert_true(S_ISLNK(about.st_mode));
}

static void folders_are_made_with_those_above(void **state)
{
    (void)state;
    assert_ok(file_make_folder("a/b/c"));
    assert_ok(file_make_folder("a/b/c"));
    assert_ok(file_make_folder("a//d/"));
    assert_true(file_exists("a/b/c") && file_exists("a/d"));
    assert_false(file_exists("a/e"));
    put("a/file", "");
    assert_fails(file_make_folder("a/file/b"), ERROR_IO);
    assert_fails(file_make_folder(""), ERROR_IO);
    assert_ok(file_sync_folder("a"));
    assert_fails(file_sync_folder("missing"), ERROR_IO);
}

static void staged_files_are_not_there_before_the_commit(void **state)
{
    OWN(file_batch) batch = file_batch_new("root");

    (void)state;
    assert_ok(file_make_folder("root"));
    put("root/old", "old");
    put("root/gone", "gone");
    assert_ok(file_stage(batch, S("old"), S("new")));
    assert_ok(file_stage(batch, S("a/b/one"), S("1")));
    assert_ok(file_stage(batch, S("a/b/two"), S("2")));
    assert_ok(file_stage_removal(batch, S("gone")));
    assert_ok(file_stage_removal(batch, S("never/was")));
    assert_file("root/old", "old");
    assert_false(file_exists("root/a/b/one"));
    assert_true(file_exists("root/gone"));
    assert_ok(file_commit(batch));
    assert_file("root/old", "new");
    assert_file("root/a/b/one", "1");
    assert_file("root/a/b/two", "2");
    assert_false(file_exists("root/gone"));
    assert_int_equal(count_files("root"), 3);
}

static void a_batch_can_be_used_again(void **state)
{
    OWN(file_batch) batch = file_batch_new("root");

    (void)state;
    assert_ok(file_commit(batch)); /* nothing is staged */
    for (int round = 0; round < 3; round++) {
        OWN(arena) arena = arena_new(1 * MiB);
        assert_ok(file_stage(batch, arena_printf(arena, "a/%d", round), S("x")));
        assert_ok(file_commit(batch));
    }
    assert_int_equal(count_files("root"), 3);
}

static void the_last_word_on_a_path_counts(void **state)
{
    OWN(file_batch) batch = file_batch_new("root");

    (void)state;
    assert_ok(file_stage(batch, S("a"), S("1")));
    assert_ok(file_stage(batch, S("a"), S("2")));
    assert_ok(file_stage(batch, S("b"), S("1")));
    assert_ok(file_stage_removal(batch, S("b")));
    assert_ok(file_stage_removal(batch, S("c")));
    assert_ok(file_stage(batch, S("c"), S("1")));
    assert_ok(file_commit(batch));
    assert_file("root/a", "2");
    assert_false(file_exists("root/b"));
    assert_file("root/c", "1");
    assert_int_equal(count_files("root"), 2);
}

static void what_was_not_committed_leaves_nothing(void **state)
{
    struct file_batch *batch = file_batch_new("root");

    (void)state;
    assert_ok(file_stage(batch, S("a/one"), S("1")));
    assert_ok(file_stage(batch, S("two"), S("2")));
    assert_int_equal(count_files("root"), 2);
    file_batch_free(batch);
    assert_int_equal(count_files("root"), 0);
    file_batch_free(NULL);
}

static void paths_out_of_the_root_are_refused(void **state)
{
    static const span cases[] = {
        {"", 0},     {"/etc/x", 6}, {"../x", 4}, {"a/../x", 6}, {"a/..", 4}, {"./x", 3},    {"a/./x", 5},
        {"a//x", 4}, {"a/", 2},     {".", 1},    {"..", 2},     {"a\0b", 3}, {"link/x", 6}, {"link/a/x", 8},
    };
    OWN(file_batch) batch = file_batch_new("root");

    (void)state;
    assert_ok(file_make_folder("root"));
    assert_ok(file_make_folder("outside"));
    assert_int_equal(symlink("../outside", "root/link"), 0);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_fails(file_stage(batch, cases[i], S("x")), ERROR_REFUSED);
        assert_fails(file_stage_removal(batch, cases[i]), ERROR_REFUSED);
    }
    assert_ok(file_stage(batch, S("..a/...b/ c"), S("x"))); /* odd, but names */
    assert_ok(file_commit(batch));
    assert_true(file_exists("root/..a/...b/ c"));
    assert_int_equal(count_files("outside"), 0);
}

/* A link in the last place is a file of the folder: it is replaced, not followed. */
static void a_link_is_replaced_by_the_file(void **state)
{
    OWN(file_batch) batch = file_batch_new("root");

    (void)state;
    assert_ok(file_make_folder("root"));
    put("outside", "old");
    assert_int_equal(symlink("../outside", "root/link"), 0);
    assert_ok(file_stage(batch, S("link"), S("new")));
    assert_ok(file_commit(batch));
    assert_file("root/link", "new");
    assert_file("outside", "old");
}

/* In a process of its own, so that faults are counted from one. */
static int commit_with_fault(const char *fault)
{
    int status = -1;
    pid_t child = fork();

    if (child == 0) {
        struct file_batch *batch = file_batch_new("root");
        struct error *error;
        setenv("COURANT_TEST_FAULT", fault, 1);
        error = file_stage(batch, S("a/one"), S("new 1"));
        if (!error)
            error = file_stage(batch, S("two"), S("new 2"));
        if (!error)
            error = file_commit(batch);
        file_batch_free(batch);
        _exit(error ? 1 : 0);
    }
    waitpid(child, &status, 0);
    return status;
}

static bool is_one_of(const char *path, const char *old, const char *new)
{
    OWN(arena) arena = arena_new(1 * MiB);
    span bytes = {0};

    assert_ok(file_read(path, 1 * MiB, arena, &bytes));
    return span_is(bytes, old) || span_is(bytes, new);
}

static void a_failure_at_any_step_leaves_each_file_old_or_new(void **state)
{
    bool has_failed = true;

    (void)state;
    assert_ok(file_make_folder("root/a"));
    for (int n = 1; has_failed; n++) {
        char fault[40];
        put("root/a/one", "old 1");
        put("root/two", "old 2");
        snprintf(fault, sizeof fault, "*:%d", n);
        has_failed = commit_with_fault(fault) != 0;
        assert_true(is_one_of("root/a/one", "old 1", "new 1"));
        assert_true(is_one_of("root/two", "old 2", "new 2"));
        assert_int_equal(count_files("root"), 2); /* and nothing beside them */
        assert_true(n < 50 && (has_failed || n > 5));
    }
    assert_file("root/a/one", "new 1");
    assert_file("root/two", "new 2");
}

static void what_a_killed_process_left_is_swept(void **state)
{
    int64_t removed = -1;
    int status;

    (void)state;
    assert_ok(file_make_folder("root/a"));
    put("root/two", "old 2");
    status = commit_with_fault("file.rename:2:kill");
    assert_true(WIFSIGNALED(status));
    assert_file("root/a/one", "new 1"); /* the first was renamed */
    assert_file("root/two", "old 2");
    assert_int_equal(count_files("root"), 3);
    assert_ok(file_make_folder("root/.git"));
    put("root/.git/.tmp-7", "");
    assert_ok(file_sweep("root", &removed));
    assert_int_equal(removed, 1);
    assert_int_equal(count_files("root"), 2);
    assert_true(file_exists("root/.git/.tmp-7")); /* not ours */
    assert_ok(file_sweep("missing", &removed));
    assert_int_equal(removed, 0);
}

static void a_lock_has_one_holder(void **state)
{
    struct file_lock *lock = NULL, *other = NULL;
    struct error *error;
    char *text, pid[40];

    (void)state;
    assert_ok(file_lock_open("lock", false, &lock));
    error = file_lock_open("lock", false, &other);
    assert_non_null(error);
    assert_int_equal(error->kind, ERROR_LOCKED);
    text = error_text(error);
    snprintf(pid, sizeof pid, "process %d", (int)getpid());
    assert_non_null(strstr(text, pid));
    free(text);
    error_free(error);
    assert_fails(file_lock_open("lock", true, &other), ERROR_LOCKED);
    file_lock_close(lock);
    assert_ok(file_lock_open("lock", false, &lock)); /* free again */
    file_lock_close(lock);
    file_lock_close(NULL);
    assert_fails(file_lock_open("missing/lock", false, &lock), ERROR_IO);
}

static void a_shared_lock_has_many_holders(void **state)
{
    struct file_lock *one = NULL, *two = NULL, *three = NULL;

    (void)state;
    assert_ok(file_lock_open("lock", true, &one));
    assert_ok(file_lock_open("lock", true, &two));
    assert_fails(file_lock_open("lock", false, &three), ERROR_LOCKED);
    file_lock_close(one);
    assert_fails(file_lock_open("lock", false, &three), ERROR_LOCKED);
    file_lock_close(two);
    assert_ok(file_lock_open("lock", false, &three));
    file_lock_close(three);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_file_is_read_up_to_a_limit),
        IN_FOLDER(a_large_file_is_read_whole),
        IN_FOLDER(a_file_is_written_over_and_keeps_its_mode),
        IN_FOLDER(writing_a_link_writes_what_it_points_to),
        IN_FOLDER(folders_are_made_with_those_above),
        IN_FOLDER(staged_files_are_not_there_before_the_commit),
        IN_FOLDER(a_batch_can_be_used_again),
        IN_FOLDER(the_last_word_on_a_path_counts),
        IN_FOLDER(what_was_not_committed_leaves_nothing),
        IN_FOLDER(paths_out_of_the_root_are_refused),
        IN_FOLDER(a_link_is_replaced_by_the_file),
        IN_FOLDER(a_failure_at_any_step_leaves_each_file_old_or_new),
        IN_FOLDER(what_a_killed_process_left_is_swept),
        IN_FOLDER(a_lock_has_one_holder),
        IN_FOLDER(a_shared_lock_has_many_holders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
