"""A site on loopback that gets the answers of a custom resource."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class AnswerSite:
    """The answers that it got, each with its content type; `status` is its status code."""

    url: str = ""
    status: int = 200
    answers: list[tuple[str | None, dict[str, Any]]] = field(default_factory=list)


@contextmanager
def serve() -> Iterator[AnswerSite]:
    """Run a site while the context lasts."""
    site = AnswerSite()

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            answer = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            site.answers.append((self.headers["Content-Type"], answer))
            self.send_response(site.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        site.url = f"http://127.0.0.1:{server.server_port}/answer?signed=yes"
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
