# SPDX-License-Identifier: MIT
"""The whole newsroom in one file and back: the same, while a harvest runs, and from files that are damaged or hostile."""
import hashlib
import io
import os
import resource
import signal
import subprocess
import sys
import tarfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness
import newsroom


def feed(name, numbers):
    items = "".join(
        f"<item><title>{name} {n}</title><link>https://{name}.example/{n}</link><guid>{n}</guid>"
        f"<pubDate>Fri, {1 + n % 27:02} Nov 2024 02:10:{n % 60:02} GMT</pubDate>"
        f"<description>&lt;p&gt;Paragraph {n} of the {name}, long enough to be one.&lt;/p&gt;</description></item>"
        for n in numbers
    )
    return f'<rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'


class Case(newsroom.Case):
    def setUp(self):
        super().setUp()
        self.file = os.path.join(self.folder, "b.tar")
        self.elsewhere = os.path.join(self.folder, "elsewhere")

    def follow_two(self, layout="dated", git=True):
        for name in ("heron", "gull"):
            self.origin.put("/" + name, feed(name, range(30)).encode())
        self.follow("heron", "gull", layout=layout)
        if not git:
            self.write_conf(self.read_conf().replace("[archive]\n", "[archive]\ngit = false\n"))
        self.harvest()

    def at(self, folder, call, *arguments, **options):
        before, self.newsroom = self.newsroom, folder
        try:
            return call(*arguments, **options)
        finally:
            self.newsroom = before

    def look(self):
        """What a newsroom says of itself."""
        look = {"tree": self.tree(), "list": self.succeed("list", "--json").out}
        if os.path.exists(os.path.join(self.archive, ".git")):
            look["log"] = self.git("log", "--format=%H %an %s")
            look["branch"] = self.git("symbolic-ref", "HEAD")
            look["status"] = self.git("status", "--porcelain")
            look["fsck"] = self.git("fsck", "--full")
        return look

    def restore(self, file=None, status=0, target=None):
        result = self.run_courant("restore", file or self.file, target or self.elsewhere, newsroom=False)
        self.assertEqual(result.status, status, result)
        return result

    def refused(self, file, *words, status=1):
        """It is, with one line of these words, and nothing is left."""
        before = sorted(os.listdir(self.folder))
        result = self.restore(file, status)
        self.assertEqual(len(result.err.strip().splitlines()), 1, result)
        for word in words:
            self.assertIn(word, result.err)
        self.assertEqual(sorted(os.listdir(self.folder)), before)
        return result

    def all_is_well(self, folder):
        self.assertEqual(self.at(folder, self.run_courant, "verify").status, 0, self.at(folder, self.run_courant, "verify"))


