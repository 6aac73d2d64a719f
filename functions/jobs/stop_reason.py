"""Why an attempt ended without success, read from what ECS says of its task."""

from functions.jobs.run import Reason

# ECS API Reference, Task: stopCode
_REASONS = {
    "EssentialContainerExited": Reason.EXIT_CODE,
    "TaskFailedToStart": Reason.START_FAILED,
    "SpotInterruption": Reason.SPOT_INTERRUPTED,
    "TerminationNotice": Reason.SPOT_INTERRUPTED,
    "UserInitiated": Reason.STOPPED,
}


def stop_reason(stop_code: str | None, exit_code: int | None, message: str | None) -> Reason:
    """The reason in a task's stop code, and in the exit code and message of its main container."""
    reason = _REASONS.get(stop_code or "", Reason.ABORTED)
    # A container can stop before it ran. Where one that it depends on has failed, ECS gives it the exit code 143 all
    # the same (amazon-ecs-agent, pull request 3218): its own reason tells.
    never_ran = exit_code is None or (message or "").startswith("CannotStartContainerError")
    return Reason.START_FAILED if reason is Reason.EXIT_CODE and never_ran else reason
