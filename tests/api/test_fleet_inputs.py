"""What a run of a fleet job is given, by whom ever: held against the document before anything is written."""

import pytest

from tests.api.conftest import NIGHTLY, PATH, RUNS, Call
from tests.api.fleet_jobs import UPDATE, details, make_registry


@pytest.fixture(autouse=True)
def registry(call: Call) -> None:
    make_registry()


def test_what_a_run_is_given_is_held_against_the_document_before_anything_is_written(
    call: Call, aws_calls: list[str]
) -> None:
    assert call("POST", "/v1/jobs", UPDATE).status == 201
    aws_calls.clear()
    too_long = details(call, {"parameters": {"VERSION": "2" * 800}}, path=RUNS)
    assert "takes" in too_long["/parameters"][0]
    assert list(details(call, {"parameters": {"VERSION": "${aws:iot:s3-presigned-url:https://x}"}}, path=RUNS)) == [
        "/parameters/VERSION"
    ]
    assert list(details(call, {"parameters": {"VERSION": "2"}, "attemptTimeoutSeconds": 9}, path=RUNS)) == [
        "/attemptTimeoutSeconds"
    ]
    assert set(aws_calls) == {"GetItem"}
    assert list(details(call, {}, path=RUNS)) == ["/parameters/VERSION"]
    made = call("POST", RUNS, {"parameters": {"VERSION": "2"}, "timeoutSeconds": 60})
    assert (made.status, made.json["parameters"], made.json["overrides"]) == (
        201,
        {"VERSION": "2"},
        {"timeoutSeconds": 60},
    )


def test_a_schedule_gives_what_the_document_takes(call: Call) -> None:
    assert call("POST", "/v1/jobs", UPDATE).status == 201
    schedules = f"{PATH}/schedules"
    assert "takes" in details(call, NIGHTLY | {"parameters": {"VERSION": "2" * 800}}, path=schedules)["/parameters"][0]
    assert call("POST", schedules, NIGHTLY | {"parameters": {"VERSION": "2"}}).status == 201


def test_a_hook_sets_parameters_and_no_image(call: Call) -> None:
    assert call("POST", "/v1/jobs", UPDATE).status == 201
    hooks = f"{PATH}/hooks"
    assert "no image" in details(call, {"parameters": ["VERSION"], "imageTag": True}, path=hooks)["/imageTag"][0]
    hook = call("POST", hooks, {"parameters": ["VERSION"]}).json
    headers = {"x-shiftwork-hook-token": hook["secret"]}
    path = f"/hooks/{hook['id']}"
    assert call("POST", path, {"parameters": {"VERSION": "2" * 800}}, headers=headers).status == 422
    assert call("POST", path, {"parameters": {"VERSION": "2"}}, headers=headers).status in (200, 201)
