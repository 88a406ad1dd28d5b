# SPDX-License-Identifier: MIT
"""An archive that exists becomes the newsroom's: every form, its history, in place, interrupted, and hostile."""
import os
import shutil
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness
import newsroom
import newstext
import shared

CONF = "[archive]\nlayout = {}\n"
LONG = "港口渡轮大桥潮水工程师图书馆白鹭车站市场冬天" * 5  # 110 characters, 330 bytes: more than a file's name may have


def duty(at, title, link, body):
    return f"<!--{at}-->\n[{title}]({link})\n------\n\n{body}\n"


def jekyll(head, body):
    return f"---\n{head}---\n{body}"


# path -> (form, text)
FORMS = {
    "articles/heron/1048574.md": ("duty-machine", duty(1593300000000, "Tide of the year", "https://news.example/a/7000001.html", "<p>One.</p>")),
    "articles/heron/1000000.md": ("duty-machine", duty(1593400000000, "At the turn", "https://news.example/a/7000002.html", "<p>Two.</p>")),
    "articles/heron/999999.md": ("duty-machine", duty(1593500000000, LONG, "https://news.example/a/7000003.html", "<p>Three.</p>")),
    "articles/heron/999998.md": ("duty-machine", duty(1593500000001, "Again, [photos] (1) a](b", "https://news.example/a/7000003.html", "<p>Three, issued again.</p>")),
    "articles/白鹭/1048198_潮水之后\n\n.md": ("duty-machine", duty(1593600000000, "潮水之后", "https://news.example/b/1", "<p>名字里有换行。</p>")),
    "articles/白鹭/1048197_ 一桥--两岸 \"灯\" \\ 100%.md": ("duty-machine", duty(1593700000000, "一桥/两岸", "https://news.example/b/2", "<p>a&amp;b\rc</p>")),
    "articles/白鹭/400166_旧标题.md": ("old-cdt", "[旧标题](http://news.example/?p=648409)\n------\n日期：Fri, 26 Jun 2020 14:50:44 +0000\n\n<p>一。</p>\n<p>二。</p>\n"),
    "articles/白鹭/400166_新标题.md": ("old-cdt", "[新标题](http://news.example/?p=648409)\n------\n日期：Fri, 26 Jun 2020 14:50:44 +0000\n\n<p>一。</p>\n<p>三。</p>\n"),
    "articles/cdt/0.md": ("duty-machine", duty(1593800000000, "No number", "https://news.example/c/1", "<p>Zero.</p>")),
    "articles/cdt/365567.md": ("duty-machine", duty(1593800000000, "Low number", "https://news.example/c/2", "<p>Low.</p>\n\n<p>Two lines.</p>")),
    "articles/399650_一个文件.md": ("old-cdt", "[一个文件](http://news.example/?p=648925)\n------\n日期：Sat, 27 Jun 2020 14:50:44 +0000\n\n<p>没有文件夹。</p>\n"),
    "articles/heron/1048573.md": ("other", "Nobody's form: a note that somebody left.\n"),
    "_posts/2020-07-17-the-lock.md": ("jekyll", jekyll('layout: post\ntitle: "The lock"\ndate: 1594942860000\nauthor: Wren\ncategories:[news, Wren]\n', "<!--1594942860000-->\n[The lock](https://wren.example/1)\n------\n\n<div>\n<p>Shut.</p>\n</div>\n")),
    "archived/2020-09-22/2020-09-22-quay.md": ("jekyll", jekyll('layout: post\ntitle: "A \\"quay\\""\ndate: 2020-09-22T01:02:03.000Z\nfrom: https://wren.example/2\ncategories: [ news, Wren ]\n', "<h2>Head</h2>\n<p>Many\nlines.</p>\n")),
    "gull/2024/11/08-bread.md": ("dated", '---\ntitle: "Bread"\nlink: "https://gull.example/bread"\nsource: "gull"\npublished: 2024-11-08T02:10:38Z\nid: "00000000deadbeef"\nrevision: 3\nfetched: 2024-11-08T03:00:00Z\n---\n\nA *short* text, written by hand.\n\n- one\n- two\n'),
}
BESIDE = {
    "README.md": "Birds\n------\n\n[白鹭](lists/白鹭.md)\n",
    "lists/The heron.md": "The heron\n------\n\n6-28 [Tide of the year](/articles/heron/1048574.md)\n\n",
    "LICENSE": "none\n",
    "about.md": "---\nlayout: page\ntitle: About\n---\nWords.\n",
    "later/list.md": "6-28 [Tide of the year](/articles/heron/1048574.md)\n",
}


