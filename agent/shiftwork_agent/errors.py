"""What can go wrong, as one family of errors. Their texts may be shown to whoever made the job."""

from collections.abc import Sequence
from dataclasses import dataclass


class AgentError(Exception):
    """A known error."""


class ConfigError(AgentError):
    """The configuration is wrong: `problems` has a sentence for each key."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class JobError(AgentError):
    """The job did not do what it should: its execution ends FAILED, which AWS may try again."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class RefusedError(JobError):
    """This device never does what the job asks for: its execution ends REJECTED, which is not tried again."""


class LaterError(AgentError):
    """The jobs service cannot be reached, or not now: the same call may succeed after a while."""


class GoneError(AgentError):
    """The execution is over, or no longer this device's: nothing more is to be done for it."""


@dataclass(frozen=True, slots=True)
class ExecutionState:
    """How an execution is now, as the jobs service tells it with some of its refusals."""

    status: str
    version: int


class RejectedError(AgentError):
    """The jobs service refused a call."""

    def __init__(self, code: str, message: str, state: ExecutionState | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.state = state


class CheckFailedError(Exception):
    """`next_step` is what to do about it."""

    def __init__(self, what: str, next_step: str) -> None:
        super().__init__(what)
        self.next_step = next_step
