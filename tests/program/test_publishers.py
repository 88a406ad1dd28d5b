# SPDX-License-Identifier: MIT
"""Publishers that are hostile, broken or not who they say they are, each polled by `run` beside a good one."""
import gzip
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness
import newsroom
import newstext
import shared

LOOPBACK = "allow_networks = 127.0.0.0/8, ::1/128"


def feed(text, before=""):
    return f"{before}<rss version='2.0'><channel><title>Heron</title>{text}</channel></rss>"


def json_feed(items):
    return '{"version":"https://jsonfeed.org/version/1.1","title":"t","items":' + items + "}"


def bomb(text, times):
    return {"body": gzip.compress(text * times), "headers": {"Content-Encoding": "gzip"}}


# name: what it answers, the status of its poll, what is said of it
HOSTILE = {
    "items": (feed("".join(f"<item><title>I{i}</title><guid>{i}</guid></item>" for i in range(40000))), "error", "sends more than 1 MiB"),
    "deep": (feed("<item>" + "<a>" * 50000 + "</a>" * 50000 + "</item>"), "ok", "nested deeper than"),
    "namespaces": ("<rss version='2.0'><channel>" + "".join(f"<n{i}:a xmlns:n{i}='u:{i}'>" for i in range(20000)), "error", "nested deeper|cut|ends before"),
    "attributes": (feed("").replace("<rss", "<rss " + " ".join(f"a{i}='v'" for i in range(50000))), "ok", "attribute"),
    "laughs": (feed("<item><title>&j;</title><guid>1</guid></item>", "<!DOCTYPE rss [<!ENTITY a 'ha'>" + "".join(
        f"<!ENTITY {chr(98 + i)} '{('&' + chr(97 + i) + ';') * 10}'>" for i in range(9)) + "]>"), "ok", ""),
    "quadratic": (feed("<item><title>" + "&a;" * 50000 + "</title></item>", f"<!DOCTYPE rss [<!ENTITY a '{'a' * 50000}'>]>"), "ok", ""),
    "outside": (feed("<item><title>x&e;&f;y</title><guid>1</guid></item>",
                     "<!DOCTYPE rss [<!ENTITY e SYSTEM 'file:///etc/passwd'><!ENTITY f SYSTEM 'ORIGIN/canary'>]>"), "ok", ""),
    "include": ("<?xml-stylesheet href='ORIGIN/canary'?>" + feed(
        "<item><guid>1</guid><xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='ORIGIN/canary'/></item>"), "ok", ""),
    "json-deep": (json_feed("[" * 400000 + "]" * 400000), "ok", "nested too deeply"),
    "json-items": (json_feed("[" + ",".join('{"id":"%d","content_text":"x"}' % i for i in range(40000)) + "]"), "error", "sends more than 1 MiB"),
    "bomb": (bomb(b"\0" * (1 << 20), 64), "error", "unfolds to more than"),
    "bomb-of-items": (bomb(b"<item><title>ha</title></item>", 400000), "error", "unfolds to more than"),
    "redirects-to-a-file": ({"status": 302, "headers": {"Location": "file:///etc/passwd"}}, "error", "refused: file:"),
    "redirects-inside": ({"status": 302, "headers": {"Location": "http://169.254.169.254/latest"}}, "error", "link-local"),
    "cookies": ({"body": "", "headers": {"Set-Cookie": [f"c{i}=v; Domain=example.com" for i in range(3000)]}}, "error", "64 KiB of headers"),
    "a-huge-etag": ({"body": feed(""), "headers": {"ETag": '"' + "e" * (1 << 20) + '"'}}, "error", "header"),
    "for-ever": ({"status": 503, "headers": {"Retry-After": "9" * 40}}, "error", "asks for 24 h"),
    "never": ({"body": feed("<item><guid>1</guid></item>"), "headers": {"Cache-Control": "max-age=-1", "Age": "9" * 40, "Expires": "-1"}}, "ok", ""),
}


