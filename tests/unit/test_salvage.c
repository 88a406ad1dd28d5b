/* SPDX-License-Identifier: MIT
 * test_salvage.c - a store that is damaged anywhere: salvage ends, and what it makes is whole
 */
#include "core/file.h"
#include "store/check.h"
#include "tests/unit/store_room.h"

enum { STORIES = 60, MOST_SIZE = 4 * 1024 * 1024 };

struct made { /* a store's file, as it was before it was damaged */
    struct room room;
    char path[128];
    span bytes;
};

static void make_store(struct made *made)
{
    struct room *room = &made->room;
    struct item items[STORIES];
    struct poll poll;
    struct poll_counts counts;

    room_make(room);
    room_want(room, "voa", "https://a.example/feed");
    for (int i = 0; i < STORIES; i++)
        items[i] =
            room_item(arena_printf(room->arena, "id-%d", i).at,
                      arena_printf(room->arena, "https://a.example/n/%d.html", i).at,
                      arena_printf(room->arena, "Story %d", i).at, ROOM_NOW - i * MINUTE,
                      arena_printf(room->arena, "<p>%0*d of the bridges is closed.</p>", 900, i * 7919).at);
    poll = room_poll(room, "voa", items, STORIES);
    assert_ok(store_poll(room->store, room->arena, &poll, &counts));
    assert_int_equal(counts.new_count, STORIES);
    store_close(room->store); /* the log goes into the file */
    room->store = NULL;
    snprintf(made->path, sizeof made->path, "%s/courant.db", room->folder);
    assert_ok(file_read(made->path, MOST_SIZE, room->arena, &made->bytes));
}

/* All that a salvage left there, too. */
static void remove_store(struct made *made)
{
    char command[160];

    snprintf(command, sizeof command, "rm -f '%s/'courant.db*", made->room.folder);
    assert_int_equal(system(command), 0);
    room_remove(&made->room);
}

static void ignore_word(void *context, span where, span what)
{
    (void)context;
    (void)where;
    (void)what;
}

static void count_flaw(void *context, span where, span what)
{
    print_message("# %.*s: %.*s\n", SPAN_ARG(where), SPAN_ARG(what));
    ++*(int *)context;
}

static struct error *find_nothing(void *context, const struct article *article, bool is_current,
                                  struct arena *arena, struct article **out_text, uint64_t *out_hash)
{
    (void)article;
    (void)is_current;
    (void)arena;
    (void)out_hash;
    ++*(int *)context;
    *out_text = NULL;
    return OK;
}

static void salvage(struct made *made, struct salvage *salvage)
{
    OWN(arena) arena = arena_new(64 * MiB);
    OPEN(store_reader) reader = NULL;
    int flaws = 0;

    salvage->folder = made->room.folder;
    salvage->options = &made->room.options;
    salvage->clock = made->room.clock;
    salvage->tell = ignore_word;
    assert_ok(store_salvage(salvage, arena));
    assert_ok(store_reader_open(made->room.folder, &reader));
    assert_ok(store_check(reader, count_flaw, &flaws));
    assert_int_equal(flaws, 0);
}

static void write_damaged(struct made *made, size_t size, size_t flip_at, int mask)
{
    char *bytes = arena_string(made->room.arena, span_sub(made->bytes, 0, size));

    if (mask)
        bytes[flip_at] = (char)(bytes[flip_at] ^ mask);
    assert_ok(file_write(made->path, (span){bytes, size}));
}

static void a_store_that_is_cut_anywhere_is_made_whole(void **state)
{
    struct made made;

    (void)state;
    make_store(&made);
    for (size_t size = 0; size < made.bytes.len; size += 12289) {
        struct salvage found = {0};
        write_damaged(&made, size, 0, 0);
        salvage(&made, &found);
        assert_true(found.article_count <= STORIES);
    }
    remove_store(&made);
}

static void a_store_with_a_byte_that_is_another_is_made_whole(void **state)
{
    struct made made;
    int64_t kept = 0, all = 0;

    (void)state;
    make_store(&made);
    for (size_t at = 0; at < made.bytes.len; at += 9973) {
        struct salvage found = {0};
        write_damaged(&made, made.bytes.len, at, 1 + (int)(at % 255));
        salvage(&made, &found);
        kept += found.article_count;
        all += STORIES;
    }
    assert_true(kept > all / 2); /* the rest is the archive's to give back */
    remove_store(&made);
}

/* Cells whose bytes are lost are rows of key 0, in the midst of others: the look must not begin anew there.
 */
static void a_page_of_which_a_part_is_zeros_is_read_once(void **state)
{
    struct made made;

    (void)state;
    make_store(&made);
    for (size_t at = 4096; at + 4096 <= made.bytes.len; at += 4096)
        for (size_t from = 512; from < 4096; from += 1195) {
            struct salvage found = {0};
            char *bytes;
            if (made.bytes.at[at] != 13 && made.bytes.at[at] != 5) /* of a table */
                break;
            bytes = arena_string(made.room.arena, made.bytes);
            memset(bytes + at + from, 0, 4096 - from);
            assert_ok(file_write(made.path, (span){bytes, made.bytes.len}));
            salvage(&made, &found);
        }
    remove_store(&made);
}

static void what_nobody_has_is_counted_as_lost(void **state)
{
    struct made made;
    int asked = 0;
    struct salvage found = {.find = find_nothing, .context = &asked};

    (void)state;
    make_store(&made);
    write_damaged(&made, made.bytes.len - 8192, 0, 0);
    salvage(&made, &found);
    assert_int_equal(found.lost_count, asked);
    assert_int_equal(found.restored_count, 0);
    remove_store(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_store_that_is_cut_anywhere_is_made_whole),
        cmocka_unit_test(a_store_with_a_byte_that_is_another_is_made_whole),
        cmocka_unit_test(a_page_of_which_a_part_is_zeros_is_read_once),
        cmocka_unit_test(what_nobody_has_is_counted_as_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
