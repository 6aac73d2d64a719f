"""The state machine and our own code read the same reason in the end of an attempt.

The one decides by it whether to try again (rules), the other shows it.
"""

import json

import pytest

from functions.jobs.model.outcome import Ending, outcome_of
from functions.jobs.model.run import Reason
from tests.state_machines.machine import TaskError, evaluate
from tests.state_machines.runs import CONTAINER, given, planned, policy
from tests.unit.tasks import task_cause

EXITED = "Essential container in task exited"
NEVER_STARTED = "CannotStartContainerError: dependency graph: failed to resolve container ordering dependency"


def of_task(stop_code: str, text: str, **main: object) -> TaskError:
    task = task_cause(stop_code, text)
    task["Containers"][0].update(main)
    return TaskError("States.TaskFailed", json.dumps(task))


ENDS = [
    of_task("EssentialContainerExited", EXITED, ExitCode=1),
    of_task("EssentialContainerExited", EXITED, ExitCode=255),
    of_task("EssentialContainerExited", EXITED),
    of_task("EssentialContainerExited", EXITED, ExitCode=None),
    of_task("EssentialContainerExited", EXITED, ExitCode=143, Reason=NEVER_STARTED),
    of_task("EssentialContainerExited", NEVER_STARTED, ExitCode=143),
    of_task("EssentialContainerExited", EXITED, ExitCode=137, Reason="OutOfMemoryError: Container killed"),
    of_task("EssentialContainerExited", EXITED, ExitCode=1, Reason=""),
    of_task("TaskFailedToStart", "CannotPullContainerError: not found"),
    of_task("TaskFailedToStart", "CannotPullContainerError: not found", ExitCode=1),
    of_task("SpotInterruption", "Your Spot Task was interrupted.", ExitCode=137),
    of_task("SpotInterruption", "Your Spot Task was interrupted."),
    of_task("TerminationNotice", "Host is going away", ExitCode=143),
    of_task("UserInitiated", "Stopped in the console", ExitCode=143),
    of_task("ServiceSchedulerInitiated", "Scaling", ExitCode=143),
    of_task("InternalError", "Something at AWS"),
    of_task("", "no stop code", ExitCode=1),
    TaskError("States.TaskFailed", '{"Attachments": [{"De'),
    TaskError("States.TaskFailed", ""),
    TaskError("States.TaskFailed"),
    TaskError("States.Timeout"),
    TaskError("States.Timeout", "why"),
]


@pytest.mark.parametrize("error", ENDS, ids=map(str, range(len(ENDS))))
def test_both_say_the_same(error: TaskError) -> None:
    name, cause = error.args[0], error.args[1] if len(error.args) > 1 else None
    ours = outcome_of(Ending(status="FAILED", error=name, cause=cause)).reason
    assert _machines(name, cause) == ours


def test_all_reasons_of_rules_are_among_them() -> None:
    found = {outcome_of(Ending(status="FAILED", error=end.args[0], cause=end.args[-1])).reason for end in ENDS}
    assert found == {
        Reason.EXIT_CODE,
        Reason.START_FAILED,
        Reason.SPOT_INTERRUPTED,
        Reason.STOPPED,
        Reason.ABORTED,
        Reason.TIMEOUT,
    }


def _machines(error: str, cause: str | None) -> str:
    """The reason that the machine finds."""
    (catch,) = CONTAINER["States"]["RunTask"]["Catch"]
    told = {"Error": error} | ({} if cause is None else {"Cause": cause})
    states = {"input": given(planned(retry=policy())), "errorOutput": told, "context": {"State": {"RetryCount": 0}}}
    return str(evaluate(catch["Output"]["found"], states)["reason"])
