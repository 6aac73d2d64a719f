"""The connection to AWS IoT over MQTT 5: news of jobs, and calls of AWS IoT Jobs, by the client of AWS's SDK."""

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import awsiot
from awscrt import mqtt5
from awscrt.exceptions import AwsCrtError
from awscrt.mqtt_request_response import ClientOptions, SubscriptionStatusEvent, SubscriptionStatusEventType
from awsiot import iotjobs, mqtt5_client_builder

from shiftwork_agent.errors import ConfigError, ExecutionState, LaterError, RejectedError
from shiftwork_agent.jobs.events import Connected, Disconnected, Event, NextChanged, Stopped
from shiftwork_agent.jobs.execution import Execution
from shiftwork_agent.log import Log
from shiftwork_agent.settings.config import Connection

if TYPE_CHECKING:
    from concurrent.futures import Future

_UNREADABLE = ("?", 0)  # the key of a job whose document cannot be read; no execution has it, so the loop asks
_STOP_SECONDS = 5.0
_GRACE = 5.0  # seconds; the SDK ends a call by itself before that
_LONGEST_PAUSE_MS = 120_000


class IotConnection:
    """Connects, reconnects, and puts events into the loop's inbox.

    It reports Connected only when the subscription to `notify-next` is established. So the loop misses no news.
    """

    def __init__(self, connection: Connection, emit: Callable[[Event], None], log: Log) -> None:
        self._emit = emit
        self._stopped = threading.Event()
        self._subscribed = False
        self._client: mqtt5.Client = mqtt_client(
            connection,
            on_lifecycle_connection_success=lambda _: log("connected", endpoint=connection.endpoint),
            on_lifecycle_connection_failure=lambda data: log("not connected", reason=connect_failure(data)),
            on_lifecycle_disconnection=lambda data: log("disconnected", reason=str(data.exception)),
            on_lifecycle_stopped=lambda _: self._stopped.set(),
        )
        jobs = iotjobs.IotJobsClientV2(self._client, ClientOptions(4, 2, connection.answer_seconds))
        self.jobs = IotJobs(jobs, connection.thing, connection.answer_seconds)
        self._news = jobs.create_next_job_execution_changed_stream(
            iotjobs.NextJobExecutionChangedSubscriptionRequest(thing_name=connection.thing),
            awsiot.ServiceStreamOptions(
                incoming_event_listener=self._next_changed,
                subscription_status_listener=self._subscription_changed,
                deserialization_failure_listener=lambda _: emit(NextChanged(_UNREADABLE)),
            ),
        )

    def start(self) -> None:
        """Connect, and stay connected."""
        self._news.open()
        self._client.start()

    def stop(self) -> None:
        """Disconnect, and wait a few seconds at most until that is done."""
        self._client.stop()
        if self._subscribed:
            self._stopped.wait(_STOP_SECONDS)

    def _next_changed(self, event: iotjobs.NextJobExecutionChangedEvent) -> None:
        first = event.execution
        self._emit(NextChanged((first.job_id, first.execution_number) if first and first.job_id else None))

    def _subscription_changed(self, event: SubscriptionStatusEvent) -> None:
        if event.type == SubscriptionStatusEventType.SUBSCRIPTION_ESTABLISHED:
            self._subscribed = True
            self._emit(Connected())
        elif event.type == SubscriptionStatusEventType.SUBSCRIPTION_LOST:
            self._subscribed = False
            self._emit(Disconnected())
        else:
            next_step = (
                "Allow iot:Subscribe in the policy of the device's certificate. shiftwork-agent check says more."
            )
            self._emit(Stopped(f"The agent cannot subscribe to the news of jobs ({event.error}). {next_step}"))


class UnreadableError(LaterError):
    """The SDK cannot read an answer of the jobs service."""


class IotJobs:
    """The loop's JobsService: AWS IoT Jobs for one thing. A call waits `seconds` for its answer."""

    def __init__(self, client: iotjobs.IotJobsClientV2, thing: str, seconds: float) -> None:
        self._client = client
        self._thing = thing
        self._seconds = seconds

    def start_next(self) -> Execution | None:
        """Call StartNextPendingJobExecution."""
        request = iotjobs.StartNextPendingJobExecutionRequest(thing_name=self._thing)
        try:
            return _execution(self._answer(self._client.start_next_pending_job_execution(request)))
        except UnreadableError:
            return self._next_without_document()

    def _next_without_document(self) -> Execution | None:
        """Call DescribeJobExecution without the document. The agent can then reject a job that it cannot read."""
        request = iotjobs.DescribeJobExecutionRequest(
            thing_name=self._thing, job_id="$next", include_job_document=False
        )
        return _execution(self._answer(self._client.describe_job_execution(request)))

    def update(self, execution: Execution, status: str, details: Mapping[str, str]) -> int:
        """Call UpdateJobExecution on the condition that the version is `execution.version`. Return the new version."""
        request = iotjobs.UpdateJobExecutionRequest(
            thing_name=self._thing,
            job_id=execution.job_id,
            execution_number=execution.number,
            expected_version=execution.version,
            include_job_execution_state=True,
            status=status,
            status_details=dict(details) or None,
        )
        state = self._answer(self._client.update_job_execution(request)).execution_state
        return int(state.version_number) if state and state.version_number else execution.version + 1

    def _answer(self, future: "Future[Any]") -> Any:
        try:
            return future.result(self._seconds + _GRACE)
        except awsiot.V2ServiceException as error:
            if error.modeled_error:
                raise _rejected(error.modeled_error) from error
            if isinstance(error.inner_error, AwsCrtError):
                raise LaterError(str(error.inner_error)) from error
            raise UnreadableError(str(error.inner_error)) from error
        except TimeoutError as error:
            raise LaterError("no answer") from error


def _execution(answer: Any) -> Execution | None:
    found = answer.execution
    if found is None or not found.job_id:
        return None
    return Execution(
        found.job_id, found.execution_number, found.version_number, found.job_document, found.status_details or {}
    )


def _rejected(error: iotjobs.V2ErrorResponse) -> RejectedError:
    state = error.execution_state
    known = ExecutionState(state.status, state.version_number) if state and state.version_number else None
    return RejectedError(error.code or "Unknown", error.message or "", known)


def mqtt_client(connection: Connection, **callbacks: Callable[[Any], None]) -> mqtt5.Client:
    """Return a client with the device's certificate, not started yet. Raises ConfigError if a file cannot be used.

    On port 443 AWS IoT needs ALPN; the SDK's builder sets it.
    """
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
    except (OSError, RuntimeError, AwsCrtError) as error:  # the SDK has no common error for files that are wrong
        problem = f"connection: certificate, key or ca cannot be used ({error})."
        raise ConfigError([f"{problem} Run shiftwork-agent check to find out more."]) from error


def connect_failure(failure: mqtt5.LifecycleConnectFailureData) -> str:
    """Return why the client did not connect."""
    connack = failure.connack_packet
    if connack and connack.reason_code:
        return f"CONNACK {connack.reason_code.name} {connack.reason_string or ''}".strip()
    return str(failure.exception)
