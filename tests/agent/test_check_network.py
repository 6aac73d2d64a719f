"""`shiftwork-agent check`: the way to the endpoint, one fault at a time."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shiftwork_agent.check.report import check
from tests.agent.certificates import make
from tests.agent.configs import CONNECTION, NOWHERE, config


@contextmanager
def endpoint(folder: Path) -> Iterator[int]:
    """Takes TLS connections on loopback, and closes them."""
    identity = make(folder, "endpoint")
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(identity.certificate, identity.key)
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_serve, args=(server, secure), daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def _serve(server: socket.socket, secure: ssl.SSLContext) -> None:
    while True:
        try:
            plain, _ = server.accept()
        except OSError:
            return
        try:
            secure.wrap_socket(plain, server_side=True).close()
        except OSError:
            plain.close()


def lines(folder: Path, **connection: object) -> list[str]:
    make(folder)
    said: list[str] = []
    assert not check(config(folder, connection={**CONNECTION, **connection}), said.append)
    return said


def test_a_name_that_is_unknown(tmp_path: Path) -> None:
    said = lines(tmp_path, endpoint=NOWHERE)
    assert [line.split()[:2] for line in said[:-2]] == [
        ["ok", "config"],
        ["ok", "files"],
        ["ok", "key"],
        ["ok", "dates"],
    ]
    assert said[-2].startswith(f"FAIL  dns     {NOWHERE} has no address")
    assert "describe-endpoint" in said[-1]


def test_a_port_that_is_closed(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    said = lines(tmp_path, port=port)
    assert said[-2] == f"FAIL  tcp     Port {port} of localhost does not answer (Connection refused)"
    assert said[-1].endswith(f"open outgoing TCP to port {port} in the firewall, or set connection.port to 443")


def test_an_endpoint_that_the_ca_does_not_know(tmp_path: Path) -> None:
    with endpoint(tmp_path) as port:
        said = lines(tmp_path, port=port)
    assert said[-2].startswith("FAIL  tls     The endpoint's certificate: self")
    assert "AmazonRootCA1.pem" in said[-1]


def test_an_endpoint_of_another_name(tmp_path: Path) -> None:
    with endpoint(tmp_path) as port:
        said = lines(tmp_path, port=port, ca="endpoint.pem", endpoint="127.0.0.1")
    assert "mismatch" in said[-2].lower()
    assert "the endpoint's own name" in said[-1]


def test_an_endpoint_that_does_not_want_the_device(tmp_path: Path) -> None:
    """AWS IoT closes the connection, without a word."""
    with endpoint(tmp_path) as port:
        said = lines(tmp_path, port=port, ca="endpoint.pem")
    assert said[-3] == "ok    tls     TLSv1.3, the endpoint's certificate is right"
    assert said[-2].startswith("FAIL  mqtt    MQTT does not connect: ")
    assert "iot:Connect on client/pump-1" in said[-1]
