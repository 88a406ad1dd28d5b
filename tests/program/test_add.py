# SPDX-License-Identifier: MIT
"""test_add.py - finding the feed behind an address, and following it"""
import signal

import harness

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title><link>http://n.example/</link>
<item><title>First &amp; foremost</title><link>http://n.example/1</link></item>
<item><title>Second</title><link>http://n.example/2</link></item></channel></rss>"""
PAGE = """<!DOCTYPE html><html><head><title>A page</title>{links}</head><body><p>Welcome.</p></body></html>"""


class Adding(harness.Case):
    def setUp(self):
        super().setUp()
        port = self.origin.url("/").rstrip("/").rsplit(":", 1)[1]
        self.conf = (
            f"# mine\n[courant]\ntitle = T   # yes\n\n[fetch]\nhost_gap = 0s\nports = {port}\n"
            f"allow_networks = 127.0.0.0/8:{port}\n"
        )
        self.make_newsroom(self.conf)

    def feed(self, path, title="Harbour News", kind="application/rss+xml"):
        self.origin.answer(path, {"body": RSS.format(title=title), "headers": {"Content-Type": kind}})

    def page(self, path, links):
        self.origin.answer(path, {"body": PAGE.format(links=links), "headers": {"Content-Type": "text/html"}})

    def test_a_feeds_own_address_is_appended_and_the_file_kept(self):
        self.feed("/rss")
        result = self.succeed("add", self.origin.url("/rss"))
        self.assertEqual(result.out, f"harbour-news\tHarbour News\t{self.origin.url('/rss')}\n")
        self.assertEqual(
            self.read_conf(),
            self.conf + f"\n[source harbour-news]\nname = Harbour News\nfeed = {self.origin.url('/rss')}\n",
        )
        self.assertIn("First & foremost", result.err)
        self.assertIn("2 items", result.err)

    def test_a_page_leads_to_the_feed_it_links_to(self):
        self.feed("/news/all.xml")
        self.page("/news/", '<link rel="alternate" type="application/rss+xml" title="All" href="all.xml">')
        self.succeed("add", self.origin.url("/news/"))
        self.assertIn(f"feed = {self.origin.url('/news/all.xml')}\n", self.read_conf())

    def test_a_link_that_leads_nowhere_is_passed_over(self):
        self.feed("/good.xml", title="好")
        self.page(
            "/",
            '<link rel="alternate" type="application/rss+xml" href="/gone.xml">'
            '<link rel="alternate" type="application/atom+xml" href="/good.xml">',
        )
        self.succeed("add", self.origin.url("/"))
        self.assertIn(f"feed = {self.origin.url('/good.xml')}\n", self.read_conf())

    def test_a_page_without_links_has_its_feed_in_a_usual_place(self):
        self.feed("/feed.xml")
        self.page("/about", "")
        self.succeed("add", self.origin.url("/about"))
        self.assertIn(f"feed = {self.origin.url('/feed.xml')}\n", self.read_conf())

    def test_where_there_is_none_nothing_changes_and_it_is_said_why(self):
        self.page("/", "")
        for path, said in (("/", "HTML page"), ("/missing", "404")):
            result = self.run_courant("add", self.origin.url(path))
            self.assertEqual(result.status, 1, result)
            self.assertIn(said, result.err)
            self.assertEqual(self.read_conf(), self.conf)

    def test_id_and_name_can_be_given_and_ids_never_clash(self):
        self.feed("/a")
        self.feed("/b")
        self.feed("/c", title="Sport # and more")
        self.succeed("add", self.origin.url("/a"))
        self.succeed("add", self.origin.url("/b"))
        self.succeed("add", self.origin.url("/c"), "--id", "sport", "--name", "Sport # here")
        rows = self.succeed("sources", "--json").json
        self.assertEqual([row["id"] for row in rows], ["harbour-news", "harbour-news-2", "sport"])
        self.assertEqual(rows[2]["name"], "Sport # here")

    def test_the_same_feed_is_not_followed_twice(self):
        self.feed("/a")
        self.succeed("add", self.origin.url("/a"))
        before = self.read_conf()
        result = self.run_courant("add", self.origin.url("/a"))
        self.assertEqual(result.status, 2)
        self.assertIn('followed already, as "harbour-news"', result.err)
        self.assertEqual(self.read_conf(), before)

    def test_a_permanent_move_is_taken_over_and_a_temporary_one_is_not(self):
        self.feed("/new")
        self.origin.answer("/old", {"status": 301, "headers": {"Location": "/new"}})
        self.origin.answer("/now", {"status": 302, "headers": {"Location": "/new"}})
        self.succeed("add", self.origin.url("/old"), "--id", "old")
        self.assertIn(f"feed = {self.origin.url('/new')}\n", self.read_conf())
        self.succeed("add", self.origin.url("/now"), "--id", "now")
        self.assertIn(f"feed = {self.origin.url('/now')}\n", self.read_conf())

    def test_a_private_network_is_refused_unless_the_configuration_allows_it(self):
        self.feed("/a")
        self.write_conf("[courant]\ntitle = T\n")
        result = self.run_courant("add", self.origin.url("/a"))
        self.assertEqual(result.status, 1)
        self.assertIn("refused", result.err)
        self.assertEqual(self.origin.requests, [])

    def test_a_hostile_title_stays_one_line_of_the_file_and_of_the_terminal(self):
        self.feed("/a", title="x&#10;[source evil]&#10;feed = http://e.example/&#27;[31m")
        result = self.run_courant("add", self.origin.url("/a"), "--id", "x")
        self.assertNotIn("\x1b", result.err + result.out)
        self.assertNotIn("\n[source evil]", self.read_conf())

    def test_controls_of_direction_reach_neither_file_nor_terminal(self):
        self.feed("/a", title="moc.\u202eelgoog\u2069 \u200fnews")
        result = self.run_courant("add", self.origin.url("/a"), "--id", "x")
        self.assertIn("name = moc.elgoog news", self.read_conf())
        for control in "\u202e\u2069\u200f":
            self.assertNotIn(control, result.err + result.out + self.read_conf())

    def test_a_name_that_is_no_text_is_a_mistake_of_the_command_line(self):
        self.feed("/a")
        result = self.run_courant("add", self.origin.url("/a"), "--name", b"\xff\xfe")
        self.assertEqual(result.status, 2, result)
        self.assertIn("--name is not UTF-8", result.err)
        self.assertEqual(self.origin.requests, [])

    def test_an_interrupt_ends_it_and_changes_nothing(self):
        self.origin.answer("/slow", {"body": RSS, "wait": 30})
        process = self.start_courant("add", self.origin.url("/slow"))
        while not self.origin.requests:
            self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=harness.PATIENCE)
        self.assertEqual(process.returncode, 130, err)
        self.assertEqual(self.read_conf(), self.conf)

    def test_what_is_no_web_address_is_a_mistake_of_the_command_line(self):
        for word in ("ftp://a.example/", "http://", "file:///etc/passwd", "javascript://x/%0aalert(1)"):
            self.assertEqual(self.run_courant("add", word).status, 2, word)


if __name__ == "__main__":
    harness.main()
