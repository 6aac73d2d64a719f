"""The MQTT 5 client of AWS's SDK, with the device's certificate."""

from collections.abc import Callable
from typing import Any

from awscrt import mqtt5
from awscrt.exceptions import AwsCrtError
from awsiot import mqtt5_client_builder

from shiftwork_agent.errors import ConfigError
from shiftwork_agent.settings.config import Connection

_LONGEST_PAUSE_MS = 120_000


def client(connection: Connection, **callbacks: Callable[[Any], None]) -> mqtt5.Client:
    """A client that is not started yet. Port 443 is told apart by ALPN, which the SDK's builder sees to."""
    try:
        return mqtt5_client_builder.mtls_from_path(
            cert_filepath=str(connection.certificate),
            pri_key_filepath=str(connection.key),
            ca_filepath=str(connection.ca) if connection.ca else None,
            endpoint=connection.endpoint,
            port=connection.port,
            client_id=connection.client_id,
            keep_alive_interval_sec=connection.keep_alive_seconds,
            ping_timeout_ms=connection.keep_alive_seconds * 1000 // 3,
            connack_timeout_ms=connection.answer_seconds * 1000,
            max_reconnect_delay_ms=_LONGEST_PAUSE_MS,
            retry_jitter_mode=mqtt5.ExponentialBackoffJitterMode.FULL,
            **callbacks,
        )
    except (OSError, RuntimeError, AwsCrtError) as error:  # the SDK has no common type for files that are wrong
        way_out = "shiftwork-agent check says more"
        raise ConfigError([f"connection: certificate, key or ca cannot be used ({error}): {way_out}"]) from error


def why(failure: mqtt5.LifecycleConnectFailureData) -> str:
    """Why a connection was not made."""
    connack = failure.connack_packet
    if connack and connack.reason_code:
        return f"CONNACK {connack.reason_code.name} {connack.reason_string or ''}".strip()
    return str(failure.exception)
