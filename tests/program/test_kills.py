# SPDX-License-Identifier: MIT
"""kill -9 and SIGTERM of harvests of feeds that grow while they run: nothing is lost, doubled or torn, at whatever step they came.

50 kills, half of them in each layout; 1,000 with COURANT_LONG. Most are aimed at the step that has had fewest so far, every
fifth comes at a random moment; where each one came is told by the last of the points (core/fault.h) that the program reached.
Then 6 that are told to stop, 200 with COURANT_LONG: at one of the points that a run comes to, every fifth at a random moment.
After each of these, all that was finished is there, and nothing is left for the next run to mend.
"""
import collections
import os
import random
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import accidents
import harness
import newstext
import origin

KILLS = 500 if accidents.LONG else 25  # in each layout
STOPS = 100 if accidents.LONG else 3
SOURCES = 20
STEP_OF = {  # the points of a run, in about the order in which they come
    "store.open": "start", "store.migrate": "start", "fetch.transfer": "ask", "harvest.read": "read", "store.begin": "store",
    "store.write": "store", "store.commit": "store", "archive.marker": "files", "archive.stage": "files", "file.write": "files",
    "file.folder": "files", "archive.journal": "appear", "archive.journal-rename": "appear", "file.syncfs": "appear",
    "file.rename": "appear", "file.fsync": "appear", "git.fast-import": "objects", "git.start": "objects", "git.ref": "ref",
    "git.moved": "ref", "git.index": "index", "archive.journal-end": "index", "store.marks": "marks", "store.checkpoint": "end",
}
STEPS = tuple(dict.fromkeys(STEP_OF.values()))


def step_after(points):
    """The step in which a run is after these points; some names stand for several."""
    last = points[-1] if points else "store.open"
    if last == "git.start" and "git.ref" in points:
        return "index"
    if last == "file.fsync" and "git.ref" in points:
        return "ref"
    if last.startswith("store.") and last != "store.checkpoint":
        return "marks" if "store.marks" in points else "store" if "fetch.transfer" in points else "start"
    return STEP_OF.get(last, "end")


class GrowingSite(origin.Origin):
    """Feeds of all that has been published so far, in order of time; an ETag tells how much that is."""

    def __init__(self, names, each):
        super().__init__()
        self.names, self.published, self.count, self.most = names, {name: 0 for name in names}, 0, len(names) * each
        head, *items = newstext.rss(range(1, self.most + 1)).split("<item>")
        self.head, self.end = head, "</channel></rss>\n"
        self.items = [item.replace(self.end, "") for item in reversed(items)]  # oldest first

    @property
    def left(self):
        return self.most - self.count

    def grow(self, count):
        for _ in range(min(count, self.left)):
            self.published[self.names[self.count % len(self.names)]] += 1
            self.count += 1

    def take(self, request):
        name = request.path.lstrip("/")
        count = self.published[name]
        etag = f'"{count}"'
        if request.headers.get("if-none-match") == etag:
            return {"status": 304, "headers": {"ETag": etag}}
        newest_first = range(count - 1, -1, -1)
        items = "".join("<item>" + self.items[k * len(self.names) + self.names.index(name)] for k in newest_first)
        return {"body": self.head + items + self.end, "headers": {"ETag": etag}}


