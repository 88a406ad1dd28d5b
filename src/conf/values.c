/* SPDX-License-Identifier: MIT
 * values.c - what the text of a value means
 *
 * Each reader gets the struct that the key belongs to, and puts what it read where the key's row says. False
 * refuses the value: `reader->reason` says why, or is empty where the type's own words say it.
 */
#include "conf/internal.h"
#include "core/file.h"
#include "text/category.h"
#include "text/timezone.h"
#include "text/url.h"
#include "text/utf8.h"
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TARGET(type) ((type *)(void *)(base + key->target))
#define COUNT        ((size_t *)(void *)(base + key->count))

static bool refuse(struct value_reader *reader, const char *reason)
{
    reader->reason = span_of(reason);
    return false;
}

/* One part of a list is wrong. */
static bool refuse_part(struct value_reader *reader, span part, const char *wanted)
{
    reader->reason = arena_printf(reader->arena, "\"%.*s\" is no %s", SPAN_ARG(utf8_cut(part, 100)), wanted);
    return false;
}

static bool read_text(struct value_reader *reader, const struct key *key, span value, char *base)
{
    *TARGET(span) = arena_keep(reader->arena, value);
    return true;
}

static bool find_word(const struct key *key, span value, int *out_place)
{
    for (int i = 0; key->words[i]; i++) {
        if (!span_is(value, key->words[i]))
            continue;
        *out_place = i;
        return true;
    }
    return false;
}

static bool refuse_word(struct value_reader *reader, const struct key *key)
{
    LOCAL(buf) known = {.max = 256};

    for (const char *const *word = key->words; *word; word++)
        buf_printf(&known, "%s%s", word == key->words ? "" : word[1] ? ", " : " or ", *word);
    reader->reason = arena_printf(reader->arena, "it must be %.*s", SPAN_ARG(buf_span(&known)));
    return false;
}

static bool read_word(struct value_reader *reader, const struct key *key, span value, char *base)
{
    int place;

    if (!find_word(key, value, &place))
        return refuse_word(reader, key);
    *TARGET(unsigned) = (unsigned)place; /* the enums are unsigned int, as they have no negative value */
    return true;
}

static bool read_flag(struct value_reader *reader, const struct key *key, span value, char *base)
{
    int place;

    if (!find_word(key, value, &place))
        return refuse_word(reader, key);
    *TARGET(bool) = place == 1;
    return true;
}

/* A whole number and its unit: `factor` of the unit that ends `value`. */
struct unit {
    char name;
    int64_t factor;
};
static const struct unit durations[] = {{'s', SECOND}, {'m', MINUTE}, {'h', HOUR}, {'d', DAY}, {0}};
static const struct unit sizes[] = {
    {'K', (int64_t)KiB}, {'M', (int64_t)MiB}, {'G', (int64_t)GiB}, {'k', (int64_t)KiB}, {0}};

static bool scale(const struct unit *units, span value, bool needs_unit, int64_t *out_number)
{
    int64_t number, factor = 1;
    bool has_unit = false;

    for (const struct unit *unit = units; value.len && unit->name; unit++) {
        if (value.at[value.len - 1] != unit->name)
            continue;
        factor = unit->factor;
        has_unit = true;
        value.len--;
        break;
    }
    if (value.len == 0 || *value.at < '0' || *value.at > '9' || !span_to_int64(value, &number))
        return false;
    if (needs_unit && !has_unit && number != 0)
        return false;
    return !__builtin_mul_overflow(number, factor, out_number);
}

/* As a user would write it: the largest unit that leaves a whole number. */
static span write_scaled(struct arena *arena, const struct unit *units, int64_t number)
{
    const struct unit *best = NULL;

    for (const struct unit *unit = units; unit->name; unit++)
        if (number && number % unit->factor == 0 && (!best || unit->factor > best->factor))
            best = unit;
    return best ? arena_printf(arena, "%" PRId64 "%c", number / best->factor, best->name)
                : arena_printf(arena, "%" PRId64, number);
}

span value_write_duration(struct arena *arena, int64_t duration)
{
    return write_scaled(arena, durations, duration);
}

static const struct unit no_units[] = {{0}};

static bool check_range(struct value_reader *reader, const struct key *key, const struct unit *units,
                        int64_t number)
{
    struct arena *arena = reader->arena;

    if (number >= key->least && number <= key->most)
        return true;
    reader->reason =
        arena_printf(arena, "it must be from %.*s to %.*s", SPAN_ARG(write_scaled(arena, units, key->least)),
                     SPAN_ARG(write_scaled(arena, units, key->most)));
    return false;
}

