# SPDX-License-Identifier: MIT
"""Memory that runs out: a command says so in one line or ends well; what it leaves is whole, and the next run goes on from it."""
import os
import resource
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness
import newsroom
import newstext

MiB = 1024 * 1024
FINEST = 1 * MiB  # how near to the least that suffices it is looked at
LINE = "^courant: out of memory"
NO_THREAD = "could not start a thread|Cannot allocate memory|Resource temporarily unavailable"


@unittest.skipIf(harness.is_sanitized(), "a sanitizer's own memory cannot be limited")
class Memory(newsroom.Case):
    def run_within(self, size, *arguments, newsroom=True):
        """The command, with so many bytes of addresses and no more."""
        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (size, size))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        before = ["-C", self.newsroom] if newsroom else []
        run = subprocess.run([harness.COURANT, *before, *arguments], capture_output=True, preexec_fn=limit, check=False,
                             env=self.environment(), cwd=self.folder, stdin=subprocess.DEVNULL, timeout=harness.PATIENCE)
        return harness.Result(run.returncode, run.stdout, run.stderr)

    def least_to_start(self):
        """The least with which the program does anything at all: below it is the loader that fails, not we."""
        low, high = 1 * MiB, 256 * MiB
        if self.run_within(high, "--version", newsroom=False).status != 0:
            self.skipTest("the program as built needs more than 256 MiB of addresses to start")
        while high - low > FINEST:
            middle = (low + high) // 2
            low, high = (low, middle) if self.run_within(middle, "--version", newsroom=False).status == 0 else (middle, high)
        return high

    def ended_well(self, result, size):
        """Whether it did what it was told; else it must have said that there was no memory for it, and nothing more."""
        if result.status == 0:
            return True
        self.assertEqual(result.status, 1, f"within {size / MiB:.1f} MiB: {result}")
        self.assertRegex(result.err.splitlines()[-1], f"{LINE}|{NO_THREAD}", f"within {size / MiB:.1f} MiB: {result}")
        return False

    def sizes(self, steps, growth):
        size = self.least_to_start()
        for _ in range(steps):
            yield size
            size = int(size + growth)

    def test_a_harvest_that_lacks_memory_leaves_nothing_half_done(self):
        items = 300
        self.follow("heron")
        self.origin.answer("/heron", {"body": newstext.rss(range(1, items + 1)), "headers": {"ETag": '"a"'}})
        outcomes = []
        for size in self.sizes(10, 24 * MiB):
            outcomes.append(self.ended_well(self.run_within(size, "run", "--once", "--force"), size))
        self.assertIn(False, outcomes)
        self.succeed("run", "--once", "--force")
        self.succeed("verify")
        status = self.succeed("status", "--json").json
        self.assertEqual((status["articles"], status["revisions"], status["archive_behind"]), (items, items, 0))
        self.assertEqual(len(self.article_files()), items)
        self.assertEqual(self.git("status", "--porcelain"), [])

    def test_a_feed_and_a_page_are_read_or_it_says_why_not(self):
        numbers = range(1, 500)
        body = "".join(newstext.article(n)["html"] for n in numbers)
        feed = self.write_file("feed.xml", newstext.rss(numbers))
        page = self.write_file("page.html", f"<html><head><title>T</title></head><body><article>{body}</article></body></html>")
        for command in (["feed", feed], ["extract", page]):
            whole = self.succeed(*command, newsroom=False).out
            outcomes = []
            for size in self.sizes(9, 16 * MiB):
                result = self.run_within(size, *command, newsroom=False)
                outcomes.append(self.ended_well(result, size))
                if outcomes[-1]:
                    self.assertEqual(result.out, whole)
            self.assertIn(False, outcomes)
            self.assertIn(True, outcomes)


if __name__ == "__main__":
    harness.main()
