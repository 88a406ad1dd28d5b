/* SPDX-License-Identifier: MIT */
#include "core/file.h"
#include "fetch/guard.h"
#include "tests/lib/shared.h"
#include "tests/unit/unit.h"
#include <arpa/inet.h>

static int web_ports[] = {80, 443};
static const struct conf_fetch web = {.ports = web_ports, .port_count = 2};

static const char *reason(const char *text, int port, const struct conf_fetch *settings)
{
    uint8_t address[16];

    if (!guard_address_of_text(text, address))
        fail_msg("%s is no address", text);
    return guard_reason(address, port, settings, NULL);
}

static void only_publishers_addresses_are_connected_to(void **state)
{
    static const struct {
        const char *address, *reason; /* NULL: allowed */
    } cases[] = {
        {"93.184.216.34", NULL},
        {"9.255.255.255", NULL},
        {"11.0.0.0", NULL},
        {"100.63.255.255", NULL},
        {"100.128.0.0", NULL},
        {"223.255.255.255", NULL},
        {"2606:4700::1111", NULL},
        {"0.0.0.0", "no address of a host"},
        {"10.1.2.3", "a private address"},
        {"100.100.100.200", "an address of a carrier's inner network"},
        {"127.255.255.254", "a loopback address"},
        {"169.254.169.254", "a link-local address"},
        {"172.31.255.255", "a private address"},
        {"192.0.0.192", "an address reserved for protocols"},
        {"192.168.0.1", "a private address"},
        {"224.0.0.1", "a multicast address"},
        {"255.255.255.255", "a reserved address"},
        {"::", "no address of a host"},
        {"::1", "a loopback address"},
        {"fd00:ec2::254", "a private address"},
        {"fe80::1", "a link-local address"},
        {"ff02::1", "a multicast address"},
        {"4000::1", "a reserved address"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const char *got = reason(cases[i].address, 443, &web);
        if (!cases[i].reason != !got || (got && strcmp(got, cases[i].reason) != 0))
            fail_msg("%s is %s", cases[i].address, got ? got : "allowed");
    }
}

static void an_address_within_an_address_is_judged_too(void **state)
{
    static const struct {
        const char *address;
        bool is_allowed;
    } cases[] = {
        {"::ffff:8.8.8.8", true},
        {"::ffff:127.0.0.1", false},
        {"64:ff9b::8.8.8.8", true},
        {"64:ff9b::10.0.0.1", false},
        {"64:ff9b:1::8.8.8.8", false}, /* for a site's own use, so private */
        {"2002:808:808::1", true},
        {"2002:c0a8:1::", false},
        {"2001::f7f7:f7f7", false}, /* Teredo: the client is 8.8.8.8, the server 0.0.0.0 */
        {"2001:0:808:808::f7f7:f7f7", true},
        {"2001:0:808:808::f5ff:fffe", false}, /* the client is 10.0.0.1 */
        {"2a00:1450::5efe:10.0.0.1", false},
        {"2a00:1450::200:5efe:8.8.8.8", false},
        {"::8.8.8.8", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        if (!reason(cases[i].address, 80, &web) != cases[i].is_allowed)
            fail_msg("%s", cases[i].address);
}

/* A table of addresses with verdicts, kept beside the project */
static void every_verdict_of_the_shared_table_is_ours(void **state)
{
    const char *path = shared_path("corpus/images/ssrf-addresses.tsv");
    OWN(arena) arena = arena_new(1 * MiB);
    span text, line, address, verdict;
    int count = 0;

    (void)state;
    if (!path)
        skip();
    assert_ok(file_read(path, 1 * MiB, arena, &text));
    while (span_cut(&text, '\n', &line)) {
        if (span_starts(line, S("#")) || !span_cut(&line, '\t', &address) || !span_cut(&line, '\t', &verdict))
            continue;
        if (!reason(arena_string(arena, address), 443, &web) != span_is(verdict, "allow"))
            fail_msg("%.*s", SPAN_ARG(address));
        count++;
    }
    assert_true(count > 50);
}

static void only_ports_of_the_web_are_connected_to(void **state)
{
    static int odd_ports[] = {25, 6379, 8080};
    static const struct conf_fetch odd = {.ports = odd_ports, .port_count = 3};

    (void)state;
    assert_null(reason("93.184.216.34", 80, &web));
    assert_non_null(reason("93.184.216.34", 8080, &web));
    assert_non_null(reason("93.184.216.34", 0, &web));
    assert_null(reason("93.184.216.34", 8080, &odd));
    assert_non_null(reason("93.184.216.34", 25, &odd)); /* these, never */
    assert_non_null(reason("93.184.216.34", 6379, &odd));
}

static void allow_networks_exempts_an_address_and_its_port(void **state)
{
    static struct network networks[] = {
        {{[10] = 0xff, 0xff, 127}, 96 + 8, 0},
        {{[10] = 0xff, 0xff, 10, 1, 2, 0}, 96 + 24, 8000},
        {{[0] = 0xfd}, 8, 0},
    };
    static const struct conf_fetch settings = {
        .ports = web_ports, .port_count = 2, .allow_networks = networks, .allow_network_count = 3};

    (void)state;
    assert_null(reason("127.9.9.9", 80, &settings));
    assert_null(reason("127.9.9.9", 25, &settings));
    assert_null(reason("10.1.2.3", 8000, &settings));
    assert_non_null(reason("10.1.2.3", 80, &settings));
    assert_non_null(reason("10.1.3.3", 8000, &settings));
    assert_null(reason("fdff::1", 9, &settings));
    assert_non_null(reason("64:ff9b::127.0.0.1", 80, &settings)); /* another way to it is not exempt */
}

static void this_machines_own_addresses_are_refused(void **state)
{
    uint8_t public_address[16], mine[1][16];
    struct own_addresses own = {.at = mine, .count = 1};

    (void)state;
    assert_true(guard_address_of_text("93.184.216.34", public_address));
    memcpy(mine[0], public_address, 16);
    assert_string_equal(guard_reason(public_address, 80, &web, &own), "an address of this machine");
    assert_true(guard_allows(public_address, 80, &web));
}

static void addresses_of_the_interfaces_are_read(void **state)
{
    struct own_addresses own = {0};
    uint8_t loopback[16];
    bool is_there = false;

    (void)state;
    assert_true(guard_address_of_text("127.0.0.1", loopback));
    own_addresses_read(&own, 0);
    for (size_t i = 0; i < own.count; i++)
        is_there |= memcmp(own.at[i], loopback, 16) == 0;
    assert_true(is_there);
    own_addresses_release(&own);
}

static void socket_addresses_are_read_in_both_families(void **state)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(8080)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(443)};
    struct sockaddr other = {.sa_family = AF_UNIX};
    char text[GUARD_TEXT_SIZE];
    uint8_t address[16];
    int port;

    (void)state;
    inet_pton(AF_INET, "192.0.2.7", &v4.sin_addr);
    inet_pton(AF_INET6, "2001:db8::7", &v6.sin6_addr);
    assert_true(guard_address((struct sockaddr *)&v4, address, &port));
    assert_int_equal(port, 8080);
    assert_string_equal(guard_address_text(address, text), "192.0.2.7");
    assert_true(guard_address((struct sockaddr *)&v6, address, &port));
    assert_int_equal(port, 443);
    assert_string_equal(guard_address_text(address, text), "2001:db8::7");
    assert_false(guard_address(&other, address, &port));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_publishers_addresses_are_connected_to),
        cmocka_unit_test(an_address_within_an_address_is_judged_too),
        cmocka_unit_test(every_verdict_of_the_shared_table_is_ours),
        cmocka_unit_test(only_ports_of_the_web_are_connected_to),
        cmocka_unit_test(allow_networks_exempts_an_address_and_its_port),
        cmocka_unit_test(this_machines_own_addresses_are_refused),
        cmocka_unit_test(addresses_of_the_interfaces_are_read),
        cmocka_unit_test(socket_addresses_are_read_in_both_families),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
