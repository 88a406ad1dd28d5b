# SPDX-License-Identifier: MIT
"""Polling, promise by promise: each test names what is promised, and above it stands the line of the polling contract.

`ELSEWHERE` names who holds a line, or a part of it, that is not held here: unit tests where a clock, a histogram or a server
below HTTP is needed, other programs where a kill or another origin is. The last test counts that no line is without one.
"""
import email.utils
import gzip
import os
import re
import socket
import sqlite3
import sys
import threading
import unittest
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness
import newsroom
import newstext

ELSEWHERE = {
    6: "test_kills: at every step",
    8: "test_clock; unit/test_schedule: the_users_interval_beats_hints",
    9: "unit/test_schedule: the_longest_hint_wins_within_floor_and_cap (Expires, with and without Date)",
    10: "unit/test_schedule: hours_and_days_to_skip_are_skipped; unit/test_pace: weeks of each kind of source",
    11: "unit/test_schedule, unit/test_pace, test_publishers: absurd values",
    12: "unit/test_schedule: feeds_due_at_once_spread_out; unit/test_pace: sources_that_began_together_are_not_in_step",
    13: "test_clock",
    14: "unit/test_fetch: a_gap_lies_between_requests_to_a_host, an_address_never_has_more_than_sixteen_connections",
    15: "unit/test_fetch: retry_after_is_seconds_or_a_date",
    18: "test_publishers: Secure, Faulty (TLS, time, refusals)",
    19: "unit/test_schedule: errors_back_off_doubling_and_one_success_resets (404: weekly in the end)",
    24: "unit/test_schedule: from_https_to_http_is_no_move; unit/test_fetch: a_redirect_that_leads_nowhere_good_is_an_error",
    27: "unit/test_compress: br and zstd; test_publishers",
    28: "unit/test_fetch: a_transfer_that_takes_too_long_is_given_up; test_publishers",
    29: "unit/test_fetch: an_answer_is_what_its_bytes_say",
    32: "unit/test_fetch: a_kept_connection_is_guarded_too; test_publishers: Secure",
    33: "unit/test_charset",
    38: "unit/test_store_identity",
}
WEBSUB = 37  # comes with the server

NEVER_FREE = "allow_networks = 127.0.0.0/8"
MINUTE, HOUR, DAY = 60, 3600, 86400


def item(number, words="A heron stood in the reeds.", date=True, guid=True, link=None):
    when = email.utils.formatdate(1700000000 + number * HOUR, usegmt=True)
    link = link or f"http://news.example/{number}"
    return (
        f"<item><title>Story number {number}</title><link>{link}</link>"
        + (f"<guid isPermaLink='false'>story-{number}</guid>" if guid else "")
        + (f"<pubDate>{when}</pubDate>" if date else "")
        + f"<description>{words} It was the {number}th.</description></item>"
    )


def rss(numbers, head="", **options):
    return (
        "<?xml version='1.0' encoding='utf-8'?><rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom' "
        "xmlns:sy='http://purl.org/rss/1.0/modules/syndication/' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' "
        "xmlns:fh='http://purl.org/syndication/history/1.0' xmlns:at='http://purl.org/atompub/tombstones/1.0'>"
        f"<channel><title>The Heron</title><link>http://news.example/</link><description>of birds</description>{head}"
        + "".join(item(n, **options) for n in numbers)
        + "</channel></rss>"
    )


class Polling(newsroom.Case):
    def setUp(self):
        super().setUp()
        self.now = 0

    def poll(self, *options, after=0):
        """One round, `after` seconds later; the line of each source by its id."""
        self.now += after
        result = self.run_courant("run", "--once", "--json", *options, env={"COURANT_TEST_NOW": f"+{self.now}"})
        self.assertIn(result.status, (0, 1), result)
        self.assertNotIn("Sanitizer", result.err)
        self.last = result
        return {line["source"]: line for line in result.json_lines}

    def insist(self, after=0):
        return self.poll("--force", after=after)["heron"]

    def source(self, name="heron"):
        rows = self.succeed("sources", "--json", env={"COURANT_TEST_NOW": f"+{self.now}"}).json
        return next(row for row in rows if row["id"] == name)

    def asked(self, path="/heron"):
        return self.origin.requests_for(path)

    def articles(self):
        return len(self.succeed("list", "--json").json)


