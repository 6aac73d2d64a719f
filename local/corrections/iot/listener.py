"""The MQTT listener for devices.

MiniStack binds every interface, and serves a client without a certificate as the default account's. AWS (IoT Developer
Guide, "Device communication protocols", "X.509 client certificates"): on port 8883 a device shows a certificate that is
registered and active. Here the parent has bound a socket to loopback, and no certificate is no session. MiniStack looks
up whether it is registered and active; its certificate for TLS is made for the first device that comes.
"""

import asyncio
import socket
import ssl

from ministack.services import iot


def install(listening: socket.socket) -> None:
    """Serve devices on this socket."""
    build = iot._mtls_build_ssl_context

    def build_context() -> ssl.SSLContext:
        context: ssl.SSLContext = build()
        context.verify_mode = ssl.CERT_REQUIRED
        return context

    async def start_locked() -> None:
        if iot._mtls_server is None:
            iot._mtls_loop = asyncio.get_running_loop()
            # A copy: MiniStack closes it when it starts anew.
            iot._mtls_server = await iot._mtls_loop.create_server(iot._MtlsAcceptor, sock=listening.dup())

    iot._mtls_build_ssl_context = build_context
    iot._mtls_start_locked = start_locked
