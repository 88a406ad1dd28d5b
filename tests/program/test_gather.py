# SPDX-License-Identifier: MIT
"""test_gather.py - what an address can be followed by: several feeds, sitemaps, front pages, and nothing"""
import os
import pty
import subprocess

import harness

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>
<item><title>First of {title}</title><link>http://n.example/1</link><pubDate>Fri, 08 Nov 2024 10:00:00 GMT</pubDate></item></channel></rss>"""
LINK = '<link rel="alternate" type="application/rss+xml" title="{0}" href="{1}">'
FRONT = """<!DOCTYPE html><html><head><title>The Pier</title></head><body><nav><a href="/about">About the people who make it</a></nav>
<div class="list"><p><a href="/2024/11/08/harbour-seals-come-back.html">Harbour seals come back after forty years</a></p>
<p><a href="/2024/11/07/council-keeps-the-bridge.html">Council votes to keep the old bridge open</a></p>
<p><a href="/2024/11/06/what-tide-tables-say.html">What the tide tables say, and do not say</a></p></div></body></html>"""
SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
{0}</urlset>"""
NEWS_URL = "<url><loc>{0}</loc><news:news><news:publication_date>2024-11-08</news:publication_date><news:title>{1}</news:title></news:news></url>"


class Gathering(harness.Case):
    def setUp(self):
        super().setUp()
        port = self.origin.url("/").rstrip("/").rsplit(":", 1)[1]
        self.conf = f"[courant]\ntitle = T\n[fetch]\nhost_gap = 0s\nports = {port}\nallow_networks = 127.0.0.0/8:{port}\n"
        self.make_newsroom(self.conf)

    def feed(self, path, title):
        self.origin.put(path, RSS.format(title=title), Content_Type="application/rss+xml")

    def page(self, path, head, body="<p>Welcome.</p>"):
        self.origin.put(path, f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>", Content_Type="text/html")

    def add(self, path, *options):
        return self.run_courant("add", self.origin.url(path), *options)

    def followed(self, key="feed"):
        return [line.split(" = ")[1] for line in self.read_conf().splitlines() if line.startswith(f"{key} = ")]

    def titles(self):
        """Of all articles that are stored."""
        return [article["title"] for article in self.succeed("list", "--limit", "5000", "--json").json]

    def two_feeds(self):
        self.feed("/all.xml", "All")
        self.feed("/sport.xml", "Sport")
        self.page("/", LINK.format("All", "/all.xml") + LINK.format("Sport", "/sport.xml"))

    def test_of_several_feeds_the_best_is_taken_and_the_others_are_shown(self):
        self.two_feeds()
        result = self.add("/")
        self.assertEqual(result.status, 0, result)
        self.assertEqual(self.followed(), [self.origin.url("/all.xml")])
        self.assertIn(f"2  {self.origin.url('/sport.xml')}", result.err)
        self.assertIn("--choose", result.err)
        self.assertIn("2024-11-08  First of All", result.err)

    def test_another_can_be_chosen(self):
        self.two_feeds()
        self.assertEqual(self.add("/", "--choose", "2").status, 0)
        self.assertEqual(self.followed(), [self.origin.url("/sport.xml")])
        self.assertEqual(self.origin.requests_for("/sport.xml").__len__(), 1)
        for word in ("0", "3", "x"):
            self.assertEqual(self.add("/", "--choose", word).status, 2)

    def test_a_terminal_is_asked(self):
        self.two_feeds()
        master, slave = pty.openpty()
        process = subprocess.Popen(
            [harness.COURANT, "-C", self.newsroom, "add", self.origin.url("/")],
            stdin=slave, stdout=subprocess.PIPE, stderr=slave, env=self.environment(), close_fds=True,
        )
        os.close(slave)
        os.write(master, b"2\n")
        out, _ = process.communicate(timeout=harness.PATIENCE)
        os.close(master)
        self.assertEqual(process.returncode, 0, out)
        self.assertEqual(self.followed(), [self.origin.url("/sport.xml")])

    def test_a_feed_of_comments_comes_last(self):
        self.feed("/c.xml", "C")
        self.feed("/all.xml", "All")
        self.page("/", LINK.format("Comments", "/c.xml") + LINK.format("All", "/all.xml"))
        self.assertEqual(self.add("/").status, 0)
        self.assertEqual(self.followed(), [self.origin.url("/all.xml")])

    def test_a_link_header_names_a_feed(self):
        self.feed("/f", "F")
        self.origin.answer("/", {"body": "<p>x", "headers": {"Content-Type": "text/html", "Link": '</f>; rel=alternate; type="application/rss+xml"'}})
        self.assertEqual(self.add("/").status, 0)
        self.assertEqual(self.followed(), [self.origin.url("/f")])

    def test_the_system_that_made_the_site_tells_where_its_feed_is(self):
        self.feed("/notes/index.xml", "Notes")
        self.page("/notes/", '<meta name="generator" content="Hugo 0.120">')
        self.assertEqual(self.add("/notes/").status, 0)
        self.assertEqual(self.followed(), [self.origin.url("/notes/index.xml")])

    def test_a_pages_address_can_tell_its_feed_though_the_page_is_refused(self):
        self.feed("/@ann.rss", "Ann")
        self.origin.answer("/@ann", {"status": 403, "body": "no"})
        self.assertEqual(self.add("/@ann").status, 0)
        self.assertEqual(self.followed(), [self.origin.url("/@ann.rss")])

    def test_robots_txt_and_an_index_lead_to_a_sitemap_of_news(self):
        self.page("/", "")
        self.origin.put("/robots.txt", f"User-agent: *\nSitemap: {self.origin.url('/maps.xml')}\n")
        names = ("/pages-1.xml", "/news-2.xml")
        self.origin.put("/maps.xml", "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>" + "".join(
            f"<sitemap><loc>{self.origin.url(name)}</loc></sitemap>" for name in names) + "</sitemapindex>")
        self.origin.put("/news-2.xml", SITEMAP.format(NEWS_URL.format("http://n.example/a", "The ferry is back")))
        result = self.add("/")
        self.assertEqual(result.status, 0, result)
        self.assertEqual(self.followed(), [self.origin.url("/news-2.xml")])
        self.assertIn("The ferry is back", result.err)

    def test_of_a_large_sitemap_the_newest_are_taken_and_then_what_is_new(self):
        plain = ("<url><loc>http://n.example/{0}</loc><lastmod>{1}</lastmod><news:news><news:title>{0}</news:title></news:news>"
                 "</url>")
        old = [plain.format(f"old-{i}", "2023-01-01") for i in range(3000)]
        new = [plain.format(f"new-{i}", f"2024-10-{i % 28 + 1:02d}") for i in range(700)]
        self.origin.put("/map.xml", SITEMAP.format("".join(old[:1500] + new + old[1500:])))
        source = f"[source map]\nfeed = {self.origin.url('/map.xml')}\nfull_text = never\n"
        self.make_newsroom(self.conf + source)
        self.succeed("run", "--once")
        titles = self.titles()
        self.assertEqual(len(titles), 1000)
        self.assertEqual(sum(title.startswith("new-") for title in titles), 700)
        self.assertIn("old-0", titles)  # of those that say the same, the ends of the document
        self.assertNotIn("old-1500", titles)
        later = [plain.format(f"later-{i}", "2024-11-08") for i in range(3)]
        self.origin.put("/map.xml", SITEMAP.format("".join(old[:1500] + later + new + old[1500:])))
        self.succeed("run", "--once", "--force")
        self.assertEqual(len(self.titles()), 1003)

    def test_of_a_large_sitemap_the_newest_are_shown(self):
        plain = "<url><loc>http://n.example/{0}</loc><lastmod>{1}</lastmod></url>"
        old = [plain.format(f"old-{i}", f"2023-01-{i % 28 + 1:02d}") for i in range(1500)]
        new = [plain.format(f"new-{i}", f"2024-10-{i + 1:02d}") for i in range(9)]
        self.origin.put("/map.xml", SITEMAP.format("".join(old[:700] + new + old[700:])))
        self.make_newsroom(self.conf)
        err = self.succeed("add", self.origin.url("/map.xml")).err
        self.assertIn("1000 items, the newest of 1509", err)
        shown = [line.split() for line in err.splitlines() if "http://n.example/" in line]
        self.assertEqual(shown, [[f"2024-10-{i:02d}", f"http://n.example/new-{i - 1}"] for i in (9, 8, 7, 6, 5)])
        self.assertIn("and 995 more", err)

    def test_a_page_that_lists_news_is_followed_itself(self):
        self.origin.put("/front", FRONT, Content_Type="text/html")
        result = self.add("/front")
        self.assertEqual(result.status, 0, result)
        self.assertEqual(self.followed("page"), [self.origin.url("/front")])
        self.assertIn("front page), 3 items", result.err)
        self.assertIn("2024-11-07  Council votes to keep the old bridge open", result.err)
        self.assertNotIn("About the people", result.err)

    def test_where_nothing_can_be_followed_it_is_said_why(self):
        self.page("/none", "")
        self.page("/dead", LINK.format("Gone", "/gone.xml"))
        self.origin.answer("/wall", {"status": 403, "headers": {"Content-Type": "text/html"},
                                     "body": "<title>Just a moment...</title><p>Checking your browser before accessing the site."})
        for path, words in (("/none", ("names no feed", "no sitemap")), ("/dead", ("/gone.xml", "404")), ("/wall", ("403", "refuses"))):
            result = self.add(path)
            self.assertEqual(result.status, 1, result)
            for word in words:
                self.assertIn(word, result.err)
            self.assertEqual(self.read_conf(), self.conf)

    def test_a_list_of_feeds_is_for_import(self):
        self.origin.put("/list.opml", "<opml version='2.0'><body><outline text='A' xmlUrl='http://a.example/f'/></body></opml>")
        result = self.add("/list.opml")
        self.assertEqual(result.status, 1)
        self.assertIn("courant import", result.err)


if __name__ == "__main__":
    harness.main()
