# SPDX-License-Identifier: MIT
"""The archive's folder is its owner's too: what people keep there stays, and what stands in the way is told."""
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness
import newsroom
import newstext

OWN = "My own notes.\n"


class Tenants(newsroom.Case):
    def places(self, layout):
        """Where the articles of /heron go when nothing is in their way."""
        self.follow("heron", layout=layout)
        self.origin.put("/heron", newstext.rss([1, 2]))
        self.harvest()
        return self.article_files()

    def start_over(self):
        """The same newsroom, before its first harvest."""
        for name in os.listdir(self.newsroom):
            if name != "courant.conf":
                subprocess.run(["rm", "-r", os.path.join(self.newsroom, name)], check=True)
        os.makedirs(os.path.join(self.newsroom, "archive"))

    def put(self, path, text=OWN):
        full = os.path.join(self.newsroom, "archive", path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)

    def in_archive(self, *arguments):
        subprocess.run(["git", "-C", os.path.join(self.newsroom, "archive"), "-c", "user.name=A", "-c", "user.email=a@a.example", *arguments],
                       check=True, capture_output=True, env=self.environment())

    def go(self, status=0):
        result = self.run_courant("run", "--once", "--force")
        self.assertEqual(result.status, status, result)
        return result

    def test_a_file_of_ones_own_is_never_replaced(self):
        for layout in ("dated", "duty-machine"):
            for is_committed in (False, True):
                with self.subTest(layout=layout, is_committed=is_committed):
                    place = self.places(layout)[0]
                    self.start_over()
                    self.put(place)
                    if is_committed:
                        self.in_archive("init", "-q", "-b", "main")
                        self.in_archive("add", place)
                        self.in_archive("commit", "-q", "-m", "notes")
                    result = self.go()
                    self.assertIn(place, result.err)
                    self.assertEqual(self.read(place), OWN)
                    self.assertEqual(len(self.article_files()), 3)
                    if layout == "dated":
                        self.assertIn(place[:-3] + "-2.md", self.article_files())
                    self.assertEqual(self.go().err.count(place), 0)  # told once
                    self.start_over()

    def test_a_revision_still_goes_to_its_own_file(self):
        for layout in ("dated", "duty-machine"):
            with self.subTest(layout=layout):
                places = self.places(layout)
                changed = newstext.rss([1, 2]).replace("<p>", "<p>Corrected: ").replace("<title>", "<title>Now: ")
                self.origin.put("/heron", changed)
                self.go()
                self.assertEqual(self.article_files(), places)
                self.assertIn("Corrected:", self.read(places[0]))
                self.start_over()

    def test_a_folder_or_link_in_the_way_costs_its_articles_alone(self):
        place = self.places("dated")[0]
        month = os.path.join(self.newsroom, "archive", os.path.dirname(place))
        self.start_over()
        os.makedirs(os.path.dirname(month))
        os.symlink(self.folder, month)
        self.follow("heron", "wren")
        self.origin.put("/wren", newstext.rss([11]))
        result = self.go(status=1)
        self.assertIn("is a symbolic link where a folder belongs: move it away", result.err)
        self.assertEqual([name for name in self.article_files() if name.startswith("wren/")][0][:5], "wren/")
        self.assertEqual(self.git("status", "--porcelain", "--", "wren"), [])
        os.unlink(month)
        self.go()
        self.assertIn(place, self.article_files())

    def test_a_folder_at_an_articles_place_gives_it_another(self):
        place = self.places("dated")[0]
        self.start_over()
        os.makedirs(os.path.join(self.newsroom, "archive", place))
        self.go()
        self.assertIn(place[:-3] + "-2.md", self.article_files())

    def test_an_archive_that_was_taken_away_is_written_anew(self):
        for gone in ("archive", "archive/.git", "archive/README.md"):
            with self.subTest(gone=gone):
                places = self.places("dated")
                subprocess.run(["rm", "-r", os.path.join(self.newsroom, gone)], check=True)
                self.origin.put("/heron", newstext.rss([1, 2, 3]))
                self.assertIn("everything is written anew", self.go().err)
                self.assertEqual(len(self.article_files()), 3)
                self.assertEqual(len(self.git("ls-files", *places)), 2)
                self.assertEqual(self.git("status", "--porcelain"), [])
                self.assertEqual(self.go().err.count("anew"), 0)
                self.start_over()

    def test_a_commit_of_ones_own_is_no_loss_of_the_archive(self):
        self.places("dated")
        self.put("notes.txt")
        self.in_archive("add", "notes.txt")
        self.in_archive("commit", "-q", "-m", "notes")
        self.assertEqual(self.go().err.count("anew"), 0)

    def test_an_archive_on_no_branch_is_owed_what_is_polled(self):
        places = self.places("dated")
        self.in_archive("checkout", "-q", "--detach")
        self.origin.put("/heron", newstext.rss([1, 2, 3]))
        result = self.go(status=1)
        self.assertIn("heron: 1 new", result.out)
        self.assertIn(f"git -C {os.path.realpath(self.archive)} switch main", result.err)
        self.assertEqual(self.article_files(), places)
        self.in_archive("switch", "-q", "main")
        self.go()
        self.assertEqual(len(self.article_files()), 3)

    def test_without_git_it_is_git_that_is_missing(self):
        self.places("dated")
        result = self.run_courant("run", "--once", env={"PATH": "/nowhere"})
        self.assertEqual(result.status, 2, result)
        self.assertIn('install the package "git"', result.err)
        self.assertNotIn("branch", result.err)

    def test_a_newsroom_that_cannot_be_written_can_be_read(self):
        self.places("dated")
        for name in ("courant.db-wal", "courant.db-shm"):
            path = os.path.join(self.newsroom, name)
            if os.path.exists(path):
                os.unlink(path)
        before = sorted(os.listdir(self.newsroom))
        os.chmod(self.newsroom, 0o555)
        self.addCleanup(os.chmod, self.newsroom, 0o755)
        self.assertEqual(len(self.succeed("list", "--json", program=self.kept_out()).json), 2)
        self.assertEqual(sorted(os.listdir(self.newsroom)), before)

    def test_what_may_not_be_looked_into_is_not_taken_for_nothing(self):
        self.places("dated")
        program = self.kept_out()
        tell = [(self.newsroom, "could not look for courant.conf", 2, (["list"], ["status"], ["verify"], ["run", "--once"])),
                (os.path.join(self.newsroom, "archive"), "could not look into folder", 1, (["verify"], ["run", "--once"]))]
        for folder, words, status, commands in tell:
            os.chmod(folder, 0)
            self.addCleanup(os.chmod, folder, 0o755)
            for command in commands:
                with self.subTest(folder=folder, command=command):
                    result = self.run_courant(*command, program=program)
                    self.assertEqual((result.status, result.out), (status, ""), result)
                    self.assertIn(words, result.err)
                    self.assertIn("Permission denied", result.err)
                    self.assertEqual(result.err.count("\n"), 1, result)
            os.chmod(folder, 0o755)
        os.rename(os.path.join(self.newsroom, "archive"), os.path.join(self.folder, "away"))
        self.write_file("archive", "")
        os.rename(os.path.join(self.folder, "archive"), os.path.join(self.newsroom, "archive"))
        for command in (["verify"], ["run", "--once"]):
            result = self.run_courant(*command)
            self.assertIn('archive" is no folder', result.err)

    @unittest.skipUnless(os.geteuid() == 0, "only root can act for others")
    def test_root_leaves_nothing_of_its_own_in_anothers_newsroom(self):
        self.follow("heron")
        self.origin.put("/heron", newstext.rss([1]))
        conf = os.path.join(self.newsroom, "courant.conf")
        for path in (self.newsroom, conf):
            os.chown(path, 12345, 12345)
        result = self.run_courant("run", "--once")
        self.assertEqual(result.status, 2, result)
        self.assertIn("sudo -u '#12345'", result.err)
        self.succeed("pause", "heron")
        about = os.stat(conf)
        self.assertEqual((about.st_uid, about.st_gid), (12345, 12345))
        self.assertEqual(os.listdir(self.newsroom), ["courant.conf"])


if __name__ == "__main__":
    harness.main()
