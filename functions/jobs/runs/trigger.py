"""Use cases: trigger a run, delete a finished one. Each step may be repeated: a repeated step changes nothing."""

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from functions.jobs.model.errors import (
    ActiveRunError,
    InvalidError,
    JobChangedError,
    JobNotFoundError,
    Problem,
    RunNotFoundError,
)
from functions.jobs.model.idempotency import IdempotencyKey, KeyUsedError
from functions.jobs.model.job import Job
from functions.jobs.model.launch_plan import LaunchPlan
from functions.jobs.model.run import Cause, Overrides, Run, RunStatus
from functions.jobs.ports.definitions import JobStore
from functions.jobs.ports.runs import Claim, Executions, RunExistsError, RunStore, StalePlanError

_UNKNOWN = LaunchPlan(revision=0, task_definition="unknown", cpu=0, memory=0)
_TRIES = 3
_BY_ENDS = (Cause.DEPENDENCY, Cause.SCHEDULE)  # what the end of a run may start: its children, and a firing that waits


@dataclass(frozen=True, kw_only=True, slots=True)
class Trigger:
    """A wish that a job runs. The same `run_id`, or the same `key`, is the same wish.

    `claim` is what it wants of the other runs of the job; a call wants nothing. `plan` is the job's plan that the
    parameters and overrides were checked and worked out for; None where the job's present one is to decide.
    """

    job_id: str
    run_id: str
    now: datetime
    key: IdempotencyKey | None = None
    cause: Cause = Cause.CALL
    cause_id: str | None = None
    schedule_id: str | None = None
    scheduled_at: datetime | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    overrides: Overrides = field(default_factory=Overrides)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    rerun_of: str | None = None
    claim: Claim = Claim.ANY
    plan: LaunchPlan | None = None

    def earlier(self, used: KeyUsedError) -> str:
        """The id of the run that this key started before; raises KeyReusedError if the key came with another body."""
        return self.key.result(used) if self.key else self.run_id

    def run(self, plan: LaunchPlan) -> Run:
        """The run that this trigger asks for."""
        return Run(
            id=self.run_id,
            job_id=self.job_id,
            status=RunStatus.INITIAL,
            created_at=self.now,
            plan=plan,
            cause=self.cause,
            cause_id=self.cause_id,
            schedule_id=self.schedule_id,
            scheduled_at=self.scheduled_at,
            parameters=self.parameters,
            overrides=self.overrides,
            inputs=self.inputs,
            labels=self.labels,
            rerun_of=self.rerun_of,
        )

    def lacking(self, plan: LaunchPlan) -> list[Problem]:
        """What the job wants each run to be given, and this one is not."""
        names = [name for name in plan.required if name not in self.parameters]
        problems = [Problem(f"/parameters/{name}", f"is required: give {name} a value.") for name in names]
        if plan.needs_payload and self.overrides.payload is None and self.overrides.payload_url is None:
            problems.append(Problem("/payload", "is required: give the run a payload."))
        return problems


@dataclass(frozen=True, kw_only=True, slots=True)
class RunStarter:
    """Starts runs. `plans` remembers launch plans from one call to the next; the table corrects it."""

    runs: RunStore
    executions: Executions
    plans: MutableMapping[str, LaunchPlan]

    def trigger_run(self, trigger: Trigger) -> Run:
        """Start the run, or return the one that this trigger started before.

        Raises JobNotFoundError, InvalidError if the job requires more, JobChangedError if it has another plan than
        the trigger, KeyReusedError, and BusyError if the claim does not hold.
        If the execution cannot be started, the error propagates and the run stays INITIAL: the same trigger again
        starts it.
        """
        return self.begin_run(self._put(trigger))

    def remember_plan(self, job: Job) -> None:
        """Use this plan for the job's next trigger: it has just been read."""
        self.plans[job.id] = job.plan

    def begin_run(self, run: Run) -> Run:
        """Start the run's execution, unless it is known to be started."""
        if run.status is RunStatus.INITIAL:
            self.executions.start(run)
        return run

    def resume_runs(self, jobs: JobStore, job_ids: Iterable[str]) -> list[Run]:
        """Start what an end has put for these jobs and perhaps never started; the runs that are still to begin."""
        states = jobs.states(job_ids)
        active = self.runs.get_all((job_id, run_id) for job_id, state in states.items() for run_id in state.active)
        waiting = [run for run in active if run.status is RunStatus.INITIAL and run.cause in _BY_ENDS]
        for run in waiting:
            self.executions.start(run)
        return waiting

    def _put(self, trigger: Trigger) -> Run:
        for _ in range(_TRIES):
            plan = trigger.plan or self.plans.get(trigger.job_id, _UNKNOWN)
            # What a remembered plan requires, the job may require no longer: the table corrects it.
            run = trigger.run(_UNKNOWN if trigger.lacking(plan) else plan)
            try:
                self.runs.put(run, trigger.key, trigger.claim)
            except StalePlanError as stale:
                if stale.plan is None:
                    raise JobNotFoundError(trigger.job_id) from stale
                self.plans[trigger.job_id] = stale.plan
                if trigger.plan not in (None, stale.plan):
                    raise JobChangedError from stale
                if problems := trigger.lacking(stale.plan):
                    raise InvalidError(problems) from stale
            except RunExistsError:
                return found(self.runs, trigger.job_id, run.id)
            except KeyUsedError as used:
                return found(self.runs, trigger.job_id, trigger.earlier(used))
            else:
                return run
        raise JobChangedError


def delete_run(runs: RunStore, job_id: str, run_id: str, now: datetime) -> Run:
    """Delete a finished run, and return it; the job's counters still count it.

    Raises RunNotFoundError, and ActiveRunError as long as the run goes on.
    """
    run = found(runs, job_id, run_id)
    if not runs.delete(run, now):
        raise ActiveRunError(run_id)
    return run


def found(runs: RunStore, job_id: str, run_id: str) -> Run:
    """The run; raises RunNotFoundError."""
    run = runs.get(job_id, run_id)
    if run is None:
        raise RunNotFoundError(job_id, run_id)
    return run
