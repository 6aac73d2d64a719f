"""Checks the way to the endpoint: DNS, TCP, TLS, then MQTT and what the device's policy allows."""

import json
import queue
import socket
import ssl
import uuid
from typing import TYPE_CHECKING, Any

from awscrt import mqtt5

from shiftwork_agent.check.files import tls_context
from shiftwork_agent.errors import CheckFailedError
from shiftwork_agent.iot import connect_failure, mqtt_client
from shiftwork_agent.settings.config import Config, Connection

if TYPE_CHECKING:
    from concurrent.futures import Future

_SECONDS = 10
_ALPN = "x-amzn-mqtt-ca"  # docs.aws.amazon.com/iot/latest/developerguide/protocols.html
_REFUSED = 0x80  # the first reason code that is a failure (MQTT 5, section 2.4)


def check_dns(config: Config) -> str:
    """Check that the endpoint's name has an address."""
    endpoint = config.connection.endpoint
    try:
        found = socket.getaddrinfo(endpoint, config.connection.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        fault = f"{endpoint} has no address ({getattr(error, 'strerror', None) or error})."
        next_step = (
            "Compare it with `aws iot describe-endpoint --endpoint-type iot:Data-ATS`, and check the device's DNS."
        )
        raise CheckFailedError(fault, next_step) from error
    return f"{endpoint} has the address {found[0][4][0]}."


def check_tcp(config: Config) -> str:
    """Check that the endpoint's port accepts a connection."""
    with _connect(config):
        return f"Port {config.connection.port} answers."


def check_tls(config: Config) -> str:
    """Check the endpoint's certificate against the CA. Whether the endpoint accepts ours, only MQTT can tell."""
    secure = tls_context(config)
    if config.connection.port == 443:
        secure.set_alpn_protocols([_ALPN])
    with _connect(config) as plain:
        try:
            with secure.wrap_socket(plain, server_hostname=config.connection.endpoint) as wrapped:
                return f"The endpoint's certificate is right ({wrapped.version()})."
        except ssl.SSLCertVerificationError as error:
            fault = f"The endpoint's certificate is refused: {error.verify_message}."
            raise CheckFailedError(fault, _certificate_step(error)) from error
        except OSError as error:
            next_step = "Look for a proxy or firewall in between, or try the other of the ports 443 and 8883."
            raise CheckFailedError(f"TLS fails: {error}.", next_step) from error


def _connect(config: Config) -> socket.socket:
    connection = config.connection
    try:
        return socket.create_connection((connection.endpoint, connection.port), _SECONDS)
    except OSError as error:
        other = 8883 if connection.port == 443 else 443
        next_step = f"Open outgoing TCP to port {connection.port} in the firewall, or set connection.port to {other}."
        fault = f"Port {connection.port} of {connection.endpoint} does not answer ({error.strerror or error})."
        raise CheckFailedError(fault, next_step) from error


def _certificate_step(error: ssl.SSLCertVerificationError) -> str:
    if "mismatch" in error.verify_message.lower():
        return "Set connection.endpoint to the endpoint's own name, not to an address or another name for it."
    if "expired" in error.verify_message or "not yet valid" in error.verify_message:
        return "Set the device's clock."
    return "Set connection.ca to the file of AmazonRootCA1.pem, and use the endpoint of the type iot:Data-ATS."


class Broker:
    """One MQTT connection for the time of the check. It tells whether the policy allows what the agent does."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._topics = f"$aws/things/{connection.thing}/jobs"
        self._job = f"shiftwork-check-{uuid.uuid4()}"
        self._attempts: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._messages: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._client: mqtt5.Client = mqtt_client(
            connection,
            on_lifecycle_connection_success=lambda _: self._attempts.put(None),
            on_lifecycle_connection_failure=lambda data: self._attempts.put(connect_failure(data)),
            on_publish_received=lambda data: self._messages.put(data.publish_packet.topic),
        )

    def connect(self) -> str:
        """Check CONNECT. If AWS IoT refuses the certificate or the policy, it closes the connection silently."""
        self._client.start()
        thing, client_id = self._connection.thing, self._connection.client_id
        try:
            failure = self._attempts.get(timeout=self._connection.answer_seconds)
        except queue.Empty:
            failure = "no answer"
        if failure:
            next_step = (
                "In the AWS IoT console, in the endpoint's account and region, check that the certificate is active, "
                f"is attached to thing {thing}, and has a policy that allows iot:Connect on client/{client_id}."
            )
            raise CheckFailedError(f"MQTT does not connect: {failure}.", next_step)
        return f"The device is connected as {client_id}."

    def subscribe(self) -> str:
        """Check SUBSCRIBE to the topics on which the jobs service answers."""
        for topic in ("notify-next", "start-next/+", f"{self._job}/update/+"):
            self._subscribe(f"{self._topics}/{topic}")
        return "The device can subscribe to the topics of jobs."

    def publish(self) -> str:
        """Check the calls that the agent makes, in a form that changes nothing."""
        self._ask(f"{self._topics}/{self._job}/update", json.dumps({"status": "IN_PROGRESS"}))  # there is no such job
        self._ask(f"{self._topics}/start-next", "{")  # not JSON, so that no job is started
        return "The jobs service answers."

    def close(self) -> None:
        """Disconnect."""
        self._client.stop()

    def _subscribe(self, topic: str) -> None:
        packet = mqtt5.SubscribePacket(subscriptions=[mqtt5.Subscription(topic, mqtt5.QoS.AT_LEAST_ONCE)])
        suback = self._result(self._client.subscribe(packet), "iot:Subscribe", f"topicfilter/{topic}")
        self._check_code(suback.reason_codes[0], "iot:Subscribe", f"topicfilter/{topic}")

    def _ask(self, topic: str, payload: str) -> None:
        """Publish to a topic of the jobs service, and wait for the answer."""
        packet = mqtt5.PublishPacket(topic=topic, payload=payload, qos=mqtt5.QoS.AT_LEAST_ONCE)
        done = self._result(self._client.publish(packet), "iot:Publish", f"topic/{topic}")
        self._check_code(done.puback.reason_code, "iot:Publish", f"topic/{topic}")
        try:
            while not self._messages.get(timeout=self._connection.answer_seconds).startswith(f"{topic}/"):
                pass  # news of jobs
        except queue.Empty:
            raise self._missing("No answer came.", "iot:Receive", f"topic/{topic}/*") from None

    def _result(self, future: "Future[Any]", action: str, resource: str) -> Any:
        try:
            return future.result(self._connection.answer_seconds)
        except Exception as error:  # the SDK has no common error for them
            raise self._missing(f"AWS IoT closed the connection ({error}).", action, resource) from error

    def _check_code(self, code: int, action: str, resource: str) -> None:
        if code >= _REFUSED:
            raise self._missing(f"AWS IoT refuses {action} ({getattr(code, 'name', code)}).", action, resource)

    def _missing(self, fault: str, action: str, resource: str) -> CheckFailedError:
        return CheckFailedError(fault, f"Allow {action} on {resource} in the policy of the device's certificate.")
