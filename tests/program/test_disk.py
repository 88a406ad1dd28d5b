# SPDX-License-Identifier: MIT
"""A disk that is full, cannot be written to, or fails: one message, nothing lost, and work goes on when it can."""
import concurrent.futures
import functools
import os
import shutil
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import accidents
import harness
import newstext

GROWTH = 150  # articles of an edition: some 2 MB of store, archive and git
LAYOUTS = ("dated", "duty-machine")


@functools.cache
def edition(n):
    return newstext.rss(range(1 + (n - 1) * GROWTH, 1 + n * GROWTH))


class Failing(accidents.Case):
    def mount(self, name, size):
        """A file system in memory; it is taken away before its folder is."""
        if not shutil.which("mount"):
            self.skipTest("there is no mount")
        folder = os.path.join(self.folder, name)
        os.makedirs(folder)
        run = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder], capture_output=True, text=True, check=False)
        if run.returncode:
            os.rmdir(folder)
            self.skipTest(f"nothing can be mounted here: {run.stderr.splitlines()[0]}")
        self.addCleanup(subprocess.run, ["umount", "-l", folder], check=True)
        return folder

    def empty(self, folder):
        """Takes away what is in the mount, not the mount."""
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            if os.path.isdir(path):
                shutil.rmtree(path)
            else:
                os.unlink(path)

    def remount(self, folder, option):
        subprocess.run(["mount", "-o", f"remount,{option}", folder], check=True)

    def undisturbed(self, layout, editions):
        """The archive as it is when all goes well."""
        self.newsroom = self.mount("undisturbed-" + layout, "64m")
        self.follow("heron", layout=layout)
        for n in range(1, editions + 1):
            self.origin.put("/heron", edition(n))
            self.harvest("--force")
        return self.tree()

    def assert_tells_of_full_disk(self, result, folder):
        self.assertEqual(result.status, 1, result)
        self.assertEqual(len(result.err.splitlines()), 1, result)
        self.assertIn("the disk is full (what was finished is kept; make room, then run again): could not ", result.err)
        self.assertIn(folder, result.err)
        self.assertNotIn("could not read", result.err)

    def assert_verified(self, folder):
        result = self.run_in(folder, "verify")
        self.assertEqual(result.status, 0, result)


class Filling(Failing):
    def fill(self, layout):
        folder = self.newsroom = self.mount("small-" + layout, "8m")
        self.follow("heron", layout=layout)
        editions, result = 0, None
        while result is None or result.status == 0:
            editions += 1
            self.assertLess(editions, 10, "8 MB hold more than is thought")
            self.origin.put("/heron", edition(editions))
            result = self.run_courant("run", "--once", "--force")
        self.assertGreater(editions, 1)
        self.assert_tells_of_full_disk(result, folder)
        self.succeed("list")
        self.succeed("status")
        self.remount(folder, "size=64m")
        self.assert_verified(folder)
        self.go_on(folder)
        articles = self.succeed("list", "--json", "--limit", "10000").out
        self.look_at_end(folder, self.undisturbed(layout, editions))
        self.assertEqual(articles, self.succeed("list", "--json", "--limit", "10000").out)

    def test_dated_is_whole_and_goes_on_when_there_is_room(self):
        self.fill("dated")

    def test_duty_machine_is_whole_and_goes_on_when_there_is_room(self):
        self.fill("duty-machine")

    def test_wherever_the_room_ends(self):
        undisturbed = self.undisturbed("dated", 2)
        folder = self.newsroom = self.mount("small", "64m")
        self.follow("heron")
        self.origin.put("/heron", edition(1))
        self.harvest()
        before = self.copy(folder, "before")
        self.origin.put("/heron", edition(2))
        for room in (0, 200, 700, 1300) if accidents.LONG else (200, 700):
            with self.subTest(room=room):
                self.empty(folder)
                shutil.copytree(before, folder, symlinks=True, dirs_exist_ok=True)
                about = os.statvfs(folder)
                with open(os.path.join(folder, "filler"), "wb") as filler:
                    os.posix_fallocate(filler.fileno(), 0, about.f_bavail * about.f_frsize - room * 1024)
                self.assert_tells_of_full_disk(self.run_in(folder, "run", "--once", "--force"), folder)
                os.unlink(os.path.join(folder, "filler"))
                self.go_on(folder)
                self.look_at_end(folder, undisturbed)


