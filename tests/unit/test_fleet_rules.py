"""What a fleet job cannot ask for: each refused at its own path, with the way out."""

from typing import Any

import pytest

from tests.unit.fleet_jobs import DOCUMENT, MANAGED, OWN, ROLE, URL, fleet_job, wrong

FLEET = "/run/fleet"
GROUPS = {"targets": {"groups": ["lamps"]}, "targetSelection": "CONTINUOUS"}
WINDOW = {"startTime": "cron(0 2 ? * SUN *)", "durationInMinutes": 60}
RATE: dict[str, Any] = {
    "baseRatePerMinute": 50,
    "incrementFactor": 2,
    "rateIncreaseCriteria": {"numberOfNotifiedThings": 1},
}


def retries(**numbers: int) -> dict[str, Any]:
    return {"retry": [{"failureType": kind, "numberOfRetries": number} for kind, number in numbers.items()]}


def aborts(*kinds: str) -> dict[str, Any]:
    numbers = {"thresholdPercentage": 1, "minNumberOfExecutedThings": 1}
    return {"abort": [{"failureType": kind, **numbers} for kind in kinds]}


@pytest.mark.parametrize(
    ("fleet", "path", "words"),
    [
        ({"targets": {}}, "targets", "names no devices"),
        ({"targets": {"things": ["a", "b", "a"]}}, "targets/things", "double"),
        ({"targets": {"groups": ["a", "a"]}}, "targets/groups", "double"),
        (
            {"targets": {"things": [f"t{n}" for n in range(1001)]}},
            "targets/things",
            "has 1001 things",
        ),
        ({"targets": {"groups": [f"g{n}" for n in range(101)]}}, "targets/groups", "100 targets"),
        ({"targets": {"groups": [f"g{n}" for n in range(100)], "query": "a:b"}}, "targets/groups", "100 targets"),
        ({"targetSelection": "CONTINUOUS"}, "targets/things", "Use groups or query"),
        ({"documentSource": URL}, "", "exactly one of document, documentSource, jobTemplateArn"),
        ({"jobTemplateArn": OWN}, "", "exactly one of"),
        ({"documentParameters": {"a": "b"}}, "documentParameters", "AWS's own"),
        ({"presignedUrl": {"roleArn": ROLE.replace("shiftwork", "x")}}, "presignedUrl/roleArn", "/shiftwork/test/NAME"),
        ({"presignedUrl": {"roleArn": ROLE.replace("1", "2")}}, "presignedUrl/roleArn", "/shiftwork/test/NAME"),
        ({"document": {"a": ["${aws:iot:s3-presigned-url-v2:x}"]}}, "presignedUrl", "is required"),
        (
            {"rollout": {"exponentialRate": RATE, "maximumPerMinute": 49}},
            "rollout/exponentialRate/baseRatePerMinute",
            "which is 49",
        ),
        (
            {"rollout": {"exponentialRate": RATE | {"rateIncreaseCriteria": {}}}},
            "rollout/exponentialRate/rateIncreaseCriteria",
            "exactly one",
        ),
        (aborts("FAILED", "FAILED"), "abort", "twice"),
        (retries(FAILED=1) | {"retry": 2 * retries(FAILED=1)["retry"]}, "retry", "twice"),
        (retries(ALL=1, FAILED=1), "retry", "remove the others"),
        (retries(FAILED=5, TIMED_OUT=6) | {"inProgressTimeoutInMinutes": 1}, "retry", "has 11 retries in all"),
        (retries(TIMED_OUT=1), "retry", "inProgressTimeoutInMinutes"),
        ({"maintenanceWindows": [WINDOW]}, "maintenanceWindows", "CONTINUOUS"),
        (
            GROUPS | {"maintenanceWindows": [WINDOW, WINDOW | {"startTime": "0 2 * * 0"}]},
            "maintenanceWindows(1)/startTime",
            "AWS's form",
        ),
        (
            GROUPS | {"maintenanceWindows": [WINDOW | {"startTime": "cron(0 25 ? * * *)"}]},
            "maintenanceWindows(0)/startTime",
            "hour",
        ),
        ({"success": {"minSucceeded": 2}}, "success/minSucceeded", "at most 1, the number of things"),
    ],
)
def test_what_is_refused(fleet: dict[str, Any], path: str, words: str) -> None:
    said = wrong({"document": DOCUMENT} | fleet)
    assert list(said) == [f"{FLEET}/{path}".rstrip("/")]
    assert words in next(iter(said.values()))


@pytest.mark.parametrize(
    "fleet",
    [
        {"targets": {"things": ["a"], "groups": [f"g{n}" for n in range(99)], "query": "a:b"}},
        {"targets": {"groups": [f"g{n}" for n in range(100)]}},
        {"targets": {"things": [f"t{n}" for n in range(1000)]}, "success": {"minSucceeded": 1000}},
        {"targets": {"query": "a:b"}, "success": {"minSucceeded": 2, "maxFailed": 0, "minSucceededPercentage": 100}},
        {"rollout": {}},
        {"rollout": {"exponentialRate": RATE, "maximumPerMinute": 50}},
        aborts("FAILED", "REJECTED", "TIMED_OUT", "ALL"),
        retries(ALL=10),
        retries(FAILED=5, TIMED_OUT=5) | {"inProgressTimeoutInMinutes": 1},
        {"presignedUrl": {"roleArn": ROLE}},
        GROUPS | {"maintenanceWindows": [WINDOW]},
    ],
)
def test_what_may_be(fleet: dict[str, Any]) -> None:
    assert wrong({"document": DOCUMENT} | fleet) == {}


def test_a_template_may_have_a_time_limit_of_its_own() -> None:
    assert wrong({"jobTemplateArn": OWN} | retries(TIMED_OUT=1)) == {}


def test_a_template_of_another_region() -> None:
    said = wrong({"jobTemplateArn": MANAGED.replace("eu-central-1", "us-east-1")})
    assert "eu-central-1" in said["/run/fleet/jobTemplateArn"]


def test_nothing_says_what_to_do() -> None:
    assert "exactly one of" in wrong({})["/run/fleet"]


@pytest.mark.parametrize(("seconds", "is_enough"), [(1920, False), (1921, True)])
def test_a_run_is_longer_than_its_windows_wait(seconds: int, is_enough: bool) -> None:
    fleet = GROUPS | {"document": DOCUMENT, "maintenanceWindows": [WINDOW]}
    assert ("/run/timeoutSeconds" not in wrong(fleet, timeout=seconds)) is is_enough


def test_what_is_for_containers() -> None:
    overrides = ["cmd", "timeout", "imageTag", "env", "cpus"]
    said = wrong({"document": DOCUMENT}, overrides=overrides, payload="OPTIONAL")
    assert list(said) == ["/overrides(0)", "/overrides(2)", "/overrides(3)", "/overrides(4)", "/payload"]
    assert said["/overrides(0)"].startswith("cmd cannot be used with a fleet job")


def test_the_plan_of_a_fleet_job() -> None:
    document: dict[str, Any] = {
        "parameters": {"A": {"required": True}},
        "retention": {"seconds": 60, "successes": 1, "failures": 2},
    }
    plan = fleet_job({"document": {"a": "${aws:iot:parameter:A}"}}, timeout=None, **document).plan
    assert (plan.fleet, plan.cpu, plan.memory, plan.timeout, plan.required) == (True, 0, 0, 604_800, ("A",))
    assert (plan.keep_seconds, plan.keep_successes, plan.keep_failures, plan.needs_payload) == (60, 1, 2, False)