class Hostile(newsroom.Case):
    def poll(self, *options):
        result = self.run_courant("run", "--once", "--json", *options)
        self.assertIn(result.status, (0, 1), result)
        self.assertNotIn("Sanitizer", result.err)
        return {line["source"]: line for line in result.json_lines}

    def test_each_costs_itself_alone_and_is_named(self):
        self.follow(*HOSTILE, "good", fetch=f"{LOOPBACK}\nper_host = 8\nmax_size = 1M")
        self.origin.put("/good", newstext.rss([1, 2]))
        for name, (answer, _, _) in HOSTILE.items():
            answer = {"body": answer.replace("ORIGIN", self.origin.url())} if isinstance(answer, str) else answer
            self.origin.answer("/" + name, answer)
        lines = self.poll()
        for name, (_, status, words) in HOSTILE.items():
            line = lines[name]
            self.assertEqual(line["status"], status, line)
            self.assertTrue(re.search(words, (line["error"] or "") + line.get("warning", "")), line)
        self.assertEqual((lines["good"]["status"], lines["good"]["new"]), ("ok", 2))
        self.assertEqual(self.origin.requests_for("/canary"), [])
        self.assertNotIn("root:", self.succeed("list", "--json").out)
        for row in self.succeed("sources", "--json").json:
            self.assertTrue(15 * 60 <= row["interval"] <= 86400, row)

    def test_a_page_without_a_length_is_named_for_what_it_is(self):
        self.follow("parked", "feed")
        self.origin.answer("/parked", {"body": "<html><body>This domain is for sale!</body></html>\n", "length": "none"})
        self.origin.answer("/feed", {"body": newstext.rss([1, 2]), "length": "none"})
        lines = self.poll()
        self.assertIn("parked", lines["parked"]["error"])
        self.assertEqual(lines["feed"]["new"], 2)


