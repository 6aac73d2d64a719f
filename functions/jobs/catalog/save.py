"""Create, update, roll back and delete a job. A draft is checked before anything is written."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from functions.jobs.catalog.erase import JobEraser
from functions.jobs.catalog.job_rules import check_dependencies, job_problems
from functions.jobs.catalog.launch_plan import launch_plan
from functions.jobs.catalog.sync import Syncer
from functions.jobs.container.task_definition import Deployment, task_definition
from functions.jobs.expressions.expression import anchored
from functions.jobs.fleet.document import values_of
from functions.jobs.fleet.request import create_request
from functions.jobs.fleet.rules import fleet_problems, unknown_problems
from functions.jobs.model.deletion import Deletion
from functions.jobs.model.errors import (
    ActiveRunsError,
    ChildrenError,
    InvalidError,
    JobNotFoundError,
    JobsError,
    NoFleetsError,
    NotFoundError,
    PreconditionError,
    RunNotFoundError,
    UnavailableError,
)
from functions.jobs.model.event import changed_rules
from functions.jobs.model.idempotency import IdempotencyKey, KeyUsedError
from functions.jobs.model.job import Job, JobSpec, Revision, fleet_of, fleet_run
from functions.jobs.model.schedule import Schedule
from functions.jobs.model.sync_mark import SyncMark
from functions.jobs.ports.definitions import JobStore, RevisionStore, TaskDefinitions
from functions.jobs.ports.fleet import Things
from functions.jobs.runs.stop import RunStopper


def definition_of(spec: JobSpec, deployment: Deployment, now: datetime) -> Mapping[str, Any]:
    """Return the RegisterTaskDefinition request of a container job, or the CreateJob request of a fleet job.

    The CreateJob request keeps the placeholders of parameters without a default. Raises InvalidError for all that AWS
    would refuse, and NoFleetsError for a fleet job in a deployment without fleets.
    """
    run = fleet_run(spec)
    if run is None:
        return task_definition(spec, deployment)
    if not deployment.fleets:
        raise NoFleetsError
    if problems := list(fleet_problems(spec, run, deployment)):
        raise InvalidError(problems)
    return create_request(run["fleet"], values_of(spec, {}), now)


def check_devices(spec: JobSpec, things: Things) -> None:
    """Check that the things and groups named by a fleet job exist. Raises InvalidError."""
    fleet = fleet_of(spec)
    if fleet and (problems := list(unknown_problems(fleet, things))):
        raise InvalidError(problems)


def new_fleet_definition() -> str:
    """Return what a revision of a fleet job has instead of a task definition: a name that no other revision has."""
    return f"fleet/{uuid4().hex}"


_UNREGISTERED = "unregistered"
_STOPPED_AT_ONCE = 5  # active runs that a request to delete a job stops itself: each takes some calls of AWS


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A job that keeps all rules and can be saved. `old` is the job that it replaces.

    `definition` is the request of `definition_of`.
    """

    job: Job
    definition: Mapping[str, Any]
    old: Job | None = None

    def mark(self, now: datetime) -> SyncMark | None:
        """Return the mark of the schedules and event rules that the draft changes; None if it changes none."""
        before = self.old.schedules if self.old else {}
        after = self.job.schedules
        changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
        rules = changed_rules(self.old, self.job)
        return SyncMark.new(self.job.id, changed, now, rules) if changed or rules else None


def check_together(job: Job) -> None:
    """Check the rules that concern the document and the schedules together. Raises InvalidError."""
    if problems := list(job_problems(job)):
        raise InvalidError(problems)


