# SPDX-License-Identifier: MIT
"""The newsroom at a glance."""
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

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
        self.assertEqual((rows["good"]["commits_behind"], rows["lost"]["commits_behind"]), (0, 1))
        out = self.succeed("status").out
        self.assertIn("remote good   in step\n", out)
        self.assertRegex(out, "remote lost   behind by 1 commit, failing since .*lost.git.*; next try in ")
        subprocess.run(["git", "init", "-q", "--bare", os.path.join(self.folder, "lost.git")], check=True)
        self.succeed("run", "--once", "--force", env={"COURANT_TEST_NOW": "+400"})
        self.assertEqual([row["state"] for row in self.status()["remotes"]], ["in step", "in step"])

    def test_why_a_remote_refuses_is_told_in_its_own_words(self):
        self.follow("heron")
        self.origin.put("/heron", newstext.rss([1]))
        for name in ("full", "other"):
            subprocess.run(["git", "init", "-q", "--bare", os.path.join(self.folder, name)], check=True)
            self.add_remote(name, os.path.join(self.folder, name))
        hook = os.path.join(self.folder, "full", "hooks", "pre-receive")
        self.write_file(hook, "#!/bin/sh\nprintf '===\\n\\033[2Jthe quota is used up\\n' >&2\nexit 1\n")
        os.chmod(hook, 0o755)
        env = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_AUTHOR_NAME": "o", "GIT_AUTHOR_EMAIL": "o", "GIT_COMMITTER_NAME": "o", "GIT_COMMITTER_EMAIL": "o"}
        git = ["git", "--git-dir", os.path.join(self.folder, "other")]
        empty = subprocess.run([*git, "hash-object", "-t", "tree", "-w", os.devnull], capture_output=True, text=True, check=True).stdout.strip()
        theirs = subprocess.run([*git, "commit-tree", "-m", "theirs", empty], capture_output=True, text=True, check=True, env={**os.environ, **env}).stdout.strip()
        subprocess.run([*git, "update-ref", "refs/heads/main", theirs], check=True)
        self.add_remote("far", "ssh://far.example/x.git")
        ssh = os.path.join(self.folder, "ssh")
        self.write_file(ssh, "#!/bin/sh\necho 'Host key verification failed.' >&2\nexit 255\n")
        os.chmod(ssh, 0o755)
        self.assertEqual(self.run_courant("run", "--once", env={"GIT_SSH": ssh}).status, 1)
        errors = {row["name"]: row["error"] for row in self.status()["remotes"]}
        self.assertIn("the quota is used up", errors["full"])
        self.assertIn("it has commits that the archive does not have", errors["other"])
        self.assertIn("Host key verification failed.", errors["far"])
        self.assertNotIn("\033", self.succeed("status").out)

    def test_remotes_that_failed_are_pushed_to_after_the_others(self):
        self.follow("heron")
        told = os.path.join(self.folder, "told")
        folders = {name: os.path.join(self.folder, name) for name in ("lame", "good")}
        for name, folder in folders.items():
            subprocess.run(["git", "init", "-q", "--bare", folder], check=True)
            self.write_file(os.path.join(folder, "hooks", "pre-receive"), f"#!/bin/sh\necho {name} >> {told}\n")
            os.chmod(os.path.join(folder, "hooks", "pre-receive"), 0o755)
            self.add_remote(name, folder)
        os.rename(folders["lame"], folders["lame"] + ".away")
        self.origin.put("/heron", newstext.rss([1]))
        self.assertEqual(self.run_courant("run", "--once").status, 1)
        os.rename(folders["lame"] + ".away", folders["lame"])
        self.origin.put("/heron", newstext.rss([1, 2]))
        self.succeed("run", "--once", "--force", env={"COURANT_TEST_NOW": "+4000"})
        with open(told, encoding="utf-8") as file:
            self.assertEqual(file.read().split(), ["good", "good", "lame"])

    def test_a_remote_is_behind_by_the_commits_that_it_has_not_got(self):
        self.follow("heron")
        remote = os.path.join(self.folder, "mirror.git")
        subprocess.run(["git", "init", "-q", "--bare", remote], check=True)
        self.add_remote("mirror", remote)
        for count in (1, 2, 3):
            self.origin.put("/heron", newstext.rss(list(range(count))))
            self.run_courant("run", "--once", "--force")
            if count == 1:
                os.rename(remote, remote + ".away")
        (row,) = self.status()["remotes"]
        self.assertEqual((row["state"], row["commits_behind"]), ("failing", 2))
        os.rename(os.path.join(self.newsroom, "archive", ".git"), os.path.join(self.folder, "git"))
        (row,) = self.status()["remotes"]  # nobody can say how far
        self.assertEqual((row["state"], row["commits_behind"]), ("failing", None))
        self.assertIn("behind, failing since", self.succeed("status").out)

    def test_of_many_sources_that_ail_some_are_named_and_the_rest_counted(self):
        names = [f"wren{i}" for i in range(8)]
        self.follow(*names)
        for name in names:
            self.origin.answer("/" + name, {"status": 500})
        self.run_courant("run", "--once")
        out = self.succeed("status").out
        self.assertEqual(out.count(" poll failed: "), 5)
        self.assertIn("\n              and 3 more: \"courant sources\" shows all\n", out)

    def test_on_a_terminal_its_lines_fit(self):
        self.follow("heron", "wren")
        self.origin.answer("/wren", {"status": 500})
        self.run_courant("run", "--once")
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
        process = subprocess.Popen([harness.COURANT, "-C", self.newsroom, "status"], stdout=slave, env=self.environment())
        os.close(slave)
        out = b""
        try:
            while part := os.read(master, 4096):
                out += part
        except OSError:  # it has ended
            pass
        os.close(master)
        self.assertEqual(process.wait(), 0)
        lines = out.decode().splitlines()
        self.assertEqual([line for line in lines if len(line) > 60], [])
        self.assertTrue(any(line.startswith("              ") for line in lines), lines)

    def test_a_newsroom_that_may_only_be_read_is_told_of(self):
        self.follow("heron")
        self.origin.put("/heron", newstext.rss([1, 2]))
        self.succeed("run", "--once")
        before = self.status()
        folders = [self.newsroom, os.path.join(self.newsroom, "archive")]
        for folder in folders:
            os.chmod(folder, 0o555)
            self.addCleanup(os.chmod, folder, 0o755)
        for file in ("courant.db", "courant.lock", "courant.conf"):
            os.chmod(os.path.join(self.newsroom, file), 0o444)
        options = {"program": self.kept_out()}
        got = self.status(**options)
        self.assertEqual((got["articles"], got["at_work"], got["pid"]), (before["articles"], False, None))
        self.assertEqual(len(self.succeed("list", **options).out.splitlines()), 3)
        self.assertIn("2 articles", self.succeed("verify", **options).out)

    def test_who_is_at_work_is_told_and_not_disturbed(self):
        self.follow("heron")
        self.origin.put("/heron", newstext.rss([1]))
        process = self.start_courant("run", "--json")
        self.assertIn(b'"heron"', process.stdout.readline())
        out = self.succeed("status").out
        self.assertIn(f"process {process.pid}", out)
        self.assertEqual([self.status()[key] for key in ("at_work", "pid")], [True, process.pid])
        self.wait_for(lambda: self.status()["last_harvest"])
        process.terminate()
        process.communicate()
        self.assertEqual([self.status()[key] for key in ("at_work", "pid")], [False, None])

    def test_a_store_that_is_none_is_told_with_status_3(self):
        self.follow("heron")
        with open(os.path.join(self.newsroom, "courant.db"), "wb") as file:
            file.write(b"no database" * 1000)
        self.assertEqual(self.run_courant("status").status, 3)


if __name__ == "__main__":
    harness.main()
