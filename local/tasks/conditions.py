"""The conditions on which a container may start, as it depends on others.

Amazon ECS API reference, ContainerDependency; ContainerDefinition, `startTimeout`. What becomes of a container whose
dependency can no longer be met the agent's source says (aws/amazon-ecs-agent, pull request 3218): it is stopped, with
exit code 143 and the reason worded here.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from local.tasks.engine import Running
from local.tasks.launch import Condition, Launch

NEVER = (
    "CannotStartContainerError: dependency graph: failed to resolve container ordering dependency "
    "[{dependency.launch.name}({dependency.launch.image}) ({dependency.status}->{condition}){exit}] "
    "for target [{target.name}({target.image})]"
)


@dataclass
class Member:
    """One container, as it stands."""

    launch: Launch
    status: str = "PENDING"
    exit_code: int | None = None
    reason: str | None = None
    health: str = "UNKNOWN"
    started: float | None = None
    running: Running | None = None

    @property
    def gives_up_at(self) -> float | None:
        """Return when others stop waiting for it, on the clock of `started`; None: never."""
        limit = self.launch.start_timeout
        return None if limit is None or self.started is None else self.started + limit


class Unresolvable(Exception):
    """A dependency that can no longer be met. The message is worded as the container's reason."""


def is_met(dependency: Member, condition: Condition) -> bool:
    """Return whether a container that depends on this one may start."""
    ran, over = dependency.started is not None, dependency.status == "STOPPED"
    match condition:
        case "START":
            return ran
        case "COMPLETE":
            return ran and over
        case "SUCCESS":
            return ran and over and dependency.exit_code == 0
    return dependency.health == "HEALTHY"


def check_it_can_be_met(dependency: Member, condition: Condition, target: Launch) -> None:
    """Raise Unresolvable if a condition that is not met never will be."""
    end = dependency.gives_up_at
    if dependency.status == "STOPPED" or (end is not None and time.monotonic() >= end):
        code = "" if dependency.exit_code is None else f" - Exit: {dependency.exit_code}"
        raise Unresolvable(NEVER.format(dependency=dependency, condition=condition, target=target, exit=code))


def seconds_to_wait(dependencies: Iterable[Member]) -> float | None:
    """Return the seconds until the first of them is waited for no longer; None: wait until there is news."""
    ends = [end for dependency in dependencies if (end := dependency.gives_up_at) is not None]
    return max(0.0, min(ends) - time.monotonic()) if ends else None
