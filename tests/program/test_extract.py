# SPDX-License-Identifier: MIT
"""test_extract.py - the article behind an address: its pages joined, the newsroom's rules obeyed"""
import json
import os

import harness

PARTS = [
    ["The harbour board has looked at forty years of tide books, and found that the highest water comes two hours later than it used to.",
     "Nobody had noticed, since the ferry sails by the clock on the quay, and that clock was set back by hand whenever somebody complained.",
     "The oldest book is kept in a biscuit tin; its first page says that it must be given back to the pilot before Christmas."],
    ["On the second day they found the other tin, with the books from before the war, written in the hand of a woman nobody remembers.",
     "She noted the wind, too, and what the gulls did, and once a whale that lay across the harbour mouth until the evening.",
     "Her sums are right to the inch, the board's surveyor said, which is more than he could say of the books that came after."],
    ["What is to be done about the ferry is open. The board would rather move the timetable than the sea, its chairman said.",
     "The clock on the quay stays as it is. It has been wrong for so long that people meet under it for that reason alone.",
     "In spring the books will be shown in the chapel, both tins beside them, and the pilot will get the oldest back at last."],
]


def page(paragraphs, head="", title="Forty years of tide books", tail=""):
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    menu = "".join(f"<li><a href='/part/{n}'>Part {n}</a></li>" for n in range(10))
    return (f"<!doctype html><html lang='en'><head><title>{title} - Harbour Post</title>{head}</head><body><ul class='menu'>{menu}</ul>"
            f"<article><h1>{title}</h1>{body}</article>{tail}</body></html>")


class Site(harness.Case):
    def setUp(self):
        super().setUp()
        self.make_newsroom(f"[fetch]\nhost_gap = 0s\nallow_networks = 127.0.0.0/8\nports = {self.origin.port}\n")

    def put(self, path, *arguments, **options):
        self.origin.put(path, page(*arguments, **options), Content_Type="text/html; charset=utf-8")


class Extract(Site):
    def extract(self, path="/books"):
        return self.succeed("extract", self.origin.url(path)).json

    def test_the_pages_of_an_article_are_joined_in_order(self):
        self.put("/books", PARTS[0], head="<link rel='next' href='/books?page=2'>")
        self.put("/books?page=2", PARTS[1], head="<link rel='next' href='/books?page=3'>")
        self.put("/books?page=3", PARTS[2], head="<link rel='next' href='/books'>")
        got = self.extract()
        self.assertEqual(got["content_text"].split("\n\n"), sum(PARTS, []))
        self.assertIn("biscuit tin", got["content_html"])
        self.assertIn("in the chapel", got["content_markdown"])
        self.assertEqual(len(self.origin.requests), 4)  # robots.txt, and each page once

    def test_a_next_page_that_says_the_same_ends_it(self):
        self.put("/books", PARTS[0], head="<link rel='next' href='/books?page=2'>")
        self.put("/books?page=2", PARTS[0], head="<link rel='next' href='/books?page=3'>")
        self.assertEqual(self.extract()["content_text"].split("\n\n"), PARTS[0])
        self.assertEqual(self.origin.requests_for("/books?page=3"), [])

    def test_a_next_page_that_fails_costs_only_itself(self):
        self.put("/books", PARTS[0], head="<link rel='next' href='/books?page=2'>")
        self.assertEqual(self.extract()["content_text"].split("\n\n"), PARTS[0])

    def test_pages_without_end_are_not_followed_for_ever(self):
        for n in range(1, 60):
            self.put(f"/books?page={n}", [f"Number {n}. " + text for text in PARTS[n % 3]], head=f"<link rel='next' href='/books?page={n + 1}'>")
        self.assertEqual(len(self.extract("/books?page=1")["content_text"].split("\n\n")), 16 * 3)

    def test_robots_txt_is_obeyed(self):
        self.put("/books", PARTS[0])
        self.origin.put("/robots.txt", "User-agent: *\nDisallow: /books\n")
        result = self.run_courant("extract", self.origin.url("/books"))
        self.assertEqual((result.status, result.out), (1, ""))
        self.assertIn("robots.txt", result.err)

    def test_a_rule_of_the_newsroom_says_where_the_article_is(self):
        self.write_file("newsroom/rules/127.0.0.1.txt",
                        "title: //h2[@id='real']\nbody: //div[@class='tale']\nfind_string: <x-tale>\nreplace_string: <div class='tale'>\n")
        tale = "<x-tale>" + "".join(f"<p>{text}</p>" for text in PARTS[1]) + "</div><h2 id='real'>The other tin</h2>"
        self.put("/books", PARTS[0], tail=tale)
        got = self.extract()
        self.assertEqual(got["title"], "The other tin")
        self.assertEqual(got["content_text"].split("\n\n"), PARTS[1])
        self.assertEqual(got["rule"], "127.0.0.1")

    def test_a_rule_that_finds_nothing_is_set_aside(self):
        self.write_file("newsroom/rules/127.0.0.1.txt", "body: //div[@class='gone']\n")
        self.put("/books", PARTS[0])
        got = self.extract()
        self.assertEqual((got["content_text"].split("\n\n"), got["rule"]), (PARTS[0], None))

    def test_rules_can_be_read_from_other_folders(self):
        folder = os.path.dirname(self.write_file("theirs/127.0.0.1.txt", "body: //div[@class='tale']\n"))
        self.write_conf(self.read_conf() + f"[articles]\nrules_dir = {folder}\n")
        self.put("/books", PARTS[0], tail="<div class='tale'>" + "".join(f"<p>{text}</p>" for text in PARTS[2]) + "</div>")
        self.assertEqual(self.extract()["content_text"].split("\n\n"), PARTS[2])
        line = self.write_file("page.html", page(PARTS[0], tail="<div class='tale'>" + "".join(f"<p>{text}</p>" for text in PARTS[2]) + "</div>"))
        batch = self.succeed("extract", "--batch", input=f"{line}\thttp://127.0.0.1/x\n".encode()).out
        self.assertEqual(json.loads(batch)["content_text"].split("\n\n"), PARTS[2])


