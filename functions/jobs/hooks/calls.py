"""Use case: start a run by a hook. Who calls has nothing but the hook's id and its secret."""

from dataclasses import dataclass
from datetime import datetime

from functions.jobs.errors import HookNotFoundError, InvalidError, JobNotFoundError
from functions.jobs.hooks.door import HookDoor
from functions.jobs.hooks.hook import Hook
from functions.jobs.hooks.rules import call_problems
from functions.jobs.idempotency import IdempotencyKey
from functions.jobs.inputs.inputs import Inputs
from functions.jobs.inputs.ordering import Ordering
from functions.jobs.ports import JobStore
from functions.jobs.run import Cause, Run, new_run_id
from functions.jobs.running import Trigger


@dataclass(frozen=True, kw_only=True, slots=True)
class HookCall:
    """What a caller sent."""

    hook_id: str
    secret: str
    inputs: Inputs
    key: IdempotencyKey | None
    now: datetime

    def trigger(self, hook: Hook) -> Trigger:
        """The wish for a run."""
        run_id = new_run_id(self.now)
        return Trigger(
            job_id=hook.job_id, run_id=run_id, now=self.now, key=self.key, cause=Cause.HOOK, cause_id=hook.id
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class HookCalling:
    """What it needs."""

    jobs: JobStore
    door: HookDoor
    order: Ordering

    def __call__(self, call: HookCall) -> Run:
        """Start a run; the same key again gives the same run.

        Raises HookNotFoundError (for a wrong secret too), TooManyCallsError, InvalidError, KeyReusedError.
        """
        hook = self.door.admit(call.hook_id, call.secret, call.now)
        job = self.jobs.get(hook.job_id)
        if job is None or job.created_at != hook.since:  # the job was deleted, and its hooks were left over
            raise HookNotFoundError(hook.id)
        if wrong := list(call_problems(hook.spec, call.inputs)):
            raise InvalidError(wrong)
        try:
            return self.order(call.trigger(hook), call.inputs)
        except JobNotFoundError as gone:
            raise HookNotFoundError(hook.id) from gone
