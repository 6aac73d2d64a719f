"""Events on the local cloud, with IAM enforced: a file in S3 and an event on any bus start jobs, each exactly once."""

import json
from typing import Any

import pytest

from local.cloud import Cloud
from tests.local.signed import Caller, caller, until

RULES = "shiftwork-local_"


@pytest.fixture(scope="module")
def call(cloud: Cloud) -> Caller:
    """A caller who may call everything."""
    cloud.client("events").create_event_bus(Name="orders")
    return caller(cloud, "events-owner", "*")


def make(call: Caller, job: str, event: dict[str, Any], **parameters: Any) -> Any:
    """A job that prints VALUE, which comes from the event."""
    run = {"cpus": 0.25, "mem": 64, "disk": 0, "cmd": 'printf "%s" "$VALUE"'}
    document = {"id": job, "run": run, "parameters": {"VALUE": parameters}, "events": [{"id": "heard", **event}]}
    return call("POST", "/v1/jobs", document)


def send(cloud: Cloud, detail: Any, bus: str = "default") -> str:
    entry = {"Source": "shop", "DetailType": "Order Placed", "Detail": json.dumps(detail), "EventBusName": bus}
    answer = cloud.client("events").put_events(Entries=[entry])
    assert answer["FailedEntryCount"] == 0
    return str(answer["Entries"][0]["EventId"])


def runs(call: Caller, job: str) -> Any:
    return call("GET", f"/v1/jobs/{job}/runs?limit=100").json


def started(call: Caller, job: str) -> Any:
    """The one run of a job, when it has ended."""
    (run,) = until(lambda: runs(call, job), bool)
    return call.finished(job, run["id"])


def test_a_file_that_is_put_into_a_bucket_starts_a_job_with_its_name(cloud: Cloud, call: Caller) -> None:
    pattern = {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": ["incoming"]}, "object": {"key": [{"suffix": ".csv"}]}},
    }
    paths = {"VALUE": "$.detail.object.key"}
    assert make(call, "events.upload", {"pattern": pattern, "parameters": paths}, required=True).status == 201
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="incoming")
    s3.put_bucket_notification_configuration(
        Bucket="incoming", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    for key in ("other.txt", 'new "orders".csv'):
        s3.put_object(Bucket="incoming", Key=key, Body=b"1")
    run = started(call, "events.upload")
    assert (run["status"], run["cause"], run["causeId"]) == ("SUCCESS", "EVENT", "heard")
    assert run["parameters"]["VALUE"].endswith(".csv")
    assert call.log("events.upload", run["id"]) == [run["parameters"]["VALUE"]]


@pytest.mark.parametrize("bus", ["default", "orders"])
def test_an_event_on_any_bus_starts_a_job_with_what_it_says(cloud: Cloud, call: Caller, bus: str) -> None:
    job, order = f"events.{bus}", {"id": 7, "note": 'it\'s "5" < 6\n& 7'}
    event = {"pattern": {"detail": {"for": [job]}}, "bus": bus, "parameters": {"VALUE": "$.detail.order"}}
    assert make(call, job, event).status == 201
    send(cloud, {"for": [job], "order": order}, bus)
    run = started(call, job)
    assert run["status"] == "SUCCESS"
    assert json.loads(call.log(job, run["id"])[0]) == order
    other = "orders" if bus == "default" else "default"
    send(cloud, {"for": [job]}, other)
    send(cloud, {"for": ["nobody"]}, bus)
    send(cloud, {"for": [job], "order": 2}, bus)
    values = until(lambda: [one["parameters"]["VALUE"] for one in runs(call, job)], lambda seen: len(seen) > 1)
    assert sorted(values) == ["2", run["parameters"]["VALUE"]]


def test_an_event_that_comes_again_starts_no_other_run(cloud: Cloud, call: Caller) -> None:
    assert make(call, "events.twice", {"pattern": {"detail": {"for": ["twice"]}}}).status == 201
    content = {"id": "one", "time": "2026-01-02T03:04:05Z", "detail": {}}
    told = {"jobId": "events.twice", "eventId": "heard", "event": content}
    functions = cloud.client("lambda")
    names = [one["FunctionName"] for one in functions.list_functions()["Functions"]]
    (react,) = [name for name in names if "React" in name]
    answers = [functions.invoke(FunctionName=react, Payload=json.dumps(told))["Payload"].read() for _ in range(2)]
    assert json.loads(answers[0])["runId"] == json.loads(answers[1])["runId"]
    assert started(call, "events.twice")["status"] == "SUCCESS"


def test_an_event_that_lacks_what_the_job_requires_leaves_a_run_that_says_so(cloud: Cloud, call: Caller) -> None:
    event = {"pattern": {"detail": {"for": ["lacking"]}}, "parameters": {"VALUE": "$.detail.order"}}
    assert make(call, "events.lacking", event, required=True).status == 201
    event_id = send(cloud, {"for": ["lacking"]})
    run = started(call, "events.lacking")
    assert (run["status"], run["reason"]) == ("FAILED", "START_FAILED")
    assert event_id in run["message"]
    assert "VALUE" in run["message"]


def test_rules_come_and_go_with_the_events_of_a_job(cloud: Cloud, call: Caller) -> None:
    event = {"pattern": {"detail": {"for": ["moving"]}}}
    assert make(call, "events.moving", event).status == 201
    assert rules(cloud, "events.moving") == (1, 0)
    document = call("GET", "/v1/jobs/events.moving").json
    moved = document | {"events": [{"id": "heard", **event, "bus": "orders"}]}
    assert call("PUT", "/v1/jobs/events.moving", moved).status == 200
    assert rules(cloud, "events.moving") == (0, 1)
    assert call("DELETE", "/v1/jobs/events.moving").status == 200
    assert rules(cloud, "events.moving") == (0, 0)


def rules(cloud: Cloud, job: str) -> tuple[int, ...]:
    """How many rules of a job the two buses have."""
    events = cloud.client("events")
    found = [events.list_rules(NamePrefix=f"{RULES}{job}_", EventBusName=bus) for bus in ("default", "orders")]
    return tuple(len(one["Rules"]) for one in found)


def test_what_eventbridge_refuses_is_said_by_the_api(call: Caller) -> None:
    for event, words in (
        ({"pattern": {"detail": {"n": [{"numeric": ["<", "five"]}]}}}, "refused by EventBridge"),
        ({"pattern": {"source": ["a"]}, "bus": "nowhere"}, "no event bus nowhere"),
    ):
        refused = make(call, "events.refused", event)
        assert refused.status == 422
        assert words in refused.text
    assert call("GET", "/v1/jobs/events.refused").status == 404
