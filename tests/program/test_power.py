# SPDX-License-Identifier: MIT
"""The power fails during a harvest: what `run --json` had said is there, and all that is there is whole.

Only with COURANT_LONG; tests/lib/power.py says what it needs. Feeds grow from cut to cut, and each comes at another moment.
"""
import json
import os
import random
import sqlite3
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import accidents
import harness
import newsroom
import newstext
import power

CUTS, SOURCES, ITEMS = 20, 4, 6  # in each layout; of each source so many more items from cut to cut


class PowerFails(accidents.Case):
    def setUp(self):
        super().setUp()
        if not accidents.LONG:
            self.skipTest("takes minutes; COURANT_LONG=1 runs it")
        missing = power.what_is_missing()
        if missing:
            self.skipTest(missing)
        self.random = random.Random(11)
        self.names = [f"s{i}" for i in range(SOURCES)]
        self.disk = power.Disk(os.path.join(self.folder, "disk"))
        self.addCleanup(self.disk.cut)
        self.disk.start()

    def publish(self, rounds):
        for i, name in enumerate(self.names):
            self.origin.put("/" + name, newstext.rss(range(1000 * i + 1, 1000 * i + 1 + ITEMS * rounds)))

    def harvest_until_cut(self):
        """source -> new articles that were said to be stored; the power was cut at a random moment."""
        process = self.start_courant("run", "--once", "--force", "--json")
        said = []
        reader = threading.Thread(target=lambda: said.extend(process.stdout))
        reader.start()
        reader.join(self.random.random() * 0.5)
        told = list(said)  # what came later may have been said by a program that has no disk any more
        process.kill()
        self.disk.cut()
        process.wait()
        reader.join()
        process.stdout.close()
        process.stderr.close()
        process.stdin.close()
        return {line["source"]: line["new"] for line in map(json.loads, told)}

    def counts(self):
        result = self.run_courant("sources", "--json")
        if "`courant run` brings it forward" in result.err:  # cut while it was made, before the first article
            return {}
        self.assertEqual(result.status, 0, result)
        return {row["id"]: row["articles"] for row in result.json}

    def check(self, layout):
        self.newsroom = os.path.join(self.disk.mounted, "newsroom")
        self.follow(*self.names, layout=layout)
        os.sync()
        stored, acknowledged = dict.fromkeys(self.names, 0), 0
        for cut in range(1, CUTS + 1):
            self.publish(cut)
            said = self.harvest_until_cut()
            self.disk.start()
            found = self.counts()
            for name in self.names:
                self.assertGreaterEqual(found.get(name, 0), stored[name] + said.get(name, 0), f"{name} after cut {cut}")
                stored[name] = found.get(name, 0)
            acknowledged += len(said)
        print(f"# {layout}: {CUTS} cuts, {acknowledged} polls acknowledged before one, {sum(stored.values())} articles kept of them all")
        self.go_on(self.newsroom)
        broken = self.newsroom
        self.newsroom = os.path.join(self.folder, "undisturbed")
        self.follow(*self.names, layout=layout)
        self.go_on(self.newsroom)
        self.look_at_end(broken, accidents.files_of(self.archive))

    def test_dated(self):
        self.check("dated")

    def test_duty_machine(self):
        self.check("duty-machine")


# A transaction that is on disk in part, in a store that has no log yet.
TEAR = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA cache_size = 1")
db.execute("BEGIN")
db.execute("CREATE TABLE torn (bytes BLOB)")
db.execute("INSERT INTO torn WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99) SELECT randomblob(9000) FROM n")
os._exit(9)
"""


class Torn(newsroom.Case):
    """The power failed while the store was made or brought forward: who only looks sees it as it was before."""

    def tear(self, path):
        run = subprocess.run([sys.executable, "-c", TEAR, path], check=False)
        self.assertEqual(run.returncode, 9)
        self.assertGreater(os.path.getsize(path + "-journal"), 0)

    def test_a_store_that_was_being_changed(self):
        self.follow("heron")
        self.origin.put("/heron", newstext.rss([1, 2]))
        self.harvest()
        before, path = self.succeed("list", "--json").out, os.path.join(self.newsroom, "courant.db")
        db = sqlite3.connect(path)
        db.execute("PRAGMA journal_mode = DELETE")
        db.close()
        self.tear(path)
        self.assertEqual(self.succeed("list", "--json").out, before)

    def test_a_store_that_was_being_made(self):
        self.follow("heron")
        self.tear(os.path.join(self.newsroom, "courant.db"))
        self.assertEqual(self.succeed("list", "--json").json, [])
        self.origin.put("/heron", newstext.rss([1]))
        self.harvest()
        self.assertEqual(len(self.succeed("list", "--json").json), 1)

    def test_a_repository_that_was_being_made(self):
        self.follow("heron")
        self.origin.put("/heron", newstext.rss([1]))
        subprocess.run(["git", "init", "-q", "--template=", self.archive], check=True)
        with open(os.path.join(self.archive, ".git", "HEAD"), "w", encoding="ascii"):
            pass
        self.harvest()
        self.assertEqual(self.git("log", "--format=%s"), ["heron: 1 new"])
        self.assertEqual(self.git("status", "--porcelain"), [])


if __name__ == "__main__":
    harness.main()
