/* SPDX-License-Identifier: MIT
 * keys.c - every key of courant.conf
 *
 * Reading, errors, the file that `init` writes and the manual page all come from here.
 */
#include "conf/internal.h"

const struct group conf_groups[] = {
    {"courant", "the newsroom itself", NULL},
    {"fetch", "how the web is asked; each of these also in a [source], for it alone", NULL},
    {"archive", "the Markdown tree and its git repository", NULL},
    {"remote", "a place the archive is pushed to; any number", "NAME"},
    {"articles", "articles in their pages", NULL},
    {"images", "what becomes of pictures", NULL},
    {"rule", "what is done with some articles; any number, in order", "NAME"},
    {"hook", "programs of your own", NULL},
    {"source", "a feed or page that is followed; any number", "ID"},
    {0},
};

#define IN(type, member)            .target = offsetof(struct type, member)
#define LIST(type, member, counter) IN(type, member), .count = offsetof(struct type, counter)
#define WORDS(...)                 \
    .words = (const char *const[]) \
    {                              \
        __VA_ARGS__, NULL          \
    }
#define RANGE(from, to)    .least = (from), .most = (to)
#define DURATION(from, to) .type = &value_duration, RANGE(from, to)
#define YEAR               (365 * DAY)

#define NO_SERVER   "the HTTP server is not built yet"
#define NO_PICTURES "pictures are not fetched yet"

