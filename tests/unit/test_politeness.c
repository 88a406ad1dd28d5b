/* SPDX-License-Identifier: MIT */
#include "fetch/politeness.h"
#include "fetch/sockets.h"
#include "fetch/timers.h"
#include "tests/unit/unit.h"
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define HERE  S("https://here.example")
#define THERE S("https://there.example")

static void begin(struct politeness *politeness, struct visit *visit, span origin, int64_t limit, int64_t gap)
{
    *visit = (struct visit){.limit = limit, .gap = gap};
    politeness_wait(politeness, visit, origin, false, 0);
}

static void end_all(struct politeness *politeness, struct visit *visits, size_t count)
{
    for (size_t i = 0; i < count; i++)
        politeness_leave(politeness, &visits[i], 0);
}

static void a_host_has_no_more_visits_than_its_limit(void **state)
{
    OWN(politeness) politeness = politeness_new();
    struct visit visits[3];

    (void)state;
    for (int i = 0; i < 3; i++)
        begin(politeness, &visits[i], HERE, 2, 0);
    assert_ptr_equal(politeness_next(politeness, 0), &visits[0]);
    assert_ptr_equal(politeness_next(politeness, 0), &visits[1]);
    assert_null(politeness_next(politeness, 0));
    politeness_leave(politeness, &visits[0], 5);
    assert_ptr_equal(politeness_next(politeness, 5), &visits[2]);
    end_all(politeness, visits, 3);
}

static void hosts_take_turns(void **state)
{
    OWN(politeness) politeness = politeness_new();
    struct visit visits[4];

    (void)state;
    begin(politeness, &visits[0], HERE, 9, 0);
    begin(politeness, &visits[1], HERE, 9, 0);
    begin(politeness, &visits[2], HERE, 9, 0);
    begin(politeness, &visits[3], THERE, 9, 0);
    assert_ptr_equal(politeness_next(politeness, 0), &visits[0]);
    assert_ptr_equal(politeness_next(politeness, 0), &visits[3]);
    assert_ptr_equal(politeness_next(politeness, 0), &visits[1]);
    end_all(politeness, visits, 4);
}

static void a_gap_lies_between_two_requests(void **state)
{
    OWN(politeness) politeness = politeness_new();
    struct visit visits[2];

    (void)state;
    begin(politeness, &visits[0], HERE, 2, 1000);
    begin(politeness, &visits[1], HERE, 2, 1000);
    assert_ptr_equal(politeness_next(politeness, 0), &visits[0]);
    assert_null(politeness_next(politeness, 5000)); /* connecting still: they could arrive together */
    politeness_sent(politeness, &visits[0], 5000);
    assert_int_equal(politeness_next_at(politeness), 6000);
    assert_null(politeness_next(politeness, 5999));
    assert_ptr_equal(politeness_next(politeness, 6000), &visits[1]);
    end_all(politeness, visits, 2);
}

static void a_failed_connection_counts_as_a_request(void **state)
{
    OWN(politeness) politeness = politeness_new();
    struct visit visits[2];

    (void)state;
    begin(politeness, &visits[0], HERE, 2, 1000);
    begin(politeness, &visits[1], HERE, 2, 1000);
    assert_ptr_equal(politeness_next(politeness, 0), &visits[0]);
    politeness_leave(politeness, &visits[0], 300);
    assert_int_equal(politeness_next_at(politeness), 1300);
    end_all(politeness, visits, 2);
}

static void the_next_hop_of_a_redirect_goes_first(void **state)
{
    OWN(politeness) politeness = politeness_new();
    struct visit waiting, hop = {.limit = 1};

    (void)state;
    begin(politeness, &waiting, HERE, 1, 0);
    politeness_wait(politeness, &hop, HERE, true, 0);
    assert_ptr_equal(politeness_next(politeness, 0), &hop);
    politeness_leave(politeness, &hop, 0);
    politeness_leave(politeness, &waiting, 0);
}

static void a_visit_may_be_given_up_while_it_waits(void **state)
{
    OWN(politeness) politeness = politeness_new();
    struct visit visits[2];

    (void)state;
    begin(politeness, &visits[0], HERE, 1, 0);
    begin(politeness, &visits[1], HERE, 1, 0);
    politeness_leave(politeness, &visits[0], 0);
    assert_ptr_equal(politeness_next(politeness, 0), &visits[1]);
    assert_true(politeness_is_alone(&visits[1]));
    politeness_leave(politeness, &visits[1], 0);
    politeness_leave(politeness, &visits[1], 0); /* twice is once */
}

