"""A model of AWS IoT Jobs for one device, in memory: versions, execution numbers, and when it sends news.

Rules: docs.aws.amazon.com/iot/latest/developerguide/jobs-mqtt-api.html and jobs-api.html.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shiftwork_agent.errors import ExecutionState, LaterError, RejectedError
from shiftwork_agent.jobs.events import Event, NextChanged
from shiftwork_agent.jobs.execution import TERMINAL, Execution

_DEVICE_MAY_SAY = ("IN_PROGRESS", "SUCCEEDED", "FAILED", "REJECTED")


@dataclass
class Kept:
    """One execution in the service. `history` has each accepted report."""

    job_id: str
    document: Any
    number: int = 1
    version: int = 1
    status: str = "QUEUED"
    details: dict[str, str] = field(default_factory=dict)
    history: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def over(self) -> bool:
        return self.status in TERMINAL


@dataclass
class FakeJobs:
    """The service. Each call takes one of `faults`, which says what goes wrong with the call or its answer."""

    tell: Callable[[Event], None]
    executions: list[Kept] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    def add(self, job_id: str, document: object = None, number: int = 1) -> Kept:
        """Create a job for the device, or the next execution of a job that AWS retries."""
        before = self.first()
        kept = Kept(job_id, {"operation": "work"} if document is None else document, number)
        self.executions.append(kept)
        self._news(before)
        return kept

    def cancel(self, kept: Kept) -> None:
        """Cancel the job with force."""
        before = self.first()
        kept.status, kept.version = "CANCELED", kept.version + 1
        self._news(before)

    def first(self) -> Kept | None:
        """Return the execution in progress, or the oldest queued one."""
        open_ones = [kept for kept in self.executions if not kept.over]
        begun = [kept for kept in open_ones if kept.status == "IN_PROGRESS"]
        return next(iter(begun + open_ones), None)

    def start_next(self) -> Execution | None:
        self.calls.append("start-next")
        fault = self._fault()
        kept = self.first()
        if kept and kept.status == "QUEUED":
            kept.status, kept.version = "IN_PROGRESS", kept.version + 1
        self._lose(fault)
        return Execution(kept.job_id, kept.number, kept.version, kept.document, dict(kept.details)) if kept else None

    def update(self, execution: Execution, status: str, details: Mapping[str, str]) -> int:
        self.calls.append(status)
        fault = self._fault()
        kept = self._latest(execution)
        self._check(kept, execution, status)
        before = self.first()
        kept.status, kept.version = status, kept.version + 1
        kept.details = dict(details)
        kept.history.append((status, dict(details)))
        self._news(before)
        self._lose(fault)
        return kept.version

    def _latest(self, execution: Execution) -> Kept:
        for kept in reversed(self.executions):
            if (kept.job_id, kept.number) == execution.key:
                return kept
        raise RejectedError("ResourceNotFound", "no such execution")

    def _check(self, kept: Kept, execution: Execution, status: str) -> None:
        state = ExecutionState(kept.status, kept.version)
        if status not in _DEVICE_MAY_SAY:
            raise RejectedError("InvalidRequest", f"a device does not say {status}")
        if kept.over:
            raise RejectedError("InvalidStateTransition", "it is over", state)
        if kept.version != execution.version:
            raise RejectedError("VersionMismatch", "another version", state)

    def _fault(self) -> str:
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "unreachable":
            raise LaterError("the call did not arrive")
        if fault.isidentifier() and fault[0].isupper():
            raise RejectedError(fault, "by the test")
        return fault

    def _lose(self, fault: str) -> None:
        if fault == "answer lost":
            raise LaterError("the answer did not arrive")

    def _news(self, before: Kept | None) -> None:
        """Send notify-next if the first open execution is another one than before."""
        first = self.first()
        if first is not before:
            self.tell(NextChanged((first.job_id, first.number) if first else None))
