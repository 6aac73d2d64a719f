"""Event rules in EventBridge, and its checks of event triggers."""

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from functions.aws import clients
from functions.aws.eventbridge.rules import EventBridgeRules, TargetRefusedError
from functions.jobs.model.errors import RulesFullError
from functions.jobs.model.event import EventRule
from functions.jobs.model.job import Job
from functions.settings import RuleSettings, Settings
from tests.aws.conftest import make_job
from tests.aws_answers import answering, refusing
from tests.conftest import ENVIRONMENT

if TYPE_CHECKING:
    from functions.jobs.model.job import EventSpec

NAME = "shiftwork-test_team.job_uploaded"
PATTERN = {"source": ["aws.s3"], "detail": {"object": {"key": [{"prefix": "é/"}]}}}
UPLOADED = EventRule("uploaded", "default")
ORDERS = EventRule("uploaded", "orders")
OURS = ENVIRONMENT["EVENT_BUS_NAME"]
CLUSTER, MACHINE = ENVIRONMENT["CLUSTER_ARN"], ENVIRONMENT["STATE_MACHINE_ARN"]
SEVERAL, FLEETS = ENVIRONMENT["TASKS_STATE_MACHINE_ARN"], ENVIRONMENT["FLEET_STATE_MACHINE_ARN"]
ENDS = ["job_run_finished", "job_run_failed"]


@pytest.fixture
def rules(aws: None) -> EventBridgeRules:
    """The adapter, on an EventBridge without rules, with two buses beside the account's own."""
    for bus in ("orders", OURS):
        clients.events().create_event_bus(Name=bus)
    return EventBridgeRules(clients.events, RuleSettings.from_env(), Settings.from_env())


def job_with(event: "EventSpec", **plan: Any) -> Job:
    job = make_job()
    return replace(job, spec={**job.spec, "events": [event]}, plan=replace(job.plan, **plan))


def names(bus: str = "default") -> list[str]:
    return [rule["Name"] for rule in clients.events().list_rules(EventBusName=bus)["Rules"]]


def test_eventbridge_has_all_of_a_rule(rules: EventBridgeRules) -> None:
    rules.put("team.job", UPLOADED, PATTERN)
    rule = clients.events().describe_rule(Name=NAME)
    assert (rule["State"], json.loads(rule["EventPattern"])) == ("ENABLED", PATTERN)
    [target] = clients.events().list_targets_by_rule(Rule=NAME)["Targets"]
    assert target["Arn"].endswith(":function:react")
    assert target["DeadLetterConfig"]["Arn"].endswith(":dead-letters")
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185}


def test_the_target_gets_the_whole_event_and_the_ids_of_the_job_and_its_trigger(rules: EventBridgeRules) -> None:
    rules.put("team.job", UPLOADED, PATTERN)
    [target] = clients.events().list_targets_by_rule(Rule=NAME)["Targets"]
    template = target["InputTransformer"]["InputTemplate"]
    event = {"id": "1", "detail": {"text": 'with "quotes" and <angles>'}}
    given = template.replace("<aws.events.event.json>", json.dumps(event))
    assert json.loads(given) == {"jobId": "team.job", "eventId": "uploaded", "event": event}


def test_putting_and_deleting_may_be_repeated(rules: EventBridgeRules) -> None:
    rules.delete("team.job", UPLOADED)
    for source in ("a", "b", "b"):
        rules.put("team.job", UPLOADED, {"source": [source]})
    assert clients.events().describe_rule(Name=NAME)["EventPattern"] == '{"source":["b"]}'
    assert len(clients.events().list_targets_by_rule(Rule=NAME)["Targets"]) == 1
    for _ in range(2):
        rules.delete("team.job", UPLOADED)
    assert names() == []


def test_a_rule_whose_deletion_was_broken_off_is_deleted(rules: EventBridgeRules) -> None:
    rules.put("team.job", UPLOADED, PATTERN)
    clients.events().remove_targets(Rule=NAME, Ids=["shiftwork"])
    rules.delete("team.job", UPLOADED)
    assert names() == []


def test_a_rule_is_on_its_bus_and_is_deleted_there(rules: EventBridgeRules) -> None:
    rules.put("team.job", ORDERS, PATTERN)
    assert (names("orders"), names()) == ([NAME], [])
    rules.delete("team.job", ORDERS)
    assert names("orders") == []
    clients.events().delete_event_bus(Name="orders")
    rules.delete("team.job", ORDERS)


def test_a_long_name_is_cut_and_keeps_the_stages_beginning(rules: EventBridgeRules) -> None:
    for job in ("a" * 60, "a" * 61):
        rules.put(job, UPLOADED, PATTERN)
    assert len(names()) == 2
    assert all(len(name) == 64 and name.startswith("shiftwork-test_aaa") for name in names())


def test_no_name_equals_the_cut_name_of_another_rule(rules: EventBridgeRules) -> None:
    rules.put("a" * 61, UPLOADED, PATTERN)
    [cut] = names()
    job, _, event = cut.removeprefix("shiftwork-test_").partition("_")
    rules.put(job, EventRule(event, "default"), PATTERN)
    assert len(names()) == 2


