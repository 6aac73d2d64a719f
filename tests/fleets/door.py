"""The door of the IoT Core in memory: it answers boto3's own client, after the client has checked the request.

botocore sends nothing if a handler of `before-call` returns an answer (botocore/client.py, `_make_api_call`).
"""

import re
from threading import Lock
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from tests.fleets.account import Execution, Group, Job
from tests.fleets.core import IotCore
from tests.fleets.events import ARN, named

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_iot import IoTClient

_MOST_TARGETS = 100
MOST_GROUPS = 10  # AWS IoT Developer Guide, "Static thing groups": "You can add a thing to a maximum of 10 groups."
_ASKED = "asked of the memory"
Answer = dict[str, Any]


class IotError(Exception):
    """An error as the answer of IoT."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.answer = {"Error": {"Code": code, "Message": message}}


def _absent(what: str) -> IotError:
    return IotError("ResourceNotFoundException", f"{what} does not exist")


class IotDoor:
    """Answers the calls of boto3's client. `refusals` are errors to answer, by operation; `page` is the longest list.

    `is_late`: the list of executions is still empty.
    """

    def __init__(self, core: IotCore, client: "IoTClient", page: int = 250) -> None:
        self.core, self.page = core, page
        self.is_late = False
        self.refusals: dict[str, IotError] = {}
        self._lock = Lock()
        hand = client.meta.events
        hand.register("before-parameter-build.iot", _keep)
        hand.register_last("before-call", self.call)  # type: ignore[arg-type] # after all handlers that watch calls

    def call(self, model: Any, context: dict[str, Any], **_: Any) -> tuple[SimpleNamespace, Answer]:
        """Answer a call."""
        operation: Callable[..., Answer] = getattr(self, "_" + re.sub(r"(?<!^)(?=[A-Z])", "_", model.name).lower())
        try:
            if model.name in self.refusals:
                raise self.refusals[model.name]
            with self._lock:
                return SimpleNamespace(status_code=200), operation(**context[_ASKED])
        except IotError as error:
            return SimpleNamespace(status_code=400), error.answer

    def _create_job(self, **asked: Any) -> Answer:
        if asked["jobId"] in self.core.account.jobs:
            raise IotError("ResourceAlreadyExistsException", f"Job {asked['jobId']} already exists")
        if len(asked["targets"]) > _MOST_TARGETS:
            raise IotError("InvalidRequestException", "Too many targets")
        for arn in asked["targets"]:
            self._known(arn)
        self.core.create(asked)
        return {"jobId": asked["jobId"]}

    def _describe_job(self, jobId: str) -> Answer:
        job = self._job(jobId)
        counts = {f"numberOf{_camel(status)}Things": number for status, number in job.counts().items()}
        values = {"jobId": jobId, "status": job.status, "description": job.asked["description"], **job.ended}
        completed = {"completedAt": job.completed_at} if job.completed_at else {}
        return {"job": values | completed | {"jobProcessDetails": counts}}

    def _cancel_job(
        self,
        jobId: str,
        reasonCode: str = "",
        comment: str = "",
        force: bool = False,
    ) -> Answer:
        if self._job(jobId).status != "IN_PROGRESS":
            raise IotError("InvalidRequestException", f"Job {jobId} is {self._job(jobId).status}")
        self.core.cancel(jobId, reasonCode, comment, force=force)
        return {"jobId": jobId}

    def _list_job_executions_for_job(
        self,
        jobId: str,
        maxResults: int = 25,
        nextToken: str = "0",
        status: str | None = None,
    ) -> Answer:
        if not nextToken.isdecimal():
            raise IotError("InvalidRequestException", "Invalid nextToken")
        latest = [] if self.is_late else sorted(self._job(jobId).latest().items())
        found = [_summary(*one) for one in latest if status in (None, one[1].status)]
        first, most = int(nextToken), min(maxResults, self.page)
        more = {"nextToken": str(first + most)} if first + most < len(found) else {}
        return {"executionSummaries": found[first : first + most], **more}

    def _describe_event_configurations(self) -> Answer:
        enabled = {"Enabled": self.core.account.events_on}
        return {"eventConfigurations": {"JOB": enabled, "JOB_EXECUTION": dict(enabled), "THING": {"Enabled": False}}}

    def _describe_thing(self, thingName: str) -> Answer:
        self._known(f"{ARN}:thing/{thingName}")
        return {"thingName": thingName}

    def _describe_thing_group(self, thingGroupName: str) -> Answer:
        self._known(f"{ARN}:thinggroup/{thingGroupName}")
        return {"thingGroupName": thingGroupName}

    def _list_things_in_thing_group(self, thingGroupName: str, **_: Any) -> Answer:
        self._known(f"{ARN}:thinggroup/{thingGroupName}")
        return {"things": self.core.account.members(thingGroupName)}

    def _search_index(self, queryString: str, maxResults: int = 100, nextToken: str = "0") -> Answer:
        if not self.core.account.indexed:
            raise IotError("IndexNotReadyException", "The index AWS_Things is not active")
        found, first = self.core.account.found(queryString), int(nextToken)
        more = {"nextToken": str(first + maxResults)} if first + maxResults < len(found) else {}
        return {"things": [{"thingName": name} for name in found[first : first + maxResults]], **more}

    def _create_thing_group(self, thingGroupName: str, **_: Any) -> Answer:
        self.core.account.groups.setdefault(thingGroupName, Group())
        return {"thingGroupName": thingGroupName}

    def _create_dynamic_thing_group(self, thingGroupName: str, queryString: str, **_: Any) -> Answer:
        if thingGroupName in self.core.account.groups:
            raise IotError("ResourceAlreadyExistsException", f"{thingGroupName} already exists")
        self.core.account.groups[thingGroupName] = Group(query=queryString)
        return {"thingGroupName": thingGroupName}

    def _add_thing_to_thing_group(self, thingGroupName: str, thingName: str) -> Answer:
        self._known(f"{ARN}:thing/{thingName}")
        self._known(f"{ARN}:thinggroup/{thingGroupName}")
        groups = self.core.account.groups_of(thingName)
        if thingGroupName not in groups and len(groups) >= MOST_GROUPS:
            raise IotError("InvalidRequestException", f"Thing {thingName} is in {len(groups)} groups")
        self.core.add_things(thingName, group=thingGroupName)
        return {}

    def _list_thing_groups_for_thing(self, thingName: str, **_: Any) -> Answer:
        self._known(f"{ARN}:thing/{thingName}")
        return {"thingGroups": [{"groupName": name} for name in self.core.account.groups_of(thingName)]}

    def _remove_thing_from_thing_group(self, thingGroupName: str, thingName: str) -> Answer:
        self._known(f"{ARN}:thing/{thingName}")
        self._known(f"{ARN}:thinggroup/{thingGroupName}")
        self.core.remove_thing(thingName, group=thingGroupName)
        return {}

    def _delete_thing_group(self, thingGroupName: str) -> Answer:
        self.core.account.groups.pop(thingGroupName, None)  # deleting an absent one is no error
        self.core.membership_changed()
        return {}

    _delete_dynamic_thing_group = _delete_thing_group

    def _job(self, job_id: str) -> Job:
        if job_id not in self.core.account.jobs:
            raise _absent(f"Job {job_id}")
        return self.core.account.jobs[job_id]

    def _known(self, arn: str) -> None:
        kind, name = named(arn)
        if name not in (self.core.account.groups if kind == "thinggroup" else self.core.account.things):
            raise _absent(f"{kind} {name}")


def _keep(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    context[_ASKED] = params


def _camel(status: str) -> str:
    return status.replace("_", " ").title().replace(" ", "")


def _summary(thing: str, execution: Execution) -> Answer:
    values = {
        "status": execution.status,
        "queuedAt": execution.queued_at,
        "startedAt": execution.started_at,
        "lastUpdatedAt": execution.updated_at,
        "executionNumber": execution.number,
    }
    named = {name: value for name, value in values.items() if value is not None}
    return {"thingArn": f"{ARN}:thing/{thing}", "jobExecutionSummary": named}
