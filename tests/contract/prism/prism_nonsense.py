"""In the place of the services: answers everything with good JSON that means nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

NONSENSE = b'"nonsense"'


class Nonsense(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(NONSENSE)))
        self.end_headers()
        self.wfile.write(NONSENSE)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - the library's names

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def talking_nonsense(ports: Iterable[int]) -> Iterator[None]:
    with ExitStack() as open_ones:
        for port in ports:
            server = open_ones.enter_context(ThreadingHTTPServer(("127.0.0.1", port), Nonsense))
            thread = Thread(target=server.serve_forever, daemon=True)
            thread.start()
            open_ones.callback(thread.join)
            open_ones.callback(server.shutdown)
        yield
