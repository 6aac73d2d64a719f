"""What a schedule's document may say."""

import pytest

from tests.api.conftest import JOB, NIGHTLY, SCHEDULES, Call


@pytest.fixture(autouse=True)
def job(call: Call) -> None:
    assert call("POST", "/v1/jobs", JOB).status == 201


@pytest.mark.parametrize(
    ("schedule", "path", "words"),
    [
        ({"id": "a"}, "/id", "match"),
        ({"id": "with.dot"}, "/id", "match"),
        ({"cron": "* * 0 * *"}, "/cron", "day-of-month"),
        ({"cron": "0 0 31 2 *"}, "/cron", "never"),
        ({"cron": "@daily"}, "/cron", "5 fields"),
        ({"cron": ""}, "/cron", ""),
        ({"timezone": "Mars/Olympus"}, "/timezone", "Europe/Rome"),
        ({"startingDeadlineSeconds": 59}, "/startingDeadlineSeconds", "got 59 seconds, expected 1 minute or more"),
        ({"concurrencyPolicy": "SOMETIMES"}, "/concurrencyPolicy", "FORBID"),
        ({"enabled": "yes"}, "/enabled", "boolean"),
    ],
)
def test_a_wrong_field_is_named(call: Call, schedule: dict[str, object], path: str, words: str) -> None:
    answer = call("POST", SCHEDULES, NIGHTLY | schedule)
    assert answer.status == 422
    assert answer.json["details"][0]["path"] == path
    assert words in answer.json["details"][0]["errors"][0]
    assert call("GET", SCHEDULES).json == []


def test_what_the_dcos_client_sends_means_what_its_user_wrote(call: Call) -> None:
    sent = NIGHTLY | {"timeZone": "Europe/Rome", "concurrencyPolicy": "", "nextRunAt": "", "enabled": True}
    created = call("POST", SCHEDULES, sent)
    assert (created.status, created.json["timezone"], created.json["concurrencyPolicy"]) == (
        201,
        "Europe/Rome",
        "ALLOW",
    )
    assert call("POST", SCHEDULES, sent | {"id": "utc", "timeZone": ""}).json["timezone"] == "UTC"


def test_a_schedule_in_a_year_that_is_over_has_no_next_run(call: Call) -> None:
    created = call("POST", SCHEDULES, NIGHTLY | {"cron": "0 3 * * * 2020"})
    assert created.status == 201
    assert "nextRunAt" not in created.json
