"""Status events of a job: names as Metronome has them, details as docs/operate.md says."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.jobs.model.job import Job
from functions.jobs.model.status_event import job_event
from tests.unit.test_run_events import CHANGE, NOW, PLAN

SPEC: Any = {"id": "team.job", "labels": {"owner": "me"}, "dependencies": [], "run": {"cmd": "true"}}
JOB = Job(spec=SPEC, plan=PLAN, created_at=NOW)
SAVED = replace(JOB, version=2, plan=replace(PLAN, revision=4))


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        (None, JOB, "job_created"),
        (JOB, SAVED, "job_updated"),
        (JOB, replace(JOB, version=2, paused_at=NOW), "job_updated"),
        (JOB, None, "job_deleted"),
        (JOB, replace(JOB, created_at=NOW + timedelta(seconds=1)), "job_updated"),
    ],
)
def test_each_change_of_a_job_has_metronomes_name(old: Job | None, new: Job | None, name: str) -> None:
    event = job_event(CHANGE, old, new)
    assert event is not None
    assert (event.name, event.detail["jobId"], event.detail["eventId"]) == (name, "team.job", "e1")


def test_a_write_that_leaves_a_job_as_it_was_is_not_told() -> None:
    assert job_event(CHANGE, JOB, JOB) is None


def test_an_update_of_the_document_tells_both_revisions_and_a_pause_since_when() -> None:
    saved = job_event(CHANGE, JOB, SAVED)
    assert saved is not None
    assert (saved.detail["previousRevision"], saved.detail["revision"]) == (3, 4)
    paused = job_event(CHANGE, JOB, replace(JOB, version=2, paused_at=NOW))
    assert paused is not None
    assert paused.detail["pausedAt"] == "2026-01-02T03:04:05.000Z"
    assert "previousRevision" not in paused.detail
    assert "run" not in json.dumps(saved.detail), "the document stays where it is"
