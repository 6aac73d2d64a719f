"""The way to the endpoint: its name, its port, its TLS."""

import socket
import ssl

from shiftwork_agent.check.failed import CheckFailedError
from shiftwork_agent.check.files import context
from shiftwork_agent.settings.config import Config

_SECONDS = 10
_ALPN = "x-amzn-mqtt-ca"  # docs.aws.amazon.com/iot/latest/developerguide/protocols.html


def dns(config: Config) -> str:
    """The endpoint's name is known."""
    endpoint = config.connection.endpoint
    try:
        found = socket.getaddrinfo(endpoint, config.connection.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        way_out = "compare it with `aws iot describe-endpoint --endpoint-type iot:Data-ATS`, and see to the DNS"
        raise CheckFailedError(
            f"{endpoint} has no address ({getattr(error, 'strerror', None) or error})", way_out
        ) from error
    return f"{endpoint} is {found[0][4][0]}"


def tcp(config: Config) -> str:
    """Something listens there."""
    with _connect(config):
        return f"port {config.connection.port} answers"


def tls(config: Config) -> str:
    """It is the endpoint, by a certificate of the CA; whether it takes ours, only MQTT tells."""
    secure = context(config)
    if config.connection.port == 443:
        secure.set_alpn_protocols([_ALPN])
    with _connect(config) as plain:
        try:
            with secure.wrap_socket(plain, server_hostname=config.connection.endpoint) as wrapped:
                return f"{wrapped.version()}, the endpoint's certificate is right"
        except ssl.SSLCertVerificationError as error:
            raise CheckFailedError(f"The endpoint's certificate: {error.verify_message}", _way_out(error)) from error
        except OSError as error:
            way_out = "see whether a proxy or firewall is in between; try port 443 instead of 8883, or the other way"
            raise CheckFailedError(f"No TLS: {error}", way_out) from error


def _connect(config: Config) -> socket.socket:
    connection = config.connection
    try:
        return socket.create_connection((connection.endpoint, connection.port), _SECONDS)
    except OSError as error:
        other = 8883 if connection.port == 443 else 443
        way_out = f"open outgoing TCP to port {connection.port} in the firewall, or set connection.port to {other}"
        what = f"Port {connection.port} of {connection.endpoint} does not answer ({error.strerror or error})"
        raise CheckFailedError(what, way_out) from error


def _way_out(error: ssl.SSLCertVerificationError) -> str:
    if "mismatch" in error.verify_message.lower():
        return "write the endpoint's own name to connection.endpoint, not an address or another name for it"
    if "expired" in error.verify_message or "not yet valid" in error.verify_message:
        return "set the device's clock"
    return "set connection.ca to the file of AmazonRootCA1.pem, and use the endpoint of the type iot:Data-ATS"
