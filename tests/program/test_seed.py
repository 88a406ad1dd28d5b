# SPDX-License-Identifier: MIT
"""Articles as duty-machine wrote them, turned back into feeds and harvested, come out byte for byte."""
import email.utils
import os
import re
import sys
import unittest
from xml.sax.saxutils import escape

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness
import newsroom
import shared

FORM = re.compile(rb"\A<!--(\d+)-->\n\[(\S|\S.*\S)\]\(([^\n]*)\)\n------\n\n([^\n]*)\n\Z", re.DOTALL)


def feed(published, title, link, body):
    """An RSS document with this one item."""
    date = email.utils.formatdate(int(published) / 1000, usegmt=True)
    title, link, body = (escape(b.decode(), {"\r": "&#13;"}) for b in (title, link, body))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>t</title><item>'
        f"<title>{title}</title><link>{link}</link><pubDate>{date}</pubDate><description>{body}</description>"
        "</item></channel></rss>"
    )


class Seed(newsroom.Case):
    def check(self, articles):
        wanted = {f"a{i}": bytes_ for i, bytes_ in enumerate(articles)}
        for name, bytes_ in wanted.items():
            self.origin.put("/" + name, feed(*FORM.match(bytes_).groups()))
        self.follow(*wanted, layout="duty-machine")
        self.harvest()
        for name, bytes_ in wanted.items():
            with open(os.path.join(self.archive, "articles", name, "1048574.md"), "rb") as file:
                self.assertEqual(file.read(), bytes_)

    def test_an_article_of_our_own_comes_out_byte_for_byte(self):
        self.check([
            "<!--1731033543000-->\n[白鹭回到旧码头 &quot;三年&quot; 之后](https://news.example/a/%E9%B9%AD%20(1)/7856214.html)\n------\n\n"
            '<div><i>Fri, 08 Nov 2024 02:10:38 GMT</i></div><img  src="https://images.weserv.nl?url=pics.example/a_w900.jpg" width="100%">'
            "<p>第一段。&amp;&lt;b&gt;<br /><br />第二段。</p><script>1</script>\n".encode()
        ])

    def test_what_was_left_comes_out_byte_for_byte(self):
        articles = [bytes_ for _, bytes_ in shared.old_articles() if FORM.match(bytes_)]
        if not articles:
            raise unittest.SkipTest("the shared articles are absent")
        self.check(articles)


if __name__ == "__main__":
    harness.main()
