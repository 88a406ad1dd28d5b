/* SPDX-License-Identifier: MIT */
#include "fetch/guard.h"
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdlib.h>

struct refused {
    uint8_t address[16];
    int prefix;
    const char *why;
};

#define V4(a, b, c, d)                                       \
    {                                                        \
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d \
    }
#define V6(a, b, c, d, e, f) \
    {                        \
        a, b, c, d, e, f     \
    }

/* IANA's special-purpose registries (RFC 6890), and what else never leads to a publisher. */
static const struct refused refused_v4[] = {
    {V4(0, 0, 0, 0), 8, "no address of a host"},
    {V4(10, 0, 0, 0), 8, "a private address"},
    {V4(100, 64, 0, 0), 10, "an address of a carrier's inner network"},
    {V4(127, 0, 0, 0), 8, "a loopback address"},
    {V4(169, 254, 0, 0), 16, "a link-local address"},
    {V4(172, 16, 0, 0), 12, "a private address"},
    {V4(192, 0, 0, 0), 24, "an address reserved for protocols"},
    {V4(192, 0, 2, 0), 24, "an address for documentation"},
    {V4(192, 88, 99, 0), 24, "a 6to4 relay"},
    {V4(192, 168, 0, 0), 16, "a private address"},
    {V4(198, 18, 0, 0), 15, "an address for benchmarks"},
    {V4(198, 51, 100, 0), 24, "an address for documentation"},
    {V4(203, 0, 113, 0), 24, "an address for documentation"},
    {V4(224, 0, 0, 0), 4, "a multicast address"},
    {V4(240, 0, 0, 0), 4, "a reserved address"},
};

static const struct refused refused_v6[] = {
    {{[15] = 0}, 128, "no address of a host"},
    {{[15] = 1}, 128, "a loopback address"},
    {{0}, 96, "a reserved address"},
    {V6(0, 0x64, 0xff, 0x9b, 0, 1), 48, "a private address"},
    {V6(0x20, 0x01, 0, 0x02, 0, 0), 48, "an address for benchmarks"},
    {V6(0x20, 0x01, 0, 0x10, 0, 0), 28, "no address of a host"},
    {V6(0x20, 0x01, 0, 0x20, 0, 0), 28, "no address of a host"},
    {V6(0x20, 0x01, 0x0d, 0xb8, 0, 0), 32, "an address for documentation"},
    {V6(0x3f, 0xff, 0, 0, 0, 0), 20, "an address for documentation"},
    {V6(0xfc, 0, 0, 0, 0, 0), 7, "a private address"},
    {V6(0xfe, 0x80, 0, 0, 0, 0), 10, "a link-local address"},
    {V6(0xfe, 0xc0, 0, 0, 0, 0), 10, "a private address"},
    {V6(0xff, 0, 0, 0, 0, 0), 8, "a multicast address"},
};

static const struct refused global_v6 = {V6(0x20, 0, 0, 0, 0, 0), 3, NULL};

/* Where an IPv6 address holds an IPv4 one that the packets end at. */
static const struct {
    struct refused network;
    int offset;    /* of the four bytes */
    uint8_t flips; /* Teredo writes them inverted */
} embeddings[] = {
    {{V6(0, 0x64, 0xff, 0x9b, 0, 0), 96, NULL}, 12, 0}, /* NAT64, RFC 6052 */
    {{V6(0x20, 0x02, 0, 0, 0, 0), 16, NULL}, 2, 0},     /* 6to4, RFC 3056 */
    {{V6(0x20, 0x01, 0, 0, 0, 0), 32, NULL}, 12, 0xff}, /* Teredo, RFC 4380: the client */
    {{V6(0x20, 0x01, 0, 0, 0, 0), 32, NULL}, 4, 0},     /* and its server */
};

/* [fetch] ports cannot allow these: mail, shells, name servers and databases understand enough of a request
 * to do harm. */
static const int never_ports[] = {22, 25, 53, 110, 143, 3306, 5432, 6379, 9200, 11211};

static bool is_within(const uint8_t address[16], const uint8_t network[16], int prefix)
{
    size_t whole = (size_t)MIN(MAX(prefix, 0), 128) / 8;
    int rest = prefix % 8;

    if (memcmp(address, network, whole) != 0)
        return false;
    return whole == 16 || rest == 0 || (address[whole] ^ network[whole]) >> (8 - rest) == 0;
}

static const char *reason_v4(const uint8_t address[16])
{
    for (size_t i = 0; i < ARRAY_SIZE(refused_v4); i++)
        if (is_within(address, refused_v4[i].address, refused_v4[i].prefix + 96))
            return refused_v4[i].why;
    return NULL;
}

static bool is_v4(const uint8_t address[16])
{
    static const uint8_t mapped[16] = V4(0, 0, 0, 0);

    return is_within(address, mapped, 96);
}