const struct key conf_key_table[] = {
    {"courant", "title", &value_text, IN(conf, title), .help = "the newsroom's name"},
    {"courant", "listen", &value_listen, IN(conf, listen), .fallback = "127.0.0.1:7878",
     .help = "where the HTTP server listens", .planned = NO_SERVER},
    {"courant", "base_url", &value_web_address, IN(conf, base_url), .fallback = "http://127.0.0.1:7878/",
     .help = "how others reach it: used in published feeds and image URLs", .planned = NO_SERVER},
    {"courant", "log", &value_flag, IN(conf, log_is_json), WORDS("logfmt", "json"), .fallback = "logfmt",
     .help = "what log lines look like: logfmt or json"},

    {"fetch", "user_agent", &value_text, IN(conf_fetch, user_agent),
     .fallback = "Courant/0.1 (+https://example.org/bot)",
     .help = "who we say we are: Name/version (+URL of a page about you)"},
    {"fetch", "concurrency", &value_number, IN(conf_fetch, concurrency), RANGE(1, 65536), .fallback = "256",
     .help = "transfers that give bytes, at one time"},
    {"fetch", "max_open", &value_number, IN(conf_fetch, max_open), RANGE(1, 1000000), .fallback = "4096",
     .help = "those and the silent ones"},
    {"fetch", "per_host", &value_number, IN(conf_fetch, per_host), RANGE(1, 1000), .fallback = "2",
     .help = "transfers to one host (scheme, name, port), at one time"},
    {"fetch", "host_gap", IN(conf_fetch, host_gap), DURATION(0, DAY), .fallback = "1s",
     .help = "between two requests to one host"},
    {"fetch", "timeout", IN(conf_fetch, timeout), DURATION(1 * SECOND, DAY), .fallback = "30s",
     .help = "for a whole transfer"},
    {"fetch", "max_size", &value_size, IN(conf_fetch, max_size), RANGE((int64_t)KiB, (int64_t)GiB),
     .fallback = "16M", .help = "bytes of one response, after decompression"},
    {"fetch", "interval", IN(conf_fetch, interval), DURATION(1 * SECOND, YEAR), .fallback = "1h",
     .help = "between polls of a source that says nothing better; set in a [source], it is obeyed"},
    {"fetch", "min_interval", IN(conf_fetch, min_interval), DURATION(0, YEAR), .fallback = "15m",
     .help = "the floor: nothing is polled sooner"},
    {"fetch", "max_interval", IN(conf_fetch, max_interval), DURATION(1 * SECOND, YEAR), .fallback = "1d",
     .help = "the cap on what publishers and statistics say"},
    {"fetch", "ports", &value_ports, LIST(conf_fetch, ports, port_count),
     .fallback = "80, 443, 8000, 8080, 8443", .help = "the only ports that are connected to"},
    {"fetch", "allow_networks", &value_networks, LIST(conf_fetch, allow_networks, allow_network_count),
     .fallback = "", .help = "CIDR or CIDR:PORT: private networks that may be connected to all the same"},
    {"fetch", "proxy", &value_proxy, IN(conf_fetch, proxy), .fallback = "",
     .help = "a proxy for all requests: socks5h://HOST:PORT or http://HOST:PORT"},
    {"fetch", "header", &value_headers, LIST(conf_fetch, headers, header_count), .fallback = "",
     .help = "a further request header, Name: value; may be repeated"},
    {"fetch", "login", &value_login, IN(conf_fetch, login), .fallback = "",
     .help = "user:password, or @FILE holding it; for the source's own host alone"},
    {"fetch", "cookies", &value_file, IN(conf_fetch, cookies), .fallback = "",
     .help = "a FILE of cookies in Netscape's format"},

    {"archive", "layout", &value_word, IN(conf, archive.layout), WORDS("dated", "duty-machine"),
     .fallback = "dated", .help = "the archive's form: dated or duty-machine"},
    {"archive", "body", &value_word, IN(conf, archive.body), WORDS("feed", "page"), .fallback = "feed",
     .help = "the text that duty-machine archives: the feed's or the page's"},
    {"archive", "git", &value_flag, IN(conf, archive.git), WORDS("false", "true"), .fallback = "true",
     .help = "commit every harvest"},
    {"archive", "author", &value_author, IN(conf, archive.author), .fallback = "Courant <courant@localhost>",
     .help = "who the commits are by"},
    {"archive", "timezone", &value_timezone, IN(conf, archive.timezone), .fallback = "Asia/Shanghai",
     .help = "for the dates in lists and paths"},
    {"archive", "list_length", &value_number, IN(conf, archive.list_length), RANGE(1, 100000),
     .fallback = "300", .help = "articles in a list"},
    {"archive", "wait", IN(conf, archive.wait), DURATION(0, YEAR), .fallback = "10m",
     .help = "how long an article waits for its page"},

    {"remote", "url", &value_remote, IN(conf_remote, url), .help = "the repository, as git push takes it"},
    {"remote", "branch", &value_text, IN(conf_remote, branch), .fallback = "main",
     .help = "the branch that is pushed to"},

    {"articles", "rules_dir", &value_folders, LIST(conf, rules_dirs, rules_dir_count),
     .help = "a folder of site rules; may be repeated; the newsroom's own rules/ comes first"},
    {"articles", "recheck", &value_durations, LIST(conf, rechecks, recheck_count), RANGE(1 * SECOND, YEAR),
     .fallback = "1h 6h 1d 7d", .help = "when a page is looked at again; empty: never"},
    {"articles", "keep_pages", &value_flag, IN(conf, keep_pages), WORDS("false", "true"), .fallback = "true",
     .help = "keep the pages that articles were taken from"},

    {"images", "mode", &value_word, IN(conf, image_mode), WORDS("proxy", "keep", "remote"),
     .fallback = "proxy",
     .help = "in published pages. proxy: through our image proxy; keep: also store the originals; remote: "
             "leave the addresses alone",
     .planned = NO_PICTURES, .works_already = "remote"},
    {"images", "proxy", &value_web_address, IN(conf, image_proxy), .fallback = "",
     .help = "empty: our own; else the prefix of a weserv-compatible one", .planned = NO_PICTURES},

    {"rule", "match", &value_text, IN(conf_rule, match),
     .help = "which articles, e.g. title ~ /sea|海/i and not author = \"Ann\""},
    {"rule", "do", &value_action, IN(conf_rule, action), .help = "keep, drop, mark, or category NAME"},

    {"hook", "new", &value_text, IN(conf, hook_new),
     .help =
         "a command, run with a JSON line for each new article, once its text is settled, on standard input"},

    {"source", "name", &value_text, IN(conf_source, name),
     .help = "what readers see; the id if there is none"},
    {"source", "feed", &value_web_address, IN(conf_source, feed), .help = "the feed's address"},
    {"source", "page", &value_web_address, IN(conf_source, page),
     .help = "a page that lists news, if there is no feed"},
    {"source", "items", &value_text, IN(conf_source, items),
     .help = "where a page's news stand: CSS or XPath, or a path if the page is JSON"},
    {"source", "link", &value_text, IN(conf_source, link), .help = "within an item: its link"},
    {"source", "title", &value_text, IN(conf_source, title), .help = "within an item: its title"},
    {"source", "date", &value_text, IN(conf_source, date), .help = "within an item: its date"},
    {"source", "summary", &value_text, IN(conf_source, summary), .help = "within an item: its summary"},
    {"source", "full_text", &value_word, IN(conf_source, full_text), WORDS("auto", "always", "never"),
     .fallback = "auto",
     .help = "auto: fetch the page when the feed's item is not the whole article; always; never"},
    {"source", "categories", &value_categories, LIST(conf_source, categories, category_count), .fallback = "",
     .help = "comma-separated; News/Asia is one within another"},
    {"source", "rules", &value_list, LIST(conf_source, rules, rule_count), .fallback = "",
     .help = "names of the rules that apply, comma-separated; none named: all"},
    {"source", "paused", &value_flag, IN(conf_source, paused), WORDS("false", "true"), .fallback = "false",
     .help = "true: it is not polled"},
    {0},
};

const struct group *conf_find_group(span name)
{
    for (const struct group *group = conf_groups; group->name; group++)
        if (span_is(name, group->name))
            return group;
    return NULL;
}

bool conf_key_is_in(const struct key *key, const char *group)
{
    return strcmp(key->group, group) == 0 ||
           (strcmp(key->group, "fetch") == 0 && strcmp(group, "source") == 0);
}

const struct key *conf_find_key(const char *group, span name)
{
    for (const struct key *key = conf_key_table; key->name; key++)
        if (span_is(name, key->name) && conf_key_is_in(key, group))
            return key;
    return NULL;
}
