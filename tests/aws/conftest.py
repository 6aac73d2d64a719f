"""Fixtures: the adapters on moto, with one job in the table."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from functions.aws import clients
from functions.aws.iot.jobs import IotCoreJobs
from functions.aws.iot.things import IotThings
from functions.aws.table.deletions import DeletionTable
from functions.aws.table.devices import DeviceTable
from functions.aws.table.jobs import JobTable
from functions.aws.table.rollouts import RolloutTable
from functions.aws.table.runs import RunTable
from functions.aws.table.table import Table
from functions.jobs.model.deletion import Deletion
from functions.jobs.model.job import Job
from functions.jobs.model.launch_plan import LaunchPlan
from functions.jobs.model.outcome import Outcome
from functions.jobs.model.page import Page, PageRequest
from functions.jobs.model.run import Run, RunStatus
from functions.jobs.model.schedule import Schedule
from functions.jobs.runs.trigger import Trigger
from functions.settings import Settings
from tests.aws.answer_site import AnswerSite, serve
from tests.conftest import FLEET_STATE_MACHINE

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


def delete(jobs: JobTable, job: Job, *, erased: bool = True) -> None:
    """Delete a job, and erase what belonged to it."""
    deletion, deletions = Deletion(job_id=job.id, deleted_at=NOW), DeletionTable(jobs._table)
    jobs.delete(job, deletion)
    if erased:
        while deletions.erase_some(deletion):
            pass
        deletions.free(deletion, None)


def walk(page: Callable[[PageRequest], Page[Any]], limit: int) -> list[Any]:
    """All the items of a list, page by page."""
    found: list[Any] = []
    cursor = None
    while True:
        answer = page(PageRequest(limit=limit, cursor=cursor))
        assert len(answer.items) <= limit
        found += answer.items
        cursor = answer.cursor
        if cursor is None:
            return found


@pytest.fixture
def table(dynamodb: "DynamoDBClient") -> Table:
    """The one table."""
    return Table(lambda: dynamodb, "shiftwork", clock=NOW.timestamp)


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


@pytest.fixture
def devices(runs: RunTable, table: Table) -> DeviceTable:
    """The devices of a fleet run that was just put: none has reported."""
    runs.put(replace(RUN, plan=replace(PLAN, fleet=True)), None)
    return DeviceTable(table, 30)


@pytest.fixture
def iot(aws: None) -> IotCoreJobs:
    """The IoT jobs."""
    return IotCoreJobs(clients.iot, "shiftwork-test-")


@pytest.fixture
def things(aws: None) -> IotThings:
    """The registry of devices, with twenty of them."""
    for n in range(20):
        clients.iot().create_thing(thingName=f"line:{n}")
    return IotThings(clients.iot, "shiftwork-test-", FLEET_STATE_MACHINE)


@pytest.fixture
def site(aws: None) -> Iterator[AnswerSite]:
    """The site that gets the answers of custom resources."""
    with serve() as site:
        yield site


@pytest.fixture
def stub(aws: None) -> Iterator[Stubber]:
    """AWS IoT with the answers that a test gives; the test must use all of them."""
    with Stubber(clients.iot()) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def rollouts(runs: RunTable, table: Table) -> RolloutTable:
    """The rollouts: none yet, and a fleet run that was just put."""
    runs.put(replace(RUN, plan=replace(PLAN, fleet=True)), None)
    return RolloutTable(table, 30)
