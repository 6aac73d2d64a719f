"""A caller of the deployment's API: signs with the caller's credentials, or sends a token."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.httpsession import URLLib3Session

from infra.destroy.progress import Clock, DestroyError

TOKEN = "SHIFTWORK_TOKEN"  # noqa: S105 - the name of a variable
WAY_OUT = "Or add --without-api to ARGS: then AWS itself stops what runs."
_ATTEMPTS = 6
_PAUSE = 5.0  # seconds between two attempts
# Throttled, or slower than an HTTP API waits (30 s). A repeated stop goes on with what is left.
_PASSING = (429, 500, 502, 503, 504)


def signed(credentials: Callable[[], Any], region: str) -> Callable[[AWSRequest], None]:
    """Return the signature of auth=iam. The credentials are asked for each request, as they may expire."""

    def sign(request: AWSRequest) -> None:
        SigV4Auth(credentials(), "execute-api", region).add_auth(request)

    return sign


def with_token(token: str) -> Callable[[AWSRequest], None]:
    """Return the header of auth=jwt."""

    def add(request: AWSRequest) -> None:
        request.headers["Authorization"] = f"Bearer {token}"

    return add


class Api:
    """The deployment's API at a URL. `authorize` signs a request, or adds a token."""

    def __init__(self, url: str, authorize: Callable[[AWSRequest], None], clock: Clock) -> None:
        self._url = url.rstrip("/")
        self._authorize = authorize
        self._clock = clock
        self._http = URLLib3Session(timeout=35)

    def post(self, path: str) -> Any:
        """Send a POST without a body, again if the API is throttled or slow; return the answer. Raises DestroyError."""
        answered = ""
        for attempt in range(_ATTEMPTS):
            if attempt:
                self._clock.sleep(_PAUSE)
            try:
                status, text = self._send(path)
            except (HTTPClientError, NoConnectionError) as error:
                answered = str(error)
                continue
            if status == 200:
                return json.loads(text)
            answered = f"{status} {text[:200]}"
            if status in (401, 403):
                raise DestroyError(
                    f"POST {self._url}{path} answers {answered}. With auth=iam, your credentials need "
                    f"execute-api:Invoke for it; with auth=jwt, put a token into {TOKEN}. {WAY_OUT}"
                )
            if status not in _PASSING:
                break
        raise DestroyError(f"POST {self._url}{path} fails: {answered}. Try again. {WAY_OUT}")

    def _send(self, path: str) -> tuple[int, str]:
        request = AWSRequest("POST", f"{self._url}{path}", headers={"Host": urlsplit(self._url).netloc})
        try:
            self._authorize(request)
        except BotoCoreError as error:
            raise DestroyError(f"The request to the API cannot be signed: {error}") from error
        answer = self._http.send(request.prepare())
        return answer.status_code, answer.text