class Waiting(Failing):
    """A harvest that goes on for ever outlives the disk's troubles."""

    def go_through(self, told, then, *, env=None, mend=lambda: None, lines=1):
        """It is told of once; a SIGHUP, for not having to wait, and it goes on to all that an undisturbed one comes to."""
        self.origin.put("/heron", newstext.rss(range(1, 9)))
        process = self.start_courant("run", env=env)
        self.addCleanup(process.kill)
        said = self.read_until(process.stderr, told)
        self.assertEqual(len(said), lines, said)
        mend()
        process.send_signal(signal.SIGHUP)
        self.read_until(process.stderr, then)
        self.wait_for(lambda: not self.owed())
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate()
        self.assertEqual(process.returncode, 143, err)
        self.assertEqual(len(self.article_files()), 8)
        self.assertEqual(self.git("status", "--porcelain"), [])
        self.assert_verified(self.newsroom)

    def owed(self):
        return self.succeed("status", "--json").json["archive_behind"]

    def test_for_a_disk_that_is_full_of_others_files(self):
        folder = self.newsroom = self.mount("small", "8m")
        self.follow("heron")
        filler = os.path.join(folder, "filler")
        about = os.statvfs(folder)
        with open(filler, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, about.f_bavail * about.f_frsize)
        self.go_through("the disk is full", "there is room again", mend=lambda: os.unlink(filler))

    def test_for_the_store(self):
        full, broken = (":full", "the disk is full", "there is room again"), ("", "does not read or write", "disk works again")
        for n, (how, name, then) in ((1, full), (6, broken), (8, full)):  # at its opening, at the start, for a poll
            with self.subTest(n=n):
                self.newsroom = os.path.join(self.folder, f"store-{n}")
                self.follow("heron")
                self.go_through(name, then, env={"COURANT_TEST_FAULT": f"store.commit:{n}{how}"})

    def test_for_the_archive_while_polls_go_on(self):
        for point in ("file.rename", "file.syncfs", "git.ref"):
            with self.subTest(point=point):
                self.newsroom = os.path.join(self.folder, point)
                self.follow("heron")
                self.go_through("could not write the archive", "the archive is written again",
                                env={"COURANT_TEST_FAULT": f"{point}:1:full"})

    def test_for_the_store_when_only_the_archive_notices(self):
        self.follow("heron")
        self.go_through("the harvest goes on by itself", "there is room again", lines=2,  # that of the archive comes first
                        env={"COURANT_TEST_FAULT": "store.marks:1:full"})

    def test_an_output_on_the_same_full_disk_ends_it(self):
        self.follow("heron")
        self.origin.put("/heron", newstext.rss(range(1, 9)))
        with open("/dev/full", "wb") as full:
            process = subprocess.Popen([harness.COURANT, "-C", self.newsroom, "run", "--json"], stdout=full, stderr=subprocess.PIPE,
                                       env=self.environment({"COURANT_TEST_FAULT": "store.marks:1:full"}))
        self.addCleanup(process.kill)
        _, err = process.communicate(timeout=harness.PATIENCE)
        self.assertEqual(process.returncode, 1, err)

    def test_a_stop_ends_the_wait(self):
        self.follow("heron")
        self.origin.put("/heron", newstext.rss([1]))
        process = self.start_courant("run", env={"COURANT_TEST_FAULT": "store.commit:1:full"})
        self.addCleanup(process.kill)
        self.read_until(process.stderr, "the disk is full")
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate()
        self.assertEqual(process.returncode, 143, err)
        self.go_on(self.newsroom)