@dataclass(frozen=True, kw_only=True, slots=True)
class JobCatalog:
    """Saves, finds and deletes jobs and their revisions."""

    jobs: JobStore
    revisions: RevisionStore
    stopper: RunStopper
    task_definitions: TaskDefinitions
    things: Things
    deployment: Deployment
    syncer: Syncer
    eraser: JobEraser

    def find_job(self, job_id: str, if_match: str | None = None) -> Job:
        """Return a job; raises JobNotFoundError, and PreconditionError if `if_match` does not name its state."""
        job = self.jobs.get(job_id)
        if job is None:
            raise JobNotFoundError(job_id)
        if if_match not in (None, "*") and job.etag not in (if_match or "").replace(" ", "").split(","):
            raise PreconditionError
        return job

    def find_revision(self, job_id: str, number: int) -> Revision:
        """Return a revision of a job; raises NotFoundError."""
        revision = self.revisions.get(job_id, number)
        if revision is None:
            self.find_job(job_id)
            raise NotFoundError("Revision", str(number))
        return revision

    def draft_new(self, spec: JobSpec, schedules: Mapping[str, Schedule], now: datetime) -> Draft:
        """Draft a new job. Raises InvalidError, DependencyError, JobExistsError, JobErasedError."""
        definition = definition_of(spec, self.deployment, now)
        plan = launch_plan(spec, revision=1, task_definition=_UNREGISTERED)
        job = Job(spec=spec, plan=plan, created_at=now, schedules=_anchored(schedules, {}, now))
        check_together(job)
        self.jobs.check_free(job.id)
        check_dependencies(spec, self.jobs)
        check_devices(spec, self.things)
        self.syncer.check_rules(None, job)
        return Draft(job=job, definition=definition)

    def draft_change(
        self, old: Job, spec: JobSpec, now: datetime, schedules: Mapping[str, Schedule] | None = None
    ) -> Draft:
        """Draft a job with another document, and with other schedules if they are given; the id stays.

        Active runs keep the revision that they began with. Raises InvalidError, DependencyError.
        """
        spec = spec | {"id": old.id}
        definition = definition_of(spec, self.deployment, now)
        plan = launch_plan(spec, revision=old.plan.revision + 1, task_definition=_UNREGISTERED)
        kept = old.schedules if schedules is None else _anchored(schedules, old.schedules, now)
        job = replace(old, spec=spec, plan=plan, schedules=kept, version=old.version + 1)
        check_together(job)
        check_dependencies(spec, self.jobs)
        check_devices(spec, self.things)
        self.syncer.check_rules(old, job)
        return Draft(job=job, definition=definition, old=old)

    def save_draft(self, draft: Draft, now: datetime, key: IdempotencyKey | None = None) -> Job:
        """Register the task definition, if there is one, and save the job. A failed save deregisters it.

        If an earlier request with this key created the job, that job is returned. Raises JobExistsError,
        JobChangedError or DependencyError if something changed since the draft, and KeyReusedError.
        """
        is_fleet = draft.job.plan.fleet
        arn = new_fleet_definition() if is_fleet else self.task_definitions.register(draft.definition)
        job = replace(draft.job, plan=replace(draft.job.plan, task_definition=arn))
        mark = draft.mark(now)
        try:
            if draft.old:
                self.jobs.update(job, replacing=draft.old, now=now, mark=mark)
            else:
                self.jobs.create(job, key, mark)
        except (JobsError, KeyUsedError) as error:
            if not is_fleet:
                with suppress(UnavailableError):  # it stays until the job is deleted, and harms nobody
                    self.task_definitions.deregister(arn)
            if isinstance(error, KeyUsedError) and key:
                return self.find_job(key.result(error))
            raise
        self.syncer.bring_over(mark, job)
        return job

    def recall_job(self, key: IdempotencyKey, now: datetime) -> Job | None:
        """Return the job that an earlier request with this key created, or None; raises KeyReusedError."""
        used = self.jobs.recall(key, now)
        return self.find_job(key.result(used)) if used else None

    def delete_job(self, job: Job, *, stop_runs: bool, now: datetime) -> None:
        """Delete a job. Raises ChildrenError, and ActiveRunsError unless `stop_runs`.

        Many active runs are stopped, and a long history is erased, by the sweep: the job is gone at once, and until
        they are, no other job can have its id.
        """
        state = self.jobs.states([job.id]).get(job.id)
        if state is None:  # deleted a moment ago
            raise JobNotFoundError(job.id)
        if state.children:  # checked before any run is stopped
            raise ChildrenError(job.id, state.children)
        if state.active and not stop_runs:
            raise ActiveRunsError
        stops = len(state.active) > _STOPPED_AT_ONCE
        for run_id in () if stops else state.active:
            with suppress(RunNotFoundError):  # it ended and has expired
                self.stopper.stop_run(job.id, run_id, now)
        rules = changed_rules(job, None)
        mark = SyncMark.new(job.id, job.schedules, now, rules) if job.schedules or rules else None
        containers = job.plan.revision > 1 or not job.plan.fleet  # an earlier revision may have run containers
        deletion = Deletion(job_id=job.id, deleted_at=now, stops=stops, containers=containers)
        self.jobs.delete(job, deletion, mark)
        self.syncer.bring_over(mark, None)
        self.eraser.begin(deletion, now)


def _anchored(schedules: Mapping[str, Schedule], old: Mapping[str, Schedule], now: datetime) -> Mapping[str, Schedule]:
    return {name: anchored(schedule, old.get(name), now) for name, schedule in schedules.items()}
