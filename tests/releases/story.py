"""A deployment in the middle of its work, made through its doors: afterwards the table has each kind of item.

Some runs are active, some have ended; a firing waits, another is skipped; a rollout is half done; Scheduler has not got
a schedule yet.
"""

import time
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from functions.aws import clients
from functions.events import dispatch, react, sweep, track
from tests.api.conftest import CONTEXT, task_of
from tests.api.firings import LATE, end
from tests.api.fleets.fleet import Fleet
from tests.aws_answers import refusing

TEAM, PARTS, CHILD, PUMPS = "team.job", "team.parts", "team.child", "site.pumps"
DELETED = ("gone.job", "going.job")
PAYLOAD = {"rows": ["a", "b"]}
MAIN: dict[str, Any] = {
    "id": TEAM,
    "labels": {"owner": "team"},
    "parameters": {"LEVEL": {"default": "info", "allowed": ["info", "debug"]}, "KEY": {"default": ""}},
    "overrides": ["env", "args", "cpus", "mem", "timeout", "imageTag"],
    "payload": "OPTIONAL",
    "run": {
        "cpus": 0.25,
        "mem": 512,
        "disk": 0,
        "args": ["report", "--all"],
        "docker": {"image": "registry.example.com/team/app:1"},
        "env": {"ZONE": "UTC", "PASSWORD": {"secret": "password"}},
        "secrets": {"password": {"source": "db/password"}},
        "retry": {"attempts": 3, "waitSeconds": 10, "factor": 2, "rules": [{"exitCodes": [3], "action": "FAIL"}]},
        "capacity": "FARGATE_SPOT_WITH_FALLBACK",
    },
    "events": [{"id": "uploaded", "pattern": {"source": ["aws.s3"]}, "parameters": {"KEY": "$.detail.key"}}],
    "schedules": [
        {"id": "queued", "cron": "0 * * * *", "startingDeadlineSeconds": LATE, "concurrencyPolicy": "QUEUE"},
        {"id": "alone", "cron": "0 3 * * *", "startingDeadlineSeconds": LATE, "concurrencyPolicy": "FORBID"},
        {"id": "punctual", "cron": "0 4 * * *", "startingDeadlineSeconds": 60},
    ],
}
ROLLOUT = {"targets": {"groups": ["pumps"]}, "document": {"operation": "update"}}


def firing(schedule: str, hour: int) -> dict[str, str]:
    """A firing of a schedule of team.job."""
    return {"jobId": TEAM, "scheduleId": schedule, "scheduledTime": f"2026-01-02T{hour:02d}:00:00Z"}


def told(number: int = 1) -> dict[str, Any]:
    """What `react` gets of an event that fits the event trigger of team.job."""
    event = {"id": f"event-{number}", "source": "aws.s3", "detail-type": "Object Created", "resources": []}
    more = {"time": "2026-01-02T03:04:05Z", "detail": {"key": f"in/{number}.csv"}}
    return {"jobId": TEAM, "eventId": "uploaded", "event": event | more}


