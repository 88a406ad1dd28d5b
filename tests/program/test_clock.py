# SPDX-License-Identifier: MIT
"""A clock that is wrong, or right in another century: what is kept stays what it is, and nothing is planned for ever."""
import os
import shutil
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness
import newsroom
import newstext

HOUR, DAY = 3600, 86400
LONG_AGO, FAR_AHEAD = -5_000_000_000, 4_000_000_000  # 1811 and 2096: on either side of what 32 bits hold
WHEN_IT_IS_2040, WHEN_IT_IS_1980 = 2_209_000_000, 320_000_000


def dated(*seconds):
    items = "".join(
        f"<item><title>Of the day {s}</title><link>http://news.example/{s}</link><guid isPermaLink='false'>day-{s}</guid>"
        f"<pubDate>{newstext.http_date(s)}</pubDate><description>The lighthouse was lit, and that was {s}.</description></item>"
        for s in seconds
    )
    return f"<rss version='2.0'><channel><title>The Heron</title><link>http://news.example/</link>{items}</channel></rss>"


def iso(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class Clock(newsroom.Case):
    def at(self, shift):
        return {"COURANT_TEST_NOW": f"{int(shift):+d}"}

    def poll(self, *options, shift=0):
        """One round, with the clock off by so much; the line of each source by its id."""
        return {line["source"]: line for line in self.harvest(*options, env=self.at(shift))}

    def source(self, shift=0):
        return self.succeed("sources", "--json", env=self.at(shift)).json[0]

    def articles(self, shift=0):
        rows = self.succeed("list", "--json", "--limit", "100", env=self.at(shift)).json
        return sorted((row["id"], row["article"], row["title"], row["published"]) for row in rows)

    def texts(self):
        """The articles' files, path and bytes."""
        tree = self.tree()
        return {path: tree[path] for path in self.article_files()}

    def look(self, shift):
        """What a user asks, at that time: all of it answers, with dates of four digits' years, and the archive is whole."""
        year = time.gmtime(time.time() + shift).tm_year
        env = self.at(shift)
        for command in (["list"], ["sources"], ["status"], ["show", self.articles(shift)[0][0]]):
            out = self.succeed(*command, env=env).out
            self.assertNotRegex(out, r"\bin -|-\d+ (s|min|h|d|days)\b|\d{7,}-\d\d-", (command, year))
        self.succeed("verify", env=env)
        status = self.succeed("status", "--json", env=env).json
        self.assertRegex(status["next_poll"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")


class Jumps(Clock):
    def to_and_fro(self, *shifts):
        self.follow("heron")
        self.origin.answer("/heron", {"body": newstext.rss(range(1, 9)), "headers": {"ETag": '"a"'}})
        self.assertEqual(self.poll()["heron"]["new"], 8)
        articles, files = self.articles(), self.texts()
        for turn, shift in enumerate(shifts):
            # the same articles in other bytes, so that they are read and compared again
            self.origin.put("/heron", newstext.rss(range(1, 9), title="Generated news") + "\n" * (turn + 1))
            line = self.poll("--force", shift=shift)["heron"]
            self.assertIsNone(line["error"], shift)
            self.assertEqual((line["new"], line["revised"]), (0, 0), shift)
            self.look(shift)
            row = self.source(shift)
            self.assertTrue(15 * 60 <= row["interval"] <= 7 * DAY, (shift, row))
        self.assertEqual(self.articles(), articles)
        self.assertEqual(self.texts(), files)
        self.assertEqual(self.succeed("status", "--json").json["revisions"], 8)

    def test_four_hundred_days_back_ahead_and_home_again(self):
        self.to_and_fro(-400 * DAY, 0, 400 * DAY, 0)

    def test_after_2038_and_before_this_program_was(self):
        now = time.time()
        self.to_and_fro(WHEN_IT_IS_2040 - now, WHEN_IT_IS_1980 - now, 0)

    def test_what_is_new_under_a_wrong_clock_is_taken_once_and_stays(self):
        self.follow("heron")
        self.origin.put("/heron", newstext.rss([1]))
        self.poll()
        now, wanted = time.time(), 1
        for shift in (-400 * DAY, 400 * DAY, WHEN_IT_IS_2040 - now, WHEN_IT_IS_1980 - now):
            wanted += 1
            self.origin.put("/heron", newstext.rss(range(1, wanted + 1)))
            self.assertEqual(self.poll("--force", shift=shift)["heron"]["new"], 1, shift)
            self.look(shift)
        before = self.articles(), self.article_files()
        self.poll("--force")
        self.look(0)
        self.assertEqual((self.articles(), self.article_files()), before)
        self.assertEqual(len(before[0]), wanted)
        self.assertEqual(self.succeed("status", "--json").json["revisions"], wanted)


class Plans(Clock):
    def test_a_poll_planned_by_a_clock_that_was_ahead_comes_within_the_longest_interval(self):
        for shift in (400 * DAY, WHEN_IT_IS_2040 - time.time()):
            with self.subTest(shift=shift):
                self.follow("heron")
                self.origin.put("/heron", newstext.rss([1]))
                self.poll(shift=shift)
                self.origin.forget()
                self.poll()  # that the plan is a wrong clock's is seen here
                self.poll(shift=DAY + HOUR)
                self.assertGreaterEqual(len(self.origin.requests_for("/heron")), 1)
                self.assertLessEqual(len(self.origin.requests_for("/heron")), 2)
                os.remove(os.path.join(self.newsroom, "courant.db"))

    def test_a_clock_set_back_leaves_the_wait_that_was_planned(self):
        """By hours or by years: nobody is asked sooner than was promised, and nobody later."""
        for shift in (6 * HOUR, 400 * DAY):
            with self.subTest(shift=shift):
                self.follow("heron")
                self.origin.answer("/heron", {"status": 503, "headers": {"Retry-After": "7200"}}, {"body": newstext.rss([1])})
                self.run_courant("run", "--once", env=self.at(shift))
                self.assertEqual(self.poll(), {})
                wait = self.source()["next_poll"]
                self.assertTrue(iso(time.time() + 2 * HOUR - 300) < wait <= iso(time.time() + 2 * HOUR), wait)
                self.assertEqual(self.poll(shift=HOUR), {})
                self.assertEqual(self.poll(shift=2 * HOUR + 300)["heron"]["new"], 1)
                os.remove(os.path.join(self.newsroom, "courant.db"))

    def test_forced_it_comes_at_once(self):
        self.follow("heron")
        self.origin.put("/heron", newstext.rss([1]))
        self.poll(shift=400 * DAY)
        self.assertIn("heron", self.poll("--force"))

    def test_a_source_left_alone_while_the_clock_was_behind_is_polled_once_when_it_is_right(self):
        self.follow("heron")
        self.origin.put("/heron", newstext.rss([1]))
        self.poll(shift=-400 * DAY)
        self.origin.forget()
        self.poll()
        self.poll()
        self.assertEqual(len(self.origin.requests_for("/heron")), 1)

    def test_a_retry_after_of_a_wrong_clock_does_not_hold_for_ever(self):
        self.follow("heron")
        self.origin.answer("/heron", {"status": 503, "headers": {"Retry-After": "7200"}}, {"body": newstext.rss([1])})
        self.run_courant("run", "--once", env=self.at(400 * DAY))
        self.assertEqual(self.poll("--force")["heron"]["new"], 1)

    def test_nor_does_one_that_was_given_to_a_whole_host(self):
        names = [f"n{i}" for i in range(6)]
        self.follow(*names, fetch="allow_networks = 127.0.0.0/8\nper_host = 1")
        for name in names:
            self.origin.answer("/" + name, {"status": 429, "headers": {"Retry-After": "7200"}})
        self.run_courant("run", "--once", env=self.at(400 * DAY))
        for name in names:
            self.origin.put("/" + name, newstext.rss([1]))
        lines = self.poll("--force")
        self.assertEqual(sorted(lines), names)
        self.assertEqual({line["status"] for line in lines.values()}, {"ok"})

    def test_a_run_that_goes_on_polls_what_a_clock_ahead_had_put_off_and_ends_when_told(self):
        self.follow("heron")
        self.origin.put("/heron", newstext.rss([1]))
        self.poll(shift=-400 * DAY)
        self.origin.forget()
        process = self.start_courant("run", "--json")
        try:
            self.wait_for(lambda: self.origin.requests_for("/heron"))
            self.wait_for(lambda: self.succeed("sources", "--json").json[0]["interval"])  # its next poll lies ahead; were it to spin, ...
            self.assertEqual(len(self.origin.requests_for("/heron")), 1)
        finally:
            process.terminate()
            out, err = process.communicate(timeout=harness.PATIENCE)
        self.assertEqual(process.returncode, 143, (out, err))

    def test_a_run_that_goes_on_bears_a_clock_that_jumps_ahead_and_back(self):
        for step in (400 * DAY, 9 * HOUR):
            with self.subTest(step=step):
                self.jump(step)
                os.remove(os.path.join(self.newsroom, "courant.db"))

    def jump(self, step):
        self.follow("heron")
        self.origin.put("/heron", newstext.rss([1]))
        process = self.start_courant("run", "--json", env={"COURANT_TEST_STEP": str(step)})
        self.addCleanup(process.kill)
        self.assertIn(b'"heron"', process.stdout.readline())

        def wait_for(condition):  # it would look by itself, within a minute
            self.wait_for(lambda: condition() or process.send_signal(signal.SIGHUP))

        self.origin.forget()
        process.send_signal(signal.SIGUSR1)
        wait_for(lambda: self.origin.requests_for("/heron"))
        self.wait_for(lambda: self.source()["next_poll"] > iso(time.time() + 3 * step / 4))
        process.send_signal(signal.SIGUSR2)
        wait_for(lambda: self.source()["next_poll"] < iso(time.time() + 3 * step / 4))
        process.terminate()
        _, err = process.communicate(timeout=harness.PATIENCE)
        self.assertEqual(process.returncode, 143, err)
        self.assertIn(b"the clock was set back", err)
        self.look(0)


class Dates(Clock):
    def test_what_is_dated_after_2038_or_before_1970_is_kept_in_both_layouts(self):
        for layout in ("dated", "duty-machine"):
            with self.subTest(layout=layout):
                self.follow("heron", layout=layout)
                self.origin.put("/heron", dated(LONG_AGO, -1, 1, 2_200_000_000, FAR_AHEAD, 1_700_000_000))
                self.assertEqual(self.poll()["heron"]["new"], 6)
                self.assertEqual(len(self.article_files()), 6, self.article_files())
                self.look(0)
                before = self.articles(), self.article_files()
                self.origin.put("/heron", dated(1_700_000_000, FAR_AHEAD, 2_200_000_000, 1, -1, LONG_AGO))
                line = self.poll("--force", shift=WHEN_IT_IS_2040 - time.time())["heron"]
                self.assertEqual((line["new"], line["revised"]), (0, 0))
                self.assertEqual((self.articles(), self.article_files()), before)
                for number, _, _, published in before[0]:
                    self.assertRegex(published, r"^\d{4}-\d\d-\d\dT")
                    self.succeed("show", str(number))
                os.remove(os.path.join(self.newsroom, "courant.db"))
                shutil.rmtree(self.archive)


if __name__ == "__main__":
    harness.main()
