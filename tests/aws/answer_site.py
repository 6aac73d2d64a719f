"""Where a custom resource puts its answers, in a test: a site on loopback."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class AnswerSite:
    """Its answers, each with the content type that it came with; `status` is what it says to them."""

    url: str = ""
    status: int = 200
    answers: list[tuple[str | None, dict[str, Any]]] = field(default_factory=list)


@contextmanager
def serve() -> Iterator[AnswerSite]:
    """A site for as long as the context lasts."""
    site = AnswerSite()

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            site.answers.append((self.headers["Content-Type"], told))
            self.send_response(site.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        site.url = f"http://127.0.0.1:{server.server_port}/answer?signed=yes"
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
