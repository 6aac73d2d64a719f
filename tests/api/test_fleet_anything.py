"""Whatever is sent as a fleet job: it is refused in words, or it would be saved."""

import copy
import json
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import Call

pytestmark = pytest.mark.slow

SOUND: dict[str, Any] = {
    "id": "team.fleet",
    "parameters": {"VERSION": {"default": "2", "allowed": ["1", "2"]}},
    "overrides": ["timeout"],
    "schedules": [{"id": "nightly", "cron": "0 3 * * *", "parameters": {"VERSION": "1"}}],
    "run": {
        "fleet": {
            "targets": {"groups": ["lamps"], "things": [], "query": "thingName:lamp*"},
            "targetSelection": "CONTINUOUS",
            "document": {"version": "${aws:iot:parameter:VERSION}", "steps": [1.5, None, {"a": True}]},
            "presignedUrl": {"roleArn": "arn:aws:iam::123456789012:role/shiftwork/test/x", "expiresInSec": 60},
            "rollout": {
                "maximumPerMinute": 5,
                "exponentialRate": {
                    "baseRatePerMinute": 1,
                    "incrementFactor": 1.5,
                    "rateIncreaseCriteria": {"numberOfNotifiedThings": 1},
                },
            },
            "abort": [{"failureType": "ALL", "thresholdPercentage": 50, "minNumberOfExecutedThings": 1}],
            "inProgressTimeoutInMinutes": 5,
            "retry": [{"failureType": "ALL", "numberOfRetries": 1}],
            "maintenanceWindows": [{"startTime": "cron(0 2 ? * SUN *)", "durationInMinutes": 60}],
            "success": {"minSucceededPercentage": 90.5, "minSucceeded": 1, "maxFailed": 3},
        },
        "timeoutSeconds": 7200,
    },
}
SCALAR = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
    st.sampled_from(
        ["fleet", "${aws:iot:parameter:X}", "${aws:iot:s3-presigned-url:", "cron()", "cron(\0)", "SNAPSHOT"]
    ),
    st.sampled_from(["arn:aws:iot:eu-central-1::jobtemplate/AWS-Reboot:1.0", "s3://bucket/key", "\0", "x" * 40_000]),
)
ANYTHING = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["fleet", "a", "things", ""]), inner),
    max_leaves=5,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of each part of a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, item in items for place in places(item, (*path, name)))]


@pytest.fixture(autouse=True)
def group(call: Call) -> None:
    """Whom the sound document goes to."""
    boto3.client("iot").create_thing_group(thingGroupName="lamps")


PLACES = [place for place in places(SOUND) if place]


def changed(changes: list[tuple[tuple[Any, ...], str, Any]]) -> dict[str, Any]:
    """The sound document with parts replaced, added or taken away, as far as they are still there."""
    document = copy.deepcopy(SOUND)
    for (*path, last), how, value in changes:
        here: Any = document
        try:
            for step in path:
                here = here[step]
            if how == "take away":
                del here[last]
            else:
                here[last if how == "replace" or isinstance(last, int) else f"{last}{how}"] = value
        except (KeyError, IndexError, TypeError):
            continue
    return document


CHANGE = st.tuples(st.sampled_from(PLACES), st.sampled_from(["replace", "take away", "s", "Arn"]), ANYTHING)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CHANGE, min_size=1, max_size=3))
def test_a_document_is_refused_or_would_be_saved(call: Call, changes: list[tuple[tuple[Any, ...], str, Any]]) -> None:
    answer = call("POST", "/v1/jobs?validate=true", changed(changes))
    assert answer.status in (200, 413, 422), answer.text[:1000]
    if answer.status == 422:
        assert answer.json["details"]
    elif answer.status == 200:
        json.loads(answer.json.get("createJob", {}).get("document", "{}"))


def test_the_sound_document_is_one(call: Call) -> None:
    answer = call("POST", "/v1/jobs", SOUND)
    assert answer.status == 201, answer.text
