# SPDX-License-Identifier: MIT
"""kill -9 of harvests of feeds that grow while they run: nothing is lost, doubled or torn, at whatever step of a job it came.

50 kills, half of them in each layout; 1,000 with COURANT_LONG. Most are aimed at the step that has had fewest so far, every
fifth comes at a random moment; where each one came is told by the last of the points (core/fault.h) that the program reached.
"""
import collections
import os
import random
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import accidents
import harness
import newstext
import origin

KILLS = 500 if accidents.LONG else 25  # in each layout
SOURCES, ITEMS = 20, 100
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

    def __init__(self, names):
        super().__init__()
        self.names, self.published, self.count = names, {name: 0 for name in names}, 0
        head, *items = newstext.rss(range(1, SOURCES * ITEMS + 1)).split("<item>")
        self.head, self.end = head, "</channel></rss>\n"
        self.items = [item.replace(self.end, "") for item in reversed(items)]  # oldest first

    def grow(self, count):
        for _ in range(min(count, SOURCES * ITEMS - self.count)):
            self.published[self.names[self.count % SOURCES]] += 1
            self.count += 1

    def take(self, request):
        name = request.path.lstrip("/")
        count = self.published[name]
        etag = f'"{count}"'
        if request.headers.get("if-none-match") == etag:
            return {"status": 304, "headers": {"ETag": etag}}
        newest_first = range(count - 1, -1, -1)
        items = "".join("<item>" + self.items[k * SOURCES + self.names.index(name)] for k in newest_first)
        return {"body": self.head + items + self.end, "headers": {"ETag": etag}}


class Killed(accidents.Case):
    def setUp(self):
        super().setUp()
        self.names = [f"s{i:02d}" for i in range(SOURCES)]
        self._origin = GrowingSite(self.names)
        self._origin.start()
        self.addCleanup(self._origin.stop)
        self.random = random.Random(7)
        self.usual = collections.Counter()  # how often a run comes to each point

    def aim(self, counts):
        """A point, and which time it is reached, in the step that was killed least."""
        wanted = min(STEPS, key=lambda step: counts[step])
        point = self.random.choice([point for point, step in STEP_OF.items() if step == wanted and self.usual[point]])
        return f"{point}:{self.random.randint(1, self.usual[point])}:kill"

    def kill_once(self, growth, counts):
        """A run that is killed while the feeds grow; the step in which it was, None where it had ended before. `counts` None: it may end."""
        log = os.path.join(self.folder, "points")
        at_random = counts is not None and self.random.random() < 0.2
        env = {"COURANT_TEST_FAULT_LOG": log}
        if counts is not None and not at_random:
            env["COURANT_TEST_FAULT"] = self.aim(counts)
        self.origin.grow(growth - growth // 2)
        later = threading.Timer(self.random.random() * 0.1, self.origin.grow, [growth // 2])
        later.start()
        process = self.start_courant("run", "--once", "--force", env=env)
        try:
            process.wait(self.random.random() * 0.4 if at_random else harness.PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate()
        later.join()
        points = []
        if os.path.exists(log):
            with open(log, encoding="ascii") as lines:
                points = lines.read().split()
            os.remove(log)
        if process.returncode == -9:
            return step_after(points)
        self.assertEqual(process.returncode, 0)
        self.usual = collections.Counter(points) if counts is None else self.usual
        return None

    def kill(self, layout):
        self.newsroom = os.path.join(self.folder, "killed")
        self.follow(*self.names, layout=layout)
        counts, rounds = collections.Counter(), 0
        self.origin.grow(20)
        self.kill_once(20, None)
        while sum(counts.values()) < KILLS:
            rounds += 1
            self.assertLess(rounds, 10 * KILLS)
            step = self.kill_once(max(1, (SOURCES * ITEMS - self.origin.count) // (KILLS - sum(counts.values()))), counts)
            if step:
                counts[step] += 1
        print(f"# {layout}: " + ", ".join(f"{step} {counts[step]}" for step in STEPS))
        self.assertGreaterEqual(min(counts[step] for step in STEPS), KILLS // 25)
        self.origin.grow(SOURCES * ITEMS)
        self.go_on(self.newsroom)

    def check(self, layout):
        self.kill(layout)
        killed = self.newsroom
        self.newsroom = os.path.join(self.folder, "undisturbed")
        self.follow(*self.names, layout=layout)
        self.go_on(self.newsroom)
        undisturbed = accidents.files_of(self.archive)
        self.assertEqual(len([path for path in undisturbed if accidents.is_article(path)]), SOURCES * ITEMS)
        self.look_at_store(killed, {name: {f'"{ITEMS}"': (ITEMS, ITEMS)} for name in self.names})
        self.look_at_end(killed, undisturbed)

    def test_dated(self):
        self.check("dated")

    def test_duty_machine(self):
        self.check("duty-machine")


if __name__ == "__main__":
    harness.main()