class Case(newsroom.Case):
    def write_tree(self, name, files):
        for path, text in files.items():
            self.write_file(os.path.join(name, path), text)
        return os.path.join(self.folder, name)

    def repository(self, folder, *commits):
        """A repository whose commits write files (None: take them away)."""
        who = ["-c", "user.name=A", "-c", "user.email=a@news.example"]
        os.makedirs(folder, exist_ok=True)
        self.sh(folder, "init", "-q")
        for n, files in enumerate(commits):
            for path, text in files.items():
                full = os.path.join(folder, path)
                if text is None:
                    os.unlink(full)
                    continue
                os.makedirs(os.path.dirname(full), exist_ok=True)
                with open(full, "wb") as file:
                    file.write(text.encode())
            self.sh(folder, "add", "-A")
            env = {"GIT_COMMITTER_DATE": f"{1593300000 + 3600 * n} +0000"}
            self.sh(folder, *who, "commit", "-q", "-m", "update", env=env)

    def sh(self, folder, *arguments, env=None):
        run = subprocess.run(["git", "-C", folder, *arguments], capture_output=True, env=self.environment(env), check=False)
        self.assertEqual(run.returncode, 0, run)

    def import_json(self, folder, *options, **others):
        return self.succeed("import", folder, "--json", *options, **others).json

    def write_archive(self):
        self.succeed("run", "--once")
        if "verify" in self.succeed("help", newsroom=False).out:
            self.succeed("verify")

    def check_given_back(self, files):
        tree = self.tree_of(self.archive)
        for path, text in files.items():
            wanted = text.encode() if isinstance(text, str) else text
            self.assertEqual(tree.get(path), wanted, path)

    def tree_of(self, root):
        out = {}
        for folder, folders, files in os.walk(root):
            if ".git" in folders:
                folders.remove(".git")
            for name in files:
                with open(os.path.join(folder, name), "rb") as file:
                    out[os.path.relpath(os.path.join(folder, name), root)] = file.read()
        return out

    def listed(self):
        """What the store has: everything that a listing tells but ids, which an archive need not hold."""
        rows = self.succeed("list", "--json").json
        return sorted((r["source"], r["article"] if "/" in r["article"] else "", r["title"], r["published"]) for r in rows)


