# SPDX-License-Identifier: MIT
"""Articles whose item is not the whole of them: their pages are fetched, and looked at again."""
import os
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness
import newsroom

SUMMARY = "The swing bridge will be closed for eleven nights while its bearings are replaced."
STORY = [
    "The swing bridge at the old harbour will be closed for eleven nights while its bearings are replaced, the board said on Friday.",
    "Engineers found in the spring that two of the four bearings are worn, and that a third has a crack as long as a hand.",
    "A ferry runs in the meantime, every half hour until midnight, and takes bicycles but no cars, which have to go by the northern road.",
    "The work costs about as much as a small ferry, the treasurer said, and will be paid for from what the harbour earned last year.",
    "When the bridge is open again, ships may pass it at any hour, and no longer only when the tide and the bridge keeper allow it.",
]
DETAIL = "the northern road"


def page(paragraphs, title="Swing bridge to close for eleven nights"):
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    links = "".join(f"<li><a href='/part/{n}'>Part {n} of the paper</a></li>" for n in range(12))
    return (f"<!doctype html><html lang='en'><head><title>{title} - Harbour Post</title></head><body><nav><ul>{links}</ul></nav>"
            f"<main><article><h1>{title}</h1>{body}</article></main><footer>Harbour Post, a paper of nobody</footer></body></html>")


