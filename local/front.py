"""The deployed API on a port of its own, and the request that moves the clock on AWS's port.

API Gateway serves each API under a host name; names under .localhost do not resolve everywhere, and a rewritten Host
header would break signatures. So this listener asks MiniStack for the API by its id and leaves the request as the
client signed it.
"""

import asyncio
import functools
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from ministack import app as ministack
from ministack.core import responses
from ministack.core.iam_evaluator import pin_signed_request
from ministack.core.router import extract_access_key_id, extract_region
from ministack.core.sigv4 import decode_header_value
from ministack.services import apigateway

CLOCK = "/_shiftwork/clock"
Answer = tuple[int, dict[str, str], bytes]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
NOT_DEPLOYED = json.dumps({"message": "No API is deployed in this local cloud yet."}).encode()


def routed(api_port: int, told: Callable[[], None], advance: Callable[[float], int]) -> App:
    """MiniStack, and the API for what arrives at its port; `told` is called once both can be reached.

    `advance` moves the scheduler's clock, which only a request to MiniStack's port can.
    """

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await ministack.app(scope, receive, _noticing(send, told))
        elif scope["type"] == "http" and scope["server"][1] == api_port:
            await _serve(scope, receive, ministack._with_date_header(send))
        elif scope["type"] == "http" and scope["path"] == CLOCK:
            read = functools.partial(ministack._read_request_body, receive, scope["method"], _headers(scope))
            await ministack._send_response(send, *await _moved(scope["method"], read, advance))
        else:
            await ministack.app(scope, receive, send)

    return app


def _noticing(send: Send, told: Callable[[], None]) -> Send:
    async def noticing(message: Any) -> None:
        await send(message)
        if message["type"] == "lifespan.startup.complete":
            told()

    return noticing


async def _moved(method: str, read: Callable[[], Awaitable[bytes]], advance: Callable[[float], int]) -> Answer:
    """Answer POST {"advanceSeconds": 61}: move the clock, and say how many firings came due."""
    if method != "POST":
        return _json(405, {"message": 'POST {"advanceSeconds": 61} moves the scheduler\'s clock.'})
    try:
        seconds = float(json.loads(await read())["advanceSeconds"])
        # Firings may take a while, and their functions call this server.
        fired = await asyncio.to_thread(advance, seconds)
    except (ValueError, KeyError, TypeError) as error:
        return _json(400, {"message": str(error)})
    return _json(200, {"firings": fired})


def _json(status: int, body: dict[str, Any]) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(body).encode()


async def _serve(scope: Scope, receive: Receive, send: Send) -> None:
    query = parse_qs(scope["query_string"].decode(), keep_blank_values=True)
    # API Gateway sets it, always to https: MiniStack does not, and this listener speaks plain HTTP.
    headers = _headers(scope) | {"x-forwarded-proto": "http"}
    owner, stage = _api()
    if owner is None:
        await ministack._send_response(send, 503, {"Content-Type": "application/json"}, NOT_DEPLOYED)
        return
    _pin(scope, headers, query)
    body = await ministack._read_request_body(receive, scope["method"], headers)
    prefix, raw = f"/_aws/execute-api/{owner}/{stage}", scope["raw_path"].decode("ascii")
    answer = await ministack._handle_execute_api_request(
        "", prefix + scope["path"], scope["method"], headers, body, query,
        raw_path=prefix + raw, raw_query_string=scope["query_string"].decode(),
    )  # fmt: skip
    await ministack._send_response(send, *answer)


def _pin(scope: Scope, headers: dict[str, str], query: dict[str, list[str]]) -> None:
    """Note what MiniStack's own entry point notes about a request: who calls, from where, and what they signed."""
    client = (scope.get("client") or ("127.0.0.1",))[0]
    responses.set_request_client_ip(client)
    responses.set_request_region(extract_region(headers, query))
    key = extract_access_key_id(headers, query)
    if key:
        responses.set_request_account_id(ministack._request_account_scope(key) if ministack.AUTH else key)
    if ministack.AUTH:
        ministack.pin_request_origin(client, False)
        pin_signed_request(scope["method"], scope["raw_path"].decode("latin-1"), query, scope["headers"])


def _headers(scope: Scope) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), decode_header_value(raw_value)
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _api() -> tuple[str | None, str]:
    """The id of the only API there is, and its stage."""
    ids = [key[2] for key in list(apigateway._apis._data)]
    return (ids[0] if ids else None), "$default"
