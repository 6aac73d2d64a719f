"""A run with inputs, of a job that is saved while the run is being started."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.jobs.inputs.inputs import Inputs
from functions.jobs.model.errors import InvalidError, JobChangedError, JobNotFoundError
from functions.jobs.model.idempotency import IdempotencyKey, KeyUsedError
from functions.jobs.model.job import Job
from functions.jobs.model.run import Run
from functions.jobs.runs.trigger import Trigger
from functions.wiring import platform
from tests.api.conftest import RUNS, Call
from tests.api.overriding import OPEN, job

__all__ = ["job"]


@dataclass
class Restless:
    """Jobs that somebody saves each time after they were read, at most so many times."""

    save: Callable[[], Any]
    times: int

    def get(self, job_id: str) -> Job | None:
        """The job as it was a moment ago."""
        found = platform().jobs.get(job_id)
        if self.times:
            self.times -= 1
            self.save()
        return found

    def recall(self, key: IdempotencyKey, now: datetime) -> KeyUsedError | None:
        """As it is."""
        return platform().jobs.recall(key, now)

    def __getattr__(self, name: str) -> Any:
        return getattr(platform().jobs, name)


def order(save: Callable[[], Any], times: int, inputs: Inputs) -> Run:
    """Start a run while the job is being saved."""
    launcher = replace(platform().launcher, jobs=Restless(save, times))
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    return launcher.launch_run(Trigger(job_id="team.job", run_id="20260102030405aaaaa", now=now), inputs)


def saves(call: Call, document: Mapping[str, Any]) -> Callable[[], Any]:
    """Saves another revision of the job."""
    return lambda: call("PUT", "/v1/jobs/team.job", document)


@pytest.mark.usefixtures("job")
def test_the_inputs_are_worked_out_anew_for_the_new_job(call: Call) -> None:
    larger = OPEN | {"run": OPEN["run"] | {"mem": 3000}}
    run = order(saves(call, larger), 1, Inputs(cpus=1, image_tag="2"))
    assert (run.plan.revision, run.overrides.cpu, run.overrides.memory) == (2, 1024, 3072)
    kept = platform().runs.get("team.job", run.id)
    assert kept is not None
    assert kept.overrides == run.overrides
    assert len(call("GET", RUNS).json) == 1


@pytest.mark.usefixtures("job")
def test_what_the_new_job_does_not_allow_is_refused(call: Call) -> None:
    with pytest.raises(InvalidError):
        order(saves(call, OPEN | {"overrides": []}), 1, Inputs(cmd="true"))
    assert call("GET", RUNS).json == []


@pytest.mark.usefixtures("job")
def test_a_job_that_changes_all_the_time_is_a_conflict(call: Call) -> None:
    with pytest.raises(JobChangedError):
        order(saves(call, OPEN), 9, Inputs(cmd="true"))
    assert call("GET", RUNS).json == []


@pytest.mark.usefixtures("job")
def test_a_job_that_is_deleted_meanwhile(call: Call) -> None:
    with pytest.raises(JobNotFoundError):
        order(lambda: call("DELETE", "/v1/jobs/team.job"), 1, Inputs(cmd="true"))


@pytest.mark.usefixtures("job")
def test_the_same_run_id_is_the_same_run(call: Call) -> None:
    first = order(lambda: None, 0, Inputs(payload='"' + "x" * 3000 + '"'))
    again = order(lambda: None, 0, Inputs(payload='"' + "y" * 3000 + '"'))
    assert again.overrides == first.overrides, "the URL is signed once: the execution's input stays the same"
    assert platform().payloads.get("team.job", first.id) == '"' + "x" * 3000 + '"'
    assert len(call("GET", RUNS).json) == 1
