# SPDX-License-Identifier: MIT
"""test_hook.py - [hook] new: a command that is told of each new article"""
import contextlib
import json
import os
import signal
import sqlite3
import threading
import time

import harness

ITEM = "<item><title>Title {0}</title><link>http://n.example/{0}</link><guid>{0}</guid><category>Sea</category><description>Text {0} {1}</description></item>"


def has_ended(pid):
    """It is gone, or waits to be taken note of by whoever is its parent now."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


class Case(harness.Case):
    def setUp(self):
        super().setUp()
        port = self.origin.url("/").rstrip("/").rsplit(":", 1)[1]
        self.told = os.path.join(self.folder, "told")
        self.head = (
            f"[courant]\ntitle = T\n[archive]\ngit = false\n[fetch]\nhost_gap = 0s\nmin_interval = 0s\nports = {port}\n"
            f"allow_networks = 127.0.0.0/8:{port}\n[source a]\nfeed = {self.origin.url('/a')}\nfull_text = never\n"
        )
        self.serve(1, 2, 3)

    def serve(self, *numbers, text=""):
        body = "".join(ITEM.format(n, text) for n in numbers)
        self.origin.put("/a", f"<rss version='2.0'><channel><title>A</title>{body}</channel></rss>")

    def hook(self, script):
        path = self.write_file("hook.sh", "#!/bin/sh\n" + script)
        os.chmod(path, 0o755)
        self.make_newsroom(self.head + f"[hook]\nnew = {path}\n")

    def harvest(self, **options):
        return self.run_courant("run", "--once", "--force", "--json", **options)

    def lines(self):
        if not os.path.exists(self.told):
            return []
        with open(self.told, encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def wait_for(self, condition):
        end = time.monotonic() + harness.PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)


class Hook(Case):
    def test_each_new_article_is_a_line_once_when_it_is_stored(self):
        self.hook(f"echo noise; cat >> {self.told}; {harness.COURANT} list --json > {self.folder}/listed\n")
        result = self.harvest()
        self.assertEqual(result.status, 0, result)
        self.assertEqual(result.json_lines[0]["new"], 3)  # nothing of the command's is among it
        lines = self.lines()
        self.assertEqual(sorted(line["title"] for line in lines), ["Title 1", "Title 2", "Title 3"])
        self.assertEqual(set(lines[0]), {"id", "source", "source_name", "title", "url", "published", "modified", "fetched",
                                         "language", "authors", "tags", "image", "summary", "content_html"})
        self.assertEqual((lines[0]["source"], lines[0]["tags"]), ("a", ["Sea"]))
        with open(os.path.join(self.folder, "listed"), encoding="utf-8") as file:
            self.assertEqual({row["id"] for row in json.load(file)}, {line["id"] for line in lines})
        self.serve(1, 2, 3, 4, text="and more")  # three are revised, one is new
        self.harvest()
        self.assertEqual([line["title"] for line in self.lines()][3:], ["Title 4"])
        self.harvest()
        self.assertEqual(len(self.lines()), 4)

    def test_many_articles_are_many_lines_of_few_processes(self):
        self.serve(*range(500))
        self.hook(f"echo x >> {self.folder}/runs; cat >> {self.told}\n")
        self.harvest()
        self.assertEqual(len({line["id"] for line in self.lines()}), 500)
        with open(os.path.join(self.folder, "runs"), encoding="utf-8") as file:
            self.assertLess(len(file.read().split()), 10)

    def test_a_failure_is_told_and_hurts_nothing(self):
        for script, words in (("exit 3\n", "status 3"), ("kill -9 $$\n", "137"), ("exec /no/such/program\n", "status 127")):
            self.hook(script)
            result = self.harvest()
            self.assertEqual(result.status, 0, result)
            self.assertIn(words, result.err)
            self.assertEqual(len(self.succeed("list", "--json").json), 3)
            os.remove(os.path.join(self.newsroom, "courant.db"))

    def test_a_command_that_reads_nothing_is_no_failure(self):
        self.serve(*range(300), text="x" * 5000)
        self.hook("exit 0\n")
        result = self.harvest()
        self.assertEqual(result.status, 0, result)
        self.assertNotIn("[hook]", result.err)

    def test_what_was_stored_before_there_was_a_hook_is_not_told(self):
        self.make_newsroom(self.head)
        self.harvest()
        self.hook(f"cat >> {self.told}\n")
        self.harvest()
        self.assertEqual(self.lines(), [])

    def test_a_stop_ends_the_command_and_the_next_harvest_tells_it_again(self):
        for number, signal_sent in enumerate((signal.SIGTERM, signal.SIGKILL)):
            self.hook(f"echo $$ > {self.folder}/pid; sleep 100 & sleep 100\n")
            process = self.start_courant("run", "--once", "--force")
            self.wait_for(lambda: os.path.exists(os.path.join(self.folder, "pid")) and os.path.getsize(os.path.join(self.folder, "pid")))
            with open(os.path.join(self.folder, "pid"), encoding="utf-8") as file:
                pid = int(file.read())
            process.send_signal(signal_sent)
            if signal_sent == signal.SIGKILL:
                os.killpg(os.getpgid(pid), signal.SIGKILL)  # nobody is left who would end it
            process.communicate(timeout=harness.PATIENCE)
            if signal_sent == signal.SIGTERM:
                self.assertEqual(process.returncode, 143)
                self.wait_for(lambda: has_ended(pid))
            os.remove(os.path.join(self.folder, "pid"))
            self.hook(f"cat >> {self.told}\n")
            self.harvest()
            self.assertEqual(len(self.lines()), 3 + number)
            self.serve(1, 2, 3, 4 + number)


PAGE = "<!doctype html><html><head><title>Title {0}</title></head><body><main><article><h1>Title {0}</h1>{1}</article></main></body></html>"
STORY = "".join(f"<p>The harbour board said on Friday that pier {n} will be mended before the winter, and that the ferry runs "
                f"until then from the next one, every half hour and until midnight, bicycles included.</p>" for n in range(1, 6))


class Pages(Case):
    """Articles whose page is fetched: told when their text is settled."""

    def setUp(self):
        super().setUp()
        self.head = self.head.replace("full_text = never", "full_text = auto")
        self.serve("http://n.example/1")

    def serve(self, *links, text=""):
        body = "".join(f"<item><title>Title {n}</title><link>{link}</link><guid>{n}</guid><description>The harbour board said on Friday that a pier will be mended before the winter.</description></item>"
                       for n, link in enumerate(links, 1))
        self.origin.put("/a", f"<rss version='2.0'><channel><title>A</title>{body}</channel></rss>")

    def note(self):
        """What the store says is left to tell: a place, then the places of what waits."""
        path = os.path.join(self.newsroom, "courant.db")
        if not os.path.exists(path):
            return ""
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store:
            try:
                return "".join(row[0] for row in store.execute("SELECT value FROM note WHERE key = 'hook'"))
            except sqlite3.OperationalError:  # it is being made
                return ""

    def put_page(self, number, **answer):
        self.origin.answer(f"/{number}", {"body": PAGE.format(number, STORY), "headers": {"Content-Type": "text/html"}, **answer})
        return self.origin.url(f"/{number}")

    def test_each_is_told_with_its_page_s_text_or_where_that_fails_with_the_feed_s(self):
        self.serve(self.put_page(1, wait=0.3), self.put_page(2, status=500), self.put_page(3))
        self.hook(f"cat >> {self.told}\n")
        self.harvest()
        lines = {line["title"]: line["content_html"] for line in self.lines()}
        self.assertEqual((len(self.lines()), sorted(lines)), (3, ["Title 1", "Title 2", "Title 3"]))
        self.assertIn("pier 5", lines["Title 1"])
        self.assertIn("pier 5", lines["Title 3"])
        self.assertNotIn("pier 5", lines["Title 2"])
        self.harvest()
        self.assertEqual(len(self.lines()), 3)

    def test_one_that_waits_for_its_page_holds_up_no_other(self):
        held = threading.Event()
        self.addCleanup(held.set)
        self.serve(self.put_page(1, until=held), self.put_page(2))
        self.hook(f"cat >> {self.told}\n")
        process = self.start_courant("run", "--once", "--force")
        self.addCleanup(process.kill)
        self.wait_for(lambda: [line["title"] for line in self.lines()] == ["Title 2"])
        held.set()
        process.communicate(timeout=harness.PATIENCE)
        self.assertEqual([line["title"] for line in self.lines()], ["Title 2", "Title 1"])
        self.assertIn("pier 5", self.lines()[1]["content_html"])

    def test_a_harvest_that_ends_while_it_waits_leaves_it_to_the_next(self):
        for end in (signal.SIGTERM, signal.SIGKILL):
            held = threading.Event()
            self.addCleanup(held.set)
            self.serve(self.put_page(1, until=held), self.put_page(2))
            self.hook(f"cat >> {self.told}\n")
            process = self.start_courant("run", "--once", "--force")
            self.addCleanup(process.kill)
            self.wait_for(lambda: " " in self.note())  # the other was told, and that was noted
            process.send_signal(end)
            process.communicate(timeout=harness.PATIENCE)
            held.set()
            self.put_page(1)
            self.harvest()
            self.assertEqual([line["title"] for line in self.lines()], ["Title 2", "Title 1"])
            self.assertIn("pier 5", self.lines()[1]["content_html"])
            os.remove(self.told)
            os.remove(os.path.join(self.newsroom, "courant.db"))


if __name__ == "__main__":
    harness.main()
