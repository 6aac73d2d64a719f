"""Devices whose certificate is not active any more.

MiniStack keeps them connected. AWS disconnects them (IoT API Reference, UpdateCertificate: within a few minutes; here
at once).
"""

import contextlib
from typing import Any

from ministack.services import iot

Answer = tuple[int, dict[str, str], bytes]


def install() -> None:
    """End their sessions."""
    serve = iot._route_request

    async def route_request(method: str, path: str, headers: Any, body: bytes, query: Any) -> Answer:
        answer: Answer = await serve(method, path, headers, body, query)
        if method in ("PUT", "DELETE") and path.startswith("/certificates/") and answer[0] == 200:
            await _end(path.rsplit("/", 1)[-1])
        return answer

    iot._route_request = route_request


async def _end(certificate: str) -> None:
    if (iot._certificates.get(certificate) or {}).get("status") == "ACTIVE":
        return
    for session in [one for one in iot._connected_clients.values() if one.certificate_id == certificate]:
        with contextlib.suppress(OSError):  # it has gone by itself
            await session._send({"type": "websocket.close"})
