# SPDX-License-Identifier: MIT
"""The main job as a user sees it: sources are polled, what is new is stored, archived and committed."""
import os
import re
import signal
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness
import newsroom
import newstext

class Harvesting(newsroom.Case):
    def test_new_items_become_files_and_one_commit(self):
        self.follow("heron", "wren")
        self.origin.put("/heron", newstext.rss([1, 2, 3]))
        self.origin.put("/wren", newstext.rss([11, 12]))
        lines = {line["source"]: line for line in self.harvest()}
        self.assertEqual(lines["heron"]["status"], "ok")
        self.assertEqual((lines["heron"]["new"], lines["wren"]["new"]), (3, 2))
        self.assertEqual(len(self.article_files()), 5)
        self.assertEqual(self.git("log", "--format=%s"), ["heron: 3 new; wren: 2 new"])
        self.assertEqual(self.git("status", "--porcelain"), [])

    def test_a_second_harvest_finds_nothing_and_writes_nothing(self):
        self.follow("heron")
        self.origin.put("/heron", newstext.rss([1, 2, 3]))
        self.harvest()
        before = self.tree()
        lines = self.harvest("--force")
        self.assertEqual((lines[0]["status"], lines[0]["new"], lines[0]["revised"]), ("unchanged", 0, 0))
        self.assertEqual(self.tree(), before)
        self.assertEqual(len(self.git("log", "--format=%s")), 1)

    def test_nothing_is_polled_before_its_time(self):
        self.follow("heron")
        self.origin.put("/heron", newstext.rss([1]))
        self.harvest()
        for _ in range(10):
            self.assertEqual(self.harvest(), [])
        self.assertEqual(len(self.origin.requests_for("/heron")), 1)
        later = self.harvest(env={"COURANT_TEST_NOW": "+90000"})
        self.assertEqual([line["source"] for line in later], ["heron"])

    def test_a_changed_item_is_a_revision_in_its_file(self):
        self.follow("heron")
        first = newstext.rss([1, 2])
        self.origin.answer("/heron", {"body": first}, {"body": first.replace("<p>", "<p>Corrected: ", 1)})
        self.harvest()
        names = self.article_files()
        line = self.harvest("--force")[0]
        self.assertEqual((line["new"], line["revised"]), (0, 1))
        self.assertEqual(self.article_files(), names)
        self.assertEqual(self.git("log", "--format=%s")[0], "heron: 1 revised")
        self.assertIn("Corrected:", "".join(self.read(name) for name in names))

    def test_an_article_whose_date_moves_to_another_month_stays_in_its_month_s_list(self):
        self.follow("heron")
        first = newstext.rss([1])
        month = re.search(r"<pubDate>[^<]*</pubDate>", first).group()
        self.origin.answer("/heron", {"body": first}, {"body": first.replace(month, "<pubDate>Sun, 01 Sep 2024 10:00:00 GMT</pubDate>")})
        self.harvest()
        names = sorted(self.tree())
        self.harvest("--force")
        self.assertEqual(sorted(self.tree()), names)
        self.succeed("verify")

    def test_a_text_that_flips_makes_few_revisions_and_is_told(self):
        self.follow("heron")
        one, other = newstext.rss([1]), newstext.rss([1]).replace("<p>", "<p>Otherwise: ", 1)
        self.origin.answer("/heron", *[{"body": body} for body in [one, other] * 5])
        lines = [self.harvest("--force")[0] for _ in range(10)]
        self.assertEqual([line["new"] for line in lines], [1] + [0] * 9)
        self.assertLess(sum(line["revised"] for line in lines), 4)
        self.assertIn("flips", self.succeed("sources", "--json").json[0]["health"])

    def test_one_bad_source_spoils_nothing(self):
        self.follow("good", "missing", "page", "broken")
        self.origin.put("/good", newstext.rss([1]))
        self.origin.put("/page", "<!DOCTYPE html><title>Log in</title><p>Please log in.", Content_Type="text/html")
        self.origin.answer("/broken", {"body": newstext.rss([5, 6]), "cut": 700})
        result = self.run_courant("run", "--once", "--json")
        self.assertEqual(result.status, 1, result)
        lines = {line["source"]: line for line in result.json_lines}
        self.assertEqual(lines["good"]["new"], 1)
        self.assertEqual({name: line["status"] for name, line in lines.items() if name != "good"},
                         {"missing": "error", "page": "error", "broken": "error"})
        self.assertIn("404", lines["missing"]["error"])
        for name in ("missing", "page", "broken"):
            self.assertRegex(result.err, rf"(?m)^courant: {name}: .*; next try in ")
        self.assertEqual(len(self.article_files()), 1)

    def test_validators_come_back_byte_for_byte(self):
        self.follow("heron")
        odd = {"ETag": 'W/"a,b-gzip"', "Last-Modified": "Tue, 11 Jun 2024 07:00:00 CEST"}
        self.origin.answer("/heron", {"body": newstext.rss([1]), "headers": odd}, {"status": 304, "headers": {"ETag": '"new"'}},
                           {"status": 304})
        for _ in range(4):
            self.harvest("--force")
        seen = [r.headers for r in self.origin.requests_for("/heron")]
        self.assertNotIn("if-none-match", seen[0])
        self.assertEqual((seen[1]["if-none-match"], seen[1]["if-modified-since"]), (odd["ETag"], odd["Last-Modified"]))
        self.assertEqual(seen[2]["if-none-match"], '"new"')
        self.assertEqual(seen[3]["if-none-match"], '"new"')

    def test_retry_after_is_kept_over_restarts_and_obeyed_even_when_forced(self):
        self.follow("heron")
        self.origin.answer("/heron", {"status": 503, "headers": {"Retry-After": "1500"}}, {"body": newstext.rss([1])})
        self.run_courant("run", "--once")
        self.assertEqual(self.succeed("run", "--once", "--force", "--json").out, "")
        source = self.succeed("sources", "--json").json[0]
        self.assertEqual((source["interval"], source["failures"]), (1500, 1))
        self.assertEqual(self.harvest(env={"COURANT_TEST_NOW": "+1501"})[0]["new"], 1)

    def test_gone_stops_a_source_and_keeps_its_articles(self):
        self.follow("heron")
        self.origin.answer("/heron", {"body": newstext.rss([1])}, {"status": 410})
        self.harvest()
        self.run_courant("run", "--once", "--force")
        self.assertEqual(self.succeed("sources", "--json").json[0]["state"], "gone")
        self.assertEqual(self.harvest("--force"), [])
        self.assertEqual(len(self.article_files()), 1)

    def test_only_the_named_source_is_polled(self):
        self.follow("heron", "wren")
        self.origin.put("/heron", newstext.rss([1]))
        self.origin.put("/wren", newstext.rss([2]))
        self.assertEqual([line["source"] for line in self.harvest("--source", "wren")], ["wren"])
        result = self.run_courant("run", "--once", "--source", "gull")
        self.assertEqual(result.status, 2)
        self.assertIn('"gull"', result.err)

    def test_two_at_once_is_refused_with_status_3(self):
        self.follow("heron")
        may_answer = threading.Event()
        self.origin.answer("/heron", {"body": newstext.rss([1]), "until": may_answer})
        first = self.start_courant("run", "--once")
        self.wait_for(lambda: self.origin.requests_for("/heron"))
        second = self.run_courant("run", "--once")
        may_answer.set()
        self.assertEqual(second.status, 3, second)
        self.assertRegex(second.err, r"another courant \(process \d+\)")
        _, err = first.communicate()
        self.assertEqual(first.returncode, 0, err)

    def test_no_address_of_this_machine_is_asked_unless_allowed(self):
        self.follow("heron", fetch="")
        result = self.run_courant("run", "--once", "--json")
        self.assertEqual(result.json["status"], "error")
        self.assertIn("loopback", result.json["error"])
        self.assertEqual(self.origin.requests, [])