class Forms(Case):
    def setUp(self):
        super().setUp()
        self.make_newsroom(CONF.format("duty-machine"))
        self.files = {path: text for path, (_, text) in FORMS.items()}
        self.old = self.write_tree("old", {**self.files, **BESIDE})

    def test_every_form_is_counted_and_given_back_byte_for_byte(self):
        told = self.import_json(self.old)
        wanted = {}
        for form, _ in FORMS.values():
            wanted[form] = wanted.get(form, 0) + 1
        self.assertEqual({form: told.get(form) for form in wanted}, wanted)
        self.assertEqual((told["new"], told["failed"], told["lists"], told["readmes"], told["not_articles"]), (len(FORMS), 0, 2, 1, 2))
        self.assertEqual({x["path"] for x in told["not_taken"]}, {"LICENSE", "about.md"})
        self.write_archive()
        self.check_given_back({path: text for path, text in self.files.items() if FORMS[path][0] != "dated"})

    def test_a_dated_file_is_given_back_in_its_layout(self):
        self.write_conf(CONF.format("dated"))
        self.import_json(self.old)
        self.write_archive()
        self.check_given_back({path: text for path, text in self.files.items() if FORMS[path][0] == "dated"})
        self.assertIn("2020/06/28-tide-of-the-year.md", " ".join(self.article_files()))

    def test_a_second_import_finds_all_of_it_there(self):
        self.import_json(self.old)
        before = self.listed()
        told = self.import_json(self.old)
        self.assertEqual((told["new"], told["revised"], told["unchanged"], told["revisions"]), (0, 0, len(FORMS), 0))
        self.assertEqual(self.listed(), before)

    def test_a_file_that_changed_is_a_revision_of_its_article(self):
        self.import_json(self.old)
        path = "articles/heron/1048574.md"
        text = self.files[path].replace("One.", "One, corrected.")
        self.write_file("old/" + path, text)
        told = self.import_json(self.old)
        self.assertEqual((told["new"], told["revised"], told["unchanged"]), (0, 1, len(FORMS) - 1))
        self.write_archive()
        self.check_given_back({path: text})

    def test_lists_tell_the_names_of_sources(self):
        told = self.import_json(self.old)
        names = {s["id"]: s["name"] for s in told["sources"]}
        self.assertEqual(names["heron"], "The heron")
        self.assertEqual({"heron", "白鹭", "cdt", "Wren", "gull", "old"}, set(names))
        self.assertEqual({s["id"] for s in told["sources"] if s["followed"]}, set())

    def test_the_configuration_names_a_folder_of_old(self):
        self.write_conf(CONF.format("duty-machine") + "[source egret]\nname = 白鹭\nfeed = https://news.example/feed\n")
        told = self.import_json(self.old)
        self.assertTrue([s for s in told["sources"] if s["id"] == "egret" and s["followed"] and s["articles"] == 4])
        self.write_conf(CONF.format("duty-machine"))
        self.write_archive()
        self.check_given_back({path: text for path, text in self.files.items() if "白鹭" in path})

    def test_what_an_archive_cannot_hold_is_listed(self):
        told = self.import_json(self.old)
        self.assertIn("kept pages", told["not_in_archive"]["duty-machine"])
        self.assertIn("kept pages", told["not_in_archive"]["dated"])
        plain = self.succeed("import", self.old)
        self.assertIn("the archive does not hold", plain.err)
        self.assertRegex(plain.out, r"(?m)^duty-machine\t8$")

    def test_what_is_no_folder_is_refused(self):
        for name, text in (("words.txt", "words\n"), ("a.md", FORMS["articles/heron/1048574.md"][1])):
            result = self.run_courant("import", self.write_file(name, text))
            self.assertNotEqual(result.status, 0)
            self.assertRegex(result.err, r"^courant: .")
        self.assertNotEqual(self.run_courant("import", os.path.join(self.folder, "nowhere")).status, 0)


