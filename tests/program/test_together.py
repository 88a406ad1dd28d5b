# SPDX-License-Identifier: MIT
"""Two processes in one newsroom at once: each does its work, or says who is at it."""
import os
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness
import newsroom
import newstext


class Together(newsroom.Case):
    def start_run(self):
        self.follow("heron")
        self.origin.put("/heron", newstext.rss([1, 2, 3]))
        process = self.start_courant("run", "--json")
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        self.assertIn(b'"heron"', process.stdout.readline())
        self.wait_for(lambda: self.git("rev-list", "--count", "--all") == ["1"])
        return process

    def test_what_writes_is_refused_and_told_who_is_at_work(self):
        process = self.start_run()
        self.origin.put("/page", "<p>A page.</p>", Content_Type="text/html")
        os.mkdir(os.path.join(self.folder, "old"))
        for command in (["run", "--once"], ["verify", "--repair"], ["rebuild", "archive"], ["import", os.path.join(self.folder, "old")],
                        ["reextract"]):
            result = self.run_courant(*command)
            self.assertEqual((result.status, result.out), (3, ""), (command, result))
            self.assertIn(f"process {process.pid}", result.err, command)

    def test_what_only_looks_works(self):
        self.start_run()
        self.succeed("verify")
        self.assertEqual(len(self.succeed("list", "--json").json), 3)
        self.succeed("sources")
        self.succeed("status")
        self.succeed("backup", os.path.join(self.folder, "copy.tar"))

    def test_sources_are_added_and_changed_meanwhile(self):
        self.start_run()
        self.origin.put("/wren", newstext.rss([11]))
        adding = [self.start_courant("add", self.origin.url("/wren"), "--id", name) for name in ("wren", "robin")]
        results = [process.communicate() + (process.returncode,) for process in adding]
        self.assertEqual(sorted(result[2] for result in results), [0, 2], results)  # the second follows the same address
        self.succeed("edit", "heron", "name=The Grey Heron")
        conf = self.read_conf()
        self.assertIn("name = The Grey Heron", conf)
        self.assertEqual(conf.count(self.origin.url("/wren")), 1)

    def test_a_lock_of_a_dead_process_is_none(self):
        process = self.start_run()
        process.kill()
        process.communicate()
        self.succeed("run", "--once", "--force")

    def test_looking_keeps_no_harvest_from_its_work(self):
        self.follow("heron")
        self.origin.put("/heron", newstext.rss([1]))
        self.harvest()
        is_over = threading.Event()
        environment = self.environment()

        def look():
            while not is_over.is_set():
                subprocess.run([harness.COURANT, "-C", self.newsroom, "status"], env=environment, capture_output=True, check=False)

        watcher = threading.Thread(target=look)
        watcher.start()
        statuses = [self.run_courant("run", "--once", "--force").status for _ in range(10)]
        is_over.set()
        watcher.join()
        self.assertEqual(statuses, [0] * 10)


if __name__ == "__main__":
    harness.main()
