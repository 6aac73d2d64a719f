"""How a schedule's times may be written, what Scheduler gets, and the preview."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.api.conftest import JOB, SCHEDULES, Call

ROME = {"id": "nightly", "timezone": "Europe/Rome"}


@pytest.fixture(autouse=True)
def job(call: Call) -> None:
    assert call("POST", "/v1/jobs", JOB).status == 201


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ({"cron": "0 9 * * MON-FRI"}, {"cron": "0 9 * * 1-5", "awsExpressions": ["cron(0 9 ? * MON-FRI *)"]}),
        ({"expression": "@daily"}, {"expression": "@daily", "awsExpressions": ["cron(0 0 * * ? *)"]}),
        ({"expression": "@every 1h30m"}, {"expression": "@every 1h30m", "awsExpressions": ["rate(90 minutes)"]}),
        ({"expression": "none"}, {"expression": "none", "awsExpressions": []}),
        (
            {"expression": "TZ=Asia/Tokyo 0 9 * * 1"},
            {"expression": "0 9 * * 1", "timezone": "Asia/Tokyo", "awsExpressions": ["cron(0 9 ? * 2 *)"]},
        ),
    ],
)
def test_an_expression_is_shown_with_what_scheduler_has_of_it(
    call: Call, written: dict[str, Any], shown: dict[str, Any]
) -> None:
    created = call("POST", SCHEDULES, {"id": "nightly"} | written)
    assert created.status == 201
    assert created.json | shown == created.json
    assert "anchor" not in created.json
    read = call("GET", f"{SCHEDULES}/nightly").json
    assert call("PUT", f"{SCHEDULES}/nightly", read).json | shown == read, "what was read can be sent back"


@pytest.mark.parametrize(
    ("wrong", "path", "words"),
    [
        ({}, "/cron", "either cron or expression"),
        ({"cron": "0 3 * * *", "expression": "@daily"}, "/cron", "either cron or expression"),
        ({"expression": "@every 30s"}, "/expression", "minute"),
        ({"expression": "rate(la la la)"}, "/expression", "rate"),
        ({"expression": "cron(0 0 31 2 ? *)"}, "/expression", "never"),
        ({"expression": "TZ=Mars/Olympus @daily"}, "/expression", "Mars/Olympus"),
        ({"expression": "TZ=Asia/Tokyo @daily"} | ROME, "/timezone", "Asia/Tokyo"),
        ({"expression": "at(2026-03-29T02:30:00)"} | ROME, "/expression", "2026-03-29"),
        ({"cron": "0 3 * * *", "startsAt": "tomorrow"}, "/startsAt", "2026-01-02T03:04:05Z"),
        ({"cron": "0 3 * * *", "endsAt": "9999-12-31"}, "/endsAt", "1971 to 2198"),
        ({"cron": None, "expression": None}, "/cron", "either cron or expression"),
        ({"cron": "0 3 * * *", "startingDeadlineSeconds": 10**10}, "/startingDeadlineSeconds", "at most"),
        ({"cron": "0 3 * * *", "startsAt": "2026-01-02", "endsAt": "2026-01-02"}, "/endsAt", "startsAt"),
        ({"cron": "0 3 * * *", "jitterSeconds": 86401}, "/jitterSeconds", "86400"),
        ({"cron": "0 3 * * *", "parameters": {"A-B": ""}}, "/parameters/A-B", "'A-B'"),
        ({"cron": "0 3 * * *", "parameters": {"SHIFTWORK_X": ""}}, "/parameters/SHIFTWORK_X", "SHIFTWORK_"),
        ({"cron": "0 3 * * *", "parameters": {"A": "a\0b"}}, "/parameters", "NUL"),
        ({"cron": "0 3 * * *", "timezone": "Factory"}, "/timezone", "Factory"),
        ({"cron": "0 3 * * *", "parameters": {"A": "x" * 6000}}, "/parameters", "6000"),
        ({"cron": "0 3 * * *", "parameters": {"A": "1"}}, "/parameters/A", "nightly gives A a value"),
    ],
)
def test_a_wrong_field_is_named(call: Call, wrong: dict[str, Any], path: str, words: str) -> None:
    answer = call("POST", SCHEDULES, {"id": "nightly"} | wrong)
    assert answer.status == 422
    assert answer.json["details"][0]["path"] == path
    assert words in answer.json["details"][0]["errors"][0]
    assert call("GET", SCHEDULES).json == []


def test_a_variable_that_a_schedule_sets_stays_declared(call: Call) -> None:
    declared = JOB | {"run": JOB["run"] | {"env": {"LEVEL": "info"}}}
    call("PUT", "/v1/jobs/team.job", declared)
    assert call("POST", SCHEDULES, {"id": "nightly", "cron": "0 3 * * *", "parameters": {"LEVEL": "x"}}).status == 201
    refused = call("PUT", "/v1/jobs/team.job", JOB)
    assert (refused.status, refused.json["details"][0]["path"]) == (422, "/parameters/LEVEL")


def test_a_saved_schedule_is_previewed(call: Call) -> None:
    call("POST", SCHEDULES, ROME | {"cron": "30 2 * * *", "startsAt": "2096-03-23", "endsAt": "2096-03-27"})
    preview = call("GET", f"{SCHEDULES}/nightly/preview?count=10").json
    assert (preview["timezone"], preview["awsExpressions"]) == ("Europe/Rome", ["cron(30 2 * * ? *)"])
    local = [firing["local"] for firing in preview["firings"]]
    assert local == ["2096-03-23T02:30:00+01:00", "2096-03-24T02:30:00+01:00", "2096-03-26T02:30:00+02:00"]
    assert preview["firings"][2]["at"] == "2096-03-26T00:30:00.000+0000"
    assert call("GET", f"{SCHEDULES}/none/preview").status == 404


def test_an_expression_is_previewed_before_it_is_saved(call: Call) -> None:
    path = f"/v1/schedules/preview?expression={quote('0 9 1-7 * 1')}&timezone=America/New_York&count=3"
    preview = call("GET", path).json
    assert [firing["local"][11:19] for firing in preview["firings"]] == ["09:00:00"] * 3
    assert len(call("GET", "/v1/schedules/preview?expression=@hourly").json["firings"]) == 10
    wrong = call("GET", "/v1/schedules/preview?expression=@reboot")
    assert (wrong.status, wrong.json["details"][0]["path"]) == (422, "/expression")