class History(Case):
    def setUp(self):
        super().setUp()
        self.make_newsroom(CONF.format("duty-machine"))
        self.repo = os.path.join(self.folder, "repo")
        one = {p: FORMS[p][1] for p in ("articles/heron/1048574.md", "articles/heron/1000000.md", "_posts/2020-07-17-the-lock.md")}
        a, b, lock = one
        self.moved = "archived/2020-07-17/2020-07-17-the-lock.md"
        self.repository(
            self.repo,
            {**one, "articles/heron/gone.md": "nothing\n"},
            {a: one[a].replace("One.", "One, again.")},
            {lock: None, self.moved: one[lock], "articles/heron/gone.md": None},
            {a: one[a].replace("One.", "One, at last."), b: one[b].replace("Two.", "2")},
        )
        self.now = {a: one[a].replace("One.", "One, at last."), b: one[b].replace("Two.", "2"), self.moved: one[lock]}
        self.changed = a

    def check(self, told):
        self.assertEqual((told["new"], told["revisions"], told["failed"]), (3, 6, 0), told)
        self.write_archive()
        self.check_given_back(self.now)
        self.assertNotIn("articles/heron/gone.md", self.tree_of(self.archive))
        shown = self.succeed("diff", "heron/1048574", "1", "2").out
        self.assertIn("again", shown)

    def test_commits_give_the_earlier_revisions(self):
        self.check(self.import_json(self.repo))

    def test_a_bare_repository_gives_the_same(self):
        bare = os.path.join(self.folder, "bare.git")
        subprocess.run(["git", "clone", "-q", "--bare", self.repo, bare], check=True, env=self.environment(), capture_output=True)
        self.check(self.import_json(bare))

    def test_what_was_not_committed_is_the_last_revision(self):
        text = self.now[self.changed].replace("One,", "1,")
        self.write_file("repo/" + self.changed, text)
        self.now[self.changed] = text
        told = self.import_json(self.repo)
        self.assertEqual((told["new"], told["revisions"]), (3, 7))
        self.write_archive()
        self.check_given_back(self.now)

    def test_nothing_that_the_repository_configures_is_run(self):
        mark = os.path.join(self.folder, "mark")
        for key in ("core.fsmonitor", "core.pager", "gpg.program", "diff.external", "core.sshCommand", "core.alternateRefsCommand"):
            self.sh(self.repo, "config", key, f"touch {mark}; false")
        self.sh(self.repo, "config", "log.showSignature", "true")
        with open(os.path.join(self.repo, ".git", "hooks", "post-checkout"), "w") as file:
            file.write(f"#!/bin/sh\ntouch {mark}\n")
        os.chmod(file.name, 0o755)
        self.check(self.import_json(self.repo))
        self.assertFalse(os.path.exists(mark))

    def test_without_its_history_a_work_tree_is_read_and_that_is_told(self):
        with open(os.path.join(self.repo, ".git", "HEAD"), "w") as file:
            file.write("nothing\n")
        empty = os.path.join(self.folder, "empty")
        os.mkdir(empty)
        for options in ({}, {"env": {"PATH": empty}}):  # a broken repository, no git at all
            shutil.rmtree(self.newsroom)
            self.make_newsroom(CONF.format("duty-machine"))
            result = self.run_courant("import", self.repo, "--json", **options)
            self.assertEqual(result.status, 1, result)
            self.assertEqual((result.json["new"], result.json["revisions"], result.json["failed"]), (3, 3, 1))
            self.assertIn("without its history", result.err)

    def test_an_object_that_is_missing_is_told_and_the_rest_taken(self):
        import glob
        objects = glob.glob(os.path.join(self.repo, ".git", "objects", "??", "*"))
        for path in objects:
            name = path.split(os.sep)[-2] + path.split(os.sep)[-1]
            kind = subprocess.run(["git", "-C", self.repo, "cat-file", "-p", name], capture_output=True, env=self.environment(), check=False).stdout
            if b"One, again." in kind:
                os.chmod(path, 0o644)
                os.unlink(path)
        result = self.run_courant("import", self.repo, "--json")
        self.assertEqual(result.status, 1, result)
        self.assertEqual((result.json["new"], result.json["revisions"], result.json["failed"]), (3, 5, 1))
        self.assertIn("an earlier version", result.err)


