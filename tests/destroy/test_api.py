"""The caller of the API: what it signs, what it repeats, and what it says if the API refuses."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from infra.destroy.api import Api, signed, with_token
from infra.destroy.progress import DestroyError
from tests.harsh.clock import MovedClock

STOP = "/v1/deployment/actions/stop"
CREDENTIALS = Credentials("AKID", "secret", "session")


class Door(ThreadingHTTPServer):
    """Answers each POST with the next status, and keeps the headers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.statuses = [200]
        self.headers: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        """Where it is, with the slash that an address may end with."""
        return f"http://127.0.0.1:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Door

    def do_POST(self) -> None:
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        status = self.server.statuses.pop(0)
        body = b'{"stopped": [], "left": 0}' if status == 200 else b'{"message": "no"}'
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def door() -> Iterator[Door]:
    """The API's door, on loopback."""
    with Door() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_request_is_signed_for_the_api_in_its_region(door: Door, clock: MovedClock) -> None:
    api = Api(door.url, signed(CREDENTIALS.get_frozen_credentials, "eu-central-1"), clock)
    assert api.post(STOP) == {"stopped": [], "left": 0}
    (sent,) = door.headers
    again = AWSRequest("POST", f"{door.url.rstrip('/')}{STOP}", headers={"Host": sent["host"]})
    again.context["timestamp"] = sent["x-amz-date"]
    signer = SigV4Auth(CREDENTIALS.get_frozen_credentials(), "execute-api", "eu-central-1")
    again.headers["X-Amz-Date"], again.headers["X-Amz-Security-Token"] = sent["x-amz-date"], "session"
    signature = signer.signature(signer.string_to_sign(again, signer.canonical_request(again)), again)
    assert sent["authorization"].endswith(f"Signature={signature}")
    assert sent["x-amz-security-token"] == "session"


def test_a_token_is_sent_as_it_is(door: Door, clock: MovedClock) -> None:
    Api(door.url, with_token("abc"), clock).post(STOP)
    assert door.headers[0]["authorization"] == "Bearer abc"


def test_a_slow_api_is_asked_again_and_a_broken_one_not_for_ever(door: Door, clock: MovedClock) -> None:
    api = Api(door.url, with_token("abc"), clock)
    door.statuses = [503, 429, 200]
    assert api.post(STOP)["left"] == 0
    door.statuses = [500] * 6
    with pytest.raises(DestroyError, match=r"fails: 500 .* add --without-api to ARGS"):
        api.post(STOP)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_says_what_the_caller_needs(door: Door, clock: MovedClock, status: int) -> None:
    door.statuses = [status]
    with pytest.raises(DestroyError, match=r"execute-api:Invoke .* put a token into SHIFTWORK_TOKEN"):
        Api(door.url, with_token("abc"), clock).post(STOP)


def test_an_api_that_is_gone_is_one_clear_line(door: Door, clock: MovedClock) -> None:
    url = door.url
    door.server_close()
    with pytest.raises(DestroyError, match="fails: Could not connect"):
        Api(url, with_token("abc"), clock).post(STOP)