class Conditional(Polling):
    # 1
    def test_validators_come_back_byte_for_byte(self):
        odd = [
            {"ETag": 'W/"a b-gzip"', "Last-Modified": "Tue, 31 Feb 2099 25:61:00 CEST"},
            {"ETag": "no quotes", "Last-Modified": "yesterday"},
        ]
        for i, headers in enumerate(odd):
            self.follow("heron") if i == 0 else None
            self.origin.answer("/heron", {"body": rss([i + 1]), "headers": headers})
            self.insist()
            self.insist()
            self.assertEqual(self.asked()[-1].headers.get("if-none-match"), headers["ETag"])
            self.assertEqual(self.asked()[-1].headers.get("if-modified-since"), headers["Last-Modified"])

    # 2
    def test_the_newest_validators_count_though_the_body_is_the_same(self):
        self.follow("heron")
        self.origin.answer("/heron", *({"body": rss([1]), "headers": {"ETag": f'"{n}"'}} for n in range(3)))
        for _ in range(3):
            self.insist()
        self.insist()
        self.assertEqual([r.headers.get("if-none-match") for r in self.asked()], [None, '"0"', '"1"', '"2"'])

    # 3
    def test_unchanged_may_bring_a_new_etag_and_keeps_the_old_date(self):
        self.follow("heron")
        self.origin.answer(
            "/heron",
            {"body": rss([1]), "headers": {"ETag": '"a"', "Last-Modified": "Mon, 06 Nov 2023 10:00:00 GMT"}},
            {"status": 304, "headers": {"ETag": '"b"'}},
        )
        for _ in range(3):
            self.insist()
        self.assertEqual(self.asked()[-1].headers.get("if-none-match"), '"b"')
        self.assertEqual(self.asked()[-1].headers.get("if-modified-since"), "Mon, 06 Nov 2023 10:00:00 GMT")

    # 4
    def test_no_validator_is_invented_and_both_go_when_none_come(self):
        self.follow("heron")
        self.origin.answer("/heron", {"body": rss([1]), "headers": {"ETag": '"a"'}}, {"body": rss([1, 2])})
        for _ in range(3):
            self.insist()
        self.assertEqual(self.asked()[1].headers.get("if-none-match"), '"a"')
        self.assertNotIn("if-none-match", self.asked()[2].headers)
        self.assertNotIn("if-modified-since", self.asked()[2].headers)

    # 4
    def test_after_a_redirect_validators_go_to_the_final_address_alone(self):
        self.follow("heron")
        self.origin.answer("/heron", {"status": 302, "headers": {"Location": "/there", "ETag": '"of the redirect"'}})
        self.origin.answer("/there", {"body": rss([1]), "headers": {"ETag": '"there"'}}, {"status": 304})
        self.insist()
        self.assertEqual(self.insist()["status"], "unchanged")
        self.assertNotIn("if-none-match", self.asked()[1].headers)
        self.assertEqual(self.asked("/there")[1].headers.get("if-none-match"), '"there"')
        self.origin.answer("/heron", {"status": 302, "headers": {"Location": "/elsewhere"}})
        self.origin.answer("/elsewhere", {"body": rss([1, 2])})
        self.insist()
        self.assertNotIn("if-none-match", self.asked("/elsewhere")[0].headers)

    # 5
    def test_one_unconditional_request_in_fifty_polls(self):
        self.follow("heron")
        self.origin.answer("/heron", {"body": rss([1]), "headers": {"ETag": '"a"'}}, {"status": 304})
        for _ in range(10 if "COURANT_LONG" not in os.environ else 50):
            self.insist()
        self.assertEqual(sum("if-none-match" not in r.headers for r in self.asked()), 1)

    # 5
    def test_unchanged_that_was_not_asked_for_is_a_failure_and_the_next_request_is_plain(self):
        self.follow("heron")
        self.origin.answer("/heron", {"status": 304}, {"body": rss([1])})
        self.assertEqual(self.insist()["status"], "error")
        self.assertEqual(self.insist()["new"], 1)

    # 6
    def test_a_kill_leaves_no_new_validator_with_old_articles(self):
        for point in ("harvest.read", "store.commit"):
            self.now = 0
            self.follow("heron")
            self.origin.answer("/heron", {"body": rss([1]), "headers": {"ETag": '"a"'}})
            self.run_courant("run", "--once", env={"COURANT_TEST_FAULT": f"{point}:1:kill"})
            self.origin.forget()
            self.insist()
            self.assertNotIn("if-none-match", self.asked()[0].headers)
            self.assertEqual(self.articles(), 1)
            os.remove(os.path.join(self.newsroom, "courant.db"))

    # 7
    def test_the_same_bytes_are_no_news(self):
        self.follow("heron")
        self.origin.answer("/heron", {"body": rss([1, 2])})
        self.insist()
        before = self.git("rev-parse", "HEAD")
        line = self.insist()
        self.assertEqual((line["status"], line["new"], line["revised"]), ("unchanged", 0, 0))
        self.assertEqual(self.git("rev-parse", "HEAD"), before)


