/* SPDX-License-Identifier: MIT */
#include "tests/unit/fetch_room.h"
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <unistd.h>

#define OK_HEAD "HTTP/1.1 200 OK\r\nETag: \"a\"\r\n"

/* --- answers --- */

static void an_answer_is_what_its_bytes_say(void **state)
{
    static const struct {
        const char *name;
        span bytes;
        enum server_end end;
        int status;
        bool is_complete;
        const char *body, *etag;
    } cases[] = {
        {"a length", S(OK_HEAD "Content-Length: 5\r\n\r\nhello"), SERVER_KEEPS, 200, true, "hello", "\"a\""},
        {"chunks",
         S(OK_HEAD "Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nETag: \"no\"\r\n\r\n"),
         SERVER_KEEPS, 200, true, "hello", "\"a\""},
        {"nothing", S(OK_HEAD "Content-Length: 0\r\n\r\n"), SERVER_KEEPS, 200, true, "", "\"a\""},
        {"bare line feeds", S("HTTP/1.1 200 OK\nETag: \"a\"\nContent-Length: 5\n\nhello"), SERVER_KEEPS, 200,
         true, "hello", "\"a\""},
        {"interim answers",
         S("HTTP/1.1 103 Early Hints\r\nETag: \"no\"\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" OK_HEAD
           "Content-Length: 5\r\n\r\nhello"),
         SERVER_KEEPS, 200, true, "hello", "\"a\""},
        {"an end that nothing tells", S(OK_HEAD "\r\nhello"), SERVER_CLOSES, 200, false, "hello", "\"a\""},
        {"less than the length", S(OK_HEAD "Content-Length: 9\r\n\r\nhello"), SERVER_CLOSES, 200, false,
         "hello", ""},
        {"a reset", S(OK_HEAD "Content-Length: 9\r\n\r\nhello"), SERVER_RESETS, 200, false, NULL, ""},
        {"a chunk cut short", S(OK_HEAD "Transfer-Encoding: chunked\r\n\r\n9\r\nhello"), SERVER_CLOSES, 200,
         false, "hello", ""},
        {"no last chunk", S(OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), SERVER_CLOSES, 200,
         false, "hello", ""},
        {"two lengths", S(OK_HEAD "Content-Length: 5\r\nContent-Length: 4\r\n\r\nhello"), SERVER_CLOSES, 200,
         false, NULL, ""},
        {"a length twice", S(OK_HEAD "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"), SERVER_KEEPS,
         200, true, "hello", "\"a\""},
        {"a length and chunks",
         S(OK_HEAD "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
         SERVER_CLOSES, 200, false, "hello", ""},
        {"unchanged", S("HTTP/1.1 304 Not Modified\r\nETag: W/\"b\"\r\n\r\n"), SERVER_KEEPS, 304, true, "",
         "W/\"b\""},
        {"no content", S("HTTP/1.1 204 No Content\r\n\r\n"), SERVER_KEEPS, 204, true, "", ""},
        {"a refusal", S("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy"), SERVER_KEEPS, 503, true,
         "busy", ""},
        {"a refusal cut short", S("HTTP/1.1 403 No\r\nContent-Length: 9\r\n\r\nno"), SERVER_CLOSES, 403,
         false, "no", ""},
        {"a redirect to nowhere", S("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"), SERVER_KEEPS, 302,
         true, "", ""},
        {"a coding that is not used", S(OK_HEAD "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"),
         SERVER_KEEPS, 200, true, "hello", "\"a\""},
        {"a validator without quotes", S("HTTP/1.1 200 OK\r\nETag:  a--gzip \r\nContent-Length: 0\r\n\r\n"),
         SERVER_KEEPS, 200, true, "", "a--gzip"},
    };

    (void)state;
    ROOM(room, 1);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char path[16];
        struct response *response = NULL;
        snprintf(path, sizeof path, "/%zu", i);
        server_answer(room.server, (struct server_answer){arena_string(room.arena, span_of(path)),
                                                          cases[i].bytes, cases[i].end, 0});
        print_message("%s\n", cases[i].name);
        assert_ok(room_ask(&room, path, &response));
        assert_int_equal(response->status, cases[i].status);
        assert_int_equal(response->is_complete, cases[i].is_complete);
        if (cases[i].body)
            assert_span_equal(response->body, cases[i].body);
        assert_span_equal(response->validators.etag, cases[i].etag);
    }
}

