"""The functions: where each starts, what it knows, where it goes wrong to."""

import pytest

from infra.functions import TABLE
from tests.infra.template import ROOT, Template

HANDLERS = {row.name: row.handler for row in TABLE}
OF_FLEETS = {"FLEET_STATE_MACHINE_ARN", "ROLL_OUT_FUNCTION_ARN"}
ENVIRONMENT = OF_FLEETS | {
    *("PAYLOAD_BUCKET", "TASKS_STATE_MACHINE_ARN"),
    *("TABLE_NAME", "STATE_MACHINE_ARN", "CLUSTER_ARN", "SUBNET_IDS", "SECURITY_GROUP_IDS", "ASSIGN_PUBLIC_IP"),
    *("TASK_ROLE_ARN", "EXECUTION_ROLE_ARN", "JOBS_LOG_GROUP", "FAMILY_PREFIX", "DEFAULT_IMAGE", "RETENTION_DAYS"),
    *("STAGE", "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_LOG_LEVEL", "POWERTOOLS_METRICS_NAMESPACE"),
}
OF_SCHEDULES = {"SCHEDULE_GROUP", "SCHEDULE_ROLE_ARN", "DISPATCH_FUNCTION_ARN", "MISSED_QUEUE_ARN"}
OF_RULES = {"RULE_PREFIX", "REACT_FUNCTION_ARN", "DEAD_LETTERS_ARN", "EVENT_BUS_NAME"}
UNTRACED = {"Track", "Publish"}  # they have most of a run's invocations
ALSO = {"Api": OF_SCHEDULES | OF_RULES, "Sweep": OF_SCHEDULES | OF_RULES, "Publish": {"EVENT_BUS_NAME"}}


def test_the_table_has_each_function_of_the_template_and_each_handler_of_events(dev: Template) -> None:
    assert sorted(HANDLERS.values()) == sorted(one["Handler"] for one in dev.of("Lambda::Function").values())
    files = (ROOT / "functions" / "events").glob("*.py")
    of_events = {f"functions.events.{path.stem}.handler" for path in files if "\ndef handler(" in path.read_text()}
    assert set(HANDLERS.values()) == {"functions.api.handler.handler"} | of_events


@pytest.mark.parametrize("name", HANDLERS)
def test_each_function_starts_at_its_handler_and_knows_the_deployment(dev: Template, name: str) -> None:
    _, function = dev.the("Lambda::Function", named=f"Functions{name}Function")
    variables = function["Environment"]["Variables"]
    assert function["Handler"] == HANDLERS[name]
    assert variables["POWERTOOLS_SERVICE_NAME"] == name.lower()
    if name != "LinkEcs":  # it comes before the deployment
        assert set(variables) == ENVIRONMENT | ALSO.get(name, set())
        assert variables["FAMILY_PREFIX"] == "shiftwork-dev"
        assert variables["ASSIGN_PUBLIC_IP"] == "ENABLED"
        assert (variables["STAGE"], variables["RETENTION_DAYS"]) == ("dev", "30")
    assert function["Architectures"] == ["arm64"]
    assert function["LoggingConfig"]["LogFormat"] == "JSON"
    assert function.get("TracingConfig") == (None if name in UNTRACED else {"Mode": "Active"})
    # API Gateway waits 30 seconds; the next sweep comes after two minutes; IoT throttles who fills a group, and
    # CloudFormation is answered even if AWS does not answer.
    timeouts = {"Api": 29, "Sweep": 110, "RollOut": 900, "JobEvents": 180, "LinkEcs": 180}
    assert function["Timeout"] == timeouts.get(name, 30)


@pytest.mark.parametrize("name", HANDLERS)
def test_only_a_traced_function_may_write_traces(dev: Template, name: str) -> None:
    xray = {action for action in dev.actions(f"Functions{name}Role") if action.startswith("xray:")}
    assert bool(xray) is (name not in UNTRACED)


def test_a_firing_is_given_up_to_the_missed_ones_and_any_other_event_to_the_dead_letters(dev: Template) -> None:
    configured = {one["FunctionName"]["Ref"]: one for one in dev.of("Lambda::EventInvokeConfig").values()}
    answered = {"Api", "Missed", "Publish", "RollOut"}  # their callers wait for the answer
    for name in HANDLERS.keys() - answered:
        one = configured.pop(dev.the("Lambda::Function", named=f"Functions{name}")[0])
        if name == "Sweep":  # the next sweep does the same, and an alarm watches it
            assert "DestinationConfig" not in one
            continue
        queue = dev.the("SQS::Queue", named="MissedFirings" if name == "Dispatch" else "DeadLetters")[0]
        assert one["DestinationConfig"] == {"OnFailure": {"Destination": {"Fn::GetAtt": [queue, "Arn"]}}}
        assert (one["MaximumRetryAttempts"], one["MaximumEventAgeInSeconds"]) == (2, 6 * 3600)
    assert not configured


def test_no_concurrency_is_reserved_since_a_new_account_could_not_be_deployed_to(dev: Template) -> None:
    # API reference of PutFunctionConcurrency: 100 must stay unreserved, and new accounts may have 10 in all.
    assert not [one for one in dev.of("Lambda::Function").values() if "ReservedConcurrentExecutions" in one]
