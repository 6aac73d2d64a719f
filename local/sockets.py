"""Listening sockets on loopback, bound by the parent so that a port in use is known before anything starts."""

import errno
import socket
from dataclasses import dataclass

from local.errors import LocalCloudError


@dataclass(frozen=True, kw_only=True)
class Ports:
    """The ports that a local cloud listens on; 0 takes a free one."""

    aws: int = 0
    api: int = 0
    mqtt: int = 0


def listen(port: int, *, setting: str) -> socket.socket:
    """A socket on 127.0.0.1; port 0 takes a free one."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        in_use = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        why = "is in use" if in_use else f"cannot be used ({error})"
        raise LocalCloudError(f"port {port} {why}: end what uses it, or choose another with {setting}") from error
    return listening
