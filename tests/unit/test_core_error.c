/* SPDX-License-Identifier: MIT
 * test_core_error.c - failures told in full, and the clock
 */
#include "core/clock.h"
#include "core/fault.h"
#include "unit.h"
#include <errno.h>

static struct error *read_feed(bool fails)
{
    return fails ? error_new(ERROR_FORMAT, "line %d: %s", 3, "no element") : OK;
}

static struct error *poll(const char *name, bool fails)
{
    TRY_OR(read_feed(fails), "could not poll \"%s\"", name);
    return OK;
}

static struct error *harvest(bool fails)
{
    TRY(poll("voa", fails));
    return OK;
}

static void assert_text(const struct error *error, const char *wanted)
{
    char *text = error_text(error);

    assert_string_equal(text, wanted);
    free(text);
}

static void each_level_adds_what_it_knows(void **state)
{
    OWN(error) error = harvest(true);

    (void)state;
    assert_text(error, "could not poll \"voa\": line 3: no element");
    assert_int_equal(error->kind, ERROR_FORMAT); /* of the root, all the way up */
    assert_int_equal(error->cause->kind, ERROR_FORMAT);
    assert_null(error->cause->cause);
    assert_null(harvest(false));
    assert_null(error_wrap(OK, "nothing to wrap"));
    assert_text(OK, "");
    error_free(OK);
}

static void the_systems_reason_is_the_cause(void **state)
{
    OWN(error) error = error_errno(ENOENT, "could not read \"%s\"", "x");

    (void)state;
    assert_text(error, "could not read \"x\": No such file or directory");
    assert_int_equal(error->kind, ERROR_IO);
}

static void a_long_message_is_cut(void **state)
{
    char address[100000];
    struct error *error;

    (void)state;
    memset(address, 'x', sizeof address);
    address[sizeof address - 1] = '\0';
    error = error_new(ERROR_NETWORK, "could not reach %s", address);
    assert_true(span_starts(span_of(error->message), S("could not reach xxx")));
    assert_in_range(strlen(error->message), 1000, 20000);
    error_free(error);
    error = error_new(ERROR_NETWORK, "%s", "");
    assert_string_equal(error->message, "");
    error_free(error);
}

static void a_fixed_clock_moves_when_told(void **state)
{
    OWN(clock) clock = clock_fixed(1573151109000);

    (void)state;
    assert_int_equal(clock_now(clock), 1573151109000);
    clock_advance(clock, 5 * SECOND);
    assert_int_equal(clock_now(clock), 1573151114000);
    assert_int_equal(clock_monotonic(clock), clock_now(clock));
    clock_free(NULL);
}

static void a_shifted_clock_is_off_by_as_much(void **state)
{
    OWN(clock) system = clock_system();
    OWN(clock) ahead = clock_shifted(HOUR);
    int64_t start = clock_monotonic(ahead);

    (void)state;
    assert_in_range(clock_now(ahead) - clock_now(system), HOUR - MINUTE, HOUR + MINUTE);
    clock_advance(ahead, DAY); /* the wall clock alone */
    assert_in_range(clock_now(ahead) - clock_now(system), DAY + HOUR - MINUTE, DAY + HOUR + MINUTE);
    assert_in_range(clock_monotonic(ahead) - start, 0, MINUTE);
    assert_true(clock_now(system) > 1573151109000);
}

static void the_named_call_fails_and_no_other(void **state)
{
    (void)state;
    setenv("COURANT_TEST_FAULT", "store.commit:2", 1);
    assert_false(fault_at("store.commit"));
    assert_false(fault_at("file.write"));
    assert_fails(fault_error("store.commit"), ERROR_IO);
    assert_ok(fault_error("store.commit"));
    unsetenv("COURANT_TEST_FAULT");
    assert_false(fault_at("store.commit"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_level_adds_what_it_knows),
        cmocka_unit_test(the_systems_reason_is_the_cause),
        cmocka_unit_test(a_long_message_is_cut),
        cmocka_unit_test(a_fixed_clock_moves_when_told),
        cmocka_unit_test(a_shifted_clock_is_off_by_as_much),
        cmocka_unit_test(the_named_call_fails_and_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
