# SPDX-License-Identifier: MIT
"""test_rules.py - the user's rules, in a harvest and tried on what is stored"""
import time

import harness

ITEM = "<item><title>{0}</title><link>http://n.example/{1}</link><guid>{1}</guid><author>{2}</author><description>{3}</description></item>"
ITEMS = (
    ("Football final tonight", 1, "Ann", "The harbour club plays."),
    ("Council keeps the bridge", 2, "Ann", "No football here."),
    ("足球队夺冠", 3, "Bo", "昨晚"),
    ("Tides of the week", 4, "Bo", "High at nine."),
)


class Rules(harness.Case):
    def setUp(self):
        super().setUp()
        port = self.origin.url("/").rstrip("/").rsplit(":", 1)[1]
        self.head = (
            f"[courant]\ntitle = T\n[archive]\ngit = false\n[fetch]\nhost_gap = 0s\nmin_interval = 0s\nports = {port}\n"
            f"allow_networks = 127.0.0.0/8:{port}\n[source a]\nfeed = {self.origin.url('/a')}\nfull_text = never\n"
        )
        self.serve("/a", ITEMS)

    def serve(self, path, items):
        body = "".join(ITEM.format(*item) for item in items)
        self.origin.put(path, f"<rss version='2.0'><channel><title>A</title>{body}</channel></rss>")

    def titles(self):
        return sorted(row["title"] for row in self.succeed("list", "--json").json)

    def harvest(self):
        return self.run_courant("run", "--once", "--force", "--json")

    def test_dropped_items_are_counted_and_not_stored(self):
        self.make_newsroom(self.head + "[rule sport]\nmatch = title ~ /football|足球/i\ndo = drop\n")
        report = self.harvest().json_lines[0]
        self.assertEqual((report["new"], report["dropped"], report["failed"]), (2, 2, 0))
        self.assertEqual(self.titles(), ["Council keeps the bridge", "Tides of the week"])
        self.assertNotIn("no effect", self.harvest().err)

    def test_the_first_decision_holds_and_tags_are_kept(self):
        self.make_newsroom(
            self.head + "[rule ann]\nmatch = author = ann\ndo = keep\n"
            "[rule all]\nmatch = title ~ /./\ndo = drop\n"
        )
        self.harvest()
        self.assertEqual(self.titles(), ["Council keeps the bridge", "Football final tonight"])

    def test_marks_and_categories_become_tags(self):
        self.make_newsroom(
            self.head + "[rule m]\nmatch = title has football\ndo = mark\n[rule c]\nmatch = text has club\ndo = category Ball games\n"
        )
        self.harvest()
        result = self.succeed("rules", "test", "category = marked and category = \"ball games\"", "--json").json
        self.assertEqual([hit["title"] for hit in result["hits"]], ["Football final tonight"])

    def test_what_is_marked_is_seen_and_can_be_asked_for(self):
        self.make_newsroom(
            self.head + "[rule m]\nmatch = title ~ /football|足球/i\ndo = mark\n[rule c]\nmatch = author = bo\ndo = category Bo's\n"
        )
        self.harvest()
        self.assertEqual({row["title"]: row["tags"] for row in self.succeed("list", "--json").json},
                         {"Football final tonight": ["marked"], "Council keeps the bridge": [], "足球队夺冠": ["marked", "Bo's"],
                          "Tides of the week": ["Bo's"]})
        table = self.succeed("list").out.splitlines()
        self.assertEqual(table[0].split(), ["ARTICLE", "PUBLISHED", "MARK", "TITLE"])
        self.assertEqual({line.split("*")[-1].strip() for line in table if " * " in line}, {"Football final tonight", "足球队夺冠"})
        self.assertEqual({row["title"] for row in self.succeed("list", "--tag", "Marked", "--json").json},
                         {"Football final tonight", "足球队夺冠"})
        self.assertEqual(len(self.succeed("list", "--tag", "bo's", "--source", "a", "--limit", "1", "--json").json), 1)
        self.assertEqual(self.succeed("list", "--tag", "' OR 1", "--json").json, [])
        number = self.succeed("list", "--tag", "marked", "--json").json[0]["article"]
        self.assertIn("marked", self.succeed("show", number).out)

    def test_the_text_of_an_article_s_page_is_marked_too(self):
        story = "".join(f"<p>The harbour board said on Friday that pier {n} will be mended before the winter, and that the ferry "
                        f"runs until then from the next one, every half hour and until midnight.</p>" for n in range(1, 6))
        self.origin.put("/story", f"<html><head><title>Piers</title></head><body><main><article><h1>Piers</h1>{story}</article></main></body></html>",
                        Content_Type="text/html")
        self.origin.put("/a", "<rss version='2.0'><channel><title>A</title><item><title>Piers</title>"
                        f"<link>{self.origin.url('/story')}</link><guid>1</guid>"
                        "<description>The harbour board said on Friday that a pier will be mended.</description></item></channel></rss>")
        self.make_newsroom(self.head.replace("full_text = never", "full_text = auto") +
                           "[rule m]\nmatch = text has midnight\ndo = mark\n[rule d]\nmatch = text has bicycles\ndo = drop\n")
        self.harvest()
        self.assertEqual([row["tags"] for row in self.succeed("list", "--json").json], [["marked"]])

    def test_a_source_may_name_its_rules(self):
        self.serve("/b", ITEMS)
        self.make_newsroom(
            self.head + f"rules = bo\n[source b]\nfeed = {self.origin.url('/b')}\nfull_text = never\n"
            "[rule sport]\nmatch = title has football\ndo = drop\n[rule bo]\nmatch = author = Bo\ndo = drop\n"
        )
        counts = {report["source"]: report.get("dropped", 0) for report in self.harvest().json_lines}
        self.assertEqual(counts, {"a": 2, "b": 3})

    def test_rules_are_tried_on_what_is_stored_and_change_nothing(self):
        self.make_newsroom(self.head)
        self.harvest()
        before = self.titles()
        self.write_conf(
            self.head + "[rule ann]\nmatch = author = Ann\ndo = category Staff\n[rule sport]\nmatch = any has football or title has 足球\ndo = drop\n"
        )
        result = self.succeed("rules", "test", "--json").json
        self.assertEqual((result["articles"], result["matched"], result["dropped"]), (4, 3, 3))
        self.assertEqual([(rule["name"], rule["matched"]) for rule in result["rules"]], [("ann", 2), ("sport", 3)])
        alone = self.succeed("rules", "test", "ann").out
        self.assertIn("of 4 articles 2 fit, 0 would be dropped", alone)
        self.assertIn("category Staff", alone)
        self.assertIn("of 4 articles 1 fit", self.succeed("rules", "test", "title has tides", "--source", "a").out)
        self.assertEqual(self.titles(), before)

    def test_a_mistake_in_a_rule_stops_everything_with_its_place(self):
        self.make_newsroom(self.head + "[rule x]\nmatch = titel ~ /x/\ndo = drop\n[rule y]\nmatch = title ~ /(/\ndo = drop\n")
        for command in (("run", "--once"), ("sources",), ("rules", "test")):
            result = self.run_courant(*command)
            self.assertEqual(result.status, 2, result)
            line = self.head.count("\n") + 2
            self.assertIn(f":{line}:9: match of [rule x]", result.err)
            self.assertIn(f":{line + 3}:", result.err)
        self.assertEqual(self.origin.requests, [])
        self.write_conf(self.head + "rules = no\n")
        self.assertIn("there is no [rule no]", self.run_courant("run", "--once").err)
        self.write_conf(self.head)
        self.assertEqual(self.run_courant("rules", "test").status, 2)
        self.assertIn("column 7", self.run_courant("rules", "test", "title like x").err)

    def test_a_pattern_without_end_does_not_hang_a_harvest(self):
        self.serve("/a", (("a" * 5000 + "!", 1, "Ann", "x" * 5000),))
        self.make_newsroom(self.head + "[rule slow]\nmatch = any ~ /^(a+)+$/ or any ~ /(x+x+)+y/\ndo = drop\n")
        begin = time.monotonic()
        result = self.harvest()
        self.assertLess(time.monotonic() - begin, 30)
        self.assertEqual(result.json_lines[0]["new"], 1)
        self.assertIn("too long", result.json_lines[0]["warning"])


if __name__ == "__main__":
    harness.main()
