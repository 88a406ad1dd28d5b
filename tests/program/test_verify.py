# SPDX-License-Identifier: MIT
"""verify finds whatever is wrong with store, archive and git, and --repair mends it from whichever copy is whole."""
import atexit
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import accidents
import harness
import newstext
import origin

# The one round of a short run is a store whose rows came back again and again.
ROUNDS = int(os.environ.get("COURANT_DAMAGE_ROUNDS", "500" if accidents.LONG else "1"))
SEED = int(os.environ.get("COURANT_DAMAGE_SEED", "1" if accidents.LONG else "424"))


class Case(accidents.Case):
    names = ("heron", "wren")
    layout = "dated"

    def publish(self, edition):
        for i, name in enumerate(self.names):
            body = newstext.rss(range(100 * i + 1, 100 * i + 7 + edition))
            if edition == 2:
                before, tag, after = body.rpartition("<p>")
                body = f"{before}{tag}Corrected: {after}"
            self.origin.put("/" + name, body, ETag=f'"{edition}"')

    made = {}  # layout -> origin, newsroom, what is in it, what verify says of it: made once, and copied by each test

    def make(self, layout="dated"):
        """A newsroom with two harvests, of which the second revised some; and what is in it."""
        if layout not in Case.made:
            Case.made[layout] = self.make_once(layout)
        self._origin, whole, files, self.whole = Case.made[layout]
        self.files = dict(files)
        self.publish(2)
        shutil.copytree(whole, self.newsroom, symlinks=True)

    def make_once(self, layout):
        folder = tempfile.mkdtemp(prefix="courant-test-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        own, self.newsroom = self.newsroom, os.path.join(folder, "newsroom")
        self._origin = origin.Origin()
        self._origin.start()
        atexit.register(self._origin.stop)
        self.follow(*self.names, layout=layout)
        for edition in (1, 2):
            self.publish(edition)
            self.harvest("--force")
        made = self.origin, self.newsroom, accidents.files_of(self.archive), self.totals("verify")
        self.newsroom = own
        return made

    def totals(self, *arguments, status=0):
        result = self.run_courant(*arguments, "--json")
        self.assertEqual(result.status, status, result)
        return result.json_lines[-1]

    def findings(self, *arguments):
        return [line for line in self.run_courant("verify", "--json", *arguments).json_lines if "kind" in line]

    def kinds(self):
        return sorted({line["kind"] for line in self.findings()})

    def path(self, *parts):
        return os.path.join(self.archive, *parts)

    def an_article(self):
        return sorted(path for path in self.files if accidents.is_article(path))[0]

    def assert_found(self, *kinds):
        self.assertEqual(self.kinds(), sorted(kinds))
        self.assertEqual(self.run_courant("verify").status, 1)

    def assert_repaired(self, env=None):
        result = self.run_courant("verify", "--repair", env=env)
        self.assertEqual(result.status, 0, result)
        self.assert_whole(result)
        return result

    def assert_whole(self, because):
        after = self.totals("verify")
        for count in ("articles", "revisions", "files"):
            self.assertEqual(after[count], self.whole[count], because)
        self.assertEqual(accidents.files_of(self.archive), self.files, because)
        self.assertEqual(self.git("fsck", "--full", "--no-dangling", "--no-progress"), [], because)
        self.assertEqual(self.git("status", "--porcelain"), [], because)

    def db(self):
        return os.path.join(self.newsroom, "courant.db")

    def change(self, sql):
        db = sqlite3.connect(self.db())
        db.execute(sql)
        db.commit()
        db.close()

    def configure(self, before, after):
        """Another word in the configuration."""
        path = os.path.join(self.newsroom, "courant.conf")
        with open(path, encoding="utf-8") as file:
            conf = file.read()
        self.write_file(path, conf.replace(before, after, 1))

    def set_aside(self):
        """name -> bytes of what lies in set-aside/."""
        out = {}
        for below, _, names in os.walk(os.path.join(self.newsroom, "set-aside")):
            for name in names:
                with open(os.path.join(below, name), "rb") as file:
                    out[os.path.join(below, name).split("Z/", 1)[1]] = file.read()
        return out


class Finding(Case):
    def test_nothing_is_wrong(self):
        self.make()
        result = self.run_courant("verify")
        self.assertEqual(result.status, 0, result)
        self.assertRegex(result.out, r"^16 articles, 18 revisions, \d+ files, git: all agree\n$")

    def test_a_newsroom_that_never_ran_is_whole(self):
        self.make_newsroom()
        self.assertEqual(self.succeed("verify").out, "0 articles, 0 revisions, 0 files, git: all agree\n")
        self.succeed("verify", "--repair")

    def test_looking_changes_nothing(self):
        self.make()
        with open(self.path(self.an_article()), "a", encoding="utf-8") as file:
            file.write("more\n")

        def everything():
            out = {}
            for below, _, names in os.walk(self.newsroom):
                for name in names:
                    if not name.endswith(("-shm", "courant.lock")):
                        with open(os.path.join(below, name), "rb") as file:
                            out[os.path.join(below, name)] = file.read()
            return {path: text for path, text in out.items() if text}

        before = everything()
        self.assertEqual(self.run_courant("verify").status, 1)
        self.assertEqual(everything(), before)


class Files(Case):
    def test_an_edited_article_is_set_aside_and_written_again(self):
        self.make()
        path = self.an_article()
        with open(self.path(path), "rb") as file:
            edited = file.read().replace(b"\n\n", b"\n\nEdited by hand. ", 1)
        self.write_file(self.path(path), edited)
        found = self.findings()
        self.assertEqual([line["kind"] for line in found], ["file-differs"])
        self.assertIn("Edited by hand", found[0]["what"])
        self.assert_repaired()
        self.assertEqual(self.set_aside(), {"archive/" + path: edited})

    def test_an_edited_article_that_was_committed_is_one_all_the_same(self):
        self.make()
        path = self.an_article()
        with open(self.path(path), "ab") as file:
            file.write(b"Edited by hand.\n")
        self.git("commit", "-qam", "my words")
        self.assert_found("file-committed")
        self.assert_repaired()

    def test_missing_files_are_written_again(self):
        for layout in ("dated", "duty-machine"):
            with self.subTest(layout=layout):
                self.newsroom = os.path.join(self.folder, layout)
                self.make(layout)
                page = "lists/The Heron.md" if layout == "duty-machine" else "heron/README.md"
                for path in (self.an_article(), page, "README.md"):
                    os.unlink(self.path(path))
                self.assert_found("file-missing", "page-missing")
                self.assert_repaired()

    def test_a_list_that_was_edited_is_written_again(self):
        self.make()
        self.write_file(self.path("heron", "README.md"), "mine now\n")
        self.assert_found("page-differs")
        self.assert_repaired()
        self.assertEqual(self.set_aside(), {"archive/heron/README.md": b"mine now\n"})

    def test_a_list_that_somebody_committed_otherwise_is_written_again(self):
        for layout in ("dated", "duty-machine"):
            with self.subTest(layout=layout):
                self.newsroom = os.path.join(self.folder, layout)
                self.make(layout)
                page = "lists/The Heron.md" if layout == "duty-machine" else next(
                    path for path in sorted(self.files) if re.fullmatch(r"heron/\d+/\d+/README\.md", path))
                with open(self.path(page), "ab") as file:
                    file.write(b"mine now\n")
                self.git("rm", "-q", "README.md")
                self.git("commit", "-qam", "of a user")
                self.assert_found("page-differs", "page-missing")
                self.assert_repaired()
                self.assertEqual(self.set_aside(), {"archive/" + page: self.files[page] + b"mine now\n"})

    def test_lists_are_what_the_store_says_where_there_is_no_git(self):
        self.make()
        shutil.rmtree(self.path(".git"))
        self.configure("[archive]\n", "[archive]\ngit = false\n")
        self.succeed("verify")
        self.write_file(self.path("heron", "README.md"), "mine now\n")
        os.unlink(self.path("README.md"))
        self.assert_found("page-differs", "page-missing")
        result = self.run_courant("verify", "--repair")
        self.assertEqual(result.status, 0, result)
        self.assertEqual(accidents.files_of(self.archive), self.files)
        self.assertEqual(self.set_aside(), {"archive/heron/README.md": b"mine now\n"})

    def test_lists_older_than_the_configuration_are_behind_and_no_fault(self):
        self.make()
        self.configure("[fetch]\n", "[courant]\ntitle = Another Name\n[fetch]\n")
        self.assertEqual(self.kinds(), ["page-behind"])
        self.assertEqual(self.run_courant("verify").status, 0)
        self.assertEqual(self.run_courant("verify", "--repair").status, 0)
        self.assertEqual((self.kinds(), self.set_aside()), ([], {}))
        with open(self.path("README.md"), encoding="utf-8") as file:
            self.assertIn("Another Name", file.read())

    def test_what_stands_in_an_articles_place_makes_way(self):
        self.make()
        path = self.path(self.an_article())
        os.unlink(path)
        os.mkdir(path)
        self.write_file(os.path.join(path, "note.txt"), "a note")
        self.assertIn("file-in-the-way", self.kinds())
        self.assert_repaired()
        self.assertEqual(self.set_aside(), {f"archive/{self.an_article()}/note.txt": b"a note"})

    def test_what_stands_where_a_folder_belongs_makes_way(self):
        elsewhere = os.path.join(self.folder, "elsewhere")

        def link(folder):
            os.rename(folder, elsewhere)
            os.symlink(elsewhere, folder)

        def file(folder):
            shutil.rmtree(folder)
            self.write_file(folder, "a note")

        for layout, stand in (("dated", link), ("duty-machine", file)):
            with self.subTest(layout=layout):
                self.newsroom = os.path.join(self.folder, layout)
                self.make(layout)
                folder = os.path.dirname(self.an_article()) if layout == "duty-machine" else "heron"
                stand(self.path(folder))
                places = [line["where"] for line in self.findings() if line["kind"] == "file-in-the-way"]
                self.assertEqual(places, ["archive/" + folder])
                self.assertEqual(self.run_courant("verify").status, 1)
                self.assert_repaired()
                self.assertEqual(self.set_aside(), {} if stand is link else {f"archive/{folder}": b"a note"})

    def test_a_second_file_of_an_article_is_set_aside(self):
        self.make()
        with open(self.path(self.an_article()), "rb") as file:
            second = re.sub(rb"(?m)^id: .*$", b"id: 0123456789abcdef", file.read())
        self.write_file(self.path("heron", "2024", "11", "08-a-second.md"), second)
        self.assertEqual(self.kinds(), ["file-unknown"])
        result = self.assert_repaired()
        self.assertIn("the store has its article", result.out + result.err)
        self.assertEqual(self.set_aside(), {"archive/heron/2024/11/08-a-second.md": second})

    def test_somebody_elses_files_are_told_of_and_left(self):
        self.make()
        copy = self.path("heron", "copy.md")
        shutil.copy(self.path(self.an_article()), copy)
        self.write_file(self.path("notes.txt"), "mine")
        self.assertEqual(self.kinds(), ["file-foreign"])
        self.assertEqual(self.run_courant("verify", "--repair").status, 0)
        self.assertTrue(os.path.exists(copy))
        self.assertTrue(os.path.exists(self.path("notes.txt")))

    def test_an_article_that_the_store_cannot_take_is_set_aside(self):
        self.make()
        with open(self.path(self.an_article()), "rb") as file:
            stranger = re.sub(rb"(?m)^id: .*$", b"id: 0123456789abcdef", file.read())
        self.write_file(self.path("heron", "2024", "11", "08-a-stranger.md"), stranger)
        self.assertEqual(self.kinds(), ["file-unknown"])
        result = self.assert_repaired({"COURANT_TEST_FAULT": "import.clean:1"})
        self.assertIn("archive/heron/2024/11/08-a-stranger.md: the HTML is too large", result.out + result.err)
        self.assertEqual(self.set_aside(), {"archive/heron/2024/11/08-a-stranger.md": stranger})

    def test_an_article_that_the_disk_would_not_read_stays_where_it_is(self):
        self.make()
        with open(self.path(self.an_article()), "rb") as file:
            stranger = re.sub(rb"(?m)^id: .*$", b"id: 0123456789abcdef", file.read())
        stranger = re.sub(rb"(?m)^link: .*$", b"link: http://a.example/of-its-own", stranger)
        path = self.path("heron", "2024", "11", "08-a-stranger.md")
        self.write_file(path, stranger)
        self.git("add", "-A")
        self.git("commit", "-qm", "a stranger")
        result = self.run_courant("verify", "--repair", env={"COURANT_TEST_FAULT": "import.read:1"})
        self.assertEqual(result.status, 1, result)
        self.assertIn("08-a-stranger.md: fault injected at import.read", result.out + result.err)
        self.assertEqual((self.set_aside(), self.kinds()), ({}, ["file-unknown"]))
        with open(path, "rb") as file:
            self.assertEqual(file.read(), stranger)
        result = self.run_courant("verify", "--repair")
        self.assertEqual((result.status, self.kinds()), (0, []), result)

    def test_what_an_interrupted_run_left_is_no_fault(self):
        self.make()
        self.write_file(self.path("heron", ".tmp-x"), "half")
        self.assertEqual(self.kinds(), ["temporary"])
        self.assertEqual(self.run_courant("verify").status, 0)
        self.assert_repaired()


class Rebuild(Case):
    """The archive written anew from the store: the same bytes, and nothing of a user's lost."""

    layouts = ("dated", "duty-machine")

    def each_layout(self):
        for layout in self.layouts:
            with self.subTest(layout=layout):
                self.newsroom = os.path.join(self.folder, layout)
                self.make(layout)
                yield layout

    def test_a_lost_archive_has_the_same_bytes_again(self):
        for _ in self.each_layout():
            shutil.rmtree(self.archive)
            self.succeed("rebuild", "archive")
            self.assert_whole("rebuilt")

    def test_an_archive_that_is_there_stays_as_it_is(self):
        for _ in self.each_layout():
            head = self.git("rev-parse", "HEAD")
            self.succeed("rebuild", "archive")
            self.assert_whole("rebuilt")
            self.assertEqual(self.git("rev-parse", "HEAD"), head)

    def test_what_a_user_wrote_is_kept(self):
        for _ in self.each_layout():
            path = self.an_article()
            self.write_file(self.path(path), "edited by hand\n")
            self.write_file(self.path("notes.txt"), "mine\n")
            self.succeed("rebuild", "archive")
            self.assertEqual(self.set_aside(), {"archive/" + path: b"edited by hand\n"})
            self.files["notes.txt"] = b"mine\n"
            self.assertEqual(accidents.files_of(self.archive), self.files)
            self.assertEqual(self.git("status", "--porcelain"), ["?? notes.txt"])


class Repository(Case):
    def break_file(self, *parts):
        path = self.path(".git", *parts)
        os.chmod(path, 0o644)
        with open(path, "r+b") as file:
            file.seek(max(os.path.getsize(path) // 2 - 8, 0))
            file.write(b"garbage!garbage!")

    def packs(self, end):
        folder = self.path(".git", "objects", "pack")
        return [os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(end)]

    def test_a_stale_lock(self):
        self.make()
        self.write_file(self.path(".git", "index.lock"), "")
        self.assert_found("lock")
        self.assert_repaired()

    def test_a_pipe_in_a_files_place(self):
        for name in ("index", "HEAD"):
            with self.subTest(name=name):
                self.newsroom = os.path.join(self.folder, name)
                self.make()
                os.unlink(self.path(".git", name))
                os.mkfifo(self.path(".git", name))
                self.assertIn("is no file", self.run_courant("run", "--once", "--force").err)
                self.assert_found("settings-damaged")
                self.assert_repaired()

    def test_a_repository_elsewhere_that_is_gone(self):
        self.make()
        shutil.rmtree(self.path(".git"))
        self.write_file(self.path(".git"), "gitdir: /nowhere/at/all\n")
        self.assert_found("settings-damaged")
        result = self.run_courant("verify", "--repair")
        self.assertEqual(result.status, 1, result)
        self.assertIn("names a repository that is not there: put that back, or move this file away", result.err)
        os.unlink(self.path(".git"))
        self.assert_repaired()

    def test_a_broken_index(self):
        self.make()
        self.break_file("index")
        self.assert_found("index-damaged")
        self.assert_repaired()

    def test_a_missing_index(self):
        self.make()
        os.unlink(self.path(".git", "index"))
        self.assert_found("index-damaged")
        self.assert_repaired()

    def test_a_damaged_head(self):
        self.make()
        self.write_file(self.path(".git", "HEAD"), "reg: refs/heads/main\n")
        self.assert_found("head-damaged")
        self.assert_repaired()

    def test_a_head_that_names_another_branch(self):
        self.make()
        self.write_file(self.path(".git", "HEAD"), "ref: refs/heads/maim\n")
        self.assertIn("branch-lost", self.kinds())
        self.assert_repaired()

    def test_a_missing_branch(self):
        self.make()
        head = self.git("rev-parse", "HEAD")
        os.unlink(self.path(".git", "refs", "heads", "main"))
        self.assertIn("branch-lost", self.kinds())
        self.assert_repaired()
        self.assertEqual(self.git("rev-parse", "HEAD"), head)

    def test_a_missing_branch_without_a_log(self):
        self.make()
        head = self.git("rev-parse", "HEAD")
        os.unlink(self.path(".git", "refs", "heads", "main"))
        shutil.rmtree(self.path(".git", "logs"))
        self.assert_repaired()
        self.assertEqual(self.git("rev-parse", "HEAD"), head)

    def test_damaged_settings(self):
        self.make()
        self.write_file(self.path(".git", "config"), "[core\n")
        self.assert_found("settings-damaged")
        self.assert_repaired()

    def test_no_repository(self):
        self.make()
        shutil.rmtree(self.path(".git"))
        self.assert_found("no-repository")
        self.assert_repaired()

    def test_a_damaged_index_of_a_pack_is_made_anew(self):
        self.make()
        head = self.git("rev-parse", "HEAD")
        self.break_file(self.packs(".idx")[0])
        self.assertIn("objects-damaged", self.kinds())
        self.assert_repaired()
        self.assertEqual(self.git("rev-list", "--count", "HEAD"), ["2"])
        self.assertEqual(self.git("rev-parse", "HEAD"), head)

    def test_packs_whose_sum_alone_is_wrong_give_the_store_its_older_revisions_back(self):
        self.make()
        head = self.git("rev-parse", "HEAD")
        for path in self.packs(".pack"):
            os.chmod(path, 0o644)
            with open(path, "r+b") as file:
                file.seek(-1, os.SEEK_END)
                last = file.read(1)[0]
                file.seek(-1, os.SEEK_END)
                file.write(bytes([last ^ 1]))
        self.change("UPDATE revision SET title = title || 'x' WHERE revision = 1 AND article IN"
                    " (SELECT key FROM article WHERE revision = 2)")
        self.assert_found("branch-lost", "objects-damaged", "store-damaged")
        self.assert_repaired()
        self.assertEqual(self.git("rev-parse", "HEAD"), head)
        self.assertEqual(sum(name.endswith(".pack") for name in self.set_aside()), 2)

    def test_a_half_written_object(self):
        self.make()
        name = subprocess.run(["git", "-C", self.archive, "hash-object", "-w", "--stdin"], input=b"mine",
                              capture_output=True, check=True).stdout.decode().strip()
        path = self.path(".git", "objects", name[:2], name[2:])
        os.chmod(path, 0o644)
        os.truncate(path, 5)
        self.assert_found("objects-damaged")
        self.assert_repaired()

    def test_all_packs_are_lost(self):
        self.make()
        for path in self.packs(""):
            os.unlink(path)
        self.assertNotEqual(self.run_courant("verify").status, 0)
        self.assert_repaired()


class Store(Case):
    def damaged(self):
        return [name for name in os.listdir(self.newsroom) if name.startswith("courant.db.damaged-") and not name.endswith("-wal")]

    def test_a_damaged_text_is_read_back_from_the_archive(self):
        for layout in ("dated", "duty-machine"):
            with self.subTest(layout=layout):
                self.newsroom = os.path.join(self.folder, layout)
                self.make(layout)
                self.change("UPDATE body SET bytes = CAST(x'00' || substr(bytes, 2) AS BLOB) WHERE key % 3 = 0")
                self.assertEqual(self.kinds(), ["store-damaged"])
                self.assert_repaired()
                self.assertEqual(len(self.damaged()), 1)

    def test_what_is_no_file_in_the_stores_place(self):
        for make in (os.mkdir, os.mkfifo):
            with self.subTest(make=make.__name__):
                self.newsroom = os.path.join(self.folder, make.__name__)
                self.make()
                os.unlink(self.db())
                make(self.db())
                result = self.run_courant("list")
                self.assertEqual(result.status, 1, result)
                self.assertIn('courant.db" is no file: move it away', result.err)
                self.assert_found("store-missing")
                self.assert_repaired()

    def test_what_is_no_file_beside_the_store(self):
        self.make()
        for end in ("-wal", "-journal", "-shm"):
            for make in (os.mkdir, os.mkfifo):
                with self.subTest(end=end, make=make.__name__):
                    if os.path.exists(self.db() + end):
                        os.unlink(self.db() + end)
                    make(self.db() + end)
                    for command in (("status",), ("verify",), ("verify", "--repair"), ("run", "--once")):
                        result = self.run_courant(*command)
                        self.assertEqual(result.status, 1, result)
                        self.assertIn(f'courant.db{end}" is no file: move it away', result.err)
                    (os.rmdir if make is os.mkdir else os.unlink)(self.db() + end)
        self.assert_whole("all is moved away")

    def test_a_file_that_cannot_be_read_is_passed_over(self):
        self.make()
        self.change("UPDATE body SET bytes = CAST(x'00' || substr(bytes, 2) AS BLOB) WHERE key % 3 = 0")
        result = self.assert_repaired({"COURANT_TEST_FAULT": "import.clean:1"})
        self.assertIn(": passed over: the HTML is too large", result.out + result.err)

    def test_a_damaged_row_is_read_back_from_the_archive(self):
        for layout in ("dated", "duty-machine"):
            with self.subTest(layout=layout):
                self.newsroom = os.path.join(self.folder, layout)
                self.make(layout)
                self.change("UPDATE article SET first_seen_at = first_seen_at + 1 WHERE key % 3 = 0")
                self.assert_repaired()

    def test_an_older_revision_is_read_back_from_the_history(self):
        for layout in ("dated", "duty-machine"):
            with self.subTest(layout=layout):
                self.newsroom = os.path.join(self.folder, layout)
                self.make(layout)
                self.change("UPDATE revision SET title = title || 'x' WHERE revision = 1 AND article IN"
                            " (SELECT key FROM article WHERE revision = 2)")
                self.assert_repaired()
                self.assertEqual(accidents.ask_store(self.newsroom, ["SELECT count(*) FROM revision"])[0][0][0], 18)

    def test_a_deleted_store_is_made_anew_from_the_archive(self):
        for layout in ("dated", "duty-machine"):
            with self.subTest(layout=layout):
                self.newsroom = os.path.join(self.folder, layout)
                self.make(layout)
                os.unlink(self.db())
                self.assertEqual(self.kinds(), ["store-missing"])
                self.assert_repaired()
                self.publish(2)
                self.assertEqual(sum(line["new"] for line in self.harvest("--force")), 0)

    def test_a_damaged_head_of_the_store(self):
        self.make()
        with open(self.db(), "r+b") as file:
            file.write(b"not a store at all, at its very beginning")
        self.assertEqual(self.run_courant("verify").status, 3)
        self.assert_repaired()

    def test_a_store_cut_in_half(self):
        self.make()
        os.truncate(self.db(), os.path.getsize(self.db()) // 2)
        self.assertNotEqual(self.run_courant("verify").status, 0)
        self.assert_repaired()

    def test_a_newer_store_is_left_as_it_is(self):
        self.make()
        self.change("ALTER TABLE article ADD COLUMN novelty INTEGER")
        self.change("PRAGMA user_version = 99")
        for arguments in ((), ("--repair",)):
            result = self.run_courant("verify", *arguments)
            self.assertEqual(result.status, 3, result)
            self.assertIn("newer Courant", result.out + result.err)
        self.assertEqual(self.damaged(), [])

    def test_a_damaged_key_is_made_anew(self):
        self.make()
        self.change("UPDATE known SET hash = hash + 1 WHERE article % 2")
        self.assert_found("store-damaged")
        self.assert_repaired()
        self.harvest("--force")  # nothing is new to it
        self.assert_whole("a harvest later")

    def test_a_store_of_an_older_version_is_brought_forward(self):
        self.make()
        self.change("ALTER TABLE known DROP COLUMN seal")
        self.change("PRAGMA user_version = 4")
        self.assertEqual(self.kinds(), ["store-older"])
        self.assertEqual(self.run_courant("verify").status, 3)
        self.assert_repaired()
        self.assertEqual(self.damaged(), [])

    def test_a_damaged_store_of_an_older_version(self):
        self.make()
        self.change("ALTER TABLE known DROP COLUMN seal")
        self.change("PRAGMA user_version = 4")
        with open(self.db(), "r+b") as file:
            file.write(b"not a store at all, at its very beginning")
        self.assert_repaired()
        self.harvest("--force")
        self.assert_whole("a harvest later")

    def test_another_process_has_the_newsroom(self):
        import fcntl

        self.make()
        with open(os.path.join(self.newsroom, "courant.lock"), "r+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.assertTrue(self.totals("verify")["moving"])
            result = self.run_courant("verify", "--repair")
            self.assertEqual(result.status, 3, result)


class Interrupted(Case):
    """Killed at each of its steps in turn, a repair is done again and ends well."""

    def damage(self, folder):
        archive = os.path.join(folder, "archive")
        articles = sorted(path for path in self.files if accidents.is_article(path))
        db = sqlite3.connect(os.path.join(folder, "courant.db"))
        # of texts that stand in a whole file, too: wherever the pack is hit, it is not the last copy
        db.execute("UPDATE body SET bytes = CAST(x'00' || substr(bytes, 2) AS BLOB) WHERE key % 4 = 0 AND key IN (SELECT r.body"
                   " FROM article a JOIN revision r ON r.article = a.key AND r.revision = a.revision WHERE a.path NOT IN (?, ?))",
                   articles[-2:])
        db.commit()
        db.close()
        with open(os.path.join(archive, articles[-1]), "ab") as file:
            file.write(b"edited\n")
        os.unlink(os.path.join(archive, articles[-2]))
        pack = os.path.join(archive, ".git", "objects", "pack")
        name = sorted(name for name in os.listdir(pack) if name.endswith(".pack"))[0]
        os.chmod(os.path.join(pack, name), 0o644)
        with open(os.path.join(pack, name), "r+b") as file:
            file.seek(os.path.getsize(os.path.join(pack, name)) // 2)
            file.write(b"garbage!")
        os.unlink(os.path.join(archive, ".git", "index"))

    def test_at_each_step(self):
        self.make()
        whole = self.newsroom
        damaged = self.copy(whole, "damaged")
        self.damage(damaged)
        n, stride = 1, 1 if accidents.LONG else 61
        while True:
            self.newsroom = self.copy(damaged, f"round{n}")
            log = self.newsroom + ".points"
            result = self.run_courant("verify", "--repair",
                                      env={"COURANT_TEST_FAULT": f"*:{n}:kill", "COURANT_TEST_FAULT_LOG": log})
            if result.status != -9:
                self.assertEqual(result.status, 0, result)
                break
            with open(log, encoding="ascii") as lines:
                point = lines.read().split()[n - 1]
            with self.subTest(n=n, point=point):
                self.assert_repaired()
            shutil.rmtree(self.newsroom)
            n += stride
        self.assertGreater(n, 30)


class Damage(Case):
    """Bytes flipped or cut anywhere: found, or harmless; and mended."""

    layouts = ("dated", "duty-machine")
    places = {
        "store": lambda folder: [os.path.join(folder, "courant.db")],
        "log": lambda folder: [os.path.join(folder, "courant.db-wal")],
        "git": lambda folder: Damage.below(os.path.join(folder, "archive", ".git"), ""),
        "objects": lambda folder: Damage.below(os.path.join(folder, "archive", ".git", "objects"), ""),
        "index": lambda folder: [os.path.join(folder, "archive", ".git", "index")],
        "markdown": lambda folder: Damage.below(os.path.join(folder, "archive"), ".md"),
    }

    @staticmethod
    def below(folder, end):
        out = []
        for below, folders, names in os.walk(folder):
            if end and ".git" in folders:
                folders.remove(".git")
            out += [os.path.join(below, name) for name in names if name.endswith(end)]
        return sorted(out)

    def damage(self, rng, folder):
        place = rng.choice(sorted(self.places))
        files = [path for path in self.places[place](folder) if os.path.exists(path) and os.path.getsize(path)]
        path = rng.choice(files)
        size = os.path.getsize(path)
        os.chmod(path, 0o644)
        if rng.random() < 0.25:
            at = rng.randrange(size)
            os.truncate(path, at)
            return f"{os.path.relpath(path, folder)} cut at {at} of {size}"
        at, mask = rng.randrange(size), rng.randrange(1, 256)
        with open(path, "r+b") as file:
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ mask]))
        return f"{os.path.relpath(path, folder)} byte {at} of {size} ^ {mask:#x}"

    def test_random_damage(self):
        whole = {}
        rounds = range(SEED, SEED + ROUNDS)
        for layout in sorted({random.Random(n).choice(self.layouts) for n in rounds}):
            self.newsroom = os.path.join(self.folder, layout)
            self.make(layout)
            self.publish(3)  # what the last harvest brings stays in the log: it is killed before it tidies up
            result = self.run_courant("run", "--once", "--force", env={"COURANT_TEST_FAULT": "store.checkpoint:1:kill"})
            self.assertEqual(result.status, -9, result)
            still = self.copy(self.newsroom, layout + ".whole")
            self.files = accidents.files_of(self.archive)
            self.whole = self.totals("verify")
            whole[layout] = (still, self.files, self.whole)
        found = 0
        for n in rounds:
            rng = random.Random(n)
            layout = rng.choice(self.layouts)
            still, self.files, self.whole = whole[layout]
            self.newsroom = self.copy(still, f"round{n}")
            what = self.damage(rng, self.newsroom)
            with self.subTest(seed=n, layout=layout, what=what):
                result = self.run_courant("verify")
                self.assertIn(result.status, (0, 1, 3), result)
                self.assertNotIn("Sanitizer", result.err, result)
                found += result.status != 0
                if result.status:
                    self.assert_repaired()
                else:
                    self.assertEqual(accidents.files_of(self.archive), self.files, result)
                    self.go_on(self.newsroom)
                    self.assertEqual(accidents.files_of(self.archive), self.files, "a run after it")
            shutil.rmtree(self.newsroom)
        self.assertGreater(found, ROUNDS // 3)


if __name__ == "__main__":
    harness.main()
