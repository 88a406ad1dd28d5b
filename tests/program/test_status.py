# SPDX-License-Identifier: MIT
"""The newsroom at a glance."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness
import newsroom
import newstext


class Status(newsroom.Case):
    def status(self, **options):
        return self.succeed("status", "--json", **options).json

    def add_remote(self, name, url):
        self.write_conf(self.read_conf() + f"\n[remote {name}]\nurl = {url}\n")

    def test_a_newsroom_that_was_never_harvested_has_nothing(self):
        self.follow("heron")
        got = self.status()
        self.assertEqual((got["sources"]["total"], got["articles"], got["last_harvest"], got["next_poll"]), (1, 0, None, None))
        out = self.succeed("status").out
        self.assertIn("last harvest  never\n", out)
        self.assertIn("at work       nobody\n", out)

    def test_after_a_harvest_it_tells_what_came_and_what_ails(self):
        self.follow("heron", "wren")
        self.origin.put("/heron", newstext.rss([1, 2, 3]))
        self.origin.answer("/wren", {"status": 500})
        self.run_courant("run", "--once")
        got = self.status()
        self.assertEqual((got["sources"]["ok"], got["sources"]["failing"]), (1, 1))
        self.assertEqual((got["articles"], got["revisions"], got["archive_behind"]), (3, 3, 0))
        self.assertEqual({key: got["last_harvest"][key] for key in ("polled", "failed", "new", "revised")},
                         {"polled": 2, "failed": 1, "new": 3, "revised": 0})
        self.assertEqual([got["archive_commit"]], self.git("rev-parse", "HEAD"))
        self.assertGreater(got["disk"]["store"], 0)
        self.assertGreater(got["disk"]["archive"], 0)
        out = self.succeed("status").out
        self.assertIn("sources       2: 1 ok, 1 failing\n              wren: ", out)
        self.assertIn("archive       in step\n", out)
        self.assertRegex(out, r"next poll +in \d+ ")

    def test_each_remote_has_a_state_of_its_own_which_lasts(self):
        self.follow("heron")
        self.origin.put("/heron", newstext.rss([1]))
        good = os.path.join(self.folder, "good.git")
        subprocess.run(["git", "init", "-q", "--bare", good], check=True)
        self.add_remote("good", good)
        self.add_remote("lost", os.path.join(self.folder, "lost.git"))
        result = self.run_courant("run", "--once")
        self.assertEqual(result.status, 1)
        self.assertEqual(result.err.count("remote lost: "), 1)
        rows = {row["name"]: row for row in self.status()["remotes"]}
        self.assertEqual((rows["good"]["state"], rows["good"]["error"]), ("in step", None))
        self.assertEqual((rows["lost"]["state"], rows["lost"]["failures"]), ("failing", 1))
        self.assertIn("lost.git", rows["lost"]["error"])
        self.assertIsNotNone(rows["lost"]["next_try"])
        again = self.run_courant("run", "--once", "--force")
        self.assertEqual(again.status, 1)  # it is behind still, and not asked before its time
        self.assertEqual({row["name"]: row for row in self.status()["remotes"]}["lost"]["failures"], 1)
        out = self.succeed("status").out
        self.assertIn("remote good   in step\n", out)
        self.assertRegex(out, "remote lost   behind, failing since .*lost.git.*; next try in ")
        subprocess.run(["git", "init", "-q", "--bare", os.path.join(self.folder, "lost.git")], check=True)
        self.succeed("run", "--once", "--force", env={"COURANT_TEST_NOW": "+400"})
        self.assertEqual([row["state"] for row in self.status()["remotes"]], ["in step", "in step"])

    def test_who_is_at_work_is_told_and_not_disturbed(self):
        self.follow("heron")
        self.origin.put("/heron", newstext.rss([1]))
        process = self.start_courant("run", "--json")
        self.assertIn(b'"heron"', process.stdout.readline())
        out = self.succeed("status").out
        self.assertIn(f"process {process.pid}", out)
        self.assertTrue(self.status()["at_work"])
        self.wait_for(lambda: self.status()["last_harvest"])
        process.terminate()
        process.communicate()
        self.assertFalse(self.status()["at_work"])

    def test_a_store_that_is_none_is_told_with_status_3(self):
        self.follow("heron")
        with open(os.path.join(self.newsroom, "courant.db"), "wb") as file:
            file.write(b"no database" * 1000)
        self.assertEqual(self.run_courant("status").status, 3)


if __name__ == "__main__":
    harness.main()
