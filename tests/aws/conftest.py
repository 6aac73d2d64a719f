"""The adapters on moto, with one job in the table."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from functions.aws import adapters
from functions.aws.job_table import JobTable
from functions.aws.run_table import RunTable
from functions.jobs.job import Job, LaunchPlan
from functions.jobs.run import Run
from functions.jobs.running import Trigger
from functions.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PLAN = LaunchPlan(revision=1, task_definition="arn:definition:1", cpu=256, memory=512)


def make_job(job_id: str = "team.job") -> Job:
    """A job that is not saved yet."""
    run = {"cpus": 0.1, "mem": 32, "disk": 0, "env": {}, "secrets": {}, "cmd": "true"}
    return Job(spec={"id": job_id, "labels": {}, "run": run}, plan=PLAN, created_at=NOW)  # type: ignore[typeddict-item]


def make_run(run_id: str = "20260102030405aaaaaaaaaa", plan: LaunchPlan = PLAN) -> Run:
    """A run that is not put yet."""
    return Trigger(job_id="team.job", run_id=run_id, now=NOW).run(plan)


@pytest.fixture
def settings() -> Settings:
    """The settings of the test deployment."""
    return Settings.from_env()


@pytest.fixture
def jobs(dynamodb: "DynamoDBClient", settings: Settings) -> JobTable:
    """The jobs: one, `team.job`."""
    table = adapters.job_table(settings)
    assert table.create(make_job())
    return table


@pytest.fixture
def runs(jobs: JobTable, settings: Settings) -> RunTable:
    """The runs: none yet."""
    return adapters.run_table(settings)