static const char *reason_embedded(const uint8_t address[16], bool *out_is_nat64)
{
    for (size_t i = 0; i < ARRAY_SIZE(embeddings); i++) {
        uint8_t inner[16] = V4(0, 0, 0, 0);
        const char *why;

        if (!is_within(address, embeddings[i].network.address, embeddings[i].network.prefix))
            continue;
        *out_is_nat64 |= i == 0;
        for (int k = 0; k < 4; k++)
            inner[12 + k] = address[embeddings[i].offset + k] ^ embeddings[i].flips;
        why = reason_v4(inner);
        if (why)
            return why;
    }
    return NULL;
}

/* ISATAP (RFC 5214) puts ::0:5efe: or ::200:5efe: before an IPv4 address; no publisher is reached so. */
static bool is_isatap(const uint8_t address[16])
{
    return (address[8] & ~2) == 0 && address[9] == 0 && address[10] == 0x5e && address[11] == 0xfe;
}

static const char *reason_v6(const uint8_t address[16])
{
    bool is_nat64 = false;
    const char *why = reason_embedded(address, &is_nat64);

    if (why)
        return why;
    for (size_t i = 0; i < ARRAY_SIZE(refused_v6); i++)
        if (is_within(address, refused_v6[i].address, refused_v6[i].prefix))
            return refused_v6[i].why;
    if (is_isatap(address))
        return "a tunnel into a private network";
    if (!is_nat64 && !is_within(address, global_v6.address, global_v6.prefix))
        return "a reserved address";
    return NULL;
}

static const char *reason_own(const uint8_t address[16], const struct own_addresses *own)
{
    for (size_t i = 0; own && i < own->count; i++)
        if (memcmp(address, own->at[i], 16) == 0)
            return "an address of this machine";
    return NULL;
}

static const char *reason_port(int port, const struct conf_fetch *settings)
{
    for (size_t i = 0; i < ARRAY_SIZE(never_ports); i++)
        if (never_ports[i] == port)
            return "asked at a port of another service";
    for (size_t i = 0; i < settings->port_count; i++)
        if (settings->ports[i] == port)
            return NULL;
    return "asked at a port that [fetch] ports does not name";
}

static bool is_exempt(const uint8_t address[16], int port, const struct conf_fetch *settings)
{
    for (size_t i = 0; i < settings->allow_network_count; i++) {
        const struct network *network = &settings->allow_networks[i];
        if (is_within(address, network->address, network->prefix) &&
            (network->port == 0 || network->port == port))
            return true;
    }
    return false;
}

const char *guard_reason(const uint8_t address[16], int port, const struct conf_fetch *settings,
                         const struct own_addresses *own)
{
    const char *why;

    if (is_exempt(address, port, settings))
        return NULL;
    why = is_v4(address) ? reason_v4(address) : reason_v6(address);
    if (!why)
        why = reason_own(address, own);
    return why ? why : reason_port(port, settings);
}

bool guard_allows(const uint8_t address[16], int port, const struct conf_fetch *settings)
{
    return guard_reason(address, port, settings, NULL) == NULL;
}

/* --- addresses --- */

static void map_v4(const void *four, uint8_t out_address[16])
{
    static const uint8_t mapped[16] = V4(0, 0, 0, 0);

    memcpy(out_address, mapped, 12);
    memcpy(out_address + 12, four, 4);
}

bool guard_address(const struct sockaddr *socket_address, uint8_t out_address[16], int *out_port)
{
    if (socket_address->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, socket_address, sizeof v4);
        map_v4(&v4.sin_addr, out_address);
        *out_port = ntohs(v4.sin_port);
        return true;
    }
    if (socket_address->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, socket_address, sizeof v6);
        memcpy(out_address, &v6.sin6_addr, 16);
        *out_port = ntohs(v6.sin6_port);
        return true;
    }
    return false;
}

bool guard_address_of_text(const char *text, uint8_t out_address[16])
{
    uint8_t four[4];

    if (inet_pton(AF_INET, text, four) != 1)
        return inet_pton(AF_INET6, text, out_address) == 1;
    map_v4(four, out_address);
    return true;
}

char *guard_address_text(const uint8_t address[16], char out[GUARD_TEXT_SIZE])
{
    out[0] = '\0';
    if (is_v4(address))
        inet_ntop(AF_INET, address + 12, out, GUARD_TEXT_SIZE);
    else
        inet_ntop(AF_INET6, address, out, GUARD_TEXT_SIZE);
    return out;
}

void own_addresses_release(struct own_addresses *own)
{
    free(own->at);
    *own = (struct own_addresses){0};
}

void own_addresses_read(struct own_addresses *own, int64_t now)
{
    struct ifaddrs *all = NULL;
    size_t capacity = 0;
    int port;

    if (own->at && now - own->read_at < MINUTE)
        return;
    if (getifaddrs(&all))
        return; /* those known before stay in force */
    own->count = 0;
    own->read_at = now;
    for (struct ifaddrs *one = all; one; one = one->ifa_next)
        capacity++;
    own->at = memory_resize(own->at, MAX(capacity, (size_t)1) * sizeof *own->at);
    for (struct ifaddrs *one = all; one; one = one->ifa_next)
        if (one->ifa_addr && guard_address(one->ifa_addr, own->at[own->count], &port))
            own->count++;
    freeifaddrs(all);
}