static void what_is_no_answer_is_an_error_that_says_why(void **state)
{
    static const struct {
        const char *name;
        span bytes;
        enum server_end end;
        enum error_kind kind;
        const char *message;
    } cases[] = {
        {"nothing", S(""), SERVER_CLOSES, ERROR_NETWORK, "127.0.0.1 closed the connection without an answer"},
        {"a reset", S(""), SERVER_RESETS, ERROR_NETWORK, "the connection to 127.0.0.1 broke"},
        {"half a head", S("HTTP/1.1 200 OK\r\nETag"), SERVER_CLOSES, ERROR_NETWORK, NULL},
        {"no byte of a body", S(OK_HEAD "Content-Length: 5\r\n\r\n"), SERVER_CLOSES, ERROR_NETWORK,
         "127.0.0.1 cut its answer short"},
        {"another protocol", S("SSH-2.0-x\r\n"), SERVER_CLOSES, ERROR_NETWORK,
         "127.0.0.1 does not answer in HTTP"},
        {"a length above the limit", S(OK_HEAD "Content-Length: 1048577\r\n\r\nhello"), SERVER_HANGS,
         ERROR_LIMIT, "127.0.0.1 sends more than 1 MiB"},
        {"a body without end", S(OK_HEAD "\r\nhello"), SERVER_FLOODS, ERROR_LIMIT,
         "127.0.0.1 sends more than 1 MiB"},
        {"headers without end", S(OK_HEAD "X: yyyyyyyyyyyyyyyyyyyy\r\n"), SERVER_FLOODS, ERROR_LIMIT,
         "127.0.0.1 sends more than 64 KiB of headers"},
        {"interim answers without end", S("HTTP/1.1 100 Continue\r\n\r\n"), SERVER_FLOODS, ERROR_LIMIT,
         "127.0.0.1 sends 16 interim answers and no real one"},
        {"codings without end",
         S(OK_HEAD
           "Content-Encoding: gzip, gzip, gzip, gzip, gzip, gzip, gzip\r\nContent-Length: 1\r\n\r\nx"),
         SERVER_KEEPS, ERROR_LIMIT, "cannot undo 7 codings, one upon another"},
    };

    (void)state;
    ROOM(room, 1);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char path[16];
        struct response *response = NULL;
        struct error *error;
        snprintf(path, sizeof path, "/%zu", i);
        server_answer(room.server, (struct server_answer){arena_string(room.arena, span_of(path)),
                                                          cases[i].bytes, cases[i].end, 0});
        print_message("%s\n", cases[i].name);
        error = room_ask(&room, path, &response);
        assert_non_null(error);
        assert_int_equal(error->kind, cases[i].kind);
        if (cases[i].message)
            assert_string_equal(error->message, cases[i].message);
        error_free(error);
    }
}

static void the_header_fields_are_handed_on(void **state)
{
    struct response *response = NULL;

    (void)state;
    ROOM(room, 1);
    server_answer(room.server, (struct server_answer){
                                   "/",
                                   S("HTTP/1.1 429 Slow\r\nRetry-After: 120\r\nCache-Control: no-cache\r\n"
                                     "cache-control: max-age=60\r\nAge: 5\r\nExpires: 0\r\n"
                                     "Content-Type: text/xml; charset=gbk\r\nContent-Language: zh\r\n"
                                     "Link: <http://h.example/>; rel=hub\r\nLink: </f>;\r\n rel=self\r\n"
                                     "Content-Length: 0\r\n\r\n"),
                                   SERVER_KEEPS, 0});
    assert_ok(room_ask(&room, "/", &response));
    assert_span_equal(response->retry_after, "120");
    assert_span_equal(response->cache_control, "no-cache, max-age=60");
    assert_span_equal(response->age, "5");
    assert_span_equal(response->expires, "0");
    assert_span_equal(response->content_type, "text/xml; charset=gbk");
    assert_span_equal(response->content_language, "zh");
    assert_int_equal(response->link_count, 2);
    assert_span_equal(response->links[0], "<http://h.example/>; rel=hub");
    assert_span_equal(response->links[1], "</f>; rel=self");
}

static void a_transfer_that_takes_too_long_is_given_up(void **state)
{
    struct response *response = NULL;
    struct error *error;

    (void)state;
    ROOM(room, 1);
    room.settings.timeout = 1 * SECOND;
    server_answer(room.server, (struct server_answer){"/hang", S(""), SERVER_HANGS, 0});
    server_answer(room.server, (struct server_answer){"/stall", S(OK_HEAD "\r\nhello"), SERVER_HANGS, 0});
    error = room_ask(&room, "/hang", &response);
    assert_non_null(error);
    assert_string_equal(error->message, "127.0.0.1 did not answer within 1 s");
    error_free(error);
    error = room_ask(&room, "/stall", &response);
    assert_non_null(error);
    assert_string_equal(error->message, "127.0.0.1 was not done within 1 s");
    error_free(error);
}

