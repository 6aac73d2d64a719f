"""The adapters on moto, with one job in the table."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from functions.aws.job_table import JobTable
from functions.aws.run_table import RunTable
from functions.aws.table import Table
from functions.jobs.job import Job
from functions.jobs.launch_plan import LaunchPlan
from functions.jobs.outcome import Outcome
from functions.jobs.ports import Page, PageWish
from functions.jobs.run import Run, RunStatus
from functions.jobs.running import Trigger
from functions.jobs.schedule import Schedule
from functions.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PLAN = LaunchPlan(revision=1, task_definition="arn:definition:1", cpu=256, memory=512)


def make_job(job_id: str = "team.job", *parents: str, **labels: str) -> Job:
    """A job that is not saved yet."""
    run = {"cpus": 0.1, "mem": 32, "disk": 0, "env": {}, "secrets": {}, "cmd": "true"}
    spec = {"id": job_id, "labels": dict(labels), "dependencies": [{"id": parent} for parent in parents], "run": run}
    return Job(spec=spec, plan=PLAN, created_at=NOW)  # type: ignore[arg-type]


def make_run(run_id: str = "20260102030405aaaaaaaaaa", *, job_id: str = "team.job", created_at: datetime = NOW) -> Run:
    """A run that is not put yet."""
    return Trigger(job_id=job_id, run_id=run_id, now=created_at).run(PLAN)


RUN = make_run()
NIGHTLY: Schedule = {
    "id": "nightly",
    "cron": "0 3 * * *",
    "timezone": "Europe/Rome",
    "startingDeadlineSeconds": 900,
    "concurrencyPolicy": "ALLOW",
    "enabled": True,
    "anchor": NOW.isoformat(),
}
SUCCESS = Outcome(status=RunStatus.SUCCESS, exit_code=0)


def changed(job: Job) -> Job:
    """The job with another document, as an update would save it."""
    plan = replace(job.plan, revision=job.plan.revision + 1, task_definition="arn:definition:2", subnets=("subnet-1",))
    return replace(job, plan=plan, version=job.version + 1)


def walk(page: Callable[[PageWish], Page[Any]], limit: int) -> list[Any]:
    """All the items of a list, page by page."""
    found: list[Any] = []
    cursor = None
    while True:
        answer = page(PageWish(limit=limit, cursor=cursor))
        assert len(answer.items) <= limit
        found += answer.items
        cursor = answer.cursor
        if cursor is None:
            return found


@pytest.fixture
def table(dynamodb: "DynamoDBClient") -> Table:
    """The one table."""
    return Table(dynamodb, "shiftwork", clock=NOW.timestamp)


@pytest.fixture
def settings() -> Settings:
    """The settings of the test deployment."""
    return Settings.from_env()


@pytest.fixture
def jobs(table: Table) -> JobTable:
    """The jobs: one, `team.job`."""
    found = JobTable(table)
    found.create(make_job(), None)
    return found


@pytest.fixture
def runs(jobs: JobTable, table: Table, settings: Settings) -> RunTable:
    """The runs: none yet."""
    return RunTable(table, settings.retention_days)
