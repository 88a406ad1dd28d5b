# SPDX-License-Identifier: MIT
"""newsroom: what tests of the harvest share: a newsroom that follows paths of the origin, and a look at its archive."""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "program"))
import harness

CONF = """[fetch]
host_gap = 0s
{fetch}
[archive]
layout = {layout}

[images]
mode = remote
"""


class Case(harness.Case):
    def follow(self, *names, layout="dated", fetch="allow_networks = 127.0.0.0/8"):
        """Writes a courant.conf with a source for each name, polled at /NAME of the origin."""
        text = CONF.format(layout=layout, fetch=fetch + f"\nports = {self.origin.port}")
        for name in names:
            text += f"\n[source {name}]\nname = The {name.capitalize()}\nfeed = {self.origin.url('/' + name)}\nfull_text = never\n"
        self.make_newsroom(text)

    def kept_out(self):
        """The program as one whom modes keep out: root is without the capabilities that let it pass."""
        if os.geteuid() != 0:
            return harness.COURANT
        path = os.path.join(self.folder, "kept-out")
        drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
        if subprocess.run([*drop, "true"], stderr=subprocess.DEVNULL).returncode:
            self.skipTest("root may look and write everywhere here")
        with open(path, "w") as file:
            file.write(f"#!/bin/sh\nexec {' '.join(drop)} '{harness.COURANT}' \"$@\"\n")
        os.chmod(path, 0o755)
        return path

    def harvest(self, *options, env=None):
        """One round; its lines."""
        return self.succeed("run", "--once", "--json", *options, env=env).json_lines

    @property
    def archive(self):
        return os.path.join(self.newsroom, "archive")

    def git(self, *arguments):
        """As somebody whom no configuration of this machine needs to know."""
        who = ["-c", "user.name=A User", "-c", "user.email=user@a.example"]
        run = subprocess.run(["git", "-C", self.archive, *who, *arguments], capture_output=True, text=True, check=False,
                             env=self.environment())
        self.assertEqual(run.returncode, 0, run)
        return run.stdout.splitlines()

    def tree(self):
        """path -> bytes of the archive, without `fetched`, which tells when."""
        out = {}
        for folder, folders, files in os.walk(self.archive):
            if ".git" in folders:
                folders.remove(".git")
            for name in files:
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    lines = [line for line in file if not line.startswith(b"fetched:")]
                out[os.path.relpath(path, self.archive)] = b"".join(lines)
        return out

    def article_files(self):
        return sorted(p for p in self.tree() if not p.endswith("README.md") and not p.startswith("lists/"))

    def read(self, path):
        with open(os.path.join(self.archive, path), encoding="utf-8") as file:
            return file.read()

    def wait_for(self, condition, patience=harness.PATIENCE):
        """Until it is true; a short look now and then, since what happens is another process's doing."""
        end = time.monotonic() + patience
        while not condition():
            self.assertLess(time.monotonic(), end, "it did not happen in time")
            time.sleep(0.02)
