# SPDX-License-Identifier: MIT
"""test_diff.py - how an article changed, shown"""
import os
import sqlite3

import harness

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour Post</title>
<item><guid>ferry</guid><title>{title}</title><link>https://post.example/ferry</link>
<pubDate>Fri, 08 Nov 2024 10:00:00 GMT</pubDate><description>{text}</description></item></channel></rss>"""

BEFORE = "<p>The ferry was late.</p><p>Two were hurt.</p><p>The harbour is open.</p>"
AFTER = "<p>The ferry was late.</p><p>Three were hurt.</p><p>The harbour is open.</p>"


class Diff(harness.Case):
    def setUp(self):
        super().setUp()
        self.make_newsroom(f"""[courant]
title = Harbour
[fetch]
host_gap = 0s
allow_networks = 127.0.0.0/8
ports = {self.origin.port}
[articles]
recheck =
[source post]
feed = {self.origin.url('/feed.xml')}
full_text = never
""")

    def harvest(self, title, text):
        body = FEED.format(title=title, text=text.replace("<", "&lt;"))
        self.origin.put("/feed.xml", body)
        self.succeed("run", "--once", "--force")

    def article(self):
        return self.succeed("list", "--json").json[0]["article"]

    def test_words_that_went_and_came_are_marked(self):
        self.harvest("Ferry late", BEFORE)
        self.harvest("Ferry late, three hurt", AFTER)
        out = self.succeed("diff", self.article()).out
        self.assertTrue(out.startswith("Ferry late{+, three hurt+}\nrevision 1 of "), out)
        self.assertTrue(out.endswith("[...]\n\n[-Two-]{+Three+} were hurt.\n\n[...]\n"), out)

    def test_any_two_revisions_can_be_compared(self):
        for text in (BEFORE, AFTER, AFTER.replace("open", "shut")):
            self.harvest("Ferry late", text)
        name = self.article()
        first = self.succeed("diff", name, "1", "3", "--json").json
        self.assertEqual((first["from"], first["to"]), (1, 3))
        self.assertEqual(first["title"], [{"same": "Ferry late"}])
        self.assertEqual([piece for piece in first["text"] if "same" not in piece],
                         [{"gone": "Two"}, {"new": "Three"}, {"gone": "open"}, {"new": "shut"}])
        back = self.succeed("diff", name, "3", "2", "--json").json
        self.assertEqual([piece for piece in back["text"] if "same" not in piece], [{"gone": "shut"}, {"new": "open"}])

    def test_an_article_that_never_changed_says_so(self):
        self.harvest("Ferry late", BEFORE)
        self.assertEqual(self.succeed("diff", self.article()).out, "It has not changed since it came.\n")

    def test_revisions_that_an_archive_did_not_hold_are_passed_over(self):
        for text in (BEFORE, AFTER, AFTER.replace("open", "shut")):
            self.harvest("Ferry late", text)
        name = self.article()
        db = sqlite3.connect(os.path.join(self.newsroom, "courant.db"))
        for gone, shown in ((2, "revision 1 of "), (1, "What it said before is not in the store.\n")):
            db.execute("DELETE FROM revision WHERE revision = ?", (gone,))
            db.execute("UPDATE article SET missing = missing + 1")
            db.commit()
            self.assertIn(shown, self.succeed("diff", name).out)
        db.close()

    def test_a_revision_that_is_not_there_is_an_error_that_says_which_are(self):
        self.harvest("Ferry late", BEFORE)
        self.harvest("Ferry late", AFTER)
        for words in (["1", "3"], ["0", "1"], ["x", "2"]):
            result = self.run_courant("diff", self.article(), *words)
            self.assertEqual((result.status, result.out), (2, ""))
            self.assertIn("there are 1 to 2", result.err)
        self.assertEqual(self.run_courant("diff", self.article(), "1").status, 2)

    def test_nothing_in_a_text_drives_the_terminal(self):
        self.harvest("Ferry late", BEFORE)
        self.harvest("Ferry \x85 late", AFTER.replace("Three", "Three\x9b31m"))
        out = self.succeed("diff", self.article()).out
        self.assertNotIn("\x9b", out)
        self.assertNotIn("\x1b", out)


if __name__ == "__main__":
    harness.main()
