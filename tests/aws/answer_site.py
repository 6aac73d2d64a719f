"""Custom resources, called as CloudFormation calls them, and a site on loopback that gets their answers."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

CONTEXT: Any = SimpleNamespace(
    function_name="custom-resource", memory_limit_in_mb=512, invoked_function_arn="arn", aws_request_id="request"
)
IDS = {"StackId": "arn:stack", "RequestId": "r-1", "LogicalResourceId": "Resource"}


@dataclass
class AnswerSite:
    """The answers that it got, each with its content type; `status` is its status code."""

    url: str = ""
    status: int = 200
    answers: list[tuple[str | None, dict[str, Any]]] = field(default_factory=list)

    def ask(
        self, handler: Callable[[dict[str, Any], Any], None], request: str, **more: str
    ) -> tuple[str | None, dict[str, Any]]:
        """Send a request to the handler of a custom resource, and return its answer."""
        handler({"RequestType": request, "ResponseURL": self.url, **IDS, **more}, CONTEXT)
        return self.answers[-1]


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
