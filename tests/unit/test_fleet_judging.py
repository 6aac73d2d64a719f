"""How a fleet run is judged: by the job's own rule, by what IoT says of its job, at the time limit."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.jobs.fleet.verdict import judge, judge_at_deadline, judge_counts
from functions.jobs.model.device import DeviceStatus
from functions.jobs.model.fleet_spec import SuccessRule
from functions.jobs.model.rollout import IotJob

S = DeviceStatus
FAILED = "Shiftwork.DevicesFailed"
Counts = Mapping[DeviceStatus, int]


@pytest.mark.parametrize(
    ("counts", "rule", "error", "words"),
    [
        ({S.SUCCEEDED: 1}, {}, None, "1 of 1 device succeeded."),
        ({S.SUCCEEDED: 48, S.FAILED: 1, S.REJECTED: 1}, {"maxFailed": 2}, None, "48 of 50 devices succeeded"),
        ({S.SUCCEEDED: 2, S.REMOVED: 5}, {}, None, "2 of 7 devices succeeded (REMOVED: 5)."),
        ({S.SUCCEEDED: 2, S.CANCELED: 1}, {}, FAILED, "(CANCELED: 1). maxFailed is 0."),
        ({S.SUCCEEDED: 2, S.QUEUED: 1}, {}, FAILED, "(QUEUED: 1). maxFailed is 0."),
        ({S.SUCCEEDED: 2, S.IN_PROGRESS: 1}, {}, FAILED, "(IN_PROGRESS: 1). maxFailed is 0."),
        ({S.SUCCEEDED: 333, S.FAILED: 667}, {"minSucceededPercentage": 33.3}, None, "333 of 1000"),
        (
            {S.SUCCEEDED: 332, S.FAILED: 668},
            {"minSucceededPercentage": 33.3},
            FAILED,
            "minSucceededPercentage is 33.3.",
        ),
        ({S.SUCCEEDED: 1, S.FAILED: 1, S.REMOVED: 98}, {"minSucceededPercentage": 50}, None, "1 of 100"),
        ({S.FAILED: 3}, {"minSucceededPercentage": 0}, None, "0 of 3"),
        ({S.FAILED: 3}, {"minSucceeded": 1, "maxFailed": 2}, FAILED, "minSucceeded is 1. maxFailed is 2."),
        ({S.SUCCEEDED: 5, S.FAILED: 3}, {"minSucceeded": 5}, None, "5 of 8"),
        ({}, {}, "Shiftwork.NoDevices", "The rollout had no device among its targets."),
        ({S.REMOVED: 3}, {"maxFailed": 3}, "Shiftwork.NoDevices", "The rollout had no device among its targets."),
    ],
)
def test_rules(counts: Counts, rule: SuccessRule, error: str | None, words: str) -> None:
    verdict = judge_counts(counts, rule, FAILED)
    assert (verdict.error, verdict.counts) == (error, counts)
    assert words in verdict.message


@pytest.mark.parametrize(
    ("job", "error", "words"),
    [
        (IotJob(status="COMPLETED", counts={}), None, "1 of 1 device succeeded."),
        (IotJob(status="CANCELED", counts={}, reason_code="SHIFTWORK_STOPPED"), "Shiftwork.Stopped", "was canceled"),
        (IotJob(status="CANCELED", counts={}, reason_code="ABORT_CANCEL"), "Shiftwork.Aborted", "abort criteria"),
        (IotJob(status="CANCELED", counts={}, reason_code="OLD", comment="why"), "Shiftwork.Aborted", "(OLD: why)"),
        (IotJob(status="CANCELED", counts={}), "Shiftwork.Aborted", "The IoT job was canceled."),
        (IotJob(status="DELETION_IN_PROGRESS", counts={}), "Shiftwork.Aborted", "The IoT job was deleted."),
    ],
)
def test_what_ended_the_job_comes_before_the_rule(job: IotJob, error: str | None, words: str) -> None:
    verdict = judge(job, {S.SUCCEEDED: 1}, {})
    assert verdict.error == error
    assert words in verdict.message


def test_at_the_time_limit_the_rule_decides_and_the_time_limit_is_the_reason() -> None:
    late = judge_at_deadline({S.SUCCEEDED: 1, S.QUEUED: 1}, {})
    assert late.error == "Shiftwork.Deadline"
    assert judge_at_deadline({S.SUCCEEDED: 1, S.QUEUED: 1}, {"minSucceeded": 1}).error is None
    assert late.message.startswith("It was ended at its time limit (timeoutSeconds). 1 of 2 devices succeeded")


@given(
    st.dictionaries(st.sampled_from(list(S)), st.integers(0, 10**6)),
    st.fixed_dictionaries(
        {},
        optional={
            "minSucceededPercentage": st.floats(0, 100),
            "minSucceeded": st.integers(0, 10**6),
            "maxFailed": st.integers(0, 10**6),
        },
    ),
)
def test_one_success_more_instead_of_a_failure_never_makes_it_worse(counts: Counts, rule: SuccessRule) -> None:
    before = judge_counts(counts, rule, FAILED)
    if counts.get(S.FAILED):
        better = {**counts, S.FAILED: counts[S.FAILED] - 1, S.SUCCEEDED: counts.get(S.SUCCEEDED, 0) + 1}
        after = judge_counts(better, rule, FAILED)
        assert after.error is None or before.error is not None
    removed = {**counts, S.REMOVED: counts.get(S.REMOVED, 0) + 1}
    assert judge_counts(removed, rule, FAILED).error == before.error, "one that was removed counts for nothing"
