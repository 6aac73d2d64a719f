"""The parameters of a fleet job: what they may be for, and whether IoT takes the document with their values."""

from typing import Any

import pytest

from functions.jobs.fleet.document import MAX_CHARACTERS
from functions.jobs.inputs.inputs import Inputs, input_problems
from tests.unit.fleet_jobs import DOCUMENT, MANAGED, OWN, ROLE, URL, fleet_job, wrong

A = "${aws:iot:parameter:A}"
SIGNED = "${aws:iot:s3-presigned-url:https://s3.amazonaws.com/firmware/secret}"
NEEDED: dict[str, Any] = {"A": {"required": True}}
AROUND = len('{"a":""}')


def given(fleet: dict[str, Any], parameters: dict[str, Any], **values: str) -> dict[str, str]:
    """What is wrong with a run of such a job that is given these values."""
    spec = fleet_job(fleet, parameters=parameters).spec
    return {problem.path: problem.message for problem in input_problems(spec, Inputs(parameters=values))}


@pytest.mark.parametrize(
    ("fleet", "parameters", "path", "words"),
    [
        ({"document": {"a": A}}, {}, "/run/fleet/document", "does not declare"),
        ({"document": {"a": "${aws:iot:parameter:}"}}, {}, "/run/fleet/document", "does not declare"),
        ({"document": DOCUMENT}, NEEDED, "/parameters/A", "not used in the document. Write ${aws:iot:parameter:A}"),
        ({"document": {"a": A}}, {"A": {}}, "/parameters/A", "Add a default, or set required"),
        (
            {"document": {"a": A}},
            {"A": {"default": "x" * MAX_CHARACTERS}},
            "/run/fleet/document",
            "has 32776",
        ),
        ({"document": {"a": "x" * MAX_CHARACTERS}}, {}, "/run/fleet/document", "Shorten it"),
        ({"document": {"a": A}}, {"A": {"default": SIGNED}}, "/run/fleet/presignedUrl", "is required"),
        ({"document": {"a": f"${A}"}}, {"A": {"default": "{aws:iot:x}"}}, "/run/fleet/document", "IoT would fill in"),
        ({"documentSource": URL}, NEEDED, "/parameters", "Remove them"),
        ({"jobTemplateArn": OWN}, NEEDED, "/parameters", "Remove them"),
        ({"jobTemplateArn": MANAGED, "documentParameters": {"A": "x"}}, NEEDED, "/parameters/A", "one of the two"),
        ({"jobTemplateArn": MANAGED}, {"A": {"default": ""}}, "/parameters/A", "0 characters"),
        ({"jobTemplateArn": MANAGED}, {"A": {"allowed": ["a\u202eb"]}}, "/parameters/A", "control character"),
        (
            {"jobTemplateArn": MANAGED, "documentParameters": {"a": "b\n"}},
            {},
            "/run/fleet/documentParameters/a",
            "control character",
        ),
        (
            {"jobTemplateArn": MANAGED, "documentParameters": {"a": SIGNED}},
            {},
            "/run/fleet/presignedUrl",
            "is required",
        ),
    ],
)
def test_what_cannot_be_declared(fleet: dict[str, Any], parameters: dict[str, Any], path: str, words: str) -> None:
    said = wrong(fleet, parameters=parameters)
    assert list(said) == [path]
    assert words in said[path]


def test_a_document_may_have_as_many_characters_as_iot_takes() -> None:
    longest = "é" * (MAX_CHARACTERS - AROUND)
    assert wrong({"document": {"a": longest}}) == {}
    assert wrong({"document": {"a": A}}, parameters={"A": {"required": True, "allowed": ["", longest]}}) == {}


def test_values_of_a_run_are_held_against_the_document() -> None:
    fleet = {"document": {"a": A, "b": "x" * 32_000}}
    assert given(fleet, NEEDED, A="1") == {}
    assert list(given(fleet, NEEDED, A="\n" * 400)) == ["/parameters"]  # each is two characters in JSON
    assert given(fleet, NEEDED, A="y" * 700) == {}
    assert list(given(fleet, NEEDED)) == ["/parameters/A"]


def test_no_caller_has_something_presigned_that_the_job_does_not_name() -> None:
    signed = {"presignedUrl": {"roleArn": ROLE}}
    for fleet in ({"document": {"url": A}}, {"jobTemplateArn": MANAGED}):
        assert "Only values that the job declares" in given(fleet | signed, NEEDED, A=SIGNED)["/parameters/A"]
        assert given(fleet | signed, {"A": {"required": True, "allowed": [SIGNED]}}, A=SIGNED) == {}


def test_what_a_template_does_not_take() -> None:
    assert "control" in given({"jobTemplateArn": MANAGED}, {"A": {}}, A="a\tb")["/parameters/A"]
    many: dict[str, Any] = {name: {} for name in "ABCDEF"}
    assert list(given({"jobTemplateArn": MANAGED}, many, **dict.fromkeys(many, "x" * 6000))) == ["/parameters"]


def test_what_a_schedule_gives_is_checked_when_it_is_saved() -> None:
    def said(value: str) -> dict[str, str]:
        schedule = {"id": "nightly", "cron": "0 3 * * *", "parameters": {"A": value}}
        document = {"a": A, "b": "x" * 32_000}
        return wrong({"document": document}, parameters=NEEDED, schedules=[schedule])

    assert said("1") == {}
    assert "takes" in said("y" * 800)["/parameters"]
    assert "given" not in said(SIGNED)
    assert list(said(SIGNED)) == ["/parameters/A"]


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        (Inputs(attempt_timeout=60), "/attemptTimeoutSeconds"),
        (Inputs(cmd="true"), "/cmd"),
        (Inputs(env={"A": "b"}), "/env"),
        (Inputs(cpus=1), "/cpus"),
        (Inputs(image_tag="v1"), "/imageTag"),
        (Inputs(payload="{}"), "/payload"),
        (Inputs(parameters={"B": "x"}), "/parameters/B"),
    ],
)
def test_what_a_run_of_a_fleet_cannot_be_given(inputs: Inputs, path: str) -> None:
    spec = fleet_job({"document": DOCUMENT}, overrides=["timeout"]).spec
    assert path in {problem.path for problem in input_problems(spec, inputs)}
    assert list(input_problems(spec, Inputs(timeout=60))) == []
