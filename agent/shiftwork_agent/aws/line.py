"""The agent's line to AWS IoT: stays connected, and hears of jobs."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import awsiot
from awscrt.mqtt_request_response import ClientOptions, SubscriptionStatusEvent, SubscriptionStatusEventType
from awsiot import iotjobs

from shiftwork_agent.aws.calls import Calls
from shiftwork_agent.aws.client import client, why
from shiftwork_agent.jobs.service import Connected, Disconnected, NextChanged, Notice, Stopped
from shiftwork_agent.log import Log
from shiftwork_agent.settings.config import Connection

if TYPE_CHECKING:
    from awscrt import mqtt5

_UNREADABLE = ("?", 0)  # news of a job whose document cannot be read: the agent asks, or reports, to know more
_STOP_SECONDS = 5.0


class Line:
    """It says Connected when it hears `notify-next`, so that nothing falls in between."""

    def __init__(self, connection: Connection, tell: Callable[[Notice], None], log: Log) -> None:
        self._tell = tell
        self._stopped = threading.Event()
        self._heard = False
        self._client: mqtt5.Client = client(
            connection,
            on_lifecycle_connection_success=lambda _: log("connected", endpoint=connection.endpoint),
            on_lifecycle_connection_failure=lambda data: log("not connected", reason=why(data)),
            on_lifecycle_disconnection=lambda data: log("disconnected", reason=str(data.exception)),
            on_lifecycle_stopped=lambda _: self._stopped.set(),
        )
        jobs = iotjobs.IotJobsClientV2(self._client, ClientOptions(4, 2, connection.answer_seconds))
        self.calls = Calls(jobs, connection.thing, connection.answer_seconds)
        self._news = jobs.create_next_job_execution_changed_stream(
            iotjobs.NextJobExecutionChangedSubscriptionRequest(thing_name=connection.thing),
            awsiot.ServiceStreamOptions(
                incoming_event_listener=self._next_changed,
                subscription_status_listener=self._hearing,
                deserialization_failure_listener=lambda _: tell(NextChanged(_UNREADABLE)),
            ),
        )

    def start(self) -> None:
        """Connect, and stay connected."""
        self._news.open()
        self._client.start()

    def stop(self) -> None:
        """Disconnect."""
        self._client.stop()
        if self._heard:
            self._stopped.wait(_STOP_SECONDS)

    def _next_changed(self, event: iotjobs.NextJobExecutionChangedEvent) -> None:
        first = event.execution
        self._tell(NextChanged((first.job_id, first.execution_number) if first and first.job_id else None))

    def _hearing(self, event: SubscriptionStatusEvent) -> None:
        if event.type == SubscriptionStatusEventType.SUBSCRIPTION_ESTABLISHED:
            self._heard = True
            self._tell(Connected())
        elif event.type == SubscriptionStatusEventType.SUBSCRIPTION_LOST:
            self._heard = False
            self._tell(Disconnected())
        else:
            way_out = "allow iot:Subscribe in the device's policy; shiftwork-agent check tells more"
            self._tell(Stopped(f"The topic of jobs may not be subscribed to ({event.error}): {way_out}"))