class InPlace(Case):
    def test_an_archive_of_ours_gives_the_same_store(self):
        for layout in ("duty-machine", "dated"):
            with self.subTest(layout):
                shutil.rmtree(self.newsroom, ignore_errors=True)
                self.follow("heron", "wren", layout=layout)
                self.origin.put("/heron", newstext.rss([1, 2, 3]))
                self.origin.put("/wren", newstext.rss([11, 12]))
                self.harvest()
                self.origin.put("/heron", newstext.rss([4, 5]).replace("<p>", "<p>Early: ", 1))
                self.harvest("--force")
                self.origin.put("/heron", newstext.rss([4, 5, 6]))
                self.harvest("--force")
                before, tree = self.listed(), self.tree_of(self.archive)
                kept = os.path.join(self.folder, "kept-" + layout)
                os.rename(self.archive, kept)
                for name in os.listdir(self.newsroom):
                    if name.startswith("courant.db"):
                        os.unlink(os.path.join(self.newsroom, name))
                told = self.import_json(kept)
                self.assertEqual((told["new"], told["revisions"], told["failed"]), (8, 9, 0))
                self.assertEqual(self.listed(), before)
                self.origin.put("/heron", newstext.rss([4, 5, 6]))
                lines = self.harvest("--force")
                self.assertEqual([(l["new"], l["revised"]) for l in lines], [(0, 0), (0, 0)])
                self.assertEqual(self.tree_of(self.archive), tree)

    def test_an_archive_is_adopted_in_place_and_goes_on(self):
        for layout in ("duty-machine", "dated"):
            with self.subTest(layout):
                shutil.rmtree(self.newsroom, ignore_errors=True)
                self.follow("heron", layout=layout)
                self.origin.put("/heron", newstext.rss([1, 2, 3]))
                self.harvest()
                tree = self.tree_of(self.archive)
                for name in os.listdir(self.newsroom):
                    if name.startswith("courant.db"):
                        os.unlink(os.path.join(self.newsroom, name))
                told = self.import_json(os.path.join("newsroom", "archive"))
                self.assertEqual(told["new"], 3)
                line = self.harvest()[0]
                self.assertEqual((line["new"], line["revised"]), (0, 0))
                self.assertEqual(self.tree_of(self.archive), tree)
                self.origin.put("/heron", newstext.rss([2, 3, 4]))
                line = self.harvest("--force")[0]
                self.assertEqual((line["new"], line["revised"]), (1, 0))
                after = self.tree_of(self.archive)
                self.assertEqual({p: b for p, b in after.items() if p in tree and "README" not in p and "lists" not in p},
                                 {p: b for p, b in tree.items() if "README" not in p and "lists" not in p})
                if layout == "duty-machine":
                    self.assertIn("articles/heron/1048571.md", after)

    def test_numbers_go_on_below_the_lowest_and_a_changed_item_keeps_its_file(self):
        old = {
            "articles/heron/1000000.md": duty(1593300000000, "Old", "https://news.example/a/story-1.html", "<p>Old.</p>"),
            "articles/heron/999999.md": duty(1593400000000, "Older than you think", "https://news.example/a/7856214.html", "<p>Before.</p>"),
        }
        self.follow("heron", layout="duty-machine")
        self.write_tree("newsroom/archive", old)
        self.assertEqual(self.import_json(self.archive)["new"], 2)
        feed = newstext.rss([1])
        item = ("<item><guid>x-7</guid><title>Older than you think</title><link>https://news.example/b/new-words-7856214.html</link>"
                "<pubDate>Mon, 29 Jun 2020 03:06:40 GMT</pubDate><description>&lt;p&gt;After.&lt;/p&gt;</description></item>")
        self.origin.put("/heron", feed.replace("<item>", item + "<item>", 1))
        line = self.harvest()[0]
        self.assertEqual((line["new"], line["revised"]), (1, 1))
        self.assertEqual(self.article_files(), sorted([*old, "articles/heron/999998.md"]))
        self.assertIn("<p>After.</p>", self.read("articles/heron/999999.md"))

    def test_a_harvest_takes_numbers_past_a_million_and_titles_of_a_hundred_characters(self):
        title = LONG[:100]
        feed = newstext.rss([1, 2, 3]).replace(newstext.article(2)["title"], title)
        names = {"duty-machine": ["articles/heron/1000000.md", "articles/heron/1000001.md", "articles/heron/999998.md", "articles/heron/999999.md"]}
        for layout in ("duty-machine", "dated"):
            with self.subTest(layout):
                shutil.rmtree(self.newsroom, ignore_errors=True)
                self.follow("heron", layout=layout)
                if layout == "duty-machine":
                    old = {"articles/heron/1000001.md": duty(1593300000000, "Old", "https://news.example/old", "<p>Old.</p>")}
                    self.write_tree("newsroom/archive", old)
                    self.assertEqual(self.import_json(self.archive)["new"], 1)
                self.origin.put("/heron", feed)
                self.assertEqual(self.harvest()[0]["new"], 3)
                files, tree = self.article_files(), self.tree_of(self.archive)
                self.assertEqual(files, names.get(layout, files))
                self.assertEqual(sum(title in self.read(path) for path in files), 1)
                self.assertIn(title, self.succeed("list").out)
                rows = self.succeed("list", "--json").json  # newest first: by their time, and not by how a number is written
                if layout == "duty-machine":
                    self.assertEqual([row["article"] for row in rows], ["heron/999998", "heron/999999", "heron/1000000", "heron/1000001"])
                self.succeed("verify")
                shutil.rmtree(self.archive)
                self.succeed("rebuild", "archive")
                self.assertEqual(self.tree_of(self.archive), tree)
                self.succeed("verify")


