"""What a run waits for while ECS starts no task for it.

state_machines/run_container/without_a_task.jsonata decides by the same words how long the run waits:
tests/state_machines/test_waiting.py compares both.
"""

import json
import re
from enum import StrEnum
from typing import Any

_UNKNOWN = "AmazonECS.Unknown"  # RunTask answered `failures` and no task; the cause is that answer
_NAMELESS = (_UNKNOWN, "ECS.AmazonECSException")  # the errors of ECS that have no name of their own
_THROTTLED = re.compile("rate exceeded|throttling|request limit exceeded", re.IGNORECASE)
_QUOTA = re.compile("reached the limit on the number of", re.IGNORECASE)
_CAPACITY = {True: re.compile("capacity", re.IGNORECASE), False: re.compile("capacity is unavailable", re.IGNORECASE)}
# Step Functions adds this to an error of ECS: it tells a reader nothing.
_SERVICE = re.compile(r"\s*\(Service: .*\)$", re.DOTALL)
_LONGEST = 500


class Obstacle(StrEnum):
    """Why ECS starts no task. UNKNOWN has words that nobody knows, SERVER is an error of ECS itself."""

    THROTTLED = "THROTTLED"
    QUOTA = "QUOTA"
    CAPACITY = "CAPACITY"
    UNKNOWN = "UNKNOWN"
    SERVER = "SERVER"


_SENTENCES = {
    Obstacle.THROTTLED: "The rate at which this account may start ECS tasks: {}",
    Obstacle.QUOTA: "The account's quota of Fargate: {}",
    Obstacle.CAPACITY: "Capacity of Fargate: {}",
    Obstacle.UNKNOWN: "ECS, which starts no task: {}",
    Obstacle.SERVER: "ECS, which has an error: {}",
}


def obstacle_of(error: str, cause: str) -> Obstacle | None:
    """Return what stands in the way of a task, by an error of RunTask; None if the run does not wait for it to pass."""
    words = _words(error, cause)
    if error == "ECS.ServerException":
        return Obstacle.SERVER
    if error != _UNKNOWN and not error.startswith("ECS."):
        return None
    if error == "ECS.ThrottlingException" or _THROTTLED.search(words):
        return Obstacle.THROTTLED
    if _QUOTA.search(words):
        return Obstacle.QUOTA
    if _CAPACITY[error in _NAMELESS].search(words):
        return Obstacle.CAPACITY
    return Obstacle.UNKNOWN if error in _NAMELESS else None


def waiting_for(error: str, cause: str) -> str | None:
    """Return what a run waits for, in a sentence with ECS's own words; None if it does not wait for ECS."""
    obstacle = obstacle_of(error, cause)
    words = _SERVICE.sub("", _words(error, cause)).strip()[:_LONGEST] or error
    return _SENTENCES[obstacle].format(words) if obstacle else None


def _words(error: str, cause: str) -> str:
    """Return what ECS said. An answer without a task is JSON, if Step Functions did not cut it off."""
    if error != _UNKNOWN:
        return cause
    try:
        answer: dict[str, Any] = json.loads(cause)
        return str(answer["Failures"][0]["Reason"])
    except (ValueError, LookupError, TypeError):
        return cause
