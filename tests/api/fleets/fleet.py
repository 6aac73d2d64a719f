"""What happens to a fleet run, each step a call of one of our functions, as AWS or a caller makes it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.aws import clients
from functions.events import follow, roll_out, settle
from functions.wiring import platform
from tests.api.conftest import CONTEXT, RUNS, Call
from tests.conftest import ENVIRONMENT
from tests.fleets.account import Job
from tests.fleets.core import IotCore
from tests.fleets.door import IotDoor
from tests.fleets.waiting import Waiting, execution_of

Run = dict[str, Any]
PUMPS: dict[str, Any] = {"targets": {"groups": ["pumps"]}, "document": {"operation": "update"}}


@dataclass(frozen=True)
class Fleet:
    """The API, IoT, and Step Functions."""

    call: Call
    iot: IotCore
    door: IotDoor
    waiting: Waiting

    def save(self, timeout: int | None = None, job: dict[str, Any] | None = None, **fleet: Any) -> None:
        """Save team.job, which rolls something out to the pumps, or what is said instead."""
        run = {"fleet": PUMPS | fleet} | ({"timeoutSeconds": timeout} if timeout else {})
        saved = self.call("POST", "/v1/jobs", {"id": "team.job", "run": run} | (job or {}))
        assert saved.status == 201, saved.text

    def trigger(self, body: dict[str, Any] | None = None) -> Run:
        """Start a run."""
        answer = self.call("POST", RUNS, body)
        assert answer.status == 201, answer.text
        return dict(answer.json)

    def roll_out(self, run: Run) -> dict[str, Any]:
        """The state machine calls the function, with a new token."""
        wanted = {"jobId": run["jobId"], "runId": run["id"], "token": self.waiting.enter(run["id"])}
        return roll_out.handler(wanted, CONTEXT)

    def begin(self, **fleet: Any) -> Run:
        """A run that is rolled out."""
        self.save(**fleet)
        run = self.trigger()
        assert self.roll_out(run) == {}
        return run

    def close(self, run: Run) -> dict[str, Any]:
        """The run's time limit has come: the state machine calls the function, and ends as it says."""
        self.waiting.close(run["id"])
        told = roll_out.handler({"jobId": run["jobId"], "runId": run["id"], "close": True}, CONTEXT)
        if told["error"]:
            self.waiting.end(run["id"], "FAILED", error=told["error"], cause=told["cause"])
        else:
            output = f'{{"message": "{told["cause"]}", "devices": {{}}}}'
            self.waiting.end(run["id"], "SUCCEEDED", output=output)
        self.settle(run)
        return told

    def tell(self, *events: dict[str, Any]) -> None:
        """IoT's rules deliver events."""
        for event in events:
            follow.handler(event, CONTEXT)

    def tell_all(self) -> list[dict[str, Any]]:
        """All that IoT has published since the last time; what that was."""
        told = list(self.iot.events)
        self.iot.events.clear()
        self.tell(*told)
        return told

    def settle(self, run: Run) -> None:
        """Step Functions tells of the end of the run's execution."""
        one = execution_of(run["id"])
        assert one.stop_date
        arn = {"executionArn": one.execution_arn}
        ended = arn | {"name": one.name, "status": one.status, "stopDate": 1000 * one.stop_date.timestamp()}
        told = {"input": one.execution_input, "output": one.output, "error": one.error, "cause": one.cause}
        settle.handler({"detail": ended | told}, CONTEXT)

    def end(self, run: Run) -> Run:
        """All is told; how the run is then."""
        self.tell_all()
        if not self.waits(run):
            self.settle(run)
        return self.get(run)

    def waits(self, run: Run) -> bool:
        """Whether the run's execution goes on."""
        return bool(execution_of(run["id"]).status == "RUNNING")

    def sweep(self, minutes: float = 20) -> list[str]:
        """The rollouts that a sweep at a later time tends."""
        return platform().rollout_sweeper.sweep_rollouts(datetime.now(UTC) + timedelta(minutes=minutes), lambda: True)

    def wait(self, run: Run) -> None:
        """So much time passes that who reads the run's devices has IoT looked at again."""
        clients.dynamodb().update_item(
            TableName=ENVIRONMENT["TABLE_NAME"],
            Key={"PK": {"S": f"FLEET#{run['id']}"}, "SK": {"S": "FLEET"}},
            UpdateExpression="SET lookedAt = :old",
            ExpressionAttributeValues={":old": {"S": "2026-01-02T03:04:05+00:00"}},
        )

    def get(self, run: Run) -> Run:
        """The run."""
        answer = self.call("GET", f"{RUNS}/{run['id']}")
        assert answer.status == 200
        return dict(answer.json)

    def devices(self, run: Run, query: str = "") -> dict[str, str]:
        """How the run's devices stand."""
        answer = self.call("GET", f"{RUNS}/{run['id']}/devices{query}")
        assert answer.status == 200
        return {device["thing"]: device["status"] for device in answer.json}

    def counts(self, run: Run) -> dict[str, int]:
        """How many devices stand how, as the run says."""
        found: dict[str, int] = self.get(run)["devices"]["counts"]
        return {status: number for status, number in found.items() if number}

    def job(self, run: Run) -> Job:
        """The run's IoT job."""
        return self.iot.account.jobs[self.iot_id(run)]

    def iot_id(self, run: Run) -> str:
        """The IoT job's id."""
        return f"{ENVIRONMENT['FAMILY_PREFIX']}-{run['id']}"