/* --- requests --- */

static const struct server_answer empty_answer = {"/", S("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
                                                  SERVER_KEEPS, 0};

static void a_request_says_who_we_are_and_no_more(void **state)
{
    struct response *response = NULL;
    struct fetch_request request;
    span rest, line, head;
    int lines = 0;

    (void)state;
    ROOM(room, 1);
    server_answer(room.server, empty_answer);
    request = room_request(&room, "/");
    request.subscribers = 12;
    setenv("http_proxy", "http://127.0.0.1:9/", 1);
    assert_ok(fetch_now(room_fetcher(&room), &request, &response));
    unsetenv("http_proxy");
    assert_span_equal(server_header(room.server, 0, "user-agent"),
                      "Courant/0.1 (+https://example.org/bot; 12 subscribers)");
    assert_span_equal(server_header(room.server, 0, "accept-encoding"), "gzip, br, zstd, deflate");
    assert_true(
        span_starts(server_header(room.server, 0, "accept"), S("application/atom+xml, application/rss+xml")));
    head = rest = server_request(room.server, 0);
    while (span_cut(&rest, '\n', &line))
        lines += span_trim(line).len > 0;
    if (lines != 5) /* the request line and Host besides */
        fail_msg("%.*s", SPAN_ARG(head));
}

static void validators_go_back_byte_for_byte(void **state)
{
    struct response *response = NULL;
    struct fetch_request request;

    (void)state;
    ROOM(room, 1);
    server_answer(room.server, empty_answer);
    request = room_request(&room, "/");
    request.validators =
        (struct validators){S("W/\"x y\xe6\x96\xb0--gzip"), S("Thu, 99 Foo 2038 25:00:00 +0800 (CST)")};
    assert_ok(fetch_now(room_fetcher(&room), &request, &response));
    assert_span_equal(server_header(room.server, 0, "if-none-match"), "W/\"x y\xe6\x96\xb0--gzip");
    assert_span_equal(server_header(room.server, 0, "if-modified-since"),
                      "Thu, 99 Foo 2038 25:00:00 +0800 (CST)");
    assert_null(server_header(room.server, 0, "a-im").at);
    request.accepts_delta = true;
    assert_ok(fetch_now(room_fetcher(&room), &request, &response));
    assert_span_equal(server_header(room.server, 1, "a-im"), "feed");
}

static void validators_are_sent_to_the_address_they_came_from(void **state)
{
    struct response *response = NULL;
    struct fetch_request request;

    (void)state;
    ROOM(room, 1);
    server_answer(room.server, empty_answer);
    server_answer(room.server,
                  (struct server_answer){"/old",
                                         S("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"),
                                         SERVER_KEEPS, 0});
    request = room_request(&room, "/old");
    request.validators.etag = S("\"a\"");
    assert_ok(fetch_now(room_fetcher(&room), &request, &response));
    assert_span_equal(server_header(room.server, 0, "if-none-match"), "\"a\"");
    assert_null(server_header(room.server, 1, "if-none-match").at);
    request.validators_url = response->url;
    assert_ok(fetch_now(room_fetcher(&room), &request, &response));
    assert_null(server_header(room.server, 2, "if-none-match").at);
    assert_span_equal(server_header(room.server, 3, "if-none-match"), "\"a\"");
}

static void headers_given_replace_our_own(void **state)
{
    static const span given[] = {S("accept: text/plain"), S("X-Key:  k "), S("X-Empty:")};
    struct response *response = NULL;
    struct fetch_request request;

    (void)state;
    ROOM(room, 1);
    server_answer(room.server, empty_answer);
    request = room_request(&room, "/");
    request.headers = given;
    request.header_count = 3;
    assert_ok(fetch_now(room_fetcher(&room), &request, &response));
    assert_span_equal(server_header(room.server, 0, "accept"), "text/plain");
    assert_span_equal(server_header(room.server, 0, "x-key"), "k");
    assert_non_null(server_header(room.server, 0, "x-empty").at);
}

static void a_header_that_would_be_two_is_refused(void **state)
{
    static const span given[] = {S("X-Key: a\r\nX-Other: b"), S("no colon"), S(": no name")};

    (void)state;
    ROOM(room, 1);
    for (size_t i = 0; i < ARRAY_SIZE(given); i++) {
        struct response *response = NULL;
        struct fetch_request request = room_request(&room, "/");
        request.headers = &given[i];
        request.header_count = 1;
        assert_fails(fetch_now(room_fetcher(&room), &request, &response), ERROR_USAGE);
    }
    assert_int_equal(server_request_count(room.server), 0);
}

static void login_and_headers_stay_with_their_host(void **state)
{
    static span headers[] = {S("X-Key: k")};
    struct response *response = NULL;
    struct server_answer away = {"/", {0}, SERVER_KEEPS, 0};

    (void)state;
    ROOM(room, 2);
    away.bytes = arena_printf(
        room.arena, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/there\r\nContent-Length: 0\r\n\r\n",
        server_port(room.server, 1));
    server_answer(room.server, away);
    room.settings.login = S("me:secret");
    room.settings.headers = headers;
    room.settings.header_count = 1;
    assert_ok(room_ask(&room, "/", &response));
    assert_int_equal(server_request_count(room.server), 2);
    assert_span_equal(server_header(room.server, 0, "authorization"), "Basic bWU6c2VjcmV0");
    assert_span_equal(server_header(room.server, 0, "x-key"), "k");
    assert_null(server_header(room.server, 1, "authorization").at);
    assert_null(server_header(room.server, 1, "x-key").at);
    assert_true(server_header(room.server, 1, "user-agent").len > 0);
}

static void cookies_come_from_the_file_alone(void **state)
{
    char path[] = "/tmp/courant-cookies-XXXXXX";
    int fd = mkstemp(path);
    struct response *response = NULL;
    struct conf_fetch without;
    struct fetch_request request;

    (void)state;
    ROOM(room, 1);
    assert_true(fd >= 0);
    dprintf(fd, "127.0.0.1\tFALSE\t/\tFALSE\t0\tname\tvalue\n");
    close(fd);
    server_answer(
        room.server,
        (struct server_answer){"/", S("HTTP/1.1 200 OK\r\nSet-Cookie: more=1\r\nContent-Length: 0\r\n\r\n"),
                               SERVER_KEEPS, 0});
    without = room.settings;
    room.settings.cookies = span_of(path);
    assert_ok(room_ask(&room, "/", &response));
    assert_span_equal(server_header(room.server, 0, "cookie"), "name=value");
    request = room_request(&room, "/");
    request.settings = &without;
    assert_ok(fetch_now(room_fetcher(&room), &request, &response));
    assert_null(server_header(room.server, 1, "cookie").at);
    unlink(path);
}

/* --- redirects --- */

static void add_redirect(struct room *room, const char *path, int status, const char *to)
{
    span bytes = arena_printf(room->arena, "HTTP/1.1 %d Moved\r\nLocation: %s\r\nContent-Length: 2\r\n\r\nby",
                              status, to);

    server_answer(room->server, (struct server_answer){path, bytes, SERVER_KEEPS, 0});
}

static void a_chain_is_permanent_up_to_its_first_temporary_hop(void **state)
{
    static const struct {
        int first, second;
        const char *permanent; /* path */
    } cases[] = {
        {301, 308, "/end"}, {308, 302, "/mid"}, {302, 301, ""}, {303, 307, ""}, {301, 303, "/mid"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct response *response = NULL;
        ROOM(room, 1);
        add_redirect(&room, "/start", cases[i].first, "mid");
        add_redirect(&room, "/mid", cases[i].second, "end");
        server_answer(room.server,
                      (struct server_answer){"/end", S("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nend"),
                                             SERVER_KEEPS, 0});
        assert_ok(room_ask(&room, "/start", &response));
        assert_span_equal(response->body, "end");
        assert_span_equal(response->url, server_url(room.arena, room.server, "/end").at);
        assert_span_equal(response->permanent_url,
                          *cases[i].permanent ? server_url(room.arena, room.server, cases[i].permanent).at
                                              : "");
        assert_int_equal(server_connection_count(room.server), 1);
    }
}

static void a_redirect_that_leads_nowhere_good_is_an_error(void **state)
{
    static const struct {
        const char *to;
        enum error_kind kind;
        const char *message; /* its beginning */
    } cases[] = {
        {"/start", ERROR_NETWORK, "redirected in a circle"},
        {"/start#again", ERROR_NETWORK, "redirected in a circle"},
        {"ftp://a.example/", ERROR_REFUSED, "refused: ftp:"},
        {"file:///etc/passwd", ERROR_REFUSED, "refused: file:"},
        {"javascript:alert(1)", ERROR_REFUSED, "refused: javascript:"},
        {"http://10.0.0.1/", ERROR_REFUSED, "refused: 10.0.0.1 is a private address"},
        {"//0xa9fea9fe/", ERROR_REFUSED, "refused: 169.254.169.254 is a link-local address"},
        {"\\\\10.1:80\\x", ERROR_REFUSED, "refused: 10.0.0.1 is a private address"},
        {"/\\192.168.0.1/", ERROR_REFUSED, "refused: 192.168.0.1 is a private address"},
        {"http://[::ffff:10.0.0.1]/", ERROR_REFUSED, "refused: 10.0.0.1 is a private address"},
        {"http://me:secret@a.example/", ERROR_REFUSED, "refused: the address holds a user name"},
        {"http://127.0.0.1:99999/", ERROR_REFUSED, "redirected to what is no address"},
        {"http://127.0.0.1:0/", ERROR_REFUSED, "refused: there is no port 0"},
        {"http://a\tb.example/", ERROR_REFUSED, "redirected to what is no address"},
        {"http://[::1", ERROR_REFUSED, "redirected to what is no address"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct response *response = NULL;
        struct error *error;
        ROOM(room, 1);
        add_redirect(&room, "/start", 302, cases[i].to);
        error = room_ask(&room, "/start", &response);
        assert_non_null(error);
        assert_int_equal(error->kind, cases[i].kind);
        if (!span_starts(span_of(error->message), span_of(cases[i].message)))
            fail_msg("%s: %s", cases[i].to, error->message);
        error_free(error);
    }
}

static void five_redirects_are_followed_and_nine_for_a_picture(void **state)
{
    struct response *response = NULL;
    struct fetch_request request;

    (void)state;
    ROOM(room, 1);
    for (int i = 0; i < 10; i++)
        add_redirect(&room, arena_printf(room.arena, "/%d", i).at, 302,
                     arena_printf(room.arena, "/%d", i + 1).at);
    server_answer(
        room.server,
        (struct server_answer){"/10", S("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), SERVER_KEEPS, 0});
    assert_ok(room_ask(&room, "/5", &response));
    assert_fails(room_ask(&room, "/4", &response), ERROR_LIMIT);
    request = room_request(&room, "/1");
    request.kind = FETCH_PICTURE;
    assert_ok(fetch_now(room_fetcher(&room), &request, &response));
    request.url = server_url(room.arena, room.server, "/0");
    assert_fails(fetch_now(room_fetcher(&room), &request, &response), ERROR_LIMIT);
}

/* --- the guard, in place --- */

static void no_connection_is_made_to_what_is_refused(void **state)
{
    static const char *const hosts[] = {
        "127.0.0.1",          "localhost",       "127.1",
        "2130706433",         "0x7f.1",          "017700000001",
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "\xe2\x91\xa0\xe2\x91\xa1\xe2\x91\xa6.1"};

    (void)state;
    ROOM(room, 1);
    room.settings.allow_network_count = 0;
    for (size_t i = 0; i < ARRAY_SIZE(hosts); i++) {
        struct response *response = NULL;
        struct fetch_request request = room_request(&room, "/");
        request.url = arena_printf(room.arena, "http://%s:%d/", hosts[i], server_port(room.server, 0));
        assert_fails(fetch_now(room_fetcher(&room), &request, &response), ERROR_REFUSED);
    }
    assert_int_equal(server_connection_count(room.server), 0);
}

/* One source may reach the address, and its connection is kept; the next source may not. */
static void a_kept_connection_is_guarded_too(void **state)
{
    struct response *response = NULL;
    struct fetch_request request;
    struct conf_fetch strict;

    (void)state;
    ROOM(room, 1);
    server_answer(room.server, empty_answer);
    assert_ok(room_ask(&room, "/", &response));
    strict = room.settings;
    strict.allow_network_count = 0;
    request = room_request(&room, "/");
    request.settings = &strict;
    assert_fails(fetch_now(room_fetcher(&room), &request, &response), ERROR_REFUSED);
    assert_int_equal(server_request_count(room.server), 1);
}

static void a_proxy_is_used_where_it_is_set_and_literals_are_guarded(void **state)
{
    struct response *response = NULL;
    struct fetch_request request;

    (void)state;
    ROOM(room, 1);
    room.settings.proxy = server_url(room.arena, room.server, "");
    room.settings.allow_network_count = 0;
    room.settings.ports = (int[]){80};
    room.settings.port_count = 1;
    server_answer(room.server, (struct server_answer){"http://publisher.example/feed",
                                                      S("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy"),
                                                      SERVER_KEEPS, 0});
    request = room_request(&room, "/");
    request.url = S("http://publisher.example/feed");
    assert_ok(fetch_now(room_fetcher(&room), &request, &response));
    assert_span_equal(response->body, "proxy");
    for (size_t i = 0; i < 4; i++) {
        request.url = (const span[]){S("http://10.0.0.1/"), S("http://[::1]/"), S("http://localhost/"),
                                     S("http://publisher.example:25/")}[i];
        assert_fails(fetch_now(room_fetcher(&room), &request, &response), ERROR_REFUSED);
    }
    assert_int_equal(server_request_count(room.server), 1);
}

/* --- many at once --- */

struct crowd {
    sem_t done;
    struct fetch_request requests[64];
};

static void count_done(struct fetch_request *request)
{
    sem_post(&((struct crowd *)request->context)->done);
}

static void crowd_ask(struct room *room, struct crowd *crowd, size_t i, span url)
{
    crowd->requests[i] = room_request(room, "/");
    crowd->requests[i].arena =
        arena_new(1 * MiB); /* the network thread writes into it while we use the room's */
    crowd->requests[i].url = url;
    crowd->requests[i].done = count_done;
    crowd->requests[i].context = crowd;
    fetcher_submit(room_fetcher(room), &crowd->requests[i]);
}

static void crowd_await(struct crowd *crowd, size_t count)
{
    while (count--)
        sem_wait(&crowd->done);
}

static void crowd_release(struct crowd *crowd, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        error_free(crowd->requests[i].error);
        arena_free(crowd->requests[i].arena);
    }
    sem_destroy(&crowd->done);
}

static void a_host_never_has_more_than_per_host_transfers(void **state)
{
    struct crowd crowd = {0};

    (void)state;
    ROOM(room, 1);
    sem_init(&crowd.done, 0, 0);
    server_answer(room.server, (struct server_answer){"/", S("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
                                                      SERVER_KEEPS, 10});
    for (size_t i = 0; i < 20; i++)
        crowd_ask(&room, &crowd, i, server_url(room.arena, room.server, "/"));
    crowd_await(&crowd, 20);
    assert_int_equal(server_request_count(room.server), 20);
    assert_int_equal(server_most_connections(room.server), 2);
    assert_int_equal(server_connection_count(room.server), 2); /* kept, and used again */
    crowd_release(&crowd, 20);
}

static void an_address_never_has_more_than_sixteen_connections(void **state)
{
    struct crowd crowd = {0};

    (void)state;
    ROOM(room, 60);
    sem_init(&crowd.done, 0, 0);
    server_answer(
        room.server,
        (struct server_answer){"/", S("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
                               SERVER_CLOSES, 10});
    for (int i = 0; i < 60; i++)
        crowd_ask(&room, &crowd, (size_t)i,
                  arena_printf(room.arena, "http://127.0.0.1:%d/", server_port(room.server, i)));
    crowd_await(&crowd, 60);
    for (size_t i = 0; i < 60; i++)
        assert_null(crowd.requests[i].error);
    assert_int_equal(server_request_count(room.server), 60);
    assert_true(server_most_connections(room.server) <= 16);
    crowd_release(&crowd, 60);
}

static void a_gap_lies_between_requests_to_a_host(void **state)
{
    struct crowd crowd = {0};
    int64_t began_at;

    (void)state;
    ROOM(room, 1);
    sem_init(&crowd.done, 0, 0);
    room.settings.host_gap = 100;
    server_answer(room.server, empty_answer);
    began_at = clock_monotonic(room.clock);
    for (size_t i = 0; i < 4; i++)
        crowd_ask(&room, &crowd, i, server_url(room.arena, room.server, "/"));
    crowd_await(&crowd, 4);
    assert_true(clock_monotonic(room.clock) - began_at >= 300);
    crowd_release(&crowd, 4);
}

static void a_silent_host_holds_up_nobody(void **state)
{
    struct crowd crowd = {0};

    (void)state;
    ROOM(room, 2);
    sem_init(&crowd.done, 0, 0);
    room.settings.concurrency = 1;
    server_answer(room.server, (struct server_answer){"/silent", S(""), SERVER_HANGS, 0});
    server_answer(room.server, empty_answer);
    crowd_ask(&room, &crowd, 0, server_url(room.arena, room.server, "/silent"));
    crowd_ask(&room, &crowd, 1,
              arena_printf(room.arena, "http://127.0.0.1:%d/", server_port(room.server, 1)));
    crowd_await(&crowd, 1);
    assert_non_null(crowd.requests[1].response);
    fetcher_cancel(room.fetcher);
    crowd_await(&crowd, 1);
    crowd_release(&crowd, 2);
}

static void cancelling_ends_all_and_refuses_more(void **state)
{
    struct crowd crowd = {0};
    struct response *response = NULL;

    (void)state;
    ROOM(room, 1);
    sem_init(&crowd.done, 0, 0);
    server_answer(room.server, (struct server_answer){"/", S(OK_HEAD "\r\nx"), SERVER_HANGS, 0});
    for (size_t i = 0; i < 10; i++)
        crowd_ask(&room, &crowd, i, server_url(room.arena, room.server, "/"));
    fetcher_cancel(room.fetcher);
    crowd_await(&crowd, 10);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(crowd.requests[i].error->kind, ERROR_CANCELLED);
    assert_fails(room_ask(&room, "/", &response), ERROR_CANCELLED);
    crowd_release(&crowd, 10);
}

static void closing_ends_what_is_under_way(void **state)
{
    struct crowd crowd = {0};

    (void)state;
    ROOM(room, 1);
    sem_init(&crowd.done, 0, 0);
    server_answer(room.server, (struct server_answer){"/", S(OK_HEAD "\r\nx"), SERVER_HANGS, 0});
    crowd_ask(&room, &crowd, 0, server_url(room.arena, room.server, "/"));
    fetcher_close(room.fetcher);
    room.fetcher = NULL;
    crowd_await(&crowd, 1);
    assert_int_equal(crowd.requests[0].error->kind, ERROR_CANCELLED);
    crowd_release(&crowd, 1);
}

static void floods_side_by_side_end_in_bounded_memory(void **state)
{
    struct crowd crowd = {0};

    (void)state;
    ROOM(room, 40);
    sem_init(&crowd.done, 0, 0);
    room.settings.max_size = (int64_t)(1 * MiB);
    server_answer(room.server, (struct server_answer){"/", S(OK_HEAD "\r\n0123456789"), SERVER_FLOODS, 0});
    for (int i = 0; i < 40; i++)
        crowd_ask(&room, &crowd, (size_t)i,
                  arena_printf(room.arena, "http://127.0.0.1:%d/", server_port(room.server, i)));
    crowd_await(&crowd, 40);
    for (size_t i = 0; i < 40; i++)
        assert_int_equal(crowd.requests[i].error->kind, ERROR_LIMIT);
    crowd_release(&crowd, 40);
}

/* --- robots.txt --- */

static void serve_robots(struct room *room, const char *text)
{
    server_answer(
        room->server,
        (struct server_answer){
            "/robots.txt",
            arena_printf(room->arena, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(text), text),
            SERVER_KEEPS, 0});
}

static struct error *ask_as_robot(struct room *room, const char *path)
{
    struct fetch_request request = room_request(room, path);
    struct response *response = NULL;

    request.kind = FETCH_PAGE;
    request.obeys_robots = true;
    return fetch_now(room_fetcher(room), &request, &response);
}

static void a_robot_asks_once_what_it_may_and_obeys(void **state)
{
    (void)state;
    ROOM(room, 1);
    serve_robots(&room, "User-agent: courant\nDisallow: /private\nAllow: /private/open\n");
    server_answer(room.server, (struct server_answer){"/news", S(OK_HEAD "\r\nx"), SERVER_CLOSES, 0});
    server_answer(room.server,
                  (struct server_answer){"/private/open?a=1", S(OK_HEAD "\r\nx"), SERVER_CLOSES, 0});
    assert_ok(ask_as_robot(&room, "/news"));
    assert_fails(ask_as_robot(&room, "/private/story"), ERROR_REFUSED);
    assert_ok(ask_as_robot(&room, "/private/open?a=1"));
    assert_int_equal(server_request_count(room.server), 3);
    assert_true(span_starts(server_request(room.server, 0), S("GET /robots.txt ")));
}

static void a_redirect_to_where_robots_may_not_go_is_not_followed(void **state)
{
    (void)state;
    ROOM(room, 1);
    serve_robots(&room, "User-agent: *\nDisallow: /private\n");
    server_answer(room.server,
                  (struct server_answer){
                      "/news",
                      S("HTTP/1.1 302 Found\r\nLocation: /private/story\r\nContent-Length: 0\r\n\r\n"),
                      SERVER_KEEPS, 0});
    assert_fails(ask_as_robot(&room, "/news"), ERROR_REFUSED);
    assert_int_equal(server_request_count(room.server), 2);
}

static void what_became_of_robots_txt_decides(void **state)
{
    static const struct {
        const char *answer;
        int wanted; /* kind of error; -1: none */
    } cases[] = {
        {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", -1},
        {"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", -1},
        {"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n", ERROR_NETWORK},
        {"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", ERROR_NETWORK},
        {"nonsense", ERROR_NETWORK},
        {"HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n<html>no such page</html>\r\n", -1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        ROOM(room, 1);
        server_answer(room.server,
                      (struct server_answer){"/robots.txt", span_of(cases[i].answer), SERVER_CLOSES, 0});
        server_answer(room.server, (struct server_answer){"/news", S(OK_HEAD "\r\nx"), SERVER_CLOSES, 0});
        if (cases[i].wanted < 0)
            assert_ok(ask_as_robot(&room, "/news"));
        else
            assert_fails(ask_as_robot(&room, "/news"), (enum error_kind)cases[i].wanted);
    }
}

static void many_wait_for_one_robots_txt_and_can_be_cancelled(void **state)
{
    struct crowd crowd = {0};

    (void)state;
    ROOM(room, 1);
    sem_init(&crowd.done, 0, 0);
    server_answer(room.server, (struct server_answer){"/robots.txt", S(""), SERVER_HANGS, 0});
    for (size_t i = 0; i < 20; i++) {
        crowd.requests[i] = room_request(&room, "/news");
        crowd.requests[i].arena = arena_new(1 * MiB);
        crowd.requests[i].obeys_robots = true;
        crowd.requests[i].done = count_done;
        crowd.requests[i].context = &crowd;
        fetcher_submit(room_fetcher(&room), &crowd.requests[i]);
    }
    while (server_request_count(room.server) == 0)
        usleep(1000);
    fetcher_cancel(room.fetcher);
    crowd_await(&crowd, 20);
    for (size_t i = 0; i < 20; i++)
        assert_int_equal(crowd.requests[i].error->kind, ERROR_CANCELLED);
    assert_int_equal(server_request_count(room.server), 1);
    crowd_release(&crowd, 20);
}

/* --- Retry-After --- */

static void retry_after_is_seconds_or_a_date(void **state)
{
    static const int64_t now = 784111777 * SECOND; /* Sun, 06 Nov 1994 08:49:37 GMT */
    static const struct {
        const char *header;
        int64_t ms;
    } cases[] = {
        {"0", 0},
        {"120", 120 * SECOND},
        {" 120 ", 120 * SECOND},
        {"86400", DAY},
        {"86401", DAY},
        {"99999999999999999999999999", DAY},
        {"Sun, 06 Nov 1994 08:50:37 GMT", MINUTE},
        {"Sunday, 06-Nov-94 08:50:37 GMT", MINUTE},
        {"Sun Nov  6 08:50:37 1994", MINUTE},
        {"Sun, 06 Nov 1994 08:49:36 GMT", 0},
        {"Fri, 31 Dec 9999 23:59:59 GMT", DAY},
        {"", -1},
        {"soon", -1},
        {"-5", -1},
        {"12s", -1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        if (retry_after_ms(span_of(cases[i].header), now) != cases[i].ms)
            fail_msg("%s", cases[i].header);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_what_its_bytes_say),
        cmocka_unit_test(what_is_no_answer_is_an_error_that_says_why),
        cmocka_unit_test(the_header_fields_are_handed_on),
        cmocka_unit_test(a_transfer_that_takes_too_long_is_given_up),
        cmocka_unit_test(a_request_says_who_we_are_and_no_more),
        cmocka_unit_test(validators_go_back_byte_for_byte),
        cmocka_unit_test(validators_are_sent_to_the_address_they_came_from),
        cmocka_unit_test(headers_given_replace_our_own),
        cmocka_unit_test(a_header_that_would_be_two_is_refused),
        cmocka_unit_test(login_and_headers_stay_with_their_host),
        cmocka_unit_test(cookies_come_from_the_file_alone),
        cmocka_unit_test(a_chain_is_permanent_up_to_its_first_temporary_hop),
        cmocka_unit_test(a_redirect_that_leads_nowhere_good_is_an_error),
        cmocka_unit_test(five_redirects_are_followed_and_nine_for_a_picture),
        cmocka_unit_test(no_connection_is_made_to_what_is_refused),
        cmocka_unit_test(a_kept_connection_is_guarded_too),
        cmocka_unit_test(a_proxy_is_used_where_it_is_set_and_literals_are_guarded),
        cmocka_unit_test(a_host_never_has_more_than_per_host_transfers),
        cmocka_unit_test(an_address_never_has_more_than_sixteen_connections),
        cmocka_unit_test(a_gap_lies_between_requests_to_a_host),
        cmocka_unit_test(a_silent_host_holds_up_nobody),
        cmocka_unit_test(cancelling_ends_all_and_refuses_more),
        cmocka_unit_test(closing_ends_what_is_under_way),
        cmocka_unit_test(floods_side_by_side_end_in_bounded_memory),
        cmocka_unit_test(a_robot_asks_once_what_it_may_and_obeys),
        cmocka_unit_test(a_redirect_to_where_robots_may_not_go_is_not_followed),
        cmocka_unit_test(what_became_of_robots_txt_decides),
        cmocka_unit_test(many_wait_for_one_robots_txt_and_can_be_cancelled),
        cmocka_unit_test(retry_after_is_seconds_or_a_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