class ReadOnly(Failing):
    def refuses_and_reads(self, folder):
        """What writes says so in a line and changes nothing; what reads goes on."""
        before = accidents.files_of(folder)
        article = self.succeed("list", "--json", "--limit", "1").json[0]
        for command in (["run", "--once", "--force"], ["run"], ["add", self.origin.url("/wren")], ["pause", "heron"]):
            result = self.run_courant(*command)
            self.assertIn(result.status, (1, 3), result)
            self.assertEqual(sum("courant: " in line or "level=error" in line for line in result.err.splitlines()), 1, result)
        self.succeed("show", str(article["id"]))
        self.succeed("status")
        self.succeed("sources")
        self.assert_verified(folder)
        self.assertEqual(accidents.files_of(folder), before)

    def prepare(self, folder):
        self.newsroom = folder
        self.follow("heron")
        self.origin.put("/heron", newstext.rss(range(1, 9)))
        self.origin.put("/wren", newstext.rss(range(21, 24)))
        self.harvest()

    def test_a_file_system_that_is_read_only(self):
        folder = self.mount("still", "64m")
        self.prepare(folder)
        self.remount(folder, "ro")
        self.refuses_and_reads(folder)
        self.remount(folder, "rw")
        self.go_on(folder)
        self.assert_verified(folder)

    def test_a_folder_without_rights(self):
        folder = os.path.join(self.folder, "still")
        self.prepare(folder)
        os.chmod(folder, 0o500)
        self.addCleanup(os.chmod, folder, 0o700)
        kept_out = self.kept_out()
        result = self.run_courant("add", self.origin.url("/wren"), program=kept_out)
        self.assertIn(result.status, (1, 3), result)
        self.succeed("list", program=kept_out)
        self.succeed("status", program=kept_out)
        os.chmod(folder, 0o700)
        self.go_on(folder)
        self.assert_verified(folder)


class Injected(Failing):
    """Calls of the system that fail, seen from outside: whatever library or process makes them."""

    injections = [
        ("write", "error=EIO:when=4"), ("write", "error=ENOSPC:when=5"), ("write", "signal=SIGKILL:when=7"),
        ("fsync", "error=EIO:when=1"), ("fsync", "error=ENOSPC:when=4"), ("fsync", "signal=SIGKILL:when=3"),
        ("syncfs", "error=EIO:when=1"), ("syncfs", "error=ENOSPC:when=1"), ("syncfs", "signal=SIGKILL:when=1"),
        ("rename,renameat,renameat2", "error=EIO:when=3"), ("rename,renameat,renameat2", "error=ENOSPC:when=4"),
        ("rename,renameat,renameat2", "signal=SIGKILL:when=2"),
        ("openat", "error=EIO:when=60"), ("openat", "error=ENOSPC:when=66"), ("openat", "signal=SIGKILL:when=63"),
        ("fdatasync", "error=EIO:when=3"), ("fdatasync", "signal=SIGKILL:when=3"),
        ("pwrite64", "error=EIO:when=30"), ("pwrite64", "error=ENOSPC:when=12"),
    ]  # fmt: skip

    def check_strace(self):
        if harness.is_sanitized():
            self.skipTest("a sanitizer's own calls would be those that fail")
        if not shutil.which("strace"):
            self.skipTest("there is no strace")
        run = subprocess.run(["strace", "-f", "-o", os.devnull, harness.COURANT, "--version"], capture_output=True, text=True,
                             env=self.environment(), check=False)
        if run.returncode:
            self.skipTest("processes cannot be traced here")

    def break_at(self, injection):
        calls, how = injection
        folder = self.copy(self.before, f"round{self.injections.index(injection)}")
        trace = folder + ".trace"
        run = subprocess.run(["strace", "-f", "-o", trace, "-e", "trace=" + calls, "-e", f"inject={calls}:{how}", harness.COURANT, "-C",
                              folder, "run", "--once", "--force"],
                             capture_output=True, env=self.environment(), timeout=harness.PATIENCE, check=False)
        result = harness.Result(run.returncode, run.stdout, run.stderr)
        with self.subTest(calls=calls, how=how):
            with open(trace, encoding="utf-8", errors="replace") as lines:
                traced = lines.read()
            self.assertTrue("INJECTED" in traced or "killed by SIGKILL" in traced, "it made fewer calls")
            self.assertIn(result.status, (0, 1, -9), result)
            if result.status == 0:  # what failed was tried again, or is of no account: a folder's sync in SQLite
                self.assertIn(calls, ("openat", "fdatasync"), result)
            else:
                if result.status == 1:
                    self.assertEqual(len(result.err.splitlines()), 1, result)
                self.go_on(folder)
            self.look_at_end(folder, self.after)

    def test_each_failure_is_told_and_the_next_run_goes_on(self):
        self.check_strace()
        self.follow("heron")
        self.origin.put("/heron", newstext.rss(range(1, 9)))
        self.harvest()
        self.before = self.copy(self.newsroom, "before")
        self.origin.put("/heron", newstext.rss(range(3, 13)))
        self.go_on(self.newsroom)
        self.after = self.tree()
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(self.break_at, self.injections))


if __name__ == "__main__":
    harness.main()
