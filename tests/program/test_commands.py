# SPDX-License-Identifier: MIT
"""test_commands.py - the command line itself, and the commands that change courant.conf"""
import os
import re
import stat
import subprocess

import harness

CONF = """\
# my newsroom
[courant]
title = News   # of mine

# the voice
[source voa]
  name=VOA   # as they call it
feed = https://a.example/rss

# the next
[source bbc]
feed = https://b.example/rss
"""


class CommandLine(harness.Case):
    def test_version_and_help_go_to_standard_output(self):
        for words in (["--version"], ["--help"], ["help"], ["help", "add"], ["add", "--help"], ["-h"]):
            result = self.succeed(*words, newsroom=False)
            self.assertTrue(result.out)
            self.assertEqual(result.err, "")
        self.assertRegex(self.succeed("--version", newsroom=False).out, r"^courant \d+\.\d+\.\d+\n$")

    def test_help_names_every_command_and_each_has_its_own(self):
        text = self.succeed("help", newsroom=False).out
        for name in "init add edit remove pause resume sources run list show feed help completion".split():
            self.assertRegex(text, rf"(?m)^  {name}\b")
            self.assertIn(f"Usage: courant {name}", self.succeed("help", name, newsroom=False).out)

    def test_help_fits_a_terminal_of_eighty_columns(self):
        text = self.succeed("help", newsroom=False).out
        names = [line.split()[0] for line in text.split("Commands:\n")[1].split("\n\n")[0].splitlines() if line[2] != " "]
        self.assertGreater(len(names), 20)
        for name in names:
            text += self.succeed("help", name, newsroom=False).out
        self.assertEqual([line for line in text.splitlines() if len(line) > 80], [])

    def test_a_mistyped_command_or_option_is_told_the_nearest(self):
        for words, said in (
            (["lst"], 'the nearest is "list"'),
            (["help", "sorces"], 'the nearest is "sources"'),
            (["list", "--sorce", "x"], "the nearest is --source"),
            (["--verbos", "list"], "the nearest is --verbose"),
            (["list", "-x"], "list has no option -x"),
            (["add"], "add needs URL"),
            (["show", "a", "b"], "show takes no more than ARTICLE"),
            (["sources", "x"], "sources takes no arguments"),
            (["list", "--limit"], "option --limit needs NUMBER"),
            (["list", "--json=1"], "option --json takes no value"),
            ([], "a command is missing"),
        ):
            result = self.run_courant(*words, newsroom=False)
            self.assertEqual(result.status, 2, words)
            self.assertEqual(result.out, "", words)
            self.assertIn(said, result.err, words)

    def test_options_may_stand_anywhere_and_be_joined(self):
        self.make_newsroom(CONF)
        for words in (["list", "-jn5"], ["list", "--limit=5", "--json"], ["list", "-n", "5", "-j"]):
            self.assertEqual(self.succeed(*words).json, [])
        self.assertEqual(self.run_courant("edit", "--", "voa", "name=-x").status, 0)

    def test_without_a_newsroom_the_user_is_told_how_to_make_one(self):
        for words in (["sources"], ["list"], ["edit", "a", "name=b"], ["run", "--once"], ["add", "http://a.example/"]):
            result = self.run_courant(*words)
            self.assertEqual(result.status, 2)
            self.assertIn('"courant init" makes one', result.err)

    def test_control_characters_from_outside_never_reach_the_terminal(self):
        result = self.run_courant("show\x1b[31m", newsroom=False)
        self.assertNotIn("\x1b", result.err)
        self.assertIn("\\x1b[31m", result.err)

    def test_a_mistake_in_the_configuration_names_file_line_and_key(self):
        self.make_newsroom(CONF + "timeot = 3s\n[fetch]\nproxy = x\n")
        for words in (["sources"], ["list"], ["run", "--once"], ["edit", "voa", "name=x"]):
            result = self.run_courant(*words)
            self.assertEqual(result.status, 2)
            self.assertRegex(result.err, r'courant\.conf:13: unknown key "timeot" in \[source\]; the nearest is "timeout"')
            self.assertRegex(result.err, r"courant\.conf:15: proxy = x: ")

    def test_both_programs_are_the_same_but_for_their_hooks(self):
        shipped = self.succeed("help", newsroom=False, program=harness.SHIPPED)
        self.assertEqual(shipped.out, self.succeed("help", newsroom=False).out)

    def test_output_that_nobody_reads_ends_the_program_quietly(self):
        self.make_newsroom("".join(f"[source s{i}]\nfeed = http://s{i}.example/\n" for i in range(3000)))
        process = self.start_courant("sources", "--json")
        process.stdout.close()
        err = process.stderr.read()
        process.stdin.close()
        process.stderr.close()
        self.assertEqual(process.wait(harness.PATIENCE), 1)
        self.assertEqual(err, b"")


