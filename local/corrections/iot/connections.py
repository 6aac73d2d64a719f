"""Corrections of devices' connections: the MQTT listener, and who gets the answers of IoT Jobs."""

import asyncio
import contextvars
import re
import socket
import ssl
from typing import Any

from ministack.services import iot

from local.corrections.registry import correction, replace

REPLY = re.compile(r"\$aws/things/[^/]+/jobs/(get|start-next|[^/]+/(get|update))/(accepted|rejected)")
_requester: contextvars.ContextVar[str | None] = contextvars.ContextVar("requester", default=None)


@correction("iot.listener")
def listener(listening: socket.socket) -> None:
    """Serve devices on this socket, which the parent has bound to loopback.

    MiniStack binds every interface, and serves a client without a certificate as the default account's. AWS (IoT
    Developer Guide, "Device communication protocols", "X.509 client certificates"): on port 8883 a device shows a
    certificate that is registered and active. Here no certificate is no session. MiniStack looks up whether it is
    registered and active; its certificate for TLS is made for the first device that comes.
    """
    build = iot._mtls_build_ssl_context

    def build_context() -> ssl.SSLContext:
        context: ssl.SSLContext = build()
        context.verify_mode = ssl.CERT_REQUIRED
        return context

    async def start_locked() -> None:
        if iot._mtls_server is None:
            loop = asyncio.get_running_loop()
            # A copy: MiniStack closes it when it starts anew.
            server = await loop.create_server(iot._MtlsAcceptor, sock=listening.dup())
            replace(iot, _mtls_loop=loop, _mtls_server=server)

    replace(iot, _mtls_build_ssl_context=build_context, _mtls_start_locked=start_locked)


@correction("iot.replies")
def replies() -> None:
    """Answer the client that asked IoT Jobs, and nobody else.

    MiniStack publishes the accepted and rejected messages: rules and other clients that subscribe get them. AWS (IoT
    Developer Guide, "Jobs device MQTT API operations"): they do not pass through the message broker; they reach the
    client that sent the command, whether or not it has subscribed, and nobody else.
    """
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

    replace(iot, broker_publish=broker_publish)


async def _answer(client: tuple[str, str, str | None], topic: str, payload: bytes) -> None:
    session: iot._WSSession | None = iot._connected_clients.get(client)
    if session is None:
        return
    granted = [
        session._sub_granted_qos.get(number, 0)
        for number, wanted in session._sub_filters.items()
        if iot._subscription_matches(wanted, topic)
    ]
    await session.deliver_to_client(topic, payload, max(granted, default=0))
