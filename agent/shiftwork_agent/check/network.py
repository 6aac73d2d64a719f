"""Checks the way to the endpoint: DNS, TCP, TLS, MQTT and the device's policy."""

import json
import queue
import socket
import ssl
import uuid
from typing import TYPE_CHECKING, Any

from awscrt import mqtt5

from shiftwork_agent.check.files import context
from shiftwork_agent.errors import CheckFailedError
from shiftwork_agent.iot import client, why
from shiftwork_agent.settings.config import Config, Connection

if TYPE_CHECKING:
    from concurrent.futures import Future


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


_REFUSED = 0x80  # reason codes from here on (MQTT 5, section 2.4)


class Broker:
    """One connection, for the time of the check."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._topics = f"$aws/things/{connection.thing}/jobs"
        self._job = f"shiftwork-check-{uuid.uuid4()}"
        self._ends: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._messages: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._client: mqtt5.Client = client(
            connection,
            on_lifecycle_connection_success=lambda _: self._ends.put(None),
            on_lifecycle_connection_failure=lambda data: self._ends.put(why(data)),
            on_publish_received=lambda data: self._messages.put(data.publish_packet.topic),
        )

    def connect(self) -> str:
        """CONNECT. AWS IoT closes the connection without an answer if it does not like the certificate or policy."""
        self._client.start()
        thing, client_id = self._connection.thing, self._connection.client_id
        try:
            failed = self._ends.get(timeout=self._connection.answer_seconds)
        except queue.Empty:
            failed = "no answer"
        if failed:
            way_out = (
                "see in the AWS IoT console, in the endpoint's account and region, that the certificate is active, "
                f"is attached to thing {thing}, and has a policy that allows iot:Connect on client/{client_id}"
            )
            raise CheckFailedError(f"MQTT does not connect: {failed}", way_out)
        return f"connected as {client_id}"

    def hear(self) -> str:
        """The topics on which the jobs service answers."""
        for topic in ("notify-next", "start-next/+", f"{self._job}/update/+"):
            self._subscribe(f"{self._topics}/{topic}")
        return "the topics of jobs may be subscribed to"

    def speak(self) -> str:
        """Calls as the agent makes them, of which none changes anything."""
        self._ask(f"{self._topics}/{self._job}/update", json.dumps({"status": "IN_PROGRESS"}))  # there is no such job
        self._ask(f"{self._topics}/start-next", "{")  # not JSON, so that no job is started
        return "the jobs service answers"

    def close(self) -> None:
        """Disconnect."""
        self._client.stop()

    def _subscribe(self, topic: str) -> None:
        """SUBSCRIBE to a topic filter."""
        packet = mqtt5.SubscribePacket(subscriptions=[mqtt5.Subscription(topic, mqtt5.QoS.AT_LEAST_ONCE)])
        suback = self._done(self._client.subscribe(packet), "iot:Subscribe", f"topicfilter/{topic}")
        self._refuse(suback.reason_codes[0], "iot:Subscribe", f"topicfilter/{topic}")

    def _ask(self, topic: str, payload: str) -> None:
        """PUBLISH to a topic of the jobs service, and have its answer."""
        packet = mqtt5.PublishPacket(topic=topic, payload=payload, qos=mqtt5.QoS.AT_LEAST_ONCE)
        done = self._done(self._client.publish(packet), "iot:Publish", f"topic/{topic}")
        self._refuse(done.puback.reason_code, "iot:Publish", f"topic/{topic}")
        try:
            while not self._messages.get(timeout=self._connection.answer_seconds).startswith(f"{topic}/"):
                pass  # news of jobs
        except queue.Empty:
            raise self._missing("No answer came", "iot:Receive", f"topic/{topic}/*") from None

    def _done(self, future: "Future[Any]", action: str, resource: str) -> Any:
        try:
            return future.result(self._connection.answer_seconds)
        except Exception as error:  # the SDK has no common type for them
            raise self._missing(f"The connection was closed ({error})", action, resource) from error

    def _refuse(self, code: int, action: str, resource: str) -> None:
        if code >= _REFUSED:
            raise self._missing(f"{action} is refused ({getattr(code, 'name', code)})", action, resource)

    def _missing(self, what: str, action: str, resource: str) -> CheckFailedError:
        return CheckFailedError(what, f"allow {action} on {resource} in the policy of the device's certificate")