class There(Case):
    def check_round_trip(self, **options):
        self.follow_two(**options)
        self.write_file("newsroom/rules/news.example.txt", "title: //h1\n")
        self.write_file("newsroom/images/ab/" + "c" * 64, os.urandom(3000))
        self.write_file("newsroom/archive/notes/" + "长" * 80 + ".txt", "a note of the owner's\n")
        self.write_file("newsroom/archive/notes/two\nlines \\.txt", "another\n")
        counts = self.succeed("backup", "--json", self.file).json
        self.assertEqual((counts["articles"], counts["pictures"]), (60, 1))
        before = self.look()
        self.assertEqual(os.stat(self.file).st_mode & 0o777, 0o600)
        restored = self.run_courant("restore", "--json", self.file, self.elsewhere, newsroom=False)
        self.assertEqual(restored.status, 0, restored)
        self.assertEqual({**restored.json, "bytes": 0, "files": 0}, {**counts, "bytes": 0, "files": 0})
        self.assertEqual(self.at(self.elsewhere, self.look), before)
        self.all_is_well(self.elsewhere)
        lines = self.at(self.elsewhere, self.harvest)
        self.assertEqual([(line["new"], line["revised"], line["failed"]) for line in lines], [])
        lines = self.at(self.elsewhere, self.harvest, env={"COURANT_TEST_NOW": "+90000"})
        self.assertEqual([(line["new"], line["revised"], line["failed"]) for line in lines], [(0, 0, 0)] * 2)
        self.assertEqual(self.at(self.elsewhere, self.look), before)
        for name in ("rules/news.example.txt", "images/ab/" + "c" * 64, "courant.conf"):
            with open(os.path.join(self.newsroom, name), "rb") as one, open(os.path.join(self.elsewhere, name), "rb") as other:
                self.assertEqual(one.read(), other.read())
        self.assertEqual([n for n in os.listdir(self.folder) if n.startswith(".tmp-")], [])

    def test_and_back_with_history(self):
        self.check_round_trip()
        self.assertEqual(self.at(self.elsewhere, self.git, "remote"), [])

    def test_and_back_in_the_other_layout(self):
        self.check_round_trip(layout="duty-machine")

    def test_and_back_without_git(self):
        self.check_round_trip(git=False)

    def test_and_back_whatever_gitattributes_ask_for(self):
        self.follow_two()
        self.write_file("newsroom/archive/.gitattributes", "*.md text eol=crlf\n")
        self.git("add", ".gitattributes")
        self.git("commit", "-qm", "mine")
        before = self.look()
        self.succeed("backup", self.file)
        self.restore()
        self.assertEqual(self.at(self.elsewhere, self.look), before)
        self.all_is_well(self.elsewhere)

    def test_a_backup_lies_outside_of_what_it_backs_up(self):
        self.make_newsroom()
        for name in ("archive", "rules", "images/deep"):
            folder = os.path.join(self.newsroom, name)
            os.makedirs(folder, exist_ok=True)
            result = self.run_courant("backup", os.path.join(folder, "b.tar"))
            self.assertEqual((result.status, os.listdir(folder)), (2, []), result)
            self.assertIn("would lie in what is backed up", result.err)
        os.symlink("/etc/passwd", os.path.join(self.newsroom, "images", "link"))
        result = self.succeed("backup", os.path.join(self.newsroom, "images.tar"))
        self.assertIn("images/link: not in the backup", result.err)

    def test_a_backup_takes_no_file_of_the_newsrooms_place(self):
        self.make_newsroom()
        before = self.look()
        for name in ("courant.db", "courant.db-wal", "courant.conf", "courant.lock"):
            result = self.run_courant("backup", "--force", os.path.join(self.newsroom, name))
            self.assertEqual((result.status, self.look()), (2, before), result)
            self.assertIn("is a file of the newsroom's own", result.err)

    def test_files_that_may_grow_no_further_leave_nothing(self):
        self.make_newsroom()
        self.succeed("backup", self.file)
        before = sorted(os.listdir(self.folder))
        for words in (["-C", self.newsroom, "backup", os.path.join(self.folder, "other.tar")], ["restore", self.file, self.elsewhere]):
            run = subprocess.run([harness.COURANT, *words], capture_output=True, env=self.environment(), check=False,
                                 preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40960, 40960)))
            self.assertEqual(run.returncode, 1, run)
            self.assertIn(b"File too large", run.stderr)
            self.assertEqual(sorted(os.listdir(self.folder)), before)

    def test_a_newsroom_that_was_never_run(self):
        self.make_newsroom()
        self.succeed("backup", self.file)
        self.assertIn("0 articles", self.restore().out)

    def test_standard_output_and_input(self):
        self.follow_two()
        result = subprocess.run(
            [harness.COURANT, "-C", self.newsroom, "backup", "-"], capture_output=True, env=self.environment(), check=True)
        self.assertIn(b"60 articles", result.stderr)
        restored = self.run_courant("restore", "-", self.elsewhere, newsroom=False, input=result.stdout)
        self.assertEqual(restored.status, 0, restored)
        self.assertEqual(self.at(self.elsewhere, self.look), self.look())

    def test_it_opens_without_courant(self):
        self.follow_two()
        self.succeed("backup", self.file)
        out = os.path.join(self.folder, "out")
        os.mkdir(out)
        subprocess.run(["tar", "xf", self.file, "-C", out], check=True)
        subprocess.run(["sha256sum", "-c", "--quiet", "--strict", "MANIFEST"], cwd=out, check=True)
        subprocess.run(["git", "clone", "-q", "archive.bundle", "archive"], cwd=out, check=True)
        self.assertTrue(os.path.exists(os.path.join(out, "archive", "README.md")))
        names = subprocess.run(["tar", "tf", self.file], capture_output=True, text=True, check=True).stdout.split()
        self.assertEqual(names, ["COURANT-BACKUP", "courant.db", "archive.bundle", "courant.conf", "MANIFEST"])

    def test_secrets_in_files_stay_where_they_are(self):
        self.make_newsroom("[fetch]\nlogin = @secret\ncookies = jar\n")
        self.write_file("newsroom/secret", "user:a-password")
        self.write_file("newsroom/jar", "")
        result = self.succeed("backup", self.file)
        self.assertIn("secret: not in the backup", result.err)
        self.assertIn("jar: not in the backup", result.err)
        with open(self.file, "rb") as file:
            self.assertNotIn(b"a-password", file.read())

    def test_branches_and_tags_come_back(self):
        self.follow_two()
        self.git("branch", "-m", "news")
        self.git("tag", "first")
        self.git("branch", "side")
        self.succeed("backup", self.file)
        self.restore()
        refs = self.git("for-each-ref")
        self.assertEqual(self.at(self.elsewhere, self.git, "for-each-ref"), refs)
        self.assertEqual(len(refs), 3)


