"""The request that moves the scheduler's clock: POST /_shiftwork/clock {"advanceSeconds": 61}, on the AWS port only."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

PATH = "/_shiftwork/clock"
Answer = tuple[int, dict[str, str], bytes]


async def answer(method: str, read: Callable[[], Awaitable[bytes]], advance: Callable[[float], int]) -> Answer:
    """Move the clock; the answer tells how many firings came due."""
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
