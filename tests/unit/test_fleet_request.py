"""The CreateJob request of a fleet job, held against botocore's model of IoT."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from functions.jobs.model.errors import InvalidError
from tests.unit.fleet_jobs import DOCUMENT, MANAGED, NOW, OWN, ROLE, URL, asked, refused_by_model

WINDOWS = [{"startTime": "cron(0 2 ? * sun *)", "durationInMinutes": 1430}]
RATE = {"baseRatePerMinute": 5, "incrementFactor": 1.5, "rateIncreaseCriteria": {"numberOfSucceededThings": 10}}


def test_the_least_job() -> None:
    assert asked({"document": DOCUMENT}) == {"targetSelection": "SNAPSHOT", "document": '{"operation":"reboot"}'}


def test_all_that_can_be_asked_for() -> None:
    made = asked(
        {
            "targets": {"groups": ["lamps"]},
            "targetSelection": "CONTINUOUS",
            "document": {"url": "${aws:iot:s3-presigned-url:https://s3.amazonaws.com/firmware/${aws:iot:parameter:V}}"},
            "presignedUrl": {"roleArn": ROLE, "expiresInSec": 60},
            "rollout": {"maximumPerMinute": 50, "exponentialRate": RATE},
            "abort": [{"failureType": "ALL", "thresholdPercentage": 10.25, "minNumberOfExecutedThings": 1}],
            "inProgressTimeoutInMinutes": 10_080,
            "retry": [
                {"failureType": "FAILED", "numberOfRetries": 4},
                {"failureType": "TIMED_OUT", "numberOfRetries": 6},
            ],
            "maintenanceWindows": WINDOWS,
        },
        parameters={"V": {"default": "2.1"}},
    )
    assert refused_by_model(made) == []
    assert made == {
        "targetSelection": "CONTINUOUS",
        "document": '{"url":"${aws:iot:s3-presigned-url:https://s3.amazonaws.com/firmware/2.1}"}',
        "presignedUrlConfig": {"roleArn": ROLE, "expiresInSec": 60},
        "jobExecutionsRolloutConfig": {"maximumPerMinute": 50, "exponentialRate": RATE},
        "abortConfig": {
            "criteriaList": [
                {
                    "failureType": "ALL",
                    "thresholdPercentage": 10.25,
                    "minNumberOfExecutedThings": 1,
                    "action": "CANCEL",
                }
            ]
        },
        "timeoutConfig": {"inProgressTimeoutInMinutes": 10_080},
        "jobExecutionsRetryConfig": {
            "criteriaList": [
                {"failureType": "FAILED", "numberOfRetries": 4},
                {"failureType": "TIMED_OUT", "numberOfRetries": 6},
            ]
        },
        "schedulingConfig": {
            "startTime": "2026-01-02T03:36",
            "maintenanceWindows": [{"startTime": "cron(0 2 ? * SUN *)", "durationInMinutes": 1430}],
        },
    }


def test_a_rate_that_grows_has_a_maximum_although_none_is_said() -> None:
    made = asked({"document": DOCUMENT, "rollout": {"exponentialRate": RATE}})
    assert made["jobExecutionsRolloutConfig"] == {"maximumPerMinute": 1000, "exponentialRate": RATE}


def test_parameters_go_to_a_template_of_awss_own() -> None:
    made = asked(
        {"jobTemplateArn": MANAGED, "documentParameters": {"filePath": "/a"}},
        parameters={"downloadUrl": {"default": "https://example.com/b"}, "runAsUser": {}, "x": {"required": True}},
    )
    assert made["documentParameters"] == {"filePath": "/a", "downloadUrl": "https://example.com/b"}
    assert refused_by_model(made) == []


@pytest.mark.parametrize("source", [{"jobTemplateArn": OWN}, {"documentSource": URL}, {"jobTemplateArn": MANAGED}])
def test_a_document_that_stands_elsewhere_is_just_named(source: dict[str, str]) -> None:
    assert asked(source) == {"targetSelection": "SNAPSHOT", **source}


def maybe(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of these fields."""
    return st.fixed_dictionaries({}, optional=fields)


NUMBER = st.integers(-1, 12_000) | st.sampled_from([0, 1, 10, 60, 100, 1000, 1430, 3600, 10_080])
SHARE = st.floats(-1, 101) | st.sampled_from([0, 0.01, 1.1, 1.25, 5, 5.1, 33.333, 100])
KIND = st.sampled_from(["FAILED", "REJECTED", "TIMED_OUT", "ALL"])
TEXT = st.text(max_size=5) | st.sampled_from(["x" * 30_721, "${aws:iot:parameter:A}", "a\nb"])
FLEET = maybe(
    document=st.dictionaries(TEXT, TEXT | st.floats() | st.none(), max_size=3),
    documentSource=TEXT | st.just(URL),
    jobTemplateArn=TEXT | st.sampled_from([OWN, MANAGED]),
    documentParameters=st.dictionaries(TEXT, TEXT, max_size=2),
    presignedUrl=maybe(roleArn=TEXT | st.just(ROLE), expiresInSec=NUMBER),
    rollout=maybe(
        maximumPerMinute=NUMBER,
        exponentialRate=maybe(
            baseRatePerMinute=NUMBER,
            incrementFactor=SHARE,
            rateIncreaseCriteria=maybe(numberOfNotifiedThings=NUMBER, numberOfSucceededThings=NUMBER),
        ),
    ),
    abort=st.lists(maybe(failureType=KIND, thresholdPercentage=SHARE, minNumberOfExecutedThings=NUMBER), max_size=3),
    inProgressTimeoutInMinutes=NUMBER,
    retry=st.lists(maybe(failureType=KIND, numberOfRetries=NUMBER), max_size=3),
)
SOUND = st.fixed_dictionaries(
    {"document": st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3)},
    optional={
        "presignedUrl": st.just({"roleArn": ROLE}),
        "rollout": st.fixed_dictionaries({"maximumPerMinute": st.integers(1, 1000)}),
        "abort": st.lists(
            st.fixed_dictionaries(
                {
                    "failureType": KIND,
                    "thresholdPercentage": st.decimals(0, 101, places=2, allow_nan=False).map(float),
                    "minNumberOfExecutedThings": st.integers(0, 3),
                }
            ),
            max_size=2,
        ),
        "inProgressTimeoutInMinutes": st.integers(0, 10_081),
        "retry": st.lists(
            st.fixed_dictionaries({"failureType": KIND, "numberOfRetries": st.integers(0, 11)}), max_size=2
        ),
    },
)


@given(FLEET | SOUND)
def test_what_is_not_refused_is_a_request_that_iot_takes(fleet: dict[str, Any]) -> None:
    try:
        made = asked(fleet)
    except (ValidationError, InvalidError):
        return
    assert refused_by_model(made) == []
    assert isinstance(json.loads(made.get("document", "{}")), dict)


def test_the_first_minute_that_iot_takes_is_half_an_hour_ahead() -> None:
    made = asked(
        {"targets": {"groups": ["g"]}, "targetSelection": "CONTINUOUS", "document": {}, "maintenanceWindows": WINDOWS}
    )
    assert NOW.isoformat() == "2026-01-02T03:04:59+00:00"
    assert made["schedulingConfig"]["startTime"] == "2026-01-02T03:36"