class Pushing(newsroom.Case):
    def setUp(self):
        super().setUp()
        self.remote = os.path.join(self.folder, "remote.git")
        self.follow("heron")
        self.write_conf(self.read_conf() + f"\n[remote mirror]\nurl = {self.remote}\n")
        self.origin.answer("/heron", {"body": newstext.rss([1])}, {"body": newstext.rss([1, 2])})

    def pushed(self):
        run = subprocess.run(["git", "-C", self.remote, "log", "--format=%s", "main"], capture_output=True, text=True, check=False)
        return run.stdout.splitlines()

    def test_each_commit_goes_to_the_remote(self):
        subprocess.run(["git", "init", "-q", "--bare", self.remote], check=True)
        self.harvest()
        self.harvest("--force")
        self.assertEqual(self.pushed(), ["heron: 1 new", "heron: 1 new"])

    def test_a_failing_push_is_told_kept_and_tried_again(self):
        result = self.run_courant("run", "--once")
        self.assertEqual(result.status, 1, result)
        self.assertEqual(self.git("log", "--format=%s"), ["heron: 1 new"])  # the harvest went well, its commit is here
        self.assertRegex(result.err, r"remote mirror: could not push: .*; next try in \d+ min")
        subprocess.run(["git", "init", "-q", "--bare", self.remote], check=True)
        self.assertEqual(self.run_courant("run", "--once", "--force").status, 1)
        self.assertEqual(self.pushed(), [])  # not before its time
        self.succeed("run", "--once", env={"COURANT_TEST_NOW": "+600"})
        self.assertEqual(self.pushed(), ["heron: 1 new", "heron: 1 new"])

    def test_what_others_pushed_is_never_overwritten(self):
        subprocess.run(["git", "init", "-q", "--bare", self.remote], check=True)
        other = os.path.join(self.folder, "other")
        git = ["git", "-C", other, "-c", "user.name=o", "-c", "user.email=o@example.org"]
        subprocess.run(["git", "init", "-q", "-b", "main", other], check=True)
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "theirs"], check=True)
        subprocess.run([*git, "push", "-q", self.remote, "main"], check=True)
        result = self.run_courant("run", "--once")
        self.assertIn("remote mirror: could not push", result.err)
        self.assertEqual(self.pushed(), ["theirs"])


