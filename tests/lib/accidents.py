# SPDX-License-Identifier: MIT
"""accidents: what tests of accidents share: newsrooms that are copied, runs in them, and a look at whether all is whole.

    class Breaking(accidents.Case):
        def test_one(self):
            self.look(folder)            # after an accident: store, git and files are whole, and the state is not ahead
            self.look_at_end(folder)     # after the next run: as after a run that nothing disturbed
"""
import os
import shutil
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import newsroom

LONG = bool(os.environ.get("COURANT_LONG"))


def files_of(folder):
    """path -> bytes of an archive, without `fetched`, which tells when."""
    out = {}
    for below, folders, names in os.walk(folder):
        if ".git" in folders:
            folders.remove(".git")
        for name in names:
            with open(os.path.join(below, name), "rb") as file:
                lines = [line for line in file if not line.startswith(b"fetched:")]
            out[os.path.relpath(os.path.join(below, name), folder)] = b"".join(lines)
    return out


def is_article(path):
    return not path.endswith("README.md") and not path.startswith("lists" + os.sep)


def git(folder, *arguments, env=None):
    """Its output's lines; an AssertionError where it fails."""
    run = subprocess.run(["git", "-C", os.path.join(folder, "archive"), *arguments], capture_output=True, text=True, check=False,
                         env={**os.environ, **(env or {})})
    assert run.returncode == 0, f"git {' '.join(arguments)}: {run.stdout}{run.stderr}"
    return run.stdout.splitlines()


def ask_store(folder, question):
    """Rows of the store, from a copy of it: looking must not mend what the next run has to."""
    if not os.path.exists(os.path.join(folder, "courant.db")):
        return []
    copy = os.path.join(folder, ".look")
    os.makedirs(copy)
    try:
        for end in ("", "-wal"):
            if os.path.exists(os.path.join(folder, "courant.db" + end)):
                shutil.copy(os.path.join(folder, "courant.db" + end), os.path.join(copy, "courant.db" + end))
        db = sqlite3.connect(os.path.join(copy, "courant.db"))
        try:
            return [db.execute(one).fetchall() for one in question]
        finally:
            db.close()
    finally:
        shutil.rmtree(copy)


class Case(newsroom.Case):
    def run_in(self, folder, *arguments, env=None):
        return self.run_courant("-C", folder, *arguments, newsroom=False, env=env)

    def go_on(self, folder):
        """The next run, which nothing disturbs."""
        result = self.run_in(folder, "run", "--once", "--force")
        self.assertEqual(result.status, 0, result)

    def copy(self, folder, name):
        """A copy of a newsroom, in which accidents may happen."""
        to = os.path.join(self.folder, name)
        shutil.copytree(folder, to, symlinks=True)
        return to

    def knows_verify(self):
        if not hasattr(self, "_knows_verify"):
            self._knows_verify = "verify" in self.run_courant("help", newsroom=False).out
        return self._knows_verify

    def look_at_store(self, folder, items):
        """Pages and references; each source has all of the items that its ETag stands for, and each revision its text.
        `items`: source -> ETag -> (articles, revisions)."""
        found = ask_store(folder, ["PRAGMA integrity_check", "PRAGMA foreign_key_check",
                                   "SELECT count(*) FROM sqlite_schema WHERE name = 'article'"])
        if not found or not found[2][0][0]:
            return
        self.assertEqual(found[0], [("ok",)])
        self.assertEqual(found[1], [])
        rows = ask_store(folder, ["SELECT s.id, CAST(s.etag AS TEXT), (SELECT count(*) FROM article a WHERE a.source = s.key),"
                                  " (SELECT count(*) FROM article a JOIN revision r ON r.article = a.key JOIN body b ON b.key = r.body"
                                  "  WHERE a.source = s.key) FROM source s"])[0]
        for source, etag, articles, revisions in rows:
            if source in items:
                self.assertEqual((articles, revisions), items[source][etag], f"{source} at ETag {etag}")

    def look_at_archive(self, folder, texts):
        """git is whole, a commit names no file that is not there, and each article's file is one of its `texts`."""
        archive = os.path.join(folder, "archive")
        if not os.path.exists(os.path.join(archive, ".git", "HEAD")):
            return
        # Without the index: git writes it when its input ends, which a kill may do an instant before git dies of it too. It then
        # names files that are on disk and not committed; the next commit settles that.
        no_index = {"GIT_INDEX_FILE": os.path.join(folder, "no-index")}
        self.assertEqual(git(folder, "fsck", "--full", "--strict", "--no-dangling", "--no-progress", env=no_index), [])
        files = files_of(archive)
        if git(folder, "for-each-ref"):
            for path in git(folder, "-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", "HEAD"):
                self.assertIn(path, files, "it is committed and not there")
        for path, text in files.items():
            if is_article(path) and os.path.basename(path)[:5] != ".tmp-":
                self.assertIn(text, texts.get(path, []), f"{path} is not whole")

    def look_at_leftovers(self, folder):
        left = [path for path in files_of(os.path.join(folder, "archive")) if ".tmp-" in path]
        self.assertEqual(left, [])

    def look_at_end(self, folder, undisturbed):
        """As after a run that nothing disturbed."""
        if self.knows_verify():
            result = self.run_in(folder, "verify")
            self.assertEqual(result.status, 0, result)
        self.assertEqual(files_of(os.path.join(folder, "archive")), undisturbed)
        self.assertEqual(git(folder, "fsck", "--full", "--strict", "--no-dangling", "--no-progress"), [])
        self.assertEqual(git(folder, "status", "--porcelain"), [])
        self.assertFalse(os.path.exists(os.path.join(folder, "archive", ".git", "courant-journal")))
