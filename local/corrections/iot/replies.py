"""What IoT Jobs answer to a device.

MiniStack publishes the accepted and rejected messages: rules and other clients that subscribe get them. AWS (IoT
Developer Guide, "Jobs device MQTT API operations"): they do not pass through the message broker; they reach the client
that sent the command, whether or not it has subscribed, and nobody else.
"""

import contextvars
import re
from typing import Any

from ministack.services import iot

REPLY = re.compile(r"\$aws/things/[^/]+/jobs/(get|start-next|[^/]+/(get|update))/(accepted|rejected)")
_requester: contextvars.ContextVar[str | None] = contextvars.ContextVar("requester", default=None)


def install() -> None:
    """Answer the client that asked."""
    publish = iot.broker_publish

    async def broker_publish(account: str, region: str, topic: str, payload: bytes, *rest: Any, **more: Any) -> None:
        if REPLY.fullmatch(topic):
            await _answer((account, region, _requester.get()), topic, payload)
            return
        asked = _requester.set(more.get("client_id"))
        try:
            await publish(account, region, topic, payload, *rest, **more)
        finally:
            _requester.reset(asked)

    iot.broker_publish = broker_publish


async def _answer(client: tuple[str, str, str | None], topic: str, payload: bytes) -> None:
    session = iot._connected_clients.get(client)
    if session is None:
        return
    granted = [
        session._sub_granted_qos.get(number, 0)
        for number, wanted in session._sub_filters.items()
        if iot._subscription_matches(wanted, topic)
    ]
    await session.deliver_to_client(topic, payload, max(granted, default=0))
