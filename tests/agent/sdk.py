"""AWS's SDK without a connection."""

import json
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from awscrt.mqtt_request_response import Response
from awsiot import iotjobs

from shiftwork_agent.iot import Calls


@dataclass
class Sdk:
    """Stands for the SDK's request-response client below IotJobsClientV2: has an answer for each publish."""

    answers: list[tuple[str, bytes] | Exception]
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def make_request(self, options: Any) -> "Future[Response]":
        self.asked.append((options.publish_topic, json.loads(options.payload)))
        future: Future[Response] = Future()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(Response(f"{options.publish_topic}/{answer[0]}", answer[1]))
        return future


def calls(*answers: tuple[str, object] | Exception) -> tuple[Calls, Sdk]:
    raw = [a if isinstance(a, Exception) else (a[0], a[1] if isinstance(a[1], bytes) else _json(a[1])) for a in answers]
    sdk = Sdk(raw)
    client = iotjobs.IotJobsClientV2.__new__(iotjobs.IotJobsClientV2)
    client._rr_client = sdk
    return Calls(client, "pump-1", 1), sdk


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
