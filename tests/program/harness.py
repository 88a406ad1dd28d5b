# SPDX-License-Identifier: MIT
"""harness.py - the program as a user runs it

    class Adding(harness.Case):
        def test_a_feeds_own_address_is_followed(self):
            ...self.run_courant("add", self.origin.url("/feed.xml"))

Each test has a folder of its own, an environment in which nothing of the user's counts, and, if it asks for
`self.origin`, a server on a free port of loopback. Results are told in TAP, a line a test.
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
COURANT = os.environ.get("COURANT_TEST", os.path.join(ROOT, "build", "tests", "courant-test"))
SHIPPED = os.environ.get("COURANT", os.path.join(ROOT, "build", "courant"))
PATIENCE = float(os.environ.get("COURANT_TEST_PATIENCE", "60"))  # seconds a command may take


def is_sanitized():
    """Its shadow takes terabytes of addresses, and calls that the program does not make."""
    if any(name in os.environ for name in ("ASAN_OPTIONS", "TSAN_OPTIONS")):
        return True
    linked = subprocess.run(["ldd", COURANT], capture_output=True, text=True, check=False).stdout
    return any(name in linked for name in ("libasan", "libtsan", "libubsan", "libclang_rt"))


class Result:
    """What a command gave: `status`, `out` and `err` as text, `json` of out."""

    def __init__(self, status, out, err):
        self.status = status
        self.out = out.decode("utf-8", "surrogateescape")
        self.err = err.decode("utf-8", "surrogateescape")

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def json_lines(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def __repr__(self):
        return f"status {self.status}\n--- out\n{self.out}--- err\n{self.err}"


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="courant-test-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.newsroom = os.path.join(self.folder, "newsroom")
        self._origin = None

    @property
    def origin(self):
        """The server that tests/lib/origin.py describes, started when first asked for."""
        if self._origin is None:
            sys.path.insert(0, os.path.join(ROOT, "tests", "lib"))
            import origin

            self._origin = origin.Origin()
            self._origin.start()
            self.addCleanup(self._origin.stop)
        return self._origin

    def environment(self, extra=None):
        kept = ("PATH", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")
        return {
            **{name: os.environ[name] for name in kept if name in os.environ},
            "HOME": self.folder,
            "LANG": "C.UTF-8",
            **(extra or {}),
        }

    def start_courant(self, *arguments, newsroom=True, env=None, program=COURANT):
        """The process, running; for those that are to be interrupted."""
        before = ["-C", self.newsroom] if newsroom else []
        return subprocess.Popen(
            [program, *before, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environment(env),
            cwd=self.folder,
        )

    def run_courant(self, *arguments, input=b"", newsroom=True, env=None, program=COURANT):
        """Runs it to its end, in the newsroom."""
        process = self.start_courant(*arguments, newsroom=newsroom, env=env, program=program)
        try:
            out, err = process.communicate(input, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            self.fail(f"courant {' '.join(arguments)} took longer than {PATIENCE} s")
        return Result(process.returncode, out, err)

    def read_until(self, stream, words):
        """The lines that it says up to the one with these words."""
        lines = []
        for line in stream:
            lines.append(line.decode())
            if words in lines[-1]:
                return lines
        self.fail(f"{words} was never said, but {lines}")

    def succeed(self, *arguments, **options):
        result = self.run_courant(*arguments, **options)
        self.assertEqual(result.status, 0, result)
        return result

    def make_newsroom(self, configuration=None):
        """A newsroom with just this courant.conf; without one, as `init` makes it."""
        if configuration is None:
            self.succeed("init", self.newsroom, newsroom=False)
            return
        os.makedirs(self.newsroom, exist_ok=True)
        self.write_conf(configuration)

    def write_conf(self, text):
        with open(os.path.join(self.newsroom, "courant.conf"), "w", encoding="utf-8") as file:
            file.write(text)

    def read_conf(self):
        with open(os.path.join(self.newsroom, "courant.conf"), encoding="utf-8") as file:
            return file.read()

    def write_file(self, name, content):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        return path


class TapResult(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.count = 0
        self.has_failed = False

    def tell(self, word, test, note="", details=""):
        self.count += 1
        name = test.id().split(".", 1)[1] if hasattr(test, "id") else str(test)
        print(f"{word} {self.count} - {name}{note}")
        for line in details.splitlines():
            print(f"# {line}")
        sys.stdout.flush()

    def addSuccess(self, test):
        self.tell("ok", test)

    def addSkip(self, test, reason):
        self.tell("ok", test, f" # SKIP {reason}")

    def addFailure(self, test, err):
        self.has_failed = True
        self.tell("not ok", test, details="".join(traceback.format_exception(*err)))

    addError = addFailure

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.addFailure(subtest, err)


def main():
    """Runs the tests of the calling file."""
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    if len(sys.argv) > 1:
        suite = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[1:], sys.modules["__main__"])
    result = TapResult()
    suite.run(result)
    print(f"1..{result.count}")
    sys.exit(1 if result.has_failed else 0)
