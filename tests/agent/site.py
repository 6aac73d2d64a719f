"""A web server on loopback for downloads."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Quiet(SimpleHTTPRequestHandler):
    """Serves files. /moved redirects to ftp, /short breaks off, and /stalls never ends."""

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "ftp://localhost/file")
            self.end_headers()
        elif self.path == "/short":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"half")
        elif self.path == "/stalls":
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            self.wfile.write(b"x" * 600_000)
            self.rfile.read(1)  # until the other side is gone
        else:
            super().do_GET()

    def log_message(self, *_: object) -> None:
        """Write no log."""


@dataclass
class Site:
    """A web server of the files in `folder`."""

    folder: Path
    url: str

    def put(self, name: str, content: bytes) -> dict[str, object]:
        """Offer a file, and return its entry in an install document."""
        (self.folder / name).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        return {
            "fileName": name,
            "fileSource": {"url": f"{self.url}/{name}"},
            "checksum": {"hashAlgorithm": "SHA256", "inline": {"value": digest}},
        }


@contextmanager
def serving(folder: Path) -> Iterator[Site]:
    """Serve the folder as long as the context lasts."""
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield Site(folder, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
