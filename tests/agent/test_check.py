"""`shiftwork-agent check`: one fault at a time, in the files and on the way to the endpoint."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shiftwork_agent.check import files
from shiftwork_agent.check.report import check
from shiftwork_agent.errors import CheckFailedError
from shiftwork_agent.settings.config import Config
from tests.agent.certificates import NOW, make
from tests.agent.configs import CONNECTION, NOWHERE, config


@pytest.fixture
def found(tmp_path: Path) -> Config:
    make(tmp_path)
    return config(tmp_path)


def test_what_is_right(found: Config) -> None:
    assert files.check_readable(found) == "The files are readable."
    assert files.check_key(found) == "device.key belongs to device.pem."
    assert files.check_dates(found) == f"The certificate is valid until {NOW + timedelta(days=365):%F}."


def test_a_file_that_is_missing(found: Config) -> None:
    found.connection.key.unlink()
    with pytest.raises(CheckFailedError, match="No such file") as error:
        files.check_readable(found)
    assert "correct connection.key" in error.value.next_step


def test_a_key_that_others_may_read(found: Config) -> None:
    found.connection.key.chmod(0o644)
    assert files.check_readable(found).endswith(f"chmod 600 {found.connection.key}")


def test_the_key_of_another_certificate(found: Config, tmp_path: Path) -> None:
    make(tmp_path, "other").key.replace(found.connection.key)
    with pytest.raises(CheckFailedError, match="The key does not belong to the certificate"):
        files.check_key(found)


def test_files_that_are_something_else(found: Config, tmp_path: Path) -> None:
    with pytest.raises(CheckFailedError, match="has no certificate"):
        files.check_key(config(tmp_path, connection={**CONNECTION, "ca": "device.key"}))
    found.connection.certificate.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    for step in (files.check_key, files.check_dates):
        with pytest.raises(CheckFailedError):
            step(found)


@pytest.mark.parametrize(
    ("begin", "end", "told"),
    [
        (NOW + timedelta(days=1), NOW + timedelta(days=2), "is valid from"),
        (NOW - timedelta(days=2), NOW - timedelta(days=1), "was valid until"),
    ],
)
def test_dates(found: Config, tmp_path: Path, begin: datetime, end: datetime, told: str) -> None:
    make(tmp_path, begin=begin, end=end)
    with pytest.raises(CheckFailedError, match=told) as error:
        files.check_dates(found)
    assert "clock" in error.value.next_step


def test_dates_of_the_far_future(found: Config, tmp_path: Path) -> None:
    """AWS's own device certificates end in 2049, others later: from 2050 on X.509 writes years in four digits."""
    make(tmp_path, end=datetime(2050, 1, 1, tzinfo=UTC))
    assert files.check_dates(found) == "The certificate is valid until 2050-01-01."


@contextmanager
def endpoint(folder: Path) -> Iterator[int]:
    """Accept TLS connections on loopback, and close them."""
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
    assert said[-2].startswith(f"FAIL  dns       {NOWHERE} has no address")
    assert "describe-endpoint" in said[-1]


def test_a_port_that_is_closed(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    said = lines(tmp_path, port=port)
    assert said[-2] == f"FAIL  tcp       Port {port} of localhost does not answer (Connection refused)."
    assert said[-1].endswith(f"Open outgoing TCP to port {port} in the firewall, or set connection.port to 443.")


def test_an_endpoint_that_the_ca_does_not_know(tmp_path: Path) -> None:
    with endpoint(tmp_path) as port:
        said = lines(tmp_path, port=port)
    assert said[-2].startswith("FAIL  tls       The endpoint's certificate is refused: self")
    assert "AmazonRootCA1.pem" in said[-1]


def test_an_endpoint_of_another_name(tmp_path: Path) -> None:
    with endpoint(tmp_path) as port:
        said = lines(tmp_path, port=port, ca="endpoint.pem", endpoint="127.0.0.1")
    assert "mismatch" in said[-2].lower()
    assert "the endpoint's own name" in said[-1]


def test_an_endpoint_that_does_not_want_the_device(tmp_path: Path) -> None:
    """AWS IoT closes the connection silently."""
    with endpoint(tmp_path) as port:
        said = lines(tmp_path, port=port, ca="endpoint.pem")
    assert said[-3] == "ok    tls       The endpoint's certificate is right (TLSv1.3)."
    assert said[-2].startswith("FAIL  mqtt      MQTT does not connect: ")
    assert "iot:Connect on client/pump-1" in said[-1]
