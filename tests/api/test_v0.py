"""Jobs with their schedules in one document."""

from tests.api.conftest import JOB, NIGHTLY, Call


def test_the_schedules_of_a_document_are_kept_and_those_of_an_update_ignored(call: Call) -> None:
    job = JOB | {"id": "other", "schedules": [{"id": "x", "cron": "0 3 * * *"}]}
    assert [one["id"] for one in call("POST", "/v1/jobs", job).json["schedules"]] == ["x"]
    updated = call("PUT", "/v1/jobs/other", job | {"schedules": [{"id": "y", "cron": "0 4 * * *"}]})
    assert [one["id"] for one in updated.json["schedules"]] == ["x"]
    twice = call("POST", "/v1/jobs", job | {"id": "twice", "schedules": [NIGHTLY, NIGHTLY]})
    assert (twice.status, twice.json["details"][0]["path"]) == (422, "/schedules")


def test_a_replaced_document_of_v0_replaces_the_schedules(call: Call) -> None:
    job = JOB | {"id": "v0", "schedules": [NIGHTLY]}
    assert call("POST", "/v0/scheduled-jobs", job).status == 201
    assert call("POST", "/v0/scheduled-jobs", job).status == 409
    renamed = job | {"id": "ignored", "schedules": [{"id": "x", "cron": "0 4 * * *"}]}
    replaced = call("PUT", "/v0/scheduled-jobs/v0", renamed)
    assert (replaced.json["id"], [one["id"] for one in replaced.json["schedules"]]) == ("v0", ["x"])
    assert call("PUT", "/v0/scheduled-jobs/v0", JOB).json["schedules"] == []
    assert call("PUT", "/v0/scheduled-jobs/gone", JOB).json == {"id": "gone", "message": "Job not found"}
    later = JOB["run"] | {"taskKillGracePeriodSeconds": 5}
    refused = call("PUT", "/v0/scheduled-jobs/v0", JOB | {"run": later})
    assert (refused.status, refused.json["details"][0]["path"]) == (422, "/run")