class Trouble(Case):
    def setUp(self):
        super().setUp()
        self.make_newsroom(CONF.format("duty-machine"))

    def test_an_import_that_was_killed_goes_on(self):
        files = {f"articles/heron/{1048574 - n}.md": duty(1593300000000 + n, f"Tide {n}", f"https://news.example/a/{n}", f"<p>{n}</p>")
                 for n in range(600)}
        old = self.write_tree("old", files)
        for n in (3, 4, 5):
            result = self.run_courant("import", old, env={"COURANT_TEST_FAULT": f"store.commit:{n}:kill"})
            self.assertNotEqual(result.status, 0, result)
        told = self.import_json(old)
        self.assertEqual(told["new"] + told["unchanged"], 600)
        self.assertGreater(told["unchanged"], 0)
        self.write_archive()
        self.check_given_back(files)
        self.assertEqual(len(self.listed()), 600)

    def test_an_import_that_was_stopped_keeps_what_it_has_and_goes_on(self):
        files = {f"articles/heron/{1048574 - n}.md": duty(1593300000000 + n, f"Tide {n}", f"https://news.example/a/{n}", f"<p>{n}</p>")
                 for n in range(1500)}
        old = self.write_tree("old", files)
        process = self.start_courant("import", old)
        self.wait_for(lambda: os.path.exists(os.path.join(self.newsroom, "courant.db-wal")) or process.poll() is not None)
        process.terminate()
        process.communicate()
        self.assertIn(process.returncode, (0, 143, -15))  # it may have been done, or not yet begun
        told = self.import_json(old)
        self.assertEqual((told["new"] + told["unchanged"], told["failed"]), (1500, 0))
        self.assertEqual(len(self.listed()), 1500)

    def test_another_process_has_the_newsroom(self):
        self.follow("heron")
        may_answer = threading.Event()
        self.origin.answer("/heron", {"body": newstext.rss([1]), "until": may_answer})
        first = self.start_courant("run", "--once")
        self.wait_for(lambda: self.origin.requests_for("/heron"))
        result = self.run_courant("import", self.write_tree("old", {"articles/a/1.md": "x"}))
        may_answer.set()
        self.assertEqual(result.status, 3, result)
        self.assertRegex(result.err, r"another courant \(process \d+\)")
        first.communicate()

    def test_what_is_hostile_is_named_and_not_taken(self):
        good = {"articles/heron/1048574.md": FORMS["articles/heron/1048574.md"][1]}
        old = self.write_tree("old", good)
        secret = self.write_file("secret.md", duty(1, "Secret", "https://news.example/s", "s"))
        heron = os.path.join(old, "articles", "heron")
        os.symlink(secret, os.path.join(heron, "1048573.md"))
        os.symlink(self.folder, os.path.join(old, "loop"))
        os.mkfifo(os.path.join(heron, "1048572.md"))
        with open(os.path.join(heron, "1048571.md"), "wb") as file:
            file.truncate(8 * 1024 * 1024 + 1)
        with open(os.path.join(heron.encode(), b"10485\xff.md"), "wb") as file:
            file.write(b"x")
        self.write_file("old/articles/heron/.1048570.md", "x")
        self.write_file("old/articles/heron/1048569.md", "")
        deep = "/".join(["d"] * 40)
        self.write_file(f"old/{deep}/1.md", "x")
        result = self.run_courant("import", old, "--json")
        self.assertEqual(result.status, 1, result)
        why = {x["path"]: x["why"] for x in result.json["not_taken"]}
        self.assertEqual(result.json["new"], 1)
        self.assertIn("symbolic link", why["articles/heron/1048573.md"])
        self.assertIn("symbolic link", why["loop"])
        self.assertIn("neither file nor folder", why["articles/heron/1048572.md"])
        self.assertIn("8 MiB", why["articles/heron/1048571.md"])
        self.assertIn("hidden", why["articles/heron/.1048570.md"])
        self.assertIn("empty", why["articles/heron/1048569.md"])
        self.assertTrue([w for w in why.values() if "UTF-8" in w])
        self.assertTrue([p for p, w in why.items() if "too deep" in w])
        self.write_archive()
        self.check_given_back(good)
        self.assertNotIn(b"Secret", b"".join(self.tree_of(self.archive).values()))

    def test_bytes_that_are_no_text_and_times_that_are_none_come_back(self):
        files = {
            "articles/heron/1.md": b"<!--99999999999999999-->\n[\xff\xfe title](https://news.example/\xff)\n------\n\n\x80\x00<p>\xe4\xb8</p>\n",
            "articles/heron/2.md": b"<!---62135596800001-->\n[a](b)\n------\n\n\n",
            "articles/heron/99999999999999999999.md": b"<!--1593300000000-->\r\n[a](b)\r\n------\r\n\r\nx\r\n",
            "articles/heron/3_" + "n" * 240 + ".md": duty(1593300000000, "n", "https://news.example/n", "<p>" + "<b>" * 20000).encode(),
            "articles/heron/4.md": b"\xef\xbb\xbf" + duty(1593300000000, "bom", "https://news.example/bom", "x").encode(),
        }
        told = self.import_json(self.write_tree("old", files))
        self.assertEqual((told["new"], told["failed"]), (len(files), 0), told)
        self.write_archive()
        self.check_given_back(files)

    def test_numbers_that_have_run_out_overwrite_nothing(self):
        self.follow("heron", layout="duty-machine")
        files = {"articles/heron/1.md": duty(1593300000000, "Last", "https://news.example/last", "<p>x</p>")}
        self.assertEqual(self.import_json(self.write_tree("old", files))["new"], 1)
        self.origin.put("/heron", newstext.rss([1, 2]))
        self.assertEqual(self.harvest()[0]["new"], 2)
        self.assertEqual(len(self.article_files()), 3)
        self.check_given_back(files)

    def test_an_archive_that_nobody_imported_is_not_written_over(self):
        files = {f"articles/heron/{1048574 - n}.md": duty(1593300000000 + n, f"Tide {n}", f"https://news.example/old/{n}", f"<p>{n}</p>")
                 for n in range(300)}
        self.follow("heron", layout="duty-machine")
        self.write_tree("newsroom/archive", files)
        self.origin.put("/heron", newstext.rss([1, 2]))
        self.assertEqual(self.harvest()[0]["new"], 2)
        self.check_given_back(files)
        self.assertEqual(len(self.article_files()), 302)
        self.assertIn("articles/heron/1048274.md", self.article_files())
        self.assertEqual(self.import_json(self.archive)["new"], 300)  # and it can be, later

    def test_a_number_that_a_feed_has_taken_is_not_taken_from_it(self):
        self.follow("heron", layout="duty-machine")
        self.origin.put("/heron", newstext.rss([1]))
        self.harvest()
        before = self.read("articles/heron/1048574.md")
        files = {"articles/heron/1048574.md": FORMS["articles/heron/1048574.md"][1]}
        old = self.write_tree("old", files)
        told = self.import_json(old)
        self.assertEqual(told["new"], 1)
        self.assertIn("1048574_2.md", told["not_taken"][0]["why"])
        self.assertEqual(self.import_json(old)["unchanged"], 1)
        self.write_archive()
        self.assertEqual(self.read("articles/heron/1048574.md"), before)
        self.assertEqual(self.read("articles/heron/1048574_2.md"), files["articles/heron/1048574.md"])


class Corpus(Case):
    """The archives that there are: every article comes back byte for byte, at its path."""

    def test_no_article_differs(self):
        folders = [shared.path("corpus/duty-machine-news"), shared.path("corpus/seed"), shared.path("corpus/family")]
        if None in folders:
            raise unittest.SkipTest("the shared archives are absent")
        folders += [os.path.join(folders[-1], name) for name in sorted(os.listdir(folders[-1]))]
        for folder in folders:
            with self.subTest(os.path.basename(folder)):
                shutil.rmtree(self.newsroom, ignore_errors=True)
                self.make_newsroom(CONF.format("duty-machine"))
                told = self.import_json(folder)
                self.assertEqual((told["failed"], told["not_articles"]), (0, 0), told["not_taken"])
                self.write_archive()
                wanted = {p: b for p, b in self.tree_of(folder).items() if "README" not in p and not p.startswith(("lists/", "later/"))}
                self.assertEqual(told["new"], len(wanted))
                self.check_given_back(wanted)
                self.assertEqual(self.import_json(self.archive)["unchanged"], len(wanted))


if __name__ == "__main__":
    harness.main()
