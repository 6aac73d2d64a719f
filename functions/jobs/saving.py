"""Use cases: create, update and delete a job. What is wrong is said before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from functions.jobs.errors import (
    ActiveRunsError,
    InvalidError,
    JobChangedError,
    JobExistsError,
    JobNotFoundError,
    Problem,
    ScheduleExistsError,
)
from functions.jobs.job import Job, JobSpec, LaunchPlan, Schedule
from functions.jobs.ports import JobStore, RunStore, TaskDefinitions
from functions.jobs.running import Stopping
from functions.jobs.task_definition import Deployment, family_of, size_of, task_definition


@dataclass(frozen=True, kw_only=True, slots=True)
class Saving:
    """What saving and deleting jobs needs."""

    jobs: JobStore
    runs: RunStore
    stop: Stopping
    definitions: TaskDefinitions
    deployment: Deployment

    def find(self, job_id: str) -> Job:
        """The job; raises JobNotFoundError."""
        job = self.jobs.get(job_id)
        if job is None:
            raise JobNotFoundError(job_id)
        return job

    def create(self, spec: JobSpec, schedules: Mapping[str, Schedule], now: datetime) -> Job:
        """Save a new job; raises InvalidError, JobExistsError."""
        request = task_definition(spec, self.deployment)
        if self.jobs.get(spec["id"]):
            raise JobExistsError
        plan = self._plan(spec, 1, self.definitions.register(request))
        job = Job(spec=spec, plan=plan, created_at=now, schedules=schedules)
        if not self.jobs.create(job):
            self.definitions.deregister(plan.task_definition)
            raise JobExistsError
        return job

    def update(self, job_id: str, spec: JobSpec) -> Job:
        """Replace a job's document; its schedules and its active runs stay as they are.

        Raises InvalidError, JobNotFoundError, JobChangedError.
        """
        if spec["id"] != job_id:
            raise InvalidError([Problem("/id", f"must be the id in the path, '{job_id}', or a new job's by POST.")])
        request = task_definition(spec, self.deployment)
        old = self.find(job_id)
        plan = self._plan(spec, old.plan.revision + 1, self.definitions.register(request))
        new = replace(old, spec=spec, plan=plan)
        if not self.jobs.update(new, replacing=old.plan):
            self.definitions.deregister(plan.task_definition)
            raise JobChangedError
        return new

    def delete(self, job_id: str, *, stop_runs: bool, now: datetime) -> Job:
        """Delete a job with its history; raises JobNotFoundError, and ActiveRunsError unless `stop_runs`."""
        job = self.find(job_id)
        active = self.jobs.states([job_id])[job_id].active
        if active and not stop_runs:
            raise ActiveRunsError
        for run_id in active:
            self.stop(job_id, run_id, now)
        if not self.jobs.delete(job_id):
            raise ActiveRunsError  # one started meanwhile: nothing has been deleted yet
        self.definitions.deregister_family(family_of(self.deployment.family_prefix, job_id))
        self.runs.purge(job_id)
        return job

    def add_schedule(self, job_id: str, schedule: Schedule) -> Schedule:
        """Keep a schedule with its job; raises JobNotFoundError, ScheduleExistsError."""
        self.find(job_id)
        if not self.jobs.add_schedule(job_id, schedule):
            raise ScheduleExistsError(schedule["id"])
        return schedule

    def _plan(self, spec: JobSpec, revision: int, arn: str) -> LaunchPlan:
        size = size_of(spec)
        return LaunchPlan(revision=revision, task_definition=arn, cpu=size.cpu, memory=size.memory)
