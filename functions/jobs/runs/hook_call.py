"""Start a run by a hook.

A call of the hook's URL starts this. The caller has only the hook's id and secret, and a limited number of calls each
minute. A repeated call with the same idempotency key returns the same run.
"""

import hmac
import math
import secrets
from dataclasses import dataclass
from datetime import datetime

from functions.jobs.inputs.hook_rules import call_problems
from functions.jobs.inputs.inputs import Inputs
from functions.jobs.model.errors import HookNotFoundError, InvalidError, JobNotFoundError, TooManyCallsError
from functions.jobs.model.hook import Hook, hash_of, is_hook_id
from functions.jobs.model.idempotency import IdempotencyKey
from functions.jobs.model.rate import end_of, minute_of
from functions.jobs.model.run import Cause, Run, new_run_id
from functions.jobs.ports.definitions import HookStore, JobStore
from functions.jobs.runs.launch import RunLauncher
from functions.jobs.runs.trigger import Trigger

_NO_HOOKS_HASH = hash_of(secrets.token_hex())  # compared with the secret if there is no hook: no secret has this hash
_TRIES = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class HookDoor:
    """Admits callers who have the hook's secret, a limited number of times each minute."""

    hooks: HookStore

    def admit(self, hook_id: str, secret: str, now: datetime) -> Hook:
        """Check the secret, count the call in its minute, and return the hook. A wrong secret counts no call.

        Raises HookNotFoundError (for a wrong secret too), TooManyCallsError.
        """
        for _ in range(_TRIES):
            hook = self._known(hook_id, secret)
            minute = max(hook.minute, minute_of(now))  # if clocks differ, the later one counts
            if minute == hook.minute and hook.calls >= hook.spec.rate_per_minute:
                break
            if self.hooks.count(hook, minute, now):
                return hook
            # Another call was counted meanwhile, or the secret was rotated: read the hook again.
        left = end_of(minute) - now.timestamp()
        raise TooManyCallsError(hook.spec.rate_per_minute, math.ceil(left))

    def _known(self, hook_id: str, secret: str) -> Hook:
        """Return the hook if this is its secret; raises HookNotFoundError.

        A missing hook and a wrong secret take the same steps, so that nobody can tell them apart by the time: one read
        of one item, one hash, and one comparison that does not end at the first difference.
        """
        if not is_hook_id(hook_id):  # the form of ids is no secret
            raise HookNotFoundError(hook_id)
        hook = self.hooks.get(hook_id)
        right = hmac.compare_digest(hash_of(secret), hook.secret_hash if hook else _NO_HOOKS_HASH)
        if hook is None or not right:
            raise HookNotFoundError(hook_id)
        return hook


@dataclass(frozen=True, kw_only=True, slots=True)
class HookCall:
    """A call of a hook, as the caller sent it."""

    hook_id: str
    secret: str
    inputs: Inputs
    key: IdempotencyKey | None
    now: datetime

    def trigger(self, hook: Hook) -> Trigger:
        """The trigger of this call for a run of the hook's job."""
        run_id = new_run_id(self.now)
        return Trigger(
            job_id=hook.job_id, run_id=run_id, now=self.now, key=self.key, cause=Cause.HOOK, cause_id=hook.id
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class HookCaller:
    """Starts runs for callers of hooks."""

    jobs: JobStore
    door: HookDoor
    launcher: RunLauncher

    def call_hook(self, call: HookCall) -> Run:
        """Start a run; the same key again gives the same run.

        Raises HookNotFoundError (for a wrong secret too), TooManyCallsError, InvalidError, KeyReusedError.
        """
        hook = self.door.admit(call.hook_id, call.secret, call.now)
        job = self.jobs.get(hook.job_id)
        if job is None or job.created_at != hook.since:  # the hook is left over from a deleted job
            raise HookNotFoundError(hook.id)
        if wrong := list(call_problems(hook.spec, call.inputs)):
            raise InvalidError(wrong)
        try:
            return self.launcher.launch_run(call.trigger(hook), call.inputs)
        except JobNotFoundError as gone:
            raise HookNotFoundError(hook.id) from gone
