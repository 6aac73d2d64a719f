"""Jobs in the table: the job's item has its document, its launch plan and its schedules; STATE has its active runs."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from functions.aws.table import CancelledError, Item, Table, pack
from functions.jobs.job import Job, JobState, LaunchPlan, Schedule

_LIST = "JOBS"  # the partition of GSI1 that lists all jobs by id


def job_key(job_id: str) -> dict[str, str]:
    """The key of a job's item."""
    return {"PK": f"JOB#{job_id}", "SK": "JOB"}


def state_key(job_id: str) -> dict[str, str]:
    """The key of what changes with each run: apart from the job, so that listing jobs never meets it."""
    return {"PK": f"JOB#{job_id}", "SK": "STATE"}


def plan_of(item: Item) -> LaunchPlan:
    """The launch plan in a job's item."""
    return LaunchPlan(
        revision=item["revision"], task_definition=item["taskDefinition"], cpu=item["cpu"], memory=item["memory"]
    )


class JobTable:
    """Implements functions.jobs.ports.JobStore."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, job_id: str) -> Job | None:
        """The job, or None."""
        item = self._table.get(job_key(job_id))
        return _job(item) if item else None

    def all(self) -> list[Job]:
        """All jobs, by id."""
        return [
            _job(item)
            for item in self._table.query(
                IndexName="GSI1",
                KeyConditionExpression="GSI1PK = :list",
                ExpressionAttributeValues={":list": {"S": _LIST}},
            )
        ]

    def create(self, job: Job) -> bool:
        """Put a new job with an empty state; False if there is one with this id."""
        new = "attribute_not_exists(PK)"
        try:
            self._table.transact(
                ("Put", {"Item": pack(_item(job)), "ConditionExpression": new}),
                ("Put", {"Item": pack(state_key(job.id) | {"successes": 0, "failures": 0})}),
            )
        except CancelledError:
            return False
        return True

    def update(self, job: Job, *, replacing: LaunchPlan) -> bool:
        """Save another revision; False if the job is gone, or is not at the revision that is replaced."""
        current = self._table.update(
            job_key(job.id),
            "SET spec = :spec, revision = :revision, taskDefinition = :new, cpu = :cpu, memory = :memory",
            "taskDefinition = :old",
            ExpressionAttributeValues=pack(
                {
                    ":spec": json.dumps(job.spec),
                    ":revision": job.plan.revision,
                    ":new": job.plan.task_definition,
                    ":cpu": job.plan.cpu,
                    ":memory": job.plan.memory,
                    ":old": replacing.task_definition,
                }
            ),
        )
        return current is None

    def delete(self, job_id: str) -> bool:
        """Delete the job and its state; False, and nothing is deleted, if it has an active run."""
        try:
            self._table.transact(
                ("Delete", {"Key": pack(job_key(job_id))}),
                ("Delete", {"Key": pack(state_key(job_id)), "ConditionExpression": "attribute_not_exists(active)"}),
            )
        except CancelledError:
            return False
        return True

    def states(self, job_ids: Iterable[str]) -> Mapping[str, JobState]:
        """The states of those of the jobs that exist."""
        items = self._table.get_all([state_key(job_id) for job_id in job_ids])
        return {item["PK"].removeprefix("JOB#"): _state(item) for item in items}

    def add_schedule(self, job_id: str, schedule: Schedule) -> bool:
        """Keep one more schedule; False if the job has one with this id."""
        current = self._table.update(
            job_key(job_id),
            "SET schedules.#id = :schedule",
            "attribute_exists(PK) AND attribute_not_exists(schedules.#id)",
            ExpressionAttributeNames={"#id": schedule["id"]},
            ExpressionAttributeValues=pack({":schedule": json.dumps(schedule)}),
        )
        return current is None


def _item(job: Job) -> dict[str, Any]:
    return job_key(job.id) | {
        "GSI1PK": _LIST,
        "GSI1SK": job.id,
        "spec": json.dumps(job.spec),
        "schedules": {schedule_id: json.dumps(schedule) for schedule_id, schedule in job.schedules.items()},
        "revision": job.plan.revision,
        "taskDefinition": job.plan.task_definition,
        "cpu": job.plan.cpu,
        "memory": job.plan.memory,
        "createdAt": job.created_at.isoformat(),
    }


def _job(item: Item) -> Job:
    return Job(
        spec=json.loads(item["spec"]),
        plan=plan_of(item),
        created_at=datetime.fromisoformat(item["createdAt"]),
        schedules={schedule_id: json.loads(text) for schedule_id, text in item["schedules"].items()},
    )


def _state(item: Item) -> JobState:
    success, failure = item.get("lastSuccessAt"), item.get("lastFailureAt")
    return JobState(
        active=frozenset(item.get("active", ())),
        successes=item["successes"],
        failures=item["failures"],
        last_success_at=datetime.fromisoformat(success) if success else None,
        last_failure_at=datetime.fromisoformat(failure) if failure else None,
    )