static void hosts_that_nothing_is_due_to_are_forgotten(void **state)
{
    OWN(politeness) politeness = politeness_new();
    struct visit resting;

    (void)state;
    begin(politeness, &resting, HERE, 1, 1000000000);
    assert_ptr_equal(politeness_next(politeness, 0), &resting);
    politeness_leave(politeness, &resting, 0);
    for (int i = 0; i < 100000; i++) {
        char name[32];
        struct visit visit;
        snprintf(name, sizeof name, "http://%d.example", i);
        visit = (struct visit){.limit = 1, .gap = 1};
        politeness_wait(politeness, &visit, span_of(name), false, 10L * i);
        assert_ptr_equal(politeness_next(politeness, 10L * i), &visit);
        politeness_leave(politeness, &visit, 10L * i);
    }
    assert_true(politeness_host_count(politeness) < 3000);
    begin(politeness, &resting, HERE, 1, 1000000000);
    assert_null(politeness_next(politeness, 900000000)); /* its gap was remembered all the while */
    politeness_leave(politeness, &resting, 0);
}

static void timers_come_in_order(void **state)
{
    struct timers timers = {0};
    struct timer some[500] = {0}, *due;
    uint64_t random = 1;
    int64_t last = -1;
    int count = 0;

    (void)state;
    for (int i = 0; i < 2000; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        if (random >> 60 == 0)
            timer_stop(&timers, &some[i % 500]);
        else
            timer_start(&timers, &some[i % 500], (int64_t)(random >> 40));
    }
    while (timers_next(&timers) != INT64_MAX) {
        int64_t next = timers_next(&timers);
        assert_true(next >= last);
        assert_null(timers_take_due(&timers, next - 1));
        due = timers_take_due(&timers, next);
        assert_int_equal(due->at, next);
        last = next;
        count++;
    }
    assert_true(count > 400);
    timers_release(&timers);
}

static const uint8_t address[16] = {[15] = 1};

static int open_one(struct sockets *sockets)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    sockets_opened(sockets, fd, address);
    return fd;
}

static void close_one(struct sockets *sockets, int fd)
{
    sockets_closed(sockets, fd);
    close(fd);
}

static void an_address_takes_sixteen_connections(void **state)
{
    OWN(sockets) sockets = sockets_new();
    struct socket_wait first = {0}, second = {0};
    static const uint8_t other[16] = {[15] = 2};
    int fds[16];

    (void)state;
    for (int i = 0; i < 16; i++) {
        assert_true(sockets_have_room(sockets, address));
        fds[i] = open_one(sockets);
    }
    assert_false(sockets_have_room(sockets, address));
    assert_true(sockets_have_room(sockets, other));
    sockets_wait(sockets, &first, address);
    sockets_wait(sockets, &second, address);
    assert_null(sockets_next(sockets));
    close_one(sockets, fds[7]);
    assert_ptr_equal(sockets_next(sockets), &first);
    assert_true(sockets_have_room(sockets, address));
    sockets_leave(sockets, &second);
    assert_null(sockets_next(sockets));
    for (int i = 0; i < 16; i++)
        if (i != 7)
            close_one(sockets, fds[i]);
}

static void an_idle_connection_makes_room(void **state)
{
    OWN(sockets) sockets = sockets_new();
    struct socket_use uses[16] = {0};
    struct socket_wait wait = {0};
    int fds[17];

    (void)state;
    for (int i = 0; i < 16; i++) {
        fds[i] = open_one(sockets);
        sockets_use(sockets, &uses[i], fds[i]);
    }
    sockets_wait(sockets, &wait, address);
    assert_false(sockets_have_room(sockets, address));
    sockets_unuse(sockets, &uses[3]);
    assert_ptr_equal(sockets_next(sockets), &wait);
    assert_true(sockets_have_room(sockets, address)); /* it is shut */
    fds[16] = open_one(sockets);
    assert_false(sockets_have_room(sockets, address));
    close_one(sockets, fds[3]);
    assert_false(sockets_have_room(sockets, address)); /* it was counted off before */
    for (int i = 0; i < 17; i++)
        if (i != 3)
            close_one(sockets, fds[i]);
}

static void a_connection_closed_in_silence_is_missed(void **state)
{
    OWN(sockets) sockets = sockets_new();
    int fds[16], other;

    (void)state;
    for (int i = 0; i < 16; i++)
        fds[i] = open_one(sockets);
    close(fds[5]);
    other = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); /* by the same number, and none of ours */
    assert_int_equal(other, fds[5]);
    assert_true(sockets_have_room(sockets, address));
    close(other);
    for (int i = 0; i < 16; i++)
        if (i != 5)
            close_one(sockets, fds[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_host_has_no_more_visits_than_its_limit),
        cmocka_unit_test(hosts_take_turns),
        cmocka_unit_test(a_gap_lies_between_two_requests),
        cmocka_unit_test(a_failed_connection_counts_as_a_request),
        cmocka_unit_test(the_next_hop_of_a_redirect_goes_first),
        cmocka_unit_test(a_visit_may_be_given_up_while_it_waits),
        cmocka_unit_test(hosts_that_nothing_is_due_to_are_forgotten),
        cmocka_unit_test(timers_come_in_order),
        cmocka_unit_test(an_address_takes_sixteen_connections),
        cmocka_unit_test(an_idle_connection_makes_room),
        cmocka_unit_test(a_connection_closed_in_silence_is_missed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
