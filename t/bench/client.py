"""HTTP/1.1 over keep-alive connections, many at a time, from one thread.

A request is made of bytes beforehand; a connection sends one, reads its whole
answer, and only then takes the next. A request whose connection is lost, or
that is answered 503, is sent again: it must be safe to repeat.
"""

import collections
import json
import re
import selectors
import socket
import time
import urllib.parse

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)
REPLAYED = re.compile(rb"\r\nidempotent-replayed: *true\r", re.I)

Answer = collections.namedtuple("Answer", "status head body seconds tries")


class Client:
    """Requests to one server, whose address is that of base."""

    def __init__(self, base, key, give_up=60.0):
        where = urllib.parse.urlsplit(base)
        self.address = (where.hostname, where.port or 80)
        self.host = where.netloc
        self.path = where.path
        self.key = key
        self.give_up = give_up          # seconds of nothing but failures

    def request(self, method, path, body=None, headers=()):
        text = "" if body is None else json.dumps(body)
        lines = [f"{method} {self.path}{path} HTTP/1.1", f"Host: {self.host}",
                 f"X-API-Key: {self.key}"]
        lines += [f"{name}: {value}" for name, value in headers]
        if body is not None:
            lines += ["Content-Type: application/json",
                      f"Content-Length: {len(text.encode())}"]
        return "\r\n".join(lines + ["", text]).encode()

    def call(self, method, path, body=None, headers=()):
        """One request; its answer as (status, decoded JSON)."""
        answers = {}
        self.run([self.request(method, path, body, headers)], 1,
                 lambda i, answer: answers.update({i: answer}))
        got = answers[0]
        return got.status, json.loads(got.body or b"null")

    def run(self, requests, connections, on_answer):
        """All requests, in order, as many at a time as connections; calls
        on_answer(index, Answer) once for each. Returns seconds and how often
        something had to be sent again."""
        run = _Run(self, requests, on_answer)
        began = time.perf_counter()
        run.loop(min(connections, len(requests)))
        return time.perf_counter() - began, run.repeats


class _Connection:
    def __init__(self):
        self.socket = None
        self.index = None
        self.read = b""
        self.whole = None               # bytes of the answer, once known
        self.head = 0
        self.since = 0.0


class _Run:
    def __init__(self, client, requests, on_answer):
        self.client = client
        self.requests = requests
        self.on_answer = on_answer
        self.next = 0
        self.done = 0
        self.again = collections.deque()    # (not before, index)
        self.tries = collections.Counter()
        self.repeats = 0
        self.selector = selectors.DefaultSelector()
        self.progress = time.perf_counter()

    def loop(self, connections):
        idle = [_Connection() for _ in range(connections)]
        while self.done < len(self.requests):
            idle = [c for c in idle if not self.start(c)]
            for key, _ in self.selector.select(0.05 if idle else 1.0):
                if self.readable(key.data):
                    idle.append(key.data)
            if time.perf_counter() - self.progress > self.client.give_up:
                raise SystemExit("no answer for "
                                 f"{self.client.give_up:.0f} seconds")
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()

    def take(self):
        if self.again and self.again[0][0] <= time.perf_counter():
            return self.again.popleft()[1]
        if self.next < len(self.requests):
            self.next += 1
            return self.next - 1
        return None

    def put_back(self, index, wait):
        self.repeats += 1
        self.tries[index] += 1
        self.again.append((time.perf_counter() + wait, index))

    def start(self, c):
        """Sends the next request; false when there is none or no server."""
        index = self.take()
        if index is None:
            return False
        c.index, c.read, c.whole = index, b"", None
        c.since = time.perf_counter()
        try:
            if c.socket is None:
                c.socket = socket.create_connection(self.client.address, 10)
                c.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.selector.register(c.socket, selectors.EVENT_READ, c)
            c.socket.sendall(self.requests[index])
        except OSError:
            self.drop(c)
            self.put_back(index, 0.1)
            return False
        return True

    def drop(self, c):
        if c.socket is not None:
            if c.socket in self.selector.get_map():
                self.selector.unregister(c.socket)
            c.socket.close()
            c.socket = None

    def readable(self, c):
        """Reads what there is; true when the connection is free again."""
        try:
            data = c.socket.recv(65536)
        except OSError:
            data = b""
        if not data:
            self.drop(c)
            if c.index is not None:
                self.put_back(c.index, 0.05)
            return True
        c.read += data
        if c.whole is None:
            c.head = c.read.find(b"\r\n\r\n")
            if c.head < 0:
                return False
            length = LENGTH.search(c.read, 0, c.head + 2)
            c.whole = c.head + 4 + (int(length[1]) if length else 0)
        if len(c.read) < c.whole:
            return False
        self.finish(c)
        return True

    def finish(self, c):
        index, status = c.index, int(c.read[9:12])
        head = c.read[:c.head + 2]
        c.index = None
        if b"\r\nConnection: close" in head:
            self.drop(c)
        if status == 503:
            self.put_back(index, 0.2)
            return
        self.done += 1
        self.progress = time.perf_counter()
        self.on_answer(index, Answer(status, head,
                                     c.read[c.head + 4:c.whole],
                                     self.progress - c.since,
                                     self.tries[index]))
