"""The functions: where each starts, what it knows, where it goes wrong to."""

import pytest

from tests.infra.template import Template

HANDLERS = {
    "Api": "functions.api.handler.handler",
    "Dispatch": "functions.events.dispatch.handler",
    "Settle": "functions.events.settle.handler",
    "Track": "functions.events.track.handler",
}
ENVIRONMENT = {
    *("TABLE_NAME", "STATE_MACHINE_ARN", "CLUSTER_ARN", "SUBNET_IDS", "SECURITY_GROUP_IDS", "ASSIGN_PUBLIC_IP"),
    *("TASK_ROLE_ARN", "EXECUTION_ROLE_ARN", "JOBS_LOG_GROUP", "FAMILY_PREFIX", "DEFAULT_IMAGE", "RETENTION_DAYS"),
    *("STAGE", "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_LOG_LEVEL", "POWERTOOLS_METRICS_NAMESPACE"),
}


@pytest.mark.parametrize("name", HANDLERS)
def test_each_function_starts_at_its_handler_and_knows_the_deployment(dev: Template, name: str) -> None:
    _, function = dev.the("Lambda::Function", named=f"Functions{name}Function")
    variables = function["Environment"]["Variables"]
    assert function["Handler"] == HANDLERS[name]
    assert set(variables) == ENVIRONMENT
    assert variables["POWERTOOLS_SERVICE_NAME"] == name.lower()
    assert variables["FAMILY_PREFIX"] == "shiftwork-dev"
    assert variables["ASSIGN_PUBLIC_IP"] == "ENABLED"
    assert (variables["STAGE"], variables["RETENTION_DAYS"]) == ("dev", "30")
    assert function["Architectures"] == ["arm64"]
    assert function["LoggingConfig"]["LogFormat"] == "JSON"
    assert function["TracingConfig"] == {"Mode": "Active"}
    assert function["Timeout"] < 30 if name == "Api" else function["Timeout"] == 30


def test_an_event_that_a_function_gives_up_on_becomes_a_dead_letter(dev: Template) -> None:
    queue, _ = dev.the("SQS::Queue")
    configured = dev.of("Lambda::EventInvokeConfig").values()
    assert {one["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0] for one in configured} == {queue}
    functions = {one["FunctionName"]["Ref"] for one in configured}
    expected = (dev.the("Lambda::Function", named=f"Functions{name}") for name in ("Dispatch", "Settle", "Track"))
    assert functions == {name for name, _ in expected}
