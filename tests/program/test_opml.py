# SPDX-License-Identifier: MIT
"""test_opml.py - subscriptions in and out"""
import os
import xml.etree.ElementTree

import harness

LIST = """<?xml version="1.0" encoding="ISO-8859-1"?>
<opml version="1.0"><head><title>Old reader</title></head><body>
<outline text="World"><outline text="Asia"><outline text="Pier News" type="rss" xmlUrl="http://a.example/rss" htmlUrl="http://a.example/"/>
<outline text="\xc9toile" xmlUrl="http://b.example/atom.xml"/></outline></outline>
<outline text="Sea"><outline text="Pier News" xmlUrl="http://a.example/rss"/></outline>
<outline text="Pier News" xmlUrl="https://c.example/rss"/>
<outline text="broken" xmlUrl="javascript:alert(1)"/>
</body></opml>""".encode("latin-1")


def outlines(text):
    """(path of folders, name, address) of every feed."""
    found = []

    def walk(node, path):
        for child in node.findall("outline"):
            if child.get("xmlUrl"):
                found.append((path, child.get("text"), child.get("xmlUrl")))
            walk(child, path + (child.get("text"),))

    walk(xml.etree.ElementTree.fromstring(text).find("body"), ())
    return found


class Opml(harness.Case):
    def setUp(self):
        super().setUp()
        self.make_newsroom("# mine\n[courant]\ntitle = T\n")
        self.list = self.write_file("list.opml", LIST)

    def test_each_feed_becomes_a_source_once_with_all_its_categories(self):
        result = self.succeed("import", self.list)
        self.assertIn("3 added", result.out)
        self.assertIn("1 that cannot be followed", result.out)
        self.assertRegex(result.err, r'list.opml: "[^"]*" was left out: "[^"]*" is no web address')
        self.assertEqual(
            self.read_conf(),
            "# mine\n[courant]\ntitle = T\n"
            "\n[source pier-news]\nname = Pier News\nfeed = http://a.example/rss\ncategories = World/Asia, Sea\n"
            "\n[source b]\nname = Étoile\nfeed = http://b.example/atom.xml\ncategories = World/Asia\n"
            "\n[source pier-news-2]\nname = Pier News\nfeed = https://c.example/rss\n",
        )

    def test_importing_again_adds_nothing(self):
        self.succeed("import", self.list)
        before = self.read_conf()
        self.assertIn("0 added\t3 followed already", self.succeed("import", self.list).out)
        self.assertEqual(self.read_conf(), before)

    def test_out_and_in_again_is_the_same(self):
        self.succeed("import", self.list)
        first = self.read_conf()
        exported = self.succeed("export", "opml").out
        self.assertEqual(
            sorted(outlines(exported)),
            sorted([(("World", "Asia"), "Pier News", "http://a.example/rss"), (("Sea",), "Pier News", "http://a.example/rss"),
                    (("World", "Asia"), "Étoile", "http://b.example/atom.xml"), ((), "Pier News", "https://c.example/rss")]),
        )
        self.write_conf("[courant]\ntitle = T\n")
        self.succeed("import", "-", input=exported.encode())
        self.assertEqual(sorted(self.read_conf().strip().split("\n\n")[1:]), sorted(first.strip().split("\n\n")[1:]))
        path = os.path.join(self.folder, "out.opml")
        self.succeed("export", "opml", "--output", path)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(sorted(outlines(file.read())), sorted(outlines(exported)))

    def test_what_is_no_list_changes_nothing(self):
        before = self.read_conf()
        for content in (b"", b"<html></html>", b"<opml><body/></opml>", b"<opml><body>" + b"<outline text='x'>" * 100000):
            result = self.run_courant("import", self.write_file("x", content))
            self.assertEqual(result.status, 1, result)
            self.assertEqual(self.read_conf(), before)
        self.assertEqual(self.run_courant("export", "pigeons").status, 2)

    def test_ten_thousand_subscriptions_are_taken_at_once(self):
        many = "".join(f"<outline text='Same' xmlUrl='http://s{i}.example/f'/>" for i in range(10000))
        result = self.succeed("import", self.write_file("many", f"<opml><body>{many}</body></opml>"))
        self.assertIn("10000 added", result.out)
        self.assertIn("[source same-10000]", self.read_conf())


if __name__ == "__main__":
    harness.main()