class Mistakes(harness.Case):
    """What is wrong is told in the words of whoever typed it, before anything is done."""

    def fails(self, status, said, *words, conf=CONF, **options):
        self.make_newsroom(conf)
        result = self.run_courant(*words, **options)
        self.assertEqual(result.status, status, result)
        self.assertIn(said, result.err)
        return result

    def to(self, command):
        """Run by a shell, so that its output can go elsewhere."""
        self.make_newsroom(CONF)
        return subprocess.run(["sh", "-c", command, harness.COURANT, self.newsroom], capture_output=True, text=True, check=False, timeout=60)

    def test_a_source_that_is_nowhere_cannot_be_listed(self):
        self.fails(2, 'there is no source "nope"', "list", "--source", "nope")
        self.succeed("list", "--source", "voa")

    def test_a_pipe_is_no_configuration(self):
        os.makedirs(self.newsroom)
        os.mkfifo(os.path.join(self.newsroom, "courant.conf"))
        for words in (["list"], ["pause", "voa"]):
            result = self.run_courant(*words)
            self.assertEqual((result.status, "is no regular file" in result.err), (2, True), result)

    def test_a_base_that_is_no_address_is_refused(self):
        self.fails(2, "--url nonsense: this is no address", "feed", "-", "--url", "nonsense")

    def test_an_option_is_called_as_it_was_typed(self):
        self.fails(2, "option -C needs DIR", "-C", newsroom=False)
        self.fails(2, "option --directory needs DIR", "--directory", newsroom=False)

    def test_a_full_disk_is_no_fault_of_the_feed(self):
        self.write_file("feed.json", '{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": []}')
        run = self.to(f"$0 feed {self.folder}/feed.json > /dev/full")
        self.assertEqual(run.returncode, 1)
        self.assertIn("could not write to standard output", run.stderr)
        self.assertNotIn("could not read", run.stderr)

    def test_a_closed_output_is_an_error_and_no_file_takes_its_place(self):
        run = self.to("$0 -C $1 run --once --json --source voa >&-")
        self.assertEqual(run.returncode, 1, run)
        self.assertIn("could not write to standard output", run.stderr)
        self.succeed("sources")

    def test_one_mistake_of_the_configuration_is_told_once(self):
        for line, said in (
            ("[fetch]\ninterval = 0s", "interval = 0s"),
            ("[source]\nfeed = https://c.example/", "an id is missing: [source ID]"),
            ("[fetch]\ncookies = /nonexistent", 'could not read "/nonexistent"'),
        ):
            result = self.fails(2, said, "list", conf=f"{CONF}\n{line}\n")
            self.assertEqual(len(result.err.splitlines()), 1, result)

    def test_a_floor_above_the_usual_cap_is_told(self):
        result = self.fails(1, "min_interval is longer than max_interval", "run", "--once", "--source", "voa", conf=CONF + "[fetch]\nmin_interval = 2d\n")
        self.assertIn("min_interval is longer than interval", result.err)


class Init(harness.Case):
    def test_a_newsroom_is_made_and_its_path_printed(self):
        result = self.succeed("init", "a/b", newsroom=False)
        self.assertEqual(result.out, os.path.realpath(os.path.join(self.folder, "a/b")) + "\n")
        self.assertTrue(os.path.exists(os.path.join(self.folder, "a/b/courant.conf")))

    def test_without_a_name_the_current_folder_or_that_of_C_becomes_one(self):
        self.succeed("init", newsroom=False)
        self.assertTrue(os.path.exists(os.path.join(self.folder, "courant.conf")))
        self.succeed("init")
        self.assertTrue(os.path.exists(os.path.join(self.newsroom, "courant.conf")))

    def test_a_newsroom_that_is_there_is_never_overwritten(self):
        self.make_newsroom(CONF)
        result = self.run_courant("init", self.newsroom, newsroom=False)
        self.assertEqual(result.status, 2)
        self.assertEqual(self.read_conf(), CONF)

    def test_what_it_writes_is_understood_and_every_key_in_it_may_be_uncommented(self):
        self.make_newsroom()
        self.assertEqual(self.succeed("sources", "--json").json, [])
        lines = self.read_conf().split("\n# a place the archive")[0].splitlines()
        keys = [re.sub(r"^# ([a-z_]+ =)", r"\1", line) for line in lines]
        self.write_conf("\n".join(keys) + "\n")
        self.succeed("sources")