static bool read_number(struct value_reader *reader, const struct key *key, span value, char *base)
{
    return scale(no_units, value, false, TARGET(int64_t)) &&
           check_range(reader, key, no_units, *TARGET(int64_t));
}

static bool read_duration(struct value_reader *reader, const struct key *key, span value, char *base)
{
    return scale(durations, value, true, TARGET(int64_t)) &&
           check_range(reader, key, durations, *TARGET(int64_t));
}

static bool read_size(struct value_reader *reader, const struct key *key, span value, char *base)
{
    return scale(sizes, value, false, TARGET(int64_t)) && check_range(reader, key, sizes, *TARGET(int64_t));
}

static bool read_durations(struct value_reader *reader, const struct key *key, span value, char *base)
{
    VEC(int64_t) times = {0};
    span word;

    while (span_cut_word(&value, &word)) {
        int64_t time;
        if (!scale(durations, word, true, &time) || !check_range(reader, key, durations, time))
            return false;
        *vec_add(reader->arena, &times) = time;
    }
    *TARGET(int64_t *) = times.at;
    *COUNT = times.len;
    return true;
}

/* The next of a comma-separated list, trimmed; empty ones are passed over. */
static bool next_of_list(span *rest, span *out_word)
{
    while (span_cut(rest, ',', out_word)) {
        *out_word = span_trim(*out_word);
        if (out_word->len)
            return true;
    }
    return false;
}

static bool read_list(struct value_reader *reader, const struct key *key, span value, char *base)
{
    VEC(span) words = {0};
    span word;

    while (next_of_list(&value, &word))
        *vec_add(reader->arena, &words) = arena_keep(reader->arena, word);
    *TARGET(span *) = words.at;
    *COUNT = words.len;
    return true;
}

/* Their backslashes stay: text/category.h. */
static bool read_categories(struct value_reader *reader, const struct key *key, span value, char *base)
{
    VEC(span) categories = {0};
    span category;

    while (category_list_cut(&value, &category))
        *vec_add(reader->arena, &categories) = arena_keep(reader->arena, category);
    *TARGET(span *) = categories.at;
    *COUNT = categories.len;
    return true;
}

static bool read_port(span text, int *out_port)
{
    int64_t port;

    if (!scale(no_units, text, false, &port) || port < 1 || port > 65535)
        return false;
    *out_port = (int)port;
    return true;
}

static bool read_ports(struct value_reader *reader, const struct key *key, span value, char *base)
{
    VEC(int) ports = {0};
    span word;

    while (next_of_list(&value, &word))
        if (!read_port(word, vec_add(reader->arena, &ports)))
            return refuse_part(reader, word, "port, from 1 to 65535");
    *TARGET(int *) = ports.at;
    *COUNT = ports.len;
    return ports.len > 0;
}

/* `text`: an address without port and prefix; IPv6 with or without brackets. `*out_bits`: 32 or 128. */
static bool read_address(span text, uint8_t out_address[16], int *out_bits)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    char name[INET6_ADDRSTRLEN];

    if (text.len > 2 && *text.at == '[' && text.at[text.len - 1] == ']')
        text = span_sub(text, 1, text.len - 2);
    if (text.len >= sizeof name || memchr(text.at, '\0', text.len))
        return false;
    memcpy(name, text.at, text.len);
    name[text.len] = '\0';
    *out_bits = strchr(name, ':') ? 128 : 32;
    if (*out_bits == 128)
        return inet_pton(AF_INET6, name, out_address) == 1;
    memcpy(out_address, mapped, sizeof mapped);
    return inet_pton(AF_INET, name, out_address + 12) == 1;
}

/* Takes ":PORT" off the end of `*text`. What holds more colons and no bracket is an IPv6 address without. */
static bool cut_port(span *text, int *out_port)
{
    size_t slash = span_find_char(*text, '/');
    size_t colon = span_find_last_char(*text, ':');
    bool is_bare_ipv6 = slash == SPAN_NONE && *text->at != '[' && colon != span_find_char(*text, ':');
    size_t bracket = span_find_last_char(*text, ']');

    *out_port = 0;
    if (colon == SPAN_NONE || is_bare_ipv6 || (slash != SPAN_NONE && colon < slash) ||
        (bracket != SPAN_NONE && colon < bracket))
        return true;
    if (!read_port(span_from(*text, colon + 1), out_port))
        return false;
    text->len = colon;
    return true;
}

