# SPDX-License-Identifier: MIT
"""test_reading.py - list, show and sources after a harvest of the sample papers"""
import os
import re

import harness


class Reading(harness.Case):
    def setUp(self):
        super().setUp()
        examples = os.path.join(harness.ROOT, "examples")
        self.origin.folder = os.path.join(examples, "origin")
        port = self.origin.url("/").rstrip("/").rsplit(":", 1)[1]
        with open(os.path.join(examples, "newsroom.conf"), encoding="utf-8") as file:
            self.make_newsroom(file.read().replace("PORT", port))
        self.succeed("run", "--once")

    def test_the_sample_newsroom_has_thirty_articles_and_then_nothing_new(self):
        self.assertEqual(len(self.succeed("list", "--json").json), 30)
        again = self.succeed("run", "--once", "--force", "--json").json_lines
        self.assertEqual([(line["status"], line["new"], line["revised"]) for line in again], [("unchanged", 0, 0)] * 3)

    def test_list_is_newest_first_and_can_be_narrowed(self):
        rows = self.succeed("list", "--json").json
        dates = [row["published"] for row in rows]
        self.assertEqual(dates, sorted(dates, reverse=True))
        self.assertEqual(len(self.succeed("list", "--json", "--source", "wanghai").json), 12)
        self.assertEqual(len(self.succeed("list", "--json", "--limit", "4").json), 4)
        since = self.succeed("list", "--json", "--since", "2025-11-14T00:00Z").json
        self.assertEqual([row["source"] for row in since], ["brackenfell", "wanghai"])
        self.assertEqual(self.run_courant("list", "--since", "whenever").status, 2)
        self.assertEqual(self.run_courant("list", "--limit", "none").status, 2)

    def test_every_article_of_the_list_can_be_shown_by_each_of_its_names(self):
        row = self.succeed("list", "--json", "--source", "wanghai", "--limit", "1").json[0]
        texts = {self.succeed("show", name).out for name in (row["article"], row["id"], row["id"][:10])}
        texts.add(self.succeed("show", "https://wanghai.example/news/dengta-kaifang/20251114.html").out)
        self.assertEqual(len(texts), 1)
        self.assertTrue(texts.pop().startswith("灯塔修缮完工，一百二十级台阶重新开放\n望海晚报 · 2025-11-14 18:00 · 林知远\n"))

    def test_a_table_in_an_article_lines_up(self):
        ferry = next(row for row in self.succeed("list", "--json").json if "渡轮" in row["title"])
        self.assertRegex(self.succeed("show", ferry["article"]).out, r"\n班次 +望海开 +青螺岛开\n早班 +7:30 +8:20\n")

    def test_an_article_that_is_not_there_and_one_that_could_be_several(self):
        result = self.run_courant("show", "nothing-like-it")
        self.assertEqual((result.status, result.out), (2, ""))
        several = self.run_courant("show", "")
        self.assertEqual((several.status, several.out), (2, ""))

    def test_sources_tell_what_was_learnt(self):
        rows = {row["id"]: row for row in self.succeed("sources", "--json").json}
        self.assertEqual({name: row["articles"] for name, row in rows.items()}, {"wanghai": 12, "brackenfell": 10, "kiln-and-loom": 8})
        for row in rows.values():
            self.assertEqual((row["state"], row["failures"], row["last_error"]), ("ok", 0, None))
            self.assertRegex(row["last_poll"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
            self.assertGreaterEqual(row["interval"], 15 * 60)
        self.assertTrue(re.search(r"(?m)^wanghai +望海晚报 +ok +", self.succeed("sources").out))

    def test_a_source_taken_out_keeps_its_articles(self):
        self.succeed("remove", "wanghai")
        self.succeed("run", "--once", "--force")
        self.assertEqual(len(self.succeed("list", "--json", "--source", "wanghai").json), 12)
        self.assertNotIn("wanghai", {row["id"] for row in self.succeed("sources", "--json").json})


if __name__ == "__main__":
    harness.main()