class Editing(harness.Case):
    def setUp(self):
        super().setUp()
        self.make_newsroom(CONF)

    def test_edit_changes_a_line_and_keeps_all_others(self):
        result = self.succeed("edit", "voa", "name=美国之音", "interval=2h")
        self.assertEqual(
            self.read_conf(),
            CONF.replace("name=VOA", "name=美国之音").replace("a.example/rss\n", "a.example/rss\ninterval = 2h\n"),
        )
        self.assertTrue(result.out.startswith("[source voa]\n"))
        self.assertIn("interval = 2h\n", result.out)

    def test_an_empty_value_takes_the_key_out(self):
        self.succeed("edit", "voa", "name=")
        self.assertEqual(self.read_conf(), CONF.replace("  name=VOA   # as they call it\n", ""))

    def test_pause_and_resume_say_so_in_the_file(self):
        self.succeed("pause", "bbc")
        self.assertEqual(self.read_conf(), CONF + "paused = true\n")
        self.assertEqual([row["state"] for row in self.succeed("sources", "--json").json], ["ok", "paused"])
        self.succeed("resume", "bbc")
        self.assertEqual(self.read_conf(), CONF + "paused = false\n")

    def test_remove_takes_the_group_out_and_prints_it(self):
        result = self.succeed("remove", "bbc")
        self.assertEqual(result.out, "[source bbc]\nfeed = https://b.example/rss\n")
        self.assertEqual(self.read_conf(), CONF.replace(result.out, "").rstrip() + "\n")

    def test_what_would_break_the_file_is_refused_and_nothing_changes(self):
        for words in (
            ["edit", "voa", "interval=1m"],
            ["edit", "voa", "feed="],
            ["edit", "voa", "nam=x"],
            ["edit", "voa", "name=a\nb"],
            ["edit", "voa", "name"],
            ["edit", "nobody", "name=x"],
            ["remove", "nobody"],
            ["pause", "nobody"],
        ):
            result = self.run_courant(*words)
            self.assertEqual(result.status, 2, words)
            self.assertEqual(self.read_conf(), CONF, words)
            self.assertEqual(result.out, "")

    def test_the_files_mode_and_a_link_to_it_stay(self):
        path = os.path.join(self.newsroom, "courant.conf")
        real = os.path.join(self.folder, "real.conf")
        os.rename(path, real)
        os.symlink(real, path)
        os.chmod(real, 0o600)
        self.succeed("edit", "voa", "login=me:secret")
        self.assertTrue(os.path.islink(path))
        self.assertEqual(stat.S_IMODE(os.stat(real).st_mode), 0o600)
        self.assertIn("login = me:secret", self.read_conf())

    def test_two_edits_at_once_lose_nothing(self):
        processes = [self.start_courant("edit", "voa", f"header=X-N: {i}") for i in range(4)]
        processes += [self.start_courant("edit", "bbc", f"timeout={i + 1}s") for i in range(4)]
        for process in processes:
            process.communicate(timeout=harness.PATIENCE)
            self.assertEqual(process.returncode, 0)
        self.assertRegex(self.read_conf(), r"header = X-N: \d")
        self.assertRegex(self.read_conf(), r"timeout = \ds")


class Sources(harness.Case):
    def test_sources_that_were_never_polled_have_empty_facts(self):
        self.make_newsroom(CONF)
        rows = self.succeed("sources", "--json").json
        self.assertEqual(
            rows[0],
            {
                "id": "voa",
                "name": "VOA",
                "feed": "https://a.example/rss",
                "state": "ok",
                "last_poll": None,
                "last_success": None,
                "last_change": None,
                "next_poll": None,
                "interval": 0,
                "articles": 0,
                "failures": 0,
                "last_error": None,
                "last_status": None,
                "why": None,
                "address": None,
                "moving_to": None,
                "says_it_is_at": None,
                "read_from": None,
                "per_day": None,
                "trend": None,
                "silent_for": None,
                "health": "not polled yet",
            },
        )

    def test_the_table_lines_up_whatever_the_script(self):
        self.make_newsroom(CONF.replace("VOA", "美国之音"))
        head, voa, bbc = self.succeed("sources").out.splitlines()
        self.assertRegex(head, r"^ID   NAME      STATE  LAST POLL")
        self.assertRegex(voa, r"^voa  美国之音  ok     -")
        self.assertRegex(bbc, r"^bbc  bbc       ok     -")


class Completion(harness.Case):
    def test_bash_completes_commands_options_and_sources(self):
        self.make_newsroom(CONF)
        script = self.succeed("completion", "bash").out
        words = {
            "courant ad": ["add"],
            "courant list --so": ["--source"],
            "courant edit v": ["voa"],
            "courant pause ": ["--help", "voa", "bbc"],
        }
        for line, wanted in words.items():
            program = (
                script
                + f'COMP_WORDS=({line} {chr(39) * 2 if line.endswith(" ") else ""})\n'
                + "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_courant\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n"
            )
            done = subprocess.run(["bash", "-c", program], cwd=self.newsroom, capture_output=True, text=True)
            self.assertEqual(done.stdout.split(), wanted, done.stderr)

    def test_there_is_one_for_three_shells_and_an_error_for_others(self):
        for shell in ("bash", "zsh", "fish"):
            self.assertIn("pause", self.succeed("completion", shell, newsroom=False).out)
        self.assertEqual(self.run_courant("completion", "tcsh", newsroom=False).status, 2)


class Manual(harness.Case):
    def test_the_pages_name_every_command_and_key(self):
        program = self.succeed("help", "--man", "courant.1", newsroom=False).out
        conf = self.succeed("help", "--man", "courant.conf.5", newsroom=False).out
        for name in "init add edit remove pause resume sources run list show feed help completion".split():
            self.assertIn(f'.SS "courant {name}', program)
        for name in ("allow_networks", "host_gap", "layout", "recheck", "full_text", "branch"):
            self.assertIn(f"\\fB{name}\\fR", conf)


if __name__ == "__main__":
    harness.main()