class Meanwhile(Case):
    def test_a_harvest_runs(self):
        names = [f"bird{n}" for n in range(12)]
        self.follow(layout="duty-machine")
        self.harvest()
        for number, name in enumerate(names):
            self.origin.answer("/" + name, {"body": feed(name, range(40)), "wait": 0.05 * number,
                                            "headers": {"Content-Type": "application/rss+xml"}})
        self.follow(*names, layout="duty-machine")
        running = self.start_courant("run", "--once")
        self.addCleanup(running.kill)
        files = []
        while running.poll() is None and len(files) < 60:
            files.append(os.path.join(self.folder, f"{len(files)}.tar"))
            self.succeed("backup", files[-1])
        running.communicate()
        for name in names:
            self.origin.answer("/" + name, {"body": feed(name, range(40)), "headers": {"Content-Type": "application/rss+xml"}})
        self.succeed("run", "--once")
        whole = self.look()
        self.assertGreater(len(files), 2)
        files = files[:: len(files) // 8 + 1] + files[-1:]
        for number, file in enumerate(files):
            folder = os.path.join(self.folder, f"r{number}")
            self.restore(file, target=folder)
            self.all_is_well(folder)
        for number in (0, len(files) // 2, len(files) - 1):
            folder = os.path.join(self.folder, f"r{number}")
            result = self.at(folder, self.run_courant, "run", "--once", env={"COURANT_TEST_NOW": "+90000"})
            self.assertEqual(result.status, 0, result)
            self.assertEqual(self.at(folder, self.tree), whole["tree"])
            self.all_is_well(folder)


class Harm(Case):
    def setUp(self):
        super().setUp()
        self.follow_two()
        self.write_file("newsroom/rules/" + "r" * 120 + ".txt", "title: //h1\n")
        self.succeed("backup", self.file)
        with open(self.file, "rb") as file:
            self.bytes = file.read()

    def members(self):
        with tarfile.open(self.file) as tar:
            return [(member, tar.extractfile(member).read()) for member in tar.getmembers()]

    def write(self, members, end=True):
        """A tar file with these, and a manifest that is right."""
        path = os.path.join(self.folder, "made.tar")
        lines = []
        with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
            for member, content in members:
                member.uname = member.gname = ""
                tar.addfile(member, io.BytesIO(content))
                lines.append(f"{hashlib.sha256(content).hexdigest()}  {member.name}\n")
            manifest = tarfile.TarInfo("MANIFEST")
            manifest.size = len("".join(lines).encode())
            if end:
                tar.addfile(manifest, io.BytesIO("".join(lines).encode()))
        return path

    def test_bytes_changed_anywhere_are_found(self):
        size = len(self.bytes)
        with tarfile.open(self.file) as tar:
            places = [place for m in tar.getmembers() for place in (m.offset, m.offset + 130, m.offset_data - 1, m.offset_data, m.offset_data + m.size)]
        places += [size * n // 31 for n in range(31)] + [size - 1, size - 600, size - 1024]
        path = os.path.join(self.folder, "harmed.tar")
        for place in sorted({p for p in places if p < size}):
            with self.subTest(place=place):
                self.write_file("harmed.tar", self.bytes[:place] + bytes([self.bytes[place] ^ 0x41]) + self.bytes[place + 1 :])
                self.refused(path, "could not use backup")

    def test_a_file_cut_anywhere_is_found(self):
        size = len(self.bytes)
        path = os.path.join(self.folder, "harmed.tar")
        for place in [0, 1, 511, 512, size - 1, size - 512, size - 1024, size - 1025] + [size * n // 23 for n in range(1, 23)]:
            with self.subTest(place=place):
                self.write_file("harmed.tar", self.bytes[:place])
                self.refused(path, "could not use backup")
        self.write_file("harmed.tar", self.bytes + b"x")
        self.refused(path, "something follows its end")

    def test_the_damaged_member_is_named(self):
        with tarfile.open(self.file) as tar:
            place = tar.getmember("archive.bundle").offset_data + 100
        self.write_file("harmed.tar", self.bytes[:place] + b"\0\1" + self.bytes[place + 2 :])
        self.refused(os.path.join(self.folder, "harmed.tar"), '"archive.bundle" is damaged')

    def test_what_no_backup_has_is_refused(self):
        def extra(name, kind=tarfile.REGTYPE, link=""):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, link
            return member, b""

        for name in ("../x", "/etc/x", "rules/../../x", "archive/.git/config", "archive/a/.GIT/hooks/x", "rules//x", "images/",
                     "other", "rules/./x", "archive/.tmp-x", "courant.db-wal", "rules/" + "../" * 60 + "tmp/x"):
            with self.subTest(name=name):
                self.refused(self.write(self.members()[:-1] + [extra(name)]), "is none of a backup")
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            with self.subTest(kind=kind):
                self.refused(self.write(self.members()[:-1] + [extra("rules/x", kind, "/etc")]), "rules/x", "files alone")
        for name in ("courant.db", "courant.conf", "rules/x"):
            with self.subTest(twice=name):
                self.refused(self.write(self.members()[:-1] + [extra("rules/x"), extra(name)]), name, "twice")
        self.refused(self.write(self.members()[:-1] + [extra("rules/x"), extra("rules/x/y")]), "in the way")

    def test_members_that_are_missing_or_more_are_told(self):
        for name in ("courant.db", "courant.conf", "archive.bundle"):
            with self.subTest(name=name):
                self.refused(self.write([m for m in self.members()[:-1] if m[0].name != name]), name, "missing")
        self.refused(self.write(self.members()[:-1], end=False), "MANIFEST", "missing")
        self.refused(self.write(self.members()[1:-1]), "no backup")
        members = self.members()
        manifest, lines = members.pop()
        lines += b"0" * 64 + b"  rules/more\n"
        manifest.size = len(lines)
        self.refused(self.write(members + [(manifest, lines)], end=False), "rules/more", "missing")

    def test_a_size_without_its_bytes_ends_early(self):
        member = tarfile.TarInfo("rules/x")
        for size in (1 << 20, 1 << 33, 1 << 62):
            member.size = size
            head = member.tobuf(tarfile.PAX_FORMAT)
            self.write_file("huge.tar", self.bytes[: 512 * 2] + head + b"x" * 2000)
            self.refused(os.path.join(self.folder, "huge.tar"), "could not use backup")

    def test_a_file_that_is_none(self):
        for text in (b"", b"x" * 5000, os.urandom(4096), b"\0" * 10240):
            self.write_file("none.tar", text)
            self.refused(os.path.join(self.folder, "none.tar"), "could not use backup")
        self.refused(os.path.join(self.folder, "absent.tar"), "absent.tar")
        self.refused("/dev/zero", "something follows its end")
        self.refused(self.folder, "Is a directory")

    def test_a_pipe_that_says_nothing_can_be_left(self):
        pipe = os.path.join(self.folder, "pipe")
        os.mkfifo(pipe)
        before = sorted(os.listdir(self.folder))
        for file in (pipe, "-"):
            with self.subTest(file=file):
                process = self.start_courant("restore", file, self.elsewhere, newsroom=False)
                self.wait_for(lambda: sorted(os.listdir(self.folder)) != before)
                process.send_signal(signal.SIGINT)
                self.assertEqual(process.wait(harness.PATIENCE), 130)
                for end in (process.stdin, process.stdout, process.stderr):
                    end.close()
                self.assertEqual(sorted(os.listdir(self.folder)), before)
        writer = subprocess.Popen(["cp", self.file, pipe])
        self.restore(pipe)
        self.assertEqual(writer.wait(), 0)

    def test_a_newsroom_is_never_overwritten(self):
        before = self.look()
        result = self.run_courant("restore", self.file, self.newsroom, newsroom=False)
        self.assertEqual(result.status, 2, result)
        self.assertEqual(self.look(), before)
        self.write_file("file", "mine")
        self.assertEqual(self.run_courant("restore", self.file, os.path.join(self.folder, "file"), newsroom=False).status, 2)
        self.assertEqual(self.run_courant("restore", self.file, os.path.join(self.folder, "no", "such"), newsroom=False).status, 1)
        os.mkdir(self.elsewhere)
        self.restore(target=self.elsewhere + "/")

    def test_a_file_that_is_there_is_kept(self):
        result = self.run_courant("backup", self.file)
        self.assertEqual(result.status, 2, result)
        self.assertIn("--force", result.err)
        with open(self.file, "rb") as file:
            self.assertEqual(file.read(), self.bytes)
        self.succeed("backup", "--force", self.file)
        self.assertEqual(self.run_courant("backup", "--force", "/dev/full").status, 2)
        self.assertEqual(self.run_courant("backup", os.path.join(self.folder, "no", "b.tar")).status, 1)

    def test_a_full_disk_costs_no_file(self):
        with open("/dev/full", "wb") as full:
            run = subprocess.run([harness.COURANT, "-C", self.newsroom, "backup", "-"], stdout=full, stderr=subprocess.PIPE,
                                 env=self.environment(), check=False)
        self.assertEqual(run.returncode, 1)
        self.assertIn(b"No space left", run.stderr)
        self.assertEqual([n for n in os.listdir(self.newsroom) if n.startswith(".tmp-")], [])

    def test_every_step_may_fail(self):
        other = os.path.join(self.folder, "other.tar")
        before = sorted(os.listdir(self.folder))
        for point in ("backup.begin:1", "backup.write:1", "backup.write:9", "store.copy:1", "backup.fsync:1", "backup.rename:1"):
            with self.subTest(point=point):
                result = self.run_courant("backup", other, env={"COURANT_TEST_FAULT": point})
                self.assertNotEqual(result.status, 0, result)
                self.assertEqual(len(result.err.strip().splitlines()), 1, result)
                self.assertEqual(sorted(os.listdir(self.folder)), before)
        for point in ("restore.begin:1", "restore.write:1", "restore.write:3", "git.start:1", "git.start:3", "store.open:1", "restore.fsync:1", "restore.rename:1"):
            with self.subTest(point=point):
                result = self.run_courant("restore", self.file, self.elsewhere, newsroom=False, env={"COURANT_TEST_FAULT": point})
                self.assertNotEqual(result.status, 0, result)
                self.assertEqual(sorted(os.listdir(self.folder)), before)


if __name__ == "__main__":
    harness.main()
