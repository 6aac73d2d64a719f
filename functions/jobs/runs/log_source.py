"""The source of a log: which streams it has, when one of them is complete, and what a token says about it.

A token is `<attempt>:<place>`: the attempt that is being read, and CloudWatch's token in its stream. With several
containers, `<place>` has the place of each.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from functions.jobs.container.task_definition import container_names, log_stream
from functions.jobs.model.ecs_task import MAIN
from functions.jobs.model.errors import InvalidTokenError
from functions.jobs.model.run import Attempt, IndexedTask, Run
from functions.jobs.ports.definitions import RevisionStore

# CloudWatch shows a line some seconds after it was printed: the awslogs driver sends lines every five seconds, and a
# stream appears with its first line.
_DELAY = timedelta(seconds=5)
_DELAY_OF_A_STREAM = timedelta(seconds=15)
# A stopped run ends before its ECS task does: the task has 120 seconds at most between SIGTERM and SIGKILL (ECS API
# Reference, ContainerDefinition: stopTimeout). After this time, the news of the task's end must be lost.
_PATIENCE = timedelta(minutes=5)
_CLOCKS = timedelta(minutes=1)  # how far ECS's times of a task and the times of its lines can differ

Place = tuple[int, dict[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class LogSource:
    """Containers in the attempts of one task. `completed_at` is the end of the task, or of its run."""

    job_id: str
    run_id: str
    attempts: Mapping[int, Attempt]
    containers: Sequence[str]
    completed_at: datetime | None

    @classmethod
    def of(cls, run: Run, task: IndexedTask, containers: Sequence[str]) -> "LogSource":
        """Return the source of these containers' lines in a task of a run."""
        return cls(
            job_id=run.job_id,
            run_id=run.id,
            attempts=task.attempts,
            containers=containers,
            completed_at=task.completed_at or run.completed_at,
        )

    @property
    def last(self) -> int:
        """The number of the last attempt that is known; 0 if there is none."""
        return max(self.attempts, default=0)

    def stream(self, number: int, container: str) -> str:
        """Return the stream of a container in an attempt."""
        return log_stream(self.job_id, self.attempts[number].task_id, container)

    def is_closed(self, number: int, places: Mapping[str, str], now: datetime) -> bool:
        """Return whether CloudWatch shows all that an attempt has printed. `places` are those that were read of it.

        A number without an attempt is closed as soon as the next attempt, or the end of the task, is old enough: an
        attempt that never had an ECS task has no news of its own.
        """
        end = self._end(number)
        return end is not None and now >= end + (_DELAY if len(places) == len(self.containers) else _DELAY_OF_A_STREAM)

    def is_complete(self, now: datetime) -> bool:
        """Return whether no attempt can follow the last one that is known."""
        delay = _DELAY if self.attempts else _DELAY_OF_A_STREAM
        return self.completed_at is not None and now >= self.completed_at + delay

    def _end(self, number: int) -> datetime | None:
        """Return the time after which an attempt has printed nothing; None if it may still print."""
        attempt = self.attempts.get(number)
        if attempt and attempt.stopped_at:
            return attempt.stopped_at
        later = [
            moment
            for other, one in self.attempts.items()
            if other > number
            for moment in (one.started_at, one.stopped_at)
            if moment
        ]
        if later or self.completed_at is None:
            return min(later, default=None)
        return self.completed_at + _PATIENCE if attempt else self.completed_at

    def is_outside(self, number: int, since: datetime | None, until: datetime | None) -> bool:
        """Return whether an attempt ended before `since` or started after `until`, so that it need not be read."""
        attempt = self.attempts[number]
        early = since and attempt.stopped_at and attempt.stopped_at + _CLOCKS < since
        late = until and attempt.started_at and attempt.started_at - _CLOCKS > until
        return bool(early or late)

    def place(self, token: str | None) -> Place:
        """Return the attempt and the places in it that a token names. Raises InvalidTokenError."""
        if token is None:
            return 1, {}
        number, colon, text = token.partition(":")
        if not colon or not number.isdecimal() or len(number) > 9:
            raise InvalidTokenError("nextToken")
        if len(self.containers) == 1:
            return int(number), {self.containers[0]: text} if text else {}
        places = unpacked(text) if text else {}
        if not isinstance(places, dict) or not all(
            name in self.containers and isinstance(place, str) for name, place in places.items()
        ):
            raise InvalidTokenError("nextToken")
        return int(number), places

    def token(self, number: int, places: Mapping[str, str]) -> str:
        """Return the token of these places in an attempt."""
        if len(self.containers) == 1:
            return f"{number}:{places.get(self.containers[0], '')}"
        return f"{number}:{packed(dict(places)) if places else ''}"


def packed(value: Any) -> str:
    """Return a JSON value as a text that needs no escapes in a URL."""
    return urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")


def unpacked(text: str) -> Any:
    """Return the JSON value in a text of `packed`. Raises InvalidTokenError."""
    try:
        return json.loads(urlsafe_b64decode(text.encode() + b"=="))
    except (ValueError, RecursionError) as error:
        raise InvalidTokenError("nextToken") from error


def is_past(moment: datetime | None, now: datetime) -> bool:
    """Return whether CloudWatch shows all lines before this time, if there is one."""
    return moment is not None and now >= moment + _DELAY_OF_A_STREAM


def containers_of(job_id: str, revision: int, revisions: RevisionStore) -> list[str]:
    """Return the names of the containers that a revision of a job has; only `main` if the revision is gone."""
    found = revisions.get(job_id, revision)
    return container_names(found.spec) if found else [MAIN]
