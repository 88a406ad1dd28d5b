# SPDX-License-Identifier: MIT
"""test_feed.py - one feed, or many, as JSON"""
import json
import os

import harness

EXAMPLES = os.path.join(harness.ROOT, "examples", "origin")
RSS = """<rss version="2.0"><channel><title>T</title><item><guid>g</guid><title>A</title>
<description>&lt;p onclick="x()"&gt;See &lt;a href="/b"&gt;b&lt;/a&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;/p&gt;</description>
</item></channel></rss>"""


class Feeds(harness.Case):
    def feed(self, *words, **options):
        return self.run_courant("feed", *words, newsroom=False, **options)

    def test_a_file_becomes_one_line_of_json_feed(self):
        for name, count in (("wanghai.xml", 12), ("brackenfell.atom", 10), ("kiln-and-loom.json", 8)):
            result = self.feed(os.path.join(EXAMPLES, name), "--url", "https://papers.example/x/")
            self.assertEqual(result.status, 0, result)
            self.assertEqual(result.out.count("\n"), 1)
            self.assertEqual(result.json["version"], "https://jsonfeed.org/version/1.1")
            self.assertEqual(len(result.json["items"]), count)
            self.assertTrue(all(item["id"] and item["content_html"] for item in result.json["items"]))
            self.assertTrue(result.json["_courant"]["well_formed"])

    def test_html_is_made_safe_and_absolute_unless_raw_is_wanted(self):
        clean = self.feed("-", "--url", "http://n.example/f", input=RSS.encode()).json["items"][0]
        self.assertNotIn("script", clean["content_html"])
        self.assertNotIn("onclick", clean["content_html"])
        self.assertIn('href="http://n.example/b"', clean["content_html"])
        raw = self.feed("-", "--raw", "--url", "", input=RSS.encode()).json["items"][0]  # an empty base is none
        self.assertIn("<script>", raw["content_html"])
        self.assertIn('href="/b"', raw["content_html"])
        self.assertEqual(raw["_courant"]["raw"]["title"], "A")

    def test_a_response_header_decides_the_charset(self):
        feed = "<rss><channel><item><title>新闻</title></item></channel></rss>".encode("gbk")
        result = self.feed("-", "--header", "Content-Type: text/xml; charset=gb2312", input=feed)
        self.assertEqual(result.json["items"][0]["title"], "新闻")
        self.assertEqual(result.json["_courant"]["encoding"], "gbk")

    def test_what_is_no_feed_prints_nothing_and_says_why(self):
        page = self.feed(os.path.join(EXAMPLES, "index.html"), "--url", "http://papers.example/")
        self.assertEqual((page.status, page.out), (1, ""))
        self.assertIn("http://papers.example/wanghai.xml", page.err)
        for path in ("/nonexistent", EXAMPLES):
            result = self.feed(path)
            self.assertEqual((result.status, result.out), (1, ""))
            self.assertIn(path, result.err)

    def test_bad_usage_is_told_apart(self):
        self.assertEqual(self.feed().status, 2)
        self.assertEqual(self.feed("--batch", "x").status, 2)
        self.assertEqual(self.feed("-", "--header", "no colon").status, 2)

    def test_a_batch_keeps_the_order_of_its_lines_and_goes_on_after_failures(self):
        broken = self.write_file("broken.xml", "<rss><channel><item><title>cut of")
        lines = [
            f"{EXAMPLES}/wanghai.xml\thttp://w.example/",
            "/nonexistent\t",
            f"{EXAMPLES}/index.html",
            f"{broken}\t\ttext/xml; charset=utf-8",
            f"{EXAMPLES}/kiln-and-loom.json\t",
        ]
        result = self.feed("--batch", input="\n".join(lines).encode())
        self.assertEqual(result.status, 1)
        got = result.json_lines
        self.assertEqual(len(got), 5)
        self.assertEqual(len(got[0]["items"]), 12)
        self.assertEqual(got[1]["file"], "/nonexistent")
        self.assertIn("error", got[2])
        self.assertFalse(got[3]["_courant"]["well_formed"])
        self.assertEqual(len(got[4]["items"]), 8)

    def test_a_batch_ends_at_a_line_without_end(self):
        page = self.write_file("page.html", "<p>A page.")
        for command, path in (("feed", f"{EXAMPLES}/wanghai.xml"), ("extract", page)):
            lines = f"\r\n{path}\t\r\n".encode() + b"x" * 70_000
            result = self.run_courant(command, "--batch", input=lines, newsroom=False)
            self.assertEqual((len(result.json_lines), result.status), (1, 1), command)
            self.assertIn("a line of standard input is longer than 65536 bytes", result.err)

    def test_a_batch_gives_each_line_when_it_is_ready(self):
        process = self.start_courant("feed", "--batch", newsroom=False)
        for name in ("wanghai.xml", "brackenfell.atom"):
            process.stdin.write(f"{EXAMPLES}/{name}\t\n".encode())
            process.stdin.flush()
            self.assertTrue(json.loads(process.stdout.readline())["items"])
        process.communicate(timeout=harness.PATIENCE)
        self.assertEqual(process.returncode, 0)

    def test_the_same_bytes_give_the_same_bytes_wherever_and_whenever(self):
        path = os.path.join(EXAMPLES, "wanghai.xml")
        results = {
            self.feed(path, env=env).out
            for env in ({}, {"LANG": "C"}, {"TZ": "America/New_York"}, {"COURANT_TEST_NOW": "+99999999"})
        }
        self.assertEqual(len(results), 1)

    def test_an_address_is_fetched_by_the_newsrooms_rules(self):
        self.origin.answer("/f", {"body": RSS, "headers": {"Content-Type": "text/xml"}})
        address = self.origin.url("/f")
        refused = self.feed(address)
        self.assertEqual((refused.status, refused.out), (1, ""))
        port = address.rsplit(":", 1)[1].split("/")[0]
        self.make_newsroom(f"[fetch]\nports = {port}\nallow_networks = 127.0.0.0/8\n")
        result = self.run_courant("feed", address)
        self.assertEqual(result.status, 0, result)
        self.assertIn(self.origin.url("/b"), result.json["items"][0]["content_html"])

    def test_a_feed_of_twenty_thousand_items_is_read_as_it_comes(self):
        items = "".join(f"<item><guid>{i}</guid><title>Item {i}</title></item>" for i in range(20000))
        result = self.feed("-", input=f"<rss><channel>{items}</channel></rss>".encode())
        self.assertEqual(len(result.json["items"]), 20000)


if __name__ == "__main__":
    harness.main()