class Stopping(newsroom.Case):
    def stop_and_look(self, number):
        self.follow("quick", "slow")
        self.origin.put("/quick", newstext.rss(range(1, 40)))
        self.origin.answer("/slow", {"body": newstext.rss([50]), "until": threading.Event()})  # never
        process = self.start_courant("run", "--once", "--json")
        self.assertIn(b'"quick"', process.stdout.readline())
        process.send_signal(number)
        _, err = process.communicate()
        self.assertEqual(process.returncode, 128 + number, err)

    def test_sigterm_keeps_what_is_finished(self):
        self.stop_and_look(signal.SIGTERM)
        self.assertEqual(len(self.article_files()), 39)
        self.assertEqual(self.git("status", "--porcelain"), [])
        self.assertEqual(self.git("log", "--format=%s"), ["quick: 39 new"])

    def test_interrupt_keeps_what_is_finished(self):
        self.stop_and_look(signal.SIGINT)
        self.assertEqual(len(self.article_files()), 39)

    def stop(self, process):
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate()
        self.assertEqual(process.returncode, 143, err)

    def test_a_continuous_harvest_reads_its_configuration_again(self):
        self.follow("heron")
        self.origin.put("/heron", newstext.rss([1]))
        self.origin.put("/wren", newstext.rss([2]))
        process = self.start_courant("run", "--json")
        self.assertIn(b'"heron"', process.stdout.readline())
        self.follow("heron", "wren")
        process.send_signal(signal.SIGHUP)
        self.assertIn(b'"wren"', process.stdout.readline())
        self.write_conf("[fetch]\nconcurency = 3\n")
        process.send_signal(signal.SIGHUP)
        self.assertIn("concurency", "".join(self.read_until(process.stderr, "stays as it was")))
        self.stop(process)
        self.assertEqual(len(self.article_files()), 2)
        self.assertEqual(self.git("status", "--porcelain"), [])

    def test_a_configuration_read_again_during_a_poll_keeps_nothing_waiting(self):
        may_answer = threading.Event()
        item = newstext.rss([1])
        path = re.search(r"<link>(http[^<]*/\d[^<]*)</link>", item).group(1)
        self.follow("heron")
        self.write_conf(self.read_conf().replace("full_text = never", "full_text = always"))
        self.origin.answer("/heron", {"body": item.replace(path, self.origin.url("/page")), "until": may_answer})
        process = self.start_courant("run", "--json")
        self.wait_for(lambda: self.origin.requests_for("/heron"))
        conf = self.read_conf()
        self.write_conf("[fetch]\nconcurency = 3\n")
        process.send_signal(signal.SIGHUP)
        may_answer.set()
        self.read_until(process.stderr, "stays as it was")
        self.wait_for(lambda: self.origin.requests_for("/page"))  # that it is due was not known at the reload
        self.write_conf(conf)
        process.send_signal(signal.SIGHUP)
        self.read_until(process.stderr, "read again")
        self.stop(process)


if __name__ == "__main__":
    harness.main()
