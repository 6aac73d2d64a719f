"""Create, list, rotate and delete a job's hooks."""

from dataclasses import dataclass, replace
from datetime import datetime

from functions.jobs.inputs.hook_rules import hook_problems
from functions.jobs.model.errors import HookChangedError, HookNotFoundError, InvalidError
from functions.jobs.model.hook import Hook, HookSpec, hash_of, is_hook_id, job_of_hook, new_hook_id, new_secret
from functions.jobs.model.job import Job
from functions.jobs.ports.definitions import HookStore

MAX_HOOKS = 20  # for each job, because they are listed without pages


@dataclass(frozen=True, kw_only=True, slots=True)
class JobHooks:
    """Creates, lists, rotates and deletes the hooks of a job."""

    store: HookStore

    def add(self, job: Job, spec: HookSpec, now: datetime) -> tuple[Hook, str]:
        """Save a new hook and return it with its secret, of which only a hash is kept.

        Raises InvalidError, HookLimitError, and JobNotFoundError if the job was deleted meanwhile.
        """
        if problems := list(hook_problems(job.spec, spec)):
            raise InvalidError(problems)
        secret = new_secret()
        hook = Hook(
            id=new_hook_id(job.id), since=job.created_at, spec=spec, secret_hash=hash_of(secret), created_at=now
        )
        self.store.add(hook, MAX_HOOKS)
        return hook, secret

    def of(self, job: Job) -> list[Hook]:
        """Return the hooks of a job, oldest first. The list reflects all changes made before the call."""
        hooks = [hook for hook in self.store.all(job.id) if hook.since == job.created_at]
        return sorted(hooks, key=lambda hook: (hook.created_at, hook.id))

    def find(self, job: Job, hook_id: str) -> Hook:
        """Return a hook of this job; raises HookNotFoundError."""
        hook = self.store.get(hook_id) if is_hook_id(hook_id) and job_of_hook(hook_id) == job.id else None
        if hook is None or hook.since != job.created_at:
            raise HookNotFoundError(hook_id)
        return hook

    def rotate(self, hook: Hook, now: datetime) -> tuple[Hook, str]:
        """Give the hook a new secret and return both; the old secret stops working at once. Raises HookChangedError."""
        secret = new_secret()
        rotated = replace(hook, secret_hash=hash_of(secret), rotated_at=now)
        if not self.store.rotate(rotated, replacing=hook):
            raise HookChangedError
        return rotated, secret

    def delete(self, hook: Hook) -> None:
        """Delete a hook; raises HookNotFoundError."""
        if not self.store.delete(hook):
            raise HookNotFoundError(hook.id)