class Pages(newsroom.Case):
    def follow_post(self, full_text="auto", layout="dated", more=""):
        self.make_newsroom(f"""[fetch]
host_gap = 0s
allow_networks = 127.0.0.0/8
ports = {self.origin.port}
[archive]
layout = {layout}
{more}
[source post]
name = Harbour Post
feed = {self.origin.url('/feed.xml')}
full_text = {full_text}
""")

    def feed(self, *items):
        """Each (name, description)."""
        text = "".join(f"<item><guid>{name}</guid><title>Swing bridge to close for eleven nights</title>"
                       f"<link>{self.origin.url('/' + name)}</link><pubDate>Fri, 08 Nov 2024 10:00:00 GMT</pubDate>"
                       f"<description>{text}</description></item>" for name, text in items)
        self.origin.put("/feed.xml", f'<?xml version="1.0"?><rss version="2.0"><channel><title>Post</title>{text}</channel></rss>')

    def serve_page(self, name="bridge", paragraphs=STORY):
        self.origin.put("/" + name, page(paragraphs), Content_Type="text/html; charset=utf-8")

    def text(self):
        files = self.article_files()
        self.assertEqual(len(files), 1)
        return self.read(files[0])

    def article(self):
        return self.succeed("list", "--json").json[0]["article"]

    def test_the_page_s_text_is_archived_and_is_no_revision(self):
        self.follow_post()
        self.feed(("bridge", SUMMARY))
        self.serve_page()
        line = self.harvest()[0]
        self.assertEqual((line["status"], line["new"], line["revised"]), ("ok", 1, 0))
        self.assertIn(DETAIL, self.text())
        self.assertNotIn("Part 3 of the paper", self.text())
        self.assertNotIn("\nrevision: 2", self.text())
        self.assertEqual(self.git("log", "--format=%s"), ["post: 1 new"])
        self.assertEqual([len(self.origin.requests_for(path)) for path in ("/robots.txt", "/bridge")], [1, 1])
        self.harvest("--force")
        self.assertEqual(len(self.origin.requests_for("/bridge")), 1)
        self.assertEqual(len(self.git("log", "--format=%s")), 1)

    def test_a_feed_with_the_whole_text_is_left_alone(self):
        self.follow_post()
        self.feed(("bridge", "".join(f"&lt;p&gt;{text}&lt;/p&gt;" for text in STORY * 3)))
        self.serve_page()
        self.harvest()
        self.assertEqual(self.origin.requests_for("/bridge"), [])

    def test_never_and_always_are_obeyed(self):
        self.follow_post("never")
        self.feed(("bridge", SUMMARY))
        self.serve_page()
        self.harvest()
        self.assertEqual(self.origin.requests_for("/bridge"), [])
        self.assertNotIn(DETAIL, self.text())
        self.follow_post("always")
        self.feed(("always", "".join(f"&lt;p&gt;{text}&lt;/p&gt;" for text in STORY * 3)))
        self.serve_page("always")
        self.harvest("--force")
        self.assertEqual(len(self.origin.requests_for("/always")), 1)

    def test_a_page_that_robots_may_not_have_is_not_asked_for(self):
        self.follow_post()
        self.feed(("bridge", SUMMARY))
        self.serve_page()
        self.origin.put("/robots.txt", "User-agent: courant\nDisallow: /bridge\n")
        self.harvest()
        self.assertEqual(self.origin.requests_for("/bridge"), [])
        self.assertIn(SUMMARY, self.text())
        self.harvest("--force", env={"COURANT_TEST_NOW": "+90000"})
        self.assertEqual(self.origin.requests_for("/bridge"), [])

    def test_a_page_that_fails_is_tried_again_later_and_the_feed_s_text_stands(self):
        self.follow_post()
        self.feed(("bridge", SUMMARY))
        self.origin.answer("/bridge", {"status": 503}, {"body": page(STORY), "headers": {"Content-Type": "text/html"}})
        self.harvest()
        self.assertIn(SUMMARY, self.text())
        self.harvest(env={"COURANT_TEST_NOW": "+60"})
        self.assertEqual(len(self.origin.requests_for("/bridge")), 1)
        self.harvest(env={"COURANT_TEST_NOW": "+700"})
        self.assertEqual(len(self.origin.requests_for("/bridge")), 2)
        self.assertIn(DETAIL, self.text())
        self.assertIn("\nrevision: 2", self.text())
        self.assertEqual(self.git("log", "--format=%s")[0], "post: 1 revised")

    def test_a_wall_is_never_an_article(self):
        self.follow_post()
        self.feed(("bridge", SUMMARY))
        self.origin.put("/bridge", "<html><head><title>Just a moment...</title></head><body><p>Checking your browser before you reach "
                        "the paper. Please enable cookies and JavaScript.</p></body></html>", Content_Type="text/html")
        self.harvest()
        self.assertIn(SUMMARY, self.text())
        self.assertNotIn("Checking your browser", self.text())

    def test_a_page_about_something_else_is_left_alone(self):
        self.follow_post()
        self.feed(("bridge", SUMMARY))
        self.serve_page(paragraphs=[
            "Pears want a wall that looks to the south, and soil that was dug two spades deep in the autumn before they are planted.",
            "Whoever waters them in the evening has snails by midnight; in the morning the sun takes what the roots leave over.",
            "Old gardeners hang up a mirror, so that thrushes think another thrush has come before them, and fly on to the cherries."])
        self.harvest()
        self.assertIn(SUMMARY, self.text())
        self.assertNotIn("thrushes", self.text())

    def test_a_page_that_changes_is_a_revision_at_the_next_look(self):
        self.follow_post()
        self.feed(("bridge", SUMMARY))
        self.serve_page()
        self.harvest()
        self.serve_page(paragraphs=[text.replace("eleven nights", "thirteen nights") for text in STORY])
        self.harvest(env={"COURANT_TEST_NOW": "+1800"})
        self.assertEqual(len(self.origin.requests_for("/bridge")), 1)
        self.harvest(env={"COURANT_TEST_NOW": "+3700"})
        self.assertEqual(len(self.origin.requests_for("/bridge")), 2)
        self.assertIn("thirteen nights", self.text())
        pieces = self.succeed("diff", self.article(), "--json").json["text"]
        self.assertEqual([piece for piece in pieces if "same" not in piece], [{"gone": "eleven"}, {"new": "thirteen"}])

    def test_a_damaged_article_is_told_and_costs_no_other_its_look(self):
        self.follow_post()
        self.feed(("bridge", SUMMARY), ("ferry", SUMMARY))
        self.serve_page("bridge")
        self.serve_page("ferry")
        self.harvest()
        damage = ("UPDATE body SET hash = hash + {} WHERE key = (SELECT max(r.body) FROM revision r JOIN article a ON r.article = a.key"
                  " WHERE r.link LIKE '%/bridge')")
        store = sqlite3.connect(os.path.join(self.newsroom, "courant.db"))
        self.assertEqual(store.execute(damage.format(1)).rowcount, 1)
        store.commit()
        for name in ("bridge", "ferry"):
            self.serve_page(name, STORY + ["Correction: the work costs about as much as two small ferries."])
        done = self.run_courant("run", "--once", env={"COURANT_TEST_NOW": "+3700"})
        self.assertEqual(done.status, 1, done)
        self.assertRegex(done.err, r"/bridge: passed over: .*`courant verify --repair`")
        self.assertEqual(done.err.count("passed over"), 1)
        self.assertEqual(self.git("log", "--format=%s")[0], "post: 1 revised")
        self.succeed("run", "--once", env={"COURANT_TEST_NOW": "+3760"})
        store.execute(damage.format(-1))
        store.commit()
        store.close()
        self.harvest(env={"COURANT_TEST_NOW": "+4400"})
        self.assertEqual([len(self.origin.requests_for(path)) for path in ("/bridge", "/ferry")], [3, 2])
        self.assertEqual(sum("two small ferries" in self.read(file) for file in self.article_files()), 2)

    def test_looking_again_ends(self):
        self.follow_post()
        self.feed(("bridge", SUMMARY))
        self.serve_page()
        for at in (0, 3700, 22000, 87000, 605000, 2000000, 9000000):
            self.harvest(env={"COURANT_TEST_NOW": f"+{at}"})
        self.assertEqual(len(self.origin.requests_for("/bridge")), 5)
        self.assertNotIn("\nrevision: 2", self.text())

    def test_an_article_that_was_withdrawn_is_kept(self):
        self.follow_post()
        self.feed(("bridge", SUMMARY))
        self.serve_page()
        self.harvest()
        before = self.text()
        self.origin.answer("/bridge", {"status": 410})
        self.harvest(env={"COURANT_TEST_NOW": "+3700"})
        self.harvest(env={"COURANT_TEST_NOW": "+90000"})
        self.assertEqual(len(self.origin.requests_for("/bridge")), 2)
        self.assertEqual(self.text(), before)
        self.assertIn("withdrawn", self.succeed("show", self.article()).out)

    def test_duty_machine_takes_the_page_s_text_where_it_is_told_to(self):
        self.follow_post(layout="duty-machine", more="body = page")
        self.feed(("bridge", SUMMARY))
        self.serve_page()
        self.harvest()
        self.assertIn(DETAIL, self.text())

    def test_duty_machine_takes_the_feed_s_text_otherwise(self):
        self.follow_post(layout="duty-machine")
        self.feed(("bridge", SUMMARY))
        self.serve_page()
        self.harvest()
        self.assertIn(SUMMARY, self.text())
        self.assertNotIn(DETAIL, self.text())

    def test_an_article_on_several_pages_is_one(self):
        self.follow_post()
        self.feed(("bridge", SUMMARY))
        for path, paragraphs, following in (("/bridge", STORY[:3], "/bridge?page=2"), ("/bridge?page=2", STORY[3:], "/bridge")):
            self.origin.put(path, page(paragraphs).replace("</head>", f"<link rel='next' href='{following}'></head>"), Content_Type="text/html")
        self.harvest()
        text = self.text()
        self.assertTrue(all(paragraph in text for paragraph in STORY), text)
        self.assertEqual(len(self.origin.requests_for("/bridge?page=2")), 1)
        self.harvest(env={"COURANT_TEST_NOW": "+3700"})
        self.assertEqual(len(self.origin.requests_for("/bridge?page=2")), 2)
        self.assertEqual(self.text(), text)

    def test_a_rule_that_came_later_is_used_on_kept_pages(self):
        self.follow_post()
        self.feed(("bridge", SUMMARY))
        self.serve_page()
        self.harvest()
        self.assertIn(STORY[1], self.text())
        self.write_file("newsroom/rules/127.0.0.1.txt", "body: //article\nstrip: //article/p[2]\n")
        self.assertEqual(self.succeed("reextract", "--json").json, {"pages": 1, "revised": 1, "damaged": 0})
        self.assertNotIn(STORY[1], self.text())
        self.assertIn(STORY[2], self.text())
        self.assertEqual(self.git("log", "--format=%s")[0], "post: 1 revised")
        self.assertEqual(self.succeed("reextract", "--json").json, {"pages": 1, "revised": 0, "damaged": 0})

    def test_kept_pages_extracted_anew_make_no_revision_where_the_text_is_the_same(self):
        self.follow_post()
        self.feed(("bridge", SUMMARY), ("ferry", SUMMARY))
        self.serve_page("bridge")
        self.serve_page("ferry")
        self.harvest()
        self.origin.forget()
        self.assertEqual(self.succeed("reextract").out, "2 pages extracted anew: 0 articles revised\n")
        self.assertEqual(self.succeed("reextract", "--source", "post", "--json").json, {"pages": 2, "revised": 0, "damaged": 0})
        self.assertEqual(self.run_courant("reextract", "--source", "other").status, 2)
        self.assertEqual(self.origin.requests, [])
        self.assertEqual(len(self.git("log", "--format=%s")), 1)

    def test_a_damaged_kept_page_is_told_and_passed_over(self):
        self.follow_post()
        self.feed(("bridge", SUMMARY), ("ferry", SUMMARY), ("harbour", SUMMARY))
        for name in ("bridge", "ferry", "harbour"):
            self.serve_page(name)
        self.harvest()
        store = sqlite3.connect(os.path.join(self.newsroom, "courant.db"))
        store.execute("UPDATE page SET hash = hash + 1 WHERE key = (SELECT min(key) FROM page)")
        store.commit()
        self.write_file("newsroom/rules/127.0.0.1.txt", "body: //article\nstrip: //article/p[2]\n")
        done = self.run_courant("reextract", "--json")
        self.assertEqual((done.status, done.json), (1, {"pages": 2, "revised": 2, "damaged": 1}))
        self.assertIn("is damaged", done.err)
        text = store.execute("UPDATE body SET hash = hash + 1 WHERE key = (SELECT max(key) FROM body) RETURNING key")
        self.assertEqual(len(text.fetchall()), 1)
        store.commit()
        store.close()
        done = self.run_courant("reextract")
        self.assertEqual((done.status, done.out), (1, "1 page extracted anew: 0 articles revised; 2 damaged and passed over\n"))

    def test_pages_are_not_kept_where_they_are_not_wanted(self):
        self.follow_post(more="[articles]\nkeep_pages = false")
        self.feed(("bridge", SUMMARY))
        self.serve_page()
        self.harvest()
        self.assertIn(DETAIL, self.text())
        self.assertEqual(self.succeed("reextract", "--json").json, {"pages": 0, "revised": 0, "damaged": 0})

    def test_a_kill_while_pages_are_under_way_loses_none(self):
        names = [f"bridge-{n}" for n in range(12)]
        self.follow_post()
        self.feed(*((name, SUMMARY) for name in names))
        for name in names:
            self.origin.answer("/" + name, {"body": page(STORY), "headers": {"Content-Type": "text/html"}, "wait": 0.3})
        process = self.start_courant("run", "--once")
        self.wait_for(lambda: any(self.origin.requests_for("/" + name) for name in names))
        process.kill()
        process.communicate()
        self.harvest()
        texts = [self.read(name) for name in self.article_files()]
        self.assertEqual((len(texts), sum(DETAIL in text for text in texts)), (12, 12))


if __name__ == "__main__":
    harness.main()