class Pacing(Polling):
    # 8
    def test_nothing_but_force_comes_before_the_floor(self):
        self.follow("heron")
        self.origin.answer("/heron", {"body": rss([1]), "headers": {"Cache-Control": "max-age=1"}})
        for _ in range(10):
            self.poll(after=60)
        self.assertEqual(len(self.asked()), 1)
        self.insist()
        self.assertEqual(len(self.asked()), 2)
        self.assertGreaterEqual(self.source()["interval"], 15 * MINUTE)

    # 8
    def test_the_users_interval_beats_hints_but_not_retry_after_and_may_not_be_under_the_floor(self):
        self.follow("heron", fetch=NEVER_FREE)
        with open(os.path.join(self.newsroom, "courant.conf"), "a", encoding="utf-8") as file:
            file.write("interval = 30m\n")
        self.origin.answer(
            "/heron",
            {"body": rss([1], "<ttl>600</ttl>"), "headers": {"Cache-Control": "max-age=80000"}},
            {"status": 503, "headers": {"Retry-After": "7200"}},
        )
        self.insist()
        self.assertAlmostEqual(self.source()["interval"], 30 * MINUTE, delta=3 * MINUTE + 1)
        self.insist()
        self.assertEqual(self.source()["interval"], 7200)
        self.write_conf(self.read_conf().replace("interval = 30m", "interval = 1m"))
        self.assertEqual(self.run_courant("run", "--once").status, 2)

    # 9, 10, 11
    def test_hints_say_not_before_and_the_longest_counts_up_to_the_cap(self):
        table = [
            ("max-age", "", {"Cache-Control": "public, max-age=7200"}, 2 * HOUR),
            ("max-age less Age", "", {"Cache-Control": "max-age=7200", "Age": "1800"}, 90 * MINUTE),
            ("no licence to come sooner", "", {"Cache-Control": "no-cache, no-store, max-age=0"}, None),
            ("Expires in the past", "", {"Expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, None),
            ("ttl", "<ttl>120</ttl>", {}, 2 * HOUR),
            ("absurd ttl", "<ttl>99999</ttl>", {}, DAY),
            ("negative ttl", "<ttl>-5</ttl>", {}, None),
            ("ttl of twenty digits", "<ttl>100000000000000000000</ttl>", {}, None),
            ("absurd max-age", "", {"Cache-Control": "max-age=9999999999"}, DAY),
            ("twice a day", "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", {}, 12 * HOUR),
            ("together", "<ttl>60</ttl>", {"Cache-Control": "max-age=10800"}, 3 * HOUR),
        ]
        self.follow(*(f"n{i}" for i in range(len(table))))
        for i, (_, head, headers, _) in enumerate(table):
            self.origin.answer(f"/n{i}", {"body": rss([1], head), "headers": headers})
        self.poll()
        for i, (name, _, _, wanted) in enumerate(table):
            interval = self.source(f"n{i}")["interval"]
            low, high = (15 * MINUTE, 66 * MINUTE) if wanted is None else (wanted, wanted * 1.1)
            if wanted == DAY:
                low, high = 0.9 * DAY, DAY
            self.assertTrue(low - 1 <= interval <= high + 1, f"{name}: {interval}")

    # 3, 10
    def test_a_hint_outlives_answers_of_unchanged(self):
        self.follow("heron")
        self.origin.answer("/heron", {"body": rss([1], "<ttl>240</ttl>"), "headers": {"ETag": '"a"'}}, {"status": 304})
        for _ in range(3):
            self.insist()
            self.assertTrue(4 * HOUR <= self.source()["interval"] <= 4.4 * HOUR)

    # 10
    def test_hours_that_are_to_be_skipped_are(self):
        self.follow("heron")
        hours = "".join(f"<hour>{h}</hour>" for h in range(24) if h != 5)
        self.origin.put("/heron", rss([1], f"<skipHours>{hours}</skipHours>"))
        self.insist()
        self.assertEqual(self.source()["next_poll"][11:13], "05")

    # 11
    def test_a_dormant_feed_may_be_left_alone_for_longer(self):
        self.follow("heron")
        self.origin.put("/heron", rss([1], "<ttl>99999</ttl>"))
        self.insist()
        self.insist(after=40 * DAY)
        self.assertTrue(DAY < self.source()["interval"] <= 7 * DAY)

    # 12
    def test_sources_do_not_fall_into_step(self):
        names = [f"n{i}" for i in range(60)]
        self.follow(*names)
        for name in names:
            self.origin.put("/" + name, rss([1]))
        self.poll()
        intervals = [row["interval"] for row in self.succeed("sources", "--json").json]
        self.assertTrue(all(0.9 * HOUR - 1 <= i <= 1.1 * HOUR + 1 for i in intervals), intervals)
        self.assertGreater(len(set(intervals)), 40)

    # 13
    def test_a_clock_that_jumps_neither_bursts_nor_starves(self):
        self.follow("heron")
        self.origin.put("/heron", rss([1]))
        self.poll()
        self.poll(after=400 * DAY)
        self.assertEqual(len(self.asked()), 2)
        self.poll(after=-400 * DAY)  # the next poll lies 400 days ahead: that was a wrong clock's
        self.poll(after=8 * DAY)
        self.assertEqual(len(self.asked()), 3)

    # 14
    def test_a_host_has_no_more_connections_than_it_may(self):
        names = [f"n{i}" for i in range(30)]
        self.follow(*names, fetch=NEVER_FREE + "\nper_host = 2")
        at_once, most, lock = [0], [0], threading.Lock()
        take = self.origin.take

        def watch(request):
            with lock:
                at_once[0] += 1
                most[0] = max(most[0], at_once[0])
            threading.Event().wait(0.01)
            with lock:
                at_once[0] -= 1
            return take(request)

        self.origin.take = watch
        for name in names:
            self.origin.put("/" + name, rss([1]))
        self.assertEqual(len(self.poll()), 30)
        self.assertLessEqual(most[0], 2)


class Refusals(Polling):
    # 15
    def test_retry_after_is_honoured_exactly_kept_and_capped(self):
        table = [("1500", 1500), ("999999999999999999999", DAY), ("junk", None), ("Thu, 01 Jan 1970 00:00:00 GMT", None)]
        self.follow(*(f"n{i}" for i in range(len(table))), fetch=NEVER_FREE)
        for i, (header, wanted) in enumerate(table):
            self.origin.forget()
            self.origin.answer(f"/n{i}", {"status": 503, "headers": {"Retry-After": header}})
            self.poll("--force", "--source", f"n{i}", after=2 * MINUTE)
            interval = self.source(f"n{i}")["interval"]
            if wanted:
                self.assertEqual(interval, wanted, header)
            else:
                self.assertTrue(15 * MINUTE <= interval <= 16.5 * MINUTE, (header, interval))
            self.poll("--force", "--source", f"n{i}")
            self.assertEqual(len(self.asked(f"/n{i}")), 1 if wanted else 2)

    # 16
    def test_one_bad_route_does_not_stall_the_rest(self):
        names = [f"n{i}" for i in range(20)]
        self.follow(*names)
        for name in names:
            self.origin.put("/" + name, rss([1]))
        self.origin.answer("/n0", {"status": 503, "headers": {"Retry-After": "3000"}})
        lines = self.poll()
        self.assertEqual([n for n in names if lines[n]["status"] != "ok"], ["n0"])

    # 16
    def test_three_refusals_of_a_host_hold_all_of_it(self):
        names = [f"n{i}" for i in range(20)]
        self.follow(*names, fetch=NEVER_FREE + "\nper_host = 1")
        for name in names:
            self.origin.answer("/" + name, {"status": 429, "headers": {"Retry-After": "3000"}})
        lines = self.poll()
        self.assertEqual(len(lines), 3)
        self.assertEqual(len(self.origin.requests), 3)
        self.assertEqual(self.poll("--force", after=MINUTE), {})  # not even then, and after a restart
        self.assertEqual(len(self.origin.requests), 3)
        held = [row for row in self.succeed("sources", "--json").json if "host" in (row["why"] or "")]
        self.assertEqual(len(held), 17)
        self.assertTrue(all(row["failures"] == 0 for row in held))

    # 17
    def test_too_many_requests_without_a_word_is_an_hour_then_two(self):
        self.follow("heron")
        self.origin.answer("/heron", {"status": 429, "body": ""})
        self.assertIn("429", self.insist()["error"])
        self.assertTrue(HOUR <= self.source()["interval"] <= 1.1 * HOUR + 1)
        self.insist()
        self.assertTrue(2 * HOUR <= self.source()["interval"] <= 2.2 * HOUR + 1)

    # 18
    def test_errors_back_off_doubling_are_told_and_one_success_resets(self):
        self.follow("heron")
        self.origin.answer("/heron", *[{"status": 500}] * 9, {"body": rss([1])})
        waits = []
        for _ in range(9):
            self.insist()
            waits.append(self.source()["interval"])
        self.assertTrue(all(later >= 1.5 * sooner for sooner, later in zip(waits[:6], waits[1:6])), waits)
        self.assertLessEqual(waits[-1], DAY)
        row = self.source()
        self.assertEqual((row["state"], row["failures"], row["last_status"]), ("failing", 9, 500))
        self.assertIn("500 from 127.0.0.1", row["last_error"])
        self.assertRegex(self.last.err, r"500 from 127\.0\.0\.1.*next try")
        self.insist()
        row = self.source()
        self.assertEqual((row["state"], row["failures"], row["last_error"]), ("ok", 0, None))

    # 18
    def test_who_cannot_be_reached_is_named_with_the_reason(self):
        self.follow("heron", "wren")
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
            text = self.read_conf().replace(self.origin.url("/heron"), f"http://127.0.0.1:{port}/")
            self.write_conf(text.replace("ports = ", f"ports = {port}, "))
            self.origin.answer("/wren", {"reset": True, "cut": 0, "body": rss([1])})
            lines = self.poll()
        self.assertEqual(lines["heron"]["status"], "error")
        self.assertEqual(lines["wren"]["status"], "error")

    # 19
    def test_gone_is_for_good_and_its_articles_stay(self):
        self.follow("heron")
        self.origin.answer("/heron", {"body": rss([1])}, {"status": 410})
        self.insist()
        self.assertEqual(self.insist()["status"], "gone")
        self.assertEqual(self.poll("--force", after=30 * DAY), {})
        row = self.source()
        self.assertEqual((row["state"], row["next_poll"], row["articles"]), ("gone", None, 1))

    # 19
    def test_a_feed_that_is_missing_is_looked_for_on_its_site_and_read_from_there(self):
        self.follow("heron")
        self.origin.answer("/heron", {"body": rss([1])}, *[{"status": 404}] * 3)
        self.insist()
        self.origin.put(
            "/", f'<html><head><link rel="alternate" type="application/rss+xml" href="/new"></head><body>Birds</body></html>',
            Content_Type="text/html")
        text = rss([1, 2]).replace("http://news.example/</link><desc", self.origin.url("/") + "</link><desc")
        self.origin.put("/new", text, Content_Type="application/rss+xml")
        self.origin.answer("/heron", {"status": 404})
        self.write_memory_of_home()
        for _ in range(3):
            line = self.insist(after=HOUR)
        self.assertIn("its feed is dead", line["error"])
        self.assertEqual(self.insist(after=HOUR)["new"], 1)
        row = self.source()
        self.assertEqual((row["address"], row["state"]), (self.origin.url("/new"), "ok"))
        self.assertIn("its feed is dead", row["health"])
        # and back, when the feed itself is
        self.origin.put("/heron", rss([1, 2, 3]))
        self.assertEqual(self.insist(after=8 * DAY)["new"], 1)
        self.assertEqual(self.source()["address"], self.origin.url("/heron"))

    # 19
    def test_a_dead_feed_goes_to_its_sitemap_then_to_the_front_page_and_comes_back(self):
        self.follow("heron")
        named = "<url><loc>{0}</loc><news:news><news:title>{1} is news of a sitemap</news:title></news:news></url>".format
        told = "<li><h2><a href='/told/{0}'>The {0} heron came to the reeds again</a></h2><time datetime='2024-11-0{1}'></time><p>{2}</p></li>".format
        self.origin.put("/news-sitemap.xml", "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news="
                        "'http://www.google.com/schemas/sitemap-news/0.9'>" + named(self.origin.url("/n/1"), "A heron") + "</urlset>",
                        Content_Type="application/xml")
        self.origin.put("/", "<html><head><title>Herons</title></head><body><ul>" + "".join(
            told(word, day, "Seen by the keeper of the lock, who writes down what comes by.")
            for day, word in enumerate(("first", "second", "third", "fourth", "fifth"), 1)) + "</ul></body></html>",
            Content_Type="text/html")
        self.write_memory_of_home()
        self.assertEqual(self.health_of()[1:], ("feed", 0))
        for _ in range(3):
            line = self.insist(after=HOUR)
        self.assertIn("its feed is dead", line["error"])
        self.assertIn(f"read from the site's sitemap: {self.origin.url('/news-sitemap.xml')}", self.last.err)
        self.assertEqual(self.insist(after=HOUR)["new"], 1)
        self.assertEqual(self.health_of()[1:], ("sitemap", 1))
        self.assertIn("site's sitemap", self.health_of()[0])
        # the sitemap dies, too
        self.origin.answer("/news-sitemap.xml", {"status": 404})
        self.assertIn("its own feed is still dead", self.insist(after=8 * DAY)["warning"])
        for _ in range(3):
            self.insist(after=HOUR)
        self.assertIn(f"read from the site's front page: {self.origin.url('/')}", self.last.err)
        self.assertEqual(self.insist(after=HOUR)["new"], 5)
        self.assertEqual(self.health_of()[1:], ("front page", 1))
        self.assertIn("1 read from elsewhere", self.succeed("status").out)
        # and back, when the feed itself is
        self.origin.put("/heron", rss([1, 2]))
        line = self.insist(after=8 * DAY)
        self.assertEqual((line["new"], line["warning"]), (1, "its own feed is back, and is read again"))
        self.assertEqual(self.health_of()[1:], ("feed", 0))

    def health_of(self):
        row = self.source()
        status = self.succeed("status", "--json", env={"COURANT_TEST_NOW": f"+{self.now}"}).json
        return row["health"], row["read_from"], status["sources"]["elsewhere"]

    def write_memory_of_home(self):
        """The feed names a site of another host; here it is the origin's, which is where the look begins."""
        text = rss([1]).replace("<link>http://news.example/</link><desc", f"<link>{self.origin.url('/')}</link><desc")
        self.origin.answer("/heron", {"body": text}, {"status": 404})
        self.insist()

    # 20
    def test_a_login_is_asked_for_again_in_four_hours_and_told_once(self):
        for status in (401, 403, 451):
            self.follow("heron")
            self.origin.answer("/heron", {"status": status, "headers": {"WWW-Authenticate": "Basic realm=x"}})
            self.insist()
            self.assertIn(str(status), self.last.err)
            self.assertGreaterEqual(self.source()["interval"], 4 * HOUR)
            agent = self.asked()[-1].headers["user-agent"]
            self.insist()
            self.assertNotIn(f"{status} from", self.last.err)
            self.assertEqual(self.asked()[-1].headers["user-agent"], agent)
            os.remove(os.path.join(self.newsroom, "courant.db"))

    # 21
    def test_what_is_no_feed_costs_neither_articles_nor_validators(self):
        page = '<html><head><title>Sign in</title><link rel="alternate" type="application/rss+xml" href="/real"></head><body>x</body></html>'
        bad = {
            "a page": {"body": page, "headers": {"Content-Type": "text/html", "ETag": '"bad"'}},
            "nothing": {"body": "", "headers": {"ETag": '"bad"'}},
            "an empty feed": {"body": rss([]), "headers": {"ETag": '"bad"'}},
            "a feed cut before its first item": {"body": rss([1])[:420], "headers": {"ETag": '"bad"'}},
            "parked": {"body": "<html><body><h1>news.example</h1><p>This domain is for sale!</p></body></html>",
                       "headers": {"Content-Type": "text/html"}},
        }
        for name, answer in bad.items():
            self.follow("heron")
            self.origin.answer("/heron", {"body": rss([1]), "headers": {"ETag": '"good"'}}, answer)
            self.insist()
            line = self.insist()
            self.assertEqual((name, line["status"], line["new"]), (name, "error", 0))
            self.assertEqual((self.source()["failures"], self.articles()), (1, 1), name)
            self.insist()
            self.assertEqual(self.asked()[-1].headers.get("if-none-match"), '"good"', name)
            if name == "a page":
                self.assertIn("/real", line["error"])
            if name == "parked":
                self.assertIn("parked", line["error"])
            os.remove(os.path.join(self.newsroom, "courant.db"))


    # 21
    def test_lists_of_feeds_and_of_sitemaps_are_no_news(self):
        self.follow("heron", "wren")
        self.origin.put("/heron", "<opml version='2.0'><head/><body><outline xmlUrl='http://a.example/f' text='A'/></body></opml>")
        self.origin.put("/wren", "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>http://a.example/s</loc>"
                        "</sitemap></sitemapindex>")
        for line in self.poll().values():
            self.assertEqual((line["status"], line["new"]), ("error", 0))
            self.assertIn("a list of", line["error"])

    # 28
    def test_hostile_feeds_cost_themselves_alone(self):
        hostile = {
            "deep": "<rss><channel><item><title>x</title><description>" + "<b>" * 300000,
            "laughs": "<!DOCTYPE r [<!ENTITY a 'ha'>" + "".join(
                f"<!ENTITY {chr(98 + i)} '{('&' + chr(97 + i) + ';') * 10}'>" for i in range(9)) + "]><rss><channel><item><title>&j;</title></item></channel></rss>",
            "outside": "<!DOCTYPE r [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><rss><channel><item><title>a&e;b</title></item></channel></rss>",
            "title": "<rss><channel><item><title>" + "t" * 12000000,
            "attributes": "<rss><channel><item " + " ".join(f"a{i}='1'" for i in range(200000)) + "><title>x</title></item></channel></rss>",
        }
        self.follow(*hostile, "good")
        for name, body in hostile.items():
            self.origin.put("/" + name, body)
        self.origin.put("/good", rss([1, 2]))
        lines = self.poll()
        self.assertEqual((lines["good"]["status"], lines["good"]["new"]), ("ok", 2))
        self.assertEqual(set(lines), {*hostile, "good"})
        self.assertNotIn("root:", self.succeed("list", "--json").out)


class Redirects(Polling):
    # 22
    def test_a_permanent_move_is_taken_after_three_polls_that_agree(self):
        for status in (301, 308):
            self.follow("heron")
            self.origin.put("/heron", rss([1, 2]))
            self.insist()
            self.origin.answer("/heron", {"status": status, "headers": {"Location": "/new"}})
            self.origin.put("/new", rss([1, 2]))
            for _ in range(3):
                self.assertEqual(self.source()["address"], self.origin.url("/heron"))
                self.insist()
            self.assertEqual(self.source()["address"], self.origin.url("/new"))
            self.origin.forget()
            self.insist()
            self.assertEqual(self.asked(), [])
            os.remove(os.path.join(self.newsroom, "courant.db"))

    # 22
    def test_flip_flops_and_hijacks_move_nothing(self):
        self.follow("heron", "wren")
        for name in ("heron", "wren"):
            self.origin.put("/" + name, rss([1]))
        self.poll("--force")
        self.origin.answer("/heron", *[{"status": 301, "headers": {"Location": f"/new{i % 2}"}} for i in range(6)])
        self.origin.answer("/wren", {"status": 301, "headers": {"Location": "/other"}})
        self.origin.put("/new0", rss([1]))
        self.origin.put("/new1", rss([1]))
        self.origin.put("/other", newstext.rss([7, 8, 9]))
        for _ in range(5):
            self.poll("--force")
        self.assertEqual(self.source()["address"], self.origin.url("/heron"))
        self.origin.answer("/other", *({"body": newstext.rss([50 + i])} for i in range(9)))
        self.assertNotEqual(self.source("heron")["address"], self.origin.url("/other"))

    # 23, 24
    def test_a_temporary_hop_makes_the_rest_temporary(self):
        for first, second in ((302, None), (303, None), (307, None), (302, 301), (307, 308)):
            self.follow("heron")
            self.origin.put("/end", rss([1]))
            self.origin.answer("/heron", {"status": first, "headers": {"Location": "/middle" if second else "/end"}})
            self.origin.answer("/middle", {"status": second or 302, "headers": {"Location": "/end"}})
            for _ in range(4):
                self.assertIn(self.insist()["status"], ("ok", "unchanged"))
            self.assertEqual(self.source()["address"], self.origin.url("/heron"))
            os.remove(os.path.join(self.newsroom, "courant.db"))

    # 24
    def test_loops_long_chains_and_private_networks_are_errors(self):
        self.follow("loop", "long", "inside")
        self.origin.answer("/loop", {"status": 302, "headers": {"Location": "/loop"}})
        self.origin.answer("/long", {"status": 302, "headers": {"Location": "/1"}})
        for i in range(1, 9):
            self.origin.answer(f"/{i}", {"status": 302, "headers": {"Location": f"/{i + 1}"}})
        self.origin.answer("/inside", {"status": 302, "headers": {"Location": "http://10.0.0.1:8080/"}})
        lines = self.poll()
        self.assertEqual({line["status"] for line in lines.values()}, {"error"})

    # 25
    def test_after_a_move_to_another_host_no_article_comes_again(self):
        self.follow("heron")
        guid = "<guid>http://old.example/{0}</guid>"
        old = rss([1, 2]).replace("http://news.example/", "http://old.example/")
        for n in (1, 2):
            old = old.replace(f"<guid isPermaLink='false'>story-{n}</guid>", guid.format(n))
        self.origin.answer("/heron", {"body": old}, {"body": old.replace("http://old.example", "https://new.example")})
        self.assertEqual(self.insist()["new"], 2)
        self.assertEqual(self.insist()["new"], 0)
        self.assertEqual(self.articles(), 2)

    # 26
    def test_what_a_feed_says_of_its_address_is_noted_and_not_followed(self):
        self.follow("heron")
        self.origin.put("/heron", rss([1], "<itunes:new-feed-url>http://elsewhere.example/feed</itunes:new-feed-url>"))
        for _ in range(4):
            self.insist()
        row = self.source()
        self.assertEqual((row["address"], row["says_it_is_at"]), (self.origin.url("/heron"), "http://elsewhere.example/feed"))
        self.origin.put("/heron", rss([1, 2], "<atom:link rel='self' href='http://self.example/feed'/>"))
        self.insist()
        row = self.source()
        self.assertEqual((row["address"], row["says_it_is_at"]), (self.origin.url("/heron"), "http://self.example/feed"))


class Bytes(Polling):
    # 27
    def test_every_coding_is_undone_asked_for_or_not(self):
        body = rss([1]).encode()
        answers = {
            "gzip": {"body": gzip.compress(body), "headers": {"Content-Encoding": "gzip"}},
            "deflate": {"body": zlib.compress(body), "headers": {"Content-Encoding": "deflate"}},
            "named": {"body": body, "headers": {"Content-Encoding": "gzip"}},
            "unnamed": {"body": gzip.compress(body)},
            "twice": {"body": gzip.compress(gzip.compress(body)), "headers": {"Content-Encoding": "gzip, gzip"}},
            "plain": {"body": body},
        }
        self.follow(*answers)
        for name, answer in answers.items():
            self.origin.answer("/" + name, answer)
        for name, line in self.poll().items():
            self.assertEqual((name, line["new"]), (name, 1))
        for coding in ("gzip", "br", "zstd", "deflate"):
            self.assertIn(coding, self.asked("/plain")[0].headers["accept-encoding"])

    # 28
    def test_a_limit_that_is_hit_is_named(self):
        self.follow("bomb", "large", fetch=NEVER_FREE + "\nmax_size = 1M")
        bomb = gzip.compress(b"\0" * (64 << 20))
        self.origin.answer("/bomb", {"body": bomb, "headers": {"Content-Encoding": "gzip"}})
        self.origin.answer("/large", {"body": "x" * (2 << 20)})
        for line in self.poll().values():
            self.assertEqual(line["status"], "error")
            self.assertRegex(line["error"], "1 MiB|1048576 bytes")

    # 28
    def test_a_transfer_has_a_time_limit(self):
        self.follow("heron", fetch=NEVER_FREE + "\ntimeout = 1s")
        self.origin.answer("/heron", {"body": rss([1]), "wait": 30})
        line = self.poll()["heron"]
        self.assertEqual(line["status"], "error")
        self.assertLess(line["ms"], 20000)

    # 29
    def test_what_was_cut_short_is_not_whole_unless_the_document_is(self):
        body = rss([1, 2, 3])
        cuts = [len(body) * i // 10 for i in range(1, 10)]
        self.follow(*(f"n{i}" for i in range(len(cuts))), "whole", fetch=NEVER_FREE)
        for i, cut in enumerate(cuts):
            self.origin.answer(f"/n{i}", {"body": body, "cut": cut, "headers": {"ETag": '"x"'}})
        self.origin.answer("/whole", {"body": body + "\n\n\n", "cut": len(body) + 1, "headers": {"ETag": '"x"'}})
        lines = self.poll()
        self.assertEqual((lines["whole"]["status"], lines["whole"]["new"]), ("ok", 3))
        for i in range(len(cuts)):
            self.assertEqual(lines[f"n{i}"]["status"], "error")
        self.poll("--force")
        for i in range(len(cuts)):
            self.assertNotIn("if-none-match", self.asked(f"/n{i}")[-1].headers)

    # 30, 31
    def test_requests_are_plain_and_say_who_asks(self):
        self.follow("heron", "wren")
        with open(os.path.join(self.newsroom, "courant.conf"), "a", encoding="utf-8") as file:
            file.write("user_agent = Wren/1\nheader = From: editor@news.example\n")
        for name in ("heron", "wren"):
            self.origin.answer("/" + name, {"body": rss([1]), "headers": {"Set-Cookie": "a=b"}})
        self.poll()
        self.poll("--force")
        self.assertEqual({r.method for r in self.origin.requests}, {"GET"})
        self.assertEqual({r.path for r in self.origin.requests}, {"/heron", "/wren"})
        for request in self.asked():
            self.assertIn("application/atom+xml", request.headers["accept"])
            self.assertRegex(request.headers["user-agent"], r"^Courant/\S+ \(\+http\S+; \d+ subscribers\)$")
            for name in ("cookie", "referer", "from"):
                self.assertNotIn(name, request.headers)
        self.assertTrue(self.asked("/wren")[0].headers["user-agent"].startswith("Wren/1"))
        self.assertEqual(self.asked("/wren")[0].headers["from"], "editor@news.example")

    # 32
    def test_new_items_alone_are_asked_for_with_a_validator_and_merged(self):
        self.follow("heron")
        self.origin.answer(
            "/heron", {"body": rss([1, 2]), "headers": {"ETag": '"a"'}},
            {"status": 226, "body": rss([3]), "headers": {"ETag": '"b"', "IM": "feed"}}, {"status": 304})
        self.insist()
        self.assertNotIn("a-im", self.asked()[0].headers)
        self.assertEqual(self.insist()["new"], 1)
        self.assertEqual(self.asked()[1].headers.get("a-im"), "feed")
        self.assertEqual(self.articles(), 3)
        self.assertEqual(self.source()["state"], "ok")

    # 33
    def test_the_format_is_in_the_bytes_and_the_charset_in_the_header(self):
        self.follow("heron")
        text = rss([1]).replace("Story number", "新闻").replace(" encoding='utf-8'", "")
        self.origin.put("/heron", text.encode("gb18030"), Content_Type="text/html; charset=gb18030")
        self.assertEqual(self.insist()["new"], 1)
        self.assertIn("新闻", self.succeed("list", "--json").json[0]["title"])


class History(Polling):
    def archive_page(self, n, last):
        link = f"<atom:link rel='prev-archive' href='{self.origin.url(f'/a{n - 1}')}'/>" if n > last else ""
        return rss([10 * n + i for i in range(3)], f"<fh:archive/>{link}")

    # 34
    def test_archives_are_walked_once_each(self):
        self.follow("heron")
        head = "<atom:link rel='prev-archive' href='{}'/>"
        for n in range(1, 8):
            self.origin.put(f"/a{n}", self.archive_page(n, 1))
        self.origin.put("/heron", rss([90, 91], head.format(self.origin.url("/a6"))))
        lines = self.poll("--force")
        self.assertEqual((lines["heron"]["new"], len(self.last.json_lines)), (2 + 18, 1))
        self.origin.put("/heron", rss([91, 92], head.format(self.origin.url("/a7"))))
        self.assertEqual(self.insist()["new"], 1 + 3)
        self.assertEqual([len(self.asked(f"/a{n}")) for n in range(1, 8)], [1] * 7)

    # 34
    def test_a_paged_feed_is_walked_at_first_taken_up_after_a_kill_and_ends_in_a_loop(self):
        self.follow("heron")
        for n in range(1, 12):
            to = 5 if n == 11 else n + 1
            self.origin.put(f"/p{n}", rss([100 - n], f"<atom:link rel='next' href='{self.origin.url(f'/p{to}')}'/>"))
        self.origin.put("/heron", rss([100], f"<atom:link rel='next' href='{self.origin.url('/p1')}'/>"))
        self.run_courant("run", "--once", env={"COURANT_TEST_FAULT": "store.commit:6:kill"})
        asked = len(self.origin.requests)
        self.assertLess(asked, 12)
        self.poll(after=1)
        self.assertEqual(self.articles(), 12)
        self.assertLessEqual(len(self.origin.requests), asked + 13)
        self.assertLessEqual(len(self.asked("/p5")), 3)
        self.origin.forget()
        self.insist()
        self.assertEqual({r.path for r in self.origin.requests}, {"/heron"})

    # 34
    def test_what_a_complete_feed_leaves_out_was_withdrawn_and_is_kept(self):
        self.follow("heron")
        self.origin.answer("/heron", {"body": rss([1, 2], "<fh:complete/>")}, {"body": rss([2], "<fh:complete/>")})
        self.insist()
        self.insist()
        self.assertEqual(self.articles(), 2)
        shown = [self.succeed("show", row["id"]).out for row in self.succeed("list", "--json").json]
        self.assertEqual(sum("withdr" in text or "took" in text for text in shown), 1, shown)

    # 35
    def test_json_feeds_are_paged_too_and_stop_when_they_have_expired(self):
        self.follow("heron")
        page = '{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"%s","content_text":"text %s"}]%s}'
        self.origin.put("/heron", page % ("1", "1", ',"next_url":"%s","hubs":[{"type":"WebSub","url":"http://h.example/"}]' % self.origin.url("/2")))
        self.origin.put("/2", page % ("2", "2", ""))
        self.assertEqual(self.insist()["new"], 2)
        self.origin.put("/heron", page % ("3", "3", ',"expired":true'))
        self.assertEqual(self.insist()["new"], 1)
        self.assertEqual((self.source()["state"], self.source()["next_poll"]), ("gone", None))

    # 36
    def test_a_burst_is_polled_sooner_and_said(self):
        self.follow("heron")
        self.origin.answer("/heron", {"body": rss([1, 2], "<ttl>240</ttl>")}, {"body": rss([50, 51], "<ttl>240</ttl>")})
        self.insist()
        self.assertEqual(self.insist()["new"], 2)
        self.assertTrue(2 * HOUR <= self.source()["interval"] <= 2.2 * HOUR + 1)
        self.origin.put("/heron", rss([80, 81]))
        self.assertIn("articles may be missing", self.succeed("run", "--once", "--force").out)


class Articles(Polling):
    # 38
    def test_two_items_of_one_id_are_both_kept_and_the_feed_is_marked(self):
        self.follow("heron")
        text = rss([1, 2]).replace("story-2", "story-1")
        self.origin.put("/heron", text)
        self.assertEqual(self.insist()["new"], 2)
        self.assertIn("share ids", self.source()["health"])

    # 38
    def test_without_an_id_the_address_counts(self):
        self.follow("heron")
        self.origin.answer("/heron", {"body": rss([1, 2], guid=False)}, {"body": rss([1, 2], guid=False, words="Other words.")})
        self.assertEqual(self.insist()["new"], 2)
        line = self.insist()
        self.assertEqual((line["new"], line["revised"]), (0, 2))

    # 38
    def test_without_an_id_and_an_address_what_it_says_counts(self):
        self.follow("heron")
        bare = "<item><description>{}</description></item>".format
        body = lambda *words: "<rss version='2.0'><channel><title>H</title>" + "".join(map(bare, words)) + "</channel></rss>"
        self.origin.answer("/heron", {"body": body("A heron.", "A wren.")}, {"body": body("A kite.", "A heron.", "A wren.")})
        self.assertEqual([self.insist()["new"] for _ in range(2)], [2, 1])
        self.assertEqual(self.articles(), 3)

    # 39
    def test_a_date_to_come_is_kept_as_said_and_sorts_by_sighting(self):
        self.follow("heron")
        dated = lambda n, when: f"<item><title>T{n}</title><guid>g{n}</guid><pubDate>{when}</pubDate></item>"
        body = lambda *items: "<rss version='2.0'><channel><title>H</title>" + "".join(items) + "</channel></rss>"
        later = dated(1, "Fri, 01 Jan 2100 00:00:00 GMT")
        self.origin.put("/heron", body(later))
        self.insist()
        self.insist(after=HOUR)
        self.origin.put("/heron", body("<item><title>T2</title><guid>g2</guid></item>", later))
        self.insist(after=HOUR)
        rows = self.succeed("list", "--json", env={"COURANT_TEST_NOW": f"+{self.now}"}).json
        self.assertEqual([row["title"] for row in rows], ["T2", "T1"])
        self.assertTrue(rows[1]["published"].startswith("2100-01-01"))

    # 39
    def test_an_item_without_a_date_keeps_the_time_of_its_first_sighting(self):
        self.follow("heron")
        self.origin.answer("/heron", *({"body": rss(range(1, n), date=False)} for n in (2, 3, 4)))
        self.insist()
        first = self.succeed("list", "--json").json[-1]["published"]
        self.insist(after=HOUR)
        self.insist(after=HOUR)
        rows = self.succeed("list", "--json").json
        self.assertEqual((rows[-1]["published"], len({row["published"] for row in rows})), (first, 3))

    # 40
    def test_a_change_is_one_revision_and_order_and_tracking_are_none(self):
        self.follow("heron")
        tracked = rss([2, 1]).replace("http://news.example/1<", "http://news.example/1?utm_source=feed<")
        changed = rss([1, 2]).replace("It was the 1th", "It was the first")
        self.origin.answer("/heron", {"body": rss([1, 2])}, {"body": tracked}, {"body": changed}, {"body": changed + " "})
        self.assertEqual([self.insist()["revised"] for _ in range(4)], [0, 0, 1, 0])

    # 41
    def test_what_vanishes_or_is_deleted_stays(self):
        self.follow("heron")
        deleted = "<at:deleted-entry ref='story-1' when='2024-01-01T00:00:00Z'/>"
        self.origin.answer("/heron", {"body": rss([1, 2])}, {"body": rss([2])}, {"body": rss([2], deleted)})
        for _ in range(3):
            self.insist()
        self.assertEqual(self.articles(), 2)

    # 42
    def test_sources_tell_what_happened_last_and_why_the_next_poll_is_when_it_is(self):
        self.follow("heron")
        self.origin.put("/heron", rss([1], "<ttl>120</ttl>"))
        self.insist()
        row = self.source()
        self.assertEqual((row["last_status"], row["failures"], row["state"]), (200, 0, "ok"))
        self.assertIn("ttl", row["why"])
        for key in ("last_poll", "last_success", "last_change", "next_poll"):
            self.assertRegex(row[key], r"^\d{4}-\d\d-\d\dT")

    def test_a_damaged_key_costs_its_own_source_alone_until_it_is_mended(self):
        self.follow("heron", "wren")
        self.origin.put("/heron", rss([1, 2]), ETag='"old"')
        self.origin.put("/wren", rss([11]))
        self.poll()
        store = sqlite3.connect(os.path.join(self.newsroom, "courant.db"))
        changed = store.execute("UPDATE known SET seal = seal + 1 WHERE source = (SELECT key FROM source WHERE id = 'heron')")
        self.assertGreater(changed.rowcount, 0)
        store.commit()
        store.close()
        self.origin.put("/heron", rss([1, 2, 3], words="It had flown."), ETag='"new"')
        self.origin.put("/wren", rss([11, 12]))
        lines = self.poll("--force", after=HOUR)
        self.assertEqual((lines["heron"]["status"], lines["wren"]["new"], self.last.status), ("error", 1, 1))
        self.assertRegex(self.last.err, r"heron: .*`courant verify --repair`.*; next try in")
        self.assertEqual((self.source()["state"], self.source()["articles"]), ("failing", 2))
        self.assertEqual(self.poll(after=MINUTE), {})
        self.run_courant("verify", "--repair")
        line = self.poll(after=2 * HOUR)["heron"]
        self.assertEqual((line["status"], line["new"], line["revised"]), ("ok", 1, 2))
        self.assertEqual([r.headers.get("if-none-match") for r in self.asked()], [None, '"old"', '"old"'])

    def test_a_store_that_is_damaged_itself_ends_the_round(self):
        self.follow("heron", "wren")
        self.origin.put("/heron", rss([1]))
        self.origin.put("/wren", rss([11]))
        self.poll()
        path = os.path.join(self.newsroom, "courant.db")
        store = sqlite3.connect(path)
        root = store.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'known'").fetchone()[0]
        size = store.execute("PRAGMA page_size").fetchone()[0]
        store.close()
        with open(path, "r+b") as file:
            file.seek((root - 1) * size)
            file.write(b"\x55" * size)
        self.origin.put("/heron", rss([1, 2]))
        result = self.run_courant("run", "--once", "--force")
        self.assertEqual(result.status, 3, result)
        self.assertIn("`courant verify --repair`", result.err)

    # health
    def test_unusual_silence_is_told(self):
        self.follow("heron")
        now = int(__import__("time").time())
        dated = lambda ages: "".join(
            f"<item><title>T{a}</title><guid>g{a}</guid><pubDate>{email.utils.formatdate(now - a, usegmt=True)}</pubDate></item>"
            for a in ages)
        body = lambda ages: f"<rss version='2.0'><channel><title>H</title>{dated(ages)}</channel></rss>"
        self.origin.put("/heron", body(range(600, 6 * DAY, 4320)))  # twenty a day
        self.insist()
        self.assertEqual(self.source()["state"], "ok")
        self.insist(after=9 * HOUR)
        row = self.source()
        self.assertEqual(row["state"], "silent")
        self.assertRegex(row["health"], r"posts (19|20|21) a day, none for 9 h")


class Pages(Polling):
    LIST = "<html><head><title>Heron</title></head><body><ul>{}</ul></body></html>"

    def page(self, numbers):
        return self.LIST.format("".join(
            f"<li class=n><a href='/story/{n}'>A long enough headline of story {n}</a><time>2024-01-{n:02}</time></li>" for n in numbers))

    def setUp(self):
        super().setUp()
        text = newsroom.CONF.format(layout="dated", fetch=f"{NEVER_FREE}\nports = {self.origin.port}")
        self.make_newsroom(
            text + f"\n[source heron]\nname = Heron\npage = {self.origin.url('/front')}\nitems = li.n\nlink = a\ntitle = a\nfull_text = never\n")

    def test_a_page_is_followed_through_its_list_of_news(self):
        self.origin.put("/front", self.page([1, 2]), Content_Type="text/html")
        self.assertEqual(self.insist()["new"], 2)
        self.origin.put("/front", self.page([3, 1, 2]), Content_Type="text/html")
        self.assertEqual(self.insist()["new"], 1)
        self.assertEqual(self.source()["read_from"], "front page")

    def test_robots_txt_is_asked_for_a_page_and_obeyed(self):
        self.origin.put("/robots.txt", "User-agent: *\nDisallow: /front\n", Content_Type="text/plain")
        self.origin.put("/front", self.page([1, 2]), Content_Type="text/html")
        self.assertEqual(self.insist()["status"], "error")
        self.assertEqual(self.asked("/front"), [])


class Contract(unittest.TestCase):
    def test_no_line_is_without_its_test(self):
        with open(os.path.abspath(__file__), encoding="utf-8") as file:
            held = re.findall(r"(?m)^    # ([\d, ]+)\n    def test_", file.read())
        numbers = {int(number) for line in held for number in line.split(",")}
        self.assertEqual(set(range(1, 43)) - numbers, {WEBSUB})
        for text in ELSEWHERE.values():
            for folder, name in re.findall(r"(unit/)?(test_\w+)", text):
                path = ("tests", "unit", name + ".c") if folder else ("tests", "program", name + ".py")
                self.assertTrue(os.path.exists(os.path.join(harness.ROOT, *path)), name)


if __name__ == "__main__":
    harness.main()
