"""Trigger a run; delete a finished run.

Calls of the API, firings, hooks, events and the ends of other runs start this. It puts the run into the table, if the
job's state admits it, and starts its execution. The same trigger again returns the same run, and starts its execution
if that failed before.
"""

from collections.abc import Iterable, Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from functions.jobs.model.errors import (
    ActiveRunError,
    InvalidError,
    JobChangedError,
    JobNotFoundError,
    NoFleetsError,
    Problem,
    RunNotFoundError,
    UnavailableError,
)
from functions.jobs.model.firing import Firing
from functions.jobs.model.idempotency import IdempotencyKey, KeyUsedError
from functions.jobs.model.job import Job
from functions.jobs.model.launch_plan import LaunchPlan
from functions.jobs.model.run import Cause, Overrides, Run, RunStatus, new_run_id
from functions.jobs.ports.definitions import JobStore
from functions.jobs.ports.runs import Claim, Executions, RunExistsError, RunStore, StalePlanError

_UNKNOWN = LaunchPlan(revision=0, task_definition="unknown", cpu=0, memory=0)
_TRIES = 3
_ANSWERED = (Cause.CALL, Cause.HOOK)  # causes of runs for which somebody waits
_BY_ENDS = (Cause.DEPENDENCY, Cause.SCHEDULE)  # causes of runs that the end of a run starts: children, waiting firings


@dataclass(frozen=True, kw_only=True, slots=True)
class Trigger:
    """A request that starts a run of a job. The same `run_id`, or the same `key`, is the same trigger.

    `claim` is the condition on the job's other runs; a call has none. `plan` is the launch plan for which the inputs
    were prepared; None if any current plan will do.
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

    @classmethod
    def of_firing(cls, firing: Firing, now: datetime) -> "Trigger":
        """The trigger of a firing, without what its schedule adds."""
        return cls(
            job_id=firing.job_id,
            run_id=firing.run_id,
            now=now,
            cause=Cause.SCHEDULE,
            schedule_id=firing.schedule_id,
            scheduled_at=firing.scheduled_at,
        )

    def earlier(self, used: KeyUsedError) -> str:
        """The id of the run that this key started before; raises KeyReusedError if the body was another one."""
        return self.key.result(used) if self.key else self.run_id

    def has_started(self, run: Run) -> bool:
        """Whether the run with this trigger's id is its own. Ids of calls and hooks are random."""
        return self.cause not in (Cause.CALL, Cause.HOOK) or run.created_at == self.now

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
        """The required inputs that this trigger does not have, as problems."""
        names = [name for name in plan.required if name not in self.parameters]
        problems = [Problem(f"/parameters/{name}", f"is required: give {name} a value.") for name in names]
        if plan.needs_payload and self.overrides.payload is None and self.overrides.payload_url is None:
            problems.append(Problem("/payload", "is required: give the run a payload."))
        return problems


@dataclass(frozen=True, kw_only=True, slots=True)
class RunStarter:
    """Starts runs. `plans` keeps launch plans from one call to the next; the table corrects outdated ones.

    `fleets`: whether the deployment has fleet runs. If it was deployed again without, it still has its fleet jobs.
    """

    jobs: JobStore
    runs: RunStore
    executions: Executions
    plans: MutableMapping[str, LaunchPlan]
    fleets: bool

    def trigger_run(self, trigger: Trigger) -> Run:
        """Start the run, or return the one that this trigger started before.

        Raises JobNotFoundError, InvalidError if required inputs are missing, NoFleetsError, JobChangedError if the job
        has another plan than the trigger, KeyReusedError, and BusyError if the claim does not hold.
        If the execution cannot be started, the error propagates and the run stays INITIAL. The same trigger again
        starts it. A caller without a key would start a second run with it. So if AWS only does not take the start for
        the moment, callers and hooks get the run that was put, and the sweep starts it.
        """
        run = self._put(trigger)
        with suppress(*(UnavailableError,) if trigger.cause in _ANSWERED else ()):
            self.begin_run(run)
        return run

    def remember_plan(self, job: Job) -> None:
        """Keep the plan of a job that has just been read, for its next trigger."""
        self.plans[job.id] = job.plan

    def begin_run(self, run: Run) -> Run:
        """Start the run's execution, unless the run's status shows that it was started."""
        if run.status is RunStatus.INITIAL:
            self.executions.start(run)
        return run

    def resume_runs(self, job_ids: Iterable[str]) -> list[Run]:
        """Start the executions of runs of these jobs that the end of a run has put; returns the runs.

        They are still INITIAL: the call that put them may have failed before it started them.
        """
        states = self.jobs.states(job_ids)
        active = self.runs.get_all((job_id, run_id) for job_id, state in states.items() for run_id in state.active)
        initial = [run for run in active if run.status is RunStatus.INITIAL and run.cause in _BY_ENDS]
        for run in initial:
            self.executions.start(run)
        return initial

    def _put(self, trigger: Trigger) -> Run:
        for _ in range(_TRIES):
            plan = self._allowed(trigger.plan or self.plans.get(trigger.job_id, _UNKNOWN))
            # The job may no longer require what the kept plan requires: the table then answers with the current plan.
            run = trigger.run(_UNKNOWN if trigger.lacking(plan) else plan)
            try:
                self.runs.put(run, trigger.key, trigger.claim)
            except StalePlanError as stale:
                if stale.plan is None:
                    raise JobNotFoundError(trigger.job_id) from stale
                self.plans[trigger.job_id] = self._allowed(stale.plan)
                if trigger.plan not in (None, stale.plan):
                    raise JobChangedError from stale
                if problems := trigger.lacking(stale.plan):
                    raise InvalidError(problems) from stale
            except RunExistsError:
                existing = found(self.runs, trigger.job_id, run.id)
                if trigger.has_started(existing):
                    return existing
                if trigger.overrides.payload_url:  # it names the id, and the other run has its payload there
                    raise JobChangedError from None
                trigger = replace(trigger, run_id=new_run_id(trigger.now))
            except KeyUsedError as used:
                if earlier := self.runs.get(trigger.job_id, trigger.earlier(used)):
                    return earlier
                trigger = renewed(self.jobs, trigger, used)
            else:
                return run
        raise JobChangedError

    def _allowed(self, plan: LaunchPlan) -> LaunchPlan:
        if plan.fleet and not self.fleets:
            raise NoFleetsError
        return plan


def delete_run(runs: RunStore, job_id: str, run_id: str, now: datetime) -> Run:
    """Delete a finished run and return it. The job's counters still count it.

    Raises RunNotFoundError, and ActiveRunError if the run has not ended.
    """
    run = found(runs, job_id, run_id)
    if not runs.delete(run, now):
        raise ActiveRunError(run_id)
    return run


def renewed(jobs: JobStore, trigger: Trigger, used: KeyUsedError) -> Trigger:
    """The trigger whose key counts since the job was created. The run that the key started does not exist any more.

    Raises RunNotFoundError if the key started it for this job, and not for an earlier one with the same id.
    """
    job = jobs.get(trigger.job_id)
    if job and trigger.key and used.used_at and used.used_at < job.created_at:
        return replace(trigger, key=replace(trigger.key, since=job.created_at))
    raise RunNotFoundError(trigger.job_id, trigger.earlier(used))


def found(runs: RunStore, job_id: str, run_id: str) -> Run:
    """The run; raises RunNotFoundError."""
    run = runs.get(job_id, run_id)
    if run is None:
        raise RunNotFoundError(job_id, run_id)
    return run