class Growing(accidents.Case):
    each = 100  # articles of a source, in the end

    def setUp(self):
        super().setUp()
        self.names = [f"s{i:02d}" for i in range(SOURCES)]
        self._origin = GrowingSite(self.names, self.each)
        self._origin.start()
        self.addCleanup(self._origin.stop)
        self.random = random.Random(7)

    def run_growing(self, growth, fault="", after=None, number=signal.SIGKILL):
        """A run while the feeds grow, with a fault, or a signal after so many seconds; what it gave and the points it came to."""
        log = os.path.join(self.folder, "points")
        self.origin.grow(growth - growth // 2)
        later = threading.Timer(self.random.random() * 0.1, self.origin.grow, [growth // 2])
        later.start()
        process = self.start_courant("run", "--once", "--force", "--json",
                                     env={"COURANT_TEST_FAULT_LOG": log, "COURANT_TEST_FAULT": fault})
        try:
            if after is not None:
                process.wait(after)
        except subprocess.TimeoutExpired:
            process.send_signal(number)
        out, err = process.communicate(timeout=harness.PATIENCE)
        later.join()
        points = []
        if os.path.exists(log):
            with open(log, encoding="ascii") as lines:
                points = lines.read().split()
            os.remove(log)
        return harness.Result(process.returncode, out, err), points

    def look_at_all(self, layout):
        """What the accidents came to, beside a newsroom that had none."""
        self.origin.grow(self.origin.left)
        disturbed = self.newsroom
        self.go_on(disturbed)
        self.newsroom = os.path.join(self.folder, "undisturbed")
        self.follow(*self.names, layout=layout)
        self.go_on(self.newsroom)
        undisturbed = accidents.files_of(self.archive)
        self.assertEqual(len([path for path in undisturbed if accidents.is_article(path)]), self.origin.most)
        self.look_at_store(disturbed, {name: {f'"{self.each}"': (self.each, self.each)} for name in self.names})
        self.look_at_end(disturbed, undisturbed)


class Killed(Growing):
    def setUp(self):
        super().setUp()
        self.usual = collections.Counter()  # how often a run comes to each point

    def aim(self, counts):
        """A point, and which time it is reached, in the step that was killed least."""
        wanted = min(STEPS, key=lambda step: counts[step])
        point = self.random.choice([point for point, step in STEP_OF.items() if step == wanted and self.usual[point]])
        return f"{point}:{self.random.randint(1, self.usual[point])}:kill"

    def kill_once(self, growth, counts):
        """The step in which a run was killed; None where it had ended before."""
        if self.random.random() < 0.2:
            result, points = self.run_growing(growth, after=self.random.random() * 0.4)
        else:
            result, points = self.run_growing(growth, self.aim(counts))
        if result.status == -9:
            return step_after(points)
        self.assertEqual(result.status, 0, result)
        return None

    def kill(self, layout):
        self.newsroom = os.path.join(self.folder, "killed")
        self.follow(*self.names, layout=layout)
        counts, rounds = collections.Counter(), 0
        self.origin.grow(20)
        result, points = self.run_growing(20)
        self.assertEqual(result.status, 0, result)
        self.usual = collections.Counter(points)
        while sum(counts.values()) < KILLS:
            rounds += 1
            self.assertLess(rounds, 10 * KILLS)
            step = self.kill_once(max(1, self.origin.left // (KILLS - sum(counts.values()))), counts)
            if step:
                counts[step] += 1
        print(f"# {layout}: " + ", ".join(f"{step} {counts[step]}" for step in STEPS))
        self.assertGreaterEqual(min(counts[step] for step in STEPS), KILLS // 25)
        self.look_at_all(layout)

    def test_dated(self):
        self.kill("dated")

    def test_duty_machine(self):
        self.kill("duty-machine")


class Stopped(Growing):
    each = 100 if accidents.LONG else 10

    def look_after_stop(self, result, points, before):
        """All that it said was finished is there, nothing is ahead of it, and nothing is left to mend."""
        self.assertIn(result.status, (0, 143, -15), result)
        if result.status == -15:  # before it listens, or no more: there is nothing that a stop could spoil
            self.assertTrue(not points or points[-1] == "store.checkpoint", points)
        self.look_at_store(self.newsroom, {name: {"": (0, 0), **{f'"{n}"': (n, n) for n in range(self.each + 1)}} for name in self.names})
        status = self.succeed("status", "--json").json
        finished = sum(line["new"] for line in result.json_lines)
        self.assertGreaterEqual(status["articles"], before + finished)
        self.assertEqual(status["archive_behind"], 0)
        self.assertEqual(len(self.article_files()), status["articles"])
        verified = self.succeed("verify")
        self.assertEqual(verified.err, "")
        self.assertEqual(self.git("fsck", "--full", "--strict", "--no-dangling", "--no-progress"), [])
        self.assertEqual(self.git("status", "--porcelain"), [])
        return status["articles"]

    def stop(self, layout):
        self.newsroom = os.path.join(self.folder, "stopped")
        self.follow(*self.names, layout=layout)
        self.origin.grow(20)
        begin = time.monotonic()
        result, points = self.run_growing(20)
        took, usual, articles, rounds, statuses = time.monotonic() - begin, len(points), 0, 0, collections.Counter()
        articles = self.look_after_stop(result, points, articles)
        while statuses[143] + statuses[-15] < STOPS:
            rounds += 1
            self.assertLess(rounds, 20 * STOPS)
            growth = max(1, self.origin.left // (STOPS - statuses[143] - statuses[-15]))
            if rounds % 5 == 0:
                result, points = self.run_growing(growth, after=self.random.random() * took, number=signal.SIGTERM)
            else:
                result, points = self.run_growing(growth, f"*:{self.random.randint(1, usual)}:stop")
            with self.subTest(round=rounds, points=len(points)):
                statuses[result.status] += 1
                usual = len(points) if result.status == 0 else usual
                articles = self.look_after_stop(result, points, articles)
        print(f"# {layout}: of {rounds} runs of about {usual} points and {took:.2f} s, {dict(statuses)}")
        self.look_at_all(layout)

    def test_dated(self):
        self.stop("dated")

    def test_duty_machine(self):
        self.stop("duty-machine")


if __name__ == "__main__":
    harness.main()