class Keep(Site):
    def archived(self):
        folder = os.path.join(self.newsroom, "archive", "kept")
        found = []
        for place, _, names in os.walk(folder):
            found += [os.path.join(place, name) for name in names if name != "README.md"]
        return found

    def test_a_page_is_kept_as_an_article_without_a_source(self):
        self.put("/books", PARTS[0], head="<link rel='next' href='/books?page=2'>")
        self.put("/books?page=2", PARTS[1])
        got = self.succeed("keep", self.origin.url("/books")).out.strip()
        self.assertRegex(got, "^[0-9a-f]{16}$")
        self.assertIn("biscuit tin", self.succeed("show", got).out)
        files = self.archived()
        self.assertEqual(len(files), 1)
        with open(files[0], encoding="utf-8") as file:
            text = file.read()
        self.assertTrue(all(paragraph in text for paragraph in PARTS[0] + PARTS[1]), text)
        self.assertEqual(self.succeed("sources", "--json").json, [])

    def test_kept_again_it_is_the_same_and_a_revision_where_it_changed(self):
        self.put("/books", PARTS[0])
        first = self.succeed("keep", self.origin.url("/books")).out
        self.assertEqual(self.succeed("keep", self.origin.url("/books")).out, first)
        self.assertEqual(len(self.archived()), 1)
        self.put("/books", [PARTS[0][0].replace("forty", "fifty")] + PARTS[0][1:])
        self.assertEqual(self.succeed("keep", self.origin.url("/books")).out, first)
        self.assertIn("revision 2", self.succeed("show", first.strip()).out)
        self.assertEqual(len(self.succeed("list", "--json").json), 1)

    def test_what_has_no_article_is_told_and_the_rest_is_kept(self):
        self.put("/books", PARTS[0])
        self.origin.put("/menu", "<html><body><a href='/1'>One</a> <a href='/2'>Two</a></body></html>", Content_Type="text/html")
        result = self.run_courant("keep", self.origin.url("/gone"), self.origin.url("/menu"), self.origin.url("/books"))
        self.assertEqual(result.status, 1)
        self.assertRegex(result.out, "^[0-9a-f]{16}\n$")
        self.assertIn("/gone: the server answered with status 404", result.err)
        self.assertIn("/menu: no article was found", result.err)

    def test_a_kept_page_is_looked_at_again(self):
        self.put("/books", PARTS[0])
        kept = self.succeed("keep", self.origin.url("/books")).out.strip()
        self.origin.answer("/books", {"status": 410})
        self.succeed("run", "--once", env={"COURANT_TEST_NOW": "+3700"})
        self.assertIn("withdrawn", self.succeed("show", kept).out)


if __name__ == "__main__":
    harness.main()
