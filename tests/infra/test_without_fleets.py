"""A deployment without fleets, as in a region without AWS IoT: nothing of IoT is left, all else is as with them."""

from infra.functions import TABLE
from tests.infra.template import Template, texts
from tests.infra.test_functions import ENVIRONMENT, OF_FLEETS

OF_IOT = ("iot:", "iot.amazonaws.com", "AWS::IoT", "Custom::IotJobEvents")


def test_no_resource_permission_or_output_is_of_iot(dev: Template, no_fleets: Template) -> None:
    assert [text for text in texts(dev.body) if any(part in text for part in OF_IOT)]
    assert [text for text in texts(no_fleets.body) if any(part in text for part in OF_IOT)] == []
    assert [text for text in texts(no_fleets.body) if "leet" in text] == []


def test_what_is_left_is_what_is_left_out_of_nothing_else(dev: Template, no_fleets: Template) -> None:
    gone = {one["Handler"] for one in dev.of("Lambda::Function").values()}
    gone -= {one["Handler"] for one in no_fleets.of("Lambda::Function").values()}
    assert gone == {row.handler for row in TABLE if row.of_fleets}
    assert gone == {f"functions.events.{name}.handler" for name in ("roll_out", "follow", "job_events")}
    assert len(no_fleets.of("StepFunctions::StateMachine")) == 2
    assert set(dev.body["Outputs"]) - set(no_fleets.body["Outputs"]) == {"FleetStateMachineArn"}


def test_the_functions_know_of_no_fleets(no_fleets: Template) -> None:
    _, sweep = no_fleets.the("Lambda::Function", named="FunctionsSweep")
    assert not OF_FLEETS & set(sweep["Environment"]["Variables"])
    assert set(sweep["Environment"]["Variables"]) > ENVIRONMENT - OF_FLEETS


def test_the_ends_of_both_machines_are_settled(no_fleets: Template) -> None:
    _, rule = no_fleets.the("Events::Rule", named="ExecutionEnded")
    machines = no_fleets.of("StepFunctions::StateMachine")
    assert rule["EventPattern"]["detail"]["stateMachineArn"] == [{"Ref": name} for name in machines]