class Secure(newsroom.Case):
    """No certificate of ours is one that anybody trusts: what is shown here is who is refused, and that it is said."""

    def serve(self, answer):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def run():
            while True:
                try:
                    client, _ = listener.accept()
                    with client:
                        client.settimeout(20)
                        answer(client)
                except (OSError, ssl.SSLError):
                    if listener.fileno() < 0:
                        return

        threading.Thread(target=run, daemon=True).start()
        return listener.getsockname()[1]

    def test_who_is_not_who_he_says_is_refused_and_said(self):
        if not shutil.which("openssl"):
            self.skipTest("no openssl here to make a certificate")
        pem, key = (os.path.join(self.folder, name) for name in ("a.pem", "a.key"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
                        "-out", pem, "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"],
                       check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem, key)
        asked = []

        def secure(client):
            with context.wrap_socket(client, server_side=True) as stream:
                asked.append(stream.recv(1000))

        ports = {
            "self-signed": (self.serve(secure), "cannot trust 127.0.0.1"),
            "plain": (self.serve(lambda client: client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")), "127.0.0.1"),
            "silent-end": (self.serve(lambda client: client.recv(1)), "127.0.0.1"),
        }
        text = newsroom.CONF.format(layout="dated", fetch=f"{LOOPBACK}\nports = " + ", ".join(str(port) for port, _ in ports.values()))
        for name, (port, _) in ports.items():
            text += f"\n[source {name}]\nname = {name}\nfeed = https://127.0.0.1:{port}/\nfull_text = never\n"
        self.make_newsroom(text)
        result = self.run_courant("run", "--once", "--json")
        lines = {line["source"]: line for line in result.json_lines}
        for name, (_, words) in ports.items():
            self.assertEqual(lines[name]["status"], "error")
            self.assertIn(words, lines[name]["error"])
        self.assertEqual([request for request in asked if request], [])  # not a byte of ours was sent

    def test_a_name_of_both_families_is_reached_by_the_one_that_answers(self):
        """`localhost` is ::1 and 127.0.0.1; the origin listens on the latter alone."""
        names = {row[4][0] for row in socket.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM)}
        if names != {"::1", "127.0.0.1"}:
            self.skipTest(f"localhost is {names} here")
        self.follow("heron", fetch=LOOPBACK)
        self.write_conf(self.read_conf().replace("http://127.0.0.1:", "http://localhost:"))
        self.origin.put("/heron", newstext.rss([1]))
        self.assertEqual(self.harvest()[0]["new"], 1)


# What faulty-origin does, and what becomes of it: status of the poll, new articles (None: any), words of the error. A path
# without a row answers what is no feed.
NO_FEED = ("error", 0, "no feed|instead of a feed")
CUT = ("error", 0, "cut short")
LATE = ("error", 0, "did not answer within|was not done within|no byte from")
HEADERS = ("error", 0, "headers|header that is too large")
NO_HTTP = ("error", 0, "HTTP")
BROKEN = ("error", 0, "broke|closed the connection")
CIRCLE = ("error", 0, "in a circle|more than 5 times")
LARGE = ("error", 0, "sends more than 1 MiB|unfolds to more than")
GOOD = ("ok", None, "")
ANY_ERROR = ("error", 0, "")  # one of six at random, of which one is a path and one a name to be looked up
FAULTS = {
    "/feed": GOOD, "/slow?bps=100000": GOOD, "/1byte": GOOD, "/1byte-chunks": GOOD, "/hang": LATE,
    "/late?s=0.1": GOOD, "/stall": LATE, "/stall-mid": LATE, "/trickle": LATE, "/trickle-headers": LATE, "/close": BROKEN,
    "/reset": BROKEN, "/reset-headers": BROKEN, "/reset-mid": ("error", 0, "cut short|broke"), "/half-close": CUT, "/truncated": CUT,
    "/truncated-nolength": CUT, "/wrong-length": GOOD, "/two-lengths": CUT, "/negative-length": NO_HTTP, "/huge-length": LARGE,
    "/overflow-length": CUT, "/length-and-chunked": CUT, "/chunked": GOOD, "/chunked-garbage": ("error", 0, ""), "/chunked-truncated": CUT,
    "/chunked-huge": ("error", 0, ""), "/http09": NO_HTTP, "/garbage": NO_HTTP, "/not-http": NO_HTTP, "/bad-status": NO_HTTP,
    "/status-999": ("error", 0, "999 from"), "/1xx": GOOD, "/infinite-1xx": ("error", 0, "16 interim answers"), "/empty": ("error", 0, "empty"),
    "/huge-header": HEADERS, "/many-headers": HEADERS, "/infinite-headers": HEADERS, "/cookies": HEADERS, "/type-huge": HEADERS,
    "/redirect-huge": HEADERS, "/header-nul": NO_HTTP, "/header-fold": ("error", 0, ""), "/date-skew": GOOD, "/infinite": LARGE,
    "/infinite-chunks": LARGE, "/big": LARGE, "/gzip": GOOD, "/deflate": GOOD, "/deflate-raw": GOOD, "/gzip-truncated": CUT, "/gzip-crc": GOOD,
    "/gzip-not": GOOD, "/gzip-unsaid": GOOD, "/gzip-twice": GOOD, "/gzip-many": ("error", 0, "100 codings"), "/bomb.gz?mib=16": LARGE,
    "/bomb-xml.gz?mib=16": LARGE, "/encoding-unknown": GOOD, "/redirect-loop": CIRCLE, "/redirect-pingpong": CIRCLE, "/redirect/3": GOOD,
    "/redirect/9": CIRCLE, "/301": GOOD, "/308": GOOD, "/redirect-to?url=file:///etc/passwd": ("error", 0, "refused: file:"),
    "/redirect-to?url=http://10.0.0.1/": ("error", 0, "private"), "/redirect-bad": ANY_ERROR, "/redirect-cookie": CIRCLE,
    "/etag": GOOD, "/etag-weak": GOOD, "/etag-bad": GOOD, "/last-modified": GOOD, "/304": ("error", 0, "304 although"), "/changing": GOOD,
    "/max-age": GOOD, "/ttl": GOOD, "/410": ("gone", 0, "gone for good"), "/status/500": ("error", 0, "500 from"), "/401": ("error", 0, "401"),
    "/challenge": ("error", 0, "403"), "/soft-404": ("error", 0, "does not exist"), "/parked": ("error", 0, "parked"), "/type-none": GOOD,
    "/type-wrong": GOOD, "/charset": GOOD, "/bad-utf8": GOOD, "/nul": GOOD, "/feed/items?n=20000": LARGE, "/feed/deep?n=20000": GOOD,
    "/feed/title?n=2000000": LARGE, "/feed/attributes?n=20000": GOOD, "/feed/namespaces?n=5000": ("error", 0, "nested deeper"),
    "/feed/laughs": GOOD, "/feed/quadratic?n=10000": GOOD, "/feed/xxe": GOOD, "/feed/xxe-dtd": GOOD, "/feed/xinclude": GOOD,
    "/feed/stylesheet": GOOD, "/feed/self": GOOD, "/feed/same-guid?n=100": ("ok", 100, ""), "/feed/new-guids": GOOD, "/feed/dates": GOOD,
    "/page/deep?n=2000": ("error", 0, ""), "/page/formatting?n=500": ("error", 0, ""), "/page/table?n=500": ("error", 0, ""),
    "/page/attributes?n=2000": ("error", 0, ""), "/page/links?n=2000": ("error", 0, ""), "/page/autodiscovery?n=100": NO_FEED,
    "/sitemap-loop": ("error", 0, "list of sitemaps|sends more"), "/503": ("error", 0, "503 from .*asks for"),
    "/429": ("error", 0, "429 from .*asks for"), "/flaky": ("error", 0, "503 from"),
}


class Faulty(newsroom.Case):
    def start_origin(self, tool):
        process = subprocess.Popen([sys.executable, tool, "--port", "0", "--seconds", "120"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process.stdout.readline().strip().rstrip("/")

    def test_every_path_of_the_other_origin_has_the_right_outcome(self):
        tool = shared.path("tools/faulty-origin")
        if not tool:
            self.skipTest("no faulty-origin beside the project")
        listed = subprocess.run([sys.executable, tool, "--list"], capture_output=True, text=True, check=True).stdout.split("\n\n")[0]
        names = [line.split()[0] for line in listed.splitlines()]
        known = {path.split("?")[0].rstrip("0123456789") for path in FAULTS} | {path.split("?")[0] for path in FAULTS}
        paths = list(FAULTS) + [name for name in names if name != "/hit" and name not in known]
        origin = self.start_origin(tool)
        text = newsroom.CONF.format(layout="dated", fetch=f"{LOOPBACK}\nper_host = 16\ntimeout = 30s\nmax_size = 1M\n"
                                    f"ports = {origin.rsplit(':', 1)[1]}")
        for i, path in enumerate(paths):
            text += f"\n[source n{i}]\nname = {i}\nfeed = {origin}{path}\nfull_text = never\n"
            if FAULTS.get(path) in (LATE, ANY_ERROR):  # fails in any case; the others may take as long as the machine is busy
                text += "timeout = 2s\n"
        self.make_newsroom(text)
        result = self.run_courant("run", "--once", "--json")
        self.assertNotIn("Sanitizer", result.err)
        lines = {line["source"]: line for line in result.json_lines}
        wrong = []
        for i, path in enumerate(paths):
            status, new, words = FAULTS.get(path, NO_FEED)
            line = lines[f"n{i}"]
            if line["status"] != status or new not in (None, line["new"]) or not re.search(words, line["error"] or ""):
                wrong.append((path, line))
        self.assertEqual(wrong, [])
        self.assertNotIn("root:", self.succeed("list", "--json").out)
        self.assert_not_hit(origin)

    def assert_not_hit(self, origin):
        host, port = origin.split("//")[1].rsplit(":", 1)
        with socket.create_connection((host, int(port))) as stream:
            stream.sendall(b"GET /_stats HTTP/1.1\r\nHost: x\r\n\r\n")
            said = b"".join(iter(lambda: stream.recv(65536), b""))
        stats = json.loads(said.split(b"\r\n\r\n", 1)[1])
        self.assertNotIn("/hit", stats["requests"])


if __name__ == "__main__":
    harness.main()