class Story:
    """What happened, with the ids that tests ask for: `runs` by name, the hook with its secret."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet, self.call = fleet, fleet.call
        self.runs: dict[str, str] = {}
        self.hook: dict[str, Any] = {}

    def tell(self) -> None:
        """Let all of it happen."""
        self._definitions()
        self._starts()
        self._ends()
        self._tasks()
        self._rollout()
        self.post("/v1/groups/paused/actions/pause")
        self.post("/v1/deployment/actions/pause")
        self.post("/v1/deployment/actions/resume")
        sweep.handler({}, CONTEXT)
        self._deletions()
        with suppress(ClientError), refusing(clients.scheduler(), "UpdateSchedule", "ValidationException"):
            changed = MAIN["schedules"][1] | {"cron": "30 3 * * *"}
            self.call("PUT", f"/v1/jobs/{TEAM}/schedules/alone", changed)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """Send a POST that succeeds; its answer."""
        answer = self.call("POST", path, body, headers=headers)
        assert answer.status in (200, 201), (path, answer.text)
        return answer.json

    def run(self, name: str, job: str, body: Any = None, **headers: str) -> dict[str, Any]:
        """Start a run, and remember it by a name."""
        started: dict[str, Any] = self.post(f"/v1/jobs/{job}/runs", body, **headers)
        self.runs[name] = started["id"]
        return started

    def _definitions(self) -> None:
        self.post("/v1/jobs", MAIN)
        self.post("/v1/jobs", {"id": CHILD, "run": MAIN["run"] | {"retry": None}, "dependencies": [{"id": TEAM}]})
        several = {"taskCount": 3, "parallelism": 2, "toleratedFailures": 1}
        self.post("/v1/jobs", {"id": PARTS, "run": {"cpus": 0.25, "mem": 512, "disk": 0, "cmd": "true"} | several})
        self.post("/v1/jobs", {"id": "paused.job", "run": {"cpus": 0.25, "mem": 512, "disk": 0, "cmd": "true"}})
        self.post("/v1/jobs", {"id": PUMPS, "run": {"fleet": ROLLOUT}})
        changed = self.call("PUT", f"/v1/jobs/{TEAM}", MAIN | {"labels": {"owner": "team", "tier": "1"}})
        assert changed.status == 200, changed.text
        self.hook = self.post(f"/v1/jobs/{TEAM}/hooks", {"parameters": ["LEVEL"], "imageTag": True})

    def _starts(self) -> None:
        self.runs["fired"] = dispatch.handler(firing("queued", 1), CONTEXT)["runId"]
        dispatch.handler(firing("queued", 2), CONTEXT)
        dispatch.handler(firing("alone", 3), CONTEXT)
        self.runs["missed"] = dispatch.handler(firing("punctual", 4), CONTEXT)["runId"]
        self.runs["reacted"] = react.handler(told(), CONTEXT)["runId"]
        secret = {"x-shiftwork-hook-token": self.hook["secret"]}
        hooked = self.post(f"/hooks/{self.hook['id']}", {"parameters": {"LEVEL": "debug"}, "imageTag": "2"}, **secret)
        self.runs["hooked"] = hooked["runId"]
        size = {"cpus": 0.5, "mem": 1024, "attemptTimeoutSeconds": 600}
        given = {"parameters": {"LEVEL": "debug"}, "env": {"ZONE": "CET"}, "args": ["a", "b"], "payload": PAYLOAD}
        more = {"labels": {"why": "test"}, "imageTag": "3"}
        self.run("called", TEAM, given | size | more, **{"idempotency-key": "story"})

    def _ends(self) -> None:
        for name, status in (("hooked", "SUCCEEDED"), ("reacted", "FAILED")):
            track.handler({"detail": task_of({"id": self.runs[name]})}, CONTEXT)
            end({"id": self.runs[name], "jobId": TEAM}, status, at=time.time())
        track.handler({"detail": task_of({"id": self.runs["called"]})}, CONTEXT)
        self.runs["again"] = self.post(f"/v1/jobs/{TEAM}/runs/{self.runs['reacted']}/actions/rerun")["id"]

    def _deletions(self) -> None:
        """Delete a job of which only task definitions are left, and one whose runs the sweep stops first."""
        for job, runs in zip(DELETED, (0, 6), strict=True):
            self.post("/v1/jobs", {"id": job, "run": {"cpus": 0.25, "mem": 512, "disk": 0, "cmd": "true"}})
            for _ in range(runs):
                self.post(f"/v1/jobs/{job}/runs")
            if runs == 0:  # more revisions than the request deregisters
                for number in range(8):
                    changed = {"run": {"cpus": 0.25, "mem": 512, "disk": 0, "cmd": f"echo {number}"}}
                    assert self.call("PUT", f"/v1/jobs/{job}", {"id": job} | changed).status == 200
            assert self.call("DELETE", f"/v1/jobs/{job}?stopCurrentJobRuns=true").status == 200

    def _tasks(self) -> None:
        run = self.run("parts", PARTS)
        for index, status in ((0, "RUNNING"), (2, "RUNNING")):
            track.handler({"detail": task_news(run["id"], index, status)}, CONTEXT)

    def _rollout(self) -> None:
        first = self.run("rolled out", PUMPS)
        self.fleet.roll_out(first)
        job = self.fleet.iot_id(first)
        self.fleet.iot.start(job, "pump-1", "pump-2")
        self.fleet.iot.report(job, "SUCCEEDED", "pump-1", step="verified")
        self.fleet.tell_all()
        self.call("GET", f"/v1/jobs/{PUMPS}/runs/{first['id']}/devices")
        self.run("not rolled out", PUMPS)


def task_news(run_id: str, index: int, status: str) -> dict[str, Any]:
    """What ECS says of a task of the run of team.parts."""
    event = task_of({"id": run_id}, status, taskArn=f"arn:aws:ecs:eu-central-1:123456789012:task/runs/{index:032d}")
    environment = event["overrides"]["containerOverrides"][0]["environment"]
    environment[0]["value"] = PARTS
    numbers = {"SHIFTWORK_TASK_INDEX": str(index), "SHIFTWORK_TASK_COUNT": "3"}
    environment += [{"name": name, "value": value} for name, value in numbers.items()]
    return event
