#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""origin: a publisher's site on loopback, as good or as bad as a test wants it.

It serves a folder, scripted answers, or both (a script's path comes first). As a command, the first line of standard output
is its address; it ends when standard input does, or by a signal:

    origin.py --folder examples/origin
    origin.py --script answers.json --log requests.jsonl --port 8080

A script maps a path to the answers it gives, in order, the last one again and again:

    {"/feed": [{"status": 503, "headers": {"Retry-After": "1500"}},
               {"file": "one.xml", "headers": {"ETag": "\\"a\\""}}]}

An answer may have: status (200) · headers · body (text) or file (beside the script) · gzip (true: packed) · length (a number to
say in Content-Length; "none": no length, the connection ends) · cut (bytes of the body after which the connection ends) ·
reset (true: it ends with a reset) · chunked (true) · wait (seconds before it answers) · until (a threading.Event it waits for).

A file of the folder gets an ETag, and 304 where If-None-Match names it. As a library: Origin().answer(path, answer, ...),
.put(path, bytes), .requests. Python's standard library alone.
"""
import argparse
import gzip
import hashlib
import http.server
import json
import mimetypes
import os
import socket
import struct
import sys
import threading
import time
import urllib.parse

TYPES = {".xml": "application/rss+xml", ".atom": "application/atom+xml", ".json": "application/feed+json", ".md": "text/markdown"}


class Request:
    """One request as it came: method, path (as on the wire), headers (names in lower case)."""

    def __init__(self, method, path, headers):
        self.method, self.path = method, path
        self.headers = {}
        for name, value in headers:
            self.headers[name.lower()] = value

    def __repr__(self):
        return f"{self.method} {self.path} {self.headers}"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def log_message(self, *_):
        pass

    def do_GET(self):
        origin = self.server.origin
        answer = origin.take(Request(self.command, self.path, self.headers.items()))
        if answer is None:
            answer = {"status": 404, "body": "not found\n", "headers": {"Content-Type": "text/plain"}}
        try:
            self.send(answer)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_HEAD = do_GET

    def send(self, answer):
        headers = {name.title(): value for name, value in (answer.get("headers") or {}).items()}
        body = answer.get("body") or b""
        body = body.encode() if isinstance(body, str) else body
        length = answer.get("length", len(body))
        if answer.get("wait"):
            time.sleep(answer["wait"])
        if answer.get("until"):
            answer["until"].wait()
        if answer.get("gzip"):
            unpacked = len(body)
            body = gzip.compress(body, mtime=0)
            headers.setdefault("Content-Encoding", "gzip")
            length = {"uncompressed": unpacked}.get(length, len(body) if "length" not in answer else length)
        status = answer.get("status", 200)
        self.send_response(status)
        for name, value in headers.items():
            for one in value if isinstance(value, list) else [value]:
                self.send_header(name, str(one))
        chunked = answer.get("chunked") and status not in (204, 304)
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        elif length == "none":
            self.send_header("Connection", "close")
        elif status not in (204, 304) and "Content-Length" not in headers:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        if self.command == "HEAD" or status in (204, 304):
            return
        if answer.get("cut") is not None:
            body = body[: answer["cut"]]
        if chunked:
            for at in range(0, len(body), 1000):
                piece = body[at : at + 1000]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            if answer.get("cut") is None:
                self.wfile.write(b"0\r\n\r\n")
        else:
            self.wfile.write(body)
        if answer.get("reset"):
            self.wfile.flush()
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if answer.get("cut") is not None or answer.get("reset") or length == "none" or length != len(body):
            self.close_connection = True


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def handle_error(self, request, client_address):
        pass  # a client that was killed, or went away: that is what tests do


class Origin:
    def __init__(self, folder=None, address="127.0.0.1", port=0, log=None):
        self.folder = folder
        self.requests = []
        self._answers = {}
        self._lock = threading.Lock()
        self._log = log
        self._server = Server((address, port), Handler)
        self._server.origin = self
        self.address, self.port = self._server.server_address[:2]

    def start(self):
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def url(self, path="/"):
        return f"http://{self.address}:{self.port}{path}"

    def answer(self, path, *answers):
        """From now on, these answers in turn; the last one again and again."""
        with self._lock:
            self._answers[path] = list(answers)

    def put(self, path, body, **headers):
        """A plain good answer; headers as Content_Type="text/html"."""
        self.answer(path, {"body": body, "headers": {name.replace("_", "-"): value for name, value in headers.items()}})

    def requests_for(self, path):
        with self._lock:
            return [r for r in self.requests if r.path == path]

    def forget(self):
        with self._lock:
            self.requests.clear()

    def take(self, request):
        """The answer to a request: a script's, else a file of the folder, else None."""
        with self._lock:
            self.requests.append(request)
            if self._log:
                self._log.write(json.dumps({"method": request.method, "path": request.path, "headers": request.headers}) + "\n")
                self._log.flush()
            answers = self._answers.get(request.path) or self._answers.get(request.path.split("?")[0])
            if answers:
                return answers.pop(0) if len(answers) > 1 else answers[0]
        return self._file(request) if self.folder else None

    def _file(self, request):
        path = urllib.parse.unquote(request.path.split("?")[0])
        full = os.path.realpath(os.path.join(self.folder, path.lstrip("/")))
        root = os.path.realpath(self.folder)
        if full != root and not full.startswith(root + os.sep):
            return None
        if os.path.isdir(full):
            full = os.path.join(full, "index.html")
        try:
            with open(full, "rb") as file:
                body = file.read()
        except OSError:
            return None
        kind = TYPES.get(os.path.splitext(full)[1]) or mimetypes.guess_type(full)[0] or "application/octet-stream"
        body = body.replace(b"{{origin}}", self.url("").encode()) if kind.endswith(("xml", "json", "html")) else body
        etag = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        headers = {"Content-Type": kind, "ETag": etag}
        if request.headers.get("if-none-match") == etag:
            return {"status": 304, "headers": headers}
        return {"body": body, "headers": headers}

    def read_script(self, path):
        """A script's answers; `file` of one is relative to it."""
        with open(path, encoding="utf-8") as file:
            for route, answers in json.load(file).items():
                for answer in answers:
                    if "file" in answer:
                        with open(os.path.join(os.path.dirname(path), answer["file"]), "rb") as body:
                            answer["body"] = body.read()
                self.answer(route, *answers)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", help="serve the files of this folder; {{origin}} in feeds and pages becomes its address")
    parser.add_argument("--script", help="scripted answers, JSON")
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--address", default="127.0.0.1", help="an address of loopback")
    parser.add_argument("--log", help="a JSON line for each request, into this file")
    options = parser.parse_args()
    if not options.address.startswith("127.") and options.address != "::1":
        parser.error("--address must be of loopback")
    log = open(options.log, "a", encoding="utf-8") if options.log else None
    origin = Origin(options.folder, options.address, options.port, log)
    if options.script:
        origin.read_script(options.script)
    origin.start()
    print(origin.url("/"), flush=True)
    sys.stdin.read()
    origin.stop()


if __name__ == "__main__":
    main()