def test_a_full_bus_is_reported_and_any_other_refusal_is_an_error(rules: EventBridgeRules) -> None:
    for code, raised in (("LimitExceededException", RulesFullError), ("InternalException", ClientError)):
        with refusing(clients.events(), "PutRule", code), pytest.raises(raised):
            rules.put("team.job", UPLOADED, PATTERN)
    refused: dict[str, Any] = {
        "FailedEntryCount": 1,
        "FailedEntries": [{"TargetId": "shiftwork", "ErrorCode": "Throttled"}],
    }
    with answering(clients.events(), "PutTargets", **refused), pytest.raises(TargetRefusedError, match="Throttled"):
        rules.put("team.job", UPLOADED, PATTERN)


@pytest.mark.parametrize(
    ("event", "field", "message"),
    [
        ({"pattern": PATTERN}, "", ""),
        ({"pattern": PATTERN, "bus": "orders"}, "", ""),
        ({"pattern": PATTERN, "bus": "arn:aws:events:eu-central-1:123456789012:event-bus/orders"}, "", ""),
        ({"pattern": {"source": "aws.s3"}}, "pattern", "refused by EventBridge: Event pattern is not valid"),
        ({"pattern": PATTERN, "bus": "nowhere"}, "bus", "no event bus nowhere"),
        ({"pattern": PATTERN, "bus": "arn:aws:events:eu-west-1:123456789012:event-bus/orders"}, "bus", "region"),
        ({"pattern": PATTERN, "bus": "arn:aws:events:eu-central-1:1:event-bus/orders"}, "bus", "account"),
    ],
)
def test_refusals_are_reported_by_field(
    rules: EventBridgeRules, event: dict[str, Any], field: str, message: str
) -> None:
    spec: EventSpec = {"id": "uploaded", **event}  # type: ignore[typeddict-item]
    found = rules.faults(job_with(spec), spec)
    assert list(found) == ([field] if field else [])
    assert message in "".join(found.values())
    assert names() == names("orders") == [], "only asked"


@pytest.mark.parametrize(
    ("bus", "pattern", "plan", "named"),
    [
        (OURS, {"source": ["shiftwork"]}, {}, "job_run_started"),
        (OURS, {"detail-type": ["job_run_finished"]}, {}, "job_run_finished"),
        (OURS, {"detail-type": ENDS, "detail": {"jobId": [{"prefix": "team."}]}}, {}, "job_run_finished"),
        (OURS, {"detail": {"reason": ["EXIT_CODE"]}}, {}, "job_run_failed"),
        (OURS, {"detail": {"attemptStatus": ["TASK_FAILED"], "jobId": ["another"]}}, {}, ""),
        (OURS, {"detail-type": ENDS, "detail": {"jobId": [{"anything-but": ["team.job"]}]}}, {}, ""),
        (OURS, {"detail-type": ["job_created"]}, {}, ""),
        ("default", {"source": ["aws.ecs"]}, {}, "ECS Task State Change"),
        ("default", {"detail": {"clusterArn": [CLUSTER], "lastStatus": ["STOPPED"]}}, {}, "STOPPED"),
        ("default", {"detail": {"containers": {"exitCode": [{"anything-but": 0}]}}}, {}, "STOPPED"),
        ("default", {"source": ["aws.ecs"], "detail": {"clusterArn": [f"{CLUSTER}-2"]}}, {}, ""),
        ("default", {"source": ["aws.ecs"]}, {"fleet": True}, ""),
        ("default", {"source": [{"prefix": "aws.st"}]}, {}, "Step Functions Execution Status Change"),
        ("default", {"detail": {"stateMachineArn": [MACHINE], "status": ["FAILED"]}}, {}, "FAILED"),
        ("default", {"detail": {"stateMachineArn": [SEVERAL]}}, {"task_count": 2}, "Step Functions"),
        ("default", {"detail": {"stateMachineArn": [SEVERAL]}}, {}, ""),
        ("default", {"detail": {"stateMachineArn": [FLEETS]}}, {"fleet": True}, "Step Functions"),
        ("default", {"source": ["shiftwork"]}, {}, ""),
        ("orders", {"source": ["shiftwork", "aws.ecs"]}, {}, ""),
    ],
)
def test_a_pattern_that_matches_events_of_the_jobs_own_runs_is_refused(
    rules: EventBridgeRules, bus: str, pattern: Any, plan: Any, named: str
) -> None:
    event: EventSpec = {"id": "uploaded", "pattern": pattern, "bus": bus}
    found = rules.faults(job_with(event, **plan), event)
    assert bool(found.get("pattern")) == bool(named), found
    assert named in found.get("pattern", "")
    if bus == OURS and named:
        assert '{"jobId": [{"anything-but": ["team.job"]}]}' in found["pattern"]


def test_a_pattern_of_another_source_is_asked_about_once(rules: EventBridgeRules) -> None:
    asked: list[Any] = []
    clients.events().meta.events.register("before-call.events.TestEventPattern", lambda **call: asked.append(call))
    event: EventSpec = {"id": "uploaded", "pattern": PATTERN}
    rules.faults(job_with(event), event)
    assert len(asked) == 1
