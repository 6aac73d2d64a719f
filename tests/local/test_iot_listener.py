"""Where devices connect: TLS on loopback, and nobody without a certificate that is registered and active."""

import socket
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from local.cloud import Aws
from local.devices import Device, register

CONNECT = bytes.fromhex("100c00044d5154540402003c0000")  # MQTT 3.1.1, any client id
ACCEPTED = bytes.fromhex("20020000")


def _answer(aws: Aws, device: Device | None) -> bytes:
    """What the listener answers to a connect packet; nothing if it refuses the certificate."""
    context = ssl.create_default_context(cafile=str(aws.mqtt.ca))
    if device:
        context.load_cert_chain(device.certificate, device.key)
    with socket.create_connection(("127.0.0.1", aws.mqtt.port), timeout=10) as plain:
        try:
            with context.wrap_socket(plain, server_hostname=aws.mqtt.host) as secured:
                secured.sendall(CONNECT)
                return secured.recv(16)
        except (ssl.SSLError, ConnectionError):
            return b""


def test_a_registered_device_is_served(server: Aws, tmp_path: Path) -> None:
    device = register(server, "listened", tmp_path)
    assert _answer(server, device) == ACCEPTED
    assert device.key.stat().st_mode & 0o777 == 0o600


def test_nobody_without_a_certificate(server: Aws) -> None:
    assert _answer(server, None) == b""


@pytest.mark.parametrize("status", ["INACTIVE", "REVOKED"])
def test_nobody_whose_certificate_is_not_active(server: Aws, tmp_path: Path, status: str) -> None:
    device = register(server, f"listened-{status}", tmp_path)
    certificate = device.certificate_arn.rsplit("/", 1)[-1]
    server.client("iot").update_certificate(certificateId=certificate, newStatus=status)
    assert _answer(server, device) != ACCEPTED


def test_nobody_whose_certificate_is_not_registered(server: Aws, tmp_path: Path) -> None:
    device = register(server, "listened-gone", tmp_path)
    iot = server.client("iot")
    iot.detach_thing_principal(thingName=device.name, principal=device.certificate_arn)
    iot.detach_policy(policyName="shiftwork-device", target=device.certificate_arn)
    certificate = device.certificate_arn.rsplit("/", 1)[-1]
    iot.update_certificate(certificateId=certificate, newStatus="INACTIVE")
    iot.delete_certificate(certificateId=certificate)
    assert _answer(server, device) != ACCEPTED


def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "local", "up", "--aws-port", "0", "--api-port", "0", "--mqtt-port", port]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (
        1,
        f"shiftwork: port {port} is in use: end what uses it, or choose another with SHIFTWORK_MQTT_PORT\n",
    )
