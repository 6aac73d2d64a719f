"""All errors that the agent knows.

A handler of the device's owner may raise JobError and RefusedError. AWS IoT shows their texts to the job's author.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class AgentError(Exception):
    """The base of the agent's errors."""


class ConfigError(AgentError):
    """The configuration is wrong. `problems` has one sentence per fault."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class JobError(AgentError):
    """The job failed. Its execution ends FAILED, and AWS may retry it."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class RefusedError(JobError):
    """This device never does what the job asks for. Its execution ends REJECTED, and AWS does not retry it."""


class LaterError(AgentError):
    """The jobs service does not answer, or not now. The same call may succeed later."""


class GoneError(AgentError):
    """The execution is over or no longer belongs to this device. Nothing remains to be done for it."""


@dataclass(frozen=True, slots=True)
class ExecutionState:
    """The current state of an execution. The jobs service adds it to some refusals."""

    status: str
    version: int


class RejectedError(AgentError):
    """The jobs service refused a call. `state` is None if the refusal did not include it."""

    def __init__(self, code: str, message: str, state: ExecutionState | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.state = state


class CheckFailedError(AgentError):
    """A step of `shiftwork-agent check` failed. `next_step` says what to do about it."""

    def __init__(self, fault: str, next_step: str) -> None:
        super().__init__(fault)
        self.next_step = next_step
