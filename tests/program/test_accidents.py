# SPDX-License-Identifier: MIT
"""Whatever fails, at whatever step: what is there is whole, and the next run goes on as if nothing had been."""
import concurrent.futures
import os
import shutil
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import accidents
import harness
import newstext

TOGETHER = 4  # newsrooms at once: they wait for the disk, mostly


def etag(edition):
    return f'"{edition}"'


class Failing(accidents.Case):
    """Every step of a harvest fails in turn, or is the last: a first harvest of a new newsroom, and one that finds new items
    and a changed one."""

    names = ("heron", "wren")
    items = {name: {"": (0, 0), etag(1): (2, 2), etag(2): (3, 4)} for name in names}

    def publish(self, edition):
        for i, name in enumerate(self.names):
            numbers = [10 * i + 1, 10 * i + 2, 10 * i + 3][: edition + 1]
            body = newstext.rss(numbers)
            if edition == 2:
                before, tag, after = body.rpartition("<p>")
                body = f"{before}{tag}Corrected: {after}"
            self.origin.put("/" + name, body, ETag=etag(edition))

    def prepare(self, layout):
        """Newsrooms as they are before and after each edition, and the texts that an article's file may have."""
        self.newsroom = os.path.join(self.folder, "undisturbed")
        self.follow(*self.names, layout=layout)
        self.stages = [self.copy(self.newsroom, "stage0")]
        self.undisturbed, self.texts = [{}], {}
        for edition in (1, 2):
            self.publish(edition)
            self.go_on(self.newsroom)
            self.stages.append(self.copy(self.newsroom, f"stage{edition}"))
            self.undisturbed.append(accidents.files_of(os.path.join(self.newsroom, "archive")))
            for path, text in self.undisturbed[-1].items():
                self.texts.setdefault(path, []).append(text)

    def fail_at(self, edition, n, action):
        """One round: the n-th point fails. False where the run had no so many points."""
        folder = self.copy(self.stages[edition - 1], f"round{edition}-{n}")
        log = folder + ".points"
        result = self.run_in(folder, "run", "--once", "--force", env={"COURANT_TEST_FAULT": f"*:{n}{action}", "COURANT_TEST_FAULT_LOG": log})
        with open(log, encoding="ascii") as lines:
            points = lines.read().split()
        with self.subTest(edition=edition, n=n, point=points[n - 1] if n <= len(points) else "none", action=action):
            self.assertIn(result.status, (0, 1) if action != ":kill" or n > len(points) else (0, -9), result)
            self.assertNotIn("Sanitizer", result.err, result)
            if result.status == 1 and points[n - 1] == "fetch.transfer":  # the source's trouble, not ours
                self.assertIn("; next try in", result.err)
            elif result.status == 1:
                self.assertEqual(len(result.err.splitlines()), 1, result)
                self.look_at_leftovers(folder)
            self.look_at_store(folder, self.items)
            self.look_at_archive(folder, self.texts)
            self.go_on(folder)
            self.look_at_store(folder, {name: {etag(edition): self.items[name][etag(edition)]} for name in self.names})
            self.look_at_end(folder, self.undisturbed[edition])
        shutil.rmtree(folder)
        return n <= len(points)

    def fail_everywhere(self, layout, action):
        self.prepare(layout)
        for edition in (1, 2):
            self.publish(edition)
            stride = 1 if accidents.LONG or edition == 2 else 4  # a new newsroom has many steps that are alike
            rounds = 0
            with concurrent.futures.ThreadPoolExecutor(TOGETHER) as pool:
                while all(pool.map(lambda n: self.fail_at(edition, n, action), range(rounds + 1, rounds + 33, stride))):
                    rounds += 32
            self.assertGreater(rounds, 50)

    def test_dated(self):
        self.fail_everywhere("dated", "")

    def test_duty_machine_killed(self):
        self.fail_everywhere("duty-machine", ":kill")

    @unittest.skipUnless(accidents.LONG, "long")
    def test_duty_machine_on_a_full_disk(self):
        self.fail_everywhere("duty-machine", ":full")

    @unittest.skipUnless(accidents.LONG, "long")
    def test_dated_killed(self):
        self.fail_everywhere("dated", ":kill")


if __name__ == "__main__":
    harness.main()