static bool read_network(span text, struct network *network)
{
    int64_t prefix;
    int bits;
    size_t slash;

    if (!cut_port(&text, &network->port))
        return false;
    slash = span_find_char(text, '/');
    if (!read_address(span_sub(text, 0, slash), network->address, &bits))
        return false;
    prefix = bits;
    if (slash != SPAN_NONE && (!scale(no_units, span_from(text, slash + 1), false, &prefix) || prefix > bits))
        return false;
    network->prefix = (int)prefix + 128 - bits;
    for (int bit = network->prefix; bit < 128; bit++) /* what lies behind the prefix says nothing */
        network->address[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
    return true;
}

static bool read_networks(struct value_reader *reader, const struct key *key, span value, char *base)
{
    VEC(struct network) networks = {0};
    span word;

    while (next_of_list(&value, &word))
        if (!read_network(word, vec_add(reader->arena, &networks)))
            return refuse_part(reader, word, "network, such as 127.0.0.0/8, 10.1.2.3/32:8080 or fd00::/8");
    *TARGET(struct network *) = networks.at;
    *COUNT = networks.len;
    return true;
}

/* Repeatable: one more span in the key's list. The list grows by doubling when its length is a power of two.
 */
static void add_to_list(struct value_reader *reader, const struct key *key, span value, char *base)
{
    size_t len = *COUNT;

    if ((len & (len - 1)) == 0) {
        span *larger = ARENA_ARRAY(reader->arena, span, len ? 2 * len : 1);
        if (len)
            memcpy(larger, *TARGET(span *), len * sizeof *larger);
        *TARGET(span *) = larger;
    }
    (*TARGET(span *))[(*COUNT)++] = arena_keep(reader->arena, value);
}

static bool is_token(span name)
{
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.at[i];
        if (c <= ' ' || c >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", c))
            return false;
    }
    return name.len > 0;
}

static bool read_header(struct value_reader *reader, const struct key *key, span value, char *base)
{
    size_t colon = span_find_char(value, ':');

    if (value.len == 0)
        return true;
    if (colon == SPAN_NONE || !is_token(span_sub(value, 0, colon)))
        return false;
    add_to_list(reader, key, value, base);
    return true;
}

/* A file's path as the process can open it: relative ones are below the configuration's folder. */
static span place_file(struct value_reader *reader, span path)
{
    if (path.len == 0 || *path.at == '/' || !reader->folder)
        return arena_keep(reader->arena, path);
    return arena_printf(reader->arena, "%s/%.*s", reader->folder, SPAN_ARG(path));
}

static bool read_folder(struct value_reader *reader, const struct key *key, span value, char *base)
{
    if (value.len)
        add_to_list(reader, key, place_file(reader, value), base);
    return true;
}

static bool read_file(struct value_reader *reader, const struct key *key, span value, char *base)
{
    span path = place_file(reader, value);

    *TARGET(span) = path;
    if (!value.len || !reader->folder || access(path.at, R_OK) == 0)
        return true;
    reader->reason =
        arena_printf(reader->arena, "could not read \"%.*s\": %s", SPAN_ARG(path), strerrordesc_np(errno));
    return false;
}

static bool read_login(struct value_reader *reader, const struct key *key, span value, char *base)
{
    span content = value, line = {0};

    if (value.len && *value.at == '@' && reader->folder) {
        span path = place_file(reader, span_from(value, 1));
        OWN(error) error = file_read(path.at, 4 * KiB, reader->arena, &content);
        if (error) {
            char *text = error_text(error);
            reader->reason = arena_keep(reader->arena, span_of(text));
            free(text);
            return false;
        }
        span_cut(&content, '\n', &line);
        content = span_trim(line);
    }
    *TARGET(span) = arena_keep(reader->arena, content);
    return content.len == 0 || *content.at == '@' || span_find_char(content, ':') != SPAN_NONE;
}

static bool read_web_address(struct value_reader *reader, const struct key *key, span value, char *base)
{
    struct url url;

    *TARGET(span) = arena_keep(reader->arena, value);
    if (value.len == 0 && key->fallback)
        return true;
    return url_parse(reader->arena, value, NULL, &url) && url.host.len && url_is_of_web(&url);
}

static bool read_listen(struct value_reader *reader, const struct key *key, span value, char *base)
{
    uint8_t address[16];
    int bits, port = 0;
    span host = value;

    *TARGET(span) = arena_keep(reader->arena, value);
    return value.len && cut_port(&host, &port) && port &&
           (span_is(host, "localhost") || read_address(host, address, &bits));
}

static bool read_proxy(struct value_reader *reader, const struct key *key, span value, char *base)
{
    static const char *const schemes[] = {"socks5h://", "socks5://", "http://", "https://"};

    *TARGET(span) = arena_keep(reader->arena, value);
    for (size_t i = 0; i < ARRAY_SIZE(schemes); i++)
        if (span_starts(value, span_of(schemes[i])) && value.len > strlen(schemes[i]))
            return true;
    return value.len == 0;
}

static bool read_author(struct value_reader *reader, const struct key *key, span value, char *base)
{
    size_t open = span_find_char(value, '<');

    *TARGET(span) = arena_keep(reader->arena, value);
    return open != SPAN_NONE && span_trim(span_sub(value, 0, open)).len && span_ends(value, S(">")) &&
           value.len - open > 2 && span_find_char(span_from(value, open + 1), '<') == SPAN_NONE &&
           span_find_char(value, '>') == value.len - 1;
}

static bool read_timezone(struct value_reader *reader, const struct key *key, span value, char *base)
{
    const struct timezone_rules *rules;
    OWN(error) error = timezone_load(reader->arena, value, &rules);

    *TARGET(span) = arena_keep(reader->arena, value);
    return !error;
}

static bool read_action(struct value_reader *reader, const struct key *key, span value, char *base)
{
    static const char *const actions[] = {"keep", "drop", "mark"};
    span rest = value, verb = {0};

    *TARGET(span) = arena_keep(reader->arena, value);
    for (size_t i = 0; i < ARRAY_SIZE(actions); i++)
        if (span_is(value, actions[i]))
            return true;
    return span_cut_word(&rest, &verb) && span_is(verb, "category") && span_trim(rest).len;
}

static bool read_remote(struct value_reader *reader, const struct key *key, span value, char *base)
{
    *TARGET(span) = arena_keep(reader->arena, value);
    if (value.len && *value.at == '-')
        return refuse(reader, "it begins with \"-\", which git would take for an option");
    if (span_find(value, S("::")) < span_find_char(value, '/'))
        return refuse(reader, "it would make git run another program");
    return value.len > 0;
}

const struct value_type value_text = {"text", "text", false, read_text};
const struct value_type value_word = {"word", "one of the words known", false, read_word};
const struct value_type value_flag = {"word", "one of the words known", false, read_flag};
const struct value_type value_number = {"number", "a whole number", false, read_number};
const struct value_type value_duration = {"duration", "a duration, such as 30s, 15m, 6h or 7d", false,
                                          read_duration};
const struct value_type value_durations = {"durations", "durations with spaces between, such as 1h 6h 1d",
                                           false, read_durations};
const struct value_type value_size = {"size", "a size, such as 512K, 16M or 1G", false, read_size};
const struct value_type value_list = {"list", "a list with commas between", false, read_list};
const struct value_type value_categories = {
    "categories", "a list with commas between, such as News/Asia, Sea", false, read_categories};
const struct value_type value_ports = {"ports", "a list of ports, such as 80, 443", false, read_ports};
const struct value_type value_networks = {
    "networks", "a list of networks, such as 127.0.0.0/8, 10.1.2.3/32:8080, fd00::/8", false, read_networks};
const struct value_type value_headers = {"header", "a header, such as Accept-Language: zh", true,
                                         read_header};
const struct value_type value_folders = {"folder", "a folder", true, read_folder};
const struct value_type value_file = {"file", "a file", false, read_file};
const struct value_type value_login = {"login", "user:password, or @FILE that holds it", false, read_login};
const struct value_type value_web_address = {"URL", "an address that begins with http:// or https://", false,
                                             read_web_address};
const struct value_type value_listen = {"address", "an address with a port, such as 127.0.0.1:7878", false,
                                        read_listen};
const struct value_type value_proxy = {"URL", "a proxy, such as socks5h://127.0.0.1:9050", false, read_proxy};
const struct value_type value_author = {
    "author", "a name and an address, such as Courant <courant@localhost>", false, read_author};
const struct value_type value_timezone = {"time zone", "a time zone, such as Asia/Shanghai or UTC", false,
                                          read_timezone};
const struct value_type value_action = {"action", "keep, drop, mark, or category NAME", false, read_action};
const struct value_type value_remote = {"URL", "the address of a git repository", false, read_remote};
