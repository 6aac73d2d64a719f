"""Another tag of an image; and a task definition that two calls register at once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.jobs.model.errors import JobChangedError
from functions.jobs.model.job import Job
from functions.jobs.model.launch_plan import LaunchPlan
from functions.jobs.runs.prepare import ImageTagger, with_tag
from tests.unit.definitions import DEPLOYMENT, docker, job

NOW = datetime(2026, 1, 2, tzinfo=UTC)
PLAN = LaunchPlan(revision=1, task_definition="arn:1", cpu=256, memory=512)
JOB = Job(spec=job(docker=docker()), plan=PLAN, created_at=NOW)


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("app", "app:2"),
        ("app:1", "app:2"),
        ("team/app:1", "team/app:2"),
        ("registry:5000/app", "registry:5000/app:2"),
        ("registry:5000/team/app:1", "registry:5000/team/app:2"),
        ("app@sha256:" + "0" * 64, "app:2"),
        ("registry:5000/app:1@sha256:" + "0" * 64, "registry:5000/app:2"),
    ],
)
def test_a_tag_is_what_follows_the_name(image: str, expected: str) -> None:
    assert with_tag(image, "2") == expected


class Definitions:
    """Registers what it is asked to, in memory."""

    def __init__(self) -> None:
        self.active: list[str] = []

    def register(self, request: Any) -> str:
        """A new ARN."""
        self.active.append(f"arn:{request['containerDefinitions'][0]['image']}:{len(self.active)}")
        return self.active[-1]

    def deregister(self, arn: str) -> None:
        """Takes it back."""
        self.active.remove(arn)

    def last_revision(self, family: str) -> int:
        """The number of those that are active."""
        return len(self.active)

    def active_up_to(self, family: str, last: int) -> Iterator[str]:
        """Those that are active."""
        return iter(self.active[:last])


class Tags:
    """Finds nothing, and keeps what it is told to have kept."""

    def __init__(self, kept: str | None) -> None:
        self.kept = kept

    def get(self, job: Job, tag: str) -> str | None:
        """Nothing yet."""
        return None

    def put(self, job: Job, tag: str, arn: str, now: datetime) -> str | None:
        """Another call was here before."""
        return self.kept


def test_who_comes_second_takes_what_the_first_has_registered() -> None:
    definitions = Definitions()
    tagging = ImageTagger(tags=Tags("arn:first"), task_definitions=definitions, deployment=DEPLOYMENT)
    assert tagging.task_definition_for(JOB, "2", NOW) == "arn:first"
    assert definitions.active == []


def test_for_a_job_that_has_changed_meanwhile_nothing_stays_registered() -> None:
    definitions = Definitions()
    with pytest.raises(JobChangedError):
        ImageTagger(tags=Tags(None), task_definitions=definitions, deployment=DEPLOYMENT).task_definition_for(
            JOB, "2", NOW
        )
    assert definitions.active == []


class LostAnswer(Tags):
    """Keeps what it is given; that it did is not heard."""

    def put(self, job: Job, tag: str, arn: str, now: datetime) -> str | None:
        """The connection breaks."""
        self.kept = arn
        raise ConnectionError


def test_what_may_have_been_kept_stays_registered() -> None:
    """ECS starts no task by a definition that was taken back: the tag would be of no use until the job is saved."""
    definitions, tags = Definitions(), LostAnswer(None)
    with pytest.raises(ConnectionError):
        ImageTagger(tags=tags, task_definitions=definitions, deployment=DEPLOYMENT).task_definition_for(JOB, "2", NOW)
    assert definitions.active == [tags.kept]
