"""What is kept of finished runs."""

import time
from typing import Any

import pytest

from functions.aws import clients
from functions.events import react
from tests.api.conftest import CONTEXT, JOB, PATH, RUNS, Call, job_after
from tests.api.firings import end, fire, schedule
from tests.conftest import ENVIRONMENT


def kept(call: Call) -> list[str]:
    """How the runs that are still there ended, in the order of these words."""
    return sorted(run["status"] for run in call("GET", f"{RUNS}?limit=100").json)


def run_to(call: Call, *statuses: str) -> None:
    for status in statuses:
        end(call("POST", RUNS).json, status)


def test_so_many_are_kept_of_each_outcome_and_the_counters_count_all(call: Call) -> None:
    call("POST", "/v1/jobs", JOB | {"retention": {"successes": 2, "failures": 0}})
    run_to(call, "SUCCEEDED", "FAILED", "SUCCEEDED", "SUCCEEDED", "FAILED")
    active = call("POST", RUNS).json
    assert kept(call) == ["INITIAL", "SUCCESS", "SUCCESS"]
    assert call("GET", f"{RUNS}/{active['id']}").status == 200
    summary = call("GET", f"{PATH}?embed=historySummary").json["historySummary"]
    assert (summary["successCount"], summary["failureCount"]) == (3, 2)


def test_a_job_that_keeps_all_again_does_so(call: Call) -> None:
    call("POST", "/v1/jobs", JOB | {"retention": {"successes": 0}})
    run_to(call, "SUCCEEDED")
    call("PUT", PATH, JOB)
    run_to(call, "SUCCEEDED", "SUCCEEDED")
    assert kept(call) == ["SUCCESS", "SUCCESS"]


def expiry(run: dict[str, Any]) -> int:
    key = {"PK": {"S": "JOB#team.job"}, "SK": {"S": f"RUN#{run['id']}"}}
    item = clients.dynamodb().get_item(TableName=ENVIRONMENT["TABLE_NAME"], Key=key)["Item"]
    return int(item["expiresAt"]["N"])


def test_the_jobs_seconds_are_counted_from_the_end_of_the_run(call: Call) -> None:
    call("POST", "/v1/jobs", JOB | {"retention": {"seconds": 3600}})
    run = call("POST", RUNS).json
    end(run)  # at the beginning of 1970
    assert expiry(run) == 3600
    assert kept(call) == []
    assert call("GET", f"{RUNS}/{run['id']}").status == 404, "DynamoDB deletes it some days later"


def test_without_them_the_deployments_days_hold(call: Call) -> None:
    call("POST", "/v1/jobs", JOB)
    run = call("POST", RUNS).json
    end(run)
    assert expiry(run) == int(ENVIRONMENT["RETENTION_DAYS"]) * 24 * 3600 > time.time()


def test_a_firing_whose_run_is_over_and_forgotten_is_still_known(call: Call) -> None:
    call("POST", "/v1/jobs", JOB | {"retention": {"seconds": 1}})
    schedule(call)
    assert fire() == "run"
    end(call("GET", RUNS).json[0])
    assert fire() == "nothing to do"
    assert kept(call) == []


@pytest.mark.parametrize("policy", ["FORBID", "QUEUE", "REPLACE"])
def test_it_is_so_whatever_the_policy_and_touches_no_other_run(call: Call, policy: str) -> None:
    call("POST", "/v1/jobs", JOB | {"retention": {"seconds": 1}})
    schedule(call, policy)
    assert fire() == "run"
    end(call("GET", RUNS).json[0])
    other = call("POST", RUNS).json
    assert fire() == "nothing to do"
    assert call("GET", f"{RUNS}/{other['id']}").json["status"] == "INITIAL"
    assert call("GET", f"{PATH}/skips").json == []


def test_nor_is_it_missed(call: Call) -> None:
    call("POST", "/v1/jobs", JOB | {"retention": {"seconds": 1}})
    schedule(call)
    assert fire() == "run"
    end(call("GET", RUNS).json[0])
    schedule(call, startingDeadlineSeconds=60)
    assert fire() == "nothing to do"


def test_an_event_whose_run_failed_at_once_and_is_forgotten_is_still_known(call: Call) -> None:
    parameters = {"KEY": {"allowed": ["a"]}}
    event = {"id": "uploaded", "pattern": {"source": ["aws.s3"]}, "parameters": {"KEY": "$.source"}}
    call("POST", "/v1/jobs", JOB | {"parameters": parameters, "events": [event], "retention": {"seconds": 1}})
    content = {"id": "1", "time": "2026-01-02T03:04:05Z", "source": "aws.s3"}
    told = {"jobId": "team.job", "eventId": "uploaded", "event": content}
    answer = react.handler(told, CONTEXT)
    assert answer["status"] == "FAILED"
    clients.dynamodb().update_item(
        TableName=ENVIRONMENT["TABLE_NAME"],
        Key={"PK": {"S": "JOB#team.job"}, "SK": {"S": f"RUN#{answer['runId']}"}},
        UpdateExpression="SET expiresAt = :now",
        ExpressionAttributeValues={":now": {"N": "1"}},
    )
    assert react.handler(told, CONTEXT)["result"] == "no run"


def test_the_end_of_a_parent_is_settled_though_the_childs_run_is_forgotten(call: Call) -> None:
    call("POST", "/v1/jobs", JOB)
    call("POST", "/v1/jobs", job_after("child", "team.job") | {"retention": {"seconds": 1}})
    run = call("POST", RUNS).json
    end(run, at=time.time() + 60)  # later than the child is going to start
    (child,) = call("GET", "/v1/jobs/child/runs").json
    assert (child["cause"], child["causeId"]) == ("DEPENDENCY", run["id"])
    end(child)
    end(run, at=time.time() + 60)
    assert call("GET", "/v1/jobs/child/runs?limit=9").json == []
